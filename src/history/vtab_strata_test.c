/* vtab_strata_test.c: trends, frames and events as SQL tables: what they show, what a condition
 * spares, and that order and conditions answer as SQLite alone would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "history/strata.h"
#include "history/test_set.h"
#include "history/vtab.h"

#include "base/banned.h"

static struct test_set t;
static struct vv_arena arena;
static sqlite3 *db;
static struct vv_sqltables *tables;

static int set_up(void **state)
{
    (void)state;
    t = (struct test_set){.other_layout = VV_LAYOUT_TREND};
    test_set_make_dir(&t);
    test_set_open(&t);
    vv_arena_init(&arena, 0, NULL);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_ok(vv_sqltables_attach(db, t.set, &tables, &t.err), &t.err);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    vv_arena_deinit(&arena);
    test_set_remove(&t);
    return 0;
}

/* All rows of a statement: columns parted by '|', rows by '\n'. Its error when it has one. */
static const char *sql(const char *text)
{
    static char answer[1 << 20];
    sqlite3_stmt *stmt = NULL;
    size_t len = 0;
    int code = sqlite3_prepare_v2(db, text, -1, &stmt, NULL);

    answer[0] = '\0';
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(stmt);
        for (int i = 0; code == SQLITE_ROW && i < sqlite3_column_count(stmt); i++) {
            const char *value = (const char *)sqlite3_column_text(stmt, i);

            len += (size_t)snprintf(answer + len, sizeof answer - len, "%s%s", i > 0 ? "|" : "",
                                    value != NULL ? value : "-");
        }
        if (code == SQLITE_ROW)
            len += (size_t)snprintf(answer + len, sizeof answer - len, "\n");
        assert_true(len < sizeof answer);
    }
    if (code != SQLITE_DONE)
        snprintf(answer, sizeof answer, "error: %s", sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    return answer;
}

static uint64_t blocks_read(void)
{
    struct varve_info info;

    assert_ok(varve_info_get(vv_history_native(vv_history_at(t.set, 0)), &info, &t.err), &t.err);
    return info.blocks_read;
}

struct field {
    const char *column;
    const char *text; /* null: `number` */
    double number;
};

static void put(const char *table, const struct field *fields, size_t count)
{
    const struct vv_table *described;
    struct vv_strata_batch *batch;
    struct vv_row row;
    uint64_t sequence;

    assert_ok(vv_strata_table(table, &described, &t.err), &t.err);
    assert_ok(vv_row_init(&row, described, &arena, &t.err), &t.err);
    for (size_t i = 0; i < count; i++) {
        int at = vv_table_column(described, fields[i].column, strlen(fields[i].column), 0);
        const struct vv_value v = fields[i].text != NULL ? vv_value_text(fields[i].text)
                                  : described->columns[at].type == VV_COLUMN_DOUBLE
                                      ? vv_value_double(fields[i].number)
                                      : vv_value_int((int64_t)fields[i].number);

        assert_ok(vv_row_set(&row, at, &v, &t.err), &t.err);
    }
    assert_ok(vv_strata_batch_new(t.set, table, NULL, &batch, &t.err), &t.err);
    assert_ok(vv_strata_batch_add(batch, &row, &t.err), &t.err);
    assert_ok(vv_strata_batch_append(batch, &sequence, &t.err), &t.err);
    vv_strata_batch_free(batch);
}

#define PUT(table, ...)                                                                            \
    put(table, (const struct field[]){__VA_ARGS__},                                                \
        sizeof((const struct field[]){__VA_ARGS__}) / sizeof(struct field))

/* ---- frames ---- */

static void put_frames(void)
{
    PUT("dcop_collect_bt", {"VsPrimaryKey", "P1_20241104120000_SS", 0}, {"n01", NULL, 1.5},
        {"n360", NULL, 360}, {"s10", "ten", 0}, {"rec_time", NULL, 5});
    PUT("dcop_collect_bt", {"VsPrimaryKey", "P1_20241104120000_RE", 0}, {"n01", NULL, 2.5});
    PUT("dcop_collect_bt", {"VsPrimaryKey", "P1_20241104120001_SS", 0}, {"n01", NULL, 3.5});
    PUT("dcop_collect_bt", {"VsPrimaryKey", "P2_20241104120001_SS", 0}, {"n100", NULL, 7});
}

