/* query.c: opening a query, and choosing between rows and buckets. */
#include "history/query.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "base/zone.h"
#include "history/query_private.h"

#include "base/banned.h"

#define POINTS_MAX 100000

static const char *const function_names[VV_AGG_FUNCTIONS] = {
    "min",   "max",     "avg",      "first",      "last",       "count",
    "sum",   "bad",     "range",    "stddev",     "timeavg",    "integral",
    "known", "counton", "countoff", "durationon", "durationoff"};

const char *vv_aggregate_name(unsigned bit)
{
    return function_names[bit];
}

vv_status vv_aggregate_parse(const char *text, unsigned *functions, vv_error *err)
{
    *functions = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        unsigned bit = 0;

        for (unsigned i = 0; i < VV_AGG_FUNCTIONS; i++)
            if (strlen(function_names[i]) == len && strncmp(function_names[i], text, len) == 0)
                bit = 1u << i;
        if (bit == 0)
            return vv_fail(err, VARVE_SYNTAX,
                           "\"%.*s\" is no aggregate; there are: min, max, avg, first, last, "
                           "count, sum, bad, range, stddev, timeavg, integral, known, counton, "
                           "countoff, durationon, durationoff",
                           (int)(len < 40 ? len : 40), text);
        *functions |= bit;
        text += len;
        if (*text == ',')
            text++;
    }
    if (*functions == 0)
        return vv_fail(err, VARVE_SYNTAX, "an aggregate is missing");
    return VARVE_OK;
}

unsigned vv_aggregate_of_type(enum vv_tag_type type)
{
    const unsigned any = VV_AGG_FIRST | VV_AGG_LAST | VV_AGG_COUNT | VV_AGG_BAD;
    const unsigned all = (1u << VV_AGG_FUNCTIONS) - 1;

    if (type == VV_TYPE_STRING)
        return any;
    if (type == VV_TYPE_DATETIME)
        return any | VV_AGG_MIN | VV_AGG_MAX;
    return type == VV_TYPE_BOOLEAN ? all : all & ~(unsigned)VV_AGG_STATES;
}

/* ---- checking and setting up ---- */

static vv_status check_type(unsigned functions, const struct vv_tag *tag, vv_error *err)
{
    if ((functions & ~vv_aggregate_of_type(tag->type)) == 0)
        return VARVE_OK;
    if (tag->type == VV_TYPE_STRING)
        return vv_fail(err, VARVE_BAD_TYPE,
                       "tag \"%s\" is String: it has first, last, count and bad", tag->name);
    if (tag->type == VV_TYPE_DATETIME)
        return vv_fail(err, VARVE_BAD_TYPE,
                       "tag \"%s\" is DateTime: it has min, max, first, last, count and bad",
                       tag->name);
    if (tag->type != VV_TYPE_BOOLEAN && (functions & VV_AGG_STATES) != 0)
        return vv_fail(err, VARVE_BAD_TYPE,
                       "tag \"%s\" is no Boolean: counts and durations of on and off need one",
                       tag->name);
    return VARVE_OK;
}

static vv_status check_spec(const struct vv_history_query_spec *spec, const struct vv_tag *tag,
                            vv_error *err)
{
    if (spec->from_ms > spec->to_ms)
        return vv_fail(err, VARVE_BAD_TIME, "tag \"%s\": `from` is after `to`", tag->name);
    if (spec->mode == VV_HISTORY_POINTS && (spec->points == 0 || spec->points > POINTS_MAX))
        return vv_fail(err, VARVE_BAD_VALUE, "points=%u is not 1 to %d", spec->points, POINTS_MAX);
    if (spec->mode != VV_HISTORY_EVERY && spec->mode != VV_HISTORY_WHOLE)
        return VARVE_OK;
    if (spec->mode == VV_HISTORY_EVERY && spec->every_ms < 1)
        return vv_fail(err, VARVE_BAD_VALUE, "buckets are at least 1 ms long");
    if (spec->mode == VV_HISTORY_WHOLE && spec->from_ms == spec->to_ms)
        return vv_fail(err, VARVE_BAD_TIME, "tag \"%s\": `from` is `to`", tag->name);
    if (spec->functions == 0 || spec->functions >> VV_AGG_FUNCTIONS != 0)
        return vv_fail(err, VARVE_BAD_VALUE, "an aggregate is missing");
    return check_type(spec->functions, tag, err);
}

static vv_status no_memory(const struct vv_history_query *q, vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory for the query",
                   q->tag->name);
}

