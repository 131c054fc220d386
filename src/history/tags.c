/* tags.c: finding, listing and describing tags. The registry itself is in tag_registry.c. */
#include "history/tags.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "catalog/glob.h"
#include "catalog/names.h"
#include "history/history_private.h"
#include "history/points.h"

#include "base/banned.h"

/* Tags handed out between two takings of the lock. */
#define PAGE_TAGS 256

vv_status vv_tag_find(struct vv_history_set *set, const char *history, const char *name,
                      size_t name_len, const struct vv_tag **tag, vv_error *err)
{
    struct vv_history *only = NULL;

    *tag = NULL;
    if (history != NULL) {
        vv_status st = vv_history_find(set, history, &only, err);

        if (st != VARVE_OK)
            return st;
    }
    pthread_rwlock_rdlock(&set->names_lock);
    for (size_t i = 0; i < set->count && *tag == NULL; i++)
        if (only == NULL || only == &set->histories[i])
            *tag = vv_tag_registry_find_locked(&set->histories[i], name, name_len);
    pthread_rwlock_unlock(&set->names_lock);
    if (*tag != NULL)
        return VARVE_OK;
    return vv_fail(err, VARVE_NOT_FOUND, "there is no tag \"%.*s\"%s%s",
                   (int)(name_len < 200 ? name_len : 200), name, only != NULL ? " in history " : "",
                   only != NULL ? only->name : "");
}

static vv_status declare(struct vv_history_set *set, const char *history,
                         struct vv_registration_options options, struct vv_tag_declaration *list,
                         size_t count, vv_error *err)
{
    vv_status st = vv_history_find(set, history, &options.history, err);

    for (size_t i = 0; i < count && st == VARVE_OK; i++) {
        list[i].tag = NULL;
        st = vv_tag_name_check(list[i].name, list[i].name_len, err);
    }
    return st == VARVE_OK ? vv_tag_registry_add(&options, list, count, err) : st;
}

vv_status vv_tags_declare(struct vv_history_set *set, const char *history,
                          struct vv_tag_declaration *list, size_t count, vv_error *err)
{
    const struct vv_registration_options options = {.retype = true};

    return declare(set, history, options, list, count, err);
}

vv_status vv_tags_declare_points(struct vv_history_set *set, const char *history,
                                 struct vv_tag_declaration *list, size_t count, vv_error *err)
{
    const struct vv_registration_options options = {.retype = true, .points = true};

    return declare(set, history, options, list, count, err);
}

/* ---- listing ---- */

/* Order of names, then of histories. */
static int compare(const struct vv_tag *a, const char *name, size_t name_len,
                   const struct vv_history *history)
{
    size_t common = a->name_len < name_len ? a->name_len : name_len;
    int order = memcmp(a->name, name, common);

    if (order != 0)
        return order;
    if (a->name_len != name_len)
        return a->name_len < name_len ? -1 : 1;
    return a->history < history ? -1 : a->history > history ? 1 : 0;
}

static int compare_numbers(const struct vv_history_set *set, uint32_t a, uint32_t b)
{
    const struct vv_tag *right = set->names[b].newest;

    return compare(set->names[a].newest, right->name, right->name_len, right->history);
}

/* Sorts numbers[0 … count) by merging from the bottom up; `spare` has room for as many. */
static void sort_numbers(const struct vv_history_set *set, uint32_t *numbers, uint32_t *spare,
                         size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t from = 0; from < count; from += 2 * width) {
            size_t mid = from + width < count ? from + width : count;
            size_t end = from + 2 * width < count ? from + 2 * width : count;
            size_t a = from, b = mid;

            for (size_t to = from; to < end; to++)
                spare[to] =
                    a < mid && (b == end || compare_numbers(set, numbers[a], numbers[b]) <= 0)
                        ? numbers[a++]
                        : numbers[b++];
        }
        memcpy(numbers, spare, count * sizeof *numbers);
    }
}

/* Brings the names that came since the last time into their places. names_lock held for writing.
 */
static bool sort_new(struct vv_history_set *set)
{
    uint32_t old = set->sorted_count, count = set->name_count, to = count;
    uint32_t *tail = vv_alloc_array(2 * (size_t)(count - old), sizeof *tail);
    uint32_t fresh = count - old;

    if (tail == NULL)
        return false;
    memcpy(tail, set->sorted + old, fresh * sizeof *tail);
    sort_numbers(set, tail, tail + fresh, fresh);
    while (fresh > 0) {
        if (old > 0 && compare_numbers(set, set->sorted[old - 1], tail[fresh - 1]) > 0)
            set->sorted[--to] = set->sorted[--old];
        else
            set->sorted[--to] = tail[--fresh];
    }
    set->sorted_count = count;
    vv_free(tail);
    return true;
}

/* Takes names_lock for reading, with all names sorted. */
static vv_status lock_sorted(struct vv_history_set *set, vv_error *err)
{
    for (;;) {
        bool sorted;

        pthread_rwlock_rdlock(&set->names_lock);
        if (set->sorted_count == set->name_count)
            return VARVE_OK;
        pthread_rwlock_unlock(&set->names_lock);
        pthread_rwlock_wrlock(&set->names_lock);
        sorted = set->sorted_count == set->name_count || sort_new(set);
        pthread_rwlock_unlock(&set->names_lock);
        if (!sorted)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to sort the tags");
    }
}

