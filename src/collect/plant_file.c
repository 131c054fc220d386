#include "collect/plant_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "catalog/catalog.h"
#include "catalog/names.h"

#include "base/banned.h"

/* ---- a mapping's keys as columns of a row ---- */

enum field_kind {
    FIELD_TEXT,
    FIELD_INT,
    FIELD_DOUBLE,
    FIELD_BOOL,
    FIELD_SECONDS
};

struct field {
    const char *key;
    const char *column;
    enum field_kind kind;
    bool required;
    const char *standard; /* used when the key is left out; null: the column becomes null */
};

static vv_status set_field(struct vv_row *row, const struct field *field,
                           const struct vv_yaml_node *node, vv_error *err)
{
    const char *text;
    int64_t integer;
    double real;
    bool flag;
    vv_status status;
    switch (field->kind) {
    case FIELD_TEXT:
        status = vv_yaml_text(node, &text, err);
        return status ? status : vv_row_set_text(row, field->column, text, err);
    case FIELD_INT:
        status = vv_yaml_int(node, INT32_MIN, INT32_MAX, &integer, err);
        return status ? status : vv_row_set_int(row, field->column, integer, err);
    case FIELD_DOUBLE:
        status = vv_yaml_double(node, &real, err);
        return status ? status : vv_row_set_double(row, field->column, real, err);
    case FIELD_BOOL:
        status = vv_yaml_bool(node, &flag, err);
        return status ? status : vv_row_set_int(row, field->column, flag, err);
    case FIELD_SECONDS:
        status = vv_yaml_duration_ms(node, 100, 36500LL * 86400000, &integer, err);
        return status ? status : vv_row_set_double(row, field->column, (double)integer / 1000, err);
    }
    return VARVE_OK;
}

static vv_status read_fields(const struct vv_yaml_node *mapping, const struct field *fields,
                             size_t count, struct vv_row *row, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < count && !status; i++) {
        const struct vv_yaml_node *node = vv_yaml_get(mapping, fields[i].key);
        struct vv_yaml_node standard = {.kind = VV_YAML_SCALAR,
                                        .file = mapping->file,
                                        .line = mapping->line,
                                        .key = fields[i].key,
                                        .text = fields[i].standard};
        if (node && vv_yaml_is_null(node))
            node = NULL;
        if (!node && fields[i].required)
            return vv_yaml_fail(mapping, VARVE_BAD_VALUE, err, "\"%s\" is missing", fields[i].key);
        if (!node && fields[i].standard) {
            standard.len_bytes = strlen(standard.text);
            node = &standard;
        }
        status = node ? set_field(row, &fields[i], node, err)
                      : vv_row_set_null(row, fields[i].column, err);
    }
    return status;
}

/* ---- lists ---- */

static struct vv_plant_item *add_item(struct vv_plant_file *file, struct vv_plant_list *list,
                                      const char *table, const struct vv_yaml_node *node,
                                      vv_error *err)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        struct vv_plant_item *grown = vv_arena_zero(&file->arena, room * sizeof *grown);
        if (!grown) {
            vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
            return NULL;
        }
        if (list->count > 0)
            memcpy(grown, list->items, list->count * sizeof *grown);
        list->items = grown;
        list->room = room;
    }
    struct vv_plant_item *item = &list->items[list->count];
    *item = (struct vv_plant_item){.node = node};
    if (vv_row_init(&item->row, vv_catalog_find(table), &file->arena, err))
        return NULL;
    item->row.number = (int64_t)++list->count;
    return item;
}

struct vv_plant_item *vv_plant_item_find(const struct vv_plant_list *list, const char *name)
{
    uint64_t index;
    if (!list->names || !vv_map_get(list->names, name, strlen(name), &index))
        return NULL;
    return &list->items[index];
}

