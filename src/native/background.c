/* The store's own threads: one syncs the log and watches the disk, one flushes, one merges. */
#include "base/time.h"
#include "native/store_private.h"

#include "base/banned.h"

#define SPACE_EVERY_MS 500
#define RETRY_MS       1000
#define MERGE_EVERY_MS 2000

/* Waits for a change of state or the time; true while the store goes on. With `frozen` a head that
 * was frozen since the caller looked is such a change. */
static bool wait_for(varve *store, int64_t timeout_ms, bool frozen)
{
    vv_mutex_lock(&store->state_mutex);
    if (!atomic_load(&store->stopping) && !(frozen && store->lists.head_count > 1))
        vv_cond_wait_for(&store->state_changed, &store->state_mutex, timeout_ms);
    vv_mutex_unlock(&store->state_mutex);
    return !atomic_load(&store->stopping);
}

/* Appends stop while there is still room for the flushes and merges that make more. */
static void watch_space(varve *store)
{
    struct vv_io_space space;
    vv_error err = {0};
    if (store->io->space(store->io->context, store->path, &space, &err))
        return;
    bool full = space.free_bytes < store->options.reserve_bytes;
    if (full != atomic_exchange(&store->disk_full, full) && !full)
        vv_store_trouble(store, NULL);
}

static void sync_run(void *arg)
{
    varve *store = arg;
    int64_t space_due = 0;
    while (!atomic_load(&store->stopping)) {
        int64_t now = vv_monotonic_ms();
        if (now >= space_due) {
            watch_space(store);
            space_due = now + SPACE_EVERY_MS;
        }
        vv_error err = {0};
        if (store->options.sync == VARVE_SYNC_INTERVAL && !atomic_load(&store->read_only) &&
            varve_sync(store, &err))
            vv_store_trouble(store, &err);
        vv_mutex_lock(&store->sync_mutex);
        if (!atomic_load(&store->stopping))
            vv_cond_wait_for(&store->sync_wake, &store->sync_mutex,
                             store->options.sync_interval_ms);
        vv_mutex_unlock(&store->sync_mutex);
    }
}

/* Rows that have waited long enough are frozen, so that followers and disks see them. */
static vv_status freeze_old(varve *store, vv_error *err)
{
    vv_mutex_lock(&store->state_mutex);
    const struct vv_head *active = store->lists.heads[store->lists.head_count - 1].head;
    bool due = vv_head_rows(active) > 0 && vv_monotonic_ms() - vv_head_created_ms(active) >=
                                               (int64_t)store->options.flush_interval_s * 1000;
    vv_mutex_unlock(&store->state_mutex);
    if (!due || atomic_load(&store->read_only))
        return VARVE_OK;
    struct vv_commit freeze = {.kind = VV_COMMIT_FREEZE, .err = err};
    return vv_store_commit(store, &freeze);
}

static void flush_run(void *arg)
{
    varve *store = arg;
    while (!atomic_load(&store->stopping)) {
        vv_error err = {0};
        bool flushed = false;
        vv_status status = freeze_old(store, &err);
        if (!status)
            status = vv_store_flush_oldest(store, &flushed, &err);
        bool stalled = status != VARVE_OK;
        if (stalled)
            vv_store_trouble(store, &err);
        if (atomic_exchange(&store->flush_stalled, stalled) && !stalled)
            vv_store_trouble(store, NULL);
        if (flushed)
            atomic_store(&store->merge_due, true);
        else
            wait_for(store, RETRY_MS, !stalled);
        if (stalled) { /* a change of state wakes at once: do not spin on a full disk */
            vv_mutex_lock(&store->sync_mutex);
            if (!atomic_load(&store->stopping))
                vv_cond_wait_for(&store->sync_wake, &store->sync_mutex, RETRY_MS);
            vv_mutex_unlock(&store->sync_mutex);
        }
    }
}

static void merge_run(void *arg)
{
    varve *store = arg;
    while (!atomic_load(&store->stopping)) {
        vv_error err = {0};
        bool merged = false;
        if (atomic_exchange(&store->merge_due, false) && !atomic_load(&store->disk_full) &&
            vv_store_merge_once(store, &merged, &err) && err.status != VARVE_CANCELLED)
            vv_store_trouble(store, &err);
        if (merged)
            atomic_store(&store->merge_due, true);
        else
            wait_for(store, MERGE_EVERY_MS, false);
    }
}

vv_status vv_store_start_threads(varve *store, vv_error *err)
{
    watch_space(store);
    vv_status status = vv_thread_start(&store->sync_thread, "varve-sync", sync_run, store, err);
    if (!status)
        status = vv_thread_start(&store->flush_thread, "varve-flush", flush_run, store, err);
    if (!status)
        status = vv_thread_start(&store->merge_thread, "varve-merge", merge_run, store, err);
    if (status)
        vv_store_stop_threads(store);
    return status;
}

void vv_store_stop_threads(varve *store)
{
    atomic_store(&store->stopping, true);
    vv_mutex_lock(&store->state_mutex);
    vv_cond_broadcast(&store->state_changed);
    vv_mutex_unlock(&store->state_mutex);
    vv_mutex_lock(&store->sync_mutex);
    vv_cond_broadcast(&store->sync_wake);
    vv_mutex_unlock(&store->sync_mutex);
    vv_thread_join(&store->merge_thread);
    vv_thread_join(&store->flush_thread);
    vv_thread_join(&store->sync_thread);
}
