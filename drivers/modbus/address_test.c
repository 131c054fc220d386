// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "address.h"

static void test_good(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum varve_data_type type;
        struct vv_mb_address address; // kind, bit, first, count
    } cases[] = {
        {"holding:0", VARVE_DATA_U16, {VV_MB_HOLDING, -1, 0, 1}},
        {"Holding:0x1F", VARVE_DATA_F32, {VV_MB_HOLDING, -1, 31, 2}},
        {"input:65535", VARVE_DATA_I16, {VV_MB_INPUT, -1, 65535, 1}},
        {"input:65532", VARVE_DATA_F64, {VV_MB_INPUT, -1, 65532, 4}},
        {"coil:7", VARVE_DATA_BIT, {VV_MB_COIL, -1, 7, 1}},
        {"discrete:7", VARVE_DATA_BIT, {VV_MB_DISCRETE, -1, 7, 1}},
        {"holding:100.15", VARVE_DATA_BIT, {VV_MB_HOLDING, 15, 100, 1}},
        {"holding:100/8", VARVE_DATA_TEXT, {VV_MB_HOLDING, -1, 100, 8}},
        {"40001", VARVE_DATA_U16, {VV_MB_HOLDING, -1, 0, 1}},
        {"40101", VARVE_DATA_I64, {VV_MB_HOLDING, -1, 100, 4}},
        {"465536", VARVE_DATA_U16, {VV_MB_HOLDING, -1, 65535, 1}},
        {"30001.3", VARVE_DATA_BIT, {VV_MB_INPUT, 3, 0, 1}},
        {"00001", VARVE_DATA_BIT, {VV_MB_COIL, -1, 0, 1}},
        {"100010", VARVE_DATA_BIT, {VV_MB_DISCRETE, -1, 9, 1}},
        {"30010/125", VARVE_DATA_TEXT, {VV_MB_INPUT, -1, 9, 125}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vv_mb_address got;
        struct varve_driver_error error = {0};
        if (vv_mb_address_parse(cases[i].text, cases[i].type, &got, &error) != 0)
            fail_msg("%s: %s", cases[i].text, error.text);
        assert_int_equal(cases[i].address.kind, got.kind);
        assert_int_equal(cases[i].address.bit, got.bit);
        assert_int_equal(cases[i].address.first, got.first);
        assert_int_equal(cases[i].address.count, got.count);
    }
}

static void test_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum varve_data_type type;
        const char *message;
    } cases[] = {
        {"", VARVE_DATA_U16, "write holding:N"},
        {"4001", VARVE_DATA_U16, "five or six digits"},
        {"20001", VARVE_DATA_U16, "first digit"},
        {"90001", VARVE_DATA_U16, "first digit"},
        {"40000", VARVE_DATA_U16, "count from 1"},
        {"465537", VARVE_DATA_U16, "count from 1"},
        {"register:5", VARVE_DATA_U16, "kinds are"},
        {"hold:5", VARVE_DATA_U16, "kinds are"},
        {"holding:", VARVE_DATA_U16, "0 to 65535"},
        {"holding:-1", VARVE_DATA_U16, "0 to 65535"},
        {"holding:65536", VARVE_DATA_U16, "0 to 65535"},
        {"holding:99999999999", VARVE_DATA_U16, "0 to 65535"},
        {"holding:0x", VARVE_DATA_U16, "0 to 65535"},
        {"holding:5 ", VARVE_DATA_U16, "nothing may follow"},
        {"holding:5.1", VARVE_DATA_U16, "data type bit"},
        {"coil:5.1", VARVE_DATA_BIT, "data type bit"},
        {"holding:5.16", VARVE_DATA_BIT, "0 (lowest) to 15"},
        {"holding:5", VARVE_DATA_BIT, "needs its number"},
        {"coil:5", VARVE_DATA_U16, "have data type bit"},
        {"holding:5/4", VARVE_DATA_U16, "data type text"},
        {"holding:5/0", VARVE_DATA_TEXT, "1 to 125"},
        {"holding:5/126", VARVE_DATA_TEXT, "1 to 125"},
        {"holding:5", VARVE_DATA_TEXT, "needs its length"},
        {"holding:65535", VARVE_DATA_F32, "beyond"},
        {"holding:65533", VARVE_DATA_I64, "beyond"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vv_mb_address got = {.count = 9};
        struct varve_driver_error error = {0};
        assert_int_equal(VARVE_SESSION_SETTING,
                         vv_mb_address_parse(cases[i].text, cases[i].type, &got, &error));
        assert_int_equal(0, got.count);
        if (strstr(error.text, cases[i].message) == NULL)
            fail_msg("\"%s\": \"%s\" does not say \"%s\"", cases[i].text, error.text,
                     cases[i].message);
    }
    assert_int_equal(VARVE_SESSION_SETTING,
                     vv_mb_address_parse(NULL, VARVE_DATA_U16, &(struct vv_mb_address){0}, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
