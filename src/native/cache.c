#include "native/cache.h"

#include "base/alloc.h"
#include "base/thread.h"

#include "base/banned.h"

#define SHARDS        16u
#define FIRST_BUCKETS 64u
/* What an entry costs beside its bytes. */
#define ENTRY_BYTES (sizeof(struct vv_cache_entry) + 16)

struct vv_cache_entry {
    uint64_t part, offset;
    uint8_t *data; /* owned */
    size_t len_bytes;
    uint32_t pins;
    bool recent;                  /* used since the hand last passed */
    bool listed;                  /* in the table and the ring; else freed by the last unpin */
    struct vv_cache_entry *chain; /* of its bucket */
    struct vv_cache_entry *next, *prev; /* the clock's ring */
};

struct shard {
    struct vv_mutex mutex; /* guards all below and the entries' pins */
    struct vv_cache_entry **buckets;
    size_t bucket_count, entry_count;
    struct vv_cache_entry *hand;
    size_t used_bytes, limit_bytes;
};

struct vv_cache {
    struct shard shards[SHARDS];
};

static uint64_t hash(uint64_t part, uint64_t offset)
{
    uint64_t h = (part * 0x9E3779B97F4A7C15ULL) ^ offset;
    h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9ULL;
    return h ^ h >> 32;
}

static struct shard *shard_of(struct vv_cache *cache, uint64_t hashed)
{
    return cache->shards + hashed % SHARDS;
}

static size_t cost(const struct vv_cache_entry *entry)
{
    return entry->len_bytes + ENTRY_BYTES;
}

struct vv_cache *vv_cache_new(size_t limit_bytes)
{
    struct vv_cache *cache = vv_alloc_zero(sizeof *cache);

    if (!cache)
        return NULL;
    for (unsigned s = 0; s < SHARDS; s++) {
        struct shard *shard = cache->shards + s;
        vv_mutex_init(&shard->mutex);
        shard->limit_bytes = limit_bytes / SHARDS;
        shard->bucket_count = FIRST_BUCKETS;
        shard->buckets = vv_alloc_array(FIRST_BUCKETS, sizeof(struct vv_cache_entry *));
        if (!shard->buckets) {
            for (unsigned done = 0; done <= s; done++) {
                vv_free(cache->shards[done].buckets);
                vv_mutex_deinit(&cache->shards[done].mutex);
            }
            vv_free(cache);
            return NULL;
        }
    }
    return cache;
}

static void entry_free(struct vv_cache_entry *entry)
{
    vv_free(entry->data);
    vv_free(entry);
}

void vv_cache_free(struct vv_cache *cache)
{
    if (!cache)
        return;
    for (unsigned s = 0; s < SHARDS; s++) {
        struct shard *shard = cache->shards + s;
        for (size_t b = 0; b < shard->bucket_count; b++)
            for (struct vv_cache_entry *entry = shard->buckets[b], *chain; entry; entry = chain) {
                chain = entry->chain;
                entry_free(entry);
            }
        vv_free(shard->buckets);
        vv_mutex_deinit(&shard->mutex);
    }
    vv_free(cache);
}

static struct vv_cache_entry **find(struct shard *shard, uint64_t hashed, uint64_t part,
                                    uint64_t offset)
{
    struct vv_cache_entry **at = shard->buckets + (hashed / SHARDS) % shard->bucket_count;
    while (*at && ((*at)->part != part || (*at)->offset != offset))
        at = &(*at)->chain;
    return at;
}

/* Takes it out of table and ring; it is freed when nobody has it pinned. */
static void unlist(struct shard *shard, struct vv_cache_entry *entry)
{
    *find(shard, hash(entry->part, entry->offset), entry->part, entry->offset) = entry->chain;
    if (shard->hand == entry)
        shard->hand = entry->next == entry ? NULL : entry->next;
    entry->prev->next = entry->next;
    entry->next->prev = entry->prev;
    entry->listed = false;
    shard->entry_count--;
    shard->used_bytes -= cost(entry);
    if (!entry->pins)
        entry_free(entry);
}

static bool make_room(struct shard *shard, size_t need_bytes)
{
    if (need_bytes > shard->limit_bytes)
        return false;
    /* Twice round: once to take the mark of recent use away, once to find it gone. */
    for (size_t steps = shard->entry_count * 2;
         shard->used_bytes + need_bytes > shard->limit_bytes && steps; steps--) {
        struct vv_cache_entry *entry = shard->hand;
        shard->hand = entry->next;
        if (entry->pins)
            continue;
        if (entry->recent)
            entry->recent = false;
        else
            unlist(shard, entry);
    }
    return shard->used_bytes + need_bytes <= shard->limit_bytes;
}

