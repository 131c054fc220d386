/* query_test.c: rows, bounds, buckets and points, against what was written. */
#include "base/time.h"
#include "base/zone.h"
#include "history/test_set.h"

#define MINUTE 60000LL
#define HOUR   3600000LL
#define DAY    86400000LL

static struct test_set t;
static struct test_rows rows;

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_set_remove(&t);
    return 0;
}

/* Writes count samples from `from_ms` on, one each step_ms, of value i, every bad_each-th bad. */
static void fill(const char *name, int64_t from_ms, int64_t step_ms, size_t count, size_t bad_each)
{
    static struct vv_sample samples[5000];

    assert_true(count <= 5000);
    for (size_t i = 0; i < count; i++) {
        samples[i] = test_sample(name, from_ms + (int64_t)i * step_ms, vv_datum_double((double)i));
        if (bad_each > 0 && i % bad_each == 0)
            samples[i].quality = VV_QUALITY_BAD;
    }
    assert_ok(test_write(&t, samples, count), &t.err);
}

static void test_raw_blocks(void **state)
{
    struct vv_history_query_spec spec = {
        .name = "r", .from_ms = TEST_NOW_MS - DAY, .to_ms = TEST_NOW_MS};

    (void)state;
    fill("r", TEST_NOW_MS - DAY, 10, 3000, 0);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 3000);
    assert_true(rows.blocks >= 3);
    assert_int_equal(rows.every_ms, 0);
    assert_int_equal(rows.columns, 1);
    for (size_t i = 0; i < rows.count; i++) {
        assert_int_equal(rows.times_ms[i], TEST_NOW_MS - DAY + (int64_t)i * 10);
        assert_true(rows.values[i].as.number == (double)i);
    }
    spec.from_ms += 100;
    spec.to_ms = spec.from_ms + 50;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 5);
    assert_true(rows.values[0].as.number == 10);
    spec.to_ms = spec.from_ms;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 0);
}

static void test_skip_bad(void **state)
{
    struct vv_history_query_spec spec = {.name = "b", .to_ms = TEST_NOW_MS, .skip_bad = true};

    (void)state;
    fill("b", TEST_NOW_MS - DAY, 1000, 100, 2);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 50);
    assert_true(rows.values[0].as.number == 1);
    spec.skip_bad = false;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 100);
}

static void test_bounds(void **state)
{
    struct vv_history_query_spec spec = {.name = "e",
                                         .from_ms = TEST_NOW_MS - 10 * DAY,
                                         .to_ms = TEST_NOW_MS - 9 * DAY,
                                         .bounds = true};
    struct vv_sample bad = test_sample("e", spec.from_ms - 1, vv_datum_null());

    (void)state;
    test_put(&t, "e", spec.from_ms - HOUR, vv_datum_double(1));
    test_put(&t, "e", spec.from_ms + HOUR, vv_datum_double(2));
    test_put(&t, "e", spec.to_ms, vv_datum_double(3));
    test_put(&t, "e", spec.to_ms + 1, vv_datum_double(4));
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 3);
    assert_int_equal(rows.times_ms[0], spec.from_ms - HOUR);
    assert_true(rows.values[0].as.number == 1);
    assert_true(rows.values[2].as.number == 3);
    /* The bad row nearer by is a bound, unless bad ones are left out. */
    assert_ok(test_write(&t, &bad, 1), &t.err);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.times_ms[0], spec.from_ms - 1);
    assert_int_equal(rows.values[0].type, VV_TYPE_NONE);
    spec.skip_bad = true;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.times_ms[0], spec.from_ms - HOUR);
    /* More than a day away there is no bound. */
    spec.from_ms += 3 * DAY;
    spec.to_ms += 4 * DAY;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 0);
}

static void test_bounds_of_text(void **state)
{
    struct vv_history_query_spec spec = {
        .name = "s", .from_ms = TEST_NOW_MS - DAY, .to_ms = TEST_NOW_MS, .bounds = true};
    struct vv_history_query *query;
    struct vv_history_query_block block;

    (void)state;
    test_put(&t, "s", spec.from_ms - 5, vv_datum_string("before", 6));
    assert_ok(vv_history_query_open(t.set, &spec, &query, &t.err), &t.err);
    assert_ok(vv_history_query_next(query, &block, &t.err), &t.err);
    assert_int_equal(block.rows, 1);
    assert_memory_equal(block.values[0].as.text, "before", 6);
    assert_int_equal(vv_history_query_next(query, &block, &t.err), VARVE_END);
    vv_history_query_close(query);
}

