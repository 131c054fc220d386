/* varve_aggregate: statistics by bucket, of whole stretches where that is exact, else of rows.
 *
 * The stretches of all parts are gone through in order of time. One is alone when it lies inside
 * the range, no other source has a row between its first and last time, and no mark reaches into
 * it. If it lies inside one bucket too, its statistics are the answer; else its block is read. All
 * others only make their time one that settled rows must be read of, in one piece up to the next
 * stretch that is alone. */
#include "base/alloc.h"
#include "native/bucket.h"
#include "native/extents.h"
#include "native/stats.h"
#include "native/store_private.h"

#include "base/banned.h"

struct aggregate {
    const struct varve_aggregate_spec *spec;
    struct vv_rowsource source;
    enum varve_type type;
    struct vv_extents *extents;
    size_t extent_count;
    int64_t head_first; /* no head has a row before */
    int64_t done;       /* all rows before this time are counted */
    int64_t reach;      /* last time of the stretches whose rows must be read; with `pending` */
    bool pending;
    bool blind; /* a damaged index: from here on only rows */
    struct varve_stats stats;
    struct vv_bucket bucket;
    bool open; /* a bucket is being filled */
    bool stopped;
    bool (*each)(void *arg, int64_t start, const struct varve_stats *stats);
    void *arg;
    size_t lost;
    uint32_t columns[2]; /* the column, and the one that tells good rows */
    uint32_t column_count;
    struct vv_buf good;         /* bitmap */
    struct vv_block_rows block; /* read alone */
};

static void note_lost(void *arg, const struct vv_rowsource *source, const struct vv_live_part *part,
                      const struct vv_block_ref *ref, const vv_error *why)
{
    (void)source;
    (void)part;
    (void)ref;
    (void)why;
    ((struct aggregate *)arg)->lost++;
}

/* ---- buckets ---- */

static void close_bucket(struct aggregate *a)
{
    if (a->open && a->stats.count && !a->stopped)
        a->stopped = !a->each(a->arg, a->bucket.start, &a->stats);
    a->open = false;
}

static void enter_bucket(struct aggregate *a, int64_t time)
{
    if (a->open && time <= a->bucket.last)
        return;
    close_bucket(a);
    a->bucket = vv_bucket_of(a->spec, time);
    a->stats = (struct varve_stats){0};
    a->open = true;
}

/* ---- rows ---- */

