/* plant_rows.h: the ledger's rows while a plant file is applied.
 *
 * The rows of one table are loaded once and found by the name that the file knows them by; what is
 * written is compared first, so that a change says which columns it changes and an equal row is
 * left alone.
 *
 * Threads: belongs to the thread that applies; rows live in its arena.
 */
#ifndef VV_COLLECT_PLANT_ROWS_H
#define VV_COLLECT_PLANT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "collect/plant.h"
#include "collect/plant_file.h"
#include "sql/ledger.h"

struct vv_plant_applying {
    struct vv_plant_file *file;
    struct vv_ledger_tx *tx;
    struct vv_arena *arena;
    void (*report)(void *arg, char sign, const char *text);
    void *report_arg;
    struct vv_plant_counts *counts;
};

struct vv_plant_row {
    struct vv_row row;
    const char *name;
    int depth;   /* objects: levels above it */
    bool wanted; /* named by the file */
};

/* {0} is an empty one. */
struct vv_plant_present {
    const struct vv_table *table;
    struct vv_plant_row *rows;
    size_t count, room;
    struct vv_map *by_name;
};

/* What was done to one thing, until it is told. {0} is nothing. */
struct vv_plant_change {
    char sign; /* '+', '~' or 0 */
    struct vv_buf columns;
};

/* All rows of a table that pass the filters. */
vv_status vv_plant_load(struct vv_plant_applying *a, const char *table,
                        const struct vv_filter *filters, size_t filter_count,
                        struct vv_plant_present *present, vv_error *err);
/* The same, named by a text column. */
vv_status vv_plant_load_named(struct vv_plant_applying *a, const char *table, const char *column,
                              struct vv_plant_present *present, vv_error *err);
void vv_plant_present_deinit(struct vv_plant_present *present);
/* Names a row; a null name leaves it without one. The text must live as long as the arena. */
vv_status vv_plant_name(struct vv_plant_present *present, struct vv_plant_row *row,
                        const char *name, vv_error *err);
/* The row of that name, which is wanted from now on; or null. */
struct vv_plant_row *vv_plant_find(struct vv_plant_present *present, const char *name);
/* Adds a row that was inserted. */
vv_status vv_plant_present_add(struct vv_plant_applying *a, struct vv_plant_present *present,
                               const struct vv_row *row, const char *name, vv_error *err);

/* Inserts `row`, or, when it is `there`, sets what differs; its key is in `row` afterwards, and
 * what was done in `change`. An error names the line of `node`. */
vv_status vv_plant_put(struct vv_plant_applying *a, const struct vv_yaml_node *node,
                       struct vv_row *row, const struct vv_plant_row *there,
                       struct vv_plant_change *change, vv_error *err);
/* Sets a few columns of a row that is there, without a word. `values` ends at `count`. */
struct vv_plant_set {
    const char *column;
    struct vv_value value;
};
vv_status vv_plant_set(struct vv_plant_applying *a, const struct vv_row *there,
                       const struct vv_plant_set *values, size_t count, vv_error *err);
/* Counts and reports a change, if there was one, and frees it. */
void vv_plant_tell(struct vv_plant_applying *a, const char *what, const char *name,
                   struct vv_plant_change *change);
/* Deletes a row, counted and reported as the removal of `what`. */
vv_status vv_plant_remove(struct vv_plant_applying *a, const char *what,
                          const struct vv_plant_row *row, vv_error *err);
/* Deletes the rows that nothing wanted. */
vv_status vv_plant_remove_unwanted(struct vv_plant_applying *a, const char *what,
                                   struct vv_plant_present *present, vv_error *err);

/* plant_tree.c: branches and points with their options, and the removal of others. `units` may
 * grow. */
vv_status vv_plant_put_tree(struct vv_plant_applying *a, struct vv_plant_present *units,
                            vv_error *err);
/* plant.c: sets DimId of `row` to the unit of that name, made when it is new; 0 for null. Units are
 * never removed: old rows may refer to them. */
vv_status vv_plant_set_unit(struct vv_plant_applying *a, const struct vv_yaml_node *node,
                            struct vv_row *row, struct vv_plant_present *units, const char *name,
                            vv_error *err);

#endif
