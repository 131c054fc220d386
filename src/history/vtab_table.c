/* vtab_table.c: the SQLite module of all tables over strata: cursors over series and their rows. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "history/tags.h"
#include "history/vtab_private.h"
#include "history/vtab_rows.h"

#include "base/banned.h"

struct table {
    sqlite3_vtab head; /* first: a sqlite3_vtab * is a struct table * */
    struct vv_sqltable *about;
};

#define ABSENT   UINT16_MAX       /* the stratum has no column of the name */
#define NOT_READ (UINT16_MAX - 1) /* it has one that the scan does not read yet */

/* How the columns of a table stand in the scans of one stratum of one history. */
struct layout {
    bool known;
    uint32_t *native;   /* by column of the table: the stratum's, or UINT32_MAX */
    uint32_t *columns;  /* those that are read, as the scan is told; room for all */
    uint16_t *position; /* by column of the table: in `columns`, ABSENT or NOT_READ */
    uint32_t count;
    enum varve_unit unit;
};

struct cursor {
    sqlite3_vtab_cursor head; /* first, likewise */
    struct vv_vtab_filter filter;
    struct vv_source_place place; /* that the filter points to */
    bool reverse;
    struct vv_source_series *series; /* owned */
    size_t series_count, series_at;  /* series_at == series_count: behind the last row */
    struct layout *layouts;          /* by history and stratum */
    size_t layout_count;
    struct layout *layout; /* of the series at hand */
    uint32_t late;         /* columns that were found missing in the present row */
    struct vv_vtab_rows rows;
};

static const struct vv_vtab_shape *shape_of(const struct cursor *c)
{
    return ((const struct table *)(const void *)c->head.pVtab)->about->shape;
}

static struct vv_sqltable *about(const struct cursor *c)
{
    return ((struct table *)(void *)c->head.pVtab)->about;
}

int vv_vtab_fail(sqlite3_vtab *vtab, const vv_error *err)
{
    sqlite3_free(vtab->zErrMsg);
    vtab->zErrMsg = sqlite3_mprintf("%s", err->message);
    switch (err->status) {
    case VARVE_CORRUPT:
        return SQLITE_CORRUPT_VTAB;
    case VARVE_NO_MEMORY:
        return SQLITE_NOMEM;
    case VARVE_CANCELLED:
        return SQLITE_INTERRUPT;
    case VARVE_IO:
        return SQLITE_IOERR;
    default:
        return SQLITE_ERROR;
    }
}

/* ---- the table ---- */

static int connect(sqlite3 *db, void *arg, int argc, const char *const *argv, sqlite3_vtab **vtab,
                   char **message)
{
    struct vv_sqltable *of = arg;
    struct table *t;
    int code = sqlite3_declare_vtab(db, of->shape->declaration);

    (void)argc;
    (void)argv;
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    if (code != SQLITE_OK) {
        *message = sqlite3_mprintf("%s: %s", of->name, sqlite3_errmsg(db));
        return code;
    }
    t = vv_alloc_zero(sizeof *t);
    if (t == NULL)
        return SQLITE_NOMEM;
    t->about = of;
    *vtab = &t->head;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab)
{
    vv_free(vtab);
    return SQLITE_OK;
}

/* Rows and series of all the set; of a partition a guess. */
static struct vv_vtab_size size_of(const struct vv_sqltable *table)
{
    const struct vv_table_source *source = table->shape->source;
    struct vv_vtab_size size = {0};
    struct vv_history_set *set = table->tables->set;
    size_t shown = 0;

    for (size_t i = 0; i < vv_history_count(set); i++) {
        struct vv_history *history = vv_history_at(set, i);
        varve *store = vv_history_native(history);
        const struct vv_vtab_totals *totals = &table->tables->totals[i];

        if (store == NULL || !vv_sqltable_shows(table, history))
            continue;
        shown++;
        size.rows +=
            (double)totals->rows / (table->provider_id != 0 ? (double)totals->partitions : 1);
        size.series += varve_series_count(store);
    }
    size.key_once = source->key_once && (source->key_across || shown <= 1);
    return size;
}

static int best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const struct table *t = (const struct table *)(const void *)vtab;
    const struct vv_vtab_size size = size_of(t->about);

    return vv_vtab_plan(t->about->shape, &size, info);
}

/* ---- cursors ---- */

