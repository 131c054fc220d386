/* What the tables over histories read, and when: the blocks behind an answer, the order of joins,
 * partitions that come and go, moments, damage, and the functions beside the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/test_sql.h"

#include "base/banned.h"

/* `count` rows of a tag, one a second from `start_ms` on, in one call. */
static void put_run(const char *name, int64_t start_ms, size_t count)
{
    static struct vv_sample samples[10000];

    assert_true(count <= sizeof samples / sizeof samples[0]);
    for (size_t i = 0; i < count; i++)
        samples[i] =
            test_sample(name, start_ms + (int64_t)i * 1000, vv_datum_double((double)i / 4));
    assert_ok(test_write(&fx.t, samples, count), &fx.t.err);
}

/* Midnight so many days after that of TEST_NOW_MS. */
static int64_t at_day(int64_t day)
{
    return TEST_NOW_MS + day * VV_DAY_MS;
}

/* Blocks that a statement reads, and its answer's first line. */
static uint64_t cost(const char *statement, const char *first)
{
    uint64_t before = blocks_read();
    const char *answer = sql("%s", statement);

    assert_string_equal(answer, first);
    return blocks_read() - before;
}

static void test_only_the_blocks_of_the_range(void **state)
{
    (void)state;
    for (int tag = 0; tag < 4; tag++) {
        char name[8];

        snprintf(name, sizeof name, "t%d", tag + 1);
        put_run(name, TEST_NOW_MS - 10000 * 1000, 10000);
    }
    flush(); /* ten blocks of 1,024 rows for each tag and partition */
    assert_int_equal(cost("SELECT count(*) FROM ScadaTagHistory", "40000\n"), 4 * 10);
    assert_int_equal(cost("SELECT count(*), min(TagId), max(TagId) FROM ScadaTagHistory "
                          "WHERE TagId = 2",
                          "10000|2|2\n"),
                     10);
    assert_int_equal(cost("SELECT DoubleVal FROM ScadaTagHistory WHERE TagId = 3 AND "
                          "Timestamp = 1730754801000",
                          "0.25\n"),
                     1);
    assert_int_equal(cost("SELECT count(*) FROM ScadaTagHistory WHERE TagId IN (1, 4) AND "
                          "Timestamp BETWEEN 1730755000000 AND 1730755099000",
                          "200\n"),
                     2);
    assert_int_equal(cost("SELECT count(*) FROM ScadaTagHistory WHERE TagName = 't1' AND "
                          "Timestamp < 1730755099000",
                          "299\n"),
                     1);
    /* The rest is never read; from the end it is looked for, looked through for damage, and read.
     */
    assert_int_equal(cost("SELECT Timestamp FROM ScadaTagHistory WHERE TagId = 1 "
                          "ORDER BY Timestamp LIMIT 1",
                          "1730754800000\n"),
                     1);
    assert_true(cost("SELECT Timestamp FROM ScadaTagHistory WHERE TagId = 1 "
                     "ORDER BY Timestamp DESC LIMIT 1",
                     "1730764799000\n") <= 3);
    assert_true(
        cost("SELECT max(Timestamp) FROM ScadaTagHistory WHERE TagId = 1", "1730764799000\n") <= 3);
    assert_int_equal(cost("SELECT count(*) FROM ScadaTagHistory WHERE TagId = 99", "0\n"), 0);
    assert_int_equal(cost("SELECT count(*) FROM ScadaTagHistory WHERE Timestamp < 5", "0\n"), 0);
}

/* Twenty-seven years of days. */
static void test_one_hour_of_ten_thousand_partitions(void **state)
{
    static struct vv_sample samples[10000];

    (void)state;
    for (size_t i = 0; i < 10000; i++)
        samples[i] = test_sample(i % 2 == 0 ? "a" : "b", at_day((int64_t)i - 9999),
                                 vv_datum_double((double)i));
    assert_ok(test_write(&fx.t, samples, 10000), &fx.t.err);
    put_run("a", at_day(-5000) + 3600000, 3600);
    flush();
    assert_string_equal(sql("SELECT count(*) FROM varve_tables WHERE Kind = 'partition'"),
                        "10000\n");
    assert_true(cost("SELECT count(*), min(DoubleVal), max(DoubleVal) FROM ScadaTagHistory WHERE "
                     "TagName = 'a' AND Timestamp >= 1298768400000 AND Timestamp < 1298772000000",
                     "3600|0.0|899.75\n") <= 5);
    assert_int_equal(cost("SELECT DoubleVal FROM ScadaTagHistory_1_day_20110226", "4998.0\n"), 1);
}

