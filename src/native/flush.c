/* From the oldest frozen head to a part: rows sorted by (partition, series), settled, encoded. */
#include <stdlib.h>

#include "native/rowmerge.h"
#include "native/sink.h"
#include "native/span.h"
#include "native/store_private.h"
#include "native/touched.h"

#include "base/banned.h"

/* ---- which (partition, series) a head holds ---- */

struct place {
    int64_t partition;
    uint32_t series, stratum;
    int64_t from, to; /* of the partition, in the stratum's unit */
};

struct places {
    struct vv_buf items;  /* struct place */
    struct vv_buf ranges; /* struct vv_touched_range, one for each series */
    struct vv_touched_range range;
    const struct varve_stratum *stratum;
    struct place
        last; /* of the series at hand: most rows stay in the partition of the row before */
    bool any;
};

static void place_time(void *arg, int64_t time)
{
    struct places *places = arg;
    if (!places->any || time < places->range.from)
        places->range.from = time;
    if (!places->any || time > places->range.to)
        places->range.to = time;
    if (places->any && time >= places->last.from && time < places->last.to)
        return;
    struct vv_span span = vv_span_of(places->stratum, time);
    places->last.partition = span.key;
    places->last.from = span.from;
    places->last.to = span.to;
    places->any = true;
    vv_buf_add(&places->items, &places->last, sizeof places->last);
}

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->partition != y->partition)
        return x->partition < y->partition ? -1 : 1;
    return x->series < y->series ? -1 : x->series > y->series;
}

static vv_status find_places(varve *store, const struct vv_head *head, struct places *places,
                             vv_error *err)
{
    uint32_t series = 0, stratum;
    for (uint32_t next = 0; vv_head_next_series(head, next, &series, &stratum); next = series + 1) {
        places->stratum = vv_registry_stratum_get(store->registry, stratum);
        places->last = (struct place){.series = series, .stratum = stratum};
        places->any = false;
        places->range.series = series;
        vv_head_each_time(head, series, place_time, places);
        if (places->any)
            vv_buf_add(&places->ranges, &places->range, sizeof places->range);
        if (series == UINT32_MAX)
            break;
    }
    if (places->items.failed || places->ranges.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to order a head for its part");
    if (places->items.len > 0)
        qsort(places->items.data, places->items.len / sizeof(struct place), sizeof(struct place),
              compare_places);
    return VARVE_OK;
}

/* ---- writing the part ---- */

/* One series in one partition: both runs of the head, settled, into blocks. */
static vv_status write_place(struct vv_sink *sink, struct vv_head *head, const struct place *place,
                             vv_error *err)
{
    vv_status status = vv_sink_begin(sink, place->series, place->stratum, place->partition, err);
    struct vv_head_cursor cursor = {0};
    struct vv_rowmerge *merge = NULL;
    if (!status)
        status =
            vv_head_cursor_init(&cursor, head, place->series, UINT64_MAX / 4, place->from,
                                place->to, sink->types, NULL, sink->stratum->column_count, err);
    struct vv_run *runs[2];
    size_t run_count = 0;
    if (cursor.has_ascending)
        runs[run_count++] = &cursor.ascending;
    if (cursor.has_late)
        runs[run_count++] = &cursor.late;
    if (!status)
        status = vv_rowmerge_new(sink->types, sink->stratum->column_count, runs, run_count, NULL, 0,
                                 place->from, place->to, &merge, err);
    if (!status)
        status = vv_sink_rows(sink, merge, err);
    vv_rowmerge_free(merge);
    vv_head_cursor_deinit(&cursor);
    return status;
}

static vv_status write_part(varve *store, struct vv_head *head, const struct places *places,
                            struct vv_part_writer *writer, vv_error *err)
{
    const struct place *place = (const struct place *)(const void *)places->items.data;
    size_t count = places->items.len / sizeof *place;
    struct vv_sink sink;
    vv_sink_init(&sink, store, writer);
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < count && !status; i++) {
        bool repeated = i > 0 && compare_places(&place[i - 1], &place[i]) == 0;
        if (!repeated)
            status = write_place(&sink, head, &place[i], err);
    }
    vv_sink_deinit(&sink);
    return status;
}

