/* stats.h: the tagged statistics of a run of rows (struct varve_stats of varve.h).
 *
 * Computed once when a block is made, kept in the part's index, merged on reading. Sums are kept as
 * double-double; m2 is merged by Chan's rule, which loses nothing to cancellation.
 *
 * Threads: plain data, owned by the caller.
 */
#ifndef VV_NATIVE_STATS_H
#define VV_NATIVE_STATS_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/error.h"
#include "varve.h"

/* Adds rows `begin` … `end`-1 of a column, in order of time. `good` is a bitmap over the rows'
 * indexes (null: all good). Continues what `stats` holds ({0} to begin). */
void vv_stats_add(struct varve_stats *stats, const struct varve_vector *vector,
                  const int64_t *times, const uint64_t *good, uint32_t begin, uint32_t end);
/* Fields compare equal bit by bit (padding aside): a stored block's statistics against new ones. */
bool vv_stats_equal(const struct varve_stats *a, const struct varve_stats *b, enum varve_type type);
/* What a reader knows of the rows already, so that their times cost nothing again. */
struct vv_stats_frame {
    int64_t first_time, last_time;
};
/* To and from bytes; only fields that mean something for the type and counts are written, and
 * those come back to the bit. Any bytes give statistics or CORRUPT. */
void vv_stats_pack(const struct varve_stats *stats, enum varve_type type,
                   const struct vv_stats_frame *frame, struct vv_buf *out);
vv_status vv_stats_unpack(struct vv_reader *from, enum varve_type type,
                          const struct vv_stats_frame *frame, struct varve_stats *stats);

/* Fills the bitmap `good` (count/64 words, rounded up) by the stratum's rule, from its quality
 * column in `rows`; returns false when every row is good, and the bitmap need not be looked at. */
bool vv_good_mask(const struct varve_stratum *stratum, const struct varve_vector *quality,
                  uint32_t count, uint64_t *good);

#endif
