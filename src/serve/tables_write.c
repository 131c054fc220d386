/* tables_write.c: POST, PATCH and DELETE under /api/v1/tables: one transaction each. */
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "history/tag_rename.h"
#include "serve/request.h"
#include "serve/server_private.h"
#include "serve/table_change.h"
#include "serve/table_key.h"
#include "serve/tables.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define CSV_TYPE "text/csv"

/* The table of the path, which must be one that may be changed. */
static vv_status open_table(struct vv_request *request, const struct vv_table **table,
                            vv_error *err)
{
    vv_status status = vv_tables_ledger(request, table, err);

    if (status)
        return status;
    const struct vv_table_access access = vv_table_access(*table);
    return access.closed ? vv_fail(err, VARVE_DENIED, "%s is not changed this way: %s",
                                   (*table)->name, access.closed)
                         : VARVE_OK;
}

/* Points may be renamed, and then their tags are. */
static vv_status begin(struct vv_request *request, const struct vv_table *table,
                       struct vv_table_change *change, vv_error *err)
{
    const struct vv_server_options *options = &request->server->options;
    vv_status status = VARVE_OK;

    change->origin = vv_request_origin(request);
    change->if_match = vv_request_header(request, "If-Match");
    if (strcmp(table->name, "TB_Objects") == 0)
        status = vv_tag_rename_begin(options->set, &change->rename, err);
    if (!status)
        status = vv_ledger_begin_write(options->ledger, &change->tx, err);
    if (status)
        vv_tag_rename_end(&change->rename);
    return status;
}

/* Commits, or takes everything back; tells the collection. */
static vv_status finish(struct vv_request *request, const struct vv_table *table,
                        struct vv_table_change *change, bool keep, vv_status status, vv_error *err)
{
    const struct vv_server_options *options = &request->server->options;

    if (!status && keep) {
        status = change->rename ? vv_tag_rename_commit(change->rename, &change->tx, err)
                                : vv_ledger_commit(&change->tx, err);
        if (!status && vv_table_access(table).plant && options->plant_changed)
            options->plant_changed(options->plant_changed_arg);
    }
    vv_ledger_rollback(&change->tx);
    vv_tag_rename_end(&change->rename);
    return status;
}

/* ---- create ---- */

static vv_status read_rows(struct vv_request *request, struct vv_table_rows *rows, vv_error *err)
{
    const char *type = vv_request_header(request, "Content-Type");
    const bool csv = type && strncasecmp(type, CSV_TYPE, strlen(CSV_TYPE)) == 0;
    vv_status status = vv_request_unpack(request, err);

    if (status)
        return status;
    const char *body = request->body.data ? (const char *)request->body.data : "";
    return csv ? vv_table_rows_read_csv(rows, body, request->body.len, err)
               : vv_table_rows_read_json(rows, body, request->body.len, err);
}

static vv_status read_mode(const struct vv_request *request, bool *upsert, bool *dry_run,
                           vv_error *err)
{
    const char *mode = vv_params_get(&request->params, "mode");

    *upsert = mode && strcmp(mode, "upsert") == 0;
    if (mode && !*upsert && strcmp(mode, "create") != 0)
        return vv_fail(err, VARVE_BAD_VALUE, "mode is create or upsert, not \"%.40s\"", mode);
    return vv_params_flag(&request->params, "dry_run", dry_run, err);
}

static void key_number(struct vv_json *json, const char *key, size_t number)
{
    vv_json_key(json, key);
    vv_json_uint(json, number);
}

static void answer_created(struct vv_request *request, const struct vv_table_rows *rows,
                           const struct vv_table_counts *counts, bool upsert, bool dry_run)
{
    struct vv_json json;
    struct vv_buf key = {0};

    vv_json_init(&json, vv_answer_json(request));
    if (!upsert && !dry_run)
        request->answer.http_status = 201;
    vv_json_object(&json);
    vv_json_key(&json, "table");
    vv_json_text(&json, rows->table->name);
    key_number(&json, "created", counts->created);
    key_number(&json, "changed", counts->changed);
    key_number(&json, "same", counts->same);
    vv_json_key(&json, "keys");
    vv_json_array(&json);
    for (size_t i = 0; i < rows->count; i++) {
        vv_buf_reset(&key);
        vv_table_key_write(&rows->list[i], &key);
        vv_json_text_len(&json, key.data ? (const char *)key.data : "", key.len);
    }
    vv_json_end_array(&json);
    vv_json_end_object(&json);
    if (rows->count == 1 && key.data && !dry_run)
        request->answer.location = vv_arena_format(&request->arena, "/api/v1/tables/%s/%s",
                                                   rows->table->name, (const char *)key.data);
    json.out->failed |= key.failed;
    vv_buf_deinit(&key);
}

