/* plant_export.c: the ledger's plant written as a plant file.
 *
 * The rows are read in one state of the ledger, and each list is written in the order of keys. What
 * a file cannot hold becomes a line of comment, since applying the file would remove it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/map.h"
#include "collect/plant_export.h"
#include "collect/plant_yaml.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

vv_status vv_plant_export_no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
}

/* ---- reading ---- */

static vv_status load(struct vv_plant_exporting *x, struct vv_plant_export_rows *to,
                      const char *table, const char *const columns[3], vv_error *err)
{
    vv_status status = vv_plant_load(&x->a, table, NULL, 0, &to->present, err);
    to->index = vv_map_new();
    if (!status && !to->index)
        status = vv_plant_export_no_memory(err);
    for (size_t i = 0; i < to->present.count && !status; i++) {
        int64_t key[3] = {0};
        for (size_t k = 0; k < 3 && columns[k]; k++)
            key[k] = vv_row_get_int(&to->present.rows[i].row, columns[k], 0);
        if (vv_map_put(to->index, key, sizeof key, i))
            status = vv_plant_export_no_memory(err);
    }
    return status;
}

static void unload(struct vv_plant_export_rows *from)
{
    vv_plant_present_deinit(&from->present);
    vv_map_free(from->index);
}

const struct vv_row *vv_plant_export_find(const struct vv_plant_export_rows *in, int64_t a,
                                          int64_t b, int64_t c)
{
    const int64_t key[3] = {a, b, c};
    uint64_t i;
    return vv_map_get(in->index, key, sizeof key, &i) ? &in->present.rows[i].row : NULL;
}

static vv_status load_all(struct vv_plant_exporting *x, vv_error *err)
{
    const struct {
        struct vv_plant_export_rows *to;
        const char *table;
        const char *columns[3];
    } loads[] = {{&x->connections, "TB_Connections", {"ConnId"}},
                 {&x->units, "TB_Dim", {"DimId"}},
                 {&x->strings, "TB_Strings", {"Part", "TextId"}},
                 {&x->parameters, "vv_param_map", {"DevType", "SubType", "MemInd"}},
                 {&x->devices, "TB_Devices", {"DevId"}},
                 {&x->objects, "TB_Objects", {"ObjId"}},
                 {&x->options, "vv_point_option", {"ObjId"}},
                 {&x->histories, "ScadaProviderMapping", {"Id"}}};
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < COUNT_OF(loads) && !status; i++)
        status = load(x, loads[i].to, loads[i].table, loads[i].columns, err);
    return status;
}

/* ---- names ---- */

/* CONFLICT when another of them has the name already. */
static vv_status claim(struct vv_map *names, const char *what, const char *name, vv_error *err)
{
    uint64_t index;
    if (vv_map_get(names, name, strlen(name), &index))
        return vv_fail(err, VARVE_CONFLICT,
                       "two %ss are named \"%.128s\": a plant file knows them by name, so that one "
                       "must be renamed",
                       what, name);
    return vv_map_put(names, name, strlen(name), 0) ? vv_plant_export_no_memory(err) : VARVE_OK;
}

void vv_plant_export_leave_out(struct vv_plant_exporting *x, const char *what, const char *name,
                               int64_t id, const char *why)
{
    vv_buf_format(&x->left_out, "#   %s %" PRId64 " ", what, id);
    vv_yaml_write(&x->left_out, name ? name : "");
    vv_buf_format(&x->left_out, ": %s\n", why);
}

const char *vv_plant_export_unit(const struct vv_plant_exporting *x, const struct vv_row *row)
{
    const struct vv_row *unit =
        vv_plant_export_find(&x->units, vv_row_get_int(row, "DimId", 0), 0, 0);
    return unit ? vv_row_get_text(unit, "Name") : NULL;
}

/* ---- connections ---- */

static bool is_named(const struct vv_row *row)
{
    const char *name = vv_row_get_text(row, "Name");
    return name && name[0];
}

