/* strata_test.c: documented strata: keys, frames of 370 columns against a model, events, trends,
 * windows; what is refused, replaced, late, and there again after a restart. */
#include "base/zone.h"
#include "history/strata.h"
#include "history/strata_map.h"
#include "history/test_set.h"

#define SECOND 1000LL
#define DAY    86400000LL

static struct test_set t;
static struct vv_arena arena;

static int setup(void **state)
{
    (void)state;
    t = (struct test_set){.other_layout = VV_LAYOUT_TREND};
    test_set_make_dir(&t);
    test_set_open(&t);
    vv_arena_init(&arena, 0, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_arena_deinit(&arena);
    test_set_remove(&t);
    return 0;
}

/* ---- rows ---- */

static struct vv_row row_of(const char *table)
{
    const struct vv_table *described;
    struct vv_row row;

    assert_ok(vv_strata_table(table, &described, &t.err), &t.err);
    assert_ok(vv_row_init(&row, described, &arena, &t.err), &t.err);
    return row;
}

static struct vv_strata_batch *batch_of(const char *table)
{
    struct vv_strata_batch *batch;

    assert_ok(vv_strata_batch_new(t.set, table, NULL, &batch, &t.err), &t.err);
    return batch;
}

static vv_status add_one(const char *table, struct vv_row *row)
{
    struct vv_strata_batch *batch = batch_of(table);
    uint64_t sequence;
    vv_status st = vv_strata_batch_add(batch, row, &t.err);

    if (st == VARVE_OK)
        st = vv_strata_batch_append(batch, &sequence, &t.err);
    vv_strata_batch_free(batch);
    return st;
}

static void set_text(struct vv_row *row, const char *column, const char *text)
{
    assert_ok(vv_row_set_text(row, column, text, &t.err), &t.err);
}

static void set_int(struct vv_row *row, const char *column, int64_t number)
{
    assert_ok(vv_row_set_int(row, column, number, &t.err), &t.err);
}

static struct vv_strata_scan *scan_of(const char *table, const char *key, const char *code)
{
    const struct vv_strata_scan_spec spec = {
        .table = table, .key = key, .code = code, .to_ms = INT64_MAX};
    struct vv_strata_scan *scan;

    assert_ok(vv_strata_scan_open(t.set, &spec, &scan, &t.err), &t.err);
    return scan;
}

static size_t count_rows(const char *table, const char *key, const char *code)
{
    struct vv_strata_scan *scan = scan_of(table, key, code);
    const struct vv_row *row;
    size_t count = 0;

    while (vv_strata_scan_next(scan, &row, &t.err) == VARVE_OK)
        count++;
    vv_strata_scan_close(scan);
    return count;
}

/* ---- keys ---- */

static void test_frame_keys(void **state)
{
    static const char *const good[] = {"T1_20241105000000_SS", "a_b_20240229235959_RE",
                                       "T_1999_20241105000000_SS"};
    static const char *const bad[] = {
        "",
        "T1",
        "_20241105000000_SS",
        "T1_20241105000000",
        "T1_20241105000000_XX",
        "T1_20241105000000_SS_",
        "T1_20230229000000_SS",
        "T1_20241105240000_SS",
        "T1_20241105006000_SS",
        "T1_2024110500000_SS",
        "T1_202411050000000_SS",
        "T1_00001105000000_SS",
    };
    struct vv_strata_key key;
    char text[VV_PRIMARY_KEY_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(vv_frame_key_parse(good[i], strlen(good[i]), &key));
        vv_frame_key_format(&key, text);
        assert_string_equal(text, good[i]);
    }
    assert_true(vv_frame_key_parse(good[0], strlen(good[0]), &key));
    assert_int_equal(key.time, TEST_NOW_MS / 1000);
    assert_int_equal(key.sub, 0);
    assert_string_equal(key.series, "T1");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(vv_frame_key_parse(bad[i], strlen(bad[i]), &key));
}

static void test_event_keys(void **state)
{
    static const char *const good[] = {
        "T1_20241105000000123_E17_0_SS", "a_b_20241105000000999_C_1_2147483647_RE",
        "T_20241105000000000_1_2_3_SS", "T_20241105000000000___0_SS"};
    static const char *const bad[] = {"T1_20241105000000123_E17_SS",
                                      "T1_20241105000000123__0_SS",
                                      "T1_20241105000000123_E17_01_SS",
                                      "T1_20241105000000123_E17_2147483648_SS",
                                      "T1_20241105000000123_E17_99999999999_SS",
                                      "T1_20241105000000_E17_0_SS",
                                      "T1_20241105000000123_0_SS",
                                      "T1_20241105000000123_E17_0_",
                                      "T1_20241105000000123_",
                                      "T1_20241305000000123_E17_0_SS"};
    struct vv_strata_key key;
    char text[VV_PRIMARY_KEY_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(vv_event_key_parse(good[i], strlen(good[i]), &key));
        vv_event_key_format(&key, text);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(vv_event_key_parse(bad[i], strlen(bad[i]), &key));
}

/* ---- frames ---- */

#define TOOLS   3
#define SECONDS 1200

/* What stands in a frame: n and s columns by a rule with the row's version, some of them null. */
static double number_of(int tool, int second, int column, int version)
{
    return column % 7 == 0 ? version : tool * 1000 + second * 0.25 + column;
}

static bool is_null(int second, int column)
{
    return (second + column) % 11 == 0;
}

static int column(const struct vv_row *row, const char *name)
{
    int at = vv_table_column(row->table, name, strlen(name), 6);

    assert_true(at >= 0);
    return at;
}

static void fill_frame(struct vv_row *row, int tool, int second, bool again, int version)
{
    struct vv_strata_key key = {.time = TEST_NOW_MS / 1000 - 2 * SECONDS + second, .sub = again};
    char name[20], text[VV_PRIMARY_KEY_BYTES];

    vv_row_clear(row);
    snprintf(name, sizeof name, "tool_%d", tool);
    vv_strata_series_key(&key, name, NULL);
    vv_frame_key_format(&key, text);
    set_text(row, "VsPrimaryKey", text);
    set_int(row, "rec_time", key.time * 1000 + 123);
    set_text(row, "node_id", "plant-1");
    for (int c = 1; c <= 360; c++) {
        const struct vv_value v = vv_value_double(number_of(tool, second, c, version));

        if (!is_null(second, c))
            assert_ok(vv_row_set(row, column(row, "n01") + c - 1, &v, &t.err), &t.err);
    }
    for (int c = 1; c <= 10; c++) {
        snprintf(text, sizeof text, "recipe %d of %d", c, version);
        assert_ok(vv_row_set(row, column(row, "s01") + c - 1,
                             &(struct vv_value){
                                 .kind = VV_VALUE_TEXT, .as.data = text, .len_bytes = strlen(text)},
                             &t.err),
                  &t.err);
    }
}

static void check_frame(const struct vv_row *row, int tool, int second, bool again, int version)
{
    char name[20], text[64];

    snprintf(name, sizeof name, "tool_%d", tool);
    assert_string_equal(vv_row_get_text(row, "tool_id"), name);
    assert_int_equal(vv_row_get_int(row, "claim_time", 0),
                     TEST_NOW_MS + (second - 2 * SECONDS) * SECOND);
    assert_int_equal(vv_row_get_int(row, "rec_time", 0),
                     TEST_NOW_MS + (second - 2 * SECONDS) * SECOND + 123);
    assert_non_null(strstr(vv_row_get_text(row, "VsPrimaryKey"), again ? "_RE" : "_SS"));
    for (int c = 1; c <= 360; c++) {
        const struct vv_value *v = &row->values[column(row, "n01") + c - 1];

        assert_int_equal(v->kind, is_null(second, c) ? VV_VALUE_NULL : VV_VALUE_DOUBLE);
        assert_true(v->kind == VV_VALUE_NULL || v->as.real == number_of(tool, second, c, version));
    }
    snprintf(text, sizeof text, "recipe 10 of %d", version);
    assert_string_equal(vv_row_get_text(row, "s10"), text);
}

static void write_frames(int from, int to, bool again, int step, int version)
{
    struct vv_strata_batch *batch = batch_of("dcop_collect_bt");
    uint64_t sequence;

    for (int second = from; second < to; second += step)
        for (int tool = 0; tool < TOOLS; tool++) {
            struct vv_row row = row_of("dcop_collect_bt");

            fill_frame(&row, tool, second, again, version);
            assert_ok(vv_strata_batch_add(batch, &row, &t.err), &t.err);
            if (vv_strata_batch_rows(batch) == 300) {
                assert_ok(vv_strata_batch_append(batch, &sequence, &t.err), &t.err);
                vv_arena_reset(&arena);
            }
        }
    assert_ok(vv_strata_batch_append(batch, &sequence, &t.err), &t.err);
    vv_strata_batch_free(batch);
    vv_arena_reset(&arena);
}

/* Version 1 everywhere; every 9th second replaced by version 2; every 5th back-filled besides. */
static void check_frames(void)
{
    for (int tool = 0; tool < TOOLS; tool++) {
        char name[20];
        struct vv_strata_scan *scan;
        const struct vv_row *row;

        snprintf(name, sizeof name, "tool_%d", tool);
        scan = scan_of("dcop_collect_bt", name, NULL);
        for (int second = 0; second < SECONDS; second++) {
            assert_ok(vv_strata_scan_next(scan, &row, &t.err), &t.err);
            check_frame(row, tool, second, false, second % 9 == 0 ? 2 : 1);
            if (second % 5 != 0)
                continue;
            assert_ok(vv_strata_scan_next(scan, &row, &t.err), &t.err);
            check_frame(row, tool, second, true, 3);
        }
        assert_int_equal(vv_strata_scan_next(scan, &row, &t.err), VARVE_END);
        vv_strata_scan_close(scan);
    }
}

static void test_frames(void **state)
{
    varve *db = vv_history_native(vv_history_at(t.set, 0));

    (void)state;
    write_frames(SECONDS / 2, SECONDS, false, 1, 1);
    assert_ok(varve_flush(db, &t.err), &t.err);
    write_frames(0, SECONDS / 2, false, 1, 1); /* late, behind what is in a part */
    write_frames(0, SECONDS, false, 9, 2);     /* the same keys again */
    write_frames(0, SECONDS, true, 5, 3);
    check_frames();
    test_set_close(&t);
    test_set_open(&t);
    check_frames();
    db = vv_history_native(vv_history_at(t.set, 0));
    assert_ok(varve_flush(db, &t.err), &t.err);
    for (bool merged = true; merged;)
        assert_ok(varve_merge(db, &merged, &t.err), &t.err);
    check_frames();
    write_frames(0, SECONDS, false, 9, 2); /* idempotent */
    check_frames();
    assert_int_equal(count_rows("dcop_collect_bth", "tool_0", NULL), 0);
}

static void test_cut_range(void **state)
{
    struct vv_strata_scan_spec spec = {.table = "dcop_collect_bt", .key = "tool_1"};
    struct vv_strata_scan *scan;
    const struct vv_row *row;

    (void)state;
    write_frames(0, 20, false, 1, 1);
    spec.from_ms = TEST_NOW_MS - 2 * SECONDS * SECOND + 4001;
    spec.to_ms = spec.from_ms + 2000;
    assert_ok(vv_strata_scan_open(t.set, &spec, &scan, &t.err), &t.err);
    assert_ok(vv_strata_scan_next(scan, &row, &t.err), &t.err);
    check_frame(row, 1, 5, false, 1);
    assert_ok(vv_strata_scan_next(scan, &row, &t.err), &t.err);
    check_frame(row, 1, 6, false, 1);
    assert_int_equal(vv_strata_scan_next(scan, &row, &t.err), VARVE_END);
    vv_strata_scan_close(scan);
}

/* Columns that tell each other may be left out; the plant's time is its zone's. */
static void test_frame_columns(void **state)
{
    struct vv_row row = row_of("dcop_collect_ct");
    struct vv_zone *zone;
    char order[VV_TIME_ORDER_BYTES];
    struct vv_strata_scan *scan;
    const struct vv_row *read;

    (void)state;
    set_text(&row, "tool_id", "P1");
    set_int(&row, "claim_time", TEST_NOW_MS - 10 * SECOND + 999);
    set_int(&row, "cycle_no", 42);
    assert_ok(add_one("dcop_collect_ct", &row), &t.err);
    assert_string_equal(vv_row_get_text(&row, "VsPrimaryKey"), "P1_20241104235950_SS");
    scan = scan_of("dcop_collect_ct", "P1", NULL);
    assert_ok(vv_strata_scan_next(scan, &read, &t.err), &t.err);
    assert_string_equal(vv_row_get_text(read, "time_order"), "2024/11/04 23:59:50");
    assert_int_equal(vv_row_get_int(read, "claim_time", 0), TEST_NOW_MS - 10 * SECOND);
    assert_int_equal(vv_row_get_int(read, "cycle_no", 0), 42);
    assert_int_equal(vv_row_get_int(read, "result", -1), 0); /* the default */
    vv_strata_scan_close(scan);
    assert_ok(vv_zone_new("Europe/Kyiv", &zone, &t.err), &t.err);
    vv_time_order_format(zone, TEST_NOW_MS / 1000 - 10, order);
    assert_string_equal(order, "2024/11/05 01:59:50");
    vv_zone_free(zone);
}

static void refuse(const char *table, struct vv_row *row, vv_status status, const char *says)
{
    row->number = 7;
    assert_int_equal(add_one(table, row), status);
    if (strstr(t.err.message, says) == NULL || strstr(t.err.message, "row 7") == NULL)
        fail_msg("\"%s\" instead of \"%s\"", t.err.message, says);
    vv_row_clear(row);
}

static void test_frames_refused(void **state)
{
    struct vv_row row = row_of("dcop_collect_bt");

    (void)state;
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "\"tool_id\": is missing");
    set_text(&row, "tool_id", "P1");
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "\"claim_time\": is missing");
    set_text(&row, "VsPrimaryKey", "P1_20241104235950");
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "is not of the form {tool_id}_{");
    set_text(&row, "VsPrimaryKey", "P1_20241104235950_SS");
    set_text(&row, "tool_id", "P2");
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "\"P2\" is not \"P1\", as VsPrimaryKey says");
    set_text(&row, "VsPrimaryKey", "P1_20241104235950_SS");
    set_int(&row, "claim_time", TEST_NOW_MS);
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "column \"claim_time\": 2024-11-05T");
    set_text(&row, "VsPrimaryKey", "P1_20241104235950_SS");
    set_text(&row, "time_order", "2024/11/05 01:59:50");
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "the time in the plant's zone");
    set_text(&row, "VsPrimaryKey", "P1_20241107000000_SS");
    refuse("dcop_collect_bt", &row, VARVE_BAD_TIME, "more than a day ahead");
    set_text(&row, "tool_id", "P1");
    set_int(&row, "claim_time", -1);
    refuse("dcop_collect_bt", &row, VARVE_BAD_TIME, "before 1970");
    set_text(&row, "tool_id", "a\nb");
    set_int(&row, "claim_time", TEST_NOW_MS);
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "control character");
    set_text(&row, "tool_id", "thirteen_long");
    set_int(&row, "claim_time", TEST_NOW_MS);
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "13 characters, at most 12");
    set_text(&row, "VsPrimaryKey", "P1_20241104235950_SS");
    set_text(&row, "s01", "1234567890123456789012345678901234567890123456789012345678901234+");
    refuse("dcop_collect_bt", &row, VARVE_BAD_VALUE, "column \"s01\": 65 characters");
    assert_int_equal(count_rows("dcop_collect_bt", "P1", NULL), 0);
}

