#include "collect/plant.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "catalog/catalog.h"
#include "catalog/names.h"
#include "collect/plant_file.h"
#include "sql/ledger.h"

#include "base/banned.h"

struct applying {
    struct vv_plant_file *file;
    struct vv_ledger_tx *tx;
    struct vv_arena *arena;
    void (*report)(void *arg, char sign, const char *text);
    void *report_arg;
    struct vv_plant_counts *counts;
};

/* The rows of one table as the ledger has them, by the name that the file knows them by. */
struct present {
    const struct vv_table *table;
    struct vv_row *rows;
    const char **names;
    bool *wanted; /* named by the file */
    size_t count;
    struct vv_map *by_name;
};

/* ---- reading what is there ---- */

static vv_status copy_row(struct vv_row *to, const struct vv_row *from, struct vv_arena *arena,
                          vv_error *err)
{
    vv_status status = vv_row_init(to, from->table, arena, err);
    for (size_t c = 0; c < from->table->column_count && !status; c++)
        if (from->values[c].kind != VV_VALUE_UNSET)
            status = vv_row_set(to, (int)c, &from->values[c], err);
    return status;
}

static vv_status present_load(struct applying *a, const char *table, struct present *present,
                              vv_error *err)
{
    *present = (struct present){.table = vv_catalog_find(table), .by_name = vv_map_new()};
    struct vv_query query = {.table = present->table};
    struct vv_ledger_cursor *cursor = NULL;
    int64_t total = 0;
    vv_status status = vv_ledger_count(a->tx, &query, &total, err);
    size_t most = (size_t)total;
    present->rows = vv_arena_zero(a->arena, (most + 1) * sizeof *present->rows);
    present->names = vv_arena_zero(a->arena, (most + 1) * sizeof *present->names);
    present->wanted = vv_arena_zero(a->arena, most + 1);
    if (!status && (!present->rows || !present->names || !present->wanted || !present->by_name))
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to compare %s", table);
    if (!status)
        status = vv_ledger_select(a->tx, &query, &cursor, err);
    const struct vv_row *row;
    while (!status && present->count < most && !(status = vv_ledger_next(cursor, &row, err)))
        status = copy_row(&present->rows[present->count++], row, a->arena, err);
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

static void present_deinit(struct present *present)
{
    vv_map_free(present->by_name);
}

static vv_status present_name(struct present *present, size_t i, const char *name, vv_error *err)
{
    present->names[i] = name;
    if (name && vv_map_put(present->by_name, name, strlen(name), i))
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to compare %s", present->table->name);
    return VARVE_OK;
}

static vv_status name_by_column(struct present *present, const char *column, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < present->count && !status; i++)
        status = present_name(present, i, vv_row_get_text(&present->rows[i], column), err);
    return status;
}

static struct vv_row *present_find(struct present *present, const char *name)
{
    uint64_t i;
    if (!name || !vv_map_get(present->by_name, name, strlen(name), &i))
        return NULL;
    present->wanted[i] = true;
    return &present->rows[i];
}

/* ---- changing it ---- */

static void tell(struct applying *a, char sign, const char *table, const char *name,
                 const char *detail)
{
    char line[512];
    if (sign == '+')
        a->counts->added++;
    else if (sign == '-')
        a->counts->removed++;
    else
        a->counts->changed++;
    if (!a->report)
        return;
    snprintf(line, sizeof line, "%s %s%s%s", table, name, detail[0] ? ": " : "", detail);
    a->report(a->report_arg, sign, line);
}

static bool same_value(const struct vv_value *a, const struct vv_value *b)
{
    bool a_null = a->kind <= VV_VALUE_NULL, b_null = b->kind <= VV_VALUE_NULL;
    if (a_null || b_null)
        return a_null == b_null;
    if (a->kind != b->kind)
        return false;
    if (a->kind == VV_VALUE_INT)
        return a->as.integer == b->as.integer;
    if (a->kind == VV_VALUE_DOUBLE)
        return a->as.real == b->as.real;
    return a->len_bytes == b->len_bytes && !memcmp(a->as.data, b->as.data, a->len_bytes);
}

/* Inserts the row, or sets what differs in the one that is there; its key is in `row` afterwards.
 */
