/* copy.c: POST /api/v1/copy: a range of tags into another history, or to other names. */
#include "base/json.h"
#include "base/time.h"
#include "collect/gate.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"

#include "base/banned.h"

/* Of one request, whose client waits for its answer. */
#define ROWS_MAX 10000000u

struct copying {
    struct vv_edit_tags list;
    struct vv_copied copied[VV_COPY_TAGS_MAX];
};

static bool watch(void *arg, const char *tag, uint64_t done, uint64_t all)
{
    const struct vv_request *request = arg;

    (void)tag;
    (void)done;
    (void)all;
    return !atomic_load(&request->server->cutting) && !vv_request_is_left(request);
}

static vv_status read_copy(struct vv_request *request, struct copying *c, struct vv_copy *copy,
                           vv_error *err)
{
    const struct vv_params *params = &request->params;
    const int64_t now_ms = vv_now_ms();
    const char *name;
    vv_status status = vv_params_flag(params, "dry_run", &copy->dry_run, err);

    copy->into = vv_params_get(params, "into");
    copy->prefix = vv_params_get(params, "prefix");
    copy->as = vv_params_get(params, "as");
    if (!status && (!vv_params_get(params, "from") || !vv_params_get(params, "to")))
        status = vv_fail(err, VARVE_BAD_VALUE, "from and to are both needed");
    if (!status)
        status = vv_params_time(params, "from", 0, now_ms, &copy->from_ms, err);
    if (!status)
        status = vv_params_time(params, "to", 0, now_ms, &copy->to_ms, err);
    for (size_t at = 0; !status && (name = vv_params_next(params, "tags", &at));)
        status = vv_edit_tags_add(&c->list, request->server->options.set,
                                  vv_params_get(params, "history"), name, err);
    if (!status && c->list.count == 0)
        status = vv_fail(err, VARVE_BAD_VALUE, "tags is missing, or matches none: names, patterns");
    copy->tags = c->list.tags;
    copy->count = c->list.count;
    return status;
}

static void put_number(struct vv_json *json, const char *key, uint64_t number)
{
    vv_json_key(json, key);
    vv_json_uint(json, number);
}

static void answer_copy(struct vv_request *request, const struct copying *c, bool dry_run)
{
    struct vv_json json;
    uint64_t rows = 0, refused = 0;

    vv_json_init(&json, vv_answer_json(request));
    vv_json_object(&json);
    vv_json_key(&json, "copied");
    vv_json_array(&json);
    for (size_t i = 0; i < c->list.count; i++) {
        const struct vv_copied *copied = &c->copied[i];

        vv_json_object(&json);
        vv_json_key(&json, "tag");
        vv_json_text(&json, c->list.tags[i]->name);
        put_number(&json, "rows", copied->rows);
        put_number(&json, "refused", copied->refused);
        if (copied->refused > 0) {
            vv_json_key(&json, "reason");
            vv_json_text(&json, copied->reason);
        }
        if (copied->lost_blocks > 0)
            put_number(&json, "lost_blocks", copied->lost_blocks);
        vv_json_end_object(&json);
        rows += copied->rows;
        refused += copied->refused;
    }
    vv_json_end_array(&json);
    put_number(&json, "rows", rows);
    put_number(&json, "refused", refused);
    vv_json_key(&json, "dry_run");
    vv_json_bool(&json, dry_run);
    vv_json_end_object(&json);
}

void vv_handle_copy(struct vv_request *request)
{
    struct copying *c = vv_arena_zero(&request->arena, sizeof *c);
    struct vv_copy copy = {.rows_max = ROWS_MAX,
                           .origin = vv_request_origin(request),
                           .watch = watch,
                           .watch_arg = request};
    vv_error err;
    vv_status status = c ? read_copy(request, c, &copy, &err)
                         : vv_fail(&err, VARVE_NO_MEMORY, "not enough memory for the copy");

    if (!status)
        status = vv_gate_copy(request->server->options.gate, &copy, c->copied, &err);
    if (status)
        vv_answer_error(request, &err, NULL, 0);
    else
        answer_copy(request, c, copy.dry_run);
}
