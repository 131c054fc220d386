#include "sql/ledger_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "catalog/seeds.h"
#include "sql/statement.h"

#include "base/banned.h"

/* Rows followed upwards; a chain as long as that is a ring that somebody else has made. */
#define DEPTH_MOST 10000
/* Of a key in a message. */
#define VALUE_BYTES 96

static int column_number(const struct vv_table *table, const char *name)
{
    return vv_table_column(table, name, strlen(name), 0);
}

/* A key for a message. */
static const char *value_text(const struct vv_value *value, char *to)
{
    if (value->kind == VV_VALUE_INT)
        snprintf(to, VALUE_BYTES, "%" PRId64, value->as.integer);
    else if (value->kind == VV_VALUE_TEXT)
        snprintf(to, VALUE_BYTES, "\"%.*s\"",
                 (int)vv_utf8_cut(value->as.data, value->len_bytes, VALUE_BYTES - 8),
                 (const char *)value->as.data);
    else
        snprintf(to, VALUE_BYTES, "null");
    return to;
}

/* Whether any row of `table` has that value, of a column of `type`. */
static vv_status has_row(struct vv_ledger_tx *tx, const char *table, const char *column,
                         enum vv_column_type type, const struct vv_value *value, bool *has,
                         vv_error *err)
{
    struct vv_prepared *p;
    vv_status status;

    *has = false;
    vv_buf_reset(&tx->connection->text);
    vv_statement_exists(vv_sql_dialect(tx->connection->sql), &tx->connection->text, table, column);
    status = vv_connection_take(tx->connection, &p, err);
    if (status != VARVE_OK)
        return vv_ledger_note(tx, status);
    status = vv_sql_bind(p->statement, 1, type, value, err);
    if (status == VARVE_OK)
        status = vv_ledger_note(tx, vv_sql_step(p->statement, err));
    *has = status == VARVE_OK;
    vv_connection_release(tx->connection, p);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_rule_references(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err)
{
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct vv_column *column = &row->table->columns[i];
        const struct vv_value *value = &row->values[i];
        bool has;
        vv_status status;

        if (column->reference == VV_REFERENCE_NONE || value->kind == VV_VALUE_NULL ||
            value->kind == VV_VALUE_UNSET ||
            (column->reference == VV_REFERENCE_ZERO && value->kind == VV_VALUE_INT &&
             value->as.integer == 0))
            continue;
        status = has_row(tx, column->to_table, column->to_column, column->type, value, &has, err);
        if (status != VARVE_OK)
            return status;
        if (!has) {
            char text[VALUE_BYTES];
            return vv_row_fail(row, (int)i, VARVE_CONFLICT, err, "%s has no row with %s %s",
                               column->to_table, column->to_column, value_text(value, text));
        }
    }
    return VARVE_OK;
}

/* Follows column `index` of the row's own table from row to row, upwards: it may not come back to
 * the row itself. */
static vv_status check_no_ring(struct vv_ledger_tx *tx, const struct vv_row *row, int index,
                               vv_error *err)
{
    int key = column_number(row->table, row->table->key[0]);
    int64_t own = row->values[key].as.integer;
    int64_t at = row->values[index].as.integer;
    struct vv_arena arena;
    struct vv_row above;
    vv_status status = VARVE_OK;

    vv_arena_init(&arena, 0, NULL);
    for (int depth = 0; status == VARVE_OK && at != 0 && at != own; depth++) {
        vv_arena_reset(&arena);
        status = depth < DEPTH_MOST
                     ? vv_row_init(&above, row->table, &arena, err)
                     : vv_row_fail(row, index, VARVE_CONFLICT, err, "a ring stands above this row");
        if (status != VARVE_OK)
            break;
        above.values[key] = vv_value_int(at);
        status = vv_ledger_get(tx, &above, err);
        at = vv_row_get_int(&above, row->table->columns[index].name, 0);
    }
    vv_arena_deinit(&arena);
    if (status == VARVE_NOT_FOUND)
        status = VARVE_OK; /* the chain ends at a row that somebody else removed */
    if (status == VARVE_OK && at == own && own != 0)
        status = vv_row_fail(row, index, VARVE_CONFLICT, err,
                             "%" PRId64 " stands below this row: that would be a ring",
                             row->values[index].as.integer);
    return status;
}

