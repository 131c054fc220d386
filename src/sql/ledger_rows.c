/* ledger_rows.c: single rows in and out of the ledger. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "sql/ledger_derive.h"
#include "sql/ledger_private.h"
#include "sql/ledger_rules.h"
#include "sql/statement.h"

#include "base/banned.h"

static const struct vv_dialect *dialect_of(const struct vv_ledger_tx *tx)
{
    return vv_sql_dialect(tx->connection->sql);
}

/* The buffer for the next statement's text, empty. */
static struct vv_buf *new_text(struct vv_ledger_tx *tx)
{
    vv_buf_reset(&tx->connection->text);
    return &tx->connection->text;
}

static int column_number(const struct vv_table *table, const char *name)
{
    return vv_table_column(table, name, strlen(name), 0);
}

/* The key's values, from parameter `nth` on. */
static vv_status bind_key(struct vv_sql_statement *statement, const struct vv_row *row,
                          unsigned nth, vv_error *err)
{
    for (int i = 0; i < vv_table_key_count(row->table); i++) {
        int column = column_number(row->table, row->table->key[i]);
        vv_status status;
        if (row->values[column].kind == VV_VALUE_UNSET || row->values[column].kind == VV_VALUE_NULL)
            return vv_row_fail(row, column, VARVE_BAD_VALUE, err, "a value is needed");
        status = vv_sql_bind(statement, nth + (unsigned)i, row->table->columns[column].type,
                             &row->values[column], err);
        if (status != VARVE_OK)
            return status;
    }
    return VARVE_OK;
}

static vv_status bind_columns(struct vv_sql_statement *statement, const struct vv_row *row,
                              const int *columns, size_t count, vv_error *err)
{
    vv_status status = VARVE_OK;

    for (size_t i = 0; status == VARVE_OK && i < count; i++) {
        status = vv_sql_bind(statement, (unsigned)i + 1, row->table->columns[columns[i]].type,
                             &row->values[columns[i]], err);
    }
    return status;
}

/* "TB_Objects, row 3" before what the database says. */
static void name_row(const struct vv_row *row, vv_error *err)
{
    if (row->number > 0)
        vv_error_prefix(err, "%s, row %" PRId64, row->table->name, row->number);
    else
        vv_error_prefix(err, "%s", row->table->name);
}

/* Runs a statement that changes rows; the connection's text is that of it. `changed` may be null.
 */
static vv_status run(struct vv_ledger_tx *tx, const struct vv_row *row, const int *columns,
                     size_t count, bool with_key, int64_t *changed, vv_error *err)
{
    struct vv_prepared *p;
    vv_status status;

    status = vv_connection_take(tx->connection, &p, err);
    if (status != VARVE_OK)
        return vv_ledger_note(tx, status);
    status = bind_columns(p->statement, row, columns, count, err);
    if (status == VARVE_OK && with_key)
        status = bind_key(p->statement, row, (unsigned)count + 1, err);
    if (status == VARVE_OK) {
        status = vv_ledger_note(tx, vv_sql_step(p->statement, err));
        if (status == VARVE_END)
            status = VARVE_OK;
        else
            name_row(row, err);
    }
    if (status == VARVE_OK && changed != NULL)
        *changed = vv_sql_changes(tx->connection->sql);
    vv_connection_release(tx->connection, p);
    return status;
}

/* The numbers of the set columns; with `without_key` those of the key are left out. The array is
 * the caller's to free; null without memory. */
static int *set_columns(const struct vv_row *row, bool without_key, size_t *count)
{
    int *columns = vv_alloc_array(row->table->column_count, sizeof *columns);

    *count = 0;
    for (size_t i = 0; columns != NULL && i < row->table->column_count; i++) {
        if (row->values[i].kind != VV_VALUE_UNSET &&
            !(without_key && vv_table_is_key(row->table, (int)i)))
            columns[(*count)++] = (int)i;
    }
    return columns;
}

static vv_status check_tx(const struct vv_ledger_tx *tx, vv_error *err)
{
    assert(tx->write);
    if (tx->broken)
        return vv_fail(err, VARVE_CONFLICT, "%s: an earlier error ended the transaction",
                       tx->ledger->url);
    return VARVE_OK;
}

