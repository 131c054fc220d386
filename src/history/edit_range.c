/* edit_range.c: one value or quality for all rows of a tag in a range. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/edit.h"
#include "history/history_private.h"

#include "base/banned.h"

struct correcting {
    struct vv_history_set *set;
    const struct vv_range_correction *correction;
    const struct vv_write_options *options;
    struct vv_datum value;     /* where the correction has one */
    struct vv_sample *samples; /* VV_EDIT_ROWS_MAX */
    uint64_t *rows;
};

/* ---- the value ---- */

static bool parse_number(const char *text, enum vv_tag_type type, struct vv_datum *value)
{
    char *end = NULL;
    errno = 0;
    if (type == VV_TYPE_INTEGER)
        *value = vv_datum_integer(strtoll(text, &end, 10));
    else
        *value = vv_datum_double(strtod(text, &end));
    return end != text && *end == 0 && errno == 0 &&
           (type == VV_TYPE_INTEGER || isfinite(value->as.number));
}

static bool parse_boolean(const char *text, struct vv_datum *value)
{
    bool is_true = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    *value = vv_datum_boolean(is_true);
    return is_true || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static vv_status parse_value(const char *text, const struct vv_tag *tag, struct vv_datum *value,
                             vv_error *err)
{
    int64_t time_ms = 0;
    bool good = true;
    switch (tag->type) {
    case VV_TYPE_INTEGER:
    case VV_TYPE_DOUBLE:
        good = parse_number(text, tag->type, value);
        break;
    case VV_TYPE_BOOLEAN:
        good = parse_boolean(text, value);
        break;
    case VV_TYPE_DATETIME:
        if (vv_time_parse_user_ms(text, vv_now_ms(), &time_ms, err))
            return err ? err->status : VARVE_BAD_VALUE;
        *value = vv_datum_datetime(time_ms);
        break;
    case VV_TYPE_STRING:
        *value = vv_datum_string(text, strlen(text));
        break;
    case VV_TYPE_NONE:
        good = false;
        break;
    }
    return good ? VARVE_OK
                : vv_fail(err, VARVE_BAD_VALUE, "tag \"%.120s\" is %s, which \"%.80s\" is not",
                          tag->name, vv_type_name(tag->type), text);
}

/* ---- the rows ---- */

static bool add_count(void *arg, int64_t start_ms, const struct varve_stats *stats)
{
    (void)start_ms;
    *(uint64_t *)arg += stats->count;
    return true;
}

static vv_status count_rows(const struct vv_range_correction *correction, uint64_t *rows,
                            vv_error *err)
{
    struct vv_history *history = correction->tag->history;
    const struct vv_store_buckets whole = {
        .range = {correction->tag, correction->from_ms, correction->to_ms}};
    vv_status status = history->kind->aggregate(history->store, &whole, add_count, rows, NULL, err);
    if (!status && *rows > VV_EDIT_RANGE_MAX)
        status = vv_fail(err, VARVE_LIMIT,
                         "%" PRIu64 " rows: at most %d are corrected at once, each with an entry "
                         "in the journal; take a shorter range, or delete and import",
                         *rows, VV_EDIT_RANGE_MAX);
    return status;
}

static struct vv_sample corrected(const struct correcting *c, const struct varve_rows *rows,
                                  uint32_t i)
{
    const struct vv_range_correction *correction = c->correction;
    return (struct vv_sample){
        .tag = correction->tag,
        .time_ms = rows->times[i],
        .quality = correction->quality >= 0 ? correction->quality : vv_store_row_quality(rows, i),
        .value = correction->value ? c->value : vv_store_row_value(rows, i, correction->tag->type)};
}

static vv_status correct_rows(struct correcting *c, const struct varve_rows *rows, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (uint32_t from = 0; from < rows->count && !status; from += VV_EDIT_ROWS_MAX) {
        struct vv_write_result result = {0};
        size_t count = 0;
        for (uint32_t i = from; i < rows->count && count < VV_EDIT_ROWS_MAX; i++)
            c->samples[count++] = corrected(c, rows, i);
        status = vv_history_correct(c->set, c->samples, count, c->options, &c->correction->edit,
                                    &result, err);
        *c->rows += status ? 0 : count;
    }
    return status;
}

static vv_status correct_all(struct correcting *c, vv_error *err)
{
    const struct vv_range_correction *correction = c->correction;
    struct vv_history *history = correction->tag->history;
    const struct vv_store_range range = {correction->tag, correction->from_ms, correction->to_ms};
    struct vv_store_cursor *cursor;
    struct varve_rows rows;
    vv_status status = history->kind->cursor_open(history->store, &range, &cursor, err);
    if (status)
        return status;
    while (!(status = history->kind->cursor_next(cursor, &rows, err)) &&
           !(status = correct_rows(c, &rows, err)))
        ;
    history->kind->cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_history_correct_range(struct vv_history_set *set,
                                   const struct vv_range_correction *correction,
                                   const struct vv_write_options *options, uint64_t *rows,
                                   vv_error *err)
{
    struct correcting c = {.set = set, .correction = correction, .options = options, .rows = rows};
    vv_status status = VARVE_OK;
    *rows = 0;
    if (!correction->value && correction->quality < 0)
        return vv_fail(err, VARVE_BAD_VALUE, "a value or a quality is needed: what to correct");
    if (correction->from_ms >= correction->to_ms)
        return vv_fail(err, VARVE_BAD_TIME, "the range is empty: from is not before to");
    if (correction->value)
        status = parse_value(correction->value, correction->tag, &c.value, err);
    if (!status)
        status = count_rows(correction, rows, err);
    if (status || correction->edit.dry_run)
        return status;
    *rows = 0;
    c.samples = vv_alloc_array(VV_EDIT_ROWS_MAX, sizeof *c.samples);
    status = c.samples ? correct_all(&c, err)
                       : vv_fail(err, VARVE_NO_MEMORY, "no memory to correct a range");
    vv_free(c.samples);
    return status;
}
