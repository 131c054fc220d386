/* vtab_agg.c: varve_agg(tag, from, to, every, functions), buckets as a table.
 *
 * One column for each function that queries have (query.h). Of a pattern every tag that matches,
 * in order of names. Without `functions` those are computed that the statement names and that the
 * tag's type has; without `every` there is one bucket, the whole range.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "catalog/glob.h"
#include "history/query.h"
#include "history/vtab_private.h"

#include "base/banned.h"

enum {
    COLUMN_NAME,
    COLUMN_TIME,
    COLUMN_QUALITY,
    COLUMN_FUNCTIONS, /* the first of them */
    COLUMN_ARGUMENTS = COLUMN_FUNCTIONS + VV_AGG_FUNCTIONS
};

enum {
    ARGUMENT_TAG,
    ARGUMENT_FROM,
    ARGUMENT_TO,
    ARGUMENT_EVERY,
    ARGUMENT_FUNCTIONS,
    ARGUMENTS
};

#define ARGUMENTS_NEEDED 3

/* Not the plain words, which would become ambiguous beside the columns of a joined table. */
static const char *const argument_names[ARGUMENTS] = {"of_tag", "from_time", "to_time",
                                                      "every_time", "of_functions"};

_Static_assert(COLUMN_ARGUMENTS + ARGUMENTS <= 63, "colUsed tells of each column");

struct table {
    sqlite3_vtab head; /* first: a sqlite3_vtab * is a struct table * */
    struct vv_sqltables *tables;
};

struct cursor {
    sqlite3_vtab_cursor head;            /* first, likewise */
    sqlite3_value *arguments[ARGUMENTS]; /* owned; null: not given */
    int64_t from_ms, to_ms, every_ms;    /* every 0: one bucket */
    unsigned functions;                  /* those of the present query */
    unsigned asked, used;                /* given by name (0: none are), named by the statement */
    const struct vv_tag **tags;          /* owned */
    size_t tag_count, tag_at, tag_room;
    struct vv_history_query *query; /* of the tag at hand; null behind the last */
    struct vv_history_query_block block;
    size_t at; /* the present row of the block */
    int64_t row;
};

static struct vv_sqltables *tables_of(const struct cursor *c)
{
    return ((const struct table *)(const void *)c->head.pVtab)->tables;
}

/* ---- the table ---- */

static int connect(sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab,
                   char **message)
{
    struct vv_buf sql = {0};
    struct table *t;
    int code;

    (void)argc;
    (void)argv;
    (void)message;
    vv_buf_text(&sql, "CREATE TABLE t(TagName TEXT, Timestamp BIGINT, Quality INTEGER");
    for (unsigned i = 0; i < VV_AGG_FUNCTIONS; i++)
        vv_buf_format(&sql, ", \"%s\"", vv_aggregate_name(i));
    for (int i = 0; i < ARGUMENTS; i++)
        vv_buf_format(&sql, ", %s HIDDEN", argument_names[i]);
    vv_buf_char(&sql, ')');
    code = sql.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, (const char *)sql.data);
    vv_buf_deinit(&sql);
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    t = code == SQLITE_OK ? vv_alloc_zero(sizeof *t) : NULL;
    if (t == NULL)
        return code == SQLITE_OK ? SQLITE_NOMEM : code;
    t->tables = arg;
    *vtab = &t->head;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab)
{
    vv_free(vtab);
    return SQLITE_OK;
}

/* idxNum: the arguments that are given, bit by bit, and behind them the functions that are used.
 * Bit 31 of idxNum is never needed. */
static int best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    unsigned given = 0, used = (unsigned)(info->colUsed >> COLUMN_FUNCTIONS);
    const unsigned needed = (1u << ARGUMENTS_NEEDED) - 1;
    int argument_of[ARGUMENTS], count = 0;

    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        int argument = c->iColumn - COLUMN_ARGUMENTS;

        if (argument < 0 || c->op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!c->usable)
            return SQLITE_CONSTRAINT; /* another order of the tables will give it */
        given |= 1u << argument;
        argument_of[argument] = i;
    }
    if ((given & needed) != needed) {
        sqlite3_free(vtab->zErrMsg);
        vtab->zErrMsg =
            sqlite3_mprintf("varve_agg(tag, from, to[, every[, functions]]): tag, from and to "
                            "are needed");
        return SQLITE_ERROR;
    }
    for (int i = 0; i < ARGUMENTS; i++)
        if ((given & 1u << i) != 0) {
            info->aConstraintUsage[argument_of[i]].argvIndex = ++count;
            info->aConstraintUsage[argument_of[i]].omit = 1;
        }
    used &= (1u << VV_AGG_FUNCTIONS) - 1;
    info->idxNum = (int)(given | used << ARGUMENTS);
    info->estimatedCost = 1000;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

/* ---- cursors ---- */

