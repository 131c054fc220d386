#include "catalog/partition.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

#include "base/banned.h"

#define HISTORY_NAME      "ScadaTagHistory"
#define PREPROCESSED_NAME "ScadaTagPreProcessed"
#define MONTHS_IN_YEAR    12
#define DAYS_IN_WEEK      7
#define PROVIDER_DIGITS   19

/* One row for each size: its name, and the digits of its DateKey. */
struct size_row {
    const char *name;
    int digits;          /* of the whole key */
    int months;          /* that a partition spans; 0 for those counted in days */
    uint32_t part_scale; /* 10 to the number of digits behind the year */
};

static const struct size_row sizes[VV_PARTITION_SIZE_COUNT] = {
    [VV_PARTITION_NONE] = {"none", 0, 0, 1},
    [VV_PARTITION_DAY] = {"day", 8, 0, 10000},
    [VV_PARTITION_WEEK] = {"week", 6, 0, 100},
    [VV_PARTITION_MONTH] = {"month", 6, 1, 100},
    [VV_PARTITION_QUARTER] = {"quarter", 5, 3, 10},
    [VV_PARTITION_HALFYEAR] = {"halfyear", 5, 6, 10},
    [VV_PARTITION_YEAR] = {"year", 4, 12, 1},
};

const char *vv_partition_size_name(enum vv_partition_size size)
{
    assert((unsigned)size < VV_PARTITION_SIZE_COUNT);
    return sizes[size].name;
}

static bool size_of_name(const char *text, size_t len_bytes, enum vv_partition_size *size)
{
    for (int i = 0; i < VV_PARTITION_SIZE_COUNT; i++) {
        if (strlen(sizes[i].name) == len_bytes && memcmp(sizes[i].name, text, len_bytes) == 0) {
            *size = (enum vv_partition_size)i;
            return true;
        }
    }
    return false;
}

vv_status vv_partition_size_parse(const char *text, size_t len_bytes, enum vv_partition_size *size,
                                  vv_error *err)
{
    *size = VV_PARTITION_NONE;
    if (!size_of_name(text, len_bytes, size)) {
        return vv_fail(err, VARVE_BAD_VALUE,
                       "partition size \"%.*s\": one of none, day, week, month, quarter, halfyear, "
                       "year is needed",
                       (int)(len_bytes < 40 ? len_bytes : 40), text);
    }
    return VARVE_OK;
}

static int64_t new_year_day(int year)
{
    return vv_days_of_date(year, 1, 1);
}

static void set_days(struct vv_partition *p, int64_t start_day, int64_t end_day)
{
    p->start_ms = start_day * VV_DAY_MS;
    p->end_ms = end_day * VV_DAY_MS;
}

/* The week that holds `day`, cut at both ends of the year. */
static void set_week(struct vv_partition *p, int64_t day, int year)
{
    int64_t first = new_year_day(year);
    int64_t last = new_year_day(year + 1);
    int64_t monday = day - vv_weekday_of_days(day);
    int64_t week = (day - first + vv_weekday_of_days(first)) / DAYS_IN_WEEK + 1;
    int64_t next = monday + DAYS_IN_WEEK;

    p->date_key = (uint32_t)(year * 100 + week);
    set_days(p, monday > first ? monday : first, next < last ? next : last);
}

static void set_months(struct vv_partition *p, int year, int month)
{
    int span = sizes[p->size].months;
    int part = (month - 1) / span;
    int next = part * span + span; /* months from January to the next partition */

    p->date_key = (uint32_t)year;
    if (span < MONTHS_IN_YEAR)
        p->date_key = p->date_key * sizes[p->size].part_scale + (uint32_t)part + 1;
    set_days(p, vv_days_of_date(year, part * span + 1, 1),
             vv_days_of_date(year + next / MONTHS_IN_YEAR, next % MONTHS_IN_YEAR + 1, 1));
}

vv_status vv_partition_at(enum vv_partition_size size, int64_t time_ms,
                          struct vv_partition *partition, vv_error *err)
{
    int year, month, day;
    int64_t days;

