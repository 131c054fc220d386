/* ledger.h: the small, related tables: everything of the catalogue's kind VV_TABLE_LEDGER.
 *
 * Opening brings the database up to the catalogue: missing tables, indexes and columns are made,
 * each version recorded in vv_schema; nothing is ever dropped or changed, and a column of another
 * type than the catalogue's is an error that names it. All statements are made from the catalogue.
 *
 * Reading and writing happen in a transaction (vv_ledger_tx). A writing one holds the ledger's one
 * mutex from begin to end, so that writes and checkpoints never meet (SAFETY.md: SQLite's
 * write-ahead log may be damaged when they do); keep it short, and do nothing slow in it. A reading
 * one has a connection of its own, sees one state of the whole ledger from its first read to its
 * end, and neither waits for a writer nor keeps one waiting. One process at a time may write; a
 * second one may open it read_only.
 *
 * A committed transaction is on disk when vv_ledger_commit returns.
 *
 * Threads: a ledger may be used from any thread; a transaction and its cursors belong to the
 * thread that began it, and a thread has at most one writing transaction at a time (a second one
 * would wait for the first for ever).
 */
#ifndef VV_SQL_LEDGER_H
#define VV_SQL_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/row.h"

struct vv_ledger;
struct vv_ledger_tx;
struct vv_ledger_cursor;
struct vv_sql;

struct vv_ledger_options {
    const char *url; /* "sqlite:/var/lib/varve/ledger.db" */
    bool read_only;  /* no migration; UNSUPPORTED when the database is older than the catalogue */
};

/* LOCKED names the process that writes it; CONFLICT names a column that contradicts the catalogue;
 * UNSUPPORTED when a newer program made it. */
vv_status vv_ledger_open(const struct vv_ledger_options *options, struct vv_ledger **ledger,
                         vv_error *err);
/* All transactions must be over. Null is allowed. */
void vv_ledger_close(struct vv_ledger *ledger);
/* Moves the write-ahead log into the database; called by itself when the log has grown. */
vv_status vv_ledger_checkpoint(struct vv_ledger *ledger, vv_error *err);

vv_status vv_ledger_begin_read(struct vv_ledger *ledger, struct vv_ledger_tx **tx, vv_error *err);
vv_status vv_ledger_begin_write(struct vv_ledger *ledger, struct vv_ledger_tx **tx, vv_error *err);
/* Ends it; `*tx` is null afterwards whatever happens. After an error nothing of it was kept. */
vv_status vv_ledger_commit(struct vv_ledger_tx **tx, vv_error *err);
/* Ends it without keeping anything; the way to end a reading one. Null is allowed. */
void vv_ledger_rollback(struct vv_ledger_tx **tx);

/* Each checks the row first (vv_row_check) and its references: CONFLICT names the one that is
 * missing. After an error of one statement the transaction may go on; its earlier changes stand. */

/* Unset columns get their defaults; a key column that the database numbers is set in the row (in
 * its arena) unless it was given. EXISTS. */
vv_status vv_ledger_insert(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err);
/* The set columns of the row with that key. NOT_FOUND; CONFLICT also when a row would come to stand
 * below itself (TB_Objects.Parent, CalcId). */
vv_status vv_ledger_update(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err);
/* Adds the row, or, where its key is there, sets its set columns. */
vv_status vv_ledger_upsert(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err);
/* The row whose key columns are set in `row`. NOT_FOUND; CONFLICT names a row that still refers to
 * it. */
vv_status vv_ledger_delete(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err);

enum vv_filter_op {
    VV_FILTER_EQ,
    VV_FILTER_NE,
    VV_FILTER_LT,
    VV_FILTER_LE,
    VV_FILTER_GT,
    VV_FILTER_GE,
    VV_FILTER_NULL, /* the value is not used */
    VV_FILTER_NOT_NULL
};

/* column op value; a null value with EQ or NE means IS (NOT) NULL. */
struct vv_filter {
    const char *column;
    enum vv_filter_op op;
    struct vv_value value; /* borrowed while the call runs; for a cursor until it is closed */
};

#define VV_QUERY_ORDERS 3

/* Zero is all rows by key. */
struct vv_query {
    const struct vv_table *table;
    const struct vv_filter *filters; /* all of them must hold */
    size_t filter_count;
    struct {
        const char *column;
        bool descending;
    } order[VV_QUERY_ORDERS]; /* unused ones null; the key is added behind them */
    int64_t limit;            /* 0 for none */
    int64_t offset;
    const struct vv_value *after; /* only rows behind this key, its values in the key's order; null
                                     for all; borrowed as the filters are. Without an order. */
};

/* The row whose key columns are set in `row`: sets its other columns. NOT_FOUND. */
vv_status vv_ledger_get(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err);
/* How many rows the query has, limit and offset aside. */
vv_status vv_ledger_count(struct vv_ledger_tx *tx, const struct vv_query *query, int64_t *count,
                          vv_error *err);
/* BAD_NAME for a column that the table does not have: filters may come from outside. */
vv_status vv_ledger_select(struct vv_ledger_tx *tx, const struct vv_query *query,
                           struct vv_ledger_cursor **cursor, vv_error *err);
/* The next row, or END. The row belongs to the cursor; its texts are the database's and live until
 * the next call. */
vv_status vv_ledger_next(struct vv_ledger_cursor *cursor, const struct vv_row **row, vv_error *err);
/* Must be closed before its transaction ends. Null is allowed. */
void vv_ledger_cursor_close(struct vv_ledger_cursor *cursor);

/* Has the database check its pages, indexes and references, and tells each finding; `*damaged`
 * counts them. Waits for nobody and keeps nobody waiting. */
vv_status vv_ledger_check(struct vv_ledger *ledger, void (*report)(void *arg, const char *text),
                          void *arg, uint64_t *damaged, vv_error *err);

/* The ledger as it is at a moment, as a new database in the file `path`, synced; for backups. Waits
 * for nobody and keeps nobody waiting. UNSUPPORTED for a ledger that is no SQLite file. */
vv_status vv_ledger_copy(struct vv_ledger *ledger, const char *path, vv_error *err);

/* The URL that it was opened by; borrowed. */
const char *vv_ledger_url(const struct vv_ledger *ledger);
/* The transaction's own connection, for statements that are not made from the catalogue. Borrowed
 * until the transaction ends, which is not to be ended through it. */
struct vv_sql *vv_ledger_tx_sql(struct vv_ledger_tx *tx);
/* The schema version that the database has. */
int64_t vv_ledger_version(const struct vv_ledger *ledger);

#endif
