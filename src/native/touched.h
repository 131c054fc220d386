/* touched.h: files of what a flush touched, kept until every follower has moved on.
 *
 * touched/<number>.touched: for each series of one flushed part, its first and last time. Written
 * once, synced, under CRC-32C; the manifest lists them. Layout: docs/internals/format.md.
 *
 * Threads: pure functions over files.
 */
#ifndef VV_NATIVE_TOUCHED_H
#define VV_NATIVE_TOUCHED_H

#include "base/error.h"
#include "base/io.h"

struct vv_touched_range {
    uint32_t series;
    int64_t from, to; /* first and last time, both inclusive */
};

struct vv_touched_id {
    uint8_t store_id[16];
    uint64_t number;
};

/* Makes the file and syncs it; its directory is the caller's to sync. Ranges ascend by series. */
vv_status vv_touched_write(const struct vv_io *io, const char *path, const struct vv_touched_id *id,
                           const struct vv_touched_range *ranges, size_t count, vv_error *err);
/* Calls `each` for every range, until it returns false. CORRUPT names the file. */
vv_status vv_touched_read(const struct vv_io *io, const char *path, const struct vv_touched_id *id,
                          bool (*each)(void *arg, const struct vv_touched_range *range, bool last),
                          void *arg, vv_error *err);
/* The same from bytes (fuzzing). `path` is for errors. */
vv_status vv_touched_parse(const uint8_t *data, size_t len_bytes, const char *path,
                           const struct vv_touched_id *id,
                           bool (*each)(void *arg, const struct vv_touched_range *range, bool last),
                           void *arg, vv_error *err);

#endif
