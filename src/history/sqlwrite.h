/* sqlwrite.h: changes of the ledger by SQL, by hand, for `varve sql --write`.
 *
 * For repairs that no other command makes: the statements get past the ledger's own checks of
 * values and of references that are 0 for none. What the database itself checks holds: types, keys,
 * foreign keys. What the journal says of it are the statements themselves.
 *
 * Threads: one at a time.
 */
#ifndef VV_HISTORY_SQLWRITE_H
#define VV_HISTORY_SQLWRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vv_ledger;

struct vv_sqlwrite_result {
    uint64_t statements;
    int64_t rows; /* inserted, updated, deleted */
};

/* Runs all statements of the text (INSERT, UPDATE, DELETE and SELECT, whose rows nobody sees) in
 * one transaction: all of it or, after an error, nothing is kept. `origin` is for the journal. The
 * ledger must be open for writing. SYNTAX, DENIED for what may not be changed (sqlguard.h),
 * EXISTS, CONFLICT, UNSUPPORTED for a ledger that is not in SQLite, and what a commit gives. */
vv_status vv_sqlwrite_run(struct vv_ledger *ledger, const char *text, size_t len_bytes,
                          const char *origin, struct vv_sqlwrite_result *result, vv_error *err);

#endif
