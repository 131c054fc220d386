/* io_sim_cut.c: what is on the disk after the power was cut.
 *
 * The model: a sector of 512 bytes is written as a whole or not, with what the cache held of it at
 * some moment since the last sync; sectors and the file's size get there in any order; a sector
 * that was allotted but not written shows zeros or what stood there before. A directory entry is
 * changed or not, each by itself. Nothing of this is bound to anything else: an entry may survive
 * without its file's data, the data without the entry.
 */
#include "base/io_sim_private.h"

#include <string.h>

#include "base/banned.h"

enum {
    SECTOR_STOPPED = 1, /* no later write of it survives */
    SECTOR_WRITTEN = 2
};

static bool chance(struct vv_io_sim *sim, unsigned of_8)
{
    return vv_sim_random(sim, 8) < of_8;
}

static size_t op_end(const struct vv_sim_op *op)
{
    return op->offset + op->len;
}

/* Puts the operation's bytes into the sectors that still take some. */
static void settle_op(struct vv_io_sim *sim, struct vv_sim_content *image, uint8_t *sectors,
                      const struct vv_sim_op *op, unsigned loss_of_8)
{
    size_t end = op->is_truncate ? image->len : op_end(op);
    for (size_t at = op->offset; at < end;) {
        size_t sector = at / VV_SIM_SECTOR_BYTES;
        size_t stop = (sector + 1) * VV_SIM_SECTOR_BYTES;
        stop = stop < end ? stop : end;
        if (!(sectors[sector] & SECTOR_STOPPED) && chance(sim, loss_of_8)) {
            sectors[sector] |= SECTOR_STOPPED;
        }
        if (!(sectors[sector] & SECTOR_STOPPED)) {
            sectors[sector] |= SECTOR_WRITTEN;
            if (op->is_truncate) {
                memset(image->bytes + at, 0, stop - at);
            } else {
                memcpy(image->bytes + at, op->bytes + (at - op->offset), stop - at);
            }
        }
        at = stop;
    }
}

/* Some of the sectors that the file won and that nothing was written to show older bytes. */
static void settle_unwritten(struct vv_io_sim *sim, struct vv_sim_content *image,
                             const uint8_t *sectors, size_t old_len)
{
    size_t first = (old_len + VV_SIM_SECTOR_BYTES - 1) / VV_SIM_SECTOR_BYTES;
    for (size_t s = first; s * VV_SIM_SECTOR_BYTES < image->len; s++) {
        if ((sectors[s] & SECTOR_WRITTEN) || !chance(sim, 2)) {
            continue;
        }
        size_t start = s * VV_SIM_SECTOR_BYTES;
        for (size_t i = start; i < start + VV_SIM_SECTOR_BYTES && i < image->len; i++) {
            image->bytes[i] = (uint8_t)vv_sim_random(sim, 256);
        }
    }
}

/* Makes of a file's unsynced operations a random part kept, and forgets them. */
static void settle_file(struct vv_io_sim *sim, struct vv_sim_node *node, unsigned loss_of_8)
{
    struct vv_sim_content *image = &node->kept;
    size_t old_len = image->len, largest = image->len, count = 0;
    for (const struct vv_sim_op *op = node->first_op; op != NULL; op = op->next, count++) {
        largest = op_end(op) > largest ? op_end(op) : largest;
    }
    if (count == 0) {
        return;
    }
    uint8_t *sectors = vv_sim_alloc(largest / VV_SIM_SECTOR_BYTES + 1);
    vv_sim_content_truncate(image, largest);
    /* The size is that after none of the operations, after all, or after any number of them. */
    uint64_t pick = vv_sim_random(sim, 3);
    size_t sized_by = pick == 0 ? 0 : pick == 1 ? count : (size_t)vv_sim_random(sim, count + 1);
    size_t size = old_len, kept_size = old_len, done = 0;
    for (const struct vv_sim_op *op = node->first_op; op != NULL; op = op->next) {
        settle_op(sim, image, sectors, op, loss_of_8);
        size = op->is_truncate || op_end(op) > size ? op_end(op) : size;
        if (++done == sized_by) {
            kept_size = size;
        }
    }
    settle_unwritten(sim, image, sectors, old_len);
    vv_sim_content_truncate(image, kept_size);
    vv_sim_free(sectors);
    vv_sim_ops_free(node);
}

/* Little, half or much is lost. */
static unsigned draw_loss(struct vv_io_sim *sim)
{
    static const unsigned losses_of_8[] = {1, 4, 7};
    return losses_of_8[vv_sim_random(sim, 3)];
}

