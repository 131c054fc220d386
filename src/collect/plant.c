#include "collect/plant.h"

#include <inttypes.h>

#include "base/json.h"
#include "catalog/catalog.h"
#include "collect/plant_rows.h"
#include "sql/journal.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

/* ---- units, connections, types ---- */

vv_status vv_plant_set_unit(struct vv_plant_applying *a, const struct vv_yaml_node *node,
                            struct vv_row *row, struct vv_plant_present *units, const char *name,
                            vv_error *err)
{
    if (!name)
        return vv_row_set_int(row, "DimId", 0, err);
    const struct vv_plant_row *there = vv_plant_find(units, name);
    if (there)
        return vv_row_set_int(row, "DimId", vv_row_get_int(&there->row, "DimId", 0), err);
    struct vv_row unit;
    struct vv_plant_change change = {0};
    vv_status status = vv_row_init(&unit, units->table, a->arena, err);
    if (!status)
        status = vv_row_set_text(&unit, "Name", name, err);
    if (!status)
        status = vv_plant_put(a, node, &unit, NULL, &change, err);
    if (!status)
        status = vv_plant_present_add(a, units, &unit, name, err);
    vv_plant_tell(a, "unit", name, &change);
    return status ? status : vv_row_set_int(row, "DimId", vv_row_get_int(&unit, "DimId", 0), err);
}

/* One item as one row. */
static vv_status put_item(struct vv_plant_applying *a, const char *what, struct vv_plant_item *item,
                          const struct vv_plant_row *there, vv_error *err)
{
    struct vv_plant_change change = {0};
    vv_status status = vv_plant_put(a, item->node, &item->row, there, &change, err);
    vv_plant_tell(a, what, item->name, &change);
    return status;
}

static vv_status put_connections(struct vv_plant_applying *a, struct vv_plant_present *connections,
                                 vv_error *err)
{
    vv_status status = VARVE_OK;
    struct vv_plant_list *list = &a->file->connections;
    for (size_t i = 0; i < list->count && !status; i++)
        status = put_item(a, "connection", &list->items[i],
                          vv_plant_find(connections, list->items[i].name), err);
    return status;
}

/* The numbers of types are their key; TB_Strings part 2 gives them their names. */
static vv_status put_types(struct vv_plant_applying *a, struct vv_plant_present *types,
                           vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < types->count && !status; i++)
        status = vv_plant_name(
            types, &types->rows[i],
            vv_arena_format(a->arena, "%" PRId64, vv_row_get_int(&types->rows[i].row, "TextId", 0)),
            err);
    struct vv_plant_list *list = &a->file->types;
    for (size_t i = 0; i < list->count && !status; i++) {
        struct vv_plant_item *item = &list->items[i];
        const char *number =
            vv_arena_format(a->arena, "%" PRId64, vv_row_get_int(&item->row, "TextId", 0));
        if (!number)
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory to compare the types");
        else if (!item->named_before)
            status = put_item(a, "type", item, vv_plant_find(types, number), err);
    }
    for (size_t i = 0; i < types->count && !status; i++) /* for the report of removals */
        types->rows[i].name = vv_row_get_text(&types->rows[i].row, "Name");
    return status;
}

/* ---- parameters ---- */

static const char *parameter_name(struct vv_plant_applying *a, const struct vv_row *row)
{
    return vv_arena_format(a->arena, "%" PRId64 "/%" PRId64 "/%" PRId64,
                           vv_row_get_int(row, "DevType", 0), vv_row_get_int(row, "SubType", 0),
                           vv_row_get_int(row, "MemInd", 0));
}

static vv_status put_parameters(struct vv_plant_applying *a, struct vv_plant_present *parameters,
                                struct vv_plant_present *units, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < parameters->count && !status; i++)
        status = vv_plant_name(parameters, &parameters->rows[i],
                               parameter_name(a, &parameters->rows[i].row), err);
    struct vv_plant_list *list = &a->file->parameters;
    for (size_t i = 0; i < list->count && !status; i++) {
        struct vv_plant_item *item = &list->items[i];
        const char *name = parameter_name(a, &item->row);
        status = name ? vv_plant_set_unit(a, item->node, &item->row, units, item->unit, err)
                      : vv_fail(err, VARVE_NO_MEMORY, "no memory to compare the parameters");
        if (!status)
            status = put_item(a, "parameter", item, vv_plant_find(parameters, name), err);
    }
    for (size_t i = 0; i < parameters->count && !status; i++) {
        struct vv_plant_row *there = &parameters->rows[i];
        if (!there->wanted)
            there->name = vv_arena_format(a->arena, "%s of type %" PRId64,
                                          vv_row_get_text(&there->row, "Name"),
                                          vv_row_get_int(&there->row, "DevType", 0));
    }
    return status;
}

/* ---- devices ---- */

