/* reserve.c: the system's own rows, made where they are missing and put right where they are wrong.
 */
#include <string.h>

#include "catalog/seeds.h"
#include "sql/ledger_private.h"

#include "base/banned.h"

static vv_status set_cell(struct vv_row *row, const struct vv_seed_cell *cell, vv_error *err)
{
    struct vv_value value = vv_seed_value(cell);

    return vv_row_set(row, vv_table_column(row->table, cell->column, strlen(cell->column), 0),
                      &value, err);
}

/* Only the key of the seed. */
static vv_status set_key(struct vv_row *row, const struct vv_seed *seed, vv_error *err)
{
    vv_status status = VARVE_OK;

    for (int i = 0; status == VARVE_OK && i < VV_SEED_CELLS && seed->cells[i].column; i++) {
        const char *name = seed->cells[i].column;
        if (vv_table_is_key(row->table, vv_table_column(row->table, name, strlen(name), i)))
            status = set_cell(row, &seed->cells[i], err);
    }
    return status;
}

static bool has_cell(const struct vv_row *row, const struct vv_seed_cell *cell)
{
    const struct vv_value *value = vv_row_get(row, cell->column);

    if (cell->text == NULL)
        return value->kind == VV_VALUE_INT && value->as.integer == cell->number;
    return value->kind == VV_VALUE_TEXT && strcmp(value->as.data, cell->text) == 0;
}

/* Sets the fixed columns that `there` has otherwise. */
static vv_status correct(struct vv_ledger_tx *tx, const struct vv_seed *seed,
                         const struct vv_row *there, struct vv_row *row, int64_t *changes,
                         vv_error *err)
{
    bool wrong = false;
    vv_status status = VARVE_OK;

    for (int i = 0; status == VARVE_OK && i < VV_SEED_CELLS && seed->cells[i].column; i++) {
        const struct vv_seed_cell *cell = &seed->cells[i];
        if (vv_seed_fixed(seed, cell->column) == NULL || has_cell(there, cell))
            continue;
        wrong = true;
        status = set_cell(row, cell, err);
    }
    if (status != VARVE_OK || !wrong)
        return status;
    ++*changes;
    return vv_ledger_update(tx, row, err);
}

static vv_status insert(struct vv_ledger_tx *tx, const struct vv_seed *seed, struct vv_row *row,
                        int64_t *changes, vv_error *err)
{
    vv_status status = VARVE_OK;

    for (int i = 0; status == VARVE_OK && i < VV_SEED_CELLS && seed->cells[i].column; i++)
        status = set_cell(row, &seed->cells[i], err);
    ++*changes;
    return status == VARVE_OK ? vv_ledger_insert(tx, row, err) : status;
}

static vv_status reserve(struct vv_ledger_tx *tx, const struct vv_seed *seed,
                         struct vv_arena *arena, int64_t *changes, vv_error *err)
{
    const struct vv_table *table = vv_catalog_find(seed->table);
    struct vv_row there, row;
    vv_status status = vv_row_init(&there, table, arena, err);

    if (status == VARVE_OK)
        status = vv_row_init(&row, table, arena, err);
    if (status == VARVE_OK)
        status = set_key(&there, seed, err);
    if (status == VARVE_OK)
        status = set_key(&row, seed, err);
    if (status != VARVE_OK)
        return status;
    status = vv_ledger_get(tx, &there, err);
    if (status == VARVE_NOT_FOUND)
        return insert(tx, seed, &row, changes, err);
    return status == VARVE_OK ? correct(tx, seed, &there, &row, changes, err) : status;
}

vv_status vv_ledger_reserve(struct vv_ledger_tx *tx, int64_t *changes, vv_error *err)
{
    struct vv_arena arena;
    vv_status status = VARVE_OK;

    *changes = 0;
    vv_arena_init(&arena, 0, NULL);
    for (size_t i = 0; status == VARVE_OK && i < vv_seed_count(); i++) {
        vv_arena_reset(&arena);
        status = reserve(tx, vv_seed_at(i), &arena, changes, err);
    }
    vv_arena_deinit(&arena);
    return status;
}
