/* listing.c: GET /api/v1/tags and /api/v1/live: names in order, page by page, in pieces. */
#include <string.h>

#include "base/time.h"
#include "catalog/glob.h"
#include "collect/live.h"
#include "history/tags.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/values.h"

#include "base/banned.h"

#define TAGS_DEFAULT 10000
#define TAGS_MAX     100000
#define LIVE_MAX     1000000

struct listing {
    struct vv_request *request;
    bool live; /* values, else tags */
    struct vv_tag_list list;
    const struct vv_tag *last; /* that was written or passed over */
    const struct vv_tag *last_written;
    size_t left; /* of the limit */
    bool started, full, more;
    struct vv_json json;
    struct vv_buf *out;
    struct vv_arena arena; /* texts of one live entry */
};

static bool matches(const struct listing *l, const struct vv_tag *tag)
{
    const struct vv_params *params = &l->request->params;
    const char *match;
    size_t at = 0;
    bool any = false;

    while ((match = vv_params_next(params, "match", &at))) {
        any = true;
        if (!match[0] || vv_glob_match(match, strlen(match), tag->name, tag->name_len))
            return true;
    }
    return !any;
}

/* Whether this tag is to be written; *go_on false ends the piece. Tags of one name (in several
 * histories) are never parted, since the next piece goes on behind the name. */
static bool admit(struct listing *l, const struct vv_tag *tag, bool *go_on)
{
    bool new_name = !l->last || strcmp(l->last->name, tag->name) != 0;

    *go_on = true;
    if (new_name && l->out->len >= VV_FLOW_BYTES) {
        l->full = true;
        *go_on = false;
        return false;
    }
    if (!matches(l, tag)) {
        l->last = tag;
        return false;
    }
    if (l->left == 0) {
        l->more = true;
        *go_on = false;
        return false;
    }
    l->left--;
    l->last = l->last_written = tag;
    return true;
}

static bool write_tag(void *arg, const struct vv_tag *tag)
{
    struct listing *l = arg;
    bool go_on;

    if (admit(l, tag, &go_on))
        vv_tag_json(&l->json, l->request->server->options.set, tag);
    return go_on;
}

static bool write_entry(void *arg, const struct vv_live_entry *entry)
{
    struct listing *l = arg;
    bool go_on;

    if (admit(l, entry->tag, &go_on))
        vv_entry_json(&l->json, l->request->server->options.set, entry);
    return go_on;
}

static void finish(struct listing *l)
{
    vv_json_end_array(&l->json);
    if (l->live) {
        vv_json_key(&l->json, "now");
        vv_json_int(&l->json, vv_now_ms());
    } else {
        vv_json_key(&l->json, "next");
        if (l->more && l->last_written)
            vv_json_text_len(&l->json, l->last_written->name, l->last_written->name_len);
        else
            vv_json_null(&l->json);
    }
    vv_json_end_object(&l->json);
}

static vv_status more(void *state, struct vv_buf *out, vv_error *err)
{
    struct listing *l = state;
    const struct vv_server_options *options = &l->request->server->options;
    vv_status status;

    if (!l->started) {
        vv_json_init(&l->json, out);
        vv_json_object(&l->json);
        vv_json_key(&l->json, l->live ? "values" : "tags");
        vv_json_array(&l->json);
        l->started = true;
    }
    l->out = out;
    l->full = false;
    if (l->last)
        l->list.after = l->last->name;
    if (l->live)
        status = vv_live_snapshot(options->live, &l->list, &l->arena, write_entry, l, err);
    else
        status = vv_tags_list(options->set, &l->list, write_tag, l, NULL, err);
    if (status || l->full)
        return status;
    finish(l);
    return VARVE_END;
}

static void end(void *state)
{
    struct listing *l = state;

    vv_arena_deinit(&l->arena);
}

static vv_status check_patterns(struct vv_request *request, struct listing *l, vv_error *err)
{
    const char *match;
    size_t at = 0, count = 0;

    while ((match = vv_params_next(&request->params, "match", &at))) {
        vv_status status = match[0] ? vv_glob_check(match, strlen(match), err) : VARVE_OK;
        if (status)
            return status;
        l->list.match = match;
        count++;
    }
    /* One pattern is the list's own business; several are held against each name here. */
    if (count > 1)
        l->list.match = NULL;
    return VARVE_OK;
}

static void list(struct vv_request *request, bool live)
{
    static const struct vv_flow_kind flow = {.more = more, .end = end};
    struct listing *l = vv_arena_zero(&request->arena, sizeof *l);
    int64_t limit;
    vv_error err;
    vv_status status = VARVE_OK;

    if (!l) {
        vv_fail(&err, VARVE_NO_MEMORY, "not enough memory for the list");
        vv_answer_error(request, &err, NULL, 0);
        return;
    }
    l->request = request;
    l->live = live;
    l->list.history = vv_params_get(&request->params, "history");
    l->list.after = vv_params_get(&request->params, "after");
    vv_arena_init(&l->arena, 0, NULL);
    status = vv_params_integer(&request->params, "limit", live ? LIVE_MAX : TAGS_DEFAULT, 1,
                               live ? LIVE_MAX : TAGS_MAX, &limit, &err);
    if (!status)
        status = check_patterns(request, l, &err);
    l->left = (size_t)limit;
    if (!status)
        status = vv_answer_flow(request, "application/json", &flow, l, &err);
    if (status)
        vv_answer_error(request, &err, NULL, 0);
}

void vv_handle_tags(struct vv_request *request)
{
    list(request, false);
}

void vv_handle_live(struct vv_request *request)
{
    list(request, true);
}
