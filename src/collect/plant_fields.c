#include "collect/plant_fields.h"

#include <stdint.h>
#include <string.h>

#include "base/banned.h"

#define SECONDS_LEAST_MS 100
#define SECONDS_MOST_MS  (36500LL * 86400000)

static vv_status check_not_empty(const struct vv_yaml_node *node, const char *text, vv_error *err)
{
    if (text[0])
        return VARVE_OK;
    return vv_yaml_fail(node, VARVE_BAD_VALUE, err,
                        "%s: the text is empty; leave the key out or "
                        "write one",
                        node->key ? node->key : "value");
}

static vv_status set_field(struct vv_row *row, const struct vv_plant_field *field,
                           const struct vv_yaml_node *node, vv_error *err)
{
    const char *text;
    int64_t integer;
    double real;
    bool flag;
    vv_status status = VARVE_OK;
    switch (field->kind) {
    case VV_PLANT_TEXT:
        status = vv_yaml_text(node, &text, err);
        if (!status)
            status = check_not_empty(node, text, err);
        return status ? status : vv_row_set_text(row, field->column, text, err);
    case VV_PLANT_INT:
        status = vv_yaml_int(node, INT32_MIN, INT32_MAX, &integer, err);
        return status ? status : vv_row_set_int(row, field->column, integer, err);
    case VV_PLANT_DOUBLE:
        status = vv_yaml_double(node, &real, err);
        return status ? status : vv_row_set_double(row, field->column, real, err);
    case VV_PLANT_BOOL:
        status = vv_yaml_bool(node, &flag, err);
        return status ? status : vv_row_set_int(row, field->column, flag, err);
    case VV_PLANT_SECONDS:
        status = vv_yaml_duration_ms(node, SECONDS_LEAST_MS, SECONDS_MOST_MS, &integer, err);
        return status ? status : vv_row_set_double(row, field->column, (double)integer / 1000, err);
    }
    return status;
}

vv_status vv_plant_fields_read(const struct vv_yaml_node *mapping,
                               const struct vv_plant_field *fields, size_t count,
                               struct vv_row *row, vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < count && !status; i++) {
        const struct vv_yaml_node *node = vv_yaml_get(mapping, fields[i].key);
        struct vv_yaml_node standard = {.kind = VV_YAML_SCALAR,
                                        .file = mapping->file,
                                        .line = mapping->line,
                                        .key = fields[i].key,
                                        .text = fields[i].standard};
        if (node && vv_yaml_is_null(node))
            node = NULL;
        if (!node && fields[i].required)
            return vv_yaml_fail(mapping, VARVE_BAD_VALUE, err, "\"%s\" is missing", fields[i].key);
        if (!node && fields[i].standard) {
            standard.len_bytes = strlen(standard.text);
            node = &standard;
        }
        status = node ? set_field(row, &fields[i], node, err)
                      : vv_row_set_null(row, fields[i].column, err);
    }
    return status;
}

vv_status vv_plant_text(const struct vv_yaml_node *mapping, const char *key, bool required,
                        const char **text, vv_error *err)
{
    const struct vv_yaml_node *node = vv_yaml_get(mapping, key);
    *text = NULL;
    if (node && !vv_yaml_is_null(node)) {
        vv_status status = vv_yaml_text(node, text, err);
        return status ? status : check_not_empty(node, *text, err);
    }
    return required ? vv_yaml_fail(mapping, VARVE_BAD_VALUE, err, "\"%s\" is missing", key)
                    : VARVE_OK;
}

const struct vv_yaml_node *vv_plant_place(const struct vv_yaml_node *mapping, const char *key)
{
    const struct vv_yaml_node *node = vv_yaml_get(mapping, key);
    return node ? node : mapping;
}

vv_status vv_plant_check_row(const struct vv_row *row, const struct vv_yaml_node *node,
                             vv_error *err)
{
    struct vv_row whole;
    vv_status status = vv_row_init(&whole, row->table, row->arena, err);
    if (status)
        return status;
    for (size_t c = 0; c < row->table->column_count; c++) {
        whole.values[c] = row->values[c];
        if (whole.values[c].kind == VV_VALUE_UNSET && vv_table_is_key(row->table, (int)c))
            whole.values[c] = vv_value_int(1);
    }
    whole.number = row->number;
    status = vv_row_check(&whole, VV_ROW_PART, err);
    if (status)
        vv_error_prefix(err, "%s line %u", node->file, node->line);
    return status;
}