static void test_no_sorting_and_the_mapping_first(void **state)
{
    (void)state;
    put_run("Boiler/T", TEST_NOW_MS - 1000000, 1000);
    put_run("Boiler/P", TEST_NOW_MS - 1000000, 1000);
    flush();
    assert_null(strstr(plan("SELECT * FROM ScadaTagHistory ORDER BY TagId, Timestamp"), "TEMP"));
    assert_null(
        strstr(plan("SELECT * FROM ScadaTagHistory WHERE TagId = 1 ORDER BY Timestamp"), "TEMP"));
    assert_null(strstr(
        plan("SELECT * FROM ScadaTagHistory WHERE TagId = 1 ORDER BY Timestamp DESC"), "TEMP"));
    assert_null(
        strstr(plan("SELECT TagId, avg(DoubleVal) FROM ScadaTagHistory GROUP BY TagId"), "TEMP"));
    assert_non_null(strstr(plan("SELECT * FROM ScadaTagHistory ORDER BY Timestamp"), "TEMP"));
    /* Whatever the order in which the tables are written. */
    assert_int_equal(
        cost("SELECT count(*) FROM ScadaTagHistory h JOIN ScadaTagMapping m ON m.Id = h.TagId "
             "WHERE m.Tag = 'Boiler/P' AND h.Timestamp >= 1730764700000",
             "100\n"),
        1);
    assert_int_equal(
        cost("SELECT count(*) FROM ScadaTagMapping m, ScadaTagHistory h WHERE m.Id = h.TagId "
             "AND m.Tag LIKE '%/T' AND h.Timestamp >= 1730764700000",
             "100\n"),
        1);
    assert_int_equal(
        cost("SELECT count(*) FROM ScadaTagHistory h, ScadaTagMapping m WHERE m.Id = h.TagId "
             "AND m.Tag GLOB '*/P' AND h.Timestamp < 1730763810000",
             "10\n"),
        1);
}

static void test_partitions_come_and_go(void **state)
{
    uint32_t stratum = 0;
    const struct varve_stratum *about;
    varve *store = vv_history_native(vv_history_at(fx.t.set, 0));

    (void)state;
    put_run("a", TEST_NOW_MS - 3 * VV_DAY_MS, 10);
    put_run("a", TEST_NOW_MS, 5);
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory_1_day_20241102"), "10\n");
    assert_string_equal(sql("SELECT count(*) FROM scadataghistory_1_DAY_20241105"), "5\n");
    assert_non_null(
        strstr(sql("SELECT count(*) FROM ScadaTagHistory_1_day_20241104"), "no such table"));
    put_run("a", TEST_NOW_MS - VV_DAY_MS, 1);
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory_1_day_20241104"), "1\n");
    flush();
    assert_string_equal(sql("SELECT Name, Kind, History, ProviderId, StartTime, EndTime, Rows "
                            "FROM varve_tables WHERE Name LIKE 'ScadaTagHistory%%'"),
                        "ScadaTagHistory|stratum|-|-|-|-|16\n"
                        "ScadaTagHistory_1_day_20241102|partition|main|1|1730505600000|"
                        "1730592000000|10\n"
                        "ScadaTagHistory_1_day_20241104|partition|main|1|1730678400000|"
                        "1730764800000|1\n"
                        "ScadaTagHistory_1_day_20241105|partition|main|1|1730764800000|"
                        "1730851200000|5\n");
    put_run("a", TEST_NOW_MS, 7); /* five of them again, in memory */
    assert_string_equal(sql("SELECT Rows FROM varve_tables WHERE Name = "
                            "'ScadaTagHistory_1_day_20241105'"),
                        "12\n");
    for (; varve_stratum_get(store, stratum, &about, NULL) == VARVE_OK; stratum++)
        assert_ok(varve_prune(store, stratum, TEST_NOW_MS - VV_DAY_MS, &fx.t.err), &fx.t.err);
    assert_non_null(
        strstr(sql("SELECT count(*) FROM ScadaTagHistory_1_day_20241102"), "no such table"));
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory"), "8\n");
}

