// Lines that cannot be opened, and stop: whatever the line waits for, it ends in time.
// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test_device.h"
#include "test_host.h"

static const struct varve_point point = {.data_type = VARVE_DATA_U16, .address = "holding:0"};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void test_no_listener(void **state)
{
    (void)state;
    struct test_device device;
    struct test_host host;
    test_device_start(&device);
    test_host_open(&host, device.port, "5000", NULL, &point, 1);
    test_device_stop(&device);
    assert_int_equal(VARVE_SESSION_LINE, test_host_poll(&host));
    assert_int_equal(VARVE_SESSION_LINE, host.driver->connect(host.line, &host.error));
    assert_non_null(strstr(host.error.text, "127.0.0.1"));
    test_host_close(&host);
}

// A line to `node`, not connected.
static void open_line(struct test_host *host, const char *node, const char *port,
                      const char *timeout)
{
    const struct varve_setting list[] = {
        {"HOST", node}, {"PORT", port}, {"CONNECT_TIMEOUT", timeout}};
    const struct varve_settings settings = {list, 3};
    *host = (struct test_host){.driver = test_driver()};
    assert_int_equal(VARVE_SESSION_GOOD, host->driver->line_new(test_host_functions(), host,
                                                                &settings, &host->line, NULL));
}

static void test_name_that_cannot_be_resolved(void **state)
{
    (void)state;
    struct test_host host;
    open_line(&host, "no-such-host.invalid", "502", "300");
    int64_t before = clock_ms();
    assert_int_equal(VARVE_SESSION_LINE, host.driver->connect(host.line, &host.error));
    assert_true(clock_ms() - before < 2000); // even where no name server answers
    assert_non_null(strstr(host.error.text, "no-such-host.invalid:502: the name"));
    host.driver->line_free(host.line);
}

static int open_listener(int backlog, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(0, bind(listener, (struct sockaddr *)&address, len));
    assert_int_equal(0, listen(listener, backlog));
    assert_int_equal(0, getsockname(listener, (struct sockaddr *)&address, &len));
    *port = ntohs(address.sin_port);
    return listener;
}

static void *poll_in_thread(void *arg)
{
    return (void *)(intptr_t)test_host_poll(arg);
}

static void test_stop_ends_a_silent_poll(void **state)
{
    (void)state;
    uint16_t port;
    int listener = open_listener(1, &port);
    struct test_host host;
    test_host_open(&host, port, "60000", NULL, &point, 1);
    pthread_t thread;
    assert_int_equal(0, pthread_create(&thread, NULL, poll_in_thread, &host));
    int client = accept(listener, NULL, NULL);
    char request[12];
    assert_int_equal(12, recv(client, request, sizeof request, MSG_WAITALL)); // now it waits
    int64_t before = clock_ms();
    host.driver->stop(host.line);
    host.driver->stop(host.line);
    void *session = NULL;
    pthread_join(thread, &session);
    assert_true(clock_ms() - before < VARVE_DRIVER_STOP_MS);
    assert_int_equal(VARVE_SESSION_STOPPED, (intptr_t)session);
    assert_int_equal(VARVE_SESSION_STOPPED, test_host_poll(&host));
    assert_int_equal(VARVE_SESSION_STOPPED, host.driver->connect(host.line, NULL));
    test_host_close(&host);
    close(client);
    close(listener);
}

static void *connect_in_thread(void *arg)
{
    struct test_host *host = arg;
    return (void *)(intptr_t)host->driver->connect(host->line, NULL);
}

// How many connections to `port` wait for an answer, as Linux tells it.
static int waiting_connects(uint16_t port)
{
    char line[256];
    char wanted[16];
    int count = 0;
    FILE *file = fopen("/proc/net/tcp", "r");
    assert_non_null(file);
    snprintf(wanted, sizeof wanted, ":%04X 02 ", (unsigned)port); // SYN_SENT
    while (fgets(line, sizeof line, file) != NULL)
        count += strstr(line, wanted) != NULL;
    fclose(file);
    return count;
}

// A listener whose queue is full: the peer's system answers no connection at all.
static void test_stop_ends_a_connect(void **state)
{
    (void)state;
    enum {
        MOST = 64
    };
    int queued[MOST];
    int count = 0;
    bool full = false;
    char text[8];
    uint16_t port;
    int listener = open_listener(0, &port);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    while (!full && count < MOST) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        queued[count++] = fd;
        struct pollfd polled = {.fd = fd, .events = POLLOUT};
        if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
            full = poll(&polled, 1, 100) == 0;
    }
    assert_true(full);
    struct test_host host;
    snprintf(text, sizeof text, "%u", (unsigned)port);
    open_line(&host, "127.0.0.1", text, "60000");
    pthread_t thread;
    assert_int_equal(0, pthread_create(&thread, NULL, connect_in_thread, &host));
    while (waiting_connects(port) < 2) // the one that filled the queue, and ours
        sched_yield();
    int64_t before = clock_ms();
    host.driver->stop(host.line);
    void *session = NULL;
    pthread_join(thread, &session);
    assert_true(clock_ms() - before < VARVE_DRIVER_STOP_MS);
    assert_int_equal(VARVE_SESSION_STOPPED, (intptr_t)session);
    host.driver->line_free(host.line);
    while (count > 0)
        close(queued[--count]);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_listener),
        cmocka_unit_test(test_name_that_cannot_be_resolved),
        cmocka_unit_test(test_stop_ends_a_silent_poll),
        cmocka_unit_test(test_stop_ends_a_connect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
