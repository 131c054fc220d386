// The player read by the real driver, and the demonstration plant's three files held together.
// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "describe.h"
#include "server.h"
#include "test_host.h"

static const char recorded[] = "time;a;b\r\n"
                               "x;1.5;10\r\n"
                               "x;;20\n"
                               "x;-3\n"
                               "\n"
                               "x;4;1e3\n";

static bool load_recorded(void *ctx, struct player_recording *recording, const char *path,
                          char separator, char *message, size_t message_size)
{
    (void)ctx;
    if (strcmp(path, "none.csv") == 0) {
        snprintf(message, message_size, "no such file");
        return false;
    }
    return player_recording_read(recording, recorded, sizeof recorded - 1, separator, message,
                                 message_size);
}

static bool parse(struct player_site *site, const char *text, char *message, size_t size)
{
    return player_site_parse(site, text, strlen(text), load_recorded, NULL, message, size);
}

static void test_recording(void **state)
{
    (void)state;
    struct player_recording recording = {.period_s = 10, .speed = 2, .start = 1};
    char message[128];
    assert_true(player_recording_read(&recording, recorded, sizeof recorded - 1, ';', message,
                                      sizeof message));
    assert_int_equal(4, recording.rows);
    assert_int_equal(3, recording.columns);
    assert_int_equal(2, player_recording_column(&recording, "b"));
    assert_int_equal(-1, player_recording_column(&recording, "c"));
    assert_true(isnan(player_recording_cell(&recording, 0, 0))); // a word
    assert_true(isnan(player_recording_cell(&recording, 1, 0))); // an empty cell
    assert_true(isnan(player_recording_cell(&recording, 2, 1))); // a short row
    assert_true(player_recording_cell(&recording, 2, 2) == 1000);
    assert_true(player_recording_cell(&recording, 1, 3) == 1.5); // round again
    assert_int_equal(2, player_recording_step_at(&recording, 14.9));
    player_recording_deinit(&recording);
    assert_false(player_recording_read(&recording, "a\n", 2, ',', message, sizeof message));
    recording.start = 4;
    assert_false(player_recording_read(&recording, recorded, sizeof recorded - 1, ';', message,
                                       sizeof message));
    assert_non_null(strstr(message, "4 rows"));
}

static void test_wrong_descriptions(void **state)
{
    (void)state;
#define REC "recording r r.csv period=1 separator=;\n"
#define DEV REC "device d port=5020\n"
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "no device"},
        {"holding:0 u16 constant 1\n", "comes first"},
        {"recording r none.csv period=1\n", "line 1: recording r: no such file"},
        {"recording r r.csv\n", "period"},
        {"recording r r.csv period=0\n", "above 0"},
        {"recording r r.csv period=1 speed=1e9\n", "million"},
        {"recording r r.csv period=1 sped=1\n", "sped=1"},
        {"recording r r.csv period=1 start=99\n", "4 rows"},
        {REC REC, "line 2: recording r is there already"},
        {"device d port=70000\n", "from 0 to 65535"},
        {"device d port=1 unit=256\n", "from 0 to 255"},
        {"device d port=1\ndevice e port=1\n", "has port 1 unit 1 already"},
        {"device a.b port=1\n", "a.b"},
        {DEV "holding:0 u17 r.a\n", "line 3: type \"u17\""},
        {DEV "holding:70000 u16 r.a\n", "65535"},
        {DEV "holding:0 u16\n", "ADDRESS TYPE SOURCE"},
        {DEV "holding:0 u16 r.c\n", "no column \"c\""},
        {DEV "holding:0 u16 s.a\n", "no recording \"s\""},
        {DEV "holding:0 u16 a\n", "RECORDING.COLUMN"},
        {DEV "holding:0 u16 r.a > 1\n", "type bit"},
        {DEV "coil:0 bit r.a >\n", "a number is missing"},
        {DEV "coil:0 bit r.a > x\n", "no number"},
        {DEV "holding:0 u16 count r.a\n", "needs a condition"},
        {DEV "holding:0 u16 total r.a per=0\n", "per must be above 0"},
        {DEV "holding:0 u16 r.a scale=0\n", "lose every value"},
        {DEV "holding:0 u16 r.a order=AB\n", "order=AB"},
        {DEV "holding:0/2 text \"12345\"\n", "more than 4 bytes"},
        {DEV "holding:0/2 text \"12\n", "closing quote"},
        {DEV "input:0 u16 constant 1 write\n", "can be written"},
        {DEV "holding:0 u16 constant 1 2 3 4 5 6 7 8 9 10\n", "more than 12 words"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct player_site site;
        char message[256] = "";
        assert_false(parse(&site, cases[i].text, message, sizeof message));
        if (strstr(message, cases[i].message) == NULL)
            fail_msg("\"%s\" says \"%s\", not \"%s\"", cases[i].text, message, cases[i].message);
    }
}

