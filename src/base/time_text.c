/* time_text.c: times and durations as people and protocols write them. */
#include "base/time.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define NS_PER_S 1000000000LL

/* What was read of a time: seconds since 1970 in UTC and the rest. */
struct moment {
    int64_t seconds;
    int64_t nanosecond;
};

struct cursor {
    const char *at;
    const char *end;
    const char *text;
    size_t len_bytes;
    vv_error *err;
};

static vv_status wrong(const struct cursor *c, vv_status status, const char *reason)
{
    int shown = (int)vv_utf8_cut(c->text, c->len_bytes, 48);
    return vv_fail(
        c->err, status,
        "\"%.*s\": %s; times look like 2024-11-05T08:30:00Z or 2024-11-05T08:30:00+02:00", shown,
        c->text, reason);
}

static bool take_char(struct cursor *c, char wanted)
{
    if (c->at < c->end && *c->at == wanted) {
        c->at++;
        return true;
    }
    return false;
}

/* Exactly `count` digits. */
static bool take_digits(struct cursor *c, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (c->at >= c->end || *c->at < '0' || *c->at > '9') {
            return false;
        }
        *value = *value * 10 + (*c->at++ - '0');
    }
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static vv_status take_date(struct cursor *c, struct vv_civil *civil)
{
    if (!take_digits(c, 4, &civil->year) || !take_char(c, '-') ||
        !take_digits(c, 2, &civil->month) || !take_char(c, '-') ||
        !take_digits(c, 2, &civil->day)) {
        return wrong(c, VARVE_SYNTAX, "the date is not of the form YYYY-MM-DD");
    }
    if (civil->month < 1 || civil->month > 12) {
        return wrong(c, VARVE_SYNTAX, "there is no such month");
    }
    if (civil->day < 1 || civil->day > days_in_month(civil->year, civil->month)) {
        return wrong(c, VARVE_SYNTAX, "that month has no such day");
    }
    return VARVE_OK;
}

static vv_status take_fraction(struct cursor *c, int64_t *nanosecond)
{
    int digits = 0;
    int64_t value = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++, digits++) {
        if (digits == 9) {
            return wrong(c, VARVE_SYNTAX, "the fraction has more than nine digits");
        }
        value = value * 10 + (*c->at - '0');
    }
    if (digits == 0) {
        return wrong(c, VARVE_SYNTAX, "the fraction has no digits");
    }
    for (; digits < 9; digits++) {
        value *= 10;
    }
    *nanosecond = value;
    return VARVE_OK;
}

static vv_status take_clock(struct cursor *c, struct vv_civil *civil)
{
    if (!take_digits(c, 2, &civil->hour) || !take_char(c, ':') ||
        !take_digits(c, 2, &civil->minute) || !take_char(c, ':') ||
        !take_digits(c, 2, &civil->second)) {
        return wrong(c, VARVE_SYNTAX, "the time of day is not of the form hh:mm:ss");
    }
    if (civil->hour > 23 || civil->minute > 59 || civil->second > 60) {
        return wrong(c, VARVE_SYNTAX, "there is no such time of day");
    }
    return take_char(c, '.') ? take_fraction(c, &civil->nanosecond) : VARVE_OK;
}

/* Z or ±hh:mm. */
static vv_status take_offset(struct cursor *c, int *offset_s)
{
    *offset_s = 0;
    if (take_char(c, 'Z') || take_char(c, 'z')) {
        return VARVE_OK;
    }
    int sign = take_char(c, '+') ? 1 : take_char(c, '-') ? -1 : 0;
    int hours, minutes;
    if (sign == 0 || !take_digits(c, 2, &hours) || !take_char(c, ':') ||
        !take_digits(c, 2, &minutes) || hours > 23 || minutes > 59) {
        return wrong(c, VARVE_SYNTAX, "the offset is not Z or of the form +hh:mm");
    }
    *offset_s = sign * (hours * 3600 + minutes * 60);
    return VARVE_OK;
}

