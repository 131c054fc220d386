#include "collect/plant_rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "catalog/catalog.h"

#include "base/banned.h"

/* ---- what is there ---- */

static vv_status copy_row(struct vv_row *to, const struct vv_row *from, struct vv_arena *arena,
                          vv_error *err)
{
    vv_status status = vv_row_init(to, from->table, arena, err);
    for (size_t c = 0; c < from->table->column_count && !status; c++)
        if (from->values[c].kind != VV_VALUE_UNSET)
            status = vv_row_set(to, (int)c, &from->values[c], err);
    return status;
}

static struct vv_plant_row *add_row(struct vv_plant_applying *a, struct vv_plant_present *present,
                                    const struct vv_row *row, vv_error *err)
{
    if (present->count == present->room) {
        size_t room = present->room ? present->room * 2 : 64;
        struct vv_plant_row *rows = vv_arena_zero(a->arena, room * sizeof *rows);
        if (!rows) {
            vv_fail(err, VARVE_NO_MEMORY, "no memory to compare %s", present->table->name);
            return NULL;
        }
        if (present->count > 0)
            memcpy(rows, present->rows, present->count * sizeof *rows);
        present->rows = rows;
        present->room = room;
    }
    struct vv_plant_row *added = &present->rows[present->count];
    *added = (struct vv_plant_row){0};
    if (copy_row(&added->row, row, a->arena, err))
        return NULL;
    present->count++;
    return added;
}

