#include "catalog/row_json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/time.h"
#include "base/utf8.h"
#include "catalog/base64.h"

#include "base/banned.h"

#define NUMBER_BYTES 64

static void write_blob(const struct vv_value *value, struct vv_json *json)
{
    struct vv_buf text = {0};

    vv_base64_encode(&text, value->as.data, value->len_bytes);
    if (text.failed)
        json->out->failed = true;
    else
        vv_json_text_len(json, text.data != NULL ? (const char *)text.data : "", text.len);
    vv_buf_deinit(&text);
}

static void write_value(const struct vv_column *column, const struct vv_value *value,
                        struct vv_json *json)
{
    switch (value->kind) {
    case VV_VALUE_INT:
        if (column->type == VV_COLUMN_BOOL)
            vv_json_bool(json, value->as.integer != 0);
        else
            vv_json_int(json, value->as.integer);
        break;
    case VV_VALUE_DOUBLE:
        vv_json_double(json, value->as.real);
        break;
    case VV_VALUE_TEXT:
        vv_json_text_len(json, value->as.data, value->len_bytes);
        break;
    case VV_VALUE_BLOB:
        write_blob(value, json);
        break;
    default:
        vv_json_null(json);
        break;
    }
}

void vv_row_write_json(const struct vv_row *row, struct vv_json *json)
{
    vv_json_object(json);
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct vv_column *column = &row->table->columns[i];
        if (row->values[i].kind == VV_VALUE_UNSET || (column->flags & VV_COLUMN_SECRET))
            continue;
        vv_json_key(json, column->name);
        write_value(column, &row->values[i], json);
    }
    vv_json_end_object(json);
}

/* One reading of rows. */
struct reading {
    struct vv_row row;
    int column;   /* that the next value is for; -1 outside of a row */
    bool in_list; /* the rows stand in an array */
    bool in_row;
    vv_row_sink *sink;
    void *sink_arg;
    vv_status status; /* what ended it */
    vv_error *err;
};

static int end_with(struct reading *r, vv_status status)
{
    r->status = status;
    return status == VARVE_OK;
}

/* A value at a place where only a row may stand. */
static int fail_place(struct reading *r, const char *what)
{
    return end_with(r, vv_fail(r->err, VARVE_BAD_TYPE,
                               "%s, row %" PRId64 ": %s where an object is "
                               "needed",
                               r->row.table->name, r->row.number + 1, what));
}

static int take_value(struct reading *r, const struct vv_value *value)
{
    return end_with(r, vv_row_set(&r->row, r->column, value, r->err));
}

static int on_null(void *arg)
{
    struct reading *r = arg;
    struct vv_value value = vv_value_null();

    return r->in_row ? take_value(r, &value) : fail_place(r, "null");
}

static int on_bool(void *arg, int v)
{
    struct reading *r = arg;
    struct vv_value value = vv_value_int(v != 0);

    if (!r->in_row)
        return fail_place(r, "a Boolean");
    if (r->row.table->columns[r->column].type != VV_COLUMN_BOOL) {
        return end_with(r, vv_row_fail(&r->row, r->column, VARVE_BAD_TYPE, r->err,
                                       "a Boolean given, %s needed",
                                       vv_column_type_name(r->row.table->columns[r->column].type)));
    }
    return take_value(r, &value);
}

static int on_number(void *arg, const char *digits, size_t len_bytes)
{
    struct reading *r = arg;
    struct vv_value value;
    char text[NUMBER_BYTES];
    bool whole;

    if (!r->in_row)
        return fail_place(r, "a number");
    if (len_bytes >= sizeof text)
        return end_with(r, vv_row_fail(&r->row, r->column, VARVE_BAD_VALUE, r->err,
                                       "a number of %zu characters", len_bytes));
    memcpy(text, digits, len_bytes);
    text[len_bytes] = '\0';
    /* JSON has one kind of number: for a Double column 22222222222228476 is the same as with ".0".
     * No integer has the sign of "-0". */
    whole = r->row.table->columns[r->column].type != VV_COLUMN_DOUBLE && strcmp(text, "-0") != 0;
    for (size_t i = 0; i < len_bytes; i++)
        whole = whole && strchr(".eE", text[i]) == NULL;
    errno = 0;
    value = whole ? vv_value_int(strtoll(text, NULL, 10)) : vv_value_double(strtod(text, NULL));
    if (whole && errno == ERANGE)
        return end_with(r, vv_row_fail(&r->row, r->column, VARVE_BAD_VALUE, r->err,
                                       "%s does not fit in 64 bits", text));
    return take_value(r, &value);
}

static int take_time(struct reading *r, const char *text, size_t len_bytes)
{
    struct vv_value value;
    int64_t time_ns;
    vv_error why;

    if (vv_time_parse_ns(text, len_bytes, true, &time_ns, &why) != VARVE_OK)
        return end_with(r,
                        vv_row_fail(&r->row, r->column, VARVE_BAD_TIME, r->err, "%s", why.message));
    value = vv_value_int(vv_floor_div(time_ns, 1000000));
    return take_value(r, &value);
}

