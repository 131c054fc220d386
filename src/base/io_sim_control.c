/* io_sim_control.c: what a test does to the simulated disk from outside. */
#include "base/io_sim_private.h"

#include <errno.h>
#include <string.h>

#include "base/banned.h"

void vv_io_sim_fault(struct vv_io_sim *sim, const struct vv_io_fault *fault)
{
    vv_mutex_lock(&sim->lock);
    sim->fault = fault != NULL ? *fault : (struct vv_io_fault){.ops = VV_IO_OP_ALL};
    sim->counted = 0;
    sim->struck = false;
    vv_mutex_unlock(&sim->lock);
}

uint64_t vv_io_sim_count(struct vv_io_sim *sim)
{
    vv_mutex_lock(&sim->lock);
    uint64_t counted = sim->counted;
    vv_mutex_unlock(&sim->lock);
    return counted;
}

bool vv_io_sim_struck(struct vv_io_sim *sim)
{
    vv_mutex_lock(&sim->lock);
    bool struck = sim->struck;
    vv_mutex_unlock(&sim->lock);
    return struck;
}

void vv_io_sim_capacity(struct vv_io_sim *sim, uint64_t capacity_bytes)
{
    vv_mutex_lock(&sim->lock);
    sim->capacity_bytes = capacity_bytes;
    vv_mutex_unlock(&sim->lock);
}

/* The file of that name; null when there is none. */
static struct vv_sim_node *file_of(struct vv_io_sim *sim, const char *path)
{
    struct vv_sim_place place;
    char *copy = vv_sim_text(path, strlen(path));
    int native = vv_sim_find(sim, copy, &place);
    vv_sim_free(copy);
    return native == 0 && place.node != NULL && !place.node->is_dir ? place.node : NULL;
}

vv_status vv_io_sim_damage(struct vv_io_sim *sim, const char *path, uint64_t offset, uint8_t mask)
{
    vv_mutex_lock(&sim->lock);
    struct vv_sim_node *node = file_of(sim, path);
    vv_status status = node == NULL              ? VARVE_NOT_FOUND
                       : offset >= node->now.len ? VARVE_LIMIT
                                                 : VARVE_OK;
    if (status == VARVE_OK) {
        node->now.bytes[offset] ^= mask;
        if (offset < node->kept.len) {
            node->kept.bytes[offset] ^= mask;
        }
    }
    vv_mutex_unlock(&sim->lock);
    return status;
}

vv_status vv_io_sim_shorten(struct vv_io_sim *sim, const char *path, uint64_t size_bytes)
{
    vv_mutex_lock(&sim->lock);
    struct vv_sim_node *node = file_of(sim, path);
    vv_status status = node == NULL                 ? VARVE_NOT_FOUND
                       : size_bytes > node->now.len ? VARVE_LIMIT
                                                    : VARVE_OK;
    if (status == VARVE_OK) {
        vv_sim_truncate(sim, node, (size_t)size_bytes);
        vv_sim_sync(node);
    }
    vv_mutex_unlock(&sim->lock);
    return status;
}

static void copy_dir(struct vv_io_sim *to, struct vv_sim_node *to_dir,
                     const struct vv_sim_node *from_dir)
{
    for (size_t i = 0; i < from_dir->now_entries.count; i++) {
        const struct vv_sim_entry *entry = &from_dir->now_entries.items[i];
        struct vv_sim_node *node = vv_sim_node_new(to, entry->node->is_dir);
        vv_sim_content_copy(&node->now, &entry->node->now);
        vv_sim_content_copy(&node->kept, &entry->node->now);
        node->links = 1;
        vv_sim_entries_set(&to_dir->now_entries, entry->name, node);
        vv_sim_entries_set(&to_dir->kept_entries, entry->name, node);
        copy_dir(to, node, entry->node);
    }
}

struct vv_io_sim *vv_io_sim_copy(const struct vv_io_sim *sim, uint64_t seed)
{
    struct vv_io_sim *copy = vv_io_sim_new(seed);
    struct vv_mutex *lock = (struct vv_mutex *)&sim->lock; /* a lock is no part of the value */
    vv_mutex_lock(lock);
    copy->capacity_bytes = sim->capacity_bytes;
    copy_dir(copy, copy->root, sim->root);
    vv_mutex_unlock(lock);
    return copy;
}

struct found {
    char *path;
    uint64_t size_bytes;
};

struct findings {
    struct found *items;
    size_t count;
};

static void find_files(const struct vv_sim_node *dir, const char *prefix, struct findings *found)
{
    for (size_t i = 0; i < dir->now_entries.count; i++) {
        const struct vv_sim_entry *entry = &dir->now_entries.items[i];
        size_t before = strlen(prefix), len = strlen(entry->name);
        char *path = vv_sim_alloc(before + len + 2);
        memcpy(path, prefix, before);
        memcpy(path + before, entry->name, len);
        if (entry->node->is_dir) {
            path[before + len] = '/';
            find_files(entry->node, path, found);
            vv_sim_free(path);
        } else {
            found->items = vv_sim_realloc(found->items, (found->count + 1) * sizeof *found->items);
            found->items[found->count++] = (struct found){path, entry->node->now.len};
        }
    }
}

void vv_io_sim_each(struct vv_io_sim *sim, void (*each)(void *arg, const char *path, uint64_t size),
                    void *arg)
{
    struct findings found = {0};
    vv_mutex_lock(&sim->lock);
    find_files(sim->root, "", &found);
    vv_mutex_unlock(&sim->lock);
    for (size_t i = 0; i < found.count; i++) { /* unlocked: the caller may work on the disk */
        each(arg, found.items[i].path, found.items[i].size_bytes);
        vv_sim_free(found.items[i].path);
    }
    vv_sim_free(found.items);
}
