/* query_buckets.c: aggregates by bucket, the earlier types of a tag merged in.
 *
 * Each source gives up to VV_HISTORY_QUERY_ROWS buckets from q->next_ms on; what they have all
 * told is merged and given out, and the next call goes on behind it.
 */
#include <math.h>
#include <string.h>

#include "base/time.h"
#include "base/zone.h"
#include "history/query_private.h"

#include "base/banned.h"

/* ---- statistics of the store into buckets ---- */

static struct vv_datum datum_of(union varve_number n, enum vv_tag_type type)
{
    switch (type) {
    case VV_TYPE_INTEGER:
        return vv_datum_integer(n.i);
    case VV_TYPE_DATETIME:
        return vv_datum_datetime(n.i);
    case VV_TYPE_BOOLEAN:
        return vv_datum_boolean(n.i != 0);
    case VV_TYPE_DOUBLE:
        return vv_datum_double(n.d);
    case VV_TYPE_STRING:
    case VV_TYPE_NONE:
        break;
    }
    return vv_datum_null();
}

static struct query_bucket bucket_of(int64_t start_ms, const struct varve_stats *s,
                                     enum vv_tag_type type)
{
    struct query_bucket b = {.start_ms = start_ms, .rows = s->count, .good = s->good};

    if (s->good == 0)
        return b;
    b.first_ms = s->first_time;
    b.last_ms = s->last_time;
    if (type != VV_TYPE_STRING) {
        b.sum = s->sum + s->sum_low;
        b.m2 = s->m2;
        b.min = datum_of(s->min, type);
        b.max = datum_of(s->max, type);
        b.first = datum_of(s->first, type);
        b.last = datum_of(s->last, type);
    }
    return b;
}

static bool take_bucket(void *arg, int64_t start_ms, const struct varve_stats *stats)
{
    struct query_source *s = arg;

    if (s->bucket_count == VV_HISTORY_QUERY_ROWS) {
        s->cut = true;
        return false;
    }
    s->buckets[s->bucket_count++] = bucket_of(start_ms, stats, s->tag->type);
    return true;
}

/* Across types: a tag that was Integer and is Double has one minimum. */
double vv_query_number(const struct vv_datum *d)
{
    switch (d->type) {
    case VV_TYPE_INTEGER:
    case VV_TYPE_DATETIME:
        return (double)d->as.integer;
    case VV_TYPE_BOOLEAN:
        return d->as.boolean ? 1 : 0;
    case VV_TYPE_DOUBLE:
        return d->as.number;
    case VV_TYPE_STRING:
    case VV_TYPE_NONE:
        break;
    }
    return NAN;
}

void vv_query_bucket_merge(struct query_bucket *into, const struct query_bucket *more)
{
    double a = (double)into->good, b = (double)more->good, apart;

    into->rows += more->rows;
    if (more->good == 0)
        return;
    if (into->good == 0) {
        into->good = more->good;
        into->sum = more->sum;
        into->m2 = more->m2;
        into->min = more->min;
        into->max = more->max;
        into->first = more->first;
        into->last = more->last;
        into->first_ms = more->first_ms;
        into->last_ms = more->last_ms;
        return;
    }
    apart = more->sum / b - into->sum / a;
    into->m2 += more->m2 + apart * apart * (a * b / (a + b)); /* Chan's rule */
    into->good += more->good;
    into->sum += more->sum;
    if (into->min.type == VV_TYPE_NONE || vv_query_number(&more->min) < vv_query_number(&into->min))
        into->min = more->min;
    if (into->max.type == VV_TYPE_NONE || vv_query_number(&more->max) > vv_query_number(&into->max))
        into->max = more->max;
    if (more->first_ms < into->first_ms) {
        into->first_ms = more->first_ms;
        into->first = more->first;
    }
    if (more->last_ms > into->last_ms) {
        into->last_ms = more->last_ms;
        into->last = more->last;
    }
}

/* ---- where buckets begin ---- */

/* The number of the local day (since 1970) at whose midnight an instant's bucket of zone_days days
 * begins. */
static int64_t zone_bucket_day(struct vv_history_query *q, int64_t time_ms)
{
    struct vv_civil local = vv_zone_civil(q->zone, time_ms);
    int64_t day = vv_days_of_date(local.year, local.month, local.day);

    return vv_floor_div(day, q->zone_days) * q->zone_days;
}

static int64_t zone_midnight(struct vv_history_query *q, int64_t day)
{
    struct vv_civil local = {0};

    vv_date_of_days(day, &local.year, &local.month, &local.day);
    return vv_zone_instant_ms(q->zone, &local, NULL);
}

