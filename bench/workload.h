/* workload.h: W1, the tags that a plant gives: seeded, so that every run and every peer gets the
 * same.
 *
 * 2,000 tags at 1 Hz: 60 % doubles in a bounded random walk with 1, 2 or 3 decimals, 15 % that
 * change about once a minute, 10 % counters, 10 % Booleans that toggle about every ten minutes, 5 %
 * full-precision noise; half of the tags with 0 to 20 ms of jitter; quality 192 but for one sample
 * in a thousand. Arrival order: all tags of second 0, then second 1.
 *
 * Threads: a workload belongs to one thread.
 */
#ifndef VV_BENCH_WORKLOAD_H
#define VV_BENCH_WORKLOAD_H

#include <stdint.h>

enum workload_kind {
    WORKLOAD_WALK,
    WORKLOAD_SLOW,
    WORKLOAD_COUNTER,
    WORKLOAD_BOOL,
    WORKLOAD_NOISE
};

struct workload_tag {
    enum workload_kind kind;
    int decimals;
    int64_t step;  /* of the walk, in units of the last decimal */
    int64_t units; /* the value so far, in those units */
    double scale;
    double value;
    int jitter; /* whether it has any */
};

struct workload {
    uint64_t random;
    uint32_t tag_count;
    struct workload_tag *tags;
};

/* `tags` has room for tag_count. */
void workload_init(struct workload *w, struct workload_tag *tags, uint32_t tag_count,
                   uint64_t seed);
uint64_t workload_random(struct workload *w);
/* The sample of a tag at `second` since 1970. */
void workload_next(struct workload *w, uint32_t tag, int64_t second, int64_t *time_ms,
                   double *value, int64_t *quality);

#endif
