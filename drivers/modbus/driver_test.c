// The shared object against a real Modbus TCP device: values, and every way a device can fail.
// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test_device.h"
#include "test_host.h"

#define QUICK   "150"  // ms that a silent device may take
#define PATIENT "5000" // where the answer is sure to come

static struct test_device device;

static int set_up(void **state)
{
    (void)state;
    test_device_start(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_device_stop(&device);
    return 0;
}

static void test_descriptor(void **state)
{
    (void)state;
    const struct varve_driver *driver = test_driver();
    assert_int_equal(sizeof *driver, driver->size);
    assert_int_equal(VARVE_DRIVER_INTERFACE, driver->interface);
    assert_string_equal("modbus", driver->name);
    assert_true(VARVE_HAS(driver, write));
    assert_false(VARVE_HAS(driver, run));
    // The schemas and the code that reads the settings name the same keys.
    for (const char *const *key = driver->line_keys; *key != NULL; key++) {
        char quoted[40];
        snprintf(quoted, sizeof quoted, "\"%s\":{", *key);
        assert_non_null(strstr(driver->line_schema, quoted));
    }
}

static void test_wrong_settings(void **state)
{
    (void)state;
    static const struct {
        struct varve_setting list[2];
        size_t count;
        const char *message;
    } cases[] = {
        {{{"HOST", "x"}, {"PROT", "1"}}, 2, "PROT is not known"},
        {{{"HOST", "x"}, {"PORT", "0"}}, 2, "from 1 to 65535"},
        {{{"HOST", "x"}, {"PORT", "12a"}}, 2, "PORT=12a"},
        {{{"HOST", "x"}, {"TIMEOUT", "-5"}}, 2, "TIMEOUT=-5"},
        {{{"HOST", "x"}, {"PORT", "99999999999999999999"}}, 2, "from 1 to 65535"},
        {{{"PORT", "502"}}, 1, "HOST is missing"},
        {{{"HOST", ""}}, 1, "HOST is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct varve_driver_error error = {0};
        struct varve_settings settings = {cases[i].list, cases[i].count};
        static const struct varve_driver_host none = {.size = sizeof none};
        struct varve_line *line = (void *)&error;
        assert_int_equal(VARVE_SESSION_SETTING,
                         test_driver()->line_new(&none, NULL, &settings, &line, &error));
        assert_null(line);
        if (strstr(error.text, cases[i].message) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.text, cases[i].message);
    }
}

// A value's bytes, highest first, and what they mean as each type.
struct type_row {
    uint8_t type;
    uint8_t bytes;
    uint64_t raw;
    struct varve_value value;
};

#define INTEGER(x)                                                                                 \
    {                                                                                              \
        .kind = VARVE_VALUE_INTEGER, .as.integer = (x)                                             \
    }
#define UNSIGNED(x)                                                                                \
    {                                                                                              \
        .kind = VARVE_VALUE_UNSIGNED, .as.unsigned_integer = (x)                                   \
    }
#define NUMBER(x)                                                                                  \
    {                                                                                              \
        .kind = VARVE_VALUE_DOUBLE, .as.number = (x)                                               \
    }

static const struct type_row type_rows[] = {
    {VARVE_DATA_U16, 2, 0xFEDC, INTEGER(65244)},
    {VARVE_DATA_I16, 2, 0xFEDC, INTEGER(-292)},
    {VARVE_DATA_U32, 4, 0xFEDCBA98, INTEGER(4275878552)},
    {VARVE_DATA_I32, 4, 0xFEDCBA98, INTEGER(-19088744)},
    {VARVE_DATA_U64, 8, 0xFEDCBA9876543210, UNSIGNED(18364758544493064720U)},
    {VARVE_DATA_I64, 8, 0xFEDCBA9876543210, INTEGER(-81985529216486896)},
    {VARVE_DATA_F32, 4, 0xC0490FDB, NUMBER(-3.1415927410125732)},
    {VARVE_DATA_F64, 8, 0x400921FB54442D18, NUMBER(3.141592653589793)},
};

// Which of the bytes (0 = highest) comes first, second… over the wire.
static const char *wire_order(uint8_t order, uint8_t bytes)
{
    static const char *const two[] = {"01", "01", "10", "10"};
    static const char *const four[] = {"0123", "2301", "1032", "3210"};
    static const char *const eight[] = {"01234567", "67452301", "10325476", "76543210"};
    return bytes == 2 ? two[order] : bytes == 4 ? four[order] : eight[order];
}

static void put_value(uint16_t *registers, const struct type_row *row, uint8_t order)
{
    const char *wire = wire_order(order, row->bytes);
    for (int i = 0; i < row->bytes; i++) {
        uint8_t byte = (uint8_t)(row->raw >> (8 * (row->bytes - 1 - (wire[i] - '0'))));
        registers[i / 2] = (uint16_t)(i % 2 == 0 ? byte << 8 : registers[i / 2] | byte);
    }
}

static bool same_value(const struct varve_value *a, const struct varve_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch ((enum varve_value_kind)a->kind) {
    case VARVE_VALUE_BOOL:
        return a->as.boolean == b->as.boolean;
    case VARVE_VALUE_INTEGER:
    case VARVE_VALUE_UNSIGNED:
        return a->as.integer == b->as.integer;
    case VARVE_VALUE_DOUBLE:
        return a->as.number == b->as.number;
    default:
        return false;
    }
}

enum {
    TYPES = sizeof type_rows / sizeof *type_rows,
    TYPE_POINTS = TYPES * 4
};

// Every type in every order, from register 10 × its number on, in both kinds of register.
static void fill_type_points(struct varve_point *points, char (*addresses)[24], const char *kind,
                             uint16_t *registers)
{
    for (int i = 0; i < TYPE_POINTS; i++) {
        uint8_t order = (uint8_t)(i % 4);
        snprintf(addresses[i], sizeof addresses[i], "%s:%d", kind, i * 10);
        points[i] = (struct varve_point){.data_type = type_rows[i / 4].type,
                                         .word_order = order,
                                         .writable = strcmp(kind, "holding") == 0,
                                         .address = addresses[i]};
        if (registers != NULL)
            put_value(registers + i * 10, &type_rows[i / 4], order);
    }
}

static void test_every_type_and_order(void **state)
{
    (void)state;
    struct varve_point points[TYPE_POINTS];
    char addresses[TYPE_POINTS][24];
    static const char *const kinds[] = {"holding", "input"};
    for (int kind = 0; kind < 2; kind++) {
        struct test_host host;
        fill_type_points(points, addresses, kinds[kind],
                         kind == 0 ? device.map->tab_registers : device.map->tab_input_registers);
        test_host_open(&host, device.port, PATIENT, NULL, points, TYPE_POINTS);
        assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
        for (int i = 0; i < TYPE_POINTS; i++)
            if (!same_value(&host.plan.samples[i].value, &type_rows[i / 4].value))
                fail_msg("%s: type %d order %d", addresses[i], points[i].data_type,
                         points[i].word_order);
        test_host_close(&host);
    }
}

static void test_write_every_type_and_order(void **state)
{
    (void)state;
    struct varve_point points[TYPE_POINTS];
    char addresses[TYPE_POINTS][24];
    uint16_t wanted[TYPE_POINTS * 10] = {0};
    struct test_host host;
    fill_type_points(points, addresses, "holding", wanted);
    test_host_open(&host, device.port, PATIENT, NULL, points, TYPE_POINTS);
    for (uint32_t i = 0; i < TYPE_POINTS; i++)
        assert_int_equal(VARVE_SESSION_GOOD,
                         host.driver->write(host.plan.plan, i, &type_rows[i / 4].value, NULL));
    assert_memory_equal(wanted, device.map->tab_registers, sizeof wanted);
    test_host_close(&host);
}

static void test_scale_bits_and_text(void **state)
{
    (void)state;
    static const struct varve_point points[] = {
        {.data_type = VARVE_DATA_I16, .address = "holding:0", .scale = 0.1, .offset = -40},
        {.data_type = VARVE_DATA_BIT, .address = "holding:1.0"},
        {.data_type = VARVE_DATA_BIT, .address = "40002.15", .scale = 5},
        {.data_type = VARVE_DATA_BIT, .address = "coil:17"},
        {.data_type = VARVE_DATA_BIT, .address = "10019"},
        {.data_type = VARVE_DATA_TEXT, .address = "holding:4/4"},
        {.data_type = VARVE_DATA_TEXT, .address = "holding:4/2", .word_order = VARVE_ORDER_BADC},
        {.data_type = VARVE_DATA_TEXT, .address = "holding:8/3"},
        {.data_type = VARVE_DATA_F32, .address = "holding:20"},
        {.data_type = VARVE_DATA_U16, .address = "holding:20.1"},
    };
    uint16_t *registers = device.map->tab_registers;
    registers[0] = (uint16_t)-123;
    registers[1] = 0x8000;
    device.map->tab_bits[17] = 1;
    device.map->tab_input_bits[18] = 1;
    memcpy(registers + 4, (uint16_t[]){0x5061, 0x756C, 0x2000, 0x4141}, 8); // "Paul \0AA"
    memcpy(registers + 8, (uint16_t[]){0x32B0, 0x4309, 0x2020}, 6);         // "2°C\t" in Latin-1
    registers[20] = 0x7FC0;                                                 // a NaN
    struct test_host host;
    test_host_open(&host, device.port, PATIENT, NULL, points, 10);
    assert_non_null(strstr(host.log, "holding:20.1")); // the wrong one is named once
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    const struct varve_sample *samples = host.plan.samples;
    assert_true(fabs(samples[0].value.as.number - -52.3) < 1e-9);
    assert_false(samples[1].value.as.boolean);
    for (int i = 2; i < 5; i++) {
        assert_int_equal(VARVE_VALUE_BOOL, samples[i].value.kind);
        assert_true(samples[i].value.as.boolean);
    }
    assert_string_equal("Paul", samples[5].value.as.text);
    assert_string_equal("aPlu", samples[6].value.as.text);
    assert_string_equal("2\u00B0C", samples[7].value.as.text);
    assert_int_equal(VARVE_QUALITY_BAD, samples[8].quality);
    assert_int_equal(VARVE_QUALITY_SETTING, samples[9].quality);
    test_host_close(&host);
}

static void test_write_bits_text_and_refusals(void **state)
{
    (void)state;
    static const struct varve_point points[] = {
        {.data_type = VARVE_DATA_BIT, .address = "coil:5", .writable = true},
        {.data_type = VARVE_DATA_BIT, .address = "holding:7.9", .writable = true},
        {.data_type = VARVE_DATA_TEXT, .address = "holding:8/2", .writable = true},
        {.data_type = VARVE_DATA_I16, .address = "holding:3", .writable = true, .scale = 0.1},
        {.data_type = VARVE_DATA_U16, .address = "holding:4"},
    };
    static const struct varve_value on = {.kind = VARVE_VALUE_BOOL, .as.boolean = true};
    static const struct varve_value text = {
        .kind = VARVE_VALUE_TEXT, .as.text = "abc", .text_len = 3};
    static const struct varve_value number = NUMBER(-1.26);
    static const struct varve_value big = NUMBER(4000);
    struct test_host host;
    device.map->tab_registers[7] = 0x0081;
    test_host_open(&host, device.port, PATIENT, NULL, points, 5);
    struct varve_plan *plan = host.plan.plan;
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->write(plan, 0, &on, NULL));
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->write(plan, 1, &on, NULL));
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->write(plan, 2, &text, NULL));
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->write(plan, 3, &number, NULL));
    assert_int_equal(1, device.map->tab_bits[5]);
    assert_int_equal(0x0281, device.map->tab_registers[7]);
    assert_int_equal(0x6162, device.map->tab_registers[8]);
    assert_int_equal(0x6300, device.map->tab_registers[9]);
    assert_int_equal((uint16_t)-13, device.map->tab_registers[3]);
    int before = device.requests;
    assert_int_equal(VARVE_SESSION_SETTING, host.driver->write(plan, 3, &big, &host.error));
    assert_non_null(strstr(host.error.text, "does not fit"));
    assert_int_equal(VARVE_SESSION_SETTING, host.driver->write(plan, 4, &on, &host.error));
    assert_non_null(strstr(host.error.text, "not writable"));
    assert_int_equal(VARVE_SESSION_SETTING, host.driver->write(plan, 5, &on, NULL));
    assert_int_equal(before, device.requests);
    device.illegal_from = 3;
    device.illegal_to = 4;
    assert_int_equal(VARVE_SESSION_REFUSED, host.driver->write(plan, 3, &number, NULL));
    test_host_close(&host);
}

