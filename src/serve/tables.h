/* tables.h: what the handlers of /api/v1/tables share.
 *
 * Threads: as request.h.
 */
#ifndef VV_SERVE_TABLES_H
#define VV_SERVE_TABLES_H

#include "catalog/row.h"
#include "serve/table_access.h"

struct vv_request;

/* The table that the path names, of any kind. NOT_FOUND with the nearest name. */
vv_status vv_tables_named(struct vv_request *request, const struct vv_table **table, vv_error *err);
/* The same, a ledger table: BAD_VALUE for a stratum says where its rows are. */
vv_status vv_tables_ledger(struct vv_request *request, const struct vv_table **table,
                           vv_error *err);
/* A row of the table with the key that the path names. */
vv_status vv_tables_key(struct vv_request *request, const struct vv_table *table,
                        struct vv_row *row, vv_error *err);
/* 200 with the row and its mark. */
vv_status vv_tables_answer_row(struct vv_request *request, const struct vv_row *row, vv_error *err);

#endif