static void test_every(void **state)
{
    struct vv_history_query_spec spec = {.name = "v",
                                         .from_ms = TEST_NOW_MS - DAY,
                                         .to_ms = TEST_NOW_MS,
                                         .mode = VV_HISTORY_EVERY,
                                         .every_ms = MINUTE};

    (void)state;
    fill("v", TEST_NOW_MS - DAY, 1000, 3600, 10);
    assert_ok(vv_aggregate_parse("avg,min,max,first,last,count,sum,bad", &spec.functions, &t.err),
              &t.err);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 60);
    assert_int_equal(rows.columns, 8);
    for (size_t i = 0; i < 60; i++) {
        const struct vv_datum *v = rows.wide[i];
        double sum = 0;

        for (size_t k = 60 * i; k < 60 * (i + 1); k++)
            sum += k % 10 != 0 ? (double)k : 0;
        assert_int_equal(rows.times_ms[i], spec.from_ms + (int64_t)i * MINUTE);
        assert_int_equal(rows.quality[i], VV_QUALITY_UNCERTAIN);
        assert_true(v[0].as.number == 60.0 * (double)i + 1);
        assert_true(v[1].as.number == 60.0 * (double)i + 59);
        assert_true(v[2].as.number == sum / 54);
        assert_true(v[3].as.number == v[0].as.number);
        assert_true(v[4].as.number == v[1].as.number);
        assert_int_equal(v[5].as.integer, 54);
        assert_true(v[6].as.number == sum);
        assert_int_equal(v[7].as.integer, 6);
    }
}

/* More buckets than one block holds, and none in between where nothing was. */
static void test_every_blocks(void **state)
{
    struct vv_history_query_spec spec = {.name = "m",
                                         .to_ms = TEST_NOW_MS,
                                         .mode = VV_HISTORY_EVERY,
                                         .every_ms = 1000,
                                         .functions = VV_AGG_LAST};

    (void)state;
    fill("m", 0, 1000, 2000, 0);
    fill("m", TEST_NOW_MS - DAY, 500, 2000, 0);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 3000);
    for (size_t i = 0; i < 2000; i++)
        assert_int_equal(rows.times_ms[i], (int64_t)i * 1000);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(rows.times_ms[2000 + i], TEST_NOW_MS - DAY + (int64_t)i * 1000);
        assert_true(rows.values[2000 + i].as.number == 2.0 * (double)i + 1);
    }
}

static void test_bad_buckets(void **state)
{
    struct vv_history_query_spec spec = {.name = "z",
                                         .to_ms = TEST_NOW_MS,
                                         .mode = VV_HISTORY_EVERY,
                                         .every_ms = HOUR,
                                         .functions = VV_AGG_AVG | VV_AGG_BAD};

    (void)state;
    fill("z", TEST_NOW_MS - DAY, MINUTE, 60, 1);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.quality[0], VV_QUALITY_BAD);
    assert_int_equal(rows.wide[0][0].type, VV_TYPE_NONE);
    assert_int_equal(rows.wide[0][1].as.integer, 60);
    spec.skip_bad = true;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 0);
}

static void test_points(void **state)
{
    struct vv_history_query_spec spec = {
        .name = "p", .to_ms = TEST_NOW_MS, .mode = VV_HISTORY_POINTS, .points = 100};
    double most = 0;

    (void)state;
    fill("p", TEST_NOW_MS - DAY, 1000, 200, 0);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.every_ms, 0);
    assert_int_equal(rows.count, 200);
    fill("p", TEST_NOW_MS - DAY, 1000, 4000, 0);
    test_put(&t, "p", TEST_NOW_MS - DAY + 1234567, vv_datum_double(1e9));
    test_query(&t, &spec, &rows);
    /* 4,000 s in 100 points are 40 s: the next round length is a minute. */
    assert_int_equal(rows.every_ms, MINUTE);
    assert_int_equal(rows.columns, 7);
    assert_int_equal(rows.count, 67);
    for (size_t i = 0; i < 64; i++)
        if (rows.wide[i][1].as.number > most)
            most = rows.wide[i][1].as.number;
    assert_true(most == 1e9);
}

static void test_days_of_a_zone(void **state)
{
    struct vv_history_query_spec spec = {.name = "d",
                                         .to_ms = TEST_NOW_MS,
                                         .mode = VV_HISTORY_EVERY,
                                         .every_ms = DAY,
                                         .functions = VV_AGG_COUNT};
    /* 2024-10-26T00:00 to 2024-10-29T00:00 in Kyiv: the 27th has 25 hours. */
    int64_t start_ms = 1729890000000LL;
    int64_t counts[] = {24, 25, 24};

    (void)state;
    fill("d", start_ms, HOUR, 24 + 25 + 24, 0);
    assert_ok(vv_zone_new("Europe/Kyiv", &spec.zone, &t.err), &t.err);
    test_query(&t, &spec, &rows);
    vv_zone_free(spec.zone);
    assert_int_equal(rows.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(rows.times_ms[i], start_ms);
        assert_int_equal(rows.values[i].as.integer, counts[i]);
        start_ms += counts[i] * HOUR;
    }
}

