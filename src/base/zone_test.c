/* zone_test.c: zones with and without summer time, gaps, repetitions, odd offsets. */
#include "base/zone.h"

#include <string.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

static vv_error err;

static struct vv_zone *zone_of(const char *name)
{
    struct vv_zone *zone;
    assert_ok(vv_zone_new(name, &zone, &err), &err);
    assert_string_equal(vv_zone_name(zone), name);
    return zone;
}

static int64_t instant(const char *text)
{
    int64_t time_ms;
    assert_ok(vv_time_parse_user_ms(text, 0, &time_ms, &err), &err);
    return time_ms;
}

static void test_names(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",      "Europe/Kiew", "europe/kyiv", "GMT+3",    "Etc/Unknown",
        "K\xC3", "a b",         "+02:00",      "UTC\nUTC", "../UTC"};
    struct vv_zone *zone;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(vv_zone_new(bad[i], &zone, &err), VARVE_BAD_NAME);
        assert_null(zone);
    }
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    long_name[299] = '\0';
    assert_int_equal(vv_zone_new(long_name, &zone, &err), VARVE_BAD_NAME);
    static const char *const good[] = {"UTC", "Europe/Kyiv", "Europe/Kiev", "Asia/Shanghai",
                                       "America/Argentina/Buenos_Aires"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        vv_zone_free(zone_of(good[i]));
    }
    vv_zone_free(NULL);
    vv_alloc_fail_at(1, false);
    assert_int_equal(vv_zone_new("UTC", &zone, &err), VARVE_NO_MEMORY);
    assert_null(zone);
}

struct zone_case {
    const char *zone;
    const char *utc;
    const char *local;
};

static const struct zone_case cases[] = {
    {"UTC", "2024-07-05T12:00:00Z", "2024-07-05T12:00:00.000+00:00"},
    {"Europe/Kyiv", "2024-07-05T09:00:00Z", "2024-07-05T12:00:00.000+03:00"},
    {"Europe/Kyiv", "2024-01-05T09:00:00Z", "2024-01-05T11:00:00.000+02:00"},
    {"Europe/Kyiv", "2024-03-31T00:59:59.999Z", "2024-03-31T02:59:59.999+02:00"},
    {"Europe/Kyiv", "2024-03-31T01:00:00Z", "2024-03-31T04:00:00.000+03:00"},
    {"Europe/Kyiv", "2024-10-27T00:59:59Z", "2024-10-27T03:59:59.000+03:00"},
    {"Europe/Kyiv", "2024-10-27T01:00:00Z", "2024-10-27T03:00:00.000+02:00"},
    {"Europe/Kyiv", "1985-07-01T00:00:00Z", "1985-07-01T04:00:00.000+04:00"},
    {"Australia/Lord_Howe", "2024-04-06T14:59:59Z", "2024-04-07T01:59:59.000+11:00"},
    {"Australia/Lord_Howe", "2024-04-06T15:00:00Z", "2024-04-07T01:30:00.000+10:30"},
    {"Asia/Kolkata", "2024-07-05T00:00:00Z", "2024-07-05T05:30:00.000+05:30"},
    {"America/New_York", "2024-11-03T05:59:59Z", "2024-11-03T01:59:59.000-04:00"},
    {"America/New_York", "2024-11-03T06:00:00Z", "2024-11-03T01:00:00.000-05:00"},
    {"America/New_York", "2045-07-01T00:00:00Z", "2045-06-30T20:00:00.000-04:00"},
    {"America/St_Johns", "2024-01-01T00:00:00Z", "2023-12-31T20:30:00.000-03:30"},
    {"Asia/Kathmandu", "2024-01-01T00:00:00Z", "2024-01-01T05:45:00.000+05:45"},
    {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00.000+14:00"},
};

static void test_instants(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vv_zone *zone = zone_of(cases[i].zone);
        int64_t time_ms = instant(cases[i].utc);
        char text[40];
        vv_zone_format_ms(zone, time_ms, text);
        assert_string_equal(text, cases[i].local);
        assert_int_equal(instant(text), time_ms);
        struct vv_civil civil = vv_zone_civil(zone, time_ms);
        assert_int_equal(vv_ms_of_civil(&civil), time_ms + vv_zone_offset_ms(zone, time_ms));
        vv_zone_free(zone);
    }
}

static void check_local(const char *name, const char *local, const char *utc, int want_kind)
{
    struct vv_zone *zone = zone_of(name);
    struct vv_civil civil = vv_civil_of_ms(instant(local));
    int kind;
    int64_t got_ms = vv_zone_instant_ms(zone, &civil, &kind);
    if (got_ms != instant(utc) || kind != want_kind) {
        char text[40];
        vv_time_format_ms(got_ms, text);
        fail_msg("%s %s: %s, kind %d", name, local, text, kind);
    }
    assert_true(vv_zone_instant_ms(zone, &civil, NULL) == got_ms);
    vv_zone_free(zone);
}

