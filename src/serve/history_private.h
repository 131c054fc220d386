/* history_private.h: an answer of /api/v1/history while it is made; history.c drives it,
 * history_json.c and history_csv.c write it. */
#ifndef VV_SERVE_HISTORY_PRIVATE_H
#define VV_SERVE_HISTORY_PRIVATE_H

#include "base/json.h"
#include "history/query.h"
#include "serve/request.h"

struct history_answer {
    struct vv_request *request;
    bool csv;
    struct vv_history_query_spec spec; /* but for the tag */
    struct vv_zone *own_zone;          /* to be freed; null: the plant's, or none */
    const char **names;                /* of the tags, in the request's arena */
    size_t count, capacity;
    size_t at; /* the tag whose turn it is */
    struct vv_history_query *query;
    bool started;
    struct vv_json json;
};

/* The beginning and the end of the whole, of a series, and rows. `err` of a series' end is null
 * where all went well. */
void vv_history_json_begin(struct history_answer *answer, struct vv_buf *out);
void vv_history_json_series(struct history_answer *answer);
void vv_history_json_rows(struct history_answer *answer,
                          const struct vv_history_query_block *block);
void vv_history_json_series_end(struct history_answer *answer, const vv_error *err);
/* A series that could not be opened. */
void vv_history_json_no_series(struct history_answer *answer, const char *name,
                               const vv_error *err);
void vv_history_json_end(struct history_answer *answer);

void vv_history_csv_begin(struct history_answer *answer, struct vv_buf *out);
void vv_history_csv_rows(struct history_answer *answer, const struct vv_history_query_block *block,
                         struct vv_buf *out);
/* What is missing, as lines that begin with #. */
void vv_history_csv_series_end(struct history_answer *answer, struct vv_buf *out);

#endif
