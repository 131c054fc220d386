/* Merging parts: several into fewer, split by partition, with late rows and deletions settled.
 *
 * Which parts may be merged: with sequences from lo to hi, no other part that reaches into the same
 * partitions may have sequences between them, since the result ranks as a whole. merge_pick.c
 * chooses; this file does it. A source is removed only after its replacement is durable and in the
 * manifest, and every block written was decoded again and compared (part.h).
 */
#include "native/merge.h"

#include "native/partrun.h"
#include "native/sink.h"
#include "native/span.h"
#include "native/store_private.h"

#include "base/banned.h"

/* A new output begins with a partition once the current one has this many bytes, so that a
 * back-fill over years does not leave thousands of small files. */
#define OUTPUT_BYTES (8u << 20)

struct output {
    struct vv_manifest_part about;
    struct vv_live_part *part; /* from its end until it counts */
    bool counts;               /* it is in the store */
};

struct merging {
    varve *store;
    const struct vv_merge_pick *pick;
    uint64_t min_sequence, max_sequence;
    struct vv_part_entry *entries; /* by source: the next entry to take */
    bool *ended;
    struct vv_mark *marks; /* of the series at hand; room for all */
    size_t mark_count;
    struct vv_part_writer *writer;
    struct vv_sink sink;
    struct vv_buf outputs; /* struct output */
    bool tried; /* the manifest may hold the outputs, whatever its commit said (flush_head) */
};

static struct output *output_at(const struct merging *m, size_t i)
{
    return (struct output *)(void *)m->outputs.data + i;
}

static size_t output_count(const struct merging *m)
{
    return m->outputs.len / sizeof(struct output);
}

/* ---- outputs ---- */

