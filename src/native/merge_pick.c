/* The rule of merging.
 *
 * Flushed parts (level 0) cover all partitions that a stretch of time touched: from four on they
 * are merged into parts by partition (level 1). Level-1 parts whose partitions overlap form
 * clusters; in a cluster the youngest ones are merged when at least four are of like size (size
 * tiers: each row is written again a logarithmic number of times), and when all its partitions are
 * over, any two are. Parts that met damage are left alone: a merge would drop what a repair may
 * still save.
 */
#include <stdlib.h>

#include "base/time.h"
#include "native/merge.h"
#include "native/span.h"
#include "native/store_private.h"

#include "base/banned.h"

#define TIER_PARTS     4
#define LEVEL0_AT_MOST 32
/* A partition counts as over this long after its end: late rows of the last minutes still come. */
#define SETTLE_MS VV_HOUR_MS

struct candidate {
    struct vv_live_part *part;
    int64_t first_key, last_key; /* partitions */
    int64_t end_ms;              /* of the last one; INT64_MAX when unpartitioned */
};

static int64_t end_of(const struct varve_stratum *stratum, const struct vv_span *span)
{
    if (stratum->span == VARVE_SPAN_NONE || span->to == INT64_MAX)
        return INT64_MAX;
    if (stratum->unit == VARVE_SECONDS)
        return span->to * 1000;
    return stratum->unit == VARVE_MICROSECONDS ? span->to / 1000 : span->to;
}

static struct candidate candidate_of(varve *store, struct vv_live_part *part)
{
    struct candidate c = {part, INT64_MAX, INT64_MIN, INT64_MIN};
    for (uint32_t i = 0; i < part->about.summary.span_count; i++) {
        const struct vv_part_span *about = &part->about.summary.spans[i];
        const struct varve_stratum *stratum =
            vv_registry_stratum_get(store->registry, about->stratum);
        struct vv_span first = vv_span_of(stratum, about->from);
        struct vv_span last = vv_span_of(stratum, about->to);
        int64_t end_ms = end_of(stratum, &last);
        c.first_key = first.key < c.first_key ? first.key : c.first_key;
        c.last_key = last.key > c.last_key ? last.key : c.last_key;
        c.end_ms = end_ms > c.end_ms ? end_ms : c.end_ms;
    }
    return c;
}

static int by_first_key(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->first_key != y->first_key)
        return x->first_key < y->first_key ? -1 : 1;
    return 0;
}

