/* tag_rename_test.c: points renamed while their tags are read and written. */
#include "history/tag_rename.h"

#include <stdatomic.h>

#include "base/thread.h"
#include "history/test_set.h"

#include "base/banned.h"

#define RENAMES 200

static struct test_set t;

static void set_row(struct vv_row *row, struct vv_arena *arena, int64_t id)
{
    assert_ok(vv_row_init(row, vv_catalog_find("TB_Objects"), arena, &t.err), &t.err);
    assert_ok(vv_row_set_int(row, "ObjId", id, &t.err), &t.err);
}

static void add_object(int64_t id, int64_t type, int64_t parent, const char *name)
{
    struct vv_ledger_tx *tx;
    struct vv_arena arena;
    struct vv_row row;

    vv_arena_init(&arena, 0, NULL);
    set_row(&row, &arena, id);
    assert_ok(vv_row_set_int(&row, "Type", type, &t.err), &t.err);
    assert_ok(vv_row_set_int(&row, "Parent", parent, &t.err), &t.err);
    assert_ok(vv_row_set_text(&row, "Name", name, &t.err), &t.err);
    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_ledger_insert(tx, &row, &t.err), &t.err);
    assert_ok(vv_ledger_commit(&tx, &t.err), &t.err);
    vv_arena_deinit(&arena);
}

struct change {
    int64_t id;
    const char *name;
};

/* All in one transaction, which is kept or not. */
static vv_status rename_points(const struct change *list, size_t count, bool keep)
{
    struct vv_tag_rename *rename;
    struct vv_ledger_tx *tx;
    vv_status st = VARVE_OK;

    assert_ok(vv_tag_rename_begin(t.set, &rename, &t.err), &t.err);
    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    for (size_t i = 0; i < count && st == VARVE_OK; i++) {
        struct vv_row row, before, now;
        struct vv_arena arena;

        vv_arena_init(&arena, 0, NULL);
        set_row(&before, &arena, list[i].id);
        assert_ok(vv_ledger_get(tx, &before, &t.err), &t.err);
        set_row(&row, &arena, list[i].id);
        assert_ok(vv_row_set_text(&row, "Name", list[i].name, &t.err), &t.err);
        assert_ok(vv_ledger_update(tx, &row, &t.err), &t.err);
        set_row(&now, &arena, list[i].id);
        assert_ok(vv_ledger_get(tx, &now, &t.err), &t.err);
        st = vv_tag_rename_object(rename, tx, &before, &now, &t.err);
        vv_arena_deinit(&arena);
    }
    if (st == VARVE_OK && keep)
        st = vv_tag_rename_commit(rename, &tx, &t.err);
    vv_ledger_rollback(&tx);
    vv_tag_rename_end(&rename);
    return st;
}

static const struct vv_tag *find(const char *name)
{
    const struct vv_tag *tag;

    return vv_tag_find(t.set, NULL, name, strlen(name), &tag, &t.err) == VARVE_OK ? tag : NULL;
}

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    add_object(1, 0, 0, "Hall");
    add_object(2, 1, 1, "a");
    add_object(3, 1, 1, "b");
    test_put(&t, "Hall/a", TEST_NOW_MS, vv_datum_double(1));
    test_put(&t, "Hall/b", TEST_NOW_MS, vv_datum_double(2));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_set_remove(&t);
    return 0;
}

static void test_older_types_go_along(void **state)
{
    struct vv_tag_declaration d = {"Hall/a", 6, VV_TYPE_BOOLEAN, NULL};
    const struct change change = {2, "z"};
    const struct vv_tag *held = find("Hall/a"), *tag;
    int64_t id = held->id;

    (void)state;
    assert_ok(vv_tags_declare(t.set, NULL, &d, 1, &t.err), &t.err);
    assert_ok(rename_points(&change, 1, true), &t.err);
    assert_null(find("Hall/a"));
    tag = find("Hall/z");
    assert_int_equal(tag->id, d.tag->id);
    assert_int_equal(tag->older->id, id);
    assert_string_equal(tag->older->name, "Hall/z");
    assert_ptr_equal(vv_tag_at(t.set, tag->index), tag);
    assert_ptr_equal(vv_tag_at(t.set, held->index), tag->older);
    assert_string_equal(held->name, "Hall/a"); /* as it was found */
    /* A plant that was read before does not bring the name back. */
    assert_int_equal(vv_tags_declare_points(t.set, NULL, &d, 1, &t.err), VARVE_CHANGED);
    assert_null(find("Hall/a"));
    id = tag->id;
    test_set_close(&t);
    test_set_open(&t);
    assert_null(find("Hall/a"));
    assert_int_equal(find("Hall/z")->id, id);
    assert_non_null(find("Hall/z")->older);
}