/* A batch that is not appended leaves nothing. */
static void test_all_or_none(void **state)
{
    struct vv_strata_batch *batch = batch_of("dcop_collect_bt");
    struct vv_row row = row_of("dcop_collect_bt");

    (void)state;
    set_text(&row, "VsPrimaryKey", "P1_20241104235950_SS");
    assert_ok(vv_strata_batch_add(batch, &row, &t.err), &t.err);
    vv_row_clear(&row);
    assert_int_equal(vv_strata_batch_add(batch, &row, &t.err), VARVE_BAD_VALUE);
    assert_int_equal(vv_strata_batch_rows(batch), 1);
    vv_strata_batch_free(batch);
    assert_int_equal(count_rows("dcop_collect_bt", "P1", NULL), 0);
}

static void test_too_many(void **state)
{
    struct vv_row row = row_of("dcop_collect_bt");
    char key[40];

    (void)state;
    test_set_close(&t);
    t.new_series_per_hour = 2;
    test_set_open(&t);
    for (int i = 0; i < 3; i++) {
        vv_row_clear(&row);
        snprintf(key, sizeof key, "P%d_20241104235950_SS", i);
        set_text(&row, "VsPrimaryKey", key);
        assert_int_equal(add_one("dcop_collect_bt", &row), i < 2 ? VARVE_OK : VARVE_TOO_MANY);
    }
    vv_row_clear(&row);
    set_text(&row, "VsPrimaryKey", "P1_20241104235951_SS");
    assert_ok(add_one("dcop_collect_bt", &row), &t.err);
}

