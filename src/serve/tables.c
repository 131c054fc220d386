/* tables.c: GET /api/v1/tables/{table} and {table}/{key}: rows of the ledger, page by page. */
#include "serve/tables.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/time.h"
#include "base/utf8.h"
#include "catalog/row_json.h"
#include "serve/params_private.h"
#include "serve/request.h"
#include "serve/server_private.h"
#include "serve/table_change.h"
#include "serve/table_key.h"
#include "serve/table_query.h"

#include "base/banned.h"

/* ---- the path ---- */

static vv_status unknown_table(const char *name, vv_error *err)
{
    const char **words = vv_alloc_array(vv_catalog_count() + 1, sizeof *words);

    for (size_t i = 0; words && i < vv_catalog_count(); i++)
        words[i] = vv_catalog_table(i)->name;
    if (words)
        words[vv_catalog_count()] = NULL;
    const char *near = words ? vv_nearest(name, words) : NULL;
    vv_free(words);
    return vv_fail(err, VARVE_NOT_FOUND, "there is no table \"%.*s\"%s%s%s",
                   (int)vv_utf8_cut(name, strlen(name), 80), name, near ? "; did you mean \"" : "",
                   near ? near : "", near ? "\"?" : "");
}

vv_status vv_tables_named(struct vv_request *request, const struct vv_table **table, vv_error *err)
{
    const struct vv_route_piece *piece = &request->match.pieces[0];
    const char *name;
    vv_status status = vv_path_unescape(&request->arena, piece->text, piece->len_bytes, &name, err);

    *table = status ? NULL : vv_catalog_find(name);
    return status || *table ? status : unknown_table(name, err);
}

vv_status vv_tables_ledger(struct vv_request *request, const struct vv_table **table, vv_error *err)
{
    vv_status status = vv_tables_named(request, table, err);

    if (!status && (*table)->kind != VV_TABLE_LEDGER)
        return vv_fail(err, VARVE_BAD_VALUE,
                       "%s is a stratum: its rows come from /api/v1/sql, and those of tags from "
                       "/api/v1/history; they are stored by /api/v1/strata",
                       (*table)->name);
    return status;
}

vv_status vv_tables_key(struct vv_request *request, const struct vv_table *table,
                        struct vv_row *row, vv_error *err)
{
    const struct vv_route_piece *piece = &request->match.pieces[1];
    vv_status status = vv_row_init(row, table, &request->arena, err);

    return status ? status : vv_table_key_read(row, piece->text, piece->len_bytes, err);
}

/* ---- one row ---- */

vv_status vv_tables_answer_row(struct vv_request *request, const struct vv_row *row, vv_error *err)
{
    char *mark = vv_arena_alloc(&request->arena, VV_TABLE_MARK_BYTES);
    struct vv_json json;

    if (!mark)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the row");
    vv_status status = vv_table_mark(row, mark, err);
    if (status)
        return status;
    vv_json_init(&json, vv_answer_json(request));
    vv_row_write_json(row, &json);
    request->answer.etag = mark;
    return VARVE_OK;
}

static vv_status read_row(struct vv_request *request, vv_error *err)
{
    const struct vv_table *table;
    struct vv_ledger_tx *tx = NULL;
    struct vv_row row;
    vv_status status = vv_tables_ledger(request, &table, err);

    if (!status)
        status = vv_tables_key(request, table, &row, err);
    if (!status)
        status = vv_ledger_begin_read(request->server->options.ledger, &tx, err);
    if (!status)
        status = vv_ledger_get(tx, &row, err);
    vv_ledger_rollback(&tx);
    return status ? status : vv_tables_answer_row(request, &row, err);
}

void vv_handle_table_row(struct vv_request *request)
{
    vv_error err;

    if (read_row(request, &err))
        vv_answer_error(request, &err, NULL, 0);
}

/* ---- many rows ----
 *
 * No transaction is held while the client reads. In the order of keys each piece goes on behind the
 * key of the last row, so that a row is neither left out nor told twice. For another order, the
 * keys of the page are read first, in one state of the ledger, and the rows by them. */

struct listing {
    struct vv_request *request;
    struct vv_table_query query;
    int64_t left;              /* rows of the page still to come */
    int64_t total;             /* -1: not asked for */
    bool by_key;               /* else by the list of keys */
    bool started, full, more;  /* more rows behind the page */
    struct vv_value *after;    /* key of the last row that was written; null: none */
    struct vv_arena arenas[2]; /* of `after`, by turns */
    int turn;
    struct vv_arena keys_arena;
    struct vv_value *keys; /* of the page, key by key */
    size_t key_count, key_at;
    struct vv_buf etags;
    struct vv_json json;
    struct vv_buf *out;
};

