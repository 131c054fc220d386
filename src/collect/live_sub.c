/* live_sub.c: subscriptions to the live table.
 *
 * A subscription keeps a byte for each tag and a ring of the tags that changed, each in it at most
 * once: however slow its reader is, the ring never holds more than there are tags.
 */
#include <string.h>

#include "base/alloc.h"
#include "catalog/glob.h"
#include "collect/live_private.h"

#include "base/banned.h"

#define TAG_KNOWN   1u /* its name was held against the pattern */
#define TAG_MATCHES 2u
#define TAG_PENDING 4u /* it is in the ring */

struct vv_live_sub {
    struct vv_live_sub *next;
    struct vv_live *live;
    char *match; /* null: all */
    size_t match_len;
    void (*wake)(void *arg);
    void *wake_arg;

    struct vv_mutex mutex; /* guards what follows */
    struct vv_cond cond;
    uint8_t *tags;  /* TAG_… by the tag's index */
    uint32_t *ring; /* indexes, `count` of them from `first` on */
    uint32_t capacity, first, count;
    uint32_t renamed; /* vv_tags_renamed when names were last held against the pattern */
};

/* Room for tags up to `index`; false without memory. */
static bool grow(struct vv_live_sub *sub, uint32_t index)
{
    uint32_t capacity = sub->capacity > 0 ? sub->capacity : 256;
    uint8_t *tags;
    uint32_t *ring;

    if (index < sub->capacity)
        return true;
    while (capacity <= index)
        capacity *= 2;
    tags = vv_alloc_zero(capacity);
    ring = vv_alloc_array(capacity, sizeof *ring);
    if (tags == NULL || ring == NULL) {
        vv_free(tags);
        vv_free(ring);
        return false;
    }
    if (sub->capacity > 0)
        memcpy(tags, sub->tags, sub->capacity);
    for (uint32_t i = 0; i < sub->count; i++)
        ring[i] = sub->ring[(sub->first + i) % sub->capacity];
    vv_free(sub->tags);
    vv_free(sub->ring);
    sub->tags = tags;
    sub->ring = ring;
    sub->first = 0;
    sub->capacity = capacity;
    return true;
}

static void push(struct vv_live_sub *sub, uint32_t index)
{
    sub->ring[(sub->first + sub->count) % sub->capacity] = index;
    sub->count++;
    sub->tags[index] |= TAG_PENDING;
}

/* Tags that were renamed are held against the pattern anew. */
static void follow_names(struct vv_live_sub *sub)
{
    uint32_t renamed = vv_tags_renamed(sub->live->set);

    if (renamed == sub->renamed)
        return;
    for (uint32_t i = 0; i < sub->capacity; i++)
        sub->tags[i] &= TAG_PENDING;
    sub->renamed = renamed;
}

/* Marks a tag as changed. The subscription's mutex is held. */
static void mark(struct vv_live_sub *sub, const struct vv_tag *tag)
{
    uint8_t *state;

    if (!grow(sub, tag->index))
        return;
    follow_names(sub);
    state = &sub->tags[tag->index];
    if ((*state & TAG_KNOWN) == 0) {
        tag = vv_tag_at(sub->live->set, tag->index);
        *state |= TAG_KNOWN;
        if (sub->match == NULL ||
            vv_glob_match(sub->match, sub->match_len, tag->name, tag->name_len))
            *state |= TAG_MATCHES;
    }
    if ((*state & TAG_MATCHES) == 0)
        return;
    if ((*state & TAG_PENDING) != 0)
        atomic_fetch_add_explicit(&sub->live->coalesced, 1, memory_order_relaxed);
    else
        push(sub, tag->index);
}

void vv_live_tell(struct vv_live *live, const struct vv_tag *const *tags, size_t count)
{
    if (count == 0)
        return;
    pthread_rwlock_rdlock(&live->subs_lock);
    for (struct vv_live_sub *sub = live->subs; sub != NULL; sub = sub->next) {
        bool was_empty, wake;

        vv_mutex_lock(&sub->mutex);
        was_empty = sub->count == 0;
        for (size_t i = 0; i < count; i++)
            mark(sub, tags[i]);
        wake = was_empty && sub->count > 0;
        if (wake)
            vv_cond_signal(&sub->cond);
        vv_mutex_unlock(&sub->mutex);
        if (wake && sub->wake != NULL)
            sub->wake(sub->wake_arg);
    }
    pthread_rwlock_unlock(&live->subs_lock);
}

