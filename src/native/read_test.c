/* Scans, aggregates and newest rows of a store in random states against a plain array: in order,
 * late and repeated rows, deletions, prunes, flushes, merges, reopening. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/io_sim.h"
#include "base/test.h"
#include "native/draw_test.h"
#include "native/store_private.h"

#include "base/banned.h"

#define BASE    1700000000000
#define SPAN    (3 * 86400000LL)
#define SERIES  3
#define ROWS    60000
#define COLUMNS 4

static const struct varve_column columns[COLUMNS] = {
    {"q", VARVE_INT64}, {"v", VARVE_DOUBLE}, {"on", VARVE_BOOL}, {"what", VARVE_TEXT}};
static const struct varve_stratum stratum = {
    "tags", VARVE_MILLISECONDS, VARVE_SPAN_DAY, VARVE_GOOD_OPC, 0, columns, COLUMNS};
static const char *const WORDS[] = {"", "idle", "run", "fault"};

struct model_row {
    int64_t time;
    uint32_t sub;
    bool null[COLUMNS];
    int64_t q;
    double v;
    uint8_t on;
    uint8_t word;
};

struct model {
    struct draw d;
    struct vv_io_sim *sim;
    struct varve_options options;
    varve *store;
    uint32_t stratum_id, series[SERIES];
    struct model_row *rows[SERIES]; /* ascending */
    uint32_t count[SERIES];
    int64_t clock[SERIES];
    int64_t pruned;
};

static void open_store(struct model *m)
{
    vv_error err = {0};
    assert_ok(vv_store_open("db", &m->options, vv_io_sim_io(m->sim), &m->store, &err), &err);
    assert_ok(varve_stratum_define(m->store, &stratum, &m->stratum_id, &err), &err);
    for (uint32_t s = 0; s < SERIES; s++)
        assert_ok(varve_series_define(m->store, m->stratum_id, &s, sizeof s, &m->series[s], &err),
                  &err);
}

