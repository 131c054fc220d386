/* sql_test.c: SQL over HTTP: what it answers, what it refuses, and that it never holds up others.
 */
#include "serve/server.h"

#include "serve/test_server.h"

#include "base/banned.h"

#define ENDLESS                                                                                    \
    "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x"
/* Some 400 KiB of rows, and then it runs on. */
#define LONG_TAIL                                                                                  \
    "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x"              \
    " WHERE n <= 60000"

static struct test_server t;

static int start(void **state)
{
    (void)state;
    test_server_start(&t, (struct vv_server_options){.query_s = 1, .queries = 3});
    test_put(&t.store, "a", TEST_NOW_MS, vv_datum_double(1.5));
    test_put(&t.store, "b", TEST_NOW_MS, vv_datum_string("=x", 2));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_server_stop(&t);
    return 0;
}

static void expect(const char *body, int status, const char *part)
{
    struct test_answer answer;

    test_expect(&t, "POST", "/api/v1/sql", body, status, &answer);
    if (!strstr(test_body(&answer), part))
        fail_msg("%s: \"%s\" has no \"%s\"", body, test_body(&answer), part);
    test_answer_deinit(&answer);
}

static void rows_as_json(void **state)
{
    (void)state;
    expect("{\"sql\":\"SELECT Id, Tag, Id / 2.0 AS half, NULL AS n, x'00FF' AS b"
           " FROM ScadaTagMapping ORDER BY Id\"}",
           200,
           "{\"columns\":[{\"name\":\"Id\",\"type\":\"integer\"},{\"name\":\"Tag\",\"type\":"
           "\"text\"},{\"name\":\"half\",\"type\":\"double\"},{\"name\":\"n\",\"type\":\"any\"},"
           "{\"name\":\"b\",\"type\":\"blob\"}],\"rows\":[[1,\"a\",0.5,null,\"AP8=\"],"
           "[2,\"b\",1,null,\"AP8=\"]],\"more\":false,\"elapsed_ms\":");
    expect("{\"sql\":\"SELECT Tag FROM ScadaTagMapping ORDER BY Id\",\"limit\":1}", 200,
           "\"rows\":[[\"a\"]],\"more\":true");
    expect("{\"sql\":\"SELECT ?1 + ?2, ?3, ?4, typeof(?2)\",\"params\":[1,2.5,\"x\",null]}", 200,
           "\"rows\":[[3.5,\"x\",null,\"real\"]]");
    expect("{\"sql\":\"SELECT DoubleVal FROM ScadaTagHistory WHERE TagId = ?\",\"params\":[1]}",
           200, "\"rows\":[[1.5]]");
    expect("{\"sql\":\"SELECT 9007199254740993\"}", 200, "[[9007199254740993]]");
    expect("{\"sql\":\"SELECT 1 WHERE 0\"}", 200, "\"rows\":[],\"more\":false");
}

static void rows_as_csv(void **state)
{
    struct test_answer answer;

    (void)state;
    test_expect(&t, "POST", "/api/v1/sql",
                "{\"sql\":\"SELECT Id, '=' || Tag AS \\\"a,b\\\", NULL, 0.1 FROM ScadaTagMapping"
                " ORDER BY Id\",\"format\":\"csv\"}",
                200, &answer);
    assert_string_equal(test_body(&answer), "Id,\"a,b\",NULL,0.1\r\n1,'=a,,0.1\r\n2,'=b,,0.1\r\n");
    assert_true(test_head_has(&answer, "Content-Type: text/csv"));
    test_answer_deinit(&answer);
    expect("{\"sql\":\"SELECT Id FROM ScadaTagMapping\",\"format\":\"csv\",\"limit\":1}", 200,
           "# more rows are left out");
}

static void what_is_refused(void **state)
{
    (void)state;
    expect("{\"sql\":\"SELECT\\n nix\"}", 400, "no such column: nix (line 2, column 2)");
    expect("{\"sql\":\"DELETE FROM ScadaTagMapping\"}", 403, "\"code\":\"denied\"");
    expect("{\"sql\":\"ATTACH '/tmp/x' AS x\"}", 403, "ATTACH is not allowed");
    expect("{\"sql\":\"PRAGMA writable_schema=ON\"}", 403, "PRAGMA writable_schema");
    expect("{\"sql\":\"SELECT load_extension('x')\"}", 403, "load_extension");
    expect("{\"sql\":\"SELECT zeroblob(1000000000)\"}", 413, "\"code\":\"limit\"");
    expect("{\"sql\":\"SELECT 1; SELECT 2\"}", 400, "one statement at a time");
    expect("{\"sql\":\"SELECT ?\"}", 400, "1 parameters, given are 0");
    expect("{\"sql\":\"" ENDLESS "\"}", 504, "longer than 1 s");
    expect("", 400, "not JSON");
    expect("[]", 400, "the body is {");
    expect("{}", 400, "sql is missing");
    expect("{\"sql\":7}", 400, "sql is a text");
    expect("{\"sql\":\"SELECT 1\",\"limit\":0}", 400, "limit is a whole number");
    expect("{\"sql\":\"SELECT 1\",\"limit\":1000001}", 400, "limit is a whole number");
    expect("{\"sql\":\"SELECT 1\",\"format\":\"xml\"}", 400, "format is json or csv");
    expect("{\"sql\":\"SELECT 1\",\"params\":[[1]]}", 400, "the body is {");
    expect("{\"sql\":\"SELECT 1\",\"wait\":1}", 400, "not \\\"wait\\\"");
    expect("{\"sql\":\"SELECT 1\"}", 200, "[[1]]");
}

