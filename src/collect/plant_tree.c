/* plant_tree.c: branches and points of a plant file. */
#include <inttypes.h>
#include <string.h>

#include "base/map.h"
#include "catalog/names.h"
#include "collect/plant_fields.h"
#include "collect/plant_rows.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

struct tree {
    struct vv_plant_present objects, options, histories;
    int deepest;
};

/* ---- what is there ---- */

static const struct vv_row *object_by_id(const struct vv_plant_present *objects,
                                         const struct vv_map *ids, int64_t id)
{
    uint64_t i;
    return id != 0 && vv_map_get(ids, &id, sizeof id, &i) ? &objects->rows[i].row : NULL;
}

/* The path of one object: from it up to its root, then down again. */
static vv_status name_object(struct vv_plant_applying *a, struct tree *tree, size_t index,
                             const struct vv_map *ids, struct vv_buf *path, vv_error *err)
{
    enum {
        DEEPEST = 2 * VV_PLANT_DEPTH_MAX
    };
    const struct vv_row *up[DEEPEST];
    struct vv_plant_row *own = &tree->objects.rows[index];
    int depth = 0;
    for (const struct vv_row *row = &own->row; row;
         row = object_by_id(&tree->objects, ids, vv_row_get_int(row, "Parent", 0))) {
        if (depth == DEEPEST)
            return vv_fail(err, VARVE_CONFLICT,
                           "TB_Objects: object %" PRId64
                           " stands below %d others: move it up first",
                           vv_row_get_int(&own->row, "ObjId", 0), DEEPEST);
        up[depth++] = row;
    }
    own->depth = depth;
    tree->deepest = depth > tree->deepest ? depth : tree->deepest;
    vv_buf_reset(path);
    for (; depth > 0; depth--) {
        const char *name = vv_row_get_text(up[depth - 1], "Name");
        vv_path_add(path, name ? name : "", name ? strlen(name) : 0);
    }
    const char *text =
        path->failed ? NULL : vv_arena_text(a->arena, (const char *)path->data, path->len);
    return text ? vv_plant_name(&tree->objects, own, text, err)
                : vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
}

static vv_status name_objects(struct vv_plant_applying *a, struct tree *tree, vv_error *err)
{
    struct vv_map *ids = vv_map_new();
    struct vv_buf path = {0};
    vv_status status = ids ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
    for (size_t i = 0; i < tree->objects.count && !status; i++) {
        int64_t id = vv_row_get_int(&tree->objects.rows[i].row, "ObjId", 0);
        if (vv_map_put(ids, &id, sizeof id, i))
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
    }
    for (size_t i = 0; i < tree->objects.count && !status; i++)
        status = name_object(a, tree, i, ids, &path, err);
    vv_buf_deinit(&path);
    vv_map_free(ids);
    return status;
}

/* Options are found by the number of their object. */
static const char *option_name(struct vv_plant_applying *a, const struct vv_row *row)
{
    return vv_arena_format(a->arena, "%" PRId64, vv_row_get_int(row, "ObjId", 0));
}

static vv_status load(struct vv_plant_applying *a, struct tree *tree, vv_error *err)
{
    vv_status status = vv_plant_load(a, "TB_Objects", NULL, 0, &tree->objects, err);
    if (!status)
        status = name_objects(a, tree, err);
    if (!status)
        status = vv_plant_load(a, "vv_point_option", NULL, 0, &tree->options, err);
    for (size_t i = 0; i < tree->options.count && !status; i++) {
        struct vv_plant_row *option = &tree->options.rows[i];
        status = vv_plant_name(&tree->options, option, option_name(a, &option->row), err);
    }
    return status
               ? status
               : vv_plant_load_named(a, "ScadaProviderMapping", "Provider", &tree->histories, err);
}

/* ---- removing ---- */

static vv_status remove_option(struct vv_plant_applying *a, struct tree *tree,
                               const struct vv_row *object, vv_error *err)
{
    const char *name = option_name(a, object);
    if (!name)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the tree");
    const struct vv_plant_row *option = vv_plant_find(&tree->options, name);
    return option ? vv_ledger_delete(a->tx, &option->row, err) : VARVE_OK;
}

/* Frees an unwanted object from its option, and from its base point, which may go before it. */
static vv_status detach(struct vv_plant_applying *a, struct tree *tree, const struct vv_row *object,
                        vv_error *err)
{
    static const struct vv_plant_set no_base[] = {
        {"CalcId", {.kind = VV_VALUE_INT, .as.integer = 0}}};
    vv_status status = remove_option(a, tree, object, err);
    if (!status && vv_row_get_int(object, "CalcId", 0) != 0)
        status = vv_plant_set(a, object, no_base, COUNT_OF(no_base), err);
    return status;
}

