#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "sql/statement.h"

#include "base/banned.h"

static struct vv_buf text;

static const struct vv_dialect *sqlite(void)
{
    return vv_dialect_find("sqlite");
}

static void check(const char *expected)
{
    assert_false(text.failed);
    assert_string_equal((char *)text.data, expected);
    vv_buf_reset(&text);
}

static void test_changes(void **state)
{
    const struct vv_table *dim = vv_catalog_find("TB_Dim");
    const struct vv_table *map = vv_catalog_find("vv_param_map");
    const int both[] = {0, 1}, name[] = {1}, two[] = {3, 4};

    (void)state;
    vv_statement_insert(sqlite(), &text, dim, both, 2);
    check("INSERT INTO \"TB_Dim\" (\"DimId\", \"Name\") VALUES (?1, ?2)");
    vv_statement_insert(sqlite(), &text, dim, NULL, 0);
    check("INSERT INTO \"TB_Dim\" DEFAULT VALUES");
    vv_statement_update(sqlite(), &text, dim, name, 1);
    check("UPDATE \"TB_Dim\" SET \"Name\" = ?1 WHERE \"DimId\" = ?2");
    vv_statement_update(sqlite(), &text, map, two, 2);
    check("UPDATE \"vv_param_map\" SET \"Name\" = ?1, \"Address\" = ?2 WHERE \"DevType\" = ?3"
          " AND \"SubType\" = ?4 AND \"MemInd\" = ?5");
    vv_statement_delete(sqlite(), &text, dim);
    check("DELETE FROM \"TB_Dim\" WHERE \"DimId\" = ?1");
    vv_statement_exists(sqlite(), &text, "TB_Dim", "DimId");
    check("SELECT \"DimId\" FROM \"TB_Dim\" WHERE \"DimId\" = ?1 ORDER BY \"DimId\" LIMIT 1");
}

static void test_queries(void **state)
{
    struct vv_filter filters[] = {{"Name", VV_FILTER_LE, vv_value_text("x")},
                                  {"Name", VV_FILTER_EQ, vv_value_null()},
                                  {"Name", VV_FILTER_NOT_NULL, vv_value_int(1)},
                                  {"DimId", VV_FILTER_GT, vv_value_int(1)}};
    struct vv_query query = {.table = vv_catalog_find("TB_Dim")};

    (void)state;
    assert_int_equal(vv_statement_select(sqlite(), &text, &query, NULL), VARVE_OK);
    check("SELECT \"DimId\", \"Name\" FROM \"TB_Dim\" ORDER BY \"DimId\"");
    query.filters = filters;
    query.filter_count = 4;
    query.order[0].column = "Name";
    query.order[0].descending = true;
    query.limit = 10;
    query.offset = 20;
    assert_int_equal(vv_statement_select(sqlite(), &text, &query, NULL), VARVE_OK);
    check("SELECT \"DimId\", \"Name\" FROM \"TB_Dim\" WHERE \"Name\" <= ?1 AND \"Name\" IS NULL"
          " AND \"Name\" IS NOT NULL AND \"DimId\" > ?2 ORDER BY \"Name\" DESC, \"DimId\""
          " LIMIT 10 OFFSET 20");
    assert_int_equal(vv_statement_count(sqlite(), &text, &query, NULL), VARVE_OK);
    check("SELECT COUNT(*) FROM \"TB_Dim\" WHERE \"Name\" <= ?1 AND \"Name\" IS NULL"
          " AND \"Name\" IS NOT NULL AND \"DimId\" > ?2");
    query.order[0].column = "DimId";
    query.filter_count = 0;
    query.limit = 0;
    query.offset = 5;
    assert_int_equal(vv_statement_select(sqlite(), &text, &query, NULL), VARVE_OK);
    check("SELECT \"DimId\", \"Name\" FROM \"TB_Dim\" ORDER BY \"DimId\" DESC LIMIT -1 OFFSET 5");
}

static void test_after_a_key(void **state)
{
    const struct vv_value after[] = {vv_value_int(1), vv_value_text("x")};
    struct vv_filter filter = {"Kind", VV_FILTER_NE, vv_value_text("holiday")};
    struct vv_query query = {.table = vv_catalog_find("vv_day_type"),
                             .filters = &filter,
                             .filter_count = 1,
                             .after = after};

    (void)state;
    assert_int_equal(vv_statement_count(sqlite(), &text, &query, NULL), VARVE_OK);
    check("SELECT COUNT(*) FROM \"vv_day_type\" WHERE \"Kind\" <> ?1 AND ((\"CalendarId\" > ?2)"
          " OR (\"CalendarId\" = ?3 AND \"Date\" > ?4))");
    assert_int_equal(vv_statement_after_count(query.table), 3);
    assert_int_equal(vv_statement_after(query.table, 0), 0);
    assert_int_equal(vv_statement_after(query.table, 1), 0);
    assert_int_equal(vv_statement_after(query.table, 2), 1);
}

static void test_unknown_columns(void **state)
{
    struct vv_filter filter = {"1; DROP TABLE x", VV_FILTER_EQ, vv_value_int(1)};
    struct vv_query query = {
        .table = vv_catalog_find("TB_Dim"), .filters = &filter, .filter_count = 1};

    (void)state;
    assert_int_equal(vv_statement_select(sqlite(), &text, &query, NULL), VARVE_BAD_NAME);
    assert_int_equal(vv_statement_count(sqlite(), &text, &query, NULL), VARVE_BAD_NAME);
    query.filter_count = 0;
    query.order[0].column = "name";
    assert_int_equal(vv_statement_select(sqlite(), &text, &query, NULL), VARVE_BAD_NAME);
}

static int teardown(void **state)
{
    (void)state;
    vv_buf_deinit(&text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_after_a_key),
        cmocka_unit_test_teardown(test_unknown_columns, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
