/* The store's state for its operator, and the damage that readers met. */
#include "base/logger.h"
#include "base/time.h"
#include "native/store_private.h"

#include "base/banned.h"

void vv_store_damage(varve *store, struct vv_live_part *part, const vv_error *err)
{
    atomic_fetch_add(&store->counters.damaged, 1);
    if (part)
        atomic_store(&part->damaged, true);
    vv_log_error("store", err, "damaged bytes were left out of an answer");
}

void vv_store_count_blocks(varve *store, uint64_t blocks)
{
    atomic_fetch_add_explicit(&store->counters.blocks_read, blocks, memory_order_relaxed);
}

static uint64_t counter(const atomic_uint_least64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

vv_status varve_info_get(varve *store, struct varve_info *info, varve_error *err)
{
    vv_error_clear(err);
    *info = (struct varve_info){
        .sequence = counter(&store->visible_sequence),
        .series_count = vv_registry_series_count(store->registry),
        .memory_bytes = atomic_load(&store->memory.used_bytes),
        .cache_bytes = vv_cache_used(store->cache),
        .log_bytes = store->wal ? vv_wal_bytes(store->wal) : 0,
        .flushes = counter(&store->counters.flushes),
        .merges = counter(&store->counters.merges),
        .bytes_logged = counter(&store->counters.bytes_logged),
        .bytes_flushed = counter(&store->counters.bytes_flushed),
        .bytes_merged = counter(&store->counters.bytes_merged),
        .appended_rows = counter(&store->counters.appended_rows),
        .blocks_read = counter(&store->counters.blocks_read),
        .damaged = counter(&store->counters.damaged),
        .merge_backlog_bytes = vv_store_merge_backlog(store),
        .read_only = atomic_load(&store->read_only),
        .disk_full = atomic_load(&store->disk_full),
        .stalled = atomic_load(&store->flush_stalled),
    };
    vv_mutex_lock(&store->state_mutex);
    const struct vv_store_lists *lists = &store->lists;
    info->parts = lists->part_count;
    for (size_t i = 0; i < lists->part_count; i++) {
        info->part_bytes += lists->parts[i]->about.summary.size_bytes;
        info->part_rows += lists->parts[i]->about.summary.rows;
    }
    for (size_t i = 0; i < lists->head_count; i++)
        info->head_rows += vv_head_rows(lists->heads[i].head);
    if (info->head_rows > 0)
        info->oldest_unflushed_ms =
            (uint64_t)(vv_monotonic_ms() - vv_head_created_ms(lists->heads[0].head));
    memcpy(info->trouble, store->trouble, sizeof info->trouble);
    vv_mutex_unlock(&store->state_mutex);
    return VARVE_OK;
}
