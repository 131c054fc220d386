/* history_answer.c: what is asked for, and the tags one after another, block by block. */
#include <string.h>

#include "base/time.h"
#include "base/zone.h"
#include "catalog/glob.h"
#include "history/tags.h"
#include "serve/history_private.h"

#include "base/banned.h"

#define TAGS_MAX      10000
#define POINTS_MAX    100000
#define AGG_DEFAULT   (VV_AGG_MIN | VV_AGG_MAX | VV_AGG_AVG)
#define RANGE_DEFAULT VV_HOUR_MS

/* ---- what is asked for ---- */

static vv_status read_mode(const struct vv_params *params, struct vv_history_query_spec *spec,
                           vv_error *err)
{
    const char *every = vv_params_get(params, "every"), *agg = vv_params_get(params, "agg");
    int64_t points;
    vv_status status = vv_params_integer(params, "points", 0, 1, POINTS_MAX, &points, err);

    if (status)
        return status;
    if (every && points)
        return vv_fail(err, VARVE_BAD_VALUE, "every and points exclude each other");
    if (agg && !every)
        return vv_fail(err, VARVE_BAD_VALUE, "agg needs every: the length of the buckets");
    spec->points = (uint32_t)points;
    spec->mode = every ? VV_HISTORY_EVERY : points ? VV_HISTORY_POINTS : VV_HISTORY_RAW;
    spec->functions = AGG_DEFAULT;
    if (every && strcmp(every, "range") == 0) {
        spec->mode = VV_HISTORY_WHOLE;
    } else if (every) {
        status = vv_duration_parse_ms(every, &spec->every_ms, err);
        if (status)
            vv_error_prefix(err, "every");
    }
    if (!status && agg)
        status = vv_aggregate_parse(agg, &spec->functions, err);
    return status;
}

static vv_status read_zone(struct vv_history_answer *answer, vv_error *err)
{
    const char *tz = vv_params_get(answer->params, "tz");

    if (!tz || strcmp(tz, "plant") == 0) {
        answer->spec.zone = answer->source.zone;
        return VARVE_OK;
    }
    if (strcmp(tz, "UTC") == 0)
        return VARVE_OK;
    vv_status status = vv_zone_new(tz, &answer->own_zone, err);
    answer->spec.zone = answer->own_zone;
    return status;
}

static vv_status read_words(struct vv_history_answer *answer, vv_error *err)
{
    static const struct vv_history_format *const formats[] = {&vv_history_json, &vv_history_csv,
                                                              &vv_history_jsonl, &vv_history_xlsx};
    const char *bad = vv_params_get(answer->params, "bad");
    const char *format = vv_params_get(answer->params, "format");

    if (bad && strcmp(bad, "include") != 0 && strcmp(bad, "skip") != 0)
        return vv_fail(err, VARVE_BAD_VALUE, "bad is include or skip, not \"%.40s\"", bad);
    answer->spec.skip_bad = bad && strcmp(bad, "skip") == 0;
    answer->format = formats[0];
    for (size_t i = 0; format && i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(format, formats[i]->name) == 0) {
            answer->format = formats[i];
            return formats[i]->begin
                       ? VARVE_OK
                       : vv_fail(err, VARVE_UNSUPPORTED,
                                 "this build cannot write %s: it needs libxlsxwriter", format);
        }
    }
    if (format)
        return vv_fail(err, VARVE_BAD_VALUE, "format is json, csv, jsonl or xlsx, not \"%.40s\"",
                       format);
    return VARVE_OK;
}

static vv_status read_spec(struct vv_history_answer *answer, vv_error *err)
{
    const struct vv_params *params = answer->params;
    struct vv_history_query_spec *spec = &answer->spec;
    const int64_t now_ms = vv_now_ms();
    const char *history = vv_params_get(params, "history");
    vv_status status = vv_params_time(params, "to", now_ms, now_ms, &spec->to_ms, err);

    spec->history = history && history[0] ? history : NULL;
    if (!status)
        status = vv_params_time(params, "from", spec->to_ms - RANGE_DEFAULT, now_ms, &spec->from_ms,
                                err);
    if (!status && spec->from_ms > spec->to_ms)
        status = vv_fail(err, VARVE_BAD_TIME, "from is after to");
    if (!status)
        status = vv_params_flag(params, "bounds", &spec->bounds, err);
    if (!status)
        status = read_mode(params, spec, err);
    if (!status)
        status = read_words(answer, err);
    if (!status)
        status = read_zone(answer, err);
    return status;
}

/* ---- tags ---- */

static vv_status add_name(struct vv_history_answer *answer, const char *name, vv_error *err)
{
    if (answer->count == TAGS_MAX)
        return vv_fail(err, VARVE_LIMIT, "more than %d tags in one request", TAGS_MAX);
    if (answer->count == answer->capacity) {
        size_t capacity = answer->capacity ? 2 * answer->capacity : 16;
        const char **names = vv_arena_alloc(answer->arena, capacity * sizeof *names);
        if (!names)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the list of tags");
        if (answer->count > 0)
            memcpy(names, answer->names, answer->count * sizeof *names);
        answer->names = names;
        answer->capacity = capacity;
    }
    answer->names[answer->count++] = name;
    return VARVE_OK;
}

