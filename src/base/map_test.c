/* map_test.c: random operations against a plain array, missing memory. */
#include "base/map.h"

#include <string.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

static void test_basics(void **state)
{
    (void)state;
    struct vv_map *map = vv_map_new();
    uint64_t v = 9;
    assert_false(vv_map_get(map, "a", 1, &v));
    assert_int_equal(v, 0);
    assert_false(vv_map_remove(map, "a", 1));
    assert_int_equal(vv_map_put(map, "a", 1, 5), VARVE_OK);
    assert_int_equal(vv_map_put(map, "a\0b", 3, 6), VARVE_OK);
    assert_int_equal(vv_map_put(map, NULL, 0, 7), VARVE_OK);
    assert_int_equal(vv_map_put(map, "a", 1, 8), VARVE_OK);
    assert_int_equal(vv_map_count(map), 3);
    assert_true(vv_map_get(map, "a", 1, &v) && v == 8);
    assert_true(vv_map_get(map, "a\0b", 3, &v) && v == 6);
    assert_true(vv_map_get(map, "", 0, &v) && v == 7);
    assert_true(vv_map_bytes(map) > 100);
    vv_map_free(map);
    vv_map_free(NULL);
}

static void test_against_array(void **state)
{
    (void)state;
    enum {
        KEYS = 500
    };
    bool there[KEYS] = {false};
    uint64_t values[KEYS] = {0};
    size_t count = 0;
    struct vv_map *map = vv_map_new();
    size_t empty_bytes = vv_map_bytes(map);
    uint64_t seed = 42;
    for (int step = 0; step < 200000; step++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t k = (size_t)(seed >> 40) % KEYS;
        char key[24];
        size_t len = (size_t)snprintf(key, sizeof key, "Boiler %zu", k * k);
        uint64_t got;
        switch (seed >> 61) {
        case 0:
        case 1:
        case 2:
            assert_int_equal(vv_map_put(map, key, len, seed), VARVE_OK);
            count += !there[k];
            there[k] = true;
            values[k] = seed;
            break;
        case 3:
        case 4:
            assert_int_equal(vv_map_remove(map, key, len), there[k]);
            count -= there[k];
            there[k] = false;
            break;
        default:
            assert_int_equal(vv_map_get(map, key, len, &got), there[k]);
            assert_true(!there[k] || got == values[k]);
        }
        assert_int_equal(vv_map_count(map), count);
    }
    assert_true(vv_map_bytes(map) > empty_bytes);
    vv_map_free(map);
}

static void test_no_memory_changes_nothing(void **state)
{
    (void)state;
    vv_alloc_fail_at(1, false);
    assert_null(vv_map_new());
    struct vv_map *map = vv_map_new();
    for (uint64_t n = 0; n < 300; n++) {
        for (uint64_t nth = 1;; nth++) {
            vv_alloc_fail_at(nth, false);
            vv_status status = vv_map_put(map, &n, sizeof n, n * 3);
            vv_alloc_fail_at(0, false);
            if (status == VARVE_OK) {
                break;
            }
            assert_int_equal(status, VARVE_NO_MEMORY);
            assert_int_equal(vv_map_count(map), n);
        }
        for (uint64_t k = 0; k <= n; k++) {
            uint64_t v;
            assert_true(vv_map_get(map, &k, sizeof k, &v) && v == k * 3);
        }
    }
    vv_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_basics),
        cmocka_unit_test(test_against_array),
        cmocka_unit_test(test_no_memory_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
