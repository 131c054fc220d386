/* points.c: TB_Objects with its units and options, as paths. */
#include "history/points.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "catalog/names.h"
#include "sql/ledger.h"

#include "base/banned.h"

/* TB_Objects.Type */
#define TYPE_BRANCH          0
#define TYPE_LOGICAL         2
#define TYPE_REAL_CONTROL    3
#define TYPE_LOGICAL_CONTROL 4

#define TREE_DEPTH_MAX 100

struct vv_points {
    struct vv_arena arena;
    struct vv_plant_point *list;
    size_t count;
};

/* A row of TB_Objects, branch or not. */
struct object {
    int64_t id, parent_id, type, dim_id;
    const char *name;
    const char *path; /* null until it is made */
    int64_t history_id;
    struct vv_plant_point point;
};

struct loading {
    struct vv_ledger_tx *tx;
    struct vv_arena *arena; /* of the result */
    struct object *objects;
    size_t count, capacity;
    struct vv_map *by_id; /* ObjId → number in objects */
    struct vv_map *units; /* DimId → text in the arena (as a number) */
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the plant's points");
}

static bool find_object(const struct loading *in, int64_t id, struct object **object)
{
    uint64_t number;

    *object = NULL;
    if (vv_map_get(in->by_id, &id, sizeof id, &number))
        *object = &in->objects[number];
    return *object != NULL;
}

/* Calls take(in, row) for each row of a table. */
static vv_status each_row(struct loading *in, const char *table,
                          vv_status (*take)(struct loading *in, const struct vv_row *row,
                                            vv_error *err),
                          vv_error *err)
{
    const struct vv_query query = {.table = vv_catalog_find(table)};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_select(in->tx, &query, &cursor, err);

    while (st == VARVE_OK && (st = vv_ledger_next(cursor, &row, err)) == VARVE_OK)
        st = take(in, row, err);
    vv_ledger_cursor_close(cursor);
    return st == VARVE_END ? VARVE_OK : st;
}

static const char *keep_text(struct loading *in, const char *text)
{
    return text != NULL ? vv_arena_text(in->arena, text, strlen(text)) : "";
}

static vv_status take_unit(struct loading *in, const struct vv_row *row, vv_error *err)
{
    int64_t id = vv_row_get_int(row, "DimId", 0);
    const char *name = keep_text(in, vv_row_get_text(row, "Name"));

    if (name == NULL || vv_map_put(in->units, &id, sizeof id, (uintptr_t)name) != VARVE_OK)
        return no_memory(err);
    return VARVE_OK;
}

enum vv_tag_type vv_point_tag_type(int64_t type)
{
    return type == TYPE_LOGICAL || type == TYPE_LOGICAL_CONTROL ? VV_TYPE_BOOLEAN : VV_TYPE_DOUBLE;
}

static vv_status take_object(struct loading *in, const struct vv_row *row, vv_error *err)
{
    struct object *o;

    if (in->count == in->capacity) {
        size_t capacity = in->capacity > 0 ? in->capacity * 2 : 256;
        void *grown = vv_realloc(in->objects, capacity * sizeof *in->objects);

        if (grown == NULL)
            return no_memory(err);
        in->objects = grown;
        in->capacity = capacity;
    }
    o = &in->objects[in->count];
    *o = (struct object){
        .id = vv_row_get_int(row, "ObjId", 0),
        .parent_id = vv_row_get_int(row, "Parent", 0),
        .type = vv_row_get_int(row, "Type", 0),
        .dim_id = vv_row_get_int(row, "DimId", 0),
        .name = keep_text(in, vv_row_get_text(row, "Name")),
    };
    o->point = (struct vv_plant_point){
        .object_id = o->id,
        .device_id = vv_row_get_int(row, "DevId", 0),
        .mem_index = vv_row_get_int(row, "MemInd", 0),
        .title = keep_text(in, vv_row_get_text(row, "ShortName")),
        .type = vv_point_tag_type(o->type),
        .control = o->type == TYPE_REAL_CONTROL || o->type == TYPE_LOGICAL_CONTROL,
        .decimals = -1,
        .limits = {vv_row_get_double(row, "Min2", NAN), vv_row_get_double(row, "Min1", NAN),
                   vv_row_get_double(row, "Max1", NAN), vv_row_get_double(row, "Max2", NAN)},
        .line = -1,
    };
    if (o->name == NULL || o->point.title == NULL ||
        vv_map_put(in->by_id, &o->id, sizeof o->id, in->count) != VARVE_OK)
        return no_memory(err);
    in->count++;
    return VARVE_OK;
}

/* Seconds of the ledger as whole milliseconds; 0 for null and what is out of any sense. */
static int64_t seconds_to_ms(const struct vv_row *row, const char *column)
{
    double s = vv_row_get_double(row, column, 0);

    return s > 0 && s < 1e9 ? llround(s * 1000) : 0;
}