static void test_frames(void **state)
{
    (void)state;
    assert_string_equal(sql("SELECT count(*) FROM dcop_collect_bt"), "0\n");
    put_frames();
    assert_string_equal(
        sql("SELECT VsPrimaryKey, tool_id, time_order, claim_time, rec_time, n01, n100, n360, s10 "
            "FROM dcop_collect_bt ORDER BY VsPrimaryKey"),
        "P1_20241104120000_RE|P1|2024/11/04 12:00:00|1730721600000|-|2.5|-|-|-\n"
        "P1_20241104120000_SS|P1|2024/11/04 12:00:00|1730721600000|5|1.5|-|360.0|ten\n"
        "P1_20241104120001_SS|P1|2024/11/04 12:00:01|1730721601000|-|3.5|-|-|-\n"
        "P2_20241104120001_SS|P2|2024/11/04 12:00:01|1730721601000|-|-|7.0|-|-\n");
    assert_string_equal(sql("SELECT count(*) FROM pragma_table_info('dcop_collect_bt')"), "376\n");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE tool_id = 'P1' "
                            "AND claim_time = 1730721600000"),
                        "1.5\n2.5\n");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE tool_id = 'P1' "
                            "ORDER BY claim_time DESC LIMIT 1"),
                        "3.5\n");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE tool_id IN ('P1', 'P2', 'P3') "
                            "AND claim_time > 1730721600000"),
                        "3.5\n-\n");
    /* Readers take _SS unless only _RE is there. */
    assert_string_equal(
        sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey LIKE '%\\_SS' ESCAPE '\\' "
            "AND tool_id = 'P1'"),
        "1.5\n3.5\n");
    assert_string_equal(sql("SELECT count(*) FROM dcop_collect_bth"), "0\n");
}

static void test_by_primary_key(void **state)
{
    uint64_t before;

    (void)state;
    put_frames();
    for (int i = 0; i < 40; i++) {
        char key[40];

        snprintf(key, sizeof key, "Q%02d_20241104120000_SS", i);
        PUT("dcop_collect_bt", {"VsPrimaryKey", key, 0}, {"n01", NULL, i});
    }
    assert_ok(varve_flush(vv_history_native(vv_history_at(t.set, 0)), &t.err), &t.err);
    before = blocks_read();
    assert_string_equal(
        sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey = 'Q07_20241104120000_SS'"),
        "7.0\n");
    assert_in_range(blocks_read() - before, 1, 4);
    assert_string_equal(
        sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey = 'P1_20241104120000_RE'"),
        "2.5\n");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey IN "
                            "('P1_20241104120001_SS', 'Q01_20241104120000_SS', 'x') ORDER BY n01"),
                        "1.0\n3.5\n");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey = "
                            "'P1_20241104120000_RE' AND tool_id = 'P2'"),
                        "");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey = "
                            "'P1_20241104120000_RE' AND claim_time > 1730721600000"),
                        "");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey = 'nothing'"), "");
    assert_string_equal(sql("SELECT n01 FROM dcop_collect_bt WHERE VsPrimaryKey = NULL"), "");
}

/* A column out of 376 costs its own blocks and those of the times. */
static void test_few_columns(void **state)
{
    uint64_t before;

    (void)state;
    put_frames();
    assert_ok(varve_flush(vv_history_native(vv_history_at(t.set, 0)), &t.err), &t.err);
    before = blocks_read();
    assert_string_equal(sql("SELECT sum(n360) FROM dcop_collect_bt WHERE tool_id = 'P1'"),
                        "360.0\n");
    assert_in_range(blocks_read() - before, 1, 6);
}

/* ---- events ---- */

static void test_events(void **state)
{
    (void)state;
    PUT("dcop_event_bt", {"VsPrimaryKey", "P_1_20241104120000500_E7_0_SS", 0}, {"kind", NULL, 2},
        {"event_cate", NULL, 1}, {"code_desc", "jam", 0});
    PUT("dcop_event_bt", {"VsPrimaryKey", "P_1_20241104120000900_E7_0_SS", 0}, {"kind", NULL, 2},
        {"event_cate", NULL, 0});
    PUT("dcop_event_bt", {"VsPrimaryKey", "P_1_20241104120000700_A_1_3_RE", 0}, {"kind", NULL, 3});
    PUT("dcop_event_bt", {"VsPrimaryKey", "P_2_20241104120000600_E7_0_SS", 0}, {"kind", NULL, 9});
    assert_string_equal(sql("SELECT VsPrimaryKey, tool_id, code_name, code_desc, claim_time, kind "
                            "FROM dcop_event_bt WHERE tool_id = 'P_1' ORDER BY claim_time"),
                        "P_1_20241104120000500_E7_0_SS|P_1|E7|jam|1730721600500|2\n"
                        "P_1_20241104120000700_A_1_3_RE|P_1|A_1|-|1730721600700|3\n"
                        "P_1_20241104120000900_E7_0_SS|P_1|E7|-|1730721600900|2\n");
    assert_string_equal(sql("SELECT VsPrimaryKey FROM dcop_event_bt WHERE tool_id IN "
                            "('P_1', 'P_2') AND code_name = 'E7' AND claim_time < 1730721600700 "
                            "ORDER BY claim_time DESC"),
                        "P_2_20241104120000600_E7_0_SS\nP_1_20241104120000500_E7_0_SS\n");
    assert_string_equal(sql("SELECT kind FROM dcop_event_bt WHERE VsPrimaryKey = "
                            "'P_1_20241104120000700_A_1_3_RE'"),
                        "3\n");
    assert_string_equal(sql("SELECT tool_id, count(*) FROM dcop_event_bt GROUP BY tool_id"),
                        "P_1|3\nP_2|1\n");
    assert_string_equal(sql("SELECT count(*) FROM dcop_event_bt WHERE tool_id = 'P'"), "0\n");
}