static void test_local_times(void **state)
{
    (void)state;
    enum {
        PLAIN,
        SKIPPED,
        REPEATED
    };
    check_local("UTC", "2024-03-31T03:30:00", "2024-03-31T03:30:00Z", PLAIN);
    check_local("Europe/Kyiv", "2024-03-31T02:59:59.999", "2024-03-31T00:59:59.999Z", PLAIN);
    check_local("Europe/Kyiv", "2024-03-31T03:00:00", "2024-03-31T01:00:00Z", SKIPPED);
    check_local("Europe/Kyiv", "2024-03-31T03:30:00", "2024-03-31T01:00:00Z", SKIPPED);
    check_local("Europe/Kyiv", "2024-03-31T04:00:00", "2024-03-31T01:00:00Z", PLAIN);
    check_local("Europe/Kyiv", "2024-10-27T02:59:59", "2024-10-26T23:59:59Z", PLAIN);
    check_local("Europe/Kyiv", "2024-10-27T03:00:00", "2024-10-27T00:00:00Z", REPEATED);
    check_local("Europe/Kyiv", "2024-10-27T03:30:00", "2024-10-27T00:30:00Z", REPEATED);
    check_local("Europe/Kyiv", "2024-10-27T04:00:00", "2024-10-27T02:00:00Z", PLAIN);
    check_local("Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00Z", REPEATED);
    check_local("Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-05T15:30:00Z", SKIPPED);
    check_local("America/New_York", "2024-03-10T02:30:00", "2024-03-10T07:00:00Z", SKIPPED);
    check_local("America/New_York", "2024-11-03T01:30:00", "2024-11-03T05:30:00Z", REPEATED);
    check_local("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z", SKIPPED);
    check_local("Asia/Kolkata", "2024-07-05T05:30:00", "2024-07-05T00:00:00Z", PLAIN);
}

static void check_day(const char *name, const char *utc, const char *start, const char *next)
{
    struct vv_zone *zone = zone_of(name);
    int64_t time_ms = instant(utc);
    assert_int_equal(vv_zone_day_start_ms(zone, time_ms), instant(start));
    assert_int_equal(vv_zone_next_day_ms(zone, time_ms), instant(next));
    vv_zone_free(zone);
}

static void test_days(void **state)
{
    (void)state;
    check_day("Europe/Kyiv", "2024-03-31T12:00:00Z", "2024-03-30T22:00:00Z",
              "2024-03-31T21:00:00Z");
    check_day("Europe/Kyiv", "2024-10-27T12:00:00Z", "2024-10-26T21:00:00Z",
              "2024-10-27T22:00:00Z");
    check_day("Asia/Kolkata", "2024-10-27T18:30:00Z", "2024-10-27T18:30:00Z",
              "2024-10-28T18:30:00Z");
    /* Midnight itself is skipped: the day begins at one. */
    check_day("America/Havana", "2024-03-10T12:00:00Z", "2024-03-10T05:00:00Z",
              "2024-03-11T04:00:00Z");
    /* A whole day is skipped. */
    check_day("Pacific/Apia", "2011-12-30T05:00:00Z", "2011-12-29T10:00:00Z",
              "2011-12-30T10:00:00Z");
}

/* Over the years of each zone: every local time leads back to its instant, and days follow each
 * other without gap or overlap. */
static void test_days_follow(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Kyiv",      "Australia/Lord_Howe", "Asia/Kolkata",
                                        "America/New_York", "America/St_Johns",    "America/Havana",
                                        "Pacific/Apia",     "Africa/Casablanca"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct vv_zone *zone = zone_of(names[i]);
        int64_t last_ms = instant("2030-01-01");
        int64_t time_ms = vv_zone_day_start_ms(zone, instant("2004-01-01"));
        while (time_ms < last_ms) {
            int64_t next_ms = vv_zone_next_day_ms(zone, time_ms);
            assert_in_range(next_ms - time_ms, 22 * VV_HOUR_MS, 26 * VV_HOUR_MS);
            for (int64_t at = time_ms; at < next_ms; at += 5 * VV_HOUR_MS + 77777) {
                struct vv_civil civil = vv_zone_civil(zone, at);
                int kind;
                int64_t back = vv_zone_instant_ms(zone, &civil, &kind);
                assert_true(kind == 2 ? back <= at && at - back <= 2 * VV_HOUR_MS : back == at);
                assert_true(vv_zone_next_day_ms(zone, at) > at);
                assert_true(vv_zone_day_start_ms(zone, at) <= at);
            }
            time_ms = next_ms;
        }
        vv_zone_free(zone);
    }
}

static void test_far_ends(void **state)
{
    (void)state;
    struct vv_zone *zone = zone_of("Europe/Kyiv");
    char text[40];
    vv_zone_format_ms(zone, INT64_MAX, text);
    assert_true(strlen(text) < 40);
    vv_zone_format_ms(zone, INT64_MIN, text);
    assert_true(strlen(text) < 40);
    int64_t old_ms = instant("1850-01-01T00:00:00Z"); /* local mean time, with seconds */
    vv_zone_format_ms(zone, old_ms, text);
    assert_string_equal(text, "1850-01-01T02:02:00.000+02:02");
    assert_int_equal(vv_zone_offset_ms(zone, old_ms), (2 * 3600 + 2 * 60 + 4) * 1000);
    vv_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),       cmocka_unit_test(test_instants),
        cmocka_unit_test(test_local_times), cmocka_unit_test(test_days),
        cmocka_unit_test(test_days_follow), cmocka_unit_test(test_far_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
