/* sqlite.c: SQLite as a database of sql.h.
 *
 * The settings are those of SAFETY: write-ahead log, synced at every commit; no automatic
 * checkpoint, since one that runs beside a write can damage the log in the versions that are
 * installed; no memory mapping, since a bad sector must be an error and not a signal; foreign keys
 * on. A connection is opened without SQLite's own mutex: one thread at a time uses it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "catalog/dialects.h"
#include "sql/sql_driver.h"

#include "base/banned.h"

#define BUSY_WAIT_MS 5000

struct connection {
    struct vv_sql head;
    sqlite3 *db;
    char *path;
    struct vv_file *lock; /* held by a connection that was opened as the one writer */
    int wal_pages;        /* in the write-ahead log after the last commit */
};

struct statement {
    struct vv_sql_statement head;
    sqlite3_stmt *stmt;
    struct connection *connection;
};

static struct connection *of_sql(const struct vv_sql *sql)
{
    return (struct connection *)(uintptr_t)sql;
}

static struct statement *of_statement(const struct vv_sql_statement *statement)
{
    return (struct statement *)(uintptr_t)statement;
}

static vv_status status_of_code(int code, int os_error)
{
    switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
        return VARVE_EXISTS;
    default:
        break;
    }
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
        return VARVE_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return VARVE_BUSY;
    case SQLITE_NOMEM:
        return VARVE_NO_MEMORY;
    case SQLITE_READONLY:
        return VARVE_READ_ONLY;
    case SQLITE_INTERRUPT:
        return VARVE_CANCELLED;
    case SQLITE_FULL:
        return VARVE_NO_SPACE;
    case SQLITE_IOERR:
        return os_error == ENOSPC || os_error == EDQUOT ? VARVE_NO_SPACE : VARVE_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return VARVE_CORRUPT;
    case SQLITE_CANTOPEN:
        return os_error == ENOENT ? VARVE_NOT_FOUND : VARVE_IO;
    case SQLITE_TOOBIG:
        return VARVE_LIMIT;
    default:
        return VARVE_DATABASE;
    }
}

static vv_status fail(const struct connection *c, const char *what, vv_error *err)
{
    int code = sqlite3_extended_errcode(c->db);
    vv_status status = status_of_code(code, sqlite3_system_errno(c->db));

    (void)vv_fail(err, status, "%s: %s: %s", c->path, what, sqlite3_errmsg(c->db));
    if (err != NULL)
        err->native = code;
    return status;
}

