/* tags.h: the tags that an import meets, numbered as they come.
 *
 * Threads: one thread. Ownership: a tag lives as long as its table.
 */
#ifndef VV_APP_IMPORT_TAGS_H
#define VV_APP_IMPORT_TAGS_H

#include <stddef.h>
#include <stdint.h>

#include "app/import/cell.h"
#include "app/import/clock.h"
#include "base/error.h"

struct vv_tag;
struct vv_import_tags;

struct vv_import_tag {
    uint32_t number;
    const char *name; /* NUL-terminated */
    size_t name_len;
    struct vv_import_judge judge;
    enum vv_tag_type type;     /* what its cells are read as; NONE: not settled */
    const struct vv_tag *tag;  /* of the history, once it is known there */
    int64_t previous_ms;       /* of the row before; VV_IMPORT_NO_TIME */
    uint64_t samples, missing; /* stored; bad */
};

/* `prefix` (may be null or "") stands before every name, with a "/" between unless it ends in one;
 * it is borrowed. Null without memory. */
struct vv_import_tags *vv_import_tags_new(const char *prefix);
void vv_import_tags_free(struct vv_import_tags *tags);

/* The tag of a column or cell of that name, added if it is new. `*`, `?` and `[` in it are escaped,
 * as in a path (catalog/names.h). A name `value` stands for the prefix alone where there is one.
 * BAD_NAME; NO_MEMORY. */
vv_status vv_import_tags_add(struct vv_import_tags *tags, const char *name, size_t len_bytes,
                             struct vv_import_tag **tag, vv_error *err);
uint32_t vv_import_tags_count(const struct vv_import_tags *tags);
struct vv_import_tag *vv_import_tags_at(struct vv_import_tags *tags, uint32_t number);
/* Forgets the rows before, as at the beginning of a file. */
void vv_import_tags_begin(struct vv_import_tags *tags);

#endif