vv_status vv_plant_load(struct vv_plant_applying *a, const char *table,
                        const struct vv_filter *filters, size_t filter_count,
                        struct vv_plant_present *present, vv_error *err)
{
    *present = (struct vv_plant_present){.table = vv_catalog_find(table), .by_name = vv_map_new()};
    const struct vv_query query = {
        .table = present->table, .filters = filters, .filter_count = filter_count};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    if (!present->by_name)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to compare %s", table);
    vv_status status = vv_ledger_select(a->tx, &query, &cursor, err);
    while (!status && !(status = vv_ledger_next(cursor, &row, err)))
        status = add_row(a, present, row, err) ? VARVE_OK : VARVE_NO_MEMORY;
    vv_ledger_cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_plant_load_named(struct vv_plant_applying *a, const char *table, const char *column,
                              struct vv_plant_present *present, vv_error *err)
{
    vv_status status = vv_plant_load(a, table, NULL, 0, present, err);
    for (size_t i = 0; i < present->count && !status; i++)
        status = vv_plant_name(present, &present->rows[i],
                               vv_row_get_text(&present->rows[i].row, column), err);
    return status;
}

void vv_plant_present_deinit(struct vv_plant_present *present)
{
    vv_map_free(present->by_name);
    *present = (struct vv_plant_present){0};
}

vv_status vv_plant_name(struct vv_plant_present *present, struct vv_plant_row *row,
                        const char *name, vv_error *err)
{
    row->name = name;
    if (name && vv_map_put(present->by_name, name, strlen(name), (uint64_t)(row - present->rows)))
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to compare %s", present->table->name);
    return VARVE_OK;
}

struct vv_plant_row *vv_plant_find(struct vv_plant_present *present, const char *name)
{
    uint64_t i;
    if (!vv_map_get(present->by_name, name, strlen(name), &i))
        return NULL;
    present->rows[i].wanted = true;
    return &present->rows[i];
}

vv_status vv_plant_present_add(struct vv_plant_applying *a, struct vv_plant_present *present,
                               const struct vv_row *row, const char *name, vv_error *err)
{
    struct vv_plant_row *added = add_row(a, present, row, err);
    if (!added)
        return VARVE_NO_MEMORY;
    added->wanted = true;
    return vv_plant_name(present, added, name, err);
}

/* ---- changing it ---- */

static bool same_value(const struct vv_value *a, const struct vv_value *b)
{
    bool a_null = a->kind <= VV_VALUE_NULL, b_null = b->kind <= VV_VALUE_NULL;
    if (a_null || b_null)
        return a_null == b_null;
    if (a->kind != b->kind)
        return false;
    if (a->kind == VV_VALUE_INT)
        return a->as.integer == b->as.integer;
    if (a->kind == VV_VALUE_DOUBLE)
        return a->as.real == b->as.real;
    return a->len_bytes == b->len_bytes && !memcmp(a->as.data, b->as.data, a->len_bytes);
}

static void add_value(struct vv_buf *to, const struct vv_value *value)
{
    char number[32];
    switch (value->kind) {
    case VV_VALUE_INT:
        vv_buf_format(to, "%" PRId64, value->as.integer);
        break;
    case VV_VALUE_DOUBLE:
        vv_buf_add(to, number, vv_double_format(value->as.real, number));
        break;
    case VV_VALUE_TEXT:
        vv_buf_format(to, "\"%s\"", (const char *)value->as.data);
        break;
    case VV_VALUE_UNSET:
    case VV_VALUE_NULL:
    case VV_VALUE_BLOB:
        vv_buf_text(to, value->kind == VV_VALUE_BLOB ? "bytes" : "nothing");
        break;
    }
}

vv_status vv_plant_put(struct vv_plant_applying *a, const struct vv_yaml_node *node,
                       struct vv_row *row, const struct vv_plant_row *there,
                       struct vv_plant_change *change, vv_error *err)
{
    bool differs = false;
    vv_status status = VARVE_OK;
    for (size_t c = 0; there && c < row->table->column_count && !status; c++) {
        const struct vv_value *new = &row->values[c], *old = &there->row.values[c];
        if (vv_table_is_key(row->table, (int)c)) {
            status = vv_row_set(row, (int)c, old, err);
        } else if (new->kind != VV_VALUE_UNSET && !same_value(new, old)) {
            vv_buf_format(&change->columns, "%s%s ", change->columns.len > 0 ? ", " : "",
                          row->table->columns[c].name);
            add_value(&change->columns, old);
            vv_buf_text(&change->columns, " -> ");
            add_value(&change->columns, new);
            differs = true;
        }
    }
    if (status || (there && !differs))
        return status;
    status = there ? vv_ledger_update(a->tx, row, err) : vv_ledger_insert(a->tx, row, err);
    if (status)
        vv_error_prefix(err, "%s line %u", node->file, node->line);
    else if (!change->sign)
        change->sign = there ? '~' : '+';
    return status;
}

vv_status vv_plant_set(struct vv_plant_applying *a, const struct vv_row *there,
                       const struct vv_plant_set *values, size_t count, vv_error *err)
{
    struct vv_row row;
    vv_status status = vv_row_init(&row, there->table, a->arena, err);
    for (size_t c = 0; c < there->table->column_count && !status; c++)
        if (vv_table_is_key(there->table, (int)c))
            status = vv_row_set(&row, (int)c, &there->values[c], err);
    for (size_t i = 0; i < count && !status; i++)
        status = vv_row_set(
            &row, vv_table_column(there->table, values[i].column, strlen(values[i].column), 0),
            &values[i].value, err);
    return status ? status : vv_ledger_update(a->tx, &row, err);
}

void vv_plant_tell(struct vv_plant_applying *a, const char *what, const char *name,
                   struct vv_plant_change *change)
{
    struct vv_buf line = {0};
    a->counts->added += change->sign == '+';
    a->counts->changed += change->sign == '~';
    a->counts->removed += change->sign == '-';
    if (change->sign && a->report) {
        vv_buf_format(&line, "%s %s", what, name ? name : "(without a name)");
        if (change->sign == '~' && change->columns.data)
            vv_buf_format(&line, ": %s", (const char *)change->columns.data);
        a->report(a->report_arg, change->sign,
                  line.failed ? "(no memory to say what)" : (const char *)line.data);
    }
    vv_buf_deinit(&line);
    vv_buf_deinit(&change->columns);
    change->sign = 0;
}

vv_status vv_plant_remove(struct vv_plant_applying *a, const char *what,
                          const struct vv_plant_row *row, vv_error *err)
{
    struct vv_plant_change change = {.sign = '-'};
    vv_status status = vv_ledger_delete(a->tx, &row->row, err);
    if (status)
        vv_error_prefix(err, "%s \"%.200s\", which the file does not have, cannot be removed", what,
                        row->name ? row->name : "(without a name)");
    else
        vv_plant_tell(a, what, row->name, &change);
    return status;
}

vv_status vv_plant_remove_unwanted(struct vv_plant_applying *a, const char *what,
                                   struct vv_plant_present *present, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = present->count; i > 0 && !status; i--)
        if (!present->rows[i - 1].wanted)
            status = vv_plant_remove(a, what, &present->rows[i - 1], err);
    return status;
}
