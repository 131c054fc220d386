#include "native/rowsource.h"

#include "base/alloc.h"

#include "base/banned.h"

uint64_t vv_rowsource_rank(const struct vv_live_part *part)
{
    return 2 * part->about.summary.max_sequence;
}

static bool may_hold(const struct vv_rowsource *source, const struct vv_live_part *part)
{
    const struct vv_part_summary *summary = &part->about.summary;

    for (uint32_t s = 0; s < summary->span_count; s++) {
        const struct vv_part_span *span = summary->spans + s;
        if (span->stratum == source->stratum_id && source->series >= span->series_min &&
            source->series <= span->series_max && span->from < source->to &&
            span->to >= source->from)
            return true;
    }
    return false;
}

vv_status vv_rowsource_init(struct vv_rowsource *source, varve *store,
                            const varve_snapshot *snapshot, uint32_t series, int64_t from,
                            int64_t to, vv_error *err)
{
    const struct vv_version *version = snapshot->version;

    *source = (struct vv_rowsource){
        .store = store, .snapshot = snapshot, .series = series, .from = from, .to = to};
    vv_status status =
        vv_store_stratum_of(store, series, &source->stratum_id, &source->stratum, err);
    if (status)
        return status;
    for (size_t p = 0; p < version->prune_count; p++)
        if (version->prunes[p].stratum == source->stratum_id &&
            version->prunes[p].before > source->from)
            source->from = version->prunes[p].before;
    source->parts = vv_alloc_array(version->part_count + 1, sizeof(struct vv_live_part *));
    source->marks = vv_alloc_array(version->mark_count + 1, sizeof *source->marks);
    if (!source->parts || !source->marks)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to read series %u", series);
    for (size_t p = 0; p < version->part_count; p++)
        if (may_hold(source, version->parts[p]))
            source->parts[source->part_count++] = version->parts[p];
    for (size_t m = 0; m < version->mark_count; m++) {
        const struct vv_manifest_mark *mark = version->marks + m;
        /* A deletion that the snapshot is older than is not seen. */
        if (mark->series == series && mark->sequence <= snapshot->sequence)
            source->marks[source->mark_count++] =
                (struct vv_mark){mark->from, mark->to, 2 * mark->sequence};
    }
    return VARVE_OK;
}

void vv_rowsource_deinit(struct vv_rowsource *source)
{
    vv_free(source->parts);
    vv_free(source->marks);
    source->parts = NULL;
    source->marks = NULL;
}

vv_status vv_rowsource_column(const struct vv_rowsource *source, uint32_t column, vv_error *err)
{
    if (column < source->stratum->column_count)
        return VARVE_OK;
    return vv_fail(err, VARVE_NOT_FOUND, "stratum \"%s\" has %u columns, none of index %u",
                   source->stratum->name, source->stratum->column_count, column);
}

const struct vv_mark *vv_rowsource_mark(const struct vv_rowsource *source, uint64_t rank,
                                        int64_t first, int64_t last)
{
    const struct vv_mark *found = NULL;

    for (size_t m = 0; m < source->mark_count; m++) {
        const struct vv_mark *mark = source->marks + m;
        if (mark->rank > rank && mark->from <= last && mark->to > first &&
            (!found || mark->to > found->to))
            found = mark;
    }
    return found;
}

bool vv_rowsource_head_last(const struct vv_rowsource *source, int64_t before, int64_t *time)
{
    const struct vv_version *version = source->snapshot->version;
    bool any = false;

    for (size_t h = 0; h < version->head_count; h++) {
        const struct vv_head *head = version->heads[h];
        uint64_t rank = 2 * vv_head_last_sequence(head) + 1;
        const struct vv_mark *mark = NULL;
        int64_t last, bound = before;
        bool found;
        while ((found = vv_head_last_time(head, source->series, source->snapshot->sequence, bound,
                                          &last)) &&
               (mark = vv_rowsource_mark(source, rank, last, last)))
            bound = mark->from;
        if (!found || last < source->from || (any && last <= *time))
            continue;
        any = true;
        *time = last;
    }
    return any;
}

/* ---- rows ---- */