static vv_status put_row(struct applying *a, const struct vv_plant_item *item, struct vv_row *row,
                         const struct vv_row *there, vv_error *err)
{
    char differing[256] = "";
    size_t used = 0;
    vv_status status = VARVE_OK;
    for (size_t c = 0; there && c < row->table->column_count && !status; c++) {
        bool key = vv_table_is_key(row->table, (int)c);
        if (key)
            status = vv_row_set(row, (int)c, &there->values[c], err);
        else if (row->values[c].kind != VV_VALUE_UNSET &&
                 !same_value(&row->values[c], &there->values[c]) && used < sizeof differing)
            used += (size_t)snprintf(differing + used, sizeof differing - used, "%s%s",
                                     used ? ", " : "", row->table->columns[c].name);
    }
    if (status || (there && used == 0))
        return status;
    status = there ? vv_ledger_update(a->tx, row, err) : vv_ledger_insert(a->tx, row, err);
    if (status) {
        vv_error_prefix(err, "%s line %u", item->node->file, item->node->line);
        return status;
    }
    tell(a, there ? '~' : '+', row->table->name, item->name, differing);
    return VARVE_OK;
}

static vv_status remove_unwanted(struct applying *a, struct present *present, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = present->count; i > 0 && !status; i--) {
        if (present->wanted[i - 1])
            continue;
        status = vv_ledger_delete(a->tx, &present->rows[i - 1], err);
        if (!status)
            tell(a, '-', present->table->name,
                 present->names[i - 1] ? present->names[i - 1] : "(without a name)", "");
    }
    return status;
}

/* ---- references ---- */

static vv_status set_reference(struct applying *a, const struct vv_plant_item *item,
                               struct vv_row *row, const char *column, struct present *present,
                               const char *key, const char *name, const char *what, vv_error *err)
{
    (void)a;
    if (!name)
        return vv_row_set_int(row, column, 0, err);
    const struct vv_row *found = present_find(present, name);
    if (!found)
        return vv_yaml_fail(item->node, VARVE_NOT_FOUND, err, "there is no %s \"%s\"", what, name);
    return vv_row_set_int(row, column, vv_row_get_int(found, key, 0), err);
}

/* Units are made as they are named, and never removed: old rows may refer to them. */
static vv_status need_unit(struct applying *a, const struct vv_plant_item *item,
                           struct present *units, const char *name, vv_error *err)
{
    if (!name || present_find(units, name))
        return VARVE_OK;
    struct vv_row row;
    struct vv_plant_item unit = {.node = item->node, .name = name};
    vv_status status = vv_row_init(&row, units->table, a->arena, err);
    if (!status)
        status = vv_row_set_text(&row, "Name", name, err);
    if (!status)
        status = put_row(a, &unit, &row, NULL, err);
    if (status)
        return status;
    present_deinit(units);
    status = present_load(a, "TB_Dim", units, err);
    return status ? status : name_by_column(units, "Name", err);
}

/* ---- tables ---- */

/* Rows that were inserted are there for the references of the next table. */
static vv_status reload(struct applying *a, struct present *present, vv_error *err)
{
    const char *table = present->table->name;
    present_deinit(present);
    vv_status status = present_load(a, table, present, err);
    return status ? status : name_by_column(present, "Name", err);
}

static vv_status put_connections(struct applying *a, struct present *connections, vv_error *err)
{
    vv_status status = VARVE_OK;
    struct vv_plant_list *list = &a->file->connections;
    for (size_t i = 0; i < list->count && !status; i++)
        status = put_row(a, &list->items[i], &list->items[i].row,
                         present_find(connections, list->items[i].name), err);
    return status;
}

static const char *parameter_key(struct applying *a, const struct vv_row *row)
{
    return vv_arena_format(a->arena, "%" PRId64 "/%" PRId64 "/%" PRId64,
                           vv_row_get_int(row, "DevType", 0), vv_row_get_int(row, "SubType", 0),
                           vv_row_get_int(row, "MemInd", 0));
}

