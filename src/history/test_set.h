/* test_set.h: a set of histories in a directory of its own, for the tests of this folder and of
 * src/collect. Every call fails the running test when it cannot do its work.
 */
#ifndef VV_HISTORY_TEST_SET_H
#define VV_HISTORY_TEST_SET_H

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "history/history.h"
#include "history/query.h"
#include "history/tags.h"
#include "sql/ledger.h"

/* Times of the tests are around 2024-11-05T00:00:00Z; their clock stands there. */
#define TEST_NOW_MS 1730764800000LL

struct test_set {
    char dir[64];
    struct vv_ledger *ledger;
    struct vv_history_set *set;
    uint64_t new_series_per_hour;
    bool real_clock;                     /* else the clock stands at TEST_NOW_MS */
    enum vv_history_layout other_layout; /* of the history "other" */
    bool read_only;
    vv_error err;
};

static inline int64_t test_now_ms(void)
{
    return TEST_NOW_MS;
}

static inline void test_set_open(struct test_set *t)
{
    char url[96], main_path[96], other_path[96];
    struct vv_history_options histories[2] = {
        {.name = "main", .path = main_path, .partition = VV_PARTITION_DAY},
        {.name = "other",
         .path = other_path,
         .partition = VV_PARTITION_MONTH,
         .layout = t->other_layout},
    };
    struct vv_history_set_options options = {.node = "plant-1",
                                             .histories = histories,
                                             .count = 2,
                                             .read_only = t->read_only,
                                             .new_series_per_hour = t->new_series_per_hour,
                                             .now_ms = t->real_clock ? NULL : test_now_ms};
    struct vv_ledger_options ledger = {.url = url, .read_only = t->read_only};

    snprintf(url, sizeof url, "sqlite:%s/ledger.db", t->dir);
    snprintf(main_path, sizeof main_path, "%s/main", t->dir);
    snprintf(other_path, sizeof other_path, "%s/other", t->dir);
    assert_ok(vv_ledger_open(&ledger, &t->ledger, &t->err), &t->err);
    options.ledger = t->ledger;
    assert_ok(vv_history_set_open(&options, &t->set, &t->err), &t->err);
}

static inline void test_set_close(struct test_set *t)
{
    assert_ok(vv_history_set_close(t->set, &t->err), &t->err);
    vv_ledger_close(t->ledger);
    t->set = NULL;
    t->ledger = NULL;
}

static inline void test_set_make_dir(struct test_set *t)
{
    snprintf(t->dir, sizeof t->dir, "/tmp/varve-history-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
}

static inline void test_set_make(struct test_set *t)
{
    *t = (struct test_set){0};
    test_set_make_dir(t);
    test_set_open(t);
}

static inline int test_set_unlink(const char *path, const struct stat *st, int kind,
                                  struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void test_set_remove(struct test_set *t)
{
    if (t->set != NULL)
        test_set_close(t);
    nftw(t->dir, test_set_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static inline struct vv_sample test_sample(const char *name, int64_t time_ms, struct vv_datum value)
{
    return (struct vv_sample){.name = name,
                              .name_len = strlen(name),
                              .quality = VV_QUALITY_GOOD,
                              .time_ms = time_ms,
                              .value = value};
}

/* Writes as a client; the answer is the call's. */
static inline vv_status test_write(struct test_set *t, const struct vv_sample *samples,
                                   size_t count)
{
    const struct vv_write_options options = {0};
    struct vv_write_result result = {0};

    return vv_history_write(t->set, samples, count, &options, &result, &t->err);
}

/* Writes one good sample that must be taken. */
static inline void test_put(struct test_set *t, const char *name, int64_t time_ms,
                            struct vv_datum value)
{
    struct vv_sample sample = test_sample(name, time_ms, value);

    assert_ok(test_write(t, &sample, 1), &t->err);
}

/* All rows of a query as they come, at most `max`; texts are not kept. */
struct test_rows {
    size_t count;
    int64_t times_ms[5000];
    int32_t quality[5000];
    struct vv_datum values[5000];               /* of the first column */
    struct vv_datum wide[64][VV_AGG_FUNCTIONS]; /* of the first rows, all columns */
    size_t columns;
    int64_t every_ms;
    uint64_t blocks;
};

static inline void test_query(struct test_set *t, const struct vv_history_query_spec *spec,
                              struct test_rows *rows)
{
    struct vv_history_query *query;
    struct vv_history_query_block block;
    vv_status st;

    memset(rows, 0, sizeof *rows);
    assert_ok(vv_history_query_open(t->set, spec, &query, &t->err), &t->err);
    vv_history_query_columns(query, &rows->columns);
    rows->every_ms = vv_history_query_every_ms(query);
    while ((st = vv_history_query_next(query, &block, &t->err)) == VARVE_OK) {
        assert_true(block.rows > 0);
        rows->blocks++;
        for (size_t i = 0; i < block.rows; i++) {
            size_t at = rows->count++;

            assert_true(at < sizeof rows->times_ms / sizeof rows->times_ms[0]);
            rows->times_ms[at] = block.times_ms[i];
            rows->quality[at] = block.quality[i];
            rows->values[at] = block.values[i * rows->columns];
            for (size_t c = 0; c < rows->columns && at < 64; c++)
                rows->wide[at][c] = block.values[i * rows->columns + c];
        }
        vv_history_query_pause(query);
    }
    if (st != VARVE_END)
        fail_msg("%s", t->err.message);
    assert_int_equal(vv_history_query_lost_blocks(query), 0);
    vv_history_query_close(query);
}

#endif
