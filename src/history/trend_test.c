/* trend_test.c: histories of layout trend: points by their ObjId, seconds, flags. */
#include "history/flags.h"
#include "history/test_set.h"

#define MINUTE 60000LL
#define DAY    86400000LL

static struct test_set t;
static struct test_rows rows;

static void put_object(struct vv_ledger_tx *tx, int64_t id, int64_t parent, int64_t type,
                       const char *name)
{
    struct vv_arena arena;
    struct vv_row row;

    vv_arena_init(&arena, 0, NULL);
    assert_ok(vv_row_init(&row, vv_catalog_find("TB_Objects"), &arena, &t.err), &t.err);
    assert_ok(vv_row_set_int(&row, "ObjId", id, &t.err), &t.err);
    assert_ok(vv_row_set_int(&row, "Parent", parent, &t.err), &t.err);
    assert_ok(vv_row_set_int(&row, "Type", type, &t.err), &t.err);
    assert_ok(vv_row_set_text(&row, "Name", name, &t.err), &t.err);
    assert_ok(vv_ledger_upsert(tx, &row, &t.err), &t.err);
    vv_arena_deinit(&arena);
}

/* Site(10): Power(11, Double), Breaker(12, Boolean), a*b(13, Double). */
static int setup(void **state)
{
    struct vv_ledger_tx *tx;

    (void)state;
    t = (struct test_set){.other_layout = VV_LAYOUT_TREND};
    test_set_make_dir(&t);
    test_set_open(&t);
    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    put_object(tx, 10, 0, 0, "Site");
    put_object(tx, 11, 10, 1, "Power");
    put_object(tx, 12, 10, 2, "Breaker");
    put_object(tx, 13, 10, 1, "a*b");
    assert_ok(vv_ledger_commit(&tx, &t.err), &t.err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_set_remove(&t);
    return 0;
}

struct told {
    size_t count;
    struct vv_stored rows[16];
};

static void tell(void *arg, const struct vv_stored *stored, size_t count)
{
    struct told *told = arg;

    for (size_t i = 0; i < count && told->count < 16; i++)
        told->rows[told->count++] = stored[i];
}

static vv_status write_trend(const struct vv_sample *samples, size_t count, struct told *told)
{
    const struct vv_write_options options = {
        .history = "other", .stored = told != NULL ? tell : NULL, .stored_arg = told};
    struct vv_write_result result = {0};

    return vv_history_write(t.set, samples, count, &options, &result, &t.err);
}

static void put(const char *name, int64_t time_ms, struct vv_datum value, int32_t quality)
{
    struct vv_sample sample = test_sample(name, time_ms, value);

    sample.quality = quality;
    assert_ok(write_trend(&sample, 1, NULL), &t.err);
}

static void ask(const char *name, int64_t from_ms, int64_t to_ms)
{
    const struct vv_history_query_spec spec = {
        .name = name, .history = "other", .from_ms = from_ms, .to_ms = to_ms};

    test_query(&t, &spec, &rows);
}

static void test_flags(void **state)
{
    (void)state;
    assert_int_equal(vv_flag_quality("", 0), 192);
    assert_int_equal(vv_flag_quality("MBSR", 4), 192);
    assert_int_equal(vv_flag_quality("MU", 2), 64);
    assert_int_equal(vv_flag_quality("E", 1), 64);
    assert_int_equal(vv_flag_quality("PX", 2), 0);
    assert_string_equal(vv_flag_of_quality(192 + 24), "");
    assert_string_equal(vv_flag_of_quality(64), "U");
    assert_string_equal(vv_flag_of_quality(0), "X");
    assert_string_equal(vv_flag_of_quality(128), "X");
    assert_true(vv_flag_valid("EMBPVSRU", 8));
    assert_false(vv_flag_valid("e", 1));
    assert_false(vv_flag_valid("\0", 1));
}

/* What is told to the live table, what is stored and what comes back are the same. */
static void test_written(void **state)
{
    int64_t at = TEST_NOW_MS - DAY;
    struct vv_sample samples[] = {
        test_sample("Site/Power", at + 1999, vv_datum_double(1.5)),
        test_sample("Site/Power", at + 2500, vv_datum_integer(7)),
        test_sample("Site/Power", at + 3000, vv_datum_double(3)),
        test_sample("Site/Power", at + 4000, vv_datum_null()),
        test_sample("Site/Breaker", at + 5, vv_datum_boolean(true)),
    };
    struct told told = {0};
    const struct vv_tag *tag;

    (void)state;
    samples[1].quality = 80;
    samples[2].quality = 4; /* bad: the value is not kept */
    assert_ok(write_trend(samples, 5, &told), &t.err);
    assert_int_equal(told.count, 5);
    assert_int_equal(told.rows[0].time_ms, at + 1000);
    assert_int_equal(told.rows[1].quality, 64);
    assert_int_equal(told.rows[2].quality, 0);
    assert_int_equal(told.rows[2].value.type, VV_TYPE_NONE);
    ask("Site/Power", at, at + 5000);
    assert_int_equal(rows.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rows.times_ms[i], told.rows[i].time_ms);
        assert_int_equal(rows.quality[i], told.rows[i].quality);
        assert_int_equal(rows.values[i].type, told.rows[i].value.type);
        if (rows.values[i].type == VV_TYPE_DOUBLE)
            assert_true(rows.values[i].as.number == told.rows[i].value.as.number);
    }
    ask("Site/Breaker", at, at + 5000);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.times_ms[0], at);
    assert_true(rows.values[0].as.boolean);
    assert_ok(vv_tag_find(t.set, "other", "Site/Breaker", 12, &tag, &t.err), &t.err);
    assert_int_equal(tag->type, VV_TYPE_BOOLEAN);
    assert_int_equal(tag->object_id, 12);
    /* From and to of parts of seconds. */
    ask("Site/Power", at + 1001, at + 3001);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.times_ms[0], at + 2000);
}

