/* varve_partitions: which partitions have rows.
 *
 * The manifest tells the first and last time of each stratum in each part: where both are in one
 * partition, nothing needs to be read. A part over several partitions is asked for the first entry
 * of each, from partition to partition, once: parts never change, so what was found stays with the
 * part. Heads note the partitions of their rows as they come (partset.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "native/span.h"
#include "native/store_private.h"

#include "base/banned.h"

struct listing {
    varve *store;
    const struct varve_partitions_spec *spec;
    const struct varve_stratum *stratum; /* any of those asked for: unit and span are the same */
    int64_t before;                      /* what is pruned in all of them */
    struct vv_buf found;                 /* struct varve_partition, with repetitions */
};

static bool asked(const struct varve_partitions_spec *spec, uint32_t stratum_id)
{
    for (size_t i = 0; i < spec->stratum_count; i++)
        if (spec->strata[i] == stratum_id)
            return true;
    return false;
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory to list partitions");
}

static void add(struct listing *l, const struct vv_span *span, uint64_t rows)
{
    const struct varve_partition partition = {span->from, span->to, rows};
    if (span->to > l->before)
        vv_buf_add(&l->found, &partition, sizeof partition);
}

/* ---- parts over several partitions ---- */

void vv_part_partitions_free(struct vv_part_partitions *list)
{
    while (list) {
        struct vv_part_partitions *older = list->older;
        vv_free(list->strata);
        vv_free(list->spans);
        vv_free(list);
        list = older;
    }
}

/* First and last time of the strata asked for, in one part (from > to: it has none of them), and
 * whether it has no others. */
static bool range_of(const struct vv_live_part *part, const struct varve_partitions_spec *spec,
                     int64_t *from, int64_t *to)
{
    bool any = false, whole = true;
    *from = 1;
    *to = 0;
    for (uint32_t i = 0; i < part->about.summary.span_count; i++) {
        const struct vv_part_span *span = &part->about.summary.spans[i];
        if (!asked(spec, span->stratum)) {
            whole = false;
            continue;
        }
        *from = any && *from < span->from ? *from : span->from;
        *to = any && *to > span->to ? *to : span->to;
        any = true;
    }
    return whole;
}

/* Every partition from that of `from` to that of `to`. */
static void add_all(const struct varve_stratum *stratum, int64_t from, int64_t to,
                    struct vv_buf *spans)
{
    for (int64_t at = from;;) {
        struct vv_span span = vv_span_of(stratum, at);
        vv_buf_add(spans, &span, sizeof span);
        if (spans->failed || span.to > to || span.to == INT64_MAX)
            return;
        at = span.to;
    }
}

/* What is being found out about one part. */
struct finding {
    const struct varve_stratum *stratum;
    struct vv_buf *spans;
    int64_t next_time; /* where the search has come to */
};

static int64_t add_found(void *arg, int64_t partition)
{
    struct finding *f = arg;
    struct vv_span span = vv_span_of_key(f->stratum, partition);
    vv_buf_add(f->spans, &span, sizeof span);
    f->next_time = span.to;
    return vv_span_of(f->stratum, span.to).key;
}

/* Of a part that holds other strata too: from the first entry asked for in one partition to the
 * first one of the next. */
static vv_status walk(struct vv_live_part *part, const struct varve_partitions_spec *spec,
                      int64_t partition, int64_t to, struct finding *f, vv_error *err)
{
    for (uint32_t series = 0;;) {
        struct vv_part_entry entry;
        vv_status status = vv_part_seek(part->part, partition, series, &entry, err);
        if (status)
            return status == VARVE_END ? VARVE_OK : status;
        bool wanted = asked(spec, entry.stratum);
        partition = entry.partition;
        series = entry.series + 1;
        vv_part_entry_release(&entry);
        if (wanted)
            add_found(f, partition);
        if (f->spans->failed || (wanted && f->next_time > to))
            return VARVE_OK;
        if (wanted || series == 0) { /* no greater id in this partition */
            if (partition == INT64_MAX)
                return VARVE_OK;
            partition++;
            series = 0;
        }
    }
}

/* Where the index is damaged, all that the part may hold counts as held: reading it will say what
 * is wrong. */