void vv_sim_sync_fails(struct vv_io_sim *sim, struct vv_sim_node *node)
{
    settle_file(sim, node, draw_loss(sim));
}

static void settle_random(struct vv_io_sim *sim)
{
    unsigned loss_of_8 = draw_loss(sim);
    for (const struct vv_sim_change *c = sim->first_change; c != NULL; c = c->next) {
        if (!chance(sim, loss_of_8)) {
            vv_sim_change_apply(c);
        }
    }
    for (struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        settle_file(sim, node, loss_of_8);
    }
}

/* The oldest and newest unsynced sequence above `after`; false when there is none. */
static bool unsynced_range(const struct vv_io_sim *sim, uint64_t after, uint64_t *oldest,
                           uint64_t *newest)
{
    *oldest = UINT64_MAX;
    *newest = 0;
    for (const struct vv_sim_change *c = sim->first_change; c != NULL; c = c->next) {
        if (c->sequence > after) {
            *oldest = c->sequence < *oldest ? c->sequence : *oldest;
            *newest = c->sequence > *newest ? c->sequence : *newest;
        }
    }
    for (const struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        for (const struct vv_sim_op *op = node->first_op; op != NULL; op = op->next) {
            if (op->sequence > after) {
                *oldest = op->sequence < *oldest ? op->sequence : *oldest;
                *newest = op->sequence > *newest ? op->sequence : *newest;
            }
        }
    }
    return *oldest != UINT64_MAX;
}

/* The operations up to a random one, and of the next, if it is a write, a part of its bytes. */
static void settle_torn(struct vv_io_sim *sim)
{
    uint64_t oldest, newest, torn, ignored;
    if (!unsynced_range(sim, 0, &oldest, &newest)) {
        return;
    }
    uint64_t last = oldest - 1 + vv_sim_random(sim, newest - oldest + 2);
    if (!unsynced_range(sim, last, &torn, &ignored)) {
        torn = 0;
    }
    for (const struct vv_sim_change *c = sim->first_change; c != NULL; c = c->next) {
        if (c->sequence <= last) {
            vv_sim_change_apply(c);
        }
    }
    for (struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        for (const struct vv_sim_op *op = node->first_op; op != NULL; op = op->next) {
            if (op->sequence <= last) {
                vv_sim_op_apply(&node->kept, op);
            } else if (op->sequence == torn && !op->is_truncate) {
                vv_sim_content_write(&node->kept, op->offset, op->bytes,
                                     (size_t)vv_sim_random(sim, op->len));
            }
        }
    }
}

/* Programs see from now on what the disk kept. */
static void start_from_kept(struct vv_io_sim *sim)
{
    while (sim->first_change != NULL) {
        struct vv_sim_change *change = sim->first_change;
        sim->first_change = change->next;
        vv_sim_change_free(change);
    }
    sim->last_change = NULL;
    for (struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        vv_sim_ops_free(node);
        vv_sim_content_copy(&node->now, &node->kept);
        vv_sim_entries_clear(&node->now_entries);
        for (size_t i = 0; i < node->kept_entries.count; i++) {
            const struct vv_sim_entry *entry = &node->kept_entries.items[i];
            vv_sim_entries_set(&node->now_entries, entry->name, entry->node);
        }
        node->links = 0;
    }
    vv_sim_sweep(sim);
    sim->root->links = 1;
    for (const struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        for (size_t i = 0; i < node->now_entries.count; i++) {
            node->now_entries.items[i].node->links++;
        }
    }
}

void vv_io_sim_cut(struct vv_io_sim *sim, enum vv_io_cut cut)
{
    vv_mutex_lock(&sim->lock);
    sim->generation++;
    sim->powered_off = false;
    if (sim->fault.cut_power) {
        sim->fault = (struct vv_io_fault){.ops = sim->fault.ops};
    }
    for (struct vv_sim_node *node = sim->nodes; node != NULL; node = node->next) {
        node->handles = 0;
        node->locked = false;
    }
    switch (cut) {
    case VV_IO_CUT_KEEP:
        vv_sim_sweep(sim); /* files without a name end with their process */
        break;
    case VV_IO_CUT_RANDOM:
        settle_random(sim);
        start_from_kept(sim);
        break;
    case VV_IO_CUT_TORN:
        settle_torn(sim);
        start_from_kept(sim);
        break;
    case VV_IO_CUT_DROP:
        start_from_kept(sim);
        break;
    }
    vv_mutex_unlock(&sim->lock);
}
