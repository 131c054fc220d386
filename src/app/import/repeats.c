#include "app/import/repeats.h"

#include "base/alloc.h"

#include "base/banned.h"

/* The times of a tag so far. */
struct range {
    int64_t first_ms, last_ms;
    bool any;
};

struct key {
    int64_t time_ms;
    uint32_t tag; /* plus one; 0: an empty place */
    bool seen;
};

struct vv_import_repeats {
    struct range *ranges;
    uint32_t range_count;
    struct key *keys; /* open addressing, linear; at most half full */
    size_t capacity, count;
    bool partial;
};

struct vv_import_repeats *vv_import_repeats_new(void)
{
    return vv_alloc_zero(sizeof(struct vv_import_repeats));
}

void vv_import_repeats_free(struct vv_import_repeats *repeats)
{
    if (!repeats)
        return;
    vv_free(repeats->ranges);
    vv_free(repeats->keys);
    vv_free(repeats);
}

static struct key *place_of(struct key *keys, size_t capacity, uint32_t tag, int64_t time_ms)
{
    uint64_t hash = ((uint64_t)time_ms ^ (uint64_t)tag << 40) * 0x9E3779B97F4A7C15u;
    size_t at = (size_t)(hash >> 20) & (capacity - 1);
    while (keys[at].tag != 0 && (keys[at].tag != tag + 1 || keys[at].time_ms != time_ms))
        at = (at + 1) & (capacity - 1);
    return &keys[at];
}

static vv_status grow_keys(struct vv_import_repeats *r, vv_error *err)
{
    size_t capacity = r->capacity ? 2 * r->capacity : 1024;
    struct key *grown = vv_alloc_array(capacity, sizeof *grown);
    if (!grown)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to know repeated rows");
    for (size_t i = 0; i < r->capacity; i++)
        if (r->keys[i].tag != 0)
            *place_of(grown, capacity, r->keys[i].tag - 1, r->keys[i].time_ms) = r->keys[i];
    vv_free(r->keys);
    r->keys = grown;
    r->capacity = capacity;
    return VARVE_OK;
}

/* The key, added if it is new; null when there is no room for more. */
static vv_status add_key(struct vv_import_repeats *r, uint32_t tag, int64_t time_ms,
                         struct key **key, vv_error *err)
{
    vv_status status = r->count * 2 >= r->capacity ? grow_keys(r, err) : VARVE_OK;
    *key = NULL;
    if (status)
        return status;
    struct key *place = place_of(r->keys, r->capacity, tag, time_ms);
    if (place->tag == 0 && r->count == VV_IMPORT_REPEATS_MAX) {
        r->partial = true;
        return VARVE_OK;
    }
    if (place->tag == 0) {
        *place = (struct key){.tag = tag + 1, .time_ms = time_ms};
        r->count++;
    }
    *key = place;
    return VARVE_OK;
}

static vv_status range_of(struct vv_import_repeats *r, uint32_t tag, struct range **range,
                          vv_error *err)
{
    if (tag >= r->range_count) {
        uint32_t count = tag < 64 ? 128 : 2 * tag;
        struct range *grown = vv_realloc(r->ranges, count * sizeof *grown);
        if (!grown)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to know repeated rows");
        for (uint32_t i = r->range_count; i < count; i++)
            grown[i] = (struct range){0};
        r->ranges = grown;
        r->range_count = count;
    }
    *range = &r->ranges[tag];
    return VARVE_OK;
}

vv_status vv_import_repeats_note(struct vv_import_repeats *repeats, uint32_t tag, int64_t time_ms,
                                 vv_error *err)
{
    struct range *range;
    struct key *key;
    vv_status status = range_of(repeats, tag, &range, err);
    if (status)
        return status;
    bool inside = range->any && time_ms >= range->first_ms && time_ms <= range->last_ms;
    if (inside)
        return add_key(repeats, tag, time_ms, &key, err);
    if (!range->any || time_ms < range->first_ms)
        range->first_ms = time_ms;
    if (!range->any || time_ms > range->last_ms)
        range->last_ms = time_ms;
    range->any = true;
    return VARVE_OK;
}

bool vv_import_repeats_again(struct vv_import_repeats *repeats, uint32_t tag, int64_t time_ms)
{
    if (repeats->count == 0)
        return false;
    struct key *key = place_of(repeats->keys, repeats->capacity, tag, time_ms);
    bool again = key->tag != 0 && key->seen;
    if (key->tag != 0)
        key->seen = true;
    return again;
}

vv_status vv_import_repeats_once(struct vv_import_repeats *repeats, uint32_t tag, int64_t time_ms,
                                 bool *again, vv_error *err)
{
    struct key *key;
    vv_status status = add_key(repeats, tag, time_ms, &key, err);
    *again = key && key->seen;
    if (key)
        key->seen = true;
    return status;
}

bool vv_import_repeats_partial(const struct vv_import_repeats *repeats)
{
    return repeats->partial;
}
