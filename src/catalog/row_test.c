#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/row.h"

#include "base/banned.h"

static struct vv_arena arena;

static struct vv_row new_row(const char *table)
{
    struct vv_row row;
    assert_int_equal(vv_row_init(&row, vv_catalog_find(table), &arena, NULL), VARVE_OK);
    return row;
}

static struct vv_row new_point(void)
{
    struct vv_row row = new_row("TB_Objects");
    assert_int_equal(vv_row_set_text(&row, "Name", "Pressure", NULL), VARVE_OK);
    assert_int_equal(vv_row_set_int(&row, "Type", 1, NULL), VARVE_OK);
    assert_int_equal(vv_row_fill_presets(&row, NULL), VARVE_OK);
    return row;
}

static void check_fails(const struct vv_row *row, vv_status status, const char *message)
{
    vv_error err;
    assert_int_equal(vv_row_check(row, VV_ROW_WHOLE, &err), status);
    assert_string_equal(err.message, message);
}

static void test_set_and_get(void **state)
{
    struct vv_row row = new_point();

    (void)state;
    assert_int_equal(vv_row_set_int(&row, "Koeff", 2, NULL), VARVE_OK);
    assert_true(vv_row_get_double(&row, "Koeff", 0) == 2.0);
    assert_int_equal(vv_row_get(&row, "Koeff")->kind, VV_VALUE_DOUBLE);
    assert_int_equal(vv_row_set_double(&row, "Period", 3600.0, NULL), VARVE_OK);
    assert_int_equal(vv_row_get_int(&row, "Period", -1), 3600);
    assert_string_equal(vv_row_get_text(&row, "Name"), "Pressure");
    assert_null(vv_row_get_text(&row, "Formula"));
    assert_int_equal(vv_row_get_int(&row, "MemInd", -1), -1);
    assert_true(vv_row_is_null(&row, "MemInd"));
    assert_int_equal(vv_row_get_int(&row, "Parent", -1), 0);
    assert_int_equal(vv_row_check(&row, VV_ROW_WHOLE, NULL), VARVE_OK);
    vv_row_clear(&row);
    assert_true(vv_row_is_null(&row, "Name"));
}

static void test_wrong_types(void **state)
{
    struct vv_row row = new_point();
    vv_error err;

    (void)state;
    row.number = 3;
    assert_int_equal(vv_row_set_text(&row, "Type", "1", &err), VARVE_BAD_TYPE);
    assert_string_equal(err.message, "TB_Objects, row 3, column \"Type\": text given, int needed");
    assert_int_equal(vv_row_set_double(&row, "Type", 1.5, NULL), VARVE_BAD_TYPE);
    assert_int_equal(vv_row_set_double(&row, "Koeff", NAN, NULL), VARVE_BAD_TYPE);
    assert_int_equal(vv_row_set_double(&row, "Koeff", INFINITY, NULL), VARVE_BAD_TYPE);
    assert_int_equal(vv_row_set_int(&row, "Koeff", INT64_MAX, NULL), VARVE_BAD_TYPE);
    assert_int_equal(vv_row_set_int(&row, "Name", 1, NULL), VARVE_BAD_TYPE);
    row = new_row("vv_param_map");
    assert_int_equal(vv_row_set_int(&row, "Writable", 2, NULL), VARVE_BAD_TYPE);
    assert_int_equal(vv_row_set_int(&row, "Writable", 1, NULL), VARVE_OK);
}

static void test_checks(void **state)
{
    struct vv_row row = new_row("TB_Objects");
    char name[257];

    (void)state;
    row.number = 2;
    check_fails(&row, VARVE_BAD_VALUE, "TB_Objects, row 2, column \"Type\": a value is needed");
    row = new_point();
    (void)vv_row_set_int(&row, "Type", 9, NULL);
    check_fails(&row, VARVE_BAD_VALUE, "TB_Objects, column \"Type\": 9 is none of 0, 1, 2, 3, 4");
    row = new_point();
    (void)vv_row_set_int(&row, "ObjId", 0x10000000, NULL);
    check_fails(&row, VARVE_BAD_VALUE,
                "TB_Objects, column \"ObjId\": 268435456 is outside 1 to 268435455");
    row = new_point();
    (void)vv_row_set_int(&row, "MemInd", 1LL << 31, NULL);
    check_fails(&row, VARVE_BAD_VALUE,
                "TB_Objects, column \"MemInd\": 2147483648 is outside "
                "-2147483648 to 2147483647");
    row = new_point();
    memset(name, 'x', 256);
    name[256] = '\0';
    (void)vv_row_set_text(&row, "Name", name, NULL);
    check_fails(&row, VARVE_BAD_VALUE,
                "TB_Objects, column \"Name\": 256 characters, at most 255 are allowed");
    (void)vv_row_set_text(&row, "Name", "\xC3", NULL);
    check_fails(&row, VARVE_BAD_NAME,
                "TB_Objects, column \"Name\": text that is not valid UTF-8, or has a NUL in it");
}

static void test_choices_of_text(void **state)
{
    struct vv_row row = new_row("vv_point_option");
    vv_error err;

    (void)state;
    (void)vv_row_set_int(&row, "ObjId", 1, NULL);
    assert_int_equal(vv_row_fill_presets(&row, NULL), VARVE_OK);
    assert_string_equal(vv_row_get_text(&row, "Mode"), "change");
    assert_int_equal(vv_row_check(&row, VV_ROW_WHOLE, NULL), VARVE_OK);
    (void)vv_row_set_text(&row, "Mode", "often", NULL);
    assert_int_equal(vv_row_check(&row, VV_ROW_WHOLE, &err), VARVE_BAD_VALUE);
    assert_string_equal(err.message, "vv_point_option, column \"Mode\": \"often\" is none of "
                                     "change, periodic, raw");
    (void)vv_row_set_int(&row, "Decimals", 16, NULL);
    (void)vv_row_set_text(&row, "Mode", "raw", NULL);
    assert_int_equal(vv_row_check(&row, VV_ROW_WHOLE, &err), VARVE_BAD_VALUE);
    assert_string_equal(err.message, "vv_point_option, column \"Decimals\": 16 is outside 0 to 15");
}

static void test_part_of_a_row(void **state)
{
    struct vv_row row = new_row("TB_Objects");
    vv_error err;

    (void)state;
    assert_int_equal(vv_row_set_text(&row, "ShortName", "P", NULL), VARVE_OK);
    assert_int_equal(vv_row_check(&row, VV_ROW_PART, &err), VARVE_BAD_VALUE);
    assert_int_equal(vv_row_set_int(&row, "ObjId", 7, NULL), VARVE_OK);
    assert_int_equal(vv_row_check(&row, VV_ROW_PART, NULL), VARVE_OK);
    assert_int_equal(vv_row_set_null(&row, "Name", NULL), VARVE_OK);
    assert_int_equal(vv_row_check(&row, VV_ROW_PART, &err), VARVE_BAD_VALUE);
}

static int setup(void **state)
{
    (void)state;
    vv_arena_init(&arena, 0, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_set_and_get, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_checks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_choices_of_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_part_of_a_row, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
