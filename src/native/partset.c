#include "native/partset.h"

#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

void vv_partset_init(struct vv_partset *set)
{
    *set = (struct vv_partset){0};
    vv_mutex_init(&set->mutex);
}

void vv_partset_deinit(struct vv_partset *set)
{
    vv_mutex_deinit(&set->mutex);
    vv_free(set->items);
}

static bool before(const struct vv_partset_item *item, uint32_t stratum_id, int64_t key)
{
    return item->stratum_id < stratum_id ||
           (item->stratum_id == stratum_id && item->span.key < key);
}

/* The first item that is not before (stratum, key). */
static size_t place_of(const struct vv_partset *set, uint32_t stratum_id, int64_t key)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (before(&set->items[middle], stratum_id, key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

vv_status vv_partset_add(struct vv_partset *set, uint32_t stratum_id, const struct vv_span *span,
                         vv_error *err)
{
    size_t at = place_of(set, stratum_id, span->key);
    if (at < set->count && set->items[at].stratum_id == stratum_id &&
        set->items[at].span.key == span->key)
        return VARVE_OK;
    vv_mutex_lock(&set->mutex);
    vv_status status = VARVE_OK;
    if (set->count == set->room) {
        size_t room = set->room ? set->room * 2 : 16;
        struct vv_partset_item *grown = vv_realloc(set->items, room * sizeof *grown);
        if (grown) {
            set->items = grown;
            set->room = room;
        } else {
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory to note another partition");
        }
    }
    if (!status) {
        memmove(set->items + at + 1, set->items + at, (set->count - at) * sizeof *set->items);
        set->items[at] = (struct vv_partset_item){.stratum_id = stratum_id, .span = *span};
        set->count++;
        atomic_fetch_add(&set->changes, 1);
    }
    vv_mutex_unlock(&set->mutex);
    return status;
}

vv_status vv_partset_each(struct vv_partset *set,
                          vv_status (*each)(void *arg, const struct vv_partset_item *item),
                          void *arg)
{
    vv_status status = VARVE_OK;
    vv_mutex_lock(&set->mutex);
    for (size_t i = 0; i < set->count && !status; i++)
        status = each(arg, &set->items[i]);
    vv_mutex_unlock(&set->mutex);
    return status;
}
