/* vtab.h: SQL tables over native strata.
 *
 * Attached to a SQLite connection, every documented stratum is a table of its documented name and
 * columns: `ScadaTagHistory` over all histories, and each partition that has rows by its own name
 * (`ScadaTagHistory_1_day_20241105`). Besides: `varve_tables`, `varve_agg(…)`. They are eponymous
 * virtual tables: nothing is written in the database, and a real table of the same name hides one.
 *
 *     vv_sqltables_attach(db, set, &tables, &err);
 *     vv_sqltables_refresh(tables, &err);          before each prepare
 *
 * They only read, and are marked innocuous: trusted_schema off and defensive mode let them pass. A
 * statement sees each history as it was when the statement first read from it. Rows come block by
 * block; only the columns that the statement names are decoded. Bytes that are damaged end the
 * statement with SQLITE_CORRUPT and the file's name.
 *
 * Another table is a row of vv_table_sources (vtab_source.h).
 *
 * Threads: as the connection: one at a time. The set is shared with everyone.
 */
#ifndef VV_HISTORY_VTAB_H
#define VV_HISTORY_VTAB_H

#include <stdbool.h>

#include "base/error.h"

struct sqlite3;
struct vv_history_set;
struct vv_sqltables;

/* Registers the tables. The set is borrowed and must outlive the connection or the detaching.
 * `*tables` belongs to the connection: it is freed when that is closed, or by a detach. */
vv_status vv_sqltables_attach(struct sqlite3 *db, struct vv_history_set *set,
                              struct vv_sqltables **tables, vv_error *err);
/* Takes the tables from the connection, which stays open. No statement may be prepared with them.
 * Null is allowed. */
void vv_sqltables_detach(struct vv_sqltables *tables);
/* `stop` is asked now and then inside of long steps, where SQLite itself does not look; true ends
 * the statement with SQLITE_INTERRUPT. Null takes it away. */
void vv_sqltables_stop(struct vv_sqltables *tables, bool (*stop)(void *arg), void *arg);
/* For a set that is a picture of a moment, of a store that another process writes: `follow` is
 * asked between statements, and by follow_now with `now`, for the set to read from on; the one
 * before it is closed then if it is another. `end` is called with `arg` when the tables are freed.
 */
void vv_sqltables_follow(struct vv_sqltables *tables,
                         vv_status (*follow)(void *arg, bool now, struct vv_history_set **set,
                                             vv_error *err),
                         void (*end)(void *arg), void *arg);
/* Follows and refreshes at once. BUSY while a statement reads from the tables. */
vv_status vv_sqltables_follow_now(struct vv_sqltables *tables, vv_error *err);
/* Partitions that came or went since. Compares a number of each history when there was nothing. */
vv_status vv_sqltables_refresh(struct vv_sqltables *tables, vv_error *err);

#endif
