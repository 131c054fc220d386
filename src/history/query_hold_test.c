/* query_hold_test.c: functions that go by time, against a count millisecond by millisecond. */
#include <math.h>

#include "base/time.h"
#include "history/test_set.h"

#define SPAN_MS  20000
#define EVERY_MS 700
#define START_MS (TEST_NOW_MS - SPAN_MS - 5000)

static struct test_set t;
static struct test_rows rows;

/* What the sample of a millisecond says: no sample, not good, or a good value. */
enum kind {
    NOTHING,
    BAD,
    GOOD
};
static struct {
    enum kind kind;
    double value;
} line[SPAN_MS];

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

static void near(double got, double wanted)
{
    if (fabs(got - wanted) > 1e-9 * (1 + fabs(wanted)))
        fail_msg("%.17g is not %.17g", got, wanted);
}

static uint64_t below(uint64_t *seed, uint64_t limit)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % limit;
}

/* Samples at random milliseconds of the line, of a Boolean or Double tag. */
static void draw(const char *name, bool boolean, uint64_t seed)
{
    static struct vv_sample samples[SPAN_MS];
    size_t n = 0;

    for (int i = 0; i < SPAN_MS; i++) {
        bool quiet = i > 6000 && i < 10000; /* buckets without any row */

        line[i].kind = NOTHING;
        if (quiet || below(&seed, 150) != 0)
            continue;
        line[i].kind = below(&seed, 5) == 0 ? BAD : GOOD;
        line[i].value = boolean ? (double)below(&seed, 2) : (double)below(&seed, 1000) / 8 - 50;
        samples[n] = test_sample(name, START_MS + i,
                                 boolean ? vv_datum_boolean(line[i].value != 0)
                                         : vv_datum_double(line[i].value));
        if (line[i].kind == BAD)
            samples[n].quality = VV_QUALITY_BAD;
        n++;
    }
    assert_ok(test_write(&t, samples, n), &t.err);
}

struct expected {
    double integral, known_ms, on_ms;
    int64_t on, off;
    size_t good;
};

/* From the line's start to `end`, what falls into [begin, end). */
static struct expected expect(int begin, int end)
{
    struct expected e = {0};
    bool known = false, compared = false, was_on = false;
    double value = 0;

    for (int i = 0; i < end; i++) {
        if (line[i].kind != NOTHING)
            known = line[i].kind == GOOD;
        if (line[i].kind == GOOD) {
            bool on = line[i].value != 0;

            value = line[i].value;
            if (i >= begin) {
                e.on += compared && !was_on && on;
                e.off += compared && was_on && !on;
                e.good++;
            }
            compared = true;
            was_on = on;
        }
        if (i >= begin && known) {
            e.integral += value / 1000;
            e.known_ms++;
            e.on_ms += value != 0;
        }
    }
    return e;
}

static void compare(const char *name, const char *functions, bool boolean, int from)
{
    struct vv_history_query_spec spec = {.name = name,
                                         .from_ms = START_MS + from,
                                         .to_ms = START_MS + SPAN_MS,
                                         .mode = VV_HISTORY_EVERY,
                                         .every_ms = EVERY_MS};
    size_t seen = 0;

    assert_ok(vv_aggregate_parse(functions, &spec.functions, &t.err), &t.err);
    test_query(&t, &spec, &rows);
    for (int64_t start_ms = START_MS - EVERY_MS; start_ms < spec.to_ms; start_ms++) {
        if (start_ms % EVERY_MS != 0 || start_ms + EVERY_MS <= spec.from_ms)
            continue;
        int begin = (int)(start_ms < spec.from_ms ? from : start_ms - START_MS);
        int end = (int)(start_ms - START_MS) + EVERY_MS;
        struct expected e = expect(begin, end < SPAN_MS ? end : SPAN_MS);
        const struct vv_datum *v = rows.wide[seen];

        if (seen == rows.count || rows.times_ms[seen] != start_ms) {
            assert_int_equal(e.good, 0);
            assert_true(e.known_ms == 0);
            continue;
        }
        seen++;
        assert_int_equal(v[0].as.integer, e.good);
        if (boolean) {
            near(v[1].as.number, e.known_ms / 1000);
            assert_int_equal(v[2].as.integer, e.on);
            assert_int_equal(v[3].as.integer, e.off);
            near(v[4].as.number, e.on_ms / 1000);
            near(v[5].as.number, (e.known_ms - e.on_ms) / 1000);
        } else if (e.known_ms > 0) {
            near(v[1].as.number, e.integral / e.known_ms * 1000);
            near(v[2].as.number, e.integral);
            near(v[3].as.number, e.known_ms / 1000);
        }
    }
    assert_int_equal(seen, rows.count);
    assert_true(seen > 15);
}

