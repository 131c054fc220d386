/* table_change.h: rows of a ledger table created, changed and deleted, each with its entry in the
 * journal, in the transaction of the caller.
 *
 * A row's mark (ETag) is a hash of what can be seen of it: whoever gives the mark of what he read
 * changes nothing that somebody else has changed in between.
 *
 * Threads: as the transaction.
 */
#ifndef VV_SERVE_TABLE_CHANGE_H
#define VV_SERVE_TABLE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/row.h"
#include "serve/table_rows.h"

struct vv_ledger_tx;
struct vv_tag_rename;

/* A quoted mark and a NUL. */
#define VV_TABLE_MARK_BYTES 20

struct vv_table_change {
    struct vv_ledger_tx *tx;      /* borrowed, writing */
    struct vv_tag_rename *rename; /* of TB_Objects: the points' tags; else null */
    const char *origin;           /* for the journal: where the change comes from */
    const char *if_match;         /* "*", or marks by commas; null: whatever the row is by now */
    bool parts;                   /* a deletion takes along the rows that are only about this one */
};

struct vv_table_counts {
    size_t created, changed, same;
    int64_t bad_row; /* number of the row that was refused; 0: none, or not one alone */
};

/* The mark of a row as "\"0123456789abcdef\"". NO_MEMORY. */
vv_status vv_table_mark(const struct vv_row *row, char *mark, vv_error *err);

/* Creates the rows; with `upsert`, those whose key is there already are changed. Rows may refer to
 * others that stand behind them. What vv_ledger_insert and vv_ledger_update give. After an error
 * the transaction is to be rolled back. */
vv_status vv_table_create(const struct vv_table_change *change, struct vv_table_rows *rows,
                          bool upsert, struct vv_table_counts *counts, vv_error *err);
/* Sets the set columns of the row with that key; `now` is the whole row afterwards. NOT_FOUND;
 * CHANGED when it is not what if_match says; else as above. */
vv_status vv_table_update(const struct vv_table_change *change, const struct vv_row *row,
                          struct vv_row *now, vv_error *err);
/* Deletes the row with that key. NOT_FOUND, CHANGED, CONFLICT. */
vv_status vv_table_delete(const struct vv_table_change *change, const struct vv_row *row,
                          vv_error *err);

/* table_order.c: the rows with those that refer to others of the same request behind them; the list
 * is theirs or in their arena, and shares their values. CONFLICT for a ring. */
vv_status vv_table_rows_order(const struct vv_table_rows *rows, struct vv_row **ordered,
                              vv_error *err);

#endif