/* ---- events ---- */

static void put_event(const char *key, int64_t edge, const char *data)
{
    struct vv_row row = row_of("dcop_event_bt");

    set_text(&row, "VsPrimaryKey", key);
    set_int(&row, "kind", 2);
    set_int(&row, "event_cate", edge);
    set_text(&row, "field_data", data);
    assert_ok(add_one("dcop_event_bt", &row), &t.err);
}

static void test_events(void **state)
{
    static const char *const keys[] = {
        "P_1_20241104120000500_E_7_0_SS", "P_1_20241104120000500_E_7_0_RE",
        "P_1_20241104120000500_E_7_1_SS", "P_1_20241104120000501_E_7_0_SS"};
    struct vv_strata_scan *scan;
    const struct vv_row *row;
    struct vv_row bad = row_of("dcop_event_bt");

    (void)state;
    for (size_t i = 0; i < 4; i++)
        put_event(keys[i], i % 2 == 0, "a");
    put_event("P_1_20241104120000500_E_8_0_SS", 1, "other code");
    put_event(keys[2], 1, "replaced");
    scan = scan_of("dcop_event_bt", "P_1", "E_7");
    for (size_t i = 0; i < 4; i++) {
        assert_ok(vv_strata_scan_next(scan, &row, &t.err), &t.err);
        assert_string_equal(vv_row_get_text(row, "VsPrimaryKey"), keys[i]);
        assert_string_equal(vv_row_get_text(row, "tool_id"), "P_1");
        assert_string_equal(vv_row_get_text(row, "code_name"), "E_7");
        assert_string_equal(vv_row_get_text(row, "field_data"), i == 2 ? "replaced" : "a");
        assert_int_equal(vv_row_get_int(row, "claim_time", 0),
                         TEST_NOW_MS - DAY / 2 + 500 + (i == 3));
        assert_int_equal(vv_row_get_int(row, "event_cate", -1), i % 2 == 0);
        assert_int_equal(vv_row_get_int(row, "idxfield", -1), 0);
    }
    assert_int_equal(vv_strata_scan_next(scan, &row, &t.err), VARVE_END);
    vv_strata_scan_close(scan);
    assert_int_equal(count_rows("dcop_event_bt", "P_1", "E_8"), 1);
    set_text(&bad, "VsPrimaryKey", keys[0]);
    set_int(&bad, "kind", 4);
    refuse("dcop_event_bt", &bad, VARVE_BAD_VALUE, "\"kind\": 4 is none of 0, 1, 2, 3, 6, 9");
}

