/* history_jsonl.c: an object in each line, as import reads them: {"tag","time","value","quality"}
 * with "type" where JSON does not say it; or the functions of a bucket by their names. What is
 * missing is a line of its own, {"tag","lost_blocks"}. */
#include "history/tags.h"
#include "serve/history_private.h"
#include "serve/values.h"

#include "base/banned.h"

static vv_status begin(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    (void)err;
    (void)answer;
    (void)out;
    return VARVE_OK;
}

static void start_line(struct vv_json *json, struct vv_buf *out, const struct vv_tag *tag)
{
    vv_json_init(json, out);
    vv_json_object(json);
    vv_json_key(json, "tag");
    vv_json_text_len(json, tag->name, tag->name_len);
}

static void end_line(struct vv_json *json, struct vv_buf *out)
{
    vv_json_end_object(json);
    vv_buf_char(out, '\n');
}

/* A bare number is a Double to whoever reads it, and null is of no type. */
static bool needs_type(const struct vv_tag *tag, const struct vv_datum *value)
{
    return tag->type == VV_TYPE_INTEGER || tag->type == VV_TYPE_DATETIME ||
           value->type == VV_TYPE_NONE;
}

static void write_rows(struct vv_history_answer *answer, const struct vv_history_query_block *block,
                       struct vv_buf *out)
{
    const struct vv_tag *tag = vv_history_query_tag(answer->query);
    bool raw = vv_history_query_every_ms(answer->query) == 0;
    size_t columns;
    const char *const *names = vv_history_query_columns(answer->query, &columns);

    for (size_t i = 0; i < block->rows; i++) {
        const struct vv_datum *values = &block->values[i * columns];
        struct vv_json json;

        start_line(&json, out, tag);
        vv_json_key(&json, "time");
        vv_json_int(&json, block->times_ms[i]);
        for (size_t c = 0; c < columns; c++) {
            vv_json_key(&json, names[c]);
            vv_datum_json(&json, &values[c]);
        }
        if (raw) {
            vv_json_key(&json, "quality");
            vv_json_int(&json, block->quality[i]);
        }
        if (raw && needs_type(tag, values)) {
            vv_json_key(&json, "type");
            vv_json_text(&json, vv_type_word(tag->type));
        }
        end_line(&json, out);
    }
}

static void series_end(struct vv_history_answer *answer, struct vv_buf *out, const vv_error *err)
{
    uint64_t lost = vv_history_query_lost_blocks(answer->query);
    struct vv_json json;

    (void)err; /* it ends the whole: there is no place for it */
    if (lost == 0)
        return;
    start_line(&json, out, vv_history_query_tag(answer->query));
    vv_json_key(&json, "lost_blocks");
    vv_json_uint(&json, lost);
    end_line(&json, out);
}

static vv_status end(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    (void)err;
    (void)answer;
    (void)out;
    return VARVE_END;
}

const struct vv_history_format vv_history_jsonl = {.name = "jsonl",
                                                   .type = "application/x-ndjson",
                                                   .begin = begin,
                                                   .rows = write_rows,
                                                   .series_end = series_end,
                                                   .end = end};
