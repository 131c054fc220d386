/* ingest.c: POST /write and /api/v1/samples: a body into a batch, and the batch through the gate.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "collect/gate.h"
#include "serve/batch.h"
#include "serve/line_protocol.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/samples.h"
#include "serve/server_private.h"

#include "base/banned.h"

/* How one kind of body is read, and what its pieces are called in a refusal. */
struct layout {
    const char *list, *place;
    vv_status (*parse)(struct vv_request *request, struct vv_batch *batch, vv_error *err);
};

static vv_status parse_lines(struct vv_request *request, struct vv_batch *batch, vv_error *err)
{
    const char *text = (const char *)request->body.data;
    struct vv_line_parser parser = {
        .at = text, .end = text + request->body.len, .arena = &batch->arena, .now_ms = vv_now_ms()};
    vv_status status =
        vv_line_precision(vv_params_get(&request->params, "precision"), &parser.unit_ns, err);

    if (status || request->body.len == 0)
        return status;
    for (;;) {
        struct vv_line line;
        vv_error line_err;

        status = vv_line_next(&parser, &line, &line_err);
        if (status == VARVE_END)
            return VARVE_OK;
        if (vv_batch_fatal(status)) {
            if (err)
                *err = line_err;
            return status;
        }
        if (status)
            vv_batch_refuse(batch, line.number, status, NULL, line_err.message);
        else if ((status = vv_batch_add(batch, line.number, line.samples, line.count, err)))
            return status;
    }
}

static vv_status parse_rows(struct vv_request *request, struct vv_batch *batch, vv_error *err)
{
    const char *json = request->body.len > 0 ? (const char *)request->body.data : "";

    return vv_samples_parse(json, request->body.len, vv_now_ms(), batch, err);
}

static int by_place(const void *left, const void *right)
{
    const struct vv_refusal *a = left, *b = right;

    return (a->place > b->place) - (a->place < b->place);
}

/* What the store refused, by its place in the request, among what the parser refused. */
static void take_rejections(struct vv_batch *batch, const struct vv_write_result *result)
{
    for (size_t i = 0; i < result->listed; i++) {
        const struct vv_rejection *rejection = &result->list[i];
        vv_batch_refuse(batch, batch->places[rejection->index], rejection->status, NULL,
                        rejection->reason);
    }
    batch->refused += result->rejected - result->listed;
    if (batch->listed > 1)
        qsort(batch->refusals, batch->listed, sizeof *batch->refusals, by_place);
}

/* ?correct=1&reason=…: `edit` gets who and why; false: plain samples. */
static vv_status read_edit(struct vv_request *request, bool partial, bool *correct,
                           struct vv_edit *edit, vv_error *err)
{
    const struct vv_params *params = &request->params;
    vv_status status = vv_params_flag(params, "correct", correct, err);

    if (!status && *correct && partial)
        return vv_fail(err, VARVE_BAD_VALUE, "correct and partial exclude each other");
    *edit = (struct vv_edit){.reason = vv_params_get(params, "reason"),
                             .origin = vv_request_origin(request)};
    return status;
}

static vv_status store(struct vv_request *request, struct vv_batch *batch, bool partial,
                       struct vv_write_result *result, vv_error *err)
{
    struct vv_edit edit;
    bool correct;
    const char *history = vv_params_get(&request->params, "history");
    struct vv_write_options options = {.history = history && history[0] ? history : NULL,
                                       .source = VV_SOURCE_CLIENT,
                                       .partial = partial};

    *result = (struct vv_write_result){
        .list = vv_alloc_array(VV_BATCH_REFUSALS_MAX, sizeof *result->list),
        .capacity = VV_BATCH_REFUSALS_MAX};
    if (!result->list)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to store the request");
    struct vv_gate *gate = request->server->options.gate;
    vv_status status = read_edit(request, partial, &correct, &edit, err);
    if (!status && correct)
        status = vv_gate_correct(gate, batch->samples, batch->count, &options, &edit, result, err);
    else if (!status)
        status = vv_gate_write(gate, batch->samples, batch->count, &options, result, err);
    take_rejections(batch, result);
    vv_free(result->list);
    return status;
}

static void ingest(struct vv_request *request, const struct layout *layout)
{
    struct vv_write_result result = {0};
    struct vv_batch batch;
    bool partial = false;
    vv_error err;

    vv_batch_init(&batch, &request->server->bodies);
    vv_status status = vv_params_flag(&request->params, "partial", &partial, &err);
    if (!status)
        status = vv_request_unpack(request, &err);
    if (!status)
        status = layout->parse(request, &batch, &err);
    if (!status && batch.count > 0 && (partial || batch.refused == 0))
        status = store(request, &batch, partial, &result, &err);

    if (batch.refused > 0 && !vv_batch_fatal(status) && (!partial || !status))
        vv_answer_refusals(request, &batch, layout->list, layout->place, partial, result.stored);
    else if (status)
        vv_answer_error(request, &err, NULL, 0);
    else
        request->answer.http_status = 204;
    vv_batch_deinit(&batch);
}

void vv_handle_write(struct vv_request *request)
{
    static const struct layout lines = {"lines", "line", parse_lines};

    ingest(request, &lines);
}

void vv_handle_samples(struct vv_request *request)
{
    static const struct layout rows = {"rows", "row", parse_rows};

    ingest(request, &rows);
}