static vv_status find_spans(struct listing *l, struct vv_live_part *part, struct vv_buf *spans,
                            vv_error *err)
{
    int64_t from = 0, to = 0;
    bool whole = range_of(part, l->spec, &from, &to);
    struct finding f = {l->stratum, spans, from};
    vv_error why = {0};
    vv_status status = whole ? vv_part_each_partition(part->part, add_found, &f, &why)
                             : walk(part, l->spec, vv_span_of(l->stratum, from).key, to, &f, &why);
    if (status == VARVE_CORRUPT) {
        vv_store_damage(l->store, part, &why);
        if (f.next_time <= to)
            add_all(l->stratum, f.next_time, to, spans);
        return VARVE_OK;
    }
    if (status && err)
        *err = why;
    return status;
}

static const struct vv_part_partitions *known(struct vv_live_part *part,
                                              const struct varve_partitions_spec *spec)
{
    const struct vv_part_partitions *list = atomic_load(&part->partitions);
    while (list &&
           (list->stratum_count != spec->stratum_count ||
            memcmp(list->strata, spec->strata, spec->stratum_count * sizeof *list->strata) != 0))
        list = list->older;
    return list;
}

/* Finds them out and keeps them with the part. Two threads may do so at once: both lists are right.
 */
static vv_status learn(struct listing *l, struct vv_live_part *part,
                       const struct vv_part_partitions **list, vv_error *err)
{
    size_t strata_bytes = l->spec->stratum_count * sizeof *l->spec->strata;
    struct vv_buf spans = {0};
    struct vv_part_partitions *made = vv_alloc_zero(sizeof *made);
    vv_status status = find_spans(l, part, &spans, err);
    if (made)
        made->strata = vv_alloc(strata_bytes);
    if (!status && (!made || !made->strata || spans.failed))
        status = no_memory(err);
    if (status) {
        vv_buf_deinit(&spans);
        vv_part_partitions_free(made);
        return status;
    }
    memcpy(made->strata, l->spec->strata, strata_bytes);
    made->stratum_count = l->spec->stratum_count;
    made->count = spans.len / sizeof *made->spans;
    made->spans = (struct vv_span *)(void *)vv_buf_take(&spans, NULL);
    made->older = atomic_load(&part->partitions);
    while (!atomic_compare_exchange_weak(&part->partitions, &made->older, made))
        continue;
    *list = made;
    return VARVE_OK;
}

/* Adds the rows of every entry to its partition. */
static vv_status count_part(struct listing *l, struct vv_live_part *part, vv_error *err)
{
    int64_t partition = INT64_MIN;
    uint32_t series = 0;
    for (;;) {
        struct vv_part_entry entry;
        vv_status status = vv_part_seek(part->part, partition, series, &entry, err);
        if (status)
            return status == VARVE_END ? VARVE_OK : status;
        if (asked(l->spec, entry.stratum)) {
            struct vv_span span = vv_span_of(l->stratum, entry.first_time);
            add(l, &span, entry.rows);
        }
        partition = entry.partition;
        series = entry.series + 1;
        vv_part_entry_release(&entry);
        if (series == 0 && partition++ == INT64_MAX)
            return VARVE_OK;
    }
}

static vv_status list_part(struct listing *l, struct vv_live_part *part, vv_error *err)
{
    const struct vv_part_partitions *list;
    int64_t from, to;
    bool whole = range_of(part, l->spec, &from, &to);
    if (from > to)
        return VARVE_OK;
    struct vv_span span = vv_span_of(l->stratum, from);
    if (to < span.to || span.to == INT64_MAX) {
        if (l->spec->count_rows && !whole)
            return count_part(l, part, err);
        add(l, &span, part->about.summary.rows);
        return VARVE_OK;
    }
    if (l->spec->count_rows)
        return count_part(l, part, err);
    list = known(part, l->spec);
    vv_status status = list ? VARVE_OK : learn(l, part, &list, err);
    for (size_t i = 0; !status && i < list->count; i++)
        add(l, &list->spans[i], 0);
    return status;
}

/* ---- heads ---- */

/* Rows of one series, gathered while they stay in one partition. */
struct counting {
    struct listing *listing;
    struct vv_span span;
    uint64_t rows;
};

static void count_time(void *arg, int64_t time)
{
    struct counting *c = arg;
    if (c->rows > 0 && (time < c->span.from || time >= c->span.to)) {
        add(c->listing, &c->span, c->rows);
        c->rows = 0;
    }
    if (c->rows == 0)
        c->span = vv_span_of(c->listing->stratum, time);
    c->rows++;
}

