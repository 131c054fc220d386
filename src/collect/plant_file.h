/* plant_file.h: a plant file read into rows, references still by name.
 *
 * Threads: belongs to one thread; lives as long as its arena.
 */
#ifndef VV_COLLECT_PLANT_FILE_H
#define VV_COLLECT_PLANT_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/yaml.h"
#include "catalog/row.h"

/* One row of the file. Columns that the file may set are set, to null where it leaves them out, so
 * that applying it makes them so. */
struct vv_plant_item {
    const struct vv_yaml_node *node; /* for errors */
    const char *name;                /* connection, device: name; point, branch: path; parameter:
                                        "type, parameter NAME" */
    struct vv_row row;
    struct vv_row option;   /* points: vv_point_option */
    const char *unit;       /* parameter, point; null: none */
    const char *connection; /* device */
    const char *spare;      /* device; null: none */
    const char *device;     /* point */
    const char *history;    /* point; null: none */
    const char *parent;     /* branch, point: path of the branch above; "" for a root */
};

struct vv_plant_list {
    bool given; /* the file has this list */
    struct vv_plant_item *items;
    size_t count, room;
    struct vv_map *names; /* to indexes */
};

struct vv_plant_file {
    struct vv_arena arena;
    struct vv_plant_list connections, parameters, devices, branches, points;
};

/* Reads and checks all that the file tells by itself: keys, types, names used twice, references
 * within it. `file` is deinit'ed by the caller whatever the result. */
vv_status vv_plant_file_read(const char *path, struct vv_plant_file *file, vv_error *err);
/* The item of that name, or null. */
struct vv_plant_item *vv_plant_item_find(const struct vv_plant_list *list, const char *name);
void vv_plant_file_deinit(struct vv_plant_file *file);

#endif
