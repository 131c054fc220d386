/* test_server.h: a real server over a history of its own, and a client of plain sockets, for the
 * tests of this folder. Every call fails the running test when it cannot do its work.
 */
#ifndef VV_SERVE_TEST_SERVER_H
#define VV_SERVE_TEST_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/time.h"
#include "collect/gate.h"
#include "history/test_set.h"
#include "serve/server.h"

/* Longer than any machine takes, thread sanitizer and neighbours included. */
#define TEST_WAIT_MS 60000

struct test_server {
    struct test_set store;
    struct vv_live *live;
    struct vv_gate gate;
    struct vv_server *server;
};

/* `options` holds the limits to test; the rest is filled in. t->store.other_layout may be set. */
static inline void test_server_start(struct test_server *t, struct vv_server_options options)
{
    vv_error err = {0};

    t->store = (struct test_set){.other_layout = t->store.other_layout};
    test_set_make_dir(&t->store);
    test_set_open(&t->store);
    assert_ok(vv_live_new(t->store.set, &t->live, &err), &err);
    t->gate = (struct vv_gate){.set = t->store.set, .live = t->live};
    options.listen = "127.0.0.1:0";
    options.node = "plant-1";
    options.version = "test";
    options.set = t->store.set;
    options.live = t->live;
    options.gate = &t->gate;
    options.ledger = t->store.ledger;
    assert_ok(vv_server_start(&options, &t->server, &err), &err);
}

static inline void test_server_stop(struct test_server *t)
{
    vv_server_stop(t->server);
    t->server = NULL;
    vv_live_free(t->live);
    test_set_remove(&t->store);
}

/* ---- a connection ---- */

