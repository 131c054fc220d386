/* openapi.c: what the HTTP interface has, as an OpenAPI 3.0 document: the routes from their table,
 * the rows of the ledger from the catalogue. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "catalog/catalog.h"
#include "serve/routes.h"
#include "serve/table_access.h"

#include "base/banned.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

static void key_text(struct vv_json *json, const char *key, const char *text)
{
    vv_json_key(json, key);
    vv_json_text(json, text);
}

static void key_object(struct vv_json *json, const char *key)
{
    vv_json_key(json, key);
    vv_json_object(json);
}

static void key_array(struct vv_json *json, const char *key)
{
    vv_json_key(json, key);
    vv_json_array(json);
}

static void key_true(struct vv_json *json, const char *key)
{
    vv_json_key(json, key);
    vv_json_bool(json, true);
}

/* ---- the rows of tables ---- */

static bool is_written(const struct vv_table *table)
{
    return table->kind == VV_TABLE_LEDGER && !vv_table_access(table).closed;
}

static const char *type_name(enum vv_column_type type)
{
    switch (type) {
    case VV_COLUMN_DOUBLE:
        return "number";
    case VV_COLUMN_BOOL:
        return "boolean";
    case VV_COLUMN_TEXT:
    case VV_COLUMN_BLOB:
        return "string";
    default:
        return "integer";
    }
}

/* Null for none. */
static const char *format_name(enum vv_column_type type)
{
    switch (type) {
    case VV_COLUMN_TINY:
    case VV_COLUMN_INT:
        return "int32";
    case VV_COLUMN_BIGINT:
    case VV_COLUMN_TIME:
        return "int64";
    case VV_COLUMN_DOUBLE:
        return "double";
    case VV_COLUMN_BLOB:
        return "byte";
    default:
        return NULL;
    }
}

static void describe_default(struct vv_json *json, const struct vv_column *column)
{
    vv_json_key(json, "default");
    if (column->type == VV_COLUMN_TEXT || column->type == VV_COLUMN_BLOB)
        vv_json_text(json, column->preset);
    else if (column->type == VV_COLUMN_BOOL)
        vv_json_bool(json, strcmp(column->preset, "0") != 0);
    else if (column->type == VV_COLUMN_DOUBLE)
        vv_json_double(json, strtod(column->preset, NULL));
    else
        vv_json_int(json, strtoll(column->preset, NULL, 10));
}

static void describe_choices(struct vv_json *json, const struct vv_column *column, bool nullable)
{
    key_array(json, "enum");
    for (const struct vv_choice *choice = column->choices; choice->name; choice++) {
        if (column->type == VV_COLUMN_TEXT)
            vv_json_text(json, choice->name);
        else
            vv_json_int(json, choice->value);
    }
    if (nullable)
        vv_json_null(json);
    vv_json_end_array(json);
}

static void describe_column(struct vv_json *json, const struct vv_column *column)
{
    const bool nullable = !(column->flags & VV_COLUMN_NOT_NULL);
    const char *format = format_name(column->type);

    key_object(json, column->name);
    key_text(json, "type", type_name(column->type));
    if (format)
        key_text(json, "format", format);
    if (nullable)
        key_true(json, "nullable");
    if (column->width > 0) {
        vv_json_key(json, "maxLength");
        vv_json_uint(json, column->width);
    }
    if (column->flags & VV_COLUMN_FIXED) {
        vv_json_key(json, "minLength");
        vv_json_uint(json, column->width);
    }
    if (column->least != 0 || column->most != 0) {
        vv_json_key(json, "minimum");
        vv_json_double(json, column->least);
        vv_json_key(json, "maximum");
        vv_json_double(json, column->most);
    }
    if (column->choices)
        describe_choices(json, column, nullable);
    if (column->preset)
        describe_default(json, column);
    if (column->reference != VV_REFERENCE_NONE) {
        vv_json_key(json, "x-refers-to");
        vv_json_array(json);
        vv_json_text(json, column->to_table);
        vv_json_text(json, column->to_column);
        vv_json_end_array(json);
    }
    if (column->unit)
        key_text(json, "x-unit", column->unit);
    key_text(json, "description", column->doc);
    vv_json_end_object(json);
}

