#include "app/sql_server.h"

#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "app/fetch.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "serve/sql_request.h"

#include "base/banned.h"

#define COLUMNS_MAX  2000
#define NUMBER_BYTES 64

enum section {
    OTHER,
    COLUMNS,
    ROWS,
    MORE,
    ELAPSED,
    ERROR
};

/* The answer while it comes: {"columns":[{}],"rows":[[]],…}. */
struct answer {
    struct vv_sql_print *print;
    yajl_handle yajl;
    struct vv_arena head;  /* names and types of the columns */
    struct vv_arena texts; /* of one row */
    const char *names[COLUMNS_MAX], *types[COLUMNS_MAX];
    struct vv_value row[COLUMNS_MAX];
    size_t columns, cells;
    enum section section;
    bool is_name; /* in COLUMNS: the text that comes; in ERROR: it is the message */
    int depth;
    bool whole;
    struct vv_sql_end end;
    vv_status status;
    vv_error err, sent; /* ours; the server's, behind its rows */
};

static int keep(struct answer *a, vv_status status)
{
    a->status = status;
    return status == VARVE_OK;
}

static int fail_shape(struct answer *a)
{
    return keep(a, vv_fail(&a->err, VARVE_SYNTAX, "the answer is not that of a query"));
}

static char *copy(struct answer *a, struct vv_arena *arena, const void *text, size_t len)
{
    char *made = vv_arena_text(arena, text, len);

    if (!made)
        a->status = vv_fail(&a->err, VARVE_NO_MEMORY, "not enough memory for the answer");
    return made;
}

static int add_cell(struct answer *a, struct vv_value value)
{
    if (a->depth != 3 || a->cells == a->columns)
        return fail_shape(a);
    a->row[a->cells++] = value;
    return 1;
}

static int on_null(void *arg)
{
    struct answer *a = arg;

    return a->section == ROWS ? add_cell(a, vv_value_null()) : 1;
}

static int on_boolean(void *arg, int boolean)
{
    struct answer *a = arg;

    if (a->section == MORE)
        a->end.more = boolean != 0;
    return 1;
}

static int on_number(void *arg, const char *number, size_t len)
{
    struct answer *a = arg;
    char text[NUMBER_BYTES];
    char *end;

    if (len >= sizeof text)
        return fail_shape(a);
    memcpy(text, number, len);
    text[len] = '\0';
    long long integer = strtoll(text, &end, 10);
    if (a->section == ELAPSED)
        a->end.elapsed_ms = integer;
    if (a->section != ROWS)
        return 1;
    return add_cell(a, *end ? vv_value_double(strtod(text, NULL)) : vv_value_int(integer));
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    struct answer *a = arg;

    if (a->section == ROWS) {
        const char *kept = copy(a, &a->texts, text, len);
        struct vv_value value = {.kind = VV_VALUE_TEXT, .as.data = kept, .len_bytes = len};
        return kept && add_cell(a, value);
    }
    if (a->section == COLUMNS) {
        const char *kept = copy(a, &a->head, text, len);
        *(a->is_name ? &a->names[a->columns] : &a->types[a->columns]) = kept;
        return kept != NULL;
    }
    if (a->section == ERROR && a->is_name)
        vv_fail(&a->sent, VARVE_DATABASE, "%.*s", (int)(len < 400 ? len : 400), (const char *)text);
    return 1;
}

static int on_start_map(void *arg)
{
    struct answer *a = arg;

    a->depth++;
    if (a->section == COLUMNS && a->columns == COLUMNS_MAX)
        return fail_shape(a);
    if (a->section == COLUMNS)
        a->names[a->columns] = a->types[a->columns] = "";
    return a->depth <= 4 ? 1 : fail_shape(a);
}

static int on_map_key(void *arg, const unsigned char *name, size_t len)
{
    static const char *const names[] = {[COLUMNS] = "columns",
                                        [ROWS] = "rows",
                                        [MORE] = "more",
                                        [ELAPSED] = "elapsed_ms",
                                        [ERROR] = "error"};
    struct answer *a = arg;

    if (a->depth > 1) {
        const char *wanted = a->section == ERROR ? "message" : "name";
        a->is_name = len == strlen(wanted) && memcmp(name, wanted, len) == 0;
        return 1;
    }
    a->section = OTHER;
    for (enum section s = COLUMNS; s <= ERROR; s++)
        if (len == strlen(names[s]) && memcmp(name, names[s], len) == 0)
            a->section = s;
    return 1;
}

