/* repeats_test.c: repeated rows counted against a plain list, in both ways of reading. */
#include "app/import/repeats.h"

#include "base/test.h"

#include "base/banned.h"

#define ROWS 3000

struct row {
    uint32_t tag;
    int64_t time_ms;
};

/* Draws from a fixed seed: mostly in order, with jumps back. */
static void draw(struct row *rows, uint32_t seed, int jumps_in_100)
{
    int64_t times[5] = {0};
    for (int i = 0; i < ROWS; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t tag = (seed >> 16) % 5;
        seed = seed * 1664525 + 1013904223;
        if ((int)((seed >> 16) % 100) < jumps_in_100)
            times[tag] -= (int64_t)(seed >> 20) % 50;
        else
            times[tag] += 1;
        rows[i] = (struct row){tag, times[tag] * 1000};
    }
}

static int plain_count(const struct row *rows)
{
    int again = 0;
    for (int i = 0; i < ROWS; i++) {
        bool found = false;
        for (int j = 0; j < i && !found; j++)
            found = rows[j].tag == rows[i].tag && rows[j].time_ms == rows[i].time_ms;
        again += found;
    }
    return again;
}

static void test_counts(void **state)
{
    static const int jumps[] = {0, 1, 30, 100};
    static struct row rows[ROWS];
    vv_error err;
    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        draw(rows, 17 + i, jumps[i]);
        struct vv_import_repeats *twice = vv_import_repeats_new();
        struct vv_import_repeats *once = vv_import_repeats_new();
        int by_twice = 0, by_once = 0;
        for (int r = 0; r < ROWS; r++)
            assert_ok(vv_import_repeats_note(twice, rows[r].tag, rows[r].time_ms, &err), &err);
        for (int r = 0; r < ROWS; r++) {
            bool again;
            by_twice += vv_import_repeats_again(twice, rows[r].tag, rows[r].time_ms);
            assert_ok(vv_import_repeats_once(once, rows[r].tag, rows[r].time_ms, &again, &err),
                      &err);
            by_once += again;
        }
        int wanted = plain_count(rows);
        assert_true(jumps[i] == 0 ? wanted == 0 : wanted > 0);
        assert_int_equal(by_twice, wanted);
        assert_int_equal(by_once, wanted);
        assert_false(vv_import_repeats_partial(once));
        vv_import_repeats_free(twice);
        vv_import_repeats_free(once);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
