/* store_private.h: the store's own state, for open.c, commit.c, flush.c, merge.c and their like.
 *
 * Who may touch what:
 *   commit_mutex   the queue of commits and the leader's seat. Held for moments only.
 *   the leader     the active head, the log, next_sequence. One thread at a time, without a lock.
 *   state_mutex    the lists that versions are made from, marks, prunes, followers, `trouble`.
 *   flush_mutex, merge_mutex   one flush, one merge at a time.
 *   work_mutex     the manifest: held over its commits, with the change of the lists that follows.
 *   define_mutex   definitions and those not yet in the log.
 * Order when several are needed: flush or merge, work, define, commit, state. Only flush_mutex,
 * merge_mutex and work_mutex are held over I/O, and no append or read ever waits for those.
 */
#ifndef VV_NATIVE_STORE_PRIVATE_H
#define VV_NATIVE_STORE_PRIVATE_H

#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/thread.h"
#include "native/batch.h"
#include "native/cache.h"
#include "native/head.h"
#include "native/manifest.h"
#include "native/registry.h"
#include "native/version.h"
#include "native/wal.h"
#include "varve.h"

#define VV_PATH_MAX 4096

/* A head in the order of the log; the last one is active. */
struct vv_store_head {
    struct vv_head *head; /* referenced */
    uint64_t first_log;   /* the log file that its first batch is in */
};

/* A mark in memory; `durable` once it is in the manifest. */
struct vv_store_mark {
    struct vv_manifest_mark mark;
    bool durable;
};

struct vv_store_follower {
    char *name; /* owned; stays where it is when the list grows */
    uint64_t position;
};

/* The lists, under state_mutex. Grown before they are needed, so that an update cannot fail. */
struct vv_store_lists {
    struct vv_store_head *heads;
    size_t head_count, head_room;
    struct vv_live_part **parts; /* referenced; by max_sequence, then number */
    size_t part_count, part_room;
    struct vv_store_mark *marks;
    size_t mark_count, mark_room;
    struct vv_manifest_prune *prunes;
    size_t prune_count, prune_room;
    struct vv_store_follower *followers;
    size_t follower_count, follower_room;
    uint64_t flushed_sequence;
    struct vv_version *retired; /* was published before; vv_store_unlock gives it up */
    struct vv_version *spare;   /* for the next publication, with room as below; null for none */
    struct vv_version_room spare_room;
};

/* One request to the leader. */
enum vv_commit_kind {
    VV_COMMIT_BATCH,
    VV_COMMIT_DELETE,
    VV_COMMIT_FREEZE
};

struct vv_commit {
    enum vv_commit_kind kind;
    uint8_t *frame; /* BATCH, DELETE: room for the header, then the payload; of each mark */
    size_t frame_bytes;
    uint32_t positions;
    struct vv_manifest_mark *marks; /* DELETE */
    struct vv_wal_piece *pieces;    /* DELETE: the frame of each mark, one behind another */
    size_t mark_count;
    uint64_t sequence; /* out: of the last one */
    uint64_t rows;     /* out */
    vv_status status;  /* out */
    vv_error *err;
    bool done;
    struct vv_commit *next;
};

struct vv_store_counters {
    atomic_uint_least64_t flushes, merges, bytes_logged, bytes_flushed, bytes_merged;
    atomic_uint_least64_t appended_rows, blocks_read, damaged;
};

struct varve {
    const struct vv_io *io;
    struct varve_options options; /* defaults filled in */
    char *path;
    struct vv_file *lock_file;
    struct vv_budget memory;
    struct vv_cache *cache;
    struct vv_registry *registry;
    struct vv_manifest *manifest;
    struct vv_wal *wal;

    void (*note)(void *arg, bool damage, const char *text); /* recovery's; null: log output */
    void *note_arg;

    struct vv_mutex define_mutex;
    struct vv_buf pending; /* {u8 vv_wal_kind, u32 length, payload} one behind another */
    atomic_bool definitions_pending;
    int64_t series_hour; /* the hour that series_in_hour counts */
    uint64_t series_in_hour;

    struct vv_mutex commit_mutex;
    struct vv_cond commit_done;
    struct vv_commit *queue_first, *queue_last;
    bool leader_active;
    uint64_t next_sequence; /* leader; recovery before there is one */
    struct vv_head *active; /* leader: the last of lists.heads, which a flush may shift */
    atomic_uint_least64_t visible_sequence;

    struct vv_mutex state_mutex;
    struct vv_cond state_changed; /* room in memory, a head frozen, a flush done, stop */
    struct vv_store_lists lists;
    struct vv_version_box versions;
    char trouble[200];

