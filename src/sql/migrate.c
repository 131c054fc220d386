/* migrate.c: bringing a database up to the catalogue. Only ever adds: tables, columns, indexes, and
 * the system's own rows. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/logger.h"
#include "base/time.h"
#include "sql/ledger_private.h"
#include "sql/statement.h"

#include "base/banned.h"

/* One migration of one database. */
struct migration {
    struct vv_connection *connection;
    int64_t changes; /* tables, columns and indexes made */
};

/* One table, as the database has it. */
struct looking {
    const struct vv_table *table;
    const struct vv_dialect *dialect;
    bool *has; /* by column number */
    size_t columns;
};

/* Whether the database's type is the catalogue's, spelled as the dialect spells it. */
static bool type_is(const struct vv_dialect *dialect, const struct vv_column *column,
                    const char *type, struct vv_buf *expected)
{
    vv_buf_reset(expected);
    if (column->flags & VV_COLUMN_AUTO) {
        vv_buf_text(expected, dialect->auto_key);
        return !expected->failed && strncasecmp((char *)expected->data, type, strlen(type)) == 0;
    }
    vv_ddl_type(dialect, expected, column);
    return !expected->failed && strcasecmp((char *)expected->data, type) == 0;
}

static vv_status look_at_column(void *arg, const struct vv_sql_column_info *info, vv_error *err)
{
    struct looking *l = arg;
    struct vv_buf expected = {0};
    vv_status status = VARVE_OK;
    int column = vv_table_column(l->table, info->name, strlen(info->name), (int)l->columns);

    l->columns++;
    if (column < 0)
        return VARVE_OK; /* a column of somebody else's: left alone */
    l->has[column] = true;
    if (!type_is(l->dialect, &l->table->columns[column], info->type, &expected)) {
        status = vv_fail(err, VARVE_CONFLICT,
                         "the database's %s.%s is %s, where %s is needed; it is left as it is",
                         l->table->name, info->name, info->type,
                         expected.failed ? "?" : (const char *)expected.data);
    }
    vv_buf_deinit(&expected);
    return status;
}

