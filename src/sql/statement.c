#include "sql/statement.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#include "base/banned.h"

static void add_columns(const struct vv_dialect *dialect, struct vv_buf *sql,
                        const struct vv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (i > 0)
            vv_buf_text(sql, ", ");
        vv_sql_quote(dialect, sql, table->columns[i].name);
    }
}

/* WHERE "key" = ?, the parameters numbered from `nth`. */
static void add_key(const struct vv_dialect *dialect, struct vv_buf *sql,
                    const struct vv_table *table, unsigned nth)
{
    for (int i = 0; i < vv_table_key_count(table); i++) {
        vv_buf_text(sql, i > 0 ? " AND " : " WHERE ");
        vv_sql_quote(dialect, sql, table->key[i]);
        vv_buf_text(sql, " = ");
        dialect->parameter(sql, nth + (unsigned)i);
    }
}

void vv_statement_insert(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const int *columns, size_t count)
{
    vv_buf_text(sql, "INSERT INTO ");
    vv_sql_quote(dialect, sql, table->name);
    if (count == 0) {
        vv_buf_text(sql, dialect->insert_nothing);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        vv_buf_text(sql, i > 0 ? ", " : " (");
        vv_sql_quote(dialect, sql, table->columns[columns[i]].name);
    }
    for (size_t i = 0; i < count; i++) {
        vv_buf_text(sql, i > 0 ? ", " : ") VALUES (");
        dialect->parameter(sql, (unsigned)i + 1);
    }
    vv_buf_char(sql, ')');
}

void vv_statement_update(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const int *columns, size_t count)
{
    vv_buf_text(sql, "UPDATE ");
    vv_sql_quote(dialect, sql, table->name);
    for (size_t i = 0; i < count; i++) {
        vv_buf_text(sql, i > 0 ? ", " : " SET ");
        vv_sql_quote(dialect, sql, table->columns[columns[i]].name);
        vv_buf_text(sql, " = ");
        dialect->parameter(sql, (unsigned)i + 1);
    }
    add_key(dialect, sql, table, (unsigned)count + 1);
}

void vv_statement_delete(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table)
{
    vv_buf_text(sql, "DELETE FROM ");
    vv_sql_quote(dialect, sql, table->name);
    add_key(dialect, sql, table, 1);
}

static void select_all(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_table *table)
{
    vv_buf_text(sql, "SELECT ");
    add_columns(dialect, sql, table);
    vv_buf_text(sql, " FROM ");
    vv_sql_quote(dialect, sql, table->name);
}

void vv_statement_get(const struct vv_dialect *dialect, struct vv_buf *sql,
                      const struct vv_table *table)
{
    select_all(dialect, sql, table);
    add_key(dialect, sql, table, 1);
}

void vv_statement_exists(const struct vv_dialect *dialect, struct vv_buf *sql, const char *table,
                         const char *column)
{
    vv_buf_text(sql, "SELECT ");
    vv_sql_quote(dialect, sql, column);
    vv_buf_text(sql, " FROM ");
    vv_sql_quote(dialect, sql, table);
    vv_buf_text(sql, " WHERE ");
    vv_sql_quote(dialect, sql, column);
    vv_buf_text(sql, " = ");
    dialect->parameter(sql, 1);
    vv_buf_text(sql, " ORDER BY "); /* a limit needs an order */
    vv_sql_quote(dialect, sql, column);
    dialect->limit(sql, 1, 0);
}

bool vv_filter_has_value(const struct vv_filter *filter)
{
    return filter->op != VV_FILTER_NULL && filter->op != VV_FILTER_NOT_NULL &&
           filter->value.kind != VV_VALUE_NULL && filter->value.kind != VV_VALUE_UNSET;
}

static const char *condition(const struct vv_filter *filter)
{
    static const char *const texts[] = {
        [VV_FILTER_EQ] = " = ",  [VV_FILTER_NE] = " <> ",     [VV_FILTER_LT] = " < ",
        [VV_FILTER_LE] = " <= ", [VV_FILTER_GT] = " > ",      [VV_FILTER_GE] = " >= ",
        [VV_FILTER_NULL] = NULL, [VV_FILTER_NOT_NULL] = NULL,
    };

    if (vv_filter_has_value(filter))
        return texts[filter->op];
    if (filter->op == VV_FILTER_NOT_NULL || filter->op == VV_FILTER_NE)
        return " IS NOT NULL";
    return " IS NULL";
}

