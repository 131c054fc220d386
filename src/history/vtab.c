/* vtab.c: attaching to a connection, the tables there are, the moment that statements see. */
#include "history/vtab.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "history/vtab_private.h"

#include "base/banned.h"

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for the tables over the histories");
}

/* ---- making and ending ---- */

static void unref(struct vv_sqltables *tables)
{
    if (--tables->refs > 0)
        return;
    for (size_t i = 0; i < tables->shape_count; i++) {
        vv_vtab_shape_deinit(&tables->shapes[i]);
        vv_free(tables->names[i].names);
    }
    vv_free(tables->shapes);
    vv_free(tables->names);
    vv_free(tables->list);
    vv_map_free(tables->by_name);
    if (tables->follow_end != NULL)
        tables->follow_end(tables->follow_arg);
    vv_free(tables);
}

/* SQLite is done with the module: the connection is closed, or the table was taken away. */
static void table_destroy(void *arg)
{
    struct vv_sqltable *table = arg;
    struct vv_sqltables *tables = table->tables;

    tables->list[table->place] = NULL;
    vv_map_remove(tables->by_name, table->name, strlen(table->name));
    vv_free(table);
    unref(tables);
}

static vv_status table_fail(const struct vv_sqltables *tables, const char *name, int code,
                            vv_error *err)
{
    return vv_fail(err, code == SQLITE_NOMEM ? VARVE_NO_MEMORY : VARVE_DATABASE,
                   "the table %s could not be shown: %s", name, sqlite3_errmsg(tables->db));
}

/* Takes over `table` whatever happens. */
static vv_status table_add(struct vv_sqltables *tables, struct vv_sqltable *table, vv_error *err)
{
    char name[VV_PARTITION_TABLE_BYTES];
    int code;

    if (tables->count == tables->room) {
        size_t room = tables->room > 0 ? tables->room * 2 : 64;
        void *grown = vv_realloc(tables->list, room * sizeof(struct vv_sqltable *));

        if (grown == NULL) {
            vv_free(table);
            return no_memory(err);
        }
        tables->list = grown;
        tables->room = room;
    }
    table->place = tables->count;
    if (vv_map_put(tables->by_name, table->name, strlen(table->name), table->place) != VARVE_OK) {
        vv_free(table);
        return no_memory(err);
    }
    tables->list[tables->count++] = table;
    tables->refs++;
    memcpy(name, table->name, sizeof name);
    /* When this fails it has called table_destroy. */
    code = sqlite3_create_module_v2(tables->db, table->name, &vv_vtab_module, table, table_destroy);
    return code == SQLITE_OK ? VARVE_OK : table_fail(tables, name, code, err);
}

static struct vv_sqltable *table_new(struct vv_sqltables *tables, size_t shape)
{
    struct vv_sqltable *table = vv_alloc_zero(sizeof *table);

    if (table == NULL)
        return NULL;
    table->tables = tables;
    table->shape = &tables->shapes[shape];
    table->names = &tables->names[shape];
    table->from = INT64_MIN;
    table->to = INT64_MAX;
    return table;
}

/* SQLite is done with a module that is no stratum's. */
static void module_destroy(void *arg)
{
    unref(arg);
}

static const struct {
    const char *name;
    const sqlite3_module *module;
} modules[] = {{"varve_tables", &vv_vtab_tables_module}, {"varve_agg", &vv_vtab_agg_module}};

static vv_status add_modules(struct vv_sqltables *tables, vv_error *err)
{
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        int code;

        tables->refs++;
        code = sqlite3_create_module_v2(tables->db, modules[i].name, modules[i].module, tables,
                                        module_destroy);
        if (code != SQLITE_OK)
            return table_fail(tables, modules[i].name, code, err);
    }
    return VARVE_OK;
}