static void only_a_post_of_the_own_pages(void **state)
{
    struct test_answer answer;

    (void)state;
    test_expect(&t, "GET", "/api/v1/sql", NULL, 405, &answer);
    test_answer_deinit(&answer);
    test_request(&t, "POST", "/api/v1/sql", "Origin: http://evil.example\r\n",
                 "{\"sql\":\"SELECT 1\"}", 18, &answer);
    assert_int_equal(answer.status, 403);
    test_answer_deinit(&answer);
}

static void an_end_behind_rows(void **state)
{
    struct test_answer answer;

    (void)state;
    test_expect(&t, "POST", "/api/v1/sql", "{\"sql\":\"" LONG_TAIL "\",\"limit\":100000}", 200,
                &answer);
    assert_true(answer.whole);
    assert_non_null(strstr(test_body(&answer), "],[60000]],\"more\":false,"));
    assert_non_null(strstr(test_body(&answer), "\"error\":{\"code\":\"timeout\""));
    test_answer_deinit(&answer);
    test_expect(&t, "POST", "/api/v1/sql",
                "{\"sql\":\"" LONG_TAIL "\",\"limit\":100000,\"format\":\"csv\"}", 200, &answer);
    assert_false(answer.whole);
    assert_non_null(strstr(test_body(&answer), "\r\n60000\r\n# error: the query took longer"));
    test_answer_deinit(&answer);
}

/* ---- long ones ---- */

static int send_query(const char *sql)
{
    struct vv_buf text = {0};
    int fd = test_connect(&t);

    vv_buf_format(&text,
                  "POST /api/v1/sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n"
                  "{\"sql\":\"%s\"}",
                  strlen(sql) + 10, sql);
    assert_true(test_send(fd, text.data, text.len));
    vv_buf_deinit(&text);
    return fd;
}

static int status_of(const char *body)
{
    struct test_answer answer;

    test_request(&t, "POST", "/api/v1/sql", NULL, body, strlen(body), &answer);
    int status = answer.status;
    test_answer_deinit(&answer);
    return status;
}

/* Polls a statement until it is answered like that. */
static void wait_for_status(int status)
{
    int64_t end_ms = vv_monotonic_ms() + TEST_WAIT_MS;

    while (status_of("{\"sql\":\"SELECT 1\"}") != status)
        if (vv_monotonic_ms() > end_ms)
            fail_msg("SELECT 1 is never answered with %d", status);
}

static int start_patient(void **state)
{
    (void)state;
    test_server_start(&t, (struct vv_server_options){.query_s = 600, .queries = 1});
    return 0;
}

static void one_whose_client_left_is_given_up(void **state)
{
    int fd = send_query(ENDLESS);

    (void)state;
    wait_for_status(429);
    close(fd);
    wait_for_status(200);
}

static int start_two(void **state)
{
    (void)state;
    test_server_start(&t, (struct vv_server_options){.query_s = 600, .workers = 1});
    return 0;
}

static void others_are_answered_meanwhile(void **state)
{
    struct test_answer answer;
    int fds[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        fds[i] = send_query(ENDLESS);
    for (int i = 0; i < 20; i++) {
        test_expect(&t, "POST", "/write", "a v=1 1730764800000000000\n", 204, &answer);
        test_answer_deinit(&answer);
        test_expect(&t, "GET", "/api/v1/live?match=*", NULL, 200, &answer);
        test_answer_deinit(&answer);
        test_expect(&t, "GET", "/health", NULL, 200, &answer);
        test_answer_deinit(&answer);
    }
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    wait_for_status(200);
}

/* The stop below takes its five seconds and not ten minutes. */
static void a_stop_ends_them(void **state)
{
    int64_t begun_ms = vv_monotonic_ms();
    int fd = send_query(ENDLESS);

    (void)state;
    wait_for_status(429);
    vv_server_stop(t.server);
    t.server = NULL;
    assert_true(vv_monotonic_ms() - begun_ms < 30000);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_as_json, start, stop),
        cmocka_unit_test_setup_teardown(rows_as_csv, start, stop),
        cmocka_unit_test_setup_teardown(what_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(only_a_post_of_the_own_pages, start, stop),
        cmocka_unit_test_setup_teardown(an_end_behind_rows, start, stop),
        cmocka_unit_test_setup_teardown(one_whose_client_left_is_given_up, start_patient, stop),
        cmocka_unit_test_setup_teardown(others_are_answered_meanwhile, start_two, stop),
        cmocka_unit_test_setup_teardown(a_stop_ends_them, start_patient, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