static vv_status exec(struct vv_sql *sql, const char *text, vv_error *err)
{
    struct connection *c = of_sql(sql);

    if (sqlite3_exec(c->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return fail(c, "statement", err);
    return VARVE_OK;
}

static void close_connection(struct vv_sql *sql)
{
    struct connection *c = of_sql(sql);

    sqlite3_close_v2(c->db);
    if (c->lock != NULL)
        vv_io_posix()->close(c->lock);
    vv_free(c->path);
    vv_free(c);
}

/* Told by SQLite after each commit, with the length of the log; takes the place of the automatic
 * checkpoint. */
static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct connection *c = arg;

    (void)db;
    (void)name;
    c->wal_pages = pages;
    return SQLITE_OK;
}

/* A file system without shared memory keeps SQLite out of the write-ahead log, without an error. */
static vv_status check_wal(struct connection *c, vv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    vv_status status = VARVE_OK;

    if (sqlite3_prepare_v2(c->db, "PRAGMA journal_mode", -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        status = fail(c, "journal mode", err);
    else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") != 0)
        status = vv_fail(err, VARVE_UNSUPPORTED,
                         "%s: its file system does not carry a write-ahead log", c->path);
    sqlite3_finalize(stmt);
    return status;
}

static vv_status configure(struct connection *c, const struct vv_sql_options *options,
                           vv_error *err)
{
    static const char settings[] = "PRAGMA wal_autocheckpoint=0;"
                                   "PRAGMA mmap_size=0;"
                                   "PRAGMA foreign_keys=ON;"
                                   "PRAGMA trusted_schema=OFF;"
                                   "PRAGMA cell_size_check=ON;";
    static const char writing[] = "PRAGMA journal_mode=WAL;"
                                  "PRAGMA synchronous=FULL;"
                                  "PRAGMA cache_size=-32768;" /* KiB: many tags at once */
                                  "PRAGMA journal_size_limit=67108864;";
    vv_status status;

    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, options->busy_wait_ms > 0 ? options->busy_wait_ms : BUSY_WAIT_MS);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    status = exec(&c->head, settings, err);
    if (status == VARVE_OK && !options->read_only)
        status = exec(&c->head, writing, err);
    if (status == VARVE_OK && !options->read_only)
        status = check_wal(c, err);
    sqlite3_wal_hook(c->db, on_commit, c);
    return status;
}

/* SQLite itself lets several processes write in turn; the ledger's rules do not. */
static vv_status take_lock(struct connection *c, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_buf path = {0};
    pid_t holder = 0;
    vv_status status;

    vv_buf_format(&path, "%s.lock", c->path);
    if (path.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a connection", c->path);
    else
        status = io->lock(io->context, (const char *)path.data, &c->lock, &holder, err);
    if (status == VARVE_LOCKED)
        (void)vv_fail(err, status, "%s: process %ld writes it; this one may read only", c->path,
                      (long)holder);
    vv_buf_deinit(&path);
    return status;
}

static bool is_file(const char *path, const char *suffix, bool empty)
{
    struct stat about;
    struct vv_buf name = {0};

    vv_buf_format(&name, "%s%s", path, suffix);
    bool there = !name.failed && stat((const char *)name.data, &about) == 0;
    vv_buf_deinit(&name);
    return there && (!empty || about.st_size == 0);
}

/* How a process that only reads opens the file. While another process has it open, the index of the
 * write-ahead log is there, and is only read. When nobody has, SQLite would make one, unless it is
 * told that the file does not change: which is so where this process may not write in its folder,
 * and nothing stands in the log. */
static const char *apart_by(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');

    if (is_file(path, "-shm", false))
        return "?readonly_shm=1";
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    if (access(folder[0] ? folder : "/", W_OK) != 0 &&
        (!is_file(path, "-wal", false) || is_file(path, "-wal", true)))
        return "?immutable=1";
    return "";
}

/* "file:PATH?…", in which %, ? and # of the path are escaped. */
static void make_uri(const char *path, struct vv_buf *uri)
{
    vv_buf_text(uri, "file:");
    for (const char *at = path; *at; at++)
        if (*at == '%' || *at == '?' || *at == '#')
            vv_buf_format(uri, "%%%02X", (unsigned char)*at);
        else
            vv_buf_char(uri, *at);
    vv_buf_text(uri, apart_by(path));
}

static vv_status open_database(struct connection *c, const struct vv_sql_options *options,
                               vv_error *err)
{
    int flags = SQLITE_OPEN_NOMUTEX;
    struct vv_buf uri = {0};
    vv_status status = VARVE_OK;

    if (options->read_only)
        flags |= SQLITE_OPEN_READONLY;
    else
        flags |= SQLITE_OPEN_READWRITE | (options->create ? SQLITE_OPEN_CREATE : 0);
    if (options->read_only && options->apart) {
        make_uri(c->path, &uri);
        flags |= SQLITE_OPEN_URI;
    } else {
        vv_buf_text(&uri, c->path);
    }
    if (uri.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a connection", c->path);
    else if (sqlite3_open_v2((const char *)uri.data, &c->db, flags, NULL) != SQLITE_OK)
        status = fail(c, "open", err);
    vv_buf_deinit(&uri);
    return status;
}

static vv_status open_connection(const char *target, const struct vv_sql_options *options,
                                 struct vv_sql **sql, vv_error *err)
{
    struct connection *c = vv_alloc_zero(sizeof *c);
    vv_status status;

    *sql = NULL;
    if (c == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a connection", target);
    c->head.driver = &vv_sql_sqlite;
    c->path = vv_strdup(target);
    if (c->path == NULL) {
        vv_free(c);
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a connection", target);
    }
    status = options->one_writer ? take_lock(c, err) : VARVE_OK;
    if (status == VARVE_OK)
        status = open_database(c, options, err);
    if (status == VARVE_OK)
        status = configure(c, options, err);
    if (status != VARVE_OK)
        close_connection(&c->head);
    else
        *sql = &c->head;
    return status;
}

static vv_status prepare(struct vv_sql *sql, const char *text, size_t len_bytes,
                         struct vv_sql_statement **statement, vv_error *err)
{
    struct connection *c = of_sql(sql);
    struct statement *s = vv_alloc_zero(sizeof *s);
    const char *rest = NULL;

    *statement = NULL;
    if (s == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a statement", c->path);
    s->head.driver = &vv_sql_sqlite;
    s->connection = c;
    if (len_bytes > INT32_MAX ||
        sqlite3_prepare_v3(c->db, text, (int)len_bytes, SQLITE_PREPARE_PERSISTENT, &s->stmt,
                           &rest) != SQLITE_OK) {
        vv_free(s);
        return fail(c, "prepare", err);
    }
    if (s->stmt == NULL ||
        strspn(rest, " \t\r\n;") < strnlen(rest, len_bytes - (size_t)(rest - text))) {
        sqlite3_finalize(s->stmt);
        vv_free(s);
        return vv_fail(err, VARVE_SYNTAX, "exactly one SQL statement is needed");
    }
    *statement = &s->head;
    return VARVE_OK;
}

static void finalize(struct vv_sql_statement *statement)
{
    struct statement *s = of_statement(statement);

    sqlite3_finalize(s->stmt);
    vv_free(s);
}

static vv_status bind(struct vv_sql_statement *statement, unsigned nth, enum vv_column_type type,
                      const struct vv_value *value, vv_error *err)
{
    struct statement *s = of_statement(statement);
    int at = (int)nth;
    int code;

    (void)type; /* SQLite keeps values as they come */
    switch (value->kind) {
    case VV_VALUE_INT:
        code = sqlite3_bind_int64(s->stmt, at, value->as.integer);
        break;
    case VV_VALUE_DOUBLE:
        code = sqlite3_bind_double(s->stmt, at, value->as.real);
        break;
    case VV_VALUE_TEXT:
        code = sqlite3_bind_text64(s->stmt, at, value->as.data, value->len_bytes, SQLITE_STATIC,
                                   SQLITE_UTF8);
        break;
    case VV_VALUE_BLOB:
        code = value->len_bytes == 0 ? sqlite3_bind_zeroblob(s->stmt, at, 0)
                                     : sqlite3_bind_blob64(s->stmt, at, value->as.data,
                                                           value->len_bytes, SQLITE_STATIC);
        break;
    default:
        code = sqlite3_bind_null(s->stmt, at);
        break;
    }
    return code == SQLITE_OK ? VARVE_OK : fail(s->connection, "bind", err);
}

static vv_status step(struct vv_sql_statement *statement, vv_error *err)
{
    struct statement *s = of_statement(statement);

    switch (sqlite3_step(s->stmt)) {
    case SQLITE_ROW:
        return VARVE_OK;
    case SQLITE_DONE:
        return VARVE_END;
    default:
        return fail(s->connection, "statement", err);
    }
}

static void reset(struct vv_sql_statement *statement)
{
    struct statement *s = of_statement(statement);

    (void)sqlite3_reset(s->stmt); /* repeats the error of the step, which was told there */
    (void)sqlite3_clear_bindings(s->stmt);
}

static unsigned column_count(const struct vv_sql_statement *statement)
{
    return (unsigned)sqlite3_column_count(of_statement(statement)->stmt);
}

static const char *column_name(const struct vv_sql_statement *statement, unsigned column)
{
    const char *name = sqlite3_column_name(of_statement(statement)->stmt, (int)column);
    return name != NULL ? name : "";
}

static vv_status column_value(struct vv_sql_statement *statement, unsigned column,
                              struct vv_value *value, vv_error *err)
{
    struct statement *s = of_statement(statement);
    int at = (int)column;

    switch (sqlite3_column_type(s->stmt, at)) {
    case SQLITE_INTEGER:
        *value = vv_value_int(sqlite3_column_int64(s->stmt, at));
        return VARVE_OK;
    case SQLITE_FLOAT:
        *value = vv_value_double(sqlite3_column_double(s->stmt, at));
        return VARVE_OK;
    case SQLITE_TEXT:
        *value = (struct vv_value){.kind = VV_VALUE_TEXT};
        value->as.data = sqlite3_column_text(s->stmt, at);
        break;
    case SQLITE_BLOB:
        *value = (struct vv_value){.kind = VV_VALUE_BLOB};
        value->as.data = sqlite3_column_blob(s->stmt, at);
        break;
    default:
        *value = vv_value_null();
        return VARVE_OK;
    }
    value->len_bytes = (size_t)sqlite3_column_bytes(s->stmt, at);
    if (value->as.data == NULL && value->len_bytes > 0)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a value", s->connection->path);
    if (value->as.data == NULL)
        value->as.data = "";
    return VARVE_OK;
}

static vv_status begin(struct vv_sql *sql, bool write, vv_error *err)
{
    return exec(sql, write ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED", err);
}

static void rollback(struct vv_sql *sql)
{
    struct connection *c = of_sql(sql);

    if (!sqlite3_get_autocommit(c->db))
        (void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

static vv_status commit(struct vv_sql *sql, vv_error *err)
{
    vv_status status = exec(sql, "COMMIT", err);

    if (status != VARVE_OK)
        rollback(sql);
    return status;
}

static int64_t changes(const struct vv_sql *sql)
{
    return sqlite3_changes64(of_sql(sql)->db);
}

static int64_t last_id(const struct vv_sql *sql)
{
    return sqlite3_last_insert_rowid(of_sql(sql)->db);
}

static void interrupt(struct vv_sql *sql)
{
    sqlite3_interrupt(of_sql(sql)->db);
}

static struct sqlite3 *database(const struct vv_sql *sql)
{
    return of_sql(sql)->db;
}

static int64_t pending_pages(const struct vv_sql *sql)
{
    return of_sql(sql)->wal_pages;
}

static vv_status checkpoint(struct vv_sql *sql, bool truncate, vv_error *err)
{
    struct connection *c = of_sql(sql);
    int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int in_log = 0, done = 0;

    if (sqlite3_wal_checkpoint_v2(c->db, "main", mode, &in_log, &done) != SQLITE_OK)
        return fail(c, "checkpoint", err);
    c->wal_pages = in_log > done ? in_log - done : 0;
    return VARVE_OK;
}

/* Prepares a statement with up to two text parameters. */
static vv_status prepare_with(struct vv_sql *sql, const char *text, const char *first,
                              const char *second, struct vv_sql_statement **statement,
                              vv_error *err)
{
    const char *const values[] = {first, second};
    vv_status status = prepare(sql, text, strlen(text), statement, err);

    for (unsigned i = 0; status == VARVE_OK && i < 2 && values[i] != NULL; i++) {
        struct vv_value value = vv_value_text(values[i]);
        status = bind(*statement, i + 1, VV_COLUMN_TEXT, &value, err);
    }
    if (status != VARVE_OK && *statement != NULL) {
        finalize(*statement);
        *statement = NULL;
    }
    return status;
}

static vv_status has_index(struct vv_sql *sql, const char *table, const char *index, bool *has,
                           vv_error *err)
{
    struct vv_sql_statement *statement;
    vv_status status;

    status = prepare_with(sql,
                          "SELECT 1 FROM sqlite_schema"
                          " WHERE type = 'index' AND tbl_name = ?1 AND name = ?2",
                          table, index, &statement, err);
    if (status != VARVE_OK)
        return status;
    status = step(statement, err);
    *has = status == VARVE_OK;
    finalize(statement);
    return status == VARVE_END ? VARVE_OK : status;
}

static vv_status describe(struct vv_sql *sql, const char *table,
                          vv_status (*each)(void *arg, const struct vv_sql_column_info *column,
                                            vv_error *err),
                          void *arg, vv_error *err)
{
    struct vv_sql_statement *statement;
    vv_status status;

    status = prepare_with(sql, "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1)",
                          table, NULL, &statement, err);
    if (status != VARVE_OK)
        return status;
    while ((status = step(statement, err)) == VARVE_OK) {
        sqlite3_stmt *stmt = of_statement(statement)->stmt;
        struct vv_sql_column_info info = {
            .name = (const char *)sqlite3_column_text(stmt, 0),
            .type = (const char *)sqlite3_column_text(stmt, 1),
            .not_null = sqlite3_column_int(stmt, 2) != 0,
            .key = sqlite3_column_int(stmt, 3) != 0,
        };
        status = info.name != NULL && info.type != NULL
                     ? each(arg, &info, err)
                     : vv_fail(err, VARVE_NO_MEMORY, "%s: no memory", of_sql(sql)->path);
        if (status != VARVE_OK)
            break;
    }
    finalize(statement);
    return status == VARVE_END ? VARVE_OK : status;
}

const struct vv_sql_driver vv_sql_sqlite = {
    .scheme = "sqlite",
    .dialect = &vv_dialect_sqlite,
    .open = open_connection,
    .close = close_connection,
    .prepare = prepare,
    .finalize = finalize,
    .bind = bind,
    .step = step,
    .reset = reset,
    .column_count = column_count,
    .column_name = column_name,
    .column = column_value,
    .exec = exec,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .changes = changes,
    .last_id = last_id,
    .interrupt = interrupt,
    .sqlite = database,
    .pending_pages = pending_pages,
    .checkpoint = checkpoint,
    .has_index = has_index,
    .describe = describe,
};
