/* plant.c: GET and POST /api/v1/plant: the plant as a plant file, out of the ledger and into it. */
#include "collect/plant.h"

#include <string.h>

#include "base/json.h"
#include "serve/request.h"
#include "serve/server_private.h"

#include "base/banned.h"

void vv_handle_plant_get(struct vv_request *request)
{
    vv_error err;

    if (vv_plant_export(request->server->options.ledger, &request->answer.body, &err)) {
        vv_answer_error(request, &err, NULL, 0);
        return;
    }
    request->answer.http_status = 200;
    request->answer.type = "application/yaml; charset=utf-8";
}

/* ---- applying ---- */

/* The answer, written change by change. */
struct applying {
    struct vv_json json;
    struct vv_buf *out;
    bool text; /* lines as `varve apply` prints them */
};

static void report(void *arg, char sign, const char *text)
{
    struct applying *a = arg;

    if (a->text) {
        vv_buf_format(a->out, "%c %s\n", sign, text);
        return;
    }
    vv_json_object(&a->json);
    vv_json_key(&a->json, "sign");
    vv_json_text_len(&a->json, &sign, 1);
    vv_json_key(&a->json, "text");
    vv_json_text(&a->json, text);
    vv_json_end_object(&a->json);
}

static void begin(struct applying *a, struct vv_request *request)
{
    a->out = vv_answer_json(request);
    if (a->text) {
        request->answer.type = "text/plain; charset=utf-8";
        return;
    }
    vv_json_init(&a->json, a->out);
    vv_json_object(&a->json);
    vv_json_key(&a->json, "changes");
    vv_json_array(&a->json);
}

static void end(struct applying *a, const struct vv_plant_counts *counts, bool dry_run)
{
    const struct {
        const char *key;
        size_t count;
    } numbers[] = {
        {"added", counts->added}, {"changed", counts->changed}, {"removed", counts->removed}};

    if (a->text) {
        vv_buf_format(a->out, "%s%zu added, %zu changed, %zu removed\n",
                      dry_run ? "would be: " : "", counts->added, counts->changed, counts->removed);
        return;
    }
    vv_json_end_array(&a->json);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        vv_json_key(&a->json, numbers[i].key);
        vv_json_uint(&a->json, numbers[i].count);
    }
    vv_json_key(&a->json, "dry_run");
    vv_json_bool(&a->json, dry_run);
    vv_json_end_object(&a->json);
}

static vv_status read_options(const struct vv_request *request, struct applying *a, bool *dry_run,
                              vv_error *err)
{
    const char *format = vv_params_get(&request->params, "format");

    a->text = format && strcmp(format, "text") == 0;
    if (format && !a->text && strcmp(format, "json") != 0)
        return vv_fail(err, VARVE_BAD_VALUE, "format is json or text, not \"%.40s\"", format);
    return vv_params_flag(&request->params, "dry_run", dry_run, err);
}

static vv_status apply(struct vv_request *request, vv_error *err)
{
    const struct vv_server_options *options = &request->server->options;
    struct applying a = {0};
    struct vv_plant_counts counts = {0};
    bool dry_run = false;
    vv_status status = read_options(request, &a, &dry_run, err);

    if (!status)
        status = vv_request_unpack(request, err);
    if (status)
        return status;
    begin(&a, request);
    const struct vv_plant_text text = {.text = request->body.data ? (const char *)request->body.data
                                                                  : "",
                                       .len_bytes = request->body.len,
                                       .name = "the plant file",
                                       .origin = vv_request_origin(request)};
    status = vv_plant_apply_text(options->ledger, &text, dry_run, report, &a, &counts, err);
    if (status)
        return status;
    end(&a, &counts, dry_run);
    if (!dry_run && counts.added + counts.changed + counts.removed > 0 && options->plant_changed)
        options->plant_changed(options->plant_changed_arg);
    return VARVE_OK;
}

void vv_handle_plant_apply(struct vv_request *request)
{
    vv_error err;

    if (apply(request, &err))
        vv_answer_error(request, &err, NULL, 0);
}
