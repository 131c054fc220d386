#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_tree.h>

#include "app/fetch.h"
#include "app/import/run.h"
#include "app/import/sink.h"
#include "base/alloc.h"
#include "base/json.h"
#include "base/time.h"

#include "base/banned.h"

/* Of one request: small enough that live writes between two of them do not wait. */
#define REQUEST_SAMPLES 5000
#define RETRY_LEAST_MS  100
#define RETRY_MOST_MS   5000
#define RETRY_UNTIL_MS  120000

struct server_sink {
    struct vv_import_sink base;
    struct vv_fetch *fetch;
    struct vv_buf write_path, tags_path, body, answer;
    char *place, *directory;
    const char *history;
};

static vv_status take(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct vv_buf *answer = arg;
    vv_buf_add(answer, data, len_bytes);
    return answer->failed ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer")
                          : VARVE_OK;
}

static const char *text_of(const struct vv_buf *buf)
{
    return buf->data ? (const char *)buf->data : "";
}

static yajl_val member(yajl_val object, const char *name, yajl_type type)
{
    const char *path[] = {name, NULL};
    return yajl_tree_get(object, path, type);
}

/* ---- types ---- */

static enum vv_tag_type type_in(const struct server_sink *sink, yajl_val tags)
{
    for (size_t i = 0; YAJL_IS_ARRAY(tags) && i < tags->u.array.len; i++) {
        yajl_val type = member(tags->u.array.values[i], "type", yajl_t_string);
        yajl_val history = member(tags->u.array.values[i], "history", yajl_t_string);
        bool other = sink->history && history && strcmp(history->u.string, sink->history) != 0;
        if (type && !other)
            return vv_type_of_name(type->u.string, strlen(type->u.string));
    }
    return VV_TYPE_NONE;
}

static vv_status type_of(struct vv_import_sink *base, const char *name, size_t len_bytes,
                         enum vv_tag_type *type, vv_error *err)
{
    struct server_sink *sink = (struct server_sink *)base;
    (void)len_bytes; /* it is NUL-terminated */
    *type = VV_TYPE_NONE;
    vv_buf_reset(&sink->tags_path);
    vv_buf_reset(&sink->answer);
    vv_buf_text(&sink->tags_path, "/api/v1/tags");
    vv_fetch_query(&sink->tags_path, "match", name);
    if (sink->tags_path.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to ask for tags");
    vv_status status =
        vv_fetch_get(sink->fetch, text_of(&sink->tags_path), take, &sink->answer, err);
    if (status)
        return status;
    yajl_val root = yajl_tree_parse(text_of(&sink->answer), NULL, 0);
    *type = type_in(sink, member(root, "tags", yajl_t_array));
    yajl_tree_free(root);
    return VARVE_OK;
}

/* ---- writing ---- */

static void add_sample(struct vv_json *json, const struct vv_sample *sample)
{
    enum vv_tag_type type =
        sample->register_type != VV_TYPE_NONE ? sample->register_type : sample->value.type;
    /* The others are what JSON says they are. */
    bool say = type == VV_TYPE_INTEGER || type == VV_TYPE_DATETIME ||
               (type != VV_TYPE_NONE && sample->value.type == VV_TYPE_NONE);
    vv_json_object(json);
    vv_json_key(json, "tag");
    vv_json_text_len(json, sample->name, sample->name_len);
    vv_json_key(json, "time");
    vv_json_int(json, sample->time_ms);
    vv_json_key(json, "value");
    vv_datum_json(json, &sample->value);
    if (sample->quality != VV_QUALITY_GOOD) {
        vv_json_key(json, "quality");
        vv_json_int(json, sample->quality);
    }
    if (say) {
        vv_json_key(json, "type");
        vv_json_text(json, vv_type_name(type));
    }
    vv_json_end_object(json);
}

/* 204: all is stored; 200: {"rows":[{"row","reason"}],"count","stored"}. */
static void read_refusals(const struct server_sink *sink, size_t first, size_t count,
                          vv_import_refused refused, void *arg, size_t *stored)
{
    if (vv_fetch_http(sink->fetch) == 204) {
        *stored += count;
        return;
    }
    yajl_val root = yajl_tree_parse(text_of(&sink->answer), NULL, 0);
    yajl_val rows = member(root, "rows", yajl_t_array);
    yajl_val all = member(root, "count", yajl_t_number),
             kept = member(root, "stored", yajl_t_number);
    size_t listed = rows ? rows->u.array.len : 0;
    for (size_t i = 0; i < listed; i++) {
        yajl_val row = member(rows->u.array.values[i], "row", yajl_t_number);
        yajl_val reason = member(rows->u.array.values[i], "reason", yajl_t_string);
        if (YAJL_IS_INTEGER(row) && reason)
            refused(arg, first + (size_t)YAJL_GET_INTEGER(row) - 1, YAJL_GET_STRING(reason));
    }
    for (size_t i = listed; YAJL_IS_INTEGER(all) && i < (size_t)YAJL_GET_INTEGER(all); i++)
        refused(arg, first + count, NULL);
    if (YAJL_IS_INTEGER(kept))
        *stored += (size_t)YAJL_GET_INTEGER(kept);
    yajl_tree_free(root);
}

/* A server that is busy, or started anew, is asked again for a while. */
static vv_status post(struct server_sink *sink, vv_error *err)
{
    const struct vv_fetch_body body = {
        .content_type = "application/json", .data = sink->body.data, .len_bytes = sink->body.len};
    const int64_t until_ms = vv_monotonic_ms() + RETRY_UNTIL_MS;
    for (int64_t wait_ms = RETRY_LEAST_MS;; wait_ms *= 2) {
        vv_buf_reset(&sink->answer);
        vv_status status =
            vv_fetch_post(sink->fetch, text_of(&sink->write_path), &body, take, &sink->answer, err);
        if (!status || !varve_status_retry(status) || vv_import_interrupted() ||
            vv_monotonic_ms() + wait_ms > until_ms)
            return status;
        if (wait_ms > RETRY_MOST_MS)
            wait_ms = RETRY_MOST_MS;
        const struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000};
        nanosleep(&wait, NULL);
    }
}

