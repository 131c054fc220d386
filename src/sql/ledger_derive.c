#include "sql/ledger_derive.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/crc32c.h"
#include "catalog/names.h"

#include "base/banned.h"

/* Rows of a tree that wait for their hash, each with that of the row above it. */
struct waiting {
    struct {
        int64_t id;
        int64_t above;
    } * rows;
    size_t count, room;
};

static bool is_table(const struct vv_row *row, const char *name)
{
    return strcmp(row->table->name, name) == 0;
}

static bool is_set(const struct vv_row *row, const char *column)
{
    return vv_row_get(row, column)->kind != VV_VALUE_UNSET;
}

/* The hash of a path that goes on with `name` from one whose hash is `above`; 0 where it begins. */
static vv_status hash_below(int64_t parent, int64_t above, const char *name, int64_t *hash,
                            vv_error *err)
{
    struct vv_buf element = {0};
    vv_status status = VARVE_OK;

    if (parent != 0)
        vv_buf_char(&element, '.'); /* so that a "/" comes before the name */
    vv_path_add(&element, name, strlen(name));
    if (element.failed) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a path");
    } else {
        size_t skip = parent != 0 ? 1 : 0;
        *hash = (int32_t)vv_crc32c((uint32_t)above, element.data + skip, element.len - skip);
    }
    vv_buf_deinit(&element);
    return status;
}

static vv_status get_object(struct vv_ledger_tx *tx, int64_t id, struct vv_arena *arena,
                            struct vv_row *row, vv_error *err)
{
    vv_status status = vv_row_init(row, vv_catalog_find("TB_Objects"), arena, err);

    if (status == VARVE_OK)
        status = vv_row_set_int(row, "ObjId", id, err);
    return status == VARVE_OK ? vv_ledger_get(tx, row, err) : status;
}

/* The hash that the row above has; 0 for a root. */
static vv_status hash_above(struct vv_ledger_tx *tx, int64_t parent, int64_t *hash, vv_error *err)
{
    struct vv_arena arena;
    struct vv_row row;
    vv_status status = VARVE_OK;

    *hash = 0;
    if (parent == 0)
        return VARVE_OK;
    vv_arena_init(&arena, 0, NULL);
    status = get_object(tx, parent, &arena, &row, err);
    if (status == VARVE_OK)
        *hash = vv_row_get_int(&row, "HashId", 0);
    vv_arena_deinit(&arena);
    return status;
}

vv_status vv_derive_before(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err)
{
    int64_t parent, above, hash;
    vv_status status;

    if (!is_table(row, "TB_Objects"))
        return VARVE_OK;
    parent = vv_row_get_int(row, "Parent", 0);
    status = hash_above(tx, parent, &above, err);
    if (status == VARVE_OK)
        status = hash_below(parent, above, vv_row_get_text(row, "Name"), &hash, err);
    return status == VARVE_OK ? vv_row_set_int(row, "HashId", hash, err) : status;
}

/* ---- numbers of devices ---- */

static vv_status is_number_taken(struct vv_ledger_tx *tx, int64_t number, bool *taken,
                                 vv_error *err)
{
    const struct vv_filter filter = {"DevNum", VV_FILTER_EQ, vv_value_int(number)};
    struct vv_query query = {
        .table = vv_catalog_find("TB_Devices"), .filters = &filter, .filter_count = 1};
    int64_t count = 0;
    vv_status status = vv_ledger_count(tx, &query, &count, err);

    *taken = count > 0;
    return status;
}

vv_status vv_derive_added(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err)
{
    int64_t id;
    bool taken;
    vv_status status;

    if (!is_table(row, "TB_Devices") || !vv_row_is_null(row, "DevNum"))
        return VARVE_OK;
    id = vv_row_get_int(row, "DevId", 0);
    status = is_number_taken(tx, id, &taken, err);
    if (status == VARVE_OK && !taken)
        status = vv_row_set_int(row, "DevNum", id, err);
    return status == VARVE_OK && !taken ? vv_ledger_update(tx, row, err) : status;
}

/* ---- the rows below a changed one ---- */

