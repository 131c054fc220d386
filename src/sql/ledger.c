#include "sql/ledger_private.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/logger.h"

#include "base/banned.h"

/* Reading connections kept open for the next reader. */
#define IDLE_MOST 8
/* Pages in the write-ahead log (4 KiB each) at which a commit moves them into the database. */
#define CHECKPOINT_PAGES 1000

static vv_status open_reader(struct vv_ledger *ledger, struct vv_connection **connection,
                             vv_error *err)
{
    struct vv_sql_options options = {.read_only = true, .apart = ledger->read_only};
    return vv_connection_new(ledger->url, &options, connection, err);
}

static vv_status open_writing(struct vv_ledger *ledger, vv_error *err)
{
    struct vv_sql_options options = {.create = true, .one_writer = true};
    vv_status status = vv_connection_new(ledger->url, &options, &ledger->writer, err);

    if (status == VARVE_OK)
        status = vv_ledger_migrate(ledger, err);
    return status;
}

static vv_status open_reading(struct vv_ledger *ledger, vv_error *err)
{
    struct vv_ledger_tx *tx;
    vv_status status = vv_ledger_begin_read(ledger, &tx, err);

    if (status != VARVE_OK)
        return status;
    status = vv_ledger_read_version(tx, &ledger->version, err);
    if (status == VARVE_OK && ledger->version != VV_CATALOG_VERSION) {
        status = vv_fail(err, VARVE_UNSUPPORTED,
                         "%s: its tables are of version %" PRId64 ", this program's of %d; the "
                         "newer one must open it for writing once",
                         ledger->url, ledger->version, VV_CATALOG_VERSION);
    }
    vv_ledger_rollback(&tx);
    return status;
}

