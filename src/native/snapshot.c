/* A moment of the store, held by readers. */
#include "native/span.h"
#include "native/store_private.h"

#include "base/banned.h"

vv_status varve_snapshot_open(varve *store, varve_snapshot **snapshot, varve_error *err)
{
    vv_error_clear(err);
    *snapshot = NULL;
    struct varve_snapshot *s = vv_alloc_zero(sizeof *s);
    if (!s)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a snapshot");
    s->store = store;
    /* The sequence first: a version taken after it holds all that the sequence promises. */
    s->sequence = atomic_load_explicit(&store->visible_sequence, memory_order_acquire);
    s->version = vv_version_acquire(&store->versions);
    if (s->sequence < s->version->flushed_sequence)
        s->sequence = s->version->flushed_sequence;
    *snapshot = s;
    return VARVE_OK;
}

void varve_snapshot_close(varve_snapshot *snapshot)
{
    if (!snapshot)
        return;
    vv_version_unref(snapshot->version);
    vv_free(snapshot);
}

uint64_t varve_snapshot_sequence(const varve_snapshot *snapshot)
{
    return snapshot->sequence;
}

vv_status vv_snapshot_take(varve *store, varve_snapshot *given, varve_snapshot **own,
                           varve_snapshot **use, vv_error *err)
{
    *own = NULL;
    *use = given;
    if (given)
        return VARVE_OK;
    vv_status status = varve_snapshot_open(store, own, err);
    *use = *own;
    return status;
}

int64_t vv_store_partition(const struct varve_stratum *stratum, int64_t time)
{
    return vv_span_of(stratum, time).key;
}