static vv_status set_name(struct vv_plant_list *list, struct vv_plant_item *item, const char *name,
                          vv_error *err)
{
    const struct vv_plant_item *other = vv_plant_item_find(list, name);
    if (other)
        return vv_yaml_fail(item->node, VARVE_EXISTS, err, "\"%s\" is there already, in line %u",
                            name, other->node->line);
    item->name = name;
    if (!list->names)
        list->names = vv_map_new();
    if (!list->names || vv_map_put(list->names, name, strlen(name), (uint64_t)(item - list->items)))
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
    return VARVE_OK;
}

static vv_status check_row(const struct vv_plant_item *item, const struct vv_row *row,
                           vv_error *err)
{
    vv_status status = vv_row_check(row, VV_ROW_PART, err);
    if (status)
        vv_error_prefix(err, "%s line %u", item->node->file, item->node->line);
    return status;
}

/* The text of a key, or null when it is left out. */
static vv_status optional_text(const struct vv_yaml_node *mapping, const char *key,
                               const char **text, vv_error *err)
{
    const struct vv_yaml_node *node = vv_yaml_get(mapping, key);
    *text = NULL;
    if (!node || vv_yaml_is_null(node))
        return VARVE_OK;
    return vv_yaml_text(node, text, err);
}

static vv_status each_of(const struct vv_yaml_node *list, const char *what,
                         vv_status (*read)(struct vv_plant_file *file,
                                           const struct vv_yaml_node *node, vv_error *err),
                         struct vv_plant_file *file, vv_error *err)
{
    if (list->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(list, VARVE_SYNTAX, err, "%s: a list is expected", what);
    vv_status status = VARVE_OK;
    for (const struct vv_yaml_node *node = list->first; node && !status; node = node->next)
        status = read(file, node, err);
    return status;
}

/* ---- connections ---- */

static vv_status read_connection(struct vv_plant_file *file, const struct vv_yaml_node *node,
                                 vv_error *err)
{
    static const char *const known[] = {"name", "driver", "settings", NULL};
    static const struct field fields[] = {{"name", "Name", FIELD_TEXT, true, NULL},
                                          {"driver", "DLL", FIELD_TEXT, true, NULL},
                                          {"settings", "IniStr", FIELD_TEXT, false, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    struct vv_plant_item *item =
        status ? NULL : add_item(file, &file->connections, "TB_Connections", node, err);
    if (!item)
        return status ? status : VARVE_NO_MEMORY;
    status = read_fields(node, fields, 3, &item->row, err);
    return status ? status
                  : set_name(&file->connections, item, vv_row_get_text(&item->row, "Name"), err);
}

/* ---- types ---- */

static vv_status type_numbers(const struct vv_yaml_node *node, int64_t *type, int64_t *subtype,
                              vv_error *err)
{
    const struct vv_yaml_node *type_node = vv_yaml_get(node, "type");
    const struct vv_yaml_node *subtype_node = vv_yaml_get(node, "subtype");
    *subtype = 0;
    if (!type_node)
        return vv_yaml_fail(node, VARVE_BAD_VALUE, err, "\"type\" is missing");
    vv_status status = vv_yaml_int(type_node, 100, INT32_MAX, type, err);
    if (!status && subtype_node)
        status = vv_yaml_int(subtype_node, 0, INT32_MAX, subtype, err);
    return status;
}

static vv_status read_parameter(struct vv_plant_file *file, const struct vv_yaml_node *node,
                                const char *type_name, int64_t type, int64_t subtype, vv_error *err)
{
    static const char *const known[] = {"index",  "name", "address",  "type",    "order", "scale",
                                        "offset", "unit", "writable", "comment", NULL};
    static const struct field fields[] = {{"index", "MemInd", FIELD_INT, true, NULL},
                                          {"name", "Name", FIELD_TEXT, true, NULL},
                                          {"address", "Address", FIELD_TEXT, true, NULL},
                                          {"type", "DataType", FIELD_TEXT, true, NULL},
                                          {"order", "WordOrder", FIELD_TEXT, false, NULL},
                                          {"scale", "Scale", FIELD_DOUBLE, false, "1"},
                                          {"offset", "Offset", FIELD_DOUBLE, false, "0"},
                                          {"writable", "Writable", FIELD_BOOL, false, "no"},
                                          {"comment", "Comment", FIELD_TEXT, false, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    struct vv_plant_item *item =
        status ? NULL : add_item(file, &file->parameters, "vv_param_map", node, err);
    if (!item)
        return status ? status : VARVE_NO_MEMORY;
    status = read_fields(node, fields, sizeof fields / sizeof fields[0], &item->row, err);
    if (!status)
        status = vv_row_set_int(&item->row, "DevType", type, err);
    if (!status)
        status = vv_row_set_int(&item->row, "SubType", subtype, err);
    if (!status)
        status = optional_text(node, "unit", &item->unit, err);
    if (!status)
        status = check_row(item, &item->row, err);
    if (status)
        return status;
    int64_t index = vv_row_get_int(&item->row, "MemInd", 0);
    for (size_t i = 0; i + 1 < file->parameters.count; i++) {
        const struct vv_row *other = &file->parameters.items[i].row;
        if (vv_row_get_int(other, "DevType", 0) == type &&
            vv_row_get_int(other, "SubType", 0) == subtype &&
            vv_row_get_int(other, "MemInd", 0) == index)
            return vv_yaml_fail(node, VARVE_EXISTS, err, "index %lld is there twice in type \"%s\"",
                                (long long)index, type_name);
    }
    const char *name = vv_arena_format(&file->arena, "%s, parameter %s", type_name,
                                       vv_row_get_text(&item->row, "Name"));
    return name ? set_name(&file->parameters, item, name, err)
                : vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
}

static vv_status read_type(struct vv_plant_file *file, const struct vv_yaml_node *node,
                           vv_error *err)
{
    static const char *const known[] = {"name", "type", "subtype", "parameters", NULL};
    const char *name;
    int64_t type, subtype;
    vv_status status = vv_yaml_known(node, known, err);
    if (!status)
        status = optional_text(node, "name", &name, err);
    if (!status && !name)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err, "\"name\" is missing");
    if (!status)
        status = type_numbers(node, &type, &subtype, err);
    const struct vv_yaml_node *list = status ? NULL : vv_yaml_get(node, "parameters");
    if (list && list->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(list, VARVE_SYNTAX, err, "parameters: a list is expected");
    for (const struct vv_yaml_node *n = list ? list->first : NULL; n && !status; n = n->next)
        status = read_parameter(file, n, name, type, subtype, err);
    return status;
}

/* The type of that name, from the file's own list. */
static vv_status find_type(const struct vv_yaml_node *root, const struct vv_yaml_node *at,
                           const char *name, int64_t *type, int64_t *subtype, vv_error *err)
{
    const struct vv_yaml_node *list = vv_yaml_get(root, "types");
    for (const struct vv_yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        const char *other = NULL;
        if (!optional_text(n, "name", &other, err) && other && strcmp(other, name) == 0)
            return type_numbers(n, type, subtype, err);
    }
    return vv_yaml_fail(at, VARVE_NOT_FOUND, err, "there is no type \"%s\" in this file", name);
}

/* ---- devices ---- */

static vv_status read_device(struct vv_plant_file *file, const struct vv_yaml_node *root,
                             const struct vv_yaml_node *node, vv_error *err)
{
    static const char *const known[] = {
        "name",           "number", "type",   "connection", "settings", "spare_connection",
        "spare_settings", "serial", "active", "first_day",  NULL};
    static const struct field fields[] = {{"name", "Name", FIELD_TEXT, true, NULL},
                                          {"settings", "ConnStr", FIELD_TEXT, false, NULL},
                                          {"spare_settings", "ConnStr2", FIELD_TEXT, false, NULL},
                                          {"serial", "SerialNumb", FIELD_TEXT, false, NULL},
                                          {"active", "IsActive", FIELD_BOOL, false, "yes"},
                                          {"first_day", "FirstDay", FIELD_INT, false, "0"}};
    const char *type_name = NULL;
    int64_t type = 0, subtype = 0;
    vv_status status = vv_yaml_known(node, known, err);
    struct vv_plant_item *item =
        status ? NULL : add_item(file, &file->devices, "TB_Devices", node, err);
    if (!item)
        return status ? status : VARVE_NO_MEMORY;
    status = read_fields(node, fields, sizeof fields / sizeof fields[0], &item->row, err);
    if (!status)
        status = optional_text(node, "type", &type_name, err);
    if (!status && !type_name)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err, "\"type\" is missing");
    if (!status)
        status = find_type(root, node, type_name, &type, &subtype, err);
    if (!status)
        status = vv_row_set_int(&item->row, "Type", type, err);
    if (!status)
        status = vv_row_set_int(&item->row, "SubType", subtype, err);
    if (!status)
        status = optional_text(node, "connection", &item->connection, err);
    if (!status)
        status = optional_text(node, "spare_connection", &item->spare, err);
    if (!status && !item->connection)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err, "\"connection\" is missing");
    const struct field number = {"number", "DevNum", FIELD_INT, true, NULL};
    if (!status && vv_yaml_get(node, "number"))
        status = read_fields(node, &number, 1, &item->row, err);
    return status ? status
                  : set_name(&file->devices, item, vv_row_get_text(&item->row, "Name"), err);
}

/* ---- branches and points ---- */

/* The branch of a path and all above it, each once. */
static vv_status need_branch(struct vv_plant_file *file, const struct vv_yaml_node *node,
                             const char *path, vv_error *err)
{
    struct vv_buf name = {0}, so_far = {0};
    size_t len = strlen(path), at = 0;
    const char *parent = "";
    vv_status status = VARVE_OK;
    while (at < len && !status) {
        status = vv_path_next(path, len, &at, &name, err);
        if (status) {
            vv_error_prefix(err, "%s line %u", node->file, node->line);
            break;
        }
        vv_path_add(&so_far, (const char *)name.data, name.len);
        char *own = so_far.failed
                        ? NULL
                        : vv_arena_text(&file->arena, (const char *)so_far.data, so_far.len);
        if (!own) {
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
        } else if (!vv_plant_item_find(&file->branches, own)) {
            struct vv_plant_item *item = add_item(file, &file->branches, "TB_Objects", node, err);
            status = item ? vv_row_set_text(&item->row, "Name", (const char *)name.data, err)
                          : VARVE_NO_MEMORY;
            if (!status)
                status = vv_row_set_int(&item->row, "Type", 0, err);
            if (!status)
                status = set_name(&file->branches, item, own, err);
            if (item)
                item->parent = parent;
        }
        parent = own;
    }
    vv_buf_deinit(&name);
    vv_buf_deinit(&so_far);
    return status;
}

/* "0.02" in the unit, "0.5%" of the value. */
static vv_status set_dead_band(struct vv_plant_item *item, const struct vv_yaml_node *node,
                               vv_error *err)
{
    const char *text;
    char *end;
    vv_status status = vv_yaml_text(node, &text, err);
    if (status)
        return status;
    double width = strtod(text, &end);
    bool percent = *end == '%';
    if (end == text || (end[percent] != 0) || !(width >= 0))
        return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                            "dead_band: a number is expected, or a percentage: 0.5%%");
    status = vv_row_set_double(&item->option, "DeadBand", width, err);
    return status ? status
                  : vv_row_set_text(&item->option, "DeadBandKind", percent ? "percent" : "absolute",
                                    err);
}

/* Type, MemInd, unit and interpolation that the parameter tells where the point does not. */
static vv_status set_parameter(struct vv_plant_file *file, struct vv_plant_item *item,
                               vv_error *err)
{
    static const char *const kinds[] = {"real", "logical", "real control", "logical control", NULL};
    const struct vv_plant_item *device = vv_plant_item_find(&file->devices, item->device);
    const char *parameter;
    vv_status status = optional_text(item->node, "parameter", &parameter, err);
    if (!status && !parameter)
        status = vv_yaml_fail(item->node, VARVE_BAD_VALUE, err, "\"parameter\" is missing");
    if (!status && !device)
        status = vv_yaml_fail(item->node, VARVE_NOT_FOUND, err,
                              "there is no device \"%s\" in this file", item->device);
    if (status)
        return status;
    const struct vv_plant_item *found = NULL;
    for (size_t i = 0; i < file->parameters.count && !found; i++) {
        const struct vv_plant_item *p = &file->parameters.items[i];
        if (vv_row_get_int(&p->row, "DevType", 0) == vv_row_get_int(&device->row, "Type", -1) &&
            vv_row_get_int(&p->row, "SubType", 0) == vv_row_get_int(&device->row, "SubType", -1) &&
            strcmp(vv_row_get_text(&p->row, "Name"), parameter) == 0)
            found = p;
    }
    if (!found)
        return vv_yaml_fail(item->node, VARVE_NOT_FOUND, err,
                            "device \"%s\" has no parameter \"%s\"", item->device, parameter);
    const char *type = vv_row_get_text(&found->row, "DataType");
    if (strcmp(type, "text") == 0)
        return vv_yaml_fail(item->node, VARVE_UNSUPPORTED, err,
                            "parameter \"%s\" is a text: such parameters have no point yet",
                            parameter);
    const struct vv_yaml_node *kind_node = vv_yaml_get(item->node, "type");
    int kind = strcmp(type, "bit") == 0 ? 1 : 0;
    if (kind_node)
        status = vv_yaml_choice(kind_node, kinds, &kind, err);
    if (!status)
        status = vv_row_set_int(&item->row, "Type", kind + 1, err);
    if (!status)
        status =
            vv_row_set_int(&item->row, "MemInd", vv_row_get_int(&found->row, "MemInd", 0), err);
    if (!item->unit)
        item->unit = found->unit;
    if (!status && vv_row_is_null(&item->option, "Interpolation"))
        status = vv_row_set_text(&item->option, "Interpolation", type[0] == 'f' ? "linear" : "step",
                                 err);
    return status;
}

static vv_status read_point(struct vv_plant_file *file, const struct vv_yaml_node *branch,
                            const char *branch_path, const struct vv_yaml_node *node, vv_error *err)
{
    static const char *const known[] = {"name",          "short",   "device",   "parameter",
                                        "type",          "unit",    "period",   "mode",
                                        "dead_band",     "timeout", "validity", "decimals",
                                        "interpolation", "history", NULL};
    static const struct field fields[] = {{"name", "Name", FIELD_TEXT, true, NULL},
                                          {"short", "ShortName", FIELD_TEXT, false, NULL}};
    static const struct field options[] = {
        {"period", "Period_s", FIELD_SECONDS, false, NULL},
        {"mode", "Mode", FIELD_TEXT, false, "change"},
        {"timeout", "Timeout_s", FIELD_SECONDS, false, NULL},
        {"validity", "Validity_s", FIELD_SECONDS, false, NULL},
        {"decimals", "Decimals", FIELD_INT, false, NULL},
        {"interpolation", "Interpolation", FIELD_TEXT, false, NULL}};
    vv_status status = vv_yaml_known(node, known, err);
    struct vv_plant_item *item =
        status ? NULL : add_item(file, &file->points, "TB_Objects", node, err);
    if (!item)
        return status ? status : VARVE_NO_MEMORY;
    status = vv_row_init(&item->option, vv_catalog_find("vv_point_option"), &file->arena, err);
    if (!status)
        status = read_fields(node, fields, 2, &item->row, err);
    if (!status)
        status = read_fields(node, options, sizeof options / sizeof options[0], &item->option, err);
    if (!status && vv_row_is_null(&item->option, "Period_s") && vv_yaml_get(branch, "period"))
        status = read_fields(branch, options, 1, &item->option, err);
    if (!status)
        status = vv_row_set_null(&item->option, "DeadBand", err);
    if (!status)
        status = vv_row_set_null(&item->option, "DeadBandKind", err);
    if (!status && vv_yaml_get(node, "dead_band"))
        status = set_dead_band(item, vv_yaml_get(node, "dead_band"), err);
    if (!status)
        status = optional_text(node, "unit", &item->unit, err);
    if (!status)
        status = optional_text(node, "history", &item->history, err);
    if (!status)
        status = optional_text(node, "device", &item->device, err);
    if (!status && !item->device)
        status = optional_text(branch, "device", &item->device, err);
    if (!status && !item->device)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err, "\"device\" is missing");
    if (!status)
        status = set_parameter(file, item, err);
    if (status)
        return status;
    const char *name = vv_row_get_text(&item->row, "Name");
    struct vv_buf path = {0};
    vv_buf_text(&path, branch_path);
    vv_path_add(&path, name, strlen(name));
    char *own = path.failed ? NULL : vv_arena_text(&file->arena, (const char *)path.data, path.len);
    vv_buf_deinit(&path);
    if (!own)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the plant file");
    item->parent = branch_path;
    status = vv_tag_name_check(own, strlen(own), err);
    if (status)
        vv_error_prefix(err, "%s line %u", node->file, node->line);
    return status ? status : set_name(&file->points, item, own, err);
}

static vv_status read_branch(struct vv_plant_file *file, const struct vv_yaml_node *node,
                             vv_error *err)
{
    static const char *const known[] = {"branch", "device", "period", "points", NULL};
    const char *path;
    vv_status status = vv_yaml_known(node, known, err);
    if (!status)
        status = optional_text(node, "branch", &path, err);
    if (!status && !path)
        status = vv_yaml_fail(node, VARVE_BAD_VALUE, err, "\"branch\" is missing");
    if (!status)
        status = need_branch(file, node, path, err);
    const struct vv_yaml_node *points = status ? NULL : vv_yaml_get(node, "points");
    if (points && points->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(points, VARVE_SYNTAX, err, "points: a list is expected");
    for (const struct vv_yaml_node *n = points ? points->first : NULL; n && !status; n = n->next)
        status = read_point(file, node, path, n, err);
    return status;
}

/* ---- the file ---- */

vv_status vv_plant_file_read(const char *path, struct vv_plant_file *file, vv_error *err)
{
    static const char *const known[] = {"connections", "types", "devices", "points", NULL};
    *file = (struct vv_plant_file){0};
    vv_arena_init(&file->arena, 65536, NULL);
    struct vv_yaml_node *root;
    vv_status status = vv_yaml_read(path, &file->arena, &root, err);
    if (!status)
        status = vv_yaml_known(root, known, err);
    if (status)
        return status;
    const struct vv_yaml_node *connections = vv_yaml_get(root, "connections");
    const struct vv_yaml_node *types = vv_yaml_get(root, "types");
    const struct vv_yaml_node *devices = vv_yaml_get(root, "devices");
    const struct vv_yaml_node *points = vv_yaml_get(root, "points");
    file->connections.given = connections != NULL;
    file->parameters.given = types != NULL;
    file->devices.given = devices != NULL;
    file->branches.given = file->points.given = points != NULL;
    if (connections)
        status = each_of(connections, "connections", read_connection, file, err);
    if (!status && types)
        status = each_of(types, "types", read_type, file, err);
    if (!status && devices && devices->kind != VV_YAML_SEQUENCE)
        status = vv_yaml_fail(devices, VARVE_SYNTAX, err, "devices: a list is expected");
    for (const struct vv_yaml_node *n = devices ? devices->first : NULL; n && !status; n = n->next)
        status = read_device(file, root, n, err);
    if (!status && points)
        status = each_of(points, "points", read_branch, file, err);
    return status;
}

void vv_plant_file_deinit(struct vv_plant_file *file)
{
    struct vv_plant_list *const lists[] = {&file->connections, &file->parameters, &file->devices,
                                           &file->branches, &file->points};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        vv_map_free(lists[i]->names);
    vv_arena_deinit(&file->arena);
    *file = (struct vv_plant_file){0};
}