static int by_sequence(const void *a, const void *b)
{
    const struct vv_manifest_part *x = &((const struct candidate *)a)->part->about;
    const struct vv_manifest_part *y = &((const struct candidate *)b)->part->about;
    if (x->summary.max_sequence != y->summary.max_sequence)
        return x->summary.max_sequence < y->summary.max_sequence ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static uint64_t size_of(const struct candidate *c)
{
    return c->part->about.summary.size_bytes;
}

/* ---- is a set safe ---- */

static bool overlaps(const struct candidate *a, const struct candidate *b)
{
    return a->first_key <= b->last_key && b->first_key <= a->last_key;
}

/* No part outside chosen[0..count) that reaches into its partitions has sequences among its own,
 * and none of it is damaged. */
static bool is_safe(const struct candidate *all, size_t all_count, const struct candidate *chosen,
                    size_t count)
{
    struct candidate hull = chosen[0];
    uint64_t low = UINT64_MAX, high = 0;
    for (size_t i = 0; i < count; i++) {
        const struct vv_part_summary *summary = &chosen[i].part->about.summary;
        if (atomic_load(&chosen[i].part->damaged))
            return false;
        hull.first_key =
            chosen[i].first_key < hull.first_key ? chosen[i].first_key : hull.first_key;
        hull.last_key = chosen[i].last_key > hull.last_key ? chosen[i].last_key : hull.last_key;
        low = summary->min_sequence < low ? summary->min_sequence : low;
        high = summary->max_sequence > high ? summary->max_sequence : high;
    }
    for (size_t i = 0; i < all_count; i++) {
        const struct vv_part_summary *summary = &all[i].part->about.summary;
        bool inside = false;
        for (size_t k = 0; k < count && !inside; k++)
            inside = chosen[k].part == all[i].part;
        if (!inside && overlaps(&all[i], &hull) && summary->min_sequence <= high &&
            summary->max_sequence >= low)
            return false;
    }
    return true;
}

/* ---- choosing ---- */

/* The oldest stretch of level-0 parts without a damaged one between, if it is long enough. */
static size_t choose_level0(const struct candidate *sorted, size_t count, size_t *first)
{
    size_t length = 0;
    *first = 0;
    for (size_t i = 0; i < count && length < LEVEL0_AT_MOST; i++) {
        if (sorted[i].part->about.level != 0)
            continue;
        if (atomic_load(&sorted[i].part->damaged)) {
            if (length >= TIER_PARTS)
                break;
            length = 0;
            continue;
        }
        if (length == 0)
            *first = i;
        length = i - *first + 1;
    }
    return length >= TIER_PARTS ? length : 0;
}

/* Of a cluster in order of sequence: how many of the youngest are due together. */
static size_t choose_tier(const struct candidate *cluster, size_t count, int64_t now_ms)
{
    uint64_t together = size_of(&cluster[count - 1]);
    int64_t end_ms = cluster[count - 1].end_ms;
    size_t length = 1;
    while (length < count && size_of(&cluster[count - 1 - length]) <= 2 * together) {
        const struct candidate *older = &cluster[count - 1 - length];
        together += size_of(older);
        end_ms = older->end_ms > end_ms ? older->end_ms : end_ms;
        length++;
    }
    bool over = end_ms < INT64_MAX && end_ms + SETTLE_MS < now_ms;
    return length >= TIER_PARTS || (over && length >= 2) ? length : 0;
}

static vv_status choose(varve *store, const struct vv_version *version, struct vv_merge_pick *pick,
                        uint64_t *backlog, vv_error *err)
{
    size_t count = version->part_count;
    struct candidate *all = vv_alloc_array(count + 1, sizeof *all);
    if (!all)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to choose parts to merge");
    const struct candidate *chosen = NULL;
    size_t chosen_count = 0, first;
    uint64_t due = 0;
    int64_t now_ms = vv_now_ms();
    for (size_t i = 0; i < count; i++)
        all[i] = candidate_of(store, version->parts[i]);

    /* Versions list parts in order of sequence. */
    size_t length = choose_level0(all, count, &first);
    for (size_t i = first; i < first + length; i++)
        due += size_of(&all[i]);
    if (length > 0 && is_safe(all, count, &all[first], length)) {
        chosen = &all[first];
        chosen_count = length;
    }
    /* Level 1 by clusters, in a second array, since all[] must keep its order for chosen[]. */
    struct candidate *split = vv_alloc_array(count + 1, sizeof *split);
    size_t split_count = 0;
    for (size_t i = 0; i < count && split; i++)
        if (all[i].part->about.level > 0)
            split[split_count++] = all[i];
    if (split_count > 0)
        qsort(split, split_count, sizeof *split, by_first_key);
    for (size_t begin = 0, end; begin < split_count; begin = end) {
        int64_t last_key = split[begin].last_key;
        for (end = begin + 1; end < split_count && split[end].first_key <= last_key; end++)
            last_key = split[end].last_key > last_key ? split[end].last_key : last_key;
        qsort(&split[begin], end - begin, sizeof *split, by_sequence);
        length = choose_tier(&split[begin], end - begin, now_ms);
        for (size_t i = end - length; i < end; i++)
            due += size_of(&split[i]);
        if (length > 0 && !chosen && is_safe(all, count, &split[end - length], length)) {
            chosen = &split[end - length];
            chosen_count = length;
        }
    }
    vv_status status = VARVE_OK;
    if (pick && chosen_count > 0) {
        pick->parts = vv_alloc_array(chosen_count, sizeof(struct vv_live_part *));
        if (!pick->parts)
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a merge");
        pick->min_sequence = UINT64_MAX;
        for (size_t i = 0; i < chosen_count && !status; i++) {
            const struct vv_part_summary *summary = &chosen[i].part->about.summary;
            pick->parts[pick->count++] = chosen[i].part;
            if (summary->min_sequence < pick->min_sequence)
                pick->min_sequence = summary->min_sequence;
            if (summary->max_sequence > pick->max_sequence)
                pick->max_sequence = summary->max_sequence;
        }
    }
    if (backlog)
        *backlog = due;
    vv_free(split);
    vv_free(all);
    return status;
}

/* The version without its heads: a merge takes long, and would keep the memory of heads that have
 * been flushed meanwhile. */
static vv_status without_heads(const struct vv_version *version, struct vv_version **parts_only,
                               vv_error *err)
{
    const struct vv_version_room room = {
        .parts = version->part_count, .marks = version->mark_count, .prunes = version->prune_count};
    vv_status status = vv_version_new(&room, parts_only, err);
    if (status)
        return status;
    struct vv_version *v = *parts_only;
    v->flushed_sequence = version->flushed_sequence;
    for (size_t i = 0; i < version->part_count; i++) {
        v->parts[v->part_count++] = version->parts[i];
        vv_live_part_ref(version->parts[i]);
    }
    for (size_t i = 0; i < version->mark_count; i++)
        v->marks[v->mark_count++] = version->marks[i];
    for (size_t i = 0; i < version->prune_count; i++)
        v->prunes[v->prune_count++] = version->prunes[i];
    return VARVE_OK;
}

vv_status vv_merge_pick_new(varve *store, struct vv_merge_pick *pick, vv_error *err)
{
    *pick = (struct vv_merge_pick){0};
    struct vv_version *current = vv_version_acquire(&store->versions);
    vv_status status = without_heads(current, &pick->version, err);
    vv_version_unref(current);
    return status ? status : choose(store, pick->version, pick, NULL, err);
}

void vv_merge_pick_deinit(struct vv_merge_pick *pick)
{
    vv_version_unref(pick->version);
    vv_free(pick->parts);
    *pick = (struct vv_merge_pick){0};
}

bool vv_merge_picked(const struct vv_merge_pick *pick, const struct vv_live_part *part)
{
    for (size_t i = 0; i < pick->count; i++)
        if (pick->parts[i] == part)
            return true;
    return false;
}

uint64_t vv_store_merge_backlog(varve *store)
{
    uint64_t backlog = 0;
    struct vv_version *version = vv_version_acquire(&store->versions);
    choose(store, version, NULL, &backlog, NULL);
    vv_version_unref(version);
    return backlog;
}
