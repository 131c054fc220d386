/* Backups on the simulated disk: what is in them, what they leave alone, what they refuse. */
#include <errno.h>

#include "base/io_sim.h"
#include "base/test.h"
#include "native/store_private.h"

#include "base/banned.h"

static const struct varve_column columns[] = {{"value", VARVE_DOUBLE}};
static const struct varve_stratum stratum = {.name = "tags",
                                             .unit = VARVE_MILLISECONDS,
                                             .span = VARVE_SPAN_DAY,
                                             .columns = columns,
                                             .column_count = 1};
static const struct varve_options quiet = {
    .no_background = true, .sync = VARVE_SYNC_ALWAYS, .reserve_bytes = 1000};

struct fixture {
    struct vv_io_sim *sim;
    const struct vv_io *io;
    varve *store;
    uint32_t series;
    int64_t next_time;
};

static varve *open_at(struct fixture *f, const char *path)
{
    vv_error err = {0};
    varve *store;
    uint32_t id;
    assert_ok(vv_store_open(path, &quiet, f->io, &store, &err), &err);
    assert_ok(varve_stratum_define(store, &stratum, &id, &err), &err);
    assert_ok(varve_series_define(store, id, "a", 1, &f->series, &err), &err);
    return store;
}

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.sim = vv_io_sim_new(1)};
    f.io = vv_io_sim_io(f.sim);
    f.store = open_at(&f, "db");
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    varve_close(f->store, NULL);
    vv_io_sim_free(f->sim);
    return 0;
}

/* `count` rows, one in each second. */
static void append(struct fixture *f, int count)
{
    varve_batch *batch;
    vv_error err = {0};
    assert_ok(varve_batch_new(f->store, &batch, &err), &err);
    for (int i = 0; i < count; i++) {
        int64_t time = f->next_time++ * 1000;
        double value = (double)time / 8;
        const struct varve_vector vector = {VARVE_DOUBLE, &value, NULL};
        const struct varve_rows rows = {
            .series = f->series, .count = 1, .times = &time, .columns = &vector, .column_count = 1};
        assert_ok(varve_batch_add(batch, &rows, &err), &err);
    }
    assert_ok(varve_append(f->store, batch, NULL, &err), &err);
    varve_batch_free(batch);
}

static uint64_t count_rows(varve *store, uint32_t series)
{
    struct varve_scan_spec spec = {.series = series, .from = 0, .to = VARVE_TIME_MAX};
    struct varve_rows rows;
    varve_scan *scan;
    vv_error err = {0};
    uint64_t count = 0;
    vv_status status;
    assert_ok(varve_scan_open(store, &spec, &scan, &err), &err);
    while (!(status = varve_scan_next(scan, &rows, &err)))
        for (uint32_t i = 0; i < rows.count; i++, count++)
            assert_true(((const double *)rows.columns[0].data)[i] == (double)rows.times[i] / 8);
    assert_int_equal(status, VARVE_END);
    varve_scan_close(scan);
    return count;
}

static uint64_t rows_of(struct fixture *f, const char *path)
{
    uint64_t damaged = 1;
    vv_error err = {0};
    assert_ok(vv_store_check(path, f->io, NULL, NULL, &damaged, &err), &err);
    assert_int_equal(damaged, 0);
    varve *store = open_at(f, path);
    uint64_t count = count_rows(store, f->series);
    vv_store_abandon(store);
    return count;
}

static bool any(void *arg, const char *name)
{
    (void)name;
    *(bool *)arg = true;
    return true;
}

static bool is_there(struct fixture *f, const char *path)
{
    bool found = false;
    return f->io->list(f->io->context, path, any, &found, NULL) == VARVE_OK;
}

static void test_holds_what_was_acknowledged(void **state)
{
    struct fixture *f = *state;
    struct varve_backup_result result;
    vv_error err = {0};
    append(f, 500);
    assert_ok(varve_flush(f->store, &err), &err);
    append(f, 300);
    assert_ok(varve_delete(f->store, f->series, 0, 100000, NULL, &err), &err);
    assert_ok(varve_backup(f->store, "b", NULL, &result, &err), &err);
    assert_int_equal(result.parts, 2);
    assert_int_equal(result.rows, 800);
    assert_int_equal(result.linked, 2);
    assert_int_equal(result.copied, 1); /* the registry */
    append(f, 50);
    assert_int_equal(rows_of(f, "b"), 700);
    assert_int_equal(count_rows(f->store, f->series), 750);
    assert_false(is_there(f, "b.partial"));
    vv_io_sim_cut(f->sim, VV_IO_CUT_DROP); /* all of it was synced */
    vv_store_abandon(f->store);
    f->store = open_at(f, "db");
    assert_int_equal(rows_of(f, "b"), 700);
}

/* A backup keeps its parts when the store has merged them away, and the other way round. */
static void test_shares_nothing_that_changes(void **state)
{
    struct fixture *f = *state;
    bool merged;
    vv_error err = {0};
    for (int i = 0; i < 4; i++) {
        append(f, 100);
        assert_ok(varve_flush(f->store, &err), &err);
    }
    assert_ok(varve_backup(f->store, "b", NULL, NULL, &err), &err);
    assert_ok(varve_merge(f->store, &merged, &err), &err);
    assert_true(merged);
    append(f, 7);
    assert_int_equal(rows_of(f, "b"), 400);
    assert_ok(vv_io_remove_tree(f->io, "b", &err), &err);
    assert_int_equal(count_rows(f->store, f->series), 407);
    vv_store_abandon(f->store);
    f->store = open_at(f, "db");
    assert_int_equal(count_rows(f->store, f->series), 407);
}

