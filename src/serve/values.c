#include "serve/values.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/time.h"
#include "collect/live.h"
#include "history/tags.h"

#include "base/banned.h"

const char *vv_type_word(enum vv_tag_type type)
{
    static const char *const words[VV_TYPE_COUNT] = {"none",   "integer", "string",
                                                     "double", "boolean", "datetime"};

    return words[type];
}

static void start_tag(struct vv_json *json, const struct vv_tag *tag)
{
    vv_json_object(json);
    vv_json_key(json, "tag");
    vv_json_text_len(json, tag->name, tag->name_len);
}

void vv_entry_json(struct vv_json *json, struct vv_history_set *set,
                   const struct vv_live_entry *entry)
{
    struct vv_tag_meta meta;

    vv_tag_meta_get(set, entry->tag, &meta);
    start_tag(json, entry->tag);
    vv_json_key(json, "time");
    vv_json_int(json, entry->time_ms);
    vv_json_key(json, "value");
    vv_datum_json(json, &entry->value);
    vv_json_key(json, "quality");
    vv_json_int(json, entry->quality);
    vv_json_key(json, "type");
    vv_json_text(json, vv_type_word(entry->tag->type));
    vv_json_key(json, "unit");
    vv_json_text(json, meta.unit);
    vv_json_key(json, "received");
    vv_json_int(json, entry->received_ms);
    vv_json_end_object(json);
}

void vv_tag_json(struct vv_json *json, struct vv_history_set *set, const struct vv_tag *tag)
{
    static const char *const limits[4] = {"min2", "min1", "max1", "max2"};
    struct vv_tag_meta meta;

    vv_tag_meta_get(set, tag, &meta);
    start_tag(json, tag);
    vv_json_key(json, "id");
    vv_json_int(json, tag->id);
    vv_json_key(json, "type");
    vv_json_text(json, vv_type_word(tag->type));
    vv_json_key(json, "unit");
    vv_json_text(json, meta.unit);
    vv_json_key(json, "history");
    vv_json_text(json, vv_history_name(tag->history));
    if (meta.decimals >= 0) {
        vv_json_key(json, "decimals");
        vv_json_int(json, meta.decimals);
    }
    if (meta.period_ms > 0) {
        vv_json_key(json, "period_s");
        vv_json_double(json, (double)meta.period_ms / 1000);
    }
    for (size_t i = 0; i < 4; i++)
        if (isfinite(meta.limits[i])) {
            vv_json_key(json, limits[i]);
            vv_json_double(json, meta.limits[i]);
        }
    if (meta.line >= 0) {
        vv_json_key(json, "line");
        vv_json_text(json, meta.line ? "linear" : "step");
    }
    vv_json_end_object(json);
}

/* ---- CSV ---- */

void vv_csv_value(struct vv_buf *out, const struct vv_datum *value)
{
    char text[40];

    switch (value->type) {
    case VV_TYPE_INTEGER:
        vv_buf_format(out, "%" PRId64, value->as.integer);
        break;
    case VV_TYPE_DATETIME:
        vv_time_format_ms(value->as.integer, text);
        vv_buf_text(out, text);
        break;
    case VV_TYPE_DOUBLE:
        vv_buf_add(out, text, vv_double_format(value->as.number, text));
        break;
    case VV_TYPE_BOOLEAN:
        vv_buf_text(out, value->as.boolean ? "true" : "false");
        break;
    case VV_TYPE_STRING:
        vv_csv_text(out, value->as.text, value->text_len);
        break;
    default:
        break;
    }
}
