/* edit_test.c: rows deleted and corrected, what the journal tells of it, and what is refused. */
#include "base/time.h"
#include "catalog/row.h"
#include "history/edit.h"
#include "history/test_set.h"

#include "base/banned.h"

static struct test_set t;
static struct test_rows found;

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    for (int i = 0; i < 300; i++)
        test_put(&t, "Boiler/Temperature", TEST_NOW_MS + i * 1000, vv_datum_double(i));
    test_put(&t, "Boiler/State", TEST_NOW_MS, vv_datum_string("on\n\"hot\"", 8));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_set_remove(&t);
    return 0;
}

static const struct vv_tag *tag_of(const char *name)
{
    const struct vv_tag *tag;
    assert_ok(vv_tag_find(t.set, NULL, name, strlen(name), &tag, &t.err), &t.err);
    return tag;
}

static size_t rows_of(const char *name)
{
    const struct vv_history_query_spec spec = {
        .name = name, .from_ms = 0, .to_ms = TEST_NOW_MS + 10000000};
    test_query(&t, &spec, &found);
    return found.count;
}

/* The newest entry of the journal, its texts in `event`, `before`, `after` ("" for null). */
static char event[300], before[8192], after[1024];

static void copy(const struct vv_row *row, const char *column, char *to, size_t size)
{
    const char *text = vv_row_get_text(row, column);
    snprintf(to, size, "%s", text ? text : "");
}