static vv_status check_column(const struct vv_table *table, const char *column, vv_error *err)
{
    size_t len = strlen(column);

    if (vv_table_column(table, column, len, 0) < 0)
        return vv_fail(err, VARVE_BAD_NAME, "%s: there is no column \"%.*s\"", table->name,
                       (int)vv_utf8_cut(column, len, 80), column);
    return VARVE_OK;
}

unsigned vv_statement_after_count(const struct vv_table *table)
{
    const unsigned keys = (unsigned)vv_table_key_count(table);

    return keys * (keys + 1) / 2;
}

int vv_statement_after(const struct vv_table *table, unsigned nth)
{
    unsigned first = 0;

    for (int level = 0; level < vv_table_key_count(table); level++) {
        if (nth <= first + (unsigned)level)
            return (int)(nth - first);
        first += (unsigned)level + 1;
    }
    return -1;
}

/* (a > ? OR (a = ? AND b > ?) OR …): behind a key, in every database. */
static void add_after(const struct vv_dialect *dialect, struct vv_buf *sql,
                      const struct vv_table *table, unsigned nth)
{
    for (int level = 0; level < vv_table_key_count(table); level++) {
        vv_buf_text(sql, level > 0 ? " OR (" : "((");
        for (int i = 0; i <= level; i++) {
            vv_buf_text(sql, i > 0 ? " AND " : "");
            vv_sql_quote(dialect, sql, table->key[i]);
            vv_buf_text(sql, i < level ? " = " : " > ");
            dialect->parameter(sql, nth++);
        }
        vv_buf_char(sql, ')');
    }
    vv_buf_char(sql, ')');
}

static vv_status add_filters(const struct vv_dialect *dialect, struct vv_buf *sql,
                             const struct vv_query *query, vv_error *err)
{
    unsigned nth = 1;

    for (size_t i = 0; i < query->filter_count; i++) {
        const struct vv_filter *filter = &query->filters[i];
        vv_status status = check_column(query->table, filter->column, err);
        if (status != VARVE_OK)
            return status;
        vv_buf_text(sql, i > 0 ? " AND " : " WHERE ");
        vv_sql_quote(dialect, sql, filter->column);
        vv_buf_text(sql, condition(filter));
        if (vv_filter_has_value(filter))
            dialect->parameter(sql, nth++);
    }
    if (query->after != NULL) {
        vv_buf_text(sql, query->filter_count > 0 ? " AND " : " WHERE ");
        add_after(dialect, sql, query->table, nth);
    }
    return VARVE_OK;
}

/* Whether the query orders by that column already. */
static bool is_ordered_by(const struct vv_query *query, const char *column)
{
    for (int i = 0; i < VV_QUERY_ORDERS && query->order[i].column != NULL; i++) {
        if (strcmp(query->order[i].column, column) == 0)
            return true;
    }
    return false;
}

/* The query's columns, then those of the key: the order is the same at every call, so that pages
 * neither repeat nor miss a row. */
static vv_status add_order(const struct vv_dialect *dialect, struct vv_buf *sql,
                           const struct vv_query *query, vv_error *err)
{
    const char *before = " ORDER BY ";

    for (int i = 0; i < VV_QUERY_ORDERS && query->order[i].column != NULL; i++) {
        vv_status status = check_column(query->table, query->order[i].column, err);
        if (status != VARVE_OK)
            return status;
        vv_buf_text(sql, before);
        vv_sql_quote(dialect, sql, query->order[i].column);
        vv_buf_text(sql, query->order[i].descending ? " DESC" : "");
        before = ", ";
    }
    for (int i = 0; i < vv_table_key_count(query->table); i++) {
        if (is_ordered_by(query, query->table->key[i]))
            continue;
        vv_buf_text(sql, before);
        vv_sql_quote(dialect, sql, query->table->key[i]);
        before = ", ";
    }
    return VARVE_OK;
}

vv_status vv_statement_select(const struct vv_dialect *dialect, struct vv_buf *sql,
                              const struct vv_query *query, vv_error *err)
{
    vv_status status;

    select_all(dialect, sql, query->table);
    status = add_filters(dialect, sql, query, err);
    if (status == VARVE_OK)
        status = add_order(dialect, sql, query, err);
    if (status == VARVE_OK)
        dialect->limit(sql, query->limit > 0 ? query->limit : -1, query->offset);
    return status;
}

vv_status vv_statement_count(const struct vv_dialect *dialect, struct vv_buf *sql,
                             const struct vv_query *query, vv_error *err)
{
    vv_buf_text(sql, "SELECT COUNT(*) FROM ");
    vv_sql_quote(dialect, sql, query->table->name);
    return add_filters(dialect, sql, query, err);
}
