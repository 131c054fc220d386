/* clock_test.c: every form of a time, formats, and local times that are skipped or repeated. */
#include "app/import/clock.h"

#include <string.h>

#include "base/test.h"
#include "base/zone.h"

#include "base/banned.h"

#define NOV_5 1730764800000 /* 2024-11-05T00:00:00Z */
#define BAD   INT64_MAX

static int64_t parse(struct vv_import_clock *clock, const char *text, int64_t previous_ms)
{
    int64_t time_ms;
    vv_error err;
    vv_status status =
        vv_import_clock_parse(clock, text, strlen(text), previous_ms, &time_ms, &err);
    if (!status)
        return time_ms;
    assert_true(status == VARVE_SYNTAX || status == VARVE_BAD_TIME);
    assert_int_not_equal(err.message[0], '\0');
    return BAD;
}

static void test_known_forms(void **state)
{
    static const struct {
        const char *text;
        int64_t time_ms;
    } rows[] = {
        {"2024-11-05T00:00:00Z", NOV_5},
        {"2024-11-05T02:00:00.250+02:00", NOV_5 + 250},
        {" 2024-11-05 00:00:00 ", NOV_5},
        {"2024-11-05 00:00", NOV_5},
        {"2024-11-05T00:00", NOV_5},
        {"2024-11-05", NOV_5},
        {"1730764800", NOV_5},
        {"1730764800000", NOV_5},
        {"1730764800000000", NOV_5},
        {"1730764800000000000", NOV_5},
        {"1730764800.5", NOV_5 + 500},
        {"", BAD},
        {"20241105", BAD}, /* rather a date than 1970-08-23 */
        {"17", BAD},
        {"1.5", BAD},
        {"-1730764800", BAD},
        {"05.11.2024", BAD},
        {"2024-02-30", BAD},
        {"yesterday", BAD},
        {"2024-11-05T00:00:00Z, and a text that is too long to be any time at all", BAD},
    };
    struct vv_import_clock clock;
    (void)state;
    assert_ok(vv_import_clock_init(&clock, NULL, NULL, NULL), &(vv_error){0});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(parse(&clock, rows[i].text, VV_IMPORT_NO_TIME), rows[i].time_ms);
}

static void test_formats(void **state)
{
    static const struct {
        const char *format, *text;
        int64_t time_ms;
    } rows[] = {
        {"%d.%m.%Y %H:%M", "05.11.2024 00:00", NOV_5},
        {"%d.%m.%Y %H:%M", "5.11.2024 24:00", NOV_5 + 86400000},
        {"%d.%m.%Y %H:%M", "5.11.2024 24:01", BAD},
        {"%d.%m.%Y %H:%M", "31.11.2024 00:00", BAD},
        {"%d.%m.%Y %H:%M", "05.11.2024 00:00 ", NOV_5},
        {"%d.%m.%Y %H:%M", "05.11.2024 00:00x", BAD},
        {"%d/%m/%Y %H:%M:%S", "5/11/2024 00:00:59", NOV_5 + 59000},
        {"%d/%m/%Y %H:%M:%S", "5/11/2024 00:00:60", BAD},
        {"%m/%d/%y %I:%M %p", "11/5/24 12:00 AM", NOV_5},
        {"%m/%d/%y %I:%M %p", "11/5/24 1:30 pm", NOV_5 + 13 * 3600000 + 1800000},
        {"%m/%d/%y %I:%M %p", "11/5/24 13:30 pm", BAD},
        {"%a, %d %b %Y %T", "Tue, 5 Nov 2024 00:00:00", NOV_5},
        {"%A %d %B %Y %R", "Tuesday 05 november 2024 00:00", NOV_5},
        {"%F %T.%f", "2024-11-05 00:00:00.25", NOV_5 + 250},
        {"%FT%T%z", "2024-11-05T02:00:00+0200", NOV_5},
        {"%FT%T%z", "2024-11-05T02:00:00+02:00", NOV_5},
        {"%FT%T%z", "2024-11-05T00:00:00Z", NOV_5},
        {"%FT%T%z", "2024-11-05T00:00:00+2", BAD},
        {"%Y%m%d", "20241105", NOV_5},
        {"%s", "1730764800", NOV_5},
        {"%s.%f", "1730764800.125", NOV_5 + 125},
        {"%s", "-1", -1000},
        {"100%% %Y-%m-%d", "100% 2024-11-05", NOV_5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vv_import_clock clock;
        vv_error err;
        assert_ok(vv_import_clock_init(&clock, rows[i].format, NULL, &err), &err);
        assert_int_equal(parse(&clock, rows[i].text, VV_IMPORT_NO_TIME), rows[i].time_ms);
    }
    struct vv_import_clock clock;
    vv_error err;
    assert_int_equal(vv_import_clock_init(&clock, "%Y %Q", NULL, &err), VARVE_SYNTAX);
    assert_int_equal(vv_import_clock_init(&clock, "%Y %", NULL, &err), VARVE_SYNTAX);
}

/* Kyiv: set forward 2014-03-30 03:00 to 04:00, back 2014-10-26 04:00 to 03:00. */
static void test_local_times(void **state)
{
    struct vv_zone *zone;
    struct vv_import_clock clock;
    vv_error err;
    (void)state;
    assert_ok(vv_zone_new("Europe/Kyiv", &zone, &err), &err);
    assert_ok(vv_import_clock_init(&clock, NULL, zone, &err), &err);
    assert_int_equal(parse(&clock, "2024-11-05", VV_IMPORT_NO_TIME), NOV_5 - 7200000);
    assert_int_equal(parse(&clock, "2024-11-05 12:00", VV_IMPORT_NO_TIME), NOV_5 + 36000000);
    assert_int_equal(parse(&clock, "2024-07-05 03:00:00", VV_IMPORT_NO_TIME), 1720137600000);
    assert_int_equal(parse(&clock, "2024-11-05T02:00:00+02:00", VV_IMPORT_NO_TIME), NOV_5);
    assert_int_equal(parse(&clock, "1730764800", VV_IMPORT_NO_TIME), NOV_5);

    assert_int_equal(parse(&clock, "2014-03-30 02:59", VV_IMPORT_NO_TIME), 1396141140000);
    assert_int_equal(parse(&clock, "2014-03-30 03:30", VV_IMPORT_NO_TIME), BAD);
    assert_int_equal(parse(&clock, "2014-03-30 04:00", VV_IMPORT_NO_TIME), 1396141200000);

    /* An hour in quarters, twice; then the same by the hour. */
    static const char *const quarters[] = {"02:45", "03:00", "03:15", "03:30", "03:45",
                                           "03:00", "03:15", "03:30", "03:45", "04:00"};
    int64_t previous_ms = VV_IMPORT_NO_TIME, first_ms = 1414280700000; /* 02:45+03:00 */
    for (int i = 0; i < 10; i++) {
        char text[32];
        snprintf(text, sizeof text, "2014-10-26 %s", quarters[i]);
        previous_ms = parse(&clock, text, previous_ms);
        assert_int_equal(previous_ms, first_ms + i * 900000);
    }
    int64_t once_ms = parse(&clock, "2014-10-26 03:00", first_ms);
    assert_int_equal(once_ms, first_ms + 900000);
    assert_int_equal(parse(&clock, "2014-10-26 03:00", once_ms), once_ms + 3600000);
    /* A row of another day does not make it the second. */
    assert_int_equal(parse(&clock, "2014-10-26 03:00", NOV_5), once_ms);
    vv_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_forms),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_local_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
