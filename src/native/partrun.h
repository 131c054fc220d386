/* partrun.h: one series of one part as a run for a row merge.
 *
 * Walks the part's entries of the series over its partitions, block by block, and reads only blocks
 * that reach into the time range, each when it is asked for. Used by scans and merges.
 *
 * Threads: belongs to one thread; the part is borrowed and kept alive by the caller's snapshot.
 */
#ifndef VV_NATIVE_PARTRUN_H
#define VV_NATIVE_PARTRUN_H

#include "native/part.h"
#include "native/rowmerge.h"
#include "native/version.h"

struct vv_part_run_spec {
    varve *store;
    struct vv_live_part *part;
    const struct varve_stratum *stratum;
    uint32_t series;
    int64_t from, to;
    const uint32_t *columns; /* borrowed; indexes of the columns wanted */
    uint32_t column_count;
    /* Told of each damaged block (or index page: `ref` null), whose rows are then left out; an
     * error from it ends the run. May be null: damage ends the run. */
    vv_status (*lost)(void *arg, const struct vv_part_run_spec *spec,
                      const struct vv_block_ref *ref, const vv_error *why);
    void *lost_arg;
};

struct vv_part_run {
    struct vv_run run; /* first: a vv_run * is a vv_part_run * */
    struct vv_part_run_spec spec;
    struct vv_part_entry entry;
    bool has_entry;
    struct vv_block_ref *refs;
    uint32_t ref_room, ref_count, ref_next;
    struct vv_block_rows block;
};

/* In place; deinit also after an error. run.ended is true when the part has nothing in the range.
 */
vv_status vv_part_run_init(struct vv_part_run *run, const struct vv_part_run_spec *spec,
                           vv_error *err);
void vv_part_run_deinit(struct vv_part_run *run);

#endif
