// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct varve_driver *test_driver(void)
{
    static const struct varve_driver *driver;
    if (driver == NULL) {
        const char *path = getenv("VARVE_MODBUS_SO");
        assert_non_null(path);
        void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (object == NULL)
            fail_msg("%s", dlerror());
        driver = dlsym(object, VARVE_DRIVER_SYMBOL);
        assert_non_null(driver);
    }
    return driver;
}

static int deliver(void *ctx, const struct varve_batch *batch)
{
    struct test_plan *plan = ctx;
    assert_int_equal(sizeof(struct varve_batch), batch->size);
    for (size_t i = 0; i < batch->count; i++) {
        const struct varve_sample *sample =
            (const void *)((const char *)batch->samples + i * batch->sample_size);
        assert_true(sample->point < plan->count);
        struct varve_sample *kept = &plan->samples[sample->point];
        *kept = *sample;
        if (sample->value.kind == VARVE_VALUE_TEXT) {
            assert_true(sample->value.text_len < TEST_TEXT);
            memcpy(plan->texts[sample->point], sample->value.as.text, sample->value.text_len);
            plan->texts[sample->point][sample->value.text_len] = '\0';
            kept->value.as.text = plan->texts[sample->point];
        }
        plan->delivered++;
    }
    return 0;
}

static void log_line(void *ctx, enum varve_log_level level, const char *text)
{
    struct test_host *host = ctx;
    if (level <= VARVE_LOG_INFO)
        snprintf(host->log, sizeof host->log, "%s", text);
}

static bool stopping(void *ctx)
{
    (void)ctx;
    return false;
}

static int64_t now_ms(void)
{
    return 1;
}

static const struct varve_driver_host functions = {
    .size = sizeof functions,
    .deliver = deliver,
    .log = log_line,
    .stopping = stopping,
    .now_ms = now_ms,
};

const struct varve_driver_host *test_host_functions(void)
{
    return &functions;
}

static void check(struct test_host *host, int session)
{
    if (session != VARVE_SESSION_GOOD)
        fail_msg("session %d: %s", session, host->error.text);
}

static struct varve_settings settings_of(struct varve_setting *list, const char *const *pairs)
{
    struct varve_settings settings = {list, 0};
    for (; pairs != NULL && pairs[0] != NULL; pairs += 2)
        list[settings.count++] = (struct varve_setting){pairs[0], pairs[1]};
    return settings;
}

void test_host_open_line(struct test_host *host, const char *const *line, const char *const *device,
                         const struct varve_point *points, size_t count)
{
    struct varve_setting line_list[8], device_list[8];
    struct varve_settings line_settings = settings_of(line_list, line);
    struct varve_settings device_settings = settings_of(device_list, device);
    *host = (struct test_host){.driver = test_driver()};
    host->plan.count = count;
    const struct varve_driver *driver = host->driver;
    check(host, driver->line_new(&functions, host, &line_settings, &host->line, &host->error));
    check(host, driver->device_new(host->line, &device_settings, &host->device, &host->error));
    check(host, driver->plan_new(host->device, &host->plan, points, count, &host->plan.plan,
                                 &host->error));
    check(host, driver->connect(host->line, &host->error));
}

void test_host_open(struct test_host *host, uint16_t port, const char *timeout,
                    const char *const *settings, const struct varve_point *points, size_t count)
{
    char port_text[8];
    snprintf(port_text, sizeof port_text, "%u", (unsigned)port);
    const char *const line[] = {"HOST", "127.0.0.1", "PORT", port_text, "TIMEOUT", timeout, NULL};
    test_host_open_line(host, line, settings, points, count);
}

int test_host_poll(struct test_host *host)
{
    static int64_t time_ms = 1700000000000;
    host->plan.delivered = 0;
    host->error = (struct varve_driver_error){0};
    int session = host->driver->poll(host->plan.plan, ++time_ms, &host->error);
    if (session == VARVE_SESSION_STOPPED)
        return session;
    assert_int_equal(host->plan.count, host->plan.delivered);
    for (size_t i = 0; i < host->plan.count; i++) {
        const struct varve_sample *sample = &host->plan.samples[i];
        assert_true(sample->time_ms == time_ms);
        bool good = sample->quality == VARVE_QUALITY_GOOD;
        assert_int_equal(!good, sample->value.kind == VARVE_VALUE_NONE);
    }
    if (session != VARVE_SESSION_GOOD)
        assert_int_not_equal('\0', host->error.text[0]);
    return session;
}

void test_host_close(struct test_host *host)
{
    host->driver->disconnect(host->line);
    host->driver->plan_free(host->plan.plan);
    host->driver->device_free(host->device);
    host->driver->line_free(host->line);
}
