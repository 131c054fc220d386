/* copy_test.c: ranges copied into another history and to other names; what is refused and told. */
#include "catalog/row.h"
#include "history/copy.h"
#include "history/test_set.h"

#include "base/banned.h"

#define ROWS 3000

static struct test_set t;
static struct test_rows source, target;

static void declare(const char *name, enum vv_tag_type type)
{
    struct vv_tag_declaration declaration = {.name = name, .name_len = strlen(name), .type = type};
    assert_ok(vv_tags_declare(t.set, NULL, &declaration, 1, &t.err), &t.err);
}

/* "Flow" in one write, each seventh row bad; "Mixed" of four types, one after the other. */
static void put_rows(void)
{
    static struct vv_sample samples[ROWS];
    for (int i = 0; i < ROWS; i++) {
        samples[i] = test_sample("Flow", TEST_NOW_MS - 1 - i * 1000LL, vv_datum_double(i / 3.0));
        samples[i].quality = i % 7 == 0 ? 64 : 192;
    }
    samples[5].value = vv_datum_null();
    samples[5].quality = 3;
    assert_ok(test_write(&t, samples, ROWS), &t.err);
    test_put(&t, "Mixed", TEST_NOW_MS - 5000, vv_datum_string("on \"hot\"", 8));
    declare("Mixed", VV_TYPE_BOOLEAN);
    test_put(&t, "Mixed", TEST_NOW_MS - 4000, vv_datum_boolean(true));
    declare("Mixed", VV_TYPE_DATETIME);
    test_put(&t, "Mixed", TEST_NOW_MS - 3000, vv_datum_datetime(TEST_NOW_MS));
    declare("Mixed", VV_TYPE_INTEGER);
    test_put(&t, "Mixed", TEST_NOW_MS - 2000, vv_datum_integer(INT64_C(9007199254740993)));
}

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    put_rows();
    return 0;
}

static int setup_trend(void **state)
{
    (void)state;
    t = (struct test_set){.other_layout = VV_LAYOUT_TREND};
    test_set_make_dir(&t);
    test_set_open(&t);
    put_rows();
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
    assert_ok(vv_tag_find(t.set, "main", name, strlen(name), &tag, &t.err), &t.err);
    return tag;
}

static void read_rows(const char *history, const char *name, struct test_rows *rows)
{
    const struct vv_history_query_spec spec = {
        .history = history, .name = name, .from_ms = 0, .to_ms = TEST_NOW_MS};
    test_query(&t, &spec, rows);
}

static void assert_same(const char *name, const char *history, const char *copy)
{
    read_rows("main", name, &source);
    read_rows(history, copy, &target);
    assert_int_equal(source.count, target.count);
    assert_memory_equal(source.times_ms, target.times_ms, source.count * sizeof(int64_t));
    assert_memory_equal(source.quality, target.quality, source.count * sizeof(int32_t));
    for (size_t i = 0; i < source.count; i++) {
        const struct vv_datum *a = &source.values[i], *b = &target.values[i];
        assert_int_equal(a->type, b->type);
        if (a->type == VV_TYPE_STRING)
            assert_int_equal(a->text_len, b->text_len); /* the texts themselves: test_texts */
        else if (a->type == VV_TYPE_BOOLEAN)
            assert_int_equal(a->as.boolean, b->as.boolean);
        else if (a->type != VV_TYPE_NONE)
            assert_int_equal(a->as.integer, b->as.integer); /* bit by bit */
    }
}

