/* strata.c: POST /api/v1/strata/{table}: rows of a documented stratum, all of them or none. */
#include "history/strata.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "catalog/row_json.h"
#include "collect/live.h"
#include "serve/params_private.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/table_rows.h"

#include "base/banned.h"

#define CSV_TYPE "text/csv"

struct storing {
    struct vv_strata_batch *batch;
    int64_t row; /* the one that is looked at; 0: none yet */
};

static vv_status take(void *arg, struct vv_row *row, vv_error *err)
{
    struct storing *storing = arg;

    storing->row = row->number;
    return vv_strata_batch_add(storing->batch, row, err);
}

static void tell_live(void *arg, const struct vv_stored *rows, size_t count)
{
    vv_live_update(arg, rows, count);
}

static vv_status take_csv(struct storing *storing, const struct vv_table *table, const char *text,
                          size_t len_bytes, struct vv_arena *arena, vv_error *err)
{
    struct vv_table_rows rows = {.table = table, .arena = arena};
    vv_status status = vv_table_rows_read_csv(&rows, text, len_bytes, err);

    for (size_t i = 0; i < rows.count && !status; i++)
        status = take(storing, &rows.list[i], err);
    return status;
}

/* The rows of the body into the batch. */
static vv_status take_body(struct vv_request *request, struct storing *storing,
                           const struct vv_table *table, struct vv_arena *arena, vv_error *err)
{
    const char *type = vv_request_header(request, "Content-Type");
    vv_status status = vv_request_unpack(request, err);

    if (status)
        return status;
    const char *text = request->body.data ? (const char *)request->body.data : "";
    if (type && strncasecmp(type, CSV_TYPE, strlen(CSV_TYPE)) == 0)
        return take_csv(storing, table, text, request->body.len, arena, err);
    return vv_rows_read_json(table, text, request->body.len, arena, take, storing, err);
}

static void answer(struct vv_request *request, const char *table, size_t stored)
{
    struct vv_json json;

    vv_json_init(&json, vv_answer_json(request));
    vv_json_object(&json);
    vv_json_key(&json, "table");
    vv_json_text(&json, table);
    vv_json_key(&json, "stored");
    vv_json_uint(&json, stored);
    vv_json_end_object(&json);
}

static vv_status store(struct vv_request *request, struct storing *storing, vv_error *err)
{
    const struct vv_route_piece *piece = &request->match.pieces[0];
    const struct vv_table *table = NULL;
    const char *name = NULL;
    struct vv_arena arena;
    uint64_t sequence;
    vv_status status = vv_path_unescape(&request->arena, piece->text, piece->len_bytes, &name, err);

    vv_arena_init(&arena, 0, &request->server->bodies);
    if (!status)
        status = vv_strata_table(name, &table, err);
    if (!status)
        status =
            vv_strata_batch_new(request->server->options.set, name,
                                vv_params_get(&request->params, "history"), &storing->batch, err);
    if (!status)
        vv_strata_batch_tell(storing->batch, tell_live, request->server->options.live);
    if (!status)
        status = take_body(request, storing, table, &arena, err);
    if (!status) {
        size_t rows = vv_strata_batch_rows(storing->batch);
        storing->row = 0;
        status = vv_strata_batch_append(storing->batch, &sequence, err);
        if (!status)
            answer(request, name, rows);
    }
    vv_strata_batch_free(storing->batch);
    vv_arena_deinit(&arena);
    return status;
}

void vv_handle_strata(struct vv_request *request)
{
    struct storing storing = {0};
    vv_error err;

    if (store(request, &storing, &err))
        vv_answer_error(request, &err, NULL, (uint32_t)storing.row);
}