vv_status vv_ledger_open(const struct vv_ledger_options *options, struct vv_ledger **ledger,
                         vv_error *err)
{
    struct vv_ledger *l = vv_alloc_zero(sizeof *l);
    vv_status status;

    *ledger = NULL;
    if (l == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the ledger");
    vv_mutex_init(&l->write_lock);
    vv_mutex_init(&l->idle_lock);
    l->read_only = options->read_only;
    l->url = vv_strdup(options->url);
    if (l->url == NULL)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to open the ledger");
    else
        status = l->read_only ? open_reading(l, err) : open_writing(l, err);
    if (status != VARVE_OK)
        vv_ledger_close(l);
    else
        *ledger = l;
    return status;
}

void vv_ledger_close(struct vv_ledger *ledger)
{
    vv_error err;

    if (ledger == NULL)
        return;
    while (ledger->idle != NULL) {
        struct vv_connection *connection = ledger->idle;
        ledger->idle = connection->next;
        vv_connection_free(connection);
    }
    if (ledger->writer != NULL && vv_sql_checkpoint(ledger->writer->sql, true, &err) != VARVE_OK)
        vv_log_error("ledger", &err, "the write-ahead log stays as it is");
    vv_connection_free(ledger->writer);
    vv_mutex_deinit(&ledger->write_lock);
    vv_mutex_deinit(&ledger->idle_lock);
    vv_free(ledger->url);
    vv_free(ledger);
}

vv_status vv_ledger_checkpoint(struct vv_ledger *ledger, vv_error *err)
{
    vv_status status;

    if (ledger->read_only)
        return vv_fail(err, VARVE_READ_ONLY, "%s: opened for reading only", ledger->url);
    vv_mutex_lock(&ledger->write_lock);
    status = vv_sql_checkpoint(ledger->writer->sql, false, err);
    vv_mutex_unlock(&ledger->write_lock);
    return status;
}

int64_t vv_ledger_version(const struct vv_ledger *ledger)
{
    return ledger->version;
}

const char *vv_ledger_url(const struct vv_ledger *ledger)
{
    return ledger->url;
}

struct vv_sql *vv_ledger_tx_sql(struct vv_ledger_tx *tx)
{
    return tx->connection->sql;
}

/* An idle reading connection, or a new one. */
static vv_status take_reader(struct vv_ledger *ledger, struct vv_connection **connection,
                             vv_error *err)
{
    vv_mutex_lock(&ledger->idle_lock);
    *connection = ledger->idle;
    if (*connection != NULL) {
        ledger->idle = (*connection)->next;
        ledger->idle_count--;
    }
    vv_mutex_unlock(&ledger->idle_lock);
    return *connection != NULL ? VARVE_OK : open_reader(ledger, connection, err);
}

static void give_reader(struct vv_ledger *ledger, struct vv_connection *connection)
{
    bool keep;

    vv_mutex_lock(&ledger->idle_lock);
    keep = ledger->idle_count < IDLE_MOST;
    if (keep) {
        connection->next = ledger->idle;
        ledger->idle = connection;
        ledger->idle_count++;
    }
    vv_mutex_unlock(&ledger->idle_lock);
    if (!keep)
        vv_connection_free(connection);
}

/* Frees the transaction and what it holds; the database has ended it already. */
static void end(struct vv_ledger_tx *tx)
{
    if (tx->write)
        vv_mutex_unlock(&tx->ledger->write_lock);
    else if (tx->connection != NULL)
        give_reader(tx->ledger, tx->connection);
    vv_free(tx);
}

static vv_status begin(struct vv_ledger *ledger, bool write, struct vv_ledger_tx **tx,
                       vv_error *err)
{
    struct vv_ledger_tx *t = vv_alloc_zero(sizeof *t);
    vv_status status = VARVE_OK;

    *tx = NULL;
    if (t == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a transaction");
    t->ledger = ledger;
    t->write = write;
    if (write) {
        vv_mutex_lock(&ledger->write_lock);
        t->connection = ledger->writer;
    } else {
        status = take_reader(ledger, &t->connection, err);
    }
    if (status == VARVE_OK)
        status = vv_sql_begin(t->connection->sql, write, err);
    if (status != VARVE_OK)
        end(t);
    else
        *tx = t;
    return status;
}

vv_status vv_ledger_begin_read(struct vv_ledger *ledger, struct vv_ledger_tx **tx, vv_error *err)
{
    return begin(ledger, false, tx, err);
}

vv_status vv_ledger_begin_write(struct vv_ledger *ledger, struct vv_ledger_tx **tx, vv_error *err)
{
    if (ledger->read_only) {
        *tx = NULL;
        return vv_fail(err, VARVE_READ_ONLY, "%s: opened for reading only", ledger->url);
    }
    return begin(ledger, true, tx, err);
}

/* Under the write lock, right after a commit: no write can be under way. A failure harms nothing
 * that is stored, and the next commit tries again. */
static void checkpoint_when_due(struct vv_connection *writer)
{
    vv_error err;

    if (vv_sql_pending_pages(writer->sql) < CHECKPOINT_PAGES)
        return;
    if (vv_sql_checkpoint(writer->sql, false, &err) != VARVE_OK)
        vv_log_error("ledger", &err, "checkpoint");
}

vv_status vv_ledger_commit(struct vv_ledger_tx **tx, vv_error *err)
{
    struct vv_ledger_tx *t = *tx;
    vv_status status;

    *tx = NULL;
    if (t->broken) {
        vv_sql_rollback(t->connection->sql);
        status = vv_fail(err, VARVE_CONFLICT,
                         "%s: an earlier error ended the transaction; nothing of it was kept",
                         t->ledger->url);
    } else {
        status = vv_sql_commit(t->connection->sql, err);
    }
    if (status == VARVE_OK && t->write)
        checkpoint_when_due(t->connection);
    end(t);
    return status;
}

void vv_ledger_rollback(struct vv_ledger_tx **tx)
{
    if (*tx == NULL)
        return;
    vv_sql_rollback((*tx)->connection->sql);
    end(*tx);
    *tx = NULL;
}

vv_status vv_ledger_note(struct vv_ledger_tx *tx, vv_status status)
{
    switch (status) {
    case VARVE_OK:
    case VARVE_END:
    case VARVE_EXISTS:
    case VARVE_CONFLICT:
        break;
    default:
        tx->broken = true;
        break;
    }
    return status;
}
