/* span.h: the partition that a row belongs to, as parts are ordered by it.
 *
 * Partitions are the catalogue's (UTC calendar); here their bounds are in the stratum's own unit,
 * and times before year 1 or after year 9999 have one partition each, so that any time can be kept.
 *
 * Threads: pure.
 */
#ifndef VV_NATIVE_SPAN_H
#define VV_NATIVE_SPAN_H

#include "varve.h"

struct vv_span {
    int64_t key;      /* start in ms UTC; INT64_MIN for unpartitioned strata and before year 1 */
    int64_t from, to; /* from <= time < to, in the stratum's unit */
};

/* The partition that holds `time`. */
struct vv_span vv_span_of(const struct varve_stratum *stratum, int64_t time);
/* The one of that key. */
struct vv_span vv_span_of_key(const struct varve_stratum *stratum, int64_t key);

#endif