static int open_cursor(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    struct vv_sqltables *tables = ((struct table *)(void *)vtab)->about->tables;
    struct cursor *c = vv_alloc_zero(sizeof *c);
    vv_error err = {0};

    if (c == NULL)
        return SQLITE_NOMEM;
    if (vv_sqltables_cursor_opened(tables, &err) != VARVE_OK) {
        vv_free(c);
        return vv_vtab_fail(vtab, &err);
    }
    c->head.pVtab = vtab;
    c->layout_count = vv_history_count(tables->set) * VV_SOURCE_STRATA;
    c->layouts = vv_alloc_array(c->layout_count, sizeof *c->layouts);
    if (c->layouts == NULL) {
        vv_sqltables_cursor_closed(tables);
        vv_free(c);
        return SQLITE_NOMEM;
    }
    *cursor = &c->head;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    struct cursor *c = (struct cursor *)(void *)cursor;

    vv_vtab_rows_close(&c->rows);
    vv_sqltables_cursor_closed(about(c)->tables);
    for (size_t i = 0; i < c->layout_count; i++) {
        vv_free(c->layouts[i].native);
        vv_free(c->layouts[i].columns);
        vv_free(c->layouts[i].position);
    }
    vv_free(c->layouts);
    vv_free(c->series);
    vv_free(c);
    return SQLITE_OK;
}

/* ---- layouts ---- */

