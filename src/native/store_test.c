/* The store as a whole on the simulated disk: rows survive flushes, merges and reopening. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/io_sim.h"
#include "base/test.h"
#include "native/store_private.h"

#include "base/banned.h"

static const struct varve_column columns[] = {{"quality", VARVE_INT64}, {"value", VARVE_DOUBLE}};
static const struct varve_stratum stratum = {.name = "tags",
                                             .unit = VARVE_MILLISECONDS,
                                             .span = VARVE_SPAN_DAY,
                                             .goodness = VARVE_GOOD_OPC,
                                             .columns = columns,
                                             .column_count = 2};
static const struct varve_options quiet = {
    .no_background = true, .sync = VARVE_SYNC_ALWAYS, .reserve_bytes = 1};

struct fixture {
    struct vv_io_sim *sim;
    varve *store;
    uint32_t series[4];
};

static void open_store(struct fixture *f)
{
    vv_error err = {0};
    uint32_t stratum_id;
    assert_ok(vv_store_open("db", &quiet, vv_io_sim_io(f->sim), &f->store, &err), &err);
    assert_ok(varve_stratum_define(f->store, &stratum, &stratum_id, &err), &err);
    for (uint32_t i = 0; i < 4; i++)
        assert_ok(varve_series_define(f->store, stratum_id, &i, sizeof i, &f->series[i], &err),
                  &err);
}

static int setup(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.sim = vv_io_sim_new(1)};
    open_store(&fixture);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    varve_close(f->store, NULL);
    vv_io_sim_free(f->sim);
    return 0;
}

static vv_status append(struct fixture *f, uint32_t series, int64_t time, double value)
{
    varve_batch *batch;
    vv_error err = {0};
    int64_t quality = 192;
    const struct varve_vector vectors[] = {{VARVE_INT64, &quality, NULL},
                                           {VARVE_DOUBLE, &value, NULL}};
    const struct varve_rows rows = {.series = f->series[series],
                                    .count = 1,
                                    .times = &time,
                                    .columns = vectors,
                                    .column_count = 2};
    assert_ok(varve_batch_new(f->store, &batch, &err), &err);
    assert_ok(varve_batch_add(batch, &rows, &err), &err);
    vv_status status = varve_append(f->store, batch, NULL, &err);
    varve_batch_free(batch);
    return status;
}

/* Rows of a series as a scan gives them: count, and the sum of the values. */
static uint32_t count(struct fixture *f, uint32_t series, double *sum)
{
    varve_scan *scan;
    vv_error err = {0};
    struct varve_rows rows;
    uint32_t total = 0;
    *sum = 0;
    const struct varve_scan_spec spec = {
        .series = f->series[series], .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    assert_ok(varve_scan_open(f->store, &spec, &scan, &err), &err);
    vv_status status;
    while (!(status = varve_scan_next(scan, &rows, &err)))
        for (uint32_t i = 0; i < rows.count; i++, total++)
            *sum += ((const double *)rows.columns[1].data)[i];
    assert_int_equal(status, VARVE_END);
    varve_scan_close(scan);
    return total;
}

static void reopen(struct fixture *f)
{
    vv_error err = {0};
    assert_ok(varve_close(f->store, &err), &err);
    open_store(f);
}

static void test_rows_survive(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    double sum;
    for (int i = 0; i < 3000; i++)
        assert_int_equal(append(f, (uint32_t)i % 3, 1700000000000 + i * 50000, i), VARVE_OK);
    assert_int_equal(count(f, 0, &sum), 1000);
    assert_ok(varve_flush(f->store, &err), &err);
    assert_int_equal(count(f, 0, &sum), 1000);
    assert_true(sum == 999.0 * 3 * 500);
    reopen(f);
    assert_int_equal(count(f, 1, &sum), 1000);
    assert_int_equal(count(f, 3, &sum), 0);
}

static void test_later_rows_win_across_parts(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    double sum;
    bool merged = true;
    for (int round = 1; round <= 5; round++) {
        for (int i = 0; i < 100; i++)
            assert_int_equal(append(f, 0, 1700000000000 + i * 3600000, round), VARVE_OK);
        assert_ok(varve_flush(f->store, &err), &err);
        assert_int_equal(count(f, 0, &sum), 100);
        assert_true(sum == round * 100);
    }
    while (merged)
        assert_ok(varve_merge(f->store, &merged, &err), &err);
    struct varve_info info;
    assert_ok(varve_info_get(f->store, &info, &err), &err);
    assert_true(info.merges > 0);
    assert_int_equal(info.part_rows, 100);
    assert_int_equal(count(f, 0, &sum), 100);
    assert_true(sum == 500);
    reopen(f);
    assert_int_equal(count(f, 0, &sum), 100);
    assert_true(sum == 500);
}

/* Many at once: one mark each, through the log, through a part, and no head for each. */
static void test_deleting_many_ranges(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    struct varve_range ranges[4];
    uint64_t sequence = 0;
    double sum;
    for (uint32_t s = 0; s < 4; s++) {
        for (int i = 0; i < 10; i++)
            append(f, s, 1000 * i, 1);
        ranges[s] = (struct varve_range){f->series[s], 1000 * s, 5000};
    }
    ranges[3].to = 0; /* empty */
    assert_ok(varve_delete_ranges(f->store, ranges, 4, &sequence, &err), &err);
    ranges[2].series = 77;
    assert_int_equal(varve_delete_ranges(f->store, ranges, 4, NULL, &err), VARVE_NOT_FOUND);
    struct varve_info info;
    assert_ok(varve_info_get(f->store, &info, &err), &err);
    assert_int_equal(info.sequence, sequence);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(count(f, 0, &sum), 5);
        assert_int_equal(count(f, 1, &sum), 6);
        assert_int_equal(count(f, 2, &sum), 7);
        assert_int_equal(count(f, 3, &sum), 10);
        if (round == 0)
            reopen(f);
        else
            assert_ok(varve_flush(f->store, &err), &err);
    }
}

