/* plant_file_points.c: branches, and the points in them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/catalog.h"
#include "catalog/names.h"
#include "collect/plant_fields.h"
#include "collect/plant_file_private.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

static const struct vv_plant_field option_fields[] = {
    {"period", "Period_s", VV_PLANT_SECONDS, false, NULL},
    {"mode", "Mode", VV_PLANT_TEXT, false, "change"},
    {"timeout", "Timeout_s", VV_PLANT_SECONDS, false, NULL},
    {"validity", "Validity_s", VV_PLANT_SECONDS, false, NULL},
    {"decimals", "Decimals", VV_PLANT_INT, false, NULL}};

/* ---- branches ---- */

static vv_status check_path(const char *path, const struct vv_yaml_node *node, vv_error *err)
{
    vv_status status = vv_tag_name_check(path, strlen(path), err);
    if (status)
        vv_error_prefix(err, "%s line %u", node->file, node->line);
    return status;
}

/* The branch `own`, whose last name is `name`, once. */
static vv_status need_one(struct vv_plant_file *file, const struct vv_yaml_node *node,
                          const char *name, const char *own, const char *parent, vv_error *err)
{
    if (vv_plant_item_find(&file->branches, own))
        return VARVE_OK;
    const struct vv_plant_item *point = vv_plant_item_find(&file->points, own);
    if (point)
        return vv_yaml_fail(node, VARVE_EXISTS, err,
                            "\"%.200s\" is a point already, in line %u: it cannot be a branch", own,
                            point->node->line);
    struct vv_plant_item *item = vv_plant_item_add(file, &file->branches, "TB_Objects", node, err);
    if (!item)
        return VARVE_NO_MEMORY;
    item->parent = parent;
    vv_status status = vv_row_set_text(&item->row, "Name", name, err);
    if (!status)
        status = vv_row_set_int(&item->row, "Type", 0, err);
    if (!status)
        status = vv_row_set_int(&item->row, "DevId", 0, err);
    if (!status)
        status = vv_row_set_null(&item->row, "MemInd", err);
    if (!status)
        status = vv_row_set_int(&item->row, "DimId", 0, err);
    return status ? status : vv_plant_item_name(&file->branches, item, own, own, err);
}

/* The branch of a path and all above it; `own` is the path as it is written by the house. */
static vv_status need_branch(struct vv_plant_file *file, const struct vv_yaml_node *node,
                             const char *path, const char **own, vv_error *err)
{
    struct vv_buf name = {0}, so_far = {0};
    size_t len = strlen(path), at = 0;
    vv_status status = check_path(path, node, err);
    *own = "";
    for (int depth = 1; at < len + 1 && !status; depth++) {
        status = vv_path_next(path, len, &at, &name, err);
        if (status == VARVE_SYNTAX)
            vv_error_prefix(err, "%s line %u", node->file, node->line);
        if (!status && name.len == 0)
            status = vv_yaml_fail(node, VARVE_BAD_NAME, err,
                                  "branch \"%.200s\": a name between the \"/\" is empty", path);
        if (!status && depth > VV_PLANT_DEPTH_MAX)
            status = vv_yaml_fail(node, VARVE_LIMIT, err, "branch \"%.200s\": more than %d levels",
                                  path, VV_PLANT_DEPTH_MAX);
        if (status)
            break;
        const char *parent = *own;
        vv_path_add(&so_far, (const char *)name.data, name.len);
        *own = so_far.failed ? NULL
                             : vv_arena_text(&file->arena, (const char *)so_far.data, so_far.len);
        status = *own ? need_one(file, node, (const char *)name.data, *own, parent, err)
                      : vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
    }
    vv_buf_deinit(&name);
    vv_buf_deinit(&so_far);
    return status;
}

/* ---- points ---- */

