/* zone.c: ICU is asked for one thing, the offset at an instant; the rest is arithmetic on it. */
#include "base/zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "base/utf8.h"

#include "base/banned.h"

#define NAME_BYTES 64
/* No place was ever further from UTC (Manila and Alaska before 1845: 15 h 56 min). Clocks that are
 * set twice within two days are not known of. */
#define FARTHEST_MS (16 * VV_HOUR_MS)
/* Beyond this ICU counts no more; the offset there is that at the border. */
#define LAST_MS 180000000000000000LL

struct vv_zone {
    struct vv_mutex lock; /* guards calendar */
    UCalendar *calendar;
    char name[NAME_BYTES];
};

static vv_status unknown_name(const char *name, vv_error *err)
{
    return vv_fail(err, VARVE_BAD_NAME,
                   "\"%.*s\" is no time zone of the IANA data base; they look like Europe/Kyiv",
                   (int)vv_utf8_cut(name, strlen(name), NAME_BYTES), name);
}

/* ICU takes unknown names for GMT and invents zones for some, so that the name is looked up first.
 */
static bool is_known(const UChar *name)
{
    UChar canonical[128];
    UBool is_system = 0;
    UErrorCode code = U_ZERO_ERROR;
    ucal_getCanonicalTimeZoneID(name, -1, canonical, 128, &is_system, &code);
    return U_SUCCESS(code) && is_system;
}

vv_status vv_zone_new(const char *name, struct vv_zone **zone, vv_error *err)
{
    *zone = NULL;
    size_t len = strlen(name);
    bool plain = len > 0 && len < NAME_BYTES && strcmp(name, UCAL_UNKNOWN_ZONE_ID) != 0;
    for (size_t i = 0; plain && i < len; i++) {
        plain = (unsigned char)name[i] > 0x20 && (unsigned char)name[i] < 0x7F;
    }
    if (!plain) {
        return unknown_name(name, err);
    }
    UChar wide[NAME_BYTES];
    for (size_t i = 0; i <= len; i++) {
        wide[i] = (UChar)name[i];
    }
    if (!is_known(wide)) {
        return unknown_name(name, err);
    }
    struct vv_zone *made = vv_alloc_zero(sizeof *made);
    if (made == NULL) {
        return vv_fail(err, VARVE_NO_MEMORY, "%s: no memory for the time zone", name);
    }
    UErrorCode code = U_ZERO_ERROR;
    made->calendar = ucal_open(wide, -1, "en_US", UCAL_GREGORIAN, &code);
    if (U_FAILURE(code)) {
        vv_free(made);
        vv_status status = code == U_MEMORY_ALLOCATION_ERROR ? VARVE_NO_MEMORY : VARVE_INTERNAL;
        return vv_fail(err, status, "%s: ICU cannot open the time zone: %s", name,
                       u_errorName(code));
    }
    memcpy(made->name, name, len + 1);
    vv_mutex_init(&made->lock);
    *zone = made;
    return VARVE_OK;
}

void vv_zone_free(struct vv_zone *zone)
{
    if (zone != NULL) {
        ucal_close(zone->calendar);
        vv_mutex_deinit(&zone->lock);
        vv_free(zone);
    }
}

const char *vv_zone_name(const struct vv_zone *zone)
{
    return zone->name;
}

int64_t vv_zone_offset_ms(struct vv_zone *zone, int64_t time_ms)
{
    int64_t asked = time_ms > LAST_MS ? LAST_MS : time_ms < -LAST_MS ? -LAST_MS : time_ms;
    UErrorCode code = U_ZERO_ERROR;
    vv_mutex_lock(&zone->lock);
    ucal_setMillis(zone->calendar, (UDate)asked, &code);
    int64_t offset_ms = (int64_t)ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &code) +
                        ucal_get(zone->calendar, UCAL_DST_OFFSET, &code);
    vv_mutex_unlock(&zone->lock);
    return U_SUCCESS(code) ? offset_ms : 0;
}

/* Instants at the very ends of int64 have no local time of their own. */
static int64_t add_bounded(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return b < 0 ? INT64_MIN : INT64_MAX;
    }
    return sum;
}

