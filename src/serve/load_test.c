/* load_test.c: a server with more to do than it can: full queues, streams, slow readers, stopping.
 */
#include "base/alloc.h"
#include "serve/server.h"
#include "serve/test_server.h"

#include "base/banned.h"

#define MANY 100
#define ROWS 200000

static struct test_server t;

static int stop(void **state)
{
    (void)state;
    if (t.server)
        test_server_stop(&t);
    return 0;
}

static void put(const char *name, int64_t time_ms, double value)
{
    const struct vv_sample sample = test_sample(name, time_ms, vv_datum_double(value));
    const struct vv_write_options options = {0};
    struct vv_write_result result = {0};
    vv_error err = {0};

    assert_ok(vv_gate_write(&t.gate, &sample, 1, &options, &result, &err), &err);
}

static void put_rows(void)
{
    struct vv_sample *samples = vv_alloc_array(ROWS, sizeof *samples);
    const struct vv_write_options options = {0};
    struct vv_write_result result = {0};
    vv_error err = {0};

    assert_non_null(samples);
    for (int i = 0; i < ROWS; i++)
        samples[i] =
            test_sample("long/run", TEST_NOW_MS - VV_DAY_MS + i * 100, vv_datum_double(i * 0.37));
    assert_ok(vv_gate_write(&t.gate, samples, ROWS, &options, &result, &err), &err);
    vv_free(samples);
}

static int open_stream(const char *match)
{
    char request[200];
    int fd = test_connect(&t);

    snprintf(request, sizeof request,
             "GET /api/v1/stream?match=%s HTTP/1.1\r\nHost: localhost\r\n\r\n", match);
    assert_true(test_say(fd, request));
    return fd;
}

static void streams_speak(void **state)
{
    struct vv_buf got = {0};

    (void)state;
    test_server_start(&t, (struct vv_server_options){.streams = 3});
    put("a/b", TEST_NOW_MS, 1.5);
    put("c/d", TEST_NOW_MS, 2.5);
    int fd = open_stream("a/*&match=*/b");
    test_wait_for(fd, &got,
                  "event: snapshot\ndata: {\"values\":[{\"tag\":\"a/b\","
                  "\"time\":1730764800000,\"value\":1.5,\"quality\":192,");
    test_wait_for(fd, &got, "event: beat\ndata: {\"now\":");
    assert_null(strstr((const char *)got.data, "c/d"));
    assert_null(strstr((const char *)got.data, "event: change"));
    put("a/b", TEST_NOW_MS + 1, 3.5);
    put("a/new", TEST_NOW_MS + 1, 4.5);
    test_wait_for(fd, &got, "event: change\ndata: {\"values\":[{\"tag\":\"a/b\",");
    test_wait_for(fd, &got, "\"value\":3.5,");
    test_wait_for(fd, &got, "{\"tag\":\"a/new\",");

    /* Nothing matches: an empty snapshot all the same, and the beat. */
    int none = open_stream("%01");
    vv_buf_reset(&got);
    test_wait_for(none, &got, "event: snapshot\ndata: {\"values\":[]}\n\n");
    test_wait_for(none, &got, "event: beat");

    /* One after the other: two threads of the server take connections. */
    int third = open_stream("*");
    vv_buf_reset(&got);
    test_wait_for(third, &got, "event: snapshot");
    int fourth = open_stream("*");
    vv_buf_reset(&got);
    test_wait_for(fourth, &got, "429 ");
    /* Clients that leave are noticed. */
    close(fd);
    close(none);
    close(third);
    close(fourth);
    test_until_metric(&t, "http_streams", 0);
    assert_int_equal(test_metric(&t, "live_subscribers"), 0);
    vv_buf_deinit(&got);
}