static vv_status note_lost(void *arg, const struct vv_part_run_spec *spec,
                           const struct vv_block_ref *ref, const vv_error *why)
{
    struct vv_rowsource *source = arg;

    vv_store_damage(source->store, spec->part, why);
    if (source->lost)
        source->lost(source->lost_arg, source, spec->part, ref, why);
    return source->lost_status;
}

static vv_status open_parts(struct vv_rowsource *source, const struct vv_part_run_spec *like,
                            struct vv_rowsource_rows *rows, vv_error *err)
{
    vv_status status = VARVE_OK;

    for (size_t p = 0; !status && p < source->part_count; p++) {
        struct vv_part_run_spec spec = *like;
        spec.part = source->parts[p];
        status = vv_part_run_init(rows->runs + rows->run_count++, &spec, err);
    }
    return status;
}

static vv_status open_heads(struct vv_rowsource *source, int64_t from, int64_t to,
                            const enum varve_type *types, const uint32_t *columns,
                            uint32_t column_count, struct vv_rowsource_rows *rows, vv_error *err)
{
    const struct vv_version *version = source->snapshot->version;
    vv_status status = VARVE_OK;

    for (size_t h = 0; !status && h < version->head_count; h++)
        status = vv_head_cursor_init(rows->cursors + rows->cursor_count++, version->heads[h],
                                     source->series, source->snapshot->sequence, from, to, types,
                                     columns, column_count, err);
    return status;
}

vv_status vv_rowsource_open(struct vv_rowsource *source, int64_t from, int64_t to,
                            const uint32_t *columns, uint32_t column_count,
                            struct vv_rowsource_rows *rows, vv_error *err)
{
    size_t head_count = source->snapshot->version->head_count, list_count = 0;
    enum varve_type *types = vv_alloc_array(column_count + 1, sizeof *types);
    vv_status status = VARVE_OK;

    *rows = (struct vv_rowsource_rows){0};
    rows->runs = vv_alloc_array(source->part_count + 1, sizeof *rows->runs);
    rows->cursors = vv_alloc_array(head_count + 1, sizeof *rows->cursors);
    rows->list = vv_alloc_array(source->part_count + 2 * head_count + 1, sizeof(struct vv_run *));
    if (!types || !rows->runs || !rows->cursors || !rows->list) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to read series %u", source->series);
        goto out;
    }
    for (uint32_t c = 0; c < column_count; c++)
        types[c] = source->stratum->columns[columns[c]].type;
    if (from < to) {
        struct vv_part_run_spec spec = {.store = source->store,
                                        .stratum = source->stratum,
                                        .series = source->series,
                                        .from = from,
                                        .to = to,
                                        .columns = columns,
                                        .column_count = column_count,
                                        .lost = note_lost,
                                        .lost_arg = source};
        status = open_parts(source, &spec, rows, err);
        if (!status)
            status = open_heads(source, from, to, types, columns, column_count, rows, err);
    }
    for (size_t r = 0; !status && r < rows->run_count; r++)
        if (!rows->runs[r].run.ended)
            rows->list[list_count++] = &rows->runs[r].run;
    for (size_t h = 0; !status && h < rows->cursor_count; h++) {
        if (rows->cursors[h].has_ascending)
            rows->list[list_count++] = &rows->cursors[h].ascending;
        if (rows->cursors[h].has_late)
            rows->list[list_count++] = &rows->cursors[h].late;
    }
    if (!status)
        status = vv_rowmerge_new(types, column_count, rows->list, list_count, source->marks,
                                 source->mark_count, from, to, &rows->merge, err);
out:
    vv_free(types);
    return status;
}

void vv_rowsource_close(struct vv_rowsource_rows *rows)
{
    vv_rowmerge_free(rows->merge);
    for (size_t r = 0; r < rows->run_count; r++)
        vv_part_run_deinit(rows->runs + r);
    for (size_t h = 0; h < rows->cursor_count; h++)
        vv_head_cursor_deinit(rows->cursors + h);
    vv_free(rows->runs);
    vv_free(rows->cursors);
    vv_free(rows->list);
    *rows = (struct vv_rowsource_rows){0};
}
