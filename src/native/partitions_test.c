/* varve_partitions against the rows themselves, over heads, flushed and merged parts, prunes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/io_sim.h"
#include "base/test.h"
#include "native/span.h"
#include "native/store_private.h"

#include "base/banned.h"

#define DAY    86400000LL
#define DAYS   400
#define SERIES 60
#define START  (19000 * DAY) /* a day in 2022 */

static const struct varve_column columns[] = {{"value", VARVE_DOUBLE}};
static const struct varve_options quiet = {
    .no_background = true, .sync = VARVE_SYNC_NEVER, .reserve_bytes = 1, .block_rows = 16};

struct fixture {
    struct vv_io_sim *sim;
    varve *store;
    uint32_t strata[3]; /* two by day, one by month */
    uint32_t series[SERIES];
    uint64_t rows[3][DAYS]; /* stored, by stratum and day */
    vv_error err;
};

static struct fixture fx;

static struct varve_stratum stratum_of(int i)
{
    static const char *const names[] = {"a", "b", "c"};
    return (struct varve_stratum){.name = names[i],
                                  .unit = VARVE_MILLISECONDS,
                                  .span = i == 2 ? VARVE_SPAN_MONTH : VARVE_SPAN_DAY,
                                  .columns = columns,
                                  .column_count = 1};
}

static void open_store(void)
{
    assert_ok(vv_store_open("db", &quiet, vv_io_sim_io(fx.sim), &fx.store, &fx.err), &fx.err);
    for (int i = 0; i < 3; i++) {
        struct varve_stratum stratum = stratum_of(i);
        assert_ok(varve_stratum_define(fx.store, &stratum, &fx.strata[i], &fx.err), &fx.err);
    }
    for (uint32_t i = 0; i < SERIES; i++)
        assert_ok(
            varve_series_define(fx.store, fx.strata[i % 3], &i, sizeof i, &fx.series[i], &fx.err),
            &fx.err);
}

static int set_up(void **state)
{
    fx = (struct fixture){.sim = vv_io_sim_new(1)};
    open_store();
    *state = &fx;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    varve_close(fx.store, NULL);
    vv_io_sim_free(fx.sim);
    return 0;
}

static void put(uint32_t series, int day)
{
    int64_t time = START + day * DAY + (int64_t)fx.rows[series % 3][day] * 1000;
    double value = day;
    const struct varve_vector vector = {VARVE_DOUBLE, &value, NULL};
    const struct varve_rows rows = {.series = fx.series[series],
                                    .count = 1,
                                    .times = &time,
                                    .columns = &vector,
                                    .column_count = 1};
    varve_batch *batch;
    assert_ok(varve_batch_new(fx.store, &batch, &fx.err), &fx.err);
    assert_ok(varve_batch_add(batch, &rows, &fx.err), &fx.err);
    assert_ok(varve_append(fx.store, batch, NULL, &fx.err), &fx.err);
    varve_batch_free(batch);
    fx.rows[series % 3][day]++;
}

struct answer {
    size_t count;
    struct varve_partition list[DAYS];
};

static bool take(void *arg, const struct varve_partition *partition)
{
    struct answer *a = arg;
    assert_true(a->count == 0 || a->list[a->count - 1].to <= partition->from);
    a->list[a->count++] = *partition;
    return true;
}

static void ask(const uint32_t *strata, size_t count, bool count_rows, struct answer *answer)
{
    const struct varve_partitions_spec spec = {strata, count, count_rows};
    answer->count = 0;
    assert_ok(varve_partitions(fx.store, &spec, take, answer, &fx.err), &fx.err);
}

/* The strata `first` to `last` from day `from` on. */
static void check(int first, int last, int from)
{
    static struct answer named, counted;
    struct varve_stratum stratum = stratum_of(first);
    ask(&fx.strata[first], (size_t)(last - first + 1), false, &named);
    ask(&fx.strata[first], (size_t)(last - first + 1), true, &counted);
    assert_int_equal(named.count, counted.count);
    size_t at = 0;
    for (int day = from; day < DAYS;) {
        struct vv_span span = vv_span_of(&stratum, START + day * DAY);
        uint64_t rows = 0;
        for (; day < DAYS && START + day * DAY < span.to; day++)
            for (int s = first; s <= last; s++)
                rows += fx.rows[s][day];
        if (rows == 0)
            continue;
        assert_true(at < named.count);
        assert_int_equal(named.list[at].from, span.from);
        assert_int_equal(named.list[at].to, span.to);
        assert_int_equal(named.list[at].rows, 0);
        assert_int_equal(counted.list[at].rows, rows);
        at++;
    }
    assert_int_equal(at, named.count);
}

static void check_all(void)
{
    check(0, 0, 0);
    check(1, 1, 0);
    check(0, 1, 0);
    check(2, 2, 0);
}

static void test_as_the_rows_are(void **state)
{
    uint64_t random = 7;
    (void)state;
    check_all();
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < 150; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            /* Days in runs with gaps between them; stratum b in few of them. */
            int day = (int)(random >> 33) % DAYS;
            uint32_t series = (uint32_t)(random >> 20) % SERIES;
            if (day % 30 < 20 && (series % 3 != 1 || day % 50 == 0))
                put(series, day);
        }
        check_all();
        if (round % 2 == 0)
            assert_ok(varve_flush(fx.store, &fx.err), &fx.err);
        check_all();
        bool merged = round % 4 == 3;
        while (merged)
            assert_ok(varve_merge(fx.store, &merged, &fx.err), &fx.err);
        check_all();
    }
    assert_ok(varve_close(fx.store, &fx.err), &fx.err);
    open_store();
    check_all();
}

static void test_the_version_tells_of_changes(void **state)
{
    (void)state;
    uint64_t empty = varve_partitions_version(fx.store);
    assert_true(varve_partitions_version(fx.store) == empty);
    put(0, 5);
    uint64_t one = varve_partitions_version(fx.store);
    assert_true(one != empty);
    put(3, 5); /* another series, the same day */
    assert_true(varve_partitions_version(fx.store) == one);
    put(0, 6);
    uint64_t two = varve_partitions_version(fx.store);
    assert_true(two != one);
    assert_ok(varve_flush(fx.store, &fx.err), &fx.err);
    put(0, 7);
    assert_true(varve_partitions_version(fx.store) != two);
    two = varve_partitions_version(fx.store);
    assert_ok(varve_prune(fx.store, fx.strata[0], START + 6 * DAY, &fx.err), &fx.err);
    assert_true(varve_partitions_version(fx.store) != two);
    check(0, 0, 6);
}

static void test_what_is_asked_wrongly(void **state)
{
    struct answer answer = {0};
    const uint32_t unknown = 9;
    struct varve_partitions_spec spec = {fx.strata, 3, false};
    (void)state;
    assert_int_equal(varve_partitions(fx.store, &spec, take, &answer, &fx.err), VARVE_BAD_VALUE);
    spec = (struct varve_partitions_spec){&unknown, 1, false};
    assert_int_equal(varve_partitions(fx.store, &spec, take, &answer, &fx.err), VARVE_NOT_FOUND);
    spec.stratum_count = 0;
    assert_int_equal(varve_partitions(fx.store, &spec, take, &answer, &fx.err), VARVE_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_the_rows_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_version_tells_of_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_asked_wrongly, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("native partitions", tests, NULL, NULL);
}
