/* json_test.c: nesting, text of every kind, doubles that read back. */
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/test.h"
#include "base/utf8.h"

#include "base/banned.h"

static void write_sample(struct vv_json *json)
{
    vv_json_object(json);
    vv_json_key(json, "rows");
    vv_json_array(json);
    vv_json_array(json);
    vv_json_int(json, INT64_MIN);
    vv_json_uint(json, UINT64_MAX);
    vv_json_double(json, 1.5);
    vv_json_end_array(json);
    vv_json_array(json);
    vv_json_end_array(json);
    vv_json_end_array(json);
    vv_json_key(json, "x\"");
    vv_json_null(json);
    vv_json_key(json, "b");
    vv_json_bool(json, true);
    vv_json_key(json, "raw");
    vv_json_raw(json, "{\"a\":1}", 7);
    vv_json_key(json, "t");
    vv_json_text(json, "\xC3\xA4");
    vv_json_end_object(json);
}

static const char *const sample =
    "{\"rows\":[[-9223372036854775808,18446744073709551615,1.5],[]],\"x\\\"\":null,\"b\":true,"
    "\"raw\":{\"a\":1},\"t\":\"\xC3\xA4\"}";

static void test_nesting(void **state)
{
    (void)state;
    struct vv_buf out = {0};
    struct vv_json json;
    vv_json_init(&json, &out);
    write_sample(&json);
    assert_string_equal((char *)out.data, sample);
    vv_buf_reset(&out);
    for (int i = 0; i < 32; i++) { /* as deep as is allowed, with a comma on each level */
        vv_json_array(&json);
        vv_json_int(&json, i);
    }
    for (int i = 0; i < 32; i++) {
        vv_json_end_array(&json);
        if (i < 31) {
            vv_json_int(&json, i);
        }
    }
    assert_memory_equal(out.data, "[0,[1,[2,[3,", 12);
    assert_string_equal((char *)out.data + out.len - 12, ",28],29],30]");
    vv_buf_deinit(&out);
}

static void check_text(const char *text, size_t len_bytes, const char *want)
{
    struct vv_buf out = {0};
    struct vv_json json;
    vv_json_init(&json, &out);
    vv_json_text_len(&json, text, len_bytes);
    assert_string_equal((char *)out.data, want);
    vv_buf_deinit(&out);
}

static void test_text(void **state)
{
    (void)state;
    check_text("", 0, "\"\"");
    check_text("a\0b", 3, "\"a\\u0000b\"");
    check_text("\b\t\n\f\r\x1f\x7f\"\\/", 10, "\"\\b\\t\\n\\f\\r\\u001f\x7f\\\"\\\\/\"");
    check_text("\xE6\xB8\xA9 \xF0\x9F\x94\xA5", 8, "\"\xE6\xB8\xA9 \xF0\x9F\x94\xA5\"");
    check_text("a\xFF\xC3", 3, "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
    check_text("\xED\xA0\x80", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    check_text("\xC0\xAFx", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBDx\"");
    /* Whatever comes in, what goes out is valid and on one line. */
    uint64_t seed = 3;
    for (int round = 0; round < 3000; round++) {
        char text[24];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = (char)(seed >> 56);
        }
        struct vv_buf out = {0};
        struct vv_json json;
        vv_json_init(&json, &out);
        vv_json_text_len(&json, text, sizeof text);
        assert_true(vv_utf8_valid((char *)out.data, out.len));
        for (size_t i = 0; i < out.len; i++) {
            assert_true(out.data[i] >= 0x20);
        }
        vv_buf_deinit(&out);
    }
}

static void check_double(double v, const char *want)
{
    char text[32];
    size_t len = vv_double_format(v, text);
    assert_string_equal(text, want);
    assert_int_equal(len, strlen(want));
}

/* Readers that tell integers from decimals must not lose its sign. */
static void test_negative_zero(void **state)
{
    struct vv_buf out = {0};
    struct vv_json json;
    (void)state;
    vv_json_init(&json, &out);
    vv_json_double(&json, -0.0);
    assert_string_equal((const char *)out.data, "-0.0");
    vv_buf_deinit(&out);
}

static void test_doubles(void **state)
{
    (void)state;
    check_double(0, "0");
    check_double(-0.0, "-0");
    check_double(1, "1");
    check_double(-1.5, "-1.5");
    check_double(0.1, "0.1");
    check_double(0.57, "0.57");
    check_double(1.005, "1.005");
    check_double(21.375, "21.375");
    check_double(0.000000001, "0.000000001");
    check_double(1e-10, "1e-10");
    check_double(123456789.123456, "123456789.123456");
    check_double(9007199254740991.0, "9007199254740991");
    check_double(1e22, "1e+22");
    check_double(1e300, "1e+300");
    check_double(0.1 + 0.2, "0.30000000000000004");
    check_double(5e-324, "5e-324");
    check_double(1.7976931348623157e308, "1.7976931348623157e+308");
    check_double((double)23.45f, "23.450000762939453");
    check_double(INFINITY, "inf");
    check_double(-INFINITY, "-inf");
    check_double(NAN, "nan");
    struct vv_buf out = {0};
    struct vv_json json;
    vv_json_init(&json, &out);
    vv_json_double(&json, NAN);
    vv_json_double(&json, -INFINITY);
    assert_string_equal((char *)out.data, "nullnull");
    vv_buf_deinit(&out);
}

static void check_round_trip(double v)
{
    char text[32];
    size_t len = vv_double_format(v, text);
    assert_true(len == strlen(text) && len < 32);
    assert_true(vv_double_bits(strtod(text, NULL)) == vv_double_bits(v));
}

static void test_doubles_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < 200000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        double v = vv_bits_double(seed ^ seed >> 29);
        if (isfinite(v)) {
            check_round_trip(v);
        }
        double decimal = (double)(int64_t)(seed >> 30) / pow(10, (double)(seed % 13));
        check_round_trip(decimal);
        check_round_trip((double)(float)decimal);
        check_round_trip(vv_bits_double(seed & 0x000FFFFFFFFFFFFFu)); /* below DBL_MIN */
    }
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double power = ldexp(1, exponent);
        check_round_trip(power);
        check_round_trip(-nextafter(power, 0));
        check_round_trip(nextafter(power, INFINITY));
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        struct vv_buf out = {0};
        struct vv_json json;
        vv_json_init(&json, &out);
        vv_alloc_fail_at(nth, false);
        write_sample(&json);
        vv_alloc_fail_at(0, false);
        bool failed = out.failed;
        if (!failed) {
            assert_string_equal((char *)out.data, sample);
        }
        vv_buf_deinit(&out);
        if (!failed) {
            assert_true(nth > 1);
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_negative_zero),
        cmocka_unit_test(test_doubles_round_trip),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
