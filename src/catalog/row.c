#include "catalog/row.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Above this not every integer has a double of its own. */
#define EXACT_DOUBLE 9007199254740992.0

vv_status vv_row_init(struct vv_row *row, const struct vv_table *table, struct vv_arena *arena,
                      vv_error *err)
{
    *row = (struct vv_row){.table = table, .arena = arena};
    row->values = vv_arena_zero(arena, table->column_count * sizeof *row->values);
    if (row->values == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for a row", table->name);
    return VARVE_OK;
}

void vv_row_clear(struct vv_row *row)
{
    memset(row->values, 0, row->table->column_count * sizeof *row->values);
}

vv_status vv_row_fail(const struct vv_row *row, int index, vv_status status, vv_error *err,
                      const char *format, ...)
{
    char reason[300];
    va_list args;

    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    if (row->number > 0) {
        return vv_fail(err, status, "%s, row %" PRId64 ", column \"%s\": %s", row->table->name,
                       row->number, row->table->columns[index].name, reason);
    }
    return vv_fail(err, status, "%s, column \"%s\": %s", row->table->name,
                   row->table->columns[index].name, reason);
}

static const char *kind_name(enum vv_value_kind kind)
{
    static const char *const names[] = {"nothing",  "null", "an integer",
                                        "a number", "text", "bytes"};
    return names[kind];
}

/* Makes `value` one of the column's own kind where nothing is lost by it. */
static bool convert(const struct vv_column *column, struct vv_value *value)
{
    if (value->kind == VV_VALUE_UNSET || value->kind == VV_VALUE_NULL)
        return true;
    switch (column->type) {
    case VV_COLUMN_TEXT:
        return value->kind == VV_VALUE_TEXT;
    case VV_COLUMN_BLOB:
        return value->kind == VV_VALUE_BLOB;
    case VV_COLUMN_DOUBLE:
        if (value->kind == VV_VALUE_INT && fabs((double)value->as.integer) <= EXACT_DOUBLE)
            *value = vv_value_double((double)value->as.integer);
        return value->kind == VV_VALUE_DOUBLE && isfinite(value->as.real);
    default:
        if (value->kind == VV_VALUE_DOUBLE && fabs(value->as.real) <= EXACT_DOUBLE &&
            trunc(value->as.real) == value->as.real)
            *value = vv_value_int((int64_t)value->as.real);
        return value->kind == VV_VALUE_INT &&
               (column->type != VV_COLUMN_BOOL || value->as.integer == 0 || value->as.integer == 1);
    }
}

vv_status vv_row_lend(struct vv_row *row, int index, const struct vv_value *value, vv_error *err)
{
    const struct vv_column *column = &row->table->columns[index];
    struct vv_value own = *value;

    assert(index >= 0 && (size_t)index < row->table->column_count);
    if (!convert(column, &own)) {
        return vv_row_fail(row, index, VARVE_BAD_TYPE, err, "%s given, %s needed",
                           kind_name(value->kind), vv_column_type_name(column->type));
    }
    row->values[index] = own;
    return VARVE_OK;
}

vv_status vv_row_set(struct vv_row *row, int index, const struct vv_value *value, vv_error *err)
{
    struct vv_value own = *value;

    if (own.kind == VV_VALUE_TEXT || own.kind == VV_VALUE_BLOB) {
        own.as.data = vv_arena_text(row->arena, value->as.data, value->len_bytes);
        if (own.as.data == NULL)
            return vv_row_fail(row, index, VARVE_NO_MEMORY, err, "no memory for %zu bytes",
                               value->len_bytes);
    }
    return vv_row_lend(row, index, &own, err);
}

/* The number of a column that is known to be there. */
static int known_column(const struct vv_table *table, const char *column)
{
    int index = vv_table_column(table, column, strlen(column), 0);

    assert(index >= 0);
    return index;
}

static vv_status set_named(struct vv_row *row, const char *column, struct vv_value value,
                           vv_error *err)
{
    return vv_row_set(row, known_column(row->table, column), &value, err);
}

vv_status vv_row_set_int(struct vv_row *row, const char *column, int64_t v, vv_error *err)
{
    return set_named(row, column, vv_value_int(v), err);
}

vv_status vv_row_set_double(struct vv_row *row, const char *column, double v, vv_error *err)
{
    return set_named(row, column, vv_value_double(v), err);
}

vv_status vv_row_set_text(struct vv_row *row, const char *column, const char *text, vv_error *err)
{
    return set_named(row, column, vv_value_text(text), err);
}

vv_status vv_row_set_blob(struct vv_row *row, const char *column, const void *data,
                          size_t len_bytes, vv_error *err)
{
    return set_named(row, column, vv_value_blob(data, len_bytes), err);
}

vv_status vv_row_set_null(struct vv_row *row, const char *column, vv_error *err)
{
    return set_named(row, column, vv_value_null(), err);
}

const struct vv_value *vv_row_get(const struct vv_row *row, const char *column)
{
    return &row->values[known_column(row->table, column)];
}

bool vv_row_is_null(const struct vv_row *row, const char *column)
{
    enum vv_value_kind kind = vv_row_get(row, column)->kind;
    return kind == VV_VALUE_NULL || kind == VV_VALUE_UNSET;
}

int64_t vv_row_get_int(const struct vv_row *row, const char *column, int64_t otherwise)
{
    const struct vv_value *value = vv_row_get(row, column);
    return value->kind == VV_VALUE_INT ? value->as.integer : otherwise;
}

double vv_row_get_double(const struct vv_row *row, const char *column, double otherwise)
{
    const struct vv_value *value = vv_row_get(row, column);

    if (value->kind == VV_VALUE_INT)
        return (double)value->as.integer;
    return value->kind == VV_VALUE_DOUBLE ? value->as.real : otherwise;
}

const char *vv_row_get_text(const struct vv_row *row, const char *column)
{
    const struct vv_value *value = vv_row_get(row, column);
    return value->kind == VV_VALUE_TEXT ? value->as.data : NULL;
}

/* The default as a value; the catalogue's own text, which the unit test has read whole. */
static struct vv_value preset_value(const struct vv_column *column)
{
    switch (column->type) {
    case VV_COLUMN_TEXT:
        return vv_value_text(column->preset);
    case VV_COLUMN_DOUBLE:
        return vv_value_double(strtod(column->preset, NULL));
    default:
        return vv_value_int(strtoll(column->preset, NULL, 10));
    }
}

vv_status vv_row_fill_presets(struct vv_row *row, vv_error *err)
{
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct vv_column *column = &row->table->columns[i];
        struct vv_value value;
        vv_status status;

        if (row->values[i].kind != VV_VALUE_UNSET || column->preset == NULL)
            continue;
        value = preset_value(column);
        status = vv_row_set(row, (int)i, &value, err);
        if (status != VARVE_OK)
            return status;
    }
    return VARVE_OK;
}
