/* io_sim.h: a disk in memory whose power can be cut.
 *
 * Behaves like the real file layer, but keeps apart what was written and what was synced: file
 * data by blocks, directory entries by operation. `cut` throws the unsynced away, all or a random
 * part of it, torn at sector size; afterwards the same store can be opened again on it. Any
 * operation can be made to fail, once or for ever. Deterministic from its seed.
 *
 * The model is at the head of io_sim_cut.c. The root directory is there from the start, and is the
 * working directory; .. in a path is refused. A sync that fails loses what was unsynced for ever,
 * although it can still be read, as Linux does. Its own memory never fails on request (alloc.h):
 * it stands for a device. Files are to be closed before vv_io_sim_free.
 *
 * Threads: one lock inside; may be used from any thread. cut and the fault settings are for the
 * test's own thread while no operation runs.
 */
#ifndef VV_BASE_IO_SIM_H
#define VV_BASE_IO_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/io.h"

struct vv_io_sim;

/* The operations that can be made to fail, as bits. */
enum vv_io_op {
    VV_IO_OP_OPEN = 1 << 0,
    VV_IO_OP_READ = 1 << 1,
    VV_IO_OP_WRITE = 1 << 2,
    VV_IO_OP_SYNC = 1 << 3,
    VV_IO_OP_SYNC_DIR = 1 << 4,
    VV_IO_OP_RENAME = 1 << 5,
    VV_IO_OP_UNLINK = 1 << 6,
    VV_IO_OP_MKDIR = 1 << 7,
    VV_IO_OP_LIST = 1 << 8,
    VV_IO_OP_TRUNCATE = 1 << 9,
    VV_IO_OP_SIZE = 1 << 10,
    VV_IO_OP_LOCK = 1 << 11,
    VV_IO_OP_SPACE = 1 << 12,
    VV_IO_OP_LINK = 1 << 13,
    VV_IO_OP_RMDIR = 1 << 14,
    VV_IO_OP_ALL = (1 << 15) - 1
};

/* How a cut treats what was not synced. */
enum vv_io_cut {
    VV_IO_CUT_DROP,   /* all of it is gone */
    VV_IO_CUT_RANDOM, /* each unsynced 512-byte sector and directory entry by a coin, in any order
                       */
    VV_IO_CUT_TORN,   /* a prefix of the operations is there, the last write torn inside a sector */
    VV_IO_CUT_KEEP    /* everything is there: a kill of the process, not of the power */
};

struct vv_io_fault {
    uint32_t ops;   /* bits of vv_io_op that are counted */
    uint64_t nth;   /* the nth counted operation from now on fails, counted from 1; 0 never */
    bool for_ever;  /* and all counted ones after it */
    int native;     /* the errno it fails with: EIO, ENOSPC, ENOMEM… */
    bool partial;   /* a failing write leaves a random prefix of its bytes behind */
    bool cut_power; /* instead: from the nth on nothing reaches the disk and all operations fail
                       with EIO, until vv_io_sim_cut */
};

struct vv_io_sim *vv_io_sim_new(uint64_t seed);
void vv_io_sim_free(struct vv_io_sim *sim);
/* The table that works on it; valid until vv_io_sim_free. */
const struct vv_io *vv_io_sim_io(struct vv_io_sim *sim);

/* Sets the fault and starts counting anew; null turns faults off and counts all operations. */
void vv_io_sim_fault(struct vv_io_sim *sim, const struct vv_io_fault *fault);
/* Operations counted (of the fault's kinds, or of all) since the last vv_io_sim_fault. */
uint64_t vv_io_sim_count(struct vv_io_sim *sim);
/* True once the fault has struck. */
bool vv_io_sim_struck(struct vv_io_sim *sim);

/* The power goes: unsynced state is treated as asked, all open files become dead (their operations
 * give EIO; they may still be closed), locks end, a fault with cut_power is used up. */
void vv_io_sim_cut(struct vv_io_sim *sim, enum vv_io_cut cut);

/* Room on the disk (data bytes); more gives ENOSPC. 0 is no limit. */
void vv_io_sim_capacity(struct vv_io_sim *sim, uint64_t capacity_bytes);
/* Flips `mask` in the byte at `offset` of a file, synced state included; NOT_FOUND, LIMIT past its
 * end. */
vv_status vv_io_sim_damage(struct vv_io_sim *sim, const char *path, uint64_t offset, uint8_t mask);
/* Cuts a file to a length, as truncate would, synced. */
vv_status vv_io_sim_shorten(struct vv_io_sim *sim, const char *path, uint64_t size_bytes);
/* A copy with the same content, nothing unsynced, no open files and no faults; for sweeps. */
struct vv_io_sim *vv_io_sim_copy(const struct vv_io_sim *sim, uint64_t seed);
/* Calls `each` for every file with its size. */
void vv_io_sim_each(struct vv_io_sim *sim, void (*each)(void *arg, const char *path, uint64_t size),
                    void *arg);

#endif
