/* time_test.c: civil arithmetic against the C library, text forms case by case. */
#include "base/time.h"

#include <string.h>
#include <time.h>

#include "base/test.h"

#include "base/banned.h"

static void test_dates_against_library(void **state)
{
    (void)state;
    for (int64_t days = -800000; days < 3000000; days += 1 + (days & 7)) {
        time_t seconds = (time_t)(days * 86400);
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        int year, month, day;
        vv_date_of_days(days, &year, &month, &day);
        assert_true(year == tm.tm_year + 1900 && month == tm.tm_mon + 1 && day == tm.tm_mday);
        assert_int_equal(vv_days_of_date(year, month, day), days);
        assert_int_equal((vv_weekday_of_days(days) + 1) % 7, tm.tm_wday);
    }
}

static void test_instants_against_library(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t time_ms = (int64_t)seed >> (seed % 20);
        struct vv_civil civil = vv_civil_of_ms(time_ms);
        assert_true(vv_ms_of_civil(&civil) == time_ms);
        time_t seconds = (time_t)vv_floor_div(time_ms, 1000);
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        assert_true(civil.year == tm.tm_year + 1900 && civil.month == tm.tm_mon + 1 &&
                    civil.day == tm.tm_mday && civil.hour == tm.tm_hour &&
                    civil.minute == tm.tm_min && civil.second == tm.tm_sec);
        assert_true(timegm(&tm) == seconds);
        assert_true(civil.nanosecond == (time_ms - (int64_t)seconds * 1000) * 1000000);
    }
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, 0, -1};
    for (size_t i = 0; i < 4; i++) {
        struct vv_civil civil = vv_civil_of_ms(extremes[i]);
        if (i > 0) { /* the first has no room for its way back */
            assert_true(vv_ms_of_civil(&civil) == extremes[i]);
        }
    }
}

static void test_floor_div(void **state)
{
    (void)state;
    assert_int_equal(vv_floor_div(7, 2), 3);
    assert_int_equal(vv_floor_div(-7, 2), -4);
    assert_int_equal(vv_floor_div(-8, 2), -4);
    assert_true(vv_floor_div(INT64_MIN, 1) == INT64_MIN);
}

static void test_clocks(void **state)
{
    (void)state;
    int64_t before = vv_monotonic_us();
    assert_in_range(vv_now_ms(), 1700000000000LL, 5000000000000LL);
    assert_true(vv_now_us() / 1000 - vv_now_ms() <= 1);
    assert_true(vv_monotonic_us() >= before);
    assert_true(vv_monotonic_ms() >= before / 1000);
}

struct text_case {
    const char *text;
    bool utc_when_bare;
    vv_status status;
    int64_t time_ns;
};

