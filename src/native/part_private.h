/* part_private.h: what the writer and the reader of parts share. Layout: docs/internals/format.md.
 */
#ifndef VV_NATIVE_PART_PRIVATE_H
#define VV_NATIVE_PART_PRIVATE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/thread.h"
#include "native/part.h"
#include "native/stats.h"

#define VV_PART_MAGIC           "VARVEPRT"
#define VV_PART_VERSION         1u
#define VV_PART_FEATURES        0u /* bits; a reader refuses what it does not know */
#define VV_PART_HEADER_BYTES    56u
#define VV_PART_TRAILER_BYTES   88u
#define VV_PART_PAGE_BYTES      16384u /* a page is closed above this */
#define VV_PART_PAGE_HEAD_BYTES 8u     /* checksum, count of entries */

struct vv_part_schema {
    uint32_t stratum, column_count;
    enum varve_type *types;
};

/* The directory's row of an index page. */
struct vv_part_page {
    int64_t partition; /* of its first entry */
    uint32_t series;
    uint32_t len_bytes;
    uint64_t offset;
};

struct vv_part {
    const struct vv_io *io;
    struct vv_cache *cache;
    char *path;
    struct vv_part_id id;
    struct vv_mutex mutex; /* guards opening */
    atomic_bool open;      /* all below is constant from then on */
    struct vv_file *file;
    uint64_t size_bytes, directory_offset, rows;
    struct vv_part_schema *schemas;
    size_t schema_count;
    struct vv_part_page *pages;
    size_t page_count;
    int64_t last_partition; /* of the last entry */
    uint32_t last_series;
};

/* Opens the file and checks header, trailer and directory, once. */
vv_status vv_part_open(struct vv_part *part, vv_error *err);
/* Reads exactly `len_bytes` into new memory (vv_free); CORRUPT when the file ends before. */
vv_status vv_part_fetch(const struct vv_part *part, uint64_t offset, size_t len_bytes,
                        uint8_t **data, vv_error *err);
/* The page, checked and pinned. */
vv_status vv_part_page_get(const struct vv_part *part, size_t page, struct vv_cache_entry **pinned,
                           vv_error *err);
/* How many entries the page says it has; no more than its bytes could hold. */
uint32_t vv_part_page_entries(const struct vv_part_page *page, const uint8_t *data);
/* Reads entry `i` of a page. `entry->page` is null. */
vv_status vv_part_entry_read(const struct vv_part *part, const struct vv_part_page *page,
                             const uint8_t *data, uint32_t i, struct vv_part_entry *entry,
                             vv_error *err);
/* Its key alone; false on damage. */
bool vv_part_entry_key(const struct vv_part_page *page, const uint8_t *data, uint32_t i,
                       int64_t *partition, uint32_t *series);

/* Puts and reads the identity that header and trailer share: magic, version, features, id. */
#define VV_PART_IDENTITY_BYTES 52u
void vv_part_identity_put(uint8_t *to, const struct vv_part_id *id);
vv_status vv_part_identity_check(const uint8_t *from, const struct vv_part_id *id, const char *path,
                                 vv_error *err);

#endif
