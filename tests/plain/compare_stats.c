/* varve_aggregate against statistics computed row by row, in the plainest way. */
#include "compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

struct bucket {
    int64_t start;
    struct varve_stats stats;
    long double sum, magnitude, mean, m2;
    bool turned_known, turned;
};

struct buckets {
    struct bucket *items;
    size_t count, at;
    const struct varve_aggregate_spec *spec;
    enum varve_type type;
    struct compare *compare;
    uint32_t series;
    bool same;
};

static bool bucket_start(const struct varve_aggregate_spec *spec, int64_t time, int64_t *start)
{
    *start = spec->from;
    if (spec->every > 0) {
        wide into = ((wide)time - spec->origin) % spec->every;
        wide begin = (wide)time - (into < 0 ? into + spec->every : into);
        *start = begin < INT64_MIN ? INT64_MIN : (int64_t)begin;
    } else if (spec->bounds) {
        size_t b = 0;
        if (time < spec->bounds[0] || time >= spec->bounds[spec->bound_count - 1])
            return false;
        while (time >= spec->bounds[b + 1])
            b++;
        *start = spec->bounds[b];
    }
    return true;
}

static bool less(enum varve_type type, union varve_number a, union varve_number b)
{
    return type == VARVE_DOUBLE ? a.d < b.d : a.i < b.i;
}

static void add_value(struct bucket *b, enum varve_type type, int64_t time,
                      const struct value *value)
{
    struct varve_stats *s = &b->stats;
    union varve_number number = {.i = value->i};
    if (type == VARVE_DOUBLE)
        number.d = value->d;
    long double v = type == VARVE_DOUBLE ? (long double)value->d : (long double)value->i;
    if (s->good == 0 || less(type, number, s->min)) {
        s->min = number;
        s->min_time = time;
    }
    if (s->good == 0 || less(type, s->max, number)) {
        s->max = number;
        s->max_time = time;
    }
    if (s->good++ == 0) {
        s->first = number;
        s->first_time = time;
    }
    s->last = number;
    s->last_time = time;
    b->sum += v;
    b->magnitude += fabsl(v);
    long double before = v - b->mean;
    b->mean += before / (long double)s->good;
    b->m2 += before * (v - b->mean);
    if (type == VARVE_BOOL) {
        s->turned_on += b->turned_known && !b->turned && value->i;
        s->turned_off += b->turned_known && b->turned && !value->i;
        b->turned_known = true;
        b->turned = value->i;
    }
}

static void fill(struct buckets *buckets, const struct plain_row *rows, size_t count)
{
    const struct plain *plain = buckets->compare->plain;
    const struct plain_stratum *stratum = &plain->strata[plain->series[buckets->series].stratum];
    uint32_t column = buckets->spec->column;
    struct value value;
    int64_t start;
    for (size_t i = 0; i < count; i++) {
        if (!bucket_start(buckets->spec, rows[i].time, &start))
            continue;
        if (buckets->count == 0 || buckets->items[buckets->count - 1].start != start)
            buckets->items[buckets->count++] = (struct bucket){.start = start};
        struct bucket *b = &buckets->items[buckets->count - 1];
        b->stats.count++;
        value.valid = false;
        if (column < rows[i].columns)
            value_of(stratum, column, rows[i].time, rows[i].seed, &value);
        if (value.valid && value_row_good(stratum, &rows[i]))
            add_value(b, buckets->type, rows[i].time, &value);
    }
}

static const char *differing(const struct bucket *want, const struct varve_stats *got,
                             enum varve_type type)
{
    const struct varve_stats *s = &want->stats;
    if (got->count != s->count)
        return "count";
    if (got->good != s->good)
        return "good";
    if (s->good == 0)
        return NULL;
    if (got->first_time != s->first_time || got->last_time != s->last_time)
        return "first or last time";
    if (type == VARVE_TEXT)
        return NULL;
    if (memcmp(&got->min, &s->min, sizeof s->min) || memcmp(&got->max, &s->max, sizeof s->max))
        return "min or max";
    if (got->min_time != s->min_time || got->max_time != s->max_time)
        return "time of min or max";
    if (memcmp(&got->first, &s->first, sizeof s->first) ||
        memcmp(&got->last, &s->last, sizeof s->last))
        return "first or last";
    if (type == VARVE_BOOL && (got->turned_on != s->turned_on || got->turned_off != s->turned_off))
        return "turns";
    long double sum = (long double)got->sum + (long double)got->sum_low;
    if (!(fabsl(sum - want->sum) <= want->magnitude * 0x1p-50L))
        return "sum";
    /* The squares of values near the end of the range do not fit in a double. */
    if (want->magnitude < 1e150L &&
        !(fabsl((long double)got->m2 - want->m2) <=
          (want->m2 + want->magnitude * want->magnitude * 0x1p-40L) * 0x1p-20L))
        return "m2";
    return NULL;
}