static void test_names_pass_on(void **state)
{
    const struct change list[] = {{2, "c"}, {3, "a"}, {2, "b"}, {1, "Halle"}};
    const int64_t a = find("Hall/a")->id, b = find("Hall/b")->id;
    struct vv_tag_declaration d = {"copied", 6, VV_TYPE_DOUBLE, NULL};
    const struct vv_tag *tag;

    (void)state;
    assert_ok(rename_points(list, 4, false), &t.err);
    assert_int_equal(find("Hall/a")->id, a);
    assert_null(find("Halle/a"));
    assert_ok(rename_points(list, 4, true), &t.err);
    assert_int_equal(find("Halle/b")->id, a);
    assert_int_equal(find("Halle/a")->id, b);
    assert_null(find("Hall/a"));
    assert_null(find("Hall/b"));
    assert_null(find("Hall/c"));
    assert_int_equal(vv_tag_count(t.set), 2);
    /* A name that is no point may still be declared, and a free one is taken by another tag. */
    assert_ok(vv_tags_declare(t.set, NULL, &d, 1, &t.err), &t.err);
    test_put(&t, "Hall/a", TEST_NOW_MS, vv_datum_double(3));
    tag = find("Hall/a");
    assert_true(tag->id != a && tag->id != b);
}

static void test_conflict(void **state)
{
    const struct change list[] = {{2, "free"}, {3, "taken"}};
    const int64_t a = find("Hall/a")->id;

    (void)state;
    test_put(&t, "Hall/taken", TEST_NOW_MS, vv_datum_double(3));
    assert_int_equal(rename_points(list, 2, true), VARVE_CONFLICT);
    assert_non_null(strstr(t.err.message, "\"Hall/b\" cannot become \"Hall/taken\""));
    assert_int_equal(find("Hall/a")->id, a);
    assert_null(find("Hall/free"));
}

struct listed {
    size_t count;
    bool ordered;
    char last[64];
};

static bool note(void *arg, const struct vv_tag *tag)
{
    struct listed *l = arg;

    l->count++;
    l->ordered &= strcmp(l->last, tag->name) < 0;
    snprintf(l->last, sizeof l->last, "%s", tag->name);
    return true;
}

static atomic_bool stop;

/* Reads names by all ways while they change. */
static void read_names(void *arg)
{
    const struct vv_tag *held = arg;

    while (!atomic_load(&stop)) {
        const struct vv_tag *now = vv_tag_at(t.set, held->index);
        struct listed l = {.ordered = true};
        struct vv_tag_meta meta;
        vv_error err;

        assert_true(now->id == held->id && strncmp(now->name, "Hall/", 5) == 0);
        vv_tag_meta_get(t.set, held, &meta);
        assert_ok(vv_tags_list(t.set, &(struct vv_tag_list){0}, note, &l, NULL, &err), &err);
        assert_true(l.ordered);
    }
}

static void test_readers_go_on(void **state)
{
    const struct vv_tag *held = find("Hall/a");
    struct vv_thread reader;

    (void)state;
    atomic_store(&stop, false);
    assert_ok(vv_thread_start(&reader, "reader", read_names, (void *)(uintptr_t)held, &t.err),
              &t.err);
    for (int i = 0; i < RENAMES; i++) {
        const struct change change = {2, i % 2 == 0 ? "y" : "x"};

        assert_ok(rename_points(&change, 1, true), &t.err);
        assert_int_equal(find(i % 2 == 0 ? "Hall/y" : "Hall/x")->id, held->id);
    }
    atomic_store(&stop, true);
    vv_thread_join(&reader);
    assert_int_equal(vv_tags_renamed(t.set), RENAMES);
}

#define RENAME_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENAME_TEST(test_older_types_go_along),
        RENAME_TEST(test_names_pass_on),
        RENAME_TEST(test_conflict),
        RENAME_TEST(test_readers_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
