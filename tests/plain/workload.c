#include "workload.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native/store_private.h"
#include "rows.h"

static enum step failed(struct workload *w, const char *what, const varve_error *err)
{
    snprintf(w->why, sizeof w->why, "%s: %.400s (%d)", what, err->message, (int)err->status);
    return STEP_FAILED;
}

static enum step wrong(struct workload *w, const char *what, const char *why)
{
    snprintf(w->why, sizeof w->why, "%s: %.400s", what, why);
    return STEP_WRONG;
}

/* ---- what there is ---- */

static void make_stratum(struct workload *w, uint32_t index, const char *name,
                         enum varve_goodness goodness, uint32_t good_column, uint32_t columns,
                         uint32_t most)
{
    static const enum varve_type narrow[] = {VARVE_INT64, VARVE_DOUBLE, VARVE_TEXT, VARVE_BOOL,
                                             VARVE_DOUBLE};
    struct plain_stratum *s = &w->plain.strata[index];
    for (uint32_t c = 0; c < most; c++) {
        snprintf(s->names[c], sizeof s->names[c], "c%u", c);
        s->columns[c].name = s->names[c];
        s->columns[c].type = narrow[(c + index / 2) % 5];
    }
    if (goodness == VARVE_GOOD_FLAGS)
        s->columns[good_column].type = VARVE_TEXT;
    else if (goodness != VARVE_GOOD_ALL)
        s->columns[good_column].type = VARVE_INT64;
    s->columns_most = most;
    s->id = PLAIN_NO_ID;
    s->about = (struct varve_stratum){.name = name,
                                      .unit = (enum varve_unit)(1 + draw_below(&w->draw, 3)),
                                      .span = (enum varve_span)draw_below(&w->draw, 7),
                                      .goodness = goodness,
                                      .good_column = good_column,
                                      .columns = s->columns,
                                      .column_count = columns};
}

static void make_series(struct workload *w, uint32_t stratum, uint32_t number)
{
    static const int64_t per_second[] = {0, 1, 1000, 1000000};
    static const uint64_t steps_ms[] = {1, 50, 1000, 1000, 60000, 3600000};
    unsigned char key[40];
    size_t key_bytes = 4 + draw_below(&w->draw, 36);
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)draw_bits(&w->draw);
    memcpy(key, &number, sizeof number);
    uint32_t index = plain_add_series(&w->plain, stratum, key, key_bytes);
    struct plain_series *series = &w->plain.series[index];
    int64_t unit = per_second[w->plain.strata[stratum].about.unit];
    series->newest = ((int64_t)draw_below(&w->draw, 2000000000) - 200000000) * unit;
    series->step = steps_ms[draw_below(&w->draw, 6)] * (uint64_t)unit / 1000;
    series->step += series->step == 0;
}

void workload_begin(struct workload *w, const struct vv_io *io, const char *path, uint64_t seed)
{
    *w = (struct workload){.io = io, .draw = {seed}, .only_sync = -1};
    snprintf(w->path, sizeof w->path, "%s", path);
    plain_init(&w->plain);
    make_stratum(w, 0, "tags", VARVE_GOOD_OPC, 0, 2, 5);
    make_stratum(w, 1, "trend", VARVE_GOOD_FLAGS, 1, 2, 3);
    make_stratum(w, 2, "events", VARVE_GOOD_LEVELS, 3, 5, 8);
    make_stratum(w, 3, "frames", VARVE_GOOD_ALL, 0, 370, 372);
    w->plain.strata_count = PLAIN_STRATA;
    for (uint32_t n = 0; n < 10; n++)
        make_series(w, n < 5 ? 0 : n < 7 ? 1 : n < 9 ? 2 : 3, n);
}

void workload_end(struct workload *w)
{
    plain_deinit(&w->plain);
}

/* ---- opening and closing ---- */

