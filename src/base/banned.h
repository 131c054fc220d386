/* banned.h: calls that have no place in Varve. Included last by every .c file of src/, after all
 * other headers; a use then does not compile. Only alloc.c and the tests' simulated disk may
 * allocate. */
#ifndef VV_BASE_BANNED_H
#define VV_BASE_BANNED_H

/* With _FORTIFY_SOURCE clang has these as macros, which cannot be poisoned. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok atoi atol atof
#ifndef VV_BASE_ALLOC_IMPLEMENTATION
#pragma GCC poison malloc calloc realloc strdup strndup aligned_alloc
#endif

#endif
