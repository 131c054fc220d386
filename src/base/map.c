/* map.c: linear probing with the hashes kept, SipHash-1-3, removal by shifting back. */
#include "base/map.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/time.h"

#include "base/banned.h"

#define SMALLEST_CAPACITY 16

struct key {
    size_t len_bytes;
    uint8_t bytes[];
};

struct slot {
    struct key *key; /* null: free */
    uint64_t hash;
    uint64_t value;
};

struct vv_map {
    struct slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    size_t key_bytes;
};

static uint64_t secret[2]; /* of this process */
static pthread_once_t secret_once = PTHREAD_ONCE_INIT;

static void make_secret(void)
{
    uint8_t bytes[16];
    ssize_t got;
    do {
        got = getrandom(bytes, sizeof bytes, 0);
    } while (got < 0 && errno == EINTR);
    if (got == (ssize_t)sizeof bytes) {
        secret[0] = vv_get64(bytes);
        secret[1] = vv_get64(bytes + 8);
    } else { /* a kernel without the call: still different for each start */
        secret[0] = (uint64_t)vv_now_us() * 0x9E3779B97F4A7C15u;
        secret[1] = (uint64_t)(uintptr_t)&secret_once ^ (uint64_t)vv_monotonic_us();
    }
}

static inline uint64_t rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson, Bernstein 2012, with the round numbers that hash tables use). */
static uint64_t hash_of(const void *data, size_t len_bytes)
{
    uint64_t v[4] = {secret[0] ^ 0x736F6D6570736575u, secret[1] ^ 0x646F72616E646F6Du,
                     secret[0] ^ 0x6C7967656E657261u, secret[1] ^ 0x7465646279746573u};
    const uint8_t *at = data;
    size_t left = len_bytes;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = vv_get64(at);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)len_bytes << 56;
    for (size_t i = 0; i < left; i++) {
        last |= (uint64_t)at[i] << (8 * i);
    }
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xFF;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct vv_map *vv_map_new(void)
{
    pthread_once(&secret_once, make_secret);
    return vv_alloc_zero(sizeof(struct vv_map));
}

void vv_map_free(struct vv_map *map)
{
    if (map == NULL) {
        return;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        vv_free(map->slots[i].key);
    }
    vv_free(map->slots);
    vv_free(map);
}

/* The slot of the key, or the free one where it would go; the capacity is not 0. */
static struct slot *find(const struct vv_map *map, const void *key, size_t len_bytes, uint64_t hash)
{
    size_t mask = map->capacity - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &map->slots[i];
        if (slot->key == NULL) {
            return slot;
        }
        if (slot->hash == hash && slot->key->len_bytes == len_bytes &&
            (len_bytes == 0 || memcmp(slot->key->bytes, key, len_bytes) == 0)) {
            return slot;
        }
    }
}

bool vv_map_get(const struct vv_map *map, const void *key, size_t len_bytes, uint64_t *value)
{
    *value = 0;
    if (map->count == 0) {
        return false;
    }
    const struct slot *slot = find(map, key, len_bytes, hash_of(key, len_bytes));
    if (slot->key == NULL) {
        return false;
    }
    *value = slot->value;
    return true;
}

/* Doubles the table; false, and nothing changed, without memory. */
static bool widen(struct vv_map *map)
{
    size_t capacity = map->capacity == 0 ? SMALLEST_CAPACITY : map->capacity * 2;
    struct slot *slots = vv_alloc_array(capacity, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        const struct slot *old = &map->slots[i];
        if (old->key == NULL) {
            continue;
        }
        size_t to = old->hash & (capacity - 1);
        while (slots[to].key != NULL) {
            to = (to + 1) & (capacity - 1);
        }
        slots[to] = *old;
    }
    vv_free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

vv_status vv_map_put(struct vv_map *map, const void *key, size_t len_bytes, uint64_t value)
{
    uint64_t hash = hash_of(key, len_bytes);
    if (map->capacity > 0) {
        struct slot *slot = find(map, key, len_bytes, hash);
        if (slot->key != NULL) {
            slot->value = value;
            return VARVE_OK;
        }
    }
    if (len_bytes > SIZE_MAX - sizeof(struct key)) {
        return VARVE_NO_MEMORY;
    }
    if (map->count >= map->capacity / 4 * 3 && !widen(map)) {
        return VARVE_NO_MEMORY;
    }
    struct key *copy = vv_alloc(sizeof *copy + len_bytes);
    if (copy == NULL) {
        return VARVE_NO_MEMORY;
    }
    copy->len_bytes = len_bytes;
    if (len_bytes > 0) {
        memcpy(copy->bytes, key, len_bytes);
    }
    *find(map, key, len_bytes, hash) = (struct slot){copy, hash, value};
    map->count++;
    map->key_bytes += sizeof *copy + len_bytes;
    return VARVE_OK;
}

bool vv_map_remove(struct vv_map *map, const void *key, size_t len_bytes)
{
    if (map->count == 0) {
        return false;
    }
    struct slot *slot = find(map, key, len_bytes, hash_of(key, len_bytes));
    if (slot->key == NULL) {
        return false;
    }
    map->key_bytes -= sizeof *slot->key + len_bytes;
    map->count--;
    vv_free(slot->key);
    /* What stands behind moves up where that brings it no further than its own place, so that no
     * chain is broken and no tombstones gather. */
    size_t mask = map->capacity - 1;
    size_t hole = (size_t)(slot - map->slots);
    for (size_t i = (hole + 1) & mask; map->slots[i].key != NULL; i = (i + 1) & mask) {
        size_t home = map->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            map->slots[hole] = map->slots[i];
            hole = i;
        }
    }
    map->slots[hole] = (struct slot){0};
    return true;
}

size_t vv_map_count(const struct vv_map *map)
{
    return map->count;
}

size_t vv_map_bytes(const struct vv_map *map)
{
    return sizeof *map + map->capacity * sizeof *map->slots + map->key_bytes;
}
