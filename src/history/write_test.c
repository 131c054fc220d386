/* write_test.c: what vv_history_write promises: all or nothing, types, times, limits. */
#include <math.h>

#include "history/test_set.h"

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

static struct vv_history_query_spec all_of(const char *name)
{
    return (struct vv_history_query_spec){.name = name, .to_ms = 2 * TEST_NOW_MS};
}

static void read_all(const char *name)
{
    const struct vv_history_query_spec spec = all_of(name);

    test_query(&t, &spec, &rows);
}

static void no_tag(const char *name)
{
    const struct vv_tag *tag;

    assert_int_equal(vv_tag_find(t.set, NULL, name, strlen(name), &tag, &t.err), VARVE_NOT_FOUND);
    assert_null(tag);
}

static void message_has(const char *text)
{
    if (strstr(t.err.message, text) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", text, t.err.message);
}

static void test_each_type(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("t/int", TEST_NOW_MS, vv_datum_integer(INT64_MIN)),
        test_sample("t/double", TEST_NOW_MS, vv_datum_double(-0.125)),
        test_sample("t/bool", TEST_NOW_MS, vv_datum_boolean(true)),
        test_sample("t/text", TEST_NOW_MS, vv_datum_string("é\0x", 4)),
        test_sample("t/time", TEST_NOW_MS, vv_datum_datetime(-5)),
    };

    (void)state;
    assert_ok(test_write(&t, samples, 5), &t.err);
    for (int again = 0; again < 2; again++) {
        read_all("t/int");
        assert_int_equal(rows.count, 1);
        assert_int_equal(rows.times_ms[0], TEST_NOW_MS);
        assert_int_equal(rows.quality[0], VV_QUALITY_GOOD);
        assert_int_equal(rows.values[0].type, VV_TYPE_INTEGER);
        assert_true(rows.values[0].as.integer == INT64_MIN);
        read_all("t/double");
        assert_int_equal(rows.values[0].type, VV_TYPE_DOUBLE);
        assert_true(rows.values[0].as.number == -0.125);
        read_all("t/bool");
        assert_int_equal(rows.values[0].type, VV_TYPE_BOOLEAN);
        assert_true(rows.values[0].as.boolean);
        read_all("t/text");
        assert_int_equal(rows.values[0].type, VV_TYPE_STRING);
        assert_int_equal(rows.values[0].text_len, 4);
        read_all("t/time");
        assert_int_equal(rows.values[0].type, VV_TYPE_DATETIME);
        assert_int_equal(rows.values[0].as.integer, -5);
        /* And once more from the disk. */
        test_set_close(&t);
        test_set_open(&t);
    }
}

static void test_all_or_nothing(void **state)
{
    struct vv_sample samples[3] = {
        test_sample("a", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("new", TEST_NOW_MS, vv_datum_double(2)),
        test_sample("a", TEST_NOW_MS + 1, vv_datum_boolean(true)),
    };
    struct vv_rejection list[4];
    struct vv_write_options options = {0};
    struct vv_write_result result = {.list = list, .capacity = 4};

    (void)state;
    test_put(&t, "a", TEST_NOW_MS - 1, vv_datum_double(0));
    assert_int_equal(vv_history_write(t.set, samples, 3, &options, &result, &t.err),
                     VARVE_BAD_TYPE);
    message_has("sample 2, tag \"a\" is Double, the value is Boolean");
    assert_int_equal(result.stored, 0);
    assert_int_equal(result.rejected, 1);
    assert_int_equal(list[0].index, 2);
    assert_int_equal(list[0].status, VARVE_BAD_TYPE);
    no_tag("new");
    read_all("a");
    assert_int_equal(rows.count, 1);

    options.partial = true;
    assert_ok(vv_history_write(t.set, samples, 3, &options, &result, &t.err), &t.err);
    assert_int_equal(result.stored, 2);
    assert_int_equal(result.rejected, 1);
    assert_int_equal(result.listed, 1);
    assert_true(result.sequence > 0);
    read_all("a");
    assert_int_equal(rows.count, 2);
    read_all("new");
    assert_int_equal(rows.count, 1);
}

static void test_widening(void **state)
{
    struct vv_sample sample = test_sample("w", TEST_NOW_MS, vv_datum_integer(7));

    (void)state;
    sample.register_type = VV_TYPE_DOUBLE;
    assert_ok(test_write(&t, &sample, 1), &t.err);
    read_all("w");
    assert_int_equal(rows.values[0].type, VV_TYPE_DOUBLE);
    assert_true(rows.values[0].as.number == 7);
    test_put(&t, "i", TEST_NOW_MS, vv_datum_integer(7));
    sample = test_sample("i", TEST_NOW_MS, vv_datum_double(7));
    assert_int_equal(test_write(&t, &sample, 1), VARVE_BAD_TYPE);
    message_has("is Integer, the value is Double");
}

/* Two types for one new name in one call: refused, and the name is not taken. */
static void test_contradiction(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("c", TEST_NOW_MS, vv_datum_integer(1)),
        test_sample("c", TEST_NOW_MS + 1, vv_datum_string("x", 1)),
    };

    (void)state;
    assert_int_equal(test_write(&t, samples, 2), VARVE_BAD_TYPE);
    no_tag("c");
}

