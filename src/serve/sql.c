/* sql.c: POST /api/v1/sql: one statement over ledger and strata, its rows streamed. */
#include "base/time.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/sql_form.h"
#include "serve/sql_request.h"

#include "base/banned.h"

/* Rows between two looks at how long the piece is. */
#define ROWS_AT_ONCE 64

struct sql_answer {
    struct vv_request *request;
    struct vv_sql_request asked;
    struct vv_sqlquery *query;
    struct vv_sql_head head;
    struct vv_json json;
    int64_t begun_ms;
    bool started;
    bool sent; /* a piece went to the client: an error can only stand behind it */
};

static bool should_stop(void *arg)
{
    const struct sql_answer *answer = arg;

    return atomic_load(&answer->request->server->cutting) || vv_request_is_left(answer->request);
}

static vv_status read_head(struct sql_answer *answer, vv_error *err)
{
    struct vv_arena *arena = &answer->request->arena;
    const size_t count = vv_sqlquery_columns(answer->query);
    const char **names = vv_arena_alloc(arena, count * sizeof *names);
    const char **types = vv_arena_alloc(arena, count * sizeof *types);

    if (!names || !types)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
    for (size_t i = 0; i < count; i++) {
        names[i] = vv_sqlquery_name(answer->query, i);
        types[i] = vv_sqlquery_type(answer->query, i);
    }
    answer->head = (struct vv_sql_head){count, names, types};
    return VARVE_OK;
}

static void begin(struct sql_answer *answer, struct vv_buf *out)
{
    answer->started = true;
    if (answer->asked.csv) {
        vv_sql_csv_begin(out, &answer->head);
        return;
    }
    vv_json_init(&answer->json, out);
    vv_sql_json_begin(&answer->json, &answer->head);
}

static void finish(struct sql_answer *answer, struct vv_buf *out, const vv_error *err)
{
    const struct vv_sql_end end = {.more = vv_sqlquery_has_more(answer->query),
                                   .elapsed_ms = vv_monotonic_ms() - answer->begun_ms,
                                   .err = err};

    if (answer->asked.csv)
        vv_sql_csv_end(out, &end);
    else
        vv_sql_json_end(&answer->json, &end);
}

static vv_status more(void *state, struct vv_buf *out, vv_error *err)
{
    struct sql_answer *answer = state;
    const struct vv_value *row;
    vv_status status = VARVE_OK;

    if (!answer->started)
        begin(answer, out);
    for (int i = 0; i < ROWS_AT_ONCE && out->len < VV_FLOW_BYTES; i++) {
        status = vv_sqlquery_next(answer->query, &row, err);
        if (status)
            break;
        if (answer->asked.csv)
            vv_sql_csv_row(out, row, answer->head.count);
        else
            vv_sql_json_row(&answer->json, row, answer->head.count);
    }
    if (status == VARVE_OK || (status != VARVE_END && !answer->sent))
        return status;
    finish(answer, out, status == VARVE_END ? NULL : err);
    /* CSV has no place for an error that a program would look at: it is also cut off. */
    return answer->asked.csv ? status : VARVE_END;
}

static void pause_query(void *state)
{
    struct sql_answer *answer = state;

    answer->sent = true;
    vv_sqlquery_pause(answer->query);
}

static void end(void *state)
{
    struct sql_answer *answer = state;

    vv_sqlquery_close(answer->query);
}

void vv_handle_sql(struct vv_request *request)
{
    static const struct vv_flow_kind flow = {.more = more, .pause = pause_query, .end = end};
    struct sql_answer *answer = vv_arena_zero(&request->arena, sizeof *answer);
    vv_error err;
    vv_status status = answer ? vv_request_unpack(request, &err)
                              : vv_fail(&err, VARVE_NO_MEMORY, "not enough memory for the answer");

    if (!status) {
        answer->request = request;
        answer->begun_ms = vv_monotonic_ms();
        status = vv_sql_request_read(request->body.len > 0 ? (const char *)request->body.data : "",
                                     request->body.len, &request->arena, &answer->asked, &err);
    }
    if (!status && !request->server->queries)
        status = vv_fail(&err, VARVE_UNSUPPORTED, "this server has no ledger");
    if (!status) {
        answer->asked.spec.stop = should_stop;
        answer->asked.spec.stop_arg = answer;
        status =
            vv_sqlquery_open(request->server->queries, &answer->asked.spec, &answer->query, &err);
    }
    if (!status) {
        status = read_head(answer, &err);
        if (status)
            end(answer);
    }
    if (!status)
        status = vv_answer_flow(request,
                                answer->asked.csv ? "text/csv; charset=utf-8" : "application/json",
                                &flow, answer, &err);
    if (status)
        vv_answer_error(request, &err, NULL, 0);
}
