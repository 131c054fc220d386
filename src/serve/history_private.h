/* history_private.h: an answer of /api/v1/history while it is made, and the forms that it can have:
 * history_json.c, history_csv.c, history_jsonl.c, history_xlsx.c. */
#ifndef VV_SERVE_HISTORY_PRIVATE_H
#define VV_SERVE_HISTORY_PRIVATE_H

#include "base/json.h"
#include "history/query.h"
#include "serve/history_answer.h"

struct vv_history_answer {
    struct vv_history_source source;
    const struct vv_params *params;
    struct vv_arena *arena;
    const struct vv_history_format *format;
    struct vv_history_query_spec spec; /* but for the tag */
    struct vv_zone *own_zone;          /* to be freed; null: the plant's, or none */
    const char **names;                /* of the tags, in the arena */
    size_t count, capacity;
    size_t at; /* the tag whose turn it is */
    struct vv_history_query *query;
    bool started;
    struct vv_json json;
    void *state; /* the form's own, in the arena */
};

/* A form: the beginning and the end of the whole, of a series, and rows. */
struct vv_history_format {
    const char *name, *type;
    bool tells_errors; /* of one series, beside the others */
    /* Null: this build does not have the form. */
    vv_status (*begin)(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err);
    void (*series)(struct vv_history_answer *answer); /* may be null */
    /* A series that could not be opened; null unless tells_errors. */
    void (*no_series)(struct vv_history_answer *answer, const char *name, const vv_error *err);
    void (*rows)(struct vv_history_answer *answer, const struct vv_history_query_block *block,
                 struct vv_buf *out);
    /* With what is missing of it; `err` is null where all went well. */
    void (*series_end)(struct vv_history_answer *answer, struct vv_buf *out, const vv_error *err);
    /* A piece of the end: OK when there is more of it, END behind the last. */
    vv_status (*end)(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err);
    void (*close)(struct vv_history_answer *answer); /* may be null; also without a begin */
};

extern const struct vv_history_format vv_history_json;
extern const struct vv_history_format vv_history_csv;
extern const struct vv_history_format vv_history_jsonl;
extern const struct vv_history_format vv_history_xlsx;

#endif