static void draw_options(struct workload *w)
{
    struct draw *d = &w->draw;
    w->options = (struct varve_options){
        .sync =
            w->only_sync >= 0 ? (enum varve_sync)w->only_sync : (enum varve_sync)draw_below(d, 3),
        .sync_interval_ms = 1 + draw_below(d, 50),
        .memory_bytes = (uint64_t)(256 + draw_below(d, 4096)) << 10,
        .cache_bytes = (uint64_t)(16 + draw_below(d, 512)) << 10,
        .log_bytes = (uint64_t)(64 + draw_below(d, 2048)) << 10,
        .reserve_bytes = 1,
        .block_rows = 16u << draw_below(d, 9),
        .no_background = !w->background || draw_once_in(d, 2),
        .append_wait_ms = 200,
    };
}

enum step workload_open(struct workload *w)
{
    varve_error err = {0};
    draw_options(w);
    if (vv_store_open(w->path, &w->options, w->io, &w->store, &err))
        return failed(w, "open", &err);
    if (varve_batch_new(w->store, &w->batch, &err))
        return failed(w, "batch", &err);
    return STEP_DONE;
}

static void let_snapshots_go(struct workload *w)
{
    for (uint32_t i = 0; i < HELD_MAX; i++) {
        varve_snapshot_close(w->held[i].snapshot);
        w->held[i].snapshot = NULL;
    }
}

static void let_go(struct workload *w)
{
    let_snapshots_go(w);
    varve_batch_free(w->batch);
    w->batch = NULL;
}

enum step workload_close(struct workload *w)
{
    varve_error err = {0};
    let_go(w);
    varve_status status = varve_close(w->store, &err);
    w->store = NULL;
    if (status)
        return failed(w, "close", &err);
    w->synced = w->plain.sequence;
    return STEP_DONE;
}

void workload_abandon(struct workload *w)
{
    let_go(w);
    if (w->store)
        vv_store_abandon(w->store);
    w->store = NULL;
}

/* ---- definitions ---- */

static enum step learn_strata(struct workload *w)
{
    const struct varve_stratum *found;
    for (uint32_t s = 0; s < PLAIN_STRATA; s++) {
        w->plain.strata[s].id = PLAIN_NO_ID;
        w->plain.strata[s].about.column_count = 0;
    }
    for (uint32_t id = 0; varve_stratum_get(w->store, id, &found, NULL) == VARVE_OK; id++) {
        uint32_t s = 0;
        while (s < PLAIN_STRATA && strcmp(found->name, w->plain.strata[s].about.name) != 0)
            s++;
        if (s == PLAIN_STRATA)
            return wrong(w, "learn", "a stratum that nobody defined");
        w->plain.strata[s].id = id;
        w->plain.strata[s].about.column_count = found->column_count;
        if (found->unit != w->plain.strata[s].about.unit ||
            found->column_count > w->plain.strata[s].columns_most)
            return wrong(w, "learn", "a stratum was changed");
    }
    return STEP_DONE;
}

enum step workload_learn(struct workload *w)
{
    enum step step = learn_strata(w);
    for (uint32_t s = 0; s < w->plain.series_count && step == STEP_DONE; s++) {
        struct plain_series *series = &w->plain.series[s];
        const struct plain_stratum *stratum = &w->plain.strata[series->stratum];
        if (stratum->id == PLAIN_NO_ID || varve_series_find(w->store, stratum->id, series->key,
                                                            series->key_bytes, &series->id, NULL))
            series->id = PLAIN_NO_ID;
        for (size_t i = 0; i < series->count; i++) {
            if (series->id == PLAIN_NO_ID)
                return wrong(w, "learn", "a series with rows is not known");
            if (series->entries[i].columns > stratum->about.column_count)
                return wrong(w, "learn", "columns with values are not known");
        }
    }
    return step;
}

