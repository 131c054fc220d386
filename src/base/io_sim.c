/* io_sim.c: the table of operations of the simulated disk, and its faults. */
#include "base/io_sim.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/io_sim_private.h"

#include "base/banned.h"

#define ENDLESS_BYTES (1ull << 40) /* the size that a disk without a limit tells */

struct vv_file {
    struct vv_io_sim *sim;
    struct vv_sim_node *node; /* not to be touched once the generation is over */
    uint64_t generation;
    bool may_write;
    bool holds_lock;
    char *path;
};

/* Counts an operation under the lock; 0, or the errno with which it has to fail. */
static int strike(struct vv_io_sim *sim, enum vv_io_op op)
{
    const struct vv_io_fault *fault = &sim->fault;
    sim->striking = false;
    if (sim->powered_off) {
        return EIO;
    }
    if (!(fault->ops & (uint32_t)op)) {
        return 0;
    }
    sim->counted++;
    bool hit = fault->nth > 0 &&
               (sim->counted == fault->nth || (sim->counted > fault->nth && fault->for_ever));
    if (!hit) {
        return 0;
    }
    sim->struck = true;
    sim->striking = true;
    if (fault->cut_power) {
        sim->powered_off = true;
        return EIO;
    }
    return fault->native != 0 ? fault->native : EIO;
}

/* What every operation on a name begins with; the lock is held afterwards. */
struct visit {
    struct vv_io_sim *sim;
    char *path; /* a copy, cut up by the search */
    struct vv_sim_place place;
    int native; /* 0, or why it must fail */
};

static struct visit enter(void *context, enum vv_io_op op, const char *path)
{
    struct visit v = {.sim = context, .path = vv_sim_text(path, strlen(path))};
    vv_mutex_lock(&v.sim->lock);
    v.native = strike(v.sim, op);
    if (v.native == 0) {
        v.native = vv_sim_find(v.sim, v.path, &v.place);
    }
    return v;
}

static vv_status leave(struct visit *v, const char *what, const char *path, vv_error *err)
{
    vv_mutex_unlock(&v->sim->lock);
    vv_sim_free(v->path);
    return v->native == 0 ? VARVE_OK : vv_fail_errno(err, v->native, "%s: %s", path, what);
}

static struct vv_file *new_handle(struct vv_io_sim *sim, struct vv_sim_node *node, const char *path)
{
    struct vv_file *file = vv_sim_alloc(sizeof *file);
    file->sim = sim;
    file->node = node;
    file->generation = sim->generation;
    file->path = vv_sim_text(path, strlen(path));
    node->handles++;
    return file;
}

static struct vv_sim_node *make_file(struct visit *v)
{
    struct vv_sim_node *node = vv_sim_node_new(v->sim, false);
    vv_sim_change(v->sim, v->place.dir, NULL, v->place.name, node);
    return node;
}

static vv_status sim_open(void *context, const char *path, enum vv_io_mode mode,
                          struct vv_file **file, vv_error *err)
{
    *file = NULL;
    struct visit v = enter(context, VV_IO_OP_OPEN, path);
    if (v.native != 0) {
        goto out;
    }
    if (mode == VV_IO_CREATE) {
        if (v.place.node != NULL) {
            v.native = EEXIST;
            goto out;
        }
        v.place.node = make_file(&v);
    } else if (v.place.node == NULL || v.place.node->is_dir) {
        v.native = v.place.node == NULL ? ENOENT : EISDIR;
        goto out;
    }
    *file = new_handle(v.sim, v.place.node, path);
    (*file)->may_write = mode != VV_IO_READ;
out:
    return leave(&v, "open", path, err);
}

static void sim_close(struct vv_file *file)
{
    if (file == NULL) {
        return;
    }
    struct vv_io_sim *sim = file->sim;
    vv_mutex_lock(&sim->lock);
    if (file->generation == sim->generation) {
        file->node->handles--;
        if (file->holds_lock) {
            file->node->locked = false;
        }
        if (file->node->links == 0) {
            vv_sim_sweep(sim);
        }
    }
    vv_mutex_unlock(&sim->lock);
    vv_sim_free(file->path);
    vv_sim_free(file);
}

/* What every operation on an open file begins with; the lock is held afterwards. */
static int enter_file(struct vv_file *file, enum vv_io_op op)
{
    vv_mutex_lock(&file->sim->lock);
    return file->generation != file->sim->generation ? EIO : strike(file->sim, op);
}

