/* The cache serves what was put, stays inside its budget, and never frees what is pinned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "native/cache.h"
#include "native/draw_test.h"

#include "base/banned.h"

#define LIMIT 200000u

static uint8_t *bytes_of(uint64_t part, uint64_t offset, size_t len)
{
    uint8_t *data = vv_alloc(len);
    memset(data, (int)((part * 31 + offset) & 0xff), len);
    return data;
}

static size_t len_of(uint64_t part, uint64_t offset)
{
    return 100 + (part * 7 + offset * 13) % 900;
}

struct worker {
    struct vv_cache *cache;
    struct vv_thread thread;
    uint64_t seed;
    bool wrong;
};

static void work(void *arg)
{
    struct worker *w = arg;
    struct draw d = {w->seed};
    struct vv_cache_entry *held[4] = {0};

    for (int i = 0; i < 20000; i++) {
        uint64_t part = draw_below(&d, 4), offset = draw_below(&d, 200);
        size_t len = len_of(part, offset), got;
        if (draw_below(&d, 1000) == 0)
            vv_cache_drop(w->cache, part);
        struct vv_cache_entry *entry = vv_cache_get(w->cache, part, offset);
        if (!entry)
            entry = vv_cache_put(w->cache, part, offset, bytes_of(part, offset, len), len);
        const uint8_t *data = vv_cache_data(entry, &got);
        w->wrong |=
            got != len || data[0] != ((part * 31 + offset) & 0xff) || data[len - 1] != data[0];
        if (held[i % 4])
            vv_cache_unpin(w->cache, held[i % 4]);
        held[i % 4] = entry;
        w->wrong |= vv_cache_used(w->cache) > LIMIT;
    }
    for (int k = 0; k < 4; k++)
        vv_cache_unpin(w->cache, held[k]);
}

static void test_threads(void **state)
{
    struct vv_cache *cache = vv_cache_new(LIMIT);
    struct worker workers[3];

    (void)state;
    for (int k = 0; k < 3; k++) {
        workers[k] = (struct worker){.cache = cache, .seed = (uint64_t)k + 1};
        assert_int_equal(vv_thread_start(&workers[k].thread, "cache", work, workers + k, NULL),
                         VARVE_OK);
    }
    for (int k = 0; k < 3; k++) {
        vv_thread_join(&workers[k].thread);
        assert_false(workers[k].wrong);
    }
    vv_cache_free(cache);
}

static void test_too_large(void **state)
{
    struct vv_cache *cache = vv_cache_new(1000);
    struct vv_cache_entry *entry = vv_cache_put(cache, 1, 0, bytes_of(1, 0, 5000), 5000);

    (void)state;
    assert_non_null(entry);
    assert_null(vv_cache_get(cache, 1, 0));
    assert_int_equal(vv_cache_used(cache), 0);
    vv_cache_unpin(cache, entry);
    vv_cache_free(cache);
}

static void test_recent_stays(void **state)
{
    struct vv_cache *cache = vv_cache_new(LIMIT);

    (void)state;
    vv_cache_unpin(cache, vv_cache_put(cache, 9, 1, bytes_of(9, 1, 500), 500));
    for (uint64_t i = 0; i < 3000; i++) {
        struct vv_cache_entry *kept = vv_cache_get(cache, 9, 1);
        assert_non_null(kept);
        vv_cache_unpin(cache, kept);
        vv_cache_unpin(cache, vv_cache_put(cache, 1, i, bytes_of(1, i, 500), 500));
    }
    vv_cache_drop(cache, 9);
    assert_null(vv_cache_get(cache, 9, 1));
    vv_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_recent_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
