#include "history/sqlquery.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/sqlquery_private.h"

#include "base/banned.h"

#define STOP_ASKED_US 100000

enum ending {
    RUNS,
    OUT_OF_TIME, /* to compute */
    OUT_OF_LIFE,
    STOPPED
};

struct column {
    char *name;
    const char *type;
};

struct vv_sqlquery {
    struct vv_sqlpool *pool;
    struct vv_sqlpool_connection *connection;
    struct vv_sqlquery_spec spec;
    sqlite3_stmt *stmt;
    struct column *columns;
    struct vv_value *row;
    size_t column_count;
    bool row_waits; /* the first row was stepped to already */
    bool ended, has_more;
    bool spoilt;  /* the connection is not to be used again */
    int64_t rows; /* given */
    enum ending ending;
    int64_t begun_us;
    int64_t worked_us; /* in turns that are over */
    int64_t turn_us;   /* when this turn began; 0: paused */
    int64_t asked_us;  /* when `stop` was asked last */
};

/* ---- time ---- */

static void take_turn(struct vv_sqlquery *query)
{
    if (query->turn_us == 0)
        query->turn_us = vv_monotonic_us();
}

void vv_sqlquery_pause(struct vv_sqlquery *query)
{
    if (query->turn_us != 0)
        query->worked_us += vv_monotonic_us() - query->turn_us;
    query->turn_us = 0;
}

static bool is_over(int64_t spent_us, int64_t limit_ms)
{
    return limit_ms > 0 && spent_us > limit_ms * 1000;
}

int vv_sqlquery_progress(void *connection)
{
    struct vv_sqlquery *query = ((struct vv_sqlpool_connection *)connection)->query;

    if (!query) /* a connection that is being made */
        return 0;
    const struct vv_sqlpool_options *limits = &query->pool->options;
    const int64_t now_us = vv_monotonic_us();
    if (is_over(query->worked_us + now_us - query->turn_us, limits->work_ms)) {
        query->ending = OUT_OF_TIME;
    } else if (is_over(now_us - query->begun_us, limits->life_ms)) {
        query->ending = OUT_OF_LIFE;
    } else if (query->spec.stop && now_us - query->asked_us > STOP_ASKED_US) {
        query->asked_us = now_us;
        if (query->spec.stop(query->spec.stop_arg))
            query->ending = STOPPED;
    }
    return query->ending != RUNS;
}

bool vv_sqlquery_is_over(void *connection)
{
    return vv_sqlquery_progress(connection) != 0;
}

/* ---- errors ---- */

static vv_status fail_interrupted(const struct vv_sqlquery *query, vv_error *err)
{
    const struct vv_sqlpool_options *limits = &query->pool->options;

    switch (query->ending) {
    case OUT_OF_TIME:
        return vv_fail(err, VARVE_TIMEOUT,
                       "the query took longer than %g s: ask for less, or aggregate",
                       (double)limits->work_ms / 1000);
    case OUT_OF_LIFE:
        return vv_fail(err, VARVE_TIMEOUT,
                       "the answer was not read to its end within %g s: ask for less",
                       (double)limits->life_ms / 1000);
    default:
        return vv_fail(err, VARVE_CANCELLED, "the query was given up on request");
    }
}

static vv_status fail_memory(const struct vv_sqlquery *query, vv_error *err)
{
    const struct vv_sqlite_heap *heap = &query->connection->heap;

    if (!heap->refused)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the query");
    return vv_fail(err, VARVE_LIMIT,
                   "the query needs more than %" PRId64 " MiB: sort, group or join less",
                   heap->limit_bytes >> 20);
}

/* Where in the statement: " (line 2, column 7)". */
static void add_place(const struct vv_sqlquery *query, vv_error *err)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    int offset = sqlite3_error_offset(query->connection->db);
    size_t line = 1, column = 1, used = strlen(err->message);

    if (offset < 0 || (size_t)offset > query->spec.len_bytes)
        return;
    for (int i = 0; i < offset; i++) {
        char c = query->spec.text[i];
        column = c == '\n' ? 1 : column + (((unsigned char)c & 0xC0) != 0x80);
        line += c == '\n';
    }
    snprintf(err->message + used, sizeof err->message - used, " (line %zu, column %zu)", line,
             column);
