/* plant_file_private.h: the parts of reading a plant file.
 *
 * Items move while their list grows, so a pointer to one is kept only once its list is complete:
 * connections, types and parameters before devices, devices before points.
 *
 * Threads: as plant_file.h.
 */
#ifndef VV_COLLECT_PLANT_FILE_PRIVATE_H
#define VV_COLLECT_PLANT_FILE_PRIVATE_H

#include "collect/plant_file.h"

/* A new item with an empty row of that table; null without memory. */
struct vv_plant_item *vv_plant_item_add(struct vv_plant_file *file, struct vv_plant_list *list,
                                        const char *table, const struct vv_yaml_node *node,
                                        vv_error *err);
/* Gives the item its name, by which `key` finds it. EXISTS names the other one's line. */
vv_status vv_plant_item_name(struct vv_plant_list *list, struct vv_plant_item *item,
                             const char *key, const char *name, vv_error *err);
/* Claims a second unique key; EXISTS says `what` and the other one's line. */
vv_status vv_plant_item_claim(struct vv_plant_list *list, const struct vv_plant_item *item,
                              const void *key, size_t len_bytes, const char *what, vv_error *err);
/* NOT_FOUND: there is no `what` of that name in the file, and the nearest one. */
vv_status vv_plant_unknown(const struct vv_plant_list *list, const struct vv_yaml_node *node,
                           const char *what, const char *name, vv_error *err);

/* plant_file_devices.c: each one entry of its list. */
vv_status vv_plant_read_connection(struct vv_plant_file *file, const struct vv_yaml_node *node,
                                   vv_error *err);
vv_status vv_plant_read_type(struct vv_plant_file *file, const struct vv_yaml_node *node,
                             vv_error *err);
vv_status vv_plant_read_device(struct vv_plant_file *file, const struct vv_yaml_node *node,
                               vv_error *err);
/* The parameter of that name in the device's type; NOT_FOUND at `node` with the nearest one. */
vv_status vv_plant_parameter(const struct vv_plant_file *file, const struct vv_plant_item *device,
                             const struct vv_yaml_node *node, const char *name,
                             const struct vv_plant_item **parameter, vv_error *err);

/* plant_file_points.c */
vv_status vv_plant_read_branch(struct vv_plant_file *file, const struct vv_yaml_node *node,
                               vv_error *err);

#endif