static vv_status put_parameters(struct applying *a, struct present *parameters,
                                struct present *units, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < parameters->count && !status; i++)
        status = present_name(parameters, i, parameter_key(a, &parameters->rows[i]), err);
    struct vv_plant_list *list = &a->file->parameters;
    for (size_t i = 0; i < list->count && !status; i++) {
        struct vv_plant_item *item = &list->items[i];
        status = need_unit(a, item, units, item->unit, err);
        if (!status)
            status = set_reference(a, item, &item->row, "DimId", units, "DimId", item->unit, "unit",
                                   err);
        if (!status)
            status = put_row(a, item, &item->row,
                             present_find(parameters, parameter_key(a, &item->row)), err);
    }
    return status;
}

static vv_status put_devices(struct applying *a, struct present *devices,
                             struct present *connections, vv_error *err)
{
    vv_status status = VARVE_OK;
    struct vv_plant_list *list = &a->file->devices;
    for (size_t i = 0; i < list->count && !status; i++) {
        struct vv_plant_item *item = &list->items[i];
        status = set_reference(a, item, &item->row, "ConnId", connections, "ConnId",
                               item->connection, "connection", err);
        if (!status)
            status = set_reference(a, item, &item->row, "ConnId2", connections, "ConnId",
                                   item->spare, "connection", err);
        if (!status)
            status = put_row(a, item, &item->row, present_find(devices, item->name), err);
    }
    return status;
}

/* ---- the tree ---- */

static const struct vv_row *object_by_id(const struct present *objects, const struct vv_map *ids,
                                         int64_t id)
{
    uint64_t i;
    return id != 0 && vv_map_get(ids, &id, sizeof id, &i) ? &objects->rows[i] : NULL;
}

/* Names the objects by their paths: from each up to its root, then down again. */
static vv_status name_by_path(struct applying *a, struct present *objects, vv_error *err)
{
    enum {
        DEEPEST = 64
    };
    struct vv_map *ids = vv_map_new();
    struct vv_buf path = {0};
    vv_status status = ids ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
    for (size_t i = 0; i < objects->count && !status; i++) {
        int64_t id = vv_row_get_int(&objects->rows[i], "ObjId", 0);
        status = vv_map_put(ids, &id, sizeof id, i);
    }
    for (size_t i = 0; i < objects->count && !status; i++) {
        const struct vv_row *up[DEEPEST];
        size_t depth = 0;
        for (const struct vv_row *row = &objects->rows[i]; row && depth < DEEPEST;
             row = object_by_id(objects, ids, vv_row_get_int(row, "Parent", 0)))
            up[depth++] = row;
        vv_buf_reset(&path);
        for (; depth > 0; depth--) {
            const char *name = vv_row_get_text(up[depth - 1], "Name");
            vv_path_add(&path, name ? name : "", name ? strlen(name) : 0);
        }
        const char *own =
            path.failed ? NULL : vv_arena_text(a->arena, (const char *)path.data, path.len);
        status = own ? present_name(objects, i, own, err)
                     : vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
    }
    vv_buf_deinit(&path);
    vv_map_free(ids);
    return status;
}

/* Marks what the file names; removes the rest, points and their options before branches. */
static vv_status remove_objects(struct applying *a, struct present *objects,
                                struct present *options, vv_error *err)
{
    const struct vv_plant_list *lists[] = {&a->file->branches, &a->file->points};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            present_find(objects, lists[l]->items[i].name);
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < options->count && !status; i++) {
        int64_t id = vv_row_get_int(&options->rows[i], "ObjId", 0);
        for (size_t k = 0; k < objects->count && !status; k++)
            if (!objects->wanted[k] && vv_row_get_int(&objects->rows[k], "ObjId", 0) == id)
                status = vv_ledger_delete(a->tx, &options->rows[i], err);
    }
    /* Deepest first: a branch goes after all that hangs on it. */
    for (bool again = true; again && !status;) {
        again = false;
        for (size_t i = 0; i < objects->count && !status; i++) {
            bool has_child = false;
            int64_t id = vv_row_get_int(&objects->rows[i], "ObjId", 0);
            if (objects->wanted[i] || !objects->names[i])
                continue;
            for (size_t k = 0; k < objects->count && !has_child; k++)
                has_child = !objects->wanted[k] && objects->names[k] &&
                            vv_row_get_int(&objects->rows[k], "Parent", 0) == id;
            if (has_child)
                continue;
            status = vv_ledger_delete(a->tx, &objects->rows[i], err);
            tell(a, '-', "TB_Objects", objects->names[i], "");
            objects->names[i] = NULL;
            again = true;
        }
    }
    return status;
}

