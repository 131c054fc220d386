/* table_rows.h: rows that came in a body, read whole before any of them is stored.
 *
 * Threads: belong to one request. Ownership: all in the arena.
 */
#ifndef VV_SERVE_TABLE_ROWS_H
#define VV_SERVE_TABLE_ROWS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "catalog/row.h"

struct vv_table_rows {
    const struct vv_table *table;
    struct vv_arena *arena; /* borrowed */
    struct vv_row *list;    /* `number` of each: its place in JSON, its line in CSV */
    size_t count, capacity;
};

/* One object, or an array of them. Errors as vv_rows_read_json; LIMIT beyond VV_TABLE_ROWS_MAX. */
vv_status vv_table_rows_read_json(struct vv_table_rows *rows, const char *text, size_t len_bytes,
                                  vv_error *err);
/* CSV with the columns' names in its first line, in any order. An empty cell is null, or, where the
 * column may not be null, left out; `""` is the empty text. SYNTAX, BAD_NAME with the nearest
 * column, BAD_VALUE… name the line. */
vv_status vv_table_rows_read_csv(struct vv_table_rows *rows, const char *text, size_t len_bytes,
                                 vv_error *err);

struct vv_buf;

/* CSV: the line of names, and that of one row, as vv_table_rows_read_csv reads them; without secret
 * columns. */
void vv_table_csv_names(const struct vv_table *table, struct vv_buf *out);
void vv_table_csv_row(const struct vv_row *row, struct vv_buf *out);

#endif
