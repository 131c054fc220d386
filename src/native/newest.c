/* varve_newest: the last row before a time, found from the end backwards.
 *
 * Each step takes the latest time below the bound at which some source surely has a row, settles
 * the rows from there up to the bound, and goes further back only when marks took them all. */
#include "base/alloc.h"
#include "native/rowsource.h"
#include "native/store_private.h"

#include "base/banned.h"

/* The last time below `before` at which the part surely has a row: the end of its last block before
 * it, or the begin of one that reaches over it. */
static vv_status part_last(struct vv_rowsource *source, struct vv_live_part *part, int64_t before,
                           bool *any, int64_t *time, vv_error *err)
{
    int64_t partition = vv_store_partition(source->stratum, source->from);
    struct vv_part_entry entry;
    vv_status status;

    *any = false;
    while (!(status = vv_part_find(part->part, partition, source->series, &entry, err)) &&
           entry.first_time < before) {
        struct vv_part_stats_cursor cursor;
        struct varve_stats stats;
        bool last = entry.partition == INT64_MAX;
        partition = last ? entry.partition : entry.partition + 1;
        *any = true;
        *time = entry.first_time;
        if (entry.last_time < before) {
            *time = entry.last_time;
        } else {
            /* A column that no schema has: block places alone. */
            status = vv_part_stats_begin(&entry, UINT32_MAX, &cursor, &stats, err);
            while (!status && !(status = vv_part_stats_next(&cursor, &stats, err)) &&
                   cursor.ref.first_time < before)
                *time = cursor.ref.last_time < before          ? cursor.ref.last_time
                        : cursor.ref.first_time < source->from ? source->from
                                                               : cursor.ref.first_time;
            if (status == VARVE_END)
                status = VARVE_OK;
        }
        vv_part_entry_release(&entry);
        if (status || last)
            return status;
    }
    if (!status)
        vv_part_entry_release(&entry);
    return status == VARVE_END ? VARVE_OK : status;
}

/* The same over all sources, without what marks have taken for sure. */
static vv_status last_below(struct vv_rowsource *source, int64_t before, bool *any, int64_t *time,
                            vv_error *err)
{
    int64_t at = 0;

    *any = false;
    if (before <= source->from)
        return VARVE_OK;
    *any = vv_rowsource_head_last(source, before, time);
    for (size_t p = 0; p < source->part_count; p++) {
        bool found = false;
        for (int64_t bound = before; bound > source->from;) {
            vv_error why = {0};
            vv_status status = part_last(source, source->parts[p], bound, &found, &at, &why);
            if (status == VARVE_CORRUPT) { /* rows that cannot be found are missing */
                vv_store_damage(source->store, source->parts[p], &why);
                found = false;
            } else if (status) {
                if (err)
                    *err = why;
                return status;
            }
            if (!found)
                break;
            const struct vv_mark *mark =
                vv_rowsource_mark(source, vv_rowsource_rank(source->parts[p]), at, at);
            if (!mark || mark->to < bound) /* between it and the bound there may be rows */
                break;
            bound = mark->from;
            found = false;
        }
        if (found && at >= source->from && (!*any || at > *time)) {
            *any = true;
            *time = at;
        }
    }
    return VARVE_OK;
}

/* The last of the rows in [from, to), handed over; `*given` false when there are none. */
static vv_status give_last(struct vv_rowsource *source, int64_t from, int64_t to,
                           const uint32_t *columns, struct vv_rows *last,
                           void (*each)(void *arg, const struct varve_rows *row), void *arg,
                           bool *given, vv_error *err)
{
    struct vv_rowsource_rows open;
    struct varve_rows rows;

    *given = false;
    vv_status status =
        vv_rowsource_open(source, from, to, columns, source->stratum->column_count, &open, err);
    while (!status && !(status = vv_rowmerge_next(open.merge, 1024, &rows, err))) {
        vv_rows_reset(last, source->series);
        status = vv_rows_add(last, &rows, rows.count - 1, rows.count, true, err);
        *given = true;
    }
    vv_rowsource_close(&open);
    if (status == VARVE_END)
        status = VARVE_OK;
    if (!status && *given) {
        vv_rows_view(last, &rows);
        each(arg, &rows);
    }
    return status;
}

/* Kept from one series to the next. */
struct newest {
    const struct varve_stratum *stratum; /* that `columns` and `last` are of */
    uint32_t *columns;
    struct vv_rows *last;
};

static vv_status prepare(struct newest *on, const struct varve_stratum *stratum, vv_error *err)
{
    vv_status status;

    if (on->stratum == stratum)
        return VARVE_OK;
    vv_free(on->columns);
    vv_rows_free(on->last);
    *on = (struct newest){0};
    enum varve_type *types = vv_alloc_array(stratum->column_count + 1, sizeof *types);
    on->columns = vv_alloc_array(stratum->column_count + 1, sizeof *on->columns);
    if (!types || !on->columns) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for the newest rows");
        goto out;
    }
    for (uint32_t c = 0; c < stratum->column_count; c++) {
        on->columns[c] = c;
        types[c] = stratum->columns[c].type;
    }
    status = vv_rows_new(types, stratum->column_count, &on->last, err);
    if (!status)
        on->stratum = stratum;
out:
    vv_free(types);
    return status;
}

vv_status varve_newest(varve *store, const uint32_t *series, size_t count, int64_t before,
                       varve_snapshot *snapshot,
                       void (*each)(void *arg, const struct varve_rows *row), void *arg,
                       varve_error *err)
{
    varve_snapshot *own, *use;
    struct newest on = {0};

    vv_error_clear(err);
    vv_status status = vv_snapshot_take(store, snapshot, &own, &use, err);
    for (size_t s = 0; !status && s < count; s++) {
        struct vv_rowsource source;
        int64_t bound = before, time;
        bool any = true, given = false;

        status = vv_rowsource_init(&source, store, use, series[s], INT64_MIN, before, err);
        if (!status)
            status = prepare(&on, source.stratum, err);
        while (!status && any && !given) {
            status = last_below(&source, bound, &any, &time, err);
            if (!status && any)
                status =
                    give_last(&source, time, bound, on.columns, on.last, each, arg, &given, err);
            bound = time;
        }
        vv_rowsource_deinit(&source);
    }
    vv_free(on.columns);
    vv_rows_free(on.last);
    varve_snapshot_close(own);
    return status;
}
