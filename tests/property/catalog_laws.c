/* catalog_laws.c: laws of times, partitions, paths and patterns, on random input. The seed is
 * printed; VARVE_TEST_SEED gives it back, and VARVE_TEST_LONG=yes asks for a hundred times as much.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/time.h"
#include "catalog/glob.h"
#include "catalog/names.h"
#include "catalog/partition.h"

enum {
    ROUNDS = 20000,
    NAMES_MAX = 6
};

static uint64_t state;
static unsigned rounds = ROUNDS;

/* xorshift64*: any seed but 0. */
static uint64_t draw(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 2685821657736338717u;
}

static uint64_t draw_below(uint64_t limit)
{
    return draw() % limit;
}

/* A time of the years 0001 to 9999: anywhere, or within a millisecond of a midnight. */
static int64_t draw_time_ms(void)
{
    uint64_t span_ms = (uint64_t)(VV_PARTITION_MAX_MS - VV_PARTITION_MIN_MS);
    int64_t time_ms = VV_PARTITION_MIN_MS + (int64_t)draw_below(span_ms);

    if (draw_below(2) == 0) {
        time_ms = vv_floor_div(time_ms, VV_DAY_MS) * VV_DAY_MS + (int64_t)draw_below(3) - 1;
        if (time_ms < VV_PARTITION_MIN_MS)
            time_ms = VV_PARTITION_MIN_MS;
    }
    return time_ms;
}

/* Every instant is in exactly one partition, whose neighbours begin and end where it does, and
 * whose DateKey says which it is. */
static void partitions_tile_time(void **unused)
{
    vv_error err;

    (void)unused;
    for (unsigned i = 0; i < rounds; i++) {
        int64_t time_ms = draw_time_ms();

        for (int size = VV_PARTITION_DAY; size < VV_PARTITION_SIZE_COUNT; size++) {
            struct vv_partition here, other;
            char key[VV_DATE_KEY_BYTES];

            assert_int_equal(vv_partition_at(size, time_ms, &here, &err), VARVE_OK);
            assert_true(here.start_ms <= time_ms && time_ms < here.end_ms);
            assert_int_equal(vv_partition_at(size, here.end_ms - 1, &other, &err), VARVE_OK);
            assert_int_equal(other.date_key, here.date_key);
            if (here.end_ms < VV_PARTITION_MAX_MS) {
                assert_int_equal(vv_partition_at(size, here.end_ms, &other, &err), VARVE_OK);
                assert_int_equal(other.start_ms, here.end_ms);
                assert_true(other.date_key > here.date_key);
            }
            vv_date_key_format(&here, key);
            assert_int_equal(vv_date_key_parse(size, key, strlen(key), &other, &err), VARVE_OK);
            assert_int_equal(other.start_ms, here.start_ms);
            assert_int_equal(other.end_ms, here.end_ms);
        }
    }
}

/* What is written as a time is read as the same time. */
static void times_survive_text(void **unused)
{
    vv_error err;

    (void)unused;
    for (unsigned i = 0; i < rounds; i++) {
        int64_t time_ms = draw_time_ms(), again_ms;
        char text[40];

        vv_time_format_ms(time_ms, text);
        assert_int_equal(vv_time_parse_user_ms(text, 0, &again_ms, &err), VARVE_OK);
        assert_int_equal(again_ms, time_ms);
    }
}

static const char *chars(const struct vv_buf *buf)
{
    return (const char *)buf->data;
}

/* A name of up to 12 characters, many of them the ones that a path escapes. */
static void draw_name(struct vv_buf *name)
{
    static const char *const characters[] = {"a", "b", " ",  "*", "?", "[",
                                             "]", "/", "\\", "é", "压"};

    vv_buf_reset(name);
    for (uint64_t i = draw_below(12) + 1; i > 0; i--) {
        const char *c = characters[draw_below(sizeof characters / sizeof characters[0])];

        vv_buf_add(name, c, strlen(c));
    }
}

/* Names joined to a path come out of it again, and the path as a pattern matches itself and not the
 * path of other names. */
static void paths_hold_names(void **unused)
{
    struct vv_buf names[NAMES_MAX] = {0}, path = {0}, other = {0}, name = {0};
    vv_error err;

    (void)unused;
    for (unsigned i = 0; i < rounds; i++) {
        size_t count = draw_below(NAMES_MAX) + 1, at = 0;

        vv_buf_reset(&path);
        for (size_t n = 0; n < count; n++) {
            draw_name(&names[n]);
            vv_path_add(&path, chars(&names[n]), names[n].len);
        }
        for (size_t n = 0; n < count; n++) {
            assert_int_equal(vv_path_next(chars(&path), path.len, &at, &name, &err), VARVE_OK);
            assert_int_equal(name.len, names[n].len);
            assert_memory_equal(name.data, names[n].data, name.len);
        }
        assert_int_equal(vv_path_next(chars(&path), path.len, &at, &name, &err), VARVE_END);
        assert_true(vv_glob_match(chars(&path), path.len, chars(&path), path.len));
        if (other.len > 0 &&
            (other.len != path.len || memcmp(chars(&other), chars(&path), path.len) != 0))
            assert_false(vv_glob_match(chars(&path), path.len, chars(&other), other.len));
        vv_buf_reset(&other);
        vv_buf_add(&other, chars(&path), path.len);
    }
    for (size_t n = 0; n < NAMES_MAX; n++)
        vv_buf_deinit(&names[n]);
    vv_buf_deinit(&path);
    vv_buf_deinit(&other);
    vv_buf_deinit(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_tile_time),
        cmocka_unit_test(times_survive_text),
        cmocka_unit_test(paths_hold_names),
    };
    const char *seed = getenv("VARVE_TEST_SEED"), *is_long = getenv("VARVE_TEST_LONG");

    state = seed ? strtoull(seed, NULL, 10) : (uint64_t)vv_now_us();
    if (state == 0)
        state = 1;
    if (is_long && strcmp(is_long, "yes") == 0)
        rounds *= 100;
    printf("VARVE_TEST_SEED=%llu\n", (unsigned long long)state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
