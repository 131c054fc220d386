/* partition.h: how time is cut into partitions, and what their tables are called.
 *
 * A partition is one UTC day, week, month, quarter, half year or year; its DateKey is the digits
 * that name it, and names of one size sort by time. Weeks begin on Monday 00:00 UTC and are counted
 * within the year from 1 January: week 1 is the (possibly short) week that holds 1 January, and a
 * week never crosses a year, so that the last week of December ends with the year.
 *
 *     size      DateKey    2024-11-05 gives
 *     day       yyyyMMdd   20241105
 *     week      yyyyWW     202445
 *     month     yyyyMM     202411
 *     quarter   yyyyQ      20244
 *     halfyear  yyyyH      20242
 *     year      yyyy       2024
 *
 * Years 0001 to 9999 have a DateKey; other times are refused as BAD_TIME.
 *
 * Needs base/time.h only: the native store uses it without a database. Threads: any; no state.
 */
#ifndef VV_CATALOG_PARTITION_H
#define VV_CATALOG_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum vv_partition_size {
    VV_PARTITION_NONE, /* not partitioned: one table over all time */
    VV_PARTITION_DAY,
    VV_PARTITION_WEEK,
    VV_PARTITION_MONTH,
    VV_PARTITION_QUARTER,
    VV_PARTITION_HALFYEAR,
    VV_PARTITION_YEAR
};
#define VV_PARTITION_SIZE_COUNT 7

/* Holds every instant in [start_ms, end_ms). With size NONE: all int64 times but the last, key 0.
 */
struct vv_partition {
    enum vv_partition_size size;
    uint32_t date_key; /* the digits as a number: 20241105 */
    int64_t start_ms;
    int64_t end_ms; /* exclusive; the start of the partition that follows */
};

/* The times that can be partitioned: [MIN, MAX), years 0001 to 9999. */
#define VV_PARTITION_MIN_MS (-62135596800000LL)
#define VV_PARTITION_MAX_MS 253402300800000LL

/* "none", "day", "week"…: as written in configuration and in table names. */
const char *vv_partition_size_name(enum vv_partition_size size);
/* BAD_VALUE lists the names that there are. */
vv_status vv_partition_size_parse(const char *text, size_t len_bytes, enum vv_partition_size *size,
                                  vv_error *err);

/* The partition that holds an instant. BAD_TIME outside the years 0001 to 9999. */
vv_status vv_partition_at(enum vv_partition_size size, int64_t time_ms,
                          struct vv_partition *partition, vv_error *err);
/* The partition of a DateKey. BAD_VALUE for one that does not exist: 20230229, week 54 of a year
 * that has 53, any key with size NONE. */
vv_status vv_partition_of_key(enum vv_partition_size size, uint32_t date_key,
                              struct vv_partition *partition, vv_error *err);

/* Holds any DateKey with its NUL. */
#define VV_DATE_KEY_BYTES 12
/* "20241105"; the empty text for size NONE. */
void vv_date_key_format(const struct vv_partition *partition, char to[VV_DATE_KEY_BYTES]);
/* Reads a DateKey back; it must have exactly the digits of its size. BAD_VALUE. */
vv_status vv_date_key_parse(enum vv_partition_size size, const char *text, size_t len_bytes,
                            struct vv_partition *partition, vv_error *err);

/* A table of history or of pre-processed history, as its name tells it. */
struct vv_partition_table {
    int64_t provider_id; /* ScadaProviderMapping.Id; 0 for the unpartitioned ScadaTagHistory */
    int64_t window_min;  /* minutes; 0: raw history, not pre-processed */
    struct vv_partition partition;
};

/* Holds any table name with its NUL. */
#define VV_PARTITION_TABLE_BYTES 80
/* Writes the documented name:
 *   ScadaTagHistory                                      raw, size NONE
 *   ScadaTagHistory_{provider_id}_{size}_{DateKey}       raw
 *   ScadaTagPreProcessed_{provider_id}_{window_min}_{DateKey}   pre-processed; size is MONTH always
 */
void vv_partition_table_format(const struct vv_partition_table *table,
                               char to[VV_PARTITION_TABLE_BYTES]);
/* False for a name that is not one of these in exactly this form. */
bool vv_partition_table_parse(const char *name, struct vv_partition_table *table);

#endif
