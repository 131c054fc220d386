#include "sql/sql_driver.h"

#include <string.h>

#include "base/banned.h"

/* The databases of this build; a new one is one more row. */
static const struct vv_sql_driver *const drivers[] = {&vv_sql_sqlite};

vv_status vv_sql_open(const char *url, const struct vv_sql_options *options, struct vv_sql **sql,
                      vv_error *err)
{
    size_t scheme = strcspn(url, ":");

    *sql = NULL;
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (strlen(drivers[i]->scheme) == scheme && url[scheme] == ':' &&
            strncmp(url, drivers[i]->scheme, scheme) == 0)
            return drivers[i]->open(url + scheme + 1, options, sql, err);
    }
    return vv_fail(err, VARVE_BAD_VALUE, "database \"%.*s\": this build knows sqlite:PATH",
                   (int)(scheme < 40 ? scheme : 40), url);
}

void vv_sql_close(struct vv_sql *sql)
{
    if (sql != NULL)
        sql->driver->close(sql);
}

const struct vv_dialect *vv_sql_dialect(const struct vv_sql *sql)
{
    return sql->driver->dialect;
}

vv_status vv_sql_prepare(struct vv_sql *sql, const char *text, size_t len_bytes,
                         struct vv_sql_statement **statement, vv_error *err)
{
    *statement = NULL;
    return sql->driver->prepare(sql, text, len_bytes, statement, err);
}

void vv_sql_finalize(struct vv_sql_statement *statement)
{
    if (statement != NULL)
        statement->driver->finalize(statement);
}

vv_status vv_sql_bind(struct vv_sql_statement *statement, unsigned nth, enum vv_column_type type,
                      const struct vv_value *value, vv_error *err)
{
    return statement->driver->bind(statement, nth, type, value, err);
}

vv_status vv_sql_step(struct vv_sql_statement *statement, vv_error *err)
{
    return statement->driver->step(statement, err);
}

void vv_sql_reset(struct vv_sql_statement *statement)
{
    statement->driver->reset(statement);
}

unsigned vv_sql_column_count(const struct vv_sql_statement *statement)
{
    return statement->driver->column_count(statement);
}

const char *vv_sql_column_name(const struct vv_sql_statement *statement, unsigned column)
{
    return statement->driver->column_name(statement, column);
}

vv_status vv_sql_column(struct vv_sql_statement *statement, unsigned column, struct vv_value *value,
                        vv_error *err)
{
    return statement->driver->column(statement, column, value, err);
}

vv_status vv_sql_exec(struct vv_sql *sql, const char *text, vv_error *err)
{
    return sql->driver->exec(sql, text, err);
}

vv_status vv_sql_begin(struct vv_sql *sql, bool write, vv_error *err)
{
    return sql->driver->begin(sql, write, err);
}

vv_status vv_sql_commit(struct vv_sql *sql, vv_error *err)
{
    return sql->driver->commit(sql, err);
}

void vv_sql_rollback(struct vv_sql *sql)
{
    sql->driver->rollback(sql);
}

int64_t vv_sql_changes(const struct vv_sql *sql)
{
    return sql->driver->changes(sql);
}

int64_t vv_sql_last_id(const struct vv_sql *sql)
{
    return sql->driver->last_id(sql);
}

void vv_sql_interrupt(struct vv_sql *sql)
{
    sql->driver->interrupt(sql);
}

struct sqlite3 *vv_sql_sqlite_handle(const struct vv_sql *sql)
{
    return sql->driver->sqlite != NULL ? sql->driver->sqlite(sql) : NULL;
}

int64_t vv_sql_pending_pages(const struct vv_sql *sql)
{
    return sql->driver->pending_pages != NULL ? sql->driver->pending_pages(sql) : 0;
}

vv_status vv_sql_checkpoint(struct vv_sql *sql, bool truncate, vv_error *err)
{
    return sql->driver->checkpoint != NULL ? sql->driver->checkpoint(sql, truncate, err) : VARVE_OK;
}

vv_status vv_sql_has_index(struct vv_sql *sql, const char *table, const char *index, bool *has,
                           vv_error *err)
{
    *has = false;
    return sql->driver->has_index(sql, table, index, has, err);
}

vv_status vv_sql_describe(struct vv_sql *sql, const char *table,
                          vv_status (*each)(void *arg, const struct vv_sql_column_info *column,
                                            vv_error *err),
                          void *arg, vv_error *err)
{
    return sql->driver->describe(sql, table, each, arg, err);
}