/* A parameter may move from one point to another in one file: those that lose theirs are freed
 * first, since (DevId, MemInd) is unique. */
static vv_status free_parameters(struct applying *a, struct present *objects, vv_error *err)
{
    vv_status status = VARVE_OK;
    struct vv_plant_list *list = &a->file->points;
    for (size_t i = 0; i < list->count && !status; i++) {
        struct vv_plant_item *item = &list->items[i];
        struct vv_row *there = present_find(objects, item->name);
        struct vv_row freed;
        if (!there ||
            (vv_row_get_int(there, "DevId", 0) == vv_row_get_int(&item->row, "DevId", 0) &&
             vv_row_get_int(there, "MemInd", 0) == vv_row_get_int(&item->row, "MemInd", 0)))
            continue;
        status = vv_row_init(&freed, there->table, a->arena, err);
        if (!status)
            status = vv_row_set_int(&freed, "ObjId", vv_row_get_int(there, "ObjId", 0), err);
        if (!status)
            status = vv_row_set_int(&freed, "DevId", 0, err);
        if (!status)
            status = vv_row_set_null(&freed, "MemInd", err);
        if (!status)
            status = vv_ledger_update(a->tx, &freed, err);
    }
    return status;
}

static vv_status put_object(struct applying *a, struct vv_plant_item *item, struct present *objects,
                            struct vv_map *ids, vv_error *err)
{
    uint64_t parent = 0;
    if (item->parent[0])
        vv_map_get(ids, item->parent, strlen(item->parent), &parent);
    vv_status status = vv_row_set_int(&item->row, "Parent", (int64_t)parent, err);
    if (!status)
        status = put_row(a, item, &item->row, present_find(objects, item->name), err);
    if (!status)
        status = vv_map_put(ids, item->name, strlen(item->name),
                            (uint64_t)vv_row_get_int(&item->row, "ObjId", 0));
    return status;
}

static vv_status put_option(struct applying *a, struct vv_plant_item *item, struct present *options,
                            struct present *histories, vv_error *err)
{
    char id[32];
    int64_t object = vv_row_get_int(&item->row, "ObjId", 0);
    snprintf(id, sizeof id, "%" PRId64, object);
    vv_status status = vv_row_set_int(&item->option, "ObjId", object, err);
    if (!status)
        status = set_reference(a, item, &item->option, "HistoryId", histories, "Id", item->history,
                               "history", err);
    return status ? status : put_row(a, item, &item->option, present_find(options, id), err);
}

static vv_status put_points(struct applying *a, struct present *devices, struct present *units,
                            vv_error *err)
{
    struct present objects = {0}, options = {0}, histories = {0};
    struct vv_map *ids = vv_map_new();
    vv_status status = ids ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
    if (!status)
        status = present_load(a, "TB_Objects", &objects, err);
    if (!status)
        status = name_by_path(a, &objects, err);
    if (!status)
        status = present_load(a, "vv_point_option", &options, err);
    for (size_t i = 0; i < options.count && !status; i++)
        status = present_name(
            &options, i,
            vv_arena_format(a->arena, "%" PRId64, vv_row_get_int(&options.rows[i], "ObjId", 0)),
            err);
    if (!status)
        status = present_load(a, "ScadaProviderMapping", &histories, err);
    if (!status)
        status = name_by_column(&histories, "Provider", err);
    if (!status)
        status = remove_objects(a, &objects, &options, err);
    struct vv_plant_list *points = &a->file->points;
    for (size_t i = 0; i < points->count && !status; i++) {
        struct vv_plant_item *item = &points->items[i];
        status = set_reference(a, item, &item->row, "DevId", devices, "DevId", item->device,
                               "device", err);
        if (!status)
            status = need_unit(a, item, units, item->unit, err);
        if (!status)
            status = set_reference(a, item, &item->row, "DimId", units, "DimId", item->unit, "unit",
                                   err);
    }
    if (!status)
        status = free_parameters(a, &objects, err);
    for (size_t i = 0; i < a->file->branches.count && !status; i++)
        status = put_object(a, &a->file->branches.items[i], &objects, ids, err);
    for (size_t i = 0; i < points->count && !status; i++) {
        status = put_object(a, &points->items[i], &objects, ids, err);
        if (!status)
            status = put_option(a, &points->items[i], &options, &histories, err);
    }
    present_deinit(&objects);
    present_deinit(&options);
    present_deinit(&histories);
    vv_map_free(ids);
    return status;
}

