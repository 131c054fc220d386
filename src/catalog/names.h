/* names.h: the names of tags, and the paths of points.
 *
 * A path is the names from the root of the tree to a point, joined by "/"; in it a backslash stands
 * before each of `* ? [ / \` that is part of a name, so that every path is also a pattern (glob.h)
 * that matches itself alone. A tag that is no point has a name of the same form.
 *
 * A character is a Unicode code point. Threads: any; no state.
 */
#ifndef VV_CATALOG_NAMES_H
#define VV_CATALOG_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vv_buf;

/* Most characters of a tag name or path, and most bytes that they can take. */
#define VV_NAME_MAX       255
#define VV_NAME_MAX_BYTES (4 * VV_NAME_MAX)

/* The number of characters, or -1 when the bytes are not well-formed UTF-8. */
int64_t vv_utf8_count(const char *text, size_t len_bytes);

/* A tag name: 1 to 255 characters, well-formed UTF-8, no control characters (C0, DEL, C1). BAD_NAME
 * says which rule, and shows the name. */
vv_status vv_tag_name_check(const char *name, size_t len_bytes, vv_error *err);

/* Adds `name` as one element of a path, escaped; with a "/" before it unless `path` is empty. */
void vv_path_add(struct vv_buf *path, const char *name, size_t len_bytes);
/* The next element of a path, unescaped into `name` (emptied first), starting at byte *at, which is
 * moved behind it; start with 0. END when there is no more; SYNTAX for a backslash at the end;
 * NO_MEMORY. */
vv_status vv_path_next(const char *path, size_t len_bytes, size_t *at, struct vv_buf *name,
                       vv_error *err);

#endif