static const struct vv_table *table_of(const struct listing *l)
{
    return l->query.query.table;
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the rows");
}

/* Copies a row's key; null without memory. */
static bool copy_key(const struct vv_row *row, struct vv_arena *arena, struct vv_value *to)
{
    for (int i = 0; i < vv_table_key_count(row->table); i++) {
        to[i] = *vv_row_get(row, row->table->key[i]);
        if (to[i].kind != VV_VALUE_TEXT)
            continue;
        to[i].as.data = vv_arena_text(arena, to[i].as.data, to[i].len_bytes);
        if (!to[i].as.data)
            return false;
    }
    return true;
}

static vv_status keep_after(struct listing *l, const struct vv_row *row, vv_error *err)
{
    struct vv_arena *arena = &l->arenas[l->turn];

    l->turn = !l->turn;
    vv_arena_reset(arena);
    l->after = vv_arena_alloc(arena, (size_t)vv_table_key_count(row->table) * sizeof *l->after);
    return l->after && copy_key(row, arena, l->after) ? VARVE_OK : no_memory(err);
}

static vv_status write_row(struct listing *l, const struct vv_row *row, vv_error *err)
{
    char mark[VV_TABLE_MARK_BYTES];

    if (l->query.csv) {
        vv_table_csv_row(row, l->out);
        return VARVE_OK;
    }
    vv_row_write_json(row, &l->json);
    if (!l->query.etags)
        return VARVE_OK;
    vv_status status = vv_table_mark(row, mark, err);
    if (l->etags.len > 0)
        vv_buf_char(&l->etags, ',');
    /* The mark has its quotes, which JSON's text needs a backslash for. */
    vv_buf_format(&l->etags, "\"\\\"%.16s\\\"\"", mark + 1);
    return status;
}

