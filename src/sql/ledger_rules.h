/* ledger_rules.h: what the ledger demands of rows beyond their own columns: references, trees, rows
 * that are the system's own. ledger_rows.c calls these before it changes anything.
 *
 * Each error is CONFLICT and names the row, the column and the other row.
 *
 * Threads: as the transaction.
 */
#ifndef VV_SQL_LEDGER_RULES_H
#define VV_SQL_LEDGER_RULES_H

#include "sql/ledger_private.h"

/* Every row that this one refers to must be there. */
vv_status vv_rule_references(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err);
/* The row may not come to stand below itself. Only a change can close such a ring, since a new row
 * has nobody below it. */
vv_status vv_rule_rings(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err);
/* Points and branches hang on branches, documents on templates; a row with others below it keeps
 * its Type. With `there` the row is in the table already and unset columns are as they are. */
vv_status vv_rule_parent(struct vv_ledger_tx *tx, const struct vv_row *row, bool there,
                         vv_error *err);
/* No row of any table may refer to this one. */
vv_status vv_rule_unreferenced(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err);
/* Columns of a reserved row that are fixed keep their values. */
vv_status vv_rule_fixed(const struct vv_row *row, vv_error *err);
/* Neither a reserved row nor one of a table whose rows are kept may be deleted. */
vv_status vv_rule_deletable(const struct vv_row *row, vv_error *err);

#endif