static vv_status create(struct vv_request *request, int64_t *bad_row, vv_error *err)
{
    struct vv_arena arena;
    struct vv_table_rows rows = {.arena = &arena};
    struct vv_table_change change = {0};
    struct vv_table_counts counts = {0};
    bool upsert = false, dry_run = false;
    vv_status status = open_table(request, &rows.table, err);

    vv_arena_init(&arena, 0, &request->server->bodies);
    if (!status)
        status = read_mode(request, &upsert, &dry_run, err);
    if (!status)
        status = read_rows(request, &rows, err);
    if (!status)
        status = begin(request, rows.table, &change, err);
    if (!status) {
        status = vv_table_create(&change, &rows, upsert, &counts, err);
        *bad_row = counts.bad_row;
        status = finish(request, rows.table, &change, !dry_run, status, err);
    }
    if (!status)
        answer_created(request, &rows, &counts, upsert, dry_run);
    vv_arena_deinit(&arena);
    return status;
}

void vv_handle_table_create(struct vv_request *request)
{
    int64_t bad_row = 0;
    vv_error err;

    if (create(request, &bad_row, &err))
        vv_answer_error(request, &err, NULL, (uint32_t)bad_row);
}

/* ---- change ---- */

/* The one row of the body, with the key of the path. */
static vv_status read_change(struct vv_request *request, const struct vv_table *table,
                             struct vv_row *row, vv_error *err)
{
    struct vv_table_rows rows = {.table = table, .arena = &request->arena};
    struct vv_row key;
    vv_status status = vv_tables_key(request, table, &key, err);

    if (!status)
        status = vv_request_unpack(request, err);
    if (!status)
        status = vv_table_rows_read_json(&rows,
                                         request->body.data ? (const char *)request->body.data : "",
                                         request->body.len, err);
    if (!status && rows.count != 1)
        status = vv_fail(err, VARVE_BAD_VALUE,
                         "%s: one object with the columns to change is "
                         "needed",
                         table->name);
    if (status)
        return status;
    *row = rows.list[0];
    row->number = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vv_value *given = &row->values[i], *own = &key.values[i];
        if (!vv_table_is_key(table, (int)i))
            continue;
        if (given->kind != VV_VALUE_UNSET && !vv_value_same(given, own))
            return vv_row_fail(row, (int)i, VARVE_BAD_VALUE, err,
                               "a row's key stays as it is: create another row");
        row->values[i] = *own;
    }
    return VARVE_OK;
}

static vv_status update(struct vv_request *request, vv_error *err)
{
    const struct vv_table *table;
    struct vv_table_change change = {0};
    struct vv_row row, now;
    vv_status status = open_table(request, &table, err);

    if (!status)
        status = read_change(request, table, &row, err);
    if (!status)
        status = begin(request, table, &change, err);
    if (status)
        return status;
    status = vv_table_update(&change, &row, &now, err);
    status = finish(request, table, &change, true, status, err);
    return status ? status : vv_tables_answer_row(request, &now, err);
}

void vv_handle_table_update(struct vv_request *request)
{
    vv_error err;

    if (update(request, &err))
        vv_answer_error(request, &err, NULL, 0);
}

/* ---- delete ---- */

static vv_status delete (struct vv_request *request, vv_error *err)
{
    const struct vv_table *table;
    struct vv_table_change change = {0};
    struct vv_row row;
    vv_status status = open_table(request, &table, err);

    if (!status)
        status = vv_tables_key(request, table, &row, err);
    if (!status)
        status = vv_params_flag(&request->params, "parts", &change.parts, err);
    if (!status)
        status = begin(request, table, &change, err);
    if (status)
        return status;
    status = vv_table_delete(&change, &row, err);
    return finish(request, table, &change, true, status, err);
}

void vv_handle_table_delete(struct vv_request *request)
{
    vv_error err;

    if (delete (request, &err))
        vv_answer_error(request, &err, NULL, 0);
    else
        request->answer.http_status = 204;
}
