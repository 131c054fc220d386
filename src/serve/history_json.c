/* history_json.c: {"series":[{"tag","type","unit","columns","rows","source","lost"},…]} */
#include <string.h>

#include "history/tags.h"
#include "serve/history_private.h"
#include "serve/values.h"

#include "base/banned.h"

static vv_status begin(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    (void)err;
    vv_json_init(&answer->json, out);
    vv_json_object(&answer->json);
    vv_json_key(&answer->json, "series");
    vv_json_array(&answer->json);
    return VARVE_OK;
}

static void start_series(struct vv_json *json, const char *name)
{
    vv_json_object(json);
    vv_json_key(json, "tag");
    vv_json_text(json, name);
}

static void begin_series(struct vv_history_answer *answer)
{
    const struct vv_tag *tag = vv_history_query_tag(answer->query);
    struct vv_json *json = &answer->json;
    const int64_t every_ms = vv_history_query_every_ms(answer->query);
    struct vv_tag_meta meta;
    size_t count;
    const char *const *columns = vv_history_query_columns(answer->query, &count);

    vv_tag_meta_get(answer->source.set, tag, &meta);
    start_series(json, tag->name);
    vv_json_key(json, "type");
    vv_json_text(json, vv_type_word(tag->type));
    vv_json_key(json, "unit");
    vv_json_text(json, meta.unit);
    vv_json_key(json, "source");
    vv_json_text(json, vv_history_query_source(answer->query));
    if (every_ms > 0) {
        vv_json_key(json, "every_ms");
        vv_json_int(json, every_ms);
    }
    vv_json_key(json, "columns");
    vv_json_array(json);
    vv_json_text(json, "time");
    for (size_t i = 0; i < count; i++)
        vv_json_text(json, columns[i]);
    if (every_ms == 0)
        vv_json_text(json, "quality");
    vv_json_end_array(json);
    vv_json_key(json, "rows");
    vv_json_array(json);
}

static void write_rows(struct vv_history_answer *answer, const struct vv_history_query_block *block,
                       struct vv_buf *out)
{
    struct vv_json *json = &answer->json;
    bool raw = vv_history_query_every_ms(answer->query) == 0;
    size_t columns;

    (void)out; /* it is the writer's */
    (void)vv_history_query_columns(answer->query, &columns);
    for (size_t i = 0; i < block->rows; i++) {
        vv_json_array(json);
        vv_json_int(json, block->times_ms[i]);
        for (size_t c = 0; c < columns; c++)
            vv_datum_json(json, &block->values[i * columns + c]);
        if (raw)
            vv_json_int(json, block->quality[i]);
        vv_json_end_array(json);
    }
}

static void write_error(struct vv_json *json, const vv_error *err)
{
    vv_json_key(json, "error");
    vv_json_object(json);
    vv_json_key(json, "code");
    vv_json_text(json, varve_status_name(err->status));
    vv_json_key(json, "message");
    vv_json_text(json, err->message);
    vv_json_end_object(json);
}

static void write_lost(struct vv_json *json, const struct vv_history_query *query)
{
    size_t count;
    const struct vv_history_query_lost *lost = vv_history_query_lost(query, &count);
    uint64_t blocks = vv_history_query_lost_blocks(query);

    if (blocks == 0)
        return;
    vv_json_key(json, "lost");
    vv_json_array(json);
    for (size_t i = 0; i < count; i++) {
        vv_json_object(json);
        vv_json_key(json, "file");
        vv_json_text(json, lost[i].file);
        vv_json_key(json, "from");
        vv_json_int(json, lost[i].from_ms);
        vv_json_key(json, "to");
        vv_json_int(json, lost[i].to_ms);
        vv_json_key(json, "message");
        vv_json_text(json, lost[i].message);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
    vv_json_key(json, "lost_blocks");
    vv_json_uint(json, blocks);
}

static void series_end(struct vv_history_answer *answer, struct vv_buf *out, const vv_error *err)
{
    (void)out;
    vv_json_end_array(&answer->json);
    write_lost(&answer->json, answer->query);
    if (err)
        write_error(&answer->json, err);
    vv_json_end_object(&answer->json);
}

static void no_series(struct vv_history_answer *answer, const char *name, const vv_error *err)
{
    struct vv_json *json = &answer->json;

    start_series(json, name);
    vv_json_key(json, "columns");
    vv_json_array(json);
    vv_json_end_array(json);
    vv_json_key(json, "rows");
    vv_json_array(json);
    vv_json_end_array(json);
    write_error(json, err);
    vv_json_end_object(json);
}

static vv_status end(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    (void)err;
    (void)out;
    vv_json_end_array(&answer->json);
    vv_json_end_object(&answer->json);
    return VARVE_END;
}

const struct vv_history_format vv_history_json = {.name = "json",
                                                  .type = "application/json",
                                                  .tells_errors = true,
                                                  .begin = begin,
                                                  .series = begin_series,
                                                  .no_series = no_series,
                                                  .rows = write_rows,
                                                  .series_end = series_end,
                                                  .end = end};
