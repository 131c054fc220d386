// The shared object on a serial line (a pseudo-terminal) with a real Modbus RTU device behind it.
// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "test_host.h"
#include "test_serial.h"

#define UNIT 17

static struct test_serial device;

static const struct varve_point points[] = {
    {.data_type = VARVE_DATA_U16, .address = "holding:3"},
    {.data_type = VARVE_DATA_F32, .address = "input:10"},
    {.data_type = VARVE_DATA_BIT, .address = "coil:5"},
    {.data_type = VARVE_DATA_U16, .address = "holding:4", .writable = true},
};
enum {
    POINTS = sizeof points / sizeof *points
};

static int set_up(void **state)
{
    (void)state;
    test_serial_start(&device, UNIT);
    device.map->tab_registers[3] = 4711;
    device.map->tab_registers[4] = 7;
    device.map->tab_input_registers[10] = 0x42F7; // 123.5
    device.map->tab_input_registers[11] = 0;
    device.map->tab_bits[5] = 1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_serial_stop(&device);
    return 0;
}

static void open_host(struct test_host *host, const char *timeout, const char *unit)
{
    const char *const line[] = {"DEVICE", device.path, "BAUD",  "19200", "PARITY",
                                "E",      "TIMEOUT",   timeout, NULL};
    const char *const settings[] = {"UNIT", unit, NULL};
    test_host_open_line(host, line, settings, points, POINTS);
}

static void expect_values(const struct test_host *host)
{
    const struct varve_sample *samples = host->plan.samples;
    for (int i = 0; i < POINTS; i++)
        assert_int_equal(VARVE_QUALITY_GOOD, samples[i].quality);
    assert_int_equal(4711, samples[0].value.as.integer);
    assert_true(samples[1].value.as.number == 123.5);
    assert_true(samples[2].value.as.boolean);
    assert_int_equal(7, samples[3].value.as.integer);
}

static void expect_all(const struct test_host *host, int quality, int session)
{
    for (int i = 0; i < POINTS; i++) {
        assert_int_equal(quality, host->plan.samples[i].quality);
        assert_int_equal(session, host->plan.samples[i].session);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct test_host host;
    open_host(&host, "1500", "17");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
        expect_values(&host);
    }
    test_host_close(&host);
}

static void test_write(void **state)
{
    (void)state;
    static const struct varve_value value = {.kind = VARVE_VALUE_INTEGER, .as.integer = 1234};
    struct test_host host;
    open_host(&host, "1500", "17");
    assert_int_equal(VARVE_SESSION_GOOD,
                     host.driver->write(host.plan.plan, 3, &value, &host.error));
    assert_int_equal(1234, device.map->tab_registers[4]);
    test_host_close(&host);
}

static void test_silence_and_another_unit(void **state)
{
    (void)state;
    struct test_host host;
    open_host(&host, "100", "17");
    device.behaviour = TEST_SERIAL_SILENT;
    assert_int_equal(VARVE_SESSION_SILENCE, test_host_poll(&host));
    device.behaviour = TEST_SERIAL_GOOD;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_values(&host);
    test_host_close(&host);

    open_host(&host, "100", "18"); // nobody answers to 18
    assert_int_equal(VARVE_SESSION_SILENCE, test_host_poll(&host));
    expect_all(&host, VARVE_QUALITY_COMM, VARVE_SESSION_SILENCE);
    test_host_close(&host);
}

// What each wrong answer is told as; the next poll is clean.
static void test_wrong_answers(void **state)
{
    (void)state;
    static const struct {
        int behaviour, session;
    } cases[] = {{TEST_SERIAL_BAD_SUM, VARVE_SESSION_CHECKSUM},
                 {TEST_SERIAL_OTHER, VARVE_SESSION_WRONG_DEVICE}};
    struct test_host host;
    open_host(&host, "200", "17");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        device.behaviour = cases[i].behaviour;
        assert_int_equal(cases[i].session, test_host_poll(&host));
        expect_all(&host, VARVE_QUALITY_COMM, cases[i].session);
        device.behaviour = TEST_SERIAL_GOOD;
        assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
        expect_values(&host);
    }
    test_host_close(&host);
}