vv_status vv_rule_rings(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err)
{
    vv_status status = VARVE_OK;

    for (size_t i = 0; status == VARVE_OK && i < row->table->column_count; i++) {
        const struct vv_column *column = &row->table->columns[i];
        if (column->reference != VV_REFERENCE_NONE && row->values[i].kind == VV_VALUE_INT &&
            strcmp(column->to_table, row->table->name) == 0)
            status = check_no_ring(tx, row, (int)i, err);
    }
    return status;
}

/* CONFLICT names the first row of `table` whose `column` refers to this one. */
static vv_status check_unreferenced_by(struct vv_ledger_tx *tx, const struct vv_row *row, int key,
                                       const struct vv_table *table, const struct vv_column *column,
                                       vv_error *err)
{
    const struct vv_filter filter = {column->name, VV_FILTER_EQ, row->values[key]};
    const struct vv_query query = {
        .table = table, .filters = &filter, .filter_count = 1, .limit = 1};
    struct vv_ledger_cursor *cursor;
    const struct vv_row *found;
    vv_status status = vv_ledger_select(tx, &query, &cursor, err);

    if (status == VARVE_OK)
        status = vv_ledger_next(cursor, &found, err);
    if (status == VARVE_OK) {
        const int by = column_number(table, table->key[0]);
        const bool secret = table->columns[by].flags & VV_COLUMN_SECRET;
        char text[VALUE_BYTES];
        status = vv_row_fail(row, key, VARVE_CONFLICT, err,
                             "%s.%s still refers to it, in the row with %s %s", table->name,
                             column->name, table->key[0],
                             secret ? "(secret)" : value_text(&found->values[by], text));
    }
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_rule_unreferenced(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err)
{
    int key = column_number(row->table, row->table->key[0]);

    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        for (size_t i = 0; table->kind == VV_TABLE_LEDGER && i < table->column_count; i++) {
            const struct vv_column *column = &table->columns[i];
            vv_status status;

            if (column->reference == VV_REFERENCE_NONE ||
                strcmp(column->to_table, row->table->name) != 0 ||
                strcmp(column->to_column, row->table->key[0]) != 0)
                continue;
            status = check_unreferenced_by(tx, row, key, table, column, err);
            if (status != VARVE_OK)
                return status;
        }
    }
    return VARVE_OK;
}

/* ---- trees ---- */

/* Which Type the row must have that one of Type `own` hangs on: TB_Objects on a branch; templates
 * and branches of reports on a branch, a document on its template. */
static const struct parent_rule {
    const char *table;
    int64_t own_least, own_most, above;
    const char *above_name;
} parent_rules[] = {{"TB_Objects", 0, INT64_MAX, 0, "a branch"},
                    {"TB_Reports", 0, 1, 0, "a branch"},
                    {"TB_Reports", 2, 2, 1, "a template"}};

static bool has_parents(const struct vv_table *table)
{
    for (size_t i = 0; i < sizeof parent_rules / sizeof *parent_rules; i++) {
        if (strcmp(parent_rules[i].table, table->name) == 0)
            return true;
    }
    return false;
}

static const struct parent_rule *parent_rule_of(const struct vv_table *table, int64_t type)
{
    for (size_t i = 0; i < sizeof parent_rules / sizeof *parent_rules; i++) {
        const struct parent_rule *rule = &parent_rules[i];
        if (strcmp(rule->table, table->name) == 0 && type >= rule->own_least &&
            type <= rule->own_most)
            return rule;
    }
    return NULL;
}

static bool is_set(const struct vv_row *row, const char *column)
{
    return vv_row_get(row, column)->kind != VV_VALUE_UNSET;
}

/* The row of the table with that key, in `arena`. */
static vv_status get_row(struct vv_ledger_tx *tx, const struct vv_table *table, int64_t key,
                         struct vv_arena *arena, struct vv_row *row, vv_error *err)
{
    vv_status status = vv_row_init(row, table, arena, err);

    if (status == VARVE_OK)
        status = vv_row_set_int(row, table->key[0], key, err);
    return status == VARVE_OK ? vv_ledger_get(tx, row, err) : status;
}

