/* batch.h: a batch as the bytes that go into the log, and back into a head.
 *
 * Built in the caller's thread in its final form behind room for the frame's header, so that the
 * leader of a group commit only seals and writes it. Live appends and recovery apply the same bytes
 * by the same function. Layout: docs/internals/format.md, "Batch".
 *
 * Threads: a batch belongs to one thread; vv_batch_apply is for the head's writer.
 */
#ifndef VV_NATIVE_BATCH_H
#define VV_NATIVE_BATCH_H

#include "base/buf.h"
#include "native/head.h"
#include "native/registry.h"

struct varve_batch {
    varve *store;
    struct vv_buf frame; /* VV_WAL_FRAME_HEADER bytes of room, then the payload */
    int64_t last_time;   /* rows hold differences to the row before */
    uint64_t rows;
    uint32_t positions;
};

/* Places the rows of a payload in the head (null: only reads it) under `sequence`; `position` (may
 * be null) is told of follower positions. CORRUPT when the bytes are not a batch, NO_MEMORY; rows
 * placed before the error are there: abort the sequence. `rows` counts them. */
vv_status vv_batch_apply(const uint8_t *payload, size_t len_bytes,
                         const struct vv_registry *registry, struct vv_head *head,
                         uint64_t sequence,
                         void (*position)(void *arg, const char *name, size_t name_bytes,
                                          uint64_t sequence),
                         void *arg, uint64_t *rows, vv_error *err);

#endif
