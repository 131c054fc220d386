/* names.h: the names of tags, the paths of points, and patterns over both.
 *
 * A path is the names from the root of the tree to a point, joined by "/"; in it a backslash stands
 * before each of `* ? [ / \` that is part of a name. A tag that is no point has a name of the same
 * form. Patterns are matched against paths, element by element:
 *
 *     *      any run of characters but "/", also none
 *     ?      one character but "/"
 *     [a-z]  one of these; [!a-z] or [^a-z] one of the others, never "/"; ] may stand first
 *     \c     the character c itself, both in the pattern and in the path
 *     **     as a whole element: any number of elements, also none; "A", "/" and "**" is A and all
 *            that is below it
 *     *      alone as the whole pattern: everything
 *
 * A character is a Unicode code point. Upper and lower case differ.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_NAMES_H
#define VV_CATALOG_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vv_buf;

/* Most characters of a tag name or path, and most bytes that they can take. */
#define VV_NAME_MAX       255
#define VV_NAME_MAX_BYTES (4 * VV_NAME_MAX)

/* The number of characters, or -1 when the bytes are not valid UTF-8 (overlong forms and surrogates
 * are not). */
int64_t vv_utf8_count(const char *text, size_t len_bytes);

/* A tag name: 1 to 255 characters, valid UTF-8, no control characters (C0, DEL, C1). BAD_NAME says
 * which rule and shows the name. */
vv_status vv_tag_name_check(const char *name, size_t len_bytes, vv_error *err);

/* Adds `name` as one element of a path, escaped; with a "/" before it unless `path` is empty. */
void vv_path_add(struct vv_buf *path, const char *name, size_t len_bytes);
/* The next element of a path, unescaped into `name` (emptied first), starting at byte *at, which is
 * moved behind it. END when there is no more; SYNTAX for an escape at the end; NO_MEMORY. */
vv_status vv_path_next(const char *path, size_t len_bytes, size_t *at, struct vv_buf *name,
                       vv_error *err);

/* Whether the text has a character that is special in a pattern and not escaped. Without one it is
 * the path of one tag. */
bool vv_glob_is_pattern(const char *text, size_t len_bytes);
/* SYNTAX for an unclosed `[`, a backslash at the end, or invalid UTF-8. */
vv_status vv_glob_check(const char *pattern, size_t len_bytes, vv_error *err);
/* Whether the path matches; false for a pattern that vv_glob_check refuses. Time is bounded by the
 * product of the two lengths. */
bool vv_glob_match(const char *pattern, size_t pattern_bytes, const char *path, size_t path_bytes);

#endif
