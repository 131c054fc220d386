/* Followers: who works on what was appended, and what there is for them to do. */
#include <inttypes.h>
#include <stdio.h>

#include "native/store_private.h"
#include "native/touched.h"

#include "base/banned.h"

void vv_store_touched_path(const varve *store, uint64_t number, char *to)
{
    snprintf(to, VV_PATH_MAX, "%s/touched/%016" PRIx64 ".touched", store->path, number);
}

static size_t find_follower(const struct vv_store_lists *lists, const char *name)
{
    size_t i = 0;
    while (i < lists->follower_count && strcmp(lists->followers[i].name, name) != 0)
        i++;
    return i;
}

/* Under work_mutex. */
static vv_status add_follower(varve *store, const char *name, uint64_t *position, vv_error *err)
{
    struct vv_manifest_follower follower = {.name = vv_strdup(name)};
    vv_mutex_lock(&store->state_mutex);
    vv_status status = follower.name
                           ? vv_store_lists_reserve(&store->lists, 1, err)
                           : vv_fail(err, VARVE_NO_MEMORY, "no memory for follower %s", name);
    follower.position = store->lists.flushed_sequence;
    vv_mutex_unlock(&store->state_mutex);
    struct vv_manifest_edit edit = {.set_followers = &follower, .set_follower_count = 1};
    if (!status)
        status = vv_manifest_commit(store->manifest, &edit, err);
    if (status) {
        vv_free(follower.name);
        return status;
    }
    *position = follower.position;
    vv_mutex_lock(&store->state_mutex);
    store->lists.followers[store->lists.follower_count++] =
        (struct vv_store_follower){follower.name, follower.position};
    vv_mutex_unlock(&store->state_mutex);
    return VARVE_OK;
}

vv_status varve_follower_register(varve *store, const char *name, uint64_t *position,
                                  varve_error *err)
{
    vv_error_clear(err);
    if (name[0] == 0 || strlen(name) > VARVE_NAME_MAX)
        return vv_fail(err, VARVE_BAD_NAME, "a follower's name has 1 to %d bytes", VARVE_NAME_MAX);
    vv_status status = VARVE_OK;
    vv_mutex_lock(&store->work_mutex);
    vv_mutex_lock(&store->state_mutex);
    size_t at = find_follower(&store->lists, name);
    bool known = at < store->lists.follower_count;
    if (known)
        *position = store->lists.followers[at].position;
    vv_mutex_unlock(&store->state_mutex);
    if (!known && atomic_load(&store->read_only))
        status =
            vv_fail(err, VARVE_READ_ONLY, "the store %s is open for reading only", store->path);
    else if (!known)
        status = add_follower(store, name, position, err);
    vv_mutex_unlock(&store->work_mutex);
    return status;
}

vv_status varve_follower_remove(varve *store, const char *name, varve_error *err)
{
    vv_error_clear(err);
    if (atomic_load(&store->read_only))
        return vv_fail(err, VARVE_READ_ONLY, "the store %s is open for reading only", store->path);
    vv_mutex_lock(&store->work_mutex);
    vv_mutex_lock(&store->state_mutex);
    struct vv_store_lists *lists = &store->lists;
    bool known = find_follower(lists, name) < lists->follower_count;
    vv_mutex_unlock(&store->state_mutex);
    struct vv_manifest_edit edit = {.remove_follower = name};
    vv_status status = known ? vv_manifest_commit(store->manifest, &edit, err)
                             : vv_fail(err, VARVE_NOT_FOUND, "there is no follower %s", name);
    if (!status) {
        vv_mutex_lock(&store->state_mutex);
        size_t at = find_follower(lists, name);
        vv_free(lists->followers[at].name);
        lists->followers[at] = lists->followers[--lists->follower_count];
        vv_mutex_unlock(&store->state_mutex);
    }
    vv_mutex_unlock(&store->work_mutex);
    return status;
}

/* ---- what was touched ---- */

struct telling {
    bool (*each)(void *arg, const struct varve_touched *touched);
    void *arg;
    uint64_t before, through; /* the position behind all of this file, and behind it */
    bool stopped;
};

static bool tell(void *arg, const struct vv_touched_range *range, bool last)
{
    struct telling *telling = arg;
    struct varve_touched touched = {.series = range->series,
                                    .from = range->from,
                                    .to = range->to,
                                    .sequence = last ? telling->through : telling->before};
    telling->stopped = !telling->each(telling->arg, &touched);
    return !telling->stopped;
}

vv_status varve_follower_touched(varve *store, uint64_t position,
                                 bool (*each)(void *arg, const struct varve_touched *touched),
                                 void *arg, varve_error *err)
{
    vv_error_clear(err);
    /* Files that no follower needs go with the next flush, never while somebody reads one: both
     * hold flush_mutex. */
    vv_mutex_lock(&store->flush_mutex);
    struct telling telling = {.each = each, .arg = arg, .before = position};
    vv_status status = VARVE_OK;
    for (size_t i = 0; !status && !telling.stopped; i++) {
        vv_mutex_lock(&store->work_mutex);
        const struct vv_manifest_state *state = vv_manifest_state_of(store->manifest);
        bool there = i < state->touched_count;
        struct vv_manifest_touched file = {0};
        if (there)
            file = state->touched[i];
        vv_mutex_unlock(&store->work_mutex);
        if (!there)
            break;
        if (file.max_sequence <= position)
            continue;
        char path[VV_PATH_MAX];
        struct vv_touched_id id = {.number = file.number};
        memcpy(id.store_id, store->store_id, sizeof id.store_id);
        vv_store_touched_path(store, file.number, path);
        telling.through = file.max_sequence;
        status = vv_touched_read(store->io, path, &id, tell, &telling, err);
        telling.before = telling.through;
    }
    vv_mutex_unlock(&store->flush_mutex);
    return status;
}