/* Writes the file, synced with its directory; `about` describes it. Removes it after an error. */
static vv_status make_part(varve *store, struct vv_head *head, const struct places *places,
                           struct vv_manifest_part *about, vv_error *err)
{
    char path[VV_PATH_MAX], dir[VV_PATH_MAX];
    struct vv_part_id id;
    struct vv_part_writer *writer = NULL;
    vv_store_part_path(store, about->number, path);
    vv_store_part_id(store, about, &id);
    vv_store_path(store, "parts", dir);
    vv_status status = vv_part_writer_new(store->io, path, &id, &writer, err);
    if (status)
        return status;
    status = write_part(store, head, places, writer, err);
    if (!status)
        status = vv_part_writer_finish(writer, &about->summary, err);
    if (!status)
        status = store->io->sync_dir(store->io->context, dir, err);
    vv_part_writer_free(writer);
    if (status) {
        vv_part_summary_deinit(&about->summary);
        store->io->unlink(store->io->context, path, NULL);
        return status;
    }
    about->summary.min_sequence = vv_head_base_sequence(head) + 1;
    about->summary.max_sequence = vv_head_last_sequence(head);
    return VARVE_OK;
}

/* ---- what followers are told ---- */

/* The file of what the head touched, when there are followers. */
static vv_status record_touched(varve *store, const struct places *places,
                                struct vv_manifest_touched *touched, vv_error *err)
{
    vv_mutex_lock(&store->state_mutex);
    bool wanted = store->lists.follower_count > 0 && places->ranges.len > 0;
    vv_mutex_unlock(&store->state_mutex);
    char path[VV_PATH_MAX], dir[VV_PATH_MAX];
    struct vv_touched_id id;
    if (!wanted)
        return VARVE_OK;
    vv_status status = vv_store_new_number(store, &id.number, err);
    if (status)
        return status;
    memcpy(id.store_id, store->store_id, sizeof id.store_id);
    vv_store_touched_path(store, id.number, path);
    vv_store_path(store, "touched", dir);
    status = vv_touched_write(store->io, path, &id, (const void *)places->ranges.data,
                              places->ranges.len / sizeof(struct vv_touched_range), err);
    if (!status)
        status = store->io->sync_dir(store->io->context, dir, err);
    if (!status)
        touched->number = id.number;
    return status;
}

/* The files that all followers have behind them: out of the manifest with this edit. */
static vv_status forget_touched(varve *store, struct vv_manifest_edit *edit, uint64_t **numbers,
                                vv_error *err)
{
    const struct vv_manifest_state *state = vv_manifest_state_of(store->manifest);
    *numbers = vv_alloc_array(state->touched_count + 1, sizeof **numbers);
    if (!*numbers)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to record a flush");
    uint64_t behind = UINT64_MAX;
    vv_mutex_lock(&store->state_mutex);
    for (size_t i = 0; i < store->lists.follower_count; i++)
        if (store->lists.followers[i].position < behind)
            behind = store->lists.followers[i].position;
    vv_mutex_unlock(&store->state_mutex);
    for (size_t i = 0; i < state->touched_count; i++)
        if (state->touched[i].max_sequence <= behind)
            (*numbers)[edit->remove_touched_count++] = state->touched[i].number;
    edit->remove_touched = *numbers;
    edit->remove_parts = *numbers; /* given back: the files may be removed */
    edit->remove_part_count = edit->remove_touched_count;
    return VARVE_OK;
}

static void unlink_touched(varve *store, const struct vv_manifest_edit *edit)
{
    for (size_t i = 0; i < edit->remove_touched_count; i++) {
        char path[VV_PATH_MAX];
        vv_store_touched_path(store, edit->remove_touched[i], path);
        store->io->unlink(store->io->context, path, NULL);
    }
}

