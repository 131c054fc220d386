/* cell_test.c: what cells are judged to be, and cells as values of a type. */
#include "app/import/cell.h"

#include <math.h>
#include <string.h>

#include "app/import/clock.h"
#include "base/test.h"

#include "base/banned.h"

static enum vv_tag_type judged(const char *const *cells, char decimal)
{
    struct vv_import_judge judge = {0};
    for (uint64_t i = 0; cells[i]; i++)
        vv_import_judge_cell(&judge, cells[i], strlen(cells[i]), decimal, i + 1);
    return vv_import_judge_type(&judge);
}

static void test_judging(void **state)
{
    static const struct {
        char decimal;
        const char *cells[5];
        enum vv_tag_type type;
    } rows[] = {
        {'.', {NULL}, VV_TYPE_NONE},
        {'.', {"1", "-2", "+3", " 4 "}, VV_TYPE_INTEGER},
        {'.', {"9223372036854775807", "-9223372036854775808"}, VV_TYPE_INTEGER},
        {'.', {"9223372036854775808"}, VV_TYPE_DOUBLE},
        {'.', {"1", "2.5"}, VV_TYPE_DOUBLE},
        {'.', {"1e3", ".5", "5.", "-1.5E-3"}, VV_TYPE_DOUBLE},
        {'.', {"1", "NaN", "-inf"}, VV_TYPE_DOUBLE},
        {'.', {"true", "FALSE"}, VV_TYPE_BOOLEAN},
        {'.', {"true", "1"}, VV_TYPE_STRING},
        {'.', {"1", "x"}, VV_TYPE_STRING},
        {'.', {"1,5"}, VV_TYPE_STRING},
        {',', {"1,5", "2"}, VV_TYPE_DOUBLE},
        {',', {"1.5"}, VV_TYPE_STRING},
        {0, {"1.5", "1,5"}, VV_TYPE_DOUBLE},
        {0, {"1.000,5"}, VV_TYPE_STRING},
        {'.', {"."}, VV_TYPE_STRING},
        {'.', {"1e"}, VV_TYPE_STRING},
        {'.', {"0x10"}, VV_TYPE_STRING},
        {'.', {"--1"}, VV_TYPE_STRING},
        {'.', {"1 000"}, VV_TYPE_STRING},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(judged(rows[i].cells, rows[i].decimal), rows[i].type);

    struct vv_import_judge judge = {0};
    vv_import_judge_cell(&judge, "1", 1, '.', 7);
    vv_import_judge_cell(&judge, "ERR", 3, '.', 8);
    vv_import_judge_cell(&judge, "ERR2", 4, '.', 9);
    assert_int_equal(judge.text_line, 8);
    assert_string_equal(judge.text, "ERR");
    assert_int_equal(judge.texts, 2);
}

static struct vv_datum value_of(const char *cell, enum vv_tag_type type, vv_status wanted)
{
    struct vv_import_clock clock;
    struct vv_datum value;
    vv_error err = {0};
    assert_ok(vv_import_clock_init(&clock, NULL, NULL, &err), &err);
    vv_status status = vv_import_cell_value(cell, strlen(cell), '.', type, &clock, &value, &err);
    assert_int_equal(status, wanted);
    return value;
}

static void test_values(void **state)
{
    (void)state;
    assert_int_equal(value_of("-5", VV_TYPE_INTEGER, VARVE_OK).as.integer, -5);
    assert_int_equal(value_of("5.0", VV_TYPE_INTEGER, VARVE_OK).as.integer, 5);
    value_of("5.5", VV_TYPE_INTEGER, VARVE_BAD_TYPE);
    value_of("9223372036854775808", VV_TYPE_INTEGER, VARVE_BAD_TYPE);
    value_of("true", VV_TYPE_INTEGER, VARVE_BAD_TYPE);
    assert_true(value_of("5", VV_TYPE_DOUBLE, VARVE_OK).as.number == 5.0);
    assert_true(value_of("73.96732207", VV_TYPE_DOUBLE, VARVE_OK).as.number == 73.96732207);
    assert_true(signbit(value_of("-0", VV_TYPE_DOUBLE, VARVE_OK).as.number));
    assert_int_equal(value_of("-0", VV_TYPE_INTEGER, VARVE_OK).as.integer, 0);
    assert_int_equal(value_of("nan", VV_TYPE_DOUBLE, VARVE_OK).type, VV_TYPE_NONE);
    assert_int_equal(value_of("1e999", VV_TYPE_DOUBLE, VARVE_OK).type, VV_TYPE_NONE);
    value_of("", VV_TYPE_DOUBLE, VARVE_BAD_TYPE);
    assert_true(value_of("True", VV_TYPE_BOOLEAN, VARVE_OK).as.boolean);
    assert_false(value_of("0", VV_TYPE_BOOLEAN, VARVE_OK).as.boolean);
    value_of("2", VV_TYPE_BOOLEAN, VARVE_BAD_TYPE);
    assert_int_equal(value_of("2024-11-05", VV_TYPE_DATETIME, VARVE_OK).as.integer, 1730764800000);
    value_of("x", VV_TYPE_DATETIME, VARVE_SYNTAX);
    struct vv_datum text = value_of(" a ", VV_TYPE_STRING, VARVE_OK);
    assert_int_equal(text.text_len, 3);
    text = value_of("'=1", VV_TYPE_STRING, VARVE_OK);
    assert_memory_equal(text.as.text, "=1", 2);
    assert_int_equal(text.text_len, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judging),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