/* "0.02" in the unit, "0.5%" of the last value. */
static vv_status set_dead_band(struct vv_plant_item *item, vv_error *err)
{
    const struct vv_yaml_node *node = vv_yaml_get(item->node, "dead_band");
    const char *text = NULL;
    vv_status status = vv_row_set_null(&item->option, "DeadBand", err);
    if (!status)
        status = vv_row_set_null(&item->option, "DeadBandKind", err);
    if (!status)
        status = vv_plant_text(item->node, "dead_band", false, &text, err);
    if (status || !text)
        return status;
    char *end;
    double width = strtod(text, &end);
    bool percent = *end == '%';
    if (end == text || end[percent] != 0 || !isfinite(width) || !(width >= 0))
        return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                            "dead_band: \"%.40s\" is no width; a number is expected, or a "
                            "percentage: 0.5%%",
                            text);
    status = vv_row_set_double(&item->option, "DeadBand", width, err);
    return status ? status
                  : vv_row_set_text(&item->option, "DeadBandKind", percent ? "percent" : "absolute",
                                    err);
}

static vv_status set_interpolation(struct vv_plant_item *item, const char *data_type, vv_error *err)
{
    static const char *const words[] = {"step", "linear", NULL};
    const struct vv_yaml_node *node = vv_yaml_get(item->node, "interpolation");
    int which = data_type[0] == 'f';
    vv_status status =
        node && !vv_yaml_is_null(node) ? vv_yaml_choice(node, words, &which, err) : VARVE_OK;
    return status ? status : vv_row_set_text(&item->option, "Interpolation", words[which], err);
}

/* A parameter of a device belongs to one point at most. */
static vv_status claim_parameter(struct vv_plant_file *file, const struct vv_plant_item *item,
                                 const struct vv_plant_item *parameter, vv_error *err)
{
    const int64_t place[] = {item->device->row.number,
                             vv_row_get_int(&parameter->row, "MemInd", 0)};
    char what[300];
    snprintf(what, sizeof what, "a point of parameter \"%.120s\" of device \"%.120s\"",
             vv_row_get_text(&parameter->row, "Name"), item->device->name);
    return vv_plant_item_claim(&file->points, item, place, sizeof place, what, err);
}

/* Type, MemInd, unit and interpolation, which the parameter tells where the point does not. */
static vv_status set_parameter(struct vv_plant_file *file, struct vv_plant_item *item,
                               vv_error *err)
{
    static const char *const kinds[] = {"real", "logical", "real control", "logical control", NULL};
    const struct vv_yaml_node *kind_node = vv_yaml_get(item->node, "type");
    const struct vv_plant_item *parameter;
    const char *name;
    vv_status status = vv_plant_text(item->node, "parameter", true, &name, err);
    if (!status)
        status = vv_plant_parameter(file, item->device, vv_plant_place(item->node, "parameter"),
                                    name, &parameter, err);
    if (!status)
        status = claim_parameter(file, item, parameter, err);
    if (status)
        return status;
    const char *data_type = vv_row_get_text(&parameter->row, "DataType");
    if (strcmp(data_type, "text") == 0)
        return vv_yaml_fail(vv_plant_place(item->node, "parameter"), VARVE_UNSUPPORTED, err,
                            "parameter \"%.128s\" is a text: such parameters have no point yet",
                            name);
    int kind = strcmp(data_type, "bit") == 0;
    if (kind_node && !vv_yaml_is_null(kind_node))
        status = vv_yaml_choice(kind_node, kinds, &kind, err);
    if (!status)
        status = vv_row_set_int(&item->row, "Type", kind + 1, err);
    if (!status)
        status =
            vv_row_set_int(&item->row, "MemInd", vv_row_get_int(&parameter->row, "MemInd", 0), err);
    if (!item->unit)
        item->unit = parameter->unit;
    return status ? status : set_interpolation(item, data_type, err);
}

static vv_status set_device(struct vv_plant_file *file, struct vv_plant_item *item,
                            const struct vv_yaml_node *branch, vv_error *err)
{
    const struct vv_yaml_node *from = item->node;
    const char *name;
    vv_status status = vv_plant_text(from, "device", false, &name, err);
    if (!status && !name) {
        from = branch;
        status = vv_plant_text(from, "device", false, &name, err);
    }
    if (!status && !name)
        status = vv_yaml_fail(item->node, VARVE_BAD_VALUE, err,
                              "\"device\" is missing, here and in the branch");
    if (status)
        return status;
    item->device = vv_plant_item_find(&file->devices, name);
    return item->device ? VARVE_OK
                        : vv_plant_unknown(&file->devices, vv_plant_place(from, "device"), "device",
                                           name, err);
}