static vv_status output_begin(struct merging *m, vv_error *err)
{
    struct output output = {.about = {.epoch = m->store->epoch, .level = 1}};
    char path[VV_PATH_MAX];
    struct vv_part_id id;
    vv_status status = vv_store_new_number(m->store, &output.about.number, err);
    if (status)
        return status;
    vv_buf_add(&m->outputs, &output, sizeof output);
    if (m->outputs.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a merge");
    vv_store_part_path(m->store, output.about.number, path);
    vv_store_part_id(m->store, &output.about, &id);
    return vv_part_writer_new(m->store->io, path, &id, &m->writer, err);
}

static vv_status output_end(struct merging *m, vv_error *err)
{
    if (!m->writer)
        return VARVE_OK;
    struct output *output = output_at(m, output_count(m) - 1);
    vv_status status = vv_part_writer_finish(m->writer, &output->about.summary, err);
    vv_part_writer_free(m->writer);
    m->writer = NULL;
    m->sink.writer = NULL;
    output->about.summary.min_sequence = m->min_sequence;
    output->about.summary.max_sequence = m->max_sequence;
    if (!status)
        status = vv_store_live_part(m->store, &output->about, &output->part, err);
    return status;
}

static vv_status output_for(struct merging *m, int64_t partition, vv_error *err)
{
    bool next_partition = m->writer && m->sink.partition != partition;
    vv_status status = VARVE_OK;
    if (next_partition && vv_part_writer_bytes(m->writer) >= OUTPUT_BYTES)
        status = output_end(m, err);
    if (!status && !m->writer)
        status = output_begin(m, err);
    m->sink.writer = m->writer;
    return status;
}

/* ---- one series in one partition ---- */

/* Deletions above the flushed sequence are in the log only: the power could still take one out of
 * it, and a backup of the parts would hold it although it ends before it. Those wait. */
static bool mark_counts(const struct vv_merge_pick *pick, const struct vv_manifest_mark *mark)
{
    return mark->sequence <= pick->version->flushed_sequence;
}

static void collect_marks(struct merging *m, uint32_t series)
{
    m->mark_count = 0;
    for (size_t i = 0; i < m->pick->version->mark_count; i++) {
        const struct vv_manifest_mark *mark = &m->pick->version->marks[i];
        if (mark->series == series && mark_counts(m->pick, mark))
            m->marks[m->mark_count++] = (struct vv_mark){mark->from, mark->to, 2 * mark->sequence};
    }
}

static int64_t pruned_before(const struct merging *m, uint32_t stratum_id)
{
    for (size_t i = 0; i < m->pick->version->prune_count; i++)
        if (m->pick->version->prunes[i].stratum == stratum_id)
            return m->pick->version->prunes[i].before;
    return INT64_MIN;
}

static vv_status merge_series(struct merging *m, struct vv_part_run *runs, struct vv_run **list,
                              const struct vv_part_entry *entry, vv_error *err)
{
    const struct varve_stratum *stratum =
        vv_registry_stratum_get(m->store->registry, entry->stratum);
    struct vv_span span = vv_span_of(stratum, entry->first_time);
    int64_t pruned = pruned_before(m, entry->stratum);
    if (pruned >= span.to)
        return VARVE_OK;
    vv_status status = output_for(m, entry->partition, err);
    if (!status)
        status = vv_sink_begin(&m->sink, entry->series, entry->stratum, entry->partition, err);
    uint32_t columns[VARVE_COLUMNS_MAX];
    for (uint32_t c = 0; c < stratum->column_count; c++)
        columns[c] = c;
    struct vv_part_run_spec spec = {.store = m->store,
                                    .stratum = stratum,
                                    .series = entry->series,
                                    .from = span.from > pruned ? span.from : pruned,
                                    .to = span.to,
                                    .columns = columns,
                                    .column_count = stratum->column_count};
    size_t begun = 0, count = 0;
    for (; begun < m->pick->count && !status; begun++) {
        spec.part = m->pick->parts[begun];
        status = vv_part_run_init(&runs[begun], &spec, err);
        if (status == VARVE_CORRUPT)
            atomic_store(&spec.part->damaged, true);
        if (!status && !runs[begun].run.ended)
            list[count++] = &runs[begun].run;
    }
    struct vv_rowmerge *merge = NULL;
    collect_marks(m, entry->series);
    if (!status)
        status = vv_rowmerge_new(m->sink.types, stratum->column_count, list, count, m->marks,
                                 m->mark_count, spec.from, spec.to, &merge, err);
    if (!status)
        status = vv_sink_rows(&m->sink, merge, err);
    vv_rowmerge_free(merge);
    for (size_t i = 0; i < begun; i++)
        vv_part_run_deinit(&runs[i]);
    return status;
}

/* ---- all series of all sources, in order ---- */

static vv_status advance(struct merging *m, size_t source, int64_t partition, uint32_t series,
                         vv_error *err)
{
    vv_part_entry_release(&m->entries[source]);
    vv_status status =
        vv_part_seek(m->pick->parts[source]->part, partition, series, &m->entries[source], err);
    m->ended[source] = status != VARVE_OK;
    if (status == VARVE_CORRUPT)
        atomic_store(&m->pick->parts[source]->damaged, true);
    return status == VARVE_END ? VARVE_OK : status;
}

static bool entry_before(const struct vv_part_entry *a, const struct vv_part_entry *b)
{
    return a->partition != b->partition ? a->partition < b->partition : a->series < b->series;
}

static vv_status merge_all(struct merging *m, struct vv_part_run *runs, struct vv_run **list,
                           vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < m->pick->count && !status; i++)
        status = advance(m, i, INT64_MIN, 0, err);
    while (!status) {
        struct vv_part_entry *first = NULL;
        for (size_t i = 0; i < m->pick->count; i++)
            if (!m->ended[i] && (!first || entry_before(&m->entries[i], first)))
                first = &m->entries[i];
        if (!first)
            return output_end(m, err);
        if (atomic_load(&m->store->stopping))
            return vv_fail(err, VARVE_CANCELLED, "merge given up: the store is being closed");
        int64_t partition = first->partition;
        uint32_t series = first->series;
        status = merge_series(m, runs, list, first, err);
        for (size_t i = 0; i < m->pick->count && !status; i++) {
            if (m->ended[i] || m->entries[i].partition != partition ||
                m->entries[i].series != series)
                continue;
            status = series == UINT32_MAX ? advance(m, i, partition + 1, 0, err)
                                          : advance(m, i, partition, series + 1, err);
        }
    }
    return status;
}