vv_status vv_ledger_insert(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err)
{
    int number = vv_table_auto_column(row->table);
    vv_status status = check_tx(tx, err);
    int *columns = NULL;
    size_t count;

    if (status == VARVE_OK)
        status = vv_row_fill_presets(row, err);
    if (status == VARVE_OK)
        status = vv_row_check(row, VV_ROW_WHOLE, err);
    if (status == VARVE_OK)
        status = vv_rule_references(tx, row, err);
    if (status == VARVE_OK)
        status = vv_rule_parent(tx, row, false, err);
    if (status == VARVE_OK)
        status = vv_rule_fixed(row, err);
    if (status == VARVE_OK)
        status = vv_derive_before(tx, row, err);
    if (status != VARVE_OK)
        return status;
    columns = set_columns(row, false, &count);
    if (columns == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to add a row", row->table->name);
    vv_statement_insert(dialect_of(tx), new_text(tx), row->table, columns, count);
    status = run(tx, row, columns, count, false, NULL, err);
    vv_free(columns);
    if (status == VARVE_OK && number >= 0 && row->values[number].kind != VV_VALUE_INT)
        row->values[number] = vv_value_int(vv_sql_last_id(tx->connection->sql));
    return status == VARVE_OK ? vv_derive_added(tx, row, err) : status;
}

vv_status vv_ledger_update(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err)
{
    vv_status status = check_tx(tx, err);
    int *columns = NULL;
    int64_t changed = 0;
    size_t count;

    if (status == VARVE_OK)
        status = vv_row_check(row, VV_ROW_PART, err);
    if (status == VARVE_OK)
        status = vv_rule_fixed(row, err);
    if (status == VARVE_OK)
        status = vv_rule_references(tx, row, err);
    if (status == VARVE_OK)
        status = vv_rule_rings(tx, row, err);
    if (status == VARVE_OK)
        status = vv_rule_parent(tx, row, true, err);
    if (status != VARVE_OK)
        return status;
    columns = set_columns(row, true, &count);
    if (columns == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory to change a row", row->table->name);
    if (count == 0) /* nothing but the key: the first key column set to itself finds the row */
        columns[count++] = column_number(row->table, row->table->key[0]);
    vv_statement_update(dialect_of(tx), new_text(tx), row->table, columns, count);
    status = run(tx, row, columns, count, true, &changed, err);
    vv_free(columns);
    if (status == VARVE_OK && changed == 0) {
        status = vv_fail(err, VARVE_NOT_FOUND, "there is no row with that key");
        name_row(row, err);
    }
    return status == VARVE_OK ? vv_derive_changed(tx, row, err) : status;
}

static bool has_key(const struct vv_row *row)
{
    for (int i = 0; i < vv_table_key_count(row->table); i++) {
        if (vv_row_is_null(row, row->table->key[i]))
            return false;
    }
    return true;
}

vv_status vv_ledger_upsert(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err)
{
    /* The transaction is the only writer: nothing comes between the two. */
    if (has_key(row)) {
        vv_status status = vv_ledger_update(tx, row, err);
        if (status != VARVE_NOT_FOUND)
            return status;
    }
    return vv_ledger_insert(tx, row, err);
}

vv_status vv_ledger_delete(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err)
{
    int64_t changed = 0;
    vv_status status = check_tx(tx, err);

    if (status == VARVE_OK && !has_key(row)) {
        status = vv_fail(err, VARVE_BAD_VALUE, "a row's key is needed to delete it");
        name_row(row, err);
    }
    if (status == VARVE_OK)
        status = vv_rule_deletable(row, err);
    if (status == VARVE_OK && vv_table_key_count(row->table) == 1)
        status = vv_rule_unreferenced(tx, row, err);
    if (status != VARVE_OK)
        return status;
    vv_statement_delete(dialect_of(tx), new_text(tx), row->table);
    status = run(tx, row, NULL, 0, true, &changed, err);
    if (status == VARVE_OK && changed == 0) {
        status = vv_fail(err, VARVE_NOT_FOUND, "there is no row with that key");
        name_row(row, err);
    }
    return status;
}

vv_status vv_ledger_get(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err)
{
    struct vv_prepared *p;
    vv_status status;

    vv_statement_get(dialect_of(tx), new_text(tx), row->table);
    status = vv_connection_take(tx->connection, &p, err);
    if (status != VARVE_OK)
        return vv_ledger_note(tx, status);
    status = bind_key(p->statement, row, 1, err);
    if (status == VARVE_OK)
        status = vv_ledger_note(tx, vv_sql_step(p->statement, err));
    if (status == VARVE_END) {
        status = vv_fail(err, VARVE_NOT_FOUND, "there is no row with that key");
        name_row(row, err);
    }
    for (unsigned i = 0; status == VARVE_OK && i < row->table->column_count; i++) {
        struct vv_value value;
        status = vv_sql_column(p->statement, i, &value, err);
        if (status == VARVE_OK)
            status = vv_row_set(row, (int)i, &value, err);
    }
    vv_connection_release(tx->connection, p);
    return status;
}
