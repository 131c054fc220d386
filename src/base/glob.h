/* glob.h: patterns over names.
 *
 *     *      any run of characters, "/" among them, also none
 *     ?      one character (of UTF-8: all its bytes)
 *     [a-f]  one of them; [!a-f] one that is not; "]" first stands for itself
 *     \      the next character as it is
 *
 * Matching takes time linear in the name for each `*`, at worst: no pattern of a user can stall the
 * server. Threads: any; no state.
 */
#ifndef VV_BASE_GLOB_H
#define VV_BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define VV_GLOB_MAX 1024 /* bytes of a pattern */

/* SYNTAX names what is wrong: an unclosed "[", a `\` at the end; LIMIT beyond VV_GLOB_MAX. */
vv_status vv_glob_check(const char *pattern, vv_error *err);
/* The pattern must have passed the check. */
bool vv_glob_match(const char *pattern, const char *name, size_t name_len);
/* The bytes that every match begins with, into `to` (as long as the pattern, with its NUL); returns
 * their number. Whether the pattern is that text and nothing else: `*exact`. */
size_t vv_glob_prefix(const char *pattern, char *to, bool *exact);

#endif