/* The tables over all time, one for each source. */
static vv_status add_whole(struct vv_sqltables *tables, vv_error *err)
{
    vv_status st = VARVE_OK;

    for (size_t i = 0; i < tables->shape_count && st == VARVE_OK; i++) {
        struct vv_sqltable *table = table_new(tables, i);

        if (table == NULL)
            return no_memory(err);
        snprintf(table->name, sizeof table->name, "%s", tables->shapes[i].source->table);
        st = table_add(tables, table, err);
    }
    return st;
}

/* Whatever was kept of the set before goes. */
static void use_set(struct vv_sqltables *tables, struct vv_history_set *set)
{
    tables->set = set;
    tables->version = 0;
    for (size_t i = 0; i < tables->shape_count; i++)
        tables->names[i].count = 0; /* their texts were that set's */
}

static vv_status prepare(struct vv_sqltables *tables, struct vv_history_set *set, vv_error *err)
{
    size_t count = 0;
    vv_status st = VARVE_OK;

    while (vv_table_source_at(count) != NULL)
        count++;
    tables->shapes = vv_alloc_array(count + VV_VTAB_WINDOWS, sizeof *tables->shapes);
    tables->names = vv_alloc_array(count + VV_VTAB_WINDOWS, sizeof *tables->names);
    tables->by_name = vv_map_new();
    if (tables->shapes == NULL || tables->names == NULL || tables->by_name == NULL)
        return no_memory(err);
    if (vv_history_count(set) > VV_VTAB_HISTORIES)
        return vv_fail(err, VARVE_LIMIT, "SQL shows at most %d histories", VV_VTAB_HISTORIES);
    use_set(tables, set);
    for (; tables->shape_count < count && st == VARVE_OK; tables->shape_count++)
        st = vv_vtab_shape_init(&tables->shapes[tables->shape_count],
                                vv_table_source_at(tables->shape_count), err);
    return st;
}

vv_status vv_sqltables_attach(struct sqlite3 *db, struct vv_history_set *set,
                              struct vv_sqltables **tables, vv_error *err)
{
    struct vv_sqltables *t = vv_alloc_zero(sizeof *t);
    vv_status st;

    *tables = NULL;
    if (t == NULL)
        return no_memory(err);
    t->db = db;
    t->refs = 1;
    st = prepare(t, set, err);
    if (st == VARVE_OK)
        st = add_whole(t, err);
    if (st == VARVE_OK)
        st = add_modules(t, err);
    if (st == VARVE_OK)
        st = vv_sqltables_refresh(t, err);
    if (st == VARVE_OK) {
        *tables = t;
        unref(t); /* the modules hold it */
    } else {
        vv_sqltables_detach(t);
        unref(t);
    }
    return st;
}

static void table_drop(struct vv_sqltables *tables, struct vv_sqltable *table)
{
    char name[VV_PARTITION_TABLE_BYTES];

    memcpy(name, table->name, sizeof name);
    sqlite3_create_module_v2(tables->db, name, NULL, NULL, NULL);
}

void vv_sqltables_detach(struct vv_sqltables *tables)
{
    if (tables == NULL)
        return;
    tables->refs++;
    for (size_t i = 0; i < tables->count; i++)
        if (tables->list[i] != NULL)
            table_drop(tables, tables->list[i]);
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++)
        sqlite3_create_module_v2(tables->db, modules[i].name, NULL, NULL, NULL);
    unref(tables);
}

void vv_sqltables_stop(struct vv_sqltables *tables, bool (*stop)(void *arg), void *arg)
{
    tables->stop = stop;
    tables->stop_arg = arg;
}

/* ---- what there is ---- */

uint32_t vv_vtab_stratum(varve *store, const char *name, const struct varve_stratum **stratum)
{
    const struct varve_stratum *found;

    for (uint32_t id = 0; varve_stratum_get(store, id, &found, NULL) == VARVE_OK; id++)
        if (strcmp(found->name, name) == 0) {
            if (stratum != NULL)
                *stratum = found;
            return id;
        }
    return UINT32_MAX;
}

bool vv_sqltable_shows(const struct vv_sqltable *table, const struct vv_history *history)
{
    const struct vv_table_source *source = table->shape->source;

    if (source->shows != NULL && !source->shows(table->tables->set, history))
        return false;
    return table->provider_id == 0 || table->provider_id == vv_history_provider_id(history);
}