/* Numbers may change places in one file, and DevNum is unique: those that lose theirs, removed
 * devices included, are freed first. */
static vv_status free_numbers(struct vv_plant_applying *a, struct vv_plant_present *devices,
                              vv_error *err)
{
    static const struct vv_plant_set none[] = {{"DevNum", {.kind = VV_VALUE_NULL}}};
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < a->file->devices.count; i++)
        vv_plant_find(devices, a->file->devices.items[i].name);
    for (size_t i = 0; i < devices->count && !status; i++) {
        struct vv_plant_row *there = &devices->rows[i];
        const struct vv_plant_item *item = there->wanted && there->name
                                               ? vv_plant_item_find(&a->file->devices, there->name)
                                               : NULL;
        int64_t own = vv_row_get_int(&there->row, "DevId", 0);
        int64_t wanted = item ? vv_row_get_int(&item->row, "DevNum", own) : -1;
        if (!vv_row_is_null(&there->row, "DevNum") &&
            vv_row_get_int(&there->row, "DevNum", 0) != wanted)
            status = vv_plant_set(a, &there->row, none, COUNT_OF(none), err);
    }
    return status;
}

/* A device without a number of its own has its DevId, which is known only once it is there. */
static vv_status number_by_id(struct vv_plant_applying *a, struct vv_plant_item *item,
                              vv_error *err)
{
    int64_t id = vv_row_get_int(&item->row, "DevId", 0);
    const struct vv_plant_set number[] = {{"DevNum", vv_value_int(id)}};
    vv_status status = vv_plant_set(a, &item->row, number, COUNT_OF(number), err);
    if (status)
        vv_error_prefix(err, "%s line %u: device \"%.100s\" needs a number of its own",
                        item->node->file, item->node->line, item->name);
    return status;
}

static vv_status put_devices(struct vv_plant_applying *a, struct vv_plant_present *devices,
                             vv_error *err)
{
    struct vv_plant_list *list = &a->file->devices;
    vv_status status = list->given ? free_numbers(a, devices, err) : VARVE_OK;
    for (size_t i = 0; i < list->count && !status; i++) {
        struct vv_plant_item *item = &list->items[i];
        const struct vv_plant_row *there = vv_plant_find(devices, item->name);
        bool numbered = !vv_row_is_null(&item->row, "DevNum");
        status = vv_row_set_int(&item->row, "ConnId",
                                vv_row_get_int(&item->connection->row, "ConnId", 0), err);
        if (!status)
            status = vv_row_set_int(
                &item->row, "ConnId2",
                item->spare ? vv_row_get_int(&item->spare->row, "ConnId", 0) : 0, err);
        if (!status && !numbered && there)
            status =
                vv_row_set_int(&item->row, "DevNum", vv_row_get_int(&there->row, "DevId", 0), err);
        if (!status)
            status = put_item(a, "device", item, there, err);
        if (!status && !numbered && !there)
            status = number_by_id(a, item, err);
    }
    return status;
}

/* ---- all of it ---- */

struct ledger_side {
    struct vv_plant_present connections, units, types, parameters, devices;
};

static vv_status load(struct vv_plant_applying *a, struct ledger_side *side, vv_error *err)
{
    static const struct vv_filter device_types[] = {
        {"Part", VV_FILTER_EQ, {.kind = VV_VALUE_INT, .as.integer = VV_PLANT_TYPE_PART}},
        {"TextId", VV_FILTER_GE, {.kind = VV_VALUE_INT, .as.integer = VV_PLANT_TYPE_LEAST}}};
    vv_status status = vv_plant_load_named(a, "TB_Connections", "Name", &side->connections, err);
    if (!status)
        status = vv_plant_load_named(a, "TB_Dim", "Name", &side->units, err);
    if (!status)
        status =
            vv_plant_load(a, "TB_Strings", device_types, COUNT_OF(device_types), &side->types, err);
    if (!status)
        status = vv_plant_load(a, "vv_param_map", NULL, 0, &side->parameters, err);
    return status ? status : vv_plant_load_named(a, "TB_Devices", "Name", &side->devices, err);
}

/* Additions and changes in the order of references, then removals the other way round. */
static vv_status put_all(struct vv_plant_applying *a, struct ledger_side *side, vv_error *err)
{
    const struct vv_plant_file *file = a->file;
    vv_status status = put_connections(a, &side->connections, err);
    if (!status)
        status = put_types(a, &side->types, err);
    if (!status)
        status = put_parameters(a, &side->parameters, &side->units, err);
    if (!status)
        status = put_devices(a, &side->devices, err);
    if (!status && file->points.given)
        status = vv_plant_put_tree(a, &side->units, err);
    if (!status && file->devices.given)
        status = vv_plant_remove_unwanted(a, "device", &side->devices, err);
    if (!status && file->types.given)
        status = vv_plant_remove_unwanted(a, "parameter", &side->parameters, err);
    if (!status && file->types.given)
        status = vv_plant_remove_unwanted(a, "type", &side->types, err);
    if (!status && file->connections.given)
        status = vv_plant_remove_unwanted(a, "connection", &side->connections, err);
    return status;
}

