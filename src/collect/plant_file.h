/* plant_file.h: a plant file (docs/plant-file.md) read into rows.
 *
 * Each entry of the file becomes an item with the row that it stands for; references within the
 * file are pointers to items, so that applying it needs to look up nothing by name but what the
 * ledger holds. Columns that the file may set are set, to null where it leaves them out, so that
 * applying it makes them so.
 *
 * Threads: belongs to one thread; items live as long as the file's arena.
 */
#ifndef VV_COLLECT_PLANT_FILE_H
#define VV_COLLECT_PLANT_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/yaml.h"
#include "catalog/row.h"

/* Levels of branches at most; the loader of the tree (history/points.h) allows 100. */
#define VV_PLANT_DEPTH_MAX 64
/* Device types are TB_Strings part 2; numbers below are the dictionary's own. */
#define VV_PLANT_TYPE_PART  2
#define VV_PLANT_TYPE_LEAST 100

struct vv_plant_item {
    const struct vv_yaml_node *node; /* for errors */
    const char *name; /* connection, type, device: name; branch, point: path; parameter: "TYPE,
                         parameter NAME", for people */
    struct vv_row row;
    struct vv_row option;                   /* points: vv_point_option */
    const char *unit;                       /* parameter, point; null: none */
    const char *history;                    /* point; null: none */
    const char *parent;                     /* branch, point: path of the branch above; "" for a
                                               root */
    int64_t subtype;                        /* type */
    bool named_before;                      /* type: another subtype gave the number its name */
    const struct vv_plant_item *type;       /* device */
    const struct vv_plant_item *connection; /* device */
    const struct vv_plant_item *spare;      /* device; null: none */
    const struct vv_plant_item *device;     /* point */
};

struct vv_plant_list {
    bool given; /* the file has this list */
    struct vv_plant_item *items;
    size_t count, room;
    struct vv_map *names;   /* to indexes */
    struct vv_map *numbers; /* a second unique key, to indexes */
};

struct vv_plant_file {
    struct vv_arena arena;
    struct vv_plant_list connections, types, parameters, devices, branches, points;
};

/* Reads and checks all that the file tells by itself: keys, types, lengths, names used twice,
 * references within it. `file` is deinit'ed by the caller whatever the result. */
vv_status vv_plant_file_read(const char *path, struct vv_plant_file *file, vv_error *err);
/* The same of a text, whose name for errors is `name` (borrowed for the file's life). */
vv_status vv_plant_file_parse(const char *text, size_t len_bytes, const char *name,
                              struct vv_plant_file *file, vv_error *err);
/* The item of that name (a parameter: "TYPE/SUBTYPE/NAME", with the type's numbers), or null. */
struct vv_plant_item *vv_plant_item_find(const struct vv_plant_list *list, const char *name);
void vv_plant_file_deinit(struct vv_plant_file *file);

#endif
