#include "app/edit_server.h"

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

static void put_request(const struct vv_edit_request *request, struct vv_buf *out)
{
    const struct {
        const char *name, *text;
    } texts[] = {{"from", request->from},       {"to", request->to},
                 {"reason", request->reason},   {"value", request->value},
                 {"quality", request->quality}, {"history", request->history}};
    struct vv_json json;
    vv_json_init(&json, out);
    vv_json_object(&json);
    vv_json_key(&json, "tag");
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

/* The server's answer as a tree, to be freed. */
static vv_status ask(const char *url, const char *path, const struct vv_edit_request *request,
                     yajl_val *answer, vv_error *err)
{
    struct vv_buf text = {0}, came = {0};
    struct vv_fetch *fetch = NULL;
    *answer = NULL;
    put_request(request, &text);
    const struct vv_fetch_body body = {
        .content_type = "application/json", .data = text.data, .len_bytes = text.len};
    vv_status status = text.failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory to ask the server")
                                   : vv_fetch_new(url, &fetch, err);
    if (!status)
        status = vv_fetch_post(fetch, path, &body, take, &came, err);
    if (!status) {
        *answer = yajl_tree_parse(came.data ? (const char *)came.data : "", NULL, 0);
        if (!*answer)
            status = vv_fail(err, VARVE_SYNTAX, "%s: its answer is no JSON", url);
    }
    vv_fetch_free(fetch);
    vv_buf_deinit(&text);
    vv_buf_deinit(&came);
    return status;
}

static void print_entry(yajl_val entry, const char *done, bool dry_run)
{
    const char *tag_path[] = {"tag", NULL}, *rows_path[] = {"rows", NULL};
    yajl_val tag = yajl_tree_get(entry, tag_path, yajl_t_string);
    yajl_val rows = yajl_tree_get(entry, rows_path, yajl_t_number);
    if (tag && rows)
        vv_edit_print(YAJL_GET_STRING(tag), strtoull(YAJL_GET_NUMBER(rows), NULL, 10), done,
                      dry_run);
}

vv_status vv_delete_server(const char *url, const struct vv_edit_request *request, vv_error *err)
{
    const char *path[] = {"deleted", NULL};
    yajl_val answer;
    vv_status status = ask(url, "/api/v1/history/delete", request, &answer, err);
    yajl_val list = status ? NULL : yajl_tree_get(answer, path, yajl_t_array);
    for (size_t i = 0; list && i < YAJL_GET_ARRAY(list)->len; i++)
        print_entry(YAJL_GET_ARRAY(list)->values[i], "deleted", request->dry_run);
    yajl_tree_free(answer);
    return status;
}

vv_status vv_correct_server(const char *url, const struct vv_edit_request *request, vv_error *err)
{
    yajl_val answer;
    vv_status status = ask(url, "/api/v1/history/correct", request, &answer, err);
    if (!status)
        print_entry(answer, "corrected", request->dry_run);
    yajl_tree_free(answer);
    return status;
}
