/* Old, foreign and newer databases, opened as a ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/crc32c.h"
#include "base/io.h"
#include "catalog/seeds.h"
#include "sql/ledger.h"
#include "sql/sql.h"
#include "sql/test_dir.h"

#include "base/banned.h"

static struct test_dir dir;
static const char *golden; /* a ledger of version 1 as SQL */

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

static void check_ledger(void *arg, const char *text)
{
    (void)arg;
    fail_msg("%s", text);
}

/* The row of the query's table with the key that `key` is, in `arena`. */
static struct vv_row get(struct vv_ledger *ledger, struct vv_arena *arena, const char *table,
                         const char *key, int64_t number)
{
    struct vv_ledger_tx *tx;
    struct vv_row row;
    vv_error err;

    assert_int_equal(vv_row_init(&row, vv_catalog_find(table), arena, NULL), VARVE_OK);
    assert_int_equal(vv_row_set_int(&row, key, number, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_begin_read(ledger, &tx, NULL), VARVE_OK);
    if (vv_ledger_get(tx, &row, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    vv_ledger_rollback(&tx);
    return row;
}

static int64_t count_in_database(const char *table)
{
    struct vv_sql_options options = {.read_only = true};
    struct vv_sql_statement *statement;
    struct vv_value value;
    struct vv_sql *sql;
    char text[100];

    snprintf(text, sizeof text, "SELECT COUNT(*) FROM \"%s\"", table);
    assert_int_equal(vv_sql_open(dir.url, &options, &sql, NULL), VARVE_OK);
    assert_int_equal(vv_sql_prepare(sql, text, strlen(text), &statement, NULL), VARVE_OK);
    assert_int_equal(vv_sql_step(statement, NULL), VARVE_OK);
    assert_int_equal(vv_sql_column(statement, 0, &value, NULL), VARVE_OK);
    vv_sql_finalize(statement);
    vv_sql_close(sql);
    return value.as.integer;
}

/* How many rows of a table the system makes that version 1 did not have. */
static int64_t new_rows(const char *table)
{
    int64_t count = 0;

    for (size_t i = 0; i < vv_seed_count(); i++)
        count += strcmp(vv_seed_at(i)->table, table) == 0;
    if (strcmp(table, "vv_schema") == 0)
        return 1;
    return count > 0 ? count - 1 : 0; /* one of each is in the golden file */
}

/* A ledger of version 1 opens, with all its rows, and gets what version 2 adds. */
static void test_version_1(void **state)
{
    int64_t before[128];
    struct vv_buf text = {0};
    struct vv_ledger *ledger;
    struct vv_arena arena;
    struct vv_row row;
    uint64_t damaged;
    vv_error err;

    (void)state;
    assert_int_equal(vv_io_read_all(vv_io_posix(), golden, 1 << 20, &text, &err), VARVE_OK);
    vv_buf_char(&text, '\0');
    run_sql((const char *)text.data);
    vv_buf_deinit(&text);
    for (size_t i = 0; i < vv_catalog_count(); i++)
        if (vv_catalog_table(i)->kind == VV_TABLE_LEDGER)
            before[i] = count_in_database(vv_catalog_table(i)->name);

    assert_int_equal(open_ledger(true, &ledger, &err), VARVE_UNSUPPORTED);
    if (open_ledger(false, &ledger, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < vv_catalog_count(); i++) {
        const struct vv_table *table = vv_catalog_table(i);
        if (table->kind == VV_TABLE_LEDGER)
            assert_int_equal(count_of(ledger, table->name), before[i] + new_rows(table->name));
    }
    vv_arena_init(&arena, 0, NULL);
    row = get(ledger, &arena, "vv_schema", "Version", 1);
    row = get(ledger, &arena, "vv_schema", "Version", VV_CATALOG_VERSION);
    row = get(ledger, &arena, "TB_Reactions", "ReactId", 2);
    assert_string_equal(vv_row_get_text(&row, "Name"), "Станд. Предупреждение");
    assert_int_equal(vv_row_get_int(&row, "RFlags", 0), 3);
    assert_int_equal(vv_row_get_int(&row, "TxtColor", 0), 255);
    row = get(ledger, &arena, "TB_User", "UserId", 1);
    assert_true(vv_row_get_int(&row, "RightsCS", 0) == INT64_MAX);
    row = get(ledger, &arena, "TB_Objects", "ObjId", 200);
    assert_int_equal(vv_row_get_int(&row, "Period", 0), 8);
    row = get(ledger, &arena, "TB_Objects", "ObjId", 1);
    assert_int_equal(vv_row_get_int(&row, "Parent", -1), 0);
    assert_int_equal(vv_row_get_int(&row, "HashId", 0),
                     (int32_t)vv_crc32c(0, vv_row_get_text(&row, "Name"),
                                        strlen(vv_row_get_text(&row, "Name"))));
    vv_arena_deinit(&arena);
    assert_int_equal(vv_ledger_check(ledger, check_ledger, NULL, &damaged, &err), VARVE_OK);
    assert_int_equal(damaged, 0);
    vv_ledger_close(ledger);
}

/* Rows of the system's own that somebody removed or changed behind the ledger's back. */
static void test_reserved_rows_come_back(void **state)
{
    struct vv_ledger *ledger;
    struct vv_arena arena;
    struct vv_row row;

    (void)state;
    assert_int_equal(open_ledger(false, &ledger, NULL), VARVE_OK);
    vv_ledger_close(ledger);
    run_sql("DELETE FROM \"TB_Reactions\" WHERE \"ReactId\" = 3;"
            "UPDATE \"TB_Reactions\" SET \"Name\" = NULL, \"EvType\" = 3, \"RFlags\" = 8 WHERE "
            "\"ReactId\" = 1;"
            "DELETE FROM \"TB_Strings\" WHERE \"Part\" = 7;"
            "UPDATE \"TB_Strings\" SET \"Name\" = 'Unknown device' WHERE \"Part\" = 2 AND "
            "\"TextId\" = 0");
    assert_int_equal(open_ledger(false, &ledger, NULL), VARVE_OK);
    assert_int_equal(count_of(ledger, "TB_Reactions"), 4);
    assert_int_equal(count_of(ledger, "TB_Strings"), (int64_t)vv_seed_count() - 4);
    vv_arena_init(&arena, 0, NULL);
    row = get(ledger, &arena, "TB_Reactions", "ReactId", 3);
    assert_string_equal(vv_row_get_text(&row, "Name"), "Станд. Тревога");
    assert_int_equal(vv_row_get_int(&row, "EvType", -1), 2);
    assert_int_equal(vv_row_get_int(&row, "RFlags", -1), 15);
    row = get(ledger, &arena, "TB_Reactions", "ReactId", 1);
    assert_string_equal(vv_row_get_text(&row, "Name"), "Станд. Рабочее событие");
    assert_int_equal(vv_row_get_int(&row, "EvType", -1), 0);
    assert_int_equal(vv_row_get_int(&row, "RFlags", -1), 8);
    vv_arena_deinit(&arena);
    vv_ledger_close(ledger);
    run_sql("UPDATE \"TB_Strings\" SET \"Part\" = 100 WHERE \"Part\" = 2 AND \"TextId\" = 0 AND "
            "\"Name\" = 'Unknown device'");
    assert_int_equal(open_ledger(false, &ledger, NULL), VARVE_OK);
    assert_int_equal(count_of(ledger, "TB_Strings"), (int64_t)vv_seed_count() - 4 + 1);
    vv_ledger_close(ledger);
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_version_1, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reserved_rows_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_older_database, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_column_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_newer_database, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_ledger, setup, teardown),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: %s ledger.v1.sql\n", argv[0]);
        return 2;
    }
    golden = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
