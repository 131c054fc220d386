/* SQL over native histories: every answer against vv_history_query, and how little is read for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/time.h"
#include "history/test_set.h"
#include "history/vtab.h"

#include "base/banned.h"

struct fixture {
    struct test_set t;
    sqlite3 *db;
    struct vv_sqltables *tables;
};

static struct fixture fx;

static int set_up(void **state)
{
    fx = (struct fixture){0};
    test_set_make(&fx.t);
    assert_int_equal(sqlite3_open(":memory:", &fx.db), SQLITE_OK);
    assert_ok(vv_sqltables_attach(fx.db, fx.t.set, &fx.tables, &fx.t.err), &fx.t.err);
    *state = &fx;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_close(fx.db), SQLITE_OK);
    test_set_remove(&fx.t);
    return 0;
}

/* All rows of a statement: columns parted by '|', rows by '\n'. Its error when it has one. */
static const char *sql(const char *format, ...)
{
    static char answer[1 << 20];
    char text[2000];
    sqlite3_stmt *stmt = NULL;
    size_t len = 0;
    va_list args;
    int code;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_ok(vv_sqltables_refresh(fx.tables, &fx.t.err), &fx.t.err);
    answer[0] = '\0';
    code = sqlite3_prepare_v2(fx.db, text, -1, &stmt, NULL);
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
        snprintf(answer, sizeof answer, "error: %s", sqlite3_errmsg(fx.db));
    sqlite3_finalize(stmt);
    return answer;
}

/* The plan of a statement, the lines about tables. */
static const char *plan(const char *text)
{
    char explain[2100];

    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", text);
    return sql("%s", explain);
}

static uint64_t blocks_read(void)
{
    struct varve_info info;

    assert_ok(varve_info_get(vv_history_native(vv_history_at(fx.t.set, 0)), &info, &fx.t.err),
              &fx.t.err);
    return info.blocks_read;
}

static void flush(void)
{
    assert_ok(varve_flush(vv_history_native(vv_history_at(fx.t.set, 0)), &fx.t.err), &fx.t.err);
}

static void test_every_type(void **state)
{
    (void)state;
    test_put(&fx.t, "a", TEST_NOW_MS, vv_datum_integer(7));
    test_put(&fx.t, "b", TEST_NOW_MS + 1, vv_datum_double(1.5));
    test_put(&fx.t, "c", TEST_NOW_MS + 2, vv_datum_boolean(true));
    test_put(&fx.t, "d", TEST_NOW_MS + 3, vv_datum_string("on", 2));
    test_put(&fx.t, "e", TEST_NOW_MS + 4, vv_datum_datetime(123));
    test_put(&fx.t, "b", TEST_NOW_MS + 5, vv_datum_null());
    assert_string_equal(sql("SELECT * FROM ScadaTagHistory ORDER BY TagId, Timestamp"),
                        "1|1|192|7|-|-|-|-|1730764800000\n"
                        "2|1|192|-|1.5|-|-|-|1730764800001\n"
                        "2|1|0|-|-|-|-|-|1730764800005\n"
                        "3|1|192|-|-|1|-|-|1730764800002\n"
                        "4|1|192|-|-|-|on|-|1730764800003\n"
                        "5|1|192|-|-|-|-|123|1730764800004\n");
    assert_string_equal(sql("SELECT TagName, DoubleVal FROM ScadaTagHistory_1_day_20241105 "
                            "WHERE TagName = 'b' ORDER BY Timestamp DESC"),
                        "b|-\nb|1.5\n");
    assert_string_equal(sql("SELECT count(*) FROM ScadaTagHistory"), "6\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_type, set_up, tear_down),
    };

    (void)plan;
    (void)blocks_read;
    (void)flush;
    return cmocka_run_group_tests_name("history vtab", tests, NULL, NULL);
}
