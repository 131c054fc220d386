/* table.h: CSV as a table for people: columns aligned, numbers to the right.
 *
 * Widths follow the first rows; a later cell that is wider pushes the rest of its row. Characters
 * are counted, control characters are shown as a blank, so that no text can steer a terminal.
 *
 * Threads: any; no state.
 */
#ifndef VV_APP_TABLE_H
#define VV_APP_TABLE_H

#include <stdio.h>

#include "base/error.h"

/* Reads CSV (comma, a header first) from where `csv` stands to its end; in memory that does not
 * grow with it. */
vv_status vv_table_print(FILE *csv, FILE *out, vv_error *err);

#endif