static vv_status write_connections(struct vv_plant_exporting *x, vv_error *err)
{
    struct vv_map *names = vv_map_new();
    vv_status status = names ? VARVE_OK : vv_plant_export_no_memory(err);
    vv_yaml_list(&x->lists, "connections", x->connections.present.count);
    for (size_t i = 0; i < x->connections.present.count && !status; i++) {
        const struct vv_row *row = &x->connections.present.rows[i].row;
        struct vv_yaml_flow flow;
        if (!is_named(row)) {
            vv_plant_export_leave_out(x, "connection", NULL, vv_row_get_int(row, "ConnId", 0),
                                      "it has no name");
            continue;
        }
        status = claim(names, "connection", vv_row_get_text(row, "Name"), err);
        vv_yaml_flow_begin(&flow, &x->lists, "  - ");
        vv_yaml_flow_text(&flow, "name", vv_row_get_text(row, "Name"));
        vv_yaml_flow_text(&flow, "driver", vv_row_get_text(row, "DLL"));
        vv_yaml_flow_text(&flow, "settings", vv_row_get_text(row, "IniStr"));
        vv_yaml_flow_end(&flow);
    }
    vv_map_free(names);
    return status;
}

/* ---- types ---- */

static struct vv_plant_export_type *find_type(const struct vv_plant_exporting *x, int64_t number,
                                              int64_t subtype)
{
    for (size_t i = 0; i < x->type_count; i++)
        if (x->types[i].number == number && x->types[i].subtype == subtype)
            return &x->types[i];
    return NULL;
}

/* The first subtype has the name that the number has; others say their own number behind it. */
static vv_status add_type(struct vv_plant_exporting *x, const struct vv_row *string,
                          int64_t subtype, vv_error *err)
{
    const int64_t number = vv_row_get_int(string, "TextId", 0);
    const char *name = vv_row_get_text(string, "Name");
    if (find_type(x, number, subtype))
        return VARVE_OK;
    if (x->type_count > 0 && x->types[x->type_count - 1].number == number)
        name = vv_arena_format(x->a.arena, "%s (subtype %" PRId64 ")", name, subtype);
    x->types[x->type_count++] = (struct vv_plant_export_type){number, subtype, name};
    return name ? VARVE_OK : vv_plant_export_no_memory(err);
}

/* The subtypes of one number: those that maps or devices have. */
static vv_status add_types(struct vv_plant_exporting *x, const struct vv_row *string, vv_error *err)
{
    const int64_t number = vv_row_get_int(string, "TextId", 0);
    const size_t before = x->type_count;
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < x->parameters.present.count && !status; i++) {
        const struct vv_row *row = &x->parameters.present.rows[i].row;
        if (vv_row_get_int(row, "DevType", 0) == number)
            status = add_type(x, string, vv_row_get_int(row, "SubType", 0), err);
    }
    for (size_t i = 0; i < x->devices.present.count && !status; i++) {
        const struct vv_row *row = &x->devices.present.rows[i].row;
        if (vv_row_get_int(row, "Type", 0) == number)
            status = add_type(x, string, vv_row_get_int(row, "SubType", 0), err);
    }
    return status || x->type_count > before ? status : add_type(x, string, 0, err);
}

static vv_status list_types(struct vv_plant_exporting *x, vv_error *err)
{
    const size_t most =
        x->strings.present.count + x->parameters.present.count + x->devices.present.count;
    x->types = vv_arena_zero(x->a.arena, (most + 1) * sizeof *x->types);
    vv_status status = x->types ? VARVE_OK : vv_plant_export_no_memory(err);
    for (size_t i = 0; i < x->strings.present.count && !status; i++) {
        const struct vv_row *row = &x->strings.present.rows[i].row;
        if (vv_row_get_int(row, "Part", 0) == VV_PLANT_TYPE_PART &&
            vv_row_get_int(row, "TextId", 0) >= VV_PLANT_TYPE_LEAST && is_named(row))
            status = add_types(x, row, err);
    }
    return status;
}

