/* merge.h: which parts are merged next.
 *
 * Threads: under merge_mutex.
 */
#ifndef VV_NATIVE_MERGE_H
#define VV_NATIVE_MERGE_H

#include "native/version.h"

struct vv_merge_pick {
    struct vv_version *version;  /* referenced: keeps the parts alive; it has no heads */
    struct vv_live_part **parts; /* in order of sequence; none: nothing to do */
    size_t count;
    uint64_t min_sequence, max_sequence;
};

vv_status vv_merge_pick_new(varve *store, struct vv_merge_pick *pick, vv_error *err);
void vv_merge_pick_deinit(struct vv_merge_pick *pick);
bool vv_merge_picked(const struct vv_merge_pick *pick, const struct vv_live_part *part);

#endif
