/* ddl.h: SQL text made from the catalogue, for each database.
 *
 * What differs between databases is one row of data and functions, vv_dialect; the functions below
 * know none of them by name. A new database is one more row.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_DDL_H
#define VV_CATALOG_DDL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/catalog.h"

struct vv_buf;

/* How a database keeps rows out of an index: those where the column `not_zero` is null or 0. */
enum vv_partial_index {
    VV_PARTIAL_WHERE,    /* CREATE INDEX … WHERE */
    VV_PARTIAL_GENERATED /* a hidden column of its own, null in those rows, stands in the index */
};

struct vv_dialect {
    const char *name;                        /* "sqlite" */
    const char *title;                       /* "SQLite" */
    const char *script_begin;                /* before the DDL of several tables; may be empty */
    char quote_open, quote_close;            /* around identifiers */
    size_t identifier_most;                  /* bytes of the longest identifier; 0 for no limit */
    const char *types[VV_COLUMN_TYPE_COUNT]; /* a %u stands for the width */
    const char *text_unbounded;              /* the type of text without a width */
    const char *text_fixed;                  /* of text of exactly %u characters */
    const char *text_end;   /* behind the type of text: a collation that compares every byte */
    const char *auto_key;   /* behind the name of a column that the database numbers, %s its type */
    bool auto_key_primary;  /* whether that already makes it the primary key */
    const char *table_end;  /* behind the closing bracket of CREATE TABLE */
    const char *add_column; /* between ALTER TABLE t and the new column */
    const char *insert_nothing; /* behind INSERT INTO t: a row of defaults */
    bool one_null;              /* a unique index takes null for a value like any other */
    bool index_unbounded;       /* text without a width can stand in an index */
    uint32_t index_prefix;      /* where it can: only so many characters of it; 0 for all */
    enum vv_partial_index partial;
    /* A default, in the database's own literal of that type. */
    void (*literal)(struct vv_buf *sql, const struct vv_column *column, const char *text);
    /* The nth parameter of a statement, counted from 1. A statement has them in that order, since
     * some databases only count question marks. */
    void (*parameter)(struct vv_buf *sql, unsigned nth);
    /* At the end of a SELECT that has an ORDER BY. limit < 0 is none. */
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
/* Whether the database can have index number `index` of the table: one that cannot is not unique.
 */
bool vv_ddl_has_index(const struct vv_dialect *dialect, const struct vv_table *table, size_t index);
/* Index number `index` of the table, as one statement; its name is {table}_{columns}. */
void vv_ddl_create_index(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const char *name, size_t index);
void vv_ddl_index_name(struct vv_buf *sql, const struct vv_table *table, const char *name,
                       size_t index);
/* The column is added without NOT NULL unless it has a default, so that rows already there stay
 * valid. */
void vv_ddl_add_column(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_table *table, int column);
/* All of a table: CREATE TABLE and the indexes that the database can have, each ended by ";\n". */
void vv_ddl_table(const struct vv_dialect *dialect, struct vv_buf *sql,
                  const struct vv_table *table, const char *name);

#endif
