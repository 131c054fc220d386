/* points.h: the plant's tree as the ledger has it, read once into memory.
 *
 * A point's path from its root (names joined by "/", with `\` before each of `* ? [ / \`) is its
 * tag name. Its history database is its own or that of the nearest branch above it.
 *
 * Threads: a plant that was loaded is constant and may be read from any thread.
 */
#ifndef VV_HISTORY_POINTS_H
#define VV_HISTORY_POINTS_H

#include "base/error.h"
#include "history/datum.h"

struct vv_ledger;

/* One row of TB_Objects that is no branch, with what vv_point_option and TB_Dim say of it. */
struct vv_plant_point {
    int64_t object_id;
    int64_t device_id; /* 0: not read from a device */
    int64_t mem_index;
    const char *path; /* the tag's name */
    const char *title;
    const char *unit;
    enum vv_tag_type type; /* of the tag: by TB_Objects.Type and the parameter's data type */
    bool control;          /* TB_Objects.Type 3, 4 */
    int64_t history_id;    /* ScadaProviderMapping.Id; 0: the default history */
    int64_t period_ms;     /* 0: not said */
    int64_t validity_ms;   /* 0: not said */
    int decimals;          /* -1: not said */
    double limits[4];      /* Min2, Min1, Max1, Max2; NAN: not said */
    int line;              /* between samples: 0 steps, 1 a straight line; -1: not said */
};

struct vv_points;

/* The type of the tag of a point of that TB_Objects.Type (rulings of the Trend tables, 8). */
enum vv_tag_type vv_point_tag_type(int64_t object_type);

/* Reads the tree. A ring of parents or a missing parent is CONFLICT and names the object. */
vv_status vv_points_load(struct vv_ledger *ledger, struct vv_points **points, vv_error *err);
void vv_points_free(struct vv_points *points);
/* In order of ObjId; borrowed until vv_points_free. */
const struct vv_plant_point *vv_points_all(const struct vv_points *points, size_t *count);

#endif
