/* alloc_test.c: counting, failing on demand, budgets. */
#include "base/alloc.h"

#include <string.h>

#include "base/test.h"

#include "base/banned.h"

static void test_sizes(void **state)
{
    (void)state;
    void *nothing = vv_alloc(0);
    assert_non_null(nothing);
    vv_free(nothing);
    assert_null(vv_alloc_array(SIZE_MAX / 2, 3));
    uint8_t *zeros = vv_alloc_array(10, 7);
    for (int i = 0; i < 70; i++) {
        assert_int_equal(zeros[i], 0);
    }
    zeros = vv_realloc(zeros, 700);
    assert_non_null(zeros);
    assert_int_equal(zeros[69], 0);
    vv_free(zeros);
    vv_free(NULL);
}

static void test_aligned(void **state)
{
    (void)state;
    for (size_t align = 1; align <= 65536; align *= 2) {
        uint8_t *block = vv_alloc_aligned(align, 3);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % align, 0);
        memset(block, 1, 3);
        vv_free(block);
    }
    assert_null(vv_alloc_aligned(4096, SIZE_MAX - 5));
}

static void test_text(void **state)
{
    (void)state;
    char *copy = vv_strdup("Kessel");
    assert_string_equal(copy, "Kessel");
    vv_free(copy);
    copy = vv_strndup("Kessel", 3);
    assert_string_equal(copy, "Kes");
    vv_free(copy);
    copy = vv_strndup("ab", 100);
    assert_string_equal(copy, "ab");
    vv_free(copy);
}

static void test_fail_at(void **state)
{
    (void)state;
    uint64_t before = vv_alloc_count();
    vv_alloc_fail_at(2, false);
    void *first = vv_alloc(1), *second = vv_alloc(1), *third = vv_alloc(1);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    assert_int_equal(vv_alloc_count() - before, 3);

    vv_alloc_fail_at(1, true);
    assert_null(vv_alloc(1));
    assert_null(vv_alloc_zero(1));
    assert_null(vv_alloc_array(1, 1));
    assert_null(vv_alloc_aligned(8, 8));
    assert_null(vv_strdup("a"));
    assert_null(vv_realloc(first, 100)); /* first stays */
    vv_alloc_fail_at(0, false);
    vv_free(first);
    vv_free(third);
    first = vv_alloc(1);
    assert_non_null(first);
    vv_free(first);
}

static void test_budget(void **state)
{
    (void)state;
    struct vv_budget budget = {.limit_bytes = 100};
    assert_true(vv_budget_take(&budget, 60));
    assert_false(vv_budget_take(&budget, 41));
    assert_false(vv_budget_take(&budget, SIZE_MAX));
    assert_true(vv_budget_take(&budget, 40));
    vv_budget_force(&budget, 50);
    assert_int_equal(budget.used_bytes, 150);
    assert_false(vv_budget_take(&budget, 0));
    vv_budget_give(&budget, 150);
    assert_int_equal(budget.used_bytes, 0);
    struct vv_budget endless = {0};
    assert_true(vv_budget_take(&endless, SIZE_MAX / 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),   cmocka_unit_test(test_aligned), cmocka_unit_test(test_text),
        cmocka_unit_test(test_fail_at), cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