size_t vv_vtab_strata(varve *store, const struct vv_table_source *source, uint32_t *ids,
                      const struct varve_stratum **stratum)
{
    size_t count = 0;

    for (size_t s = 0; s < VV_SOURCE_STRATA && source->strata[s] != NULL; s++) {
        uint32_t id = vv_vtab_stratum(store, source->strata[s], stratum);

        if (id != UINT32_MAX)
            ids[count++] = id;
    }
    return count;
}

bool vv_vtab_partition_of(const struct varve_stratum *stratum, int64_t from,
                          struct vv_partition *partition)
{
    return stratum->span != VARVE_SPAN_NONE &&
           vv_partition_at((enum vv_partition_size)stratum->span,
                           vv_vtab_time_out(stratum->unit, VARVE_MILLISECONDS, from), partition,
                           NULL) == VARVE_OK;
}

/* ---- partitions ---- */

struct refreshing {
    struct vv_sqltables *tables;
    size_t shape;
    uint32_t history_index;
    struct vv_history *history;
    const struct varve_stratum *stratum;
    vv_status status;
    vv_error *err;
};

static bool meet_partition(void *arg, const struct varve_partition *partition)
{
    struct refreshing *r = arg;
    struct vv_sqltables *tables = r->tables;
    const struct vv_table_source *source = tables->shapes[r->shape].source;
    char name[VV_PARTITION_TABLE_BYTES];
    struct vv_partition named;
    struct vv_sqltable *table;
    uint64_t place;

    tables->totals[r->history_index].partitions++;
    if (!vv_vtab_partition_of(r->stratum, partition->from, &named))
        return true;
    source->partition_name(source, r->history, &named, name);
    if (vv_map_get(tables->by_name, name, strlen(name), &place)) {
        tables->list[place]->seen = tables->round;
        return true;
    }
    table = table_new(tables, r->shape);
    if (table == NULL) {
        r->status = no_memory(r->err);
        return false;
    }
    table->provider_id = vv_history_provider_id(r->history);
    table->from = partition->from;
    table->to = partition->to;
    table->seen = tables->round;
    memcpy(table->name, name, sizeof table->name);
    r->status = table_add(tables, table, r->err);
    return r->status == VARVE_OK;
}

/* The partitions of one source in one history. */
static vv_status list_partitions(struct refreshing *r)
{
    const struct vv_table_source *source = r->tables->shapes[r->shape].source;
    varve *store = vv_history_native(r->history);
    uint32_t strata[VV_SOURCE_STRATA];
    struct varve_partitions_spec spec = {.strata = strata};
    vv_status st;

    spec.stratum_count = vv_vtab_strata(store, source, strata, &r->stratum);
    if (spec.stratum_count == 0 || r->stratum->span == VARVE_SPAN_NONE)
        return VARVE_OK;
    r->status = VARVE_OK;
    st = varve_partitions(store, &spec, meet_partition, r, r->err);
    return st == VARVE_OK ? r->status : st;
}

static vv_status list_history(struct refreshing *r)
{
    struct vv_vtab_totals *totals = &r->tables->totals[r->history_index];
    struct varve_info info;
    vv_status st = varve_info_get(vv_history_native(r->history), &info, r->err);

    *totals = (struct vv_vtab_totals){0};
    for (r->shape = 0; r->shape < r->tables->shape_count && st == VARVE_OK; r->shape++)
        if (r->tables->shapes[r->shape].source->partition_name != NULL)
            st = list_partitions(r);
    totals->rows = st == VARVE_OK ? info.part_rows + info.head_rows : 0;
    if (totals->partitions == 0)
        totals->partitions = 1;
    return st;
}

