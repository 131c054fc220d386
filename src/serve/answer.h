/* answer.h: what a request is answered with: a whole body, or a flow that is made piece by piece.
 *
 * Threads: an answer belongs to whoever has its request: a worker, or the event thread.
 */
#ifndef VV_SERVE_ANSWER_H
#define VV_SERVE_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct vv_batch;
struct vv_request;

/* Pieces are about this long; a flow holds one at a time. */
#define VV_FLOW_BYTES (128u * 1024u)
/* Answers under way at a time that are made in pieces. */
#define VV_FLOWS_MAX 256

/* How the pieces of a long answer are made. The functions run on workers, one at a time. */
struct vv_flow_kind {
    /* Adds to `out`, up to about VV_FLOW_BYTES. OK: there is more; END: that was all; anything
     * else cuts the answer off, so that the client sees that it is not whole. */
    vv_status (*more)(void *state, struct vv_buf *out, vv_error *err);
    /* Gives back what should not be held while the client reads; may be null. */
    void (*pause)(void *state);
    void (*end)(void *state);
};

struct vv_answer {
    int http_status;             /* 0: not answered yet */
    const char *type;            /* Content-Type; static */
    const char *allow;           /* Allow, or null */
    const char *etag, *location; /* of a row; null: none; live as long as the request */
    int retry_after_s;           /* 0: not said */
    struct vv_buf body;
    size_t sent; /* of the body, while it is a flow's piece */

    const struct vv_flow_kind *flow; /* null: the body is all */
    void *state;
    bool flow_ended, flow_failed;
};

/* {"error":{"code","message","field","row"}}; `field` may be null, row 0 is none. What was there of
 * a body is dropped. */
void vv_answer_error(struct vv_request *request, const vv_error *err, const char *field,
                     uint32_t row);
/* The refusals of a batch: {"error":…,"LIST":[{"PLACE":3,"reason":…}],"count":250}. `stored` is
 * what was stored in spite of them; with `partial` it is no error, and the answer is 200. */
void vv_answer_refusals(struct vv_request *request, const struct vv_batch *batch, const char *list,
                        const char *place, bool partial, size_t stored);
/* 200 with application/json: the body is to be written. */
struct vv_buf *vv_answer_json(struct vv_request *request);
/* Makes the answer a flow, which owns `state` from here on, also when BUSY is returned. */
vv_status vv_answer_flow(struct vv_request *request, const char *type,
                         const struct vv_flow_kind *flow, void *state, vv_error *err);
/* Makes the next piece of a flow; on a worker. OK, also at the end, or why it cannot go on. */
vv_status vv_answer_flow_fill(struct vv_request *request, vv_error *err);
/* Frees what it holds. */
void vv_answer_deinit(struct vv_request *request);

#endif
