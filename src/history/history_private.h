/* history_private.h: the set behind history.h, shared by history.c, tag_registry.c, tag_switch.c,
 * tag_rename.c, tags.c and write.c.
 *
 * Locks, in the order in which they may be taken together:
 *   register_mutex   one registration of tags at a time; held over the ledger's commit
 *   names_lock       the names and their maps: many readers, or the registration that adds one
 *   scratch_mutex    the list of write scratches that nobody uses
 * Tags themselves are constant once vv_tag_count covers them, and are read without a lock.
 * register_mutex is taken before the ledger's writing transaction, never within one.
 */
#ifndef VV_HISTORY_PRIVATE_H
#define VV_HISTORY_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/thread.h"
#include "history/history.h"
#include "history/layout.h"
#include "history/store.h"
#include "history/tags.h"

struct vv_normalizer;
struct vv_row;
struct write_scratch;

/* Tags stand in chunks that never move: chunk k holds FIRST << k of them. */
#define VV_TAG_CHUNK_FIRST 1024u
#define VV_TAG_CHUNKS      22u

/* Where the tag of an index stands: its place never moves, but a renamed tag is put there in place
 * of the one with the earlier name, which stays in memory for those that still hold it. */
struct tag_slot {
    _Atomic(const struct vv_tag *) tag;
};

/* A name of one history and its rows of ScadaTagMapping. */
struct tag_name {
    const struct vv_tag *current; /* the row that new samples go to; under names_lock */
    const struct vv_tag *newest;  /* the row from which `older` leads to all others */
    bool moved;                   /* only while tag_switch.c takes it out of `sorted` */
};

/* Numbers in vv_history.names from here on: the name is kept free for a tag that is about to be
 * renamed, and nobody finds it. */
#define VV_TAG_NAME_RESERVED (UINT64_C(1) << 63)

struct vv_history {
    struct vv_history_set *set;
    const struct vv_store_kind *kind;
    struct vv_store *store;
    const struct vv_layout *layout;
    char *name;
    int64_t provider_id;
    struct vv_map *names;      /* tag's name → index in set->names; under names_lock */
    int64_t hour;              /* under register_mutex: the hour that is being counted */
    uint64_t series_this_hour; /* tags registered in it */
};

struct vv_history_set {
    struct vv_ledger *ledger;
    char *node;
    struct vv_history *histories;
    size_t count;
    uint64_t new_series_per_hour;
    struct vv_zone *zone; /* null: UTC */
    bool read_only;
    int64_t (*now_ms)(void);

    struct vv_mutex register_mutex;
    struct vv_normalizer *normalizer; /* made when first needed; under register_mutex */
    struct vv_arena texts;            /* tags and their names; under register_mutex */

    pthread_rwlock_t names_lock;
    struct tag_name *names; /* one for each (history, name) */
    uint32_t name_count, name_capacity;
    uint32_t *sorted; /* numbers of names, the first sorted_count in order of names */
    uint32_t sorted_count;
    struct vv_map *meta; /* tag's name → index in metas */
    struct vv_tag_meta *metas;

    _Atomic(struct tag_slot *) chunks[VV_TAG_CHUNKS];
    atomic_uint tag_count;
    atomic_uint renamed; /* how many times tags were renamed */

    struct vv_mutex scratch_mutex;
    struct write_scratch *scratches;
};

/* ---- tag_registry.c ---- */

/* The locks; a history brings its own (empty) `names`, which deinit frees with all tags. */
void vv_tag_registry_init(struct vv_history_set *set);
void vv_tag_registry_deinit(struct vv_history_set *set);
/* Loads the tags of a history that has its provider row and its store. */
vv_status vv_tag_registry_load(struct vv_history *history, vv_error *err);

/* The tag that new samples of that name go to, or null. names_lock must be held (reading). */
const struct vv_tag *vv_tag_registry_find_locked(const struct vv_history *history, const char *name,
                                                 size_t name_len);
/* The newest row of a tag's name: `older` leads on from it to all the others. */
const struct vv_tag *vv_tag_registry_newest(struct vv_history_set *set, const struct vv_tag *tag);

struct vv_registration_options {
    struct vv_history *history;
    bool limited; /* count against new_series_per_hour; those above it are refused */
    bool points;  /* of a plant that may be stale: a new name must still be a point's */
    bool retype;  /* a known name of another type gets a new row (else its tag is given as it is) */
};

/* Registers `count` names (checked already, each once) in one transaction of the ledger. A name
 * that is there meanwhile is given back as it is. The limit is no error: the tag stays null. */
vv_status vv_tag_registry_add(const struct vv_registration_options *options,
                              struct vv_tag_declaration *list, size_t count, vv_error *err);

/* Sets Tag and NormalizedName of a row of ScadaTagMapping. register_mutex is held. */
vv_status vv_tag_row_set_name(struct vv_history_set *set, struct vv_row *row, const char *name,
                              vv_error *err);
/* The number of a name of the history (an index of set->names); false when there is no such tag.
 * names_lock or register_mutex is held. */
bool vv_tag_registry_number(const struct vv_history *history, const char *name, size_t name_len,
                            uint64_t *number);
/* The place of an index below tag_count. */
struct tag_slot *vv_tag_registry_slot(struct vv_history_set *set, uint32_t index);

/* ---- tag_switch.c ---- */

/* One name of a history that becomes another one. */
struct tag_switch {
    struct vv_history *history;
    uint32_t number;                       /* of the name, in set->names */
    const char *from, *to;                 /* to: in set->texts when it is prepared */
    size_t from_len, to_len;               /* bytes */
    const struct vv_tag *current, *newest; /* with the new name; set when it is prepared */
};

/* Does all that may fail: makes the tags with their new names and keeps the names free. NO_MEMORY
 * leaves nothing behind. register_mutex is held from here until the next call. */
vv_status vv_tag_switch_prepare(struct vv_history_set *set, struct tag_switch *list, size_t count,
                                vv_error *err);
/* The new names take the place of the old ones, all at once. */
void vv_tag_switch_apply(struct vv_history_set *set, const struct tag_switch *list, size_t count);
/* Gives the names free again. */
void vv_tag_switch_undo(struct vv_history_set *set, const struct tag_switch *list, size_t count);

/* Whether one more series may come in this hour; counts it. */
bool vv_series_admit(struct vv_history *history);

/* ---- write.c ---- */

void vv_write_scratches_free(struct vv_history_set *set);

/* ---- rejected.c ---- */

/* Writes samples outside the time limits to the ledger's vv_rejected and drops its oldest rows, so
 * that at most VV_REJECTED_MAX are kept. */
#define VV_REJECTED_MAX 10000
struct vv_diverted {
    const struct vv_sample *sample;
    const char *reason;
};
vv_status vv_rejected_write(struct vv_history_set *set, const struct vv_diverted *list,
                            size_t count, vv_error *err);

#endif
