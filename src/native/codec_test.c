/* Every pattern of every type there and back, sizes that must be reached, and damaged bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "native/codec.h"
#include "native/codec_private.h"
#include "native/draw_test.h"

#include "base/banned.h"

static const uint32_t COUNTS[] = {1, 2, 7, 63, 64, 65, 1000, 1023, 1024, 1025, 2048, 5000};
#define COUNT_COUNT (sizeof COUNTS / sizeof COUNTS[0])

static void there_and_back(const struct varve_vector *vector, uint32_t count, struct vv_buf *out)
{
    struct vv_arena arena;
    struct varve_vector back;

    vv_arena_init(&arena, 0, NULL);
    vv_buf_reset(out);
    assert_int_equal(vv_codec_encode(vector, count, out, NULL), VARVE_OK);
    assert_int_equal(vv_codec_decode(vector->type, count, out->data, out->len, &arena, &back, NULL),
                     VARVE_OK);
    for (uint32_t i = 0; i < count; i++)
        if (!draw_same(vector, i, &back, i))
            fail_msg("type %d count %u: row %u differs (%s)", vector->type, count, i,
                     vv_codec_name(out->data, out->len));
    vv_arena_deinit(&arena);
}

static void test_round_trip(void **state)
{
    struct draw d = draw_seeded();
    struct vv_buf out = {0};

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        struct vv_arena arena;
        vv_arena_init(&arena, 0, NULL);
        uint32_t count = COUNTS[draw_below(&d, COUNT_COUNT)];
        enum varve_type type = (enum varve_type)(1 + draw_below(&d, 4));
        struct varve_vector v = draw_vector(&d, &arena, type, count, draw_below(&d, 64));
        there_and_back(&v, count, &out);
        vv_arena_deinit(&arena);
    }
    vv_buf_deinit(&out);
}

static void test_every_width(void **state)
{
    struct draw d = draw_seeded();
    struct vv_buf out = {0};
    int64_t values[VV_CODEC_VECTOR];

    (void)state;
    for (unsigned width = 0; width <= 64; width++)
        for (unsigned c = 0; c < COUNT_COUNT; c++) {
            uint32_t count = COUNTS[c] > VV_CODEC_VECTOR ? VV_CODEC_VECTOR : COUNTS[c];
            for (uint32_t i = 0; i < count; i++)
                values[i] = width ? (int64_t)(draw_bits(&d) >> (64 - width)) : 0;
            struct varve_vector v = {VARVE_INT64, values, NULL};
            there_and_back(&v, count, &out);
            for (uint32_t i = 0; i < count; i++)
                values[i] = (int64_t)((uint64_t)values[i] + 0x8000000000000000u * (i & 1));
            there_and_back(&v, count, &out);
        }
    vv_buf_deinit(&out);
}

static size_t size_of(const struct varve_vector *vector, uint32_t count, const char *name)
{
    struct vv_buf out = {0};
    there_and_back(vector, count, &out);
    assert_string_equal(vv_codec_name(out.data, out.len), name);
    size_t len = out.len;
    vv_buf_deinit(&out);
    return len;
}

static void test_sizes(void **state)
{
    struct draw d = draw_seeded();
    static int64_t ints[1024];
    static double doubles[1024];
    struct varve_vector iv = {VARVE_INT64, ints, NULL}, dv = {VARVE_DOUBLE, doubles, NULL};

    (void)state;
    for (int i = 0; i < 1024; i++)
        ints[i] = 192;
    assert_true(size_of(&iv, 1024, "constant") <= 4);
    for (int i = 0; i < 1024; i++)
        ints[i] = 1730764800000 + 1000 * i;
    assert_true(size_of(&iv, 1024, "packed") <= 16);
    for (int i = 0; i < 1024; i++)
        ints[i] = 1730764800000 + 1000 * i + draw_below(&d, 21);
    assert_true(size_of(&iv, 1024, "packed") <= 1024 * 5 / 8 + 16);
    for (int i = 0; i < 1024; i++)
        ints[i] = i / 100;
    assert_true(size_of(&iv, 1024, "runs") <= 40);
    for (int i = 0; i < 1024; i++)
        ints[i] = (int64_t)draw_below(&d, 4) << 50;
    assert_true(size_of(&iv, 1024, "dictionary") <= 1024 / 4 + 50);
    int64_t walk = 5000;
    for (int i = 0; i < 1024; i++) {
        walk += (int64_t)draw_below(&d, 101) - 50;
        doubles[i] = (double)walk / 100;
    }
    assert_true(size_of(&dv, 1024, "decimal") <= 1024 * 7 / 8 + 16);
    for (int i = 0; i < 1024; i++)
        doubles[i] = (double)draw_bits(&d);
    assert_true(size_of(&dv, 1024, "raw") <= 1024 * 8 + 2);
}

static void test_long_texts(void **state)
{
    struct vv_buf out = {0};
    char *big = vv_alloc_zero(VARVE_TEXT_MAX);
    struct varve_text texts[3] = {{big, VARVE_TEXT_MAX}, {"", 0}, {big, VARVE_TEXT_MAX}};
    struct varve_vector v = {VARVE_TEXT, texts, NULL};

    (void)state;
    there_and_back(&v, 3, &out);
    assert_true(out.len < VARVE_TEXT_MAX + 100); /* the repeated one stands there once */
    texts[2].len_bytes--;
    there_and_back(&v, 3, &out);
    vv_buf_deinit(&out);
    vv_free(big);
}