/* What a new row must have. */
static bool is_required(const struct vv_column *column)
{
    return (column->flags & VV_COLUMN_NOT_NULL) && !(column->flags & VV_COLUMN_AUTO) &&
           !column->preset;
}

static void describe_table(struct vv_json *json, const struct vv_table *table)
{
    bool any = false;

    key_object(json, table->name);
    key_text(json, "type", "object");
    key_text(json, "description", table->doc);
    vv_json_key(json, "additionalProperties");
    vv_json_bool(json, false);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vv_column *column = &table->columns[i];
        if (!is_required(column) || (column->flags & VV_COLUMN_SECRET))
            continue;
        if (!any)
            key_array(json, "required");
        any = true;
        vv_json_text(json, column->name);
    }
    if (any)
        vv_json_end_array(json);
    key_object(json, "properties");
    for (size_t i = 0; i < table->column_count; i++)
        if (!(table->columns[i].flags & VV_COLUMN_SECRET))
            describe_column(json, &table->columns[i]);
    vv_json_end_object(json);
    vv_json_end_object(json);
}

/* {"error":{…}} */
static void describe_error(struct vv_json *json)
{
    static const struct {
        const char *name, *type;
    } fields[] = {
        {"code", "string"}, {"message", "string"}, {"field", "string"}, {"row", "integer"}};

    key_object(json, "Error");
    key_text(json, "type", "object");
    key_object(json, "properties");
    key_object(json, "error");
    key_text(json, "type", "object");
    key_object(json, "properties");
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        key_object(json, fields[i].name);
        key_text(json, "type", fields[i].type);
        vv_json_end_object(json);
    }
    vv_json_end_object(json);
    vv_json_end_object(json);
    vv_json_end_object(json);
    vv_json_end_object(json);
}

static void add_reference(struct vv_json *json, const char *name)
{
    struct vv_buf path = {0};

    vv_buf_format(&path, "#/components/schemas/%s", name);
    key_text(json, "$ref", path.data ? (const char *)path.data : "");
    json->out->failed |= path.failed;
    vv_buf_deinit(&path);
}

/* A row of any table: of those that are written, or of all in the ledger. */
static void describe_any_row(struct vv_json *json, const char *name, bool written)
{
    key_object(json, name);
    key_array(json, "anyOf");
    for (size_t i = 0; i < vv_catalog_count(); i++) {
        const struct vv_table *table = vv_catalog_table(i);
        if (table->kind != VV_TABLE_LEDGER || (written && !is_written(table)))
            continue;
        vv_json_object(json);
        add_reference(json, table->name);
        vv_json_end_object(json);
    }
    vv_json_end_array(json);
    vv_json_end_object(json);
}

static void describe_schemas(struct vv_json *json)
{
    key_object(json, "components");
    key_object(json, "schemas");
    describe_error(json);
    describe_any_row(json, "Row", false);
    describe_any_row(json, "NewRow", true);
    for (size_t i = 0; i < vv_catalog_count(); i++)
        if (vv_catalog_table(i)->kind == VV_TABLE_LEDGER)
            describe_table(json, vv_catalog_table(i));
    vv_json_end_object(json);
    vv_json_end_object(json);
}

/* ---- routes ---- */

static void describe_param(struct vv_json *json, const char *name, const char *in, const char *text)
{
    vv_json_object(json);
    key_text(json, "name", name);
    key_text(json, "in", in);
    key_text(json, "description", text);
    if (strcmp(in, "path") == 0)
        key_true(json, "required");
    key_object(json, "schema");
    key_text(json, "type", "string");
    vv_json_end_object(json);
    vv_json_end_object(json);
}

static const char *piece_text(const char *name)
{
    return strcmp(name, "table") == 0 ? "name of the table"
           : strcmp(name, "key") == 0 ? "values of its key columns, by commas"
                                      : name;
}

/* The {pieces} of the path. */
static void describe_pieces(struct vv_json *json, const char *path)
{
    char name[32];

    while ((path = strchr(path, '{'))) {
        const size_t len = strcspn(++path, "}");
        memcpy(name, path, len);
        name[len] = '\0';
        describe_param(json, name, "path", piece_text(name));
    }
}

