/* head_private.h: the chunks of a head, shared by head.c (writing) and head_cursor.c (reading). */
#ifndef VV_NATIVE_HEAD_PRIVATE_H
#define VV_NATIVE_HEAD_PRIVATE_H

#include <stdatomic.h>

#include "native/head.h"

struct vv_chunk_column {
    uint8_t *data; /* capacity cells: int64_t, double, uint8_t, struct varve_text */
    atomic_uint null_count;
    atomic_uint_least64_t *nulls; /* bitmap; a row's bit is set before the row is published */
};

/* Rows [0, count) are published and never change. */
struct vv_chunk {
    _Atomic(struct vv_chunk *) next;
    atomic_uint count;
    uint32_t capacity;
    uint32_t column_count;
    int64_t *times;
    uint32_t *subs;
    uint32_t *sequences; /* above the head's base; ascending */
    struct vv_chunk_column columns[];
};

struct vv_chain {
    _Atomic(struct vv_chunk *) first;
    struct vv_chunk *last; /* writer */
};

struct vv_head_series {
    atomic_bool used;
    uint32_t stratum_id;
    struct vv_chain ascending, late;
    int64_t last_time; /* of the ascending run; writer */
    uint32_t last_sub;
    int64_t span_from, span_to; /* the partition of the row last placed; writer */
};

struct vv_head_series *vv_head_series_at(const struct vv_head *head, uint32_t series);
bool vv_head_aborted(const struct vv_head *head, uint32_t relative);
bool vv_head_any_aborted(const struct vv_head *head);
bool vv_head_limit(const struct vv_head *head, uint64_t sequence, uint32_t *limit);
/* How many of its rows a snapshot sees: those up to `limit`. */
uint32_t vv_chunk_visible(const struct vv_chunk *chunk, uint32_t limit);

#endif