/* ---- making it count ---- */

/* What the manifest must learn with the part: marks and positions that only the log held so far. */
struct flush_edit {
    struct vv_manifest_edit edit;
    struct vv_manifest_mark *marks;
    struct vv_manifest_follower *followers;
    struct vv_manifest_touched touched; /* number 0: none */
    uint64_t *forgotten;
};

static vv_status fill_edit(varve *store, uint64_t through, struct flush_edit *flush, vv_error *err)
{
    vv_status status = VARVE_OK;
    vv_mutex_lock(&store->state_mutex);
    struct vv_store_lists *lists = &store->lists;
    flush->marks = vv_alloc_array(lists->mark_count + 1, sizeof *flush->marks);
    flush->followers = vv_alloc_array(lists->follower_count + 1, sizeof *flush->followers);
    if (!flush->marks || !flush->followers)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to record a flush");
    for (size_t i = 0; i < lists->mark_count && !status; i++)
        if (!lists->marks[i].durable && lists->marks[i].mark.sequence <= through)
            flush->marks[flush->edit.add_mark_count++] = lists->marks[i].mark;
    for (size_t i = 0; i < lists->follower_count && !status; i++)
        flush->followers[flush->edit.set_follower_count++] =
            (struct vv_manifest_follower){lists->followers[i].name, lists->followers[i].position};
    vv_mutex_unlock(&store->state_mutex);
    flush->edit.add_marks = flush->marks;
    flush->edit.set_followers = flush->followers;
    if (flush->touched.number > 0)
        flush->edit.add_touched = &flush->touched;
    return status ? status : forget_touched(store, &flush->edit, &flush->forgotten, err);
}

/* The head's place is taken by the part (null when the head was empty). */
static vv_status replace_head(varve *store, struct vv_live_part *part, uint64_t through,
                              vv_error *err)
{
    vv_mutex_lock(&store->state_mutex);
    struct vv_store_lists *lists = &store->lists;
    struct vv_head *head = lists->heads[0].head;
    lists->head_count--;
    memmove(lists->heads, lists->heads + 1, lists->head_count * sizeof *lists->heads);
    if (part)
        vv_store_lists_add_part(lists, part);
    for (size_t i = 0; i < lists->mark_count; i++)
        if (lists->marks[i].mark.sequence <= through)
            lists->marks[i].durable = true;
    lists->flushed_sequence = through;
    vv_status status = vv_store_publish(store, err);
    vv_head_unref(head);
    vv_cond_broadcast(&store->state_changed);
    vv_store_unlock(store);
    return status;
}

vv_status vv_store_save_registry(varve *store, uint64_t *registry_bytes, vv_error *err)
{
    char path[VV_PATH_MAX];
    vv_store_path(store, "registry", path);
    *registry_bytes = store->registry_bytes;
    return vv_registry_save(store->registry, store->io, path, registry_bytes, err);
}

/* After a commit that failed the manifest may hold the part all the same, until the next one: its
 * file stays, and goes at the next opening if it was in vain. */
