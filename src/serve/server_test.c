/* server_test.c: requests and answers of a running server. Its clock stands at TEST_NOW_MS. */
#include "serve/server.h"

#include <zlib.h>

#include "base/alloc.h"
#include "serve/test_server.h"

#include "base/banned.h"

#define RANGE "&from=2024-11-04&to=2024-11-06"

static struct test_server t;

static int start(void **state)
{
    (void)state;
    test_server_start(&t, (struct vv_server_options){
                              .body_bytes = 256 * 1024, .buffer_bytes = 4 << 20, .idle_s = 2});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_server_stop(&t);
    return 0;
}

static void expect_text(const char *target, const char *text)
{
    struct test_answer answer;

    test_expect(&t, "GET", target, NULL, 200, &answer);
    assert_string_equal(test_body(&answer), text);
    test_answer_deinit(&answer);
}

static void expect_part(const char *method, const char *target, const char *body, int status,
                        const char *part)
{
    struct test_answer answer;

    test_expect(&t, method, target, body, status, &answer);
    if (!strstr(test_body(&answer), part))
        fail_msg("%s %s: \"%s\" has no \"%s\"", method, target, test_body(&answer), part);
    test_answer_deinit(&answer);
}

/* ---- there and back ---- */

static void lines_come_back(void **state)
{
    struct test_answer answer;

    (void)state;
    test_expect(&t, "POST", "/write?precision=s",
                "boiler,site=b,line=a temp=20.5,count=3i,run=true,text=\"=1+1\" 1730764800\n"
                "boiler,site=b,line=a temp=21,quality=64i 1730764801\n",
                204, &answer);
    assert_int_equal(answer.body.len, 0);
    test_answer_deinit(&answer);
    expect_text("/api/v1/history?tag=boiler/a/b/temp" RANGE,
                "{\"series\":[{\"tag\":\"boiler/a/b/temp\",\"type\":\"double\",\"unit\":\"\","
                "\"source\":\"raw\",\"columns\":[\"time\",\"value\",\"quality\"],\"rows\":["
                "[1730764800000,20.5,192],[1730764801000,21,64]]}]}");
    expect_text("/api/v1/history?tag=boiler/a/b/temp&bad=skip&format=csv&tz=UTC" RANGE,
                "tag,time,value,quality\r\n"
                "boiler/a/b/temp,2024-11-05T00:00:00.000Z,20.5,192\r\n");
    expect_text("/api/v1/history?tag=boiler/**&format=csv" RANGE,
                "tag,time,value,quality\r\n"
                "boiler/a/b/count,2024-11-05T00:00:00.000Z,3,192\r\n"
                "boiler/a/b/run,2024-11-05T00:00:00.000Z,true,192\r\n"
                "boiler/a/b/temp,2024-11-05T00:00:00.000Z,20.5,192\r\n"
                "boiler/a/b/temp,2024-11-05T00:00:01.000Z,21,64\r\n"
                "boiler/a/b/text,2024-11-05T00:00:00.000Z,'=1+1,192\r\n");
    expect_text("/api/v1/history?tag=boiler/a/b/temp&every=1m&agg=count,max,bad" RANGE,
                "{\"series\":[{\"tag\":\"boiler/a/b/temp\",\"type\":\"double\",\"unit\":\"\","
                "\"source\":\"raw\",\"every_ms\":60000,\"columns\":[\"time\",\"max\",\"count\","
                "\"bad\"],\"rows\":[[1730764800000,20.5,1,1]]}]}");
    expect_text("/api/v1/history?tag=boiler/a/b/temp&every=range&agg=integral,known,count"
                "&from=1730764799500&to=1730764802000&format=csv&tz=UTC",
                "tag,time,count,integral,known\r\n"
                "boiler/a/b/temp,2024-11-04T23:59:59.500Z,1,20.5,1\r\n");
    expect_text("/api/v1/history?tag=boiler/a/b/temp&points=10&format=csv" RANGE,
                "tag,time,min,max,avg,first,last,count,bad\r\n"
                "boiler/a/b/temp,2024-11-05T00:00:00.000Z,20.5,20.5,20.5,20.5,20.5,1,0\r\n"
                "boiler/a/b/temp,2024-11-05T00:00:01.000Z,,,,,,0,1\r\n");
    expect_part("POST", "/api/v1/history", "tag=boiler%2Fa%2Fb%2Fcount" RANGE, 200,
                "[1730764800000,3,192]");
    expect_text("/api/v1/tags?match=*/a/b/t*&limit=1",
                "{\"tags\":[{\"tag\":\"boiler/a/b/temp\",\"id\":1,\"type\":\"double\",\"unit\":"
                "\"\",\"history\":\"main\"}],\"next\":\"boiler/a/b/temp\"}");
    expect_part("GET", "/api/v1/tags?match=*/a/b/t*&limit=1&after=boiler/a/b/temp", NULL, 200,
                "\"next\":null");
    expect_part("GET", "/api/v1/tags?match=*/a/b/temp&match=nothing&match=*/*/b/temp", NULL, 200,
                "{\"tags\":[{\"tag\":\"boiler/a/b/temp\",\"id\":1,\"type\":\"double\",\"unit\":"
                "\"\",\"history\":\"main\"}],\"next\":null}");
    expect_part("GET", "/api/v1/live?match=boiler/a/b/temp", NULL, 200,
                "{\"values\":[{\"tag\":\"boiler/a/b/temp\",\"time\":1730764801000,\"value\":21,"
                "\"quality\":64,\"type\":\"double\",\"unit\":\"\",\"received\":");
}

