/* sqlquery.h: SQL of users over the ledger and the strata, read only.
 *
 *     vv_sqlpool_new(&options, &pool, &err);
 *     vv_sqlquery_open(pool, &spec, &query, &err);
 *     while ((status = vv_sqlquery_next(query, &row, &err)) == VARVE_OK)
 *         use row[0 … vv_sqlquery_columns(query)];
 *     vv_sqlquery_close(query);
 *
 * Each query has a connection of its own, opened for reading alone, on which nothing but reading is
 * possible (sqlguard.h), within limits of time, memory and rows. Connections are kept for the next
 * query, because one costs some 25 ms where there are 10,000 partitions.
 *
 * A query reads one state of the ledger and of each history from its first row to its end. That
 * keeps the ledger's write-ahead log from being given back, which is why a query's life is limited
 * too.
 *
 * Threads: a pool may be used from any number of threads; a query belongs to one at a time.
 */
#ifndef VV_HISTORY_SQLQUERY_H
#define VV_HISTORY_SQLQUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/value.h"

struct vv_history_set;
struct vv_ledger;
struct vv_sqlpool;
struct vv_sqlquery;

/* Zero numbers are no limits. */
struct vv_sqlpool_options {
    struct vv_ledger *ledger;   /* borrowed */
    struct vv_history_set *set; /* borrowed; null: the ledger's tables alone */
    uint32_t open_max;          /* queries at a time */
    int64_t memory_bytes;       /* of SQLite, for each query */
    int64_t work_ms;            /* that a query may compute */
    int64_t life_ms; /* from a query's beginning to its end, the reader's time included */
};

/* UNSUPPORTED for a ledger that is not in SQLite. */
vv_status vv_sqlpool_new(const struct vv_sqlpool_options *options, struct vv_sqlpool **pool,
                         vv_error *err);
/* All queries must be closed. Before the set and the ledger are. Null is allowed. */
void vv_sqlpool_free(struct vv_sqlpool *pool);

struct vv_sqlquery_spec {
    const char *text; /* one statement */
    size_t len_bytes;
    const struct vv_value
        *parameters; /* for ?, ?1, … in order; borrowed until the query is closed */
    size_t parameter_count;
    int64_t rows_max; /* 0: all */
    /* Asked while the query runs, on its thread, about ten times a second: true ends it. May be
     * null. */
    bool (*stop)(void *arg);
    void *stop_arg;
};

/* Runs to the first row. SYNTAX with line and column, or because of a second statement; DENIED for
 * what queries may not; BAD_VALUE for a wrong number of parameters, and for what SQLite finds wrong
 * while it computes; LIMIT for one too large, of too much memory, or too long in one value;
 * TIMEOUT; CANCELLED when `stop` said so; TOO_MANY beyond open_max; the ledger's and the stores'
 * own errors. */
vv_status vv_sqlquery_open(struct vv_sqlpool *pool, const struct vv_sqlquery_spec *spec,
                           struct vv_sqlquery **query, vv_error *err);
/* Null is allowed. */
void vv_sqlquery_close(struct vv_sqlquery *query);

size_t vv_sqlquery_columns(const struct vv_sqlquery *query);
/* Borrowed from the query. */
const char *vv_sqlquery_name(const struct vv_sqlquery *query, size_t column);
/* "integer", "double", "text", "blob", "boolean" (0 and 1), "time" (ms since 1970 UTC): as the
 * column is declared, or, of an expression, as its first value is; "any" where that is null. A
 * value may always be of another type. */
const char *vv_sqlquery_type(const struct vv_sqlquery *query, size_t column);

/* The next row: a value for each column, its text and bytes borrowed until the next call. END
 * behind the last. Errors as for open; after one, only closing is allowed. */
vv_status vv_sqlquery_next(struct vv_sqlquery *query, const struct vv_value **row, vv_error *err);
/* Whether END came because of rows_max, with more rows behind. */
bool vv_sqlquery_has_more(const struct vv_sqlquery *query);
/* From here to the next call of vv_sqlquery_next no time counts as work. */
void vv_sqlquery_pause(struct vv_sqlquery *query);

#endif
