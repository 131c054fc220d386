/* wal.h: the write-ahead log, files of frames under log/.
 *
 * A frame is {length, kind, sequence, payload} under CRC-32C; a file begins with the store's id and
 * epoch and its own number. Files are only ever appended to. What is not yet synced stays in
 * memory, so that after a failed fsync it is written anew to another file: an fsync that failed is
 * never repeated and believed. Layout: docs/internals/format.md.
 *
 * Threads: vv_wal_write is for one thread at a time (the leader of a group commit); vv_wal_sync may
 * run beside it on another; the rest by the thread that writes, or with writing stopped.
 */
#ifndef VV_NATIVE_WAL_H
#define VV_NATIVE_WAL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/io.h"
#include "varve.h"

enum vv_wal_kind {
    VV_WAL_BATCH = 1,   /* rows and follower positions (batch.h) */
    VV_WAL_STRATUM = 2, /* a definition (registry.h) */
    VV_WAL_SERIES = 3,  /* definitions (registry.h) */
    VV_WAL_DELETE = 4,  /* a deletion mark */
    VV_WAL_FOLLOWER = 5 /* registered or removed */
};

struct vv_wal_id {
    uint8_t store_id[16];
    uint64_t epoch;
};

/* Zero is the default behind the field. */
struct vv_wal_options {
    uint64_t file_bytes;     /* a new file begins above this: 64 MiB */
    uint64_t unsynced_bytes; /* tail in memory before writing answers BUSY: 64 MiB */
};

struct vv_wal;

/* What replay found. */
struct vv_wal_recovery {
    uint64_t last_file;     /* highest number seen, 0 for none */
    uint64_t last_sequence; /* highest sequence delivered */
    uint64_t frames, bytes;
    uint64_t torn_bytes; /* behind the last good frame of the last file: an interrupted write */
    uint64_t damaged;    /* places where good frames follow bad bytes: named to `note` */
};

/* To whom replay tells what. */
struct vv_wal_replay {
    /* Each frame that counts, in order, once; an error ends it. */
    vv_status (*each)(void *arg, uint64_t file, enum vv_wal_kind kind, uint64_t sequence,
                      const uint8_t *payload, size_t len_bytes, vv_error *err);
    /* A torn end, or damage; may be null. */
    void (*note)(void *arg, bool damage, const char *text);
    /* All files are open and nothing is read yet, so that what a live process removes from here on
     * can be read all the same; an error ends it. May be null. */
    vv_status (*confirm)(void *arg, vv_error *err);
    void *arg;
};

/* Delivers the frames of all files numbered >= `first_file`. A missing or torn end is no error; bad
 * bytes that were durable once are skipped to the next good frame and told to `note` as damage.
 * Where it is not known that they were, the log ends before them, as at a torn end (`damage`
 * false): the power may have taken frames that those behind build on. A file of another store, or
 * of an epoch above the one given (an old manifest was put back), is CONFLICT, a format or kind of
 * frame that is not known UNSUPPORTED; a read that fails is an error too: it may succeed next time.
 * Writes nothing. */
vv_status vv_wal_recover(const struct vv_io *io, const char *dir, const struct vv_wal_id *id,
                         uint64_t first_file, const struct vv_wal_replay *replay,
                         struct vv_wal_recovery *recovery, vv_error *err);

/* Begins file `number`, which must be above all that are there (USAGE): written under another name,
 * synced, renamed, and the directory synced. It repeats what of the newest file is not known to be
 * durable. The directory itself must exist, and be synced in its own parent by the caller. */
vv_status vv_wal_open(const struct vv_io *io, const char *dir, const struct vv_wal_id *id,
                      uint64_t number, const struct vv_wal_options *options, struct vv_wal **wal,
                      vv_error *err);
void vv_wal_free(struct vv_wal *wal);

/* Puts a frame around a payload, into `out`. The payload was written behind VV_WAL_FRAME_HEADER
 * bytes of room: vv_wal_seal fills them in place, the sequence included. */
#define VV_WAL_FRAME_HEADER 24
void vv_wal_seal(uint8_t *frame, size_t frame_bytes, enum vv_wal_kind kind, uint64_t sequence);

/* Writes sealed frames behind one another in one go. BUSY when the unsynced tail is full. On
 * NO_SPACE or IO nothing of it counts as written: the file's end is cut back, and a later call goes
 * on, in a new file where the cut failed. `last_sequence` is that of the last frame. Sequences do
 * not fall from frame to frame (definitions aside), and may be used again after a failed write. */
struct vv_wal_piece {
    const uint8_t *data;
    size_t len_bytes;
};
vv_status vv_wal_write(struct vv_wal *wal, const struct vv_wal_piece *pieces, size_t count,
                       uint64_t last_sequence, vv_error *err);
/* Makes durable all that was written before the call. After a failed fsync the tail goes to a new
 * file; when that fails too the log is dead: READ_ONLY from then on. NO_SPACE and NO_MEMORY are no
 * death: the tail stays in memory, writing is refused, and a later call tries again. */
vv_status vv_wal_sync(struct vv_wal *wal, vv_error *err);
/* The sequence up to which all is durable. */
uint64_t vv_wal_synced(const struct vv_wal *wal);
/* Syncs, ends the file and begins the next; `*number` is the one that is written from now on (a
 * file without frames is kept). All frames written before are in files below it. */
vv_status vv_wal_rotate(struct vv_wal *wal, uint64_t *number, vv_error *err);
uint64_t vv_wal_number(const struct vv_wal *wal);
/* Removes the files numbered below `number`. */
vv_status vv_wal_remove_before(struct vv_wal *wal, uint64_t number, vv_error *err);
/* Bytes of all files of the log. */
uint64_t vv_wal_bytes(const struct vv_wal *wal);

#endif
