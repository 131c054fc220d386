/* ledger_query.c: many rows out of the ledger. */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "sql/ledger_private.h"
#include "sql/statement.h"

#include "base/banned.h"

struct vv_ledger_cursor {
    struct vv_ledger_tx *tx;
    struct vv_prepared *prepared;
    struct vv_arena arena; /* of the row's own values; texts are the database's */
    struct vv_row row;
};

static vv_status bind_filters(struct vv_sql_statement *statement, const struct vv_query *query,
                              vv_error *err)
{
    unsigned nth = 1;
    vv_status status = VARVE_OK;

    for (size_t i = 0; status == VARVE_OK && i < query->filter_count; i++) {
        const struct vv_filter *filter = &query->filters[i];
        int column;

        if (!vv_filter_has_value(filter))
            continue;
        column = vv_table_column(query->table, filter->column, strlen(filter->column), 0);
        status =
            vv_sql_bind(statement, nth++, query->table->columns[column].type, &filter->value, err);
    }
    for (unsigned i = 0;
         status == VARVE_OK && query->after != NULL && i < vv_statement_after_count(query->table);
         i++) {
        const int part = vv_statement_after(query->table, i);
        const char *name = query->table->key[part];
        const int column = vv_table_column(query->table, name, strlen(name), 0);

        status = vv_sql_bind(statement, nth++, query->table->columns[column].type,
                             &query->after[part], err);
    }
    return status;
}

/* Prepares and binds the statement whose text the connection has. */
static vv_status take_bound(struct vv_ledger_tx *tx, const struct vv_query *query,
                            struct vv_prepared **prepared, vv_error *err)
{
    vv_status status = vv_connection_take(tx->connection, prepared, err);

    if (status == VARVE_OK)
        status = bind_filters((*prepared)->statement, query, err);
    if (status != VARVE_OK) {
        vv_connection_release(tx->connection, *prepared);
        *prepared = NULL;
    }
    return vv_ledger_note(tx, status);
}

vv_status vv_ledger_count(struct vv_ledger_tx *tx, const struct vv_query *query, int64_t *count,
                          vv_error *err)
{
    struct vv_buf *text = &tx->connection->text;
    struct vv_prepared *p;
    struct vv_value value;
    vv_status status;

    *count = 0;
    vv_buf_reset(text);
    status = vv_statement_count(vv_sql_dialect(tx->connection->sql), text, query, err);
    if (status == VARVE_OK)
        status = take_bound(tx, query, &p, err);
    if (status != VARVE_OK)
        return status;
    status = vv_ledger_note(tx, vv_sql_step(p->statement, err));
    if (status == VARVE_OK)
        status = vv_sql_column(p->statement, 0, &value, err);
    if (status == VARVE_OK)
        *count = value.as.integer;
    vv_connection_release(tx->connection, p);
    return status;
}

vv_status vv_ledger_select(struct vv_ledger_tx *tx, const struct vv_query *query,
                           struct vv_ledger_cursor **cursor, vv_error *err)
{
    struct vv_buf *text = &tx->connection->text;
    struct vv_ledger_cursor *c = NULL;
    vv_status status;

    *cursor = NULL;
    assert(query->table->kind == VV_TABLE_LEDGER);
    c = vv_alloc_zero(sizeof *c);
    if (c == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a query", query->table->name);
    c->tx = tx;
    vv_arena_init(&c->arena, 0, NULL);
    status = vv_row_init(&c->row, query->table, &c->arena, err);
    if (status == VARVE_OK) {
        vv_buf_reset(text);
        status = vv_statement_select(vv_sql_dialect(tx->connection->sql), text, query, err);
    }
    if (status == VARVE_OK)
        status = take_bound(tx, query, &c->prepared, err);
    if (status != VARVE_OK)
        vv_ledger_cursor_close(c);
    else
        *cursor = c;
    return status;
}

vv_status vv_ledger_next(struct vv_ledger_cursor *cursor, const struct vv_row **row, vv_error *err)
{
    struct vv_sql_statement *statement = cursor->prepared->statement;
    vv_status status = vv_ledger_note(cursor->tx, vv_sql_step(statement, err));

    *row = NULL;
    if (status != VARVE_OK)
        return status;
    cursor->row.number++;
    for (unsigned i = 0; i < cursor->row.table->column_count; i++) {
        struct vv_value value;
        status = vv_sql_column(statement, i, &value, err);
        if (status == VARVE_OK)
            status = vv_row_lend(&cursor->row, (int)i, &value, err);
        if (status != VARVE_OK)
            return status;
    }
    *row = &cursor->row;
    return VARVE_OK;
}

void vv_ledger_cursor_close(struct vv_ledger_cursor *cursor)
{
    if (cursor == NULL)
        return;
    vv_connection_release(cursor->tx->connection, cursor->prepared);
    vv_arena_deinit(&cursor->arena);
    vv_free(cursor);
}
