/* live_test.c: the live table and its subscribers, fed through the gate. */
#include "base/thread.h"
#include "collect/gate.h"
#include "history/test_set.h"

static struct test_set t;
static struct vv_live *live;
static struct vv_gate gate;
static struct vv_arena arena;

static void open_live(void)
{
    assert_ok(vv_live_new(t.set, &live, &t.err), &t.err);
    gate = (struct vv_gate){.set = t.set, .live = live};
}

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    vv_arena_init(&arena, 0, NULL);
    open_live();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_live_free(live);
    vv_arena_deinit(&arena);
    test_set_remove(&t);
    return 0;
}

static void put(const char *name, int64_t time_ms, struct vv_datum value)
{
    const struct vv_sample sample = test_sample(name, time_ms, value);
    const struct vv_write_options options = {0};
    struct vv_write_result result = {0};
    vv_error err; /* several threads put */

    assert_ok(vv_gate_write(&gate, &sample, 1, &options, &result, &err), &err);
}

static bool get(const char *name, struct vv_live_entry *entry)
{
    const struct vv_tag *tag;

    assert_ok(vv_tag_find(t.set, NULL, name, strlen(name), &tag, &t.err), &t.err);
    return vv_live_get(live, tag, &arena, entry);
}

static void test_newest_stays(void **state)
{
    struct vv_live_entry e;

    (void)state;
    put("a", TEST_NOW_MS, vv_datum_double(1));
    assert_true(get("a", &e));
    assert_true(e.value.as.number == 1);
    assert_true(e.received_ms > 0);
    put("a", TEST_NOW_MS - 1, vv_datum_double(2)); /* late: stored, not live */
    assert_true(get("a", &e));
    assert_true(e.value.as.number == 1);
    put("a", TEST_NOW_MS, vv_datum_double(3)); /* the same time: the later one wins */
    assert_true(get("a", &e));
    assert_true(e.value.as.number == 3);
    put("t", TEST_NOW_MS, vv_datum_string("long text", 9));
    put("t", TEST_NOW_MS + 1, vv_datum_string("x", 1));
    assert_true(get("t", &e));
    assert_int_equal(e.value.text_len, 1);
    assert_string_equal(e.value.as.text, "x");
}

static void test_filled_at_start(void **state)
{
    struct vv_live_entry e;

    (void)state;
    put("a", TEST_NOW_MS - 5, vv_datum_double(1));
    put("a", TEST_NOW_MS, vv_datum_double(2));
    put("t", TEST_NOW_MS, vv_datum_string("text", 4));
    vv_live_free(live);
    test_set_close(&t);
    test_set_open(&t);
    open_live();
    assert_true(get("a", &e));
    assert_true(e.value.as.number == 2);
    assert_int_equal(e.received_ms, 0);
    assert_true(get("t", &e));
    assert_string_equal(e.value.as.text, "text");
}

static bool count_entry(void *arg, const struct vv_live_entry *entry)
{
    size_t *n = arg;

    assert_non_null(entry->tag);
    (*n)++;
    return true;
}

static void test_snapshot(void **state)
{
    struct vv_tag_declaration declared = {"A/none", 6, VV_TYPE_DOUBLE, NULL};
    struct vv_tag_list list = {.match = "A/*"};
    size_t n = 0;

    (void)state;
    put("A/1", TEST_NOW_MS, vv_datum_double(1));
    put("A/2", TEST_NOW_MS, vv_datum_double(1));
    put("B/1", TEST_NOW_MS, vv_datum_double(1));
    assert_ok(vv_tags_declare(t.set, NULL, &declared, 1, &t.err), &t.err);
    assert_ok(vv_live_snapshot(live, &list, &arena, count_entry, &n, &t.err), &t.err);
    assert_int_equal(n, 2);
    n = 0;
    assert_ok(vv_live_snapshot(live, NULL, &arena, count_entry, &n, &t.err), &t.err);
    assert_int_equal(n, 3);
    n = 0;
    list.limit = 1;
    assert_ok(vv_live_snapshot(live, &list, &arena, count_entry, &n, &t.err), &t.err);
    assert_int_equal(n, 1);
}

static void wake(void *arg)
{
    (*(int *)arg)++;
}

/* A reader that does not take gets the last value of each tag, once, and is woken once. */
static void test_coalesced(void **state)
{
    struct vv_live_sub *sub;
    struct vv_live_entry entries[8];
    struct vv_live_info info;
    int woken = 0;

    (void)state;
    put("s/1", TEST_NOW_MS, vv_datum_double(0));
    assert_ok(vv_live_subscribe(live, "s/*", true, wake, &woken, &sub, &t.err), &t.err);
    assert_true(vv_live_wait(sub, 0));
    assert_int_equal(vv_live_take(sub, entries, 8, &arena), 1);
    assert_int_equal(vv_live_take(sub, entries, 8, &arena), 0);
    assert_false(vv_live_wait(sub, 1));
    for (int i = 1; i <= 1000; i++) {
        put("s/1", TEST_NOW_MS + i, vv_datum_double(i));
        put("s/2", TEST_NOW_MS + i, vv_datum_double(-i));
        put("other", TEST_NOW_MS + i, vv_datum_double(i));
    }
    assert_int_equal(woken, 1);
    assert_int_equal(vv_live_take(sub, entries, 1, &arena), 1);
    assert_string_equal(entries[0].tag->name, "s/1");
    assert_true(entries[0].value.as.number == 1000);
    assert_int_equal(vv_live_take(sub, entries, 8, &arena), 1);
    assert_true(entries[0].value.as.number == -1000);
    assert_int_equal(vv_live_take(sub, entries, 8, &arena), 0);
    vv_live_info_get(live, &info);
    assert_int_equal(info.subscribers, 1);
    assert_int_equal(info.coalesced, 2 * 999);
    vv_live_unsubscribe(sub);
    put("s/1", TEST_NOW_MS + 5000, vv_datum_double(0));
    assert_int_equal(woken, 1);
    assert_int_equal(vv_live_subscribe(live, "[", false, NULL, NULL, &sub, &t.err), VARVE_SYNTAX);
}