static void test_joined_types(void **state)
{
    struct vv_history_query_spec spec = {.name = "j", .to_ms = TEST_NOW_MS};
    struct vv_tag_declaration declared = {.name = "j", .name_len = 1, .type = VV_TYPE_DOUBLE};

    (void)state;
    test_put(&t, "j", TEST_NOW_MS - 4 * HOUR, vv_datum_integer(4));
    test_put(&t, "j", TEST_NOW_MS - 2 * HOUR, vv_datum_integer(10));
    assert_ok(vv_tags_declare(t.set, "main", &declared, 1, &t.err), &t.err);
    assert_int_equal(declared.tag->type, VV_TYPE_DOUBLE);
    assert_non_null(declared.tag->older);
    test_put(&t, "j", TEST_NOW_MS - 3 * HOUR, vv_datum_double(3.5));
    test_put(&t, "j", TEST_NOW_MS - 1 * HOUR, vv_datum_double(1.5));
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 4);
    assert_int_equal(rows.values[0].type, VV_TYPE_INTEGER);
    assert_int_equal(rows.values[1].type, VV_TYPE_DOUBLE);
    assert_int_equal(rows.values[2].as.integer, 10);
    spec.mode = VV_HISTORY_EVERY;
    spec.every_ms = DAY;
    spec.functions = VV_AGG_MIN | VV_AGG_MAX | VV_AGG_AVG | VV_AGG_FIRST | VV_AGG_LAST;
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 1);
    assert_true(rows.wide[0][0].as.number == 1.5);
    assert_int_equal(rows.wide[0][1].as.integer, 10);
    assert_true(rows.wide[0][2].as.number == 19.0 / 4);
    assert_int_equal(rows.wide[0][3].as.integer, 4);
    assert_true(rows.wide[0][4].as.number == 1.5);
}

static void test_text_buckets(void **state)
{
    struct vv_history_query_spec spec = {.name = "x",
                                         .to_ms = TEST_NOW_MS,
                                         .mode = VV_HISTORY_EVERY,
                                         .every_ms = DAY,
                                         .functions = VV_AGG_FIRST | VV_AGG_LAST | VV_AGG_COUNT};
    struct vv_history_query *query;
    struct vv_history_query_block block;

    (void)state;
    test_put(&t, "x", TEST_NOW_MS - 3 * HOUR, vv_datum_string("one", 3));
    test_put(&t, "x", TEST_NOW_MS - 2 * HOUR, vv_datum_string("two", 3));
    assert_ok(vv_history_query_open(t.set, &spec, &query, &t.err), &t.err);
    assert_ok(vv_history_query_next(query, &block, &t.err), &t.err);
    assert_int_equal(block.rows, 1);
    assert_memory_equal(block.values[0].as.text, "one", 3);
    assert_memory_equal(block.values[1].as.text, "two", 3);
    assert_int_equal(block.values[2].as.integer, 2);
    vv_history_query_close(query);
    spec.functions = VV_AGG_AVG;
    assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_BAD_TYPE);
}

static void test_refused(void **state)
{
    struct vv_history_query_spec spec = {.name = "nope", .to_ms = TEST_NOW_MS};
    struct vv_history_query *query;
    unsigned functions;

    (void)state;
    assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_NOT_FOUND);
    test_put(&t, "q", TEST_NOW_MS, vv_datum_double(1));
    spec.name = "q";
    spec.from_ms = TEST_NOW_MS + 1;
    assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_BAD_TIME);
    spec.from_ms = 0;
    spec.mode = VV_HISTORY_POINTS;
    assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_BAD_VALUE);
    spec.mode = VV_HISTORY_EVERY;
    spec.functions = VV_AGG_AVG;
    assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_BAD_VALUE);
    assert_int_equal(vv_aggregate_parse("avg,median", &functions, &t.err), VARVE_SYNTAX);
    assert_non_null(strstr(t.err.message, "median"));
    assert_int_equal(vv_aggregate_parse("", &functions, &t.err), VARVE_SYNTAX);
}

struct newest {
    size_t count;
    int64_t time_ms[4];
};

static void note_newest(void *arg, const struct vv_stored *row)
{
    struct newest *n = arg;

    assert_true(n->count < 4);
    n->time_ms[n->count++] = row->time_ms;
}

static void test_newest(void **state)
{
    struct newest n = {0};

    (void)state;
    fill("1", TEST_NOW_MS - HOUR, 1000, 10, 0);
    fill("2", TEST_NOW_MS - DAY, 1000, 10, 0);
    assert_ok(vv_history_newest(t.set, note_newest, &n, &t.err), &t.err);
    assert_int_equal(n.count, 2);
    assert_int_equal(n.time_ms[0], TEST_NOW_MS - HOUR + 9000);
    assert_int_equal(n.time_ms[1], TEST_NOW_MS - DAY + 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_raw_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_skip_bad, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bounds_of_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_buckets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_points, setup, teardown),
        cmocka_unit_test_setup_teardown(test_days_of_a_zone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_joined_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text_buckets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_newest, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
