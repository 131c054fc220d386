#include "native/extents.h"

#include "base/banned.h"

static void leave_entry(struct vv_extents *x)
{
    if (x->has_entry)
        vv_part_entry_release(&x->entry);
    x->has_entry = x->whole = x->has_block = false;
}

/* The next entry that reaches into the range, as a whole. */
static vv_status find_entry(struct vv_extents *x, int64_t partition, vv_error *err)
{
    for (;;) {
        leave_entry(x);
        vv_status status =
            vv_part_find(x->part->part, partition, x->source->series, &x->entry, err);
        if (status == VARVE_END) {
            x->ended = true;
            return VARVE_OK;
        }
        if (status)
            return status;
        x->has_entry = true;
        if (x->entry.first_time >= x->source->to) {
            x->ended = true;
            return VARVE_OK;
        }
        if (x->entry.last_time >= x->source->from)
            break;
        if (x->entry.partition == INT64_MAX) {
            x->ended = true;
            return VARVE_OK;
        }
        partition = x->entry.partition + 1;
    }
    x->whole = true;
    x->first = x->entry.first_time;
    x->last = x->entry.last_time;
    x->next = x->last == INT64_MAX ? INT64_MAX : x->last + 1; /* partitions do not share times */
    return vv_part_stats_begin(&x->entry, x->column, &x->cursor, &x->stats, err);
}

static vv_status after_entry(struct vv_extents *x, vv_error *err)
{
    if (x->entry.partition == INT64_MAX) {
        x->ended = true;
        return VARVE_OK;
    }
    return find_entry(x, x->entry.partition + 1, err);
}

/* Reads one block further, so that where the stretch's neighbour begins is known. */
static vv_status look_ahead(struct vv_extents *x, vv_error *err)
{
    vv_status status = vv_part_stats_next(&x->cursor, &x->block_stats, err);

    x->has_block = status == VARVE_OK;
    return status == VARVE_END ? VARVE_OK : status;
}

static vv_status next_block(struct vv_extents *x, vv_error *err)
{
    while (x->has_block) {
        x->stats = x->block_stats;
        x->ref = x->cursor.ref;
        x->first = x->cursor.ref.first_time;
        x->last = x->cursor.ref.last_time;
        if (x->first >= x->source->to) {
            x->ended = true;
            return VARVE_OK;
        }
        vv_status status = look_ahead(x, err);
        if (status)
            return status;
        x->next = x->has_block           ? x->cursor.ref.first_time
                  : x->last == INT64_MAX ? INT64_MAX
                                         : x->last + 1;
        if (x->last >= x->source->from)
            return VARVE_OK;
    }
    return after_entry(x, err);
}

vv_status vv_extents_init(struct vv_extents *x, struct vv_rowsource *source,
                          struct vv_live_part *part, uint32_t column, vv_error *err)
{
    *x = (struct vv_extents){.source = source, .part = part, .column = column};
    return find_entry(x, vv_store_partition(source->stratum, source->from), err);
}

void vv_extents_deinit(struct vv_extents *x)
{
    leave_entry(x);
}

vv_status vv_extents_enter(struct vv_extents *x, vv_error *err)
{
    x->whole = false;
    vv_status status = look_ahead(x, err);
    return status ? status : next_block(x, err);
}

vv_status vv_extents_next(struct vv_extents *x, vv_error *err)
{
    return x->whole ? after_entry(x, err) : next_block(x, err);
}