enum {
    MANY = 100
};

// u16 points at holding:0, holding:step…
static void many_points(struct varve_point *points, char (*addresses)[24], int step)
{
    for (int i = 0; i < MANY; i++) {
        snprintf(addresses[i], sizeof addresses[i], "holding:%d", i * step);
        points[i] = (struct varve_point){.data_type = VARVE_DATA_U16, .address = addresses[i]};
        device.map->tab_registers[i * step] = (uint16_t)(1000 + i);
    }
}

static void expect_bad_only(const struct test_host *host, int first, int last, uint8_t quality,
                            int session)
{
    for (int i = 0; i < (int)host->plan.count; i++) {
        const struct varve_sample *sample = &host->plan.samples[i];
        bool bad = i >= first && i <= last;
        if (sample->quality != (bad ? quality : VARVE_QUALITY_GOOD) ||
            sample->session != (bad ? session : 0))
            fail_msg("point %d: quality %d session %d", i, sample->quality, sample->session);
        if (!bad)
            assert_int_equal(1000 + i, sample->value.as.integer);
    }
}

static void test_refused_register_stands_alone(void **state)
{
    (void)state;
    struct varve_point points[MANY];
    char addresses[MANY][24];
    struct test_host host;
    many_points(points, addresses, 1);
    static const char *const settings[] = {"UNIT", "17", "RETRY_REFUSED", "3600", NULL};
    test_host_open(&host, device.port, PATIENT, settings, points, MANY);
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    assert_int_equal(1, device.requests); // a hundred neighbours, one request
    assert_int_equal(17, device.last_unit);
    device.illegal_from = 37;
    device.illegal_to = 38;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, 37, 37, VARVE_QUALITY_DEVICE, VARVE_SESSION_REFUSED);
    assert_non_null(strstr(host.log, "holding:37"));
    // Remembered: the next poll asks for the good pieces and not for the illegal register.
    int before = device.requests;
    host.log[0] = '\0';
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, 37, 37, VARVE_QUALITY_DEVICE, VARVE_SESSION_REFUSED);
    assert_in_range(device.requests - before, 2, 8);
    assert_string_equal("", host.log);
    test_host_close(&host);
}