static void samples_come_back(void **state)
{
    struct test_answer answer;

    (void)state;
    test_expect(&t, "POST", "/api/v1/samples",
                "[{\"tag\":\"s/d\",\"time\":1730764800000,\"value\":5},"
                "{\"tag\":\"s/i\",\"time\":1730764800000,\"value\":5,\"type\":\"integer\"},"
                "{\"tag\":\"s/t\",\"time\":1730764800000,\"value\":\"2024-11-05\","
                "\"type\":\"datetime\"}]",
                204, &answer);
    test_answer_deinit(&answer);
    expect_part("GET", "/api/v1/tags?match=s/d", NULL, 200, "\"type\":\"double\"");
    expect_part("GET", "/api/v1/tags?match=s/i", NULL, 200, "\"type\":\"integer\"");
    expect_part("GET", "/api/v1/history?tag=s/t" RANGE, NULL, 200,
                "\"rows\":[[1730764800000,1730764800000,192]]");
    expect_part("POST", "/api/v1/samples",
                "[{\"tag\":\"s/d\",\"time\":1730764801000,\"value\":6},"
                "{\"tag\":\"s/i\",\"time\":1730764801000,\"value\":1.5}]",
                400, "\"rows\":[{\"row\":2,\"reason\":");
    expect_part("GET", "/api/v1/history?tag=s/d" RANGE, NULL, 200,
                "\"rows\":[[1730764800000,5,192]]");
    expect_part("POST", "/api/v1/samples?partial=1",
                "[{\"tag\":\"s/d\",\"time\":1730764801000,\"value\":6},"
                "{\"tag\":\"s/i\",\"time\":1730764801000,\"value\":1.5},{\"tag\":\"s/d\"}]",
                200, "\"count\":2,\"stored\":1}");
    expect_part("GET", "/api/v1/history?tag=s/d" RANGE, NULL, 200, "[1730764801000,6,192]");
    expect_part("POST", "/api/v1/samples", "[{\"tag\":\"s/d\",", 400, "row 1: ");
    expect_part("POST", "/api/v1/samples", "[{\"tag\":\"s/d\",\"value\":true,\"time\":1}]", 400,
                "\"code\":\"bad_type\"");
}

