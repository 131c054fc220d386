/* The merge against the plainest model: of all rows the newest of each key that no mark takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/draw_test.h"
#include "native/rowmerge.h"

#include "base/banned.h"

static const enum varve_type TYPES[] = {VARVE_INT64, VARVE_DOUBLE, VARVE_BOOL, VARVE_TEXT};

#define RUNS_MAX  6
#define MARKS_MAX 5

/* A run over rows in memory, cut into blocks; each block lives only until the next is loaded. */
struct memory_run {
    struct vv_run run;
    struct varve_rows all;
    uint32_t at, block_rows;
    struct vv_rows *block;
};

static vv_status load(struct vv_run *run, struct varve_rows *rows, vv_error *err)
{
    struct memory_run *m = (struct memory_run *)run;
    uint32_t end = m->all.count - m->at < m->block_rows ? m->all.count : m->at + m->block_rows;

    vv_rows_free(m->block);
    assert_int_equal(vv_rows_new(TYPES, 4, &m->block, err), VARVE_OK);
    vv_rows_reset(m->block, 5);
    assert_int_equal(vv_rows_add(m->block, &m->all, m->at, end, true, err), VARVE_OK);
    vv_rows_view(m->block, rows);
    rows->column_count = m->all.column_count;
    m->at = end;
    run->ended = end == m->all.count;
    run->next_time = run->ended ? INT64_MAX : m->all.times[end];
    return VARVE_OK;
}

static void draw_run(struct draw *d, struct vv_arena *arena, struct memory_run *m, uint64_t rank,
                     int64_t span)
{
    uint32_t count = 1 + draw_below(d, draw_below(d, 2) ? 3000 : 20), kept = 0;
    int64_t *times = draw_room(arena, count * 8);
    uint32_t *subs = draw_room(arena, count * 4);
    struct varve_vector *columns = draw_room(arena, 4 * sizeof *columns);
    int64_t time = draw_below(d, (uint32_t)span);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t sub = draw_below(d, 4) ? 0 : 1;
        if (!kept || times[kept - 1] != time || subs[kept - 1] < sub) {
            times[kept] = time;
            subs[kept++] = sub;
        }
        time += draw_below(d, 3);
    }
    for (uint32_t c = 0; c < 4; c++)
        columns[c] = draw_vector(d, arena, TYPES[c], kept, draw_below(d, 64));
    *m = (struct memory_run){
        .run = {.rank = rank, .next_time = times[0], .load = load},
        .all = {5, kept, times, draw_below(d, 3) ? subs : NULL, columns, 1 + draw_below(d, 4)},
        .block_rows = 1 + draw_below(d, 1500),
    };
    if (!m->all.subs) { /* without subs times are unique */
        uint32_t unique = 0;
        for (uint32_t i = 0; i < kept; i++)
            if (!unique || times[i] != times[unique - 1])
                times[unique++] = times[i];
        m->all.count = unique;
    }
}

static bool gone(const struct vv_mark *marks, uint32_t mark_count, int64_t time, uint64_t rank)
{
    for (uint32_t k = 0; k < mark_count; k++)
        if (rank < marks[k].rank && time >= marks[k].from && time < marks[k].to)
            return true;
    return false;
}

/* The next key at or after (time, sub) that any run has and no mark takes, with its newest row. */
static bool expected(const struct memory_run *runs, uint32_t run_count, const struct vv_mark *marks,
                     uint32_t mark_count, uint32_t *places, int64_t to, uint32_t *best_run)
{
    for (;;) {
        int64_t time = INT64_MAX;
        uint32_t sub = 0, best = run_count;
        for (uint32_t r = 0; r < run_count; r++) {
            const struct varve_rows *rows = &runs[r].all;
            if (places[r] == rows->count)
                continue;
            int64_t t = rows->times[places[r]];
            uint32_t s = rows->subs ? rows->subs[places[r]] : 0;
            bool lower = best == run_count || t < time || (t == time && s < sub);
            bool newer =
                best < run_count && t == time && s == sub && runs[r].run.rank > runs[best].run.rank;
            /* A row that a mark took does not hide an older one: that one is gone as well. */
            if (lower || newer) {
                best = r;
                time = t;
                sub = s;
            }
        }
        if (best == run_count || time >= to)
            return false;
        bool taken = gone(marks, mark_count, time, runs[best].run.rank);
        *best_run = best;
        uint32_t at = places[best];
        for (uint32_t r = 0; r < run_count; r++) {
            const struct varve_rows *rows = &runs[r].all;
            if (r != best && places[r] < rows->count && rows->times[places[r]] == time &&
                (rows->subs ? rows->subs[places[r]] : 0) == sub)
                places[r]++;
        }
        if (!taken)
            return true;
        places[best] = at + 1;
    }
}