static vv_status take_option(struct loading *in, const struct vv_row *row, vv_error *err)
{
    struct object *o;
    const char *line;

    (void)err;
    if (!find_object(in, vv_row_get_int(row, "ObjId", 0), &o))
        return VARVE_OK;
    o->history_id = vv_row_get_int(row, "HistoryId", 0);
    o->point.period_ms = seconds_to_ms(row, "Period_s");
    o->point.validity_ms = seconds_to_ms(row, "Validity_s");
    o->point.decimals = (int)vv_row_get_int(row, "Decimals", -1);
    line = vv_row_get_text(row, "Interpolation");
    if (line != NULL && line[0] != '\0')
        o->point.line = strcmp(line, "linear") == 0;
    return VARVE_OK;
}

/* Makes the path of an object (and of the branches above it), and settles what it inherits. */
static vv_status make_path(struct loading *in, struct object *o, int depth, vv_error *err)
{
    struct object *parent = NULL;
    struct vv_buf path = {0};
    vv_status st = VARVE_OK;

    if (o->path != NULL)
        return VARVE_OK;
    if (depth > TREE_DEPTH_MAX)
        return vv_fail(err, VARVE_CONFLICT,
                       "TB_Objects, ObjId %lld \"%.80s\": its branches form a ring, or are more "
                       "than %d deep",
                       (long long)o->id, o->name, TREE_DEPTH_MAX);
    if (o->parent_id != 0 && !find_object(in, o->parent_id, &parent))
        return vv_fail(err, VARVE_CONFLICT,
                       "TB_Objects, ObjId %lld \"%.80s\": its parent %lld is not there",
                       (long long)o->id, o->name, (long long)o->parent_id);
    if (parent != NULL)
        st = make_path(in, parent, depth + 1, err);
    if (st != VARVE_OK)
        return st;
    if (parent != NULL) {
        vv_buf_text(&path, parent->path);
        if (o->history_id == 0)
            o->history_id = parent->history_id;
    }
    vv_path_add(&path, o->name, strlen(o->name));
    if (!path.failed)
        o->path = vv_arena_text(in->arena, (const char *)path.data, path.len);
    vv_buf_deinit(&path);
    return o->path != NULL ? VARVE_OK : no_memory(err);
}

static vv_status finish(struct loading *in, struct vv_points *points, vv_error *err)
{
    points->list = vv_arena_alloc(in->arena, (in->count + 1) * sizeof *points->list);
    if (points->list == NULL)
        return no_memory(err);
    for (size_t i = 0; i < in->count; i++) {
        struct object *o = &in->objects[i];
        uint64_t unit;
        vv_status st = make_path(in, o, 0, err);

        if (st != VARVE_OK)
            return st;
        if (o->type == TYPE_BRANCH)
            continue;
        o->point.path = o->path;
        o->point.history_id = o->history_id;
        o->point.unit = "";
        if (vv_map_get(in->units, &o->dim_id, sizeof o->dim_id, &unit))
            o->point.unit = (const char *)(uintptr_t)unit;
        points->list[points->count++] = o->point;
    }
    return VARVE_OK;
}

vv_status vv_points_load(struct vv_ledger *ledger, struct vv_points **points, vv_error *err)
{
    struct vv_points *p = vv_alloc_zero(sizeof *p);
    struct loading in = {.by_id = vv_map_new(), .units = vv_map_new()};
    vv_status st = VARVE_OK;

    *points = NULL;
    if (p != NULL)
        vv_arena_init(&p->arena, 0, NULL);
    if (p == NULL || in.by_id == NULL || in.units == NULL)
        st = no_memory(err);
    if (st == VARVE_OK) {
        in.arena = &p->arena;
        st = vv_ledger_begin_read(ledger, &in.tx, err);
    }
    if (st == VARVE_OK)
        st = each_row(&in, "TB_Dim", take_unit, err);
    if (st == VARVE_OK)
        st = each_row(&in, "TB_Objects", take_object, err);
    if (st == VARVE_OK)
        st = each_row(&in, "vv_point_option", take_option, err);
    if (st == VARVE_OK)
        st = finish(&in, p, err);
    vv_ledger_rollback(&in.tx);
    vv_map_free(in.by_id);
    vv_map_free(in.units);
    vv_free(in.objects);
    if (st != VARVE_OK) {
        vv_points_free(p);
        return st;
    }
    *points = p;
    return VARVE_OK;
}

void vv_points_free(struct vv_points *points)
{
    if (points == NULL)
        return;
    vv_arena_deinit(&points->arena);
    vv_free(points);
}

const struct vv_plant_point *vv_points_all(const struct vv_points *points, size_t *count)
{
    *count = points->count;
    return points->list;
}
