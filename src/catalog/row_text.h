/* row_text.h: one cell of a row as text: in a query, in a path, in CSV.
 *
 * Integers in digits; doubles in the shortest form that reads back to the same bits; Booleans
 * `true` and `false` (read also: 1 and 0); times as RFC 3339 in UTC with ms (read also: a date, ms
 * since 1970); bytes in base64. Null has no text: what stands for it is the caller's to say.
 *
 * Threads: no state.
 */
#ifndef VV_CATALOG_ROW_TEXT_H
#define VV_CATALOG_ROW_TEXT_H

#include <stddef.h>

#include "base/error.h"
#include "catalog/row.h"

struct vv_buf;

/* Sets column number `index` from text; what is made for it lives in the row's arena. BAD_VALUE,
 * BAD_TIME or BAD_TYPE name row and column; ranges and lengths wait for vv_row_check. */
vv_status vv_row_set_from_text(struct vv_row *row, int index, const char *text, size_t len_bytes,
                               vv_error *err);
/* Adds the value's text; nothing for null and unset. */
void vv_value_write_text(const struct vv_column *column, const struct vv_value *value,
                         struct vv_buf *out);

#endif
