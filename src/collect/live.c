/* live.c: the values of the live table. */
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "collect/live_private.h"
#include "history/query.h"

#include "base/banned.h"

/* Rows taken over between two tellings of the subscribers. */
#define UPDATE_ROWS 256

/* ---- slots ---- */

/* The slot of an index, whose chunk is made when it is not there; null without memory. */
static struct live_slot *slot_make(struct vv_live *live, uint32_t index)
{
    uint32_t k = index / VV_LIVE_CHUNK_SLOTS;
    struct live_slot *chunk, *expected = NULL;

    if (k >= VV_LIVE_CHUNKS)
        return NULL;
    chunk = atomic_load_explicit(&live->chunks[k], memory_order_acquire);
    if (chunk == NULL) {
        chunk = vv_alloc_array(VV_LIVE_CHUNK_SLOTS, sizeof *chunk);
        if (chunk == NULL)
            return NULL;
        if (!atomic_compare_exchange_strong(&live->chunks[k], &expected, chunk)) {
            vv_free(chunk);
            chunk = expected;
        }
    }
    return &chunk[index % VV_LIVE_CHUNK_SLOTS];
}

static struct live_slot *slot_get(struct vv_live *live, uint32_t index)
{
    uint32_t k = index / VV_LIVE_CHUNK_SLOTS;
    struct live_slot *chunk =
        k < VV_LIVE_CHUNKS ? atomic_load_explicit(&live->chunks[k], memory_order_acquire) : NULL;

    return chunk != NULL ? &chunk[index % VV_LIVE_CHUNK_SLOTS] : NULL;
}

/* The value into the slot, its text copied. Without memory the value is null, of bad quality. */
static void set_value(struct live_slot *slot, const struct vv_stored *row)
{
    slot->value = row->value;
    slot->quality = row->quality;
    if (row->value.type != VV_TYPE_STRING)
        return;
    if (slot->text_capacity < row->value.text_len + 1u) {
        char *text = vv_realloc(slot->text, row->value.text_len + 1u);

        if (text == NULL) {
            slot->value = vv_datum_null();
            slot->quality = VV_QUALITY_BAD;
            return;
        }
        slot->text = text;
        slot->text_capacity = row->value.text_len + 1u;
    }
    memcpy(slot->text, row->value.as.text, row->value.text_len);
    slot->text[row->value.text_len] = '\0';
    slot->value.as.text = slot->text;
}

/* Whether the row became the tag's entry. */
static bool take_row(struct vv_live *live, const struct vv_stored *row, int64_t received_ms)
{
    struct vv_mutex *stripe = &live->stripes[row->tag->index % VV_LIVE_STRIPES];
    struct live_slot *slot = slot_make(live, row->tag->index);
    bool newer;

    if (slot == NULL)
        return false;
    vv_mutex_lock(stripe);
    newer = slot->tag == NULL || row->time_ms >= slot->time_ms;
    if (newer) {
        if (slot->tag == NULL)
            atomic_fetch_add_explicit(&live->entries, 1, memory_order_relaxed);
        slot->tag = row->tag;
        slot->time_ms = row->time_ms;
        slot->received_ms = received_ms;
        set_value(slot, row);
    }
    vv_mutex_unlock(stripe);
    return newer;
}

/* ---- making and ending ---- */

static void take_stored(void *arg, const struct vv_stored *row)
{
    take_row(arg, row, 0);
}