static vv_status set_options(struct vv_plant_file *file, struct vv_plant_item *item,
                             const struct vv_yaml_node *branch, vv_error *err)
{
    vv_status status =
        vv_row_init(&item->option, vv_catalog_find("vv_point_option"), &file->arena, err);
    if (!status)
        status = vv_plant_fields_read(item->node, option_fields, COUNT_OF(option_fields),
                                      &item->option, err);
    if (!status && vv_row_is_null(&item->option, "Period_s"))
        status = vv_plant_fields_read(branch, option_fields, 1, &item->option, err);
    if (!status)
        status = set_dead_band(item, err);
    if (!status)
        status = vv_plant_text(item->node, "unit", false, &item->unit, err);
    return status ? status : vv_plant_text(item->node, "history", false, &item->history, err);
}

/* Its path: the branch and its name. */
static vv_status set_path(struct vv_plant_file *file, struct vv_plant_item *item,
                          const char *branch_path, vv_error *err)
{
    const char *name = vv_row_get_text(&item->row, "Name");
    struct vv_buf path = {0};
    vv_buf_text(&path, branch_path);
    vv_path_add(&path, name, strlen(name));
    char *own = path.failed ? NULL : vv_arena_text(&file->arena, (const char *)path.data, path.len);
    vv_buf_deinit(&path);
    if (!own)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
    item->parent = branch_path;
    vv_status status = check_path(own, item->node, err);
    if (status)
        return status;
    const struct vv_plant_item *other = vv_plant_item_find(&file->branches, own);
    if (other)
        return vv_yaml_fail(item->node, VARVE_EXISTS, err,
                            "\"%.200s\" is a branch already, in line %u: it cannot be a point", own,
                            other->node->line);
    return vv_plant_item_name(&file->points, item, own, own, err);
}

static vv_status read_point(struct vv_plant_file *file, const struct vv_yaml_node *branch,
                            const char *branch_path, const struct vv_yaml_node *node, vv_error *err)
{
    static const char *const known[] = {"name",          "short",   "device",   "parameter",
                                        "type",          "unit",    "period",   "mode",
                                        "dead_band",     "timeout", "validity", "decimals",
                                        "interpolation", "history", NULL};
    static const struct vv_plant_field fields[] = {
        {"name", "Name", VV_PLANT_TEXT, true, NULL},
        {"short", "ShortName", VV_PLANT_TEXT, false, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    if (status)
        return status;
    struct vv_plant_item *item = vv_plant_item_add(file, &file->points, "TB_Objects", node, err);
    if (!item)
        return VARVE_NO_MEMORY;
    status = vv_plant_fields_read(node, fields, COUNT_OF(fields), &item->row, err);
    if (!status)
        status = set_path(file, item, branch_path, err);
    if (!status)
        status = set_options(file, item, branch, err);
    if (!status)
        status = set_device(file, item, branch, err);
    if (!status)
        status = set_parameter(file, item, err);
    if (!status)
        status = vv_plant_check_row(&item->row, node, err);
    return status ? status : vv_plant_check_row(&item->option, node, err);
}

vv_status vv_plant_read_branch(struct vv_plant_file *file, const struct vv_yaml_node *node,
                               vv_error *err)
{
    static const char *const known[] = {"branch", "device", "period", "points", NULL};
    const char *path, *own;
    vv_status status = vv_yaml_known(node, known, err);
    if (!status)
        status = vv_plant_text(node, "branch", true, &path, err);
    if (!status)
        status = need_branch(file, vv_plant_place(node, "branch"), path, &own, err);
    if (status)
        return status;
    const struct vv_yaml_node *points = vv_yaml_get(node, "points");
    if (points && !vv_yaml_is_null(points) && points->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(points, VARVE_SYNTAX, err, "points: a list is expected");
    for (const struct vv_yaml_node *n = points ? points->first : NULL; n && !status; n = n->next)
        status = read_point(file, node, own, n, err);
    return status;
}
