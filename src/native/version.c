#include "native/version.h"

#include <sched.h>
#include <string.h>

#include "base/banned.h"

/* ---- live parts ---- */

static vv_status copy_about(const struct vv_manifest_part *from, struct vv_manifest_part *to)
{
    *to = *from;
    size_t bytes = from->summary.span_count * sizeof *from->summary.spans;
    to->summary.spans = vv_alloc(bytes);
    if (!to->summary.spans)
        return VARVE_NO_MEMORY;
    if (bytes > 0)
        memcpy(to->summary.spans, from->summary.spans, bytes);
    return VARVE_OK;
}

vv_status vv_live_part_new(const struct vv_io *io, struct vv_cache *cache, const char *path,
                           const struct vv_part_id *id, const struct vv_manifest_part *about,
                           struct vv_live_part **part, vv_error *err)
{
    *part = NULL;
    struct vv_live_part *p = vv_alloc_zero(sizeof *p);
    if (!p || copy_about(about, &p->about)) {
        vv_free(p);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for part %s", path);
    }
    atomic_init(&p->refs, 1);
    p->io = io;
    p->cache = cache;
    vv_status status = vv_part_new(io, cache, path, id, &p->part, err);
    if (status) {
        vv_part_summary_deinit(&p->about.summary);
        vv_free(p);
        return status;
    }
    *part = p;
    return VARVE_OK;
}

void vv_live_part_ref(struct vv_live_part *part)
{
    atomic_fetch_add_explicit(&part->refs, 1, memory_order_relaxed);
}

void vv_live_part_unref(struct vv_live_part *part)
{
    if (!part || atomic_fetch_sub_explicit(&part->refs, 1, memory_order_acq_rel) != 1)
        return;
    uint64_t number = part->about.number;
    bool removed = false;
    if (atomic_load(&part->obsolete)) {
        vv_cache_drop(part->cache, number);
        removed = part->io->unlink(part->io->context, vv_part_path(part->part), NULL) == VARVE_OK;
    }
    vv_part_free(part->part);
    vv_part_partitions_free(atomic_load(&part->partitions));
    vv_part_summary_deinit(&part->about.summary);
    if (removed && part->removed)
        part->removed(part->removed_arg, number);
    vv_free(part);
}

/* ---- versions ---- */

vv_status vv_version_new(const struct vv_version_room *room, struct vv_version **version,
                         vv_error *err)
{
    *version = NULL;
    struct vv_version *v = vv_alloc_zero(sizeof *v);
    if (v) {
        atomic_init(&v->refs, 1);
        v->heads = vv_alloc_array(room->heads, sizeof *v->heads);
        v->parts = vv_alloc_array(room->parts, sizeof *v->parts);
        v->marks = vv_alloc_array(room->marks, sizeof *v->marks);
        v->prunes = vv_alloc_array(room->prunes, sizeof *v->prunes);
    }
    if (!v || !v->heads || !v->parts || !v->marks || !v->prunes) {
        vv_version_unref(v);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a new version");
    }
    *version = v;
    return VARVE_OK;
}

void vv_version_unref(struct vv_version *version)
{
    if (!version || atomic_fetch_sub_explicit(&version->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < version->head_count; i++)
        vv_head_unref(version->heads[i]);
    for (size_t i = 0; i < version->part_count; i++)
        vv_live_part_unref(version->parts[i]);
    vv_free(version->heads);
    vv_free(version->parts);
    vv_free(version->marks);
    vv_free(version->prunes);
    vv_free(version);
}

/* Between announcing and taking its reference a reader runs a handful of instructions: the
 * publisher's wait is as short. Several readers may share a slot, which then counts them. */
struct vv_version *vv_version_acquire(struct vv_version_box *box)
{
    static atomic_uint next_slot;
    static _Thread_local uint32_t own_slot;
    if (own_slot == 0)
        own_slot = 1 + atomic_fetch_add(&next_slot, 1) % VV_VERSION_SLOTS;
    struct vv_version_slot *slot = &box->slots[own_slot - 1];
    atomic_fetch_add(&slot->announced, 1);
    struct vv_version *version = atomic_load(&box->current);
    atomic_fetch_add(&version->refs, 1);
    atomic_fetch_sub(&slot->announced, 1);
    return version;
}

struct vv_version *vv_version_publish(struct vv_version_box *box, struct vv_version *next)
{
    struct vv_version *before = atomic_exchange(&box->current, next);
    for (size_t i = 0; i < VV_VERSION_SLOTS && before; i++)
        while (atomic_load(&box->slots[i].announced) != 0)
            sched_yield();
    return before;
}
