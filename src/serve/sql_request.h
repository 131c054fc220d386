/* sql_request.h: what POST /api/v1/sql is asked: {"sql":…,"params":[…],"limit":…,"format":…}.
 *
 * Threads: any; no state.
 */
#ifndef VV_SERVE_SQL_REQUEST_H
#define VV_SERVE_SQL_REQUEST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "history/sqlquery.h"

#define VV_SQL_ROWS     10000 /* where `limit` is missing */
#define VV_SQL_ROWS_MAX 1000000

struct vv_sql_request {
    struct vv_sqlquery_spec spec; /* text, parameters, rows_max; in the arena */
    bool csv;
};

/* SYNTAX for what is not such an object, BAD_VALUE for a key that there is not and a value that
 * does not fit, NO_MEMORY. Whole numbers are integers, true and false 1 and 0. */
vv_status vv_sql_request_read(const void *text, size_t len_bytes, struct vv_arena *arena,
                              struct vv_sql_request *request, vv_error *err);

#endif
