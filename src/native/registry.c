#include "native/registry_private.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

static unsigned segment_of(uint32_t id, uint32_t *index)
{
    uint64_t place = (uint64_t)id + VV_REGISTRY_FIRST;
    unsigned high = 63u - (unsigned)__builtin_clzll(place);
    unsigned first = 31u - (unsigned)__builtin_clz(VV_REGISTRY_FIRST);
    *index = (uint32_t)(place - ((uint64_t)1 << high));
    return high - first;
}

vv_status vv_registry_new(struct vv_registry **registry, vv_error *err)
{
    *registry = NULL;
    struct vv_registry *r = vv_alloc_zero(sizeof *r);
    if (!r)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the registry");
    vv_mutex_init(&r->lock);
    vv_arena_init(&r->arena, 65536, NULL);
    r->strata_by_name = vv_map_new();
    r->series_by_key = vv_map_new();
    if (!r->strata_by_name || !r->series_by_key) {
        vv_registry_free(r);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the registry");
    }
    *registry = r;
    return VARVE_OK;
}

void vv_registry_free(struct vv_registry *registry)
{
    if (!registry)
        return;
    for (int i = 0; i < VV_REGISTRY_SEGMENTS; i++)
        vv_free(atomic_load(&registry->segments[i]));
    vv_map_free(registry->strata_by_name);
    vv_map_free(registry->series_by_key);
    vv_buf_deinit(&registry->scratch);
    vv_arena_deinit(&registry->arena);
    vv_mutex_deinit(&registry->lock);
    vv_free(registry);
}

/* ---- lookups by id: no lock ---- */

uint32_t vv_registry_series_count(const struct vv_registry *registry)
{
    return atomic_load_explicit(&registry->series_count, memory_order_acquire);
}

uint32_t vv_registry_stratum_count(const struct vv_registry *registry)
{
    return atomic_load_explicit(&registry->stratum_count, memory_order_acquire);
}

const struct varve_stratum *vv_registry_stratum_get(const struct vv_registry *registry, uint32_t id)
{
    if (id >= vv_registry_stratum_count(registry))
        return NULL;
    return atomic_load_explicit(&registry->strata[id], memory_order_acquire);
}

struct vv_registry_series *vv_registry_slot(const struct vv_registry *registry, uint32_t id)
{
    uint32_t index;
    unsigned segment = segment_of(id, &index);
    return atomic_load_explicit(&registry->segments[segment], memory_order_acquire) + index;
}

bool vv_registry_series_get(const struct vv_registry *registry, uint32_t id, uint32_t *stratum,
                            const void **key, size_t *key_bytes)
{
    if (id >= vv_registry_series_count(registry))
        return false;
    const struct vv_registry_series *series = vv_registry_slot(registry, id);
    if (!series->key)
        return false;
    if (stratum)
        *stratum = series->stratum;
    if (key)
        *key = series->key;
    if (key_bytes)
        *key_bytes = series->key_bytes;
    return true;
}

/* ---- checks of a stratum's description ---- */

static vv_status check_name(const char *what, const char *name, vv_error *err)
{
    size_t len = name ? strnlen(name, VARVE_NAME_MAX + 1) : 0;
    if (len == 0)
        return vv_fail(err, VARVE_BAD_NAME, "%s without a name", what);
    if (len > VARVE_NAME_MAX)
        return vv_fail(err, VARVE_BAD_NAME, "%s \"%.40s...\": the name is longer than %d bytes",
                       what, name, VARVE_NAME_MAX);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return vv_fail(err, VARVE_BAD_NAME,
                           "%s: byte %zu of the name is a control character (0x%02x)", what, i,
                           (unsigned char)name[i]);
    return VARVE_OK;
}

/* The type that the column of goodness must have; 0: no column is looked at. */
static int goodness_type(enum varve_goodness goodness)
{
    switch (goodness) {
    case VARVE_GOOD_OPC:
    case VARVE_GOOD_LEVELS:
        return VARVE_INT64;
    case VARVE_GOOD_FLAGS:
        return VARVE_TEXT;
    case VARVE_GOOD_ALL:
        break;
    }
    return 0;
}

