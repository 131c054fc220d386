/* compare.c: what the store shows against what the array says. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/twin.h"
#include "native/store_private.h"

size_t twin_read(struct twin *twin, int series, uint32_t (*ids)[TWIN_SUBS])
{
    vv_error err = {0};
    varve_scan *scan;
    struct varve_rows rows;
    int64_t last_time = INT64_MIN;
    uint32_t last_sub = 0;
    memset(ids, 0, TWIN_SLOTS * sizeof *ids);
    const struct varve_scan_spec spec = {
        .series = twin->ids[series], .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    vv_status status = varve_scan_open(twin->store, &spec, &scan, &err);
    if (status == VARVE_NOT_FOUND)
        return 0; /* its definition is lost: it shows no row */
    if (status)
        twin_fail("scan of series %d: %s", series, err.message);
    while (!(status = varve_scan_next(scan, &rows, &err))) {
        for (uint32_t i = 0; i < rows.count; i++) {
            uint32_t sub = rows.subs ? rows.subs[i] : 0;
            int slot = twin_slot(series, rows.times[i]);
            if (slot < 0 || sub >= TWIN_SUBS)
                twin_fail("series %d: a row at time %lld that was never written", series,
                          (long long)rows.times[i]);
            if (rows.times[i] < last_time || (rows.times[i] == last_time && sub <= last_sub))
                twin_fail("series %d: rows out of order at slot %d", series, slot);
            last_time = rows.times[i];
            last_sub = sub;
            uint32_t id = twin_id_of(series, &rows, i);
            if (id < TWIN_PLACES &&
                twin->places[id] != 1 + twin_cell_number(series, slot, (int)sub))
                twin_fail("series %d, slot %d shows write %u of another cell", series, slot, id);
            ids[slot][sub] = id;
        }
    }
    if (status != VARVE_END)
        twin_fail("scan of series %d: %s", series, err.message);
    size_t lost;
    (void)varve_scan_lost(scan, &lost);
    varve_scan_close(scan);
    return lost;
}

static void read_whole(struct twin *twin, int series, uint32_t (*ids)[TWIN_SUBS])
{
    if (twin_read(twin, series, ids) > 0)
        twin_fail("series %d: rows are lost", series);
}

void twin_verify(struct twin *twin)
{
    uint32_t ids[TWIN_SLOTS][TWIN_SUBS];
    for (int s = 0; s < TWIN_SERIES; s++) {
        read_whole(twin, s, ids);
        for (int slot = 0; slot < TWIN_SLOTS; slot++)
            for (int sub = 0; sub < TWIN_SUBS; sub++)
                if (ids[slot][sub] != twin->cells[s][slot][sub].now &&
                    (ids[slot][sub] || slot >= twin->maybe_pruned[s < 3 ? 0 : 1]))
                    twin_fail("series %d, slot %d, sub %d shows write %u instead of %u", s, slot,
                              sub, ids[slot][sub], twin->cells[s][slot][sub].now);
    }
}

static bool is_possible(const struct twin_cell *cell, uint32_t id)
{
    for (int i = 0; i < cell->possible_count; i++)
        if (cell->possible[i] == id)
            return true;
    return false;
}

static bool is_failed(const struct twin_cell *cell, uint32_t id)
{
    for (int i = 0; i < cell->failed_count; i++)
        if (cell->failed[i] == id)
            return true;
    return false;
}

/* A prune that failed has happened, or will never have: as the manifest says. */
static void settle_prunes(struct twin *twin)
{
    const struct vv_store_lists *lists = &twin->store->lists;
    for (size_t i = 0; i < lists->prune_count; i++) {
        int which = lists->prunes[i].stratum == 0 ? 0 : 1, slot = 0;
        while (twin_time(which * 3, slot) < lists->prunes[i].before)
            slot++;
        if (slot < twin->pruned[which] || slot > twin->maybe_pruned[which])
            twin_fail("stratum %d is pruned to slot %d instead of %d", which, slot,
                      twin->pruned[which]);
        twin->pruned[which] = slot;
    }
    for (int which = 0; which < 2; which++)
        twin->maybe_pruned[which] = twin->pruned[which];
}

void twin_settle(struct twin *twin, bool strict)
{
    static uint32_t ids[TWIN_SLOTS][TWIN_SUBS];
    for (int s = 0; s < TWIN_SERIES; s++) {
        int which = s < 3 ? 0 : 1;
        read_whole(twin, s, ids);
        for (int slot = 0; slot < TWIN_SLOTS; slot++) {
            for (int sub = 0; sub < TWIN_SUBS; sub++) {
                struct twin_cell *cell = &twin->cells[s][slot][sub];
                uint32_t id = ids[slot][sub];
                bool maybe_pruned = slot < twin->maybe_pruned[which] && id == 0;
                bool right = strict ? id == cell->now || is_failed(cell, id) || maybe_pruned
                                    : is_possible(cell, id);
                if (!right)
                    twin_fail("series %d, slot %d, sub %d shows write %u, the newest is %u (of %d "
                              "possible ones)",
                              s, slot, sub, id, cell->now, cell->possible_count);
                *cell = (struct twin_cell){.now = id, .possible_count = 1};
                cell->possible[0] = id;
            }
        }
    }
    settle_prunes(twin);
}

