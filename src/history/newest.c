/* newest.c: the newest row of every tag, for the live table at start. */
#include "base/alloc.h"
#include "history/history_private.h"
#include "history/query.h"

#include "base/banned.h"

/* Tags asked for at a time. */
#define CHUNK_TAGS 4096

/* The present tags of a history among the names [from, name_count), at most CHUNK_TAGS; *from is
 * moved on. */
static size_t next_tags(struct vv_history_set *set, const struct vv_history *history,
                        uint32_t *from, const struct vv_tag **tags)
{
    size_t n = 0;

    pthread_rwlock_rdlock(&set->names_lock);
    for (; *from < set->name_count && n < CHUNK_TAGS; (*from)++)
        if (set->names[*from].current->history == history)
            tags[n++] = set->names[*from].current;
    pthread_rwlock_unlock(&set->names_lock);
    return n;
}

vv_status vv_history_newest(struct vv_history_set *set,
                            void (*each)(void *arg, const struct vv_stored *row), void *arg,
                            vv_error *err)
{
    const struct vv_tag **tags = vv_alloc_array(CHUNK_TAGS, sizeof *tags);
    vv_status st = VARVE_OK;

    if (tags == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read the newest values");
    for (size_t i = 0; i < set->count; i++) {
        struct vv_history *h = &set->histories[i];
        uint32_t from = 0;
        size_t n;

        while (st == VARVE_OK && (n = next_tags(set, h, &from, tags)) > 0)
            st = h->kind->newest(h->store, tags, n, VARVE_TIME_MAX, each, arg, err);
    }
    vv_free(tags);
    return st;
}

vv_status vv_history_newest_of(struct vv_history_set *set, const struct vv_tag *const *tags,
                               size_t count, void (*each)(void *arg, const struct vv_stored *row),
                               void *arg, vv_error *err)
{
    const struct vv_tag **own = vv_alloc_array(count > 0 ? count : 1, sizeof *own);
    vv_status st = VARVE_OK;

    if (own == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read the newest values");
    for (size_t i = 0; i < set->count && st == VARVE_OK; i++) {
        struct vv_history *h = &set->histories[i];
        size_t n = 0;

        for (size_t k = 0; k < count; k++)
            if (tags[k]->history == h)
                own[n++] = tags[k];
        if (n > 0)
            st = h->kind->newest(h->store, own, n, VARVE_TIME_MAX, each, arg, err);
    }
    vv_free(own);
    return st;
}