static uint32_t native_column(const struct varve_stratum *stratum, const char *name, uint32_t hint)
{
    if (hint < stratum->column_count && strcmp(stratum->columns[hint].name, name) == 0)
        return hint;
    for (uint32_t i = 0; i < stratum->column_count; i++)
        if (strcmp(stratum->columns[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

static void layout_read(struct layout *layout, int column)
{
    layout->position[column] = (uint16_t)layout->count;
    layout->columns[layout->count++] = layout->native[column];
}

/* Of the columns that the statement names those are read from the start of which SQLite tells
 * (the first 63). It tells of all others together: they are read once a row was asked for one. */
static vv_status layout_fill(struct cursor *c, struct layout *layout,
                             const struct varve_stratum *stratum, vv_error *err)
{
    const struct vv_vtab_shape *shape = shape_of(c);
    size_t count = (size_t)shape->column_count;
    uint32_t hint = 0;

    layout->native = vv_alloc_array(count, sizeof *layout->native);
    layout->columns = vv_alloc_array(count, sizeof *layout->columns);
    layout->position = vv_alloc_array(count, sizeof *layout->position);
    if (layout->native == NULL || layout->columns == NULL || layout->position == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to read %s", shape->table->name);
    for (int i = 0; i < shape->column_count; i++) {
        layout->native[i] = shape->roles[i] == VV_ROLE_NATIVE
                                ? native_column(stratum, shape->table->columns[i].name, hint)
                                : UINT32_MAX;
        layout->position[i] = layout->native[i] == UINT32_MAX ? ABSENT : NOT_READ;
        hint = layout->native[i] == UINT32_MAX ? hint : layout->native[i] + 1;
        if (i < 63 && layout->position[i] == NOT_READ && (c->filter.used >> i & 1) != 0)
            layout_read(layout, i);
    }
    layout->unit = stratum->unit;
    layout->known = true;
    return VARVE_OK;
}

static vv_status layout_of(struct cursor *c, const struct vv_source_series *series, vv_error *err)
{
    struct layout *layout = &c->layouts[series->history_index * VV_SOURCE_STRATA + series->stratum];
    const struct varve_stratum *stratum;

    c->layout = layout;
    if (layout->known)
        return VARVE_OK;
    vv_vtab_stratum(vv_history_native(series->history),
                    shape_of(c)->source->strata[series->stratum], &stratum);
    return layout_fill(c, layout, stratum, err);
}

/* Reads `column` too, from the present row on; with it, the more often that was needed for one row,
 * the more of those behind it: a statement that shows all of a wide table asks for one after the
 * other. */
static vv_status layout_widen(struct cursor *c, int column, vv_error *err)
{
    uint32_t more = 1u << (c->late < 16 ? c->late : 16);
    struct layout *layout = c->layout;

    c->late++;
    for (int i = column; i < shape_of(c)->column_count && more > 0; i++)
        if (layout->position[i] == NOT_READ) {
            layout_read(layout, i);
            more--;
        }
    return vv_vtab_rows_columns(&c->rows, layout->columns, layout->count, err);
}

/* ---- moving ---- */

/* Opens the rows of the series at hand; END when it has none. */
static vv_status open_rows(struct cursor *c, vv_error *err)
{
    const struct vv_source_series *series = &c->series[c->series_at];
    const struct vv_sqltable *table = about(c);
    struct vv_vtab_rows_spec spec = {.store = vv_history_native(series->history),
                                     .series = series->series,
                                     .reverse = c->reverse,
                                     .stop = table->tables->stop,
                                     .stop_arg = table->tables->stop_arg};
    struct vv_vtab_range times;
    vv_status st = layout_of(c, series, err);

    if (st != VARVE_OK)
        return st;
    times = vv_vtab_time_in(c->layout->unit, table->shape->unit, &c->filter.times);
    if (c->filter.place != NULL) {
        times.low = times.low > c->place.time ? times.low : c->place.time;
        times.high = times.high < c->place.time ? times.high : c->place.time;
    }
    spec.from = times.low > table->from ? times.low : table->from;
    spec.to = times.high < INT64_MAX ? times.high + 1 : INT64_MAX;
    spec.to = spec.to < table->to ? spec.to : table->to;
    spec.columns = c->layout->columns;
    spec.column_count = c->layout->count;
    if (spec.from >= spec.to)
        return VARVE_END;
    st = vv_sqltables_moment(table->tables, series->history_index, &spec.moment, err);
    return st == VARVE_OK ? vv_vtab_rows_open(&c->rows, &spec, err) : st;
}

/* The first row of the series at hand or of those behind it. */
static int settle(struct cursor *c)
{
    vv_error err = {0};
    vv_status st = VARVE_END;

    for (; c->series_at < c->series_count; c->series_at++) {
        vv_vtab_rows_close(&c->rows);
        c->rows = (struct vv_vtab_rows){0};
        st = open_rows(c, &err);
        if (st != VARVE_END)
            break;
    }
    c->late = 0;
    return st == VARVE_OK || st == VARVE_END ? SQLITE_OK : vv_vtab_fail(c->head.pVtab, &err);
}

static int next(sqlite3_vtab_cursor *cursor)
{
    struct cursor *c = (struct cursor *)(void *)cursor;
    vv_error err = {0};
    vv_status st = vv_vtab_rows_next(&c->rows, &err);

    c->late = 0;
    if (st == VARVE_OK)
        return SQLITE_OK;
    if (st != VARVE_END)
        return vv_vtab_fail(cursor->pVtab, &err);
    c->series_at++;
    return settle(c);
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
    const struct cursor *c = (const struct cursor *)(const void *)cursor;

    return c->series_at == c->series_count;
}

/* ---- conditions ---- */

static void take_name(struct vv_vtab_filter *f, char op, sqlite3_value *value)
{
    switch (op) {
    case VV_PLAN_EQ:
        f->name_is = value;
        break;
    case VV_PLAN_IN:
        f->name_in = value;
        break;
    case VV_PLAN_LIKE:
        f->name_like = value;
        break;
    default:
        f->name_glob = value;
        break;
    }
}

/* The row of a primary key, if the key is the only one that is asked for. */
static void take_whole(struct cursor *c, sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    struct vv_source_place place;

    if (text == NULL ||
        !shape_of(c)->source->whole(text, (size_t)sqlite3_value_bytes(value), &place))
        c->filter.nothing = true;
    if (c->filter.nothing || c->filter.place != NULL)
        return; /* SQLite compares the second one itself */
    c->place = place;
    c->filter.place = &c->place;
}

static void take(struct cursor *c, char what, char op, sqlite3_value *value)
{
    struct vv_vtab_filter *f = &c->filter;
    bool text_key = shape_of(c)->text_key;

    if (what == VV_PLAN_WHOLE)
        take_whole(c, value);
    else if (what == VV_PLAN_TIME)
        vv_vtab_range_narrow(&f->times, op, value);
    else if (what == VV_PLAN_NAME)
        take_name(f, op, value);
    else if (op == VV_PLAN_IN)
        f->key_in = value;
    else if (text_key)
        f->key_is = value;
    else
        vv_vtab_range_narrow(&f->keys, op, value);
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)(void *)cursor;
    vv_error err = {0};
    vv_status st;

    vv_vtab_rows_close(&c->rows);
    vv_free(c->series);
    c->rows = (struct vv_vtab_rows){0};
    c->series = NULL;
    c->series_count = c->series_at = 0;
    c->reverse = number == VV_PLAN_REVERSE;
    c->filter = (struct vv_vtab_filter){.keys = {INT64_MIN, INT64_MAX},
                                        .times = {INT64_MIN, INT64_MAX},
                                        .used = strtoull(text + 2 * argc + 1, NULL, 16)};
    for (int i = 0; i < argc; i++)
        take(c, text[2 * i], text[2 * i + 1], argv[i]);
    if (c->filter.nothing || c->filter.keys.low > c->filter.keys.high ||
        c->filter.times.low > c->filter.times.high)
        return SQLITE_OK;
    st = vv_vtab_series_list(about(c), &c->filter, &c->series, &c->series_count, &err);
    return st == VARVE_OK ? settle(c) : vv_vtab_fail(cursor->pVtab, &err);
}

/* ---- values ---- */

static void give_native(struct cursor *c, sqlite3_context *context, int column)
{
    const struct varve_vector *vector = &c->rows.chunk.columns[c->layout->position[column]];
    uint32_t at = c->rows.at;

    if (vector->data == NULL ||
        (vector->valid != NULL && (vector->valid[at / 64] >> at % 64 & 1) == 0))
        return; /* null */
    switch (vector->type) {
    case VARVE_INT64:
        sqlite3_result_int64(context, ((const int64_t *)vector->data)[at]);
        break;
    case VARVE_DOUBLE:
        sqlite3_result_double(context, ((const double *)vector->data)[at]);
        break;
    case VARVE_BOOL:
        sqlite3_result_int(context, ((const uint8_t *)vector->data)[at] != 0);
        break;
    case VARVE_TEXT: {
        const struct varve_text *value = &((const struct varve_text *)vector->data)[at];

        sqlite3_result_text64(context, value->data, value->len_bytes, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
        break;
    }
    }
}

static vv_status give_name(struct cursor *c, sqlite3_context *context, vv_error *err)
{
    const struct vv_sqltable *table = about(c);
    int64_t key = c->series[c->series_at].key;
    struct vv_history_set *set = table->tables->set;
    const struct vv_source_name *name = vv_vtab_names_find(table->names, key);
    vv_status st = VARVE_OK;

    if (name == NULL || table->names->renamed != vv_tags_renamed(set)) {
        st = vv_vtab_names_refresh(table->names, table->shape->source, set, err);
        name = vv_vtab_names_find(table->names, key);
    }
    if (name != NULL)
        sqlite3_result_text64(context, name->name, name->len_bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
    return st;
}

static int column_value(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    struct cursor *c = (struct cursor *)(void *)cursor;
    const struct vv_vtab_shape *shape = shape_of(c);
    const struct vv_source_series *series = &c->series[c->series_at];
    const struct varve_rows *rows = &c->rows.chunk;
    struct vv_source_row row = {.series = series, .time = rows->times[c->rows.at]};
    vv_error err = {0};
    vv_status st = VARVE_OK;

    row.sub = rows->subs != NULL ? rows->subs[c->rows.at] : 0;
    switch (shape->roles[column]) {
    case VV_ROLE_KEY:
        if (shape->text_key)
            sqlite3_result_text64(context, series->text, series->text_len, SQLITE_TRANSIENT,
                                  SQLITE_UTF8);
        else
            sqlite3_result_int64(context, series->key);
        break;
    case VV_ROLE_TIME:
        sqlite3_result_int64(context, vv_vtab_time_out(c->layout->unit, shape->unit, row.time));
        break;
    case VV_ROLE_SUB:
        sqlite3_result_int64(context, row.sub);
        break;
    case VV_ROLE_COMPUTED:
    case VV_ROLE_WHOLE:
        shape->source->compute(context, &row, &shape->table->columns[column]);
        break;
    case VV_ROLE_NAME:
        st = give_name(c, context, &err);
        break;
    case VV_ROLE_NATIVE:
        if (c->layout->position[column] == NOT_READ)
            st = layout_widen(c, column, &err);
        if (st == VARVE_OK && c->layout->position[column] != ABSENT)
            give_native(c, context, column);
        break;
    }
    if (st == VARVE_OK)
        return SQLITE_OK;
    sqlite3_result_error(context, err.message, -1);
    sqlite3_result_error_code(context, st == VARVE_CORRUPT ? SQLITE_CORRUPT_VTAB : SQLITE_ERROR);
    return SQLITE_ERROR;
}

/* Without xCreate they exist by themselves and only so; without xUpdate they are read-only. Rows
 * are told apart by their primary key: there is no rowid. */
const sqlite3_module vv_vtab_module = {
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
};