/* Not stored, not shown. */
static const struct vv_tag *tag_of(const char *name)
{
    const struct vv_tag *tag;

    assert_ok(vv_tag_find(t.set, NULL, name, strlen(name), &tag, &t.err), &t.err);
    return tag;
}

/* The value that is shown is one that the history has. */
static void test_deleting_and_correcting(void **state)
{
    struct vv_live_entry e;
    struct vv_live_info info;
    struct vv_write_result result = {0};
    uint64_t rows[2];
    vv_error err;

    (void)state;
    for (int i = 0; i < 10; i++) {
        put("a", TEST_NOW_MS + i * 1000, vv_datum_double(i));
        put("b", TEST_NOW_MS + i * 1000, vv_datum_string("text", 4));
    }
    const struct vv_tag *const tags[] = {tag_of("a"), tag_of("b")};
    struct vv_deletion deletion = {.tags = tags,
                                   .count = 2,
                                   .from_ms = TEST_NOW_MS + 5000,
                                   .to_ms = TEST_NOW_MS + 60000,
                                   .edit = {.reason = "a broken probe", .dry_run = true}};
    assert_ok(vv_gate_delete(&gate, &deletion, rows, &err), &err);
    assert_true(rows[0] == 5 && rows[1] == 5);
    assert_true(get("a", &e) && e.value.as.number == 9);
    deletion.edit.dry_run = false;
    assert_ok(vv_gate_delete(&gate, &deletion, rows, &err), &err);
    assert_true(get("a", &e) && e.value.as.number == 4 && e.time_ms == TEST_NOW_MS + 4000);
    put("a", TEST_NOW_MS + 9000, vv_datum_double(7));
    assert_true(get("a", &e) && e.value.as.number == 7);

    struct vv_sample better = test_sample("a", TEST_NOW_MS + 9000, vv_datum_double(8));
    const struct vv_write_options options = {0};
    const struct vv_edit edit = {.reason = "read from the gauge"};
    assert_ok(vv_gate_correct(&gate, &better, 1, &options, &edit, &result, &err), &err);
    assert_true(get("a", &e) && e.value.as.number == 8);

    deletion.from_ms = 0;
    assert_ok(vv_gate_delete(&gate, &deletion, rows, &err), &err);
    assert_true(rows[0] == 6 && rows[1] == 5);
    assert_false(get("a", &e) || get("b", &e));
    vv_live_info_get(live, &info);
    assert_int_equal(info.entries, 0);
}

static void test_gate_refuses(void **state)
{
    const struct vv_sample samples[] = {
        test_sample("g", TEST_NOW_MS, vv_datum_double(1)),
        test_sample("g", -1, vv_datum_double(2)),
    };
    const struct vv_write_options options = {0};
    struct vv_write_result result = {0};
    struct vv_live_info info;

    (void)state;
    assert_int_equal(vv_gate_write(&gate, samples, 2, &options, &result, &t.err), VARVE_BAD_TIME);
    vv_live_info_get(live, &info);
    assert_int_equal(info.entries, 0);
    assert_int_equal(info.updates, 0);
    assert_int_equal(gate.failed_calls, 1);
}

/* Writers, a subscriber and newcomers at once: the subscriber ends with every tag's last value. */
#define WRITERS 3
#define ROUNDS  300

static void write_many(void *arg)
{
    const char *prefix = arg;
    char name[32];

    for (int i = 0; i < ROUNDS; i++) {
        snprintf(name, sizeof name, "%s/%d", prefix, i % 10);
        put(name, TEST_NOW_MS + i, vv_datum_double(i));
    }
}

static void test_threads(void **state)
{
    static char prefixes[WRITERS][4] = {"w/0", "w/1", "w/2"};
    struct vv_thread threads[WRITERS] = {0};
    struct vv_live_sub *sub;
    struct vv_live_entry entries[16];
    double last[WRITERS * 10] = {0};
    size_t n;

    (void)state;
    assert_ok(vv_live_subscribe(live, "w/**", false, NULL, NULL, &sub, &t.err), &t.err);
    for (int i = 0; i < WRITERS; i++)
        assert_ok(vv_thread_start(&threads[i], "writer", write_many, prefixes[i], &t.err), &t.err);
    for (int i = 0; i < 100; i++) {
        vv_live_wait(sub, 10);
        n = vv_live_take(sub, entries, 16, &arena);
        for (size_t k = 0; k < n; k++)
            last[entries[k].tag->index] = entries[k].value.as.number;
    }
    for (int i = 0; i < WRITERS; i++)
        vv_thread_join(&threads[i]);
    while ((n = vv_live_take(sub, entries, 16, &arena)) > 0)
        for (size_t k = 0; k < n; k++)
            last[entries[k].tag->index] = entries[k].value.as.number;
    vv_live_unsubscribe(sub);
    assert_int_equal(vv_tag_count(t.set), WRITERS * 10);
    for (uint32_t i = 0; i < WRITERS * 10; i++) {
        const struct vv_tag *tag = vv_tag_at(t.set, i);

        assert_true(last[i] == ROUNDS - 10 + (tag->name[tag->name_len - 1] - '0'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_newest_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_filled_at_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_snapshot, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coalesced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleting_and_correcting, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gate_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
