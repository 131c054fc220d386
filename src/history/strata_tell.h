/* strata_tell.h: rows of Trend as samples of their points' tags, for those who follow samples
 * (private to src/history).
 *
 * Threads: belongs to its batch.
 */
#ifndef VV_HISTORY_STRATA_TELL_H
#define VV_HISTORY_STRATA_TELL_H

#include "base/map.h"
#include "catalog/row.h"
#include "history/history.h"

struct vv_strata_tell {
    void (*stored)(void *arg, const struct vv_stored *rows, size_t count); /* null: nobody */
    void *arg;
    struct vv_map *tags; /* ObjId → index of its tag; made with the first row */
    struct vv_stored *rows;
    size_t count, capacity;
};

void vv_strata_tell_deinit(struct vv_strata_tell *tell);
/* Notes a checked row of Trend; a point that has no tag yet is passed over. NO_MEMORY. */
vv_status vv_strata_tell_note(struct vv_strata_tell *tell, struct vv_history_set *set,
                              const struct vv_row *row, vv_error *err);
/* Tells the rows that were noted since the last time. */
void vv_strata_tell_all(struct vv_strata_tell *tell);

#endif
