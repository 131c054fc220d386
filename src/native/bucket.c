#include "native/bucket.h"

#include "base/banned.h"

vv_status vv_bucket_check(const struct varve_aggregate_spec *spec, int64_t *from, int64_t *to,
                          vv_error *err)
{
    if (spec->every < 0)
        return vv_fail(err, VARVE_BAD_VALUE, "a bucket of length %lld", (long long)spec->every);
    if (spec->every || !spec->bounds)
        return VARVE_OK;
    if (spec->bound_count < 2)
        return vv_fail(err, VARVE_BAD_VALUE, "buckets need at least two bounds");
    for (size_t b = 1; b < spec->bound_count; b++)
        if (spec->bounds[b] <= spec->bounds[b - 1])
            return vv_fail(err, VARVE_BAD_VALUE, "bound %zu is not after the one before", b);
    if (spec->bounds[0] > *from)
        *from = spec->bounds[0];
    if (spec->bounds[spec->bound_count - 1] < *to)
        *to = spec->bounds[spec->bound_count - 1];
    return VARVE_OK;
}

static struct vv_bucket regular(int64_t every, int64_t origin, int64_t time)
{
    uint64_t length = (uint64_t)every, into;
    struct vv_bucket bucket = {INT64_MIN, INT64_MAX};

    if (time >= origin) {
        into = ((uint64_t)time - (uint64_t)origin) % length;
    } else {
        uint64_t before = ((uint64_t)origin - (uint64_t)time) % length;
        into = before ? length - before : 0;
    }
    if (into <= (uint64_t)time - (uint64_t)INT64_MIN)
        bucket.start = (int64_t)((uint64_t)time - into);
    if (length - 1 - into <= (uint64_t)INT64_MAX - (uint64_t)time)
        bucket.last = (int64_t)((uint64_t)time + (length - 1 - into));
    return bucket;
}

struct vv_bucket vv_bucket_of(const struct varve_aggregate_spec *spec, int64_t time)
{
    if (spec->every)
        return regular(spec->every, spec->origin, time);
    if (!spec->bounds)
        return (struct vv_bucket){spec->from, INT64_MAX};
    size_t low = 0, high = spec->bound_count - 1; /* bounds[low] <= time < bounds[high] */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (spec->bounds[middle] <= time)
            low = middle;
        else
            high = middle;
    }
    return (struct vv_bucket){spec->bounds[low], spec->bounds[high] - 1};
}
