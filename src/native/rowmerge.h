/* rowmerge.h: several sorted runs of one series as one, the newer row winning on an equal key.
 *
 * The one place where late, repeated and deleted rows are settled: scans, flushes and merges all
 * read through it. Streaming: it holds at most one decoded block of each run. A block that no other
 * run reaches into is passed on without a copy.
 *
 * Threads: belongs to one thread.
 */
#ifndef VV_NATIVE_ROWMERGE_H
#define VV_NATIVE_ROWMERGE_H

#include "base/error.h"
#include "varve.h"

/* A sorted run with unique keys. The owner embeds it. */
struct vv_run {
    uint64_t rank;     /* of two equal keys the row of the higher rank is kept */
    int64_t next_time; /* no row still to come is before this; INT64_MAX with `ended` */
    bool ended;
    /* Loads the next rows (none only with `ended`) into `rows`, valid until the next call, and sets
     * next_time and ended for what follows them. An error ends the merge: a run that may leave out
     * damaged rows notes them itself and goes on. */
    vv_status (*load)(struct vv_run *run, struct varve_rows *rows, vv_error *err);
};

/* Rows of rank < `rank` with from <= time < to are gone. */
struct vv_mark {
    int64_t from, to;
    uint64_t rank;
};

struct vv_rowmerge;

/* `types` are the columns that the runs deliver. `runs` and `marks` are borrowed. Rows outside
 * from <= time < to are left out. */
vv_status vv_rowmerge_new(const enum varve_type *types, uint32_t column_count, struct vv_run **runs,
                          size_t run_count, const struct vv_mark *marks, size_t mark_count,
                          int64_t from, int64_t to, struct vv_rowmerge **merge, vv_error *err);
/* The next rows, at most `max_rows` (at least 64) of them, fewer also before the end; valid until
 * the next call. END. */
vv_status vv_rowmerge_next(struct vv_rowmerge *merge, uint32_t max_rows, struct varve_rows *rows,
                           vv_error *err);
void vv_rowmerge_free(struct vv_rowmerge *merge);

#endif
