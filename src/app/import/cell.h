/* cell.h: what the cells of a column are, and a cell as a value.
 *
 * A column of integers is Integer, of decimals (or both) Double, of true and false Boolean, else
 * String: judged over all its cells. Blanks around numbers and words do not count. NaN and inf are
 * decimals without a value.
 *
 * Threads: any; plain data.
 */
#ifndef VV_APP_IMPORT_CELL_H
#define VV_APP_IMPORT_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "history/datum.h"

struct vv_import_clock;

/* What was seen of a column. Zero: nothing. */
struct vv_import_judge {
    uint64_t integers, decimals, booleans, texts;
    uint64_t text_line; /* of the first text */
    char text[32];      /* the beginning of it */
};

/* `decimal` is '.' or ','; 0 takes both. */
void vv_import_judge_cell(struct vv_import_judge *judge, const char *text, size_t len_bytes,
                          char decimal, uint64_t line);
/* NONE when it had no cells. */
enum vv_tag_type vv_import_judge_type(const struct vv_import_judge *judge);

/* The cell as a value of that type, text borrowed: Integer takes whole decimals, Boolean also 0 and
 * 1, DateTime what the clock takes, String everything (without the ' that vv_csv_text gave it). NaN
 * and inf become null. BAD_TYPE says what it is not. */
vv_status vv_import_cell_value(const char *text, size_t len_bytes, char decimal,
                               enum vv_tag_type type, struct vv_import_clock *clock,
                               struct vv_datum *value, vv_error *err);

#endif
