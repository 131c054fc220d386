/* tag_switch.c: tags in memory that get another name: prepared before the ledger's commit, which is
 * where it may still fail, and applied behind it, where nothing can. */
#include <string.h>

#include "history/history_private.h"

#include "base/banned.h"

static bool is_same(const struct tag_switch *s)
{
    return s->from_len == s->to_len && memcmp(s->from, s->to, s->to_len) == 0;
}

/* All types of the name, as objects with the new one. */
static bool make_tags(struct vv_history_set *set, struct tag_switch *s)
{
    const struct tag_name *name = &set->names[s->number];
    const char *to = vv_arena_text(&set->texts, s->to, s->to_len);
    struct vv_tag *above = NULL;

    if (to == NULL)
        return false;
    s->to = to;
    for (const struct vv_tag *t = name->newest; t != NULL; t = t->older) {
        struct vv_tag *made = vv_arena_alloc(&set->texts, sizeof *made);

        if (made == NULL)
            return false;
        *made = *t;
        made->name = s->to;
        made->name_len = s->to_len;
        made->older = NULL;
        if (above != NULL)
            above->older = made;
        else
            s->newest = made;
        above = made;
        if (t == name->current)
            s->current = made;
    }
    return true;
}

/* A name that another tag of the list gives up is in the map already. */
static bool reserve(const struct tag_switch *s)
{
    uint64_t number;

    return vv_map_get(s->history->names, s->to, s->to_len, &number) ||
           vv_map_put(s->history->names, s->to, s->to_len, VV_TAG_NAME_RESERVED) == VARVE_OK;
}

static void undo_locked(const struct tag_switch *list, size_t count)
{
    uint64_t number;

    for (size_t i = 0; i < count; i++)
        if (vv_map_get(list[i].history->names, list[i].to, list[i].to_len, &number) &&
            number == VV_TAG_NAME_RESERVED)
            vv_map_remove(list[i].history->names, list[i].to, list[i].to_len);
}

vv_status vv_tag_switch_prepare(struct vv_history_set *set, struct tag_switch *list, size_t count,
                                vv_error *err)
{
    bool good = true;

    pthread_rwlock_wrlock(&set->names_lock);
    for (size_t i = 0; i < count && good; i++)
        good = make_tags(set, &list[i]) && reserve(&list[i]);
    if (!good)
        undo_locked(list, count);
    pthread_rwlock_unlock(&set->names_lock);
    return good ? VARVE_OK
                : vv_fail(err, VARVE_NO_MEMORY, "not enough memory to rename %zu tags", count);
}

void vv_tag_switch_undo(struct vv_history_set *set, const struct tag_switch *list, size_t count)
{
    pthread_rwlock_wrlock(&set->names_lock);
    undo_locked(list, count);
    pthread_rwlock_unlock(&set->names_lock);
}

/* Takes the names from their places in `sorted` to its end, where new ones wait for theirs. */
static void unsort(struct vv_history_set *set, const struct tag_switch *list, size_t count)
{
    uint32_t kept = 0, sorted = 0;

    for (size_t i = 0; i < count; i++)
        set->names[list[i].number].moved = true;
    for (uint32_t i = 0; i < set->name_count; i++) {
        uint32_t number = set->sorted[i];

        if (set->names[number].moved)
            continue;
        sorted += i < set->sorted_count;
        set->sorted[kept++] = number;
    }
    for (size_t i = 0; i < count; i++) {
        set->names[list[i].number].moved = false;
        set->sorted[kept++] = list[i].number;
    }
    set->sorted_count = sorted;
}

void vv_tag_switch_apply(struct vv_history_set *set, const struct tag_switch *list, size_t count)
{
    if (count == 0)
        return;
    pthread_rwlock_wrlock(&set->names_lock);
    unsort(set, list, count);
    for (size_t i = 0; i < count; i++) {
        const struct tag_switch *s = &list[i];

        vv_map_put(s->history->names, s->to, s->to_len, s->number); /* it has the key */
        set->names[s->number].current = s->current;
        set->names[s->number].newest = s->newest;
        for (const struct vv_tag *t = s->newest; t != NULL; t = t->older)
            atomic_store_explicit(&vv_tag_registry_slot(set, t->index)->tag, t,
                                  memory_order_release);
    }
    for (size_t i = 0; i < count; i++) {
        const struct tag_switch *s = &list[i];
        uint64_t number;

        /* Another tag of the list may have taken the old name over. */
        if (!is_same(s) && vv_map_get(s->history->names, s->from, s->from_len, &number) &&
            number == s->number)
            vv_map_remove(s->history->names, s->from, s->from_len);
    }
    atomic_fetch_add_explicit(&set->renamed, 1, memory_order_release);
    pthread_rwlock_unlock(&set->names_lock);
}
