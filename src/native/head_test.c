#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "native/head.h"

#include "base/banned.h"

static const struct varve_column columns[] = {{"quality", VARVE_INT64}, {"value", VARVE_TEXT}};
static const struct varve_stratum stratum = {
    .name = "s", .unit = VARVE_MILLISECONDS, .columns = columns, .column_count = 2};
static const enum varve_type types[] = {VARVE_INT64, VARVE_TEXT};

static void append(struct vv_head *head, uint32_t series, int64_t time, int64_t quality,
                   const char *text, uint64_t sequence)
{
    struct vv_cell cells[2] = {{.valid = true, .as.i = quality}, {.valid = text != NULL}};
    if (text)
        cells[1].as.text = (struct varve_text){text, (uint32_t)strlen(text)};
    assert_int_equal(vv_head_append(head, &stratum, 0, series, time, 0, cells, 2, sequence, NULL),
                     VARVE_OK);
}

/* The rows of a series as a reader with this sequence sees them: how many, and the qualities. */
static uint32_t read_all(struct vv_head *head, uint32_t series, uint64_t sequence, int64_t from,
                         int64_t to, int64_t *times, int64_t *qualities)
{
    struct vv_head_cursor cursor = {0};
    assert_int_equal(
        vv_head_cursor_init(&cursor, head, series, sequence, from, to, types, NULL, 2, NULL),
        VARVE_OK);
    struct vv_run *runs[2];
    size_t count = 0;
    if (cursor.has_ascending)
        runs[count++] = &cursor.ascending;
    if (cursor.has_late)
        runs[count++] = &cursor.late;
    struct vv_rowmerge *merge;
    assert_int_equal(vv_rowmerge_new(types, 2, runs, count, NULL, 0, from, to, &merge, NULL),
                     VARVE_OK);
    struct varve_rows rows;
    uint32_t total = 0;
    while (vv_rowmerge_next(merge, 1024, &rows, NULL) == VARVE_OK)
        for (uint32_t i = 0; i < rows.count; i++, total++) {
            times[total] = rows.times[i];
            qualities[total] = ((const int64_t *)rows.columns[0].data)[i];
        }
    vv_rowmerge_free(merge);
    vv_head_cursor_deinit(&cursor);
    return total;
}

static void test_late_rows_replace_and_sort(void **state)
{
    (void)state;
    struct vv_budget budget = {0};
    struct vv_head *head;
    int64_t times[16], qualities[16];
    assert_int_equal(vv_head_new(&budget, 10, &head, NULL), VARVE_OK);
    append(head, 7, 100, 1, "a", 11);
    append(head, 7, 300, 2, NULL, 12);
    append(head, 7, 200, 3, "late", 13);
    append(head, 7, 100, 4, "again", 14);
    assert_int_equal(read_all(head, 7, 100, 0, 1000, times, qualities), 3);
    assert_int_equal(times[0], 100);
    assert_int_equal(qualities[0], 4);
    assert_int_equal(qualities[1], 3);
    assert_int_equal(qualities[2], 2);
    assert_int_equal(read_all(head, 7, 100, 150, 300, times, qualities), 1);
    assert_int_equal(read_all(head, 8, 100, 0, 1000, times, qualities), 0);
    vv_head_unref(head);
    assert_int_equal(budget.used_bytes, 0);
}

static void test_a_snapshot_sees_only_what_was_published(void **state)
{
    (void)state;
    struct vv_budget budget = {0};
    struct vv_head *head;
    int64_t times[16], qualities[16], last;
    assert_int_equal(vv_head_new(&budget, 0, &head, NULL), VARVE_OK);
    append(head, 1, 10, 1, "x", 1);
    append(head, 1, 20, 2, "x", 2);
    append(head, 1, 15, 3, "x", 3);
    assert_int_equal(read_all(head, 1, 0, 0, 100, times, qualities), 0);
    assert_int_equal(read_all(head, 1, 1, 0, 100, times, qualities), 1);
    assert_int_equal(read_all(head, 1, 2, 0, 100, times, qualities), 2);
    assert_int_equal(read_all(head, 1, 3, 0, 100, times, qualities), 3);
    assert_true(vv_head_last_time(head, 1, 1, 100, &last));
    assert_int_equal(last, 10);
    assert_true(vv_head_last_time(head, 1, 3, 20, &last));
    assert_int_equal(last, 15);
    assert_false(vv_head_last_time(head, 1, 3, 10, &last));
    vv_head_unref(head);
}

static void test_an_aborted_batch_never_shows(void **state)
{
    (void)state;
    struct vv_budget budget = {0};
    struct vv_head *head;
    int64_t times[16], qualities[16], last;
    assert_int_equal(vv_head_new(&budget, 0, &head, NULL), VARVE_OK);
    append(head, 1, 10, 1, "x", 1);
    append(head, 1, 50, 2, "x", 2);
    append(head, 1, 5, 3, "x", 2);
    vv_head_abort(head, 2);
    append(head, 1, 20, 4, "x", 3);
    append(head, 1, 60, 5, NULL, 4);
    assert_int_equal(read_all(head, 1, 4, 0, 100, times, qualities), 3);
    assert_int_equal(qualities[1], 4);
    assert_true(vv_head_last_time(head, 1, 4, 60, &last));
    assert_int_equal(last, 20);
    vv_head_unref(head);
}

static void test_many_rows_cross_chunks_and_pages(void **state)
{
    (void)state;
    struct vv_budget budget = {0};
    struct vv_head *head;
    static int64_t times[8000], qualities[8000];
    assert_int_equal(vv_head_new(&budget, 0, &head, NULL), VARVE_OK);
    for (uint32_t i = 0; i < 5000; i++) {
        append(head, 3, i * 10, i, i % 3 ? "t" : NULL, i + 1);
        append(head, 90000, i * 10, -(int64_t)i, "t", i + 1);
    }
    uint32_t found, stratum_id;
    assert_true(vv_head_next_series(head, 0, &found, &stratum_id));
    assert_int_equal(found, 3);
    assert_true(vv_head_next_series(head, 4, &found, &stratum_id));
    assert_int_equal(found, 90000);
    assert_false(vv_head_next_series(head, 90001, &found, &stratum_id));
    assert_int_equal(read_all(head, 3, 5000, 1000, 40000, times, qualities), 3900);
    for (uint32_t i = 0; i < 3900; i++)
        assert_int_equal(qualities[i], 100 + i);
    assert_int_equal(vv_head_rows(head), 10000);
    vv_head_unref(head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_late_rows_replace_and_sort),
        cmocka_unit_test(test_a_snapshot_sees_only_what_was_published),
        cmocka_unit_test(test_an_aborted_batch_never_shows),
        cmocka_unit_test(test_many_rows_cross_chunks_and_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
