/* manifest.h: what the store consists of, as an edit log with snapshots.
 *
 * A file MANIFEST-<n> begins with a snapshot of the state and goes on with edits, each written
 * twice under CRC-32C and synced before it counts. A new file is written under a temporary name,
 * synced, renamed and its directory synced, when the old one has grown or at every opening for
 * writing. The newest file whose snapshot is whole is the truth; a torn last edit never happened.
 *
 * Threads: the state is guarded by the store's own lock; commit is for one thread at a time.
 */
#ifndef VV_NATIVE_MANIFEST_H
#define VV_NATIVE_MANIFEST_H

#include "base/error.h"
#include "base/io.h"
#include "native/part.h"

struct vv_manifest_part {
    uint64_t number;
    uint64_t epoch;
    uint32_t level; /* 0: as flushed; 1: split by partition */
    struct vv_part_summary summary;
};

/* A deletion: rows of the series with from <= time < to in parts whose max_sequence < sequence. */
struct vv_manifest_mark {
    uint32_t series;
    int64_t from, to;
    uint64_t sequence;
};

/* Rows of the stratum before this time are hidden. */
struct vv_manifest_prune {
    uint32_t stratum;
    int64_t before;
};

struct vv_manifest_follower {
    char *name; /* owned */
    uint64_t position;
};

/* A file touched/%016llx of what one flush touched (touched.h). */
struct vv_manifest_touched {
    uint64_t number;
    uint64_t min_sequence, max_sequence;
};

struct vv_manifest_state {
    uint8_t store_id[16];
    uint64_t epoch;                 /* one more at each opening for writing */
    uint64_t features;              /* format feature bits; unknown ones refuse the store */
    uint64_t next_number;           /* of parts and touched files */
    uint64_t flushed_sequence;      /* all up to here is in parts */
    uint64_t first_log;             /* log files below this are not needed */
    uint64_t registry_bytes;        /* length of the registry file that counts */
    struct vv_manifest_part *parts; /* in order of max_sequence, then number */
    size_t part_count;
    struct vv_manifest_mark *marks;
    size_t mark_count;
    struct vv_manifest_prune *prunes; /* one for each stratum at most */
    size_t prune_count;
    struct vv_manifest_follower *followers;
    size_t follower_count;
    struct vv_manifest_touched *touched;
    size_t touched_count;
    uint64_t *removed; /* parts removed by edits: their files may still be there (an unlink
                          is lost with the power). Kept in snapshots; vv_manifest_begin forgets
                          them, the caller having removed the files before. */
    size_t removed_count;
};

/* A change; zero fields change nothing. Arrays are borrowed. */
struct vv_manifest_edit {
    const struct vv_manifest_part *add_parts; /* copied, spans too */
    size_t add_part_count;
    const uint64_t *remove_parts; /* numbers, of parts in the list or only given out so far; an
                                     added part of that number takes it back */
    size_t remove_part_count;
    const struct vv_manifest_mark *add_marks;
    size_t add_mark_count;
    const uint64_t *remove_marks; /* their sequences */
    size_t remove_mark_count;
    const struct vv_manifest_prune *set_prune;
    const struct vv_manifest_follower *set_followers; /* added, or moved forward */
    size_t set_follower_count;
    const char *remove_follower;
    const struct vv_manifest_touched *add_touched;
    const uint64_t *remove_touched; /* numbers */
    size_t remove_touched_count;
    uint64_t next_number, flushed_sequence, first_log, registry_bytes; /* 0: as it was */
};

struct vv_manifest;

/* Reads the newest manifest in `dir`. NOT_FOUND when there is none at all. CORRUPT names the file
 * that is damaged beyond its second copies; the one before it is taken only where it is certain
 * that nothing was added since. UNSUPPORTED when the store uses what this program does not know.
 * Writes nothing; may run beside a live process. */
vv_status vv_manifest_load(const struct vv_io *io, const char *dir, struct vv_manifest **manifest,
                           vv_error *err);
/* An empty store's first state with a new random id, written and durable. */
vv_status vv_manifest_create(const struct vv_io *io, const char *dir, struct vv_manifest **manifest,
                             vv_error *err);
/* Writes a state (removed files aside) as the first manifest of a directory that has none, synced
 * with the directory. For copies of a store. */
vv_status vv_manifest_write(const struct vv_io *io, const char *dir,
                            const struct vv_manifest_state *state, vv_error *err);
/* An own copy of a state; deinit frees what it holds, also after an error. */
vv_status vv_manifest_state_copy(const struct vv_manifest_state *from, struct vv_manifest_state *to,
                                 vv_error *err);
void vv_manifest_state_deinit(struct vv_manifest_state *state);
/* Begins a new file with the epoch raised by one, and removes the older files: the store is opened
 * for writing. */
vv_status vv_manifest_begin(struct vv_manifest *manifest, vv_error *err);
/* Writes and syncs the edit, then applies it to the state; where that fails, the state with the
 * edit is written to a new file. On an error the state is unchanged, and the next commit begins a
 * new file; until one succeeded the next opening may find the store with the edit or without it, so
 * the files that the edit adds and those that it removes are to be left alone. */
vv_status vv_manifest_commit(struct vv_manifest *manifest, const struct vv_manifest_edit *edit,
                             vv_error *err);
/* Borrowed; changed by commit only. */
const struct vv_manifest_state *vv_manifest_state_of(const struct vv_manifest *manifest);
/* Places where loading met one damaged copy of two: harmless until the next opening for writing
 * makes both anew, but the disk is not to be trusted. */
uint64_t vv_manifest_bad_copies(const struct vv_manifest *manifest);
void vv_manifest_free(struct vv_manifest *manifest);

#endif
