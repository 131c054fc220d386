/* sql_driver.h: what a database's driver gives to sql.c: one table of functions each.
 *
 * The contracts are those of the functions of the same name in sql.h. A driver's connection and
 * statement begin with struct vv_sql and struct vv_sql_statement. A null function is one that the
 * database does not need. Only sql.c and the drivers include this.
 */
#ifndef VV_SQL_SQL_DRIVER_H
#define VV_SQL_SQL_DRIVER_H

#include "sql/sql.h"

struct vv_sql_driver {
    const char *scheme; /* of the URL, without the colon */
    const struct vv_dialect *dialect;
    /* `target` is the URL behind the colon. Sets (*sql)->driver. */
    vv_status (*open)(const char *target, const struct vv_sql_options *options, struct vv_sql **sql,
                      vv_error *err);
    void (*close)(struct vv_sql *sql);
    vv_status (*prepare)(struct vv_sql *sql, const char *text, size_t len_bytes,
                         struct vv_sql_statement **statement, vv_error *err);
    void (*finalize)(struct vv_sql_statement *statement);
    vv_status (*bind)(struct vv_sql_statement *statement, unsigned nth, enum vv_column_type type,
                      const struct vv_value *value, vv_error *err);
    vv_status (*step)(struct vv_sql_statement *statement, vv_error *err);
    void (*reset)(struct vv_sql_statement *statement);
    unsigned (*column_count)(const struct vv_sql_statement *statement);
    const char *(*column_name)(const struct vv_sql_statement *statement, unsigned column);
    vv_status (*column)(struct vv_sql_statement *statement, unsigned column, struct vv_value *value,
                        vv_error *err);
    vv_status (*exec)(struct vv_sql *sql, const char *text, vv_error *err);
    vv_status (*begin)(struct vv_sql *sql, bool write, vv_error *err);
    vv_status (*commit)(struct vv_sql *sql, vv_error *err);
    void (*rollback)(struct vv_sql *sql);
    int64_t (*changes)(const struct vv_sql *sql);
    int64_t (*last_id)(const struct vv_sql *sql);
    void (*interrupt)(struct vv_sql *sql);
    struct sqlite3 *(*sqlite)(const struct vv_sql *sql);                       /* may be null */
    int64_t (*pending_pages)(const struct vv_sql *sql);                        /* may be null */
    vv_status (*checkpoint)(struct vv_sql *sql, bool truncate, vv_error *err); /* may be null */
    vv_status (*has_index)(struct vv_sql *sql, const char *table, const char *index, bool *has,
                           vv_error *err);
    vv_status (*describe)(struct vv_sql *sql, const char *table,
                          vv_status (*each)(void *arg, const struct vv_sql_column_info *column,
                                            vv_error *err),
                          void *arg, vv_error *err);
};

struct vv_sql {
    const struct vv_sql_driver *driver;
};

struct vv_sql_statement {
    const struct vv_sql_driver *driver;
};

extern const struct vv_sql_driver vv_sql_sqlite;

#endif
