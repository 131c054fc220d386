/* error_test.c: the status list and the messages. */
#include "base/error.h"

#include <errno.h>
#include <string.h>

#include "base/test.h"
#include "base/utf8.h"

#include "base/banned.h"

static void test_list(void **state)
{
    (void)state;
    assert_string_equal(varve_status_name(VARVE_BAD_VALUE), "bad_value");
    assert_int_equal(varve_status_http(VARVE_NO_SPACE), 507);
    assert_true(varve_status_retry(VARVE_BUSY));
    assert_false(varve_status_retry(VARVE_CORRUPT));
    assert_string_equal(varve_status_text(VARVE_OK), "no error");
    assert_string_equal(varve_status_name((varve_status)4711), "unknown");
    assert_string_equal(varve_status_name((varve_status)-1), "unknown");
    assert_int_equal(varve_status_http((varve_status)4711), 500);
    for (int i = 0; i <= VARVE_INTERNAL; i++) { /* numbered without gaps, each name once */
        assert_string_not_equal(varve_status_name((varve_status)i), "unknown");
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(varve_status_name((varve_status)i),
                                    varve_status_name((varve_status)k));
        }
    }
}

static void test_fail(void **state)
{
    (void)state;
    vv_error err;
    assert_int_equal(vv_fail(&err, VARVE_BAD_NAME, "tag \"%s\"", "a\tb"), VARVE_BAD_NAME);
    assert_string_equal(err.message, "tag \"a\tb\"");
    assert_int_equal(err.status, VARVE_BAD_NAME);
    assert_int_equal(err.native, 0);
    vv_fail(&err, VARVE_BAD_NAME, "again: %s", err.message);
    assert_string_equal(err.message, "again: tag \"a\tb\"");
    vv_error_prefix(&err, "line %d", 3);
    assert_string_equal(err.message, "line 3: again: tag \"a\tb\"");
    assert_int_equal(err.status, VARVE_BAD_NAME);
    vv_error_clear(&err);
    assert_int_equal(err.status, VARVE_OK);
    assert_string_equal(err.message, "");
    assert_int_equal(vv_fail(NULL, VARVE_BUSY, "x"), VARVE_BUSY);
    vv_error_prefix(NULL, "x");
    vv_error_clear(NULL);
}

static void test_fail_errno(void **state)
{
    (void)state;
    static const struct {
        int native;
        vv_status status;
    } cases[] = {{ENOSPC, VARVE_NO_SPACE}, {EDQUOT, VARVE_NO_SPACE},  {ENOMEM, VARVE_NO_MEMORY},
                 {EEXIST, VARVE_EXISTS},   {ENOENT, VARVE_NOT_FOUND}, {EIO, VARVE_IO},
                 {987654, VARVE_IO}};
    vv_error err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(vv_fail_errno(&err, cases[i].native, "f"), cases[i].status);
        assert_int_equal(err.status, cases[i].status);
        assert_int_equal(err.native, cases[i].native);
        assert_int_equal(vv_fail_errno(NULL, cases[i].native, "f"), cases[i].status);
    }
    vv_fail_errno(&err, ENOENT, "%s", "plant.yaml");
    assert_string_equal(err.message, "plant.yaml: No such file or directory");
}

static void test_long_messages_are_cut_whole(void **state)
{
    (void)state;
    char path[1200];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(path, 'x', sizeof path);
        for (size_t i = shift; i + 3 < sizeof path; i += 3) {
            memcpy(path + i, "\xE6\xB8\xA9", 3);
        }
        path[sizeof path - 1] = '\0';
        vv_error err;
        vv_fail(&err, VARVE_IO, "%s", path);
        assert_in_range(strlen(err.message), 505, 507);
        assert_true(vv_utf8_valid(err.message, strlen(err.message)));
        vv_fail_errno(&err, ENOSPC, "%s", path);
        assert_true(vv_utf8_valid(err.message, strlen(err.message)));
        assert_non_null(strstr(err.message, ": No space left on device"));
        vv_error_prefix(&err, "%s", path);
        assert_true(vv_utf8_valid(err.message, strlen(err.message)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_fail),
        cmocka_unit_test(test_fail_errno),
        cmocka_unit_test(test_long_messages_are_cut_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
