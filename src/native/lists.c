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

static bool fits(const struct vv_store_lists *lists, const struct vv_version_room *room)
{
    return room->heads >= lists->head_count && room->parts >= lists->part_count &&
           room->marks >= lists->mark_count && room->prunes >= lists->prune_count;
}

static vv_status reserve_spare(struct vv_store_lists *lists, vv_error *err)
{
    const struct vv_version_room room = {.heads = lists->head_room,
                                         .parts = lists->part_room,
                                         .marks = lists->mark_room,
                                         .prunes = lists->prune_room};
    const struct vv_version_room *spare = &lists->spare_room;
    if (lists->spare && spare->heads == room.heads && spare->parts == room.parts &&
        spare->marks == room.marks && spare->prunes == room.prunes)
        return VARVE_OK;
    vv_version_unref(lists->spare);
    lists->spare = NULL;
    lists->spare_room = room;
    return vv_version_new(&room, &lists->spare, err);
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
        return reserve_spare(lists, err);
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
    vv_version_unref(lists->spare);
    vv_version_unref(lists->retired);
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
    struct vv_store_lists *lists = &store->lists;
    struct vv_version *version = NULL;
    if (lists->spare && fits(lists, &lists->spare_room)) {
        version = lists->spare;
        lists->spare = NULL;
    } else {
        const struct vv_version_room room = {.heads = lists->head_count,
                                             .parts = lists->part_count,
                                             .marks = lists->mark_count,
                                             .prunes = lists->prune_count};
        vv_status status = vv_version_new(&room, &version, err);
        if (status)
            return status;
    }
    version->flushed_sequence = lists->flushed_sequence;
    for (size_t i = 0; i < lists->head_count; i++) {
        version->heads[version->head_count++] = lists->heads[i].head;
        vv_head_ref(lists->heads[i].head);
    }
    for (size_t i = 0; i < lists->part_count; i++) {
        version->parts[version->part_count++] = lists->parts[i];
        vv_live_part_ref(lists->parts[i]);
    }
    for (size_t i = 0; i < lists->mark_count; i++)
        version->marks[version->mark_count++] = lists->marks[i].mark;
    for (size_t i = 0; i < lists->prune_count; i++)
        version->prunes[version->prune_count++] = lists->prunes[i];
    vv_version_unref(lists->retired); /* at opening, where nothing is shared yet */
    lists->retired = vv_version_publish(&store->versions, version);
    return VARVE_OK;
}

void vv_store_unlock(varve *store)
{
    struct vv_version *retired = store->lists.retired;
    store->lists.retired = NULL;
    vv_mutex_unlock(&store->state_mutex);
    vv_version_unref(retired);
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