static void test_stored_by_object(void **state)
{
    varve *db = vv_history_native(vv_history_at(t.set, 1));
    const struct varve_stratum *stratum;
    struct varve_scan_spec spec = {.to = VARVE_TIME_MAX};
    varve_scan *scan;
    struct varve_rows found;

    (void)state;
    put("Site/Power", TEST_NOW_MS - DAY, vv_datum_double(2), 64);
    assert_ok(varve_stratum_get(db, 0, &stratum, &t.err), &t.err);
    assert_string_equal(stratum->name, "Trend");
    assert_int_equal(stratum->unit, VARVE_SECONDS);
    assert_int_equal(stratum->span, VARVE_SPAN_MONTH);
    assert_ok(varve_series_find(db, 0, "11", 2, &spec.series, &t.err), &t.err);
    assert_ok(varve_scan_open(db, &spec, &scan, &t.err), &t.err);
    assert_ok(varve_scan_next(scan, &found, &t.err), &t.err);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.times[0], (TEST_NOW_MS - DAY) / 1000);
    assert_memory_equal(((const struct varve_text *)found.columns[1].data)[0].data, "U", 1);
    varve_scan_close(scan);
}

static void test_same_second(void **state)
{
    int64_t at = TEST_NOW_MS - DAY;
    struct vv_sample pair[] = {test_sample("Site/Power", at + 100, vv_datum_double(1)),
                               test_sample("Site/Power", at + 900, vv_datum_double(2))};

    (void)state;
    assert_ok(write_trend(pair, 2, NULL), &t.err);
    ask("Site/Power", at, at + 1000);
    assert_int_equal(rows.count, 1);
    assert_true(rows.values[0].as.number == 2);
    put("Site/Power", at + 50, vv_datum_double(3), 192);
    ask("Site/Power", at, at + 1000);
    assert_int_equal(rows.count, 1);
    assert_true(rows.values[0].as.number == 3);
}