/* Any bytes give values or CORRUPT; the sanitizers see to the rest. */
static void decode_damaged(struct draw *d, const struct vv_buf *good, enum varve_type type,
                           uint32_t count)
{
    struct vv_arena arena;
    struct varve_vector back;
    uint8_t *bytes = vv_alloc(good->len + 1);
    size_t len = good->len;

    vv_arena_init(&arena, 0, NULL);
    memcpy(bytes, good->data, len);
    if (draw_below(d, 3) == 0)
        len = draw_below(d, (uint32_t)len + 1);
    for (uint32_t n = draw_below(d, 4); n && len; n--)
        bytes[draw_below(d, (uint32_t)(len < 40 ? len : 40))] = (uint8_t)draw_bits(d);
    uint8_t *exact = vv_alloc(len);
    memcpy(exact, bytes, len);
    vv_status status = vv_codec_decode(type, count, exact, len, &arena, &back, NULL);
    assert_true(status == VARVE_OK || status == VARVE_CORRUPT);
    for (uint32_t i = 0; status == VARVE_OK && type == VARVE_TEXT && back.data && i < count; i++) {
        const struct varve_text *text = (const struct varve_text *)back.data + i;
        /* every byte is inside of what was given */
        assert_true(!text->len_bytes ||
                    ((const uint8_t *)text->data >= exact &&
                     (const uint8_t *)text->data + text->len_bytes <= exact + len));
    }
    vv_free(exact);
    vv_free(bytes);
    vv_arena_deinit(&arena);
}

static void test_damage(void **state)
{
    struct draw d = draw_seeded();
    struct vv_buf out = {0};

    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        struct vv_arena arena;
        vv_arena_init(&arena, 0, NULL);
        uint32_t count = COUNTS[draw_below(&d, COUNT_COUNT)];
        enum varve_type type = (enum varve_type)(1 + draw_below(&d, 4));
        struct varve_vector v = draw_vector(&d, &arena, type, count, draw_below(&d, 64));
        vv_buf_reset(&out);
        assert_int_equal(vv_codec_encode(&v, count, &out, NULL), VARVE_OK);
        for (int n = 0; n < 10; n++)
            decode_damaged(&d, &out, type, draw_below(&d, 5) ? count : count + 1);
        vv_arena_deinit(&arena);
    }
    vv_buf_deinit(&out);
}

static void test_no_memory(void **state)
{
    struct draw d = draw_seeded();
    struct vv_arena arena;
    vv_arena_init(&arena, 0, NULL);
    struct varve_vector v = draw_vector(&d, &arena, VARVE_TEXT, 500, 2);

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        struct vv_buf out = {0};
        vv_alloc_fail_at(nth, false);
        vv_status status = vv_codec_encode(&v, 500, &out, NULL);
        vv_alloc_fail_at(0, false);
        vv_buf_deinit(&out);
        if (status == VARVE_OK)
            break;
        assert_int_equal(status, VARVE_NO_MEMORY);
    }
    vv_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_every_width),
        cmocka_unit_test(test_sizes),      cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_damage),     cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
