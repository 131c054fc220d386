/* utf8_test.c: all characters, and the forms that are none. */
#include "base/utf8.h"

#include <string.h>

#include "base/test.h"

#include "base/banned.h"

static size_t encode(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        to[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    to[0] = (char)((0xF00 >> size) | c);
    return size;
}

static void test_every_number(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x120000; c++) {
        char text[4];
        size_t size = encode(c, text);
        bool good = c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
        assert_int_equal(vv_utf8_char(text, size), good ? size : 0);
        assert_int_equal(vv_utf8_char(text, size - 1), 0);
    }
}

static void test_bad_forms(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xF8\x88\x80\x80\x80",
        "\xFF", "\xC3(",    "\xE2\x82("};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(vv_utf8_char(bad[i], strlen(bad[i])), 0);
        assert_false(vv_utf8_valid(bad[i], strlen(bad[i])));
    }
    assert_true(vv_utf8_valid("Käse 温度 \xF0\x9F\x94\xA5", 17));
    assert_true(vv_utf8_valid("", 0));
}

static void test_cut(void **state)
{
    (void)state;
    const char *text = "a\xC3\xA4\xE6\xB8\xA9"; /* one, two and three bytes */
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t max = 0; max < 8; max++) {
        assert_int_equal(vv_utf8_cut(text, 6, max), want[max]);
    }
    assert_int_equal(vv_utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_bad_forms),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