static enum step define_series(struct workload *w, struct plain_series *series)
{
    varve_error err = {0};
    if (series->id == PLAIN_NO_ID &&
        varve_series_define(w->store, w->plain.strata[series->stratum].id, series->key,
                            series->key_bytes, &series->id, &err)) {
        series->id = PLAIN_NO_ID;
        return failed(w, "define a series", &err);
    }
    return STEP_DONE;
}

static enum step define_stratum(struct workload *w, uint32_t index, uint32_t columns)
{
    struct plain_stratum *s = &w->plain.strata[index];
    struct varve_stratum wanted = s->about;
    varve_error err = {0};
    wanted.column_count = columns;
    if (varve_stratum_define(w->store, &wanted, &s->id, &err))
        return failed(w, "define a stratum", &err);
    s->about.column_count = columns;
    return STEP_DONE;
}

enum step workload_define(struct workload *w)
{
    static const uint32_t least[] = {2, 2, 5, 370};
    enum step step = STEP_DONE;
    for (uint32_t s = 0; s < PLAIN_STRATA && step == STEP_DONE; s++) {
        uint32_t columns = w->plain.strata[s].about.column_count;
        step = define_stratum(w, s, columns > least[s] ? columns : least[s]);
    }
    return step;
}

/* ---- appending ---- */

static int64_t draw_time(struct workload *w, struct plain_series *series, bool in_order)
{
    struct draw *d = &w->draw;
    if (draw_once_in(d, 20000))
        return draw_once_in(d, 2) ? INT64_MIN + draw_below(d, 2) : INT64_MAX - 1;
    if (!in_order && series->count > 0 && draw_once_in(d, 2))
        return series->entries[draw_below(d, (uint32_t)series->count)].time;
    if (!in_order)
        return series->newest - (int64_t)(draw_bits(d) % (series->step * 400 + 1));
    if (!draw_once_in(d, 30))
        series->newest += (int64_t)(series->step + draw_bits(d) % (series->step / 16 + 1));
    if (draw_once_in(d, 500))
        series->newest += (int64_t)(series->step * draw_below(d, 5000));
    return series->newest;
}

/* Some rows of one series into the batch, and noted. */
static enum step add_rows(struct workload *w, uint32_t index)
{
    struct draw *d = &w->draw;
    struct plain_series *series = &w->plain.series[index];
    struct plain_stratum *stratum = &w->plain.strata[series->stratum];
    bool wide = stratum->columns_most > 100;
    uint32_t most = wide ? 4 : w->small ? 12 : draw_once_in(d, 4) ? 600 : 40;
    uint32_t count = 1 + (draw_once_in(d, 3) ? 0 : draw_below(d, most));
    uint32_t columns = stratum->about.column_count;
    if (draw_once_in(d, 10))
        columns = 1 + draw_below(d, columns);
    bool in_order = !draw_once_in(d, 5), subs = series->stratum == 2 && draw_once_in(d, 2);
    struct plain_row *rows = malloc(count * sizeof *rows);
    if (!rows)
        abort();
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = (struct plain_row){.time = draw_time(w, series, in_order),
                                     .sub = subs ? draw_below(d, 3) : 0,
                                     .columns = columns,
                                     .seed = draw_bits(d)};
        if (draw_once_in(d, 10000))
            rows[i].sub = UINT32_MAX;
        plain_note_row(&w->plain, index, rows[i].time, rows[i].sub, columns, rows[i].seed);
    }
    struct made_rows made;
    varve_error err = {0};
    enum step step = STEP_DONE;
    made_rows_new(&made, stratum, series->id, rows, count, columns);
    if (varve_batch_add(w->batch, &made.rows, &err))
        step = failed(w, "add to a batch", &err);
    made_rows_free(&made);
    free(rows);
    return step;
}

