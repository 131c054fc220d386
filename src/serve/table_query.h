/* table_query.h: the parameters of GET /api/v1/tables/{table} as a query of the ledger.
 *
 *     DevId=7&Name.ne=Spare&Time1.null=0&order=Name,-ObjId&limit=50&after=12&format=csv
 *
 * A filter is a column, or a column with a dot and one of eq ne lt le gt ge null; all of them must
 * hold. A column that has the name of a parameter is asked by `offset.eq=0`. Values are as in
 * catalog/row_text.h; of times also what users type (`now-2h`). Secret columns are neither filtered
 * nor ordered by: both would tell them bit by bit.
 *
 * Threads: belongs to one request.
 */
#ifndef VV_SERVE_TABLE_QUERY_H
#define VV_SERVE_TABLE_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "serve/params.h"
#include "sql/ledger.h"

#define VV_TABLE_LIMIT_DEFAULT 1000
#define VV_TABLE_ROWS_MAX      100000 /* of one answer, and of one request */
#define VV_TABLE_FILTERS_MAX   32

struct vv_table_query {
    struct vv_query query; /* its limit is the page's */
    struct vv_filter filters[VV_TABLE_FILTERS_MAX];
    bool csv;
    bool count; /* the answer tells how many rows there are in all */
    bool etags;
};

/* Reads all parameters; what is made for it lives in their arena. BAD_NAME for an unknown column
 * names the nearest; DENIED for a secret one; BAD_VALUE, BAD_TIME, LIMIT. `now_ms` is for times. */
vv_status vv_table_query_read(const struct vv_table *table, const struct vv_params *params,
                              int64_t now_ms, struct vv_table_query *query, vv_error *err);
/* The number of a column that outside text names: BAD_NAME with the nearest, DENIED for a secret
 * one. */
vv_status vv_table_column_read(const struct vv_table *table, const char *name, size_t len_bytes,
                               int *column, vv_error *err);

#endif
