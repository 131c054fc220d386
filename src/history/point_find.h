/* point_find.h: points of the plant's tree by their paths (private to src/history).
 *
 * Threads: no state; a transaction belongs to its thread.
 */
#ifndef VV_HISTORY_POINT_FIND_H
#define VV_HISTORY_POINT_FIND_H

#include "base/error.h"
#include "history/datum.h"

struct vv_ledger;
struct vv_ledger_tx;
struct vv_map;

struct vv_point_key {
    int64_t object_id;     /* TB_Objects.ObjId */
    enum vv_tag_type type; /* of its tag */
};

/* The point with that path, one look at TB_Objects for each name in it. NOT_FOUND, also for a
 * branch and for what is no path. */
vv_status vv_point_find(struct vv_ledger_tx *tx, const char *path, size_t len_bytes,
                        struct vv_point_key *point, vv_error *err);
/* Path → ObjId of all points; freed by vv_map_free. */
vv_status vv_point_ids_load(struct vv_ledger *ledger, struct vv_map **ids, vv_error *err);

#endif