static void test_deleted_rows_stay_deleted(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    double sum;
    bool merged = true;
    for (int i = 0; i < 10; i++)
        append(f, 0, 1000 * i, 1);
    assert_ok(varve_delete(f->store, f->series[0], 2000, 5000, NULL, &err), &err);
    append(f, 0, 3000, 5);
    assert_int_equal(count(f, 0, &sum), 8);
    reopen(f);
    assert_int_equal(count(f, 0, &sum), 8);
    assert_true(sum == 12);
    for (int i = 0; i < 6; i++) {
        append(f, 1, i, 1);
        assert_ok(varve_flush(f->store, &err), &err);
    }
    while (merged)
        assert_ok(varve_merge(f->store, &merged, &err), &err);
    assert_int_equal(count(f, 0, &sum), 8);
    reopen(f);
    assert_int_equal(count(f, 0, &sum), 8);
    assert_true(sum == 12);
}

static void test_prune_hides_and_removes(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    struct varve_info info;
    double sum;
    for (int i = 0; i < 10; i++)
        append(f, 0, 86400000LL * i, 1);
    assert_ok(varve_flush(f->store, &err), &err);
    assert_ok(varve_prune(f->store, 0, 86400000LL * 4, &err), &err);
    assert_int_equal(count(f, 0, &sum), 6);
    assert_ok(varve_prune(f->store, 0, 86400000LL * 20, &err), &err);
    assert_int_equal(count(f, 0, &sum), 0);
    assert_ok(varve_info_get(f->store, &info, &err), &err);
    assert_int_equal(info.parts, 0);
    reopen(f);
    assert_int_equal(count(f, 0, &sum), 0);
}

static void test_a_cut_loses_nothing_acknowledged(void **state)
{
    struct fixture *f = *state;
    uint64_t damaged;
    double sum;
    for (int i = 0; i < 50; i++)
        append(f, 0, i, 1);
    vv_error err = {0};
    assert_ok(varve_flush(f->store, &err), &err);
    for (int i = 50; i < 90; i++)
        append(f, 0, i, 1);
    vv_io_sim_cut(f->sim, VV_IO_CUT_DROP);
    vv_store_abandon(f->store);
    open_store(f);
    assert_int_equal(count(f, 0, &sum), 90);
    assert_ok(vv_store_check("db", vv_io_sim_io(f->sim), NULL, NULL, &damaged, &err), &err);
    assert_int_equal(damaged, 0);
}