static const struct text_case rfc3339[] = {
    {"1970-01-01T00:00:00Z", false, VARVE_OK, 0},
    {"2024-11-05T00:00:00.250+02:00", false, VARVE_OK, 1730757600250000000},
    {"2024-11-05t00:00:00z", false, VARVE_OK, 1730764800000000000},
    {"2024-11-05 00:00:00Z", false, VARVE_OK, 1730764800000000000},
    {"2024-11-05T00:00:00-00:00", false, VARVE_OK, 1730764800000000000},
    {"2024-11-05T00:00:00-09:30", false, VARVE_OK, 1730799000000000000},
    {"2024-11-05", true, VARVE_OK, 1730764800000000000},
    {"2024-11-05", false, VARVE_SYNTAX, 0},
    {"2024-11-05T00:00:00", true, VARVE_OK, 1730764800000000000},
    {"2024-11-05T00:00:00", false, VARVE_SYNTAX, 0},
    {"2024-02-29T00:00:00Z", false, VARVE_OK, 1709164800000000000},
    {"2023-02-29T00:00:00Z", false, VARVE_SYNTAX, 0},
    {"1900-02-29", true, VARVE_SYNTAX, 0},
    {"2000-02-29", true, VARVE_OK, 951782400000000000},
    {"2024-13-01", true, VARVE_SYNTAX, 0},
    {"2024-00-01", true, VARVE_SYNTAX, 0},
    {"2024-04-31", true, VARVE_SYNTAX, 0},
    {"2024-04-00", true, VARVE_SYNTAX, 0},
    {"2024-11-05T24:00:00Z", false, VARVE_SYNTAX, 0},
    {"2024-11-05T00:60:00Z", false, VARVE_SYNTAX, 0},
    {"2024-11-05T00:00:61Z", false, VARVE_SYNTAX, 0},
    {"2016-12-31T23:59:60Z", false, VARVE_OK, 1483228800000000000},
    {"2016-12-31T23:59:60.5Z", false, VARVE_OK, 1483228800000000000},
    {"2017-01-01T01:59:60+02:00", false, VARVE_OK, 1483228800000000000},
    {"2016-12-30T23:59:60Z", false, VARVE_SYNTAX, 0},
    {"2016-12-31T23:58:60Z", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00.123456789Z", false, VARVE_OK, 123456789},
    {"1969-12-31T23:59:59.999999999Z", false, VARVE_OK, -1},
    {"1970-01-01T00:00:00.1234567890Z", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00.Z", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00,5Z", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00+0200", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00+24:00", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00+02:60", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00:00ZZ", false, VARVE_SYNTAX, 0},
    {"1970-01-01T00:00Z", false, VARVE_SYNTAX, 0},
    {"1970-01-01Z", true, VARVE_SYNTAX, 0},
    {"1970-1-1", true, VARVE_SYNTAX, 0},
    {"19700101", true, VARVE_SYNTAX, 0},
    {"-970-01-01", true, VARVE_SYNTAX, 0},
    {"", true, VARVE_SYNTAX, 0},
    {"2262-04-11T23:47:16.854775807Z", false, VARVE_OK, INT64_MAX},
    {"2262-04-11T23:47:16.854775808Z", false, VARVE_BAD_TIME, 0},
    {"1677-09-21T00:12:43.145224192Z", false, VARVE_OK, INT64_MIN},
    {"1677-09-21T00:12:43.145224191Z", false, VARVE_BAD_TIME, 0},
    {"9999-12-31T23:59:59Z", false, VARVE_BAD_TIME, 0},
    {"0000-01-01", true, VARVE_BAD_TIME, 0},
};

static void test_rfc3339(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rfc3339 / sizeof rfc3339[0]; i++) {
        const struct text_case *c = &rfc3339[i];
        vv_error err = {0};
        int64_t time_ns = 77;
        vv_status status =
            vv_time_parse_ns(c->text, strlen(c->text), c->utc_when_bare, &time_ns, &err);
        if (status != c->status || time_ns != c->time_ns) {
            fail_msg("%s: status %d, %lld ns: %s", c->text, (int)status, (long long)time_ns,
                     err.message);
        }
        assert_int_equal(err.status, c->status);
        assert_int_equal(
            vv_time_parse_ns(c->text, strlen(c->text), c->utc_when_bare, &time_ns, NULL),
            c->status);
    }
    /* Every cut of a good one is refused, and nothing behind the length is read. */
    char exact[29];
    memcpy(exact, "2024-11-05T00:00:00.250+02:00", 29);
    for (size_t len = 0; len < 29; len++) {
        int64_t time_ns;
        assert_int_equal(vv_time_parse_ns(exact, len, false, &time_ns, NULL), VARVE_SYNTAX);
    }
}