/* Bounds of local days from q->next_ms on; returns how many, and how far they reach. */
static size_t zone_bounds(struct vv_history_query *q, int64_t *end_ms)
{
    int64_t day = zone_bucket_day(q, q->next_ms);
    size_t n = 0;

    do {
        q->day_bounds[n] = zone_midnight(q, day);
        day += q->zone_days;
    } while (q->day_bounds[n++] < q->to_ms && n <= VV_HISTORY_QUERY_ROWS);
    *end_ms = q->day_bounds[n - 1] < q->to_ms ? q->day_bounds[n - 1] : q->to_ms;
    return n;
}

int64_t vv_query_bucket_start(struct vv_history_query *q, int64_t time_ms)
{
    if (q->zone_days > 0)
        return zone_midnight(q, zone_bucket_day(q, time_ms));
    return q->origin_ms + vv_floor_div(time_ms - q->origin_ms, q->every_ms) * q->every_ms;
}

int64_t vv_query_bucket_end(struct vv_history_query *q, int64_t start_ms)
{
    if (q->zone_days > 0)
        return zone_midnight(q, zone_bucket_day(q, start_ms) + q->zone_days);
    return start_ms + q->every_ms;
}

/* ---- reading ---- */

/* Fills the buckets of every source from q->next_ms on; *end_ms is up to where all of them told
 * everything. */
static vv_status read_sources(struct vv_history_query *q, int64_t *end_ms, vv_error *err)
{
    size_t bounds = 0;
    vv_status st = VARVE_OK;

    *end_ms = q->to_ms;
    if (q->zone_days > 0)
        bounds = zone_bounds(q, end_ms);
    for (size_t i = 0; i < q->source_count && st == VARVE_OK; i++) {
        struct query_source *s = &q->sources[i];
        const struct vv_store_buckets buckets = {
            .range = {s->tag, q->next_ms, *end_ms},
            .every_ms = bounds > 0 ? 0 : q->every_ms,
            .origin_ms = q->origin_ms,
            .bounds = bounds > 0 ? q->day_bounds : NULL,
            .bound_count = bounds,
        };
        size_t lost = 0;

        s->bucket_count = s->bucket_at = 0;
        s->cut = false;
        st = q->kind->aggregate(q->store, &buckets, take_bucket, s, &lost, err);
        q->lost_blocks += lost;
    }
    for (size_t i = 0; i < q->source_count && st == VARVE_OK; i++) {
        const struct query_source *s = &q->sources[i];
        int64_t told;

        if (!s->cut)
            continue;
        told = vv_query_bucket_end(q, s->buckets[s->bucket_count - 1].start_ms);
        if (told < *end_ms)
            *end_ms = told;
    }
    return st;
}

/* The next bucket before `end_ms` over all sources; false when there is none. */
static bool next_bucket(struct vv_history_query *q, int64_t end_ms, struct query_bucket *bucket)
{
    const struct query_source *first = NULL;
    int64_t start_ms;

    for (size_t i = 0; i < q->source_count; i++) {
        const struct query_source *s = &q->sources[i];

        if (s->bucket_at == s->bucket_count || s->buckets[s->bucket_at].start_ms >= end_ms)
            continue;
        if (first == NULL ||
            s->buckets[s->bucket_at].start_ms < first->buckets[first->bucket_at].start_ms)
            first = s;
    }
    if (first == NULL)
        return false;
    start_ms = first->buckets[first->bucket_at].start_ms;
    *bucket = (struct query_bucket){.start_ms = start_ms};
    for (size_t i = 0; i < q->source_count; i++) {
        struct query_source *s = &q->sources[i];

        if (s->bucket_at < s->bucket_count && s->buckets[s->bucket_at].start_ms == start_ms)
            vv_query_bucket_merge(bucket, &s->buckets[s->bucket_at++]);
    }
    bucket->start_ms = start_ms;
    return true;
}

/* ---- giving out ---- */

/* The text at a time, of whichever source has a row there. */
static vv_status text_at(struct vv_history_query *q, int64_t time_ms, struct vv_datum *value,
                         vv_error *err)
{
    for (size_t i = 0; i < q->source_count; i++) {
        struct vv_stored row;
        vv_status st = vv_query_row_at(q, q->sources[i].tag, time_ms, &row, err);

        if (st == VARVE_OK)
            *value = row.value;
        if (st != VARVE_NOT_FOUND)
            return st;
    }
    return VARVE_OK;
}

static bool averaged(const struct query_bucket *b)
{
    return b->good > 0 && b->min.type != VV_TYPE_NONE && b->min.type != VV_TYPE_DATETIME;
}

static struct vv_datum seconds(int64_t ms)
{
    return vv_datum_double((double)ms / VV_SECOND_MS);
}