static int take_blob(struct reading *r, const char *text, size_t len_bytes)
{
    size_t blob_bytes;
    uint8_t *blob = vv_arena_alloc(r->row.arena, len_bytes / 4 * 3 + 1);
    struct vv_value value;

    if (blob == NULL)
        return end_with(r, vv_row_fail(&r->row, r->column, VARVE_NO_MEMORY, r->err,
                                       "no memory for %zu bytes", len_bytes));
    if (!vv_base64_decode(text, len_bytes, blob, &blob_bytes))
        return end_with(
            r, vv_row_fail(&r->row, r->column, VARVE_BAD_VALUE, r->err, "text that is not base64"));
    value = vv_value_blob(blob, blob_bytes);
    return end_with(r, vv_row_lend(&r->row, r->column, &value, r->err));
}

static int on_text(void *arg, const unsigned char *bytes, size_t len_bytes)
{
    struct reading *r = arg;
    const char *text = (const char *)bytes;
    struct vv_value value = {.kind = VV_VALUE_TEXT, .as.data = text, .len_bytes = len_bytes};

    if (!r->in_row)
        return fail_place(r, "text");
    switch (r->row.table->columns[r->column].type) {
    case VV_COLUMN_TIME:
        return take_time(r, text, len_bytes);
    case VV_COLUMN_BLOB:
        return take_blob(r, text, len_bytes);
    default:
        return take_value(r, &value);
    }
}

static int on_row_start(void *arg)
{
    struct reading *r = arg;

    if (r->in_row)
        return end_with(r, vv_row_fail(&r->row, r->column, VARVE_BAD_TYPE, r->err,
                                       "an object where a value is needed"));
    vv_row_clear(&r->row);
    r->row.number++;
    r->in_row = true;
    r->column = -1;
    return 1;
}

static int on_key(void *arg, const unsigned char *key, size_t len_bytes)
{
    struct reading *r = arg;
    const char *name = (const char *)key;
    int column = vv_table_column(r->row.table, name, len_bytes, r->column + 1);
    const char *why = NULL;

    if (column < 0)
        why = "there is no such column";
    else if (r->row.table->columns[column].flags & VV_COLUMN_SECRET)
        why = "it cannot be set this way";
    else if (r->row.values[column].kind != VV_VALUE_UNSET)
        why = "it is given twice";
    if (why != NULL)
        return end_with(r,
                        vv_fail(r->err, VARVE_BAD_NAME, "%s, row %" PRId64 ", column \"%.*s\": %s",
                                r->row.table->name, r->row.number,
                                (int)vv_utf8_cut(name, len_bytes, 80), name, why));
    r->column = column;
    return 1;
}

static int on_row_end(void *arg)
{
    struct reading *r = arg;

    r->in_row = false;
    return end_with(r, r->sink(r->sink_arg, &r->row, r->err));
}

static int on_list_start(void *arg)
{
    struct reading *r = arg;

    if (r->in_row)
        return end_with(r, vv_row_fail(&r->row, r->column, VARVE_BAD_TYPE, r->err,
                                       "a list where a value is needed"));
    if (r->in_list)
        return fail_place(r, "a list");
    r->in_list = true;
    return 1;
}

static int on_list_end(void *arg)
{
    (void)arg;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_bool,
    .yajl_number = on_number,
    .yajl_string = on_text,
    .yajl_start_map = on_row_start,
    .yajl_map_key = on_key,
    .yajl_end_map = on_row_end,
    .yajl_start_array = on_list_start,
    .yajl_end_array = on_list_end,
};

static vv_status fail_syntax(yajl_handle parser, const struct vv_table *table, vv_error *err)
{
    unsigned char *why = yajl_get_error(parser, 0, NULL, 0);
    size_t len = why != NULL ? strlen((char *)why) : 0;
    vv_status status;

    while (len > 0 && why[len - 1] == '\n')
        len--;
    status = vv_fail(err, VARVE_SYNTAX, "%s: not JSON at byte %zu: %.*s", table->name,
                     yajl_get_bytes_consumed(parser), (int)len, why != NULL ? (char *)why : "");
    yajl_free_error(parser, why);
    return status;
}

vv_status vv_rows_read_json(const struct vv_table *table, const char *text, size_t len_bytes,
                            struct vv_arena *arena, vv_row_sink *sink, void *arg, vv_error *err)
{
    struct reading r = {.column = -1, .sink = sink, .sink_arg = arg, .err = err};
    yajl_handle parser = NULL;
    yajl_status answer;
    vv_status status;

    status = vv_row_init(&r.row, table, arena, err);
    if (status != VARVE_OK)
        return status;
    /* yajl writes through a null pointer when memory runs out, so it does not get vv_alloc, whose
     * budget and fault points would make that happen; it takes some kilobytes and one text. */
    parser = yajl_alloc(&callbacks, NULL, &r);
    if (parser == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to read JSON", table->name);
    answer = yajl_parse(parser, (const unsigned char *)text, len_bytes);
    if (answer == yajl_status_ok)
        answer = yajl_complete_parse(parser);
    if (answer == yajl_status_client_canceled)
        status = r.status;
    else if (answer != yajl_status_ok)
        status = fail_syntax(parser, table, err);
    yajl_free(parser);
    return status;
}