static void test_sources(void **state)
{
    (void)state;
    struct player_site site;
    char message[256];
    if (!parse(&site,
               DEV "holding:0 i16 r.a scale=0.5\n"
                   "holding:1 f32 r.a\n"
                   "holding:3.4 bit r.b < 15\n"
                   "holding:4 u16 count r.b > 15\n"
                   "holding:5 u32 total r.b per=2 order=CDAB\n"
                   "holding:7 u16 constant 9\n"
                   "holding:8/2 text \"A#b\" # a comment\n",
               message, sizeof message))
        fail_msg("%s", message);
    assert_true(player_device_init(&site.devices[0]));
    const uint16_t *registers = site.devices[0].image->tab_registers;
    player_site_advance(&site, 0);
    assert_int_equal(3, registers[0]);
    assert_int_equal(0x3FC0, registers[1]);
    assert_int_equal(1 << 4, registers[3]);
    assert_int_equal(0, registers[4]);
    assert_int_equal(9, registers[7]);
    assert_int_equal('A' << 8 | '#', registers[8]);
    player_site_advance(&site, 1.5);
    assert_int_equal(3, registers[0]);      // an empty cell leaves an integer
    assert_int_equal(0x7FC0, registers[1]); // and makes a float no number
    assert_int_equal(0, registers[3]);
    assert_int_equal(1, registers[4]);
    assert_int_equal(5, registers[5]);       // the low word first
    player_site_advance(&site, 401);         // a hundred rounds
    assert_int_equal(1 + 100, registers[4]); // 20, nothing, 1000 is once a round
    assert_int_equal(10 * 100 / 2 + 20 * 100 / 2 + 1000 * 100 / 2 + 5,
                     registers[5] | registers[6] << 16);
    player_site_deinit(&site);
}