/* ---- making it count ---- */

/* A deletion that this merge has applied is over when nothing else from before it is left. */
static bool mark_settled(const varve *store, uint64_t sequence, const struct vv_merge_pick *pick)
{
    bool applied = false;
    for (size_t i = 0; i < pick->version->mark_count; i++)
        applied |= pick->version->marks[i].sequence == sequence &&
                   mark_counts(pick, &pick->version->marks[i]);
    for (size_t i = 0; i < store->lists.head_count; i++)
        applied &= vv_head_last_sequence(store->lists.heads[i].head) > sequence;
    for (size_t i = 0; i < store->lists.part_count; i++) {
        const struct vv_manifest_part *about = &store->lists.parts[i]->about;
        applied &=
            about->summary.max_sequence > sequence || vv_merge_picked(pick, store->lists.parts[i]);
    }
    return applied;
}

/* The sources' place is taken by the outputs; there is room in the lists. */
static vv_status replace_parts(struct merging *m, const uint64_t *settled, size_t settled_count,
                               vv_error *err)
{
    varve *store = m->store;
    struct vv_store_lists *lists = &store->lists;
    vv_mutex_lock(&store->state_mutex);
    size_t kept = 0;
    for (size_t i = 0; i < lists->part_count; i++) {
        if (vv_merge_picked(m->pick, lists->parts[i])) {
            atomic_store(&lists->parts[i]->obsolete, true);
            vv_live_part_unref(lists->parts[i]); /* the pick holds another reference */
        } else {
            lists->parts[kept++] = lists->parts[i];
        }
    }
    lists->part_count = kept;
    for (size_t i = 0; i < output_count(m); i++) {
        vv_store_lists_add_part(lists, output_at(m, i)->part);
        output_at(m, i)->part = NULL;
        output_at(m, i)->counts = true;
    }
    kept = 0;
    for (size_t i = 0; i < lists->mark_count; i++) {
        bool over = false;
        for (size_t k = 0; k < settled_count; k++)
            over |= settled[k] == lists->marks[i].mark.sequence;
        if (!over)
            lists->marks[kept++] = lists->marks[i];
    }
    lists->mark_count = kept;
    vv_status status = vv_store_publish(store, err);
    vv_store_unlock(store);
    return status;
}

static vv_status commit_merge(struct merging *m, vv_error *err)
{
    varve *store = m->store;
    size_t outputs = output_count(m);
    struct vv_manifest_part *add = vv_alloc_array(outputs + 1, sizeof *add);
    uint64_t *remove = vv_alloc_array(m->pick->count + 1, sizeof *remove);
    char dir[VV_PATH_MAX];
    vv_store_path(store, "parts", dir);
    vv_status status = store->io->sync_dir(store->io->context, dir, err);

    vv_mutex_lock(&store->work_mutex);
    /* Rows are written as wide as their stratum is by now, be its newest column in the log or not.
     */
    uint64_t registry_bytes = 0;
    if (!status)
        status = vv_store_save_registry(store, &registry_bytes, err);
    vv_mutex_lock(&store->state_mutex);
    uint64_t *settled = vv_alloc_array(store->lists.mark_count + 1, sizeof *settled);
    if (!status && (!add || !remove || !settled))
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to record a merge");
    if (!status)
        status = vv_store_lists_reserve(&store->lists, outputs, err);
    struct vv_manifest_edit edit = {.add_parts = add,
                                    .add_part_count = outputs,
                                    .remove_parts = remove,
                                    .remove_part_count = m->pick->count,
                                    .remove_marks = settled,
                                    .registry_bytes = registry_bytes};
    for (size_t i = 0; i < store->lists.mark_count && !status; i++) {
        const struct vv_store_mark *mark = &store->lists.marks[i];
        if (mark->durable && mark_settled(store, mark->mark.sequence, m->pick))
            settled[edit.remove_mark_count++] = mark->mark.sequence;
    }
    vv_mutex_unlock(&store->state_mutex);
    for (size_t i = 0; i < outputs && !status; i++)
        add[i] = output_at(m, i)->about;
    for (size_t i = 0; i < m->pick->count && !status; i++)
        remove[i] = m->pick->parts[i]->about.number;
    if (!status) {
        m->tried = true;
        status = vv_manifest_commit(store->manifest, &edit, err);
    }
    if (!status) {
        store->registry_bytes = registry_bytes;
        status = replace_parts(m, settled, edit.remove_mark_count, err);
    }
    vv_mutex_unlock(&store->work_mutex);
    vv_free(add);
    vv_free(remove);
    vv_free(settled);
    return status;
}