static void test_no_value(void **state)
{
    struct vv_sample samples[] = {
        test_sample("n", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("n", TEST_NOW_MS + 1, vv_datum_double(NAN)),
        test_sample("n", TEST_NOW_MS + 2, vv_datum_double(INFINITY)),
        test_sample("n", TEST_NOW_MS + 3, vv_datum_null()),
        test_sample("n", TEST_NOW_MS + 4, vv_datum_null()),
        test_sample("n", TEST_NOW_MS + 5, vv_datum_double(2)),
    };

    (void)state;
    samples[4].quality = 0x18;
    samples[5].quality = VV_QUALITY_UNCERTAIN;
    assert_ok(test_write(&t, samples, 6), &t.err);
    read_all("n");
    assert_int_equal(rows.count, 6);
    for (int i = 1; i < 4; i++) {
        assert_int_equal(rows.values[i].type, VV_TYPE_NONE);
        assert_int_equal(rows.quality[i], VV_QUALITY_BAD);
    }
    assert_int_equal(rows.quality[4], 0x18);
    assert_int_equal(rows.quality[5], VV_QUALITY_UNCERTAIN);
    assert_true(rows.values[5].as.number == 2);
    samples[0] = test_sample("nothing", TEST_NOW_MS, vv_datum_null());
    assert_int_equal(test_write(&t, samples, 1), VARVE_BAD_TYPE);
    samples[0] = test_sample("n", TEST_NOW_MS, vv_datum_double(1));
    samples[0].quality = 70000;
    assert_int_equal(test_write(&t, samples, 1), VARVE_BAD_VALUE);
}

static void test_later_wins(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("d", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("d", TEST_NOW_MS, vv_datum_double(2)),
    };

    (void)state;
    assert_ok(test_write(&t, samples, 2), &t.err);
    read_all("d");
    assert_int_equal(rows.count, 1);
    assert_true(rows.values[0].as.number == 2);
    test_put(&t, "d", TEST_NOW_MS, vv_datum_double(3));
    read_all("d");
    assert_int_equal(rows.count, 1);
    assert_true(rows.values[0].as.number == 3);
}

static void test_names(void **state)
{
    char longest[257];
    struct vv_sample sample = test_sample("", TEST_NOW_MS, vv_datum_double(1));

    (void)state;
    assert_int_equal(test_write(&t, &sample, 1), VARVE_BAD_NAME);
    memset(longest, 'x', sizeof longest);
    longest[256] = '\0';
    sample = test_sample(longest, TEST_NOW_MS, vv_datum_double(1));
    assert_int_equal(test_write(&t, &sample, 1), VARVE_BAD_NAME);
    sample.name_len = 255;
    assert_ok(test_write(&t, &sample, 1), &t.err);
    sample = test_sample("a\nb", TEST_NOW_MS, vv_datum_double(1));
    assert_int_equal(test_write(&t, &sample, 1), VARVE_BAD_NAME);
}

static void test_times(void **state)
{
    static const int64_t bad[] = {-1, INT64_MIN, TEST_NOW_MS + 86400001, INT64_MAX};
    struct vv_sample sample;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sample = test_sample("x", bad[i], vv_datum_double(1));
        assert_int_equal(test_write(&t, &sample, 1), VARVE_BAD_TIME);
        message_has("sample 0");
        no_tag("x");
    }
    test_put(&t, "x", 0, vv_datum_double(1));
    test_put(&t, "x", TEST_NOW_MS + 86400000, vv_datum_double(1));
    read_all("x");
    assert_int_equal(rows.count, 2);
}

