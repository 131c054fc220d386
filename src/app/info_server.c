#include "app/info_server.h"

#include <stdio.h>
#include <yajl/yajl_tree.h>

#include "app/fetch.h"
#include "base/csv.h"

#include "base/banned.h"

/* The text of a member as it came, number or string; "" when it is not there. */
static const char *text_of(yajl_val object, const char *name)
{
    const char *const path[] = {name, NULL};
    yajl_val value = yajl_tree_get(object, (const char **)path, yajl_t_any);
    if (YAJL_IS_STRING(value))
        return YAJL_GET_STRING(value);
    return YAJL_IS_NUMBER(value) ? YAJL_GET_NUMBER(value) : "";
}

static size_t count_of(yajl_val list)
{
    return YAJL_IS_ARRAY(list) ? YAJL_GET_ARRAY(list)->len : 0;
}

static yajl_val list_of(yajl_val root, const char *name)
{
    const char *const path[] = {name, NULL};
    return yajl_tree_get(root, (const char **)path, yajl_t_array);
}

static void print_table(const char *url, yajl_val root)
{
    yajl_val histories = list_of(root, "histories"), devices = list_of(root, "connections");
    printf("%s: varve %s, node %s: %s\n", url, text_of(root, "version"), text_of(root, "node"),
           text_of(root, "status"));
    for (size_t i = 0; i < count_of(histories); i++) {
        yajl_val h = YAJL_GET_ARRAY(histories)->values[i];
        const char *trouble = text_of(h, "trouble");
        printf("history %s: %s%s%s\n", text_of(h, "name"), text_of(h, "status"),
               trouble[0] ? ": " : "", trouble);
        printf("  series          %14s\n  rows            %14s\n  bytes           %14s\n"
               "  damaged pieces  %14s\n",
               text_of(h, "series"), text_of(h, "rows"), text_of(h, "bytes"),
               text_of(h, "damaged"));
    }
    for (size_t i = 0; i < count_of(devices); i++) {
        yajl_val d = YAJL_GET_ARRAY(devices)->values[i];
        const char *last_error = text_of(d, "last_error");
        printf("device %s on %s: %s, %s points, %s polls, %s failures%s%s\n", text_of(d, "device"),
               text_of(d, "connection"), text_of(d, "state"), text_of(d, "points"),
               text_of(d, "polls"), text_of(d, "failures"), last_error[0] ? ": " : "", last_error);
    }
}

static vv_status print_csv(yajl_val root, vv_error *err)
{
    yajl_val histories = list_of(root, "histories");
    struct vv_buf text = {0};
    vv_buf_text(&text, "history,status,series,rows,bytes,damaged\n");
    for (size_t i = 0; i < count_of(histories); i++) {
        yajl_val h = YAJL_GET_ARRAY(histories)->values[i];
        vv_csv_word(&text, text_of(h, "name"));
        vv_buf_format(&text, ",%s,%s,%s,%s,%s\n", text_of(h, "status"), text_of(h, "series"),
                      text_of(h, "rows"), text_of(h, "bytes"), text_of(h, "damaged"));
    }
    bool failed = text.failed;
    if (!failed)
        fputs((const char *)text.data, stdout);
    vv_buf_deinit(&text);
    return failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory for the answer") : VARVE_OK;
}

static vv_status print(const char *url, const char *body, enum vv_output output, vv_error *err)
{
    char reason[200] = "";
    yajl_val root = yajl_tree_parse(body, reason, sizeof reason);
    if (!YAJL_IS_OBJECT(root)) {
        yajl_tree_free(root);
        return vv_fail(err, VARVE_SYNTAX,
                       "%s: its /health is no JSON object: is it a Varve server?", url);
    }
    vv_status status = VARVE_OK;
    if (output == VV_OUTPUT_JSON)
        printf("%s\n", body);
    else if (output == VV_OUTPUT_CSV)
        status = print_csv(root, err);
    else
        print_table(url, root);
    yajl_tree_free(root);
    return status;
}

static vv_status take(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct vv_buf *body = arg;
    vv_buf_add(body, data, len_bytes);
    if (body->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
    return VARVE_OK;
}

vv_status vv_info_server(const char *url, enum vv_output output, vv_error *err)
{
    struct vv_buf body = {0};
    struct vv_fetch *fetch;
    vv_status status = vv_fetch_new(url, &fetch, err);
    if (status)
        return status;
    status = vv_fetch_get(fetch, "/health", take, &body, err);
    /* It answers 503 with its whole text when it is not well. */
    if (status && vv_fetch_http(fetch) == 503)
        status = print(url, vv_fetch_refusal(fetch), output, err);
    else if (!status)
        status = print(url, body.data ? (const char *)body.data : "", output, err);
    vv_fetch_free(fetch);
    vv_buf_deinit(&body);
    return status;
}
