#include "app/import/clock.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "base/utf8.h"
#include "base/zone.h"

#include "base/banned.h"

#define TEXT_BYTES 64
#define NO_DAY     INT64_MIN
/* A shorter number is rather a date like 20241105, or the number of a row, than a time before 1973:
 * --time-format %s takes it. */
#define EPOCH_DIGITS_LEAST 9

/* What a text said; the rest is the zone's to know. */
struct fields {
    struct vv_civil civil;
    int hour12; /* 0: not said */
    bool pm;
    bool has_offset, has_epoch;
    int64_t offset_ms, epoch_s;
};

struct cursor {
    const char *at, *end;
};

/* ---- fields by a format ---- */

static bool take_number(struct cursor *c, int least, int most, int64_t *value)
{
    int digits = 0;
    *value = 0;
    for (; digits < most && c->at < c->end && isdigit((unsigned char)*c->at); digits++)
        *value = *value * 10 + (*c->at++ - '0');
    return digits >= least;
}

static bool take_int(struct cursor *c, int least, int most, int *value)
{
    int64_t wide;
    bool good = take_number(c, least, most, &wide);
    *value = (int)wide;
    return good;
}

static bool take_fraction(struct cursor *c, int64_t *nanosecond)
{
    const char *begin = c->at;
    if (!take_number(c, 1, 9, nanosecond))
        return false;
    for (ptrdiff_t digits = c->at - begin; digits < 9; digits++)
        *nanosecond *= 10;
    return true;
}

/* One of the names, whole or its first three letters; its number from 0. */
static bool take_name(struct cursor *c, const char *const *names, int count, int *number)
{
    for (int i = 0; i < count; i++) {
        size_t whole = strlen(names[i]), left = (size_t)(c->end - c->at);
        size_t len = left >= whole && strncasecmp(c->at, names[i], whole) == 0 ? whole : 3;
        if (left >= len && strncasecmp(c->at, names[i], len) == 0) {
            c->at += len;
            *number = i;
            return true;
        }
    }
    return false;
}

static bool take_half(struct cursor *c, struct fields *f)
{
    if (c->end - c->at < 2 || tolower((unsigned char)c->at[1]) != 'm')
        return false;
    char first = (char)tolower((unsigned char)c->at[0]);
    c->at += 2;
    f->pm = first == 'p';
    return first == 'a' || first == 'p';
}