static vv_status apply_file(struct vv_plant_applying *a, vv_error *err)
{
    struct ledger_side side = {0};
    vv_status status = load(a, &side, err);
    if (!status)
        status = put_all(a, &side, err);
    vv_plant_present_deinit(&side.connections);
    vv_plant_present_deinit(&side.units);
    vv_plant_present_deinit(&side.types);
    vv_plant_present_deinit(&side.parameters);
    vv_plant_present_deinit(&side.devices);
    return status;
}

/* ---- the journal ---- */

/* Of the list of changes in the journal; what is beyond it is only counted. */
#define JOURNAL_BYTES 65536

/* Passes changes on, and keeps them as a JSON array. */
struct noting {
    void (*report)(void *arg, char sign, const char *text);
    void *arg;
    struct vv_buf text;
    struct vv_json json;
};

static void note(void *arg, char sign, const char *text)
{
    struct noting *n = arg;
    struct vv_buf line = {0};
    if (n->report)
        n->report(n->arg, sign, text);
    if (n->text.len >= JOURNAL_BYTES)
        return;
    vv_buf_format(&line, "%c %s", sign, text);
    if (!line.failed)
        vv_json_text(&n->json, (const char *)line.data);
    n->text.failed |= line.failed;
    vv_buf_deinit(&line);
}

static vv_status write_journal(struct vv_plant_applying *a, struct noting *n, const char *origin,
                               vv_error *err)
{
    const struct vv_plant_counts *counts = a->counts;
    const char *event =
        vv_arena_format(a->arena, "plant file applied: %zu added, %zu changed, %zu removed",
                        counts->added, counts->changed, counts->removed);
    if (counts->added + counts->changed + counts->removed == 0)
        return VARVE_OK;
    vv_json_end_array(&n->json);
    if (!event || n->text.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the journal");
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_CONFIGURATION,
                                           .event = event,
                                           .origin = origin,
                                           .after = (const char *)n->text.data};
    return vv_journal_write(a->tx, &entry, err);
}

/* ---- from a file, from a text ---- */

static vv_status apply(struct vv_ledger *ledger, struct vv_plant_file *file, const char *origin,
                       bool dry_run, struct noting *n, struct vv_plant_counts *counts,
                       vv_error *err)
{
    struct vv_arena arena;
    vv_arena_init(&arena, 65536, NULL);
    struct vv_plant_applying a = {
        .file = file, .arena = &arena, .report = note, .report_arg = n, .counts = counts};
    vv_json_init(&n->json, &n->text);
    vv_json_array(&n->json);
    vv_status status = vv_ledger_begin_write(ledger, &a.tx, err);
    if (!status)
        status = apply_file(&a, err);
    if (!status)
        status = write_journal(&a, n, origin, err);
    if (!status && !dry_run)
        status = vv_ledger_commit(&a.tx, err);
    vv_ledger_rollback(&a.tx);
    vv_buf_deinit(&n->text);
    vv_arena_deinit(&arena);
    return status;
}

vv_status vv_plant_apply(struct vv_ledger *ledger, const char *path, bool dry_run,
                         void (*report)(void *arg, char sign, const char *text), void *arg,
                         struct vv_plant_counts *counts, vv_error *err)
{
    struct noting n = {.report = report, .arg = arg};
    struct vv_plant_file file;
    *counts = (struct vv_plant_counts){0};
    vv_status status = vv_plant_file_read(path, &file, err);
    if (!status)
        status = apply(ledger, &file, "varve", dry_run, &n, counts, err);
    vv_plant_file_deinit(&file);
    return status;
}

vv_status vv_plant_apply_text(struct vv_ledger *ledger, const struct vv_plant_text *text,
                              bool dry_run, void (*report)(void *arg, char sign, const char *text),
                              void *arg, struct vv_plant_counts *counts, vv_error *err)
{
    struct noting n = {.report = report, .arg = arg};
    struct vv_plant_file file;
    *counts = (struct vv_plant_counts){0};
    vv_status status = vv_plant_file_parse(text->text, text->len_bytes, text->name, &file, err);
    if (!status)
        status = apply(ledger, &file, text->origin, dry_run, &n, counts, err);
    vv_plant_file_deinit(&file);
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
    for (size_t i = 0; i < COUNT_OF(tables) && !status; i++) {
        struct vv_query query = {.table = vv_catalog_find(tables[i])};
        int64_t count = 0;
        status = vv_ledger_count(tx, &query, &count, err);
        *empty &= count == 0;
    }
    vv_ledger_rollback(&tx);
    return status;
}
