#include "catalog/tables_ddl.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "catalog/catalog.h"
#include "catalog/column_text.h"
#include "catalog/ddl.h"

#include "base/banned.h"

static void comment_on_column(struct vv_buf *out, const struct vv_table *table, size_t index,
                              size_t run)
{
    vv_buf_format(out, "--   %s", table->columns[index].name);
    if (run > 1)
        vv_buf_format(out, " to %s", table->columns[index + run - 1].name);
    vv_buf_text(out, ": ");
    vv_column_describe(out, &table->columns[index]);
    vv_buf_char(out, '\n');
}

static void comment_on_missing_indexes(struct vv_buf *out, const struct vv_dialect *dialect,
                                       const struct vv_table *table)
{
    for (size_t i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
        if (!vv_ddl_has_index(dialect, table, i))
            vv_buf_format(out, "-- Without the index on %s: %s has none on text of any length.\n",
                          table->indexes[i].columns[0], dialect->title);
    }
}

static void add_table(struct vv_buf *out, const struct vv_dialect *dialect,
                      const struct vv_table *table, const char *name)
{
    size_t run;

    vv_buf_format(out, "\n-- %s (%s, %s): %s\n", name, vv_family_name(table->family),
                  vv_table_kind_name(table->kind), table->doc);
    for (size_t i = 0; i < table->column_count; i += run) {
        run = vv_column_run(table, i);
        comment_on_column(out, table, i, run);
    }
    comment_on_missing_indexes(out, dialect, table);
    vv_ddl_table(dialect, out, table, name);
}

/* Whether one of the names before number `index` is the same. */
static bool was_named(const char *const *names, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(names[i], names[index]) == 0)
            return true;
    }
    return false;
}

/* Calls `each` for every wanted table in the catalogue's order: none refers to a later one. */
static void for_each(const char *const *names, size_t count,
                     void (*each)(void *arg, const struct vv_table *table, const char *name),
                     void *arg)
{
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);

        if (count == 0)
            each(arg, table, table->name);
        for (size_t i = 0; i < count; i++) {
            if (vv_catalog_find(names[i]) == table && !was_named(names, i))
                each(arg, table, names[i]);
        }
    }
}

struct script {
    struct vv_buf *out;
    const struct vv_dialect *dialect;
};

static void script_table(void *arg, const struct vv_table *table, const char *name)
{
    const struct script *script = arg;

    add_table(script->out, script->dialect, table, name);
}

void vv_tables_ddl(struct vv_buf *out, const struct vv_dialect *dialect, const char *const *names,
                   size_t count)
{
    struct script script = {out, dialect};

    vv_buf_format(out, "-- Varve's tables for %s; made from the catalogue by `varve tables`.\n",
                  dialect->title);
    vv_buf_text(out, dialect->script_begin);
    for_each(names, count, script_table, &script);
}

static void add_names(struct vv_json *json, const char *key, const char *const *names)
{
    vv_json_key(json, key);
    vv_json_array(json);
    for (int i = 0; i < VV_KEY_COLUMNS && names[i] != NULL; i++)
        vv_json_text(json, names[i]);
    vv_json_end_array(json);
}

static void add_text(struct vv_json *json, const char *key, const char *text)
{
    if (text == NULL)
        return;
    vv_json_key(json, key);
    vv_json_text(json, text);
}

static void add_true(struct vv_json *json, const char *key, bool is)
{
    if (!is)
        return;
    vv_json_key(json, key);
    vv_json_bool(json, true);
}

static void add_choices(struct vv_json *json, const struct vv_column *column)
{
    if (column->choices == NULL)
        return;
    vv_json_key(json, "choices");
    vv_json_array(json);
    for (const struct vv_choice *c = column->choices; c->name != NULL; c++) {
        if (column->type == VV_COLUMN_TEXT) {
            vv_json_text(json, c->name);
            continue;
        }
        vv_json_object(json);
        vv_json_key(json, "value");
        vv_json_int(json, c->value);
        add_text(json, "name", c->name);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
}

static void add_reference(struct vv_json *json, const struct vv_column *column)
{
    if (column->reference == VV_REFERENCE_NONE)
        return;
    vv_json_key(json, "reference");
    vv_json_object(json);
    add_text(json, "table", column->to_table);
    add_text(json, "column", column->to_column);
    add_true(json, "zero_is_none", column->reference == VV_REFERENCE_ZERO);
    vv_json_end_object(json);
}

static void add_column(struct vv_json *json, const struct vv_column *column)
{
    vv_json_object(json);
    add_text(json, "name", column->name);
    add_text(json, "type", vv_column_type_name(column->type));
    if (column->type == VV_COLUMN_TEXT && column->width > 0) {
        vv_json_key(json, "width");
        vv_json_uint(json, column->width);
    }
    add_true(json, "fixed", column->flags & VV_COLUMN_FIXED);
    add_true(json, "bits", column->flags & VV_COLUMN_BITS);
    add_true(json, "not_null", column->flags & VV_COLUMN_NOT_NULL);
    add_true(json, "numbered", column->flags & VV_COLUMN_AUTO);
    add_true(json, "secret", column->flags & VV_COLUMN_SECRET);
    add_text(json, "default", column->preset);
    add_text(json, "unit", column->unit);
    add_text(json, "doc", column->doc);
    if (column->least != 0 || column->most != 0) {
        vv_json_key(json, "least");
        vv_json_double(json, column->least);
        vv_json_key(json, "most");
        vv_json_double(json, column->most);
    }
    if (column->gap_last != 0) {
        vv_json_key(json, "gap_first");
        vv_json_double(json, column->gap_first);
        vv_json_key(json, "gap_last");
        vv_json_double(json, column->gap_last);
    }
    add_choices(json, column);
    add_reference(json, column);
    vv_json_end_object(json);
}

static void json_table(void *arg, const struct vv_table *table, const char *name)
{
    struct vv_json *json = arg;

    vv_json_object(json);
    add_text(json, "name", name);
    add_text(json, "family", vv_family_name(table->family));
    add_text(json, "kind", vv_table_kind_name(table->kind));
    add_text(json, "doc", table->doc);
    vv_json_key(json, "columns");
    vv_json_array(json);
    for (size_t i = 0; i < table->column_count; i++)
        add_column(json, &table->columns[i]);
    vv_json_end_array(json);
    add_names(json, "key", table->key);
    vv_json_key(json, "indexes");
    vv_json_array(json);
    for (size_t i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
        vv_json_object(json);
        add_names(json, "columns", table->indexes[i].columns);
        add_true(json, "unique", table->indexes[i].unique);
        add_text(json, "not_zero", table->indexes[i].not_zero);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
    vv_json_end_object(json);
}

void vv_tables_json(struct vv_buf *out, const char *const *names, size_t count)
{
    struct vv_json json;

    vv_json_init(&json, out);
    vv_json_array(&json);
    for_each(names, count, json_table, &json);
    vv_json_end_array(&json);
    vv_buf_char(out, '\n');
}
