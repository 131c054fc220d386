/* SQL over native histories: every answer against vv_history_query, and against SQLite's own over
 * the same rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/test_sql.h"

#include "base/banned.h"

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

/* ---- the same conditions on the same rows in a table of SQLite's own ---- */

/* Days of the tests are whole ones before TEST_NOW_MS. */
static int64_t at(int day, int64_t ms)
{
    return TEST_NOW_MS - (int64_t)day * VV_DAY_MS + ms;
}

/* Rows of five tags over four days in order and out of it, some twice, in files and in memory; and
 * a table `copy` of them. */
static void fill(void)
{
    static const char *const names[] = {"Boiler/T", "Boiler/P", "boiler/x", "Pump/On", "Пара/Тиск"};
    uint64_t random = 12345;

    for (int i = 0; i < 900; i++) {
        const char *name;
        int64_t time_ms;

        random = random * 6364136223846793005u + 1442695040888963407u;
        name = names[(random >> 33) % 5];
        time_ms = at((int)(random >> 40) % 4, (int64_t)(random >> 20) % 40 * 1000);
        if (strcmp(name, "Pump/On") == 0)
            test_put(&fx.t, name, time_ms, vv_datum_boolean(i % 2 == 0));
        else if (strcmp(name, "boiler/x") == 0)
            test_put(&fx.t, name, time_ms, vv_datum_string("text", 4));
        else
            test_put(&fx.t, name, time_ms,
                     i % 7 == 6 && i > 60 ? vv_datum_null() : vv_datum_double(i));
        if (i == 300 || i == 600)
            flush();
    }
    assert_string_equal(sql("CREATE TEMP TABLE copy(TagId BIGINT, ProviderId BIGINT, "
                            "Quality INTEGER, IntegerVal BIGINT, DoubleVal DOUBLE, "
                            "BoolVal BOOLEAN, StringVal TEXT, DateTimeVal DATETIME, "
                            "Timestamp BIGINT, TagName TEXT)"),
                        "");
    assert_string_equal(sql("INSERT INTO copy SELECT *, TagName FROM ScadaTagHistory"), "");
    assert_string_equal(sql("SELECT count(*) > 400 FROM copy"), "1\n");
}

static void test_copy_holds_what_queries_give(void **state)
{
    static struct test_rows rows;
    const char *names[] = {"Boiler/T", "Boiler/P", "Pump/On"};

    (void)state;
    fill();
    for (int n = 0; n < 3; n++)
        for (int day = 0; day < 4; day++) {
            const struct vv_history_query_spec spec = {
                .name = names[n], .from_ms = at(day, 3000), .to_ms = at(day, 21000)};
            char *line = NULL;
            size_t len = 0;
            FILE *text = open_memstream(&line, &len);

            test_query(&fx.t, &spec, &rows);
            for (size_t i = 0; i < rows.count; i++) {
                fprintf(text, "%lld|%d|", (long long)rows.times_ms[i], rows.quality[i]);
                if (rows.values[i].type == VV_TYPE_DOUBLE)
                    fprintf(text, "%.1f\n", rows.values[i].as.number);
                else if (rows.values[i].type == VV_TYPE_BOOLEAN)
                    fprintf(text, "%d\n", rows.values[i].as.boolean);
                else
                    fprintf(text, "-\n");
            }
            fclose(text);
            assert_string_equal(
                sql("SELECT Timestamp, Quality, coalesce(DoubleVal, BoolVal) FROM ScadaTagHistory "
                    "WHERE TagName = '%s' AND Timestamp >= %lld AND Timestamp < %lld "
                    "ORDER BY Timestamp",
                    names[n], (long long)spec.from_ms, (long long)spec.to_ms),
                line);
            free(line);
        }
}

static const char *const conditions[] = {
    "TagId = 2",
    "TagId = 2.0",
    "TagId = 2.5",
    "TagId = '2'",
    "TagId = 'x'",
    "TagId = NULL",
    "TagId IS 2",
    "TagId IS NULL",
    "TagId IN (1, 3, 5)",
    "TagId IN (3, '3', 1.0, NULL, 99)",
    "TagId IN (SELECT 4)",
    "TagId NOT IN (1, 2)",
    "TagId > 2 AND TagId <= 4",
    "TagId > 2.5",
    "TagId >= 2.5 AND TagId < 4.5",
    "TagId < 'x'",
    "TagId > 'x'",
    "TagId BETWEEN 2 AND 3 AND TagId <> 3",
    "TagId < -9223372036854775808.0",
    "TagId > 9.3e18",
    "TagId < 9.3e18",
    "TagId > -1e300 AND TagId < x'00'",
    "Timestamp = 1730764803000",
    "Timestamp IN (1730764803000, 1730764804000, 1730764803000.5)",
    "Timestamp > 1730764803000.5 AND Timestamp < 1730764810000",
    "Timestamp BETWEEN 1730764803000 AND 1730764810000",
    "Timestamp >= '1730764803000'",
    "Timestamp < 1730592000000 OR Timestamp >= 1730764830000",
    "TagId = 1 OR TagId = 2 AND Timestamp > 1730764803000",
    "(TagId = 1 AND Timestamp < 1730678400000) OR (TagId = 3 AND Timestamp > 1730678400000)",
    "TagId = 1 AND TagId = 2",
    "TagId = 1 AND Timestamp > 5 AND Timestamp < 3",
    "TagId IN (1, 2) AND Timestamp IN (1730764803000, 1730764805000)",
    "Timestamp > -9223372036854775808",
    "Timestamp < 9223372036854775807",
    "Timestamp > 9223372036854775807",
    "Timestamp < -9223372036854775808",
    "TagName = 'Boiler/T'",
    "TagName = 'boiler/t'",
    "TagName = 'boiler/t' COLLATE NOCASE",
    "TagName IN ('Boiler/T', 'Pump/On', 'none')",
    "TagName LIKE 'boiler/%'",
    "TagName LIKE 'Пара/%'",
    "TagName LIKE 'Boiler/_' ESCAPE '!'",
    "TagName NOT LIKE 'boiler/%'",
    "TagName GLOB 'Boiler/*'",
    "TagName GLOB 'Boiler/*' AND TagName LIKE '%P'",
    "TagName > 'P'",
    "TagName = 'Boiler/T' AND TagId = 3",
    "TagName LIKE NULL",
    "DoubleVal > 100 AND Quality = 192",
    "DoubleVal IS NULL AND TagId = 1",
    "BoolVal",
    "StringVal = 'text' AND Timestamp % 2000 = 0",
};