static void count_head(struct listing *l, const struct vv_head *head)
{
    uint32_t series, stratum_id;
    for (uint32_t at = 0; vv_head_next_series(head, at, &series, &stratum_id); at = series + 1) {
        struct counting c = {.listing = l};
        if (asked(l->spec, stratum_id))
            vv_head_each_time(head, series, count_time, &c);
        if (c.rows > 0)
            add(l, &c.span, c.rows);
        if (series == UINT32_MAX)
            return;
    }
}

/* ---- all together ---- */

static vv_status list_head_item(void *arg, const struct vv_partset_item *item)
{
    struct listing *l = arg;
    if (asked(l->spec, item->stratum_id))
        add(l, &item->span, 0);
    return VARVE_OK;
}

static int by_time(const void *a, const void *b)
{
    const struct varve_partition *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

static vv_status check_spec(struct listing *l, vv_error *err)
{
    if (l->spec->stratum_count == 0)
        return vv_fail(err, VARVE_USAGE, "no stratum is named");
    for (size_t i = 0; i < l->spec->stratum_count; i++) {
        const struct varve_stratum *stratum =
            vv_registry_stratum_get(l->store->registry, l->spec->strata[i]);
        if (!stratum)
            return vv_fail(err, VARVE_NOT_FOUND, "there is no stratum %u", l->spec->strata[i]);
        if (i > 0 && (stratum->unit != l->stratum->unit || stratum->span != l->stratum->span))
            return vv_fail(err, VARVE_BAD_VALUE,
                           "the strata \"%s\" and \"%s\" are not partitioned alike",
                           l->stratum->name, stratum->name);
        l->stratum = stratum;
    }
    return VARVE_OK;
}

/* What is hidden in every one of the strata. */
static int64_t pruned_before(const struct vv_version *version,
                             const struct varve_partitions_spec *spec)
{
    int64_t before = INT64_MAX;
    for (size_t i = 0; i < spec->stratum_count; i++) {
        int64_t own = INT64_MIN;
        for (size_t k = 0; k < version->prune_count; k++)
            if (version->prunes[k].stratum == spec->strata[i])
                own = version->prunes[k].before;
        before = own < before ? own : before;
    }
    return before;
}

vv_status varve_partitions(varve *store, const struct varve_partitions_spec *spec,
                           bool (*each)(void *arg, const struct varve_partition *partition),
                           void *arg, varve_error *err)
{
    struct listing l = {.store = store, .spec = spec};
    vv_error_clear(err);
    vv_status status = check_spec(&l, err);
    if (status)
        return status;
    struct vv_version *version = vv_version_acquire(&store->versions);
    l.before = pruned_before(version, spec);
    for (size_t i = 0; i < version->part_count && !status; i++)
        status = list_part(&l, version->parts[i], err);
    for (size_t i = 0; i < version->head_count && spec->count_rows && !status; i++)
        count_head(&l, version->heads[i]);
    for (size_t i = 0; i < version->head_count && !status; i++)
        status = vv_partset_each(vv_head_partitions(version->heads[i]), list_head_item, &l);
    vv_version_unref(version);
    if (!status && l.found.failed)
        status = no_memory(err);
    struct varve_partition *found = (struct varve_partition *)(void *)l.found.data;
    size_t count = status ? 0 : l.found.len / sizeof *found;
    if (count > 0)
        qsort(found, count, sizeof *found, by_time);
    for (size_t i = 0, next; i < count; i = next) {
        struct varve_partition partition = found[i];
        for (next = i + 1; next < count && found[next].from == partition.from; next++)
            partition.rows += found[next].rows;
        if (!spec->count_rows)
            partition.rows = 0;
        if (!each(arg, &partition))
            break;
    }
    vv_buf_deinit(&l.found);
    return status;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + UINT64_C(0x9E3779B97F4A7C15) + (hash << 6) + (hash >> 2);
    return hash;
}

uint64_t varve_partitions_version(varve *store)
{
    struct vv_version *version = vv_version_acquire(&store->versions);
    uint64_t hash = mix(0, version->flushed_sequence);
    hash = mix(hash, version->part_count);
    hash = mix(hash, atomic_load(&store->counters.merges));
    for (size_t i = 0; i < version->prune_count; i++)
        hash = mix(hash, (uint64_t)version->prunes[i].before);
    for (size_t i = 0; i < version->head_count; i++) {
        hash = mix(hash, vv_head_base_sequence(version->heads[i]));
        hash = mix(hash, atomic_load(&vv_head_partitions(version->heads[i])->changes));
    }
    vv_version_unref(version);
    return hash;
}