/* Columns for raw rows (functions 0) or buckets, and the memory of a block. */
static vv_status set_columns(struct vv_history_query *q, unsigned functions, vv_error *err)
{
    q->functions = functions;
    q->column_count = 0;
    if (functions == 0)
        q->columns[q->column_count++] = "value";
    for (unsigned i = 0; i < VV_AGG_FUNCTIONS; i++)
        if ((functions & 1u << i) != 0)
            q->columns[q->column_count++] = function_names[i];
    q->values = vv_alloc_array(VV_HISTORY_QUERY_ROWS * q->column_count, sizeof *q->values);
    return q->values != NULL ? VARVE_OK : no_memory(q, err);
}

static vv_status use_raw(struct vv_history_query *q, bool bounds, vv_error *err)
{
    q->bounds = bounds;
    q->stage = bounds ? QUERY_BEFORE : QUERY_RANGE;
    return set_columns(q, 0, err);
}

/* Columns and memory once the buckets' lengths are set. */
static vv_status set_buckets(struct vv_history_query *q, unsigned functions, vv_error *err)
{
    vv_status st = set_columns(q, functions, err);

    if (st == VARVE_OK && (functions & VV_AGG_HOLD) != 0)
        return vv_query_hold_open(q, err);
    for (size_t i = 0; i < q->source_count && st == VARVE_OK; i++) {
        q->sources[i].buckets =
            vv_alloc_array(VV_HISTORY_QUERY_ROWS, sizeof *q->sources[i].buckets);
        if (q->sources[i].buckets == NULL)
            st = no_memory(q, err);
    }
    return st;
}

static vv_status use_buckets(struct vv_history_query *q, int64_t every_ms, unsigned functions,
                             vv_error *err)
{
    q->every_ms = every_ms;
    if (q->zone != NULL && every_ms % VV_DAY_MS == 0) {
        q->zone_days = every_ms / VV_DAY_MS;
        q->day_bounds = vv_alloc_array(VV_HISTORY_QUERY_ROWS + 1, sizeof *q->day_bounds);
        if (q->day_bounds == NULL)
            return no_memory(q, err);
    } else if (q->zone != NULL) {
        q->origin_ms = vv_zone_day_start_ms(q->zone, q->from_ms);
    }
    return set_buckets(q, functions, err);
}

/* One bucket from end to end. */
static vv_status use_whole(struct vv_history_query *q, unsigned functions, vv_error *err)
{
    q->origin_ms = q->from_ms;
    q->every_ms = q->to_ms > q->from_ms ? q->to_ms - q->from_ms : 1;
    return set_buckets(q, functions, err);
}

/* The round length that is not below `wanted_ms`. */
static int64_t ladder_step(int64_t wanted_ms)
{
    static const int64_t steps[] = {
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        200,
        500,
        1 * VV_SECOND_MS,
        2 * VV_SECOND_MS,
        5 * VV_SECOND_MS,
        10 * VV_SECOND_MS,
        15 * VV_SECOND_MS,
        30 * VV_SECOND_MS,
        1 * VV_MINUTE_MS,
        2 * VV_MINUTE_MS,
        5 * VV_MINUTE_MS,
        10 * VV_MINUTE_MS,
        15 * VV_MINUTE_MS,
        30 * VV_MINUTE_MS,
        1 * VV_HOUR_MS,
        2 * VV_HOUR_MS,
        3 * VV_HOUR_MS,
        6 * VV_HOUR_MS,
        12 * VV_HOUR_MS,
        1 * VV_DAY_MS,
        2 * VV_DAY_MS,
        7 * VV_DAY_MS,
        14 * VV_DAY_MS,
        28 * VV_DAY_MS,
        91 * VV_DAY_MS,
    };

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i] >= wanted_ms)
            return steps[i];
    return (wanted_ms + 364 * VV_DAY_MS) / (365 * VV_DAY_MS) * (365 * VV_DAY_MS);
}

/* About `points` rows over what there is in the range. */
static vv_status use_points(struct vv_history_query *q, const struct vv_history_query_spec *spec,
                            vv_error *err)
{
    uint64_t rows;
    int64_t first_ms, last_ms, length_ms;
    vv_status st = vv_query_extent(q, &rows, &first_ms, &last_ms, err);

    if (st != VARVE_OK)
        return st;
    if (rows <= 2 * (uint64_t)spec->points)
        return use_raw(q, spec->bounds, err);
    /* A range much wider than the data ("all time") must not make the buckets as wide. */
    length_ms = first_ms <= last_ms ? last_ms - first_ms + 1 : q->to_ms - q->from_ms;
    return use_buckets(q, ladder_step((length_ms + spec->points - 1) / spec->points),
                       VV_AGG_ENVELOPE, err);
}

static bool has_series(const struct vv_history_query *q, const struct vv_tag *tag)
{
    for (size_t i = 0; i < q->source_count; i++)
        if (q->sources[i].tag->series == tag->series)
            return true;
    return false;
}

