/* wal_private.h: the bytes of a log file, shared by wal.c, wal_file.c and wal_recover.c. Nobody
 * else includes it. Layout: docs/internals/format.md, "The log". */
#ifndef VV_NATIVE_WAL_PRIVATE_H
#define VV_NATIVE_WAL_PRIVATE_H

#include "base/bytes.h"
#include "native/wal.h"

#define VV_WAL_MAGIC   "VARVELOG"
#define VV_WAL_VERSION 1
/* The header stands twice, each in a sector of its own: without it no frame could be told. */
#define VV_WAL_SECTOR 512
#define VV_WAL_START  (2 * VV_WAL_SECTOR) /* where frames begin */
#define VV_WAL_PATH   32                  /* bytes of "/%016llx.log.tmp" and its NUL, rounded up */

/* A frame: guard, CRC of all that follows, length of the payload, kind, sequence, payload. */
#define VV_WAL_AT_GUARD    0
#define VV_WAL_AT_CRC      4
#define VV_WAL_AT_LEN      8
#define VV_WAL_AT_KIND     12
#define VV_WAL_AT_SEQUENCE 16

/* A frame of the log's own, before the first write after a sync: its payload is the offset up to
 * which this file was durable then. Bad bytes before it are damage, not an interrupted write. */
#define VV_WAL_MARK       0
#define VV_WAL_MARK_BYTES (VV_WAL_FRAME_HEADER + 8)

#define VV_WAL_UNKNOWN UINT64_MAX

struct vv_wal_header {
    uint8_t store_id[16];
    uint64_t epoch;
    uint64_t number;
    uint32_t guard; /* random; begins each frame of the file, so that no value can play a frame */
    /* The log before this file ends at `previous_bytes` of file `previous` (0: there is none). What
     * is behind, and every file between, is repeated here or never counted. VV_WAL_UNKNOWN: its
     * header is damaged, its end is not known. */
    uint64_t previous, previous_bytes;
};

/* Fills VV_WAL_START bytes. */
void vv_wal_header_pack(const struct vv_wal_header *header, uint8_t *to);
/* From the first `len_bytes` of a file. CORRUPT when both copies are damaged, UNSUPPORTED for
 * another version. `*damaged_copy` tells that one copy is. */
vv_status vv_wal_header_unpack(const uint8_t *from, size_t len_bytes, struct vv_wal_header *header,
                               bool *damaged_copy, vv_error *err);
/* The file's path ("dir/%016llx.log"), to be freed; null without memory. */
char *vv_wal_path(const char *dir, uint64_t number, const char *suffix);
/* The number in a file's name; false for another name. */
bool vv_wal_number_of(const char *name, uint64_t *number);
/* Puts the guard into every frame of sealed bytes. */
void vv_wal_guard(uint8_t *frames, size_t len_bytes, uint32_t guard);
/* Bytes of the frame at `at`, 0 when there is no good one. */
size_t vv_wal_frame_at(const uint8_t *at, size_t left_bytes, uint32_t guard);

/* Writes file `header->number` whole, with the frames of `tail` behind its header, under another
 * name, syncs it, renames it and syncs the directory: it is there as a whole or not at all.
 * `header->guard` is drawn here. On an error `*exposed` tells that the file may be found all the
 * same by a later recovery, which will believe what it says of the file before it. */
vv_status vv_wal_file_begin(const struct vv_io *io, const char *dir, struct vv_wal_header *header,
                            struct vv_buf *const *tail, size_t tail_count, struct vv_file **file,
                            uint64_t *len_bytes, bool *exposed, vv_error *err);

/* The good frames of the file that are not known to be durable, for a file behind it to repeat:
 * what a dead process left may be in the machine's memory alone, and an fsync now proves nothing
 * when one failed before. `*durable_bytes` is where they begin, VV_WAL_UNKNOWN (and no frames) for
 * a file whose header is damaged. */
vv_status vv_wal_tail(const struct vv_io *io, const char *dir, uint64_t number,
                      uint64_t *durable_bytes, struct vv_buf *tail, vv_error *err);

#endif
