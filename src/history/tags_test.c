/* tags_test.c: tags found, listed and declared; the plant's points and what they say of tags. */
#include <math.h>

#include "history/points.h"
#include "history/test_set.h"

static struct test_set t;

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_set_remove(&t);
    return 0;
}

struct listed {
    char names[1200][32];
    size_t count;
    size_t stop_at;
};

static bool note(void *arg, const struct vv_tag *tag)
{
    struct listed *l = arg;

    assert_true(l->count < 1200);
    snprintf(l->names[l->count++], sizeof l->names[0], "%s", tag->name);
    return l->count != l->stop_at;
}

static struct listed listed;

static bool list(const char *match, const char *after, size_t limit)
{
    const struct vv_tag_list spec = {.match = match, .after = after, .limit = limit};
    bool more;

    listed.count = 0;
    assert_ok(vv_tags_list(t.set, &spec, note, &listed, &more, &t.err), &t.err);
    return more;
}

static void test_listing(void **state)
{
    char name[32];

    (void)state;
    assert_false(list(NULL, NULL, 0));
    assert_int_equal(listed.count, 0);
    for (int i = 999; i >= 0; i--) {
        snprintf(name, sizeof name, "Area %d/Temperature %03d", i % 2, i);
        test_put(&t, name, TEST_NOW_MS, vv_datum_double(1));
        if (i == 500)
            list(NULL, NULL, 0); /* sorted once already: the others are merged in */
    }
    assert_false(list(NULL, NULL, 0));
    assert_int_equal(listed.count, 1000);
    for (size_t i = 1; i < listed.count; i++)
        assert_true(strcmp(listed.names[i - 1], listed.names[i]) < 0);
    assert_string_equal(listed.names[0], "Area 0/Temperature 000");
    assert_true(list("Area 1/*", NULL, 300));
    assert_int_equal(listed.count, 300);
    assert_string_equal(listed.names[299], "Area 1/Temperature 599");
    assert_false(list("Area 1/*", listed.names[299], 200));
    assert_int_equal(listed.count, 200);
    assert_string_equal(listed.names[0], "Area 1/Temperature 601");
    list("nothing", NULL, 0);
    assert_int_equal(listed.count, 0);
    listed.stop_at = 7;
    list(NULL, NULL, 0);
    assert_int_equal(listed.count, 7);
    listed.stop_at = 0;
}

static void test_bad_pattern(void **state)
{
    const struct vv_tag_list spec = {.match = "Area ["};

    (void)state;
    assert_int_equal(vv_tags_list(t.set, &spec, note, &listed, NULL, &t.err), VARVE_SYNTAX);
}

static void test_declared_again(void **state)
{
    struct vv_tag_declaration list[2] = {{"p", 1, VV_TYPE_DOUBLE, NULL},
                                         {"q", 1, VV_TYPE_BOOLEAN, NULL}};
    int64_t id;
    const struct vv_tag *tag;

    (void)state;
    assert_ok(vv_tags_declare(t.set, NULL, list, 2, &t.err), &t.err);
    id = list[0].tag->id;
    assert_int_equal(list[1].tag->type, VV_TYPE_BOOLEAN);
    assert_ok(vv_tags_declare(t.set, NULL, list, 2, &t.err), &t.err);
    assert_int_equal(list[0].tag->id, id);
    /* Another type: a new row; and the first type again: the first row. */
    list[0].type = VV_TYPE_INTEGER;
    assert_ok(vv_tags_declare(t.set, NULL, list, 1, &t.err), &t.err);
    assert_int_not_equal(list[0].tag->id, id);
    assert_int_equal(list[0].tag->older->id, id);
    assert_int_equal(vv_tag_count(t.set), 3);
    list[0].type = VV_TYPE_DOUBLE;
    assert_ok(vv_tags_declare(t.set, NULL, list, 1, &t.err), &t.err);
    assert_int_equal(list[0].tag->id, id);
    assert_int_equal(vv_tag_count(t.set), 3);
    assert_ok(vv_tag_find(t.set, NULL, "p", 1, &tag, &t.err), &t.err);
    assert_int_equal(tag->id, id);
    assert_ptr_equal(vv_tag_at(t.set, tag->index), tag);
    assert_null(vv_tag_at(t.set, 3));
    /* A name counts once in a list, with its present type. */
    listed.count = 0;
    assert_ok(vv_tags_list(t.set, &(struct vv_tag_list){0}, note, &listed, NULL, &t.err), &t.err);
    assert_int_equal(listed.count, 2);
    list[0].name = "";
    list[0].name_len = 0;
    assert_int_equal(vv_tags_declare(t.set, NULL, list, 1, &t.err), VARVE_BAD_NAME);
}

static void test_opened_again(void **state)
{
    const struct vv_tag *tag;
    int64_t id;

    (void)state;
    test_put(&t, "a", TEST_NOW_MS, vv_datum_integer(1));
    assert_ok(vv_tag_find(t.set, NULL, "a", 1, &tag, &t.err), &t.err);
    id = tag->id;
    test_set_close(&t);
    test_set_open(&t);
    assert_int_equal(vv_history_provider_id(vv_history_at(t.set, 0)), 1);
    assert_ok(vv_tag_find(t.set, "main", "a", 1, &tag, &t.err), &t.err);
    assert_int_equal(tag->id, id);
    assert_int_equal(tag->type, VV_TYPE_INTEGER);
    assert_int_equal(vv_tag_find(t.set, "other", "a", 1, &tag, &t.err), VARVE_NOT_FOUND);
}

