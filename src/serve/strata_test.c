/* strata_test.c: rows of documented strata over HTTP, on a running server. */
#include "history/strata.h"

#include "serve/server.h"
#include "serve/test_server.h"

#include "base/banned.h"

#define STRATA "/api/v1/strata/"

static struct test_server t;

static int start(void **state)
{
    (void)state;
    test_server_start(
        &t, (struct vv_server_options){.body_bytes = 64 << 20, .buffer_bytes = 256 << 20});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_server_stop(&t);
    return 0;
}

static void expect(const char *target, const char *headers, const char *body, int status,
                   const char *part)
{
    struct test_answer answer;

    test_request(&t, "POST", target, headers, body, strlen(body), &answer);
    if (answer.status != status || !strstr(test_body(&answer), part))
        fail_msg("%s: %d \"%s\", not %d with \"%s\"", target, answer.status, test_body(&answer),
                 status, part);
    test_answer_deinit(&answer);
}

static size_t count(const char *table, const char *key, const char *code)
{
    const struct vv_strata_scan_spec spec = {
        .table = table, .key = key, .code = code, .to_ms = INT64_MAX};
    struct vv_strata_scan *scan;
    const struct vv_row *row;
    size_t rows = 0;
    vv_error err;

    assert_ok(vv_strata_scan_open(t.store.set, &spec, &scan, &err), &err);
    while (vv_strata_scan_next(scan, &row, &err) == VARVE_OK)
        rows++;
    vv_strata_scan_close(scan);
    return rows;
}

static void frames_are_stored(void **state)
{
    (void)state;
    expect(STRATA "dcop_collect_bt", NULL,
           "[{\"tool_id\":\"P1\",\"claim_time\":\"2024-11-04T12:00:00Z\",\"n01\":1.5,\"n360\":7,"
           "\"s10\":\"x\",\"n02\":null},"
           "{\"VsPrimaryKey\":\"P1_20241104120001_RE\",\"n01\":2}]",
           200, "{\"table\":\"dcop_collect_bt\",\"stored\":2}");
    assert_int_equal(count("dcop_collect_bt", "P1", NULL), 2);
    expect(STRATA "dcop_collect_bt", NULL, "{\"VsPrimaryKey\":\"P1_20241104120001_RE\",\"n01\":3}",
           200, "\"stored\":1}");
    assert_int_equal(count("dcop_collect_bt", "P1", NULL), 2);
    expect(STRATA "dcop_event_bt", "Content-Type: text/csv\r\n",
           "VsPrimaryKey,kind,event_cate\nP1_20241104120000500_E7_0_SS,2,1\n"
           "P1_20241104120000900_E7_0_SS,2,0\n",
           200, "\"stored\":2}");
    assert_int_equal(count("dcop_event_bt", "P1", "E7"), 2);
}

static void all_or_none(void **state)
{
    (void)state;
    expect(STRATA "dcop_collect_bt", NULL,
           "[{\"VsPrimaryKey\":\"P1_20241104120001_SS\",\"n01\":1},"
           "{\"VsPrimaryKey\":\"P1_20241104120002_SS\",\"tool_id\":\"P2\"}]",
           400,
           "{\"error\":{\"code\":\"bad_value\",\"message\":\"dcop_collect_bt, row 2, column "
           "\\\"tool_id\\\": \\\"P2\\\" is not \\\"P1\\\", as VsPrimaryKey says\",\"row\":2}}");
    expect(STRATA "dcop_collect_bt", NULL,
           "[{\"VsPrimaryKey\":\"P1_20241104120001_SS\",\"n01\":1},{\"n361\":1}]", 400, "n361");
    expect(STRATA "dcop_collect_bt", NULL, "[{\"VsPrimaryKey\":\"P1_20241104120001_SS\"}", 400,
           "\"code\":\"syntax\"");
    expect(STRATA "dcop_collect_bt", NULL, "", 400, "\"code\":\"syntax\"");
    expect(STRATA "dcop_event_bt", "Content-Type: text/csv\r\n",
           "VsPrimaryKey,kind\nP1_20241104120000500_E7_0_SS,2\nP1_20241104120000_E7_0_SS,2\n", 400,
           "row 3");
    assert_int_equal(count("dcop_collect_bt", "P1", NULL), 0);
    assert_int_equal(count("dcop_event_bt", "P1", "E7"), 0);
}

