/* row.h: one typed row of a catalogue table.
 *
 * A row has a value for each column, unset at first. Text and bytes given to it are copied into its
 * arena, which must outlive it. A column is named as in the catalogue; a name that the table does
 * not have is a fault of ours (assert) in the functions with a `column` text, and an error in those
 * that read outside input (row_json.h).
 *
 * Errors name table, row, column and reason: `TB_Objects, row 3, column "Type": 9 is none of 0, 1,
 * 2, 3, 4`.
 *
 * Threads: a row belongs to one thread at a time.
 */
#ifndef VV_CATALOG_ROW_H
#define VV_CATALOG_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/value.h"

struct vv_row {
    const struct vv_table *table;
    struct vv_arena *arena;  /* borrowed */
    struct vv_value *values; /* column_count of them, in the arena */
    int64_t number;          /* for messages: counted from 1, 0 where there is only one */
};

/* An empty row. NO_MEMORY. */
vv_status vv_row_init(struct vv_row *row, const struct vv_table *table, struct vv_arena *arena,
                      vv_error *err);
/* All columns unset again; the arena is not touched. */
void vv_row_clear(struct vv_row *row);

/* Sets column number `index`, turning the value into the column's type where nothing is lost: an
 * integer into a double column, 0 and 1 into a Boolean one. BAD_TYPE else; NO_MEMORY. Ranges and
 * lengths wait for vv_row_check. Text and bytes are copied. */
vv_status vv_row_set(struct vv_row *row, int index, const struct vv_value *value, vv_error *err);

/* The same without a copy: text and bytes are borrowed for as long as the row has them. */
vv_status vv_row_lend(struct vv_row *row, int index, const struct vv_value *value, vv_error *err);

/* By name. */
vv_status vv_row_set_int(struct vv_row *row, const char *column, int64_t v, vv_error *err);
vv_status vv_row_set_double(struct vv_row *row, const char *column, double v, vv_error *err);
vv_status vv_row_set_text(struct vv_row *row, const char *column, const char *text, vv_error *err);
vv_status vv_row_set_blob(struct vv_row *row, const char *column, const void *data,
                          size_t len_bytes, vv_error *err);
vv_status vv_row_set_null(struct vv_row *row, const char *column, vv_error *err);

/* Borrowed; valid as long as the row's arena, or until the cursor's next step. */
const struct vv_value *vv_row_get(const struct vv_row *row, const char *column);
/* True for null and unset. */
bool vv_row_is_null(const struct vv_row *row, const char *column);
/* `otherwise` where it is null or unset. Integer, Boolean and time columns. */
int64_t vv_row_get_int(const struct vv_row *row, const char *column, int64_t otherwise);
/* Any numeric column. */
double vv_row_get_double(const struct vv_row *row, const char *column, double otherwise);
/* Null where it is null or unset. NUL-terminated. */
const char *vv_row_get_text(const struct vv_row *row, const char *column);

/* Sets every unset column that has a default to it. NO_MEMORY. */
vv_status vv_row_fill_presets(struct vv_row *row, vv_error *err);

enum vv_row_check_kind {
    VV_ROW_WHOLE, /* for an insert: unset counts as null */
    VV_ROW_PART   /* for an update: unset columns are left out, but the key must be there */
};
/* Null, width, valid UTF-8, range and choices of every column. BAD_VALUE, or BAD_NAME for text that
 * is not valid UTF-8 or has a NUL in it. References are the ledger's to check. */
vv_status vv_row_check(const struct vv_row *row, enum vv_row_check_kind kind, vv_error *err);

/* Writes `table, row N, column "X": ` before the reason. For readers of rows of other forms. */
vv_status vv_row_fail(const struct vv_row *row, int index, vv_status status, vv_error *err,
                      const char *format, ...) VARVE_PRINTF(5, 6);

#endif