    assert((unsigned)size < VV_PARTITION_SIZE_COUNT);
    *partition = (struct vv_partition){.size = size, .start_ms = INT64_MIN, .end_ms = INT64_MAX};
    if (size == VV_PARTITION_NONE)
        return VARVE_OK;
    if (time_ms < VV_PARTITION_MIN_MS || time_ms >= VV_PARTITION_MAX_MS) {
        return vv_fail(err, VARVE_BAD_TIME,
                       "time %" PRId64 " ms: only the years 0001 to 9999 can be partitioned",
                       time_ms);
    }
    days = vv_floor_div(time_ms, VV_DAY_MS);
    vv_date_of_days(days, &year, &month, &day);
    if (size == VV_PARTITION_DAY) {
        partition->date_key = (uint32_t)(year * 10000 + month * 100 + day);
        set_days(partition, days, days + 1);
    } else if (size == VV_PARTITION_WEEK) {
        set_week(partition, days, year);
    } else {
        set_months(partition, year, month);
    }
    return VARVE_OK;
}

/* A day that lies in the partition, were the key a real one; the caller looks whether it is. */
static int64_t day_of_key(enum vv_partition_size size, uint32_t date_key)
{
    int year = (int)(date_key / sizes[size].part_scale);
    int part = (int)(date_key % sizes[size].part_scale);
    int64_t first = new_year_day(year);

    switch (size) {
    case VV_PARTITION_DAY:
        return vv_days_of_date(year, part / 100, part % 100);
    case VV_PARTITION_WEEK:
        return part == 1 ? first
                         : first - vv_weekday_of_days(first) + (int64_t)(part - 1) * DAYS_IN_WEEK;
    case VV_PARTITION_YEAR:
        return first;
    default:
        return vv_days_of_date(year, (part - 1) * sizes[size].months + 1, 1);
    }
}

/* The parts of a key that a calendar computation may be given at all. */
static bool key_in_range(enum vv_partition_size size, uint32_t date_key)
{
    uint32_t year = date_key / sizes[size].part_scale;
    uint32_t part = date_key % sizes[size].part_scale;

    if (year < 1 || year > 9999)
        return false;
    switch (size) {
    case VV_PARTITION_DAY:
        return part / 100 >= 1 && part / 100 <= MONTHS_IN_YEAR && part % 100 >= 1 &&
               part % 100 <= 31;
    case VV_PARTITION_WEEK:
        return part >= 1 && part <= 54;
    case VV_PARTITION_YEAR:
        return true;
    default:
        return part >= 1 && part <= (uint32_t)(MONTHS_IN_YEAR / sizes[size].months);
    }
}

vv_status vv_partition_of_key(enum vv_partition_size size, uint32_t date_key,
                              struct vv_partition *partition, vv_error *err)
{
    int64_t day;

    assert((unsigned)size < VV_PARTITION_SIZE_COUNT);
    *partition = (struct vv_partition){.size = size};
    if (size == VV_PARTITION_NONE || !key_in_range(size, date_key))
        goto refused;
    day = day_of_key(size, date_key);
    /* A key is real when the partition of its own first day has it: so 30 February and week 54 of
     * a short year fall out. */
    if (day < vv_floor_div(VV_PARTITION_MIN_MS, VV_DAY_MS) ||
        day >= vv_floor_div(VV_PARTITION_MAX_MS, VV_DAY_MS))
        goto refused;
    if (vv_partition_at(size, day * VV_DAY_MS, partition, err) == VARVE_OK &&
        partition->date_key == date_key)
        return VARVE_OK;
refused:
    *partition = (struct vv_partition){.size = size};
    return vv_fail(err, VARVE_BAD_VALUE, "DateKey %" PRIu32 ": there is no such %s", date_key,
                   sizes[size].name);
}

void vv_date_key_format(const struct vv_partition *partition, char to[VV_DATE_KEY_BYTES])
{
    to[0] = '\0';
    if (partition->size != VV_PARTITION_NONE) {
        snprintf(to, VV_DATE_KEY_BYTES, "%0*" PRIu32, sizes[partition->size].digits,
                 partition->date_key);
    }
}