static int on_end_map(void *arg)
{
    struct answer *a = arg;

    a->depth--;
    a->columns += a->section == COLUMNS;
    a->whole = a->depth == 0;
    return 1;
}

static int on_start_array(void *arg)
{
    struct answer *a = arg;
    const struct vv_sql_head head = {a->columns, a->names, a->types};

    a->depth++;
    a->cells = 0;
    if (a->section == ROWS && a->depth == 2)
        return keep(a, vv_sql_print_begin(a->print, &head, &a->err));
    return a->depth <= 3 ? 1 : fail_shape(a);
}

static int on_end_array(void *arg)
{
    struct answer *a = arg;

    a->depth--;
    if (a->section != ROWS || a->depth != 2)
        return 1;
    if (a->cells != a->columns)
        return fail_shape(a);
    if (!keep(a, vv_sql_print_row(a->print, a->row, &a->err)))
        return 0;
    vv_arena_reset(&a->texts);
    return 1;
}

static vv_status judge(struct answer *a, yajl_status parsed, vv_error *err)
{
    if (a->status) {
        *err = a->err;
        return a->status;
    }
    return parsed == yajl_status_ok
               ? VARVE_OK
               : vv_fail(err, VARVE_SYNTAX, "the answer is not that of a query");
}

static vv_status take(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct answer *a = arg;

    return judge(a, yajl_parse(a->yajl, data, len_bytes), err);
}

static void write_request(struct vv_buf *body, const char *text, size_t len_bytes, int64_t limit)
{
    struct vv_json json;

    vv_json_init(&json, body);
    vv_json_object(&json);
    vv_json_key(&json, "sql");
    vv_json_text_len(&json, text, len_bytes);
    vv_json_key(&json, "limit");
    vv_json_int(&json, limit > 0 && limit < VV_SQL_ROWS_MAX ? limit : VV_SQL_ROWS_MAX);
    vv_json_end_object(&json);
}

static vv_status ask(struct answer *a, const char *url, const struct vv_buf *request, vv_error *err)
{
    const struct vv_fetch_body body = {
        .content_type = "application/json", .data = request->data, .len_bytes = request->len};
    struct vv_fetch *fetch;
    vv_status status = vv_fetch_new(url, &fetch, err);

    if (!status)
        status = vv_fetch_post(fetch, "/api/v1/sql", &body, take, a, err);
    if (!status)
        status = judge(a, yajl_complete_parse(a->yajl), err);
    if (!status && !a->whole)
        status = vv_fail(err, VARVE_SYNTAX, "%s: the answer is not that of a query", url);
    if (!status)
        status = vv_sql_print_end(a->print, &a->end, err);
    if (!status && a->sent.status) {
        *err = a->sent;
        status = err->status;
    }
    vv_fetch_free(fetch);
    return status;
}

vv_status vv_sql_server(const char *url, const char *text, size_t len_bytes, int64_t limit,
                        struct vv_sql_print *print, vv_error *err)
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
    struct answer *a = vv_alloc_zero(sizeof *a);
    struct vv_buf request = {0};
    vv_status status = VARVE_OK;

    if (a) {
        a->print = print;
        vv_arena_init(&a->head, 0, NULL);
        vv_arena_init(&a->texts, 0, NULL);
        a->yajl = yajl_alloc(&callbacks, NULL, a);
        write_request(&request, text, len_bytes, limit);
    }
    if (!a || !a->yajl || request.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory to ask the server");
    if (!status)
        status = ask(a, url, &request, err);
    if (a) {
        if (a->yajl)
            yajl_free(a->yajl);
        vv_arena_deinit(&a->head);
        vv_arena_deinit(&a->texts);
    }
    vv_buf_deinit(&request);
    vv_free(a);
    return status;
}
