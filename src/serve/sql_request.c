#include "serve/sql_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/banned.h"

#define NUMBER_BYTES   64
#define PARAMETERS_MAX 1000

enum key {
    NO_KEY,
    KEY_SQL,
    KEY_PARAMS,
    KEY_LIMIT,
    KEY_FORMAT
};

struct reading {
    struct vv_sql_request *to;
    struct vv_arena *arena;
    struct vv_value *params; /* PARAMETERS_MAX of them, once there is one */
    enum key key;
    int depth; /* 1 in the object, 2 in `params` */
    vv_status status;
    vv_error err;
};

static int fail(struct reading *r, vv_status status, const char *message)
{
    r->status = vv_fail(&r->err, status, "%s", message);
    return 0;
}

static int fail_shape(struct reading *r)
{
    return fail(
        r, VARVE_SYNTAX,
        "the body is {\"sql\":\"SELECT …\",\"params\":[…],\"limit\":1000,\"format\":\"json\"}");
}

static int set_limit(struct reading *r, const struct vv_value *value)
{
    if (value->kind != VV_VALUE_INT || value->as.integer < 1 || value->as.integer > VV_SQL_ROWS_MAX)
        return fail(r, VARVE_BAD_VALUE, "limit is a whole number from 1 to 1000000");
    r->to->spec.rows_max = value->as.integer;
    return 1;
}

static int set_format(struct reading *r, const struct vv_value *value)
{
    const char *text = value->kind == VV_VALUE_TEXT ? value->as.data : "";

    r->to->csv = strcmp(text, "csv") == 0;
    return r->to->csv || strcmp(text, "json") == 0
               ? 1
               : fail(r, VARVE_BAD_VALUE, "format is json or csv");
}

static int set_sql(struct reading *r, const struct vv_value *value)
{
    if (value->kind != VV_VALUE_TEXT)
        return fail(r, VARVE_BAD_VALUE, "sql is a text");
    r->to->spec.text = value->as.data;
    r->to->spec.len_bytes = value->len_bytes;
    return 1;
}

static int add_param(struct reading *r, const struct vv_value *value)
{
    struct vv_sqlquery_spec *spec = &r->to->spec;

    if (!r->params)
        r->params = vv_arena_alloc(r->arena, PARAMETERS_MAX * sizeof *r->params);
    if (!r->params)
        return fail(r, VARVE_NO_MEMORY, "not enough memory for the parameters");
    if (spec->parameter_count == PARAMETERS_MAX)
        return fail(r, VARVE_LIMIT, "more than 1000 parameters");
    r->params[spec->parameter_count++] = *value;
    spec->parameters = r->params;
    return 1;
}

static int take(struct reading *r, struct vv_value value)
{
    if (r->depth == 2)
        return add_param(r, &value);
    switch (r->depth == 1 ? r->key : NO_KEY) {
    case KEY_SQL:
        return set_sql(r, &value);
    case KEY_LIMIT:
        return set_limit(r, &value);
    case KEY_FORMAT:
        return set_format(r, &value);
    default:
        return fail_shape(r);
    }
}

/* ---- what yajl tells ---- */

static int on_null(void *arg)
{
    return take(arg, vv_value_null());
}

static int on_boolean(void *arg, int boolean)
{
    return take(arg, vv_value_int(boolean != 0));
}

static int on_number(void *arg, const char *number, size_t len)
{
    struct reading *r = arg;
    char text[NUMBER_BYTES];
    char *end;

    if (len >= sizeof text)
        return fail(r, VARVE_BAD_VALUE, "a number is too long");
    memcpy(text, number, len);
    text[len] = '\0';
    errno = 0;
    long long integer = strtoll(text, &end, 10);
    if (*end == '\0' && errno == 0)
        return take(r, vv_value_int(integer));
    return take(r, vv_value_double(strtod(text, NULL)));
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    struct reading *r = arg;
    const char *copy = vv_arena_text(r->arena, (const char *)text, len);
    struct vv_value value = {.kind = VV_VALUE_TEXT, .as.data = copy, .len_bytes = len};

    if (!copy)
        return fail(r, VARVE_NO_MEMORY, "not enough memory for the statement");
    return take(r, value);
}

static int on_start_map(void *arg)
{
    struct reading *r = arg;

    return r->depth++ == 0 ? 1 : fail_shape(r);
}

static int on_map_key(void *arg, const unsigned char *name, size_t len)
{
    static const char *const names[] = {
        [KEY_SQL] = "sql", [KEY_PARAMS] = "params", [KEY_LIMIT] = "limit", [KEY_FORMAT] = "format"};
    struct reading *r = arg;

    for (r->key = KEY_SQL; r->key <= KEY_FORMAT; r->key++)
        if (strlen(names[r->key]) == len && memcmp(names[r->key], name, len) == 0)
            return 1;
    r->status = vv_fail(&r->err, VARVE_BAD_VALUE,
                        "/api/v1/sql takes sql, params, limit and format, not \"%.*s\"",
                        (int)(len < 60 ? len : 60), (const char *)name);
    return 0;
}

static int on_end_map(void *arg)
{
    struct reading *r = arg;

    r->depth--;
    return 1;
}

static int on_start_array(void *arg)
{
    struct reading *r = arg;

    return r->depth++ == 1 && r->key == KEY_PARAMS ? 1 : fail_shape(r);
}

static int on_end_array(void *arg)
{
    struct reading *r = arg;

    r->depth--;
    return 1;
}

vv_status vv_sql_request_read(const void *text, size_t len_bytes, struct vv_arena *arena,
                              struct vv_sql_request *request, vv_error *err)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_boolean,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_start_map,
                                             .yajl_map_key = on_map_key,
                                             .yajl_end_map = on_end_map,
                                             .yajl_start_array = on_start_array,
                                             .yajl_end_array = on_end_array};
    struct reading r = {.to = request, .arena = arena};
    yajl_handle yajl = yajl_alloc(&callbacks, NULL, &r);

    *request = (struct vv_sql_request){.spec = {.rows_max = VV_SQL_ROWS}};
    if (!yajl)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read JSON");
    yajl_status parsed = yajl_parse(yajl, text, len_bytes);
    if (parsed == yajl_status_ok)
        parsed = yajl_complete_parse(yajl);
    if (r.status && err)
        *err = r.err;
    if (!r.status && parsed != yajl_status_ok)
        r.status = vv_fail(err, VARVE_SYNTAX, "the body is not JSON from byte %zu on",
                           yajl_get_bytes_consumed(yajl));
    if (!r.status && !request->spec.text)
        r.status = vv_fail(err, VARVE_BAD_VALUE, "sql is missing: the statement");
    yajl_free(yajl);
    return r.status;
}
