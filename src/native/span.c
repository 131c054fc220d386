#include "native/span.h"

#include "base/time.h"
#include "catalog/partition.h"

#include "base/banned.h"

_Static_assert((int)VARVE_SPAN_YEAR == (int)VV_PARTITION_YEAR, "spans are partition sizes");

/* Bounds of partitions are whole seconds, so that nothing is lost. */
static int64_t from_ms(enum varve_unit unit, int64_t time_ms)
{
    if (unit == VARVE_SECONDS)
        return vv_floor_div(time_ms, 1000);
    return unit == VARVE_MICROSECONDS ? time_ms * 1000 : time_ms;
}

static int64_t to_ms(enum varve_unit unit, int64_t time)
{
    if (unit == VARVE_SECONDS)
        return time * 1000;
    return unit == VARVE_MICROSECONDS ? vv_floor_div(time, 1000) : time;
}

struct vv_span vv_span_of(const struct varve_stratum *stratum, int64_t time)
{
    int64_t first = from_ms(stratum->unit, VV_PARTITION_MIN_MS);
    int64_t last = from_ms(stratum->unit, VV_PARTITION_MAX_MS);
    if (stratum->span == VARVE_SPAN_NONE)
        return (struct vv_span){INT64_MIN, INT64_MIN, INT64_MAX};
    if (time < first)
        return (struct vv_span){INT64_MIN, INT64_MIN, first};
    struct vv_partition partition;
    if (time >= last || vv_partition_at((enum vv_partition_size)stratum->span,
                                        to_ms(stratum->unit, time), &partition, NULL))
        return (struct vv_span){VV_PARTITION_MAX_MS, last, INT64_MAX};
    return (struct vv_span){partition.start_ms, from_ms(stratum->unit, partition.start_ms),
                            from_ms(stratum->unit, partition.end_ms)};
}

struct vv_span vv_span_of_key(const struct varve_stratum *stratum, int64_t key)
{
    return vv_span_of(stratum, key == INT64_MIN ? key : from_ms(stratum->unit, key));
}