/* Takes away what this round did not meet. */
static void sweep(struct vv_sqltables *tables)
{
    for (size_t i = 0; i < tables->count; i++)
        if (tables->list[i] != NULL && tables->list[i]->provider_id != 0 &&
            tables->list[i]->seen != tables->round)
            table_drop(tables, tables->list[i]);
    while (tables->count > 0 && tables->list[tables->count - 1] == NULL)
        tables->count--;
}

static uint64_t version_of(const struct vv_sqltables *tables)
{
    uint64_t version = 1;

    for (size_t i = 0; i < vv_history_count(tables->set); i++) {
        varve *store = vv_history_native(vv_history_at(tables->set, i));

        version = version * 1000003 + (store != NULL ? varve_partitions_version(store) : 0);
    }
    return version;
}

/* A table that a statement under preparation names is not to be taken from under it: `dropping`
 * only between statements. */
static vv_status refresh(struct vv_sqltables *tables, bool dropping, vv_error *err)
{
    struct refreshing r = {.tables = tables, .err = err};
    uint64_t version = version_of(tables);
    vv_status st = VARVE_OK;

    if (version == tables->version && !(dropping && tables->unswept))
        return VARVE_OK;
    tables->round++;
    st = vv_vtab_windows_find(tables, err);
    for (size_t i = 0; i < vv_history_count(tables->set) && st == VARVE_OK; i++) {
        r.history_index = (uint32_t)i;
        r.history = vv_history_at(tables->set, i);
        if (vv_history_native(r.history) != NULL)
            st = list_history(&r);
    }
    if (st != VARVE_OK)
        return st;
    tables->version = version;
    tables->unswept = !dropping;
    if (dropping)
        sweep(tables);
    return VARVE_OK;
}

vv_status vv_sqltables_refresh(struct vv_sqltables *tables, vv_error *err)
{
    return refresh(tables, tables->open_cursors == 0, err);
}

/* ---- following ---- */

void vv_sqltables_follow(struct vv_sqltables *tables,
                         vv_status (*follow)(void *arg, bool now, struct vv_history_set **set,
                                             vv_error *err),
                         void (*end)(void *arg), void *arg)
{
    tables->follow = follow;
    tables->follow_end = end;
    tables->follow_arg = arg;
}

/* Between statements. */
static vv_status follow(struct vv_sqltables *tables, bool now, vv_error *err)
{
    struct vv_history_set *set = tables->set;
    vv_status st;

    if (tables->follow == NULL)
        return VARVE_OK;
    st = tables->follow(tables->follow_arg, now, &set, err);
    if (set != tables->set)
        use_set(tables, set);
    return st;
}

vv_status vv_sqltables_follow_now(struct vv_sqltables *tables, vv_error *err)
{
    vv_status st;

    if (tables->open_cursors > 0)
        return vv_fail(err, VARVE_BUSY, "another statement is reading from the histories");
    st = follow(tables, true, err);
    return st == VARVE_OK ? refresh(tables, false, err) : st;
}

/* ---- moments ---- */

vv_status vv_sqltables_moment(struct vv_sqltables *tables, uint32_t history_index,
                              varve_snapshot **moment, vv_error *err)
{
    vv_status st = VARVE_OK;

    if (tables->moments[history_index] == NULL)
        st = varve_snapshot_open(vv_history_native(vv_history_at(tables->set, history_index)),
                                 &tables->moments[history_index], err);
    *moment = tables->moments[history_index];
    return st;
}

vv_status vv_sqltables_cursor_opened(struct vv_sqltables *tables, vv_error *err)
{
    vv_status st = VARVE_OK;

    if (tables->open_cursors == 0 && tables->follow != NULL) {
        st = follow(tables, false, err);
        if (st == VARVE_OK)
            st = refresh(tables, false, err);
    }
    if (st == VARVE_OK)
        tables->open_cursors++;
    return st;
}

void vv_sqltables_cursor_closed(struct vv_sqltables *tables)
{
    if (--tables->open_cursors > 0)
        return;
    for (size_t i = 0; i < vv_history_count(tables->set); i++) {
        varve_snapshot_close(tables->moments[i]);
        tables->moments[i] = NULL;
    }
}
