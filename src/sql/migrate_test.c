/* Old, foreign and newer databases, opened as a ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sql/ledger.h"
#include "sql/sql.h"
#include "sql/test_dir.h"

#include "base/banned.h"

static struct test_dir dir;

static int setup(void **state)
{
    (void)state;
    return test_dir_make(&dir);
}

static int teardown(void **state)
{
    (void)state;
    test_dir_remove(&dir);
    return 0;
}

static void run_sql(const char *text)
{
    struct vv_sql_options options = {.create = true};
    struct vv_sql *sql;
    vv_error err;

    assert_int_equal(vv_sql_open(dir.url, &options, &sql, NULL), VARVE_OK);
    if (vv_sql_exec(sql, text, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    vv_sql_close(sql);
}

static vv_status open_ledger(bool read_only, struct vv_ledger **ledger, vv_error *err)
{
    struct vv_ledger_options options = {.url = dir.url, .read_only = read_only};
    return vv_ledger_open(&options, ledger, err);
}

static int64_t count_of(struct vv_ledger *ledger, const char *table)
{
    struct vv_query all = {.table = vv_catalog_find(table)};
    struct vv_ledger_tx *tx;
    int64_t count;

    assert_int_equal(vv_ledger_begin_read(ledger, &tx, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_count(tx, &all, &count, NULL), VARVE_OK);
    vv_ledger_rollback(&tx);
    return count;
}

/* An older table: columns and indexes are missing, a stranger's column is there, with a row. */
static void test_older_database(void **state)
{
    struct vv_ledger *ledger;
    vv_error err;

    (void)state;
    run_sql("CREATE TABLE \"TB_Connections\" (\"ConnId\" INTEGER PRIMARY KEY AUTOINCREMENT"
            " NOT NULL, \"DLL\" varchar(32), \"Mine\" TEXT);"
            "INSERT INTO \"TB_Connections\" VALUES (4, 'modbus', 'kept')");
    if (open_ledger(false, &ledger, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(vv_ledger_version(ledger), VV_CATALOG_VERSION);
    assert_int_equal(count_of(ledger, "TB_Connections"), 1);
    assert_int_equal(count_of(ledger, "vv_schema"), 1);
    vv_ledger_close(ledger);
    run_sql("UPDATE \"TB_Connections\" SET \"Name\" = \"Mine\" WHERE \"ModId\" = 0");
    /* Again: nothing is left to do. */
    assert_int_equal(open_ledger(false, &ledger, NULL), VARVE_OK);
    assert_int_equal(count_of(ledger, "vv_schema"), 1);
    vv_ledger_close(ledger);
}

static void test_wrong_column_is_named(void **state)
{
    struct vv_ledger *ledger;
    vv_error err;

    (void)state;
    run_sql("CREATE TABLE \"TB_Dim\" (\"DimId\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
            " \"Name\" BLOB)");
    assert_int_equal(open_ledger(false, &ledger, &err), VARVE_CONFLICT);
    assert_null(ledger);
    assert_non_null(strstr(err.message, "TB_Dim.Name is BLOB, where VARCHAR(32) is needed"));
    /* Nothing of the migration was kept. */
    run_sql("CREATE TABLE \"TB_Objects\" (x)");
}

static void test_newer_database(void **state)
{
    struct vv_ledger *ledger;
    vv_error err;

    (void)state;
    assert_int_equal(open_ledger(false, &ledger, NULL), VARVE_OK);
    vv_ledger_close(ledger);
    run_sql("INSERT INTO \"vv_schema\" VALUES (1000, 0, 0)");
    assert_int_equal(open_ledger(false, &ledger, &err), VARVE_UNSUPPORTED);
    assert_non_null(strstr(err.message, "1000"));
    assert_int_equal(open_ledger(true, &ledger, &err), VARVE_UNSUPPORTED);
}

static void test_what_is_no_ledger(void **state)
{
    struct vv_ledger *ledger;
    struct vv_ledger_options options = {.url = "oracle:somewhere"};
    vv_error err;
    FILE *file;

    (void)state;
    assert_int_equal(open_ledger(true, &ledger, &err), VARVE_NOT_FOUND);
    assert_int_equal(vv_ledger_open(&options, &ledger, &err), VARVE_BAD_VALUE);
    file = fopen(dir.file, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("this is no database, but a text\n", file);
    fclose(file);
    assert_int_equal(open_ledger(false, &ledger, &err), VARVE_CORRUPT);
    assert_non_null(strstr(err.message, dir.file));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_older_database, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_column_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_newer_database, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_ledger, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