static void test_refused_gap(void **state)
{
    (void)state;
    struct varve_point points[MANY];
    char addresses[MANY][24];
    struct test_host host;
    many_points(points, addresses, 4);
    static const char *const settings[] = {"RETRY_REFUSED", "0", NULL};
    test_host_open(&host, device.port, PATIENT, settings, points, MANY);
    device.illegal_from = 201; // between points 50 and 51, asked for by nobody
    device.illegal_to = 204;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, -1, -1, 0, 0);
    int before = device.requests;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    assert_in_range(device.requests - before, 4, 12);
    // A refused register that becomes legal comes back by itself.
    device.illegal_from = 8;
    device.illegal_to = 9;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, 2, 2, VARVE_QUALITY_DEVICE, VARVE_SESSION_REFUSED);
    device.illegal_to = 0;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, -1, -1, 0, 0);
    test_host_close(&host);
}

static void test_whole_device_refuses(void **state)
{
    (void)state;
    struct varve_point points[MANY];
    char addresses[MANY][24];
    struct test_host host;
    many_points(points, addresses, 1);
    test_host_open(&host, device.port, PATIENT, NULL, points, MANY);
    device.behaviour = TEST_BUSY; // no use in cutting: asked again as a whole
    assert_int_equal(VARVE_SESSION_REFUSED, test_host_poll(&host));
    expect_bad_only(&host, 0, MANY, VARVE_QUALITY_DEVICE, VARVE_SESSION_REFUSED);
    assert_int_equal(1, device.requests);
    device.behaviour = TEST_GOOD;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    device.behaviour = TEST_NO_FUNCTION;
    assert_int_equal(VARVE_SESSION_REFUSED, test_host_poll(&host));
    assert_int_equal(VARVE_SESSION_REFUSED, test_host_poll(&host)); // with its message, unasked
    assert_int_equal(3, device.requests);
    test_host_close(&host);
}