struct expanding {
    struct vv_history_answer *answer;
    vv_status status;
    vv_error *err;
};

static bool add_tag(void *arg, const struct vv_tag *tag)
{
    struct expanding *expanding = arg;

    expanding->status = add_name(expanding->answer, tag->name, expanding->err);
    return expanding->status == VARVE_OK;
}

static vv_status read_tags(struct vv_history_answer *answer, vv_error *err)
{
    vv_status status = VARVE_OK;
    const char *tag;

    for (size_t at = 0; !status && (tag = vv_params_next(answer->params, "tag", &at));) {
        if (!vv_glob_is_pattern(tag, strlen(tag))) {
            status = add_name(answer, tag, err);
            continue;
        }
        struct expanding expanding = {.answer = answer, .err = err};
        const struct vv_tag_list list = {.history = answer->spec.history, .match = tag};
        status = vv_tags_list(answer->source.set, &list, add_tag, &expanding, NULL, err);
        if (!status)
            status = expanding.status;
    }
    if (!status && !vv_params_get(answer->params, "tag"))
        status = vv_fail(err, VARVE_BAD_VALUE, "tag is missing: a name or a pattern");
    return status;
}

/* ---- making it ---- */

static vv_status open_query(struct vv_history_answer *answer, vv_error *err)
{
    struct vv_history_query_spec spec = answer->spec;

    spec.name = answer->names[answer->at];
    return vv_history_query_open(answer->source.set, &spec, &answer->query, err);
}

/* What is wrong with a tag is refused before the first byte where nothing else could say it: of a
 * single tag, and in forms that have no place for it. */
static vv_status check_tags(struct vv_history_answer *answer, vv_error *err)
{
    vv_status status = VARVE_OK;

    if (answer->format->tells_errors && answer->count != 1)
        return VARVE_OK;
    for (answer->at = 0; !status && answer->at < answer->count; answer->at++) {
        vv_history_query_close(answer->query);
        answer->query = NULL;
        status = open_query(answer, err);
    }
    vv_history_query_close(answer->query);
    answer->query = NULL;
    answer->at = 0;
    return status;
}

static void end_series(struct vv_history_answer *answer, struct vv_buf *out, const vv_error *err)
{
    answer->format->series_end(answer, out, err);
    vv_history_query_close(answer->query);
    answer->query = NULL;
    answer->at++;
}

static vv_status begin_series(struct vv_history_answer *answer, vv_error *err)
{
    vv_status status = open_query(answer, err);

    if (!status && answer->format->series)
        answer->format->series(answer);
    if (!status || !answer->format->tells_errors)
        return status;
    answer->format->no_series(answer, answer->names[answer->at++], err);
    return VARVE_OK;
}

vv_status vv_history_answer_new(const struct vv_history_source *source,
                                const struct vv_params *params, struct vv_arena *arena,
                                struct vv_history_answer **answer, vv_error *err)
{
    struct vv_history_answer *made = vv_arena_zero(arena, sizeof *made);

    *answer = NULL;
    if (!made)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
    made->source = *source;
    made->params = params;
    made->arena = arena;
    vv_status status = read_spec(made, err);
    if (!status)
        status = read_tags(made, err);
    if (!status)
        status = check_tags(made, err);
    if (status)
        vv_history_answer_close(made);
    else
        *answer = made;
    return status;
}

const char *vv_history_answer_type(const struct vv_history_answer *answer)
{
    return answer->format->type;
}

vv_status vv_history_answer_more(struct vv_history_answer *answer, struct vv_buf *out,
                                 vv_error *err)
{
    const struct vv_history_format *format = answer->format;
    struct vv_history_query_block block;
    vv_error query_err;

    if (!answer->started) {
        vv_status begun = format->begin(answer, out, err);
        answer->started = true;
        if (begun)
            return begun;
    }
    if (!answer->query && answer->at < answer->count)
        return begin_series(answer, err);
    if (!answer->query)
        return format->end(answer, out, err);

    vv_status status = vv_history_query_next(answer->query, &block, &query_err);
    if (status == VARVE_OK) {
        format->rows(answer, &block, out);
    } else if (status == VARVE_END) {
        end_series(answer, out, NULL);
    } else if (format->tells_errors) {
        end_series(answer, out, &query_err);
    } else {
        *err = query_err;
        return status;
    }
    return VARVE_OK;
}

void vv_history_answer_pause(struct vv_history_answer *answer)
{
    if (answer->query)
        vv_history_query_pause(answer->query);
}

void vv_history_answer_close(struct vv_history_answer *answer)
{
    if (!answer)
        return;
    if (answer->format && answer->format->close)
        answer->format->close(answer);
    vv_history_query_close(answer->query);
    vv_zone_free(answer->own_zone);
}
