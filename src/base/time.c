/* time.c: clocks and civil arithmetic; the text forms are in time_text.c. */
#include "base/time.h"

#include <time.h>

#include "base/banned.h"

static int64_t read_clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now); /* cannot fail for these two clocks */
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t vv_now_us(void)
{
    return read_clock_us(CLOCK_REALTIME);
}

int64_t vv_now_ms(void)
{
    return vv_floor_div(vv_now_us(), 1000);
}

int64_t vv_monotonic_us(void)
{
    return read_clock_us(CLOCK_MONOTONIC);
}

int64_t vv_monotonic_ms(void)
{
    return vv_monotonic_us() / 1000;
}

int64_t vv_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Both ways count in years that begin on 1 March, so that a leap day is a year's last day, and in
 * eras of 400 years (146,097 days), after which the calendar repeats. 719,468 is the number of days
 * from 0000-03-01 to 1970-01-01. */

int64_t vv_days_of_date(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = vv_floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void vv_date_of_days(int64_t days, int *year, int *month, int *day)
{
    int64_t shifted = days + 719468;
    int64_t era = vv_floor_div(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

int vv_weekday_of_days(int64_t days)
{
    int64_t from_monday = (days % 7 + 7 + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)from_monday;
}

struct vv_civil vv_civil_of_ms(int64_t time_ms)
{
    int64_t days = vv_floor_div(time_ms, VV_DAY_MS);
    int64_t of_day = time_ms % VV_DAY_MS;
    if (of_day < 0) {
        of_day += VV_DAY_MS;
    }
    struct vv_civil civil;
    vv_date_of_days(days, &civil.year, &civil.month, &civil.day);
    civil.hour = (int)(of_day / VV_HOUR_MS);
    civil.minute = (int)(of_day / VV_MINUTE_MS % 60);
    civil.second = (int)(of_day / VV_SECOND_MS % 60);
    civil.nanosecond = of_day % VV_SECOND_MS * 1000000;
    return civil;
}

int64_t vv_ms_of_civil(const struct vv_civil *civil)
{
    int64_t of_day = civil->hour * VV_HOUR_MS + civil->minute * VV_MINUTE_MS +
                     civil->second * VV_SECOND_MS + vv_floor_div(civil->nanosecond, 1000000);
    return vv_days_of_date(civil->year, civil->month, civil->day) * VV_DAY_MS + of_day;
}
