/* plant_export_points.c: branches and points of the ledger, as a plant file has them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "catalog/names.h"
#include "collect/plant_export.h"
#include "collect/plant_yaml.h"

#include "base/banned.h"

#define NONE UINT32_MAX

static const struct vv_row *object_at(const struct vv_plant_exporting *x, uint32_t i)
{
    return &x->objects.present.rows[i].row;
}

static uint32_t index_of(const struct vv_plant_exporting *x, int64_t object_id)
{
    const int64_t key[3] = {object_id};
    uint64_t i;
    return vv_map_get(x->objects.index, key, sizeof key, &i) ? (uint32_t)i : NONE;
}

/* Who stands below whom. */
static vv_status link_objects(struct vv_plant_exporting *x, vv_error *err)
{
    const size_t count = x->objects.present.count;
    x->paths = vv_arena_zero(x->a.arena, (count + 1) * sizeof *x->paths);
    x->first = vv_arena_alloc(x->a.arena, (count + 1) * sizeof *x->first);
    x->next = vv_arena_alloc(x->a.arena, (count + 1) * sizeof *x->next);
    if (!x->paths || !x->first || !x->next)
        return vv_plant_export_no_memory(err);
    for (size_t i = 0; i < count; i++)
        x->first[i] = x->next[i] = NONE;
    for (size_t i = count; i > 0; i--) { /* from the last, so that each list is in order */
        const uint32_t own = (uint32_t)i - 1;
        const uint32_t above = index_of(x, vv_row_get_int(object_at(x, own), "Parent", 0));
        if (above == NONE)
            continue;
        x->next[own] = x->first[above];
        x->first[above] = own;
    }
    return VARVE_OK;
}

/* The path of a branch; a row's ancestors have smaller depth, and rings are refused when they are
 * saved. */
static vv_status path_of(struct vv_plant_exporting *x, uint32_t own, int depth, const char **path,
                         vv_error *err)
{
    const struct vv_row *row = object_at(x, own);
    const uint32_t above = index_of(x, vv_row_get_int(row, "Parent", 0));
    const char *name = vv_row_get_text(row, "Name");
    struct vv_buf text = {0};
    vv_status status = VARVE_OK;
    *path = x->paths[own];
    if (*path)
        return VARVE_OK;
    if (depth > VV_PLANT_DEPTH_MAX)
        return vv_fail(err, VARVE_LIMIT, "branch \"%.128s\": more than %d levels", name,
                       VV_PLANT_DEPTH_MAX);
    if (above != NONE) {
        status = path_of(x, above, depth + 1, path, err);
        if (status)
            return status;
        vv_buf_text(&text, *path);
    }
    vv_path_add(&text, name, strlen(name));
    *path = text.failed ? NULL : vv_arena_text(x->a.arena, (const char *)text.data, text.len);
    vv_buf_deinit(&text);
    x->paths[own] = *path;
    return *path ? VARVE_OK : vv_plant_export_no_memory(err);
}

static bool is_branch(const struct vv_row *row)
{
    return vv_row_get_int(row, "Type", 0) == 0;
}

static const struct vv_row *device_of(const struct vv_plant_exporting *x,
                                      const struct vv_row *point)
{
    return vv_plant_export_find(&x->devices, vv_row_get_int(point, "DevId", 0), 0, 0);
}

static const struct vv_row *parameter_of(const struct vv_plant_exporting *x,
                                         const struct vv_row *point)
{
    const struct vv_row *device = device_of(x, point);
    return device ? vv_plant_export_find(&x->parameters, vv_row_get_int(device, "Type", 0),
                                         vv_row_get_int(device, "SubType", 0),
                                         vv_row_get_int(point, "MemInd", 0))
                  : NULL;
}

/* Why a file cannot hold the point; null when it can. */
static const char *why_no_point(const struct vv_plant_exporting *x, const struct vv_row *row)
{
    const struct vv_row *device = device_of(x, row);
    const struct vv_row *parameter = parameter_of(x, row);
    if (!device)
        return "it is not read from a device";
    if (vv_plant_export_why_no_device(x, device))
        return "its device is not in this file";
    if (!parameter)
        return "its MemInd is not in its device's memory map";
    if (strcmp(vv_row_get_text(parameter, "DataType"), "text") == 0)
        return "its parameter is a text";
    if (vv_row_get_int(row, "Parent", 0) == 0)
        return "it stands in no branch";
    return NULL;
}

/* "15m": seconds in the largest unit that they are whole in. Null is left out. */
static void write_seconds(struct vv_yaml_flow *flow, const char *key, const struct vv_row *option,
                          const char *column)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    char text[40];
    size_t i = 0;
    if (!option || vv_row_is_null(option, column))
        return;
    const int64_t ms = llround(vv_row_get_double(option, column, 0) * 1000);
    while (ms % units[i].ms != 0)
        i++;
    snprintf(text, sizeof text, "%" PRId64 "%s", ms / units[i].ms, units[i].unit);
    vv_yaml_flow_word(flow, key, text);
}