static void sub_free(struct vv_live_sub *sub)
{
    vv_mutex_deinit(&sub->mutex);
    vv_cond_deinit(&sub->cond);
    vv_free(sub->tags);
    vv_free(sub->ring);
    vv_free(sub->match);
    vv_free(sub);
}

/* Puts the present values of all tags into the ring. */
static void mark_present(struct vv_live *live, struct vv_live_sub *sub)
{
    uint32_t count = vv_tag_count(live->set);
    struct vv_live_entry entry;
    struct vv_arena arena;

    vv_arena_init(&arena, 0, NULL);
    vv_mutex_lock(&sub->mutex);
    for (uint32_t i = 0; i < count; i++) {
        bool no_memory;

        if (vv_live_read(live, i, &arena, &entry, &no_memory))
            mark(sub, entry.tag);
        vv_arena_reset(&arena);
    }
    vv_mutex_unlock(&sub->mutex);
    vv_arena_deinit(&arena);
}

vv_status vv_live_subscribe(struct vv_live *live, const char *match, bool snapshot,
                            void (*wake)(void *arg), void *wake_arg, struct vv_live_sub **sub,
                            vv_error *err)
{
    bool all = match == NULL || match[0] == '\0';
    struct vv_live_sub *s = NULL;
    bool full;
    vv_status st = VARVE_OK;

    *sub = NULL;
    if (!all)
        st = vv_glob_check(match, strlen(match), err);
    if (st != VARVE_OK)
        return st;
    s = vv_alloc_zero(sizeof *s);
    if (s == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for another subscription");
    vv_mutex_init(&s->mutex);
    vv_cond_init(&s->cond);
    s->live = live;
    s->wake = wake;
    s->wake_arg = wake_arg;
    s->match = all ? NULL : vv_strdup(match);
    s->match_len = all ? 0 : strlen(match);
    if (!all && s->match == NULL) {
        sub_free(s);
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for another subscription");
    }
    pthread_rwlock_wrlock(&live->subs_lock);
    full = live->sub_count >= VV_LIVE_SUBSCRIBERS_MAX;
    if (!full) {
        s->next = live->subs;
        live->subs = s;
        live->sub_count++;
    }
    pthread_rwlock_unlock(&live->subs_lock);
    if (full) {
        sub_free(s);
        return vv_fail(err, VARVE_TOO_MANY, "%d subscriptions are the most at a time",
                       VV_LIVE_SUBSCRIBERS_MAX);
    }
    if (snapshot)
        mark_present(live, s);
    *sub = s;
    return VARVE_OK;
}

void vv_live_unsubscribe(struct vv_live_sub *sub)
{
    struct vv_live *live;

    if (sub == NULL)
        return;
    live = sub->live;
    pthread_rwlock_wrlock(&live->subs_lock);
    for (struct vv_live_sub **at = &live->subs; *at != NULL; at = &(*at)->next)
        if (*at == sub) {
            *at = sub->next;
            live->sub_count--;
            break;
        }
    pthread_rwlock_unlock(&live->subs_lock);
    sub_free(sub);
}

size_t vv_live_take(struct vv_live_sub *sub, struct vv_live_entry *entries, size_t max,
                    struct vv_arena *arena)
{
    size_t n = 0;
    bool no_memory = false;

    vv_mutex_lock(&sub->mutex);
    while (n < max && sub->count > 0 && !no_memory) {
        uint32_t index = sub->ring[sub->first];

        if (vv_live_read(sub->live, index, arena, &entries[n], &no_memory))
            n++;
        if (no_memory) /* it stays in the ring */
            break;
        sub->first = (sub->first + 1) % sub->capacity;
        sub->count--;
        sub->tags[index] &= (uint8_t)~TAG_PENDING;
    }
    vv_mutex_unlock(&sub->mutex);
    return n;
}

bool vv_live_wait(struct vv_live_sub *sub, int64_t timeout_ms)
{
    bool there;

    vv_mutex_lock(&sub->mutex);
    if (sub->count == 0)
        vv_cond_wait_for(&sub->cond, &sub->mutex, timeout_ms);
    there = sub->count > 0;
    vv_mutex_unlock(&sub->mutex);
    return there;
}