static struct vv_datum function_value(const struct query_bucket *b, unsigned function)
{
    switch (function) {
    case VV_AGG_MIN:
        return b->min;
    case VV_AGG_MAX:
        return b->max;
    case VV_AGG_AVG:
        return averaged(b) ? vv_datum_double(b->sum / (double)b->good) : vv_datum_null();
    case VV_AGG_FIRST:
        return b->first;
    case VV_AGG_LAST:
        return b->last;
    case VV_AGG_COUNT:
        return vv_datum_integer((int64_t)b->good);
    case VV_AGG_SUM:
        return averaged(b) ? vv_datum_double(b->sum) : vv_datum_null();
    case VV_AGG_RANGE:
        return averaged(b) ? vv_datum_double(vv_query_number(&b->max) - vv_query_number(&b->min))
                           : vv_datum_null();
    case VV_AGG_STDDEV:
        return averaged(b) && b->good > 1 ? vv_datum_double(sqrt(b->m2 / (double)(b->good - 1)))
                                          : vv_datum_null();
    case VV_AGG_TIMEAVG:
        return b->known_ms > 0 ? vv_datum_double(b->integral / (double)b->known_ms)
                               : vv_datum_null();
    case VV_AGG_INTEGRAL:
        return b->known_ms > 0 ? vv_datum_double(b->integral / VV_SECOND_MS) : vv_datum_null();
    case VV_AGG_KNOWN:
        return seconds(b->known_ms);
    case VV_AGG_COUNTON:
        return vv_datum_integer((int64_t)b->turned_on);
    case VV_AGG_COUNTOFF:
        return vv_datum_integer((int64_t)b->turned_off);
    case VV_AGG_DURATIONON:
        return seconds(b->on_ms);
    case VV_AGG_DURATIONOFF:
        return seconds(b->known_ms - b->on_ms);
    default:
        return vv_datum_integer((int64_t)(b->rows - b->good));
    }
}

vv_status vv_query_bucket_give(struct vv_history_query *q, struct vv_history_query_block *block,
                               struct query_bucket *b, vv_error *err)
{
    struct vv_datum *to = q->values + block->rows * q->column_count;
    vv_status st = VARVE_OK;

    if (b->good > 0 && b->first.type == VV_TYPE_NONE && (q->functions & VV_AGG_FIRST) != 0)
        st = text_at(q, b->first_ms, &b->first, err);
    if (st == VARVE_OK && b->good > 0 && b->last.type == VV_TYPE_NONE &&
        (q->functions & VV_AGG_LAST) != 0)
        st = text_at(q, b->last_ms, &b->last, err);
    if (st != VARVE_OK)
        return st;
    for (unsigned i = 0; i < VV_AGG_FUNCTIONS; i++)
        if ((q->functions & 1u << i) != 0)
            *to++ = function_value(b, 1u << i);
    q->times_ms[block->rows] = b->start_ms;
    q->quality[block->rows] = b->good == 0 && b->known_ms == 0 ? VV_QUALITY_BAD
                              : b->good < b->rows              ? VV_QUALITY_UNCERTAIN
                                                               : VV_QUALITY_GOOD;
    block->rows++;
    return VARVE_OK;
}

vv_status vv_query_buckets_next(struct vv_history_query *q, struct vv_history_query_block *block,
                                vv_error *err)
{
    while (block->rows == 0 && q->next_ms < q->to_ms) {
        struct query_bucket bucket;
        int64_t end_ms;
        vv_status st = read_sources(q, &end_ms, err);

        if (st != VARVE_OK)
            return st;
        while (block->rows < VV_HISTORY_QUERY_ROWS && next_bucket(q, end_ms, &bucket)) {
            if (q->skip_bad && bucket.good == 0)
                continue;
            st = vv_query_bucket_give(q, block, &bucket, err);
            if (st != VARVE_OK)
                return st;
        }
        /* A block that several sources filled ends with its last bucket. */
        if (block->rows == VV_HISTORY_QUERY_ROWS)
            end_ms = vv_query_bucket_end(q, q->times_ms[block->rows - 1]);
        q->next_ms = end_ms;
    }
    return block->rows > 0 ? VARVE_OK : VARVE_END;
}

/* ---- how much there is ---- */

struct extent {
    uint64_t rows;
    int64_t first_ms, last_ms;
};

static bool add_extent(void *arg, int64_t start_ms, const struct varve_stats *s)
{
    struct extent *e = arg;

    (void)start_ms;
    e->rows += s->count;
    if (s->good > 0 && s->first_time < e->first_ms)
        e->first_ms = s->first_time;
    if (s->good > 0 && s->last_time > e->last_ms)
        e->last_ms = s->last_time;
    return true;
}

vv_status vv_query_extent(struct vv_history_query *q, uint64_t *rows, int64_t *first_ms,
                          int64_t *last_ms, vv_error *err)
{
    struct extent e = {.first_ms = INT64_MAX, .last_ms = INT64_MIN};
    vv_status st = VARVE_OK;

    for (size_t i = 0; i < q->source_count && st == VARVE_OK; i++) {
        const struct vv_store_buckets all = {.range = {q->sources[i].tag, q->from_ms, q->to_ms}};

        st = q->kind->aggregate(q->store, &all, add_extent, &e, NULL, err);
    }
    *rows = e.rows;
    *first_ms = e.first_ms;
    *last_ms = e.last_ms;
    return st;
}