static enum step append(struct workload *w)
{
    varve_error err = {0};
    uint64_t sequence = 0;
    enum step step = STEP_DONE;
    uint32_t pieces = 1 + draw_below(&w->draw, w->small ? 2 : 4);
    for (uint32_t i = 0; i < pieces && step == STEP_DONE; i++) {
        uint32_t index = draw_below(&w->draw, w->plain.series_count);
        bool frame = w->plain.strata[w->plain.series[index].stratum].columns_most > 100;
        if (frame && !draw_once_in(&w->draw, w->small ? 40 : 3))
            index = 0;
        step = define_series(w, &w->plain.series[index]);
        if (step == STEP_DONE)
            step = add_rows(w, index);
    }
    if (step == STEP_DONE && varve_append(w->store, w->batch, &sequence, &err)) {
        varve_batch_reset(w->batch);
        if (err.status == VARVE_BUSY) { /* what snapshots hold cannot be given back */
            let_snapshots_go(w);
            plain_forget(&w->plain);
            return STEP_DONE;
        }
        return failed(w, "append", &err);
    }
    if (step != STEP_DONE) {
        varve_batch_reset(w->batch);
        plain_forget(&w->plain);
        return step;
    }
    if (sequence <= w->plain.sequence)
        return wrong(w, "append", "a sequence that does not rise");
    plain_take(&w->plain, sequence);
    if (w->options.sync == VARVE_SYNC_ALWAYS)
        w->synced = sequence;
    return STEP_DONE;
}

/* ---- other changes ---- */

static enum step delete_rows(struct workload *w)
{
    struct draw *d = &w->draw;
    uint32_t index = draw_below(d, w->plain.series_count);
    struct plain_series *series = &w->plain.series[index];
    varve_error err = {0};
    uint64_t sequence = 0;
    if (series->count == 0 || series->id == PLAIN_NO_ID)
        return STEP_DONE;
    int64_t from = series->entries[draw_below(d, (uint32_t)series->count)].time;
    if (from < INT64_MIN / 2 || from > INT64_MAX / 2)
        return STEP_DONE;
    int64_t to = from + 1 + (int64_t)(series->step * draw_below(d, 50));
    if (draw_once_in(d, 20))
        to = VARVE_TIME_MAX;
    plain_note_deletion(&w->plain, index, from, to);
    if (varve_delete(w->store, series->id, from, to, &sequence, &err))
        return failed(w, "delete", &err);
    if (sequence <= w->plain.sequence)
        return wrong(w, "delete", "a sequence that does not rise");
    plain_take(&w->plain, sequence);
    if (w->options.sync == VARVE_SYNC_ALWAYS)
        w->synced = sequence;
    return STEP_DONE;
}

static enum step prune(struct workload *w)
{
    struct draw *d = &w->draw;
    const struct plain_series *series = &w->plain.series[draw_below(d, w->plain.series_count)];
    varve_error err = {0};
    if (series->count == 0 || !draw_once_in(d, 4))
        return STEP_DONE;
    int64_t before = series->entries[draw_below(d, (uint32_t)(series->count / 3 + 1))].time;
    if (before < INT64_MIN / 2 || before > INT64_MAX / 2)
        return STEP_DONE;
    plain_note_prune(&w->plain, series->stratum, before);
    if (varve_prune(w->store, w->plain.strata[series->stratum].id, before, &err))
        return failed(w, "prune", &err);
    plain_take(&w->plain, 0);
    return STEP_DONE;
}

static enum step extend(struct workload *w)
{
    uint32_t index = draw_below(&w->draw, PLAIN_STRATA);
    const struct plain_stratum *s = &w->plain.strata[index];
    if (s->about.column_count == s->columns_most)
        return STEP_DONE;
    return define_stratum(w, index, s->about.column_count + 1);
}

static enum step settle(struct workload *w, uint32_t which)
{
    varve_error err = {0};
    bool merged;
    if (which == 0 && varve_flush(w->store, &err))
        return failed(w, "flush", &err);
    if (which == 1 && varve_sync(w->store, &err))
        return failed(w, "sync", &err);
    if (which == 2 && varve_merge(w->store, &merged, &err))
        return failed(w, "merge", &err);
    if (which < 2)
        w->synced = w->plain.sequence;
    return STEP_DONE;
}

