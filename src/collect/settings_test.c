/* settings_test.c: IniStr and ConnStr read, merged and split. */
#include <string.h>

#include "base/test.h"
#include "collect/settings.h"

static struct vv_arena arena;
static struct vv_setting_list list;
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

static void is(size_t at, const char *key, const char *value)
{
    assert_true(at < list.count);
    assert_string_equal(list.list[at].key, key);
    assert_string_equal(list.list[at].value, value);
}

static void test_parse(void **state)
{
    (void)state;
    assert_ok(vv_settings_parse("port=502  HOST=\"a b\" x_1='say \"hi\"' E=", &arena, &list, &err),
              &err);
    assert_int_equal(list.count, 4);
    is(0, "E", "");
    is(1, "HOST", "a b");
    is(2, "PORT", "502");
    is(3, "X_1", "say \"hi\"");
    assert_ok(vv_settings_parse(NULL, &arena, &list, &err), &err);
    assert_int_equal(list.count, 0);
    assert_ok(vv_settings_parse("  \t ", &arena, &list, &err), &err);
    assert_int_equal(list.count, 0);
    assert_ok(vv_settings_parse("A=b=c", &arena, &list, &err), &err);
    is(0, "A", "b=c");
}

static void refused(const char *text, vv_status status, const char *message)
{
    assert_int_equal(vv_settings_parse(text, &arena, &list, &err), status);
    if (strstr(err.message, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, err.message);
}

static void test_refused(void **state)
{
    char many[VV_SETTINGS_MAX * 8 + 16];
    size_t len = 0;

    (void)state;
    refused("HOST", VARVE_SYNTAX, "byte 1");
    refused("A=1 =2", VARVE_SYNTAX, "byte 5");
    refused("A=\"x", VARVE_SYNTAX, "the quote at byte 3");
    refused("A=\"x\"y", VARVE_SYNTAX, "byte 6");
    refused("A=1 a=2", VARVE_EXISTS, "A is there twice");
    for (int i = 0; i <= VV_SETTINGS_MAX; i++)
        len += (size_t)snprintf(many + len, sizeof many - len, "K%d=1 ", i);
    refused(many, VARVE_TOO_MANY, "more than 64");
}

static void test_merge_and_split(void **state)
{
    static const char *const line_keys[] = {"host", "PORT", NULL};
    struct vv_setting_list ini, conn, line, device;

    (void)state;
    assert_ok(vv_settings_parse("HOST=a PORT=502 UNIT=1", &arena, &ini, &err), &err);
    assert_ok(vv_settings_parse("UNIT=7 GAP=0", &arena, &conn, &err), &err);
    assert_ok(vv_settings_merge(&ini, &conn, &arena, &list, &err), &err);
    assert_int_equal(list.count, 4);
    is(0, "GAP", "0");
    is(3, "UNIT", "7");
    assert_ok(vv_settings_split(&list, line_keys, &arena, &line, &device, &err), &err);
    assert_int_equal(line.count, 2);
    assert_string_equal(line.list[0].key, "HOST");
    assert_int_equal(device.count, 2);
    assert_string_equal(device.list[1].value, "7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parse, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_merge_and_split, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
