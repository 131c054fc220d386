/* history_answer.h: the answer of /api/v1/history, made piece by piece: for HTTP, and for the
 * commands that read a directory themselves, so that both give the same bytes.
 *
 * Threads: an answer belongs to one thread at a time. Ownership: it lives in the arena, and borrows
 * source and parameters; close it before they go.
 */
#ifndef VV_SERVE_HISTORY_ANSWER_H
#define VV_SERVE_HISTORY_ANSWER_H

#include "base/buf.h"
#include "history/history.h"
#include "serve/params.h"

struct vv_history_answer;
struct vv_zone;

struct vv_history_source {
    struct vv_history_set *set;
    struct vv_zone *zone; /* the plant's; null: UTC */
};

/* Reads the parameters (docs/http.md) and finds the tags. What is wrong with them is refused here,
 * in JSON with several tags only what is wrong with all of them. */
vv_status vv_history_answer_new(const struct vv_history_source *source,
                                const struct vv_params *params, struct vv_arena *arena,
                                struct vv_history_answer **answer, vv_error *err);
/* Its Content-Type; static. */
const char *vv_history_answer_type(const struct vv_history_answer *answer);
/* Adds the next piece, perhaps nothing: OK; END behind the last, which may add too. */
vv_status vv_history_answer_more(struct vv_history_answer *answer, struct vv_buf *out,
                                 vv_error *err);
/* Gives back what it holds of the store until the next piece. */
void vv_history_answer_pause(struct vv_history_answer *answer);
/* Null is allowed. */
void vv_history_answer_close(struct vv_history_answer *answer);

#endif
