/* sql_print.h: the rows of `varve sql` on standard output, as table, CSV or JSON.
 *
 * A table's widths are those of its first rows, which are kept until then; later rows are printed
 * as they come. On a terminal a long text is cut off, with … at its end. Characters that control a
 * terminal are shown as escapes: what is stored cannot act.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_SQL_PRINT_H
#define VV_APP_SQL_PRINT_H

#include "app/command.h"
#include "serve/sql_form.h"

struct vv_sql_print;

/* `terminal`: texts are cut. Null without memory. */
struct vv_sql_print *vv_sql_print_new(enum vv_output output, bool terminal);
void vv_sql_print_free(struct vv_sql_print *print);

/* In this order: once, for each row, once. IO when standard output takes no more. */
vv_status vv_sql_print_begin(struct vv_sql_print *print, const struct vv_sql_head *head,
                             vv_error *err);
vv_status vv_sql_print_row(struct vv_sql_print *print, const struct vv_value *row, vv_error *err);
vv_status vv_sql_print_end(struct vv_sql_print *print, const struct vv_sql_end *end, vv_error *err);

#endif