/* Rows behind `after`, until the piece is full, or the page, or the table is at its end. */
static vv_status list_by_key(struct listing *l, struct vv_ledger_tx *tx, vv_error *err)
{
    struct vv_query query = l->query.query;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;

    query.filters = l->query.filters;
    query.limit = l->left + 1;
    if (l->after)
        query.after = l->after;
    vv_status status = vv_ledger_select(tx, &query, &cursor, err);
    while (!status && !(status = vv_ledger_next(cursor, &row, err))) {
        l->more = l->left == 0;
        if (l->more)
            break;
        l->left--;
        status = write_row(l, row, err);
        l->full = l->out->len >= VV_FLOW_BYTES;
        if (!status && (l->left == 0 || l->full))
            status = keep_after(l, row, err);
        if (l->full)
            break;
    }
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

/* The keys of the page, and whether there is more behind it. */
static vv_status list_keys(struct listing *l, struct vv_ledger_tx *tx, vv_error *err)
{
    const size_t parts = (size_t)vv_table_key_count(table_of(l));
    struct vv_query query = l->query.query;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;
    size_t room = 0;

    query.filters = l->query.filters;
    query.limit = l->left + 1;
    vv_status status = vv_ledger_select(tx, &query, &cursor, err);
    while (!status && !(status = vv_ledger_next(cursor, &row, err))) {
        l->more = (int64_t)l->key_count == l->left;
        if (l->more)
            break;
        if (l->key_count == room) {
            room = room ? 2 * room : 256;
            struct vv_value *keys = vv_arena_alloc(&l->keys_arena, room * parts * sizeof *keys);
            if (keys && l->key_count > 0)
                memcpy(keys, l->keys, l->key_count * parts * sizeof *keys);
            l->keys = keys;
        }
        if (!l->keys || !copy_key(row, &l->keys_arena, l->keys + l->key_count * parts))
            status = no_memory(err);
        l->key_count++;
    }
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

/* The next rows of the list of keys; those that were deleted in between are left out. */
static vv_status list_listed(struct listing *l, struct vv_ledger_tx *tx, vv_error *err)
{
    const size_t parts = (size_t)vv_table_key_count(table_of(l));
    struct vv_arena *arena = &l->arenas[0];
    vv_status status = l->started ? VARVE_OK : list_keys(l, tx, err);
    struct vv_row row;

    while (!status && l->key_at < l->key_count) {
        const struct vv_value *key = l->keys + l->key_at++ * parts;
        vv_arena_reset(arena);
        status = vv_row_init(&row, table_of(l), arena, err);
        for (size_t i = 0; i < parts && !status; i++) {
            const char *name = row.table->key[i];
            row.values[vv_table_column(row.table, name, strlen(name), 0)] = key[i];
        }
        if (!status)
            status = vv_ledger_get(tx, &row, err);
        if (!status)
            status = write_row(l, &row, err);
        else if (status == VARVE_NOT_FOUND)
            status = VARVE_OK;
        l->full = l->out->len >= VV_FLOW_BYTES;
        if (l->full)
            break;
    }
    return status;
}

static void write_head(struct listing *l)
{
    if (l->query.csv) {
        vv_table_csv_names(table_of(l), l->out);
        return;
    }
    vv_json_init(&l->json, l->out);
    vv_json_object(&l->json);
    vv_json_key(&l->json, "table");
    vv_json_text(&l->json, table_of(l)->name);
    if (l->total >= 0) {
        vv_json_key(&l->json, "count");
        vv_json_int(&l->json, l->total);
    }
    vv_json_key(&l->json, "rows");
    vv_json_array(&l->json);
}

static vv_status write_next(struct listing *l, vv_error *err)
{
    struct vv_buf key = {0};
    struct vv_row row;

    if (!l->by_key) {
        vv_json_key(&l->json, "next_offset");
        if (l->more)
            vv_json_int(&l->json, l->query.query.offset + l->query.query.limit);
        else
            vv_json_null(&l->json);
        return VARVE_OK;
    }
    vv_json_key(&l->json, "next");
    if (!l->more) {
        vv_json_null(&l->json);
        return VARVE_OK;
    }
    vv_status status = vv_row_init(&row, table_of(l), &l->request->arena, err);
    for (int i = 0; i < vv_table_key_count(table_of(l)) && !status; i++) {
        const char *name = row.table->key[i];
        row.values[vv_table_column(row.table, name, strlen(name), 0)] = l->after[i];
    }
    if (!status)
        vv_table_key_write(&row, &key);
    vv_json_text_len(&l->json, key.data ? (const char *)key.data : "", key.len);
    l->out->failed |= key.failed;
    vv_buf_deinit(&key);
    return status;
}

static vv_status write_tail(struct listing *l, vv_error *err)
{
    if (l->query.csv)
        return VARVE_END;
    vv_json_end_array(&l->json);
    vv_status status = write_next(l, err);
    if (l->query.etags) {
        struct vv_buf *etags = &l->etags;
        vv_json_key(&l->json, "etags");
        vv_json_array(&l->json);
        if (etags->len > 0)
            vv_json_raw(&l->json, (const char *)etags->data, etags->len);
        vv_json_end_array(&l->json);
        l->out->failed |= etags->failed;
    }
    vv_json_end_object(&l->json);
    return status ? status : VARVE_END;
}

static vv_status more(void *state, struct vv_buf *out, vv_error *err)
{
    struct listing *l = state;
    struct vv_ledger_tx *tx;
    vv_status status = vv_ledger_begin_read(l->request->server->options.ledger, &tx, err);

    l->out = out;
    l->full = false;
    if (!status && !l->started && l->query.count) {
        struct vv_query query = l->query.query;
        query.filters = l->query.filters;
        query.after = NULL;
        status = vv_ledger_count(tx, &query, &l->total, err);
    }
    if (!status && !l->started)
        write_head(l);
    if (!status)
        status = l->by_key ? list_by_key(l, tx, err) : list_listed(l, tx, err);
    l->started = true;
    vv_ledger_rollback(&tx);
    return status || l->full ? status : write_tail(l, err);
}

static void end(void *state)
{
    struct listing *l = state;

    vv_arena_deinit(&l->arenas[0]);
    vv_arena_deinit(&l->arenas[1]);
    vv_arena_deinit(&l->keys_arena);
    vv_buf_deinit(&l->etags);
}

static vv_status list(struct vv_request *request, vv_error *err)
{
    static const struct vv_flow_kind flow = {.more = more, .end = end};
    const struct vv_table *table;
    struct listing *l = vv_arena_zero(&request->arena, sizeof *l);
    vv_status status = l ? vv_tables_ledger(request, &table, err) : no_memory(err);

    if (!status)
        status = vv_table_query_read(table, &request->params, vv_now_ms(), &l->query, err);
    if (status)
        return status;
    l->request = request;
    l->left = l->query.query.limit;
    l->total = -1;
    l->by_key = !l->query.query.order[0].column && l->query.query.offset == 0 &&
                !vv_table_key_is_secret(table);
    vv_arena_init(&l->arenas[0], 0, NULL);
    vv_arena_init(&l->arenas[1], 0, NULL);
    vv_arena_init(&l->keys_arena, 0, &request->server->bodies);
    return vv_answer_flow(request, l->query.csv ? "text/csv; charset=utf-8" : "application/json",
                          &flow, l, err);
}

void vv_handle_table_rows(struct vv_request *request)
{
    vv_error err;

    if (list(request, &err))
        vv_answer_error(request, &err, NULL, 0);
}
