#include "history/point_find.h"

#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "catalog/names.h"
#include "history/points.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define TYPE_BRANCH 0

/* The child of that name; its ObjId into *id and its Type into *type. */
static vv_status find_child(struct vv_ledger_tx *tx, const char *name, int64_t *id, int64_t *type,
                            vv_error *err)
{
    const struct vv_filter filters[] = {
        {"Parent", VV_FILTER_EQ, vv_value_int(*id)},
        {"Name", VV_FILTER_EQ, vv_value_text(name)},
    };
    const struct vv_query query = {
        .table = vv_catalog_find("TB_Objects"), .filters = filters, .filter_count = 2};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    if (st == VARVE_OK)
        st = vv_ledger_next(cursor, &row, err);
    if (st == VARVE_OK) {
        *id = vv_row_get_int(row, "ObjId", 0);
        *type = vv_row_get_int(row, "Type", TYPE_BRANCH);
    }
    vv_ledger_cursor_close(cursor);
    return st == VARVE_END ? VARVE_NOT_FOUND : st;
}

vv_status vv_point_find(struct vv_ledger_tx *tx, const char *path, size_t len_bytes,
                        struct vv_point_key *point, vv_error *err)
{
    struct vv_buf name = {0}, canonical = {0};
    size_t at = 0;
    int64_t id = 0, type = TYPE_BRANCH;
    vv_status st = VARVE_OK;

    while (st == VARVE_OK) {
        st = vv_path_next(path, len_bytes, &at, &name, err);
        if (st == VARVE_OK)
            vv_path_add(&canonical, (const char *)name.data, name.len);
        vv_buf_char(&name, '\0');
        if (st == VARVE_OK && (name.failed || canonical.failed))
            st = vv_fail(err, VARVE_NO_MEMORY, "not enough memory to find a point");
        if (st == VARVE_OK)
            st = find_child(tx, (const char *)name.data, &id, &type, err);
    }
    /* Other spellings would be other tags of the same point. */
    if (st == VARVE_END && (canonical.len != len_bytes || type == TYPE_BRANCH ||
                            memcmp(canonical.data, path, len_bytes) != 0))
        st = VARVE_NOT_FOUND;
    vv_buf_deinit(&name);
    vv_buf_deinit(&canonical);
    if (st == VARVE_SYNTAX)
        return VARVE_NOT_FOUND;
    if (st != VARVE_END)
        return st;
    *point = (struct vv_point_key){id, vv_point_tag_type(type)};
    return VARVE_OK;
}

vv_status vv_point_ids_load(struct vv_ledger *ledger, struct vv_map **ids, vv_error *err)
{
    struct vv_points *points = NULL;
    struct vv_map *map = vv_map_new();
    const struct vv_plant_point *all = NULL;
    size_t count = 0;
    vv_status st = vv_points_load(ledger, &points, err);

    *ids = NULL;
    if (st == VARVE_OK)
        all = vv_points_all(points, &count);
    if (st == VARVE_OK && map == NULL)
        st = VARVE_NO_MEMORY;
    for (size_t i = 0; i < count && st == VARVE_OK; i++)
        st = vv_map_put(map, all[i].path, strlen(all[i].path), (uint64_t)all[i].object_id);
    if (st == VARVE_NO_MEMORY)
        vv_fail(err, st, "not enough memory for the plant's points");
    vv_points_free(points);
    if (st != VARVE_OK) {
        vv_map_free(map);
        return st;
    }
    *ids = map;
    return VARVE_OK;
}