vv_status vv_live_new(struct vv_history_set *set, struct vv_live **live, vv_error *err)
{
    struct vv_live *l = vv_alloc_zero(sizeof *l);
    vv_status st;

    *live = NULL;
    if (l == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the live table");
    l->set = set;
    for (size_t i = 0; i < VV_LIVE_STRIPES; i++)
        vv_mutex_init(&l->stripes[i]);
    pthread_rwlock_init(&l->subs_lock, NULL);
    st = vv_history_newest(set, take_stored, l, err);
    if (st != VARVE_OK) {
        vv_live_free(l);
        return st;
    }
    *live = l;
    return VARVE_OK;
}

void vv_live_free(struct vv_live *live)
{
    if (live == NULL)
        return;
    for (size_t k = 0; k < VV_LIVE_CHUNKS; k++) {
        struct live_slot *chunk = atomic_load(&live->chunks[k]);

        for (size_t i = 0; chunk != NULL && i < VV_LIVE_CHUNK_SLOTS; i++)
            vv_free(chunk[i].text);
        vv_free(chunk);
    }
    for (size_t i = 0; i < VV_LIVE_STRIPES; i++)
        vv_mutex_deinit(&live->stripes[i]);
    pthread_rwlock_destroy(&live->subs_lock);
    vv_free(live);
}

/* ---- updating and reading ---- */

void vv_live_update(struct vv_live *live, const struct vv_stored *rows, size_t count)
{
    const struct vv_tag *changed[UPDATE_ROWS];
    int64_t now_ms = vv_now_ms();

    atomic_fetch_add_explicit(&live->updates, count, memory_order_relaxed);
    for (size_t from = 0; from < count; from += UPDATE_ROWS) {
        size_t n = 0;

        for (size_t i = from; i < count && i < from + UPDATE_ROWS; i++)
            if (take_row(live, &rows[i], now_ms))
                changed[n++] = rows[i].tag;
        vv_live_tell(live, changed, n);
    }
}

static void forget_tag(struct vv_live *live, const struct vv_tag *tag, int64_t from_ms,
                       int64_t to_ms, int64_t until_ms)
{
    struct live_slot *slot = slot_get(live, tag->index);
    struct vv_mutex *stripe = &live->stripes[tag->index % VV_LIVE_STRIPES];

    if (slot == NULL)
        return;
    vv_mutex_lock(stripe);
    if (slot->tag != NULL && slot->time_ms >= from_ms && slot->time_ms < to_ms &&
        slot->received_ms <= until_ms) {
        slot->tag = NULL;
        atomic_fetch_sub_explicit(&live->entries, 1, memory_order_relaxed);
    }
    vv_mutex_unlock(stripe);
}

vv_status vv_live_forget(struct vv_live *live, const struct vv_tag *const *tags, size_t count,
                         int64_t from_ms, int64_t to_ms, int64_t until_ms, vv_error *err)
{
    for (size_t i = 0; i < count; i++)
        forget_tag(live, tags[i], from_ms, to_ms, until_ms);
    vv_status st = vv_history_newest_of(live->set, tags, count, take_stored, live, err);

    vv_live_tell(live, tags, count);
    return st;
}

bool vv_live_read(struct vv_live *live, uint32_t index, struct vv_arena *arena,
                  struct vv_live_entry *entry, bool *no_memory)
{
    struct live_slot *slot = slot_get(live, index);
    struct vv_mutex *stripe = &live->stripes[index % VV_LIVE_STRIPES];
    bool found = false;

    *no_memory = false;
    if (slot == NULL)
        return false;
    vv_mutex_lock(stripe);
    if (slot->tag != NULL) {
        /* It may have been renamed since the value came. */
        *entry = (struct vv_live_entry){vv_tag_at(live->set, index), slot->value, slot->quality,
                                        slot->time_ms, slot->received_ms};
        found = true;
        if (slot->value.type == VV_TYPE_STRING) {
            entry->value.as.text = vv_arena_text(arena, slot->value.as.text, slot->value.text_len);
            *no_memory = entry->value.as.text == NULL;
            found = !*no_memory;
        }
    }
    vv_mutex_unlock(stripe);
    return found;
}

bool vv_live_get(struct vv_live *live, const struct vv_tag *tag, struct vv_arena *arena,
                 struct vv_live_entry *entry)
{
    bool no_memory;

    return vv_live_read(live, tag->index, arena, entry, &no_memory);
}

struct snapshot {
    struct vv_live *live;
    struct vv_arena *arena;
    bool (*each)(void *arg, const struct vv_live_entry *entry);
    void *arg;
    size_t left; /* of the limit */
    bool no_memory;
};

static bool snapshot_tag(void *arg, const struct vv_tag *tag)
{
    struct snapshot *s = arg;
    struct vv_live_entry entry;

    vv_arena_reset(s->arena);
    if (!vv_live_read(s->live, tag->index, s->arena, &entry, &s->no_memory))
        return !s->no_memory;
    return s->each(s->arg, &entry) && --s->left > 0;
}

vv_status vv_live_snapshot(struct vv_live *live, const struct vv_tag_list *list,
                           struct vv_arena *arena,
                           bool (*each)(void *arg, const struct vv_live_entry *entry), void *arg,
                           vv_error *err)
{
    static const struct vv_tag_list all = {0};
    struct vv_tag_list tags = list != NULL ? *list : all;
    struct snapshot s = {.live = live, .arena = arena, .each = each, .arg = arg};
    vv_status st;

    /* The limit is one of entries: tags without a value do not count. */
    s.left = tags.limit > 0 ? tags.limit : SIZE_MAX;
    tags.limit = 0;
    st = vv_tags_list(live->set, &tags, snapshot_tag, &s, NULL, err);
    if (st == VARVE_OK && s.no_memory)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the live values");
    return st;
}

void vv_live_info_get(struct vv_live *live, struct vv_live_info *info)
{
    *info = (struct vv_live_info){
        .updates = atomic_load(&live->updates),
        .coalesced = atomic_load(&live->coalesced),
        .entries = atomic_load(&live->entries),
    };
    pthread_rwlock_rdlock(&live->subs_lock);
    info->subscribers = live->sub_count;
    pthread_rwlock_unlock(&live->subs_lock);
}
