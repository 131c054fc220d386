/* sqlquery_private.h: what sqlpool.c (connections) and sqlquery.c (queries) share. */
#ifndef VV_HISTORY_SQLQUERY_PRIVATE_H
#define VV_HISTORY_SQLQUERY_PRIVATE_H

#include <sqlite3.h>

#include "base/thread.h"
#include "history/sqlguard.h"
#include "history/sqlquery.h"
#include "sql/sqlite_heap.h"

struct vv_sqltables;

/* One connection; used by one query at a time. */
struct vv_sqlpool_connection {
    sqlite3 *db;
    struct vv_sqltables *tables; /* null without histories; belongs to `db` */
    struct vv_sqlguard guard;
    struct vv_sqlite_heap heap;
    struct vv_sqlquery *query;          /* the one that uses it; null while idle */
    struct vv_sqlpool_connection *next; /* among the idle ones */
};

struct vv_sqlpool {
    struct vv_sqlpool_options options;
    char *path;            /* of the ledger's database */
    struct vv_mutex mutex; /* guards what follows */
    struct vv_sqlpool_connection *idle;
    uint32_t open; /* connections that queries use */
};

/* An idle connection or a new one, brought up to the partitions that there are. TOO_MANY. */
vv_status vv_sqlpool_take(struct vv_sqlpool *pool, struct vv_sqlpool_connection **connection,
                          vv_error *err);
/* Gives it back; with `spoilt` it is closed instead of being kept. */
void vv_sqlpool_give(struct vv_sqlpool *pool, struct vv_sqlpool_connection *connection,
                     bool spoilt);
/* Called by SQLite while a statement of the connection runs; not 0 ends it. */
int vv_sqlquery_progress(void *connection);
/* The same, asked by tables inside of their own long steps. */
bool vv_sqlquery_is_over(void *connection);

#endif