enum step workload_write(struct workload *w)
{
    uint32_t which = draw_below(&w->draw, 100);
    if (which < 70)
        return append(w);
    if (which < 76)
        return delete_rows(w);
    if (which < 78)
        return prune(w);
    if (which < 80)
        return extend(w);
    return settle(w, which < 88 ? 0 : which < 92 ? 1 : 2);
}

/* ---- questions ---- */

static struct compare compare_of(const struct workload *w, const struct held *held)
{
    struct compare compare = {.plain = &w->plain, .store = w->store};
    compare.snapshot = held ? held->snapshot : NULL;
    compare.moment = held ? held->moment : plain_now(&w->plain);
    return compare;
}

static enum step ask_part(struct workload *w, struct compare *compare)
{
    struct draw *d = &w->draw;
    uint32_t index = draw_below(d, w->plain.series_count), columns[8], count = 0;
    const struct plain_series *series = &w->plain.series[index];
    if (series->count == 0)
        return STEP_DONE;
    int64_t from = series->entries[draw_below(d, (uint32_t)series->count)].time;
    int64_t to = series->entries[draw_below(d, (uint32_t)series->count)].time;
    while (count < 8 && !draw_once_in(d, 3))
        columns[count++] = draw_below(d, compare->moment.columns[series->stratum]);
    bool same = compare_scan(compare, index, from < to ? from : to, from < to ? to : from,
                             draw_once_in(d, 4) ? NULL : columns, count);
    return same ? STEP_DONE : wrong(w, "part", compare->why);
}

enum step workload_ask(struct workload *w)
{
    struct draw *d = &w->draw;
    struct held *held = &w->held[draw_below(d, HELD_MAX)];
    struct compare compare = compare_of(w, held->snapshot && draw_once_in(d, 2) ? held : NULL);
    uint32_t index = draw_below(d, w->plain.series_count);
    varve_error err = {0};
    bool same = true;
    switch (draw_below(d, 8)) {
    case 0:
        if (!held->snapshot) {
            if (varve_snapshot_open(w->store, &held->snapshot, &err))
                return failed(w, "snapshot", &err);
            held->moment = plain_now(&w->plain);
        } else if (draw_once_in(d, 3)) {
            compare = compare_of(w, held);
            same = compare_all(&compare);
            varve_snapshot_close(held->snapshot);
            held->snapshot = NULL;
        }
        break;
    case 1:
    case 2:
        return ask_part(w, &compare);
    case 3:
        same = compare_scan(&compare, index, VARVE_TIME_MIN, VARVE_TIME_MAX, NULL, 0);
        break;
    case 4: {
        const struct plain_series *series = &w->plain.series[index];
        int64_t before = VARVE_TIME_MAX;
        if (series->count > 0 && draw_once_in(d, 2))
            before = series->entries[draw_below(d, (uint32_t)series->count)].time;
        same = compare_newest(&compare, before);
        break;
    }
    default:
        same = compare.moment.columns[w->plain.series[index].stratum] == 0 ||
               compare_drawn_aggregate(&compare, d, index);
    }
    return same ? STEP_DONE : wrong(w, compare.snapshot ? "snapshot" : "now", compare.why);
}

enum step workload_check(struct workload *w)
{
    struct compare compare = compare_of(w, NULL);
    bool same = compare_all(&compare) && compare_newest(&compare, VARVE_TIME_MAX);
    for (uint32_t s = 0; s < w->plain.series_count && same; s++)
        if (compare.moment.columns[w->plain.series[s].stratum] > 0)
            same = compare_drawn_aggregate(&compare, &w->draw, s);
    return same ? STEP_DONE : wrong(w, "all", compare.why);
}
