/* history_csv.c: tag,time,value,quality, or the functions' columns; all tags one under another.
 * With `points` every tag has the columns of buckets, so that there is one header: a sample is then
 * a bucket of its own. */
#include <string.h>

#include "base/csv.h"
#include "base/zone.h"
#include "history/tags.h"
#include "serve/history_private.h"
#include "serve/values.h"

#include "base/banned.h"

static const char envelope_columns[] = "min,max,avg,first,last,count,bad";

static vv_status begin(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    (void)err;
    vv_buf_text(out, "tag,time");
    if (answer->spec.mode == VV_HISTORY_RAW)
        vv_buf_text(out, ",value,quality");
    else if (answer->spec.mode == VV_HISTORY_POINTS)
        vv_buf_format(out, ",%s", envelope_columns);
    else
        for (unsigned i = 0; i < VV_AGG_FUNCTIONS; i++)
            if (answer->spec.functions & 1u << i)
                vv_buf_format(out, ",%s", vv_aggregate_name(i));
    vv_buf_text(out, "\r\n");
    return VARVE_OK;
}

static void write_time(const struct vv_history_answer *answer, int64_t time_ms, struct vv_buf *out)
{
    char text[40];

    if (answer->spec.zone)
        vv_zone_format_ms(answer->spec.zone, time_ms, text);
    else
        vv_time_format_ms(time_ms, text);
    vv_buf_text(out, text);
}

/* A sample in the columns of a bucket: min, max, avg, first, last, count, bad. */
static void write_as_bucket(const struct vv_datum *value, int32_t quality, struct vv_buf *out)
{
    const struct vv_datum none = vv_datum_null();
    bool good = vv_quality_good(quality) && value->type != VV_TYPE_NONE;
    bool number = good && value->type != VV_TYPE_STRING;

    for (int i = 0; i < 5; i++) {
        vv_buf_char(out, ',');
        vv_csv_value(out, (i < 3 ? number : good) ? value : &none);
    }
    vv_buf_text(out, good ? ",1,0" : ",0,1");
}

static void write_rows(struct vv_history_answer *answer, const struct vv_history_query_block *block,
                       struct vv_buf *out)
{
    const struct vv_tag *tag = vv_history_query_tag(answer->query);
    bool raw = vv_history_query_every_ms(answer->query) == 0;
    size_t columns;

    (void)vv_history_query_columns(answer->query, &columns);
    for (size_t i = 0; i < block->rows; i++) {
        const struct vv_datum *values = &block->values[i * columns];

        vv_csv_text(out, tag->name, tag->name_len);
        vv_buf_char(out, ',');
        write_time(answer, block->times_ms[i], out);
        if (raw && answer->spec.mode == VV_HISTORY_POINTS) {
            write_as_bucket(values, block->quality[i], out);
        } else {
            for (size_t c = 0; c < columns; c++) {
                vv_buf_char(out, ',');
                vv_csv_value(out, &values[c]);
            }
            if (raw)
                vv_buf_format(out, ",%d", block->quality[i]);
        }
        vv_buf_text(out, "\r\n");
    }
}

static void series_end(struct vv_history_answer *answer, struct vv_buf *out, const vv_error *err)
{
    size_t count;
    const struct vv_history_query_lost *lost = vv_history_query_lost(answer->query, &count);

    (void)err; /* it ends the whole: there is no place for it */

    for (size_t i = 0; i < count; i++) {
        vv_buf_format(out, "# lost in %s: ", lost[i].file);
        write_time(answer, lost[i].from_ms, out);
        vv_buf_text(out, " to ");
        write_time(answer, lost[i].to_ms, out);
        vv_buf_text(out, "\r\n");
    }
    if (vv_history_query_lost_blocks(answer->query) > count)
        vv_buf_format(out, "# lost: %llu damaged blocks\r\n",
                      (unsigned long long)vv_history_query_lost_blocks(answer->query));
}

static vv_status end(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    (void)err;
    (void)answer;
    (void)out;
    return VARVE_END;
}

const struct vv_history_format vv_history_csv = {.name = "csv",
                                                 .type = "text/csv; charset=utf-8",
                                                 .begin = begin,
                                                 .rows = write_rows,
                                                 .series_end = series_end,
                                                 .end = end};
