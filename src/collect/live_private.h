/* live_private.h: the table behind live.h: live.c (values) and live_sub.c (subscriptions).
 *
 * Locks, in the order in which they may be taken together: subs_lock, a subscription's mutex, a
 * stripe. No caller's function but `wake` runs under any of them.
 */
#ifndef VV_COLLECT_LIVE_PRIVATE_H
#define VV_COLLECT_LIVE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/thread.h"
#include "collect/live.h"

#define VV_LIVE_STRIPES     64u
#define VV_LIVE_CHUNK_SLOTS 1024u
#define VV_LIVE_CHUNKS      4096u

/* The value of one tag, under the stripe of its index. */
struct live_slot {
    const struct vv_tag *tag; /* null: no value yet */
    struct vv_datum value;    /* a text stands in `text` */
    char *text;
    size_t text_capacity;
    int32_t quality;
    int64_t time_ms, received_ms;
};

struct vv_live {
    struct vv_history_set *set;
    _Atomic(struct live_slot *) chunks[VV_LIVE_CHUNKS];
    struct vv_mutex stripes[VV_LIVE_STRIPES];
    pthread_rwlock_t subs_lock; /* guards the list */
    struct vv_live_sub *subs;
    size_t sub_count;
    atomic_uint_fast64_t updates, coalesced, entries;
};

/* The entry of a tag's index; false while it has no value, or (*no_memory) when its text could not
 * be copied. */
bool vv_live_read(struct vv_live *live, uint32_t index, struct vv_arena *arena,
                  struct vv_live_entry *entry, bool *no_memory);
/* Marks changed tags in every subscription. */
void vv_live_tell(struct vv_live *live, const struct vv_tag *const *tags, size_t count);

#endif
