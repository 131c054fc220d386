#include "app/copy_server.h"

#include <stdio.h>
#include <stdlib.h>

#include <yajl/yajl_tree.h>

#include "app/fetch.h"
#include "base/json.h"

#include "base/banned.h"

static vv_status take(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct vv_buf *answer = arg;
    vv_buf_add(answer, data, len_bytes);
    return answer->failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory for the answer") : VARVE_OK;
}

static void put_request(const struct vv_copy_request *request, struct vv_buf *out)
{
    const struct {
        const char *name, *text;
    } texts[] = {{"from", request->from},       {"to", request->to},
                 {"history", request->history}, {"into", request->into},
                 {"prefix", request->prefix},   {"as", request->as}};
    struct vv_json json;
    vv_json_init(&json, out);
    vv_json_object(&json);
    vv_json_key(&json, "tags");
    vv_json_array(&json);
    for (size_t i = 0; i < request->tag_count; i++)
        vv_json_text(&json, request->tags[i]);
    vv_json_end_array(&json);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!texts[i].text)
            continue;
        vv_json_key(&json, texts[i].name);
        vv_json_text(&json, texts[i].text);
    }
    vv_json_key(&json, "dry_run");
    vv_json_bool(&json, request->dry_run);
    vv_json_end_object(&json);
}

static uint64_t number_of(yajl_val entry, const char *name)
{
    const char *path[] = {name, NULL};
    yajl_val number = yajl_tree_get(entry, path, yajl_t_number);
    return number ? strtoull(YAJL_GET_NUMBER(number), NULL, 10) : 0;
}

static const char *text_of(yajl_val entry, const char *name)
{
    const char *path[] = {name, NULL};
    yajl_val text = yajl_tree_get(entry, path, yajl_t_string);
    return text ? YAJL_GET_STRING(text) : "";
}

static void print_answer(yajl_val answer, bool dry_run, bool *whole)
{
    const char *path[] = {"copied", NULL};
    yajl_val list = yajl_tree_get(answer, path, yajl_t_array);
    size_t count = list ? YAJL_GET_ARRAY(list)->len : 0;
    for (size_t i = 0; i < count; i++) {
        yajl_val entry = YAJL_GET_ARRAY(list)->values[i];
        struct vv_copied copied = {.rows = number_of(entry, "rows"),
                                   .refused = number_of(entry, "refused"),
                                   .lost_blocks = number_of(entry, "lost_blocks")};
        snprintf(copied.reason, sizeof copied.reason, "%s", text_of(entry, "reason"));
        vv_copy_print(text_of(entry, "tag"), &copied, dry_run);
        *whole = *whole && copied.refused == 0 && copied.lost_blocks == 0;
    }
    vv_copy_print_sum(count, number_of(answer, "rows"));
}

vv_status vv_copy_server(const char *url, const struct vv_copy_request *request, bool *whole,
                         vv_error *err)
{
    struct vv_buf text = {0}, came = {0};
    struct vv_fetch *fetch = NULL;
    put_request(request, &text);
    const struct vv_fetch_body body = {
        .content_type = "application/json", .data = text.data, .len_bytes = text.len};
    vv_status status = text.failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory to ask the server")
                                   : vv_fetch_new(url, &fetch, err);
    if (!status)
        status = vv_fetch_post(fetch, "/api/v1/copy", &body, take, &came, err);
    if (!status) {
        yajl_val answer = yajl_tree_parse(came.data ? (const char *)came.data : "", NULL, 0);
        if (answer)
            print_answer(answer, request->dry_run, whole);
        else
            status = vv_fail(err, VARVE_SYNTAX, "%s: its answer is no JSON", url);
        yajl_tree_free(answer);
    }
    vv_fetch_free(fetch);
    vv_buf_deinit(&text);
    vv_buf_deinit(&came);
    return status;
}