static void test_silence(void **state)
{
    (void)state;
    struct varve_point points[MANY];
    char addresses[MANY][24];
    struct test_host host;
    many_points(points, addresses, 1);
    test_host_open(&host, device.port, QUICK, NULL, points, MANY);
    device.behaviour = TEST_SILENT;
    assert_int_equal(VARVE_SESSION_SILENCE, test_host_poll(&host));
    expect_bad_only(&host, 0, MANY, VARVE_QUALITY_COMM, VARVE_SESSION_SILENCE);
    device.behaviour = TEST_GOOD;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, -1, -1, 0, 0);
    test_host_close(&host);
}

static void test_unit_that_does_not_answer(void **state)
{
    (void)state;
    static const struct varve_point point = {.data_type = VARVE_DATA_U16, .address = "holding:0"};
    static const char *const wrong[] = {"UNIT", "255", NULL};
    static const char *const right[] = {"UNIT", "3", NULL};
    struct test_host host;
    device.unit = 3;
    test_host_open(&host, device.port, QUICK, wrong, &point, 1);
    assert_int_equal(VARVE_SESSION_SILENCE, test_host_poll(&host));
    assert_int_equal(255, device.last_unit);
    test_host_close(&host);
    test_host_open(&host, device.port, PATIENT, right, &point, 1);
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    test_host_close(&host);
}

