/* config_private.h: the parts of reading varve.yaml. Threads: as config.h. */
#ifndef VV_APP_CONFIG_PRIVATE_H
#define VV_APP_CONFIG_PRIVATE_H

#include "app/config.h"

struct vv_setting;
struct vv_yaml_node;

/* Adds a line to `later`; what is beyond its end is left out. */
void vv_config_note_later(struct vv_config *config, const char *format, ...) VARVE_PRINTF(2, 3);
/* The value of a key; null where the mapping is null, or the key left out or without a value. */
const struct vv_yaml_node *vv_config_get(const struct vv_yaml_node *mapping, const char *key);
/* Sets every setting of a section (null: the rows without one) from the mapping, which may be null;
 * keys that are neither of the section nor in `more` (ended by null) are refused. */
vv_status vv_config_section(struct vv_config *config, void *base, const struct vv_setting *rows,
                            size_t count, const char *section, const char *const *more,
                            const struct vv_yaml_node *mapping, vv_error *err);
/* config_history.c: the list `histories`, or, when it is null, the one standard history. */
vv_status vv_config_histories(struct vv_config *config, const struct vv_yaml_node *node,
                              vv_error *err);

#endif
