/* live.h: the newest value of every tag, and who wants to hear of changes.
 *
 * The table holds one entry for each tag that has a value, by the tag's index. An older time never
 * replaces a newer one. A subscriber gets the newest value of each tag that changed since it last
 * took; a slow one misses values in between, never the last one, and its memory is bounded by the
 * number of tags. A tag that is renamed keeps its entry and has its new name in it.
 *
 * Threads: all calls from any thread; one subscription is taken from by one thread at a time.
 */
#ifndef VV_COLLECT_LIVE_H
#define VV_COLLECT_LIVE_H

#include "base/arena.h"
#include "base/error.h"
#include "history/history.h"
#include "history/tags.h"

struct vv_live;
struct vv_live_sub;

struct vv_live_entry {
    const struct vv_tag *tag;
    struct vv_datum value;
    int32_t quality;
    int64_t time_ms;
    int64_t received_ms;
};

/* Makes the table and fills it with the newest stored row of every tag (received 0). The set must
 * outlive it. */
vv_status vv_live_new(struct vv_history_set *set, struct vv_live **live, vv_error *err);
/* All subscriptions must have ended before. Null is allowed. */
void vv_live_free(struct vv_live *live);

/* Takes over what was stored, and tells the subscribers. */
void vv_live_update(struct vv_live *live, const struct vv_stored *rows, size_t count);

/* Rows of these tags with from <= time < to were deleted: an entry of that range that came up to
 * `until_ms` gives way to the newest row that is left, or goes. Subscribers are told. */
vv_status vv_live_forget(struct vv_live *live, const struct vv_tag *const *tags, size_t count,
                         int64_t from_ms, int64_t to_ms, int64_t until_ms, vv_error *err);

/* False while the tag has no value. Texts are copied into the arena. */
bool vv_live_get(struct vv_live *live, const struct vv_tag *tag, struct vv_arena *arena,
                 struct vv_live_entry *entry);
/* The entries of the tags that match (null: all), in order of names, from behind `after`, at most
 * `limit` (0: all); `each` returns false to stop. The arena is reset between entries. */
vv_status vv_live_snapshot(struct vv_live *live, const struct vv_tag_list *list,
                           struct vv_arena *arena,
                           bool (*each)(void *arg, const struct vv_live_entry *entry), void *arg,
                           vv_error *err);

/* Counts for /metrics. */
struct vv_live_info {
    uint64_t updates;   /* samples taken over */
    uint64_t coalesced; /* changes that a subscriber got only the last of */
    size_t subscribers;
    size_t entries;
};
void vv_live_info_get(struct vv_live *live, struct vv_live_info *info);

/* ---- subscriptions ---- */

#define VV_LIVE_SUBSCRIBERS_MAX 5000

/* Subscribes to the tags that match, those that come later included. `wake` (may be null) is called
 * from the writer's thread when something is there to take and was not before; it must not block
 * and must not call back into this module. With `snapshot` the present values come first. TOO_MANY
 * beyond VV_LIVE_SUBSCRIBERS_MAX; SYNTAX for a bad pattern. */
vv_status vv_live_subscribe(struct vv_live *live, const char *match, bool snapshot,
                            void (*wake)(void *arg), void *wake_arg, struct vv_live_sub **sub,
                            vv_error *err);
/* After it returned, `wake` is not called any more. Null is allowed. */
void vv_live_unsubscribe(struct vv_live_sub *sub);
/* Up to `max` changed entries, texts in the arena; returns their number, 0 when nothing changed. */
size_t vv_live_take(struct vv_live_sub *sub, struct vv_live_entry *entries, size_t max,
                    struct vv_arena *arena);
/* Waits until there is something to take (true) or `timeout_ms` passed (false). */
bool vv_live_wait(struct vv_live_sub *sub, int64_t timeout_ms);

#endif