static void test_against_milliseconds(void **state)
{
    (void)state;
    draw("d", false, 1);
    draw("e", false, 2);
    compare("e", "timeavg,integral,known,count", false, 0);
    compare("e", "timeavg,integral,known,count", false, 7777); /* what holds is carried in */
    draw("b", true, 3);
    compare("b", "counton,countoff,durationon,durationoff,known,count", true, 0);
    compare("b", "counton,countoff,durationon,durationoff,known,count", true, 3210);
}

/* One bucket between exact times, though no sample is inside. */
static void test_whole(void **state)
{
    struct vv_history_query_spec spec = {.name = "w",
                                         .from_ms = TEST_NOW_MS - 7000,
                                         .to_ms = TEST_NOW_MS - 4500,
                                         .mode = VV_HISTORY_WHOLE};

    (void)state;
    test_put(&t, "w", TEST_NOW_MS - 10000, vv_datum_integer(4));
    assert_ok(
        vv_aggregate_parse("integral,timeavg,min,max,count,range,stddev", &spec.functions, &t.err),
        &t.err);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.times_ms[0], spec.from_ms);
    assert_int_equal(rows.wide[0][0].type, VV_TYPE_NONE); /* min: of samples, and there is none */
    assert_int_equal(rows.wide[0][2].as.integer, 0);
    assert_true(rows.wide[0][5].as.number == 4); /* timeavg */
    assert_true(rows.wide[0][6].as.number == 10);
    /* Nothing is known of what has not come yet. */
    spec.to_ms = TEST_NOW_MS + 3600000;
    test_query(&t, &spec, &rows);
    assert_true(rows.wide[0][6].as.number == 4 * 7.0);
    test_put(&t, "w", TEST_NOW_MS - 6000, vv_datum_integer(6));
    test_put(&t, "w", TEST_NOW_MS - 5000, vv_datum_integer(11));
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.wide[0][2].as.integer, 2);
    assert_true(rows.wide[0][3].as.number == 5); /* range */
    near(rows.wide[0][4].as.number, sqrt(12.5)); /* stddev of 6, 11 */
    assert_true(rows.wide[0][6].as.number == 4 + 6 + 11 * 5);
    /* Without functions that hold the same comes from the store's statistics. */
    assert_ok(vv_aggregate_parse("count,range,stddev", &spec.functions, &t.err), &t.err);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.times_ms[0], spec.from_ms);
    assert_true(rows.wide[0][1].as.number == 5);
    near(rows.wide[0][2].as.number, sqrt(12.5));
    spec.to_ms = spec.from_ms;
    struct vv_history_query *query;
    assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_BAD_TIME);
}

static void test_types(void **state)
{
    static const struct {
        const char *tag, *functions;
    } refused[] = {{"x", "integral"}, {"x", "known"}, {"n", "counton"}, {"n", "durationoff"}};

    (void)state;
    test_put(&t, "x", TEST_NOW_MS - 1000, vv_datum_string("on", 2));
    test_put(&t, "n", TEST_NOW_MS - 1000, vv_datum_double(1));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct vv_history_query_spec spec = {
            .name = refused[i].tag, .to_ms = TEST_NOW_MS, .mode = VV_HISTORY_WHOLE};
        struct vv_history_query *query;

        assert_ok(vv_aggregate_parse(refused[i].functions, &spec.functions, &t.err), &t.err);
        assert_int_equal(vv_history_query_open(t.set, &spec, &query, &t.err), VARVE_BAD_TYPE);
        assert_non_null(strstr(t.err.message, refused[i].tag));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_against_milliseconds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_types, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