static const char *const orders[] = {"TagId, Timestamp", "TagId DESC, Timestamp DESC",
                                     "Timestamp, TagId", "Timestamp DESC, TagId"};

static void test_conditions_as_sqlite_has_them(void **state)
{
    (void)state;
    fill();
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
        for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
            const char *columns = "TagId, Timestamp, Quality, DoubleVal, BoolVal, StringVal";
            char *copy = vv_strdup(
                sql("SELECT %s FROM copy WHERE %s ORDER BY %s", columns, conditions[i], orders[o]));

            assert_null(strstr(copy, "error"));
            if (strcmp(sql("SELECT %s FROM ScadaTagHistory WHERE %s ORDER BY %s", columns,
                           conditions[i], orders[o]),
                       copy) != 0)
                fail_msg("%s, by %s", conditions[i], orders[o]);
            vv_free(copy);
        }
}

static const char *const statements[] = {
    "SELECT TagId, max(Timestamp), count(*), sum(DoubleVal) FROM @ GROUP BY TagId",
    "SELECT max(Timestamp) FROM @ WHERE TagId = 2",
    "SELECT min(Timestamp) FROM @ WHERE TagId = 2",
    "SELECT DISTINCT TagId FROM @ ORDER BY 1",
    "SELECT Timestamp FROM @ WHERE TagId = 1 ORDER BY Timestamp DESC LIMIT 3 OFFSET 2",
    "SELECT Timestamp FROM @ WHERE TagId = 1 ORDER BY Timestamp LIMIT 3 OFFSET 2",
    "SELECT a.Timestamp, a.DoubleVal, b.DoubleVal FROM @ a JOIN @ b USING (Timestamp) "
    "WHERE a.TagId = 1 AND b.TagId = 2 ORDER BY 1",
    "SELECT m.Tag, count(*) FROM ScadaTagMapping m JOIN @ h ON h.TagId = m.Id "
    "WHERE m.Tag LIKE 'Boiler%' GROUP BY m.Tag",
    "SELECT Id, (SELECT DoubleVal FROM @ h WHERE h.TagId = m.Id AND h.Timestamp <= 1730764810000 "
    "ORDER BY h.Timestamp DESC LIMIT 1) FROM ScadaTagMapping m ORDER BY Id",
    "SELECT m.Tag, h.Timestamp FROM ScadaTagMapping m LEFT JOIN @ h ON h.TagId = m.Id AND "
    "h.Timestamp = 1730764803000 ORDER BY 1, 2",
    "SELECT count(*) FROM @ WHERE (TagId, Timestamp) > (2, 1730678400000)",
    "WITH d(t) AS (VALUES (1730764803000), (1730764804000)) SELECT t, count(TagId) FROM d LEFT "
    "JOIN "
    "@ h ON h.Timestamp = t GROUP BY t",
};

/* The statement over a table: its name for each @. */
static const char *over(const char *statement, const char *table)
{
    static char text[1000];
    size_t len = 0;

    for (; *statement != '\0' && len + strlen(table) < sizeof text; statement++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%.*s",
                                *statement == '@' ? (int)strlen(table) : 1,
                                *statement == '@' ? table : statement);
    return text;
}

static void test_statements_as_sqlite_has_them(void **state)
{
    (void)state;
    fill();
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        char *copy = vv_strdup(sql("%s", over(statements[i], "copy")));

        assert_null(strstr(copy, "error"));
        assert_true(copy[0] != '\0');
        if (strcmp(sql("%s", over(statements[i], "ScadaTagHistory")), copy) != 0)
            fail_msg("%s", statements[i]);
        vv_free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copy_holds_what_queries_give, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_conditions_as_sqlite_has_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_statements_as_sqlite_has_them, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("history vtab", tests, NULL, NULL);
}