static void test_format_reads_back(void **state)
{
    (void)state;
    char text[40];
    vv_time_format_ms(1730757600250, text);
    assert_string_equal(text, "2024-11-04T22:00:00.250Z");
    vv_time_format_ms(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    vv_time_format_ms(INT64_MAX, text);
    assert_string_equal(text, "+292278994-08-17T07:12:55.807Z");
    vv_time_format_ms(INT64_MIN, text);
    assert_string_equal(text, "-292275055-05-16T16:47:04.192Z");
    uint64_t seed = 11;
    for (int i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t time_ms = (int64_t)(seed >> 20) - (1LL << 42) - (1LL << 40), back;
        vv_time_format_ms(time_ms, text);
        if (strlen(text) == 24) {
            assert_int_equal(vv_time_parse_user_ms(text, 0, &back, NULL), VARVE_OK);
            assert_int_equal(back, time_ms);
        }
    }
}

static void test_user_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        vv_status status;
        int64_t time_ms;
    } cases[] = {
        {"now", VARVE_OK, 1000000},
        {"now-2s", VARVE_OK, 998000},
        {"now+15m", VARVE_OK, 1900000},
        {"now-", VARVE_SYNTAX, 0},
        {"now 5m", VARVE_SYNTAX, 0},
        {"nowhere", VARVE_SYNTAX, 0},
        {"now-300000000y", VARVE_BAD_VALUE, 0},
        {"now+292000000y", VARVE_OK, 292000000LL * 365 * VV_DAY_MS + 1000000},
        {"2024-11-05", VARVE_OK, 1730764800000},
        {"2024-11-05T00:00:00.2509Z", VARVE_OK, 1730764800250},
        {"1969-12-31T23:59:59.9999Z", VARVE_OK, -1},
        {"9999-12-31T23:59:59.999Z", VARVE_OK, 253402300799999},
        {"0", VARVE_OK, 0},
        {"-1", VARVE_OK, -1000},
        {"1730764800", VARVE_OK, 1730764800000},
        {"99999999999", VARVE_OK, 99999999999000},
        {"100000000000", VARVE_OK, 100000000000},
        {"1730764800123", VARVE_OK, 1730764800123},
        {"1730764800123456", VARVE_OK, 1730764800123},
        {"-1730764800123456", VARVE_OK, -1730764800124},
        {"1730764800123456789", VARVE_OK, 1730764800123},
        {"99999999999999999999", VARVE_BAD_TIME, 0},
        {"", VARVE_SYNTAX, 0},
        {"-", VARVE_SYNTAX, 0},
        {"--1", VARVE_SYNTAX, 0},
        {"yesterday", VARVE_SYNTAX, 0},
        {"1e3", VARVE_SYNTAX, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t time_ms = 5;
        vv_error err = {0};
        vv_status status = vv_time_parse_user_ms(cases[i].text, 1000000, &time_ms, &err);
        if (status != cases[i].status || time_ms != cases[i].time_ms) {
            fail_msg("%s: status %d, %lld ms: %s", cases[i].text, (int)status, (long long)time_ms,
                     err.message);
        }
    }
    int64_t time_ms;
    assert_int_equal(vv_time_parse_user_ms("now+1y", INT64_MAX, &time_ms, NULL), VARVE_BAD_TIME);
    assert_int_equal(vv_time_parse_user_ms("now-1y", INT64_MIN, &time_ms, NULL), VARVE_BAD_TIME);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"250ms", 250},      {"90s", 90000},
                {"15m", 900000},     {"2h", 7200000},
                {"1d", 86400000},    {"2w", 1209600000},
                {"1y", 31536000000}, {"0s", 0},
                {"007m", 420000},    {"9223372036854775807ms", INT64_MAX}};
    static const char *const bad[] = {"",   "s",    "5",    "-5s",  "+5s", " 5s", "5 s",
                                      "5S", "5min", "1h5m", "1.5h", "5ss", "m5",  "5µs"};
    int64_t ms;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(vv_duration_parse_ms(good[i].text, &ms, NULL), VARVE_OK);
        assert_true(ms == good[i].ms);
    }
    vv_error err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ms = 5;
        assert_int_equal(vv_duration_parse_ms(bad[i], &ms, &err), VARVE_SYNTAX);
        assert_int_equal(ms, 0);
    }
    assert_int_equal(vv_duration_parse_ms("9223372036854775808ms", &ms, &err), VARVE_BAD_VALUE);
    assert_int_equal(vv_duration_parse_ms("9223372036854775807s", &ms, &err), VARVE_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_against_library),
        cmocka_unit_test(test_instants_against_library),
        cmocka_unit_test(test_floor_div),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_rfc3339),
        cmocka_unit_test(test_format_reads_back),
        cmocka_unit_test(test_user_times),
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
