/* glob.h: patterns over the paths of points and the names of tags.
 *
 * A pattern is matched element by element (what stands between "/"):
 *
 *     *      any run of characters inside an element, also none
 *     ?      one character
 *     [a-z]  one of these; [!a-z] or [^a-z] one of the others; a ] may stand first
 *     \c     the character c itself, both in the pattern and in the path
 *     **     as a whole element: any number of elements, also none; "A", "/" and "**" is A and all
 *            that is below it
 *     *      alone as the whole pattern: everything
 *
 * A character is a Unicode code point; upper and lower case differ. A "/" in a pattern always parts
 * elements, so it cannot stand in brackets; as \/ it is a character of a name.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_GLOB_H
#define VV_CATALOG_GLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Whether the text has a `*`, `?` or `[` that is not escaped. Without one it is the path of one
 * tag. */
bool vv_glob_is_pattern(const char *text, size_t len_bytes);
/* SYNTAX for a `[` that is not closed, an empty or backward range, a backslash at the end, or bytes
 * that are not UTF-8. */
vv_status vv_glob_check(const char *pattern, size_t len_bytes, vv_error *err);
/* Whether the path matches a pattern that vv_glob_check has passed; for another pattern the answer
 * is either. Takes time up to the product of the two lengths. */
bool vv_glob_match(const char *pattern, size_t pattern_bytes, const char *path, size_t path_bytes);

#endif
