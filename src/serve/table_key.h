/* table_key.h: the key of a row in a path: /api/v1/tables/TB_Strings/2,102.
 *
 * Its parts in the key's order, joined by commas; in each, every byte but letters, digits and
 * `- . _ ~ :` is a percent escape. Values are as in catalog/row_text.h. The key `schema`, which is
 * a path of its own, is written `%73chema`.
 *
 * Threads: no state.
 */
#ifndef VV_SERVE_TABLE_KEY_H
#define VV_SERVE_TABLE_KEY_H

#include <stddef.h>

#include "base/error.h"
#include "catalog/row.h"

struct vv_buf;

/* Adds the row's key. */
void vv_table_key_write(const struct vv_row *row, struct vv_buf *out);
/* Sets the row's key columns. SYNTAX for a broken escape; BAD_VALUE when there are more or fewer
 * parts than key columns, or one is no value of its column; DENIED where the key is secret. */
vv_status vv_table_key_read(struct vv_row *row, const char *text, size_t len_bytes, vv_error *err);
/* Whether a column of the table's key is secret: its rows cannot be told by key. */
bool vv_table_key_is_secret(const struct vv_table *table);

#endif
