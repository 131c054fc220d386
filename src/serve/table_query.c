#include "serve/table_query.h"

#include <string.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/time.h"
#include "base/utf8.h"
#include "catalog/row_text.h"
#include "serve/table_key.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

/* A parameter of that name is no filter. */
static bool is_reserved(const char *name)
{
    static const char *const names[] = {"order",  "limit", "offset", "after",
                                        "format", "count", "etags"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* ---- columns ---- */

static vv_status unknown_column(const struct vv_table *table, const char *name, size_t len_bytes,
                                vv_error *err)
{
    const char **words = vv_alloc_array(table->column_count + 1, sizeof *words);
    char wrong[64] = "";
    size_t count = 0;

    memcpy(wrong, name, vv_utf8_cut(name, len_bytes, sizeof wrong - 1));
    for (size_t i = 0; words && i < table->column_count; i++)
        if (!(table->columns[i].flags & VV_COLUMN_SECRET))
            words[count++] = table->columns[i].name;
    if (words)
        words[count] = NULL;
    const char *near = words ? vv_nearest(wrong, words) : NULL;
    vv_free(words);
    return vv_fail(err, VARVE_BAD_NAME, "%s: there is no column \"%s\"%s%s%s", table->name, wrong,
                   near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

vv_status vv_table_column_read(const struct vv_table *table, const char *name, size_t len_bytes,
                               int *column, vv_error *err)
{
    *column = vv_table_column(table, name, len_bytes, 0);
    if (*column < 0)
        return unknown_column(table, name, len_bytes, err);
    if (table->columns[*column].flags & VV_COLUMN_SECRET)
        return vv_fail(err, VARVE_DENIED, "%s.%s is secret", table->name,
                       table->columns[*column].name);
    return VARVE_OK;
}

/* ---- filters ---- */

struct reading {
    const struct vv_table *table;
    const struct vv_params *params;
    struct vv_table_query *to;
    struct vv_row row; /* values of filters, one after the other */
    int64_t now_ms;
};

static vv_status read_op(const char *text, enum vv_filter_op *op, vv_error *err)
{
    static const struct {
        const char *name;
        enum vv_filter_op op;
    } ops[] = {{"eq", VV_FILTER_EQ},    {"ne", VV_FILTER_NE}, {"lt", VV_FILTER_LT},
               {"le", VV_FILTER_LE},    {"gt", VV_FILTER_GT}, {"ge", VV_FILTER_GE},
               {"null", VV_FILTER_NULL}};

    for (size_t i = 0; i < COUNT_OF(ops); i++) {
        if (strcmp(ops[i].name, text) == 0) {
            *op = ops[i].op;
            return VARVE_OK;
        }
    }
    return vv_fail(err, VARVE_BAD_NAME,
                   "a filter is a column, or a column with .eq .ne .lt .le .gt .ge or .null, not "
                   "\".%.20s\"",
                   text);
}

static vv_status read_value(struct reading *r, int column, const char *text, struct vv_filter *to,
                            vv_error *err)
{
    const enum vv_column_type type = r->table->columns[column].type;
    int64_t time_ms;
    vv_status status;

    if (to->op == VV_FILTER_NULL) {
        const bool no = strcmp(text, "0") == 0 || strcmp(text, "false") == 0;
        if (!no && text[0] && strcmp(text, "1") != 0 && strcmp(text, "true") != 0)
            return vv_fail(err, VARVE_BAD_VALUE, "%s.null is 1 or 0, not \"%.40s\"",
                           r->table->columns[column].name, text);
        to->op = no ? VV_FILTER_NOT_NULL : VV_FILTER_NULL;
        return VARVE_OK;
    }
    if (type == VV_COLUMN_BLOB)
        return vv_fail(err, VARVE_BAD_TYPE, "%s.%s holds bytes: only .null asks about them",
                       r->table->name, r->table->columns[column].name);
    if (type == VV_COLUMN_TIME) {
        status = vv_time_parse_user_ms(text, r->now_ms, &time_ms, err);
        if (status)
            vv_error_prefix(err, "%s", r->table->columns[column].name);
        to->value = vv_value_int(time_ms);
        return status;
    }
    status = vv_row_set_from_text(&r->row, column, text, strlen(text), err);
    if (!status)
        to->value = r->row.values[column];
    return status;
}

static vv_status read_filter(struct reading *r, const struct vv_param *param, vv_error *err)
{
    const char *dot = strchr(param->name, '.');
    const size_t len = dot ? (size_t)(dot - param->name) : strlen(param->name);
    struct vv_filter filter = {.op = VV_FILTER_EQ};
    int column;

    if (r->to->query.filter_count == VV_TABLE_FILTERS_MAX)
        return vv_fail(err, VARVE_LIMIT, "more than %d filters", VV_TABLE_FILTERS_MAX);
    vv_status status = vv_table_column_read(r->table, param->name, len, &column, err);
    if (!status && dot)
        status = read_op(dot + 1, &filter.op, err);
    if (!status)
        status = read_value(r, column, param->value, &filter, err);
    if (status)
        return status;
    filter.column = r->table->columns[column].name;
    r->to->filters[r->to->query.filter_count++] = filter;
    return VARVE_OK;
}

/* ---- order and pages ---- */

/* "Name,-ObjId" */
static vv_status read_order(struct reading *r, const char *text, vv_error *err)
{
    size_t count = 0;

    for (bool more = true; more; count++) {
        const bool descending = *text == '-';
        const char *name = text + descending;
        const size_t len = strcspn(name, ",");
        int column;
        if (count == VV_QUERY_ORDERS)
            return vv_fail(err, VARVE_LIMIT, "order: at most %d columns", VV_QUERY_ORDERS);
        vv_status status = vv_table_column_read(r->table, name, len, &column, err);
        if (status) {
            vv_error_prefix(err, "order");
            return status;
        }
        r->to->query.order[count].column = r->table->columns[column].name;
        r->to->query.order[count].descending = descending;
        more = name[len] == ',';
        text = name + len + more;
    }
    return VARVE_OK;
}

static vv_status read_after(struct reading *r, const char *text, vv_error *err)
{
    const int count = vv_table_key_count(r->table);
    struct vv_value *key = vv_arena_alloc(r->params->arena, (size_t)count * sizeof *key);

    if (!key)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the parameters");
    if (r->to->query.order[0].column || r->to->query.offset > 0)
        return vv_fail(err, VARVE_BAD_VALUE,
                       "after goes on in the order of keys: without order "
                       "and offset");
    vv_status status = vv_table_key_read(&r->row, text, strlen(text), err);
    if (status) {
        vv_error_prefix(err, "after");
        return status;
    }
    for (int i = 0; i < count; i++)
        key[i] = *vv_row_get(&r->row, r->table->key[i]);
    r->to->query.after = key;
    return VARVE_OK;
}

static vv_status read_format(struct reading *r, vv_error *err)
{
    const char *format = vv_params_get(r->params, "format");

    r->to->csv = format && strcmp(format, "csv") == 0;
    if (format && !r->to->csv && strcmp(format, "json") != 0)
        return vv_fail(err, VARVE_BAD_VALUE, "format is json or csv, not \"%.40s\"", format);
    return VARVE_OK;
}

vv_status vv_table_query_read(const struct vv_table *table, const struct vv_params *params,
                              int64_t now_ms, struct vv_table_query *query, vv_error *err)
{
    struct reading r = {.table = table, .params = params, .to = query, .now_ms = now_ms};
    const char *order = vv_params_get(params, "order"), *after = vv_params_get(params, "after");
    vv_status status = vv_row_init(&r.row, table, params->arena, err);

    *query = (struct vv_table_query){.query = {.table = table}};
    query->query.filters = query->filters;
    for (size_t i = 0; i < params->count && !status; i++)
        if (!is_reserved(params->list[i].name))
            status = read_filter(&r, &params->list[i], err);
    if (!status && order)
        status = read_order(&r, order, err);
    if (!status)
        status = vv_params_integer(params, "limit", VV_TABLE_LIMIT_DEFAULT, 1, VV_TABLE_ROWS_MAX,
                                   &query->query.limit, err);
    if (!status)
        status = vv_params_integer(params, "offset", 0, 0, INT64_MAX, &query->query.offset, err);
    if (!status && after)
        status = read_after(&r, after, err);
    if (!status)
        status = read_format(&r, err);
    if (!status)
        status = vv_params_flag(params, "count", &query->count, err);
    return status ? status : vv_params_flag(params, "etags", &query->etags, err);
}