/* Decimal digits only, `len_bytes` of them, at most PROVIDER_DIGITS. */
static bool digits_parse(const char *text, size_t len_bytes, int64_t *value)
{
    uint64_t sum = 0;

    if (len_bytes == 0 || len_bytes > PROVIDER_DIGITS)
        return false;
    for (size_t i = 0; i < len_bytes; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        sum = sum * 10 + (uint64_t)(text[i] - '0');
    }
    if (sum > INT64_MAX)
        return false;
    *value = (int64_t)sum;
    return true;
}

vv_status vv_date_key_parse(enum vv_partition_size size, const char *text, size_t len_bytes,
                            struct vv_partition *partition, vv_error *err)
{
    int64_t key = 0;

    assert((unsigned)size < VV_PARTITION_SIZE_COUNT);
    *partition = (struct vv_partition){.size = size};
    if (len_bytes != (size_t)sizes[size].digits || !digits_parse(text, len_bytes, &key)) {
        return vv_fail(err, VARVE_BAD_VALUE, "DateKey \"%.*s\": a %s has %d digits",
                       (int)(len_bytes < 40 ? len_bytes : 40), text, sizes[size].name,
                       sizes[size].digits);
    }
    return vv_partition_of_key(size, (uint32_t)key, partition, err);
}

void vv_partition_table_format(const struct vv_partition_table *table,
                               char to[VV_PARTITION_TABLE_BYTES])
{
    char key[VV_DATE_KEY_BYTES];

    vv_date_key_format(&table->partition, key);
    if (table->window_min != 0) {
        assert(table->partition.size == VV_PARTITION_MONTH);
        snprintf(to, VV_PARTITION_TABLE_BYTES, PREPROCESSED_NAME "_%" PRId64 "_%" PRId64 "_%s",
                 table->provider_id, table->window_min, key);
    } else if (table->partition.size == VV_PARTITION_NONE) {
        snprintf(to, VV_PARTITION_TABLE_BYTES, HISTORY_NAME);
    } else {
        snprintf(to, VV_PARTITION_TABLE_BYTES, HISTORY_NAME "_%" PRId64 "_%s_%s",
                 table->provider_id, sizes[table->partition.size].name, key);
    }
}

/* Reads the three fields behind the table's base name: `_a_b_c`, none of them empty. */
static bool fields_split(const char *text, const char *field[3], size_t len_bytes[3])
{
    for (int i = 0; i < 3; i++) {
        if (*text != '_')
            return false;
        field[i] = ++text;
        len_bytes[i] = strcspn(text, "_");
        text += len_bytes[i];
        if (len_bytes[i] == 0)
            return false;
    }
    return *text == '\0';
}

/* A positive number without leading zeros, as the name is written. */
static bool id_parse(const char *text, size_t len_bytes, int64_t *value)
{
    return text[0] != '0' && digits_parse(text, len_bytes, value);
}

bool vv_partition_table_parse(const char *name, struct vv_partition_table *table)
{
    size_t history_len = strlen(HISTORY_NAME);
    size_t preprocessed_len = strlen(PREPROCESSED_NAME);
    enum vv_partition_size size = VV_PARTITION_MONTH;
    const char *field[3];
    size_t len[3];

    *table = (struct vv_partition_table){0};
    if (strncmp(name, HISTORY_NAME, history_len) == 0) {
        if (name[history_len] == '\0') {
            return vv_partition_at(VV_PARTITION_NONE, 0, &table->partition, NULL) == VARVE_OK;
        }
        if (!fields_split(name + history_len, field, len) ||
            !size_of_name(field[1], len[1], &size) || size == VV_PARTITION_NONE)
            return false;
    } else if (strncmp(name, PREPROCESSED_NAME, preprocessed_len) == 0) {
        if (!fields_split(name + preprocessed_len, field, len) ||
            !id_parse(field[1], len[1], &table->window_min))
            return false;
    } else {
        return false;
    }
    return id_parse(field[0], len[0], &table->provider_id) &&
           vv_date_key_parse(size, field[2], len[2], &table->partition, NULL) == VARVE_OK;
}