/* One statement sees one moment, however often it reads. */
static void test_a_statement_sees_one_moment(void **state)
{
    sqlite3_stmt *stmt;
    int64_t rows = 0;

    (void)state;
    put_run("a", TEST_NOW_MS - 100000, 50);
    put_run("b", TEST_NOW_MS - 100000, 50);
    assert_int_equal(sqlite3_prepare_v2(fx.db,
                                        "SELECT x.Timestamp, (SELECT count(*) FROM ScadaTagHistory "
                                        "y WHERE y.TagId = 2) FROM ScadaTagHistory x",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        assert_int_equal(sqlite3_column_int64(stmt, 1), 50);
        if (rows++ == 10) {
            put_run("b", TEST_NOW_MS - 1000, 1);
            flush();
        }
    }
    assert_int_equal(rows, 100);
    sqlite3_reset(stmt);
    for (rows = 0; sqlite3_step(stmt) == SQLITE_ROW; rows++)
        assert_int_equal(sqlite3_column_int64(stmt, 1), 51);
    assert_int_equal(rows, 101);
    sqlite3_finalize(stmt);
}

/* ---- varve_agg ---- */

static void test_buckets_as_queries_give_them(void **state)
{
    static struct test_rows rows;
    const struct vv_history_query_spec spec = {.name = "Boiler/T",
                                               .from_ms = TEST_NOW_MS - 5000000,
                                               .to_ms = TEST_NOW_MS,
                                               .mode = VV_HISTORY_EVERY,
                                               .every_ms = 600000,
                                               .functions = VV_AGG_MIN | VV_AGG_AVG | VV_AGG_COUNT};
    char *line = NULL;
    size_t len = 0;
    FILE *text = open_memstream(&line, &len);

    (void)state;
    put_run("Boiler/T", TEST_NOW_MS - 5000000, 5000);
    put_run("Boiler/P", TEST_NOW_MS - 5000000, 10);
    test_put(&fx.t, "Boiler/On", TEST_NOW_MS - 1000, vv_datum_boolean(true));
    test_query(&fx.t, &spec, &rows);
    for (size_t i = 0; i < rows.count; i++)
        fprintf(text, "%lld|%d|%.2f|%.3f|%lld\n", (long long)rows.times_ms[i], rows.quality[i],
                rows.wide[i][0].as.number, rows.wide[i][1].as.number,
                (long long)rows.wide[i][2].as.integer);
    fclose(text);
    assert_int_equal(rows.count, 9);
    assert_string_equal(
        sql("SELECT Timestamp, Quality, printf('%%.2f', min), printf('%%.3f', avg), count "
            "FROM varve_agg('Boiler/T', %lld, '2024-11-05T00:00:00Z', '10m', 'count,min,avg')",
            (long long)spec.from_ms),
        line);
    /* Without the list: what the statement names. */
    assert_string_equal(
        sql("SELECT Timestamp, Quality, printf('%%.2f', min), printf('%%.3f', avg), count "
            "FROM varve_agg('Boiler/T', %lld, '2024-11-05', 600000)",
            (long long)spec.from_ms),
        line);
    free(line);
    assert_string_equal(
        sql("SELECT TagName, count, last, max, counton FROM varve_agg('Boiler/*', 0, 'now')"),
        "Boiler/On|1|1|1|0\nBoiler/P|10|2.25|2.25|-\nBoiler/T|5000|1249.75|1249.75|-\n");
    assert_string_equal(sql("SELECT m.Tag, a.count FROM ScadaTagMapping m, "
                            "varve_agg(m.Tag, 0, '2024-11-05') a ORDER BY 1"),
                        "Boiler/On|1\nBoiler/P|10\nBoiler/T|5000\n");
    assert_string_equal(sql("SELECT count(*) FROM varve_agg('nobody', 0, 'now')"), "0\n");
}

static void test_what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *statement, *says;
    } wrong[] = {
        {"SELECT * FROM varve_agg('a')", "tag, from and to are needed"},
        {"SELECT * FROM varve_agg", "tag, from and to are needed"},
        {"SELECT * FROM varve_agg('a', 'yesterdayish', 'now')", "yesterdayish"},
        {"SELECT * FROM varve_agg('a', 5, 3)", "after"},
        {"SELECT * FROM varve_agg('a', 0, 'now', 0)", "no length"},
        {"SELECT * FROM varve_agg('a', 0, 'now', 'weekly')", "weekly"},
        {"SELECT * FROM varve_agg('a', 0, 'now', '1h', 'median')", "median"},
        {"SELECT * FROM varve_agg('text', 0, 'now', '1h', 'avg')", "String"},
        {"SELECT * FROM varve_agg('[', 0, 'now')", "["},
        {"DELETE FROM ScadaTagHistory", "may not be modified"},
        {"INSERT INTO varve_tables VALUES (1)", "varve_tables"},
        {"SELECT rowid FROM ScadaTagHistory", "rowid"},
        {"SELECT Tag FROM ScadaTagHistory", "no such column"},
        {"CREATE VIRTUAL TABLE v USING ScadaTagHistory", "no such module"},
        {"SELECT * FROM ScadaTagHistory_9_day_20241105", "no such table"},
    };

    (void)state;
    test_put(&fx.t, "a", TEST_NOW_MS, vv_datum_integer(1));
    test_put(&fx.t, "text", TEST_NOW_MS, vv_datum_string("x", 1));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *answer = sql("%s", wrong[i].statement);

        if (strncmp(answer, "error: ", 7) != 0 || strstr(answer, wrong[i].says) == NULL)
            fail_msg("%s: %s", wrong[i].statement, answer);
    }
    assert_string_equal(sql("SELECT first, last, count FROM varve_agg('text', 0, 'now')"),
                        "x|x|1\n");
}