static vv_status leave_file(struct vv_file *file, int native, const char *what, vv_error *err)
{
    vv_mutex_unlock(&file->sim->lock);
    return native == 0 ? VARVE_OK : vv_fail_errno(err, native, "%s: %s", file->path, what);
}

static vv_status sim_read(struct vv_file *file, uint64_t offset, void *to, size_t len_bytes,
                          size_t *got_bytes, vv_error *err)
{
    *got_bytes = 0;
    int native = enter_file(file, VV_IO_OP_READ);
    if (native == 0 && offset < file->node->now.len) {
        size_t left = file->node->now.len - (size_t)offset;
        *got_bytes = len_bytes < left ? len_bytes : left;
        memcpy(to, file->node->now.bytes + offset, *got_bytes);
    }
    return leave_file(file, native, "read", err);
}

/* How many of the bytes have room; the rest is ENOSPC. */
static size_t fitting(const struct vv_io_sim *sim, const struct vv_sim_node *node, size_t offset,
                      size_t len)
{
    if (sim->capacity_bytes == 0 || offset + len <= node->now.len) {
        return len;
    }
    uint64_t others = vv_sim_used_bytes(sim) - node->now.len;
    uint64_t room = others < sim->capacity_bytes ? sim->capacity_bytes - others : 0;
    room = room < node->now.len ? node->now.len : room; /* what it has, it keeps */
    if (offset + len <= room) {
        return len;
    }
    return offset < room ? (size_t)(room - offset) : 0;
}

static vv_status sim_write(struct vv_file *file, uint64_t offset, const void *from,
                           size_t len_bytes, vv_error *err)
{
    int native = enter_file(file, VV_IO_OP_WRITE);
    bool alive = file->generation == file->sim->generation;
    size_t fits = 0;
    if (native == 0 && !file->may_write) {
        native = EBADF;
    } else if (native == 0 && (offset > SIZE_MAX / 4 || len_bytes > SIZE_MAX / 4)) {
        native = EFBIG;
    } else if (native == 0) {
        fits = fitting(file->sim, file->node, (size_t)offset, len_bytes);
        native = fits < len_bytes ? ENOSPC : 0;
    } else if (alive && file->may_write && file->sim->striking && file->sim->fault.partial &&
               len_bytes > 0 && offset <= SIZE_MAX / 4) {
        fits = fitting(file->sim, file->node, (size_t)offset,
                       (size_t)vv_sim_random(file->sim, len_bytes));
    }
    if (fits > 0) {
        vv_sim_write(file->sim, file->node, (size_t)offset, from, fits);
    }
    return leave_file(file, native, "write", err);
}

static vv_status sim_sync(struct vv_file *file, vv_error *err)
{
    int native = enter_file(file, VV_IO_OP_SYNC);
    bool alive = file->generation == file->sim->generation;
    if (native == 0) {
        vv_sim_sync(file->node);
    } else if (alive && !file->sim->powered_off) {
        vv_sim_sync_fails(file->sim, file->node);
    }
    return leave_file(file, native, "sync", err);
}

static vv_status sim_size_of(struct vv_file *file, uint64_t *size_bytes, vv_error *err)
{
    *size_bytes = 0;
    int native = enter_file(file, VV_IO_OP_SIZE);
    if (native == 0) {
        *size_bytes = file->node->now.len;
    }
    return leave_file(file, native, "size", err);
}

static vv_status sim_truncate(struct vv_file *file, uint64_t size_bytes, vv_error *err)
{
    int native = enter_file(file, VV_IO_OP_TRUNCATE);
    if (native == 0 && !file->may_write) {
        native = EINVAL;
    } else if (native == 0 && size_bytes > SIZE_MAX / 4) {
        native = EFBIG;
    } else if (native == 0) {
        vv_sim_truncate(file->sim, file->node, (size_t)size_bytes);
    }
    return leave_file(file, native, "truncate", err);
}

static vv_status sim_sync_dir(void *context, const char *path, vv_error *err)
{
    struct visit v = enter(context, VV_IO_OP_SYNC_DIR, path);
    if (v.native == 0 && v.place.node == NULL) {
        v.native = ENOENT;
    } else if (v.native == 0 && !v.place.node->is_dir) {
        v.native = ENOTDIR;
    } else if (v.native == 0) {
        vv_sim_sync_dir(v.sim, v.place.node);
        vv_sim_sweep(v.sim);
    }
    return leave(&v, "sync of the directory", path, err);
}

