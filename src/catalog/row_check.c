/* row_check.c: whether a row is one that its table may have. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "catalog/names.h"
#include "catalog/partition.h"
#include "catalog/row.h"

#include "base/banned.h"

/* The smallest and largest that the type itself holds. */
static void type_range(enum vv_column_type type, int64_t *least, int64_t *most)
{
    switch (type) {
    case VV_COLUMN_TINY:
        *least = 0;
        *most = INT8_MAX;
        break;
    case VV_COLUMN_INT:
        *least = INT32_MIN;
        *most = INT32_MAX;
        break;
    case VV_COLUMN_TIME:
        *least = VV_PARTITION_MIN_MS;
        *most = VV_PARTITION_MAX_MS - 1;
        break;
    default:
        *least = INT64_MIN;
        *most = INT64_MAX;
        break;
    }
}

/* "0, 1, 2" or "change, periodic, raw". */
static void list_choices(const struct vv_column *column, char *to, size_t size)
{
    size_t len = 0;

    to[0] = '\0';
    for (const struct vv_choice *c = column->choices; c->name != NULL && len < size; c++) {
        const char *comma = c == column->choices ? "" : ", ";
        int more;
        if (column->type == VV_COLUMN_TEXT)
            more = snprintf(to + len, size - len, "%s%s", comma, c->name);
        else
            more = snprintf(to + len, size - len, "%s%" PRId64, comma, c->value);
        len += (size_t)more;
    }
}

static vv_status check_choice(const struct vv_row *row, int index, vv_error *err)
{
    const struct vv_column *column = &row->table->columns[index];
    const struct vv_value *value = &row->values[index];
    char list[160];

    for (const struct vv_choice *c = column->choices; c->name != NULL; c++) {
        if (column->type == VV_COLUMN_TEXT ? strcmp(value->as.data, c->name) == 0
                                           : value->as.integer == c->value)
            return VARVE_OK;
    }
    list_choices(column, list, sizeof list);
    if (column->type == VV_COLUMN_TEXT) {
        return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "\"%.*s\" is none of %s",
                           (int)vv_utf8_cut(value->as.data, value->len_bytes, 60),
                           (const char *)value->as.data, list);
    }
    return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "%" PRId64 " is none of %s",
                       value->as.integer, list);
}

static vv_status check_text(const struct vv_row *row, int index, vv_error *err)
{
    const struct vv_column *column = &row->table->columns[index];
    const struct vv_value *value = &row->values[index];
    int64_t count = vv_utf8_count(value->as.data, value->len_bytes);

    if (count < 0 || memchr(value->as.data, '\0', value->len_bytes) != NULL) {
        return vv_row_fail(row, index, VARVE_BAD_NAME, err,
                           "text that is not valid UTF-8, or has a NUL in it");
    }
    if (column->width > 0 && count > column->width) {
        return vv_row_fail(row, index, VARVE_BAD_VALUE, err,
                           "%" PRId64 " characters, at most %" PRIu32 " are allowed", count,
                           column->width);
    }
    if ((column->flags & VV_COLUMN_FIXED) && count != column->width) {
        return vv_row_fail(row, index, VARVE_BAD_VALUE, err,
                           "%" PRId64 " characters, exactly %" PRIu32 " are needed", count,
                           column->width);
    }
    if ((column->flags & VV_COLUMN_BITS) && strspn(value->as.data, "01") != value->len_bytes)
        return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "only 0 and 1 may stand in it");
    return VARVE_OK;
}

static vv_status fail_range(const struct vv_row *row, int index, double value, vv_error *err)
{
    const struct vv_column *column = &row->table->columns[index];
    char text[3][32];

    vv_double_format(value, text[0]);
    vv_double_format(column->least, text[1]);
    vv_double_format(column->most, text[2]);
    return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "%s is outside %s to %s", text[0], text[1],
                       text[2]);
}

static vv_status check_number(const struct vv_row *row, int index, vv_error *err)
{
    const struct vv_column *column = &row->table->columns[index];
    const struct vv_value *value = &row->values[index];
    double number = value->as.real;
    int64_t least, most;

    if (value->kind == VV_VALUE_INT) {
        type_range(column->type, &least, &most);
        if (value->as.integer < least || value->as.integer > most) {
            return vv_row_fail(
                row, index, column->type == VV_COLUMN_TIME ? VARVE_BAD_TIME : VARVE_BAD_VALUE, err,
                "%" PRId64 " is outside %" PRId64 " to %" PRId64, value->as.integer, least, most);
        }
        number = (double)value->as.integer;
    }
    if ((column->least != 0 || column->most != 0) &&
        (number < column->least || number > column->most))
        return fail_range(row, index, number, err);
    if (column->gap_last != 0 && number >= column->gap_first && number <= column->gap_last)
        return vv_row_fail(row, index, VARVE_BAD_VALUE, err, "%g has no meaning", number);
    return VARVE_OK;
}

static vv_status check_value(const struct vv_row *row, int index, vv_error *err)
{
    const struct vv_column *column = &row->table->columns[index];
    vv_status status = VARVE_OK;

    if (column->type == VV_COLUMN_TEXT)
        status = check_text(row, index, err);
    else if (column->type != VV_COLUMN_BLOB)
        status = check_number(row, index, err);
    if (status == VARVE_OK && column->choices != NULL)
        status = check_choice(row, index, err);
    return status;
}

/* Whether a column may be left out: it may be null, or the database numbers it. */
static bool may_be_absent(const struct vv_row *row, int index, enum vv_row_check_kind kind)
{
    unsigned flags = row->table->columns[index].flags;

    if (kind == VV_ROW_PART) {
        return !vv_table_is_key(row->table, index) &&
               (row->values[index].kind == VV_VALUE_UNSET || !(flags & VV_COLUMN_NOT_NULL));
    }
    return !(flags & VV_COLUMN_NOT_NULL) || (flags & VV_COLUMN_AUTO);
}

vv_status vv_row_check(const struct vv_row *row, enum vv_row_check_kind kind, vv_error *err)
{
    for (size_t i = 0; i < row->table->column_count; i++) {
        enum vv_value_kind have = row->values[i].kind;
        vv_status status = VARVE_OK;

        if (have != VV_VALUE_UNSET && have != VV_VALUE_NULL)
            status = check_value(row, (int)i, err);
        else if (!may_be_absent(row, (int)i, kind))
            status = vv_row_fail(row, (int)i, VARVE_BAD_VALUE, err, "a value is needed");
        if (status != VARVE_OK)
            return status;
    }
    return VARVE_OK;
}