static void bad_lines_refuse_all(void **state)
{
    (void)state;
    expect_part("POST", "/write?precision=ms", "x v=1 1730764800000\nx v=\nx v=maybe\n", 400,
                "\"lines\":[{\"line\":2,\"reason\":\"field \\\"v\\\": it has no value\"},"
                "{\"line\":3,\"reason\":");
    expect_part("GET", "/api/v1/tags?match=x/*", NULL, 200, "{\"tags\":[],\"next\":null}");
    expect_part("POST", "/write?precision=ms&partial=1", "x v=1 1730764800000\nx v=\n", 200,
                "\"count\":1,\"stored\":1}");
    /* The store's refusals name the line as well. */
    expect_part("POST", "/write?precision=ms", "y v=1 1730764800000\nx v=true 1730764800001\n", 400,
                "\"lines\":[{\"line\":2,\"reason\":");
    expect_part("POST", "/write?precision=ms", "y v=1 9730764800000\n", 400, "bad_time");
    expect_part("POST", "/write?precision=ms", "y v=1 -5\n", 400, "bad_time");
    expect_part("POST", "/write?precision=week", "y v=1\n", 400, "precision");
    expect_part("POST", "/write?history=none&precision=ms", "y v=1 1730764800000\n", 404,
                "not_found");
    expect_part("POST", "/write?prec=ms", "y v=1\n", 400, "takes no parameter \\\"prec\\\"");
    expect_part("GET", "/api/v1/tags?match=y/*", NULL, 200, "{\"tags\":[],\"next\":null}");
}