/* ---- trends ---- */

static void fill_trend(struct vv_row *row, int64_t time_s, const char *flag)
{
    vv_row_clear(row);
    set_int(row, "ObjId", 11);
    set_int(row, "DT", time_s);
    if (flag != NULL)
        set_text(row, "Flag", flag);
}

static void test_trend(void **state)
{
    int64_t at = TEST_NOW_MS / 1000 - 100;
    struct vv_row row = row_of("Trend");
    struct vv_strata_scan *scan;
    const struct vv_row *read;

    (void)state;
    fill_trend(&row, at, "MB");
    assert_ok(vv_row_set_double(&row, "Val", 2.5, &t.err), &t.err);
    assert_ok(add_one("Trend", &row), &t.err);
    fill_trend(&row, at + 1, "E"); /* without a value it is X */
    assert_ok(add_one("Trend", &row), &t.err);
    fill_trend(&row, at + 2, "X");
    assert_ok(add_one("Trend", &row), &t.err);
    scan = scan_of("Trend", "11", NULL);
    assert_ok(vv_strata_scan_next(scan, &read, &t.err), &t.err);
    assert_int_equal(vv_row_get_int(read, "ObjId", 0), 11);
    assert_int_equal(vv_row_get_int(read, "DT", 0), at);
    assert_true(vv_row_get_double(read, "Val", 0) == 2.5);
    assert_string_equal(vv_row_get_text(read, "Flag"), "MB");
    assert_ok(vv_strata_scan_next(scan, &read, &t.err), &t.err);
    assert_string_equal(vv_row_get_text(read, "Flag"), "EX");
    assert_ok(vv_strata_scan_next(scan, &read, &t.err), &t.err);
    assert_true(vv_row_is_null(read, "Val"));
    assert_int_equal(vv_strata_scan_next(scan, &read, &t.err), VARVE_END);
    vv_strata_scan_close(scan);
    assert_int_equal(count_rows("Trend0", "11", NULL), 0);

    fill_trend(&row, at, "e");
    refuse("Trend", &row, VARVE_BAD_VALUE, "\"Flag\": \"e\" has other letters");
    fill_trend(&row, at, "X");
    assert_ok(vv_row_set_double(&row, "Val", 1, &t.err), &t.err);
    refuse("Trend", &row, VARVE_BAD_VALUE, "\"Val\": a value, and flag X");
    fill_trend(&row, at, "EMBPVSRU");
    refuse("Trend", &row, VARVE_BAD_VALUE, "no room for X");
    fill_trend(&row, INT64_MAX, NULL);
    refuse("Trend", &row, VARVE_BAD_TIME, "\"DT\": a time more than");
    fill_trend(&row, at, NULL);
    set_int(&row, "ObjId", 0);
    refuse("Trend", &row, VARVE_BAD_VALUE, "\"ObjId\": 0 is no number of a point");
}

