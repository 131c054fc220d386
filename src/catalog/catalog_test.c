/* The descriptions themselves: whatever a table says must hang together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "catalog/catalog.h"
#include "catalog/row.h"
#include "catalog/seeds.h"

#include "base/banned.h"

static int column_of(const struct vv_table *table, const char *name)
{
    return vv_table_column(table, name, strlen(name), 0);
}

static void check_names(const struct vv_table *table, const char *const names[VV_KEY_COLUMNS])
{
    for (int i = 0; i < VV_KEY_COLUMNS && names[i] != NULL; i++) {
        if (column_of(table, names[i]) < 0)
            fail_msg("%s has no column %s", table->name, names[i]);
    }
}

static void check_column(const struct vv_table *table, int index)
{
    const struct vv_column *column = &table->columns[index];

    if (column->doc == NULL || column->doc[0] == '\0')
        fail_msg("%s.%s has no line of documentation", table->name, column->name);
    if (column_of(table, column->name) != index)
        fail_msg("%s.%s is there twice", table->name, column->name);
    if (column->flags & VV_COLUMN_AUTO) {
        assert_int_equal(vv_table_key_count(table), 1);
        assert_string_equal(table->key[0], column->name);
    }
    if (vv_table_is_key(table, index) && !(column->flags & VV_COLUMN_NOT_NULL))
        fail_msg("%s.%s is in the key but may be null", table->name, column->name);
    if (column->reference != VV_REFERENCE_NONE) {
        const struct vv_table *to = vv_catalog_find(column->to_table);
        if (to == NULL || column_of(to, column->to_column) < 0)
            fail_msg("%s.%s refers to %s.%s, which is not there", table->name, column->name,
                     column->to_table, column->to_column);
        else
            assert_int_equal(to->columns[column_of(to, column->to_column)].type, column->type);
    }
}

static void test_descriptions(void **state)
{
    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        assert_ptr_equal(vv_catalog_find(table->name), table);
        assert_non_null(table->doc);
        assert_true(vv_table_key_count(table) > 0);
        check_names(table, table->key);
        for (int i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++)
            check_names(table, table->indexes[i].columns);
        for (size_t i = 0; i < table->column_count; i++)
            check_column(table, (int)i);
    }
}

/* Every default is one that the table's own check passes. */
static void test_presets(void **state)
{
    struct vv_arena arena;

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        struct vv_row row;
        vv_error err = {0};

        assert_int_equal(vv_row_init(&row, table, &arena, NULL), VARVE_OK);
        assert_int_equal(vv_row_fill_presets(&row, &err), VARVE_OK);
        for (size_t i = 0; i < table->column_count; i++) {
            struct vv_value value = vv_value_int(1);
            if (table->columns[i].type == VV_COLUMN_TEXT)
                value = vv_value_text("1");
            if (vv_table_is_key(table, (int)i))
                assert_int_equal(vv_row_set(&row, (int)i, &value, &err), VARVE_OK);
        }
        if (vv_row_check(&row, VV_ROW_PART, &err) != VARVE_OK && err.status != VARVE_BAD_VALUE)
            fail_msg("%s", err.message);
        vv_arena_reset(&arena);
    }
    vv_arena_deinit(&arena);
}

/* Every reserved row is one that its table takes, and is there once. */
static void test_seeds(void **state)
{
    struct vv_arena arena;

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    for (size_t s = 0; s < vv_seed_count(); s++) {
        const struct vv_seed *seed = vv_seed_at(s);
        const struct vv_table *table = vv_catalog_find(seed->table);
        struct vv_row row;
        vv_error err = {0};

        assert_non_null(table);
        assert_int_equal(vv_row_init(&row, table, &arena, NULL), VARVE_OK);
        for (int i = 0; i < VV_SEED_CELLS && seed->cells[i].column != NULL; i++) {
            struct vv_value value = vv_seed_value(&seed->cells[i]);
            assert_int_equal(
                vv_row_set(&row, column_of(table, seed->cells[i].column), &value, &err), VARVE_OK);
        }
        if (vv_row_check(&row, VV_ROW_WHOLE, &err) != VARVE_OK)
            fail_msg("%s", err.message);
        assert_ptr_equal(vv_seed_find(&row), seed); /* the first with its key: there is no other */
        for (size_t i = 0; seed->fixed != NULL && seed->fixed[i] != NULL; i++)
            assert_non_null(vv_seed_fixed(seed, seed->fixed[i]));
        vv_arena_reset(&arena);
    }
    assert_null(vv_seed_at(vv_seed_count()));
    vv_arena_deinit(&arena);
}

static void test_frames(void **state)
{
    const struct vv_table *table = vv_catalog_find("dcop_collect_bt");

    (void)state;
    assert_non_null(table);
    assert_int_equal(table->column_count, 6 + 360 + 10);
    assert_string_equal(table->columns[6].name, "n01");
    assert_string_equal(table->columns[6 + 98].name, "n99");
    assert_string_equal(table->columns[6 + 99].name, "n100");
    assert_string_equal(table->columns[6 + 359].name, "n360");
    assert_string_equal(table->columns[6 + 360].name, "s01");
    assert_string_equal(table->columns[6 + 369].name, "s10");
    assert_int_equal(table->columns[6 + 369].width, 64);
}

static void test_find(void **state)
{
    const struct vv_table *objects = vv_catalog_find("TB_Objects");

    (void)state;
    assert_ptr_equal(vv_catalog_find("ScadaTagHistory_1_day_20241105"),
                     vv_catalog_find("ScadaTagHistory"));
    assert_ptr_equal(vv_catalog_find("ScadaTagPreProcessed_1_2_202411"),
                     vv_catalog_find("ScadaTagPreProcessed"));
    assert_null(vv_catalog_find("ScadaTagHistory_1_day_20241131"));
    assert_null(vv_catalog_find("tb_objects"));
    assert_int_equal(vv_table_column(objects, "Name", 4, 3), 4);
    assert_int_equal(vv_table_column(objects, "Nam", 3, 0), -1);
    assert_int_equal(vv_table_column(objects, "Namex", 5, 0), -1);
    assert_int_equal(vv_table_column(objects, "ObjId", 5, 1000), 0);
    assert_int_equal(vv_table_auto_column(objects), 0);
    assert_true(vv_table_is_key(objects, 0));
    assert_false(vv_table_is_key(objects, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptions), cmocka_unit_test(test_presets),
        cmocka_unit_test(test_seeds),        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