static void questions_refused(void **state)
{
    static const char *const rows[][2] = {
        {"", "tag is missing"},
        {"tag=x/v&from=noon", "from: "},
        {"tag=x/v&from=now&to=now-1h", "from is after to"},
        {"tag=x/v&points=0", "points"},
        {"tag=x/v&points=5&every=1m", "exclude each other"},
        {"tag=x/v&agg=min", "agg needs every"},
        {"tag=x/v&every=1m&agg=median", "median"},
        {"tag=x/v&every=soon", "every: "},
        {"tag=x/v&bad=maybe", "include or skip"},
        {"tag=x/v&format=xml", "json, csv"},
        {"tag=x/v&tz=Mars/Base", "Mars/Base"},
        {"tag=x/v&bounds=2", "bounds"},
        {"tag=[", "["},
        {"tag=x/v&%zz=1", "%"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char target[200];

        snprintf(target, sizeof target, "/api/v1/history?%s", rows[i][0]);
        expect_part("GET", target, NULL, 400, rows[i][1]);
    }
    expect_part("GET", "/api/v1/history?tag=no/such", NULL, 404, "no/such");
    /* One of several that fails stands alone. */
    expect_part("GET", "/api/v1/history?tag=no/such&tag=s/d" RANGE, NULL, 200,
                "{\"series\":[{\"tag\":\"no/such\",\"columns\":[],\"rows\":[],\"error\":{\"code\":"
                "\"not_found\",");
    expect_part("GET", "/api/v1/history?tag=no/such&tag=s/d&format=csv", NULL, 404, "no/such");
    expect_part("GET", "/api/v1/live?limit=0", NULL, 400, "limit");
    expect_part("GET", "/api/v1/tags?match=[", NULL, 400, "syntax");
    expect_part("GET", "/api/v1/stream?match=[", NULL, 400, "syntax");
}

/* ---- the protocol ---- */

static void methods_and_headers(void **state)
{
    struct test_answer answer;

    (void)state;
    test_expect(&t, "GET", "/health", NULL, 200, &answer);
    assert_non_null(strstr(test_body(&answer), "\"status\":\"ok\""));
    assert_true(test_head_has(&answer, "Content-Security-Policy: default-src 'self'"));
    assert_true(test_head_has(&answer, "frame-ancestors 'none'"));
    assert_true(test_head_has(&answer, "X-Content-Type-Options: nosniff"));
    assert_true(test_head_has(&answer, "Cache-Control: no-store"));
    test_answer_deinit(&answer);

    test_expect(&t, "HEAD", "/health", NULL, 200, &answer);
    assert_int_equal(answer.body.len, 0);
    test_answer_deinit(&answer);
    test_expect(&t, "HEAD", "/api/v1/history?tag=s/d" RANGE, NULL, 200, &answer);
    assert_int_equal(answer.body.len, 0);
    test_answer_deinit(&answer);
    test_expect(&t, "OPTIONS", "/write", NULL, 204, &answer);
    assert_true(test_head_has(&answer, "Allow: POST, OPTIONS"));
    test_answer_deinit(&answer);
    test_expect(&t, "GET", "/write", NULL, 405, &answer);
    assert_true(test_head_has(&answer, "Allow: POST, OPTIONS"));
    test_answer_deinit(&answer);
    test_expect(&t, "DELETE", "/api/v1/tags", NULL, 405, &answer);
    test_answer_deinit(&answer);
    expect_part("GET", "/../../etc/passwd", NULL, 404, "not_found");
    expect_part("GET", "/api/v1/openapi.json", NULL, 200, "\"/api/v1/stream\":{\"get\"");
}

static void odd_headers(void **state)
{
    struct vv_buf text = {0};
    struct test_answer answer;

    (void)state;
    vv_buf_text(&text, "X-Long: ");
    for (int i = 0; i < 40000; i++)
        vv_buf_char(&text, 'x');
    vv_buf_text(&text, "\r\n");
    test_request(&t, "GET", "/health", (const char *)text.data, "", 0, &answer);
    assert_int_equal(answer.status, 431);
    assert_non_null(strstr(test_body(&answer), "{\"error\":{\"code\":\"limit\""));
    test_answer_deinit(&answer);
    text.data[text.len - 2] = '\0';
    memcpy(text.data, "/health?", 8);
    test_request(&t, "GET", (const char *)text.data, NULL, "", 0, &answer);
    assert_int_equal(answer.status, 431);
    assert_non_null(strstr(test_body(&answer), "beyond the limit of 32768"));
    test_answer_deinit(&answer);
    vv_buf_deinit(&text);
    test_request(&t, "POST", "/write", "Content-Length: 0\r\n", "a v=1", 5, &answer);
    assert_int_equal(answer.status, 400);
    assert_non_null(strstr(test_body(&answer), "said twice"));
    test_answer_deinit(&answer);
    test_request(&t, "POST", "/write", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", 5, &answer);
    assert_int_equal(answer.status, 400);
    assert_non_null(strstr(test_body(&answer), "said twice"));
    test_answer_deinit(&answer);
}

static void foreign_hosts(void **state)
{
    static const struct {
        const char *method, *target, *headers;
        int status;
    } rows[] = {
        {"GET", "/health", "Host: evil.example\r\n", 403},
        {"GET", "/health", "Host: evil.example:8080\r\n", 403},
        {"GET", "/health", "Host: 127.0.0.1.evil.example\r\n", 403},
        {"GET", "/health", "Host: 192.168.0.1\r\n", 403},
        {"GET", "/health", "Host: [::1\r\n", 403},
        {"GET", "/health", "Host: 127.0.0.1:99\r\n", 200},
        {"GET", "/health", "Host: LOCALHOST\r\n", 200},
        {"GET", "/health", "Host: [::1]:5\r\n", 200},
        {"GET", "/health", "Host: localhost\r\nOrigin: http://evil.example\r\n", 200},
        {"POST", "/write", "Host: localhost\r\nOrigin: http://evil.example\r\n", 403},
        {"POST", "/write", "Host: localhost\r\nOrigin: null\r\n", 403},
        {"POST", "/write", "Host: localhost:1\r\nOrigin: http://localhost:2\r\n", 403},
        {"POST", "/write", "Host: localhost:1\r\nOrigin: http://localhost:1\r\n", 204},
        {"POST", "/write", "Host: localhost\r\nContent-Encoding: br\r\n", 501},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct test_answer answer;

        test_request(&t, rows[i].method, rows[i].target, rows[i].headers, "", 0, &answer);
        if (answer.status != rows[i].status)
            fail_msg("%s: %d: %s", rows[i].headers, answer.status, test_body(&answer));
        test_answer_deinit(&answer);
    }
}

static void keeps_the_connection(void **state)
{
    struct vv_buf got = {0};
    int fd = test_connect(&t);

    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_true(test_say(fd, "POST /write?precision=ms HTTP/1.1\r\nHost: localhost\r\n"
                                 "Content-Length: 22\r\n\r\nkeep v=1 1730764800000"));
        vv_buf_reset(&got);
        test_wait_for(fd, &got, "204 No Content");
        test_wait_for(fd, &got, "\r\n\r\n");
    }
    close(fd);
    vv_buf_deinit(&got);
}

/* ---- bodies ---- */

static size_t gzip(const void *data, size_t len_bytes, void *to, size_t room_bytes)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data,
                  .avail_in = (uInt)len_bytes,
                  .next_out = to,
                  .avail_out = (uInt)room_bytes};

    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static void packed_bodies(void **state)
{
    static const char header[] = "Content-Encoding: gzip\r\n";
    static char zeros[8 << 20];
    char packed[65536];
    struct test_answer answer;

    (void)state;
    size_t len = gzip("packed v=1 1730764800000", 24, packed, sizeof packed);
    test_request(&t, "POST", "/write?precision=ms", header, packed, len, &answer);
    assert_int_equal(answer.status, 204);
    test_answer_deinit(&answer);
    expect_part("GET", "/api/v1/history?tag=packed/v" RANGE, NULL, 200, "[1730764800000,1,192]");

    len = gzip(zeros, sizeof zeros, packed, sizeof packed);
    test_request(&t, "POST", "/write", header, packed, len, &answer);
    assert_int_equal(answer.status, 413);
    test_answer_deinit(&answer);

    test_request(&t, "POST", "/write", header, packed, len / 2, &answer);
    assert_int_equal(answer.status, 413);
    test_answer_deinit(&answer);
    test_request(&t, "POST", "/write", header, "plain v=1", 9, &answer);
    assert_int_equal(answer.status, 400);
    test_answer_deinit(&answer);
    assert_int_equal(test_metric(&t, "http_body_memory_bytes"), 0);
}