/* ---- windows ---- */

static void test_windows(void **state)
{
    static const char table[] = "ScadaTagPreProcessed_1_10_202411";
    struct vv_row row = row_of(table);
    struct vv_strata_scan *scan;
    const struct vv_row *read;

    (void)state;
    for (int category = 1; category <= 3; category++) {
        vv_row_clear(&row);
        set_int(&row, "TagId", 5);
        set_int(&row, "Category", category);
        set_int(&row, "Timestamp", TEST_NOW_MS - DAY);
        set_int(&row, "CollectTimestamp", TEST_NOW_MS - DAY);
        set_int(&row, "Quality", 192);
        assert_ok(vv_row_set_double(&row, "DoubleVal", category, &t.err), &t.err);
        assert_ok(add_one(table, &row), &t.err);
    }
    scan = scan_of(table, "5", NULL);
    for (int category = 1; category <= 3; category++) {
        assert_ok(vv_strata_scan_next(scan, &read, &t.err), &t.err);
        assert_int_equal(vv_row_get_int(read, "Category", 0), category);
        assert_true(vv_row_get_double(read, "DoubleVal", 0) == category);
    }
    vv_strata_scan_close(scan);
    set_int(&row, "Timestamp", TEST_NOW_MS - 5 * DAY); /* October */
    refuse(table, &row, VARVE_BAD_TIME, "outside the table's month, 202411");
}