/* As a connection for users is set up. */
static void test_they_pass_untrusted(void **state)
{
    (void)state;
    test_put(&fx.t, "a", TEST_NOW_MS, vv_datum_integer(1));
    assert_string_equal(sql("CREATE TEMP VIEW v AS SELECT count(*) FROM ScadaTagHistory"), "");
    assert_string_equal(sql("CREATE TEMP VIEW w AS SELECT count FROM varve_agg('a', 0, 'now')"),
                        "");
    sqlite3_db_config(fx.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(fx.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    assert_string_equal(sql("SELECT * FROM v, w"), "1|1\n");
}

static bool stop_at_once(void *arg)
{
    ++*(int *)arg;
    return true;
}

static void test_a_stop_ends_it(void **state)
{
    int asked = 0;

    (void)state;
    test_put(&fx.t, "a", TEST_NOW_MS, vv_datum_integer(1));
    vv_sqltables_stop(fx.tables, stop_at_once, &asked);
    assert_non_null(strstr(sql("SELECT * FROM ScadaTagHistory"), "interrupted"));
    assert_non_null(strstr(sql("SELECT * FROM varve_agg('a', 0, 'now')"), "interrupted"));
    assert_int_equal(asked, 2);
    vv_sqltables_stop(fx.tables, NULL, NULL);
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory"), "1\n");
}

/* ---- what may fail ---- */

static int flip_byte(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    size_t len = strlen(path);
    FILE *file;
    int byte;

    (void)kind;
    (void)place;
    if (len < 5 || strcmp(path + len - 5, ".part") != 0)
        return 0;
    file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, (long)st->st_size / 4, SEEK_SET); /* among the blocks */
    byte = fgetc(file);
    fseek(file, (long)st->st_size / 4, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
    return 1;
}

static void test_damage_is_an_error(void **state)
{
    (void)state;
    put_run("a", TEST_NOW_MS - 9000 * 1000, 9000);
    flush();
    assert_int_equal(nftw(fx.t.dir, flip_byte, 16, FTW_PHYS), 1);
    for (int i = 0; i < 2; i++) { /* the second time it is known */
        const char *answer = sql("SELECT count(*) FROM ScadaTagHistory");

        assert_non_null(strstr(answer, "error: "));
        assert_non_null(strstr(answer, ".part"));
    }
    assert_non_null(strstr(sql("SELECT Timestamp FROM ScadaTagHistory WHERE TagId = 1 "
                               "ORDER BY Timestamp DESC"),
                           ".part"));
    assert_non_null(strstr(sql("SELECT * FROM varve_agg('a', 0, 'now', '1s', 'avg')"), "damaged"));
    /* The blocks that are whole can be read. */
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory WHERE TagId = 1 AND Timestamp >= "
                            "1730764790000"),
                        "10\n");
}