/* The first place behind `name` (and, with `history`, behind that history's tag of it). */
static size_t place_after(const struct vv_history_set *set, const char *name, size_t name_len,
                          const struct vv_history *history)
{
    size_t low = 0, high = set->sorted_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (compare(set->names[set->sorted[mid]].newest, name, name_len, history) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct page {
    const struct vv_tag *tags[PAGE_TAGS];
    size_t count;
    bool end; /* nothing behind these */
};

/* The next matches behind (name, history). */
static vv_status next_page(struct vv_history_set *set, const struct vv_history *only,
                           const char *match, const char *name, size_t name_len,
                           const struct vv_history *history, struct page *page, vv_error *err)
{
    size_t match_len = match != NULL ? strlen(match) : 0;
    vv_status st = lock_sorted(set, err);
    size_t at;

    page->count = 0;
    page->end = true;
    if (st != VARVE_OK)
        return st;
    at = place_after(set, name, name_len, history);
    for (; at < set->sorted_count; at++) {
        const struct vv_tag *tag = set->names[set->sorted[at]].current;

        if (only != NULL && tag->history != only)
            continue;
        if (match_len > 0 && !vv_glob_match(match, match_len, tag->name, tag->name_len))
            continue;
        if (page->count == PAGE_TAGS) {
            page->end = false;
            break;
        }
        page->tags[page->count++] = tag;
    }
    pthread_rwlock_unlock(&set->names_lock);
    return VARVE_OK;
}

vv_status vv_tags_list(struct vv_history_set *set, const struct vv_tag_list *list,
                       bool (*each)(void *arg, const struct vv_tag *tag), void *arg, bool *more,
                       vv_error *err)
{
    const char *name = list->after != NULL ? list->after : "";
    size_t name_len = strlen(name), given = 0;
    /* Behind all histories' tags of that name. */
    const struct vv_history *history = set->histories + set->count;
    struct vv_history *only = NULL;
    struct page page;
    vv_status st = VARVE_OK;

    if (more != NULL)
        *more = false;
    if (list->history != NULL)
        st = vv_history_find(set, list->history, &only, err);
    if (st == VARVE_OK && list->match != NULL && list->match[0] != '\0')
        st = vv_glob_check(list->match, strlen(list->match), err);
    while (st == VARVE_OK) {
        st = next_page(set, only, list->match, name, name_len, history, &page, err);
        for (size_t i = 0; i < page.count; i++) {
            if (list->limit > 0 && given == list->limit) {
                if (more != NULL)
                    *more = true;
                return VARVE_OK;
            }
            given++;
            if (!each(arg, page.tags[i]))
                return VARVE_OK;
        }
        if (st != VARVE_OK || page.end)
            break;
        name = page.tags[page.count - 1]->name;
        name_len = page.tags[page.count - 1]->name_len;
        history = page.tags[page.count - 1]->history;
    }
    return st;
}

/* ---- what the plant says of them ---- */

static void copy_text(char *to, size_t size, const char *from)
{
    size_t len = from != NULL ? strlen(from) : 0;

    if (len >= size)
        len = vv_utf8_cut(from, len, size - 1);
    if (len > 0)
        memcpy(to, from, len);
    to[len] = '\0';
}

vv_status vv_tags_describe(struct vv_history_set *set, const struct vv_points *points,
                           vv_error *err)
{
    size_t count;
    const struct vv_plant_point *all = vv_points_all(points, &count);
    struct vv_tag_meta *metas = vv_alloc_array(count > 0 ? count : 1, sizeof *metas);
    struct vv_map *map = vv_map_new();
    vv_status st = metas != NULL && map != NULL ? VARVE_OK : VARVE_NO_MEMORY;

    for (size_t i = 0; i < count && st == VARVE_OK; i++) {
        metas[i].object_id = all[i].object_id;
        metas[i].decimals = all[i].decimals;
        metas[i].period_ms = all[i].period_ms;
        metas[i].validity_ms = all[i].validity_ms;
        memcpy(metas[i].limits, all[i].limits, sizeof metas[i].limits);
        metas[i].line = all[i].line;
        copy_text(metas[i].unit, sizeof metas[i].unit, all[i].unit);
        copy_text(metas[i].title, sizeof metas[i].title, all[i].title);
        st = vv_map_put(map, all[i].path, strlen(all[i].path), i);
    }
    if (st == VARVE_OK) {
        struct vv_tag_meta *old_metas;
        struct vv_map *old_map;

        pthread_rwlock_wrlock(&set->names_lock);
        old_map = set->meta;
        old_metas = set->metas;
        set->meta = map;
        set->metas = metas;
        pthread_rwlock_unlock(&set->names_lock);
        map = old_map;
        metas = old_metas;
    } else {
        vv_fail(err, st, "not enough memory to describe %zu points", count);
    }
    vv_map_free(map);
    vv_free(metas);
    return st;
}

void vv_tag_meta_get(struct vv_history_set *set, const struct vv_tag *tag, struct vv_tag_meta *meta)
{
    uint64_t number;

    *meta = (struct vv_tag_meta){.decimals = -1, .limits = {NAN, NAN, NAN, NAN}, .line = -1};
    pthread_rwlock_rdlock(&set->names_lock);
    tag = vv_tag_at(set, tag->index); /* the plant has its present name */
    if (set->meta != NULL && vv_map_get(set->meta, tag->name, tag->name_len, &number))
        *meta = set->metas[number];
    pthread_rwlock_unlock(&set->names_lock);
}
