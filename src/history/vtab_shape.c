/* vtab_shape.c: what a source's table looks like to SQLite. */
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "catalog/ddl.h"
#include "history/vtab_private.h"

#include "base/banned.h"

static bool named(const char *name, const char *other)
{
    return other != NULL && strcmp(name, other) == 0;
}

static enum vv_vtab_role role_of(const struct vv_table_source *source, const char *name)
{
    if (named(name, source->key_column))
        return VV_ROLE_KEY;
    if (named(name, source->time_column))
        return VV_ROLE_TIME;
    if (named(name, source->sub_column))
        return VV_ROLE_SUB;
    if (named(name, source->whole_column))
        return VV_ROLE_WHOLE;
    for (size_t i = 0; source->computed != NULL && source->computed[i] != NULL; i++)
        if (named(name, source->computed[i]))
            return VV_ROLE_COMPUTED;
    return VV_ROLE_NATIVE;
}

/* The catalogue's statement without what a virtual table does not have: references. */
static void declare(struct vv_vtab_shape *shape, struct vv_buf *sql)
{
    const struct vv_dialect *dialect = vv_dialect_find("sqlite");
    const struct vv_table *table = shape->table;

    /* By its own name, which an authorizer is told while SQLite reads this. */
    vv_buf_text(sql, "CREATE TABLE ");
    vv_sql_quote(dialect, sql, table->name);
    vv_buf_text(sql, "(");
    for (size_t i = 0; i < table->column_count; i++) {
        vv_sql_quote(dialect, sql, table->columns[i].name);
        vv_buf_char(sql, ' ');
        vv_ddl_type(dialect, sql, &table->columns[i]);
        vv_buf_text(sql, ", ");
    }
    if (shape->source->name_column != NULL) {
        vv_sql_quote(dialect, sql, shape->source->name_column);
        vv_buf_text(sql, " TEXT HIDDEN, ");
    }
    vv_buf_text(sql, "PRIMARY KEY(");
    for (int i = 0; i < vv_table_key_count(table); i++) {
        vv_buf_text(sql, i > 0 ? ", " : "");
        vv_sql_quote(dialect, sql, table->key[i]);
    }
    vv_buf_text(sql, ")) WITHOUT ROWID");
}

vv_status vv_vtab_shape_init(struct vv_vtab_shape *shape, const struct vv_table_source *source,
                             vv_error *err)
{
    const struct vv_table *table = vv_catalog_find(source->table);
    struct vv_buf sql = {0};
    int key;

    *shape = (struct vv_vtab_shape){.source = source, .table = table};
    shape->column_count = (int)table->column_count + (source->name_column != NULL);
    shape->roles = vv_alloc_array((size_t)shape->column_count, sizeof *shape->roles);
    if (shape->roles == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the table %s", source->table);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vv_column *column = &table->columns[i];

        shape->roles[i] = role_of(source, column->name);
        if (shape->roles[i] == VV_ROLE_TIME)
            shape->unit = column->unit != NULL && strcmp(column->unit, "s") == 0
                              ? VARVE_SECONDS
                              : VARVE_MILLISECONDS;
    }
    if (source->name_column != NULL)
        shape->roles[table->column_count] = VV_ROLE_NAME;
    key = vv_table_column(table, source->key_column, strlen(source->key_column), 0);
    shape->text_key = table->columns[key].type == VV_COLUMN_TEXT;
    declare(shape, &sql);
    shape->declaration = (char *)vv_buf_take(&sql, NULL);
    if (shape->declaration == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the table %s", source->table);
    return VARVE_OK;
}

void vv_vtab_shape_deinit(struct vv_vtab_shape *shape)
{
    vv_free(shape->roles);
    vv_free(shape->declaration);
    *shape = (struct vv_vtab_shape){0};
}

/* ---- units of time ---- */

static int64_t per_second(enum varve_unit unit)
{
    switch (unit) {
    case VARVE_SECONDS:
        return 1;
    case VARVE_MILLISECONDS:
        return 1000;
    case VARVE_MICROSECONDS:
        break;
    }
    return 1000000;
}

static int64_t multiply(int64_t value, int64_t by)
{
    int64_t product;

    if (__builtin_mul_overflow(value, by, &product))
        return value < 0 ? INT64_MIN : INT64_MAX;
    return product;
}

int64_t vv_vtab_time_out(enum varve_unit from, enum varve_unit to, int64_t time)
{
    int64_t a = per_second(from), b = per_second(to);

    if (a == b)
        return time;
    return a < b ? multiply(time, b / a) : vv_floor_div(time, a / b);
}

struct vv_vtab_range vv_vtab_time_in(enum varve_unit stratum, enum varve_unit shown,
                                     const struct vv_vtab_range *range)
{
    int64_t a = per_second(stratum), b = per_second(shown);
    struct vv_vtab_range in = *range;

    if (a < b) { /* shown ones are multiples */
        in.low = vv_floor_div(range->low, b / a);
        if (multiply(in.low, b / a) < range->low)
            in.low++;
        in.high = vv_floor_div(range->high, b / a);
    } else if (a > b) {
        in.low = multiply(range->low, a / b);
        in.high = multiply(range->high, a / b);
        if (in.high < INT64_MAX - (a / b - 1))
            in.high += a / b - 1;
    }
    return in;
}