static void large_bodies(void **state)
{
    static char body[300 * 1024];
    struct test_answer answer;
    int fd;

    (void)state;
    memset(body, '#', sizeof body);
    test_request(&t, "POST", "/write", NULL, body, sizeof body, &answer);
    assert_int_equal(answer.status, 413);
    assert_non_null(strstr(test_body(&answer), "262144"));
    test_answer_deinit(&answer);

    /* Without a length said before. */
    fd = test_connect(&t);
    assert_true(test_say(fd, "POST /write HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n4B000\r\n"));
    assert_true(test_send(fd, body, sizeof body));
    assert_true(test_say(fd, "\r\n0\r\n\r\n"));
    test_read_answer(fd, true, &answer);
    assert_int_equal(answer.status, 413);
    test_answer_deinit(&answer);

    /* Never sent, because the answer comes first. */
    fd = test_connect(&t);
    assert_true(test_say(fd, "POST /write HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                             "Content-Length: 999999999\r\n\r\n"));
    test_read_answer(fd, true, &answer);
    assert_int_equal(answer.status, 413);
    test_answer_deinit(&answer);
    assert_int_equal(test_metric(&t, "http_body_memory_bytes"), 0);
}

/* One byte now and then keeps no connection open for ever. */
static void slow_senders(void **state)
{
    int64_t began_ms = vv_monotonic_ms();
    int headers = test_connect(&t), body = test_connect(&t);
    bool headers_open = true, body_open = true;

    (void)state;
    assert_true(test_say(headers, "GET /health HTTP/1.1\r\nHost: localhost\r\nX: "));
    assert_true(test_say(body, "POST /write HTTP/1.1\r\nHost: localhost\r\n"
                               "Content-Length: 1000\r\n\r\n"));
    while (headers_open || body_open) {
        char byte;

        headers_open =
            headers_open && test_say(headers, "x") && test_receive(headers, &byte, 1, 100) < 0;
        body_open = body_open && test_say(body, "#") && test_receive(body, &byte, 1, 100) < 0;
        assert_true(vv_monotonic_ms() - began_ms < TEST_WAIT_MS);
    }
    close(headers);
    close(body);
    test_until_metric(&t, "http_slow_total", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_back),      cmocka_unit_test(samples_come_back),
        cmocka_unit_test(bad_lines_refuse_all), cmocka_unit_test(questions_refused),
        cmocka_unit_test(methods_and_headers),  cmocka_unit_test(odd_headers),
        cmocka_unit_test(foreign_hosts),        cmocka_unit_test(keeps_the_connection),
        cmocka_unit_test(packed_bodies),        cmocka_unit_test(large_bodies),
        cmocka_unit_test(slow_senders),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
