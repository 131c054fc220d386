/* plant_fields.h: the keys of a plant file's mapping as columns of a row.
 *
 * Errors name the file's line. Threads: any; no state.
 */
#ifndef VV_COLLECT_PLANT_FIELDS_H
#define VV_COLLECT_PLANT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/yaml.h"
#include "catalog/row.h"

enum vv_plant_field_kind {
    VV_PLANT_TEXT, /* not empty */
    VV_PLANT_INT,
    VV_PLANT_DOUBLE,
    VV_PLANT_BOOL,
    VV_PLANT_SECONDS /* a duration of 0.1 s and more, as seconds */
};

struct vv_plant_field {
    const char *key;
    const char *column;
    enum vv_plant_field_kind kind;
    bool required;
    const char *standard; /* used when the key is left out; null: the column becomes null */
};

/* Sets every field's column. BAD_VALUE for a required key that is missing. */
vv_status vv_plant_fields_read(const struct vv_yaml_node *mapping,
                               const struct vv_plant_field *fields, size_t count,
                               struct vv_row *row, vv_error *err);
/* The text of a key; null when it is left out, which is BAD_VALUE for a `required` one. An empty
 * text is BAD_VALUE. */
vv_status vv_plant_text(const struct vv_yaml_node *mapping, const char *key, bool required,
                        const char **text, vv_error *err);
/* The node of a key, or, where it is left out, the mapping: the place for an error. */
const struct vv_yaml_node *vv_plant_place(const struct vv_yaml_node *mapping, const char *key);
/* Checks the set columns of a row whose key the database will number: widths, ranges, choices. */
vv_status vv_plant_check_row(const struct vv_row *row, const struct vv_yaml_node *node,
                             vv_error *err);

#endif