static bool take_offset(struct cursor *c, struct fields *f)
{
    int64_t hours, minutes;
    f->has_offset = true;
    if (c->at < c->end && (*c->at == 'Z' || *c->at == 'z')) {
        c->at++;
        return true;
    }
    if (c->at == c->end || (*c->at != '+' && *c->at != '-'))
        return false;
    int sign = *c->at++ == '-' ? -1 : 1;
    if (!take_number(c, 2, 2, &hours))
        return false;
    if (c->at < c->end && *c->at == ':')
        c->at++;
    if (!take_number(c, 2, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    f->offset_ms = sign * (hours * VV_HOUR_MS + minutes * VV_MINUTE_MS);
    return true;
}

static bool take_epoch(struct cursor *c, struct fields *f)
{
    bool negative = c->at < c->end && *c->at == '-';
    c->at += negative;
    if (!take_number(c, 1, 12, &f->epoch_s))
        return false;
    if (negative)
        f->epoch_s = -f->epoch_s;
    f->has_epoch = true;
    return true;
}

static bool take_directive(struct cursor *c, char directive, struct fields *f)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    int number;
    switch (directive) {
    case 'Y':
        return take_int(c, 4, 4, &f->civil.year);
    case 'y':
        if (!take_int(c, 2, 2, &f->civil.year))
            return false;
        f->civil.year += f->civil.year < 69 ? 2000 : 1900;
        return true;
    case 'm':
        return take_int(c, 1, 2, &f->civil.month);
    case 'b':
    case 'B':
        if (!take_name(c, months, 12, &f->civil.month))
            return false;
        f->civil.month++;
        return true;
    case 'd':
        return take_int(c, 1, 2, &f->civil.day);
    case 'a':
    case 'A':
        return take_name(c, weekdays, 7, &number);
    case 'H':
        return take_int(c, 1, 2, &f->civil.hour);
    case 'I':
        return take_int(c, 1, 2, &f->hour12) && f->hour12 >= 1 && f->hour12 <= 12;
    case 'p':
        return take_half(c, f);
    case 'M':
        return take_int(c, 1, 2, &f->civil.minute);
    case 'S':
        return take_int(c, 1, 2, &f->civil.second);
    case 'f':
        return take_fraction(c, &f->civil.nanosecond);
    case 'z':
        return take_offset(c, f);
    case 's':
        return take_epoch(c, f);
    case '%':
        return c->at < c->end && *c->at++ == '%';
    default:
        return false;
    }
}

/* What %F, %T and %R stand for; null for the others. */
static const char *expanded(char directive)
{
    return directive == 'F'   ? "%Y-%m-%d"
           : directive == 'T' ? "%H:%M:%S"
           : directive == 'R' ? "%H:%M"
                              : NULL;
}

static bool take_format(struct cursor *c, const char *format, struct fields *f)
{
    for (; *format; format++) {
        if (isspace((unsigned char)*format)) {
            while (c->at < c->end && isspace((unsigned char)*c->at))
                c->at++;
        } else if (*format != '%') {
            if (c->at == c->end || *c->at++ != *format)
                return false;
        } else {
            const char *whole = expanded(*++format);
            if (whole ? !take_format(c, whole, f) : !take_directive(c, *format, f))
                return false;
        }
    }
    return true;
}

static int days_in_month(int year, int month)
{
    return (int)(vv_days_of_date(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
                 vv_days_of_date(year, month, 1));
}

static bool plausible(struct fields *f)
{
    struct vv_civil *t = &f->civil;
    if (f->has_epoch)
        return true;
    if (f->hour12)
        t->hour = f->hour12 % 12 + (f->pm ? 12 : 0);
    bool end_of_day = t->hour == 24 && t->minute == 0 && t->second == 0 && t->nanosecond == 0;
    return t->month >= 1 && t->month <= 12 && t->day >= 1 &&
           t->day <= days_in_month(t->year, t->month) && (t->hour <= 23 || end_of_day) &&
           t->minute <= 59 && t->second <= 59;
}

/* ---- local times ---- */

/* Whether the whole local day and what lies a day around it have one offset, which is then known.
 */
static bool day_is_plain(struct vv_import_clock *clock, int64_t local_ms)
{
    int64_t day = vv_floor_div(local_ms, VV_DAY_MS);
    if (clock->day == day)
        return true;
    int64_t before = vv_zone_offset_ms(clock->zone, (day - 1) * VV_DAY_MS);
    int64_t after = vv_zone_offset_ms(clock->zone, (day + 2) * VV_DAY_MS);
    if (before != after)
        return false;
    clock->day = day;
    clock->offset_ms = before;
    return true;
}

/* How far apart the two instants of a repeated local time are. */
static int64_t second_instant(struct vv_zone *zone, int64_t first_ms, int64_t local_ms)
{
    int64_t later_ms = vv_zone_offset_ms(zone, first_ms + VV_DAY_MS);
    return local_ms - later_ms;
}

static vv_status settle_local(struct vv_import_clock *clock, int64_t local_ms, int64_t previous_ms,
                              int64_t *time_ms, vv_error *err)
{
    int kind;
    *time_ms = local_ms;
    if (!clock->zone)
        return VARVE_OK;
    if (day_is_plain(clock, local_ms)) {
        *time_ms = local_ms - clock->offset_ms;
        return VARVE_OK;
    }
    const struct vv_civil civil = vv_civil_of_ms(local_ms);
    *time_ms = vv_zone_instant_ms(clock->zone, &civil, &kind);
    if (kind == 1)
        return vv_fail(err, VARVE_BAD_TIME,
                       "%04d-%02d-%02d %02d:%02d does not exist in %s, where the clocks were set "
                       "forward: is --tz right?",
                       civil.year, civil.month, civil.day, civil.hour, civil.minute,
                       vv_zone_name(clock->zone));
    if (kind == 2) {
        int64_t second_ms = second_instant(clock->zone, *time_ms, local_ms);
        if (previous_ms >= *time_ms && previous_ms < second_ms)
            *time_ms = second_ms;
    }
    return VARVE_OK;
}

/* ---- forms that are known without a format ---- */

/* Seconds with a fraction. */
static bool parse_fraction_epoch(const char *text, int64_t *time_ms)
{
    if (text[strspn(text, "0123456789.")] != '\0' || !strchr(text, '.'))
        return false;
    char *end;
    double seconds = strtod(text, &end);
    if (*end != '\0' || seconds < 1e8 || seconds > 1e11)
        return false;
    *time_ms = (int64_t)(seconds * 1000 + 0.5);
    return true;
}

/* Whether it has no offset: a date, or a date and a time of day. */
static bool is_bare(const char *text, size_t len)
{
    return len == 10 ||
           (isdigit((unsigned char)text[len - 1]) && len > 16 && !strpbrk(text + 11, "+-"));
}

static vv_status parse_known(struct vv_import_clock *clock, char *text, size_t len,
                             int64_t previous_ms, int64_t *time_ms, vv_error *err)
{
    int64_t time_ns;
    if (strspn(text, "0123456789") == len) {
        if (len < EPOCH_DIGITS_LEAST)
            return vv_fail(err, VARVE_SYNTAX, "too small for an epoch");
        return vv_time_parse_user_ms(text, 0, time_ms, err);
    }
    if (parse_fraction_epoch(text, time_ms))
        return VARVE_OK;
    if (len == 16 && text[13] == ':') { /* without seconds */
        memcpy(text + len, ":00", 4);
        len += 3;
    }
    vv_status status = vv_time_parse_ns(text, len, true, &time_ns, err);
    if (status)
        return status;
    *time_ms = vv_floor_div(time_ns, 1000000);
    return is_bare(text, len) ? settle_local(clock, *time_ms, previous_ms, time_ms, err) : VARVE_OK;
}

/* ---- */

vv_status vv_import_clock_init(struct vv_import_clock *clock, const char *format,
                               struct vv_zone *zone, vv_error *err)
{
    *clock = (struct vv_import_clock){.format = format, .zone = zone, .day = NO_DAY};
    for (const char *at = format; at && (at = strchr(at, '%')); at++) {
        at++;
        if (!*at || !strchr("YymbBdaAHIpMSfzsFTR%", *at))
            return vv_fail(err, VARVE_SYNTAX,
                           "--time-format: %%%.1s is not known; there are %%Y %%y %%m %%b %%d %%a "
                           "%%H %%I %%p %%M %%S %%f %%z %%s %%F %%T %%R",
                           at);
    }
    return VARVE_OK;
}

static vv_status parse_format(struct vv_import_clock *clock, const char *text, size_t len,
                              int64_t previous_ms, int64_t *time_ms, vv_error *err)
{
    struct fields f = {.civil = {.year = 1970, .month = 1, .day = 1}};
    struct cursor c = {text, text + len};
    if (!take_format(&c, clock->format, &f) || c.at != c.end || !plausible(&f))
        return vv_fail(err, VARVE_SYNTAX, "\"%s\" is no time of the form %.100s", text,
                       clock->format);
    if (f.has_epoch) {
        *time_ms = f.epoch_s * 1000 + f.civil.nanosecond / 1000000;
        return VARVE_OK;
    }
    int64_t local_ms = vv_days_of_date(f.civil.year, f.civil.month, f.civil.day) * VV_DAY_MS +
                       f.civil.hour * VV_HOUR_MS + f.civil.minute * VV_MINUTE_MS +
                       f.civil.second * VV_SECOND_MS + f.civil.nanosecond / 1000000;
    *time_ms = local_ms - f.offset_ms;
    return f.has_offset ? VARVE_OK : settle_local(clock, local_ms, previous_ms, time_ms, err);
}

vv_status vv_import_clock_parse(struct vv_import_clock *clock, const char *text, size_t len_bytes,
                                int64_t previous_ms, int64_t *time_ms, vv_error *err)
{
    char own[TEXT_BYTES + 4]; /* room for ":00" */
    *time_ms = 0;
    while (len_bytes > 0 && isspace((unsigned char)text[0])) {
        text++;
        len_bytes--;
    }
    while (len_bytes > 0 && isspace((unsigned char)text[len_bytes - 1]))
        len_bytes--;
    if (len_bytes == 0)
        return vv_fail(err, VARVE_SYNTAX, "the time is missing");
    if (len_bytes >= TEXT_BYTES || memchr(text, '\0', len_bytes))
        return vv_fail(err, VARVE_SYNTAX, "\"%.*s…\" is no time",
                       (int)vv_utf8_cut(text, len_bytes, 40), text);
    memcpy(own, text, len_bytes);
    own[len_bytes] = '\0';
    vv_status status = clock->format
                           ? parse_format(clock, own, len_bytes, previous_ms, time_ms, err)
                           : parse_known(clock, own, len_bytes, previous_ms, time_ms, err);
    if (status == VARVE_SYNTAX && !clock->format)
        vv_fail(err, VARVE_SYNTAX,
                "\"%s\" is no time that is known; say its form, as --time-format '%%d.%%m.%%Y "
                "%%H:%%M'",
                own);
    return status;
}
