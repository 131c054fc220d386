/* utf8.h: where a character of UTF-8 text ends.
 *
 * Threads: any.
 */
#ifndef VV_BASE_UTF8_H
#define VV_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes (1 to 4) of the well-formed character at `text` of `len_bytes` bytes; 0 when the first byte
 * begins none (overlong forms, surrogates and numbers above U+10FFFF are not well formed) or
 * `len_bytes` is 0. */
size_t vv_utf8_char(const char *text, size_t len_bytes);
/* Whether all of it is well formed. */
bool vv_utf8_valid(const char *text, size_t len_bytes);
/* The longest length up to `max_bytes` at which `text` can be cut without splitting a character. */
size_t vv_utf8_cut(const char *text, size_t len_bytes, size_t max_bytes);

#endif
