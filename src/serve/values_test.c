#include "serve/values.h"

#include <string.h>

#include "base/test.h"

#include "base/banned.h"

/* Numbers are untouched, whatever they begin with. */
static void values(void **state)
{
    static const struct {
        struct vv_datum value;
        const char *cell, *json;
    } rows[] = {
        {{VV_TYPE_INTEGER, 0, {.integer = -5}}, "-5", "-5"},
        {{VV_TYPE_DOUBLE, 0, {.number = -0.5}}, "-0.5", "-0.5"},
        {{VV_TYPE_BOOLEAN, 0, {.boolean = true}}, "true", "true"},
        {{VV_TYPE_DATETIME, 0, {.integer = 1730764800250}},
         "2024-11-05T00:00:00.250Z",
         "1730764800250"},
        {{VV_TYPE_STRING, 3, {.text = "=\"x"}}, "\"'=\"\"x\"", "\"=\\\"x\""},
        {{VV_TYPE_NONE, 0, {0}}, "", "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_buf cell = {0}, text = {0};
        struct vv_json json;

        vv_buf_text(&cell, "");
        vv_csv_value(&cell, &rows[i].value);
        assert_string_equal((const char *)cell.data, rows[i].cell);
        vv_json_init(&json, &text);
        vv_datum_json(&json, &rows[i].value);
        assert_string_equal((const char *)text.data, rows[i].json);
        vv_buf_deinit(&cell);
        vv_buf_deinit(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