/* Changes are gathered: four events a second, however many there are. */
static void changes_are_gathered(void **state)
{
    struct vv_buf got = {0};
    int changes = 0;

    (void)state;
    test_server_start(&t, (struct vv_server_options){0});
    put("a", TEST_NOW_MS, 0);
    int64_t opened_ms = vv_monotonic_ms();
    int fd = open_stream("a");
    test_wait_for(fd, &got, "event: snapshot");
    int64_t began_ms = vv_monotonic_ms();
    for (int i = 1; vv_monotonic_ms() - began_ms < 1000; i++)
        put("a", TEST_NOW_MS + i, i);
    put("a", TEST_NOW_MS + 999999, -7);
    test_wait_for(fd, &got, "\"value\":-7,");
    for (const char *at = (const char *)got.data; (at = strstr(at, "event: change")); at++)
        changes++;
    assert_in_range(changes, 1, (vv_monotonic_ms() - opened_ms) / 250 + 1);
    close(fd);
    vv_buf_deinit(&got);
}

static void slow_reader(void **state)
{
    struct test_answer answer;

    (void)state;
    test_server_start(&t, (struct vv_server_options){.workers = 1});
    put_rows();
    int fd = test_connect(&t);
    assert_true(test_say(fd, "GET /api/v1/history?tag=long/run&from=2024-11-01&to=2024-11-06"
                             " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    /* While nobody reads, the only worker does other things, and what was made is a piece or two.
     */
    for (int i = 0; i < 20; i++) {
        test_expect(&t, "GET", "/api/v1/tags", NULL, 200, &answer);
        test_answer_deinit(&answer);
    }
    test_read_answer(fd, true, &answer);
    assert_int_equal(answer.status, 200);
    assert_true(answer.whole);
    /* A bracket for each row, its list, and the lists of columns and of series. */
    assert_int_equal(test_count(&answer.body, ']'), ROWS + 3);
    assert_int_equal(test_metric(&t, "http_cut_off_total"), 0);
    test_answer_deinit(&answer);
}

static int compare_ms(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Readers of long answers that do not read keep nobody from an answer, also while they begin. */
static void stuck_readers(void **state)
{
    struct test_answer answer;
    int64_t took_ms[MANY];
    int fds[MANY];

    (void)state;
    test_server_start(&t, (struct vv_server_options){0});
    put_rows();
    for (size_t i = 0; i < MANY; i++) {
        fds[i] = test_connect(&t);
        assert_true(test_say(fds[i],
                             "GET /api/v1/history?tag=long/run&from=2024-11-01&to=2024-11-06"
                             " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    for (size_t i = 0; i < MANY; i++) {
        int64_t begun_ms = vv_monotonic_ms();

        test_expect(&t, "GET", "/health", NULL, 200, &answer);
        test_answer_deinit(&answer);
        took_ms[i] = vv_monotonic_ms() - begun_ms;
    }
    qsort(took_ms, MANY, sizeof took_ms[0], compare_ms);
    /* 50 ms without sanitizers (SAFETY). */
    if (took_ms[MANY * 9 / 10] > 250)
        fail_msg("a tenth of /health takes more than %lld ms", (long long)took_ms[MANY * 9 / 10]);
    /* What was made for them by then is what they still get. */
    vv_server_stop(t.server);
    t.server = NULL;
    for (size_t i = 0; i < MANY; i++) {
        static char piece[65536];
        size_t made_bytes = 0;
        ssize_t len;

        while ((len = test_receive(fds[i], piece, sizeof piece, TEST_WAIT_MS)) > 0)
            made_bytes += (size_t)len;
        assert_in_range(made_bytes, 1, 1536 * 1024);
        close(fds[i]);
    }
    vv_live_free(t.live);
    test_set_remove(&t.store);
}

/* One worker and room for one more: of many at once some are told to come again, and what was
 * acknowledged is there. */
static void full_queue(void **state)
{
    struct vv_buf body = {0}, head = {0};
    struct test_answer answer;
    int fds[30], stored = 0, refused = 0;

    (void)state;
    test_server_start(&t, (struct vv_server_options){.workers = 1, .queue = 1});
    for (int i = 0; i < 3000; i++)
        vv_buf_format(&body, "busy v=%d %lld\n", i, (long long)(TEST_NOW_MS - i));
    vv_buf_format(&head,
                  "POST /write?precision=ms HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  body.len);
    for (size_t i = 0; i < 30; i++) {
        fds[i] = test_connect(&t);
        assert_true(test_send(fds[i], head.data, head.len));
        assert_true(test_send(fds[i], body.data, body.len - 1));
    }
    for (size_t i = 0; i < 30; i++)
        assert_true(test_say(fds[i], "\n"));
    for (size_t i = 0; i < 30; i++) {
        test_read_answer(fds[i], true, &answer);
        if (answer.status == 503)
            assert_true(test_head_has(&answer, "Retry-After: 1"));
        else
            assert_int_equal(answer.status, 204);
        stored += answer.status == 204;
        refused += answer.status == 503;
        test_answer_deinit(&answer);
    }
    assert_true(stored >= 1 && refused >= 1);
    assert_int_equal(test_metric(&t, "http_busy_total"), refused);
    assert_int_equal(test_metric(&t, "samples_stored_total"), stored * 3000);
    vv_buf_deinit(&body);
    vv_buf_deinit(&head);
}

/* Open streams, a reader that does not read, a body half sent: none of them holds up the end. */
static void stops_in_the_middle(void **state)
{
    struct vv_buf got = {0};
    int fds[MANY];

    (void)state;
    test_server_start(&t, (struct vv_server_options){0});
    put_rows();
    for (size_t i = 0; i < MANY; i++)
        fds[i] = open_stream("*");
    for (size_t i = 0; i < MANY; i++) {
        vv_buf_reset(&got);
        test_wait_for(fds[i], &got, "event: snapshot");
    }
    int reader = test_connect(&t), sender = test_connect(&t);
    assert_true(test_say(reader, "GET /api/v1/history?tag=long/run&from=2024-11-01&to=2024-11-06"
                                 " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    assert_true(test_say(sender, "POST /write HTTP/1.1\r\nHost: localhost\r\n"
                                 "Content-Length: 1000\r\n\r\n"));
    int64_t began_ms = vv_monotonic_ms();
    vv_server_stop(t.server);
    t.server = NULL;
    assert_true(vv_monotonic_ms() - began_ms < 8000);
    for (size_t i = 0; i < MANY; i++) {
        char piece[4096];

        while (test_receive(fds[i], piece, sizeof piece, TEST_WAIT_MS) > 0) {
        }
        close(fds[i]);
    }
    close(reader);
    close(sender);
    vv_live_free(t.live);
    test_set_remove(&t.store);
    vv_buf_deinit(&got);
}

static void addresses(void **state)
{
    static const struct {
        const char *listen;
        vv_status status;
    } rows[] = {{"0.0.0.0:0", VARVE_DENIED},    {"192.168.1.1:80", VARVE_DENIED},
                {"[::]:0", VARVE_DENIED},       {"example.org:80", VARVE_DENIED},
                {"127.0.0.1", VARVE_BAD_VALUE}, {"127.0.0.1:70000", VARVE_BAD_VALUE},
                {":80", VARVE_BAD_VALUE},       {"[::1:80", VARVE_BAD_VALUE}};
    char taken[40];
    struct vv_server *server;
    vv_error err;

    (void)state;
    test_server_start(&t, (struct vv_server_options){0});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct vv_server_options options = {.listen = rows[i].listen, .set = t.store.set};

        assert_int_equal(vv_server_start(&options, &server, &err), rows[i].status);
        assert_null(server);
    }
    snprintf(taken, sizeof taken, "127.0.0.1:%u", vv_server_port(t.server));
    const struct vv_server_options options = {.listen = taken, .set = t.store.set};
    assert_int_equal(vv_server_start(&options, &server, &err), VARVE_CONFLICT);
    assert_non_null(strstr(err.message, taken));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(streams_speak, stop),
        cmocka_unit_test_teardown(changes_are_gathered, stop),
        cmocka_unit_test_teardown(slow_reader, stop),
        cmocka_unit_test_teardown(stuck_readers, stop),
        cmocka_unit_test_teardown(full_queue, stop),
        cmocka_unit_test_teardown(stops_in_the_middle, stop),
        cmocka_unit_test_teardown(addresses, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