static vv_status write_samples(struct vv_import_sink *base, const struct vv_sample *samples,
                               size_t count, vv_import_refused refused, void *arg, size_t *stored,
                               vv_error *err)
{
    struct server_sink *sink = (struct server_sink *)base;
    *stored = 0;
    for (size_t first = 0; first < count; first += REQUEST_SAMPLES) {
        size_t part = count - first < REQUEST_SAMPLES ? count - first : REQUEST_SAMPLES;
        struct vv_json json;
        vv_buf_reset(&sink->body);
        vv_json_init(&json, &sink->body);
        vv_json_array(&json);
        for (size_t i = 0; i < part; i++)
            add_sample(&json, &samples[first + i]);
        vv_json_end_array(&json);
        vv_status status = sink->body.failed
                               ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory to send samples")
                               : post(sink, err);
        if (status)
            return status;
        read_refusals(sink, first, part, refused, arg, stored);
    }
    return VARVE_OK;
}

/* An acknowledged request is as durable as the server's sync setting says. */
static vv_status sync_server(struct vv_import_sink *base, vv_error *err)
{
    (void)base;
    (void)err;
    return VARVE_OK;
}

static vv_status close_server(struct vv_import_sink *base, vv_error *err)
{
    struct server_sink *sink = (struct server_sink *)base;
    (void)err;
    vv_fetch_free(sink->fetch);
    vv_buf_deinit(&sink->write_path);
    vv_buf_deinit(&sink->tags_path);
    vv_buf_deinit(&sink->body);
    vv_buf_deinit(&sink->answer);
    vv_free(sink->place);
    vv_free(sink->directory);
    vv_free(sink);
    return VARVE_OK;
}

/* Where the user's programs keep what they have to know at the next start. */
static char *state_directory(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    struct vv_buf path = {0};
    if (state && state[0] == '/')
        vv_buf_format(&path, "%s/varve/imports", state);
    else if (home && home[0] == '/')
        vv_buf_format(&path, "%s/.local/state/varve/imports", home);
    else
        vv_buf_text(&path, "");
    return (char *)vv_buf_take(&path, NULL);
}

vv_status vv_import_sink_server(const char *url, const char *history, struct vv_import_sink **sink,
                                vv_error *err)
{
    static const struct vv_import_sink_kind kind = {type_of, write_samples, sync_server,
                                                    close_server};
    *sink = NULL;
    struct server_sink *made = vv_alloc_zero(sizeof *made);
    if (!made)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to ask %s", url);
    made->base.kind = &kind;
    made->history = history;
    made->base.place = made->place = vv_strdup(url);
    made->base.directory = made->directory = state_directory();
    vv_buf_text(&made->write_path, "/api/v1/samples?partial=1");
    vv_fetch_query(&made->write_path, "history", history);
    vv_status status = VARVE_OK;
    if (!made->place || !made->directory || made->write_path.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory to ask %s", url);
    if (!status)
        status = vv_fetch_new(url, &made->fetch, err);
    if (!status) /* nobody there is said before the file is read */
        status = vv_fetch_get(made->fetch, "/api/v1/tags?limit=1", NULL, NULL, err);
    if (status)
        close_server(&made->base, NULL);
    else
        *sink = &made->base;
    return status;
}
