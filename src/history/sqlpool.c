#include <string.h>

#include "base/alloc.h"
#include "history/sqlquery_private.h"
#include "history/vtab.h"
#include "sql/ledger.h"

#include "base/banned.h"

/* Steps of SQLite's machine between two looks at the clock: some 5 µs. */
#define STEPS 256
/* The ledger's writer never blocks readers but for moments of recovery. */
#define BUSY_WAIT_MS 2000

vv_status vv_sqlpool_new(const struct vv_sqlpool_options *options, struct vv_sqlpool **pool,
                         vv_error *err)
{
    static const char scheme[] = "sqlite:";
    const char *url = vv_ledger_url(options->ledger);
    struct vv_sqlpool *p;

    *pool = NULL;
    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return vv_fail(err, VARVE_UNSUPPORTED, "%s: queries need a ledger in SQLite", url);
    p = vv_alloc_zero(sizeof *p);
    if (p)
        p->path = vv_strdup(url + sizeof scheme - 1);
    if (!p || !p->path) {
        vv_free(p);
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for queries");
    }
    p->options = *options;
    vv_mutex_init(&p->mutex);
    *pool = p;
    return VARVE_OK;
}

static void close_connection(struct vv_sqlpool_connection *connection)
{
    if (!connection)
        return;
    sqlite3_close_v2(connection->db);
    vv_free(connection);
}

void vv_sqlpool_free(struct vv_sqlpool *pool)
{
    if (!pool)
        return;
    while (pool->idle) {
        struct vv_sqlpool_connection *connection = pool->idle;
        pool->idle = connection->next;
        close_connection(connection);
    }
    vv_mutex_deinit(&pool->mutex);
    vv_free(pool->path);
    vv_free(pool);
}

static vv_status open_database(struct vv_sqlpool *pool, struct vv_sqlpool_connection *c,
                               vv_error *err)
{
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(pool->path, &c->db, flags, NULL);

    if (code != SQLITE_OK)
        return vv_fail(err, code == SQLITE_NOMEM ? VARVE_NO_MEMORY : VARVE_IO, "%s: %s", pool->path,
                       c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(code));
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, BUSY_WAIT_MS);
    vv_status status = vv_sqlguard_tighten(c->db, err);
    if (!status && pool->options.set)
        status = vv_sqltables_attach(c->db, pool->options.set, &c->tables, err);
    if (status)
        return status;
    if (c->tables)
        vv_sqltables_stop(c->tables, vv_sqlquery_is_over, c);
    vv_sqlguard_set(c->db, &c->guard);
    sqlite3_progress_handler(c->db, STEPS, vv_sqlquery_progress, c);
    return VARVE_OK;
}

static vv_status new_connection(struct vv_sqlpool *pool, struct vv_sqlpool_connection **connection,
                                vv_error *err)
{
    struct vv_sqlpool_connection *c = vv_alloc_zero(sizeof *c);

    if (!c)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for a query");
    c->heap.limit_bytes = pool->options.memory_bytes;
    struct vv_sqlite_heap *outer = vv_sqlite_heap_enter(&c->heap);
    vv_status status = open_database(pool, c, err);
    vv_sqlite_heap_enter(outer);
    if (status)
        close_connection(c);
    else
        *connection = c;
    return status;
}

static vv_status reserve(struct vv_sqlpool *pool, struct vv_sqlpool_connection **connection,
                         vv_error *err)
{
    const uint32_t most = pool->options.open_max;
    vv_status status = VARVE_OK;

    vv_mutex_lock(&pool->mutex);
    if (most > 0 && pool->open >= most) {
        status = vv_fail(err, VARVE_TOO_MANY, "%u queries are under way already: try again", most);
    } else {
        pool->open++;
        *connection = pool->idle;
        if (pool->idle)
            pool->idle = pool->idle->next;
    }
    vv_mutex_unlock(&pool->mutex);
    return status;
}

vv_status vv_sqlpool_take(struct vv_sqlpool *pool, struct vv_sqlpool_connection **connection,
                          vv_error *err)
{
    struct vv_sqlpool_connection *c = NULL;
    vv_status status = reserve(pool, &c, err);

    *connection = NULL;
    if (status)
        return status;
    if (!c)
        status = new_connection(pool, &c, err);
    else if (c->tables)
        status = vv_sqltables_refresh(c->tables, err);
    if (status)
        vv_sqlpool_give(pool, c, true);
    else
        *connection = c;
    return status;
}

void vv_sqlpool_give(struct vv_sqlpool *pool, struct vv_sqlpool_connection *connection, bool spoilt)
{
    if (spoilt)
        close_connection(connection);
    vv_mutex_lock(&pool->mutex);
    pool->open--;
    if (!spoilt) {
        connection->next = pool->idle;
        pool->idle = connection;
    }
    vv_mutex_unlock(&pool->mutex);
}
