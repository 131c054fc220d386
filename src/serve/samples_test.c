#include "serve/samples.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/test.h"

#include "base/banned.h"

#define NOW_MS 1795523542833

static vv_status parse(const char *json, struct vv_batch *batch, vv_error *err)
{
    vv_batch_init(batch, NULL);
    return vv_samples_parse(json, strlen(json), NOW_MS, batch, err);
}

static void describe(const struct vv_sample *s, struct vv_buf *out)
{
    vv_buf_format(out, "%.*s ", (int)s->name_len, s->name);
    switch (s->value.type) {
    case VV_TYPE_INTEGER:
        vv_buf_format(out, "i%lld", (long long)s->value.as.integer);
        break;
    case VV_TYPE_DATETIME:
        vv_buf_format(out, "t%lld", (long long)s->value.as.integer);
        break;
    case VV_TYPE_DOUBLE:
        vv_buf_format(out, "d%.17g", s->value.as.number);
        break;
    case VV_TYPE_BOOLEAN:
        vv_buf_text(out, s->value.as.boolean ? "true" : "false");
        break;
    case VV_TYPE_STRING:
        vv_buf_format(out, "[%.*s]", (int)s->value.text_len, s->value.as.text);
        break;
    default:
        vv_buf_text(out, "null");
        break;
    }
    vv_buf_format(out, " as %s %d @%lld", vv_type_name(s->register_type), s->quality,
                  (long long)s->time_ms);
}