static void one_round(struct draw *d)
{
    struct vv_arena arena;
    struct memory_run runs[RUNS_MAX] = {0};
    struct vv_run *list[RUNS_MAX];
    struct vv_mark marks[MARKS_MAX];
    uint32_t places[RUNS_MAX] = {0};
    uint32_t run_count = draw_below(d, RUNS_MAX + 1), mark_count = draw_below(d, MARKS_MAX + 1);
    int64_t span = draw_below(d, 2) ? 4000 : 50, from = INT64_MIN, to = INT64_MAX;
    uint32_t max_rows = 64 + draw_below(d, 2000);
    struct vv_rowmerge *merge;
    struct varve_rows rows;
    vv_status status;

    vv_arena_init(&arena, 0, NULL);
    for (uint32_t r = 0; r < run_count; r++) {
        draw_run(d, &arena, runs + r, r * 10, span);
        list[r] = &runs[r].run;
    }
    for (uint32_t k = run_count; k > 1; k--) { /* ranks in any order */
        uint32_t other = draw_below(d, k);
        uint64_t rank = runs[k - 1].run.rank;
        runs[k - 1].run.rank = runs[other].run.rank;
        runs[other].run.rank = rank;
    }
    for (uint32_t k = 0; k < mark_count; k++) {
        marks[k].from = draw_below(d, 5000);
        marks[k].to = marks[k].from + draw_below(d, 500);
        marks[k].rank = draw_below(d, 60);
    }
    if (draw_below(d, 2)) {
        from = draw_below(d, 5000);
        to = from + draw_below(d, 2000);
    }
    assert_int_equal(
        vv_rowmerge_new(TYPES, 4, list, run_count, marks, mark_count, from, to, &merge, NULL),
        VARVE_OK);
    for (uint32_t r = 0; r < run_count; r++)
        while (places[r] < runs[r].all.count && runs[r].all.times[places[r]] < from)
            places[r]++;
    while ((status = vv_rowmerge_next(merge, max_rows, &rows, NULL)) == VARVE_OK) {
        assert_in_range(rows.count, 1, max_rows);
        assert_int_equal(rows.column_count, 4);
        for (uint32_t i = 0; i < rows.count; i++) {
            uint32_t best;
            assert_true(expected(runs, run_count, marks, mark_count, places, to, &best));
            assert_true(draw_same_rows(&runs[best].all, places[best]++, &rows, i));
            for (uint32_t c = runs[best].all.column_count; c < 4; c++)
                assert_false(rows.columns[c].data && vv_bit(rows.columns[c].valid, i));
        }
    }
    uint32_t best;
    assert_int_equal(status, VARVE_END);
    assert_false(expected(runs, run_count, marks, mark_count, places, to, &best));
    vv_rowmerge_free(merge);
    for (uint32_t r = 0; r < run_count; r++)
        vv_rows_free(runs[r].block);
    vv_arena_deinit(&arena);
}

static void test_against_model(void **state)
{
    struct draw d = draw_seeded();

    (void)state;
    for (int round = 0; round < 400; round++)
        one_round(&d);
}

static vv_status load_damaged(struct vv_run *run, struct varve_rows *rows, vv_error *err)
{
    (void)run;
    (void)rows;
    return vv_fail(err, VARVE_CORRUPT, "damaged");
}

static void test_error_ends_it(void **state)
{
    struct vv_run run = {.rank = 1, .next_time = 5, .load = load_damaged}, *list[] = {&run};
    struct vv_rowmerge *merge;
    struct varve_rows rows;

    (void)state;
    assert_int_equal(vv_rowmerge_new(TYPES, 4, list, 1, NULL, 0, 0, 10, &merge, NULL), VARVE_OK);
    assert_int_equal(vv_rowmerge_next(merge, 100, &rows, NULL), VARVE_CORRUPT);
    vv_rowmerge_free(merge);
}

/* A block that nothing else reaches into comes through in its own memory. */
static void test_pass_through(void **state)
{
    struct draw d = draw_seeded();
    struct vv_arena arena;
    struct memory_run run;
    struct vv_run *list[] = {&run.run};
    struct vv_rowmerge *merge;
    struct varve_rows rows, block;

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    do
        draw_run(&d, &arena, &run, 1, 50);
    while (run.all.count < 1000);
    run.block_rows = 600;
    assert_int_equal(
        vv_rowmerge_new(TYPES, 4, list, 1, NULL, 0, INT64_MIN, INT64_MAX, &merge, NULL), VARVE_OK);
    assert_int_equal(vv_rowmerge_next(merge, 4096, &rows, NULL), VARVE_OK);
    vv_rows_view(run.block, &block);
    assert_int_equal(rows.count, 600);
    assert_ptr_equal(rows.times, block.times);
    vv_rowmerge_free(merge);
    vv_rows_free(run.block);
    vv_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_model),
        cmocka_unit_test(test_error_ends_it),
        cmocka_unit_test(test_pass_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
