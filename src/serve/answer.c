#include "serve/answer.h"

#include <string.h>

#include "base/json.h"
#include "serve/batch.h"
#include "serve/request.h"
#include "serve/server_private.h"

#include "base/banned.h"

#define RETRY_AFTER_S 1

static void set_status(struct vv_answer *answer, vv_status status)
{
    answer->http_status = varve_status_http(status);
    answer->type = "application/json";
    if (answer->http_status == 503 || answer->http_status == 507 || answer->http_status == 429)
        answer->retry_after_s = RETRY_AFTER_S;
}

static void write_error(struct vv_json *json, vv_status status, const char *message,
                        const char *field, uint32_t row)
{
    vv_json_key(json, "error");
    vv_json_object(json);
    vv_json_key(json, "code");
    vv_json_text(json, varve_status_name(status));
    vv_json_key(json, "message");
    vv_json_text(json, message);
    if (field) {
        vv_json_key(json, "field");
        vv_json_text(json, field);
    }
    if (row > 0) {
        vv_json_key(json, "row");
        vv_json_uint(json, row);
    }
    vv_json_end_object(json);
}

void vv_answer_error(struct vv_request *request, const vv_error *err, const char *field,
                     uint32_t row)
{
    struct vv_answer *answer = &request->answer;
    struct vv_json json;

    set_status(answer, err->status);
    vv_buf_reset(&answer->body);
    vv_json_init(&json, &answer->body);
    vv_json_object(&json);
    write_error(&json, err->status, err->message[0] ? err->message : varve_status_text(err->status),
                field, row);
    vv_json_end_object(&json);
}

void vv_answer_refusals(struct vv_request *request, const struct vv_batch *batch, const char *list,
                        const char *place, bool partial, size_t stored)
{
    struct vv_answer *answer = &request->answer;
    const struct vv_refusal *first = batch->listed > 0 ? &batch->refusals[0] : NULL;
    vv_status status = first ? first->status : VARVE_BAD_VALUE;
    vv_error err;
    struct vv_json json;

    set_status(answer, status);
    if (partial) {
        answer->http_status = 200;
        answer->retry_after_s = 0;
    }
    vv_fail(
        &err, status, "%zu of the request cannot be stored%s%s", batch->refused,
        partial ? "" : ", so nothing of it was; first: ", first && !partial ? first->reason : "");
    vv_buf_reset(&answer->body);
    vv_json_init(&json, &answer->body);
    vv_json_object(&json);
    write_error(&json, status, err.message, first ? first->field : NULL, first ? first->place : 0);
    vv_json_key(&json, list);
    vv_json_array(&json);
    for (size_t i = 0; i < batch->listed; i++) {
        vv_json_object(&json);
        vv_json_key(&json, place);
        vv_json_uint(&json, batch->refusals[i].place);
        vv_json_key(&json, "reason");
        vv_json_text(&json, batch->refusals[i].reason);
        vv_json_end_object(&json);
    }
    vv_json_end_array(&json);
    vv_json_key(&json, "count");
    vv_json_uint(&json, batch->refused);
    vv_json_key(&json, "stored");
    vv_json_uint(&json, stored);
    vv_json_end_object(&json);
}

struct vv_buf *vv_answer_json(struct vv_request *request)
{
    request->answer.http_status = 200;
    request->answer.type = "application/json";
    return &request->answer.body;
}

/* ---- flows ---- */

vv_status vv_answer_flow(struct vv_request *request, const char *type,
                         const struct vv_flow_kind *flow, void *state, vv_error *err)
{
    if (atomic_fetch_add(&request->server->flows, 1) >= VV_FLOWS_MAX) {
        atomic_fetch_sub(&request->server->flows, 1);
        flow->end(state);
        return vv_fail(err, VARVE_BUSY, "%d long answers are under way: try again", VV_FLOWS_MAX);
    }
    request->answer.http_status = 200;
    request->answer.type = type;
    request->answer.flow = flow;
    request->answer.state = state;
    return VARVE_OK;
}

vv_status vv_answer_flow_fill(struct vv_request *request, vv_error *err)
{
    struct vv_answer *answer = &request->answer;
    vv_status status = VARVE_OK;

    vv_buf_reset(&answer->body);
    answer->sent = 0;
    while (!status && answer->body.len < VV_FLOW_BYTES) {
        if (atomic_load(&request->server->cutting))
            status = vv_fail(err, VARVE_CLOSED, "the server is stopping");
        else
            status = answer->flow->more(answer->state, &answer->body, err);
        if (answer->body.failed)
            status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
    }
    if (!status && answer->flow->pause)
        answer->flow->pause(answer->state);
    answer->flow_ended = status == VARVE_END;
    if (status == VARVE_END)
        return VARVE_OK;
    answer->flow_failed = status != VARVE_OK;
    if (answer->flow_failed)
        atomic_fetch_add(&request->server->counts.cut_off, 1);
    return status;
}

void vv_answer_deinit(struct vv_request *request)
{
    struct vv_answer *answer = &request->answer;

    if (answer->flow) {
        answer->flow->end(answer->state);
        atomic_fetch_sub(&request->server->flows, 1);
    }
    vv_buf_deinit(&answer->body);
    *answer = (struct vv_answer){0};
}
