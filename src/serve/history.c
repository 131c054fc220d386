/* history.c: GET and POST /api/v1/history: the answer flows while the client takes what was made
 * before. */
#include "serve/history_answer.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"

#include "base/banned.h"

static vv_status more(void *state, struct vv_buf *out, vv_error *err)
{
    return vv_history_answer_more(state, out, err);
}

static void pause_answer(void *state)
{
    vv_history_answer_pause(state);
}

static void end(void *state)
{
    vv_history_answer_close(state);
}

void vv_handle_history(struct vv_request *request)
{
    static const struct vv_flow_kind flow = {.more = more, .pause = pause_answer, .end = end};
    const struct vv_history_source source = {.set = request->server->options.set,
                                             .zone = request->server->options.zone};
    struct vv_history_answer *answer;
    vv_error err;
    vv_status status =
        vv_history_answer_new(&source, &request->params, &request->arena, &answer, &err);

    if (!status)
        status = vv_answer_flow(request, vv_history_answer_type(answer), &flow, answer, &err);
    if (status)
        vv_answer_error(request, &err, NULL, 0);
}