/* ---- answers ---- */

struct bucket {
    uint64_t count, good;
    double sum, min, max;
};

static void expect_bucket(const struct twin *twin, int series, int64_t from, int64_t to,
                          struct bucket *b)
{
    *b = (struct bucket){.min = INFINITY, .max = -INFINITY};
    for (int slot = 0; slot < TWIN_SLOTS; slot++) {
        int64_t time = twin_time(series, slot);
        for (int sub = 0; sub < TWIN_SUBS && time >= from && time < to; sub++) {
            uint32_t id = twin->cells[series][slot][sub].now;
            double value;
            if (id == 0)
                continue;
            b->count++;
            if (!twin_value(id, &value) || !twin_good(id))
                continue;
            b->good++;
            b->sum += value;
            b->min = value < b->min ? value : b->min;
            b->max = value > b->max ? value : b->max;
        }
    }
}

struct answer {
    const struct twin *twin;
    int series;
    int64_t from, to, every;
    uint64_t rows;
};

static bool take_bucket(void *arg, int64_t start, const struct varve_stats *stats)
{
    struct answer *a = arg;
    struct bucket b;
    int64_t from = start > a->from ? start : a->from;
    int64_t to = start + a->every < a->to ? start + a->every : a->to;
    expect_bucket(a->twin, a->series, from, to, &b);
    if (stats->count != b.count || stats->good != b.good ||
        (b.good > 0 && (stats->min.d != b.min || stats->max.d != b.max ||
                        fabs(stats->sum + stats->sum_low - b.sum) > 1e-9)))
        twin_fail(
            "series %d, bucket at %lld: count %llu good %llu sum %g instead of %llu, %llu, %g",
            a->series, (long long)start, (unsigned long long)stats->count,
            (unsigned long long)stats->good, stats->sum, (unsigned long long)b.count,
            (unsigned long long)b.good, b.sum);
    a->rows += stats->count;
    return true;
}

static void verify_aggregate(struct twin *twin, int series)
{
    int begin = (int)twin_draw(twin, TWIN_SLOTS), end = begin + (int)twin_draw(twin, TWIN_SLOTS);
    struct answer a = {.twin = twin, .series = series};
    a.from = twin_time(series, begin) + (int64_t)twin_draw(twin, 2);
    a.to = twin_time(series, end);
    a.every = 60000 * (1 + (int64_t)twin_draw(twin, 3000));
    const struct varve_aggregate_spec spec = {
        .series = twin->ids[series], .from = a.from, .to = a.to, .every = a.every, .origin = 0};
    struct bucket all;
    vv_error err = {0};
    size_t lost = 0;
    if (a.from >= a.to)
        return;
    if (varve_aggregate(twin->store, &spec, take_bucket, &a, &lost, &err))
        twin_fail("aggregate of series %d: %s", series, err.message);
    expect_bucket(twin, series, a.from, a.to, &all);
    if (a.rows != all.count || lost > 0)
        twin_fail("series %d: buckets hold %llu rows of %llu, %zu blocks lost", series,
                  (unsigned long long)a.rows, (unsigned long long)all.count, lost);
}

struct newest {
    const struct twin *twin;
    int64_t times[TWIN_SERIES];
    bool there[TWIN_SERIES];
};

static void take_newest(void *arg, const struct varve_rows *row)
{
    struct newest *n = arg;
    for (int s = 0; s < TWIN_SERIES; s++) {
        if (n->twin->ids[s] != row->series)
            continue;
        n->times[s] = row->times[0];
        n->there[s] = true;
    }
}

static void verify_newest(struct twin *twin)
{
    struct newest n = {.twin = twin};
    vv_error err = {0};
    if (varve_newest(twin->store, twin->ids, TWIN_SERIES, VARVE_TIME_MAX, NULL, take_newest, &n,
                     &err))
        twin_fail("newest: %s", err.message);
    for (int s = 0; s < TWIN_SERIES; s++) {
        int slot = TWIN_SLOTS - 1;
        while (slot >= 0 && !twin->cells[s][slot][0].now && !twin->cells[s][slot][1].now)
            slot--;
        if (n.there[s] != (slot >= 0) || (slot >= 0 && n.times[s] != twin_time(s, slot)))
            twin_fail("series %d: the newest row is not that of slot %d", s, slot);
    }
}

void twin_verify_answers(struct twin *twin)
{
    for (int s = 0; s < 3; s++)
        verify_aggregate(twin, s);
    verify_newest(twin);
}

static void take_finding(void *arg, enum varve_finding_kind kind, const char *text)
{
    (void)arg;
    if (kind == VARVE_FINDING_DAMAGE)
        twin_fail("check: %s", text);
}

void twin_check(struct twin *twin)
{
    vv_error err = {0};
    uint64_t damaged;
    if (vv_store_check(twin->path, twin->io, take_finding, NULL, &damaged, &err))
        twin_fail("check: %s", err.message);
}