static void good_rows(void **state)
{
    static const struct {
        const char *json, *sample;
    } rows[] = {
        {"[{\"tag\":\"A/b\",\"time\":1730764800000,\"value\":1.5,\"quality\":192}]",
         "A/b d1.5 as none 192 @1730764800000"},
        {"[{\"tag\":\"A\",\"time\":\"2024-11-05T00:00:00Z\",\"value\":1}]",
         "A i1 as Double 192 @1730764800000"},
        {"[{\"tag\":\"A\",\"time\":\"2024-11-05\",\"value\":1e2}]",
         "A d100 as none 192 @1730764800000"},
        {"[{\"value\":7,\"type\":\"integer\",\"tag\":\"A\"}]",
         "A i7 as Integer 192 @1795523542833"},
        {"[{\"tag\":\"A\",\"value\":7,\"type\":\"Double\"}]", "A d7 as Double 192 @1795523542833"},
        {"[{\"tag\":\"A\",\"value\":true,\"quality\":64}]", "A true as none 64 @1795523542833"},
        {"[{\"tag\":\"A\",\"value\":\"\\u0414\\n\"}]", "A [Д\n] as none 192 @1795523542833"},
        {"[{\"tag\":\"A\",\"value\":null,\"type\":\"string\"}]",
         "A null as String 0 @1795523542833"},
        {"[{\"tag\":\"A\",\"value\":5,\"type\":\"datetime\"}]",
         "A t5 as DateTime 192 @1795523542833"},
        {"[{\"tag\":\"A\",\"value\":\"2024-11-05\",\"type\":\"datetime\"}]",
         "A t1730764800000 as DateTime 192 @1795523542833"},
        {" [ {\"tag\":\"A\",\"time\":-1,\"value\":9223372036854775807} ] ",
         "A i9223372036854775807 as Double 192 @-1"},
        {"[{\"tag\":\"A\",\"value\":18446744073709551616}]",
         "A d1.8446744073709552e+19 as none 192 @1795523542833"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_batch batch;
        struct vv_buf out = {0};
        vv_error err = {0};

        assert_ok(parse(rows[i].json, &batch, &err), &err);
        if (batch.refused > 0)
            fail_msg("%s: %s", rows[i].json, batch.refusals[0].reason);
        assert_int_equal(batch.count, 1);
        assert_int_equal(batch.places[0], 1);
        describe(&batch.samples[0], &out);
        assert_string_equal((const char *)out.data, rows[i].sample);
        vv_buf_deinit(&out);
        vv_batch_deinit(&batch);
    }
}

/* The row is refused and those beside it are not. */
static void bad_rows(void **state)
{
    static const struct {
        const char *row;
        vv_status status;
        const char *field, *says;
    } rows[] = {
        {"{\"value\":1}", VARVE_BAD_NAME, "tag", "missing"},
        {"{\"tag\":5,\"value\":1}", VARVE_BAD_NAME, "tag", "not a text"},
        {"{\"tag\":\"A\"}", VARVE_BAD_VALUE, "value", "missing"},
        {"{\"tag\":\"A\",\"value\":1,\"time\":true}", VARVE_BAD_TIME, "time", "RFC 3339"},
        {"{\"tag\":\"A\",\"value\":1,\"time\":1.5}", VARVE_BAD_TIME, "time", "RFC 3339"},
        {"{\"tag\":\"A\",\"value\":1,\"time\":\"noon\"}", VARVE_SYNTAX, "time", "noon"},
        {"{\"tag\":\"A\",\"value\":1,\"quality\":-1}", VARVE_BAD_VALUE, "quality", "65535"},
        {"{\"tag\":\"A\",\"value\":1,\"quality\":65536}", VARVE_BAD_VALUE, "quality", "65535"},
        {"{\"tag\":\"A\",\"value\":1,\"quality\":\"good\"}", VARVE_BAD_VALUE, "quality", "whole"},
        {"{\"tag\":\"A\",\"value\":1,\"type\":\"float\"}", VARVE_BAD_VALUE, "type", "integer"},
        {"{\"tag\":\"A\",\"value\":1,\"type\":3}", VARVE_BAD_VALUE, "type", "integer"},
        {"{\"tag\":\"A\",\"value\":1.5,\"type\":\"integer\"}", VARVE_BAD_TYPE, "value",
         "says Integer, the value is Double"},
        {"{\"tag\":\"A\",\"value\":\"1\",\"type\":\"boolean\"}", VARVE_BAD_TYPE, "value",
         "says Boolean, the value is String"},
        {"{\"tag\":\"A\",\"value\":true,\"type\":\"datetime\"}", VARVE_BAD_TIME, "value", "RFC"},
        {"{\"tag\":\"A\",\"value\":1e999}", VARVE_BAD_VALUE, "value", "beyond a double"},
        {"{\"tag\":\"A\",\"tag\":\"B\",\"value\":1}", VARVE_BAD_VALUE, "tag", "twice"},
        {"{\"tag\":\"A\",\"value\":1,\"unit\":\"m\"}", VARVE_BAD_VALUE, NULL,
         "\"unit\" is unknown"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_buf json = {0};
        struct vv_batch batch;
        vv_error err = {0};

        vv_buf_format(&json, "[{\"tag\":\"X\",\"value\":1},%s,{\"tag\":\"Y\",\"value\":1}]",
                      rows[i].row);
        assert_ok(parse((const char *)json.data, &batch, &err), &err);
        assert_int_equal(batch.count, 2);
        assert_int_equal(batch.refused, 1);
        assert_int_equal(batch.refusals[0].place, 2);
        assert_int_equal(batch.refusals[0].status, rows[i].status);
        if (rows[i].field)
            assert_string_equal(batch.refusals[0].field, rows[i].field);
        else
            assert_null(batch.refusals[0].field);
        if (!strstr(batch.refusals[0].reason, rows[i].says))
            fail_msg("%s: \"%s\"", rows[i].row, batch.refusals[0].reason);
        vv_batch_deinit(&batch);
        vv_buf_deinit(&json);
    }
}

static void no_samples(void **state)
{
    static const struct {
        const char *json, *says;
    } rows[] = {
        {"", "byte"},
        {"{\"tag\":\"A\"}", "object stands"},
        {"5", "array of objects"},
        {"[5]", "array of objects"},
        {"[[]]", "array stands"},
        {"[{\"tag\":\"A\",\"value\":{}}]", "row 1: an object stands"},
        {"[{\"tag\":\"A\",\"value\":1},{\"tag\":[]}]", "row 2: an array stands"},
        {"[{\"tag\":\"A\",\"value\":1},{]", "row 2: "},
        {"[{\"tag\":\"A\",\"value\":1}", "row 1: "},
        {"[] []", "byte"},
        {"[{\"tag\":\"\xff\"}]", "row 1: "},
        {"[{\"tag\":\"A\",\"value\":NaN}]", "row 1: "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_batch batch;
        vv_error err = {0};

        assert_int_equal(parse(rows[i].json, &batch, &err), VARVE_SYNTAX);
        if (!strstr(err.message, rows[i].says))
            fail_msg("%s: \"%s\"", rows[i].json, err.message);
        vv_batch_deinit(&batch);
    }
}

static void refusals_are_capped(void **state)
{
    struct vv_buf json = {0};
    struct vv_batch batch;
    vv_error err = {0};

    (void)state;
    vv_buf_char(&json, '[');
    for (int i = 0; i < 250; i++)
        vv_buf_text(&json, i ? ",{}" : "{}");
    vv_buf_char(&json, ']');
    assert_ok(parse((const char *)json.data, &batch, &err), &err);
    assert_int_equal(batch.refused, 250);
    assert_int_equal(batch.listed, VV_BATCH_REFUSALS_MAX);
    vv_batch_deinit(&batch);
    vv_buf_deinit(&json);
}

static void the_budget_holds(void **state)
{
    struct vv_budget budget = {.limit_bytes = 40000};
    struct vv_buf json = {0};
    struct vv_batch batch;
    vv_error err = {0};

    (void)state;
    vv_buf_char(&json, '[');
    for (int i = 0; i < 5000; i++)
        vv_buf_text(&json, i ? ",{\"tag\":\"A\",\"value\":1}" : "{\"tag\":\"A\",\"value\":1}");
    vv_buf_char(&json, ']');
    vv_batch_init(&batch, &budget);
    assert_int_equal(vv_samples_parse((const char *)json.data, json.len, NOW_MS, &batch, &err),
                     VARVE_NO_MEMORY);
    assert_true(budget.used_bytes <= budget.limit_bytes);
    vv_batch_deinit(&batch);
    assert_int_equal(budget.used_bytes, 0);
    vv_buf_deinit(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_rows),        cmocka_unit_test(bad_rows),
        cmocka_unit_test(no_samples),       cmocka_unit_test(refusals_are_capped),
        cmocka_unit_test(the_budget_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
