/* tables_schema.c: GET /api/v1/tables and {table}/schema: what there is, from the catalogue. */
#include <string.h>

#include "base/json.h"
#include "serve/request.h"
#include "serve/server_private.h"
#include "serve/tables.h"
#include "sql/ledger.h"

#include "base/banned.h"

static void key_text(struct vv_json *json, const char *key, const char *text)
{
    vv_json_key(json, key);
    vv_json_text(json, text);
}

static void key_true(struct vv_json *json, const char *key, bool is)
{
    if (is) {
        vv_json_key(json, key);
        vv_json_bool(json, true);
    }
}

static void write_words(struct vv_json *json, const char *key, const char *const *words,
                        size_t most)
{
    vv_json_key(json, key);
    vv_json_array(json);
    for (size_t i = 0; i < most && words[i]; i++)
        vv_json_text(json, words[i]);
    vv_json_end_array(json);
}

static void write_table(const struct vv_table *table, struct vv_json *json)
{
    const struct vv_table_access access = vv_table_access(table);
    const bool changes = table->kind == VV_TABLE_LEDGER && !access.closed;

    key_text(json, "name", table->name);
    key_text(json, "family", vv_family_name(table->family));
    key_text(json, "kind", vv_table_kind_name(table->kind));
    key_text(json, "doc", table->doc);
    write_words(json, "key", table->key, VV_KEY_COLUMNS);
    vv_json_key(json, "changes");
    vv_json_bool(json, changes);
    if (table->kind == VV_TABLE_LEDGER)
        key_text(json, "read_right", vv_right_name(access.read));
    if (changes)
        key_text(json, "change_right", vv_right_name(access.change));
    if (table->kind == VV_TABLE_LEDGER && access.closed)
        key_text(json, "closed", access.closed);
}

/* ---- the list ---- */

static vv_status write_count(struct vv_ledger_tx *tx, const struct vv_table *table,
                             struct vv_json *json, vv_error *err)
{
    const struct vv_query all = {.table = table};
    int64_t count;
    vv_status status = vv_ledger_count(tx, &all, &count, err);

    vv_json_key(json, "rows");
    vv_json_int(json, count);
    return status;
}

static vv_status list(struct vv_request *request, vv_error *err)
{
    struct vv_ledger_tx *tx;
    struct vv_json json;
    vv_status status = vv_ledger_begin_read(request->server->options.ledger, &tx, err);

    vv_json_init(&json, vv_answer_json(request));
    vv_json_object(&json);
    vv_json_key(&json, "tables");
    vv_json_array(&json);
    for (size_t i = 0; i < vv_catalog_count() && !status; i++) {
        const struct vv_table *table = vv_catalog_table(i);
        vv_json_object(&json);
        write_table(table, &json);
        if (table->kind == VV_TABLE_LEDGER)
            status = write_count(tx, table, &json, err);
        vv_json_end_object(&json);
    }
    vv_json_end_array(&json);
    vv_json_end_object(&json);
    vv_ledger_rollback(&tx);
    return status;
}

void vv_handle_tables(struct vv_request *request)
{
    vv_error err;

    if (list(request, &err))
        vv_answer_error(request, &err, NULL, 0);
}

/* ---- one table ---- */

static void write_choices(const struct vv_column *column, struct vv_json *json)
{
    vv_json_key(json, "choices");
    vv_json_array(json);
    for (const struct vv_choice *choice = column->choices; choice->name; choice++) {
        vv_json_object(json);
        vv_json_key(json, "value");
        if (column->type == VV_COLUMN_TEXT)
            vv_json_text(json, choice->name);
        else
            vv_json_int(json, choice->value);
        key_text(json, "name", choice->name);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
}

static void write_reference(const struct vv_column *column, struct vv_json *json)
{
    vv_json_key(json, "reference");
    vv_json_object(json);
    key_text(json, "table", column->to_table);
    key_text(json, "column", column->to_column);
    vv_json_key(json, "zero_for_none");
    vv_json_bool(json, column->reference == VV_REFERENCE_ZERO);
    vv_json_end_object(json);
}

static void write_column(const struct vv_column *column, struct vv_json *json)
{
    vv_json_object(json);
    key_text(json, "name", column->name);
    key_text(json, "type", vv_column_type_name(column->type));
    if (column->width > 0) {
        vv_json_key(json, "width");
        vv_json_uint(json, column->width);
    }
    key_true(json, "fixed_width", column->flags & VV_COLUMN_FIXED);
    key_true(json, "not_null", column->flags & VV_COLUMN_NOT_NULL);
    key_true(json, "numbered", column->flags & VV_COLUMN_AUTO);
    key_true(json, "secret", column->flags & VV_COLUMN_SECRET);
    if (column->preset)
        key_text(json, "default", column->preset);
    if (column->unit)
        key_text(json, "unit", column->unit);
    if (column->least != 0 || column->most != 0) {
        vv_json_key(json, "least");
        vv_json_double(json, column->least);
        vv_json_key(json, "most");
        vv_json_double(json, column->most);
    }
    if (column->choices)
        write_choices(column, json);
    if (column->reference != VV_REFERENCE_NONE)
        write_reference(column, json);
    key_text(json, "doc", column->doc);
    vv_json_end_object(json);
}

static void write_indexes(const struct vv_table *table, struct vv_json *json)
{
    vv_json_key(json, "indexes");
    vv_json_array(json);
    for (size_t i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0]; i++) {
        vv_json_object(json);
        write_words(json, "columns", table->indexes[i].columns, VV_KEY_COLUMNS);
        vv_json_key(json, "unique");
        vv_json_bool(json, table->indexes[i].unique);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
}

/* The columns of other tables that refer to this one. */
static void write_referrers(const struct vv_table *to, struct vv_json *json)
{
    vv_json_key(json, "referred_by");
    vv_json_array(json);
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        for (size_t i = 0; i < table->column_count; i++) {
            const struct vv_column *column = &table->columns[i];
            if (column->reference == VV_REFERENCE_NONE || strcmp(column->to_table, to->name) != 0)
                continue;
            vv_json_object(json);
            key_text(json, "table", table->name);
            key_text(json, "column", column->name);
            vv_json_end_object(json);
        }
    }
    vv_json_end_array(json);
}

void vv_handle_table_schema(struct vv_request *request)
{
    const struct vv_table *table;
    struct vv_json json;
    vv_error err;

    if (vv_tables_named(request, &table, &err)) {
        vv_answer_error(request, &err, NULL, 0);
        return;
    }
    vv_json_init(&json, vv_answer_json(request));
    vv_json_object(&json);
    write_table(table, &json);
    vv_json_key(&json, "columns");
    vv_json_array(&json);
    for (size_t i = 0; i < table->column_count; i++)
        write_column(&table->columns[i], &json);
    vv_json_end_array(&json);
    write_indexes(table, &json);
    write_referrers(table, &json);
    vv_json_end_object(&json);
}
