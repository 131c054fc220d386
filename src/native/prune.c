/* Retention: rows before a time are hidden at once, files go as they empty. */
#include "native/store_private.h"

#include "base/banned.h"

static bool all_pruned(const struct vv_store_lists *lists, const struct vv_live_part *part)
{
    for (uint32_t i = 0; i < part->about.summary.span_count; i++) {
        const struct vv_part_span *span = &part->about.summary.spans[i];
        bool pruned = false;
        for (size_t k = 0; k < lists->prune_count; k++)
            pruned |=
                lists->prunes[k].stratum == span->stratum && span->to < lists->prunes[k].before;
        if (!pruned)
            return false;
    }
    return true;
}

static void set_prune(struct vv_store_lists *lists, const struct vv_manifest_prune *prune)
{
    size_t i = 0;
    while (i < lists->prune_count && lists->prunes[i].stratum != prune->stratum)
        i++;
    if (i == lists->prune_count)
        lists->prune_count++;
    else if (lists->prunes[i].before > prune->before)
        return;
    lists->prunes[i] = *prune;
}

/* Takes parts without a visible row out of the manifest and the lists. Under work_mutex and
 * merge_mutex, so that no merge is reading the lists' parts as its sources. */
static vv_status drop_parts(varve *store, vv_error *err)
{
    struct vv_store_lists *lists = &store->lists;
    vv_mutex_lock(&store->state_mutex);
    size_t count = 0;
    uint64_t *numbers = vv_alloc_array(lists->part_count + 1, sizeof *numbers);
    for (size_t i = 0; i < lists->part_count && numbers; i++)
        if (all_pruned(lists, lists->parts[i]))
            numbers[count++] = lists->parts[i]->about.number;
    vv_status status = numbers ? vv_store_lists_reserve(lists, 0, err)
                               : vv_fail(err, VARVE_NO_MEMORY, "no memory to prune");
    vv_mutex_unlock(&store->state_mutex);
    struct vv_manifest_edit edit = {.remove_parts = numbers, .remove_part_count = count};
    if (!status && count > 0)
        status = vv_manifest_commit(store->manifest, &edit, err);
    if (!status && count > 0) {
        vv_mutex_lock(&store->state_mutex);
        size_t kept = 0;
        for (size_t i = 0, next = 0; i < lists->part_count; i++) {
            struct vv_live_part *part = lists->parts[i];
            if (next < count && part->about.number == numbers[next]) {
                next++;
                atomic_store(&part->obsolete, true);
                vv_live_part_unref(part); /* the published version still holds one */
            } else {
                lists->parts[kept++] = part;
            }
        }
        lists->part_count = kept;
        status = vv_store_publish(store, err);
        vv_store_unlock(store);
    }
    vv_free(numbers);
    return status;
}

vv_status varve_prune(varve *store, uint32_t stratum_id, int64_t before, varve_error *err)
{
    vv_error_clear(err);
    if (!vv_registry_stratum_get(store->registry, stratum_id))
        return vv_fail(err, VARVE_NOT_FOUND, "there is no stratum %u", stratum_id);
    if (atomic_load(&store->read_only))
        return vv_fail(err, VARVE_READ_ONLY, "the store %s is open for reading only", store->path);
    struct vv_manifest_prune prune = {stratum_id, before};
    vv_mutex_lock(&store->merge_mutex);
    vv_mutex_lock(&store->work_mutex);
    vv_mutex_lock(&store->state_mutex);
    vv_status status = vv_store_lists_reserve(&store->lists, 1, err);
    for (size_t i = 0; i < store->lists.prune_count; i++)
        if (store->lists.prunes[i].stratum == stratum_id && store->lists.prunes[i].before > before)
            prune.before = store->lists.prunes[i].before; /* a prune is never taken back */
    vv_mutex_unlock(&store->state_mutex);
    struct vv_manifest_edit edit = {.set_prune = &prune};
    if (!status)
        status = vv_manifest_commit(store->manifest, &edit, err);
    if (!status) {
        vv_mutex_lock(&store->state_mutex);
        set_prune(&store->lists, &prune);
        status = vv_store_publish(store, err);
        vv_store_unlock(store);
    }
    /* The rows are hidden for good: files that stay are for the next prune to remove. */
    vv_error why = {0};
    if (!status && drop_parts(store, &why))
        vv_store_trouble(store, &why);
    vv_mutex_unlock(&store->work_mutex);
    vv_mutex_unlock(&store->merge_mutex);
    return status;
}