/* Rows of a statement, or -1 with the connection's error. */
static int rows_of(sqlite3 *db, const char *statement)
{
    sqlite3_stmt *stmt = NULL;
    int rows = 0, code = sqlite3_prepare_v2(db, statement, -1, &stmt, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(stmt);
        rows += code == SQLITE_ROW;
    }
    sqlite3_finalize(stmt);
    return code == SQLITE_DONE ? rows : -1;
}

/* Fails every allocation of a use of the tables in turn: an error, or all rows. */
static void test_without_memory_there_is_an_error(void **state)
{
    static const struct {
        const char *statement;
        int rows;
    } uses[] = {
        {"SELECT TagName, DoubleVal FROM ScadaTagHistory WHERE TagId IN (1, 2)", 40},
        {"SELECT Timestamp FROM ScadaTagHistory WHERE TagId = 1 ORDER BY Timestamp DESC", 20},
        {"SELECT max FROM varve_agg('a*', 0, 'now')", 2},
        {"SELECT Rows FROM varve_tables WHERE Kind = 'partition'", 2},
    };

    (void)state;
    put_run("a", TEST_NOW_MS - 100 * VV_DAY_MS, 20);
    flush();
    put_run("a2", TEST_NOW_MS, 20);
    for (size_t u = 0; u < sizeof uses / sizeof uses[0]; u++) {
        bool reached = true;

        for (uint64_t n = 1; reached; n++) {
            struct vv_sqltables *tables;
            sqlite3 *db;
            uint64_t before = vv_alloc_count();

            assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
            vv_alloc_fail_at(n, false);
            if (vv_sqltables_attach(db, fx.t.set, &tables, &fx.t.err) == VARVE_OK) {
                int rows = rows_of(db, uses[u].statement);

                assert_true(rows == uses[u].rows || rows == -1);
                assert_int_equal(sqlite3_errcode(db) == SQLITE_DONE ||
                                     sqlite3_errcode(db) == SQLITE_OK,
                                 rows >= 0);
            } else {
                assert_int_equal(fx.t.err.status, VARVE_NO_MEMORY);
            }
            reached = vv_alloc_count() - before >= n;
            vv_alloc_fail_at(0, false);
            assert_int_equal(rows_of(db, "SELECT 1"), 1);
            assert_int_equal(sqlite3_close(db), SQLITE_OK);
            assert_true(n < 5000);
        }
    }
}

static void test_taken_from_a_connection(void **state)
{
    (void)state;
    vv_sqltables_detach(fx.tables);
    assert_int_equal(sqlite3_exec(fx.db, "SELECT * FROM ScadaTagHistory", NULL, NULL, NULL),
                     SQLITE_ERROR);
    assert_int_equal(sqlite3_exec(fx.db, "SELECT * FROM varve_tables", NULL, NULL, NULL),
                     SQLITE_ERROR);
    assert_ok(vv_sqltables_attach(fx.db, fx.t.set, &fx.tables, &fx.t.err), &fx.t.err);
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory"), "0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_only_the_blocks_of_the_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_hour_of_ten_thousand_partitions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_no_sorting_and_the_mapping_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions_come_and_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_statement_sees_one_moment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_buckets_as_queries_give_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_wrong_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_they_pass_untrusted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_stop_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_memory_there_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_taken_from_a_connection, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("history vtab reading", tests, NULL, NULL);
}
