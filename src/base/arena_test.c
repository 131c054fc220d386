/* arena_test.c: alignment, independence of the pieces, budgets, missing memory. */
#include "base/arena.h"

#include <string.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

static void test_pieces(void **state)
{
    (void)state;
    enum {
        PIECES = 400
    };
    struct vv_arena arena;
    vv_arena_init(&arena, 256, NULL);
    uint8_t *pieces[PIECES];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < PIECES; i++) {
            pieces[i] = vv_arena_alloc(&arena, i * 7 % 500);
            assert_non_null(pieces[i]);
            assert_int_equal((uintptr_t)pieces[i] % 16, 0);
            memset(pieces[i], (int)(i & 0xFF), i * 7 % 500);
        }
        for (size_t i = 0; i < PIECES; i++) {
            for (size_t k = 0; k < i * 7 % 500; k++) {
                assert_int_equal(pieces[i][k], i & 0xFF);
            }
        }
        vv_arena_reset(&arena);
    }
    vv_arena_deinit(&arena);
}

static void test_text(void **state)
{
    (void)state;
    struct vv_arena arena;
    vv_arena_init(&arena, 0, NULL);
    assert_string_equal(vv_arena_text(&arena, "Boiler 1", 6), "Boiler");
    assert_string_equal(vv_arena_text(&arena, NULL, 0), "");
    assert_string_equal(vv_arena_format(&arena, "%s/%d", "Steam", 7), "Steam/7");
    const uint8_t *zeros = vv_arena_zero(&arena, 3);
    assert_int_equal(zeros[0] | zeros[1] | zeros[2], 0);
    assert_null(vv_arena_alloc(&arena, SIZE_MAX));
    assert_null(vv_arena_alloc(&arena, SIZE_MAX - 40));
    assert_null(vv_arena_text(&arena, "", SIZE_MAX));
    vv_arena_deinit(&arena);
}

static void test_warm_arena_allocates_nothing(void **state)
{
    (void)state;
    struct vv_arena arena;
    vv_arena_init(&arena, 1024, NULL);
    uint64_t before = 0;
    for (int round = 0; round < 5; round++) {
        before = vv_alloc_count();
        for (int i = 0; i < 30; i++) {
            assert_non_null(vv_arena_alloc(&arena, 100));
        }
        vv_arena_reset(&arena);
    }
    assert_int_equal(vv_alloc_count(), before);
    vv_arena_deinit(&arena);
}

static void test_budget(void **state)
{
    (void)state;
    struct vv_budget budget = {.limit_bytes = 10000};
    struct vv_arena arena;
    vv_arena_init(&arena, 1000, &budget);
    size_t got = 0;
    while (vv_arena_alloc(&arena, 100) != NULL) {
        got += 100;
    }
    assert_in_range(got, 3000, 10000);
    assert_true(budget.used_bytes <= budget.limit_bytes);
    vv_arena_reset(&arena);
    assert_true(budget.used_bytes < 6000);
    vv_arena_deinit(&arena);
    assert_int_equal(budget.used_bytes, 0);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct vv_budget budget = {.limit_bytes = 1 << 20};
    struct vv_arena arena;
    vv_arena_init(&arena, 64, &budget);
    assert_non_null(vv_arena_alloc(&arena, 16));
    vv_alloc_fail_at(1, true);
    size_t used = budget.used_bytes;
    assert_null(vv_arena_alloc(&arena, 1000));
    assert_null(vv_arena_zero(&arena, 1000));
    assert_null(vv_arena_format(&arena, "%500d", 1));
    assert_int_equal(budget.used_bytes, used);
    assert_non_null(vv_arena_alloc(&arena, 16)); /* what is there can still be used */
    vv_alloc_fail_at(0, false);
    vv_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),    cmocka_unit_test(test_text),
        cmocka_unit_test(test_budget),    cmocka_unit_test(test_warm_arena_allocates_nothing),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
