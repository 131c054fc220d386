/* safekeeping_routes.c: /api/v1/backup, and the deletion of ranges of history. */
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "collect/gate.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/safekeeping.h"
#include "serve/server_private.h"

#include "base/banned.h"

/* ---- backups ---- */

static void answer_state(struct vv_request *request, int http_status)
{
    struct vv_buf *out = vv_answer_json(request);

    vv_safekeeping_state(request->server->keeping, out);
    request->answer.http_status = http_status;
}

void vv_handle_backup_state(struct vv_request *request)
{
    answer_state(request, 200);
}

void vv_handle_backup(struct vv_request *request)
{
    const char *name = vv_params_get(&request->params, "directory");
    bool copy = false;
    vv_error err;
    vv_status status = vv_params_flag(&request->params, "copy", &copy, &err);

    if (!status && !name)
        status = vv_fail(&err, VARVE_BAD_VALUE, "directory is missing: a name for the backup");
    if (!status)
        status = vv_safekeeping_begin(request->server->keeping, name, copy,
                                      vv_request_origin(request), &err);
    if (status)
        vv_answer_error(request, &err, "directory", 0);
    else
        answer_state(request, 202);
}

void vv_handle_backup_cancel(struct vv_request *request)
{
    vv_safekeeping_cancel(request->server->keeping);
    answer_state(request, 202);
}

/* ---- deletions ---- */

struct deleting {
    struct vv_request *request;
    struct vv_edit_tags list;
    uint64_t rows[VV_EDIT_TAGS_MAX];
};

static vv_status find_tags(struct deleting *d, vv_error *err)
{
    const struct vv_params *params = &d->request->params;
    const char *name;
    vv_status status = VARVE_OK;

    for (size_t at = 0; !status && (name = vv_params_next(params, "tag", &at));)
        status = vv_edit_tags_add(&d->list, d->request->server->options.set,
                                  vv_params_get(params, "history"), name, err);
    if (!status && !vv_params_get(params, "tag"))
        status = vv_fail(err, VARVE_BAD_VALUE, "tag is missing: a name or a pattern");
    return status;
}

/* Both ends have to be said: a deletion has no standard range. */
static vv_status read_range(const struct vv_params *params, int64_t *from_ms, int64_t *to_ms,
                            vv_error *err)
{
    const int64_t now_ms = vv_now_ms();

    if (!vv_params_get(params, "from") || !vv_params_get(params, "to"))
        return vv_fail(err, VARVE_BAD_VALUE, "from and to are both needed");
    vv_status status = vv_params_time(params, "from", 0, now_ms, from_ms, err);
    if (!status)
        status = vv_params_time(params, "to", 0, now_ms, to_ms, err);
    return status;
}

static void answer_deletion(const struct deleting *d, bool dry_run)
{
    struct vv_json json;
    uint64_t rows = 0;

    vv_json_init(&json, vv_answer_json(d->request));
    vv_json_object(&json);
    vv_json_key(&json, "deleted");
    vv_json_array(&json);
    for (size_t i = 0; i < d->list.count; i++) {
        vv_json_object(&json);
        vv_json_key(&json, "tag");
        vv_json_text(&json, d->list.tags[i]->name);
        vv_json_key(&json, "rows");
        vv_json_uint(&json, d->rows[i]);
        vv_json_end_object(&json);
        rows += d->rows[i];
    }
    vv_json_end_array(&json);
    vv_json_key(&json, "rows");
    vv_json_uint(&json, rows);
    vv_json_key(&json, "dry_run");
    vv_json_bool(&json, dry_run);
    vv_json_end_object(&json);
}

void vv_handle_history_delete(struct vv_request *request)
{
    const struct vv_params *params = &request->params;
    struct deleting *d = vv_arena_zero(&request->arena, sizeof *d);
    struct vv_deletion deletion = {0};
    vv_error err;
    vv_status status =
        d ? VARVE_OK : vv_fail(&err, VARVE_NO_MEMORY, "not enough memory for the deletion");

    deletion.edit.reason = vv_params_get(params, "reason");
    deletion.edit.origin = vv_request_origin(request);
    if (!status)
        status = vv_params_flag(params, "dry_run", &deletion.edit.dry_run, &err);
    if (!status)
        status = read_range(params, &deletion.from_ms, &deletion.to_ms, &err);
    if (!status) {
        d->request = request;
        status = find_tags(d, &err);
    }
    if (!status) {
        deletion.tags = d->list.tags;
        deletion.count = d->list.count;
        status = vv_gate_delete(request->server->options.gate, &deletion, d->rows, &err);
    }
    if (status)
        vv_answer_error(request, &err, NULL, 0);
    else
        answer_deletion(d, deletion.edit.dry_run);
}

/* ---- corrections of a range ---- */

static vv_status read_correction(struct vv_request *request, struct vv_range_correction *correction,
                                 vv_error *err)
{
    const struct vv_params *params = &request->params;
    const char *tag = vv_params_get(params, "tag");
    int64_t quality = -1;

    correction->value = vv_params_get(params, "value");
    correction->edit = (struct vv_edit){.reason = vv_params_get(params, "reason"),
                                        .origin = vv_request_origin(request)};
    vv_status status =
        tag ? vv_tag_find(request->server->options.set, vv_params_get(params, "history"), tag,
                          strlen(tag), &correction->tag, err)
            : vv_fail(err, VARVE_BAD_VALUE, "tag is missing: a name");
    if (!status)
        status = vv_params_integer(params, "quality", -1, 0, VV_QUALITY_MAX, &quality, err);
    correction->quality = (int32_t)quality;
    if (!status)
        status = vv_params_flag(params, "dry_run", &correction->edit.dry_run, err);
    return status ? status : read_range(params, &correction->from_ms, &correction->to_ms, err);
}

void vv_handle_history_correct(struct vv_request *request)
{
    struct vv_range_correction correction = {0};
    struct vv_json json;
    uint64_t rows = 0;
    vv_error err;
    vv_status status = read_correction(request, &correction, &err);

    if (!status)
        status = vv_gate_correct_range(request->server->options.gate, &correction, &rows, &err);
    if (status) {
        vv_answer_error(request, &err, NULL, 0);
        return;
    }
    vv_json_init(&json, vv_answer_json(request));
    vv_json_object(&json);
    vv_json_key(&json, "tag");
    vv_json_text(&json, correction.tag->name);
    vv_json_key(&json, "rows");
    vv_json_uint(&json, rows);
    vv_json_key(&json, "dry_run");
    vv_json_bool(&json, correction.edit.dry_run);
    vv_json_end_object(&json);
}