struct vv_civil vv_zone_civil(struct vv_zone *zone, int64_t time_ms)
{
    return vv_civil_of_ms(add_bounded(time_ms, vv_zone_offset_ms(zone, time_ms)));
}

enum kind {
    PLAIN = 0,
    SKIPPED = 1,
    REPEATED = 2
};

/* The instants at which the clocks of the zone show a time; the same one twice unless repeated. */
struct shown {
    int64_t first_ms, last_ms;
    enum kind kind;
};

/* The first instant of (low_ms, high_ms] whose offset is not that at low_ms, which differs at
 * high_ms. */
static int64_t find_change(struct vv_zone *zone, int64_t low_ms, int64_t high_ms)
{
    int64_t offset_ms = vv_zone_offset_ms(zone, low_ms);
    while (high_ms - low_ms > 1) {
        int64_t middle_ms = low_ms + (high_ms - low_ms) / 2;
        if (vv_zone_offset_ms(zone, middle_ms) == offset_ms) {
            low_ms = middle_ms;
        } else {
            high_ms = middle_ms;
        }
    }
    return high_ms;
}

/* `local_ms` is what the clocks show, counted as if it were UTC. */
static struct shown find_shown(struct vv_zone *zone, int64_t local_ms)
{
    int64_t low_ms = add_bounded(local_ms, -FARTHEST_MS);
    int64_t high_ms = add_bounded(local_ms, FARTHEST_MS);
    int64_t before_ms = vv_zone_offset_ms(zone, low_ms);
    int64_t after_ms = vv_zone_offset_ms(zone, high_ms);
    int64_t by_before = add_bounded(local_ms, -before_ms);
    int64_t by_after = add_bounded(local_ms, -after_ms);
    if (before_ms == after_ms) {
        return (struct shown){by_before, by_before, PLAIN};
    }
    bool before_holds = vv_zone_offset_ms(zone, by_before) == before_ms;
    bool after_holds = vv_zone_offset_ms(zone, by_after) == after_ms;
    if (before_holds && after_holds) {
        return (struct shown){by_before, by_after, REPEATED};
    }
    if (before_holds || after_holds) {
        int64_t only = before_holds ? by_before : by_after;
        return (struct shown){only, only, PLAIN};
    }
    int64_t change_ms = find_change(zone, low_ms, high_ms);
    return (struct shown){change_ms, change_ms, SKIPPED};
}

int64_t vv_zone_instant_ms(struct vv_zone *zone, const struct vv_civil *local, int *kind)
{
    struct shown shown = find_shown(zone, vv_ms_of_civil(local));
    if (kind != NULL) {
        *kind = (int)shown.kind;
    }
    return shown.first_ms;
}

static int64_t local_days(struct vv_zone *zone, int64_t time_ms)
{
    return vv_floor_div(add_bounded(time_ms, vv_zone_offset_ms(zone, time_ms)), VV_DAY_MS);
}

int64_t vv_zone_day_start_ms(struct vv_zone *zone, int64_t time_ms)
{
    return find_shown(zone, local_days(zone, time_ms) * VV_DAY_MS).first_ms;
}

int64_t vv_zone_next_day_ms(struct vv_zone *zone, int64_t time_ms)
{
    struct shown midnight = find_shown(zone, (local_days(zone, time_ms) + 1) * VV_DAY_MS);
    /* Clocks set back just after midnight show the end of the old day again: from there the next
     * day is the second midnight. */
    return midnight.first_ms > time_ms ? midnight.first_ms : midnight.last_ms;
}

void vv_zone_format_ms(struct vv_zone *zone, int64_t time_ms, char *to)
{
    /* RFC 3339 knows whole minutes only. Old offsets with seconds are cut, and the clock time with
     * them, so that the text still means the same instant. */
    int64_t minutes = vv_floor_div(vv_zone_offset_ms(zone, time_ms), VV_MINUTE_MS);
    vv_time_format_ms(add_bounded(time_ms, minutes * VV_MINUTE_MS), to);
    int size = (int)(minutes < 0 ? -minutes : minutes);
    char *z = to + strlen(to) - 1;
    snprintf(z, 10, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60 % 100, size % 60);
}