static void test_late_answer_is_not_taken_for_another(void **state)
{
    (void)state;
    static const struct varve_point points[] = {
        {.data_type = VARVE_DATA_U16, .address = "input:0"},
        {.data_type = VARVE_DATA_U16, .address = "holding:0"},
    };
    struct test_host host;
    device.map->tab_input_registers[0] = 1000;
    device.map->tab_registers[0] = 1001;
    test_host_open(&host, device.port, QUICK, NULL, points, 2);
    device.behaviour = TEST_LATE;
    assert_int_equal(VARVE_SESSION_SILENCE, test_host_poll(&host));
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, -1, -1, 0, 0);
    test_host_close(&host);
}

static void test_drop_in_mid_reply(void **state)
{
    (void)state;
    static const struct varve_point points[] = {
        {.data_type = VARVE_DATA_U16, .address = "input:0"},
        {.data_type = VARVE_DATA_U16, .address = "holding:0"},
        {.data_type = VARVE_DATA_U16, .address = "holding:1"},
    };
    struct test_host host;
    for (int i = 0; i < 2; i++)
        device.map->tab_registers[i] = (uint16_t)(1001 + i);
    device.map->tab_input_registers[0] = 1000;
    test_host_open(&host, device.port, PATIENT, NULL, points, 3);
    device.behaviour = TEST_CUT;
    assert_int_equal(VARVE_SESSION_LINE, test_host_poll(&host));
    expect_bad_only(&host, 1, 2, VARVE_QUALITY_NOT_CONNECTED, VARVE_SESSION_LINE);
    // The line is closed; it says so until it is connected again.
    assert_int_equal(VARVE_SESSION_LINE, test_host_poll(&host));
    device.behaviour = TEST_GOOD;
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->connect(host.line, NULL));
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, -1, -1, 0, 0);
    test_host_close(&host);
}

static void test_garbage(void **state)
{
    (void)state;
    static const struct varve_point points[] = {
        {.data_type = VARVE_DATA_U16, .address = "input:0"},
        {.data_type = VARVE_DATA_U16, .address = "holding:0"},
    };
    struct test_host host;
    device.map->tab_input_registers[0] = 1000;
    test_host_open(&host, device.port, QUICK, NULL, points, 2);
    device.behaviour = TEST_GARBAGE;
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    expect_bad_only(&host, 1, 1, VARVE_QUALITY_COMM, VARVE_SESSION_BAD_REPLY);
    test_host_close(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptor),
        cmocka_unit_test(test_wrong_settings),
        cmocka_unit_test_setup_teardown(test_every_type_and_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_write_every_type_and_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_scale_bits_and_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_write_bits_text_and_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_register_stands_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_gap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_whole_device_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unit_that_does_not_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_late_answer_is_not_taken_for_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_drop_in_mid_reply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_garbage, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
