#include "app/backup_server.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_tree.h>

#include "app/fetch.h"
#include "app/progress.h"
#include "base/json.h"

#include "base/banned.h"

#define ASK_EVERY_MS 500

struct asking {
    struct vv_fetch *fetch;
    struct vv_progress progress;
    struct vv_buf answer;
    yajl_val state; /* the answer */
};

static vv_status take(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct vv_buf *answer = arg;
    vv_buf_add(answer, data, len_bytes);
    return answer->failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory for the answer") : VARVE_OK;
}

static yajl_val member(yajl_val object, const char *name, yajl_type type)
{
    const char *path[] = {name, NULL};
    return yajl_tree_get(object, path, type);
}

static const char *text_of(yajl_val object, const char *name)
{
    yajl_val value = member(object, name, yajl_t_string);
    return value ? YAJL_GET_STRING(value) : "";
}

static uint64_t number_of(yajl_val object, const char *name)
{
    yajl_val value = member(object, name, yajl_t_number);
    return value ? strtoull(YAJL_GET_NUMBER(value), NULL, 10) : 0;
}

/* The answer that has come, as the state. */
static vv_status read_state(struct asking *a, vv_error *err)
{
    yajl_tree_free(a->state);
    a->state = yajl_tree_parse(a->answer.data ? (const char *)a->answer.data : "", NULL, 0);
    return a->state ? VARVE_OK : vv_fail(err, VARVE_SYNTAX, "the server's answer is no JSON");
}

static vv_status ask(struct asking *a, vv_error *err)
{
    vv_buf_reset(&a->answer);
    vv_status status = vv_fetch_get(a->fetch, "/api/v1/backup", take, &a->answer, err);
    return status ? status : read_state(a, err);
}

static vv_status begin(struct asking *a, const char *name, bool copy, vv_error *err)
{
    struct vv_buf text = {0};
    struct vv_json json;
    vv_json_init(&json, &text);
    vv_json_object(&json);
    vv_json_key(&json, "directory");
    vv_json_text(&json, name);
    vv_json_key(&json, "copy");
    vv_json_bool(&json, copy);
    vv_json_end_object(&json);
    const struct vv_fetch_body body = {
        .content_type = "application/json", .data = text.data, .len_bytes = text.len};
    vv_status status =
        text.failed ? vv_fail(err, VARVE_NO_MEMORY, "no memory to ask for a backup")
                    : vv_fetch_post(a->fetch, "/api/v1/backup", &body, take, &a->answer, err);
    vv_buf_deinit(&text);
    return status ? status : read_state(a, err);
}

static void cancel(struct asking *a)
{
    const struct vv_fetch_body nothing = {
        .content_type = "application/json", .data = "{}", .len_bytes = 2};
    vv_fetch_post(a->fetch, "/api/v1/backup/cancel", &nothing, NULL, NULL, NULL);
}

/* Until it is over. A signal is passed on once; then the server tells that it gave up. */
static vv_status follow(struct asking *a, vv_error *err)
{
    bool cancelled = false;
    vv_status status = VARVE_OK;
    while (!status && strcmp(text_of(a->state, "state"), "running") == 0) {
        vv_progress_show(&a->progress, text_of(a->state, "step"), number_of(a->state, "bytes_done"),
                         number_of(a->state, "bytes"), VV_PROGRESS_BYTES);
        if (vv_progress_stopped() && !cancelled) {
            cancel(a);
            cancelled = true;
        }
        poll(NULL, 0, ASK_EVERY_MS);
        status = ask(a, err);
    }
    return status;
}

static vv_status tell_failure(yajl_val state, vv_error *err)
{
    yajl_val error = member(state, "error", yajl_t_object);
    bool cancelled = strcmp(text_of(error, "code"), "cancelled") == 0;
    return vv_fail(err, cancelled ? VARVE_CANCELLED : VARVE_IO, "%s", text_of(error, "message"));
}

static void print_done(yajl_val state)
{
    yajl_val histories = member(state, "histories", yajl_t_array);
    char bytes[16];
    vv_progress_bytes(number_of(state, "bytes"), bytes);
    printf("backup %s: %" PRIu64 " files, %s\n", text_of(state, "directory"),
           number_of(state, "files"), bytes);
    for (size_t i = 0; histories && i < YAJL_GET_ARRAY(histories)->len; i++) {
        yajl_val h = YAJL_GET_ARRAY(histories)->values[i];
        printf("history %s: %" PRIu64 " rows, up to batch %" PRIu64 "\n", text_of(h, "name"),
               number_of(h, "rows"), number_of(h, "sequence"));
    }
    printf("%" PRIu64 " files linked, %" PRIu64 " copied; verified\n", number_of(state, "linked"),
           number_of(state, "copied"));
}

vv_status vv_backup_server(const char *url, const char *name, bool copy, vv_error *err)
{
    struct asking a = {0};
    vv_status status = vv_fetch_new(url, &a.fetch, err);
    if (status)
        return status;
    vv_progress_begin(&a.progress, "varve backup");
    status = begin(&a, name, copy, err);
    if (!status)
        status = follow(&a, err);
    vv_progress_end(&a.progress);
    if (!status && strcmp(text_of(a.state, "state"), "done") == 0)
        print_done(a.state);
    else if (!status)
        status = tell_failure(a.state, err);
    yajl_tree_free(a.state);
    vv_buf_deinit(&a.answer);
    vv_fetch_free(a.fetch);
    return status;
}