static uint32_t place_of(const struct model *m, uint32_t s, int64_t time, uint32_t sub)
{
    uint32_t low = 0, high = m->count[s];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct model_row *row = m->rows[s] + middle;
        if (row->time < time || (row->time == time && row->sub < sub))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void remember(struct model *m, uint32_t s, const struct model_row *row)
{
    uint32_t at = place_of(m, s, row->time, row->sub);
    struct model_row *rows = m->rows[s];
    if (at == m->count[s] || rows[at].time != row->time || rows[at].sub != row->sub) {
        assert_true(m->count[s] < ROWS);
        memmove(rows + at + 1, rows + at, (m->count[s] - at) * sizeof *rows);
        m->count[s]++;
    }
    rows[at] = *row;
}

static void forget(struct model *m, uint32_t s, int64_t from, int64_t to)
{
    uint32_t begin = place_of(m, s, from, 0), end = place_of(m, s, to, 0);
    memmove(m->rows[s] + begin, m->rows[s] + end, (m->count[s] - end) * sizeof **m->rows);
    m->count[s] -= end - begin;
}

static void draw_row(struct model *m, uint32_t s, struct model_row *row)
{
    struct draw *d = &m->d;
    uint32_t kind = draw_below(d, 40);
    *row = (struct model_row){0};
    if (kind == 0) {
        row->time = BASE + (int64_t)(draw_bits(d) % SPAN);
    } else if (kind == 1 && m->count[s]) {
        uint32_t at = draw_below(d, m->count[s]);
        row->time = m->rows[s][at].time;
        row->sub = m->rows[s][at].sub;
    } else {
        m->clock[s] += draw_below(d, 100) ? draw_below(d, 2000) : draw_below(d, 7200000);
        row->time = m->clock[s];
        row->sub = draw_below(d, 20) == 0;
    }
    row->q = draw_below(d, 15) ? 192 : 0;
    row->v = (double)((int64_t)draw_below(d, 20001) - 10000) / 100;
    row->on = draw_below(d, 10) < 5;
    row->word = (uint8_t)draw_below(d, 4);
    for (int c = 1; c < COLUMNS; c++)
        row->null[c] = draw_below(d, 30) == 0;
}

static void append(struct model *m)
{
    varve_batch *batch;
    vv_error err = {0};
    uint32_t pieces = 1 + draw_below(&m->d, 3);
    assert_ok(varve_batch_new(m->store, &batch, &err), &err);
    while (pieces--) {
        uint32_t s = draw_below(&m->d, SERIES), count = 1 + draw_below(&m->d, 300);
        for (uint32_t i = 0; i < count; i++) {
            struct model_row row;
            draw_row(m, s, &row);
            if (row.time < m->pruned)
                continue;
            struct varve_text text = {WORDS[row.word], (uint32_t)strlen(WORDS[row.word])};
            const void *values[COLUMNS] = {&row.q, &row.v, &row.on, &text};
            struct varve_vector vectors[COLUMNS];
            for (int c = 0; c < COLUMNS; c++)
                vectors[c] =
                    (struct varve_vector){columns[c].type, row.null[c] ? NULL : values[c], NULL};
            struct varve_rows rows = {m->series[s], 1, &row.time, &row.sub, vectors, COLUMNS};
            assert_ok(varve_batch_add(batch, &rows, &err), &err);
            remember(m, s, &row);
        }
    }
    assert_ok(varve_append(m->store, batch, NULL, &err), &err);
    varve_batch_free(batch);
}

static void change(struct model *m)
{
    vv_error err = {0};
    uint32_t kind = draw_below(&m->d, 40), s = draw_below(&m->d, SERIES);
    bool merged;
    if (kind < 8) {
        assert_ok(varve_flush(m->store, &err), &err);
    } else if (kind < 11) {
        assert_ok(varve_merge(m->store, &merged, &err), &err);
    } else if (kind < 14) {
        int64_t from = BASE + (int64_t)(draw_bits(&m->d) % SPAN);
        int64_t to = from + (int64_t)(draw_bits(&m->d) % (SPAN / 20));
        assert_ok(varve_delete(m->store, m->series[s], from, to, NULL, &err), &err);
        forget(m, s, from, to);
    } else if (kind == 14) {
        m->pruned = m->pruned < BASE ? BASE : m->pruned + (int64_t)draw_below(&m->d, 3600000);
        assert_ok(varve_prune(m->store, m->stratum_id, m->pruned, &err), &err);
        for (uint32_t k = 0; k < SERIES; k++)
            forget(m, k, INT64_MIN, m->pruned);
    } else if (kind == 15) {
        assert_ok(varve_close(m->store, &err), &err);
        open_store(m);
    } else {
        append(m);
    }
}

static bool same_value(const struct varve_vector *v, uint32_t i, const struct model_row *row,
                       uint32_t c)
{
    if (!v->data || !vv_bit(v->valid, i))
        return row->null[c];
    if (row->null[c])
        return false;
    if (c == 0)
        return ((const int64_t *)v->data)[i] == row->q;
    if (c == 1)
        return ((const double *)v->data)[i] == row->v;
    if (c == 2)
        return ((const uint8_t *)v->data)[i] == row->on;
    const struct varve_text *text = (const struct varve_text *)v->data + i;
    return text->len_bytes == strlen(WORDS[row->word]) &&
           memcmp(text->data, WORDS[row->word], text->len_bytes) == 0;
}

static bool same_row(const struct varve_rows *rows, uint32_t i, const struct model_row *row,
                     const uint32_t *wanted)
{
    if (rows->times[i] != row->time || (rows->subs ? rows->subs[i] : 0) != row->sub)
        return false;
    for (uint32_t c = 0; c < rows->column_count; c++)
        if (!same_value(rows->columns + c, i, row, wanted ? wanted[c] : c))
            return false;
    return true;
}

static void draw_range(struct model *m, int64_t *from, int64_t *to)
{
    *from = INT64_MIN;
    *to = INT64_MAX;
    if (draw_below(&m->d, 3)) {
        *from = BASE + (int64_t)(draw_bits(&m->d) % SPAN);
        *to = *from + (int64_t)(draw_bits(&m->d) % (SPAN >> draw_below(&m->d, 12)));
    }
}

static void check_scan(struct model *m)
{
    vv_error err = {0};
    uint32_t s = draw_below(&m->d, SERIES), wanted[3];
    bool all = draw_below(&m->d, 2);
    int64_t from, to;
    varve_scan *scan;
    struct varve_rows rows;
    vv_status status;
    size_t lost;

    draw_range(m, &from, &to);
    for (int c = 0; c < 3; c++)
        wanted[c] = draw_below(&m->d, COLUMNS);
    struct varve_scan_spec spec = {m->series[s], from, to, all ? NULL : wanted, 3, NULL};
    assert_ok(varve_scan_open(m->store, &spec, &scan, &err), &err);
    uint32_t at = place_of(m, s, from, 0), end = place_of(m, s, to, 0);
    while ((status = varve_scan_next(scan, &rows, &err)) == VARVE_OK) {
        assert_int_equal(rows.series, m->series[s]);
        assert_int_equal(rows.column_count, all ? COLUMNS : 3);
        for (uint32_t i = 0; i < rows.count; i++, at++) {
            assert_true(at < end);
            assert_true(same_row(&rows, i, m->rows[s] + at, all ? NULL : wanted));
        }
    }
    assert_int_equal(status, VARVE_END);
    assert_int_equal(at, end);
    varve_scan_lost(scan, &lost);
    assert_int_equal(lost, 0);
    varve_scan_close(scan);
}

struct newest_check {
    struct model *m;
    int64_t before;
    uint32_t next; /* series */
};

/* The series' newest row below the bound, or null. */
static const struct model_row *newest_of(const struct model *m, uint32_t s, int64_t before)
{
    uint32_t at = place_of(m, s, before, 0);
    return at ? m->rows[s] + at - 1 : NULL;
}

static void check_newest_row(void *arg, const struct varve_rows *row)
{
    struct newest_check *n = arg;
    while (!newest_of(n->m, n->next, n->before))
        n->next++;
    assert_int_equal(row->series, n->m->series[n->next]);
    assert_int_equal(row->count, 1);
    assert_true(same_row(row, 0, newest_of(n->m, n->next, n->before), NULL));
    n->next++;
}

static void check_newest(struct model *m)
{
    vv_error err = {0};
    struct newest_check n = {m, INT64_MAX, 0};
    if (draw_below(&m->d, 2))
        n.before = BASE + (int64_t)(draw_bits(&m->d) % SPAN);
    assert_ok(varve_newest(m->store, m->series, SERIES, n.before, NULL, check_newest_row, &n, &err),
              &err);
    while (n.next < SERIES)
        assert_null(newest_of(m, n.next++, n.before));
}

struct aggregate_check {
    struct model *m;
    const struct varve_aggregate_spec *spec;
    uint32_t s, at, end;
};

static long double number_of(const struct model_row *row, uint32_t c)
{
    return c == 0 ? row->q : c == 1 ? (long double)row->v : row->on;
}

static long double stored(union varve_number n, uint32_t c)
{
    return c == 1 ? (long double)n.d : (long double)n.i;
}

static int64_t bucket_end(const struct varve_aggregate_spec *spec, int64_t start)
{
    if (spec->every)
        return start + spec->every;
    if (!spec->bounds)
        return INT64_MAX;
    size_t b = 0;
    while (spec->bounds[b] <= start)
        b++;
    return spec->bounds[b];
}

static void check_values(const struct aggregate_check *a, uint32_t begin, uint32_t end,
                         const struct varve_stats *stats)
{
    const struct model_row *rows = a->m->rows[a->s], *first = NULL, *last = NULL;
    const struct model_row *least = NULL, *most = NULL;
    uint32_t c = a->spec->column;
    uint64_t good = 0, on = 0, off = 0;
    long double sum = 0, size = 0, m2 = 0;

    for (uint32_t i = begin; i < end; i++) {
        const struct model_row *row = rows + i;
        if (row->q != 192 || row->null[c])
            continue;
        long double x = number_of(row, c);
        on += last && x > number_of(last, c);
        off += last && x < number_of(last, c);
        least = !least || x < number_of(least, c) ? row : least;
        most = !most || x > number_of(most, c) ? row : most;
        first = first ? first : row;
        last = row;
        sum += x;
        size += fabsl(x);
        good++;
    }
    assert_int_equal(stats->count, end - begin);
    assert_int_equal(stats->good, good);
    if (!good)
        return;
    assert_int_equal(stats->first_time, first->time);
    assert_int_equal(stats->last_time, last->time);
    if (c == 3)
        return;
    assert_true(stored(stats->min, c) == number_of(least, c));
    assert_true(stored(stats->max, c) == number_of(most, c));
    assert_true(stored(stats->first, c) == number_of(first, c));
    assert_true(stored(stats->last, c) == number_of(last, c));
    assert_int_equal(stats->min_time, least->time);
    assert_int_equal(stats->max_time, most->time);
    assert_true(fabsl((long double)stats->sum + stats->sum_low - sum) <= size * 0x1p-51L);
    for (uint32_t i = begin; i < end; i++)
        if (rows[i].q == 192 && !rows[i].null[c])
            m2 += (number_of(rows + i, c) - sum / good) * (number_of(rows + i, c) - sum / good);
    assert_true(fabsl(stats->m2 - m2) <= 1e-9L * m2 + 1e-9L);
    if (c == 2) {
        assert_int_equal(stats->turned_on, on);
        assert_int_equal(stats->turned_off, off);
    }
}

static bool check_bucket(void *arg, int64_t start, const struct varve_stats *stats)
{
    struct aggregate_check *a = arg;
    int64_t stop = bucket_end(a->spec, start);
    uint32_t begin = a->at;

    assert_true(a->at < a->end && a->m->rows[a->s][a->at].time >= start &&
                a->m->rows[a->s][a->at].time < stop);
    while (a->at < a->end && a->m->rows[a->s][a->at].time < stop)
        a->at++;
    check_values(a, begin, a->at, stats);
    return true;
}

static void check_aggregate(struct model *m)
{
    static const int64_t lengths[] = {1000, 60000, 3600000, 86400000, 5 * 86400000LL};
    vv_error err = {0};
    int64_t bounds[12];
    struct varve_aggregate_spec spec = {.column = draw_below(&m->d, COLUMNS)};
    struct aggregate_check a = {m, &spec, draw_below(&m->d, SERIES), 0, 0};
    size_t lost;

    spec.series = m->series[a.s];
    draw_range(m, &spec.from, &spec.to);
    int64_t from = spec.from, to = spec.to;
    if (draw_below(&m->d, 3)) {
        spec.every = lengths[draw_below(&m->d, 5)];
        spec.origin = BASE + draw_below(&m->d, 100000);
    } else if (draw_below(&m->d, 2)) {
        spec.bounds = bounds;
        spec.bound_count = 2 + draw_below(&m->d, 10);
        bounds[0] = BASE + (int64_t)(draw_bits(&m->d) % SPAN);
        for (size_t b = 1; b < spec.bound_count; b++)
            bounds[b] = bounds[b - 1] + 1 + (int64_t)(draw_bits(&m->d) % (SPAN / 10));
        from = bounds[0] > from ? bounds[0] : from;
        to = bounds[spec.bound_count - 1] < to ? bounds[spec.bound_count - 1] : to;
    }
    if (from > to)
        to = from;
    a.at = place_of(m, a.s, from, 0);
    a.end = place_of(m, a.s, to, 0);
    assert_ok(varve_aggregate(m->store, &spec, check_bucket, &a, &lost, &err), &err);
    assert_int_equal(lost, 0);
    assert_int_equal(a.at, a.end);
}

static void start(struct model *m, uint64_t seed)
{
    *m = (struct model){.d = {seed}, .pruned = INT64_MIN};
    m->sim = vv_io_sim_new(seed);
    m->options = (struct varve_options){.no_background = true,
                                        .sync = VARVE_SYNC_NEVER,
                                        .reserve_bytes = 1,
                                        .block_rows = 16 + draw_below(&m->d, 200)};
    for (uint32_t s = 0; s < SERIES; s++) {
        m->rows[s] = vv_alloc_array(ROWS, sizeof **m->rows);
        m->clock[s] = BASE;
    }
    open_store(m);
}

static void stop(struct model *m)
{
    vv_error err = {0};
    assert_ok(varve_close(m->store, &err), &err);
    for (uint32_t s = 0; s < SERIES; s++)
        vv_free(m->rows[s]);
    vv_io_sim_free(m->sim);
}

static void test_model(void **state)
{
    struct draw d = draw_seeded();
    static struct model m;

    (void)state;
    for (int round = 0; round < 6; round++) {
        start(&m, draw_bits(&d));
        for (int step = 0; step < 120; step++) {
            change(&m);
            check_scan(&m);
            check_aggregate(&m);
            check_aggregate(&m);
            check_newest(&m);
        }
        stop(&m);
    }
}

static bool add_count(void *arg, int64_t start, const struct varve_stats *stats)
{
    (void)start;
    *(uint64_t *)arg += stats->count;
    return true;
}

static uint64_t count_rows(struct model *m, int64_t every, size_t *lost)
{
    vv_error err = {0};
    uint64_t count = 0;
    struct varve_aggregate_spec spec = {
        .series = m->series[0], .column = 1, .from = INT64_MIN, .to = INT64_MAX, .every = every};
    assert_ok(varve_aggregate(m->store, &spec, add_count, &count, lost, &err), &err);
    return count;
}

/* One damaged block: its rows are missing where rows are asked for, named and counted, and nothing
 * else is. What its statistics answer is not lost. */
static void test_damaged_block(void **state)
{
    static struct model m;
    vv_error err = {0};
    struct varve_rows rows;
    varve_scan *scan;
    size_t lost_count, lost;
    uint32_t at = 0, missing = 0;
    char path[VV_PATH_MAX];

    (void)state;
    start(&m, 5);
    for (int n = 0; n < 12; n++)
        append(&m);
    assert_ok(varve_flush(m.store, &err), &err);
    vv_store_part_path(m.store, m.store->lists.parts[0]->about.number, path);
    assert_ok(varve_close(m.store, &err), &err);
    assert_int_equal(vv_io_sim_damage(m.sim, path, 150, 4), VARVE_OK); /* in the first block */
    open_store(&m);

    struct varve_scan_spec spec = {m.series[0], INT64_MIN, INT64_MAX, NULL, 0, NULL};
    assert_ok(varve_scan_open(m.store, &spec, &scan, &err), &err);
    vv_status status;
    while ((status = varve_scan_next(scan, &rows, &err)) == VARVE_OK) {
        const struct varve_lost *list = varve_scan_lost(scan, &lost_count);
        for (uint32_t i = 0; i < rows.count; i++, at++) {
            for (; !same_row(&rows, i, m.rows[0] + at, NULL); at++, missing++) {
                assert_int_equal(lost_count, 1);
                assert_in_range(m.rows[0][at].time, list->from, list->to);
            }
        }
    }
    assert_int_equal(status, VARVE_END);
    const struct varve_lost *list = varve_scan_lost(scan, &lost_count);
    assert_int_equal(lost_count, 1);
    assert_int_equal(list->series, m.series[0]);
    assert_int_equal(strncmp(list->file, "parts/", 6), 0);
    assert_non_null(strstr(list->message, "series 0"));
    assert_int_equal(at, m.count[0]);
    assert_true(missing > 0 && missing <= m.options.block_rows);
    varve_scan_close(scan);

    assert_int_equal(count_rows(&m, 1000, &lost), m.count[0] - missing);
    assert_int_equal(lost, 1);
    assert_int_equal(count_rows(&m, 0, &lost), m.count[0]);
    assert_int_equal(lost, 0);
    struct varve_info info;
    assert_ok(varve_info_get(m.store, &info, &err), &err);
    assert_int_equal(info.damaged, 2); /* met by the scan, and by the aggregate */
    stop(&m);
}

static void append_rows(struct model *m, const int64_t *times, const uint32_t *subs, uint32_t count)
{
    varve_batch *batch;
    vv_error err = {0};
    int64_t quality[100];
    struct varve_vector q = {VARVE_INT64, quality, NULL};
    struct varve_rows rows = {m->series[0], count, times, subs, &q, 1};

    for (uint32_t i = 0; i < count; i++)
        quality[i] = 192;
    assert_ok(varve_batch_new(m->store, &batch, &err), &err);
    assert_ok(varve_batch_add(batch, &rows, &err), &err);
    assert_ok(varve_append(m->store, batch, NULL, &err), &err);
    varve_batch_free(batch);
}

/* Rows of one time in several blocks: no block may be counted alone. */
static void test_one_time_in_many_blocks(void **state)
{
    static struct model m;
    int64_t times[100];
    uint32_t subs[100];
    vv_error err = {0};
    size_t lost;

    (void)state;
    start(&m, 7);
    assert_ok(varve_close(m.store, &err), &err);
    m.options.block_rows = 16;
    open_store(&m);
    for (uint32_t i = 0; i < 100; i++) {
        times[i] = BASE + (i < 10 || i > 80 ? i : 10);
        subs[i] = i;
    }
    append_rows(&m, times, subs, 100);
    assert_ok(varve_flush(m.store, &err), &err);
    assert_int_equal(count_rows(&m, 0, &lost), 100);
    assert_int_equal(count_rows(&m, 1, &lost), 100);
    assert_int_equal(count_rows(&m, 7, &lost), 100);
    assert_int_equal(count_rows(&m, 50, &lost), 100);
    stop(&m);
}

static uint64_t count_seen(struct model *m, varve_snapshot *snapshot)
{
    vv_error err = {0};
    uint64_t count = 0, aggregated = 0;
    struct varve_scan_spec spec = {m->series[0], INT64_MIN, INT64_MAX, NULL, 0, snapshot};
    struct varve_aggregate_spec sums = {
        .series = m->series[0], .from = INT64_MIN, .to = INT64_MAX, .snapshot = snapshot};
    struct varve_rows rows;
    varve_scan *scan;

    assert_ok(varve_scan_open(m->store, &spec, &scan, &err), &err);
    while (varve_scan_next(scan, &rows, &err) == VARVE_OK)
        count += rows.count;
    varve_scan_close(scan);
    assert_ok(varve_aggregate(m->store, &sums, add_count, &aggregated, NULL, &err), &err);
    assert_int_equal(aggregated, count);
    return count;
}

/* A snapshot goes on to see what it saw. */
static void test_snapshot(void **state)
{
    static struct model m;
    int64_t times[100];
    vv_error err = {0};
    varve_snapshot *snapshot;
    bool merged;

    (void)state;
    start(&m, 8);
    for (int i = 0; i < 100; i++)
        times[i] = BASE + i;
    append_rows(&m, times, NULL, 60);
    assert_ok(varve_flush(m.store, &err), &err);
    append_rows(&m, times + 60, NULL, 10);
    assert_ok(varve_snapshot_open(m.store, &snapshot, &err), &err);
    append_rows(&m, times + 70, NULL, 30);
    assert_int_equal(count_seen(&m, snapshot), 70);
    assert_ok(varve_delete(m.store, m.series[0], BASE + 10, BASE + 65, NULL, &err), &err);
    assert_int_equal(count_seen(&m, snapshot), 70);
    assert_int_equal(count_seen(&m, NULL), 45);
    assert_ok(varve_flush(m.store, &err), &err);
    assert_ok(varve_merge(m.store, &merged, &err), &err);
    assert_int_equal(count_seen(&m, snapshot), 70);
    varve_snapshot_close(snapshot);
    assert_int_equal(count_seen(&m, NULL), 45);
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_damaged_block),
        cmocka_unit_test(test_one_time_in_many_blocks),
        cmocka_unit_test(test_snapshot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