/* Whether `dir` is `node` or lies below it. */
static bool lies_below(const struct vv_sim_node *dir, const struct vv_sim_node *node)
{
    if (dir == node) {
        return true;
    }
    for (size_t i = 0; i < node->now_entries.count; i++) {
        if (lies_below(dir, node->now_entries.items[i].node)) {
            return true;
        }
    }
    return false;
}

static int rename_places(struct vv_io_sim *sim, const struct vv_sim_place *from,
                         const struct vv_sim_place *to)
{
    if (from->node == NULL) {
        return ENOENT;
    }
    if (from->dir == NULL || to->dir == NULL) {
        return EBUSY; /* the root */
    }
    if (to->node == from->node) {
        return 0;
    }
    if (to->node != NULL && to->node->is_dir) {
        return EISDIR;
    }
    if (from->node->is_dir && (to->node != NULL || lies_below(to->dir, from->node))) {
        return to->node != NULL ? ENOTDIR : EINVAL;
    }
    if (from->dir == to->dir) {
        vv_sim_change(sim, from->dir, from->name, to->name, from->node);
    } else {
        vv_sim_change(sim, to->dir, NULL, to->name, from->node);
        vv_sim_change(sim, from->dir, from->name, NULL, NULL);
    }
    return 0;
}

static vv_status sim_rename(void *context, const char *from, const char *to, vv_error *err)
{
    char *to_copy = vv_sim_text(to, strlen(to));
    struct visit v = enter(context, VV_IO_OP_RENAME, from);
    struct vv_sim_place target;
    if (v.native == 0) {
        v.native = vv_sim_find(v.sim, to_copy, &target);
    }
    if (v.native == 0) {
        v.native = rename_places(v.sim, &v.place, &target);
    }
    vv_status status = leave(&v, "rename", from, err);
    vv_sim_free(to_copy);
    return status;
}

static vv_status sim_unlink(void *context, const char *path, vv_error *err)
{
    struct visit v = enter(context, VV_IO_OP_UNLINK, path);
    if (v.native == 0 && v.place.node == NULL) {
        v.native = ENOENT;
    } else if (v.native == 0 && v.place.node->is_dir) {
        v.native = EISDIR;
    } else if (v.native == 0) {
        vv_sim_change(v.sim, v.place.dir, v.place.name, NULL, NULL);
    }
    return leave(&v, "remove", path, err);
}

static vv_status sim_link(void *context, const char *from, const char *to, vv_error *err)
{
    char *to_copy = vv_sim_text(to, strlen(to));
    struct visit v = enter(context, VV_IO_OP_LINK, from);
    struct vv_sim_place target = {0};
    if (v.native == 0) {
        v.native = vv_sim_find(v.sim, to_copy, &target);
    }
    if (v.native == 0 && v.place.node == NULL) {
        v.native = ENOENT;
    } else if (v.native == 0 && v.place.node->is_dir) {
        v.native = EISDIR;
    } else if (v.native == 0 && target.node != NULL) {
        v.native = EEXIST;
    } else if (v.native == 0) {
        vv_sim_change(v.sim, target.dir, NULL, target.name, v.place.node);
    }
    bool impossible = v.native == EXDEV;
    vv_status status = leave(&v, "link", from, err);
    vv_sim_free(to_copy);
    if (impossible && err != NULL) {
        err->status = VARVE_UNSUPPORTED;
    }
    return impossible ? VARVE_UNSUPPORTED : status;
}

static vv_status sim_rmdir(void *context, const char *path, vv_error *err)
{
    struct visit v = enter(context, VV_IO_OP_RMDIR, path);
    if (v.native == 0 && v.place.node == NULL) {
        v.native = ENOENT;
    } else if (v.native == 0 && (!v.place.node->is_dir || v.place.dir == NULL)) {
        v.native = v.place.dir == NULL ? EBUSY : ENOTDIR;
    } else if (v.native == 0 && v.place.node->now_entries.count > 0) {
        v.native = ENOTEMPTY;
    } else if (v.native == 0) {
        vv_sim_change(v.sim, v.place.dir, v.place.name, NULL, NULL);
    }
    return leave(&v, "remove the directory", path, err);
}

