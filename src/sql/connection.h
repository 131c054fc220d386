/* connection.h: a connection of the ledger with the statements that it has prepared.
 *
 * A statement is found again by its text and used again; the least used of many are given up.
 *
 * Threads: one at a time, as the connection itself.
 */
#ifndef VV_SQL_CONNECTION_H
#define VV_SQL_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "sql/sql.h"

struct vv_prepared {
    struct vv_sql_statement *statement;
    struct vv_prepared *next; /* used before this one */
    bool in_use;
    size_t len_bytes;
    char *text;
};

struct vv_connection {
    struct vv_sql *sql;
    struct vv_prepared *prepared; /* last used first */
    struct vv_buf text;           /* where the next statement's text is built */
    struct vv_connection *next;   /* among the ledger's idle ones */
};

/* Null without memory, with `sql` closed. */
vv_status vv_connection_new(const char *url, const struct vv_sql_options *options,
                            struct vv_connection **connection, vv_error *err);
void vv_connection_free(struct vv_connection *connection);

/* The statement of connection->text, reset; given back by vv_connection_release. */
vv_status vv_connection_take(struct vv_connection *connection, struct vv_prepared **prepared,
                             vv_error *err);
/* Null is allowed. */
void vv_connection_release(struct vv_connection *connection, struct vv_prepared *prepared);

#endif