// A site served in a thread, told what to do over a pipe.
struct served {
    struct player_site site;
    struct player_server *server;
    pthread_t thread;
    int orders[2], answers[2];
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *serve(void *arg)
{
    struct served *served = arg;
    for (;;) {
        char order[64];
        char message[128];
        if (player_server_run(served->server, 1000, served->orders[0], seconds_now) == 0)
            continue;
        if (read(served->orders[0], order, sizeof order) != sizeof order)
            return NULL;
        char good = (char)player_command(&served->site, order, message, sizeof message);
        if (write(served->answers[1], &good, 1) != 1)
            return NULL;
    }
}

static void start(struct served *served)
{
    char message[256] = "";
    served->site.speed = 1e-12; // stays at the first row
    for (size_t i = 0; i < served->site.device_count; i++)
        assert_true(player_device_init(&served->site.devices[i]));
    player_site_advance(&served->site, 0);
    served->server = player_server_new(&served->site, "127.0.0.1", true, message, sizeof message);
    if (served->server == NULL)
        fail_msg("%s", message);
    assert_int_equal(0, pipe(served->orders));
    assert_int_equal(0, pipe(served->answers));
    assert_int_equal(0, pthread_create(&served->thread, NULL, serve, served));
}

static bool order(struct served *served, const char *command)
{
    char text[64] = "";
    char good = 0;
    memcpy(text, command, strlen(command));
    assert_int_equal(sizeof text, write(served->orders[1], text, sizeof text));
    assert_int_equal(1, read(served->answers[0], &good, 1));
    return good;
}

static void stop(struct served *served)
{
    close(served->orders[1]);
    pthread_join(served->thread, NULL);
    close(served->orders[0]);
    close(served->answers[0]);
    close(served->answers[1]);
    player_server_free(served->server);
    player_site_deinit(&served->site);
}

static void test_faults(void **state)
{
    (void)state;
    static const struct varve_point points[] = {
        {.data_type = VARVE_DATA_U16, .address = "holding:0"},
        {.data_type = VARVE_DATA_U16, .address = "holding:1", .writable = true},
    };
    static const struct varve_value value = {.kind = VARVE_VALUE_INTEGER, .as.integer = 77};
    static const char *const settings[] = {"RETRY_REFUSED", "0", NULL};
    struct served served;
    struct test_host host;
    char message[256];
    assert_true(parse(&served.site,
                      "device d port=1\nholding:0 u16 constant 5\n"
                      "holding:1 u16 constant 6 write\n",
                      message, sizeof message));
    start(&served);
    test_host_open(&host, served.site.devices[0].port, "300", settings, points, 2);
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    assert_int_equal(5, host.plan.samples[0].value.as.integer);
    assert_int_equal(VARVE_SESSION_GOOD, host.driver->write(host.plan.plan, 1, &value, NULL));
    assert_true(order(&served, "slow d 50"));
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    assert_int_equal(77, host.plan.samples[1].value.as.integer);
    assert_true(order(&served, "stall all"));
    assert_int_equal(VARVE_SESSION_SILENCE, test_host_poll(&host));
    assert_true(order(&served, "refuse d 4"));
    assert_int_equal(VARVE_SESSION_REFUSED, test_host_poll(&host));
    assert_true(order(&served, "refuse d 2 1"));
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    static const char *const commands[] = {"drop d", "cut d"};
    for (int i = 0; i < 2; i++) {
        assert_true(order(&served, commands[i]));
        assert_int_equal(VARVE_SESSION_LINE, test_host_poll(&host));
        assert_int_equal(VARVE_SESSION_GOOD, host.driver->connect(host.line, NULL));
    }
    assert_true(order(&served, "heal d"));
    assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
    assert_false(order(&served, "heal e"));
    assert_false(order(&served, "refuse d 0"));
    assert_false(order(&served, "slow d"));
    assert_false(order(&served, "sleep d"));
    test_host_close(&host);
    stop(&served);
}

static bool load_file(void *ctx, struct player_recording *recording, const char *path,
                      char separator, char *message, size_t message_size)
{
    char whole[1024];
    snprintf(whole, sizeof whole, "%s/%s", (const char *)ctx, path);
    return player_recording_load(recording, whole, separator, message, message_size);
}

static char *read_file(const char *folder, const char *name)
{
    char path[1024];
    char *text = calloc(1, 1 << 20);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

// `key: value` of a memory map's row in plant.yaml, without quotes; false when it is not there.
static bool field(const char *row, const char *key, char *out, size_t size)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, " %s: ", key);
    const char *at = strstr(row, wanted);
    *out = '\0';
    if (at == NULL)
        return false;
    at += strlen(wanted);
    at += *at == '"';
    size_t len = strcspn(at, ",\"}");
    assert_true(len < size);
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

// The rows of the memory map of type `name` in plant.yaml; the addresses are the caller's.
static size_t read_map(const char *yaml, const char *name, struct varve_point *points,
                       char (*addresses)[24])
{
    static const char *const types[] = {"bit", "u16", "i16", "u32", "i32",
                                        "u64", "i64", "f32", "f64", "text"};
    static const char *const orders[] = {"ABCD", "CDAB", "BADC", "DCBA"};
    char heading[64];
    char text[64];
    size_t count = 0;
    snprintf(heading, sizeof heading, "- name: %s\n", name);
    const char *at = strstr(yaml, heading);
    assert_non_null(at);
    at = strstr(at, "parameters:\n");
    assert_non_null(at);
    for (at = strchr(at, '\n') + 1; strncmp(at, "      - {", 9) == 0; at = strchr(at, '\n') + 1) {
        char row[512];
        snprintf(row, sizeof row, "%.*s", (int)strcspn(at, "\n"), at);
        struct varve_point *point = &points[count];
        *point = (struct varve_point){.address = addresses[count], .data_type = 255};
        assert_true(field(row, "address", addresses[count], 24));
        assert_true(field(row, "type", text, sizeof text));
        for (uint8_t i = 0; i < 10; i++)
            if (strcmp(types[i], text) == 0)
                point->data_type = i;
        field(row, "order", text, sizeof text);
        for (uint8_t i = 0; i < 4; i++)
            if (strcmp(orders[i], text) == 0)
                point->word_order = i;
        point->scale = field(row, "scale", text, sizeof text) ? atof(text) : 1;
        point->offset = field(row, "offset", text, sizeof text) ? atof(text) : 0;
        point->writable = field(row, "writable", text, sizeof text);
        count++;
    }
    return count;
}

static void test_plant(void **state)
{
    (void)state;
    static const struct {
        const char *device, *type, *unit, *gap;
        size_t points;
        size_t index; // of a point
        double value; // in the recordings' first row
    } cases[] = {
        {"dcs", "TE process controller", "1", "8", 63, 6, 2705.2},
        {"meter", "Building power meter", "1", "8", 15, 2, 243.15},
        {"utilities", "Utilities data logger", "2", "0", 10, 0, (73.96732207 - 32) / 1.8},
    };
    char *folder = getenv("VARVE_PLANT");
    assert_non_null(folder);
    char *yaml = read_file(folder, "plant.yaml");
    char *description = read_file(folder, "devices.player");
    struct served served;
    char message[512];
    if (!player_site_parse(&served.site, description, strlen(description), load_file, folder,
                           message, sizeof message))
        fail_msg("%s", message);
    start(&served);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct varve_point points[100];
        char addresses[100][24];
        size_t count = read_map(yaml, cases[i].type, points, addresses);
        assert_int_equal(cases[i].points, count);
        const struct player_device *device = player_site_device(&served.site, cases[i].device);
        assert_non_null(device);
        const char *const settings[] = {"UNIT", cases[i].unit, "GAP", cases[i].gap, NULL};
        struct test_host host;
        test_host_open(&host, device->port, "5000", settings, points, count);
        assert_int_equal(VARVE_SESSION_GOOD, test_host_poll(&host));
        for (size_t k = 0; k < count; k++)
            if (host.plan.samples[k].quality != VARVE_QUALITY_GOOD)
                fail_msg("%s %s: quality %d", cases[i].device, addresses[k],
                         host.plan.samples[k].quality);
        assert_true(fabs(host.plan.samples[cases[i].index].value.as.number - cases[i].value) <
                    1e-3);
        test_host_close(&host);
    }
    stop(&served);
    free(yaml);
    free(description);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recording), cmocka_unit_test(test_wrong_descriptions),
        cmocka_unit_test(test_sources),   cmocka_unit_test(test_faults),
        cmocka_unit_test(test_plant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