static vv_status check_columns(const struct varve_stratum *stratum, vv_error *err)
{
    struct vv_map *names = vv_map_new();
    if (!names)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to check stratum \"%s\"", stratum->name);
    vv_status status = VARVE_OK;
    for (uint32_t i = 0; i < stratum->column_count && status == VARVE_OK; i++) {
        const struct varve_column *column = &stratum->columns[i];
        uint64_t other;
        status = check_name("column", column->name, err);
        if (status != VARVE_OK) {
            vv_error_prefix(err, "stratum \"%s\"", stratum->name);
            break;
        }
        if (column->type < VARVE_INT64 || column->type > VARVE_TEXT)
            status = vv_fail(err, VARVE_BAD_TYPE, "stratum \"%s\": column \"%s\" has no type %d",
                             stratum->name, column->name, (int)column->type);
        else if (vv_map_get(names, column->name, strlen(column->name), &other))
            status = vv_fail(err, VARVE_BAD_NAME, "stratum \"%s\": two columns \"%s\"",
                             stratum->name, column->name);
        else if (vv_map_put(names, column->name, strlen(column->name), i) != VARVE_OK)
            status =
                vv_fail(err, VARVE_NO_MEMORY, "no memory to check stratum \"%s\"", stratum->name);
    }
    vv_map_free(names);
    return status;
}

vv_status vv_registry_check_stratum(const struct varve_stratum *stratum, vv_error *err)
{
    vv_status status = check_name("stratum", stratum->name, err);
    if (status != VARVE_OK)
        return status;
    if (stratum->unit < VARVE_SECONDS || stratum->unit > VARVE_MICROSECONDS)
        return vv_fail(err, VARVE_BAD_VALUE, "stratum \"%s\": there is no time unit %d",
                       stratum->name, (int)stratum->unit);
    if ((unsigned)stratum->span > VARVE_SPAN_YEAR)
        return vv_fail(err, VARVE_BAD_VALUE, "stratum \"%s\": there is no partition span %d",
                       stratum->name, (int)stratum->span);
    if ((unsigned)stratum->goodness > VARVE_GOOD_FLAGS)
        return vv_fail(err, VARVE_BAD_VALUE, "stratum \"%s\": there is no goodness rule %d",
                       stratum->name, (int)stratum->goodness);
    if (stratum->column_count == 0 || stratum->column_count > VARVE_COLUMNS_MAX ||
        !stratum->columns)
        return vv_fail(err, VARVE_LIMIT, "stratum \"%s\": %" PRIu32 " columns (1 to %d)",
                       stratum->name, stratum->columns ? stratum->column_count : 0,
                       VARVE_COLUMNS_MAX);
    status = check_columns(stratum, err);
    int type = goodness_type(stratum->goodness);
    if (status != VARVE_OK || type == 0)
        return status;
    if (stratum->good_column >= stratum->column_count)
        return vv_fail(err, VARVE_BAD_VALUE,
                       "stratum \"%s\": column %" PRIu32 ", which tells good rows, is not there",
                       stratum->name, stratum->good_column);
    if (stratum->columns[stratum->good_column].type != (enum varve_type)type)
        return vv_fail(err, VARVE_BAD_TYPE,
                       "stratum \"%s\": column \"%s\", which tells good rows, must be %s",
                       stratum->name, stratum->columns[stratum->good_column].name,
                       type == VARVE_INT64 ? "an integer" : "a text");
    return VARVE_OK;
}

vv_status vv_registry_check_extends(const struct varve_stratum *old,
                                    const struct varve_stratum *stratum, vv_error *err)
{
    const char *what = NULL;
    if (old->unit != stratum->unit)
        what = "time unit";
    else if (old->span != stratum->span)
        what = "partition span";
    else if (old->goodness != stratum->goodness)
        what = "goodness rule";
    else if (goodness_type(old->goodness) && old->good_column != stratum->good_column)
        what = "goodness column";
    if (what)
        return vv_fail(err, VARVE_CONFLICT, "stratum \"%s\" is there with another %s", old->name,
                       what);
    if (stratum->column_count < old->column_count)
        return vv_fail(err, VARVE_CONFLICT,
                       "stratum \"%s\" is there with %" PRIu32 " columns, not %" PRIu32, old->name,
                       old->column_count, stratum->column_count);
    for (uint32_t i = 0; i < old->column_count; i++) {
        const struct varve_column *a = &old->columns[i], *b = &stratum->columns[i];
        if (a->type != b->type || strcmp(a->name, b->name) != 0)
            return vv_fail(err, VARVE_CONFLICT,
                           "stratum \"%s\": column %" PRIu32
                           " is \"%s\" of type %d there, not \"%s\" of type %d",
                           old->name, i, a->name, (int)a->type, b->name, (int)b->type);
    }
    return VARVE_OK;
}

