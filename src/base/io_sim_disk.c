/* io_sim_disk.c: the nodes of the simulated disk and what syncing makes of them. */
#define VV_BASE_ALLOC_IMPLEMENTATION /* why: io_sim_private.h */
#include "base/io_sim_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void *checked(void *block)
{
    if (block == NULL) {
        fputs("varve: the simulated disk has no memory\n", stderr);
        abort();
    }
    return block;
}

void *vv_sim_alloc(size_t size_bytes)
{
    return checked(calloc(1, size_bytes));
}

void *vv_sim_realloc(void *block, size_t size_bytes)
{
    return checked(realloc(block, size_bytes));
}

char *vv_sim_text(const char *text, size_t len_bytes)
{
    char *copy = vv_sim_alloc(len_bytes + 1);
    memcpy(copy, text, len_bytes);
    return copy;
}

void vv_sim_free(void *block)
{
    free(block);
}

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t vv_sim_random(struct vv_io_sim *sim, uint64_t bound)
{
    uint64_t v = sim->random += 0x9E3779B97F4A7C15u;
    v = (v ^ v >> 30) * 0xBF58476D1CE4E5B9u;
    v = (v ^ v >> 27) * 0x94D049BB133111EBu;
    return (v ^ v >> 31) % bound;
}

static void reserve(struct vv_sim_content *content, size_t len)
{
    if (len > content->capacity) {
        content->capacity = len > 2 * content->capacity ? len : 2 * content->capacity;
        content->bytes = vv_sim_realloc(content->bytes, content->capacity);
    }
}

void vv_sim_content_truncate(struct vv_sim_content *content, size_t len)
{
    reserve(content, len);
    if (len > content->len) {
        memset(content->bytes + content->len, 0, len - content->len);
    }
    content->len = len;
}

void vv_sim_content_write(struct vv_sim_content *content, size_t offset, const void *from,
                          size_t len)
{
    if (len == 0) {
        return;
    }
    if (offset + len > content->len) {
        vv_sim_content_truncate(content, offset + len);
    }
    memcpy(content->bytes + offset, from, len);
}

void vv_sim_content_copy(struct vv_sim_content *to, const struct vv_sim_content *from)
{
    to->len = 0;
    vv_sim_content_write(to, 0, from->bytes, from->len);
}

static struct vv_sim_entry *find_entry(const struct vv_sim_entries *entries, const char *name)
{
    for (size_t i = 0; i < entries->count; i++) {
        if (strcmp(entries->items[i].name, name) == 0) {
            return &entries->items[i];
        }
    }
    return NULL;
}

struct vv_sim_node *vv_sim_entries_get(const struct vv_sim_entries *entries, const char *name)
{
    const struct vv_sim_entry *entry = find_entry(entries, name);
    return entry == NULL ? NULL : entry->node;
}

void vv_sim_entries_set(struct vv_sim_entries *entries, const char *name, struct vv_sim_node *node)
{
    struct vv_sim_entry *entry = find_entry(entries, name);
    if (entry != NULL) {
        entry->node = node;
        return;
    }
    if (entries->count == entries->capacity) {
        entries->capacity = entries->capacity == 0 ? 8 : 2 * entries->capacity;
        entries->items = vv_sim_realloc(entries->items, entries->capacity * sizeof *entries->items);
    }
    entries->items[entries->count++] = (struct vv_sim_entry){vv_sim_text(name, strlen(name)), node};
}

void vv_sim_entries_remove(struct vv_sim_entries *entries, const char *name)
{
    struct vv_sim_entry *entry = find_entry(entries, name);
    if (entry != NULL) {
        vv_sim_free(entry->name);
        *entry = entries->items[--entries->count];
    }
}

void vv_sim_entries_clear(struct vv_sim_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        vv_sim_free(entries->items[i].name);
    }
    vv_sim_free(entries->items);
    *entries = (struct vv_sim_entries){0};
}

int vv_sim_find(struct vv_io_sim *sim, char *path, struct vv_sim_place *place)
{
    *place = (struct vv_sim_place){.dir = NULL, .name = NULL, .node = sim->root};
    char *at = path;
    for (;;) {
        at += strspn(at, "/");
        if (*at == '\0') {
            return 0;
        }
        size_t len = strcspn(at, "/");
        bool last = at[len] == '\0';
        char *name = at;
        name[len] = '\0';
        at = last ? at + len : at + len + 1;
        if (strcmp(name, ".") == 0) {
            continue;
        }
        if (strcmp(name, "..") == 0) {
            return EINVAL; /* the code under test builds its paths downwards */
        }
        if (place->node == NULL) {
            return ENOENT;
        }
        if (!place->node->is_dir) {
            return ENOTDIR;
        }
        place->dir = place->node;
        place->name = name;
        place->node = vv_sim_entries_get(&place->dir->now_entries, name);
    }
}

struct vv_sim_node *vv_sim_node_new(struct vv_io_sim *sim, bool is_dir)
{
    struct vv_sim_node *node = vv_sim_alloc(sizeof *node);
    node->is_dir = is_dir;
    node->next = sim->nodes;
    sim->nodes = node;
    return node;
}

static void apply_to(struct vv_sim_entries *entries, const struct vv_sim_change *change)
{
    if (change->removed != NULL) {
        vv_sim_entries_remove(entries, change->removed);
    }
    if (change->added != NULL) {
        vv_sim_entries_set(entries, change->added, change->node);
    }
}

