/* sqlguard.h: what the SQL of a user may do with a SQLite connection.
 *
 * An allow-list: reading the catalogue's tables, the tables over strata, JSON and the schema, with
 * functions that neither touch a file nor run long in one step. Columns that hold secrets read as
 * null. Everything else is refused by name when the statement is prepared: ATTACH, PRAGMA but for
 * those that describe tables, extensions, transactions, temporary tables, and, unless `write`,
 * every change. With `write` rows of ledger tables may be changed, but not the journal, the
 * schema's own records, and secrets; tables that have secrets take no new rows.
 *
 * Threads: as the connection: one at a time.
 */
#ifndef VV_HISTORY_SQLGUARD_H
#define VV_HISTORY_SQLGUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct sqlite3;

/* Init by {.write = …}. */
struct vv_sqlguard {
    bool write;
    char refused[160]; /* what was refused last, as a user would name it; the caller clears it */
};

/* The authorizer alone. `guard` is borrowed until the connection is closed or vv_sqlguard_lift. */
void vv_sqlguard_set(struct sqlite3 *db, struct vv_sqlguard *guard);
void vv_sqlguard_lift(struct sqlite3 *db);

/* Before a statement is prepared: DENIED for USING and NATURAL together with a table that has
 * secrets. SQLite asks the authorizer about every column that a statement names, but not about
 * those that it compares for USING. */
vv_status vv_sqlguard_check_text(const char *text, size_t len_bytes, vv_error *err);

/* Makes a connection that was opened for a user's statements tight: settings, limits on sizes and
 * numbers, no modules but JSON, and functions that take linear time in place of SQLite's that do
 * not. Before tables over strata are attached and before vv_sqlguard_set. DATABASE, NO_MEMORY. */
vv_status vv_sqlguard_tighten(struct sqlite3 *db, vv_error *err);

#endif