/* A leap second falls at the end of a month in UTC, so that the second after it begins one. */
static bool follows_leap_second(int64_t seconds)
{
    int year, month, day;
    vv_date_of_days(vv_floor_div(seconds, 86400), &year, &month, &day);
    return seconds % 86400 == 0 && day == 1;
}

static vv_status parse(struct cursor *c, bool utc_when_bare, struct moment *moment)
{
    struct vv_civil civil = {0};
    int offset_s = 0;
    vv_status status = take_date(c, &civil);
    if (status != VARVE_OK) {
        return status;
    }
    bool has_clock = take_char(c, 'T') || take_char(c, 't') || take_char(c, ' ');
    if (has_clock && (status = take_clock(c, &civil)) != VARVE_OK) {
        return status;
    }
    bool bare = c->at == c->end;
    if (bare && !utc_when_bare) {
        return wrong(c, VARVE_SYNTAX, "the offset from UTC is missing");
    }
    if (!bare && !has_clock) {
        return wrong(c, VARVE_SYNTAX, "the date is followed by something else than a time");
    }
    if (!bare && (status = take_offset(c, &offset_s)) != VARVE_OK) {
        return status;
    }
    if (c->at != c->end) {
        return wrong(c, VARVE_SYNTAX, "there is more behind the time");
    }
    moment->seconds = vv_days_of_date(civil.year, civil.month, civil.day) * 86400 +
                      civil.hour * 3600 + civil.minute * 60 + civil.second - offset_s;
    moment->nanosecond = civil.nanosecond;
    if (civil.second == 60) {
        if (!follows_leap_second(moment->seconds)) {
            return wrong(c, VARVE_SYNTAX, "second 60 can only be the last of a month in UTC");
        }
        /* POSIX time has no room for it: all of it is the instant at which it ends. */
        moment->nanosecond = 0;
    }
    return VARVE_OK;
}

static struct cursor cursor_of(const char *text, size_t len_bytes, vv_error *err)
{
    return (struct cursor){text, text + len_bytes, text, len_bytes, err};
}

vv_status vv_time_parse_ns(const char *text, size_t len_bytes, bool utc_when_bare, int64_t *time_ns,
                           vv_error *err)
{
    *time_ns = 0;
    struct cursor c = cursor_of(text, len_bytes, err);
    struct moment moment;
    vv_status status = parse(&c, utc_when_bare, &moment);
    if (status != VARVE_OK) {
        return status;
    }
    /* Before 1970 the seconds alone may lie below the range in which the sum lies. */
    int64_t whole = moment.seconds, rest = moment.nanosecond;
    if (whole < 0 && rest > 0) {
        whole++;
        rest -= NS_PER_S;
    }
    int64_t sum;
    if (__builtin_mul_overflow(whole, NS_PER_S, &sum) || __builtin_add_overflow(sum, rest, &sum)) {
        return wrong(&c, VARVE_BAD_TIME, "it is not between the years 1678 and 2262");
    }
    *time_ns = sum;
    return VARVE_OK;
}

/* Digits only, into a number; false on anything else and above int64. */
static bool parse_integer(const char *text, size_t len_bytes, int64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < len_bytes; i++) {
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, text[i] - '0', value)) {
            return false;
        }
    }
    return len_bytes > 0;
}