static void test_refused(void **state)
{
    static const struct {
        const char *name, *says;
    } cases[] = {{"Nothing", "\"Nothing\" is no point"},
                 {"Site", "\"Site\" is no point"},
                 {"Site/Power/x", "is no point"},
                 {"Site/a*b", "is no point"}, /* its path is Site/a\*b */
                 {"Site/Power\\", "is no point"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vv_sample sample = test_sample(cases[i].name, TEST_NOW_MS, vv_datum_double(1));

        assert_int_equal(write_trend(&sample, 1, NULL), VARVE_BAD_NAME);
        assert_non_null(strstr(t.err.message, cases[i].says));
        assert_non_null(strstr(t.err.message, "history \"other\" keeps points only"));
        assert_non_null(strstr(t.err.message, "add it to the plant"));
    }
    assert_int_equal(vv_tag_count(t.set), 0);
    put("Site/a\\*b", TEST_NOW_MS, vv_datum_double(1), 192);
    {
        struct vv_sample sample = test_sample("Site/Breaker", TEST_NOW_MS, vv_datum_double(1));
        struct vv_tag_declaration text = {"Site/Breaker", 12, VV_TYPE_STRING, NULL};
        struct vv_tag_declaration other = {"x", 1, VV_TYPE_DOUBLE, NULL};

        assert_int_equal(write_trend(&sample, 1, NULL), VARVE_BAD_TYPE);
        assert_int_equal(vv_tags_declare(t.set, "other", &text, 1, &t.err), VARVE_BAD_TYPE);
        assert_int_equal(vv_tags_declare(t.set, "other", &other, 1, &t.err), VARVE_BAD_NAME);
    }
}

static void fill_minutes(int64_t from_ms)
{
    static struct vv_sample samples[600];

    for (size_t i = 0; i < 600; i++) {
        samples[i] =
            test_sample("Site/Power", from_ms + (int64_t)i * 1000, vv_datum_double((double)i));
        if (i % 10 == 0)
            samples[i].quality = i % 20 == 0 ? 0 : 64;
    }
    assert_ok(write_trend(samples, 600, NULL), &t.err);
}

static void check_buckets(int64_t from_ms, int64_t every_ms)
{
    const struct vv_history_query_spec spec = {.name = "Site/Power",
                                               .from_ms = from_ms,
                                               .to_ms = from_ms + 600000,
                                               .mode = VV_HISTORY_EVERY,
                                               .every_ms = every_ms,
                                               .functions = VV_AGG_MIN | VV_AGG_COUNT | VV_AGG_SUM |
                                                            VV_AGG_BAD};
    size_t next = 0;

    test_query(&t, &spec, &rows);
    for (size_t b = 0; b < rows.count && b < 64; b++) {
        int64_t count = 0, bad = 0;
        double sum = 0, min = 0;

        assert_int_equal(rows.times_ms[b] % every_ms, 0);
        for (; next < 600 && from_ms + (int64_t)next * 1000 < rows.times_ms[b] + every_ms; next++) {
            assert_true(from_ms + (int64_t)next * 1000 >= rows.times_ms[b]);
            if (next % 10 == 0) {
                bad++;
                continue;
            }
            if (count++ == 0)
                min = (double)next;
            sum += (double)next;
        }
        if (count > 0) {
            assert_true(rows.wide[b][0].as.number == min);
            assert_true(rows.wide[b][2].as.number == sum);
        }
        assert_int_equal(rows.wide[b][1].as.integer, count);
        assert_int_equal(rows.wide[b][3].as.integer, bad);
    }
    assert_true(rows.count >= 600000 / (size_t)every_ms || rows.count == 600);
}

static void test_buckets(void **state)
{
    int64_t from = TEST_NOW_MS - DAY;

    (void)state;
    fill_minutes(from);
    check_buckets(from, MINUTE);
    check_buckets(from, 10000);
    check_buckets(from, 7500); /* no whole seconds */
    check_buckets(from, 250);
    assert_ok(varve_flush(vv_history_native(vv_history_at(t.set, 1)), &t.err), &t.err);
    check_buckets(from, MINUTE);
    check_buckets(from, 7500);
}

static void test_boolean_buckets(void **state)
{
    int64_t from = TEST_NOW_MS - DAY;
    const struct vv_history_query_spec spec = {.name = "Site/Breaker",
                                               .from_ms = from,
                                               .to_ms = from + MINUTE,
                                               .mode = VV_HISTORY_EVERY,
                                               .every_ms = MINUTE,
                                               .functions = VV_AGG_MIN | VV_AGG_MAX | VV_AGG_AVG |
                                                            VV_AGG_FIRST | VV_AGG_LAST};

    (void)state;
    for (int i = 0; i < 4; i++)
        put("Site/Breaker", from + i * 1000, vv_datum_boolean(i == 3), 192);
    test_query(&t, &spec, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.wide[0][0].type, VV_TYPE_BOOLEAN);
    assert_false(rows.wide[0][0].as.boolean);
    assert_true(rows.wide[0][1].as.boolean);
    assert_true(rows.wide[0][2].as.number == 0.25);
    assert_false(rows.wide[0][3].as.boolean);
    assert_true(rows.wide[0][4].as.boolean);
}

static void note_newest(void *arg, const struct vv_stored *row)
{
    struct told *told = arg;

    told->rows[told->count++] = *row;
}

/* After a restart tags find their series again by the point, and newest values are there. */
static void test_reopened(void **state)
{
    struct told told = {0};
    const struct vv_tag *tag;

    (void)state;
    put("Site/Power", TEST_NOW_MS - 5000, vv_datum_double(1), 192);
    put("Site/Power", TEST_NOW_MS - 4000, vv_datum_double(2), 64);
    put("Site/Breaker", TEST_NOW_MS - 3500, vv_datum_boolean(true), 192);
    test_set_close(&t);
    for (int pass = 0; pass < 3; pass++) {
        /* Also as it is, and for reading only: how `-d` opens a directory. */
        t.other_layout = pass == 0 ? VV_LAYOUT_TREND : VV_LAYOUT_KEPT;
        t.read_only = pass == 2;
        test_set_open(&t);
        assert_int_equal(vv_history_layout(vv_history_at(t.set, 1)), VV_LAYOUT_TREND);
        assert_int_equal(vv_history_layout(vv_history_at(t.set, 0)), VV_LAYOUT_SCADA);
        told.count = 0;
        assert_ok(vv_history_newest(t.set, note_newest, &told, &t.err), &t.err);
        assert_int_equal(told.count, 2);
        assert_int_equal(told.rows[0].time_ms, TEST_NOW_MS - 4000);
        assert_int_equal(told.rows[0].quality, 64);
        assert_true(told.rows[0].value.as.number == 2);
        assert_int_equal(told.rows[1].time_ms, TEST_NOW_MS - 4000);
        assert_true(told.rows[1].value.as.boolean);
        ask("Site/Power", 0, TEST_NOW_MS);
        assert_int_equal(rows.count, 2);
        test_set_close(&t);
    }
    t.read_only = false;
    t.other_layout = VV_LAYOUT_TREND;
    test_set_open(&t);
    assert_ok(vv_tag_find(t.set, "other", "Site/Power", 10, &tag, &t.err), &t.err);
    assert_int_equal(tag->object_id, 11);
}

/* A point whose type is changed keeps its rows, and each is given once. */
static void test_retyped(void **state)
{
    struct vv_tag_declaration as_double = {"Site/Breaker", 12, VV_TYPE_DOUBLE, NULL};
    struct vv_ledger_tx *tx;

    (void)state;
    put("Site/Breaker", TEST_NOW_MS - 3000, vv_datum_boolean(true), 192);
    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    put_object(tx, 12, 10, 1, "Breaker");
    assert_ok(vv_ledger_commit(&tx, &t.err), &t.err);
    assert_ok(vv_tags_declare(t.set, "other", &as_double, 1, &t.err), &t.err);
    put("Site/Breaker", TEST_NOW_MS - 2000, vv_datum_double(2.5), 192);
    ask("Site/Breaker", 0, TEST_NOW_MS);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.values[0].type, VV_TYPE_DOUBLE);
    assert_true(rows.values[0].as.number == 1);
    assert_true(rows.values[1].as.number == 2.5);
}

static void test_other_layout(void **state)
{
    struct vv_history_options kept = {.name = "other", .layout = VV_LAYOUT_SCADA};
    struct vv_history_set_options options = {
        .node = "plant-1", .ledger = t.ledger, .histories = &kept, .count = 1};
    struct vv_history_set *set;
    char path[96];

    (void)state;
    put("Site/Power", TEST_NOW_MS, vv_datum_double(1), 192);
    assert_ok(vv_history_set_close(t.set, &t.err), &t.err);
    t.set = NULL;
    snprintf(path, sizeof path, "%s/other", t.dir);
    kept.path = path;
    assert_int_equal(vv_history_set_open(&options, &set, &t.err), VARVE_CONFLICT);
    assert_non_null(strstr(t.err.message, "its layout is \"trend\""));
    vv_ledger_close(t.ledger);
    t.ledger = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flags),
        cmocka_unit_test_setup_teardown(test_written, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stored_by_object, setup, teardown),
        cmocka_unit_test_setup_teardown(test_same_second, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_buckets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_boolean_buckets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reopened, setup, teardown),
        cmocka_unit_test_setup_teardown(test_retyped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_layout, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
