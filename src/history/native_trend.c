/* native_trend.c: points of the plant's tree, a number and flag letters, in seconds.
 *
 * The stratum is the documented table: Trend(ObjId, DT, Val, Flag), ObjId being the series' key and
 * DT the time. A Boolean point's Val is 0 or 1.
 */
#include <string.h>

#include "base/alloc.h"
#include "history/flags.h"
#include "history/native_layout.h"

#include "base/banned.h"

#define UNIT_MS 1000

/* Columns of the stratum. */
#define TREND_VAL  0
#define TREND_FLAG 1

static int64_t key(const struct vv_tag *tag)
{
    return tag->object_id;
}

static vv_status add_run(struct vv_native_writer *w, const struct vv_stored *rows, size_t count,
                         vv_error *err)
{
    struct varve_vector columns[2] = {
        {VARVE_DOUBLE, w->values.doubles, w->valid},
        {VARVE_TEXT, w->flags, NULL},
    };
    const struct varve_rows run = {
        .series = rows[0].tag->series,
        .count = (uint32_t)count,
        .times = w->times,
        .columns = columns,
        .column_count = 2,
    };
    bool has_null = false;

    memset(w->valid, 0, (count + 63) / 64 * sizeof w->valid[0]);
    for (size_t i = 0; i < count; i++) {
        const struct vv_datum *value = &rows[i].value;
        const char *flag = vv_flag_of_quality(rows[i].quality);

        w->times[i] = vv_native_time(UNIT_MS, rows[i].time_ms);
        w->flags[i] = (struct varve_text){flag, (uint32_t)strlen(flag)};
        w->values.doubles[i] = value->type == VV_TYPE_DOUBLE    ? value->as.number
                               : value->type == VV_TYPE_BOOLEAN ? (double)value->as.boolean
                                                                : 0;
        if (value->type == VV_TYPE_NONE)
            has_null = true;
        else
            w->valid[i / 64] |= 1ULL << i % 64;
    }
    if (!has_null)
        columns[TREND_VAL].valid = NULL;
    return varve_batch_add(w->batch, &run, err);
}

/* ---- reading ---- */

static int32_t quality_at(const struct varve_vector *flags, uint32_t at)
{
    const struct varve_text *text = flags->data;

    if (text == NULL || (flags->valid != NULL && (flags->valid[at / 64] >> at % 64 & 1) == 0))
        return VV_QUALITY_GOOD;
    return vv_flag_quality(text[at].data, text[at].len_bytes);
}

static void slice(struct vv_native_slice *s, const struct varve_rows *rows, uint32_t from,
                  uint32_t count, enum vv_tag_type type, struct varve_rows *made)
{
    const struct varve_vector *values = &rows->columns[TREND_VAL];
    const double *doubles = values->data != NULL ? (const double *)values->data + from : NULL;

    s->columns[VV_STORE_QUALITY] = (struct varve_vector){VARVE_INT64, s->qualities, NULL};
    s->columns[VV_STORE_VALUE] = (struct varve_vector){
        VARVE_DOUBLE, doubles, values->valid != NULL ? values->valid + from / 64 : NULL};
    for (uint32_t i = 0; i < count; i++) {
        s->times[i] = vv_native_time_ms(UNIT_MS, rows->times[from + i]);
        s->qualities[i] = quality_at(&rows->columns[TREND_FLAG], from + i);
    }
    if (type == VV_TYPE_BOOLEAN && doubles != NULL) {
        for (uint32_t i = 0; i < count; i++)
            s->booleans[i] = doubles[i] != 0;
        s->columns[VV_STORE_VALUE].type = VARVE_BOOL;
        s->columns[VV_STORE_VALUE].data = s->booleans;
    }
    *made = (struct varve_rows){
        .series = rows->series,
        .count = count,
        .times = s->times,
        .columns = s->columns,
        .column_count = VV_NATIVE_COLUMNS,
    };
}

/* ---- aggregates ---- */

/* Statistics on their way from the store's seconds to the history's milliseconds. */
struct giving {
    enum vv_tag_type type;
    bool (*each)(void *arg, int64_t start_ms, const struct varve_stats *stats);
    void *arg;
    int64_t every_ms, origin_ms; /* of finer buckets than whole seconds; every_ms 0 else */
    int64_t start_ms;            /* of the bucket that is being filled */
    struct varve_stats open;     /* count 0: none */
    bool stopped;
};

static void to_boolean(union varve_number *n)
{
    n->i = n->d != 0;
}

