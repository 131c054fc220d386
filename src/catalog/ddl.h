/* ddl.h: SQL text made from the catalogue, for each database.
 *
 * What differs between databases is one row of data and functions, vv_dialect; the functions below
 * know none of them by name. A new database is one more row.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_DDL_H
#define VV_CATALOG_DDL_H

#include <stddef.h>

#include "base/error.h"
#include "catalog/catalog.h"

struct vv_buf;

struct vv_dialect {
    const char *name;                        /* "sqlite" */
    char quote_open, quote_close;            /* around identifiers */
    const char *types[VV_COLUMN_TYPE_COUNT]; /* a %u stands for the width */
    const char *text_unbounded;              /* the type of text without a width */
    const char *text_fixed;                  /* of text of exactly %u characters */
    const char *auto_key;  /* what stands behind the name of a column that the database numbers */
    bool auto_key_primary; /* whether that already makes it the primary key */
    const char *table_end; /* behind the closing bracket of CREATE TABLE */
    /* A default, in the database's own literal of that type. */
    void (*literal)(struct vv_buf *sql, const struct vv_column *column, const char *text);
    /* The nth parameter of a statement, counted from 1. */
    void (*parameter)(struct vv_buf *sql, unsigned nth);
    /* At the end of a SELECT, which has an ORDER BY when offset is not 0. limit < 0 is none. */
    void (*limit)(struct vv_buf *sql, int64_t limit, int64_t offset);
};

/* By name; null when there is none. */
const struct vv_dialect *vv_dialect_find(const char *name);
/* The i-th, or null past the last. */
const struct vv_dialect *vv_dialect_at(size_t index);

/* Adds an identifier, quoted. */
void vv_sql_quote(const struct vv_dialect *dialect, struct vv_buf *sql, const char *name);
/* Adds the type of a column as the database declares it ("VARCHAR(255)"). */
void vv_ddl_type(const struct vv_dialect *dialect, struct vv_buf *sql,
                 const struct vv_column *column);

/* Adds the statement, without a semicolon. `name` is the table's own or a partition's (then with
 * the columns of `table`); null takes the table's. */
void vv_ddl_create_table(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const char *name);
/* Index number `index` of the table; its name is {table}_{columns}. */
void vv_ddl_create_index(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const char *name, size_t index);
void vv_ddl_index_name(struct vv_buf *sql, const struct vv_table *table, const char *name,
                       size_t index);
/* The column is added without NOT NULL unless it has a default, so that rows already there stay
 * valid. */
void vv_ddl_add_column(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_table *table, int column);
/* All of a table: CREATE TABLE and its indexes, each ended by ";\n". */
void vv_ddl_table(const struct vv_dialect *dialect, struct vv_buf *sql,
                  const struct vv_table *table, const char *name);

#endif
