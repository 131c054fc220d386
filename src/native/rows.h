/* rows.h: rows of one series in memory that grow, column by column.
 *
 * The working form between head, parts, merges and scans: all columns of a schema (or of a choice
 * of them), texts copied into its own memory.
 *
 * Threads: belongs to one thread at a time.
 */
#ifndef VV_NATIVE_ROWS_H
#define VV_NATIVE_ROWS_H

#include "base/arena.h"
#include "base/error.h"
#include "varve.h"

struct vv_rows;

/* `types` are copied. */
vv_status vv_rows_new(const enum varve_type *types, uint32_t column_count, struct vv_rows **rows,
                      vv_error *err);
void vv_rows_free(struct vv_rows *rows);
/* No rows; memory is kept. */
void vv_rows_reset(struct vv_rows *rows, uint32_t series);
/* Adds rows `begin` … `end`-1 of `from`, whose columns are this one's in the same order (fewer: the
 * missing ones are null). Texts are copied when `copy_text`, else borrowed for as long as they are
 * used. */
vv_status vv_rows_add(struct vv_rows *rows, const struct varve_rows *from, uint32_t begin,
                      uint32_t end, bool copy_text, vv_error *err);
uint32_t vv_rows_count(const struct vv_rows *rows);
/* The content as plain vectors, valid until the next change. */
void vv_rows_view(const struct vv_rows *rows, struct varve_rows *view);
/* A part of a view without copying: rows `begin` … `end`-1. Bitmaps are cut at multiples of 64
 * only, so `begin` must be one; `columns` holds column_count vectors for the result. */
void vv_rows_slice(const struct varve_rows *from, uint32_t begin, uint32_t end,
                   struct varve_vector *columns, struct varve_rows *slice);

/* Sorts by (time, sub) and keeps, of equal keys, the row that was added last. `newer` may give each
 * row's rank instead of its position (later rank wins); null: position. */
vv_status vv_rows_sort(struct vv_rows *rows, const uint64_t *newer, vv_error *err);

static inline bool vv_bit(const uint64_t *bitmap, uint32_t i)
{
    return !bitmap || (bitmap[i >> 6] >> (i & 63) & 1);
}

#endif