static inline int test_connect(const struct test_server *t)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(vv_server_port(t->server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* As much as the other side takes; false when it has closed. */
static inline bool test_send(int fd, const void *data, size_t len_bytes)
{
    const char *at = data;

    while (len_bytes > 0) {
        ssize_t sent = send(fd, at, len_bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += sent;
        len_bytes -= (size_t)sent;
    }
    return true;
}

static inline bool test_say(int fd, const char *text)
{
    return test_send(fd, text, strlen(text));
}

/* One read of what comes within `wait_ms`: its length; 0 at the end; -1 when nothing came. */
static inline ssize_t test_receive(int fd, void *to, size_t max_bytes, int wait_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    if (poll(&ready, 1, wait_ms) <= 0)
        return -1;
    ssize_t len = recv(fd, to, max_bytes, 0);
    return len < 0 ? 0 : len;
}

/* Reads until `text` is in what came. */
static inline void test_wait_for(int fd, struct vv_buf *got, const char *text)
{
    int64_t end_ms = vv_monotonic_ms() + TEST_WAIT_MS;
    char piece[4096];

    while (!got->data || !strstr((const char *)got->data, text)) {
        ssize_t len = test_receive(fd, piece, sizeof piece, 100);
        if (len == 0 || vv_monotonic_ms() > end_ms)
            fail_msg("\"%s\" did not come; this did: %s", text,
                     got->data ? (const char *)got->data : "");
        if (len > 0)
            vv_buf_add(got, piece, (size_t)len);
    }
}

/* ---- requests ---- */

struct test_answer {
    int status;         /* 0: closed without an answer */
    struct vv_buf head; /* status line and headers */
    struct vv_buf body; /* without chunks' frames */
    bool whole;         /* it came to its end */
};

static inline void test_answer_deinit(struct test_answer *answer)
{
    vv_buf_deinit(&answer->head);
    vv_buf_deinit(&answer->body);
    *answer = (struct test_answer){0};
}

static inline const char *test_body(const struct test_answer *answer)
{
    return answer->body.data ? (const char *)answer->body.data : "";
}

/* Whether the head has that text, letters' case aside. */
static inline bool test_head_has(const struct test_answer *answer, const char *text)
{
    return answer->head.data && strcasestr((const char *)answer->head.data, text);
}

/* Joins the chunks of `from` … `stop`. No calls on text: the sanitizer's would look for the end of
 * megabytes each time. */
static inline void test_unchunk(const char *from, const char *stop, struct test_answer *answer)
{
    while (from < stop) {
        size_t len = 0;

        for (; from < stop && *from != '\r'; from++)
            len = 16 * len + (size_t)(*from <= '9' ? *from - '0' : (*from | 32) - 'a' + 10);
        from += 2;
        answer->whole = len == 0;
        if (len == 0 || from + len > stop)
            return;
        vv_buf_add(&answer->body, from, len);
        from += len + 2;
    }
}

/* How many of one character there are. */
static inline size_t test_count(const struct vv_buf *text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text->len; i++)
        count += text->data[i] == c;
    return count;
}

/* Reads an answer to the end of its connection. Bodies hold no NUL. */
static inline void test_read_answer(int fd, bool has_body, struct test_answer *answer)
{
    struct vv_buf all = {0};
    char piece[65536];
    ssize_t len;

    *answer = (struct test_answer){0};
    while ((len = test_receive(fd, piece, sizeof piece, TEST_WAIT_MS)) > 0)
        vv_buf_add(&all, piece, (size_t)len);
    if (len < 0)
        fail_msg("the connection stays open: %s", all.data ? (const char *)all.data : "");
    close(fd);
    const char *text = all.data ? (const char *)all.data : "";
    const char *body = strstr(text, "\r\n\r\n");
    if (body) {
        vv_buf_add(&answer->head, text, (size_t)(body + 2 - text));
        answer->status = (int)strtol(text + strlen("HTTP/1.1 "), NULL, 10);
        body += 4;
        const char *length = strcasestr((const char *)answer->head.data, "Content-Length:");
        if (test_head_has(answer, "Transfer-Encoding: chunked")) {
            test_unchunk(body, text + all.len, answer);
        } else {
            vv_buf_add(&answer->body, body, strlen(body));
            answer->whole = !has_body || !length || strtoul(length + 15, NULL, 10) == strlen(body);
        }
    }
    vv_buf_deinit(&all);
}

/* Sends a request with headers (each with its line end; may be null) and body, reads the answer. */
static inline void test_request(const struct test_server *t, const char *method, const char *target,
                                const char *headers, const void *body, size_t len_bytes,
                                struct test_answer *answer)
{
    struct vv_buf head = {0};
    int fd = test_connect(t);

    vv_buf_format(&head, "%s %s HTTP/1.1\r\n%sConnection: close\r\n", method, target,
                  headers && strstr(headers, "Host:") ? "" : "Host: localhost\r\n");
    if (headers)
        vv_buf_text(&head, headers);
    if (len_bytes > 0 || strcmp(method, "POST") == 0)
        vv_buf_format(&head, "Content-Length: %zu\r\n", len_bytes);
    vv_buf_text(&head, "\r\n");
    assert_true(test_send(fd, head.data, head.len));
    (void)test_send(fd, body, len_bytes);
    test_read_answer(fd, strcmp(method, "HEAD") != 0, answer);
    vv_buf_deinit(&head);
}

/* The same with a check of the status; the answer is the caller's. */
static inline void test_expect(const struct test_server *t, const char *method, const char *target,
                               const char *body, int status, struct test_answer *answer)
{
    test_request(t, method, target, NULL, body ? body : "", body ? strlen(body) : 0, answer);
    if (answer->status != status)
        fail_msg("%s %s: %d, not %d: %s", method, target, answer->status, status,
                 test_body(answer));
}

/* A number of /metrics. */
static inline long long test_metric(const struct test_server *t, const char *name)
{
    struct test_answer answer;
    struct vv_buf line = {0};

    test_expect(t, "GET", "/metrics", NULL, 200, &answer);
    vv_buf_format(&line, "\nvarve_%s ", name);
    const char *found = strstr(test_body(&answer), (const char *)line.data);
    if (!found)
        fail_msg("no metric %s", name);
    long long value = strtoll(found + line.len, NULL, 10);
    vv_buf_deinit(&line);
    test_answer_deinit(&answer);
    return value;
}

/* Polls a metric until it has a value. */
static inline void test_until_metric(const struct test_server *t, const char *name, long long value)
{
    int64_t end_ms = vv_monotonic_ms() + TEST_WAIT_MS;

    while (test_metric(t, name) != value)
        if (vv_monotonic_ms() > end_ms)
            fail_msg("%s does not become %lld", name, value);
}

#endif