/* Runs the text that the connection has. */
static vv_status run(struct migration *m, vv_error *err)
{
    m->changes++;
    if (m->connection->text.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a statement");
    return vv_sql_exec(m->connection->sql, (const char *)m->connection->text.data, err);
}

static struct vv_buf *new_text(struct migration *m)
{
    vv_buf_reset(&m->connection->text);
    return &m->connection->text;
}

static vv_status make_indexes(struct migration *m, const struct vv_table *table, vv_error *err)
{
    const struct vv_dialect *dialect = vv_sql_dialect(m->connection->sql);
    vv_status status = VARVE_OK;

    for (size_t i = 0;
         status == VARVE_OK && i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
        struct vv_buf *text = new_text(m);
        bool has = false;

        vv_ddl_index_name(text, table, NULL, i);
        if (text->failed)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for a statement");
        status =
            vv_sql_has_index(m->connection->sql, table->name, (const char *)text->data, &has, err);
        if (status != VARVE_OK || has)
            continue;
        vv_ddl_create_index(dialect, new_text(m), table, NULL, i);
        status = run(m, err);
    }
    return status;
}

static vv_status make_table(struct migration *m, const struct vv_table *table, vv_error *err)
{
    struct looking l = {.table = table, .dialect = vv_sql_dialect(m->connection->sql)};
    vv_status status;

    l.has = vv_alloc_array(table->column_count, sizeof *l.has);
    if (l.has == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to look at %s", table->name);
    status = vv_sql_describe(m->connection->sql, table->name, look_at_column, &l, err);
    if (status == VARVE_OK && l.columns == 0) {
        vv_ddl_create_table(l.dialect, new_text(m), table, NULL);
        status = run(m, err);
    } else {
        for (size_t i = 0; status == VARVE_OK && i < table->column_count; i++) {
            if (l.has[i])
                continue;
            vv_ddl_add_column(l.dialect, new_text(m), table, (int)i);
            status = run(m, err);
        }
    }
    if (status == VARVE_OK)
        status = make_indexes(m, table, err);
    vv_free(l.has);
    return status;
}

/* Remembers that there is a column: there is a table. */
static vv_status look_for_table(void *arg, const struct vv_sql_column_info *info, vv_error *err)
{
    (void)info;
    (void)err;
    *(bool *)arg = true;
    return VARVE_OK;
}

vv_status vv_ledger_read_version(struct vv_ledger_tx *tx, int64_t *version, vv_error *err)
{
    struct vv_query newest = {.table = vv_catalog_find("vv_schema"),
                              .order = {{"Version", .descending = true}},
                              .limit = 1};
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;
    bool there = false;
    vv_status status;

    *version = 0;
    status = vv_sql_describe(tx->connection->sql, "vv_schema", look_for_table, &there, err);
    if (status != VARVE_OK || !there)
        return status;
    status = vv_ledger_select(tx, &newest, &cursor, err);
    if (status != VARVE_OK)
        return status;
    status = vv_ledger_next(cursor, &row, err);
    if (status == VARVE_OK)
        *version = vv_row_get_int(row, "Version", 0);
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

/* Notes the version, and how much was made for it. */
static vv_status record(struct vv_ledger_tx *tx, int64_t changes, vv_error *err)
{
    struct vv_arena arena;
    struct vv_row row;
    vv_status status;

    vv_arena_init(&arena, 0, NULL);
    status = vv_row_init(&row, vv_catalog_find("vv_schema"), &arena, err);
    if (status == VARVE_OK)
        status = vv_row_set_int(&row, "Version", VV_CATALOG_VERSION, err);
    if (status == VARVE_OK)
        status = vv_row_set_int(&row, "AppliedAt", vv_now_ms(), err);
    if (status == VARVE_OK)
        status = vv_row_set_int(&row, "Changes", changes, err);
    if (status == VARVE_OK)
        status = vv_ledger_upsert(tx, &row, err);
    vv_arena_deinit(&arena);
    return status;
}

static vv_status make_all(struct vv_ledger_tx *tx, int64_t before, vv_error *err)
{
    struct migration m = {.connection = tx->connection};
    int64_t reserved = 0;
    vv_status status = VARVE_OK;

    for (size_t i = 0; status == VARVE_OK && i < vv_catalog_count(); i++) {
        const struct vv_table *table = vv_catalog_table(i);
        if (table->kind == VV_TABLE_LEDGER)
            status = make_table(&m, table, err);
    }
    if (status == VARVE_OK)
        status = vv_ledger_reserve(tx, &reserved, err);
    if (status == VARVE_OK && before != VV_CATALOG_VERSION)
        status = vv_ledger_derive_all(tx, err);
    if (status == VARVE_OK && reserved > 0 && before == VV_CATALOG_VERSION)
        vv_log(VV_LOG_WARN, "ledger",
               "%" PRId64 " of the system's own rows were missing or changed; they are as they "
               "were",
               reserved);
    if (status == VARVE_OK && (m.changes > 0 || before != VV_CATALOG_VERSION))
        status = record(tx, m.changes, err);
    return status;
}

vv_status vv_ledger_migrate(struct vv_ledger *ledger, vv_error *err)
{
    struct vv_ledger_tx tx = {.ledger = ledger, .connection = ledger->writer, .write = true};
    int64_t before;
    vv_status status;

    status = vv_sql_begin(tx.connection->sql, true, err);
    if (status != VARVE_OK)
        return status;
    status = vv_ledger_read_version(&tx, &before, err);
    if (status == VARVE_OK && before > VV_CATALOG_VERSION) {
        status =
            vv_fail(err, VARVE_UNSUPPORTED,
                    "%s: made by a newer Varve (tables of version %" PRId64 ", this one knows %d)",
                    ledger->url, before, VV_CATALOG_VERSION);
    }
    if (status == VARVE_OK)
        status = make_all(&tx, before, err);
    if (status == VARVE_OK)
        status = vv_sql_commit(tx.connection->sql, err);
    else
        vv_sql_rollback(tx.connection->sql);
    if (status == VARVE_OK)
        ledger->version = VV_CATALOG_VERSION;
    return status;
}
