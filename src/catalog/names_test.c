#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "catalog/names.h"

#include "base/banned.h"

static vv_status check(const char *name)
{
    return vv_tag_name_check(name, strlen(name), NULL);
}

static void test_tag_names(void **state)
{
    char longest[VV_NAME_MAX * 3 + 4];
    vv_error err;

    (void)state;
    assert_int_equal(check("a"), VARVE_OK);
    assert_int_equal(check("Boiler 1/Steam/Pressure"), VARVE_OK);
    assert_int_equal(check("变量_温度"), VARVE_OK);
    assert_int_equal(check("\xC2\xB0"
                           "C"),
                     VARVE_OK);
    assert_int_equal(check(""), VARVE_BAD_NAME);
    assert_int_equal(check("a\nb"), VARVE_BAD_NAME);
    assert_int_equal(check("a\x7F"), VARVE_BAD_NAME);
    assert_int_equal(check("a\xC2\x85"), VARVE_BAD_NAME);
    assert_int_equal(check("a\xFF"), VARVE_BAD_NAME);
    assert_int_equal(check("\xC0\xAF"), VARVE_BAD_NAME);
    assert_int_equal(vv_tag_name_check("a\0b", 3, &err), VARVE_BAD_NAME);
    assert_non_null(strstr(err.message, "byte 1"));

    /* The limit counts characters, not bytes. */
    for (int i = 0; i < VV_NAME_MAX + 1; i++)
        memcpy(longest + (size_t)i * 3, "温", 3);
    assert_int_equal(vv_tag_name_check(longest, VV_NAME_MAX * 3, NULL), VARVE_OK);
    assert_int_equal(vv_tag_name_check(longest, (VV_NAME_MAX + 1) * 3, &err), VARVE_BAD_NAME);
    assert_non_null(strstr(err.message, "255"));
}

/* Elements survive the way into a path and out again. */
static void test_paths(void **state)
{
    static const char *const names[] = {"Boiler 1", "a/b", "back\\slash", "what?*[x]", "", "温度"};
    struct vv_buf path = {0}, name = {0};
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        vv_path_add(&path, names[i], strlen(names[i]));
    assert_string_equal((char *)path.data, "Boiler 1/a\\/b/back\\\\slash/what\\?\\*\\[x]//温度");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(vv_path_next((char *)path.data, path.len, &at, &name, NULL), VARVE_OK);
        assert_int_equal(name.len, strlen(names[i]));
        assert_memory_equal(name.len > 0 ? (char *)name.data : "", names[i], name.len);
    }
    assert_int_equal(vv_path_next((char *)path.data, path.len, &at, &name, NULL), VARVE_END);
    vv_buf_deinit(&path);
    vv_buf_deinit(&name);
}

static void test_path_ends(void **state)
{
    struct vv_buf name = {0};
    size_t at = 0;

    (void)state;
    assert_int_equal(vv_path_next("", 0, &at, &name, NULL), VARVE_END);
    at = 0;
    assert_int_equal(vv_path_next("a\\", 2, &at, &name, NULL), VARVE_SYNTAX);
    at = 0;
    assert_int_equal(vv_path_next("a/", 2, &at, &name, NULL), VARVE_OK);
    assert_int_equal(vv_path_next("a/", 2, &at, &name, NULL), VARVE_OK);
    assert_int_equal(name.len, 0);
    assert_int_equal(vv_path_next("a/", 2, &at, &name, NULL), VARVE_END);
    vv_buf_deinit(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tag_names),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_path_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