static bool give(struct giving *g, int64_t start_ms, const struct varve_stats *stats)
{
    struct varve_stats s = *stats;

    s.min_time = vv_native_time_ms(UNIT_MS, s.min_time);
    s.max_time = vv_native_time_ms(UNIT_MS, s.max_time);
    s.first_time = vv_native_time_ms(UNIT_MS, s.first_time);
    s.last_time = vv_native_time_ms(UNIT_MS, s.last_time);
    if (g->type == VV_TYPE_BOOLEAN) {
        to_boolean(&s.min);
        to_boolean(&s.max);
        to_boolean(&s.first);
        to_boolean(&s.last);
    }
    return g->each(g->arg, start_ms, &s);
}

static bool give_bucket(void *arg, int64_t start, const struct varve_stats *stats)
{
    return give(arg, vv_native_time_ms(UNIT_MS, start), stats);
}

static int64_t floor_to(int64_t time_ms, int64_t every_ms, int64_t origin_ms)
{
    int64_t from_origin = time_ms - origin_ms;
    int64_t rest = from_origin % every_ms;

    return time_ms - (rest < 0 ? rest + every_ms : rest);
}

/* One second's statistics into the bucket that it falls in. */
static bool gather(void *arg, int64_t start, const struct varve_stats *stats)
{
    struct giving *g = arg;
    int64_t start_ms = floor_to(vv_native_time_ms(UNIT_MS, start), g->every_ms, g->origin_ms);

    if (g->open.count > 0 && start_ms == g->start_ms) {
        varve_stats_merge(&g->open, stats, VARVE_DOUBLE);
        return true;
    }
    g->stopped = g->open.count > 0 && !give(g, g->start_ms, &g->open);
    g->open = *stats;
    g->start_ms = start_ms;
    return !g->stopped;
}

static bool whole_seconds(const struct vv_store_buckets *b)
{
    return b->bounds != NULL || (b->every_ms % UNIT_MS == 0 && b->origin_ms % UNIT_MS == 0);
}

/* Buckets whose bounds are no whole seconds: made of the seconds in them. */
static vv_status aggregate_fine(varve *db, const struct vv_store_buckets *b,
                                struct varve_aggregate_spec *spec, struct giving *g,
                                size_t *lost_blocks, vv_error *err)
{
    vv_status st;

    g->every_ms = b->every_ms;
    g->origin_ms = b->origin_ms;
    spec->every = 1;
    st = varve_aggregate(db, spec, gather, g, lost_blocks, err);
    if (st == VARVE_OK && !g->stopped && g->open.count > 0)
        give(g, g->start_ms, &g->open);
    return st;
}

static vv_status aggregate(varve *db, const struct vv_store_buckets *b,
                           bool (*each)(void *arg, int64_t start_ms,
                                        const struct varve_stats *stats),
                           void *arg, size_t *lost_blocks, vv_error *err)
{
    struct giving g = {.type = b->range.tag->type, .each = each, .arg = arg};
    struct varve_aggregate_spec spec = {
        .series = b->range.tag->series,
        .column = TREND_VAL,
        .from = vv_native_time(UNIT_MS, b->range.from_ms),
        .to = vv_native_time(UNIT_MS, b->range.to_ms),
    };
    int64_t *bounds = NULL;
    vv_status st;

    if (!whole_seconds(b))
        return aggregate_fine(db, b, &spec, &g, lost_blocks, err);
    spec.every = b->every_ms / UNIT_MS;
    spec.origin = b->origin_ms / UNIT_MS;
    if (b->bounds != NULL) {
        bounds = vv_alloc_array(b->bound_count, sizeof *bounds);
        if (bounds == NULL)
            return vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory for its buckets",
                           b->range.tag->name);
        for (size_t i = 0; i < b->bound_count; i++)
            bounds[i] = vv_native_time(UNIT_MS, b->bounds[i]);
        spec.bounds = bounds;
        spec.bound_count = b->bound_count;
    }
    st = varve_aggregate(db, &spec, give_bucket, &g, lost_blocks, err);
    vv_free(bounds);
    return st;
}

const struct vv_native_layout vv_native_trend = {
    .layout = VV_LAYOUT_TREND,
    .unit = VARVE_SECONDS,
    .goodness = VARVE_GOOD_FLAGS,
    .good_column = TREND_FLAG,
    .strata = {{"Trend", {{"Val", VARVE_DOUBLE}, {"Flag", VARVE_TEXT}}}},
    .stratum_of = {[VV_TYPE_NONE] = -1,
                   [VV_TYPE_INTEGER] = -1,
                   [VV_TYPE_STRING] = -1,
                   [VV_TYPE_DOUBLE] = 0,
                   [VV_TYPE_BOOLEAN] = 0,
                   [VV_TYPE_DATETIME] = -1},
    .key = key,
    .add_run = add_run,
    .slice = slice,
    .aggregate = aggregate,
};
