/* sink.h: rows of a merge into the blocks of a part.
 *
 * Full blocks go straight to the writer; what comes in smaller pieces is staged until a block is
 * full or the series ends. Used by flushes and merges.
 *
 * Threads: belongs to one thread.
 */
#ifndef VV_NATIVE_SINK_H
#define VV_NATIVE_SINK_H

#include "native/part.h"
#include "native/rowmerge.h"
#include "native/rows.h"

struct vv_sink {
    varve *store;                  /* borrowed */
    struct vv_part_writer *writer; /* borrowed; may be exchanged between series */
    const struct varve_stratum *stratum;
    uint32_t stratum_id;
    uint32_t series;
    int64_t partition;
    struct vv_rows *staged; /* of the stratum's columns */
    enum varve_type types[VARVE_COLUMNS_MAX];
    uint64_t rows; /* written so far */
};

void vv_sink_init(struct vv_sink *sink, varve *store, struct vv_part_writer *writer);
void vv_sink_deinit(struct vv_sink *sink);
/* What follows is of this series in this partition; sets stratum and types. */
vv_status vv_sink_begin(struct vv_sink *sink, uint32_t series, uint32_t stratum_id,
                        int64_t partition, vv_error *err);
/* All rows of the merge, which delivers all columns of the stratum. */
vv_status vv_sink_rows(struct vv_sink *sink, struct vv_rowmerge *merge, vv_error *err);

#endif