struct told {
    uint32_t count;
    struct varve_touched last;
};

static bool hear(void *arg, const struct varve_touched *touched)
{
    struct told *told = arg;
    told->count++;
    told->last = *touched;
    return true;
}

static void test_followers_hear_until_they_moved_on(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    uint64_t position, again;
    struct told told = {0};
    append(f, 0, 5, 1);
    assert_ok(varve_follower_register(f->store, "windows", &position, &err), &err);
    append(f, 0, 10, 1);
    append(f, 2, 20, 1);
    assert_ok(varve_follower_touched(f->store, position, hear, &told, &err), &err);
    assert_int_equal(told.count, 0);
    assert_ok(varve_flush(f->store, &err), &err);
    assert_ok(varve_follower_touched(f->store, position, hear, &told, &err), &err);
    assert_int_equal(told.count, 2);
    assert_int_equal(told.last.series, f->series[2]);
    assert_int_equal(told.last.from, 20);
    reopen(f);
    told = (struct told){0};
    assert_ok(varve_follower_touched(f->store, position, hear, &told, &err), &err);
    assert_int_equal(told.count, 2);
    varve_batch *batch;
    assert_ok(varve_batch_new(f->store, &batch, &err), &err);
    assert_ok(varve_batch_position(batch, "windows", told.last.sequence, &err), &err);
    assert_ok(varve_append(f->store, batch, NULL, &err), &err);
    varve_batch_free(batch);
    reopen(f);
    assert_ok(varve_follower_register(f->store, "windows", &again, &err), &err);
    assert_int_equal(again, told.last.sequence);
    append(f, 1, 7, 1);
    assert_ok(varve_flush(f->store, &err), &err);
    told = (struct told){0};
    assert_ok(varve_follower_touched(f->store, 0, hear, &told, &err), &err);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last.series, f->series[1]);
    assert_ok(varve_follower_remove(f->store, "windows", &err), &err);
}

static bool no_bucket(void *arg, int64_t start, const struct varve_stats *stats)
{
    (void)arg;
    (void)start;
    (void)stats;
    return true;
}

static void test_reading_refuses_what_is_not_there(void **state)
{
    struct fixture *f = *state;
    const uint32_t no_column = 2;
    const int64_t same[] = {5, 5};
    vv_error err;
    varve_scan *scan;
    const struct varve_scan_spec no_series = {.series = 99, .to = 1};
    assert_int_equal(varve_scan_open(f->store, &no_series, &scan, &err), VARVE_NOT_FOUND);
    const struct varve_scan_spec wrong_column = {
        .series = f->series[0], .to = 1, .columns = &no_column, .column_count = 1};
    assert_int_equal(varve_scan_open(f->store, &wrong_column, &scan, &err), VARVE_NOT_FOUND);
    struct varve_aggregate_spec spec = {.series = f->series[0], .to = 10, .every = -1};
    assert_int_equal(varve_aggregate(f->store, &spec, no_bucket, NULL, NULL, &err),
                     VARVE_BAD_VALUE);
    spec.every = 0;
    spec.bounds = same;
    spec.bound_count = 2;
    assert_int_equal(varve_aggregate(f->store, &spec, no_bucket, NULL, NULL, &err),
                     VARVE_BAD_VALUE);
    spec.bounds = NULL;
    spec.column = no_column;
    assert_int_equal(varve_aggregate(f->store, &spec, no_bucket, NULL, NULL, &err),
                     VARVE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_survive, setup, teardown),
        cmocka_unit_test_setup_teardown(test_later_rows_win_across_parts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleting_many_ranges, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleted_rows_stay_deleted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_prune_hides_and_removes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_followers_hear_until_they_moved_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reading_refuses_what_is_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_cut_loses_nothing_acknowledged, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