static bool all_digits(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* An epoch, its unit told by magnitude. */
static vv_status parse_epoch(const char *text, const struct cursor *c, int64_t *time_ms)
{
    bool negative = text[0] == '-';
    const char *digits = text + negative;
    int64_t value;
    if (!parse_integer(digits, strlen(digits), &value)) {
        return wrong(c, VARVE_BAD_TIME, "the number is too large");
    }
    int64_t signed_value = negative ? -value : value;
    if (value < 100000000000LL) {
        *time_ms = signed_value * 1000;
    } else if (value < 100000000000000LL) {
        *time_ms = signed_value;
    } else if (value < 100000000000000000LL) {
        *time_ms = vv_floor_div(signed_value, 1000);
    } else {
        *time_ms = vv_floor_div(signed_value, 1000000);
    }
    return VARVE_OK;
}

/* now, now-2h, now+15m; `rest` is what follows "now". */
static vv_status parse_now(const char *rest, const struct cursor *c, int64_t now_ms,
                           int64_t *time_ms)
{
    if (rest[0] == '\0') {
        *time_ms = now_ms;
        return VARVE_OK;
    }
    if (rest[0] != '+' && rest[0] != '-') {
        return wrong(c, VARVE_SYNTAX, "after now only + or - and a duration may follow");
    }
    int64_t duration_ms;
    vv_status status = vv_duration_parse_ms(rest + 1, &duration_ms, c->err);
    if (status != VARVE_OK) {
        return status;
    }
    int64_t sum;
    if (rest[0] == '-' ? __builtin_sub_overflow(now_ms, duration_ms, &sum)
                       : __builtin_add_overflow(now_ms, duration_ms, &sum)) {
        return wrong(c, VARVE_BAD_TIME, "it is too far from now");
    }
    *time_ms = sum;
    return VARVE_OK;
}

vv_status vv_time_parse_user_ms(const char *text, int64_t now_ms, int64_t *time_ms, vv_error *err)
{
    *time_ms = 0;
    struct cursor c = cursor_of(text, strlen(text), err);
    if (strncmp(text, "now", 3) == 0) {
        return parse_now(text + 3, &c, now_ms, time_ms);
    }
    if (all_digits(text[0] == '-' ? text + 1 : text)) {
        return parse_epoch(text, &c, time_ms);
    }
    struct moment moment;
    vv_status status = parse(&c, true, &moment);
    if (status == VARVE_OK) {
        *time_ms = moment.seconds * 1000 + moment.nanosecond / 1000000;
    }
    return status;
}

vv_status vv_duration_parse_ms(const char *text, int64_t *duration_ms, vv_error *err)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1},        {"s", VV_SECOND_MS},  {"m", VV_MINUTE_MS},   {"h", VV_HOUR_MS},
                 {"d", VV_DAY_MS}, {"w", 7 * VV_DAY_MS}, {"y", 365 * VV_DAY_MS}};
    *duration_ms = 0;
    int shown = (int)vv_utf8_cut(text, strlen(text), 48);
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; digits > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + digits, units[i].name) != 0) {
            continue;
        }
        int64_t value;
        if (!parse_integer(text, digits, &value) ||
            __builtin_mul_overflow(value, units[i].ms, &value)) {
            return vv_fail(err, VARVE_BAD_VALUE, "\"%.*s\": the duration is too long", shown, text);
        }
        *duration_ms = value;
        return VARVE_OK;
    }
    return vv_fail(err, VARVE_SYNTAX,
                   "\"%.*s\": a duration is a whole number and one of ms, s, m, h, d, w, y, as 15m",
                   shown, text);
}

static char *put_digits(char *to, int count, int64_t value)
{
    for (int i = count - 1; i >= 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + count;
}

void vv_time_format_ms(int64_t time_ms, char *to)
{
    struct vv_civil civil = vv_civil_of_ms(time_ms);
    if (civil.year >= 0 && civil.year <= 9999) {
        to = put_digits(to, 4, civil.year);
    } else {
        to += snprintf(to, 13, "%+05d", civil.year); /* ISO 8601's form beyond four digits */
    }
    *to++ = '-';
    to = put_digits(to, 2, civil.month);
    *to++ = '-';
    to = put_digits(to, 2, civil.day);
    *to++ = 'T';
    to = put_digits(to, 2, civil.hour);
    *to++ = ':';
    to = put_digits(to, 2, civil.minute);
    *to++ = ':';
    to = put_digits(to, 2, civil.second);
    *to++ = '.';
    to = put_digits(to, 3, civil.nanosecond / 1000000);
    *to++ = 'Z';
    *to = '\0';
}
