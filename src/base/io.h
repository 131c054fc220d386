/* io.h: the only way to files.
 *
 * A table of functions, so that a test can tear a write, fail an fsync, fill the disk or cut the
 * power at any operation: vv_io_posix() is the real one, io_sim.h a disk in memory that keeps apart
 * what was written and what was synced. Files are written by appending at offsets the caller
 * tracks, and never mapped: a bad sector must be an error, not a signal.
 *
 * All names are paths relative to the working directory, or absolute. Interrupted calls (EINTR) and
 * short transfers are continued inside; a short read at the end of a file is not an error.
 *
 * Threads: a table and its files may be used from any thread; one file's calls need no lock of the
 * caller as long as they touch different bytes.
 */
#ifndef VV_BASE_IO_H
#define VV_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct vv_buf;
struct vv_file; /* opaque, the implementation's own */

enum vv_io_mode {
    VV_IO_READ,   /* must exist */
    VV_IO_CREATE, /* must not exist; read and write */
    VV_IO_WRITE   /* must exist; read and write */
};

struct vv_io_space {
    uint64_t free_bytes; /* what an ordinary user may still use */
    uint64_t total_bytes;
};

struct vv_io {
    size_t size; /* sizeof(struct vv_io): grows only at its end */
    void *context;
    vv_status (*open)(void *context, const char *path, enum vv_io_mode mode, struct vv_file **file,
                      vv_error *err);
    void (*close)(struct vv_file *file); /* never fails: what must be kept was synced before */
    /* Reads up to `len_bytes` at `offset`; fewer only at the end of the file. */
    vv_status (*read)(struct vv_file *file, uint64_t offset, void *to, size_t len_bytes,
                      size_t *got_bytes, vv_error *err);
    /* All or an error; after an error any part of the bytes may be there. */
    vv_status (*write)(struct vv_file *file, uint64_t offset, const void *from, size_t len_bytes,
                       vv_error *err);
    /* Data and size to the disk. After an error what was written since the last good sync counts
     * as lost, whatever a later call says (PostgreSQL's lesson of 2018). */
    vv_status (*sync)(struct vv_file *file, vv_error *err);
    vv_status (*size_of)(struct vv_file *file, uint64_t *size_bytes, vv_error *err);
    vv_status (*truncate)(struct vv_file *file, uint64_t size_bytes, vv_error *err);
    /* The entries of a directory (files made, renamed, removed in it) to the disk. */
    vv_status (*sync_dir)(void *context, const char *path, vv_error *err);
    vv_status (*rename)(void *context, const char *from, const char *to, vv_error *err);
    vv_status (*unlink)(void *context, const char *path, vv_error *err);
    /* EXISTS when it is there already. */
    vv_status (*mkdir)(void *context, const char *path, vv_error *err);
    /* Calls `each` for every name but . and .. in no promised order; stops when it returns false.
     */
    vv_status (*list)(void *context, const char *path, bool (*each)(void *arg, const char *name),
                      void *arg, vv_error *err);
    vv_status (*space)(void *context, const char *path, struct vv_io_space *space, vv_error *err);
    /* Makes `path` (created when missing) and locks it against other processes by a kernel lock
     * that ends with the process; writes the own pid into it. LOCKED with the holder's pid in
     * `holder_pid` when another has it. Closing the file gives the lock up. */
    vv_status (*lock)(void *context, const char *path, struct vv_file **file, pid_t *holder_pid,
                      vv_error *err);
    /* A second name `to` for the file `from`. EXISTS; UNSUPPORTED where the file can have none
     * there (another file system, one without links, a file of somebody else's): copy it. */
    vv_status (*link)(void *context, const char *from, const char *to, vv_error *err);
    /* Removes an empty directory. */
    vv_status (*rmdir)(void *context, const char *path, vv_error *err);
};

/* The machine's own files. Constant. */
const struct vv_io *vv_io_posix(void);

/* The whole file into `buf` (appended); LIMIT above `max_bytes`. */
vv_status vv_io_read_all(const struct vv_io *io, const char *path, size_t max_bytes,
                         struct vv_buf *buf, vv_error *err);
/* Replaces `path` as a whole or not at all: `path`.tmp, sync, rename, sync of `dir`. */
vv_status vv_io_replace(const struct vv_io *io, const char *dir, const char *path, const void *data,
                        size_t len_bytes, vv_error *err);
/* Copies the first `len_bytes` of a file into a new one and syncs it; CORRUPT when `from` is
 * shorter. Told of every piece, `go_on` (may be null) returns false to give up: CANCELLED. What was
 * made is removed after an error. */
vv_status vv_io_copy(const struct vv_io *io, const char *from, const char *to, uint64_t len_bytes,
                     bool (*go_on)(void *arg, size_t piece_bytes), void *arg, vv_error *err);
/* Removes a file, or a directory with all that is in it. For what the caller made itself. */
vv_status vv_io_remove_tree(const struct vv_io *io, const char *path, vv_error *err);
/* The entry `path` of its directory to the disk. */
vv_status vv_io_sync_parent(const struct vv_io *io, const char *path, vv_error *err);
/* Every directory of the path that is missing, its entry synced. */
vv_status vv_io_make_dirs(const struct vv_io *io, const char *path, vv_error *err);

#endif