/* A deletion behind the backup's moment is not in it, although a merge was about to happen. */
static void test_merges_leave_later_deletions(void **state)
{
    struct fixture *f = *state;
    bool merged;
    vv_error err = {0};
    for (int i = 0; i < 4; i++) {
        append(f, 100);
        assert_ok(varve_flush(f->store, &err), &err);
    }
    assert_ok(varve_delete(f->store, f->series, 0, 50000, NULL, &err), &err);
    assert_ok(varve_merge(f->store, &merged, &err), &err);
    assert_true(merged);
    struct varve_info info;
    assert_ok(varve_info_get(f->store, &info, &err), &err);
    assert_int_equal(info.part_rows, 400);
    assert_int_equal(count_rows(f->store, f->series), 350);
}

static void test_copies_where_it_cannot_link(void **state)
{
    struct fixture *f = *state;
    struct varve_backup_result result;
    struct varve_backup_options copy = {.copy = true};
    vv_error err = {0};
    append(f, 500);
    vv_io_sim_fault(f->sim, &(struct vv_io_fault){
                                .ops = VV_IO_OP_LINK, .nth = 1, .for_ever = true, .native = EXDEV});
    assert_ok(varve_backup(f->store, "b", NULL, &result, &err), &err);
    assert_int_equal(result.linked, 0);
    assert_int_equal(result.copied, 2);
    vv_io_sim_fault(f->sim, NULL);
    assert_ok(varve_backup(f->store, "c", &copy, &result, &err), &err);
    assert_int_equal(result.copied, 2);
    assert_int_equal(rows_of(f, "b"), 500);
    assert_int_equal(rows_of(f, "c"), 500);
    struct vv_io_space space; /* room for the copy, not for what has to stay free */
    vv_io_sim_capacity(f->sim, 1 << 20);
    assert_ok(f->io->space(f->io->context, "db", &space, &err), &err);
    vv_io_sim_capacity(f->sim, (1 << 20) - space.free_bytes + result.bytes + 500);
    assert_int_equal(varve_backup(f->store, "d", &copy, NULL, &err), VARVE_NO_SPACE);
    assert_false(is_there(f, "d") || is_there(f, "d.partial"));
    vv_io_sim_capacity(f->sim, 0);
}

static bool stop_at(void *arg, const struct varve_backup_progress *progress)
{
    assert_true(progress->files_done <= progress->files && progress->bytes_done <= progress->bytes);
    return progress->files_done < *(uint64_t *)arg;
}

static void test_refusals(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    uint64_t stop = 1;
    struct varve_backup_options options = {.progress = stop_at, .arg = &stop};
    append(f, 10);
    assert_ok(f->io->mkdir(f->io->context, "b", &err), &err);
    assert_int_equal(varve_backup(f->store, "b", NULL, NULL, &err), VARVE_EXISTS);
    assert_ok(f->io->mkdir(f->io->context, "c.partial", &err), &err);
    assert_int_equal(varve_backup(f->store, "c", NULL, NULL, &err), VARVE_CONFLICT);
    assert_non_null(strstr(err.message, "c.partial"));
    assert_int_equal(varve_backup(f->store, "", NULL, NULL, &err), VARVE_BAD_NAME);
    assert_int_equal(varve_backup(f->store, "no/such", NULL, NULL, &err), VARVE_NOT_FOUND);
    assert_int_equal(varve_backup(f->store, "d", &options, NULL, &err), VARVE_CANCELLED);
    assert_false(is_there(f, "d") || is_there(f, "d.partial"));
    stop = 9;
    assert_ok(varve_backup(f->store, "d", &options, NULL, &err), &err);
    struct varve_options reading = quiet;
    varve *second;
    reading.read_only = true;
    assert_ok(vv_store_open("db", &reading, f->io, &second, &err), &err);
    assert_int_equal(varve_backup(second, "e", NULL, NULL, &err), VARVE_READ_ONLY);
    varve_close(second, NULL);
}

/* What followers have still to do is in the backup as well. */
static bool each_touched(void *arg, const struct varve_touched *touched)
{
    assert_int_equal(touched->to, 19000);
    ++*(int *)arg;
    return true;
}

static void test_followers_go_on(void **state)
{
    struct fixture *f = *state;
    vv_error err = {0};
    uint64_t position = 99;
    int ranges = 0;
    assert_ok(varve_follower_register(f->store, "windows", &position, &err), &err);
    append(f, 20);
    assert_ok(varve_backup(f->store, "b", NULL, NULL, &err), &err);
    varve *copy = open_at(f, "b");
    assert_ok(varve_follower_register(copy, "windows", &position, &err), &err);
    assert_int_equal(position, 0);
    assert_ok(varve_follower_touched(copy, position, each_touched, &ranges, &err), &err);
    assert_int_equal(ranges, 1);
    vv_store_abandon(copy);
}

static void test_an_empty_store(void **state)
{
    struct fixture *f = *state;
    struct varve_backup_result result;
    vv_error err = {0};
    assert_ok(varve_backup(f->store, "b", NULL, &result, &err), &err);
    assert_int_equal(result.sequence, 0);
    assert_int_equal(rows_of(f, "b"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_holds_what_was_acknowledged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shares_nothing_that_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_merges_leave_later_deletions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_copies_where_it_cannot_link, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_followers_go_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_store, setup, teardown),
    };
    return cmocka_run_group_tests_name("native backup", tests, NULL, NULL);
}
