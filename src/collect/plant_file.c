#include "collect/plant_file.h"

#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/nearest.h"
#include "catalog/catalog.h"
#include "collect/plant_file_private.h"

#include "base/banned.h"

#define NO_MEMORY_TEXT "no memory for the plant file"

/* ---- lists ---- */

static vv_status grow(struct vv_plant_file *file, struct vv_plant_list *list, vv_error *err)
{
    size_t room = list->room ? list->room * 2 : 64;
    struct vv_plant_item *items = vv_arena_zero(&file->arena, room * sizeof *items);
    if (!items)
        return vv_fail(err, VARVE_NO_MEMORY, NO_MEMORY_TEXT);
    if (list->count > 0)
        memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->room = room;
    return VARVE_OK;
}

struct vv_plant_item *vv_plant_item_add(struct vv_plant_file *file, struct vv_plant_list *list,
                                        const char *table, const struct vv_yaml_node *node,
                                        vv_error *err)
{
    if (list->count == list->room && grow(file, list, err))
        return NULL;
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

static vv_status put(struct vv_map **map, const void *key, size_t len_bytes, size_t index,
                     vv_error *err)
{
    if (!*map)
        *map = vv_map_new();
    if (!*map || vv_map_put(*map, key, len_bytes, index))
        return vv_fail(err, VARVE_NO_MEMORY, NO_MEMORY_TEXT);
    return VARVE_OK;
}

vv_status vv_plant_item_name(struct vv_plant_list *list, struct vv_plant_item *item,
                             const char *key, const char *name, vv_error *err)
{
    const struct vv_plant_item *other = vv_plant_item_find(list, key);
    if (other)
        return vv_yaml_fail(item->node, VARVE_EXISTS, err,
                            "\"%.200s\" is there already, in line %u", name, other->node->line);
    item->name = name;
    return put(&list->names, key, strlen(key), (size_t)(item - list->items), err);
}

vv_status vv_plant_item_claim(struct vv_plant_list *list, const struct vv_plant_item *item,
                              const void *key, size_t len_bytes, const char *what, vv_error *err)
{
    uint64_t other;
    if (list->numbers && vv_map_get(list->numbers, key, len_bytes, &other))
        return vv_yaml_fail(item->node, VARVE_EXISTS, err, "%s is there already, in line %u", what,
                            list->items[other].node->line);
    return put(&list->numbers, key, len_bytes, (size_t)(item - list->items), err);
}

vv_status vv_plant_unknown(const struct vv_plant_list *list, const struct vv_yaml_node *node,
                           const char *what, const char *name, vv_error *err)
{
    const char **words = vv_alloc_array(list->count + 1, sizeof *words);
    size_t known = 0;
    for (size_t i = 0; words && i < list->count; i++)
        if (list->items[i].name)
            words[known++] = list->items[i].name;
    const char *near = words ? vv_nearest(name, words) : NULL;
    vv_free(words);
    return vv_yaml_fail(node, VARVE_NOT_FOUND, err, "there is no %s \"%.128s\" in this file%s%s%s",
                        what, name, near ? "; did you mean \"" : "", near ? near : "",
                        near ? "\"?" : "");
}

/* ---- the file ---- */

static vv_status each_of(struct vv_plant_file *file, const struct vv_yaml_node *list,
                         vv_status (*read)(struct vv_plant_file *file,
                                           const struct vv_yaml_node *node, vv_error *err),
                         vv_error *err)
{
    if (!list || vv_yaml_is_null(list))
        return VARVE_OK;
    if (list->kind != VV_YAML_SEQUENCE)
        return vv_yaml_fail(list, VARVE_SYNTAX, err, "%s: a list is expected", list->key);
    vv_status status = VARVE_OK;
    for (const struct vv_yaml_node *node = list->first; node && !status; node = node->next)
        status = read(file, node, err);
    return status;
}

static vv_status read_root(struct vv_plant_file *file, const struct vv_yaml_node *root,
                           vv_error *err)
{
    static const char *const known[] = {"connections", "types", "devices", "points", NULL};
    vv_status status = vv_yaml_known(root, known, err);
    if (status)
        return status;
    const struct vv_yaml_node *connections = vv_yaml_get(root, "connections");
    const struct vv_yaml_node *types = vv_yaml_get(root, "types");
    const struct vv_yaml_node *devices = vv_yaml_get(root, "devices");
    const struct vv_yaml_node *points = vv_yaml_get(root, "points");
    file->connections.given = connections != NULL;
    file->types.given = file->parameters.given = types != NULL;
    file->devices.given = devices != NULL;
    file->branches.given = file->points.given = points != NULL;
    status = each_of(file, connections, vv_plant_read_connection, err);
    if (!status)
        status = each_of(file, types, vv_plant_read_type, err);
    if (!status)
        status = each_of(file, devices, vv_plant_read_device, err);
    return status ? status : each_of(file, points, vv_plant_read_branch, err);
}

vv_status vv_plant_file_read(const char *path, struct vv_plant_file *file, vv_error *err)
{
    struct vv_yaml_node *root;
    *file = (struct vv_plant_file){0};
    vv_arena_init(&file->arena, 65536, NULL);
    vv_status status = vv_yaml_read(path, &file->arena, &root, err);
    return status ? status : read_root(file, root, err);
}

vv_status vv_plant_file_parse(const char *text, size_t len_bytes, const char *name,
                              struct vv_plant_file *file, vv_error *err)
{
    struct vv_yaml_node *root;
    *file = (struct vv_plant_file){0};
    vv_arena_init(&file->arena, 65536, NULL);
    vv_status status = vv_yaml_parse(text, len_bytes, name, &file->arena, &root, err);
    return status ? status : read_root(file, root, err);
}

void vv_plant_file_deinit(struct vv_plant_file *file)
{
    struct vv_plant_list *const lists[] = {&file->connections, &file->types,    &file->parameters,
                                           &file->devices,     &file->branches, &file->points};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        vv_map_free(lists[i]->names);
        vv_map_free(lists[i]->numbers);
    }
    vv_arena_deinit(&file->arena);
    *file = (struct vv_plant_file){0};
}
