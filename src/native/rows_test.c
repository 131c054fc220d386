/* Rows against arrays of the simplest kind: adding, slicing, sorting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/draw_test.h"
#include "native/rows.h"

#include "base/banned.h"

static const enum varve_type TYPES[] = {VARVE_INT64, VARVE_DOUBLE, VARVE_BOOL, VARVE_TEXT};

static struct varve_rows draw_rows(struct draw *d, struct vv_arena *arena, uint32_t count,
                                   uint32_t columns, bool subs)
{
    int64_t *times = draw_room(arena, count * 8);
    uint32_t *sub = draw_room(arena, count * 4);
    struct varve_vector *vectors = draw_room(arena, 4 * sizeof *vectors);

    for (uint32_t i = 0; i < count; i++) {
        times[i] = draw_below(d, count);
        sub[i] = draw_below(d, 3);
    }
    for (uint32_t c = 0; c < columns; c++)
        vectors[c] = draw_vector(d, arena, TYPES[c], count, draw_below(d, 64));
    return (struct varve_rows){5, count, times, subs ? sub : NULL, vectors, columns};
}

static void test_add_and_slice(void **state)
{
    struct draw d = draw_seeded();

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct vv_arena arena;
        struct vv_rows *rows;
        struct varve_rows pieces[5], view, slice;
        uint32_t begins[5], ends[5], total = 0;
        struct varve_vector columns[4];

        vv_arena_init(&arena, 0, NULL);
        assert_int_equal(vv_rows_new(TYPES, 4, &rows, NULL), VARVE_OK);
        vv_rows_reset(rows, 5);
        for (int p = 0; p < 5; p++) {
            pieces[p] = draw_rows(&d, &arena, 1 + draw_below(&d, 300), 4, draw_below(&d, 2));
            if (draw_below(&d, 5) == 0)
                pieces[p].column_count = draw_below(&d, 4);
            begins[p] = draw_below(&d, pieces[p].count);
            ends[p] = begins[p] + draw_below(&d, pieces[p].count - begins[p] + 1);
            assert_int_equal(vv_rows_add(rows, pieces + p, begins[p], ends[p], p & 1, NULL),
                             VARVE_OK);
            total += ends[p] - begins[p];
        }
        vv_rows_view(rows, &view);
        assert_int_equal(view.count, total);
        assert_int_equal(view.series, 5);
        uint32_t begin = total / 128 * 64, at = 0;
        vv_rows_slice(&view, begin, total, columns, &slice);
        for (int p = 0; p < 5; p++)
            for (uint32_t i = begins[p]; i < ends[p]; i++, at++) {
                assert_true(draw_same_rows(pieces + p, i, &view, at));
                for (uint32_t c = pieces[p].column_count; c < 4; c++)
                    assert_false(view.columns[c].data && vv_bit(view.columns[c].valid, at));
                if (at >= begin)
                    assert_true(draw_same_rows(pieces + p, i, &slice, at - begin));
            }
        vv_rows_free(rows);
        vv_arena_deinit(&arena);
    }
}

static void test_sort(void **state)
{
    struct draw d = draw_seeded();

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct vv_arena arena;
        struct vv_rows *rows;
        struct varve_rows view;
        uint32_t count = 1 + draw_below(&d, 400);
        uint64_t ranks[400];

        vv_arena_init(&arena, 0, NULL);
        struct varve_rows from = draw_rows(&d, &arena, count, 4, round & 1);
        for (uint32_t i = 0; i < count; i++)
            ranks[i] = draw_below(&d, 50);
        assert_int_equal(vv_rows_new(TYPES, 4, &rows, NULL), VARVE_OK);
        assert_int_equal(vv_rows_add(rows, &from, 0, count, true, NULL), VARVE_OK);
        assert_int_equal(vv_rows_sort(rows, round & 2 ? ranks : NULL, NULL), VARVE_OK);
        vv_rows_view(rows, &view);
        uint32_t at = 0;
        for (int64_t time = 0; time < count; time++)
            for (uint32_t sub = 0; sub < 3; sub++) {
                uint32_t best = UINT32_MAX;
                for (uint32_t i = 0; i < count; i++)
                    if (from.times[i] == time && (from.subs ? from.subs[i] : 0) == sub &&
                        (best == UINT32_MAX || !(round & 2) || ranks[i] >= ranks[best]))
                        best = i;
                if (best != UINT32_MAX) {
                    assert_true(at < view.count);
                    assert_true(draw_same_rows(&from, best, &view, at++));
                }
            }
        assert_int_equal(at, view.count);
        vv_rows_free(rows);
        vv_arena_deinit(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_and_slice),
        cmocka_unit_test(test_sort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
