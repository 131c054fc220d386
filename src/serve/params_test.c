#include "serve/params.h"

#include <string.h>

#include "base/buf.h"
#include "base/test.h"

#include "base/banned.h"

static void show(const struct vv_params *params, struct vv_buf *out)
{
    vv_buf_text(out, "");
    for (size_t i = 0; i < params->count; i++)
        vv_buf_format(out, "%s<%s><%s>", i ? " " : "", params->list[i].name, params->list[i].value);
}

static void query_strings(void **state)
{
    static const struct {
        const char *query, *params; /* null: refused */
    } rows[] = {
        {"", ""},
        {"a=b", "<a><b>"},
        {"a=b&a=c&d", "<a><b> <a><c> <d><>"},
        {"&&a=1&", "<a><1>"},
        {"a=b=c", "<a><b=c>"},
        {"tag=Boiler+1%2FSteam%2fP", "<tag><Boiler 1/Steam/P>"},
        {"%D0%96=%e2%82%ac", "<Ж><€>"},
        {"a=%2B", "<a><+>"},
        {"=x", "<><x>"},
        {"a=%", NULL},
        {"a=%1", NULL},
        {"a=%zz", NULL},
        {"a=%00", NULL},
        {"a=%ff", NULL},
        {"a=%C0%80", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_arena arena;
        struct vv_params params = {.arena = &arena};
        struct vv_buf out = {0};
        vv_error err = {0};

        vv_arena_init(&arena, 0, NULL);
        vv_status status = vv_params_add_query(&params, rows[i].query, strlen(rows[i].query), &err);
        if (rows[i].params) {
            assert_ok(status, &err);
            show(&params, &out);
            assert_string_equal((const char *)out.data, rows[i].params);
        } else {
            assert_int_equal(status, VARVE_SYNTAX);
        }
        vv_buf_deinit(&out);
        vv_arena_deinit(&arena);
    }
}

static void json_objects(void **state)
{
    static const struct {
        const char *json, *params; /* null: refused */
    } rows[] = {
        {"{}", ""},
        {"{\"tag\":[\"a\",\"b\"],\"from\":5,\"bounds\":true,\"bad\":false}",
         "<tag><a> <tag><b> <from><5> <bounds><1> <bad><0>"},
        {"[]", NULL},
        {"5", NULL},
        {"{\"a\":{}}", NULL},
        {"{\"a\":[[]]}", NULL},
        {"{\"a\":null}", NULL},
        {"{\"a\":\"\\u0000\"}", NULL},
        {"{\"a\":1", NULL},
        {"{\"a\":1} x", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_arena arena;
        struct vv_params params = {.arena = &arena};
        struct vv_buf out = {0};
        vv_error err = {0};

        vv_arena_init(&arena, 0, NULL);
        vv_status status = vv_params_add_json(&params, rows[i].json, strlen(rows[i].json), &err);
        if (rows[i].params) {
            assert_ok(status, &err);
            show(&params, &out);
            assert_string_equal((const char *)out.data, rows[i].params);
        } else {
            assert_int_equal(status, VARVE_SYNTAX);
        }
        vv_buf_deinit(&out);
        vv_arena_deinit(&arena);
    }
}

static void reading(void **state)
{
    static const char query[] = "n=7&big=99&word=x&on=1&off=no&empty&t=now-1h&bad=yesterday";
    struct vv_arena arena;
    struct vv_params params = {.arena = &arena};
    vv_error err = {0};
    int64_t n;
    bool flag;
    size_t at = 0;

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    assert_ok(vv_params_add_query(&params, query, strlen(query), &err), &err);
    assert_ok(vv_params_integer(&params, "n", 1, 1, 10, &n, &err), &err);
    assert_int_equal(n, 7);
    assert_ok(vv_params_integer(&params, "none", 3, 1, 10, &n, &err), &err);
    assert_int_equal(n, 3);
    assert_int_equal(vv_params_integer(&params, "big", 1, 1, 10, &n, &err), VARVE_BAD_VALUE);
    assert_string_equal(err.message, "big is 1 to 10, not \"99\"");
    assert_int_equal(vv_params_integer(&params, "word", 1, 1, 10, &n, &err), VARVE_BAD_VALUE);
    assert_int_equal(vv_params_integer(&params, "empty", 1, 1, 10, &n, &err), VARVE_BAD_VALUE);
    assert_ok(vv_params_flag(&params, "on", &flag, &err), &err);
    assert_true(flag);
    assert_ok(vv_params_flag(&params, "empty", &flag, &err), &err);
    assert_true(flag);
    assert_ok(vv_params_flag(&params, "off", &flag, &err), &err);
    assert_false(flag);
    assert_int_equal(vv_params_flag(&params, "word", &flag, &err), VARVE_BAD_VALUE);
    assert_ok(vv_params_time(&params, "t", 0, 3600000, &n, &err), &err);
    assert_int_equal(n, 0);
    assert_int_equal(vv_params_time(&params, "bad", 0, 0, &n, &err), VARVE_SYNTAX);
    assert_non_null(strstr(err.message, "bad: "));
    assert_string_equal(vv_params_next(&params, "n", &at), "7");
    assert_null(vv_params_next(&params, "n", &at));
    vv_arena_deinit(&arena);
}

static void too_many(void **state)
{
    struct vv_arena arena;
    struct vv_params params = {.arena = &arena};
    struct vv_buf query = {0};
    vv_error err = {0};

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    for (int i = 0; i <= VV_PARAMS_MAX; i++)
        vv_buf_text(&query, "a&");
    assert_int_equal(vv_params_add_query(&params, (const char *)query.data, query.len, &err),
                     VARVE_LIMIT);
    vv_buf_deinit(&query);
    vv_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_strings),
        cmocka_unit_test(json_objects),
        cmocka_unit_test(reading),
        cmocka_unit_test(too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
