/* buf_test.c: growth, formats at every border of the room, missing memory. */
#include "base/buf.h"

#include <string.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

static void test_additions(void **state)
{
    (void)state;
    struct vv_buf buf = {0};
    vv_buf_text(&buf, "a");
    vv_buf_char(&buf, 'b');
    vv_buf_format(&buf, "%03d", 7);
    vv_buf_add(&buf, NULL, 0);
    memcpy(vv_buf_grow(&buf, 2), "xy", 2);
    assert_string_equal((char *)buf.data, "ab007xy");
    assert_int_equal(buf.len, 7);
    vv_buf_reset(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal((char *)buf.data, "");
    vv_buf_deinit(&buf);
    assert_null(buf.data);
}

static void test_format_fits_at_every_length(void **state)
{
    (void)state;
    for (int before = 0; before < 130; before++) {
        for (int width = 1; width < 130; width++) {
            struct vv_buf buf = {0};
            memset(vv_buf_grow(&buf, (size_t)before), '.', (size_t)before);
            vv_buf_format(&buf, "%*d", width, 5);
            assert_int_equal(buf.len, before + width);
            assert_int_equal(buf.data[buf.len - 1], '5');
            assert_int_equal(buf.data[buf.len], 0);
            vv_buf_deinit(&buf);
        }
    }
}

static void test_take(void **state)
{
    (void)state;
    struct vv_buf buf = {0};
    size_t len = 99;
    assert_null(vv_buf_take(&buf, &len));
    assert_int_equal(len, 0);
    vv_buf_text(&buf, "steam");
    uint8_t *data = vv_buf_take(&buf, &len);
    assert_int_equal(len, 5);
    assert_string_equal((char *)data, "steam");
    assert_null(buf.data);
    vv_free(data);
}

static void test_no_memory_is_remembered(void **state)
{
    (void)state;
    struct vv_buf buf = {0};
    vv_buf_text(&buf, "kept");
    vv_alloc_fail_at(1, false);
    vv_buf_format(&buf, "%200d", 1);
    assert_true(buf.failed);
    assert_int_equal(buf.len, 4);
    assert_string_equal((char *)buf.data, "kept");
    vv_buf_text(&buf, "x"); /* there is memory again, but a piece is missing */
    vv_buf_format(&buf, "x");
    assert_int_equal(buf.len, 4);
    assert_null(vv_buf_grow(&buf, 1));
    assert_null(vv_buf_take(&buf, NULL));
    assert_false(buf.failed);

    vv_alloc_fail_at(1, false);
    vv_buf_format(&buf, "x"); /* without any memory so far */
    assert_true(buf.failed);
    vv_buf_reset(&buf);
    vv_buf_text(&buf, "y");
    assert_string_equal((char *)buf.data, "y");
    assert_false(vv_buf_reserve(&buf, SIZE_MAX - 1));
    vv_buf_deinit(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_additions),
        cmocka_unit_test(test_format_fits_at_every_length),
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_no_memory_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
