#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/thread.h"
#include "sql/sql.h"
#include "sql/test_dir.h"

#include "base/banned.h"

static struct test_dir dir;
static struct vv_sql *sql;

static int setup(void **state)
{
    struct vv_sql_options options = {.create = true};

    (void)state;
    if (test_dir_make(&dir) != 0)
        return -1;
    return vv_sql_open(dir.url, &options, &sql, NULL) == VARVE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    vv_sql_close(sql);
    test_dir_remove(&dir);
    return 0;
}

static struct vv_sql_statement *prepare(const char *text)
{
    struct vv_sql_statement *statement;
    vv_error err;

    if (vv_sql_prepare(sql, text, strlen(text), &statement, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    return statement;
}

static int64_t int_of(const char *text)
{
    struct vv_sql_statement *statement = prepare(text);
    struct vv_value value;

    assert_int_equal(vv_sql_step(statement, NULL), VARVE_OK);
    assert_int_equal(vv_sql_column(statement, 0, &value, NULL), VARVE_OK);
    assert_int_equal(value.kind, VV_VALUE_INT);
    vv_sql_finalize(statement);
    return value.as.integer;
}

static void test_settings_of_the_rule(void **state)
{
    (void)state;
    assert_int_equal(int_of("PRAGMA wal_autocheckpoint"), 0);
    assert_int_equal(int_of("PRAGMA mmap_size"), 0);
    assert_int_equal(int_of("PRAGMA foreign_keys"), 1);
    assert_int_equal(int_of("PRAGMA synchronous"), 2);
    assert_int_equal(int_of("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

static void test_values_there_and_back(void **state)
{
    struct vv_value values[] = {
        vv_value_null(),   vv_value_int(INT64_MIN),  vv_value_double(-0.1), vv_value_text("Пар"),
        vv_value_text(""), vv_value_blob("a\0b", 3), vv_value_blob("", 0)};
    struct vv_sql_statement *put, *get;

    (void)state;
    assert_int_equal(vv_sql_exec(sql, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", NULL),
                     VARVE_OK);
    put = prepare("INSERT INTO t (v) VALUES (?1)");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_int_equal(vv_sql_bind(put, 1, VV_COLUMN_BLOB, &values[i], NULL), VARVE_OK);
        assert_int_equal(vv_sql_step(put, NULL), VARVE_END);
        assert_int_equal(vv_sql_last_id(sql), i + 1);
        assert_int_equal(vv_sql_changes(sql), 1);
        vv_sql_reset(put);
    }
    get = prepare("SELECT v FROM t ORDER BY id");
    assert_int_equal(vv_sql_column_count(get), 1);
    assert_string_equal(vv_sql_column_name(get, 0), "v");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct vv_value back;
        assert_int_equal(vv_sql_step(get, NULL), VARVE_OK);
        assert_int_equal(vv_sql_column(get, 0, &back, NULL), VARVE_OK);
        assert_int_equal(back.kind, values[i].kind);
        assert_int_equal(back.len_bytes, values[i].len_bytes);
        if (back.kind == VV_VALUE_TEXT || back.kind == VV_VALUE_BLOB)
            assert_memory_equal(back.as.data, values[i].as.data, back.len_bytes);
        else if (back.kind != VV_VALUE_NULL)
            assert_int_equal(back.as.integer, values[i].as.integer);
    }
    assert_int_equal(vv_sql_step(get, NULL), VARVE_END);
    vv_sql_finalize(put);
    vv_sql_finalize(get);
}

static void test_errors_keep_the_native_code(void **state)
{
    struct vv_sql_statement *statement;
    vv_error err;

    (void)state;
    assert_int_equal(vv_sql_exec(sql, "CREATE TABLE t (id INTEGER PRIMARY KEY, v NOT NULL)", NULL),
                     VARVE_OK);
    assert_int_equal(vv_sql_exec(sql, "INSERT INTO t VALUES (1, 1)", NULL), VARVE_OK);
    assert_int_equal(vv_sql_exec(sql, "INSERT INTO t VALUES (1, 1)", &err), VARVE_EXISTS);
    assert_int_equal(err.native, 1555); /* SQLITE_CONSTRAINT_PRIMARYKEY */
    assert_int_equal(vv_sql_exec(sql, "INSERT INTO t VALUES (2, NULL)", &err), VARVE_CONFLICT);
    assert_int_equal(vv_sql_prepare(sql, "SELEC", 5, &statement, &err), VARVE_DATABASE);
    assert_non_null(strstr(err.message, "syntax error"));
    assert_int_equal(vv_sql_prepare(sql, "SELECT 1; SELECT 2", 18, &statement, &err), VARVE_SYNTAX);
    assert_int_equal(vv_sql_prepare(sql, " ; ", 3, &statement, &err), VARVE_SYNTAX);
    assert_null(statement);
}

static void test_read_only(void **state)
{
    struct vv_sql_options options = {.read_only = true};
    struct vv_sql *reading;
    vv_error err;

    (void)state;
    assert_int_equal(vv_sql_exec(sql, "CREATE TABLE t (id)", NULL), VARVE_OK);
    assert_int_equal(vv_sql_open(dir.url, &options, &reading, NULL), VARVE_OK);
    assert_int_equal(vv_sql_exec(reading, "INSERT INTO t VALUES (1)", &err), VARVE_READ_ONLY);
    vv_sql_close(reading);
}

static void test_busy(void **state)
{
    struct vv_sql_options options = {.busy_wait_ms = 1};
    struct vv_sql *other;

    (void)state;
    assert_int_equal(vv_sql_open(dir.url, &options, &other, NULL), VARVE_OK);
    assert_int_equal(vv_sql_begin(sql, true, NULL), VARVE_OK);
    assert_int_equal(vv_sql_begin(other, true, NULL), VARVE_BUSY);
    vv_sql_rollback(sql);
    assert_int_equal(vv_sql_begin(other, true, NULL), VARVE_OK);
    assert_int_equal(vv_sql_commit(other, NULL), VARVE_OK);
    vv_sql_close(other);
}

/* The log grows with commits and by nothing else is it moved than by a checkpoint. */
static void test_checkpoint(void **state)
{
    (void)state;
    assert_int_equal(vv_sql_exec(sql, "CREATE TABLE t (v)", NULL), VARVE_OK);
    for (int i = 0; i < 200; i++)
        assert_int_equal(vv_sql_exec(sql, "INSERT INTO t VALUES (zeroblob(40000))", NULL),
                         VARVE_OK);
    assert_true(vv_sql_pending_pages(sql) > 2000);
    assert_int_equal(vv_sql_checkpoint(sql, false, NULL), VARVE_OK);
    assert_int_equal(vv_sql_pending_pages(sql), 0);
}

/* Every table of the catalogue is one that SQLite makes, a partition under its own name too. */
static void test_ddl_of_every_table(void **state)
{
    const struct vv_dialect *dialect = vv_sql_dialect(sql);
    struct vv_buf text = {0};
    vv_error err;

    (void)state;
    for (size_t i = 0; i < vv_catalog_count(); i++)
        vv_ddl_table(dialect, &text, vv_catalog_table(i), NULL);
    vv_ddl_table(dialect, &text, vv_catalog_find("ScadaTagHistory"),
                 "ScadaTagHistory_1_day_20241105");
    assert_false(text.failed);
    if (vv_sql_exec(sql, (const char *)text.data, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(int_of("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                            " AND name NOT LIKE 'sqlite_%'"),
                     vv_catalog_count() + 1);
    assert_int_equal(int_of("SELECT count(*) FROM pragma_table_info('dcop_collect_bt')"), 376);
    vv_buf_deinit(&text);
}

static void run_endless(void *arg)
{
    static const char text[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                               " SELECT max(i) FROM n";
    struct vv_sql_statement *statement;

    if (vv_sql_prepare(sql, text, strlen(text), &statement, NULL) == VARVE_OK) {
        *(vv_status *)arg = vv_sql_step(statement, NULL);
        vv_sql_finalize(statement);
    }
}

static void stop_it(void *arg)
{
    atomic_bool *over = arg;

    while (!atomic_load(over))
        vv_sql_interrupt(sql);
}

static void test_interrupt(void **state)
{
    struct vv_thread stopper = {0};
    atomic_bool over = false;
    vv_status status = VARVE_OK;

    (void)state;
    assert_int_equal(vv_thread_start(&stopper, "stopper", stop_it, &over, NULL), VARVE_OK);
    run_endless(&status);
    atomic_store(&over, true);
    vv_thread_join(&stopper);
    assert_int_equal(status, VARVE_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_settings_of_the_rule, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_there_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_keep_the_native_code, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_busy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_checkpoint, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ddl_of_every_table, setup, teardown),
        cmocka_unit_test_setup_teardown(test_interrupt, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