static void describe_params(struct vv_json *json, const struct vv_route *route)
{
    key_array(json, "parameters");
    describe_pieces(json, route->path);
    for (const struct vv_route_param *param = route->params; param->name; param++)
        if (param->text)
            describe_param(json, param->name, "query", param->text);
    vv_json_end_array(json);
}

/* What the body of a request holds, one row for each media type; `schema` null: any text. */
static const struct {
    const char *method, *path, *type, *schema;
} bodies[] = {
    {"POST", "/write", "text/plain", NULL},
    {"POST", "/api/v2/write", "text/plain", NULL},
    {"POST", "/api/v1/samples", "application/json", NULL},
    {"POST", "/api/v1/plant", "application/yaml", NULL},
    {"POST", "/api/v1/tables/{table}", "application/json", "NewRow"},
    {"POST", "/api/v1/tables/{table}", "text/csv", NULL},
    {"PATCH", "/api/v1/tables/{table}/{key}", "application/json", NULL},
};

static void describe_content(struct vv_json *json, const char *type, const char *schema)
{
    key_object(json, type);
    key_object(json, "schema");
    if (schema)
        add_reference(json, schema);
    vv_json_end_object(json);
    vv_json_end_object(json);
}

static void describe_body(struct vv_json *json, const struct vv_route *route)
{
    bool any = false;

    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        if (strcmp(bodies[i].path, route->path) != 0 ||
            strcmp(bodies[i].method, route->method) != 0)
            continue;
        if (!any) {
            key_object(json, "requestBody");
            key_object(json, "content");
        }
        any = true;
        describe_content(json, bodies[i].type, bodies[i].schema);
    }
    if (route->flags & VV_ROUTE_FORM) {
        key_object(json, "requestBody");
        key_object(json, "content");
        describe_content(json, "application/x-www-form-urlencoded", NULL);
        describe_content(json, "application/json", NULL);
        any = true;
    }
    if (any) {
        vv_json_end_object(json);
        vv_json_end_object(json);
    }
}

static void describe_responses(struct vv_json *json, const struct vv_route *route)
{
    const bool row = strcmp(route->path, "/api/v1/tables/{table}/{key}") == 0 &&
                     strcmp(route->method, "DELETE") != 0;

    key_object(json, "responses");
    key_object(json, "2XX");
    key_text(json, "description", route->summary);
    if (row) {
        key_object(json, "content");
        describe_content(json, "application/json", "Row");
        vv_json_end_object(json);
    }
    vv_json_end_object(json);
    key_object(json, "default");
    key_text(json, "description", "an error");
    key_object(json, "content");
    describe_content(json, "application/json", "Error");
    vv_json_end_object(json);
    vv_json_end_object(json);
    vv_json_end_object(json);
}

static void describe_route(struct vv_json *json, const struct vv_route *route)
{
    char method[16];
    size_t len = 0;

    for (; route->method[len]; len++)
        method[len] = (char)(route->method[len] | 0x20); /* OpenAPI has them in small letters */
    method[len] = '\0';
    key_object(json, method);
    key_text(json, "summary", route->summary);
    key_text(json, "x-right", vv_right_name(route->right));
    describe_params(json, route);
    describe_body(json, route);
    describe_responses(json, route);
    vv_json_end_object(json);
}

/* The rows of one path, wherever they stand in the table. */
static void describe_path(struct vv_json *json, unsigned first)
{
    const struct vv_route *route = vv_route_at(first);

    for (unsigned i = 0; i < first; i++)
        if (strcmp(vv_route_at(i)->path, route->path) == 0)
            return; /* told already */
    key_object(json, route->path);
    for (unsigned i = first; vv_route_at(i); i++)
        if (strcmp(vv_route_at(i)->path, route->path) == 0)
            describe_route(json, vv_route_at(i));
    vv_json_end_object(json);
}

void vv_routes_describe(struct vv_buf *out)
{
    struct vv_json json;

    vv_json_init(&json, out);
    vv_json_object(&json);
    key_text(&json, "openapi", "3.0.3");
    key_object(&json, "info");
    key_text(&json, "title", "Varve");
    key_text(&json, "version", "1");
    vv_json_end_object(&json);
    key_object(&json, "paths");
    for (unsigned i = 0; vv_route_at(i); i++)
        describe_path(&json, i);
    vv_json_end_object(&json);
    describe_schemas(&json);
    vv_json_end_object(&json);
}