/* ---- all of it ---- */

static vv_status apply_file(struct applying *a, vv_error *err)
{
    struct vv_plant_file *file = a->file;
    struct present connections = {0}, units = {0}, parameters = {0}, devices = {0};
    vv_status status = present_load(a, "TB_Connections", &connections, err);
    if (!status)
        status = name_by_column(&connections, "Name", err);
    if (!status)
        status = present_load(a, "TB_Dim", &units, err);
    if (!status)
        status = name_by_column(&units, "Name", err);
    if (!status)
        status = present_load(a, "vv_param_map", &parameters, err);
    if (!status)
        status = present_load(a, "TB_Devices", &devices, err);
    if (!status)
        status = name_by_column(&devices, "Name", err);

    if (!status)
        status = put_connections(a, &connections, err);
    struct present all_connections = {.table = vv_catalog_find("TB_Connections")};
    if (!status)
        status = reload(a, &all_connections, err);
    if (!status)
        status = put_parameters(a, &parameters, &units, err);
    if (!status)
        status = put_devices(a, &devices, &all_connections, err);
    struct present all_devices = {.table = vv_catalog_find("TB_Devices")};
    if (!status)
        status = reload(a, &all_devices, err);
    if (!status && file->points.given)
        status = put_points(a, &all_devices, &units, err);
    if (!status && file->devices.given)
        status = remove_unwanted(a, &devices, err);
    if (!status && file->parameters.given)
        status = remove_unwanted(a, &parameters, err);
    if (!status && file->connections.given)
        status = remove_unwanted(a, &connections, err);
    present_deinit(&connections);
    present_deinit(&all_connections);
    present_deinit(&units);
    present_deinit(&parameters);
    present_deinit(&devices);
    present_deinit(&all_devices);
    return status;
}

vv_status vv_plant_apply(struct vv_ledger *ledger, const char *path, bool dry_run,
                         void (*report)(void *arg, char sign, const char *text), void *arg,
                         struct vv_plant_counts *counts, vv_error *err)
{
    struct vv_plant_file file;
    struct vv_arena arena;
    *counts = (struct vv_plant_counts){0};
    vv_arena_init(&arena, 65536, NULL);
    struct applying a = {
        .file = &file, .arena = &arena, .report = report, .report_arg = arg, .counts = counts};
    vv_status status = vv_plant_file_read(path, &file, err);
    if (!status)
        status = vv_ledger_begin_write(ledger, &a.tx, err);
    if (!status)
        status = apply_file(&a, err);
    if (!status && !dry_run)
        status = vv_ledger_commit(&a.tx, err);
    vv_ledger_rollback(&a.tx);
    vv_plant_file_deinit(&file);
    vv_arena_deinit(&arena);
    return status;
}

vv_status vv_plant_check(const char *path, vv_error *err)
{
    struct vv_plant_file file;
    vv_status status = vv_plant_file_read(path, &file, err);
    vv_plant_file_deinit(&file);
    return status;
}

vv_status vv_plant_is_empty(struct vv_ledger *ledger, bool *empty, vv_error *err)
{
    static const char *const tables[] = {"TB_Connections", "TB_Devices", "TB_Objects"};
    struct vv_ledger_tx *tx;
    *empty = true;
    vv_status status = vv_ledger_begin_read(ledger, &tx, err);
    for (size_t i = 0; i < 3 && !status; i++) {
        struct vv_query query = {.table = vv_catalog_find(tables[i])};
        int64_t count = 0;
        status = vv_ledger_count(tx, &query, &count, err);
        *empty &= count == 0;
    }
    vv_ledger_rollback(&tx);
    return status;
}
