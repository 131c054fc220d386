/* Every example of the rulings, and properties over ten thousand drawn instants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "catalog/partition.h"

#include "base/banned.h"

static int64_t ms_of(int year, int month, int day)
{
    return vv_days_of_date(year, month, day) * VV_DAY_MS;
}

static struct vv_partition at(enum vv_partition_size size, int64_t time_ms)
{
    struct vv_partition p;
    assert_int_equal(vv_partition_at(size, time_ms, &p, NULL), VARVE_OK);
    return p;
}

static void check_key(enum vv_partition_size size, int64_t time_ms, const char *key)
{
    char text[VV_DATE_KEY_BYTES];
    struct vv_partition p = at(size, time_ms);
    struct vv_partition back;

    vv_date_key_format(&p, text);
    assert_string_equal(text, key);
    assert_int_equal(vv_date_key_parse(size, key, strlen(key), &back, NULL), VARVE_OK);
    assert_int_equal(back.start_ms, p.start_ms);
    assert_int_equal(back.end_ms, p.end_ms);
}

static void test_keys_of_the_source(void **state)
{
    int64_t t = ms_of(2024, 11, 5) + 13 * VV_HOUR_MS;

    (void)state;
    check_key(VV_PARTITION_DAY, t, "20241105");
    check_key(VV_PARTITION_WEEK, t, "202445");
    check_key(VV_PARTITION_MONTH, t, "202411");
    check_key(VV_PARTITION_QUARTER, t, "20244");
    check_key(VV_PARTITION_HALFYEAR, t, "20242");
    check_key(VV_PARTITION_YEAR, t, "2024");
}

static void test_weeks_of_the_ruling(void **state)
{
    (void)state;
    check_key(VV_PARTITION_WEEK, ms_of(2023, 1, 1), "202301");
    check_key(VV_PARTITION_WEEK, ms_of(2023, 1, 2) - 1, "202301");
    check_key(VV_PARTITION_WEEK, ms_of(2023, 1, 2), "202302");
    check_key(VV_PARTITION_WEEK, ms_of(2024, 12, 31), "202453");
    check_key(VV_PARTITION_WEEK, ms_of(2025, 1, 1), "202501");
    check_key(VV_PARTITION_WEEK, ms_of(2028, 12, 31), "202853");
    check_key(VV_PARTITION_WEEK, ms_of(2012, 12, 31), "201254");
    check_key(VV_PARTITION_WEEK, ms_of(2013, 1, 1) - 1, "201254");
}

static void test_weeks_are_cut_at_new_year(void **state)
{
    struct vv_partition last = at(VV_PARTITION_WEEK, ms_of(2024, 12, 31));
    struct vv_partition first = at(VV_PARTITION_WEEK, ms_of(2025, 1, 1));

    (void)state;
    assert_int_equal(last.start_ms, ms_of(2024, 12, 30));
    assert_int_equal(last.end_ms, ms_of(2025, 1, 1));
    assert_int_equal(first.start_ms, ms_of(2025, 1, 1));
    assert_int_equal(first.end_ms, ms_of(2025, 1, 6));
}

static void test_bounds_of_every_size(void **state)
{
    int64_t t = ms_of(2024, 2, 29) + 1;
    struct vv_partition p;

    (void)state;
    p = at(VV_PARTITION_DAY, t);
    assert_true(p.start_ms == ms_of(2024, 2, 29) && p.end_ms == ms_of(2024, 3, 1));
    p = at(VV_PARTITION_MONTH, t);
    assert_true(p.start_ms == ms_of(2024, 2, 1) && p.end_ms == ms_of(2024, 3, 1));
    p = at(VV_PARTITION_QUARTER, t);
    assert_true(p.start_ms == ms_of(2024, 1, 1) && p.end_ms == ms_of(2024, 4, 1));
    p = at(VV_PARTITION_HALFYEAR, t);
    assert_true(p.start_ms == ms_of(2024, 1, 1) && p.end_ms == ms_of(2024, 7, 1));
    p = at(VV_PARTITION_YEAR, t);
    assert_true(p.start_ms == ms_of(2024, 1, 1) && p.end_ms == ms_of(2025, 1, 1));
    p = at(VV_PARTITION_NONE, t);
    assert_true(p.start_ms == INT64_MIN && p.end_ms == INT64_MAX && p.date_key == 0);
    p = at(VV_PARTITION_DAY, -1);
    assert_int_equal(p.date_key, 19691231);
}

static void test_times_without_a_key(void **state)
{
    struct vv_partition p;
    vv_error err;

    (void)state;
    assert_int_equal(vv_partition_at(VV_PARTITION_DAY, VV_PARTITION_MIN_MS - 1, &p, &err),
                     VARVE_BAD_TIME);
    assert_int_equal(vv_partition_at(VV_PARTITION_DAY, VV_PARTITION_MAX_MS, &p, &err),
                     VARVE_BAD_TIME);
    assert_int_equal(at(VV_PARTITION_DAY, VV_PARTITION_MIN_MS).date_key, 10101);
    assert_int_equal(at(VV_PARTITION_DAY, VV_PARTITION_MAX_MS - 1).date_key, 99991231);
    check_key(VV_PARTITION_DAY, VV_PARTITION_MIN_MS, "00010101");
}

static void test_keys_that_do_not_exist(void **state)
{
    static const struct {
        enum vv_partition_size size;
        const char *key;
    } bad[] = {
        {VV_PARTITION_DAY, "20230229"},   {VV_PARTITION_DAY, "20231301"},
        {VV_PARTITION_DAY, "20230100"},   {VV_PARTITION_DAY, "2023010"},
        {VV_PARTITION_DAY, "2023010a"},   {VV_PARTITION_DAY, "00000101"},
        {VV_PARTITION_WEEK, "202454"},    {VV_PARTITION_WEEK, "202400"},
        {VV_PARTITION_WEEK, "20245"},     {VV_PARTITION_WEEK, "999954"},
        {VV_PARTITION_MONTH, "202413"},   {VV_PARTITION_MONTH, "202400"},
        {VV_PARTITION_QUARTER, "20245"},  {VV_PARTITION_QUARTER, "20240"},
        {VV_PARTITION_HALFYEAR, "20243"}, {VV_PARTITION_YEAR, "0000"},
        {VV_PARTITION_NONE, ""},          {VV_PARTITION_YEAR, "-024"},
    };
    struct vv_partition p;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(vv_date_key_parse(bad[i].size, bad[i].key, strlen(bad[i].key), &p, NULL),
                         VARVE_BAD_VALUE);
    }
}

static void check_table(const char *name, int64_t provider, int64_t window_min,
                        enum vv_partition_size size, uint32_t key)
{
    struct vv_partition_table table;
    char text[VV_PARTITION_TABLE_BYTES];

    assert_true(vv_partition_table_parse(name, &table));
    assert_int_equal(table.provider_id, provider);
    assert_int_equal(table.window_min, window_min);
    assert_int_equal(table.partition.size, size);
    assert_int_equal(table.partition.date_key, key);
    vv_partition_table_format(&table, text);
    assert_string_equal(text, name);
}

static void test_table_names(void **state)
{
    static const char *const bad[] = {
        "",
        "ScadaTagHistory_",
        "ScadaTagHistory_1",
        "ScadaTagHistory_1_day",
        "ScadaTagHistory_1_day_",
        "ScadaTagHistory_1_day_20241105_",
        "ScadaTagHistory_01_day_20241105",
        "ScadaTagHistory_1_none_2024",
        "ScadaTagHistory_1_ day_20241105",
        "ScadaTagHistory_1_Day_20241105",
        "ScadaTagHistoryX_1_day_20241105",
        "ScadaTagHistory_99999999999999999999_day_20241105",
        "ScadaTagHistory_9999999999999999999_day_20241105",
        "ScadaTagPreProcessed",
        "ScadaTagPreProcessed_1_0_202411",
        "ScadaTagPreProcessed_1_2_20241105",
        "TB_Objects",
    };
    struct vv_partition_table table;

    (void)state;
    check_table("ScadaTagHistory", 0, 0, VV_PARTITION_NONE, 0);
    check_table("ScadaTagHistory_1_day_20241105", 1, 0, VV_PARTITION_DAY, 20241105);
    check_table("ScadaTagHistory_1_week_202445", 1, 0, VV_PARTITION_WEEK, 202445);
    check_table("ScadaTagHistory_12_halfyear_20242", 12, 0, VV_PARTITION_HALFYEAR, 20242);
    check_table("ScadaTagPreProcessed_1_2_202411", 1, 2, VV_PARTITION_MONTH, 202411);
    check_table("ScadaTagHistory_9223372036854775807_halfyear_20242", INT64_MAX, 0,
                VV_PARTITION_HALFYEAR, 20242);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(vv_partition_table_parse(bad[i], &table));
}

static void test_size_names(void **state)
{
    enum vv_partition_size size;
    vv_error err;

    (void)state;
    for (int i = 0; i < VV_PARTITION_SIZE_COUNT; i++) {
        const char *name = vv_partition_size_name((enum vv_partition_size)i);
        assert_int_equal(vv_partition_size_parse(name, strlen(name), &size, NULL), VARVE_OK);
        assert_int_equal(size, i);
    }
    assert_int_equal(vv_partition_size_parse("hour", 4, &size, &err), VARVE_BAD_VALUE);
    assert_non_null(strstr(err.message, "halfyear"));
}

/* xorshift64*: the same instants in every run, told by the seed. */
static uint64_t draw(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 2685821657736338717ULL;
}

