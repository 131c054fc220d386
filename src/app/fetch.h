/* fetch.h: asking a running server, for commands with -s URL.
 *
 *     vv_fetch_new("http://127.0.0.1:8080", &fetch, &err);
 *     vv_fetch_get(fetch, "/api/v1/history?tag=a", take, arg, &err);
 *     vv_fetch_post(fetch, "/write?precision=ms", &body, take, arg, &err);
 *
 * Bodies are streamed both ways, in memory that does not grow with them. A refusal of the server is
 * told as an error of ours: its code and message. By libcurl, which is optional: without it
 * vv_fetch_new is UNSUPPORTED.
 *
 * Threads: a handle belongs to one thread. Connections are kept from call to call. A call blocks
 * until the answer is whole; it ends with TIMEOUT when the server says nothing for 60 s.
 */
#ifndef VV_APP_FETCH_H
#define VV_APP_FETCH_H

#include "base/buf.h"
#include "base/error.h"

struct vv_fetch;

/* A piece of the answer. Its error ends the call and is the call's answer. */
typedef vv_status (*vv_fetch_take)(void *arg, const void *data, size_t len_bytes, vv_error *err);

/* What is sent: `len_bytes` at `data`; or, where that is null, what `give` makes (as
 * vv_csv_source does: *got 0 is the end), in chunks. */
struct vv_fetch_body {
    const char *content_type;
    const void *data;
    size_t len_bytes;
    vv_status (*give)(void *arg, void *to, size_t room, size_t *got, vv_error *err);
    void *give_arg;
};

/* `url` is copied. BAD_VALUE when it is not http or https. */
vv_status vv_fetch_new(const char *url, struct vv_fetch **fetch, vv_error *err);
void vv_fetch_free(struct vv_fetch *fetch);

/* `path` begins with / and may have a query. `take` gets the bodies of answers with HTTP status 2xx
 * only; null: they are thrown away. NETWORK when nobody answers or the answer is cut off; else
 * the status that the server's error names. */
vv_status vv_fetch_get(struct vv_fetch *fetch, const char *path, vv_fetch_take take, void *arg,
                       vv_error *err);
vv_status vv_fetch_post(struct vv_fetch *fetch, const char *path, const struct vv_fetch_body *body,
                        vv_fetch_take take, void *arg, vv_error *err);
/* The HTTP status of the last answer, 0 where there was none. */
int vv_fetch_http(const struct vv_fetch *fetch);
/* What came with the last refusal, at most 64 KiB of it; "" where there was none. */
const char *vv_fetch_refusal(const struct vv_fetch *fetch);

/* Adds "name=value" to a query, after ? or &, escaped. A null value adds nothing. */
void vv_fetch_query(struct vv_buf *path, const char *name, const char *value);

#endif
