/* time.h: instants, and their forms in text.
 *
 * Inside Varve a time is an int64 count since 1970-01-01T00:00:00Z, its unit in the name (time_ms);
 * leap seconds do not exist (POSIX). Civil arithmetic is the proleptic Gregorian calendar. Time
 * zones are in zone.h.
 *
 * Threads: any.
 */
#ifndef VV_BASE_TIME_H
#define VV_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define VV_SECOND_MS 1000LL
#define VV_MINUTE_MS 60000LL
#define VV_HOUR_MS   3600000LL
#define VV_DAY_MS    86400000LL

struct vv_civil {
    int year, month, day;     /* month 1…12, day 1…31 */
    int hour, minute, second; /* second 0…59 */
    int64_t nanosecond;
};

/* The wall clock and a clock that never steps. */
int64_t vv_now_ms(void);
int64_t vv_now_us(void);
int64_t vv_monotonic_ms(void);
int64_t vv_monotonic_us(void);

/* Days since 1970-01-01 of a date, and back. */
int64_t vv_days_of_date(int year, int month, int day);
void vv_date_of_days(int64_t days, int *year, int *month, int *day);
/* 0 Monday … 6 Sunday. */
int vv_weekday_of_days(int64_t days);
/* UTC fields of an instant. */
struct vv_civil vv_civil_of_ms(int64_t time_ms);
int64_t vv_ms_of_civil(const struct vv_civil *civil);
/* a / b rounded towards minus infinity; b > 0. */
int64_t vv_floor_div(int64_t a, int64_t b);

/* RFC 3339 with offset ("2024-11-05T00:00:00.250+02:00"); or, without offset, a date alone or a
 * local time, for which `utc_when_bare` decides: true reads them as UTC, false refuses them.
 * Fractions of up to nine digits. A leap second is the instant at which it ends. SYNTAX names what
 * is wrong; BAD_TIME outside the years 1678 to 2262, which nanoseconds allow. */
vv_status vv_time_parse_ns(const char *text, size_t len_bytes, bool utc_when_bare, int64_t *time_ns,
                           vv_error *err);
/* What a user may type as a time: RFC 3339, a date, `now`, `now-2h`, `now+15m`, or epoch in
 * seconds, ms, µs or ns told by magnitude (below 1e11 s, 1e14 ms, 1e17 µs). */
vv_status vv_time_parse_user_ms(const char *text, int64_t now_ms, int64_t *time_ms, vv_error *err);
/* "90s", "15m", "2h", "1d", "2w", "1y" (365 d), "250ms"; no sign. SYNTAX; BAD_VALUE when too long.
 */
vv_status vv_duration_parse_ms(const char *text, int64_t *duration_ms, vv_error *err);

/* "2024-11-05T00:00:00.250Z" (24 bytes and a NUL) into `to`, which holds at least 40 bytes. */
void vv_time_format_ms(int64_t time_ms, char *to);

#endif