/* The first index from `at` on whose time is behind `last`. */
static uint32_t times_end(const int64_t *times, uint32_t at, uint32_t count, int64_t last)
{
    uint32_t low = at, high = count;

    if (times[count - 1] <= last)
        return count;
    for (uint32_t step = 1; low + step < count && times[low + step] <= last; step *= 2)
        low += step;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (times[middle] <= last)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static vv_status add_rows(struct aggregate *a, const struct varve_rows *rows, vv_error *err)
{
    uint64_t *good = NULL;

    if (a->source.stratum->goodness != VARVE_GOOD_ALL) {
        vv_buf_reset(&a->good);
        good = (uint64_t *)(void *)vv_buf_grow(&a->good, ((size_t)rows->count + 63) / 64 * 8);
        if (!good)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory to aggregate");
        if (!vv_good_mask(a->source.stratum, rows->columns + a->column_count - 1, rows->count,
                          good))
            good = NULL;
    }
    for (uint32_t at = 0; at < rows->count && !a->stopped;) {
        enter_bucket(a, rows->times[at]);
        uint32_t end = times_end(rows->times, at, rows->count, a->bucket.last);
        if (!a->stopped)
            vv_stats_add(&a->stats, rows->columns, rows->times, good, at, end);
        at = end;
    }
    return VARVE_OK;
}

/* Reads the rows from `done` up to `to`, if there may be any. */
static vv_status read_rows(struct aggregate *a, int64_t to, vv_error *err)
{
    struct vv_rowsource_rows open;
    struct varve_rows rows;

    if ((!a->pending && a->head_first >= to) || a->done >= to) {
        a->done = to > a->done ? to : a->done;
        return VARVE_OK;
    }
    vv_status status =
        vv_rowsource_open(&a->source, a->done, to, a->columns, a->column_count, &open, err);
    while (!status && !a->stopped && !(status = vv_rowmerge_next(open.merge, 4096, &rows, err)))
        status = add_rows(a, &rows, err);
    vv_rowsource_close(&open);
    a->done = to;
    a->pending = false;
    return status == VARVE_END ? VARVE_OK : status;
}

/* ---- stretches ---- */

/* The stretch that begins first; null behind the last. */
static struct vv_extents *earliest(struct aggregate *a)
{
    struct vv_extents *best = NULL;

    for (size_t x = 0; x < a->extent_count; x++)
        if (!a->extents[x].ended && (!best || a->extents[x].first < best->first))
            best = a->extents + x;
    return best;
}

/* All rows between the stretch's first and last time are its own, and none is counted yet. */
static bool alone(const struct aggregate *a, const struct vv_extents *x)
{
    if (x->first < a->done || x->last >= a->source.to || x->next <= x->last ||
        a->head_first <= x->last || (a->pending && a->reach >= x->first))
        return false;
    for (size_t k = 0; k < a->extent_count; k++)
        if (a->extents + k != x && !a->extents[k].ended && a->extents[k].first <= x->last)
            return false;
    return !vv_rowsource_mark(&a->source, vv_rowsource_rank(x->part), x->first, x->last);
}

/* The rows of a block that is alone, without the way through a merge. */
static vv_status read_block(struct aggregate *a, const struct vv_extents *x, vv_error *err)
{
    vv_error why = {0};
    vv_status status =
        vv_part_read(&x->entry, &x->ref, a->columns, a->column_count, &a->block, &why);

    vv_store_count_blocks(a->source.store, 1);
    if (!status)
        return add_rows(a, &a->block.rows, err);
    if (status == VARVE_CORRUPT) {
        vv_store_damage(a->source.store, x->part, &why);
        a->lost++;
        return VARVE_OK;
    }
    if (err)
        *err = why;
    return status;
}

static vv_status take_alone(struct aggregate *a, struct vv_extents *x, vv_error *err)
{
    bool one_bucket = vv_bucket_of(a->spec, x->first).last >= x->last;

    if (x->whole && !one_bucket)
        return vv_extents_enter(x, err);
    vv_status status = read_rows(a, x->first, err);
    if (status || a->stopped)
        return status;
    if (one_bucket) {
        enter_bucket(a, x->first);
        if (!a->stopped)
            varve_stats_merge(&a->stats, &x->stats, a->type);
    } else {
        status = read_block(a, x, err);
    }
    a->done = x->last + 1; /* last < to */
    return status ? status : vv_extents_next(x, err);
}

/* A stretch that others reach into; of an entry some blocks may still be alone. */
static vv_status pass_over(struct aggregate *a, struct vv_extents *x, vv_error *err)
{
    if (x->whole)
        return vv_extents_enter(x, err);
    if (!a->pending || x->last > a->reach)
        a->reach = x->last;
    a->pending = true;
    return vv_extents_next(x, err);
}

static vv_status walk(struct aggregate *a, vv_error *err)
{
    vv_status status = VARVE_OK;
    struct vv_extents *x;

    while (!status && !a->stopped && !a->blind && (x = earliest(a)))
        status = alone(a, x) ? take_alone(a, x, err) : pass_over(a, x, err);
    if (status == VARVE_CORRUPT) { /* met again, and counted, where rows are read */
        a->blind = true;
        status = VARVE_OK;
    }
    a->pending |= a->blind;
    if (!status && !a->stopped)
        status = read_rows(a, a->source.to, err);
    if (!status)
        close_bucket(a);
    return status;
}

static vv_status find_extents(struct aggregate *a, vv_error *err)
{
    vv_status status = VARVE_OK;

    a->extents = vv_alloc_array(a->source.part_count + 1, sizeof *a->extents);
    if (!a->extents)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to aggregate");
    for (size_t p = 0; !status && p < a->source.part_count; p++) {
        status = vv_extents_init(a->extents + a->extent_count++, &a->source, a->source.parts[p],
                                 a->spec->column, err);
        if (status == VARVE_CORRUPT) {
            a->blind = true;
            status = VARVE_OK;
        }
    }
    return status;
}

/* The first time that a head may have. */
static vv_status find_heads(struct aggregate *a, vv_error *err)
{
    const struct vv_version *version = a->source.snapshot->version;
    vv_status status = VARVE_OK;

    a->head_first = INT64_MAX;
    for (size_t h = 0; !status && h < version->head_count; h++) {
        struct vv_head_cursor cursor;
        status = vv_head_cursor_init(&cursor, version->heads[h], a->source.series,
                                     a->source.snapshot->sequence, a->source.from, a->source.to,
                                     NULL, NULL, 0, err);
        if (status)
            return status;
        if (cursor.has_ascending && cursor.ascending.next_time < a->head_first)
            a->head_first = cursor.ascending.next_time;
        if (cursor.has_late && cursor.late.next_time < a->head_first)
            a->head_first = cursor.late.next_time;
        vv_head_cursor_deinit(&cursor);
    }
    return status;
}

vv_status varve_aggregate(varve *store, const struct varve_aggregate_spec *spec,
                          bool (*each)(void *arg, int64_t start, const struct varve_stats *stats),
                          void *arg, size_t *lost, varve_error *err)
{
    struct aggregate a = {.spec = spec, .each = each, .arg = arg, .columns = {spec->column}};
    int64_t from = spec->from, to = spec->to;
    varve_snapshot *own = NULL, *use_snapshot;

    vv_error_clear(err);
    if (lost)
        *lost = 0;
    vv_status status = vv_bucket_check(spec, &from, &to, err);
    if (!status)
        status = vv_snapshot_take(store, spec->snapshot, &own, &use_snapshot, err);
    if (!status) {
        status = vv_rowsource_init(&a.source, store, use_snapshot, spec->series, from, to, err);
        if (!status)
            status = vv_rowsource_column(&a.source, spec->column, err);
    }
    if (!status && a.source.from < a.source.to) {
        const struct varve_stratum *stratum = a.source.stratum;
        a.source.lost = note_lost;
        a.source.lost_arg = &a;
        a.type = stratum->columns[spec->column].type;
        a.done = a.source.from;
        a.column_count = 1;
        vv_block_rows_init(&a.block);
        if (stratum->goodness != VARVE_GOOD_ALL && stratum->good_column != spec->column)
            a.columns[a.column_count++] = stratum->good_column;
        status = find_heads(&a, err);
        if (!status)
            status = find_extents(&a, err);
        if (!status)
            status = walk(&a, err);
    }
    for (size_t x = 0; x < a.extent_count; x++)
        vv_extents_deinit(a.extents + x);
    vv_free(a.extents);
    vv_buf_deinit(&a.good);
    vv_block_rows_deinit(&a.block);
    vv_rowsource_deinit(&a.source);
    varve_snapshot_close(own);
    if (lost)
        *lost = a.lost;
    return status;
}
