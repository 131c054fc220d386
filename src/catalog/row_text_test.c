#include "catalog/row_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "catalog/partition.h"

#include "base/banned.h"

static struct vv_arena arena;
static struct vv_row row;
static vv_error err;

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

static int column_of(const char *table, const char *column)
{
    assert_int_equal(vv_row_init(&row, vv_catalog_find(table), &arena, NULL), VARVE_OK);
    int index = vv_table_column(row.table, column, strlen(column), 0);
    assert_true(index >= 0);
    return index;
}

/* Reads a text and writes what came of it. */
static void check_text(const char *table, const char *column, const char *text, const char *back)
{
    const int index = column_of(table, column);
    struct vv_buf out = {0};

    if (vv_row_set_from_text(&row, index, text, strlen(text), &err))
        fail_msg("%s", err.message);
    vv_value_write_text(&row.table->columns[index], &row.values[index], &out);
    assert_string_equal(out.data ? (const char *)out.data : "", back);
    vv_buf_deinit(&out);
}

static void check_refused(const char *table, const char *column, const char *text, vv_status status,
                          const char *part)
{
    const int index = column_of(table, column);

    assert_int_equal(vv_row_set_from_text(&row, index, text, strlen(text), &err), status);
    if (!strstr(err.message, part) || !strstr(err.message, column))
        fail_msg("%s", err.message);
}

static void texts_are_read(void **state)
{
    (void)state;
    check_text("TB_Objects", "ObjId", "7", "7");
    check_text("TB_Objects", "ObjId", "-7", "-7");
    check_text("vv_follower", "Sequence", "-9223372036854775808", "-9223372036854775808");
    check_text("TB_Objects", "Koeff", "1.50", "1.5");
    check_text("TB_Objects", "Koeff", "1e-300", "1e-300");
    check_text("TB_Objects", "Koeff", "-0", "-0");
    check_text("vv_param_map", "Writable", "1", "true");
    check_text("vv_param_map", "Writable", "false", "false");
    check_text("vv_schema", "AppliedAt", "2024-11-05", "2024-11-05T00:00:00.000Z");
    check_text("vv_schema", "AppliedAt", "1730764800250", "2024-11-05T00:00:00.250Z");
    check_text("TB_Reports", "Source", "AAEC", "AAEC");
    check_text("TB_Dim", "Name", " =\"x\" ", " =\"x\" ");
    check_text("TB_Dim", "Name", "", "");
}

static void what_is_no_value_is_refused(void **state)
{
    (void)state;
    check_refused("TB_Objects", "ObjId", "", VARVE_BAD_VALUE, "no whole number");
    check_refused("TB_Objects", "ObjId", "7 ", VARVE_BAD_VALUE, "no whole number");
    check_refused("TB_Objects", "ObjId", " 7", VARVE_BAD_VALUE, "no whole number");
    check_refused("TB_Objects", "ObjId", "1.5", VARVE_BAD_VALUE, "no whole number");
    check_refused("TB_Objects", "ObjId", "9223372036854775808", VARVE_BAD_VALUE, "64 bits");
    check_refused("TB_Objects", "Koeff", "nan", VARVE_BAD_VALUE, "no number");
    check_refused("TB_Objects", "Koeff", "0x10", VARVE_BAD_VALUE, "no number");
    check_refused("TB_Objects", "Koeff", "1,5", VARVE_BAD_VALUE, "no number");
    check_refused("TB_Objects", "Koeff", "1e999", VARVE_BAD_VALUE, "double");
    check_refused("vv_param_map", "Writable", "yes", VARVE_BAD_VALUE, "true nor false");
    check_refused("vv_schema", "AppliedAt", "yesterday", VARVE_BAD_TIME, "");
    check_refused("TB_Reports", "Source", "A", VARVE_BAD_VALUE, "base64");
}

/* The first and the last instant of each form, which go out as text and as digits. */
static void times_come_back(void **state)
{
    static const int64_t times[] = {
        VV_PARTITION_MIN_MS, -9214560000001, -9214560000000,         -1, 0, 1,
        9214646399999,       9214646400000,  VV_PARTITION_MAX_MS - 1};
    const int index = column_of("vv_schema", "AppliedAt");

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const struct vv_value value = vv_value_int(times[i]);
        struct vv_buf out = {0};
        vv_value_write_text(&row.table->columns[index], &value, &out);
        assert_int_equal(vv_row_set_from_text(&row, index, (const char *)out.data, out.len, &err),
                         VARVE_OK);
        assert_int_equal(row.values[index].as.integer, times[i]);
        vv_buf_deinit(&out);
    }
}

static void doubles_come_back(void **state)
{
    static const double doubles[] = {5e-324, -1.7976931348623157e308, 0.1, 1e22, 123456.789,
                                     -0.0,   9007199254740993.0};
    const int index = column_of("TB_Objects", "Koeff");

    (void)state;
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) {
        const struct vv_value value = vv_value_double(doubles[i]);
        struct vv_buf out = {0};
        vv_value_write_text(&row.table->columns[index], &value, &out);
        assert_int_equal(vv_row_set_from_text(&row, index, (const char *)out.data, out.len, &err),
                         VARVE_OK);
        assert_memory_equal(&row.values[index].as.real, &doubles[i], sizeof doubles[i]);
        vv_buf_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_value_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(times_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(doubles_come_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
