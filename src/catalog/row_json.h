/* row_json.h: rows in JSON, by yajl and base/json.h.
 *
 * A row is an object whose keys are the column names. Integers, doubles and Booleans are JSON's
 * own; a time is a number of ms (read also: RFC 3339 text); bytes are base64 text. Secret columns
 * are left out on the way out and refused on the way in.
 *
 * Threads: no state.
 */
#ifndef VV_CATALOG_ROW_JSON_H
#define VV_CATALOG_ROW_JSON_H

#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "catalog/row.h"

/* One object with every column that is set, in the catalogue's order. Missing memory shows in
 * json->out->failed. */
void vv_row_write_json(const struct vv_row *row, struct vv_json *json);

/* Called for each row in turn; what it returns, if not OK, ends the reading and is its answer. The
 * row is the reader's and used again for the next; its texts live as long as the arena. */
typedef vv_status vv_row_sink(void *arg, struct vv_row *row, vv_error *err);

/* Reads one object, or an array of them, of `table`. The rows are set, not yet checked, and
 * numbered from 1. SYNTAX with the byte for text that is no JSON, BAD_NAME for an unknown, repeated
 * or secret column, BAD_TYPE, LIMIT for nesting beyond the row itself (so no depth can be reached
 * that matters), NO_MEMORY. */
vv_status vv_rows_read_json(const struct vv_table *table, const char *text, size_t len_bytes,
                            struct vv_arena *arena, vv_row_sink *sink, void *arg, vv_error *err);

#endif