    struct vv_mutex sync_mutex;
    struct vv_cond sync_wake; /* only stopping signals it */
    struct vv_mutex flush_mutex, merge_mutex, work_mutex;
    uint64_t registry_bytes; /* of the registry file that count; work_mutex */
    uint64_t epoch;
    uint8_t store_id[16];
    struct vv_thread sync_thread, flush_thread, merge_thread;
    atomic_bool stopping, read_only, disk_full, flush_stalled, merge_due;
    struct vv_store_counters counters;
};

/* "<store>/<name>" into `to` (VV_PATH_MAX bytes). */
void vv_store_path(const varve *store, const char *name, char *to);
void vv_store_part_path(const varve *store, uint64_t number, char *to);
void vv_store_touched_path(const varve *store, uint64_t number, char *to);
void vv_store_part_id(const varve *store, const struct vv_manifest_part *about,
                      struct vv_part_id *id);

/* A fresh number for a part, noted in the manifest before it is used: a file of that number that is
 * in no list later is the rest of an interrupted flush or merge, and removed at the next opening.
 */
vv_status vv_store_new_number(varve *store, uint64_t *number, vv_error *err);
/* A live part for what `about` describes. */
vv_status vv_store_live_part(varve *store, const struct vv_manifest_part *about,
                             struct vv_live_part **part, vv_error *err);

/* ---- open.c ---- */

/* varve_open on any file layer (tests). */
vv_status vv_store_open(const char *path, const struct varve_options *options,
                        const struct vv_io *io, varve **store, vv_error *err);
/* The same; recovery's notes (a torn end, damage) go to `note` instead of the log output. */
vv_status vv_store_open_noting(const char *path, const struct varve_options *options,
                               const struct vv_io *io,
                               void (*note)(void *arg, bool damage, const char *text), void *arg,
                               varve **store, vv_error *err);
/* varve_check on any file layer. */
vv_status vv_store_check(const char *path, const struct vv_io *io,
                         void (*report)(void *arg, enum varve_finding_kind kind, const char *text),
                         void *arg, uint64_t *damaged, vv_error *err);
/* Gives everything up as a killed process would: no flush, no sync (tests). */
void vv_store_abandon(varve *store);

/* ---- recover.c ---- */

/* Loads the parts of the manifest and replays the log into heads; opens the log for writing unless
 * the store is read-only. */
vv_status vv_store_recover(varve *store, vv_error *err);

/* ---- commit.c ---- */

/* Queues the request and waits until a leader has done it. */
vv_status vv_store_commit(varve *store, struct vv_commit *commit);
/* OK, or why nothing may be written: CLOSED, READ_ONLY, NO_SPACE. */
vv_status vv_store_check_writable(varve *store, vv_error *err);
/* The active head becomes frozen and a new one takes its place, with a new log file. */
vv_status vv_store_freeze(varve *store, vv_error *err);

/* ---- lists.c ---- */

/* Room for `more` entries in each list, and for a publication of them. NO_MEMORY. */
vv_status vv_store_lists_reserve(struct vv_store_lists *lists, size_t more, vv_error *err);
void vv_store_lists_deinit(struct vv_store_lists *lists);
/* Takes over the reference. There is room. */
void vv_store_lists_add_part(struct vv_store_lists *lists, struct vv_live_part *part);
/* Publishes a version of the lists. Under state_mutex. After a reservation it cannot fail, unless
 * another thread has published in between; on NO_MEMORY the old version goes on to be served until
 * the next publication. */
vv_status vv_store_publish(varve *store, vv_error *err);
/* Gives state_mutex up after a publication, and then the version before it: with that the files of
 * parts that nobody uses any more, which no lock may be held over. */
void vv_store_unlock(varve *store);
/* Keeps (null: clears) the text of a background failure for varve_info. */
void vv_store_trouble(varve *store, const vv_error *err);
/* Sets a follower's position, never backwards. Under state_mutex; a name that is not registered is
 * passed over. */
void vv_store_follower_move(struct vv_store_lists *lists, const char *name, size_t name_bytes,
                            uint64_t position);

/* ---- flush.c ---- */

/* Saves the definitions that a part may rest on, before the manifest is told of the part and of
 * `*registry_bytes`; store->registry_bytes follows when it was. Under work_mutex. */
vv_status vv_store_save_registry(varve *store, uint64_t *registry_bytes, vv_error *err);
/* Writes the oldest frozen head as a part. `*flushed` false when there is none. */
vv_status vv_store_flush_oldest(varve *store, bool *flushed, vv_error *err);

/* ---- merge.c ---- */

/* Merges once by the store's rule. */
vv_status vv_store_merge_once(varve *store, bool *merged, vv_error *err);
/* Bytes in parts that the rule would merge. */
uint64_t vv_store_merge_backlog(varve *store);

/* ---- background.c ---- */

vv_status vv_store_start_threads(varve *store, vv_error *err);
void vv_store_stop_threads(varve *store);

#endif
