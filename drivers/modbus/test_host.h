// test_host.h: a false host that loads the real shared object and keeps what it delivers.
#ifndef VV_MB_TEST_HOST_H
#define VV_MB_TEST_HOST_H

#include <pthread.h>

#include "varve_driver.h"

enum {
    TEST_POINTS = 400,
    TEST_TEXT = 64
};

// Everything delivered for one plan since the last poll, by point.
struct test_plan {
    struct varve_plan *plan;
    size_t count;
    size_t delivered;
    struct varve_sample samples[TEST_POINTS];
    char texts[TEST_POINTS][TEST_TEXT];
};

struct test_host {
    const struct varve_driver *driver;
    struct varve_line *line;
    struct varve_device *device;
    struct test_plan plan;
    struct varve_driver_error error;
    char log[512]; // the last line
};

// Loads the driver (its path is in VARVE_MODBUS_SO) once, and answers it.
const struct varve_driver *test_driver(void);

// The false host's functions.
const struct varve_driver_host *test_host_functions(void);

// Makes a line to 127.0.0.1:port with a short timeout, one device with `settings` (pairs ended by
// null), and a plan of `points`; connects. Fails the test if anything fails.
void test_host_open(struct test_host *host, uint16_t port, const char *timeout,
                    const char *const *settings, const struct varve_point *points, size_t count);
// The same for any line; settings are pairs ended by null, seven of them at most.
void test_host_open_line(struct test_host *host, const char *const *line, const char *const *device,
                         const struct varve_point *points, size_t count);
// Polls once with a new time stamp and checks the contract: exactly one sample for each point.
int test_host_poll(struct test_host *host);
void test_host_close(struct test_host *host);

#endif
