/* params.h: the parameters of a request: of its query string, of a form, or of a JSON object.
 *
 * Threads: a list belongs to one thread at a time. Ownership: names and values live in the arena.
 */
#ifndef VV_SERVE_PARAMS_H
#define VV_SERVE_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define VV_PARAMS_MAX 20000

struct vv_param {
    const char *name;
    const char *value; /* well-formed UTF-8 without NUL */
};

/* Init by {.arena = …}. In the order of the request. */
struct vv_params {
    struct vv_arena *arena;
    struct vv_param *list;
    size_t count, capacity;
};

/* Adds those of `a=b&c=d` with percent escapes and + for a blank. SYNTAX for a broken escape, a NUL
 * or bytes that are not UTF-8; LIMIT beyond VV_PARAMS_MAX; NO_MEMORY. */
vv_status vv_params_add_query(struct vv_params *params, const char *text, size_t len_bytes,
                              vv_error *err);
/* Adds those of {"tag":["a","b"],"from":0,"bounds":true}: each a text, number, Boolean or an array
 * of them. SYNTAX, LIMIT, NO_MEMORY. */
vv_status vv_params_add_json(struct vv_params *params, const char *text, size_t len_bytes,
                             vv_error *err);

/* The first of that name; null when there is none. */
const char *vv_params_get(const struct vv_params *params, const char *name);
/* From index *at on (start with 0), the next of that name; null behind the last. */
const char *vv_params_next(const struct vv_params *params, const char *name, size_t *at);
/* A whole number; `fallback` when it is missing. BAD_VALUE names the parameter and its limits. */
vv_status vv_params_integer(const struct vv_params *params, const char *name, int64_t fallback,
                            int64_t least, int64_t most, int64_t *value, vv_error *err);
/* A time as users write it (base/time.h); `fallback_ms` when it is missing. */
vv_status vv_params_time(const struct vv_params *params, const char *name, int64_t fallback_ms,
                         int64_t now_ms, int64_t *time_ms, vv_error *err);
/* 1, true, yes, on or nothing behind the =; 0, false, no, off; false when it is missing. */
vv_status vv_params_flag(const struct vv_params *params, const char *name, bool *flag,
                         vv_error *err);

#endif