static bool check_bucket(void *arg, int64_t start, const struct varve_stats *stats)
{
    struct buckets *buckets = arg;
    char *why = buckets->compare->why;
    size_t room = sizeof buckets->compare->why;
    if (buckets->at == buckets->count || buckets->items[buckets->at].start != start) {
        snprintf(why, room, "series %u, column %u: a bucket at %" PRId64 " that does not belong",
                 buckets->series, buckets->spec->column, start);
        buckets->same = false;
        return false;
    }
    const struct bucket *want = &buckets->items[buckets->at++];
    const char *field = differing(want, stats, buckets->type);
    if (field)
        snprintf(why, room,
                 "series %u, column %u, bucket %" PRId64 " of every %" PRId64 " (%s): another %s "
                 "(count %" PRIu64 ", good %" PRIu64 "; the model's %" PRIu64 ", %" PRIu64 ")",
                 buckets->series, buckets->spec->column, start, buckets->spec->every,
                 buckets->spec->bounds ? "bounds" : "regular", field, stats->count, stats->good,
                 want->stats.count, want->stats.good);
    buckets->same = !field;
    return buckets->same;
}

bool compare_aggregate(struct compare *compare, uint32_t series,
                       const struct varve_aggregate_spec *drawn)
{
    const struct plain_series *about = &compare->plain->series[series];
    struct varve_aggregate_spec spec = *drawn;
    struct plain_row *rows;
    varve_error err = {0};
    size_t lost = 0;
    struct buckets buckets = {.spec = &spec,
                              .compare = compare,
                              .series = series,
                              .same = true,
                              .type =
                                  compare->plain->strata[about->stratum].columns[spec.column].type};
    if (about->id == PLAIN_NO_ID)
        return true;
    spec.series = about->id;
    spec.snapshot = compare->snapshot;
    size_t count =
        plain_settle(compare->plain, series, &compare->moment, spec.from, spec.to, &rows);
    buckets.items = malloc((count + 1) * sizeof *buckets.items);
    if (!buckets.items)
        abort();
    fill(&buckets, rows, count);
    varve_status status =
        varve_aggregate(compare->store, &spec, check_bucket, &buckets, &lost, &err);
    if (buckets.same && (status || lost > 0 || buckets.at != buckets.count)) {
        buckets.same = false;
        snprintf(compare->why, sizeof compare->why,
                 "series %u, column %u: %zu buckets of %zu, %zu lost: %.200s", series, spec.column,
                 buckets.at, buckets.count, lost, err.message);
    }
    free(buckets.items);
    free(rows);
    return buckets.same;
}

/* ---- drawn ---- */

static int64_t some_time(struct draw *draw, const struct plain_series *series)
{
    if (series->count == 0 || draw_once_in(draw, 30))
        return (int64_t)draw_bits(draw);
    const struct plain_entry *e = &series->entries[draw_below(draw, (uint32_t)series->count)];
    return (int64_t)((uint64_t)e->time + draw_below(draw, 5) - 2);
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

bool compare_drawn_aggregate(struct compare *compare, struct draw *draw, uint32_t series)
{
    const struct plain_series *about = &compare->plain->series[series];
    uint32_t columns = compare->moment.columns[about->stratum];
    int64_t bounds[12];
    size_t distinct = 1;
    struct varve_aggregate_spec spec = {.column = draw_below(draw, columns),
                                        .from = some_time(draw, about),
                                        .to = some_time(draw, about)};
    if (spec.from > spec.to) {
        int64_t swap = spec.from;
        spec.from = spec.to;
        spec.to = swap;
    }
    if (draw_once_in(draw, 3)) {
        spec.from = VARVE_TIME_MIN;
        spec.to = VARVE_TIME_MAX;
    }
    switch (draw_below(draw, 3)) {
    case 0:
        spec.every = (int64_t)(about->step * (1 + draw_below(draw, 500)));
        spec.origin = draw_once_in(draw, 4) ? (int64_t)draw_bits(draw) : some_time(draw, about);
        break;
    case 1:
        for (size_t b = 0; b < 12; b++)
            bounds[b] = some_time(draw, about);
        qsort(bounds, 12, sizeof *bounds, by_time);
        for (size_t b = 1; b < 12; b++)
            if (bounds[b] > bounds[distinct - 1])
                bounds[distinct++] = bounds[b];
        if (distinct < 2)
            return true;
        spec.bounds = bounds;
        spec.bound_count = distinct;
        break;
    default:
        break;
    }
    return compare_aggregate(compare, series, &spec);
}