static vv_status wait_for(struct waiting *w, int64_t id, int64_t above, vv_error *err)
{
    if (w->count == w->room) {
        size_t room = w->room > 0 ? 2 * w->room : 64;
        void *rows = vv_alloc_array(room, sizeof *w->rows);
        if (rows == NULL)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for the points below");
        if (w->count > 0)
            memcpy(rows, w->rows, w->count * sizeof *w->rows);
        vv_free(w->rows);
        w->rows = rows;
        w->room = room;
    }
    w->rows[w->count].id = id;
    w->rows[w->count].above = above;
    w->count++;
    return VARVE_OK;
}

static vv_status wait_for_children(struct vv_ledger_tx *tx, struct waiting *w, int64_t parent,
                                   int64_t hash, vv_error *err)
{
    const struct vv_filter filter = {"Parent", VV_FILTER_EQ, vv_value_int(parent)};
    struct vv_query query = {
        .table = vv_catalog_find("TB_Objects"), .filters = &filter, .filter_count = 1};
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;
    vv_status status = vv_ledger_select(tx, &query, &cursor, err);

    if (status != VARVE_OK)
        return status;
    while ((status = vv_ledger_next(cursor, &row, err)) == VARVE_OK) {
        status = wait_for(w, vv_row_get_int(row, "ObjId", 0), hash, err);
        if (status != VARVE_OK)
            break;
    }
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

/* Sets the hash of one row; `*changed` tells whether it was another. */
static vv_status set_hash(struct vv_ledger_tx *tx, int64_t id, int64_t above, int64_t *hash,
                          bool *changed, vv_error *err)
{
    struct vv_arena arena;
    struct vv_row row, update;
    vv_status status;

    *changed = false;
    vv_arena_init(&arena, 0, NULL);
    status = get_object(tx, id, &arena, &row, err);
    if (status == VARVE_OK)
        status = hash_below(vv_row_get_int(&row, "Parent", 0), above, vv_row_get_text(&row, "Name"),
                            hash, err);
    if (status == VARVE_OK)
        *changed = vv_row_is_null(&row, "HashId") || vv_row_get_int(&row, "HashId", 0) != *hash;
    if (status == VARVE_OK && *changed) {
        status = vv_row_init(&update, row.table, &arena, err);
        if (status == VARVE_OK)
            status = vv_row_set_int(&update, "ObjId", id, err);
        if (status == VARVE_OK)
            status = vv_row_set_int(&update, "HashId", *hash, err);
        if (status == VARVE_OK)
            status = vv_ledger_update(tx, &update, err);
    }
    vv_arena_deinit(&arena);
    return status;
}

/* Every row that waits, and those below one whose hash became another. */
static vv_status set_hashes(struct vv_ledger_tx *tx, struct waiting *w, vv_error *err)
{
    vv_status status = VARVE_OK;

    for (size_t i = 0; status == VARVE_OK && i < w->count; i++) {
        int64_t hash;
        bool changed;

        status = set_hash(tx, w->rows[i].id, w->rows[i].above, &hash, &changed, err);
        if (status == VARVE_OK && changed)
            status = wait_for_children(tx, w, w->rows[i].id, hash, err);
    }
    return status;
}

vv_status vv_derive_changed(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err)
{
    struct waiting w = {0};
    struct vv_arena arena;
    struct vv_row there;
    int64_t id, above = 0;
    vv_status status;

    if (!is_table(row, "TB_Objects") ||
        !(is_set(row, "Name") || is_set(row, "Parent") || is_set(row, "HashId")))
        return VARVE_OK;
    id = vv_row_get_int(row, "ObjId", 0);
    vv_arena_init(&arena, 0, NULL);
    status = get_object(tx, id, &arena, &there, err);
    if (status == VARVE_OK)
        status = hash_above(tx, vv_row_get_int(&there, "Parent", 0), &above, err);
    vv_arena_deinit(&arena);
    if (status == VARVE_OK)
        status = wait_for(&w, id, above, err);
    if (status == VARVE_OK)
        status = set_hashes(tx, &w, err);
    vv_free(w.rows);
    return status;
}

vv_status vv_ledger_derive_all(struct vv_ledger_tx *tx, vv_error *err)
{
    struct waiting w = {0};
    vv_status status = wait_for_children(tx, &w, 0, 0, err);

    if (status == VARVE_OK)
        status = set_hashes(tx, &w, err);
    vv_free(w.rows);
    return status;
}