/* ---- definitions ---- */

static void *keep(struct vv_registry *r, size_t size_bytes)
{
    void *memory = vv_arena_alloc(&r->arena, size_bytes);
    if (memory)
        r->arena_bytes += size_bytes;
    return memory;
}

static const char *keep_text(struct vv_registry *r, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = keep(r, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static struct varve_stratum *keep_stratum(struct vv_registry *r,
                                          const struct varve_stratum *stratum)
{
    struct varve_stratum *copy = keep(r, sizeof *copy);
    struct varve_column *columns = keep(r, stratum->column_count * sizeof *columns);
    if (!copy || !columns)
        return NULL;
    *copy = *stratum;
    copy->columns = columns;
    copy->name = keep_text(r, stratum->name);
    for (uint32_t i = 0; i < stratum->column_count; i++) {
        columns[i] =
            (struct varve_column){keep_text(r, stratum->columns[i].name), stratum->columns[i].type};
        if (!columns[i].name)
            return NULL;
    }
    return copy->name ? copy : NULL;
}

vv_status vv_registry_add_stratum(struct vv_registry *r, const struct varve_stratum *stratum,
                                  uint32_t id, vv_error *err)
{
    uint32_t count = vv_registry_stratum_count(r);
    if (id >= VV_REGISTRY_STRATA)
        return vv_fail(err, VARVE_LIMIT, "stratum \"%s\": more than %d strata", stratum->name,
                       VV_REGISTRY_STRATA);
    struct varve_stratum *copy = keep_stratum(r, stratum);
    if (!copy ||
        vv_map_put(r->strata_by_name, stratum->name, strlen(stratum->name), id) != VARVE_OK)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for stratum \"%s\"", stratum->name);
    atomic_store_explicit(&r->strata[id], copy, memory_order_release);
    if (id >= count)
        atomic_store_explicit(&r->stratum_count, id + 1, memory_order_release);
    return VARVE_OK;
}

vv_status vv_registry_stratum(struct vv_registry *registry, const struct varve_stratum *stratum,
                              uint32_t *id, bool *fresh, struct vv_buf *payload, vv_error *err)
{
    *fresh = false;
    *id = 0;
    vv_status status = vv_registry_check_stratum(stratum, err);
    if (status != VARVE_OK)
        return status;
    uint64_t found;
    vv_mutex_lock(&registry->lock);
    uint32_t at = vv_registry_stratum_count(registry);
    if (vv_map_get(registry->strata_by_name, stratum->name, strlen(stratum->name), &found)) {
        at = (uint32_t)found;
        const struct varve_stratum *old = vv_registry_stratum_get(registry, at);
        status = vv_registry_check_extends(old, stratum, err);
        if (status != VARVE_OK || old->column_count == stratum->column_count) {
            *id = at;
            goto out;
        }
    }
    /* The payload first: what could not be logged must not be defined. */
    size_t len = payload->len;
    vv_registry_pack_stratum(stratum, at, payload);
    if (payload->failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for stratum \"%s\"", stratum->name);
    else
        status = vv_registry_add_stratum(registry, stratum, at, err);
    if (status != VARVE_OK) {
        payload->len = len;
        goto out;
    }
    *id = at;
    *fresh = true;
out:
    vv_mutex_unlock(&registry->lock);
    return status;
}

/* The key of series_by_key, in scratch. */
static bool series_key(struct vv_registry *r, uint32_t stratum, const void *key, size_t key_bytes)
{
    vv_buf_reset(&r->scratch);
    vv_buf_put32(&r->scratch, stratum);
    vv_buf_add(&r->scratch, key, key_bytes);
    return !r->scratch.failed;
}

/* Makes the slots up to `id` exist; those below it stay holes. */
static bool make_slots(struct vv_registry *r, uint32_t id)
{
    for (uint32_t at = vv_registry_series_count(r);; at++) {
        uint32_t index;
        unsigned segment = segment_of(at, &index);
        if (!atomic_load_explicit(&r->segments[segment], memory_order_relaxed)) {
            struct vv_registry_series *memory =
                vv_alloc_array((size_t)VV_REGISTRY_FIRST << segment, sizeof *memory);
            if (!memory)
                return false;
            atomic_store_explicit(&r->segments[segment], memory, memory_order_release);
        }
        if (at >= id)
            return true;
    }
}

vv_status vv_registry_add_series(struct vv_registry *r, uint32_t id, uint32_t stratum,
                                 const void *key, size_t key_bytes, vv_error *err)
{
    uint8_t *copy = keep(r, key_bytes);
    if (!copy || !make_slots(r, id) || !series_key(r, stratum, key, key_bytes) ||
        vv_map_put(r->series_by_key, r->scratch.data, r->scratch.len, id) != VARVE_OK)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for series %" PRIu32, id);
    memcpy(copy, key, key_bytes);
    *vv_registry_slot(r, id) = (struct vv_registry_series){copy, (uint32_t)key_bytes, stratum};
    if (id >= vv_registry_series_count(r))
        atomic_store_explicit(&r->series_count, id + 1, memory_order_release);
    return VARVE_OK;
}

static vv_status check_key(const struct vv_registry *r, uint32_t stratum, size_t key_bytes,
                           vv_error *err)
{
    if (!vv_registry_stratum_get(r, stratum))
        return vv_fail(err, VARVE_NOT_FOUND, "there is no stratum %" PRIu32, stratum);
    if (key_bytes == 0 || key_bytes > VARVE_KEY_MAX)
        return vv_fail(err, VARVE_BAD_NAME, "a series' key of %zu bytes (1 to %d)", key_bytes,
                       VARVE_KEY_MAX);
    return VARVE_OK;
}

vv_status vv_registry_series(struct vv_registry *registry, uint32_t stratum, const void *key,
                             size_t key_bytes, uint32_t *id, bool *fresh, struct vv_buf *payload,
                             vv_error *err)
{
    *fresh = false;
    *id = 0;
    vv_status status = check_key(registry, stratum, key_bytes, err);
    if (status != VARVE_OK)
        return status;
    uint64_t found;
    vv_mutex_lock(&registry->lock);
    if (!series_key(registry, stratum, key, key_bytes)) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a series' key");
        goto out;
    }
    if (vv_map_get(registry->series_by_key, registry->scratch.data, registry->scratch.len,
                   &found)) {
        *id = (uint32_t)found;
        goto out;
    }
    uint32_t at = vv_registry_series_count(registry);
    if (at == UINT32_MAX) {
        status = vv_fail(err, VARVE_LIMIT, "more than %" PRIu32 " series", UINT32_MAX);
        goto out;
    }
    size_t len = payload->len;
    struct vv_registry_series series = {key, (uint32_t)key_bytes, stratum};
    vv_registry_pack_series(&series, at, payload);
    if (payload->failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for series %" PRIu32, at);
    else
        status = vv_registry_add_series(registry, at, stratum, key, key_bytes, err);
    if (status != VARVE_OK) {
        payload->len = len;
        goto out;
    }
    *id = at;
    *fresh = true;
out:
    vv_mutex_unlock(&registry->lock);
    return status;
}

vv_status vv_registry_find(struct vv_registry *registry, uint32_t stratum, const void *key,
                           size_t key_bytes, uint32_t *id, vv_error *err)
{
    *id = 0;
    vv_status status = check_key(registry, stratum, key_bytes, err);
    if (status != VARVE_OK)
        return status;
    uint64_t found;
    vv_mutex_lock(&registry->lock);
    if (!series_key(registry, stratum, key, key_bytes))
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a series' key");
    else if (vv_map_get(registry->series_by_key, registry->scratch.data, registry->scratch.len,
                        &found))
        *id = (uint32_t)found;
    else
        status = vv_fail(err, VARVE_NOT_FOUND, "stratum \"%s\" has no series of that key",
                         vv_registry_stratum_get(registry, stratum)->name);
    vv_mutex_unlock(&registry->lock);
    return status;
}

size_t vv_registry_memory(const struct vv_registry *registry)
{
    struct vv_registry *r = (struct vv_registry *)registry; /* for its lock alone */
    vv_mutex_lock(&r->lock);
    size_t bytes = sizeof *r + r->arena_bytes + r->scratch.capacity +
                   vv_map_bytes(r->strata_by_name) + vv_map_bytes(r->series_by_key);
    for (unsigned i = 0; i < VV_REGISTRY_SEGMENTS; i++)
        if (atomic_load_explicit(&r->segments[i], memory_order_relaxed))
            bytes += ((size_t)VV_REGISTRY_FIRST << i) * sizeof(struct vv_registry_series);
    vv_mutex_unlock(&r->lock);
    return bytes;
}