static void test_pulled_out(void **state)
{
    (void)state;
    struct test_host host;
    open_host(&host, "200", "17");
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    test_serial_pull(&device);
    assert_int_equal(VARVE_SESSION_LINE, test_host_poll(&host));
    expect_all(&host, VARVE_QUALITY_NOT_CONNECTED, VARVE_SESSION_LINE);
    assert_int_equal(VARVE_SESSION_LINE, host.driver->connect(host.line, &host.error));
    assert_non_null(strstr(host.error.text, device.path));
    test_serial_plug(&device);
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->connect(host.line, &host.error));
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_values(&host);
    test_host_close(&host);
}

static void test_no_serial_device(void **state)
{
    (void)state;
    struct varve_setting list[] = {{"DEVICE", "/dev/null"}};
    struct varve_settings settings = {list, 1};
    struct varve_driver_error error = {0};
    struct varve_line *line;
    assert_int_equal(VARVE_SESSION_GOOD, test_driver()->line_new(test_host_functions(), NULL,
                                                                 &settings, &line, &error));
    assert_int_equal(VARVE_SESSION_LINE, test_driver()->connect(line, &error));
    assert_non_null(strstr(error.text, "/dev/null: cannot be opened: it is no serial device"));
    test_driver()->line_free(line);
}

static void test_wrong_settings(void **state)
{
    (void)state;
    static const struct {
        struct varve_setting list[2];
        const char *message;
    } cases[] = {
        {{{"DEVICE", "/dev/ttyS0"}, {"HOST", "x"}}, "a line is one of them"},
        {{{"DEVICE", "/dev/ttyS0"}, {"PORT", "502"}}, "PORT is of a TCP line"},
        {{{"HOST", "x"}, {"BAUD", "9600"}}, "BAUD is of a serial line"},
        {{{"DEVICE", "/dev/ttyS0"}, {"BAUD", "9601"}}, "BAUD=9601"},
        {{{"DEVICE", "/dev/ttyS0"}, {"PARITY", "even"}}, "PARITY=even"},
        {{{"DEVICE", "/dev/ttyS0"}, {"STOP_BITS", "3"}}, "from 1 to 2"},
        {{{"DEVICE", "/dev/ttyS0"}, {"TIMEOUT", "2000"}}, "at most 1500"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct varve_driver_error error = {0};
        struct varve_settings settings = {cases[i].list, 2};
        struct varve_line *line = (void *)&error;
        assert_int_equal(VARVE_SESSION_SETTING, test_driver()->line_new(test_host_functions(), NULL,
                                                                        &settings, &line, &error));
        assert_null(line);
        if (strstr(error.text, cases[i].message) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.text, cases[i].message);
    }
}

// 0 is a broadcast, above 247 nothing may stand.
static void test_wrong_unit(void **state)
{
    (void)state;
    struct varve_setting list[] = {{"DEVICE", "/dev/ttyS0"}};
    struct varve_settings settings = {list, 1};
    struct varve_driver_error error = {0};
    struct varve_line *line;
    assert_int_equal(VARVE_SESSION_GOOD, test_driver()->line_new(test_host_functions(), NULL,
                                                                 &settings, &line, &error));
    static const char *const units[] = {"0", "248"};
    for (int i = 0; i < 2; i++) {
        struct varve_setting unit[] = {{"UNIT", units[i]}};
        struct varve_settings of_device = {unit, 1};
        struct varve_device *made;
        assert_int_equal(VARVE_SESSION_SETTING,
                         test_driver()->device_new(line, &of_device, &made, &error));
        assert_non_null(strstr(error.text, "1 to 247"));
    }
    test_driver()->line_free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence_and_another_unit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pulled_out, set_up, tear_down),
        cmocka_unit_test(test_no_serial_device),
        cmocka_unit_test(test_wrong_settings),
        cmocka_unit_test(test_wrong_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
