/* vtab_tables.c: varve_tables, a row for every table that there is: the catalogue's, and each
 * partition of a history. */
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "history/vtab_private.h"

#include "base/banned.h"

enum {
    COLUMN_NAME,
    COLUMN_FAMILY,
    COLUMN_KIND, /* ledger, stratum, partition */
    COLUMN_HISTORY,
    COLUMN_PROVIDER,
    COLUMN_START, /* ms, of a partition */
    COLUMN_END,
    COLUMN_ROWS,
    COLUMN_DOC
};

static const char declaration[] = "CREATE TABLE t(Name TEXT, Family TEXT, Kind TEXT, History TEXT, "
                                  "ProviderId BIGINT, StartTime BIGINT, EndTime BIGINT, "
                                  "\"Rows\" BIGINT, Doc TEXT)";

#define COUNT_ROWS 1 /* idxNum: the statement names Rows */

struct table {
    sqlite3_vtab head; /* first: a sqlite3_vtab * is a struct table * */
    struct vv_sqltables *tables;
};

struct entry {
    const struct vv_table *table;
    struct vv_history *history; /* of a partition, else null */
    int64_t start_ms, end_ms;   /* of a partition */
    int64_t rows;               /* -1: not known */
    char name[VV_PARTITION_TABLE_BYTES];
};

struct cursor {
    sqlite3_vtab_cursor head; /* first, likewise */
    struct vv_buf entries;    /* struct entry */
    size_t at;
};

static int connect(sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab,
                   char **message)
{
    struct table *t;
    int code = sqlite3_declare_vtab(db, declaration);

    (void)argc;
    (void)argv;
    (void)message;
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    if (code != SQLITE_OK)
        return code;
    t = vv_alloc_zero(sizeof *t);
    if (t == NULL)
        return SQLITE_NOMEM;
    t->tables = arg;
    *vtab = &t->head;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab)
{
    vv_free(vtab);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    (void)vtab;
    info->idxNum = (info->colUsed >> COLUMN_ROWS & 1) != 0 ? COUNT_ROWS : 0;
    info->estimatedCost = 1e5;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    struct vv_sqltables *tables = ((struct table *)(void *)vtab)->tables;
    struct cursor *c = vv_alloc_zero(sizeof *c);
    vv_error err = {0};

    if (c == NULL)
        return SQLITE_NOMEM;
    if (vv_sqltables_cursor_opened(tables, &err) != VARVE_OK) {
        vv_free(c);
        return vv_vtab_fail(vtab, &err);
    }
    c->head.pVtab = vtab;
    *cursor = &c->head;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    struct cursor *c = (struct cursor *)(void *)cursor;

    vv_sqltables_cursor_closed(((struct table *)(void *)cursor->pVtab)->tables);
    vv_buf_deinit(&c->entries);
    vv_free(c);
    return SQLITE_OK;
}

/* ---- listing ---- */

struct listing {
    struct vv_sqltables *tables;
    struct cursor *cursor;
    const struct vv_vtab_shape *shape;
    struct vv_history *history;
    const struct varve_stratum *stratum;
    bool count_rows;
    int64_t rows; /* of the source over all histories */
};

static bool add_partition(void *arg, const struct varve_partition *partition)
{
    struct listing *l = arg;
    struct vv_partition named;
    struct entry e = {.table = l->shape->table,
                      .history = l->history,
                      .rows = l->count_rows ? (int64_t)partition->rows : -1};

    l->rows += (int64_t)partition->rows;
    if (l->shape->source->partition_name == NULL ||
        !vv_vtab_partition_of(l->stratum, partition->from, &named))
        return true;
    l->shape->source->partition_name(l->shape->source, l->history, &named, e.name);
    e.start_ms = named.start_ms;
    e.end_ms = named.end_ms;
    vv_buf_add(&l->cursor->entries, &e, sizeof e);
    return true;
}

/* The partitions of the source in one history. */
static vv_status add_history(struct listing *l, vv_error *err)
{
    varve *store = vv_history_native(l->history);
    uint32_t strata[VV_SOURCE_STRATA];
    struct varve_partitions_spec spec = {.strata = strata, .count_rows = l->count_rows};

    spec.stratum_count = vv_vtab_strata(store, l->shape->source, strata, &l->stratum);
    return spec.stratum_count > 0 ? varve_partitions(store, &spec, add_partition, l, err)
                                  : VARVE_OK;
}

