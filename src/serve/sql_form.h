/* sql_form.h: the rows of a query as JSON and as CSV, for HTTP and for the command line.
 *
 *     {"columns":[{"name":"Id","type":"integer"}],"rows":[[1],[2]],"more":false,"elapsed_ms":3}
 *
 * Blobs are base64 texts. A whole number is one in JSON too, beyond 2^53 as well.
 *
 * Threads: any; no state.
 */
#ifndef VV_SERVE_SQL_FORM_H
#define VV_SERVE_SQL_FORM_H

#include <stdbool.h>

#include "base/error.h"
#include "base/json.h"
#include "catalog/value.h"

struct vv_sql_head {
    size_t count;
    const char *const *names;
    const char *const *types;
};

/* How it ended. */
struct vv_sql_end {
    bool more; /* rows are left out because of the limit */
    int64_t elapsed_ms;
    const vv_error *err; /* null: well */
};

/* Up to the first row; one row; what follows the last. */
void vv_sql_json_begin(struct vv_json *json, const struct vv_sql_head *head);
void vv_sql_json_row(struct vv_json *json, const struct vv_value *row, size_t count);
void vv_sql_json_end(struct vv_json *json, const struct vv_sql_end *end);

/* The names of the columns; one row. Null is an empty cell. */
void vv_sql_csv_begin(struct vv_buf *out, const struct vv_sql_head *head);
void vv_sql_csv_row(struct vv_buf *out, const struct vv_value *row, size_t count);
/* "# more rows…" or "# error: …" where there is one. */
void vv_sql_csv_end(struct vv_buf *out, const struct vv_sql_end *end);

#endif