static void write_parameter(struct vv_plant_exporting *x, const struct vv_row *row)
{
    struct vv_yaml_flow flow;
    vv_yaml_flow_begin(&flow, &x->lists, "      - ");
    vv_yaml_flow_int(&flow, "index", vv_row_get_int(row, "MemInd", 0));
    vv_yaml_flow_text(&flow, "name", vv_row_get_text(row, "Name"));
    vv_yaml_flow_text(&flow, "address", vv_row_get_text(row, "Address"));
    vv_yaml_flow_text(&flow, "type", vv_row_get_text(row, "DataType"));
    vv_yaml_flow_text(&flow, "order", vv_row_get_text(row, "WordOrder"));
    vv_yaml_flow_double(&flow, "scale", vv_row_get_double(row, "Scale", 1), 1);
    vv_yaml_flow_double(&flow, "offset", vv_row_get_double(row, "Offset", 0), 0);
    vv_yaml_flow_text(&flow, "unit", vv_plant_export_unit(x, row));
    if (vv_row_get_int(row, "Writable", 0))
        vv_yaml_flow_word(&flow, "writable", "yes");
    vv_yaml_flow_text(&flow, "comment", vv_row_get_text(row, "Comment"));
    vv_yaml_flow_end(&flow);
}

static vv_status write_type(struct vv_plant_exporting *x, const struct vv_plant_export_type *type,
                            struct vv_map *names, vv_error *err)
{
    bool any = false;
    vv_buf_text(&x->lists, "  - name: ");
    vv_yaml_write(&x->lists, type->name);
    vv_buf_format(&x->lists, "\n    type: %" PRId64 "\n    subtype: %" PRId64 "\n", type->number,
                  type->subtype);
    for (size_t i = 0; i < x->parameters.present.count; i++) {
        const struct vv_row *row = &x->parameters.present.rows[i].row;
        if (vv_row_get_int(row, "DevType", 0) != type->number ||
            vv_row_get_int(row, "SubType", 0) != type->subtype)
            continue;
        if (!any)
            vv_buf_text(&x->lists, "    parameters:\n");
        any = true;
        write_parameter(x, row);
    }
    return claim(names, "type", type->name, err);
}

static vv_status write_types(struct vv_plant_exporting *x, vv_error *err)
{
    struct vv_map *names = vv_map_new();
    vv_status status = names ? list_types(x, err) : vv_plant_export_no_memory(err);
    vv_yaml_list(&x->lists, "types", x->type_count);
    for (size_t i = 0; i < x->type_count && !status; i++)
        status = write_type(x, &x->types[i], names, err);
    for (size_t i = 0; i < x->parameters.present.count && !status; i++) {
        const struct vv_row *row = &x->parameters.present.rows[i].row;
        const int64_t number = vv_row_get_int(row, "DevType", 0);
        if (!find_type(x, number, vv_row_get_int(row, "SubType", 0)))
            vv_plant_export_leave_out(
                x, "parameter of type", vv_row_get_text(row, "Name"), number,
                "the type has no name in TB_Strings, or is the dictionary's own");
    }
    vv_map_free(names);
    return status;
}

/* ---- devices ---- */

const char *vv_plant_export_why_no_device(const struct vv_plant_exporting *x,
                                          const struct vv_row *row)
{
    const struct vv_row *connection =
        vv_plant_export_find(&x->connections, vv_row_get_int(row, "ConnId", 0), 0, 0);
    if (!is_named(row))
        return "it has no name";
    if (!connection || !is_named(connection))
        return "it has no connection with a name";
    if (!find_type(x, vv_row_get_int(row, "Type", 0), vv_row_get_int(row, "SubType", 0)))
        return "its type has no name in TB_Strings, or is the dictionary's own";
    return NULL;
}