static int open_cursor(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    struct vv_sqltables *tables = ((struct table *)(void *)vtab)->tables;
    struct cursor *c = vv_alloc_zero(sizeof *c);
    vv_error err = {0};

    if (c == NULL)
        return SQLITE_NOMEM;
    if (vv_sqltables_cursor_opened(tables, &err) != VARVE_OK) {
        vv_free(c);
        return vv_vtab_fail(vtab, &err);
    }
    c->head.pVtab = vtab;
    *cursor = &c->head;
    return SQLITE_OK;
}

static void forget(struct cursor *c)
{
    vv_history_query_close(c->query);
    c->query = NULL;
    for (int i = 0; i < ARGUMENTS; i++) {
        sqlite3_value_free(c->arguments[i]);
        c->arguments[i] = NULL;
    }
    vv_free(c->tags);
    c->tags = NULL;
    c->tag_count = c->tag_at = c->tag_room = 0;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    struct cursor *c = (struct cursor *)(void *)cursor;

    forget(c);
    vv_sqltables_cursor_closed(tables_of(c));
    vv_free(c);
    return SQLITE_OK;
}

/* ---- arguments ---- */

static const char *text_of(const struct cursor *c, int argument)
{
    return (const char *)sqlite3_value_text(c->arguments[argument]);
}

/* Integers are ms; texts are what a user may type. */
static vv_status read_time(const struct cursor *c, int argument, int64_t *time_ms, vv_error *err)
{
    sqlite3_value *value = c->arguments[argument];
    const char *text;

    if (sqlite3_value_type(value) == SQLITE_INTEGER) {
        *time_ms = sqlite3_value_int64(value);
        return VARVE_OK;
    }
    text = text_of(c, argument);
    if (text == NULL)
        return vv_fail(err, VARVE_BAD_TIME, "varve_agg: a time is missing");
    return vv_time_parse_user_ms(text, vv_now_ms(), time_ms, err);
}

static vv_status read_every(struct cursor *c, vv_error *err)
{
    sqlite3_value *value = c->arguments[ARGUMENT_EVERY];

    c->every_ms = 0;
    if (value == NULL || sqlite3_value_type(value) == SQLITE_NULL)
        return VARVE_OK;
    if (sqlite3_value_type(value) == SQLITE_INTEGER)
        c->every_ms = sqlite3_value_int64(value);
    else if (vv_duration_parse_ms(text_of(c, ARGUMENT_EVERY), &c->every_ms, err) != VARVE_OK)
        return err->status;
    return c->every_ms > 0 ? VARVE_OK
                           : vv_fail(err, VARVE_BAD_VALUE, "varve_agg: buckets of no length");
}

static vv_status read_functions(struct cursor *c, vv_error *err)
{
    sqlite3_value *value = c->arguments[ARGUMENT_FUNCTIONS];

    c->asked = 0;
    if (value == NULL || sqlite3_value_type(value) == SQLITE_NULL)
        return VARVE_OK;
    return vv_aggregate_parse(text_of(c, ARGUMENT_FUNCTIONS), &c->asked, err);
}

static bool add_tag(void *arg, const struct vv_tag *tag)
{
    struct cursor *c = arg;

    if (c->tag_count == c->tag_room) {
        size_t room = c->tag_room > 0 ? c->tag_room * 2 : 8;
        void *grown = vv_realloc(c->tags, room * sizeof(struct vv_tag *));

        if (grown == NULL) {
            c->tag_count = SIZE_MAX;
            return false;
        }
        c->tags = grown;
        c->tag_room = room;
    }
    c->tags[c->tag_count++] = tag;
    return true;
}

/* An unknown tag has no rows, as everywhere in SQL. */
static vv_status read_tags(struct cursor *c, vv_error *err)
{
    struct vv_history_set *set = tables_of(c)->set;
    const char *text = text_of(c, ARGUMENT_TAG);
    const struct vv_tag *tag;
    vv_status st = VARVE_OK;

    if (text == NULL)
        return VARVE_OK;
    if (vv_glob_is_pattern(text, strlen(text))) {
        const struct vv_tag_list list = {.match = text};

        st = vv_tags_list(set, &list, add_tag, c, NULL, err);
    } else if (vv_tag_find(set, NULL, text, strlen(text), &tag, NULL) == VARVE_OK) {
        add_tag(c, tag);
    }
    if (c->tag_count != SIZE_MAX)
        return st;
    c->tag_count = 0;
    return vv_fail(err, VARVE_NO_MEMORY, "varve_agg: no memory for the list of tags");
}

/* ---- moving ---- */

static vv_status next_tag(struct cursor *c, vv_error *err)
{
    struct vv_history_query_spec spec = {
        .tag = c->tags[c->tag_at],
        .from_ms = c->from_ms,
        .to_ms = c->to_ms,
        .mode = c->every_ms > 0 ? VV_HISTORY_EVERY : VV_HISTORY_WHOLE,
        .every_ms = c->every_ms,
        .functions = c->asked,
    };

    if (c->asked == 0) {
        spec.functions = c->used & vv_aggregate_of_type(spec.tag->type);
        spec.functions |= spec.functions == 0 ? VV_AGG_COUNT : 0;
    }
    c->functions = spec.functions;
    return vv_history_query_open(tables_of(c)->set, &spec, &c->query, err);
}