/* Deepest first: a branch goes after all that hangs on it. */
static vv_status remove_unwanted(struct vv_plant_applying *a, struct tree *tree, vv_error *err)
{
    const struct vv_plant_list *lists[] = {&a->file->branches, &a->file->points};
    struct vv_plant_present *objects = &tree->objects;
    vv_status status = VARVE_OK;
    for (size_t l = 0; l < COUNT_OF(lists); l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            vv_plant_find(objects, lists[l]->items[i].name);
    for (size_t i = 0; i < objects->count && !status; i++)
        if (!objects->rows[i].wanted)
            status = detach(a, tree, &objects->rows[i].row, err);
    for (int depth = tree->deepest; depth > 0 && !status; depth--)
        for (size_t i = 0; i < objects->count && !status; i++)
            if (!objects->rows[i].wanted && objects->rows[i].depth == depth)
                status = vv_plant_remove(
                    a, vv_row_get_int(&objects->rows[i].row, "Type", 0) ? "point" : "branch",
                    &objects->rows[i], err);
    return status;
}

/* ---- adding and changing ---- */

/* A parameter may move from one point to another in one file: those that lose theirs are freed
 * first, since (DevId, MemInd) is unique. */
static vv_status free_parameters(struct vv_plant_applying *a, struct tree *tree, vv_error *err)
{
    static const struct vv_plant_set none[] = {{"DevId", {.kind = VV_VALUE_INT, .as.integer = 0}},
                                               {"MemInd", {.kind = VV_VALUE_NULL}}};
    vv_status status = VARVE_OK;
    struct vv_plant_list *list = &a->file->points;
    for (size_t i = 0; i < list->count && !status; i++) {
        const struct vv_row *row = &list->items[i].row;
        const struct vv_plant_row *there = vv_plant_find(&tree->objects, list->items[i].name);
        if (there && vv_row_get_int(&there->row, "DevId", 0) != 0 &&
            (vv_row_get_int(&there->row, "DevId", 0) != vv_row_get_int(row, "DevId", 0) ||
             vv_row_get_int(&there->row, "MemInd", 0) != vv_row_get_int(row, "MemInd", 0)))
            status = vv_plant_set(a, &there->row, none, COUNT_OF(none), err);
    }
    return status;
}

static vv_status put_object(struct vv_plant_applying *a, struct vv_plant_item *item,
                            const struct vv_plant_row *there, struct vv_plant_change *change,
                            vv_error *err)
{
    const struct vv_plant_item *parent =
        item->parent[0] ? vv_plant_item_find(&a->file->branches, item->parent) : NULL;
    vv_status status = vv_row_set_int(&item->row, "Parent",
                                      parent ? vv_row_get_int(&parent->row, "ObjId", 0) : 0, err);
    return status ? status : vv_plant_put(a, item->node, &item->row, there, change, err);
}

static vv_status put_branch(struct vv_plant_applying *a, struct tree *tree,
                            struct vv_plant_item *item, vv_error *err)
{
    struct vv_plant_change change = {0};
    const struct vv_plant_row *there = vv_plant_find(&tree->objects, item->name);
    vv_status status = VARVE_OK;
    if (there && vv_row_get_int(&there->row, "Type", 0) != 0) /* it was a point */
        status = remove_option(a, tree, &there->row, err);
    if (!status)
        status = put_object(a, item, there, &change, err);
    vv_plant_tell(a, "branch", item->name, &change);
    return status;
}

static vv_status set_history(struct tree *tree, struct vv_plant_item *item, vv_error *err)
{
    int64_t id = 0;
    if (item->history) {
        const struct vv_plant_row *history = vv_plant_find(&tree->histories, item->history);
        if (!history)
            return vv_yaml_fail(vv_plant_place(item->node, "history"), VARVE_NOT_FOUND, err,
                                "there is no history \"%.128s\": varve.yaml lists them under "
                                "\"histories\"",
                                item->history);
        id = vv_row_get_int(&history->row, "Id", 0);
    }
    return vv_row_set_int(&item->option, "HistoryId", id, err);
}

static vv_status put_point(struct vv_plant_applying *a, struct tree *tree,
                           struct vv_plant_item *item, vv_error *err)
{
    struct vv_plant_change change = {0};
    const struct vv_plant_row *there = vv_plant_find(&tree->objects, item->name);
    const struct vv_plant_row *option = NULL;
    vv_status status = set_history(tree, item, err);
    if (!status)
        status = put_object(a, item, there, &change, err);
    if (!status)
        status =
            vv_row_set_int(&item->option, "ObjId", vv_row_get_int(&item->row, "ObjId", 0), err);
    if (!status && there) {
        const char *name = option_name(a, &item->row);
        option = name ? vv_plant_find(&tree->options, name) : NULL;
    }
    if (!status)
        status = vv_plant_put(a, item->node, &item->option, option, &change, err);
    if (there && change.sign)
        change.sign = '~';
    vv_plant_tell(a, "point", item->name, &change);
    return status;
}

vv_status vv_plant_put_tree(struct vv_plant_applying *a, struct vv_plant_present *units,
                            vv_error *err)
{
    struct tree tree = {0};
    struct vv_plant_list *branches = &a->file->branches, *points = &a->file->points;
    vv_status status = load(a, &tree, err);
    if (!status)
        status = remove_unwanted(a, &tree, err);
    for (size_t i = 0; i < points->count && !status; i++) {
        struct vv_plant_item *item = &points->items[i];
        status = vv_row_set_int(&item->row, "DevId", vv_row_get_int(&item->device->row, "DevId", 0),
                                err);
        if (!status)
            status = vv_plant_set_unit(a, vv_plant_place(item->node, "unit"), &item->row, units,
                                       item->unit, err);
    }
    if (!status)
        status = free_parameters(a, &tree, err);
    for (size_t i = 0; i < branches->count && !status; i++)
        status = put_branch(a, &tree, &branches->items[i], err);
    for (size_t i = 0; i < points->count && !status; i++)
        status = put_point(a, &tree, &points->items[i], err);
    vv_plant_present_deinit(&tree.objects);
    vv_plant_present_deinit(&tree.options);
    vv_plant_present_deinit(&tree.histories);
    return status;
}