static vv_status sim_mkdir(void *context, const char *path, vv_error *err)
{
    struct visit v = enter(context, VV_IO_OP_MKDIR, path);
    if (v.native == 0 && v.place.node != NULL) {
        v.native = EEXIST;
    } else if (v.native == 0) {
        struct vv_sim_node *node = vv_sim_node_new(v.sim, true);
        vv_sim_change(v.sim, v.place.dir, NULL, v.place.name, node);
    }
    return leave(&v, "make the directory", path, err);
}

static vv_status sim_list(void *context, const char *path,
                          bool (*each)(void *arg, const char *name), void *arg, vv_error *err)
{
    struct visit v = enter(context, VV_IO_OP_LIST, path);
    struct vv_sim_entries names = {0};
    if (v.native == 0 && v.place.node == NULL) {
        v.native = ENOENT;
    } else if (v.native == 0 && !v.place.node->is_dir) {
        v.native = ENOTDIR;
    } else if (v.native == 0) {
        const struct vv_sim_entries *now = &v.place.node->now_entries;
        size_t start = now->count == 0 ? 0 : (size_t)vv_sim_random(v.sim, now->count);
        for (size_t i = 0; i < now->count; i++) { /* no promised order: so not always the same */
            vv_sim_entries_set(&names, now->items[(start + i) % now->count].name, NULL);
        }
    }
    vv_status status = leave(&v, "list", path, err);
    for (size_t i = 0; i < names.count && each(arg, names.items[i].name); i++) {
    }
    vv_sim_entries_clear(&names);
    return status;
}

static vv_status sim_space(void *context, const char *path, struct vv_io_space *space,
                           vv_error *err)
{
    *space = (struct vv_io_space){0};
    struct visit v = enter(context, VV_IO_OP_SPACE, path);
    if (v.native == 0 && v.place.node == NULL) {
        v.native = ENOENT;
    } else if (v.native == 0) {
        uint64_t used = vv_sim_used_bytes(v.sim);
        space->total_bytes = v.sim->capacity_bytes == 0 ? ENDLESS_BYTES : v.sim->capacity_bytes;
        space->free_bytes = used < space->total_bytes ? space->total_bytes - used : 0;
    }
    return leave(&v, "room on the disk", path, err);
}

static vv_status sim_lock(void *context, const char *path, struct vv_file **file, pid_t *holder_pid,
                          vv_error *err)
{
    *file = NULL;
    *holder_pid = 0;
    bool locked = false;
    struct visit v = enter(context, VV_IO_OP_LOCK, path);
    if (v.native == 0 && v.place.node != NULL && v.place.node->is_dir) {
        v.native = EISDIR;
    } else if (v.native == 0) {
        struct vv_sim_node *node = v.place.node == NULL ? make_file(&v) : v.place.node;
        locked = node->locked;
        if (!locked) {
            *file = new_handle(v.sim, node, path);
            (*file)->may_write = (*file)->holds_lock = node->locked = true;
        }
    }
    vv_status status = leave(&v, "lock", path, err);
    if (locked) {
        *holder_pid = getpid();
        return vv_fail(err, VARVE_LOCKED, "%s: process %ld uses it; stop that one first", path,
                       (long)*holder_pid);
    }
    return status;
}

struct vv_io_sim *vv_io_sim_new(uint64_t seed)
{
    struct vv_io_sim *sim = vv_sim_alloc(sizeof *sim);
    vv_mutex_init(&sim->lock);
    sim->io = (struct vv_io){
        .size = sizeof(struct vv_io),
        .context = sim,
        .open = sim_open,
        .close = sim_close,
        .read = sim_read,
        .write = sim_write,
        .sync = sim_sync,
        .size_of = sim_size_of,
        .truncate = sim_truncate,
        .sync_dir = sim_sync_dir,
        .rename = sim_rename,
        .unlink = sim_unlink,
        .mkdir = sim_mkdir,
        .list = sim_list,
        .space = sim_space,
        .lock = sim_lock,
        .link = sim_link,
        .rmdir = sim_rmdir,
    };
    sim->random = seed;
    sim->fault.ops = VV_IO_OP_ALL;
    sim->root = vv_sim_node_new(sim, true);
    sim->root->links = 1;
    return sim;
}

void vv_io_sim_free(struct vv_io_sim *sim)
{
    if (sim == NULL) {
        return;
    }
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    sim->root = NULL;
    vv_sim_sweep(sim);
    vv_mutex_deinit(&sim->lock);
    vv_sim_free(sim);
}

const struct vv_io *vv_io_sim_io(struct vv_io_sim *sim)
{
    return &sim->io;
}