/* The tag's rows of ScadaTagMapping, the newest first. */
static vv_status collect_sources(struct vv_history_query *q, vv_error *err)
{
    for (const struct vv_tag *t = vv_tag_registry_newest(q->set, q->tag); t != NULL; t = t->older) {
        /* Of a point whose type changed all rows stand in one series. */
        if (has_series(q, t))
            continue;
        if (q->source_count == VV_QUERY_SOURCES_MAX)
            return vv_fail(err, VARVE_TOO_MANY, "tag \"%s\" has had more than %d types",
                           q->tag->name, VV_QUERY_SOURCES_MAX);
        q->sources[q->source_count++].tag = t;
    }
    return VARVE_OK;
}

static int64_t clamp_time(int64_t time_ms)
{
    if (time_ms < VV_PARTITION_MIN_MS)
        return VV_PARTITION_MIN_MS;
    return time_ms < VV_PARTITION_MAX_MS ? time_ms : VV_PARTITION_MAX_MS;
}

vv_status vv_history_query_open(struct vv_history_set *set,
                                const struct vv_history_query_spec *spec,
                                struct vv_history_query **query, vv_error *err)
{
    const struct vv_tag *tag = spec->tag;
    struct vv_history_query *q;
    vv_status st = VARVE_OK;

    *query = NULL;
    if (tag == NULL)
        st = vv_tag_find(set, spec->history, spec->name, strlen(spec->name), &tag, err);
    if (st == VARVE_OK)
        st = check_spec(spec, tag, err);
    if (st != VARVE_OK)
        return st;
    q = vv_alloc_zero(sizeof *q);
    if (q == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory for the query",
                       tag->name);
    q->set = set;
    q->tag = tag;
    q->kind = tag->history->kind;
    q->store = tag->history->store;
    q->zone = spec->zone;
    q->from_ms = q->next_ms = clamp_time(spec->from_ms);
    q->to_ms = clamp_time(spec->to_ms);
    q->skip_bad = spec->skip_bad;
    vv_arena_init(&q->texts, 0, NULL);
    vv_arena_init(&q->lost_texts, 0, NULL);
    st = collect_sources(q, err);
    if (st == VARVE_OK && spec->mode == VV_HISTORY_RAW)
        st = use_raw(q, spec->bounds, err);
    else if (st == VARVE_OK && spec->mode == VV_HISTORY_EVERY)
        st = use_buckets(q, spec->every_ms, spec->functions, err);
    else if (st == VARVE_OK && spec->mode == VV_HISTORY_WHOLE)
        st = use_whole(q, spec->functions, err);
    else if (st == VARVE_OK)
        st = use_points(q, spec, err);
    if (st != VARVE_OK) {
        vv_history_query_close(q);
        return st;
    }
    *query = q;
    return VARVE_OK;
}

/* ---- going on ---- */

vv_status vv_history_query_next(struct vv_history_query *query,
                                struct vv_history_query_block *block, vv_error *err)
{
    *block = (struct vv_history_query_block){
        .times_ms = query->times_ms, .quality = query->quality, .values = query->values};
    vv_arena_reset(&query->texts);
    if (query->every_ms == 0)
        return vv_query_raw_next(query, block, err);
    return query->hold.rows != NULL ? vv_query_hold_next(query, block, err)
                                    : vv_query_buckets_next(query, block, err);
}

void vv_history_query_pause(struct vv_history_query *query)
{
    vv_query_raw_release(query);
    if (query->hold.rows != NULL)
        vv_query_raw_release(query->hold.rows);
}

void vv_history_query_close(struct vv_history_query *query)
{
    if (query == NULL)
        return;
    vv_history_query_close(query->hold.rows);
    vv_query_raw_release(query);
    for (size_t i = 0; i < query->source_count; i++)
        vv_free(query->sources[i].buckets);
    vv_free(query->values);
    vv_free(query->day_bounds);
    vv_free(query->lost);
    vv_arena_deinit(&query->texts);
    vv_arena_deinit(&query->lost_texts);
    vv_free(query);
}

const struct vv_tag *vv_history_query_tag(const struct vv_history_query *query)
{
    return query->tag;
}

const char *const *vv_history_query_columns(const struct vv_history_query *query, size_t *count)
{
    *count = query->column_count;
    return query->columns;
}

int64_t vv_history_query_every_ms(const struct vv_history_query *query)
{
    return query->every_ms;
}

const char *vv_history_query_source(const struct vv_history_query *query)
{
    (void)query;
    return "raw";
}

const struct vv_history_query_lost *vv_history_query_lost(const struct vv_history_query *query,
                                                          size_t *count)
{
    if (query->hold.rows != NULL)
        query = query->hold.rows;
    *count = query->lost_count;
    return query->lost;
}

uint64_t vv_history_query_lost_blocks(const struct vv_history_query *query)
{
    return query->lost_blocks + (query->hold.rows != NULL ? query->hold.rows->lost_blocks : 0);
}
