/* plant_file_devices.c: connections, device types with their memory maps, devices. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "catalog/catalog.h"
#include "collect/plant_fields.h"
#include "collect/plant_file_private.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

/* ---- connections ---- */

vv_status vv_plant_read_connection(struct vv_plant_file *file, const struct vv_yaml_node *node,
                                   vv_error *err)
{
    static const char *const known[] = {"name", "driver", "settings", NULL};
    static const struct vv_plant_field fields[] = {
        {"name", "Name", VV_PLANT_TEXT, true, NULL},
        {"driver", "DLL", VV_PLANT_TEXT, true, NULL},
        {"settings", "IniStr", VV_PLANT_TEXT, false, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    if (status)
        return status;
    struct vv_plant_item *item =
        vv_plant_item_add(file, &file->connections, "TB_Connections", node, err);
    if (!item)
        return VARVE_NO_MEMORY;
    status = vv_plant_fields_read(node, fields, COUNT_OF(fields), &item->row, err);
    if (status)
        return status;
    if (strchr(vv_row_get_text(&item->row, "DLL"), '/'))
        return vv_yaml_fail(vv_plant_place(node, "driver"), VARVE_BAD_NAME, err,
                            "a driver's name holds no \"/\": drivers are files of one folder");
    status = vv_plant_check_row(&item->row, node, err);
    const char *name = vv_row_get_text(&item->row, "Name");
    return status ? status : vv_plant_item_name(&file->connections, item, name, name, err);
}

/* ---- types ---- */

/* "TYPE/SUBTYPE/NAME": numbers first, so that no two parameters have one key. */
static char *parameter_key(struct vv_arena *arena, int64_t type, int64_t subtype, const char *name)
{
    return vv_arena_format(arena, "%" PRId64 "/%" PRId64 "/%s", type, subtype, name);
}

static vv_status read_parameter(struct vv_plant_file *file, const struct vv_plant_item *type,
                                const struct vv_yaml_node *node, vv_error *err)
{
    static const char *const known[] = {"index",  "name", "address",  "type",    "order", "scale",
                                        "offset", "unit", "writable", "comment", NULL};
    static const struct vv_plant_field fields[] = {
        {"index", "MemInd", VV_PLANT_INT, true, NULL},
        {"name", "Name", VV_PLANT_TEXT, true, NULL},
        {"address", "Address", VV_PLANT_TEXT, true, NULL},
        {"type", "DataType", VV_PLANT_TEXT, true, NULL},
        {"order", "WordOrder", VV_PLANT_TEXT, false, NULL},
        {"scale", "Scale", VV_PLANT_DOUBLE, false, "1"},
        {"offset", "Offset", VV_PLANT_DOUBLE, false, "0"},
        {"writable", "Writable", VV_PLANT_BOOL, false, "no"},
        {"comment", "Comment", VV_PLANT_TEXT, false, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    if (status)
        return status;
    struct vv_plant_item *item =
        vv_plant_item_add(file, &file->parameters, "vv_param_map", node, err);
    if (!item)
        return VARVE_NO_MEMORY;
    int64_t number = vv_row_get_int(&type->row, "TextId", 0);
    status = vv_plant_fields_read(node, fields, COUNT_OF(fields), &item->row, err);
    if (!status)
        status = vv_row_set_int(&item->row, "DevType", number, err);
    if (!status)
        status = vv_row_set_int(&item->row, "SubType", type->subtype, err);
    if (!status)
        status = vv_plant_text(node, "unit", false, &item->unit, err);
    if (!status)
        status = vv_plant_check_row(&item->row, node, err);
    if (status)
        return status;
    const int64_t index = vv_row_get_int(&item->row, "MemInd", 0);
    const int64_t place[] = {number, type->subtype, index};
    char what[64];
    if (index < 1)
        return vv_yaml_fail(vv_plant_place(node, "index"), VARVE_BAD_VALUE, err,
                            "index: %" PRId64 " is below 1", index);
    snprintf(what, sizeof what, "index %" PRId64 " of this type", index);
    status = vv_plant_item_claim(&file->parameters, item, place, sizeof place, what, err);
    if (status)
        return status;
    const char *name = vv_row_get_text(&item->row, "Name");
    const char *shown = vv_arena_format(&file->arena, "%s, parameter %s", type->name, name);
    const char *key = parameter_key(&file->arena, number, type->subtype, name);
    if (!shown || !key)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
    return vv_plant_item_name(&file->parameters, item, key, shown, err);
}

/* A type's number is named once in TB_Strings, by the first of its subtypes. */
static vv_status claim_type(struct vv_plant_file *file, struct vv_plant_item *item, vv_error *err)
{
    const int64_t number = vv_row_get_int(&item->row, "TextId", 0);
    const int64_t place[] = {number, item->subtype};
    char what[80];
    snprintf(what, sizeof what, "type %" PRId64 ", subtype %" PRId64, number, item->subtype);
    vv_status status = vv_plant_item_claim(&file->types, item, place, sizeof place, what, err);
    if (!status)
        item->named_before = vv_plant_item_claim(&file->types, item, &number, sizeof number, what,
                                                 NULL) == VARVE_EXISTS;
    return status;
}

vv_status vv_plant_read_type(struct vv_plant_file *file, const struct vv_yaml_node *node,
                             vv_error *err)
{
    static const char *const known[] = {"name", "type", "subtype", "parameters", NULL};
    static const struct vv_plant_field fields[] = {{"name", "Name", VV_PLANT_TEXT, true, NULL},
                                                   {"type", "TextId", VV_PLANT_INT, true, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    if (status)
        return status;
    struct vv_plant_item *item = vv_plant_item_add(file, &file->types, "TB_Strings", node, err);
    if (!item)
        return VARVE_NO_MEMORY;
    status = vv_row_set_int(&item->row, "Part", VV_PLANT_TYPE_PART, err);
    if (!status)
        status = vv_plant_fields_read(node, fields, COUNT_OF(fields), &item->row, err);
    if (!status && vv_row_get_int(&item->row, "TextId", 0) < VV_PLANT_TYPE_LEAST)
        status =
            vv_yaml_fail(vv_plant_place(node, "type"), VARVE_BAD_VALUE, err,
                         "type: numbers below %d are the dictionary's own", VV_PLANT_TYPE_LEAST);
    if (!status && vv_yaml_get(node, "subtype"))
        status = vv_yaml_int(vv_yaml_get(node, "subtype"), 0, INT32_MAX, &item->subtype, err);
    if (!status)
        status = vv_plant_check_row(&item->row, node, err);
    if (!status)
        status = claim_type(file, item, err);
    if (status)
        return status;
    const char *name = vv_row_get_text(&item->row, "Name");
    status = vv_plant_item_name(&file->types, item, name, name, err);
    const struct vv_yaml_node *list = vv_yaml_get(node, "parameters");
    if (!status && list && !vv_yaml_is_null(list) && list->kind != VV_YAML_SEQUENCE)
        status = vv_yaml_fail(list, VARVE_SYNTAX, err, "parameters: a list is expected");
    for (const struct vv_yaml_node *n = list ? list->first : NULL; n && !status; n = n->next)
        status = read_parameter(file, item, n, err);
    return status;
}

/* ---- devices ---- */

static vv_status refer(const struct vv_plant_list *list, const struct vv_yaml_node *mapping,
                       const char *key, bool required, const char *what,
                       const struct vv_plant_item **to, vv_error *err)
{
    const char *name;
    vv_status status = vv_plant_text(mapping, key, required, &name, err);
    *to = NULL;
    if (status || !name)
        return status;
    *to = vv_plant_item_find(list, name);
    return *to ? VARVE_OK : vv_plant_unknown(list, vv_plant_place(mapping, key), what, name, err);
}

static vv_status read_number(struct vv_plant_file *file, struct vv_plant_item *item, vv_error *err)
{
    const struct vv_yaml_node *node = vv_yaml_get(item->node, "number");
    int64_t number;
    char what[40];
    if (!node || vv_yaml_is_null(node))
        return VARVE_OK;
    vv_status status = vv_yaml_int(node, 1, INT32_MAX, &number, err);
    if (status)
        return status;
    snprintf(what, sizeof what, "number %" PRId64, number);
    status = vv_plant_item_claim(&file->devices, item, &number, sizeof number, what, err);
    return status ? status : vv_row_set_int(&item->row, "DevNum", number, err);
}

vv_status vv_plant_read_device(struct vv_plant_file *file, const struct vv_yaml_node *node,
                               vv_error *err)
{
    static const char *const known[] = {
        "name",           "number", "type",   "connection", "settings", "spare_connection",
        "spare_settings", "serial", "active", "first_day",  NULL};
    static const struct vv_plant_field fields[] = {
        {"name", "Name", VV_PLANT_TEXT, true, NULL},
        {"settings", "ConnStr", VV_PLANT_TEXT, false, NULL},
        {"spare_settings", "ConnStr2", VV_PLANT_TEXT, false, NULL},
        {"serial", "SerialNumb", VV_PLANT_TEXT, false, NULL},
        {"active", "IsActive", VV_PLANT_BOOL, false, "yes"},
        {"first_day", "FirstDay", VV_PLANT_INT, false, "0"}};
    vv_status status = vv_yaml_known(node, known, err);
    if (status)
        return status;
    struct vv_plant_item *item = vv_plant_item_add(file, &file->devices, "TB_Devices", node, err);
    if (!item)
        return VARVE_NO_MEMORY;
    status = vv_plant_fields_read(node, fields, COUNT_OF(fields), &item->row, err);
    if (!status)
        status = refer(&file->types, node, "type", true, "type", &item->type, err);
    if (!status)
        status = refer(&file->connections, node, "connection", true, "connection",
                       &item->connection, err);
    if (!status)
        status = refer(&file->connections, node, "spare_connection", false, "connection",
                       &item->spare, err);
    if (!status)
        status =
            vv_row_set_int(&item->row, "Type", vv_row_get_int(&item->type->row, "TextId", 0), err);
    if (!status)
        status = vv_row_set_int(&item->row, "SubType", item->type->subtype, err);
    if (!status)
        status = read_number(file, item, err);
    if (!status)
        status = vv_plant_check_row(&item->row, node, err);
    if (status)
        return status;
    const char *name = vv_row_get_text(&item->row, "Name");
    return vv_plant_item_name(&file->devices, item, name, name, err);
}

/* ---- a device's parameters ---- */

static vv_status unknown_parameter(const struct vv_plant_file *file,
                                   const struct vv_plant_item *device,
                                   const struct vv_yaml_node *node, const char *name, vv_error *err)
{
    const struct vv_plant_list *list = &file->parameters;
    const char **words = vv_alloc_array(list->count + 1, sizeof *words);
    size_t known = 0;
    for (size_t i = 0; words && i < list->count; i++) {
        const struct vv_row *row = &list->items[i].row;
        if (vv_row_get_int(row, "DevType", 0) == vv_row_get_int(&device->row, "Type", -1) &&
            vv_row_get_int(row, "SubType", 0) == device->type->subtype)
            words[known++] = vv_row_get_text(row, "Name");
    }
    const char *near = words ? vv_nearest(name, words) : NULL;
    vv_free(words);
    return vv_yaml_fail(node, VARVE_NOT_FOUND, err,
                        "device \"%.100s\" has no parameter \"%.128s\"%s%s%s", device->name, name,
                        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

vv_status vv_plant_parameter(const struct vv_plant_file *file, const struct vv_plant_item *device,
                             const struct vv_yaml_node *node, const char *name,
                             const struct vv_plant_item **parameter, vv_error *err)
{
    char *key = parameter_key(device->row.arena, vv_row_get_int(&device->row, "Type", -1),
                              device->type->subtype, name);
    *parameter = key ? vv_plant_item_find(&file->parameters, key) : NULL;
    if (!key)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
    return *parameter ? VARVE_OK : unknown_parameter(file, device, node, name, err);
}