void vv_sim_change_apply(const struct vv_sim_change *change)
{
    apply_to(&change->dir->kept_entries, change);
}

void vv_sim_change_free(struct vv_sim_change *change)
{
    vv_sim_free(change->removed);
    vv_sim_free(change->added);
    vv_sim_free(change);
}

static void unlink_name(const struct vv_sim_entries *entries, const char *name)
{
    struct vv_sim_node *old = name == NULL ? NULL : vv_sim_entries_get(entries, name);
    if (old != NULL) {
        old->links--;
    }
}

void vv_sim_change(struct vv_io_sim *sim, struct vv_sim_node *dir, const char *removed,
                   const char *added, struct vv_sim_node *node)
{
    struct vv_sim_change *change = vv_sim_alloc(sizeof *change);
    change->sequence = ++sim->sequence;
    change->dir = dir;
    change->removed = removed == NULL ? NULL : vv_sim_text(removed, strlen(removed));
    change->added = added == NULL ? NULL : vv_sim_text(added, strlen(added));
    change->node = node;
    if (sim->last_change == NULL) {
        sim->first_change = change;
    } else {
        sim->last_change->next = change;
    }
    sim->last_change = change;
    unlink_name(&dir->now_entries, removed);
    unlink_name(&dir->now_entries, added);
    if (added != NULL) {
        node->links++;
    }
    apply_to(&dir->now_entries, change);
}

static void add_op(struct vv_io_sim *sim, struct vv_sim_node *node, struct vv_sim_op *op)
{
    op->sequence = ++sim->sequence;
    if (node->last_op == NULL) {
        node->first_op = op;
    } else {
        node->last_op->next = op;
    }
    node->last_op = op;
}

void vv_sim_write(struct vv_io_sim *sim, struct vv_sim_node *node, size_t offset, const void *from,
                  size_t len)
{
    if (len == 0) {
        return;
    }
    struct vv_sim_op *op = vv_sim_alloc(sizeof *op + len);
    op->offset = offset;
    op->len = len;
    memcpy(op->bytes, from, len);
    add_op(sim, node, op);
    vv_sim_content_write(&node->now, offset, from, len);
}

void vv_sim_truncate(struct vv_io_sim *sim, struct vv_sim_node *node, size_t len)
{
    struct vv_sim_op *op = vv_sim_alloc(sizeof *op);
    op->is_truncate = true;
    op->offset = len;
    add_op(sim, node, op);
    vv_sim_content_truncate(&node->now, len);
}

void vv_sim_op_apply(struct vv_sim_content *content, const struct vv_sim_op *op)
{
    if (op->is_truncate) {
        vv_sim_content_truncate(content, op->offset);
    } else {
        vv_sim_content_write(content, op->offset, op->bytes, op->len);
    }
}

void vv_sim_ops_free(struct vv_sim_node *node)
{
    while (node->first_op != NULL) {
        struct vv_sim_op *op = node->first_op;
        node->first_op = op->next;
        vv_sim_free(op);
    }
    node->last_op = NULL;
}

void vv_sim_sync(struct vv_sim_node *node)
{
    for (const struct vv_sim_op *op = node->first_op; op != NULL; op = op->next) {
        vv_sim_op_apply(&node->kept, op);
    }
    vv_sim_ops_free(node);
}

void vv_sim_sync_dir(struct vv_io_sim *sim, struct vv_sim_node *dir)
{
    struct vv_sim_change **link = &sim->first_change;
    sim->last_change = NULL;
    while (*link != NULL) {
        struct vv_sim_change *change = *link;
        if (change->dir == dir) {
            vv_sim_change_apply(change);
            *link = change->next;
            vv_sim_change_free(change);
        } else {
            sim->last_change = change;
            link = &change->next;
        }
    }
}

static void reach(struct vv_sim_node *node)
{
    if (node == NULL || node->reached) {
        return;
    }
    node->reached = true;
    for (size_t i = 0; i < node->now_entries.count; i++) {
        reach(node->now_entries.items[i].node);
    }
    for (size_t i = 0; i < node->kept_entries.count; i++) {
        reach(node->kept_entries.items[i].node);
    }
}

static void free_node(struct vv_sim_node *node)
{
    vv_sim_ops_free(node);
    vv_sim_entries_clear(&node->now_entries);
    vv_sim_entries_clear(&node->kept_entries);
    vv_sim_free(node->now.bytes);
    vv_sim_free(node->kept.bytes);
    vv_sim_free(node);
}

void vv_sim_sweep(struct vv_io_sim *sim)
{
    reach(sim->root);
    for (const struct vv_sim_change *c = sim->first_change; c != NULL; c = c->next) {
        reach(c->dir);
        reach(c->node);
    }
    struct vv_sim_node **link = &sim->nodes;
    while (*link != NULL) {
        struct vv_sim_node *node = *link;
        if (node->reached || node->handles > 0) {
            node->reached = false;
            link = &node->next;
        } else {
            *link = node->next;
            free_node(node);
        }
    }
}

uint64_t vv_sim_used_bytes(const struct vv_io_sim *sim)
{
    uint64_t used = 0;
    for (const struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        if (node->links > 0 || node->handles > 0) {
            used += node->now.len;
        }
    }
    return used;
}