static int64_t read_journal(int64_t *priority)
{
    const struct vv_query query = {.table = vv_catalog_find("TB_Log"), .order = {{"LogId", true}}};
    struct vv_ledger_tx *tx;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;
    int64_t count = 0;
    assert_ok(vv_ledger_begin_read(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_ledger_count(tx, &query, &count, &t.err), &t.err);
    assert_ok(vv_ledger_select(tx, &query, &cursor, &t.err), &t.err);
    if (vv_ledger_next(cursor, &row, &t.err) == VARVE_OK) {
        copy(row, "Event", event, sizeof event);
        copy(row, "Before", before, sizeof before);
        copy(row, "After", after, sizeof after);
        *priority = vv_row_get_int(row, "Prior", -1);
        assert_int_equal(vv_row_get_int(row, "Category", -1), 8);
    }
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    return count;
}

static void test_deleting(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Boiler/Temperature"), tag_of("Boiler/State")};
    struct vv_deletion deletion = {.tags = tags,
                                   .count = 2,
                                   .from_ms = TEST_NOW_MS + 100000,
                                   .to_ms = TEST_NOW_MS + 250000,
                                   .edit = {.dry_run = true}};
    uint64_t rows[2] = {9, 9};
    int64_t priority, entries = read_journal(&priority);
    assert_ok(vv_history_delete(t.set, &deletion, rows, &t.err), &t.err);
    assert_true(rows[0] == 150 && rows[1] == 0);
    assert_int_equal(rows_of("Boiler/Temperature"), 300);
    assert_int_equal(read_journal(&priority), entries);
    deletion.edit = (struct vv_edit){.reason = "probe out", .origin = "test"};
    assert_ok(vv_history_delete(t.set, &deletion, rows, &t.err), &t.err);
    assert_true(rows[0] == 150 && rows[1] == 0);
    assert_int_equal(rows_of("Boiler/Temperature"), 150);
    assert_int_equal(found.times_ms[100], TEST_NOW_MS + 250000);
    assert_int_equal(read_journal(&priority), entries + 1); /* none where nothing was */
    assert_string_equal(event, "150 rows deleted of Boiler/Temperature");
    assert_string_equal(after, "{\"reason\":\"probe out\"}");
    assert_non_null(strstr(before, "\"rows\":150,\"first\":[[1730764900000,100,192],"));
    assert_non_null(strstr(before, "[1730764999000,199,192]]}")); /* a hundred of them */
    deletion.from_ms = 0;
    deletion.edit.reason = "all";
    assert_ok(vv_history_delete(t.set, &deletion, rows, &t.err), &t.err);
    assert_int_equal(rows_of("Boiler/State"), 0);
    assert_int_equal(read_journal(&priority), entries + 3);
    assert_non_null(strstr(before, "\"on\\n\\\"hot\\\"\""));
    test_put(&t, "Boiler/State", TEST_NOW_MS, vv_datum_string("new", 3));
    assert_int_equal(rows_of("Boiler/State"), 1);
}

/* A name whose type changed: the rows of its earlier types go with it. */
static void test_deleting_earlier_types(void **state)
{
    (void)state;
    struct vv_tag_declaration declaration = {
        .name = "Boiler/Temperature", .name_len = 18, .type = VV_TYPE_INTEGER};
    uint64_t rows;
    assert_ok(vv_tags_declare(t.set, NULL, &declaration, 1, &t.err), &t.err);
    test_put(&t, "Boiler/Temperature", TEST_NOW_MS + 400000, vv_datum_integer(5));
    assert_int_equal(rows_of("Boiler/Temperature"), 301);
    const struct vv_deletion deletion = {.tags = &declaration.tag,
                                         .count = 1,
                                         .from_ms = TEST_NOW_MS + 290000,
                                         .to_ms = INT64_MAX,
                                         .edit = {.reason = "r"}};
    assert_ok(vv_history_delete(t.set, &deletion, &rows, &t.err), &t.err);
    assert_int_equal(rows, 11);
    assert_int_equal(rows_of("Boiler/Temperature"), 290);
}

static vv_status correct(const struct vv_sample *samples, size_t count, const char *reason)
{
    const struct vv_write_options options = {0};
    const struct vv_edit edit = {.reason = reason, .origin = "test", .user_id = 0};
    struct vv_write_result result = {0};
    return vv_history_correct(t.set, samples, count, &options, &edit, &result, &t.err);
}

static void test_correcting(void **state)
{
    (void)state;
    int64_t priority, entries = read_journal(&priority);
    struct vv_sample samples[] = {
        test_sample("Boiler/Temperature", TEST_NOW_MS + 7000, vv_datum_double(70.5)),
        test_sample("Boiler/Temperature", TEST_NOW_MS + 7500, vv_datum_integer(71))};
    samples[0].quality = 64;
    assert_ok(correct(samples, 2, "from the paper log"), &t.err);
    assert_int_equal(rows_of("Boiler/Temperature"), 301);
    assert_true(found.values[7].as.number == 70.5 && found.quality[7] == 64);
    assert_int_equal(read_journal(&priority), entries + 2);
    assert_string_equal(before, ""); /* there was no row at the second one's time */
    assert_non_null(
        strstr(after, "\"value\":71,\"quality\":192,\"reason\":\"from the paper log\""));
    assert_ok(correct(samples, 1, "again"), &t.err);
    read_journal(&priority);
    assert_string_equal(before, "{\"value\":70.5,\"quality\":64}");
}

static void test_refusals(void **state)
{
    (void)state;
    char long_reason[VV_EDIT_REASON_MAX + 2];
    const struct vv_tag *const tag = tag_of("Boiler/Temperature");
    struct vv_deletion deletion = {
        .tags = &tag, .count = 1, .from_ms = 5, .to_ms = 5, .edit = {.reason = "r"}};
    int64_t priority, entries = read_journal(&priority);
    uint64_t rows;
    memset(long_reason, 'x', sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = 0;
    assert_int_equal(vv_history_delete(t.set, &deletion, &rows, &t.err), VARVE_BAD_TIME);
    deletion.to_ms = INT64_MAX;
    deletion.edit.reason = "";
    assert_int_equal(vv_history_delete(t.set, &deletion, &rows, &t.err), VARVE_BAD_VALUE);
    deletion.edit.reason = long_reason;
    assert_int_equal(vv_history_delete(t.set, &deletion, &rows, &t.err), VARVE_BAD_VALUE);
    deletion.count = VV_EDIT_TAGS_MAX + 1;
    deletion.edit.reason = "r";
    assert_int_equal(vv_history_delete(t.set, &deletion, &rows, &t.err), VARVE_LIMIT);

    struct vv_sample sample = test_sample("Boiler/None", TEST_NOW_MS, vv_datum_double(1));
    assert_int_equal(correct(&sample, 1, "r"), VARVE_NOT_FOUND);
    sample = test_sample("Boiler/Temperature", TEST_NOW_MS, vv_datum_string("x", 1));
    assert_int_equal(correct(&sample, 1, "r"), VARVE_BAD_TYPE);
    sample = test_sample("Boiler/Temperature", TEST_NOW_MS + VV_DAY_MS * 3, vv_datum_double(1));
    assert_int_equal(correct(&sample, 1, "r"), VARVE_BAD_TIME);
    assert_int_equal(correct(&sample, VV_EDIT_ROWS_MAX + 1, "r"), VARVE_LIMIT);
    assert_int_equal(correct(&sample, 1, NULL), VARVE_BAD_VALUE);
    assert_int_equal(rows_of("Boiler/Temperature"), 300);
    assert_int_equal(read_journal(&priority), entries);
}

/* The journal is told first: what it announced and did not happen has an entry of its own. */
static void test_a_failure_is_told(void **state)
{
    (void)state;
    const struct vv_tag *const tag = tag_of("Boiler/Temperature");
    const struct vv_deletion deletion = {
        .tags = &tag, .count = 1, .from_ms = 0, .to_ms = INT64_MAX, .edit = {.reason = "r"}};
    int64_t priority, entries = read_journal(&priority);
    char from[128], to[128];
    uint64_t rows;
    /* The log cannot go on in a folder that is not there: the store ends up read-only. */
    snprintf(from, sizeof from, "%s/main/log", t.dir);
    snprintf(to, sizeof to, "%s/main/gone", t.dir);
    assert_int_equal(rename(from, to), 0);
    vv_status status = vv_history_delete(t.set, &deletion, &rows, &t.err);
    assert_int_equal(rename(to, from), 0);
    assert_int_not_equal(status, VARVE_OK);
    assert_int_equal(rows_of("Boiler/Temperature"), 300);
    assert_int_equal(read_journal(&priority), entries + 2);
    assert_int_equal(priority, 2);
    assert_non_null(strstr(event, "the deletion announced before failed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_deleting, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleting_earlier_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_correcting, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_failure_is_told, setup, teardown),
    };
    return cmocka_run_group_tests_name("history edit", tests, NULL, NULL);
}