static vv_status flush_head(varve *store, struct vv_head *head, uint64_t next_log, vv_error *err)
{
    struct vv_manifest_part about = {.epoch = store->epoch};
    uint64_t through = vv_head_last_sequence(head);
    uint64_t registry_bytes = 0;
    struct places places = {0};
    struct flush_edit flush = {0};
    struct vv_live_part *part = NULL;
    bool tried = false;

    vv_status status = find_places(store, head, &places, err);
    if (!status && places.items.len > 0)
        status = vv_store_new_number(store, &about.number, err);
    if (!status && places.items.len > 0)
        status = make_part(store, head, &places, &about, err);
    bool made = !status && places.items.len > 0;
    if (made)
        status = vv_store_live_part(store, &about, &part, err);
    if (!status)
        status = record_touched(store, &places, &flush.touched, err);
    flush.touched.min_sequence = vv_head_base_sequence(head) + 1;
    flush.touched.max_sequence = through;
    vv_mutex_lock(&store->work_mutex);
    if (!status)
        status = vv_store_save_registry(store, &registry_bytes, err);
    if (!status)
        status = fill_edit(store, through, &flush, err);
    if (!status) {
        flush.edit.add_parts = &about;
        flush.edit.add_part_count = made ? 1 : 0;
        flush.edit.flushed_sequence = through;
        flush.edit.first_log = next_log;
        flush.edit.registry_bytes = registry_bytes;
        vv_mutex_lock(&store->state_mutex);
        status = vv_store_lists_reserve(&store->lists, 1, err);
        vv_mutex_unlock(&store->state_mutex);
    }
    if (!status) {
        tried = true;
        status = vv_manifest_commit(store->manifest, &flush.edit, err);
    }
    if (!status) {
        atomic_fetch_add(&store->counters.flushes, 1);
        atomic_fetch_add(&store->counters.bytes_flushed, about.summary.size_bytes);
        store->registry_bytes = registry_bytes;
        status = replace_head(store, part, through, err);
        part = NULL;
    } else if (part && !tried) {
        atomic_store(&part->obsolete, true); /* its file is of no use without the manifest */
    }
    vv_mutex_unlock(&store->work_mutex);
    if (!status)
        unlink_touched(store, &flush.edit);
    if (!status && store->wal)
        status = vv_wal_remove_before(store->wal, next_log, err);
    vv_live_part_unref(part);
    vv_part_summary_deinit(&about.summary);
    vv_buf_deinit(&places.items);
    vv_buf_deinit(&places.ranges);
    vv_free(flush.forgotten);
    vv_free(flush.marks);
    vv_free(flush.followers);
    return status;
}

vv_status vv_store_flush_oldest(varve *store, bool *flushed, vv_error *err)
{
    *flushed = false;
    vv_mutex_lock(&store->flush_mutex);
    vv_mutex_lock(&store->state_mutex);
    struct vv_head *head = store->lists.head_count > 1 ? store->lists.heads[0].head : NULL;
    uint64_t next_log = head ? store->lists.heads[1].first_log : 0;
    if (head)
        vv_head_ref(head);
    vv_mutex_unlock(&store->state_mutex);
    vv_status status = VARVE_OK;
    if (head) {
        status = flush_head(store, head, next_log, err);
        *flushed = status == VARVE_OK;
        vv_head_unref(head);
    }
    vv_mutex_unlock(&store->flush_mutex);
    return status;
}

/* Where the active head begins: all before it is in parts or in frozen heads. */
static uint64_t active_since(varve *store)
{
    vv_mutex_lock(&store->state_mutex);
    const struct vv_store_lists *lists = &store->lists;
    uint64_t sequence = vv_head_base_sequence(lists->heads[lists->head_count - 1].head);
    vv_mutex_unlock(&store->state_mutex);
    return sequence;
}

static uint64_t flushed_to(varve *store)
{
    vv_mutex_lock(&store->state_mutex);
    uint64_t sequence = store->lists.flushed_sequence;
    vv_mutex_unlock(&store->state_mutex);
    return sequence;
}

/* What is appended meanwhile freezes further heads: those are not waited for, or this would never
 * end under load. */
vv_status varve_flush(varve *store, varve_error *err)
{
    vv_error_clear(err);
    if (store->options.read_only)
        return VARVE_OK;
    struct vv_commit freeze = {.kind = VV_COMMIT_FREEZE, .err = err};
    vv_status status = vv_store_commit(store, &freeze);
    uint64_t wanted = active_since(store);
    for (bool more = true; more && !status && flushed_to(store) < wanted;)
        status = vv_store_flush_oldest(store, &more, err);
    return status;
}
