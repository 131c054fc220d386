#include "workload.h"

uint64_t workload_random(struct workload *w)
{
    /* splitmix64 */
    uint64_t z = (w->random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static const double scales[] = {1, 10, 100, 1000};

void workload_init(struct workload *w, struct workload_tag *tags, uint32_t tag_count, uint64_t seed)
{
    static const int64_t steps[] = {2, 10, 50};
    *w = (struct workload){.random = seed, .tag_count = tag_count, .tags = tags};
    for (uint32_t i = 0; i < tag_count; i++) {
        struct workload_tag *tag = &tags[i];
        uint32_t share = i % 20;
        *tag = (struct workload_tag){.kind = share < 12   ? WORKLOAD_WALK
                                             : share < 15 ? WORKLOAD_SLOW
                                             : share < 17 ? WORKLOAD_COUNTER
                                             : share < 19 ? WORKLOAD_BOOL
                                                          : WORKLOAD_NOISE,
                                     .decimals = 1 + (int)(i / 20 % 3),
                                     .step = steps[i / 60 % 3],
                                     .jitter = (int)(workload_random(w) & 1)};
        tag->scale = scales[tag->decimals];
        tag->units = 50000 + (int64_t)(workload_random(w) % 20000);
        tag->value = tag->kind <= WORKLOAD_SLOW ? (double)tag->units / tag->scale : 0;
    }
}

void workload_next(struct workload *w, uint32_t index, int64_t second, int64_t *time_ms,
                   double *value, int64_t *quality)
{
    struct workload_tag *tag = &w->tags[index];
    uint64_t r = workload_random(w);
    *time_ms = second * 1000 + (tag->jitter ? (int64_t)(r % 21) : 0);
    *quality = (r >> 32) % 1000 == 0 ? 0 : 192;
    r = workload_random(w);
    switch (tag->kind) {
    case WORKLOAD_SLOW:
        if (r % 60 != 0)
            break;
        r = workload_random(w);
        /* fall through */
    case WORKLOAD_WALK:
        tag->units += (int64_t)(r % (uint64_t)(2 * tag->step + 1)) - tag->step;
        if (tag->units < 10000 || tag->units > 90000)
            tag->units = 50000;
        tag->value = (double)tag->units / tag->scale;
        break;
    case WORKLOAD_COUNTER:
        tag->value += (double)(r % 6);
        break;
    case WORKLOAD_BOOL:
        if (r % 600 == 0)
            tag->value = !tag->value;
        break;
    case WORKLOAD_NOISE:
        tag->value = (double)(r >> 11) / 9007199254740992.0 * 100;
        break;
    }
    *value = tag->value;
}
