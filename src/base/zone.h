/* zone.h: time zones, by ICU.
 *
 * The only place that knows local time; the rest of Varve counts in UTC. Threads: a zone may be
 * shared; its calls take a lock inside.
 */
#ifndef VV_BASE_ZONE_H
#define VV_BASE_ZONE_H

#include <stdint.h>

#include "base/error.h"
#include "base/time.h"

struct vv_zone;

/* BAD_NAME for a name that is not in the IANA data base ("Europe/Kyiv"; "UTC" always is). */
vv_status vv_zone_new(const char *name, struct vv_zone **zone, vv_error *err);
void vv_zone_free(struct vv_zone *zone);
const char *vv_zone_name(const struct vv_zone *zone);
/* Offset from UTC in ms, summer time included, at an instant. */
int64_t vv_zone_offset_ms(struct vv_zone *zone, int64_t time_ms);
/* Local fields of an instant. */
struct vv_civil vv_zone_civil(struct vv_zone *zone, int64_t time_ms);
/* The instant of local fields. A time that the clocks skip gives the instant at which they were set
 * forward, a repeated one the first; `*kind` (may be null) is 0 plain, 1 skipped, 2 repeated. */
int64_t vv_zone_instant_ms(struct vv_zone *zone, const struct vv_civil *local, int *kind);
/* Start of the local day that holds an instant, and of the next one, which is always later. A day
 * whose midnight the clocks skip begins at the instant at which they were set. */
int64_t vv_zone_day_start_ms(struct vv_zone *zone, int64_t time_ms);
int64_t vv_zone_next_day_ms(struct vv_zone *zone, int64_t time_ms);
/* RFC 3339 with the zone's offset, cut to minutes for old local mean times
 * ("2024-07-05T12:00:00.000+03:00") into 40 bytes at `to`. */
void vv_zone_format_ms(struct vv_zone *zone, int64_t time_ms, char *to);

#endif