#else
    (void)query;
    (void)err;
#endif
}

/* `otherwise` is what a plain SQLITE_ERROR means here. */
static vv_status fail(struct vv_sqlquery *query, vv_status otherwise, vv_error *err)
{
    sqlite3 *db = query->connection->db;
    const char *message = sqlite3_errmsg(db);
    vv_error own;
    vv_status status;

    if (!err)
        err = &own;
    if (query->connection->guard.refused[0])
        return vv_fail(err, VARVE_DENIED, "queries only read: %s is not allowed",
                       query->connection->guard.refused);
    switch (sqlite3_errcode(db) & 0xFF) {
    case SQLITE_INTERRUPT:
        return fail_interrupted(query, err);
    case SQLITE_NOMEM:
        query->spoilt = true;
        return fail_memory(query, err);
    case SQLITE_TOOBIG:
        return vv_fail(err, VARVE_LIMIT, "a text, blob or statement is too long: %s", message);
    case SQLITE_CORRUPT:
        query->spoilt = true;
        return vv_fail(err, VARVE_CORRUPT, "%s", message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return vv_fail(err, VARVE_BUSY, "%s", message);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        query->spoilt = true;
        return vv_fail(err, VARVE_IO, "%s: %s", query->pool->path, message);
    case SQLITE_READONLY:
        return vv_fail(err, VARVE_DENIED, "queries only read: %s", message);
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT: /* a table function without its arguments */
        status = vv_fail(err, otherwise, "%s", message);
        break;
    default:
        query->spoilt = true;
        status = vv_fail(err, VARVE_DATABASE, "%s", message);
        break;
    }
    add_place(query, err);
    return status;
}

/* ---- the statement ---- */

/* Past blanks, semicolons and comments. */
static const char *skip(const char *at, const char *end)
{
    while (at < end) {
        if (strchr(" \t\r\n\f;", *at) && *at) {
            at++;
        } else if (end - at > 1 && at[0] == '-' && at[1] == '-') {
            while (at < end && *at != '\n')
                at++;
        } else if (end - at > 1 && at[0] == '/' && at[1] == '*') {
            for (at += 3; at < end && !(at[-1] == '*' && at[0] == '/'); at++) {
            }
            at += at < end;
        } else {
            break;
        }
    }
    return at;
}

static vv_status prepare(struct vv_sqlquery *query, vv_error *err)
{
    const struct vv_sqlquery_spec *spec = &query->spec;
    const char *rest = spec->text, *end = spec->text + spec->len_bytes;

    if (spec->len_bytes > INT32_MAX)
        return vv_fail(err, VARVE_LIMIT, "the statement is too long");
    if (memchr(spec->text, '\0', spec->len_bytes))
        return vv_fail(err, VARVE_SYNTAX, "a statement holds no NUL");
    vv_status status = vv_sqlguard_check_text(spec->text, spec->len_bytes, err);
    if (status)
        return status;
    if (sqlite3_prepare_v2(query->connection->db, spec->text, (int)spec->len_bytes, &query->stmt,
                           &rest) != SQLITE_OK)
        return fail(query, VARVE_SYNTAX, err);
    rest = skip(rest, end);
    if (!query->stmt)
        return vv_fail(err, VARVE_SYNTAX, "there is no statement");
    if (rest < end)
        return vv_fail(err, VARVE_SYNTAX, "one statement at a time: \"%.*s\" is behind the first",
                       (int)(end - rest < 40 ? end - rest : 40), rest);
    if (!sqlite3_stmt_readonly(query->stmt))
        return vv_fail(err, VARVE_DENIED, "queries only read");
    return VARVE_OK;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct vv_value *value)
{
    switch (value->kind) {
    case VV_VALUE_INT:
        return sqlite3_bind_int64(stmt, at, value->as.integer);
    case VV_VALUE_DOUBLE:
        return sqlite3_bind_double(stmt, at, value->as.real);
    case VV_VALUE_TEXT:
        return sqlite3_bind_text64(stmt, at, value->as.data, value->len_bytes, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case VV_VALUE_BLOB:
        return sqlite3_bind_blob64(stmt, at, value->as.data, value->len_bytes, SQLITE_STATIC);
    default:
        return sqlite3_bind_null(stmt, at);
    }
}

static vv_status bind(struct vv_sqlquery *query, vv_error *err)
{
    const struct vv_sqlquery_spec *spec = &query->spec;
    const int asked = sqlite3_bind_parameter_count(query->stmt);

    if ((size_t)asked != spec->parameter_count)
        return vv_fail(err, VARVE_BAD_VALUE, "the statement has %d parameters, given are %zu",
                       asked, spec->parameter_count);
    for (size_t i = 0; i < spec->parameter_count; i++)
        if (bind_one(query->stmt, (int)i + 1, &spec->parameters[i]) != SQLITE_OK)
            return fail(query, VARVE_BAD_VALUE, err);
    return VARVE_OK;
}

/* ---- columns ---- */

/* By what a declared type begins with. */
static const char *declared_type(const char *text)
{
    static const struct {
        const char *begin, *type;
    } types[] = {{"BOOL", "boolean"},    {"DATETIME", "time"},  {"DOUBLE", "double"},
                 {"REAL", "double"},     {"FLOAT", "double"},   {"VARCHAR", "text"},
                 {"CHAR", "text"},       {"TEXT", "text"},      {"BLOB", "blob"},
                 {"TINYINT", "integer"}, {"BIGINT", "integer"}, {"INT", "integer"}};

    for (size_t i = 0; text && i < sizeof types / sizeof types[0]; i++)
        if (strncasecmp(text, types[i].begin, strlen(types[i].begin)) == 0)
            return types[i].type;
    return NULL;
}

static const char *type_of_value(enum vv_value_kind kind)
{
    switch (kind) {
    case VV_VALUE_INT:
        return "integer";
    case VV_VALUE_DOUBLE:
        return "double";
    case VV_VALUE_TEXT:
        return "text";
    case VV_VALUE_BLOB:
        return "blob";
    default:
        return "any";
    }
}

static vv_status read_columns(struct vv_sqlquery *query, vv_error *err)
{
    const size_t count = (size_t)sqlite3_column_count(query->stmt);

    query->columns = vv_alloc_array(count, sizeof *query->columns);
    query->row = vv_alloc_array(count, sizeof *query->row);
    if (!query->columns || !query->row)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the query");
    query->column_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(query->stmt, (int)i);
        query->columns[i].name = name ? vv_strdup(name) : NULL;
        if (!query->columns[i].name)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the query");
    }
    return VARVE_OK;
}

/* After the first step: that may prepare the statement anew. */
static void read_types(struct vv_sqlquery *query)
{
    for (size_t i = 0; i < query->column_count; i++) {
        const char *type = declared_type(sqlite3_column_decltype(query->stmt, (int)i));
        query->columns[i].type = type ? type : type_of_value(query->row[i].kind);
    }
}

size_t vv_sqlquery_columns(const struct vv_sqlquery *query)
{
    return query->column_count;
}

const char *vv_sqlquery_name(const struct vv_sqlquery *query, size_t column)
{
    return query->columns[column].name;
}

const char *vv_sqlquery_type(const struct vv_sqlquery *query, size_t column)
{
    return query->columns[column].type;
}

/* ---- rows ---- */

static bool read_value(sqlite3_stmt *stmt, int at, struct vv_value *value)
{
    switch (sqlite3_column_type(stmt, at)) {
    case SQLITE_INTEGER:
        *value = vv_value_int(sqlite3_column_int64(stmt, at));
        return true;
    case SQLITE_FLOAT:
        *value = vv_value_double(sqlite3_column_double(stmt, at));
        return true;
    case SQLITE_TEXT:
        *value = (struct vv_value){.kind = VV_VALUE_TEXT, .as.data = sqlite3_column_text(stmt, at)};
        break;
    case SQLITE_BLOB:
        *value = vv_value_blob(sqlite3_column_blob(stmt, at), 0);
        break;
    default:
        *value = vv_value_null();
        return true;
    }
    value->len_bytes = (size_t)sqlite3_column_bytes(stmt, at);
    if (!value->as.data && value->len_bytes > 0)
        return false;
    if (!value->as.data)
        value->as.data = "";
    return true;
}

/* A row into query->row, or END. */
static vv_status step(struct vv_sqlquery *query, vv_error *err)
{
    switch (sqlite3_step(query->stmt)) {
    case SQLITE_ROW:
        break;
    case SQLITE_DONE:
        query->ended = true;
        return VARVE_END;
    default:
        return fail(query, VARVE_BAD_VALUE, err);
    }
    if (query->spec.rows_max > 0 && query->rows == query->spec.rows_max) {
        query->ended = query->has_more = true;
        return VARVE_END;
    }
    for (size_t i = 0; i < query->column_count; i++)
        if (!read_value(query->stmt, (int)i, &query->row[i])) {
            query->spoilt = true;
            return fail_memory(query, err);
        }
    query->rows++;
    return VARVE_OK;
}

static vv_status begin(struct vv_sqlquery *query, vv_error *err)
{
    vv_status status = prepare(query, err);

    if (!status)
        status = bind(query, err);
    if (!status)
        status = read_columns(query, err);
    if (status)
        return status;
    status = step(query, err);
    query->row_waits = status == VARVE_OK;
    if (status == VARVE_OK || status == VARVE_END)
        read_types(query);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_sqlquery_open(struct vv_sqlpool *pool, const struct vv_sqlquery_spec *spec,
                           struct vv_sqlquery **query, vv_error *err)
{
    struct vv_sqlquery *q = vv_alloc_zero(sizeof *q);

    *query = NULL;
    if (!q)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for a query");
    q->pool = pool;
    q->spec = *spec;
    q->begun_us = vv_monotonic_us();
    vv_status status = vv_sqlpool_take(pool, &q->connection, err);
    if (!status) {
        take_turn(q);
        q->connection->query = q;
        q->connection->heap.refused = false;
        q->connection->guard.refused[0] = '\0';
        struct vv_sqlite_heap *outer = vv_sqlite_heap_enter(&q->connection->heap);
        status = begin(q, err);
        vv_sqlite_heap_enter(outer);
    }
    if (status)
        vv_sqlquery_close(q);
    else
        *query = q;
    return status;
}

vv_status vv_sqlquery_next(struct vv_sqlquery *query, const struct vv_value **row, vv_error *err)
{
    const int64_t life_ms = query->pool->options.life_ms;

    *row = query->row;
    if (query->row_waits) {
        query->row_waits = false;
        return VARVE_OK;
    }
    if (query->ended)
        return VARVE_END;
    if (query->turn_us == 0 && is_over(vv_monotonic_us() - query->begun_us, life_ms)) {
        query->ending = OUT_OF_LIFE;
        return fail_interrupted(query, err);
    }
    take_turn(query);
    struct vv_sqlite_heap *outer = vv_sqlite_heap_enter(&query->connection->heap);
    vv_status status = step(query, err);
    vv_sqlite_heap_enter(outer);
    return status;
}

bool vv_sqlquery_has_more(const struct vv_sqlquery *query)
{
    return query->has_more;
}

void vv_sqlquery_close(struct vv_sqlquery *query)
{
    if (!query)
        return;
    if (query->connection) {
        struct vv_sqlpool_connection *connection = query->connection;
        struct vv_sqlite_heap *outer = vv_sqlite_heap_enter(&connection->heap);
        sqlite3_finalize(query->stmt);
        connection->query = NULL;
        vv_sqlite_heap_enter(outer);
        vv_sqlpool_give(query->pool, connection, query->spoilt);
    }
    for (size_t i = 0; i < query->column_count; i++)
        vv_free(query->columns[i].name);
    vv_free(query->columns);
    vv_free(query->row);
    vv_free(query);
}