/* A driver's sample outside the limits goes to vv_rejected; the others are stored. */
static void test_rejected(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("r", -7, vv_datum_double(1.5)),
        test_sample("r", TEST_NOW_MS, vv_datum_double(2)),
    };
    const struct vv_write_options options = {.source = VV_SOURCE_DRIVER};
    struct vv_write_result result = {0};
    const struct vv_query query = {.table = vv_catalog_find("vv_rejected")};
    struct vv_ledger_tx *tx;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;

    (void)state;
    assert_ok(vv_history_write(t.set, samples, 2, &options, &result, &t.err), &t.err);
    assert_int_equal(result.stored, 1);
    assert_int_equal(result.diverted, 1);
    read_all("r");
    assert_int_equal(rows.count, 1);
    assert_ok(vv_ledger_begin_read(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_ledger_select(tx, &query, &cursor, &t.err), &t.err);
    assert_ok(vv_ledger_next(cursor, &row, &t.err), &t.err);
    assert_string_equal(vv_row_get_text(row, "Tag"), "r");
    assert_int_equal(vv_row_get_int(row, "Time", 0), -7);
    assert_string_equal(vv_row_get_text(row, "Value"), "1.5");
    assert_string_equal(vv_row_get_text(row, "Reason"), "a time before 1970");
    assert_int_equal(vv_ledger_next(cursor, &row, &t.err), VARVE_END);
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
}

static void test_series_limit(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("l/1", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("l/2", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("l/3", TEST_NOW_MS, vv_datum_double(1)),
    };
    const struct vv_write_options partial = {.partial = true};
    struct vv_write_result result = {0};

    (void)state;
    test_set_close(&t);
    t.new_series_per_hour = 2;
    test_set_open(&t);
    assert_ok(vv_history_write(t.set, samples, 3, &partial, &result, &t.err), &t.err);
    assert_int_equal(result.stored, 2);
    assert_int_equal(result.rejected, 1);
    assert_int_equal(test_write(&t, samples, 3), VARVE_TOO_MANY);
    message_has("2 new series");
    assert_ok(test_write(&t, samples, 2), &t.err);
    no_tag("l/3");
}

static void test_histories_apart(void **state)
{
    const struct vv_sample sample = test_sample("h", TEST_NOW_MS, vv_datum_integer(1));
    const struct vv_write_options other = {.history = "other"}, none = {.history = "nope"};
    struct vv_write_result result = {0};
    const struct vv_tag *in_main, *in_other;

    (void)state;
    test_put(&t, "h", TEST_NOW_MS, vv_datum_double(5));
    assert_ok(vv_history_write(t.set, &sample, 1, &other, &result, &t.err), &t.err);
    assert_ok(vv_tag_find(t.set, "main", "h", 1, &in_main, &t.err), &t.err);
    assert_ok(vv_tag_find(t.set, "other", "h", 1, &in_other, &t.err), &t.err);
    assert_int_equal(in_main->type, VV_TYPE_DOUBLE);
    assert_int_equal(in_other->type, VV_TYPE_INTEGER);
    assert_int_not_equal(in_main->id, in_other->id);
    assert_int_equal(vv_history_write(t.set, &sample, 1, &none, &result, &t.err), VARVE_NOT_FOUND);
    message_has("main, other");
}

/* The Latin name beside a Chinese one, as the ruling has it. */
static void test_mapping_row(void **state)
{
    const char *name = "\xe5\x8f\x98\xe9\x87\x8f_\xe6\xb8\xa9\xe5\xba\xa6";
    const struct vv_query query = {.table = vv_catalog_find("ScadaTagMapping")};
    struct vv_ledger_tx *tx;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;

    (void)state;
    test_put(&t, name, TEST_NOW_MS, vv_datum_double(5));
    assert_ok(vv_ledger_begin_read(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_ledger_select(tx, &query, &cursor, &t.err), &t.err);
    assert_ok(vv_ledger_next(cursor, &row, &t.err), &t.err);
    assert_string_equal(vv_row_get_text(row, "Tag"), name);
    assert_string_equal(vv_row_get_text(row, "NormalizedName"), "bian_liang_wen_du");
    assert_int_equal(vv_row_get_int(row, "Type", 0), 3);
    assert_int_equal(vv_row_get_int(row, "ProviderId", 0), 1);
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
}

struct stored {
    size_t count;
    double last;
};

static void note_stored(void *arg, const struct vv_stored *stored, size_t count)
{
    struct stored *s = arg;

    s->count += count;
    s->last = stored[count - 1].value.as.number;
}

static void test_stored_is_told(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("s", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("s", -1, vv_datum_double(9)),
        test_sample("s", TEST_NOW_MS + 1, vv_datum_double(2)),
    };
    struct stored told = {0};
    const struct vv_write_options options = {
        .partial = true, .stored = note_stored, .stored_arg = &told};
    struct vv_write_result result = {0};

    (void)state;
    assert_ok(vv_history_write(t.set, samples, 3, &options, &result, &t.err), &t.err);
    assert_int_equal(told.count, 2);
    assert_true(told.last == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_or_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_widening, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contradiction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_later_wins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_times, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rejected, setup, teardown),
        cmocka_unit_test_setup_teardown(test_series_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_histories_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mapping_row, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stored_is_told, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
