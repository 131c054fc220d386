/* table_order.c: in which order rows of one request are stored.
 *
 * A table may refer to itself (a point to the branch above it), and a file in the order of keys may
 * name a branch before it comes. Each row is put behind those of the request that it refers to.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "serve/table_change.h"

#include "base/banned.h"

enum color {
    WHITE, /* not seen yet */
    GREY,  /* on the way to what it refers to */
    BLACK  /* in its place */
};

struct ordering {
    const struct vv_table_rows *rows;
    int key;
    int references[8]; /* columns that refer to the same table's key */
    size_t reference_count;
    struct vv_map *by_key;
    uint8_t *colors;
    uint32_t *path; /* rows on the way, deepest last */
    struct vv_row *placed;
    size_t placed_count;
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the rows: send fewer at a time");
}

/* The next row of the request that must come before this one; false when there is none. */
static bool next_above(const struct ordering *o, const struct vv_row *row, uint32_t *above)
{
    for (size_t i = 0; i < o->reference_count; i++) {
        const struct vv_value *to = &row->values[o->references[i]];
        uint64_t index;
        if (to->kind != VV_VALUE_INT || to->as.integer == 0 ||
            !vv_map_get(o->by_key, &to->as.integer, sizeof to->as.integer, &index))
            continue;
        *above = (uint32_t)index;
        if (o->colors[index] != BLACK)
            return true;
    }
    return false;
}

static vv_status place(struct ordering *o, uint32_t from, vv_error *err)
{
    size_t depth = 0;
    uint32_t above;

    o->path[depth++] = from;
    o->colors[from] = GREY;
    while (depth > 0) {
        const uint32_t at = o->path[depth - 1];
        const struct vv_row *row = &o->rows->list[at];
        if (!next_above(o, row, &above)) {
            o->placed[o->placed_count++] = *row;
            o->colors[at] = BLACK;
            depth--;
        } else if (o->colors[above] == GREY) {
            return vv_row_fail(row, o->key, VARVE_CONFLICT, err,
                               "it would stand below itself: that would be a ring");
        } else {
            o->colors[above] = GREY;
            o->path[depth++] = above;
        }
    }
    return VARVE_OK;
}

static vv_status order(struct ordering *o, vv_error *err)
{
    const size_t count = o->rows->count;

    o->by_key = vv_map_new();
    o->colors = vv_alloc_zero(count);
    o->path = vv_alloc_array(count, sizeof *o->path);
    o->placed = vv_arena_alloc(o->rows->arena, count * sizeof *o->placed);
    if (!o->by_key || !o->colors || !o->path || !o->placed)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct vv_value *key = &o->rows->list[i].values[o->key];
        if (key->kind == VV_VALUE_INT &&
            vv_map_put(o->by_key, &key->as.integer, sizeof key->as.integer, i))
            return no_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        vv_status status = o->colors[i] == WHITE ? place(o, (uint32_t)i, err) : VARVE_OK;
        if (status)
            return status;
    }
    return VARVE_OK;
}

vv_status vv_table_rows_order(const struct vv_table_rows *rows, struct vv_row **ordered,
                              vv_error *err)
{
    const struct vv_table *table = rows->table;
    struct ordering o = {.rows = rows,
                         .key = vv_table_column(table, table->key[0], strlen(table->key[0]), 0)};

    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].reference != VV_REFERENCE_NONE &&
            strcmp(table->columns[i].to_table, table->name) == 0 &&
            o.reference_count < sizeof o.references / sizeof o.references[0])
            o.references[o.reference_count++] = (int)i;
    *ordered = rows->list;
    if (o.reference_count == 0 || rows->count == 0)
        return VARVE_OK;
    vv_status status = order(&o, err);
    *ordered = o.placed;
    vv_map_free(o.by_key);
    vv_free(o.colors);
    vv_free(o.path);
    return status;
}
