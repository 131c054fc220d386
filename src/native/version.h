/* version.h: what the store consists of at a moment, for readers that take no lock.
 *
 * A version is immutable: the heads (oldest first, the last one is being written), the parts, the
 * deletion marks and prunes. Every change publishes a new one. A reader takes a reference and keeps
 * heads and files alive with it; a part that is no longer in any version is removed from the disk
 * when the last reference goes, if it was marked obsolete.
 *
 * Threads: acquire and release from any thread, without a lock: a reader announces itself in a
 * slot while it takes its reference, and the publisher waits for announced readers to pass. One
 * thread publishes at a time (the store's state lock).
 */
#ifndef VV_NATIVE_VERSION_H
#define VV_NATIVE_VERSION_H

#include <stdatomic.h>

#include "native/head.h"
#include "native/manifest.h"
#include "native/part.h"
#include "native/span.h"

/* A part in use; shared by versions. */
struct vv_live_part {
    atomic_uint refs;
    atomic_bool obsolete; /* remove the file with the last reference */
    atomic_bool damaged;  /* met damage: left alone by merges */
    const struct vv_io *io;
    struct vv_cache *cache;
    struct vv_part *part;
    struct vv_manifest_part about; /* owned copy */
    /* Told after an obsolete file was removed; may be null. */
    void (*removed)(void *arg, uint64_t number);
    void *removed_arg;
    /* What was found out about its partitions, newest first (partitions.c). */
    _Atomic(struct vv_part_partitions *) partitions;
};

/* The partitions of a part that hold rows of any of some strata. Constant once it is linked. */
struct vv_part_partitions {
    struct vv_part_partitions *older; /* of other strata */
    uint32_t *strata;                 /* owned, as are `spans` */
    size_t stratum_count;
    struct vv_span *spans;
    size_t count;
};
void vv_part_partitions_free(struct vv_part_partitions *list);
/* Takes one reference. `about` is copied. */
vv_status vv_live_part_new(const struct vv_io *io, struct vv_cache *cache, const char *path,
                           const struct vv_part_id *id, const struct vv_manifest_part *about,
                           struct vv_live_part **part, vv_error *err);
void vv_live_part_ref(struct vv_live_part *part);
void vv_live_part_unref(struct vv_live_part *part);

struct vv_version {
    atomic_uint refs;
    uint64_t flushed_sequence;
    struct vv_head **heads; /* referenced; oldest first */
    size_t head_count;
    struct vv_live_part **parts; /* referenced; in order of max_sequence: later wins */
    size_t part_count;
    struct vv_manifest_mark *marks;
    size_t mark_count;
    struct vv_manifest_prune *prunes;
    size_t prune_count;
};

/* An empty version with room for so many of each, one reference. Whoever adds heads and parts to it
 * takes references for it. */
struct vv_version_room {
    size_t heads, parts, marks, prunes;
};
vv_status vv_version_new(const struct vv_version_room *room, struct vv_version **version,
                         vv_error *err);
void vv_version_unref(struct vv_version *version);

#define VV_VERSION_SLOTS 64

struct vv_version_slot {
    _Alignas(64) atomic_uint announced;
};

/* Where the current version stands. Init with {0} and a first publish. */
struct vv_version_box {
    _Atomic(struct vv_version *) current;
    struct vv_version_slot slots[VV_VERSION_SLOTS];
};
/* The current version with a reference; never null after the first publish. */
struct vv_version *vv_version_acquire(struct vv_version_box *box);
/* Takes over `next`; gives back the one before, with the box's reference (null at first): to be
 * unreferenced where files may be removed. */
struct vv_version *vv_version_publish(struct vv_version_box *box, struct vv_version *next);

/* ---- what a reader needs of the store (all borrowed for the snapshot's life) ---- */

/* varve_snapshot is this: opened and closed by varve_snapshot_open and _close (snapshot.c). */
struct varve_snapshot {
    varve *store;
    struct vv_version *version;
    uint64_t sequence; /* rows of heads above it are not seen */
};

/* For scans: the snapshot given, or a new one in `own` (close it then). */
vv_status vv_snapshot_take(varve *store, varve_snapshot *given, varve_snapshot **own,
                           varve_snapshot **use, vv_error *err);
/* The stratum of a series; NOT_FOUND names the id. */
vv_status vv_store_stratum_of(varve *store, uint32_t series, uint32_t *stratum_id,
                              const struct varve_stratum **stratum, vv_error *err);
/* Start of the partition (ms UTC, INT64_MIN for none) that holds a time in the stratum's unit: the
 * key that parts are ordered by. */
int64_t vv_store_partition(const struct varve_stratum *stratum, int64_t time);
/* Counts and logs damage that a reader met, and marks the part (may be null) as damaged. */
void vv_store_damage(varve *store, struct vv_live_part *part, const vv_error *err);
/* Adds to info.blocks_read. */
void vv_store_count_blocks(varve *store, uint64_t blocks);

#endif
