/* Writers, readers and checkpoints at once, then the database's own check of every page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/thread.h"
#include "sql/ledger.h"
#include "sql/sql.h"
#include "sql/test_dir.h"

#include "base/banned.h"

#define WRITERS      3
#define READERS      2
#define TRANSACTIONS 40
#define ROWS         25 /* of one transaction: readers see a multiple of it */

static struct vv_ledger *ledger;
static atomic_int writing;
static atomic_int failures;

static void expect(vv_status status, const vv_error *err)
{
    if (status != VARVE_OK) {
        print_error("%s\n", err->message);
        atomic_fetch_add(&failures, 1);
    }
}

static void write_batch(int writer, int batch, vv_error *err)
{
    struct vv_arena arena;
    struct vv_ledger_tx *tx;
    vv_status status = vv_ledger_begin_write(ledger, &tx, err);

    vv_arena_init(&arena, 0, NULL);
    for (int i = 0; status == VARVE_OK && i < ROWS; i++) {
        struct vv_row row;
        char name[128];
        snprintf(name, sizeof name, "writer %d batch %d row %d %060d", writer, batch, i, i);
        status = vv_row_init(&row, vv_catalog_find("vv_rejected"), &arena, err);
        if (status == VARVE_OK)
            status = vv_row_set_text(&row, "Tag", name, err);
        if (status == VARVE_OK)
            status = vv_row_set_text(&row, "Reason", "a day ahead", err);
        if (status == VARVE_OK)
            status = vv_row_set_int(&row, "ReceivedAt", batch, err);
        if (status == VARVE_OK)
            status = vv_ledger_insert(tx, &row, err);
    }
    if (status == VARVE_OK && batch % 5 == 4)
        vv_ledger_rollback(&tx);
    else if (status == VARVE_OK)
        status = vv_ledger_commit(&tx, err);
    else
        vv_ledger_rollback(&tx);
    expect(status, err);
    vv_arena_deinit(&arena);
}

static void run_writer(void *arg)
{
    vv_error err;

    for (int batch = 0; batch < TRANSACTIONS; batch++)
        write_batch((int)(intptr_t)arg, batch, &err);
    atomic_fetch_sub(&writing, 1);
}

/* Counts over and over: never a part of a batch, and one state within a transaction. */
static void run_reader(void *arg)
{
    struct vv_query query = {.table = vv_catalog_find("vv_rejected")};

    (void)arg;
    while (atomic_load(&writing) > 0) {
        struct vv_ledger_tx *tx;
        int64_t first = 0, second = 0;
        vv_error err;
        vv_status status = vv_ledger_begin_read(ledger, &tx, &err);

        if (status == VARVE_OK)
            status = vv_ledger_count(tx, &query, &first, &err);
        if (status == VARVE_OK)
            status = vv_ledger_count(tx, &query, &second, &err);
        expect(status, &err);
        if (first != second || first % ROWS != 0)
            atomic_fetch_add(&failures, 1);
        vv_ledger_rollback(&tx);
    }
}

static void run_checkpoints(void *arg)
{
    (void)arg;
    while (atomic_load(&writing) > 0) {
        vv_error err;
        expect(vv_ledger_checkpoint(ledger, &err), &err);
    }
}

static void check_integrity(const char *url)
{
    static const char text[] = "PRAGMA integrity_check";
    struct vv_sql_options options = {.read_only = true};
    struct vv_sql_statement *statement;
    struct vv_value value;
    struct vv_sql *sql;

    assert_int_equal(vv_sql_open(url, &options, &sql, NULL), VARVE_OK);
    assert_int_equal(vv_sql_prepare(sql, text, strlen(text), &statement, NULL), VARVE_OK);
    assert_int_equal(vv_sql_step(statement, NULL), VARVE_OK);
    assert_int_equal(vv_sql_column(statement, 0, &value, NULL), VARVE_OK);
    assert_string_equal(value.as.data, "ok");
    vv_sql_finalize(statement);
    vv_sql_close(sql);
}

static void test_hammer(void **state)
{
    struct test_dir dir;
    struct vv_ledger_options options = {.url = dir.url};
    struct vv_thread threads[WRITERS + READERS + 1] = {0};
    struct vv_query query = {.table = vv_catalog_find("vv_rejected")};
    struct vv_ledger_tx *tx;
    int64_t count;
    size_t n = 0;

    (void)state;
    assert_int_equal(test_dir_make(&dir), 0);
    assert_int_equal(vv_ledger_open(&options, &ledger, NULL), VARVE_OK);
    atomic_store(&writing, WRITERS);
    for (intptr_t i = 0; i < WRITERS; i++)
        assert_int_equal(vv_thread_start(&threads[n++], "writer", run_writer, (void *)i, NULL),
                         VARVE_OK);
    for (int i = 0; i < READERS; i++)
        assert_int_equal(vv_thread_start(&threads[n++], "reader", run_reader, NULL, NULL),
                         VARVE_OK);
    assert_int_equal(vv_thread_start(&threads[n++], "checkpoint", run_checkpoints, NULL, NULL),
                     VARVE_OK);
    for (size_t i = 0; i < n; i++)
        vv_thread_join(&threads[i]);
    assert_int_equal(atomic_load(&failures), 0);

    assert_int_equal(vv_ledger_begin_read(ledger, &tx, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_count(tx, &query, &count, NULL), VARVE_OK);
    assert_int_equal(count, WRITERS * (TRANSACTIONS - TRANSACTIONS / 5) * ROWS);
    vv_ledger_rollback(&tx);
    vv_ledger_close(ledger);
    check_integrity(dir.url);
    test_dir_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hammer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
