/* sql.h: one interface to every SQL database.
 *
 * A database is opened by its URL (`sqlite:path`); what stands before the colon names the driver,
 * one row of vv_sql_drivers. A statement is prepared once and used again; parameters and columns
 * are vv_values (catalog/value.h), so that no caller knows a database's own types.
 *
 * Errors: EXISTS for a unique key that is there already, CONFLICT for another constraint (a
 * reference, NOT NULL), BUSY for a lock that did not come free in time, NO_SPACE, CORRUPT,
 * READ_ONLY, IO, NO_MEMORY, CANCELLED after vv_sql_interrupt, else DATABASE; err->native keeps the
 * database's own code, the message its own text.
 *
 * Threads: a connection and its statements belong to one thread at a time; only vv_sql_interrupt
 * may be called from another. Calls block until the database has answered.
 */
#ifndef VV_SQL_SQL_H
#define VV_SQL_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/ddl.h"
#include "catalog/value.h"

struct sqlite3;
struct vv_sql;           /* a connection */
struct vv_sql_statement; /* a prepared statement of one */

struct vv_sql_options {
    bool read_only;  /* nothing can be changed by this connection */
    bool apart;      /* with read_only, for a process that only reads: it does not write either what
                        the database keeps beside its file for those who share it */
    bool create;     /* a database that is missing is made */
    bool one_writer; /* keeps other processes from opening it likewise: LOCKED names the first */
    int32_t busy_wait_ms; /* how long to wait for another's lock; 0 takes 5,000 */
};

/* BAD_VALUE for a URL without a known driver (its message lists those of this build), NOT_FOUND. */
vv_status vv_sql_open(const char *url, const struct vv_sql_options *options, struct vv_sql **sql,
                      vv_error *err);
/* All its statements must be finalized. Null is allowed. */
void vv_sql_close(struct vv_sql *sql);
const struct vv_dialect *vv_sql_dialect(const struct vv_sql *sql);

/* One statement of `len_bytes` bytes; parameters are written as the dialect writes them. */
vv_status vv_sql_prepare(struct vv_sql *sql, const char *text, size_t len_bytes,
                         struct vv_sql_statement **statement, vv_error *err);
void vv_sql_finalize(struct vv_sql_statement *statement);
/* Parameter `nth`, from 1, of a column of `type`. Text and bytes are borrowed until the next reset:
 * they are not copied. An unset value binds null. */
vv_status vv_sql_bind(struct vv_sql_statement *statement, unsigned nth, enum vv_column_type type,
                      const struct vv_value *value, vv_error *err);
/* OK: a row is there. END: no more (or a statement without rows is done). */
vv_status vv_sql_step(struct vv_sql_statement *statement, vv_error *err);
/* Ready to be bound and stepped again; parameters become null. */
void vv_sql_reset(struct vv_sql_statement *statement);
unsigned vv_sql_column_count(const struct vv_sql_statement *statement);
/* Borrowed until the statement is finalized. */
const char *vv_sql_column_name(const struct vv_sql_statement *statement, unsigned column);
/* The value of column number `column` (from 0) as the database has it; text and bytes are borrowed
 * until the next step or reset. NO_MEMORY. */
vv_status vv_sql_column(struct vv_sql_statement *statement, unsigned column, struct vv_value *value,
                        vv_error *err);

/* One or more statements without parameters and without rows. */
vv_status vv_sql_exec(struct vv_sql *sql, const char *text, vv_error *err);
/* A transaction that is to write takes its lock at once. */
vv_status vv_sql_begin(struct vv_sql *sql, bool write, vv_error *err);
/* After a failed commit the transaction is rolled back. */
vv_status vv_sql_commit(struct vv_sql *sql, vv_error *err);
/* Never fails in a way that a caller could act on: the database forgets the transaction. */
void vv_sql_rollback(struct vv_sql *sql);
/* Rows that the last INSERT, UPDATE or DELETE changed, and the number that the last INSERT gave to
 * a column that the database numbers. */
int64_t vv_sql_changes(const struct vv_sql *sql);
int64_t vv_sql_last_id(const struct vv_sql *sql);
/* Makes the running statement end with CANCELLED. From any thread, while the connection is open. */
void vv_sql_interrupt(struct vv_sql *sql);
/* SQLite's own handle, for what only SQLite has (an authorizer); null for another database. It
 * belongs to the connection's thread, and what was set on it must be taken back. */
struct sqlite3 *vv_sql_sqlite_handle(const struct vv_sql *sql);
/* Pages that wait for a checkpoint; 0 where the database sees to it itself. */
int64_t vv_sql_pending_pages(const struct vv_sql *sql);
/* Moves what the database keeps beside its files (a write-ahead log) into them. Goes as far as
 * readers let it; with `truncate` it waits for them and gives the room back, or answers BUSY. Never
 * while another connection writes: the caller sees to that. Does nothing where a database does so
 * itself. */
vv_status vv_sql_checkpoint(struct vv_sql *sql, bool truncate, vv_error *err);

/* Whether the table has an index of that name. */
vv_status vv_sql_has_index(struct vv_sql *sql, const char *table, const char *index, bool *has,
                           vv_error *err);

/* One column of a table that the database has, told to vv_sql_describe's caller. */
struct vv_sql_column_info {
    const char *name;
    const char *type; /* as declared, spelled as the dialect spells it */
    bool not_null;
    bool key;
};
/* Calls `each` for every column of the table, in order; none when there is no such table. */
vv_status vv_sql_describe(struct vv_sql *sql, const char *table,
                          vv_status (*each)(void *arg, const struct vv_sql_column_info *column,
                                            vv_error *err),
                          void *arg, vv_error *err);

#endif