static vv_status write_device(struct vv_plant_exporting *x, const struct vv_row *row,
                              struct vv_map *names, vv_error *err)
{
    const struct vv_row *connection =
        vv_plant_export_find(&x->connections, vv_row_get_int(row, "ConnId", 0), 0, 0);
    const struct vv_row *spare =
        vv_plant_export_find(&x->connections, vv_row_get_int(row, "ConnId2", 0), 0, 0);
    struct vv_yaml_flow flow;
    vv_yaml_flow_begin(&flow, &x->lists, "  - ");
    vv_yaml_flow_text(&flow, "name", vv_row_get_text(row, "Name"));
    if (!vv_row_is_null(row, "DevNum"))
        vv_yaml_flow_int(&flow, "number", vv_row_get_int(row, "DevNum", 0));
    vv_yaml_flow_text(
        &flow, "type",
        find_type(x, vv_row_get_int(row, "Type", 0), vv_row_get_int(row, "SubType", 0))->name);
    vv_yaml_flow_text(&flow, "connection", vv_row_get_text(connection, "Name"));
    vv_yaml_flow_text(&flow, "settings", vv_row_get_text(row, "ConnStr"));
    vv_yaml_flow_text(&flow, "spare_connection", spare ? vv_row_get_text(spare, "Name") : NULL);
    vv_yaml_flow_text(&flow, "spare_settings", vv_row_get_text(row, "ConnStr2"));
    vv_yaml_flow_text(&flow, "serial", vv_row_get_text(row, "SerialNumb"));
    if (!vv_row_get_int(row, "IsActive", 1))
        vv_yaml_flow_word(&flow, "active", "no");
    if (vv_row_get_int(row, "FirstDay", 0))
        vv_yaml_flow_int(&flow, "first_day", vv_row_get_int(row, "FirstDay", 0));
    vv_yaml_flow_end(&flow);
    return claim(names, "device", vv_row_get_text(row, "Name"), err);
}

static vv_status write_devices(struct vv_plant_exporting *x, vv_error *err)
{
    struct vv_map *names = vv_map_new();
    vv_status status = names ? VARVE_OK : vv_plant_export_no_memory(err);
    vv_yaml_list(&x->lists, "devices", x->devices.present.count);
    for (size_t i = 0; i < x->devices.present.count && !status; i++) {
        const struct vv_row *row = &x->devices.present.rows[i].row;
        const char *why = vv_plant_export_why_no_device(x, row);
        if (why)
            vv_plant_export_leave_out(x, "device", vv_row_get_text(row, "Name"),
                                      vv_row_get_int(row, "DevId", 0), why);
        else
            status = write_device(x, row, names, err);
    }
    vv_map_free(names);
    return status;
}

/* ---- all of it ---- */

static vv_status write_all(struct vv_plant_exporting *x, struct vv_buf *out, vv_error *err)
{
    static vv_status (*const writers[])(struct vv_plant_exporting * x, vv_error * err) = {
        write_connections, write_types, write_devices, vv_plant_export_points};
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < COUNT_OF(writers) && !status; i++)
        status = writers[i](x, err);
    if (status)
        return status;
    if (x->left_out.len > 0) {
        vv_buf_text(out, "# Not in this file, and removed when it is applied:\n");
        vv_buf_add(out, x->left_out.data, x->left_out.len);
    }
    if (x->lists.data)
        vv_buf_add(out, x->lists.data, x->lists.len);
    return x->left_out.failed || x->lists.failed || out->failed ? vv_plant_export_no_memory(err)
                                                                : VARVE_OK;
}

vv_status vv_plant_export(struct vv_ledger *ledger, struct vv_buf *out, vv_error *err)
{
    struct vv_plant_exporting x = {0};
    struct vv_arena arena;
    vv_arena_init(&arena, 65536, NULL);
    x.a.arena = &arena;
    vv_status status = vv_ledger_begin_read(ledger, &x.a.tx, err);
    if (!status)
        status = load_all(&x, err);
    if (!status)
        status = write_all(&x, out, err);
    vv_ledger_rollback(&x.a.tx);
    struct vv_plant_export_rows *const loaded[] = {&x.connections, &x.units,    &x.strings,
                                                   &x.parameters,  &x.devices,  &x.objects,
                                                   &x.options,     &x.histories};
    for (size_t i = 0; i < COUNT_OF(loaded); i++)
        unload(loaded[i]);
    vv_buf_deinit(&x.lists);
    vv_buf_deinit(&x.left_out);
    vv_arena_deinit(&arena);
    return status;
}
