/* rowsource.h: everything of a snapshot that holds rows of one series in a time range.
 *
 * Parts that may hold some, the heads, the marks and the prune that hide some. From it come the
 * settled rows of any piece of the range (rows_open), and for those that look before they read, the
 * sources themselves. What scans, aggregates and varve_newest have in common.
 *
 * Threads: belongs to one thread; snapshot and store are borrowed.
 */
#ifndef VV_NATIVE_ROWSOURCE_H
#define VV_NATIVE_ROWSOURCE_H

#include "native/partrun.h"
#include "native/rowmerge.h"
#include "native/version.h"

struct vv_rowsource {
    varve *store;
    const varve_snapshot *snapshot;
    uint32_t series, stratum_id;
    const struct varve_stratum *stratum;
    int64_t from, to;            /* without what is pruned; from >= to: nothing */
    struct vv_live_part **parts; /* borrowed from the version; the array is owned */
    size_t part_count;
    struct vv_mark *marks; /* of the series, seen by the snapshot; owned */
    size_t mark_count;
    /* Told of damaged blocks, whose rows are then left out; may be null. */
    void (*lost)(void *arg, const struct vv_rowsource *source, const struct vv_live_part *part,
                 const struct vv_block_ref *ref, const vv_error *why);
    void *lost_arg;
    vv_status lost_status; /* of what `lost` could not do, for lack of memory: ends the reading */
};

/* In place; deinit also after an error. NOT_FOUND names a series that is not there. */
vv_status vv_rowsource_init(struct vv_rowsource *source, varve *store,
                            const varve_snapshot *snapshot, uint32_t series, int64_t from,
                            int64_t to, vv_error *err);
void vv_rowsource_deinit(struct vv_rowsource *source);

/* NOT_FOUND when the stratum has no such column. */
vv_status vv_rowsource_column(const struct vv_rowsource *source, uint32_t column, vv_error *err);
/* The rank that a part's rows have in a merge. */
uint64_t vv_rowsource_rank(const struct vv_live_part *part);
/* The mark of higher rank that reaches into first … last (inclusive) and ends last, or null. */
const struct vv_mark *vv_rowsource_mark(const struct vv_rowsource *source, uint64_t rank,
                                        int64_t first, int64_t last);
/* Greatest time below `before` at which a head has a row that no mark has taken, or false. */
bool vv_rowsource_head_last(const struct vv_rowsource *source, int64_t before, int64_t *time);

/* Rows being read: settled, in order. */
struct vv_rowsource_rows {
    struct vv_part_run *runs;
    size_t run_count;
    struct vv_head_cursor *cursors;
    size_t cursor_count;
    struct vv_run **list;
    struct vv_rowmerge *merge;
};

/* The rows of from <= time < to (inside the source's range) with the columns asked for (indexes,
 * borrowed until close). Next: vv_rowmerge_next(rows->merge, …). Close also after an error. */
vv_status vv_rowsource_open(struct vv_rowsource *source, int64_t from, int64_t to,
                            const uint32_t *columns, uint32_t column_count,
                            struct vv_rowsource_rows *rows, vv_error *err);
void vv_rowsource_close(struct vv_rowsource_rows *rows);

#endif