/* The next block of the tag at hand or of those behind it; no query behind the last. */
static int next_block(struct cursor *c)
{
    vv_error err = {0};
    vv_status st = VARVE_OK;

    c->at = 0;
    for (;;) {
        if (tables_of(c)->stop != NULL && tables_of(c)->stop(tables_of(c)->stop_arg))
            st = vv_fail(&err, VARVE_CANCELLED, "interrupted");
        else if (c->query == NULL && c->tag_at < c->tag_count)
            st = next_tag(c, &err);
        if (st != VARVE_OK || c->query == NULL)
            break;
        st = vv_history_query_next(c->query, &c->block, &err);
        if ((st == VARVE_OK || st == VARVE_END) && vv_history_query_lost_blocks(c->query) > 0)
            st = vv_fail(&err, VARVE_CORRUPT, "tag \"%s\": %llu blocks of its history are damaged",
                         c->tags[c->tag_at]->name,
                         (unsigned long long)vv_history_query_lost_blocks(c->query));
        if (st != VARVE_END)
            break;
        st = VARVE_OK;
        vv_history_query_close(c->query);
        c->query = NULL;
        c->tag_at++;
    }
    return st == VARVE_OK ? SQLITE_OK : vv_vtab_fail(c->head.pVtab, &err);
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)(void *)cursor;
    vv_error err = {0};
    vv_status st;
    int taken = 0;

    (void)text;
    (void)argc;
    forget(c);
    c->row = 0;
    c->used = (unsigned)number >> ARGUMENTS;
    for (int i = 0; i < ARGUMENTS; i++)
        if (((unsigned)number & 1u << i) != 0) {
            c->arguments[i] = sqlite3_value_dup(argv[taken++]);
            if (c->arguments[i] == NULL)
                return SQLITE_NOMEM;
        }
    st = read_time(c, ARGUMENT_FROM, &c->from_ms, &err);
    if (st == VARVE_OK)
        st = read_time(c, ARGUMENT_TO, &c->to_ms, &err);
    if (st == VARVE_OK)
        st = read_every(c, &err);
    if (st == VARVE_OK)
        st = read_functions(c, &err);
    if (st == VARVE_OK)
        st = read_tags(c, &err);
    return st == VARVE_OK ? next_block(c) : vv_vtab_fail(cursor->pVtab, &err);
}

static int next(sqlite3_vtab_cursor *cursor)
{
    struct cursor *c = (struct cursor *)(void *)cursor;

    c->row++;
    return ++c->at < c->block.rows ? SQLITE_OK : next_block(c);
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
    return ((const struct cursor *)(const void *)cursor)->query == NULL;
}

static int row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
    *id = ((const struct cursor *)(const void *)cursor)->row;
    return SQLITE_OK;
}

/* ---- values ---- */

static void give_datum(sqlite3_context *context, const struct vv_datum *value)
{
    switch (value->type) {
    case VV_TYPE_NONE:
        break;
    case VV_TYPE_INTEGER:
    case VV_TYPE_DATETIME:
        sqlite3_result_int64(context, value->as.integer);
        break;
    case VV_TYPE_DOUBLE:
        sqlite3_result_double(context, value->as.number);
        break;
    case VV_TYPE_BOOLEAN:
        sqlite3_result_int(context, value->as.boolean);
        break;
    case VV_TYPE_STRING:
        sqlite3_result_text64(context, value->as.text, value->text_len, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
        break;
    }
}

/* The function's place among those of the query: they stand in the order of their bits. */
static void give_function(const struct cursor *c, sqlite3_context *context, unsigned bit)
{
    unsigned width = (unsigned)__builtin_popcount(c->functions);
    unsigned before = (unsigned)__builtin_popcount(c->functions & ((1u << bit) - 1));

    if ((c->functions & 1u << bit) != 0)
        give_datum(context, &c->block.values[c->at * width + before]);
}

static int column_value(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const struct cursor *c = (const struct cursor *)(const void *)cursor;
    const struct vv_tag *tag = c->tags[c->tag_at];

    if (column == COLUMN_NAME)
        sqlite3_result_text64(context, tag->name, tag->name_len, SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (column == COLUMN_TIME)
        sqlite3_result_int64(context, c->block.times_ms[c->at]);
    else if (column == COLUMN_QUALITY)
        sqlite3_result_int(context, c->block.quality[c->at]);
    else if (column < COLUMN_ARGUMENTS)
        give_function(c, context, (unsigned)(column - COLUMN_FUNCTIONS));
    else if (c->arguments[column - COLUMN_ARGUMENTS] != NULL)
        sqlite3_result_value(context, c->arguments[column - COLUMN_ARGUMENTS]);
    return SQLITE_OK;
}

const sqlite3_module vv_vtab_agg_module = {
    .iVersion = 3,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = column_value,
    .xRowid = row_id,
};