static void write_option(struct vv_plant_exporting *x, struct vv_yaml_flow *flow,
                         const struct vv_row *option, const struct vv_row *parameter)
{
    const char *const usual = vv_row_get_text(parameter, "DataType")[0] == 'f' ? "linear" : "step";
    if (!option)
        return;
    const char *mode = vv_row_get_text(option, "Mode"),
               *kind = vv_row_get_text(option, "DeadBandKind");
    const char *interpolation = vv_row_get_text(option, "Interpolation");
    const struct vv_row *history =
        vv_plant_export_find(&x->histories, vv_row_get_int(option, "HistoryId", 0), 0, 0);
    write_seconds(flow, "period", option, "Period_s");
    if (strcmp(mode, "change") != 0)
        vv_yaml_flow_word(flow, "mode", mode);
    if (!vv_row_is_null(option, "DeadBand"))
        vv_yaml_flow_number(flow, "dead_band", vv_row_get_double(option, "DeadBand", 0),
                            kind && strcmp(kind, "percent") == 0 ? "%" : "");
    write_seconds(flow, "timeout", option, "Timeout_s");
    write_seconds(flow, "validity", option, "Validity_s");
    if (!vv_row_is_null(option, "Decimals"))
        vv_yaml_flow_int(flow, "decimals", vv_row_get_int(option, "Decimals", 0));
    if (interpolation && strcmp(interpolation, usual) != 0)
        vv_yaml_flow_word(flow, "interpolation", interpolation);
    if (history)
        vv_yaml_flow_text(flow, "history", vv_row_get_text(history, "Provider"));
}

static void write_point(struct vv_plant_exporting *x, const struct vv_row *row)
{
    static const char *const types[] = {"", "real", "logical", "real control", "logical control"};
    const struct vv_row *parameter = parameter_of(x, row);
    const struct vv_row *option =
        vv_plant_export_find(&x->options, vv_row_get_int(row, "ObjId", 0), 0, 0);
    const int64_t type = vv_row_get_int(row, "Type", 0);
    const int64_t usual = strcmp(vv_row_get_text(parameter, "DataType"), "bit") == 0 ? 2 : 1;
    const char *unit = vv_plant_export_unit(x, row),
               *parameter_unit = vv_plant_export_unit(x, parameter);
    struct vv_yaml_flow flow;
    vv_yaml_flow_begin(&flow, &x->lists, "      - ");
    vv_yaml_flow_text(&flow, "name", vv_row_get_text(row, "Name"));
    vv_yaml_flow_text(&flow, "short", vv_row_get_text(row, "ShortName"));
    vv_yaml_flow_text(&flow, "device", vv_row_get_text(device_of(x, row), "Name"));
    vv_yaml_flow_text(&flow, "parameter", vv_row_get_text(parameter, "Name"));
    if (type != usual)
        vv_yaml_flow_word(&flow, "type", types[type]);
    if (unit && (!parameter_unit || strcmp(unit, parameter_unit) != 0))
        vv_yaml_flow_text(&flow, "unit", unit);
    write_option(x, &flow, option, parameter);
    vv_yaml_flow_end(&flow);
}

/* A branch with the points in it; one that is only a step on the way to others is made by them. */
static vv_status write_branch(struct vv_plant_exporting *x, uint32_t own, vv_error *err)
{
    const char *path;
    bool points = false, branches = false;
    for (uint32_t i = x->first[own]; i != NONE; i = x->next[i]) {
        const struct vv_row *row = object_at(x, i);
        branches |= is_branch(row);
        points |= !is_branch(row) && !why_no_point(x, row);
    }
    if (branches && !points)
        return VARVE_OK;
    vv_status status = path_of(x, own, 1, &path, err);
    if (status)
        return status;
    vv_buf_text(&x->lists, "  - branch: ");
    vv_yaml_write(&x->lists, path);
    vv_buf_text(&x->lists, points ? "\n    points:\n" : "\n");
    for (uint32_t i = x->first[own]; i != NONE; i = x->next[i])
        if (!is_branch(object_at(x, i)) && !why_no_point(x, object_at(x, i)))
            write_point(x, object_at(x, i));
    return VARVE_OK;
}

vv_status vv_plant_export_points(struct vv_plant_exporting *x, vv_error *err)
{
    vv_status status = link_objects(x, err);
    vv_yaml_list(&x->lists, "points", x->objects.present.count);
    for (uint32_t i = 0; i < x->objects.present.count && !status; i++) {
        const struct vv_row *row = object_at(x, i);
        const char *why = is_branch(row) ? NULL : why_no_point(x, row);
        if (is_branch(row))
            status = write_branch(x, i, err);
        else if (why)
            vv_plant_export_leave_out(x, "point", vv_row_get_text(row, "Name"),
                                      vv_row_get_int(row, "ObjId", 0), why);
    }
    return status;
}
