#include "serve/sql_form.h"

#include <inttypes.h>
#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "catalog/base64.h"

#include "base/banned.h"

/* ---- JSON ---- */

void vv_sql_json_begin(struct vv_json *json, const struct vv_sql_head *head)
{
    vv_json_object(json);
    vv_json_key(json, "columns");
    vv_json_array(json);
    for (size_t i = 0; i < head->count; i++) {
        vv_json_object(json);
        vv_json_key(json, "name");
        vv_json_text(json, head->names[i]);
        vv_json_key(json, "type");
        vv_json_text(json, head->types[i]);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
    vv_json_key(json, "rows");
    vv_json_array(json);
}

static void write_blob(struct vv_json *json, const struct vv_value *value)
{
    struct vv_buf text = {0};

    vv_base64_encode(&text, value->as.data, value->len_bytes);
    vv_json_text_len(json, text.data ? (const char *)text.data : "", text.len);
    json->out->failed |= text.failed;
    vv_buf_deinit(&text);
}

void vv_sql_json_row(struct vv_json *json, const struct vv_value *row, size_t count)
{
    vv_json_array(json);
    for (size_t i = 0; i < count; i++) {
        switch (row[i].kind) {
        case VV_VALUE_INT:
            vv_json_int(json, row[i].as.integer);
            break;
        case VV_VALUE_DOUBLE:
            vv_json_double(json, row[i].as.real);
            break;
        case VV_VALUE_TEXT:
            vv_json_text_len(json, row[i].as.data, row[i].len_bytes);
            break;
        case VV_VALUE_BLOB:
            write_blob(json, &row[i]);
            break;
        default:
            vv_json_null(json);
            break;
        }
    }
    vv_json_end_array(json);
}

void vv_sql_json_end(struct vv_json *json, const struct vv_sql_end *end)
{
    vv_json_end_array(json);
    vv_json_key(json, "more");
    vv_json_bool(json, end->more);
    vv_json_key(json, "elapsed_ms");
    vv_json_int(json, end->elapsed_ms);
    if (end->err) {
        vv_json_key(json, "error");
        vv_json_object(json);
        vv_json_key(json, "code");
        vv_json_text(json, varve_status_name(end->err->status));
        vv_json_key(json, "message");
        vv_json_text(json, end->err->message);
        vv_json_end_object(json);
    }
    vv_json_end_object(json);
}

/* ---- CSV ---- */

void vv_sql_csv_begin(struct vv_buf *out, const struct vv_sql_head *head)
{
    for (size_t i = 0; i < head->count; i++) {
        vv_buf_text(out, i > 0 ? "," : "");
        vv_csv_word(out, head->names[i]);
    }
    vv_buf_text(out, "\r\n");
}

void vv_sql_csv_row(struct vv_buf *out, const struct vv_value *row, size_t count)
{
    char number[40];

    for (size_t i = 0; i < count; i++) {
        vv_buf_text(out, i > 0 ? "," : "");
        switch (row[i].kind) {
        case VV_VALUE_INT:
            vv_buf_format(out, "%" PRId64, row[i].as.integer);
            break;
        case VV_VALUE_DOUBLE:
            vv_buf_add(out, number, vv_double_format(row[i].as.real, number));
            break;
        case VV_VALUE_TEXT:
            vv_csv_text(out, row[i].as.data, row[i].len_bytes);
            break;
        case VV_VALUE_BLOB:
            vv_base64_encode(out, row[i].as.data, row[i].len_bytes);
            break;
        default:
            break;
        }
    }
    vv_buf_text(out, "\r\n");
}

void vv_sql_csv_end(struct vv_buf *out, const struct vv_sql_end *end)
{
    if (end->err)
        vv_buf_format(out, "# error: %s\r\n", end->err->message);
    else if (end->more)
        vv_buf_text(out, "# more rows are left out: the limit\r\n");
}