static void count_merge(const struct merging *m)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < output_count(m); i++)
        bytes += output_at(m, i)->about.summary.size_bytes;
    atomic_fetch_add(&m->store->counters.merges, 1);
    atomic_fetch_add(&m->store->counters.bytes_merged, bytes);
}

static void merging_deinit(struct merging *m)
{
    for (size_t i = 0; m->entries && i < m->pick->count; i++)
        vv_part_entry_release(&m->entries[i]);
    vv_part_writer_free(m->writer);
    for (size_t i = 0; i < output_count(m); i++) {
        struct output *output = output_at(m, i);
        if (output->part) { /* not in the store: its file goes with it */
            atomic_store(&output->part->obsolete, !m->tried);
            vv_live_part_unref(output->part);
        } else if (!output->counts) {
            char path[VV_PATH_MAX];
            vv_store_part_path(m->store, output->about.number, path);
            m->store->io->unlink(m->store->io->context, path, NULL);
        }
        vv_part_summary_deinit(&output->about.summary);
    }
    vv_sink_deinit(&m->sink);
    vv_buf_deinit(&m->outputs);
    vv_free(m->entries);
    vv_free(m->ended);
    vv_free(m->marks);
}

static vv_status merge_pick(varve *store, const struct vv_merge_pick *pick, vv_error *err)
{
    struct merging m = {.store = store,
                        .pick = pick,
                        .min_sequence = pick->min_sequence,
                        .max_sequence = pick->max_sequence};
    vv_sink_init(&m.sink, store, NULL);
    m.entries = vv_alloc_array(pick->count, sizeof *m.entries);
    m.ended = vv_alloc_array(pick->count, sizeof *m.ended);
    m.marks = vv_alloc_array(pick->version->mark_count + 1, sizeof *m.marks);
    struct vv_part_run *runs = vv_alloc_array(pick->count, sizeof *runs);
    struct vv_run **list = vv_alloc_array(pick->count, sizeof(struct vv_run *));
    vv_status status = VARVE_OK;
    if (!m.entries || !m.ended || !m.marks || !runs || !list)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a merge");
    if (!status)
        status = merge_all(&m, runs, list, err);
    if (!status)
        status = commit_merge(&m, err);
    if (!status)
        count_merge(&m);
    merging_deinit(&m);
    vv_free(runs);
    vv_free(list);
    return status;
}

vv_status vv_store_merge_once(varve *store, bool *merged, vv_error *err)
{
    *merged = false;
    struct vv_merge_pick pick;
    vv_mutex_lock(&store->merge_mutex);
    vv_status status = vv_merge_pick_new(store, &pick, err);
    if (!status && pick.count > 0) {
        status = merge_pick(store, &pick, err);
        *merged = status == VARVE_OK;
    }
    vv_merge_pick_deinit(&pick);
    vv_mutex_unlock(&store->merge_mutex);
    return status;
}

vv_status varve_merge(varve *store, bool *merged, varve_error *err)
{
    vv_error_clear(err);
    *merged = false;
    if (store->options.read_only)
        return VARVE_OK;
    return vv_store_merge_once(store, merged, err);
}
