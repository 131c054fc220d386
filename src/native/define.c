/* Strata and series: defined by any thread, logged with the next batch. */
#include "base/bytes.h"
#include "base/time.h"
#include "catalog/partition.h"
#include "native/store_private.h"

#include "base/banned.h"

static vv_status keep_pending(varve *store, enum vv_wal_kind kind, const struct vv_buf *payload,
                              vv_error *err)
{
    size_t before = store->pending.len;
    vv_buf_put8(&store->pending, (uint8_t)kind);
    vv_buf_put32(&store->pending, (uint32_t)payload->len);
    vv_buf_add(&store->pending, payload->data, payload->len);
    if (store->pending.failed) {
        /* What is defined in memory cannot be logged: batches that use it could not be replayed. */
        store->pending.len = before;
        store->pending.failed = false;
        atomic_store(&store->read_only, true);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to log a definition");
    }
    atomic_store_explicit(&store->definitions_pending, true, memory_order_release);
    return VARVE_OK;
}

vv_status varve_stratum_define(varve *store, const struct varve_stratum *stratum,
                               uint32_t *stratum_id, varve_error *err)
{
    vv_error_clear(err);
    bool fresh;
    struct vv_buf payload = {0};
    vv_mutex_lock(&store->define_mutex);
    vv_status status =
        vv_registry_stratum(store->registry, stratum, stratum_id, &fresh, &payload, err);
    if (!status && fresh)
        status = keep_pending(store, VV_WAL_STRATUM, &payload, err);
    vv_mutex_unlock(&store->define_mutex);
    vv_buf_deinit(&payload);
    return status;
}

/* A runaway client must not fill the registry, which is never emptied. */
static vv_status check_rate(varve *store, vv_error *err)
{
    int64_t hour = vv_monotonic_ms() / VV_HOUR_MS;
    if (hour != store->series_hour) {
        store->series_hour = hour;
        store->series_in_hour = 0;
    }
    if (store->options.series_per_hour > 0 &&
        store->series_in_hour >= store->options.series_per_hour)
        return vv_fail(err, VARVE_TOO_MANY, "more than %llu new series in an hour",
                       (unsigned long long)store->options.series_per_hour);
    return VARVE_OK;
}

vv_status varve_series_define(varve *store, uint32_t stratum_id, const void *key, size_t key_bytes,
                              uint32_t *series, varve_error *err)
{
    vv_error_clear(err);
    bool fresh = false;
    struct vv_buf payload = {0};
    vv_mutex_lock(&store->define_mutex);
    vv_status status = vv_registry_find(store->registry, stratum_id, key, key_bytes, series, NULL);
    if (status == VARVE_NOT_FOUND) {
        status = check_rate(store, err);
        if (!status)
            status = vv_registry_series(store->registry, stratum_id, key, key_bytes, series, &fresh,
                                        &payload, err);
    }
    if (!status && fresh) {
        store->series_in_hour++;
        status = keep_pending(store, VV_WAL_SERIES, &payload, err);
    }
    vv_mutex_unlock(&store->define_mutex);
    vv_buf_deinit(&payload);
    return status;
}

/* Under define_mutex too, so that a series is never found before its definition is pending. */
vv_status varve_series_find(varve *store, uint32_t stratum_id, const void *key, size_t key_bytes,
                            uint32_t *series, varve_error *err)
{
    vv_error_clear(err);
    vv_mutex_lock(&store->define_mutex);
    vv_status status = vv_registry_find(store->registry, stratum_id, key, key_bytes, series, err);
    vv_mutex_unlock(&store->define_mutex);
    return status;
}

uint32_t varve_series_count(varve *store)
{
    return vv_registry_series_count(store->registry);
}

vv_status varve_series_key(varve *store, uint32_t series, uint32_t *stratum_id, const void **key,
                           size_t *key_bytes, varve_error *err)
{
    vv_error_clear(err);
    if (!vv_registry_series_get(store->registry, series, stratum_id, key, key_bytes))
        return vv_fail(err, VARVE_NOT_FOUND, "there is no series %u", series);
    return VARVE_OK;
}

vv_status varve_stratum_get(varve *store, uint32_t stratum_id, const struct varve_stratum **stratum,
                            varve_error *err)
{
    vv_error_clear(err);
    *stratum = vv_registry_stratum_get(store->registry, stratum_id);
    if (!*stratum)
        return vv_fail(err, VARVE_NOT_FOUND, "there is no stratum %u", stratum_id);
    return VARVE_OK;
}

vv_status vv_store_stratum_of(varve *store, uint32_t series, uint32_t *stratum_id,
                              const struct varve_stratum **stratum, vv_error *err)
{
    if (!vv_registry_series_get(store->registry, series, stratum_id, NULL, NULL))
        return vv_fail(err, VARVE_NOT_FOUND, "there is no series %u", series);
    *stratum = vv_registry_stratum_get(store->registry, *stratum_id);
    return VARVE_OK;
}
