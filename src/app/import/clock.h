/* clock.h: the times of a file to import.
 *
 * Without a format: RFC 3339; the same without offset, without seconds, or a date alone, which are
 * local times of the zone; or an epoch of 9 digits or more in s, ms, µs or ns by magnitude, seconds
 * also with a fraction. With a format, which is strptime's but for the locale:
 *
 *     %Y %m %d   year, month, day (1 or 2 digits)      %y        00…68 is 20xx, 69…99 19xx
 *     %b %B      Jan, January (English, any case)      %a %A     a weekday, passed over
 *     %H %I %p   hour, hour of AM and PM               %M %S     minute, second
 *     %f         1 to 9 digits of a second             %z        Z, +02:00, +0200
 *     %s         epoch seconds                         %F %T %R  %Y-%m-%d, %H:%M:%S, %H:%M
 *     %%         %                                     blank     any number of blanks, also none
 *
 * 24:00 is the end of its day.
 *
 * A local time that the clocks skip is refused: the zone is not that of the file. One that they
 * repeat is the first of the two, unless the row before it (of the same tag) lies between them or
 * is the first one itself: then it is the second.
 *
 * Threads: a clock belongs to one thread.
 */
#ifndef VV_APP_IMPORT_CLOCK_H
#define VV_APP_IMPORT_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vv_zone;

struct vv_import_clock {
    const char *format;     /* null: the forms above */
    struct vv_zone *zone;   /* borrowed; null: UTC */
    int64_t day, offset_ms; /* ours: a local day that is known to have one offset, and that */
};

#define VV_IMPORT_NO_TIME INT64_MIN

/* SYNTAX for a directive that there is not. `zone` is borrowed. */
vv_status vv_import_clock_init(struct vv_import_clock *clock, const char *format,
                               struct vv_zone *zone, vv_error *err);
/* `previous_ms` is the row before it, or VV_IMPORT_NO_TIME. SYNTAX, BAD_TIME. */
vv_status vv_import_clock_parse(struct vv_import_clock *clock, const char *text, size_t len_bytes,
                                int64_t previous_ms, int64_t *time_ms, vv_error *err);

#endif