static void test_unsupported(void **state)
{
    struct vv_history_options postgres = {.name = "x", .store = "postgres:dbname=x"};

    (void)state;
    assert_int_equal(vv_history_supported(&postgres, &t.err), VARVE_UNSUPPORTED);
    assert_non_null(strstr(t.err.message, "\"postgres\""));
    postgres.store = "native:";
    assert_ok(vv_history_supported(&postgres, &t.err), &t.err);
}

/* ---- points ---- */

struct cell {
    const char *column;
    const char *text; /* null: `number` */
    double number;
};

static void insert(struct vv_ledger_tx *tx, const char *table, const struct cell *cells)
{
    struct vv_arena arena;
    struct vv_row row;

    vv_arena_init(&arena, 0, NULL);
    assert_ok(vv_row_init(&row, vv_catalog_find(table), &arena, &t.err), &t.err);
    for (; cells->column != NULL; cells++) {
        struct vv_value v = cells->text != NULL ? vv_value_text(cells->text)
                            : cells->number == (double)(int64_t)cells->number
                                ? vv_value_int((int64_t)cells->number)
                                : vv_value_double(cells->number);
        int column = vv_table_column(row.table, cells->column, strlen(cells->column), 0);

        assert_true(column >= 0);
        assert_ok(vv_row_set(&row, column, &v, &t.err), &t.err);
    }
    assert_ok(vv_ledger_insert(tx, &row, &t.err), &t.err);
    vv_arena_deinit(&arena);
}

#define ROW(table, ...) insert(tx, table, (const struct cell[]){__VA_ARGS__, {NULL, NULL, 0}})

static void make_tree(void)
{
    struct vv_ledger_tx *tx;

    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    ROW("TB_Dim", {"DimId", NULL, 1}, {"Name", "kPa", 0});
    ROW("TB_Objects", {"ObjId", NULL, 1}, {"Type", NULL, 0}, {"Parent", NULL, 0},
        {"Name", "Boiler 1/2", 0});
    ROW("TB_Objects", {"ObjId", NULL, 2}, {"Type", NULL, 0}, {"Parent", NULL, 1},
        {"Name", "Steam", 0});
    ROW("TB_Objects", {"ObjId", NULL, 3}, {"Type", NULL, 1}, {"Parent", NULL, 2},
        {"Name", "Pressure", 0}, {"DimId", NULL, 1}, {"ShortName", "P", 0}, {"Min2", NULL, 0.5},
        {"Max1", NULL, 12});
    ROW("TB_Objects", {"ObjId", NULL, 4}, {"Type", NULL, 4}, {"Parent", NULL, 1},
        {"Name", "Valve", 0});
    ROW("vv_point_option", {"ObjId", NULL, 2}, {"HistoryId", NULL, 2}, {"Mode", "change", 0});
    ROW("vv_point_option", {"ObjId", NULL, 3}, {"Mode", "change", 0}, {"Period_s", NULL, 0.5},
        {"Decimals", NULL, 2}, {"Interpolation", "step", 0});
    assert_ok(vv_ledger_commit(&tx, &t.err), &t.err);
}

static void test_points(void **state)
{
    struct vv_points *points;
    const struct vv_plant_point *all;
    const struct vv_tag *tag;
    struct vv_tag_meta meta;
    size_t count;

    (void)state;
    make_tree();
    assert_ok(vv_points_load(t.ledger, &points, &t.err), &t.err);
    all = vv_points_all(points, &count);
    assert_int_equal(count, 2);
    assert_string_equal(all[0].path, "Boiler 1\\/2/Steam/Pressure");
    assert_string_equal(all[0].unit, "kPa");
    assert_int_equal(all[0].type, VV_TYPE_DOUBLE);
    assert_int_equal(all[0].period_ms, 500);
    assert_int_equal(all[0].history_id, 2);
    assert_false(all[0].control);
    assert_string_equal(all[1].path, "Boiler 1\\/2/Valve");
    assert_int_equal(all[1].type, VV_TYPE_BOOLEAN);
    assert_true(all[1].control);
    assert_int_equal(all[1].decimals, -1);
    assert_int_equal(all[1].history_id, 0);
    assert_ok(vv_tags_describe(t.set, points, &t.err), &t.err);
    vv_points_free(points);
    test_put(&t, "Boiler 1\\/2/Steam/Pressure", TEST_NOW_MS, vv_datum_double(1));
    assert_ok(vv_tag_find(t.set, NULL, "Boiler 1\\/2/Steam/Pressure", 26, &tag, &t.err), &t.err);
    vv_tag_meta_get(t.set, tag, &meta);
    assert_int_equal(meta.object_id, 3);
    assert_string_equal(meta.unit, "kPa");
    assert_string_equal(meta.title, "P");
    assert_int_equal(meta.decimals, 2);
    assert_true(meta.limits[0] == 0.5 && meta.limits[2] == 12);
    assert_true(isnan(meta.limits[1]) && isnan(meta.limits[3]));
    assert_int_equal(meta.line, 0);
    test_put(&t, "free", TEST_NOW_MS, vv_datum_double(1));
    assert_ok(vv_tag_find(t.set, NULL, "free", 4, &tag, &t.err), &t.err);
    vv_tag_meta_get(t.set, tag, &meta);
    assert_int_equal(meta.object_id, 0);
    assert_int_equal(meta.decimals, -1);
    assert_true(isnan(meta.limits[0]));
    assert_int_equal(meta.line, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_listing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_pattern, setup, teardown),
        cmocka_unit_test_setup_teardown(test_declared_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_opened_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unsupported, setup, teardown),
        cmocka_unit_test_setup_teardown(test_points, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