/* More buckets when chains grow; without memory the chains do. */
static void widen(struct shard *shard)
{
    size_t count = shard->bucket_count * 2;
    struct vv_cache_entry **buckets = vv_alloc_array(count, sizeof *buckets);

    if (!buckets)
        return;
    for (size_t b = 0; b < shard->bucket_count; b++)
        for (struct vv_cache_entry *entry = shard->buckets[b], *chain; entry; entry = chain) {
            chain = entry->chain;
            size_t to = (hash(entry->part, entry->offset) / SHARDS) % count;
            entry->chain = buckets[to];
            buckets[to] = entry;
        }
    vv_free(shard->buckets);
    shard->buckets = buckets;
    shard->bucket_count = count;
}

static void list(struct shard *shard, struct vv_cache_entry *entry)
{
    struct vv_cache_entry **at =
        find(shard, hash(entry->part, entry->offset), entry->part, entry->offset);

    *at = entry;
    if (shard->hand) { /* behind the hand: the last to be looked at */
        entry->next = shard->hand;
        entry->prev = shard->hand->prev;
        entry->prev->next = entry;
        entry->next->prev = entry;
    } else {
        shard->hand = entry->next = entry->prev = entry;
    }
    entry->listed = true;
    shard->used_bytes += cost(entry);
    if (++shard->entry_count > shard->bucket_count)
        widen(shard);
}

struct vv_cache_entry *vv_cache_get(struct vv_cache *cache, uint64_t part, uint64_t offset)
{
    uint64_t hashed = hash(part, offset);
    struct shard *shard = shard_of(cache, hashed);

    vv_mutex_lock(&shard->mutex);
    struct vv_cache_entry *entry = *find(shard, hashed, part, offset);
    if (entry) {
        entry->pins++;
        entry->recent = true;
    }
    vv_mutex_unlock(&shard->mutex);
    return entry;
}

struct vv_cache_entry *vv_cache_put(struct vv_cache *cache, uint64_t part, uint64_t offset,
                                    uint8_t *data, size_t len_bytes)
{
    uint64_t hashed = hash(part, offset);
    struct shard *shard = shard_of(cache, hashed);
    struct vv_cache_entry *entry = vv_alloc_zero(sizeof *entry);

    if (!entry)
        return NULL;
    *entry = (struct vv_cache_entry){
        .part = part, .offset = offset, .data = data, .len_bytes = len_bytes, .pins = 1};
    vv_mutex_lock(&shard->mutex);
    if (!*find(shard, hashed, part, offset) && make_room(shard, cost(entry)))
        list(shard, entry);
    vv_mutex_unlock(&shard->mutex);
    return entry;
}

const uint8_t *vv_cache_data(const struct vv_cache_entry *entry, size_t *len_bytes)
{
    if (len_bytes)
        *len_bytes = entry->len_bytes;
    return entry->data;
}

void vv_cache_unpin(struct vv_cache *cache, struct vv_cache_entry *entry)
{
    struct shard *shard = shard_of(cache, hash(entry->part, entry->offset));

    vv_mutex_lock(&shard->mutex);
    if (--entry->pins == 0 && !entry->listed)
        entry_free(entry);
    vv_mutex_unlock(&shard->mutex);
}

void vv_cache_drop(struct vv_cache *cache, uint64_t part)
{
    for (unsigned s = 0; s < SHARDS; s++) {
        struct shard *shard = cache->shards + s;
        vv_mutex_lock(&shard->mutex);
        for (size_t b = 0; b < shard->bucket_count; b++)
            for (struct vv_cache_entry *entry = shard->buckets[b], *chain; entry; entry = chain) {
                chain = entry->chain;
                if (entry->part == part)
                    unlist(shard, entry);
            }
        vv_mutex_unlock(&shard->mutex);
    }
}

size_t vv_cache_used(const struct vv_cache *cache)
{
    struct vv_cache *locked = (struct vv_cache *)(uintptr_t)cache; /* the locks alone change */
    size_t used = 0;

    for (unsigned s = 0; s < SHARDS; s++) {
        vv_mutex_lock(&locked->shards[s].mutex);
        used += locked->shards[s].used_bytes;
        vv_mutex_unlock(&locked->shards[s].mutex);
    }
    return used;
}
