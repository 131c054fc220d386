/* partset.h: which partitions of which strata a head has rows in.
 *
 * Threads: one writer, which alone adds and may look without a lock; any number of readers beside
 * it.
 */
#ifndef VV_NATIVE_PARTSET_H
#define VV_NATIVE_PARTSET_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/thread.h"
#include "native/span.h"

struct vv_partset_item {
    uint32_t stratum_id;
    struct vv_span span;
    uint64_t rows; /* of lists that count them; unused in a set */
};

struct vv_partset {
    struct vv_mutex mutex;         /* held while the items change or are read by another thread */
    struct vv_partset_item *items; /* by (stratum, key); owned */
    size_t count, room;
    atomic_uint_least64_t changes; /* one more with each item */
};

void vv_partset_init(struct vv_partset *set);
void vv_partset_deinit(struct vv_partset *set);
/* Writer: adds the partition unless it is there. NO_MEMORY leaves the set as it was. */
vv_status vv_partset_add(struct vv_partset *set, uint32_t stratum_id, const struct vv_span *span,
                         vv_error *err);
/* Calls `each` for every item, in order; it must not block. The first status that is not OK ends
 * it and is the answer. */
vv_status vv_partset_each(struct vv_partset *set,
                          vv_status (*each)(void *arg, const struct vv_partset_item *item),
                          void *arg);

#endif
