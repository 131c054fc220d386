/* ledger_copy.c: the ledger into a file of its own, for backups. */
#include <string.h>

#include "base/io.h"
#include "sql/ledger_private.h"

#include "base/banned.h"

static const char scheme[] = "sqlite:";

/* VACUUM INTO reads one state of the whole database and writes it as a new one. */
static vv_status vacuum_into(struct vv_sql *sql, const char *path, vv_error *err)
{
    static const char text[] = "VACUUM INTO ?1";
    const struct vv_value value = vv_value_text(path);
    struct vv_sql_statement *statement = NULL;
    vv_status status = vv_sql_prepare(sql, text, sizeof text - 1, &statement, err);
    if (!status)
        status = vv_sql_bind(statement, 1, VV_COLUMN_TEXT, &value, err);
    if (!status)
        status = vv_sql_step(statement, err);
    vv_sql_finalize(statement);
    return status == VARVE_END ? VARVE_OK : status;
}

/* SQLite takes an empty file for a new database; made here, nobody else may read it. */
static vv_status make_file(const char *path, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file = NULL;
    vv_status status = io->open(io->context, path, VV_IO_CREATE, &file, err);
    if (file)
        io->close(file);
    return status;
}

static vv_status sync_file(const char *path, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file = NULL;
    vv_status status = io->open(io->context, path, VV_IO_WRITE, &file, err);
    if (!status)
        status = io->sync(file, err);
    if (file)
        io->close(file);
    return status ? status : vv_io_sync_parent(io, path, err);
}

vv_status vv_ledger_copy(struct vv_ledger *ledger, const char *path, vv_error *err)
{
    const struct vv_sql_options options = {.read_only = true};
    struct vv_sql *sql = NULL;
    if (strncmp(ledger->url, scheme, sizeof scheme - 1) != 0)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "the ledger is kept by %.*s: back it up by that database's own means",
                       (int)strcspn(ledger->url, ":"), ledger->url);
    vv_status status = vv_sql_open(ledger->url, &options, &sql, err);
    if (!status)
        status = make_file(path, err);
    if (!status)
        status = vacuum_into(sql, path, err);
    vv_sql_close(sql);
    if (!status)
        status = sync_file(path, err);
    if (status)
        vv_error_prefix(err, "copy of the ledger");
    return status;
}
