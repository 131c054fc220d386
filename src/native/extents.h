/* extents.h: the stretches of a part that statistics are kept of, in order of time.
 *
 * A stretch is a whole entry (series in a partition) or, once it is opened, one of its blocks.
 *
 * Threads: belongs to one thread; the row source is borrowed.
 */
#ifndef VV_NATIVE_EXTENTS_H
#define VV_NATIVE_EXTENTS_H

#include "native/rowsource.h"

struct vv_extents {
    struct vv_rowsource *source;
    struct vv_live_part *part;
    uint32_t column;
    bool ended;
    bool whole; /* the stretch is an entry that can be opened */
    int64_t first, last;
    int64_t next; /* no later stretch begins before this */
    struct varve_stats stats;
    struct vv_block_ref ref;    /* of a stretch that is one block */
    struct vv_part_entry entry; /* that it is of */
    /* private: */
    bool has_entry;
    struct vv_part_stats_cursor cursor;
    struct varve_stats block_stats; /* of the block behind the stretch */
    bool has_block;
};

/* Moves to the first stretch that reaches into the source's range. CORRUPT: what comes next cannot
 * be known. Deinit also after an error. */
vv_status vv_extents_init(struct vv_extents *extents, struct vv_rowsource *source,
                          struct vv_live_part *part, uint32_t column, vv_error *err);
void vv_extents_deinit(struct vv_extents *extents);
/* From a whole entry to its first block in the range. */
vv_status vv_extents_enter(struct vv_extents *extents, vv_error *err);
/* To the next stretch; `ended` behind the last. */
vv_status vv_extents_next(struct vv_extents *extents, vv_error *err);

#endif
