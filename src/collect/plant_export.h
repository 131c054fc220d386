/* plant_export.h: what the parts that write a plant file share.
 *
 * Threads: an export belongs to one thread; all of it lives in its arena.
 */
#ifndef VV_COLLECT_PLANT_EXPORT_H
#define VV_COLLECT_PLANT_EXPORT_H

#include "collect/plant_rows.h"

/* Rows by up to three numbers of theirs. */
struct vv_plant_export_rows {
    struct vv_plant_present present;
    struct vv_map *index;
};

/* A number of TB_Strings part 2 with one of its subtypes. */
struct vv_plant_export_type {
    int64_t number, subtype;
    const char *name;
};

struct vv_plant_exporting {
    struct vv_plant_applying a; /* its transaction and arena, for reading */
    struct vv_plant_export_rows connections, units, strings, parameters, devices, objects, options,
        histories;
    struct vv_plant_export_type *types;
    size_t type_count;
    const char **paths;     /* of branches, beside the objects; null: not made yet */
    uint32_t *first, *next; /* beside the objects: the first below it, the next beside it;
                               NONE ends */
    struct vv_buf lists, left_out;
};

/* The row with these numbers, 0 for those that its table has not; or null. */
const struct vv_row *vv_plant_export_find(const struct vv_plant_export_rows *in, int64_t a,
                                          int64_t b, int64_t c);
/* The name of the row's unit; null for none. */
const char *vv_plant_export_unit(const struct vv_plant_exporting *x, const struct vv_row *row);
/* Notes what the file cannot hold, for the comments at its beginning. */
void vv_plant_export_leave_out(struct vv_plant_exporting *x, const char *what, const char *name,
                               int64_t id, const char *why);
/* Why a file cannot hold the device; null when it can. */
const char *vv_plant_export_why_no_device(const struct vv_plant_exporting *x,
                                          const struct vv_row *row);
vv_status vv_plant_export_no_memory(vv_error *err);
/* plant_export_points.c: the list of branches with their points. */
vv_status vv_plant_export_points(struct vv_plant_exporting *x, vv_error *err);

#endif