static void names(void **state)
{
    (void)state;
    expect(STRATA "nothing", NULL, "[]", 404, "there is no stratum");
    expect(STRATA "TB_Dim", NULL, "[]", 501, "a table of the ledger");
    expect(STRATA "ScadaTagHistory", NULL, "[]", 501, "write them as samples");
    expect(STRATA "Trend", NULL, "[{\"ObjId\":1,\"DT\":1730721600,\"Val\":1}]", 404,
           "add {name: meters, layout: trend}");
    expect(STRATA "dcop_collect_bt?history=other", NULL, "[]", 501,
           "dcop_collect_bt stands in history");
    expect(STRATA "dcop_collect_bt", NULL, "[]", 200, "\"stored\":0}");
    expect(STRATA "ScadaTagPreProcessed_1_10_202411", NULL,
           "[{\"TagId\":5,\"Category\":3,\"Timestamp\":1730721600000,\"Quality\":192,"
           "\"CollectTimestamp\":1730721600000,\"DoubleVal\":2.5}]",
           200, "\"stored\":1}");
}

/* A point's rows are its samples: what is posted is what is live. */
static void trends_are_live(void **state)
{
    struct test_answer answer;

    (void)state;
    test_server_stop(&t);
    t.store = (struct test_set){.other_layout = VV_LAYOUT_TREND};
    test_server_start(&t, (struct vv_server_options){0});
    test_expect(&t, "POST", "/api/v1/tables/TB_Objects",
                "[{\"ObjId\":11,\"Type\":1,\"Name\":\"Power\"}]", 201, &answer);
    test_answer_deinit(&answer);
    expect("/api/v1/samples?history=other", NULL,
           "[{\"tag\":\"Power\",\"time\":1730721600400,\"value\":1}]", 204, "");
    expect(STRATA "Trend", NULL,
           "[{\"ObjId\":11,\"DT\":1730721602,\"Val\":2.5,\"Flag\":\"E\"},"
           "{\"ObjId\":11,\"DT\":1730721601,\"Val\":3},{\"ObjId\":12,\"DT\":1,\"Val\":4}]",
           200, "\"stored\":3}");
    test_expect(&t, "GET", "/api/v1/live", NULL, 200, &answer);
    if (!strstr(test_body(&answer), "\"time\":1730721602000,\"value\":2.5,\"quality\":64"))
        fail_msg("%s", test_body(&answer));
    test_answer_deinit(&answer);
    test_expect(&t, "GET", "/api/v1/history?tag=Power&from=1730721600&to=1730721700", NULL, 200,
                &answer);
    if (!strstr(test_body(&answer),
                "[[1730721600000,1,192],[1730721601000,3,192],[1730721602000,2.5,64]]"))
        fail_msg("%s", test_body(&answer));
    test_answer_deinit(&answer);
}

/* More than one atomic batch holds is refused as a whole. */
static void too_much(void **state)
{
    struct vv_buf body = {0};
    struct test_answer answer;

    (void)state;
    vv_buf_char(&body, '[');
    for (int i = 0; i < 150000; i++)
        vv_buf_format(
            &body,
            "%s{\"VsPrimaryKey\":\"P1_202411041%d%02d00_SS\",\"node_id\":\"plant-0001\","
            "\"s01\":\"0123456789012345678901234567890123456789012345678901234567890123\"}",
            i > 0 ? "," : "", i % 10, i % 60);
    vv_buf_char(&body, ']');
    test_request(&t, "POST", STRATA "dcop_collect_bt", NULL, body.data, body.len, &answer);
    assert_int_equal(answer.status, 413);
    assert_non_null(strstr(test_body(&answer), "a batch holds at most"));
    test_answer_deinit(&answer);
    vv_buf_deinit(&body);
    assert_int_equal(count("dcop_collect_bt", "P1", NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frames_are_stored, start, stop),
        cmocka_unit_test_setup_teardown(all_or_none, start, stop),
        cmocka_unit_test_setup_teardown(names, start, stop),
        cmocka_unit_test_setup_teardown(trends_are_live, start, stop),
        cmocka_unit_test_setup_teardown(too_much, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
