#include "sql/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/time.h"
#include "sql/ledger.h"
#include "sql/test_dir.h"

#include "base/banned.h"

static struct test_dir dir;
static struct vv_ledger *ledger;
static struct vv_arena arena;

static int setup(void **state)
{
    struct vv_ledger_options options = {.url = dir.url};

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    if (test_dir_make(&dir) != 0)
        return -1;
    return vv_ledger_open(&options, &ledger, NULL) == VARVE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    vv_ledger_close(ledger);
    vv_arena_deinit(&arena);
    test_dir_remove(&dir);
    return 0;
}

static struct vv_ledger_tx *begin_write(void)
{
    struct vv_ledger_tx *tx;
    assert_int_equal(vv_ledger_begin_write(ledger, &tx, NULL), VARVE_OK);
    return tx;
}

/* The one entry of the journal. */
static struct vv_row only_entry(void)
{
    const struct vv_query all = {.table = vv_catalog_find("TB_Log")};
    struct vv_ledger_tx *tx;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *found;
    struct vv_row row;

    assert_int_equal(vv_row_init(&row, all.table, &arena, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_begin_read(ledger, &tx, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_select(tx, &all, &cursor, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_next(cursor, &found, NULL), VARVE_OK);
    for (size_t i = 0; i < all.table->column_count; i++)
        assert_int_equal(vv_row_set(&row, (int)i, &found->values[i], NULL), VARVE_OK);
    assert_int_equal(vv_ledger_next(cursor, &found, NULL), VARVE_END);
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    return row;
}

static void test_entry_is_kept_whole(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_CONFIGURATION,
                                           .priority = VV_JOURNAL_WARNING,
                                           .event = "TB_Devices 7 changed",
                                           .kind = VV_JOURNAL_DEVICE,
                                           .id = 7,
                                           .origin = "127.0.0.1",
                                           .before = "{\"IsActive\":1}",
                                           .after = "{\"IsActive\":0}",
                                           .user_id = 3,
                                           .time_ms = 1730764800999};

    (void)state;
    assert_int_equal(vv_journal_write(tx, &entry, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    struct vv_row row = only_entry();
    assert_int_equal(vv_row_get_int(&row, "Category", -1), 2);
    assert_int_equal(vv_row_get_int(&row, "Prior", -1), 1);
    assert_int_equal(vv_row_get_int(&row, "Tm", -1), 1730764800);
    assert_int_equal(vv_row_get_int(&row, "UserId", -1), 3);
    assert_int_equal(vv_row_get_int(&row, "RefId", -1), 0x10000007);
    assert_string_equal(vv_row_get_text(&row, "Event"), entry.event);
    assert_string_equal(vv_row_get_text(&row, "Origin"), entry.origin);
    assert_string_equal(vv_row_get_text(&row, "Before"), entry.before);
    assert_string_equal(vv_row_get_text(&row, "After"), entry.after);
}

static void test_entry_goes_with_its_transaction(void **state)
{
    const struct vv_query all = {.table = vv_catalog_find("TB_Log")};
    struct vv_ledger_tx *tx = begin_write();
    int64_t count;

    (void)state;
    assert_int_equal(vv_journal_write(tx, &(struct vv_journal_entry){.event = "x"}, NULL),
                     VARVE_OK);
    vv_ledger_rollback(&tx);
    assert_int_equal(vv_ledger_begin_read(ledger, &tx, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_count(tx, &all, &count, NULL), VARVE_OK);
    assert_int_equal(count, 0);
    vv_ledger_rollback(&tx);
}

/* A text from outside can neither forge a line, nor be too long, nor be no UTF-8. */
static void test_texts_are_made_harmless(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    char event[600] = "";
    const int64_t before_s = vv_now_ms() / 1000;

    (void)state;
    for (int i = 0; i < 200; i++)
        memcpy(event + 2 * i, "\xC3\xA9", 3);
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_MANUAL,
                                           .event = event,
                                           .id = 0x10000000,
                                           .origin = "a\r\nb\tc\x7F\xFF",
                                           .before = "{\n}",
                                           .after = "{\"t\":\"a\\nb\"}"};
    assert_int_equal(vv_journal_write(tx, &entry, NULL), VARVE_OK);
    assert_int_equal(vv_ledger_commit(&tx, NULL), VARVE_OK);
    struct vv_row row = only_entry();
    assert_int_equal(strlen(vv_row_get_text(&row, "Event")), 2 * 128);
    assert_string_equal(vv_row_get_text(&row, "Origin"), "a  b c ?");
    assert_string_equal(vv_row_get_text(&row, "Before"), "{ }");
    assert_string_equal(vv_row_get_text(&row, "After"), entry.after);
    assert_true(vv_row_is_null(&row, "RefId"));
    assert_true(vv_row_get_int(&row, "Tm", 0) >= before_s);
}

/* A category that there is not stops the change. */
static void test_bad_entry_is_refused(void **state)
{
    struct vv_ledger_tx *tx = begin_write();
    struct vv_journal_entry entry = {.event = "x"};
    vv_error err;

    (void)state;
    entry.category = (enum vv_journal_category)99;
    assert_int_equal(vv_journal_write(tx, &entry, &err), VARVE_BAD_VALUE);
    assert_non_null(strstr(err.message, "the journal cannot be written"));
    vv_ledger_rollback(&tx);
}

static void test_kinds(void **state)
{
    enum vv_journal_kind kind;

    (void)state;
    assert_true(vv_journal_kind_of("TB_Sheduler", &kind));
    assert_int_equal(kind, VV_JOURNAL_JOB);
    assert_true(vv_journal_kind_of("TB_Objects", &kind));
    assert_int_equal(kind, VV_JOURNAL_OBJECT);
    assert_false(vv_journal_kind_of("TB_Dim", &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_entry_is_kept_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_entry_goes_with_its_transaction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts_are_made_harmless, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_entry_is_refused, setup, teardown),
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