static vv_status add_source(struct listing *l, vv_error *err)
{
    vv_status st = VARVE_OK;

    l->rows = 0;
    for (size_t i = 0; i < vv_history_count(l->tables->set) && st == VARVE_OK; i++) {
        l->history = vv_history_at(l->tables->set, i);
        if (vv_history_native(l->history) != NULL)
            st = add_history(l, err);
    }
    return st;
}

/* Rows of a ledger's table, if this connection has it and may read it; else -1. */
static int64_t count_ledger(sqlite3 *db, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    int64_t rows = -1;
    char *text = sqlite3_mprintf("SELECT count(*) FROM main.\"%w\"", name);

    if (text != NULL && sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        rows = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_free(text);
    return rows;
}

/* The table itself, and behind it its partitions. */
static vv_status add_table(struct listing *l, const struct vv_table *table, vv_error *err)
{
    struct vv_buf *entries = &l->cursor->entries;
    size_t place = entries->len;
    struct entry e = {.table = table, .rows = -1};
    vv_status st = VARVE_OK;

    vv_buf_add(entries, &e, sizeof e);
    for (size_t i = 0; i < l->tables->shape_count && st == VARVE_OK; i++) {
        l->shape = &l->tables->shapes[i];
        if (l->shape->table != table)
            continue;
        st = add_source(l, err);
        if (l->count_rows)
            e.rows = (e.rows > 0 ? e.rows : 0) + l->rows;
    }
    if (table->kind == VV_TABLE_LEDGER && l->count_rows)
        e.rows = count_ledger(l->tables->db, table->name);
    if (entries->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the list of tables");
    memcpy(entries->data + place, &e, sizeof e);
    return st;
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)(void *)cursor;
    struct listing l = {.tables = ((struct table *)(void *)cursor->pVtab)->tables,
                        .cursor = c,
                        .count_rows = number == COUNT_ROWS};
    vv_error err = {0};
    vv_status st = VARVE_OK;

    (void)text;
    (void)argc;
    (void)argv;
    vv_buf_reset(&c->entries);
    c->at = 0;
    for (size_t i = 0; i < vv_catalog_count() && st == VARVE_OK; i++)
        st = add_table(&l, vv_catalog_table(i), &err);
    return st == VARVE_OK ? SQLITE_OK : vv_vtab_fail(cursor->pVtab, &err);
}

/* ---- rows ---- */

static int next(sqlite3_vtab_cursor *cursor)
{
    ((struct cursor *)(void *)cursor)->at++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
    const struct cursor *c = (const struct cursor *)(const void *)cursor;

    return c->at >= c->entries.len / sizeof(struct entry);
}

static int row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
    *id = (sqlite3_int64)((const struct cursor *)(const void *)cursor)->at;
    return SQLITE_OK;
}

static void give_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static int column_value(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const struct cursor *c = (const struct cursor *)(const void *)cursor;
    const struct entry *e = (const struct entry *)(const void *)c->entries.data + c->at;
    bool partition = e->history != NULL;

    switch (column) {
    case COLUMN_NAME:
        give_text(context, partition ? e->name : e->table->name);
        break;
    case COLUMN_FAMILY:
        give_text(context, vv_family_name(e->table->family));
        break;
    case COLUMN_KIND:
        give_text(context, partition ? "partition" : vv_table_kind_name(e->table->kind));
        break;
    case COLUMN_HISTORY:
        if (partition)
            give_text(context, vv_history_name(e->history));
        break;
    case COLUMN_PROVIDER:
        if (partition)
            sqlite3_result_int64(context, vv_history_provider_id(e->history));
        break;
    case COLUMN_START:
        if (partition)
            sqlite3_result_int64(context, e->start_ms);
        break;
    case COLUMN_END:
        if (partition)
            sqlite3_result_int64(context, e->end_ms);
        break;
    case COLUMN_ROWS:
        if (e->rows >= 0)
            sqlite3_result_int64(context, e->rows);
        break;
    case COLUMN_DOC:
        if (!partition)
            give_text(context, e->table->doc);
        break;
    }
    return SQLITE_OK;
}

const sqlite3_module vv_vtab_tables_module = {
    .iVersion = 3,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = column_value,
    .xRowid = row_id,
};