/* The type of the row as it will be, and the one of its parent, must fit. */
static vv_status check_parent(struct vv_ledger_tx *tx, const struct vv_row *row, int64_t type,
                              int64_t parent, struct vv_arena *arena, vv_error *err)
{
    const struct parent_rule *rule = parent_rule_of(row->table, type);
    struct vv_row above;
    vv_status status;

    if (parent == 0 || rule == NULL)
        return VARVE_OK;
    status = get_row(tx, row->table, parent, arena, &above, err);
    if (status == VARVE_OK && vv_row_get_int(&above, "Type", -1) != rule->above)
        status = vv_row_fail(row, column_number(row->table, "Parent"), VARVE_CONFLICT, err,
                             "%" PRId64 " (%s) is not %s", parent, vv_row_get_text(&above, "Name"),
                             rule->above_name);
    return status;
}

vv_status vv_rule_parent(struct vv_ledger_tx *tx, const struct vv_row *row, bool there,
                         vv_error *err)
{
    const char *key = row->table->key[0];
    struct vv_arena arena;
    struct vv_row before;
    vv_status status = VARVE_OK;
    int64_t type, parent;
    bool below = false;

    if (!has_parents(row->table) || (!is_set(row, "Type") && !is_set(row, "Parent")))
        return VARVE_OK;
    vv_arena_init(&arena, 0, NULL);
    type = vv_row_get_int(row, "Type", 0);
    parent = vv_row_get_int(row, "Parent", 0);
    if (there) {
        status = get_row(tx, row->table, vv_row_get_int(row, key, 0), &arena, &before, err);
        if (status != VARVE_OK)
            goto out; /* NOT_FOUND is the answer of the change, too */
        if (!is_set(row, "Type"))
            type = vv_row_get_int(&before, "Type", 0);
        if (!is_set(row, "Parent"))
            parent = vv_row_get_int(&before, "Parent", 0);
        if (type != vv_row_get_int(&before, "Type", 0))
            status = has_row(tx, row->table->name, "Parent", VV_COLUMN_INT, vv_row_get(row, key),
                             &below, err);
        if (status == VARVE_OK && below)
            status = vv_row_fail(row, column_number(row->table, "Type"), VARVE_CONFLICT, err,
                                 "others hang on it: it keeps its Type until they are moved");
    }
    if (status == VARVE_OK)
        status = check_parent(tx, row, type, parent, &arena, err);
out:
    vv_arena_deinit(&arena);
    return status;
}

/* ---- the system's own rows ---- */

static bool is_value(const struct vv_value *value, const struct vv_seed_cell *cell)
{
    if (cell->text == NULL)
        return value->kind == VV_VALUE_INT && value->as.integer == cell->number;
    return value->kind == VV_VALUE_TEXT && strcmp(value->as.data, cell->text) == 0;
}

vv_status vv_rule_fixed(const struct vv_row *row, vv_error *err)
{
    const struct vv_seed *seed = vv_seed_find(row);

    for (size_t i = 0; seed != NULL && i < row->table->column_count; i++) {
        const struct vv_seed_cell *cell = vv_seed_fixed(seed, row->table->columns[i].name);
        if (cell == NULL || row->values[i].kind == VV_VALUE_UNSET ||
            is_value(&row->values[i], cell))
            continue;
        if (cell->text != NULL)
            return vv_row_fail(row, (int)i, VARVE_CONFLICT, err,
                               "this row is the system's own: it stays \"%s\"", cell->text);
        return vv_row_fail(row, (int)i, VARVE_CONFLICT, err,
                           "this row is the system's own: it stays %" PRId64, cell->number);
    }
    return VARVE_OK;
}

vv_status vv_rule_deletable(const struct vv_row *row, vv_error *err)
{
    const struct vv_table *table = row->table;
    const struct vv_seed *seed = vv_seed_find(row);
    int last_key = column_number(table, table->key[vv_table_key_count(table) - 1]);

    if (table->kept != NULL)
        return vv_row_fail(row, last_key, VARVE_CONFLICT, err, "rows of %s are never deleted: %s",
                           table->name, table->kept);
    if (seed != NULL)
        return vv_row_fail(row, last_key, VARVE_CONFLICT, err,
                           "%" PRId64 " is the system's own and cannot be deleted",
                           row->values[last_key].as.integer);
    return VARVE_OK;
}
