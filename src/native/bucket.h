/* bucket.h: which bucket of an aggregate a time belongs to.
 *
 * Threads: plain data.
 */
#ifndef VV_NATIVE_BUCKET_H
#define VV_NATIVE_BUCKET_H

#include "base/error.h"
#include "varve.h"

struct vv_bucket {
    int64_t start; /* as it is told to the caller */
    int64_t last;  /* the last time in it, inclusive */
};

/* BAD_VALUE for a negative length or bounds that do not ascend. `*from` and `*to` are narrowed to
 * the bounds. */
vv_status vv_bucket_check(const struct varve_aggregate_spec *spec, int64_t *from, int64_t *to,
                          vv_error *err);
/* The bucket that holds a time inside the checked range. */
struct vv_bucket vv_bucket_of(const struct varve_aggregate_spec *spec, int64_t time);

#endif