/* ---- names ---- */

static void test_names(void **state)
{
    static const struct {
        const char *name, *says;
        vv_status status;
    } cases[] = {
        {"Nothing", "there is no stratum \"Nothing\"; there are: Trend, Trend0", VARVE_NOT_FOUND},
        {"TB_Objects", "a table of the ledger", VARVE_UNSUPPORTED},
        {"ScadaTagHistory", "write them as samples", VARVE_UNSUPPORTED},
        {"ScadaTagHistory_1_day_20241105", "write them as samples", VARVE_UNSUPPORTED},
        {"ScadaTagPreProcessed", "stands for a table of each month", VARVE_UNSUPPORTED},
    };
    const struct vv_table *table;
    struct vv_strata_batch *batch;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(vv_strata_table(cases[i].name, &table, &t.err), cases[i].status);
        assert_non_null(strstr(t.err.message, cases[i].says));
    }
    /* Every stratum of the catalogue but the tag history is mapped. */
    for (size_t i = 0; i < vv_catalog_count(); i++) {
        const struct vv_table *described = vv_catalog_table(i);
        bool mapped = false;

        for (size_t m = 0; vv_strata_map_at(m) != NULL; m++)
            mapped = mapped || strcmp(vv_strata_map_at(m)->table, described->name) == 0;
        assert_int_equal(mapped, described->kind == VV_TABLE_STRATUM &&
                                     strcmp(described->name, "ScadaTagHistory") != 0);
    }
    assert_int_equal(
        vv_strata_batch_new(t.set, "ScadaTagPreProcessed_9_10_202411", NULL, &batch, &t.err),
        VARVE_NOT_FOUND);
    assert_int_equal(vv_strata_batch_new(t.set, "dcop_event_bt", "no", &batch, &t.err),
                     VARVE_NOT_FOUND);
}

static void test_no_trend_history(void **state)
{
    struct vv_strata_batch *batch;

    (void)state;
    test_set_close(&t);
    test_set_remove(&t);
    t.other_layout = VV_LAYOUT_SCADA;
    test_set_make_dir(&t);
    test_set_open(&t);
    assert_int_equal(vv_strata_batch_new(t.set, "Trend", NULL, &batch, &t.err), VARVE_NOT_FOUND);
    assert_non_null(strstr(t.err.message, "add {name: meters, layout: trend}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_keys),
        cmocka_unit_test(test_event_keys),
        cmocka_unit_test_setup_teardown(test_frames, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut_range, setup, teardown),
        cmocka_unit_test_setup_teardown(test_frame_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_frames_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_or_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_events, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trend, setup, teardown),
        cmocka_unit_test_setup_teardown(test_windows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_trend_history, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