/* The journal's entries of category 6; the event of the newest. */
static char event[300];
static int64_t read_journal(void)
{
    const struct vv_query query = {.table = vv_catalog_find("TB_Log"), .order = {{"LogId", true}}};
    struct vv_ledger_tx *tx;
    struct vv_ledger_cursor *cursor;
    const struct vv_row *row;
    int64_t count = 0;
    event[0] = 0;
    assert_ok(vv_ledger_begin_read(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_ledger_select(tx, &query, &cursor, &t.err), &t.err);
    while (vv_ledger_next(cursor, &row, &t.err) == VARVE_OK) {
        if (vv_row_get_int(row, "Category", -1) != 6)
            continue;
        if (count++ == 0)
            snprintf(event, sizeof event, "%s", vv_row_get_text(row, "Event"));
    }
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    return count;
}

static struct vv_copied copied[2];

static vv_status run(const struct vv_tag *const *tags, size_t count, struct vv_copy copy)
{
    copy.tags = tags;
    copy.count = count;
    if (copy.to_ms == 0)
        copy.to_ms = TEST_NOW_MS;
    return vv_history_copy(t.set, &copy, copied, &t.err);
}

static void test_into_a_history(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Flow"), tag_of("Mixed")};
    const struct vv_tag *tag;
    assert_ok(run(tags, 2, (struct vv_copy){.into = "other", .dry_run = true}), &t.err);
    assert_true(copied[0].rows == ROWS && copied[1].rows == 4 && copied[1].refused == 0);
    assert_int_equal(vv_tag_find(t.set, "other", "Flow", 4, &tag, &t.err), VARVE_NOT_FOUND);
    assert_int_equal(read_journal(), 0);
    for (int again = 0; again < 2; again++) {
        assert_ok(run(tags, 2, (struct vv_copy){.into = "other"}), &t.err);
        assert_true(copied[0].rows == ROWS && copied[0].refused == 0);
        assert_true(copied[1].rows == 4 && copied[1].refused == 0);
        assert_same("Flow", "other", "Flow");
        assert_same("Mixed", "other", "Mixed");
    }
    assert_int_equal(read_journal(), 2);
    assert_string_equal(event, "3004 rows copied of 2 tags");
}

static void test_to_other_names(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Flow"), tag_of("Mixed")};
    assert_ok(run(tags, 2, (struct vv_copy){.prefix = "Trial/"}), &t.err);
    assert_same("Flow", "main", "Trial/Flow");
    assert_same("Mixed", "main", "Trial/Mixed");
    assert_ok(run(tags, 1,
                  (struct vv_copy){
                      .as = "Part", .from_ms = TEST_NOW_MS - 10001, .to_ms = TEST_NOW_MS - 1001}),
              &t.err);
    read_rows("main", "Part", &target); /* from is in it, to is not */
    assert_int_equal(copied[0].rows, 9);
    assert_int_equal(target.count, 9);
    assert_int_equal(target.times_ms[0], TEST_NOW_MS - 10001);
}

static void test_texts(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Mixed")};
    const struct vv_history_query_spec spec = {
        .history = "other", .name = "Mixed", .to_ms = TEST_NOW_MS};
    struct vv_history_query *query;
    struct vv_history_query_block block;
    assert_ok(run(tags, 1, (struct vv_copy){.into = "other"}), &t.err);
    assert_ok(vv_history_query_open(t.set, &spec, &query, &t.err), &t.err);
    assert_ok(vv_history_query_next(query, &block, &t.err), &t.err);
    assert_int_equal(block.values[0].type, VV_TYPE_STRING);
    assert_memory_equal(block.values[0].as.text, "on \"hot\"", 8);
    vv_history_query_close(query);
}

/* A target that is there keeps its type: what does not fit is counted, told, and left out. */
static void test_refused_rows(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Mixed")};
    struct vv_sample sample = test_sample("Level", TEST_NOW_MS - 9000, vv_datum_double(1));
    assert_ok(test_write(&t, &sample, 1), &t.err);
    assert_ok(run(tags, 1, (struct vv_copy){.as = "Level"}), &t.err);
    assert_true(copied[0].rows == 1 && copied[0].refused == 3);
    assert_non_null(strstr(copied[0].reason, "Level"));
    read_rows("main", "Level", &target);
    assert_int_equal(target.count, 2);
    assert_int_equal(read_journal(), 2);
    assert_string_equal(event, "the copy announced before: 3 rows were refused");
}

/* A history of layout TREND has points only. */
static void test_into_trend(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Flow"), tag_of("Mixed")};
    assert_ok(run(tags, 2, (struct vv_copy){.into = "other"}), &t.err);
    assert_true(copied[0].rows == 0 && copied[0].refused == ROWS);
    assert_true(copied[1].rows == 0 && copied[1].refused == 4);
    assert_non_null(strstr(copied[0].reason, "point"));
}

static bool stop_at_once(void *arg, const char *tag, uint64_t done, uint64_t all)
{
    assert_string_equal(tag, "Flow");
    assert_int_equal(all, ROWS);
    *(uint64_t *)arg = done;
    return false;
}

static void test_refusals(void **state)
{
    (void)state;
    const struct vv_tag *const tags[] = {tag_of("Flow"), tag_of("Mixed")};
    uint64_t done = 0;
    assert_int_equal(run(tags, 1, (struct vv_copy){.into = "main"}), VARVE_BAD_VALUE);
    assert_non_null(strstr(t.err.message, "itself"));
    assert_int_equal(run(tags, 1, (struct vv_copy){.as = "Flow"}), VARVE_BAD_VALUE);
    assert_int_equal(run(tags, 1, (struct vv_copy){0}), VARVE_BAD_VALUE);
    assert_int_equal(run(tags, 2, (struct vv_copy){.as = "One"}), VARVE_BAD_VALUE);
    assert_int_equal(run(tags, 1, (struct vv_copy){.as = "x", .prefix = "y"}), VARVE_BAD_VALUE);
    assert_int_equal(run(tags, 1, (struct vv_copy){.into = "none"}), VARVE_NOT_FOUND);
    assert_int_equal(run(tags, 1, (struct vv_copy){.into = "other", .from_ms = TEST_NOW_MS}),
                     VARVE_BAD_TIME);
    assert_int_equal(run(tags, 0, (struct vv_copy){.into = "other"}), VARVE_LIMIT);
    assert_int_equal(run(tags, 1, (struct vv_copy){.into = "other", .rows_max = ROWS - 1}),
                     VARVE_LIMIT);
    assert_int_equal(read_journal(), 0);
    assert_int_equal(
        run(tags, 1, (struct vv_copy){.into = "other", .watch = stop_at_once, .watch_arg = &done}),
        VARVE_CANCELLED);
    assert_true(done > 0 && done < ROWS);
    assert_int_equal(read_journal(), 2);
    assert_non_null(strstr(event, "failed: given up"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_into_a_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_to_other_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_into_trend, setup_trend, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
    };
    return cmocka_run_group_tests_name("history copy", tests, NULL, NULL);
}
