/* statement.h: the text of statements over a catalogue table, in any dialect.
 *
 * Columns are given by their numbers. Parameters are numbered in the order told at each function.
 *
 * Threads: any; no state.
 */
#ifndef VV_SQL_STATEMENT_H
#define VV_SQL_STATEMENT_H

#include <stddef.h>

#include "base/error.h"
#include "catalog/ddl.h"
#include "sql/ledger.h"

struct vv_buf;

/* Parameters: the columns. Without any, a row of nothing but defaults. */
void vv_statement_insert(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const int *columns, size_t count);
/* Parameters: the columns, then the key. */
void vv_statement_update(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const int *columns, size_t count);
/* Parameters: the key. */
void vv_statement_delete(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table);
/* All columns of the row with a key. Parameters: the key. */
void vv_statement_get(const struct vv_dialect *dialect, struct vv_buf *sql,
                      const struct vv_table *table);
/* One row, if there is any row with that value. Parameter: the value. */
void vv_statement_exists(const struct vv_dialect *dialect, struct vv_buf *sql, const char *table,
                         const char *column);
/* All columns of the query's rows, in the catalogue's order; or how many there are. Parameters: the
 * filters' values, of those that vv_filter_has_value, then vv_statement_after's. BAD_NAME for an
 * unknown column. */
vv_status vv_statement_select(const struct vv_dialect *dialect, struct vv_buf *sql,
                              const struct vv_query *query, vv_error *err);
vv_status vv_statement_count(const struct vv_dialect *dialect, struct vv_buf *sql,
                             const struct vv_query *query, vv_error *err);
/* How many parameters the query's `after` takes, and which key column the nth of them (from 0) is.
 */
unsigned vv_statement_after_count(const struct vv_table *table);
int vv_statement_after(const struct vv_table *table, unsigned nth);
/* Whether the filter takes a parameter: IS NULL does not. */
bool vv_filter_has_value(const struct vv_filter *filter);

#endif
