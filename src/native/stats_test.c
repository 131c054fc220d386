/* Statistics against the plainest computation, in pieces, packed and damaged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/draw_test.h"
#include "native/stats.h"

#include "base/banned.h"

static long double number(const struct varve_vector *v, uint32_t i)
{
    if (v->type == VARVE_DOUBLE)
        return ((const double *)v->data)[i];
    return v->type == VARVE_BOOL ? ((const uint8_t *)v->data)[i] : ((const int64_t *)v->data)[i];
}

static long double value_of(union varve_number n, enum varve_type type)
{
    return type == VARVE_DOUBLE ? (long double)n.d : (long double)n.i;
}

static void check_numbers(const struct varve_stats *s, const struct varve_vector *v,
                          const int64_t *times, const uint32_t *rows, uint32_t n)
{
    uint32_t least = rows[0], most = rows[0];
    uint64_t on = 0, off = 0;
    long double sum = 0, size = 0, m2 = 0;

    for (uint32_t k = 0; k < n; k++) {
        long double x = number(v, rows[k]);
        if (x < number(v, least))
            least = rows[k];
        if (x > number(v, most))
            most = rows[k];
        sum += x;
        size += fabsl(x);
        if (v->type == VARVE_BOOL && k) {
            on += x > number(v, rows[k - 1]);
            off += x < number(v, rows[k - 1]);
        }
    }
    for (uint32_t k = 0; k < n; k++)
        m2 += (number(v, rows[k]) - sum / n) * (number(v, rows[k]) - sum / n);
    assert_true(value_of(s->min, v->type) == number(v, least));
    assert_true(value_of(s->max, v->type) == number(v, most));
    assert_int_equal(s->min_time, times[least]);
    assert_int_equal(s->max_time, times[most]);
    assert_true(value_of(s->first, v->type) == number(v, rows[0]));
    assert_true(value_of(s->last, v->type) == number(v, rows[n - 1]));
    assert_int_equal(s->turned_on, on);
    assert_int_equal(s->turned_off, off);
    if (size < 1e290L) {
        assert_true(fabsl(s->sum + (long double)s->sum_low - sum) <= size * 0x1p-51L);
        if (size < 1e100L)
            assert_true(fabsl(s->m2 - m2) <= m2 * 1e-9L + size * size / n * 0x1p-48L);
    }
}

static void check(const struct varve_stats *s, const struct varve_vector *v, const int64_t *times,
                  const uint64_t *good, uint32_t count)
{
    static uint32_t rows[8192];
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++)
        if (v->data && vv_bit(v->valid, i) && vv_bit(good, i))
            rows[n++] = i;
    assert_int_equal(s->count, count);
    assert_int_equal(s->good, n);
    if (!n)
        return;
    assert_int_equal(s->first_time, times[rows[0]]);
    assert_int_equal(s->last_time, times[rows[n - 1]]);
    if (v->type != VARVE_TEXT)
        check_numbers(s, v, times, rows, n);
}

static void check_packed(struct draw *d, const struct varve_stats *s, enum varve_type type,
                         const struct vv_stats_frame *frame)
{
    struct vv_buf out = {0};
    struct varve_stats back;

    vv_stats_pack(s, type, frame, &out);
    struct vv_reader r = vv_reader_of(out.data, out.len);
    assert_int_equal(vv_stats_unpack(&r, type, frame, &back), VARVE_OK);
    assert_ptr_equal(r.at, r.end);
    assert_true(vv_stats_equal(s, &back, type));
    r = vv_reader_of(out.data, draw_below(d, (uint32_t)out.len));
    assert_int_equal(vv_stats_unpack(&r, type, frame, &back), VARVE_CORRUPT);
    out.data[draw_below(d, (uint32_t)out.len)] = (uint8_t)draw_bits(d);
    r = vv_reader_of(out.data, out.len);
    (void)vv_stats_unpack(&r, type, frame, &back);
    vv_buf_deinit(&out);
}

static void test_stats(void **state)
{
    struct draw d = draw_seeded();
    static int64_t times[4096];
    static uint64_t good[64];

    (void)state;
    for (uint32_t i = 0; i < 4096; i++)
        times[i] = 1000 + 7 * (int64_t)i;
    for (int round = 0; round < 3000; round++) {
        struct vv_arena arena;
        struct varve_stats s = {0};
        uint32_t count = 1 + draw_below(&d, round & 1 ? 60 : 4000), at = 0;
        enum varve_type type = (enum varve_type)(1 + draw_below(&d, 4));

        vv_arena_init(&arena, 0, NULL);
        struct varve_vector v = draw_vector(&d, &arena, type, count, draw_below(&d, 64));
        for (int w = 0; w < 64; w++)
            good[w] = draw_bits(&d) | draw_bits(&d);
        const uint64_t *mask = draw_below(&d, 2) ? good : NULL;
        while (at < count) {
            uint32_t end = at + 1 + draw_below(&d, count - at);
            vv_stats_add(&s, &v, times, mask, at, end);
            at = end;
        }
        check(&s, &v, times, mask, count);
        check_packed(&d, &s, type,
                     &(struct vv_stats_frame){times[0], times[draw_below(&d, 2) ? count - 1 : 0]});
        vv_arena_deinit(&arena);
    }
}

static void test_good(void **state)
{
    int64_t q[] = {192, 0, 216, 64, 199, 100, 99};
    struct varve_text f[] = {{"", 0}, {"U", 1}, {"aP", 2}, {"abc", 3}};
    uint64_t valid[] = {0x7E}, good[1];
    struct varve_stratum s = {.goodness = VARVE_GOOD_OPC};
    struct varve_vector qv = {VARVE_INT64, q, NULL}, fv = {VARVE_TEXT, f, NULL};

    (void)state;
    assert_true(vv_good_mask(&s, &qv, 7, good));
    assert_int_equal(good[0], 1 << 0 | 1 << 2 | 1 << 4);
    qv.valid = valid;
    assert_true(vv_good_mask(&s, &qv, 7, good));
    assert_int_equal(good[0], 1 << 2 | 1 << 4);
    assert_false(vv_good_mask(&s, &(struct varve_vector){VARVE_INT64, q, NULL}, 1, good));
    s.goodness = VARVE_GOOD_LEVELS;
    assert_true(vv_good_mask(&s, &qv, 7, good));
    assert_int_equal(good[0], 1 << 4 | 1 << 5);
    s.goodness = VARVE_GOOD_FLAGS;
    assert_true(vv_good_mask(&s, &fv, 4, good));
    assert_int_equal(good[0], 1 << 0 | 1 << 3);
    s.goodness = VARVE_GOOD_ALL;
    assert_false(vv_good_mask(&s, &qv, 7, good));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats),
        cmocka_unit_test(test_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
