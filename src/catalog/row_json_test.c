#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "catalog/base64.h"
#include "catalog/row_json.h"

#include "base/banned.h"

static vv_status write_row(void *arg, struct vv_row *row, vv_error *err)
{
    struct vv_buf *out = arg;
    struct vv_json json;

    (void)err;
    vv_json_init(&json, out);
    vv_row_write_json(row, &json);
    return out->failed ? VARVE_NO_MEMORY : VARVE_OK;
}

/* Reads the rows and writes them one behind another. */
static vv_status echo(const char *table, const char *text, struct vv_buf *out, vv_error *err)
{
    struct vv_arena arena;
    vv_status status;

    vv_arena_init(&arena, 0, NULL);
    status =
        vv_rows_read_json(vv_catalog_find(table), text, strlen(text), &arena, write_row, out, err);
    vv_arena_deinit(&arena);
    return status;
}

static void check_echo(const char *table, const char *text, const char *expected)
{
    struct vv_buf out = {0};
    vv_error err = {0};

    if (echo(table, text, &out, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    assert_string_equal((char *)out.data, expected);
    vv_buf_deinit(&out);
}

static void check_refused(const char *table, const char *text, vv_status status,
                          const char *message)
{
    struct vv_buf out = {0};
    vv_error err = {0};

    assert_int_equal(echo(table, text, &out, &err), status);
    if (strstr(err.message, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, err.message);
    vv_buf_deinit(&out);
}

static void test_there_and_back(void **state)
{
    (void)state;
    check_echo("TB_Objects",
               " {\"Name\":\"Пар\", \"Type\":1, \"Koeff\":2, \"Max1\":1e3, \"DevId\":null}",
               "{\"Type\":1,\"DevId\":null,\"Name\":\"Пар\",\"Koeff\":2,\"Max1\":1000}");
    check_echo("TB_Dim", "[{\"Name\":\"kWh\"},{\"Name\":\"Hz\",\"DimId\":2}]",
               "{\"Name\":\"kWh\"}{\"DimId\":2,\"Name\":\"Hz\"}");
    check_echo("vv_param_map", "{\"Writable\":true}", "{\"Writable\":true}");
    check_echo(
        "vv_follower",
        "{\"Name\":\"w\",\"Sequence\":9007199254740993,\"UpdatedAt\":\"2024-11-05T00:00:00Z\"}",
        "{\"Name\":\"w\",\"Sequence\":9007199254740993,\"UpdatedAt\":1730764800000}");
}

static void test_refused(void **state)
{
    (void)state;
    check_refused("TB_Dim", "{\"Nam\":1}", VARVE_BAD_NAME,
                  "TB_Dim, row 1, column \"Nam\": there is no such column");
    check_refused("TB_Dim", "[{},{\"Name\":1}]", VARVE_BAD_TYPE,
                  "TB_Dim, row 2, column \"Name\": an integer given, text needed");
    check_refused("TB_Dim", "{\"Name\":\"a\",\"Name\":\"b\"}", VARVE_BAD_NAME, "given twice");
    check_refused("TB_Dim", "{\"Name\":[]}", VARVE_BAD_TYPE, "a list where a value is needed");
    check_refused("TB_Dim", "{\"Name\":{}}", VARVE_BAD_TYPE, "an object where a value is needed");
    check_refused("TB_Dim", "{\"DimId\":true}", VARVE_BAD_TYPE, "a Boolean given, int needed");
    check_refused("TB_Dim", "{\"DimId\":1.5}", VARVE_BAD_TYPE, "a number given, int needed");
    check_refused("vv_follower", "{\"Sequence\":9223372036854775808}", VARVE_BAD_VALUE,
                  "does not fit in 64 bits");
    check_refused("vv_follower", "{\"UpdatedAt\":\"yesterday\"}", VARVE_BAD_TIME, "UpdatedAt");
    check_refused("TB_Dim", "7", VARVE_BAD_TYPE, "row 1: a number where an object is needed");
    check_refused("TB_Dim", "[[{}]]", VARVE_BAD_TYPE, "a list where an object is needed");
    check_refused("TB_Dim", "{\"Name\":\"a\"", VARVE_SYNTAX, "TB_Dim: not JSON at byte");
    check_refused("TB_Dim", "", VARVE_SYNTAX, "not JSON");
    check_refused("TB_Dim", "{} {}", VARVE_SYNTAX, "not JSON");
    check_refused("TB_Dim", "{\"Name\":\"\xFF\"}", VARVE_SYNTAX, "not JSON");
}

/* However deep the brackets go, the second is refused: nothing grows with them. */
static void test_depth(void **state)
{
    char text[100001];

    (void)state;
    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    check_refused("TB_Dim", text, VARVE_BAD_TYPE, "a list where an object is needed");
}

static void test_base64(void **state)
{
    static const struct {
        const char *bytes, *text;
    } good[] = {{"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"}};
    static const char *const bad[] = {
        "Z", "Zg=", "Zg", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n"};
    uint8_t bytes[16];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct vv_buf out = {0};
        vv_base64_encode(&out, good[i].bytes, strlen(good[i].bytes));
        assert_int_equal(out.len, strlen(good[i].text));
        assert_memory_equal(out.len > 0 ? (char *)out.data : "", good[i].text, out.len);
        assert_true(vv_base64_decode(good[i].text, strlen(good[i].text), bytes, &len));
        assert_int_equal(len, strlen(good[i].bytes));
        assert_memory_equal(bytes, good[i].bytes, len);
        vv_buf_deinit(&out);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(vv_base64_decode(bad[i], strlen(bad[i]), bytes, &len));
}

/* Every allocation fails once: the answer is NO_MEMORY, and nothing leaks (the sanitizer looks). */
static void test_no_memory(void **state)
{
    const char *text = "[{\"Name\":\"kWh\"},{\"Name\":\"Hz\"}]";
    vv_status status = VARVE_NO_MEMORY;

    (void)state;
    for (uint64_t nth = 1; status != VARVE_OK; nth++) {
        struct vv_buf out = {0};
        vv_alloc_fail_at(nth, false);
        status = echo("TB_Dim", text, &out, NULL);
        vv_alloc_fail_at(0, false);
        vv_buf_deinit(&out);
        assert_true(status == VARVE_OK || status == VARVE_NO_MEMORY);
        assert_true(nth < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth),          cmocka_unit_test(test_base64),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
