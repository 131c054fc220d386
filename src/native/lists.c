/* The lists that versions are made from. */
#include "base/logger.h"
#include "native/store_private.h"

#include "base/banned.h"

static bool reserve(void **items, size_t count, size_t *room, size_t more, size_t item_bytes)
{
    if (count + more <= *room)
        return true;
    size_t wanted = (count + more) * 2;
    void *grown = vv_realloc(*items, wanted * item_bytes);
    if (!grown)
        return false;
    *items = grown;
    *room = wanted;
    return true;
}

vv_status vv_store_lists_reserve(struct vv_store_lists *lists, size_t more, vv_error *err)
{
    if (reserve((void **)&lists->heads, lists->head_count, &lists->head_room, more,
                sizeof *lists->heads) &&
        reserve((void **)&lists->parts, lists->part_count, &lists->part_room, more,
                sizeof(struct vv_live_part *)) &&
        reserve((void **)&lists->marks, lists->mark_count, &lists->mark_room, more,
                sizeof *lists->marks) &&
        reserve((void **)&lists->prunes, lists->prune_count, &lists->prune_room, more,
                sizeof *lists->prunes) &&
        reserve((void **)&lists->followers, lists->follower_count, &lists->follower_room, more,
                sizeof *lists->followers))
        return VARVE_OK;
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for the lists of the store");
}

void vv_store_lists_deinit(struct vv_store_lists *lists)
{
    for (size_t i = 0; i < lists->head_count; i++)
        vv_head_unref(lists->heads[i].head);
    for (size_t i = 0; i < lists->part_count; i++)
        vv_live_part_unref(lists->parts[i]);
    for (size_t i = 0; i < lists->follower_count; i++)
        vv_free(lists->followers[i].name);
    vv_free(lists->heads);
    vv_free(lists->parts);
    vv_free(lists->marks);
    vv_free(lists->prunes);
    vv_free(lists->followers);
    *lists = (struct vv_store_lists){0};
}

static bool part_before(const struct vv_manifest_part *a, const struct vv_manifest_part *b)
{
    if (a->summary.max_sequence != b->summary.max_sequence)
        return a->summary.max_sequence < b->summary.max_sequence;
    return a->number < b->number;
}

void vv_store_lists_add_part(struct vv_store_lists *lists, struct vv_live_part *part)
{
    size_t at = lists->part_count++;
    while (at > 0 && part_before(&part->about, &lists->parts[at - 1]->about)) {
        lists->parts[at] = lists->parts[at - 1];
        at--;
    }
    lists->parts[at] = part;
}

vv_status vv_store_publish(varve *store, vv_error *err)
{
    const struct vv_store_lists *lists = &store->lists;
    struct vv_version *version = NULL;
    struct vv_head **heads = vv_alloc_array(lists->head_count + 1, sizeof(struct vv_head *));
    struct vv_manifest_mark *marks = vv_alloc_array(lists->mark_count + 1, sizeof *marks);
    vv_status status = VARVE_OK;
    if (!heads || !marks) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a new version");
        goto out;
    }
    for (size_t i = 0; i < lists->head_count; i++)
        heads[i] = lists->heads[i].head;
    for (size_t i = 0; i < lists->mark_count; i++)
        marks[i] = lists->marks[i].mark;
    const struct vv_version_spec spec = {.flushed_sequence = lists->flushed_sequence,
                                         .heads = heads,
                                         .head_count = lists->head_count,
                                         .parts = lists->parts,
                                         .part_count = lists->part_count,
                                         .marks = marks,
                                         .mark_count = lists->mark_count,
                                         .prunes = lists->prunes,
                                         .prune_count = lists->prune_count};
    status = vv_version_new(&spec, &version, err);
    if (!status)
        vv_version_publish(&store->versions, version);
out:
    vv_free(heads);
    vv_free(marks);
    return status;
}

void vv_store_trouble(varve *store, const vv_error *err)
{
    if (err)
        vv_log_error("store", err, "background work failed");
    vv_mutex_lock(&store->state_mutex);
    size_t len = err ? strnlen(err->message, sizeof store->trouble - 1) : 0;
    if (len > 0)
        memcpy(store->trouble, err->message, len);
    store->trouble[len] = 0;
    vv_mutex_unlock(&store->state_mutex);
}

void vv_store_follower_move(struct vv_store_lists *lists, const char *name, size_t name_bytes,
                            uint64_t position)
{
    for (size_t i = 0; i < lists->follower_count; i++) {
        struct vv_store_follower *follower = &lists->followers[i];
        if (strlen(follower->name) == name_bytes && !memcmp(follower->name, name, name_bytes) &&
            follower->position < position)
            follower->position = position;
    }
}
