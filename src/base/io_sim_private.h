/* io_sim_private.h: the simulated disk's inside, shared by its three files.
 *
 * io_sim.c is the table of operations with its faults, io_sim_disk.c the tree of nodes,
 * io_sim_cut.c what a cut of the power leaves. A node has its content (or entries) twice: `now` is
 * what running programs see, `kept` what the disk surely holds; between them stand, in order, the
 * operations not yet synced. All memory comes from the C library itself and not from vv_alloc: the
 * disk is no part of the program whose allocations a test lets fail.
 *
 * Threads: all under vv_io_sim.lock, held by the caller.
 */
#ifndef VV_BASE_IO_SIM_PRIVATE_H
#define VV_BASE_IO_SIM_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/io_sim.h"
#include "base/thread.h"

#define VV_SIM_SECTOR_BYTES 512

struct vv_sim_content {
    uint8_t *bytes;
    size_t len;
    size_t capacity;
};

struct vv_sim_entry {
    char *name; /* owned */
    struct vv_sim_node *node;
};

struct vv_sim_entries {
    struct vv_sim_entry *items;
    size_t count;
    size_t capacity;
};

/* An unsynced write or truncation of a file. */
struct vv_sim_op {
    struct vv_sim_op *next; /* younger */
    uint64_t sequence;
    bool is_truncate; /* to `offset`; no bytes */
    size_t offset;
    size_t len;
    uint8_t bytes[];
};

struct vv_sim_node {
    struct vv_sim_node *next; /* of vv_io_sim.nodes */
    bool is_dir;
    bool reached; /* by the sweep */
    bool locked;
    unsigned links;   /* entries of `now` that lead here */
    unsigned handles; /* open files */
    struct vv_sim_content now, kept;
    struct vv_sim_op *first_op, *last_op;
    struct vv_sim_entries now_entries, kept_entries;
};

/* An unsynced change of a directory. A rename inside one directory is one change and happens or
 * not; between two directories it is one in each. */
struct vv_sim_change {
    struct vv_sim_change *next; /* younger */
    uint64_t sequence;
    struct vv_sim_node *dir;
    char *removed; /* may be null */
    char *added;   /* may be null */
    struct vv_sim_node *node;
};

struct vv_io_sim {
    struct vv_mutex lock;
    struct vv_io io;
    uint64_t random;
    uint64_t sequence;   /* of the newest operation that changed something */
    uint64_t generation; /* counts the cuts; files of older ones are dead */
    uint64_t capacity_bytes;
    struct vv_sim_node *nodes; /* all */
    struct vv_sim_node *root;
    struct vv_sim_change *first_change, *last_change;
    struct vv_io_fault fault;
    uint64_t counted;
    bool struck;
    bool striking; /* the operation under way is one that the fault hits */
    bool powered_off;
};

/* Ends the program when the machine has no memory. */
void *vv_sim_alloc(size_t size_bytes); /* zeroed */
void *vv_sim_realloc(void *block, size_t size_bytes);
char *vv_sim_text(const char *text, size_t len_bytes);
void vv_sim_free(void *block);

/* 0 to bound - 1. */
uint64_t vv_sim_random(struct vv_io_sim *sim, uint64_t bound);

void vv_sim_content_write(struct vv_sim_content *content, size_t offset, const void *from,
                          size_t len);
/* Longer too: by zeros. */
void vv_sim_content_truncate(struct vv_sim_content *content, size_t len);
void vv_sim_content_copy(struct vv_sim_content *to, const struct vv_sim_content *from);

struct vv_sim_node *vv_sim_entries_get(const struct vv_sim_entries *entries, const char *name);
/* Replaces an entry of that name. */
void vv_sim_entries_set(struct vv_sim_entries *entries, const char *name, struct vv_sim_node *node);
void vv_sim_entries_remove(struct vv_sim_entries *entries, const char *name);
void vv_sim_entries_clear(struct vv_sim_entries *entries);

/* Where a path leads: the directory and the last name in it (null for the root itself), and the
 * node, null when there is none of that name. */
struct vv_sim_place {
    struct vv_sim_node *dir;
    const char *name;
    struct vv_sim_node *node;
};

/* 0, or the errno with which a kernel would refuse the path. `name` points into `path`, which must
 * be a copy that may be changed. */
int vv_sim_find(struct vv_io_sim *sim, char *path, struct vv_sim_place *place);

struct vv_sim_node *vv_sim_node_new(struct vv_io_sim *sim, bool is_dir);
/* Changes `now` of a directory and remembers that as unsynced; `removed` or `added` may be null. */
void vv_sim_change(struct vv_io_sim *sim, struct vv_sim_node *dir, const char *removed,
                   const char *added, struct vv_sim_node *node);
void vv_sim_change_apply(const struct vv_sim_change *change);
void vv_sim_change_free(struct vv_sim_change *change);
/* Changes `now` of a file and remembers that as unsynced. */
void vv_sim_write(struct vv_io_sim *sim, struct vv_sim_node *node, size_t offset, const void *from,
                  size_t len);
void vv_sim_truncate(struct vv_io_sim *sim, struct vv_sim_node *node, size_t len);
void vv_sim_op_apply(struct vv_sim_content *content, const struct vv_sim_op *op);
void vv_sim_ops_free(struct vv_sim_node *node);
/* What is unsynced of a file, or of a directory's entries, becomes kept. */
void vv_sim_sync(struct vv_sim_node *node);
void vv_sim_sync_dir(struct vv_io_sim *sim, struct vv_sim_node *dir);
/* A sync that fails: of what was unsynced a random part is kept and the rest never will be,
 * although running programs go on seeing it. */
void vv_sim_sync_fails(struct vv_io_sim *sim, struct vv_sim_node *node);
/* Frees the nodes that nothing can reach any more. */
void vv_sim_sweep(struct vv_io_sim *sim);
/* Bytes of all files that have a name or are open. */
uint64_t vv_sim_used_bytes(const struct vv_io_sim *sim);

#endif