/* Each instant lies in its partition; the neighbours touch it; keys grow with time. */
static void check_instant(enum vv_partition_size size, int64_t time_ms)
{
    struct vv_partition p = at(size, time_ms);
    struct vv_partition back;
    char key[VV_DATE_KEY_BYTES], next_key[VV_DATE_KEY_BYTES];

    assert_true(p.start_ms <= time_ms && time_ms < p.end_ms);
    assert_int_equal(at(size, p.start_ms).date_key, p.date_key);
    assert_int_equal(at(size, p.end_ms - 1).date_key, p.date_key);
    assert_int_equal(vv_partition_of_key(size, p.date_key, &back, NULL), VARVE_OK);
    assert_true(back.start_ms == p.start_ms && back.end_ms == p.end_ms);
    if (p.end_ms < VV_PARTITION_MAX_MS) {
        struct vv_partition next = at(size, p.end_ms);
        assert_int_equal(next.start_ms, p.end_ms);
        vv_date_key_format(&p, key);
        vv_date_key_format(&next, next_key);
        assert_int_equal(strlen(key), strlen(next_key));
        assert_true(strcmp(key, next_key) < 0);
    }
}

static void test_properties(void **state)
{
    uint64_t seed = 0x5eed5eed5eedULL;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        uint64_t span = (uint64_t)(VV_PARTITION_MAX_MS - VV_PARTITION_MIN_MS);
        int64_t time_ms = VV_PARTITION_MIN_MS + (int64_t)(draw(&seed) % span);
        for (int size = VV_PARTITION_DAY; size < VV_PARTITION_SIZE_COUNT; size++)
            check_instant((enum vv_partition_size)size, time_ms);
    }
}

/* Every day of a full cycle of leap years, so that each kind of year is met. */
static void test_every_day_of_400_years(void **state)
{
    struct vv_partition last = at(VV_PARTITION_WEEK, ms_of(1999, 12, 31));

    (void)state;
    for (int64_t day = vv_days_of_date(2000, 1, 1); day < vv_days_of_date(2400, 1, 1); day++) {
        struct vv_partition p = at(VV_PARTITION_WEEK, day * VV_DAY_MS);
        bool starts = vv_weekday_of_days(day) == 0 || day * VV_DAY_MS == p.start_ms;
        assert_true(starts == (p.date_key != last.date_key));
        last = p;
        check_instant(VV_PARTITION_MONTH, day * VV_DAY_MS);
        check_instant(VV_PARTITION_WEEK, day * VV_DAY_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_of_the_source),
        cmocka_unit_test(test_weeks_of_the_ruling),
        cmocka_unit_test(test_weeks_are_cut_at_new_year),
        cmocka_unit_test(test_bounds_of_every_size),
        cmocka_unit_test(test_times_without_a_key),
        cmocka_unit_test(test_keys_that_do_not_exist),
        cmocka_unit_test(test_table_names),
        cmocka_unit_test(test_size_names),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_every_day_of_400_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
