#include "history/datum.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"

#include "base/banned.h"

static const char *const names[VV_TYPE_COUNT] = {
    [VV_TYPE_NONE] = "none",     [VV_TYPE_INTEGER] = "Integer", [VV_TYPE_STRING] = "String",
    [VV_TYPE_DOUBLE] = "Double", [VV_TYPE_BOOLEAN] = "Boolean", [VV_TYPE_DATETIME] = "DateTime",
};

const char *vv_type_name(enum vv_tag_type type)
{
    return (unsigned)type < VV_TYPE_COUNT ? names[type] : "unknown";
}

enum vv_tag_type vv_type_of_name(const char *name, size_t len_bytes)
{
    for (int t = VV_TYPE_INTEGER; t < VV_TYPE_COUNT; t++)
        if (strlen(names[t]) == len_bytes && strncasecmp(names[t], name, len_bytes) == 0)
            return (enum vv_tag_type)t;
    return VV_TYPE_NONE;
}

void vv_datum_json(struct vv_json *json, const struct vv_datum *value)
{
    switch (value->type) {
    case VV_TYPE_INTEGER:
    case VV_TYPE_DATETIME:
        vv_json_int(json, value->as.integer);
        break;
    case VV_TYPE_DOUBLE:
        vv_json_double(json, value->as.number);
        break;
    case VV_TYPE_BOOLEAN:
        vv_json_bool(json, value->as.boolean);
        break;
    case VV_TYPE_STRING:
        vv_json_text_len(json, value->as.text, value->text_len);
        break;
    default:
        vv_json_null(json);
        break;
    }
}
