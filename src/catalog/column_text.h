/* column_text.h: what a column is, in words: for the reference page and for comments in DDL.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_COLUMN_TEXT_H
#define VV_CATALOG_COLUMN_TEXT_H

#include <stddef.h>

struct vv_buf;
struct vv_column;
struct vv_table;

/* Its documentation, choices, unit, range and reference, in one line of Markdown. */
void vv_column_describe(struct vv_buf *out, const struct vv_column *column);
/* How many columns from `index` on are the same but for the number in their names. */
size_t vv_column_run(const struct vv_table *table, size_t index);

#endif