/* ---- trends ---- */

static void put_point(void)
{
    struct vv_ledger_tx *tx;
    struct vv_row row;

    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_row_init(&row, vv_catalog_find("TB_Objects"), &arena, &t.err), &t.err);
    assert_ok(vv_row_set_int(&row, "ObjId", 11, &t.err), &t.err);
    assert_ok(vv_row_set_int(&row, "Type", 1, &t.err), &t.err);
    assert_ok(vv_row_set_text(&row, "Name", "Power", &t.err), &t.err);
    assert_ok(vv_ledger_insert(tx, &row, &t.err), &t.err);
    assert_ok(vv_ledger_commit(&tx, &t.err), &t.err);
}

/* Samples of a point and rows of Trend are one table. */
static void test_trend(void **state)
{
    const struct vv_write_options options = {.history = "other"};
    struct vv_write_result result = {0};
    struct vv_sample sample = test_sample("Power", TEST_NOW_MS - 1500, vv_datum_double(2.5));

    (void)state;
    put_point();
    sample.quality = 64;
    assert_ok(vv_history_write(t.set, &sample, 1, &options, &result, &t.err), &t.err);
    PUT("Trend", {"ObjId", NULL, 11}, {"DT", NULL, (double)TEST_NOW_MS / 1000 - 1},
        {"Val", NULL, 3}, {"Flag", "MB", 0});
    PUT("Trend", {"ObjId", NULL, 12}, {"DT", NULL, (double)TEST_NOW_MS / 1000 - 1},
        {"Flag", "X", 0});
    PUT("Trend0", {"ObjId", NULL, 13}, {"DT", NULL, (double)TEST_NOW_MS / 1000}, {"Val", NULL, 1});
    assert_string_equal(sql("SELECT * FROM Trend ORDER BY ObjId, DT"),
                        "11|1730764798|2.5|U\n11|1730764799|3.0|MB\n12|1730764799|-|X\n");
    assert_string_equal(sql("SELECT Val FROM Trend WHERE ObjId = 11 ORDER BY DT DESC LIMIT 1"),
                        "3.0\n");
    assert_string_equal(sql("SELECT DT FROM Trend WHERE TagName = 'Power' AND DT >= 1730764799"),
                        "1730764799\n");
    assert_string_equal(sql("SELECT TagName, count(*) FROM Trend GROUP BY ObjId"),
                        "Power|2\n-|1\n");
    assert_string_equal(sql("SELECT ObjId FROM Trend0"), "13\n");
    assert_string_equal(sql("SELECT count(*) FROM Trend2"), "0\n");
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory"), "0\n");
}

/* ---- windows ---- */

static void put_window(const char *table, int64_t time_ms, int category, double value)
{
    PUT(table, {"TagId", NULL, 5}, {"Category", NULL, category},
        {"Timestamp", NULL, (double)time_ms}, {"Quality", NULL, 192},
        {"CollectTimestamp", NULL, (double)time_ms}, {"DoubleVal", NULL, value});
}

static void test_windows(void **state)
{
    (void)state;
    for (int category = 1; category <= 3; category++) {
        put_window("ScadaTagPreProcessed_1_10_202411", TEST_NOW_MS - 600000, category, category);
        put_window("ScadaTagPreProcessed_1_10_202411", TEST_NOW_MS, category, category + 0.5);
        put_window("ScadaTagPreProcessed_1_10_202410", TEST_NOW_MS - 10 * 86400000LL, category, 9);
        put_window("ScadaTagPreProcessed_1_60_202411", TEST_NOW_MS, category, 60);
    }
    assert_ok(vv_sqltables_refresh(tables, &t.err), &t.err);
    assert_string_equal(sql("SELECT TagId, Category, Timestamp, DoubleVal FROM "
                            "ScadaTagPreProcessed_1_10_202411 WHERE TagId = 5 AND Category = 3 "
                            "ORDER BY Timestamp DESC"),
                        "5|3|1730764800000|3.5\n5|3|1730764200000|3.0\n");
    assert_string_equal(sql("SELECT count(*), sum(DoubleVal) FROM "
                            "ScadaTagPreProcessed_1_10_202410"),
                        "3|27.0\n");
    assert_string_equal(sql("SELECT count(*), max(DoubleVal) FROM "
                            "ScadaTagPreProcessed_1_60_202411"),
                        "3|60.0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_frames, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_by_primary_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_few_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_trend, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_windows, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
