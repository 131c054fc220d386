#include <errno.h>
#include <stdatomic.h>

#include "base/io_sim.h"
#include "base/test.h"
#include "base/thread.h"
#include "native/wal_test.h"

#include "base/banned.h"

static void test_write_and_recover(void **state)
{
    (void)state;
    struct vv_io_sim *sim = disk(1);
    struct vv_wal *wal = opened(sim, 1);
    static struct delivered d;
    struct vv_wal_recovery r;
    vv_error err;
    for (uint64_t s = 1; s <= 10; s++)
        assert_ok(put(wal, s, 1, &err), &err);
    assert_int_equal(vv_wal_synced(wal), 0);
    assert_ok(vv_wal_sync(wal, &err), &err);
    assert_int_equal(vv_wal_synced(wal), 10);
    uint64_t number;
    assert_ok(vv_wal_rotate(wal, &number, &err), &err);
    assert_int_equal(number, 2);
    assert_ok(vv_wal_rotate(wal, &number, &err), &err);
    assert_int_equal(number, 2); /* without frames it is kept */
    for (uint64_t s = 11; s <= 20; s++)
        assert_ok(put(wal, s, 1, &err), &err);
    recover(sim, 1, &d, &r); /* a second process may read along */
    expect_run(&d, 1, 20);
    assert_int_equal(r.last_file, 2);
    assert_int_equal(r.last_sequence, 20);
    recover(sim, 2, &d, &r);
    expect_run(&d, 11, 20);
    uint64_t bytes = vv_wal_bytes(wal);
    assert_ok(vv_wal_remove_before(wal, 2, &err), &err);
    assert_true(vv_wal_bytes(wal) < bytes);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    vv_wal_free(wal);
    recover(sim, 2, &d, &r); /* the removal of file 1 was not durable: it is older, and no matter */
    assert_int_equal(d.count + d.damages, 0);
    assert_int_equal(vv_wal_open(vv_io_sim_io(sim), DIR, &id, 2, &options, &wal, &err),
                     VARVE_USAGE);
    wal = opened(sim, 3);
    assert_ok(put(wal, 11, 2, &err), &err);
    assert_ok(vv_wal_sync(wal, &err), &err);
    vv_wal_free(wal);
    recover(sim, 2, &d, &r);
    expect_run(&d, 11, 11);
    vv_io_sim_free(sim);
}

/* A new file begins by itself, and the tail has a bound. */
static void test_limits(void **state)
{
    (void)state;
    struct vv_io_sim *sim = disk(1);
    struct vv_wal *wal;
    static struct delivered d;
    struct vv_wal_recovery r;
    vv_error err;
    const struct vv_wal_options small = {5000, 8000};
    assert_ok(vv_wal_open(vv_io_sim_io(sim), DIR, &id, 1, &small, &wal, &err), &err);
    uint64_t s = 0;
    vv_status status;
    do
        status = put(wal, ++s, 1, &err);
    while (status == VARVE_OK && s < 100);
    assert_int_equal(s, 100); /* each new file syncs the one before */
    assert_true(vv_wal_number(wal) > 5);
    vv_wal_free(wal);
    recover(sim, 1, &d, &r);
    expect_run(&d, 1, 100);
    assert_int_equal(d.damages + d.holes, 0);
    const struct vv_wal_options tight = {1 << 20, 8000};
    assert_ok(vv_wal_open(vv_io_sim_io(sim), DIR, &id, r.last_file + 1, &tight, &wal, &err), &err);
    do
        status = put(wal, ++s, 1, &err);
    while (status == VARVE_OK);
    assert_int_equal(status, VARVE_BUSY);
    assert_ok(vv_wal_sync(wal, &err), &err);
    assert_ok(put(wal, s, 1, &err), &err);
    vv_wal_free(wal);
    recover(sim, 1, &d, &r);
    expect_run(&d, 1, s);
    vv_io_sim_free(sim);
}

/* A value that holds a whole log file is never taken for frames, whatever is damaged. */
static void test_no_frame_from_a_value(void **state)
{
    (void)state;
    struct vv_io_sim *sim = disk(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_wal *wal = opened(sim, 1);
    static struct delivered d;
    struct vv_wal_recovery r;
    vv_error err;
    struct vv_buf frame = {0};
    for (uint64_t s = 1; s <= 3; s++)
        assert_ok(put(wal, s, 1, &err), &err);
    uint64_t number;
    assert_ok(vv_wal_rotate(wal, &number, &err), &err);
    vv_buf_grow(&frame, VV_WAL_FRAME_HEADER);
    assert_ok(vv_io_read_all(io, DIR "/0000000000000001.log", 1 << 20, &frame, &err), &err);
    vv_wal_seal(frame.data, frame.len, VV_WAL_BATCH, 4);
    struct vv_wal_piece piece = {frame.data, frame.len};
    assert_ok(vv_wal_write(wal, &piece, 1, 4, &err), &err);
    assert_ok(put(wal, 5, 1, &err), &err);
    assert_ok(vv_wal_sync(wal, &err), &err);
    assert_ok(put(wal, 6, 1, &err), &err); /* behind a mark: what is before is durable */
    vv_wal_free(wal);
    assert_int_equal(vv_io_sim_damage(sim, DIR "/0000000000000002.log", VV_WAL_START + 9, 1),
                     VARVE_OK);
    recover(sim, 2, &d, &r);
    expect_run(&d, 5, 6);
    vv_buf_deinit(&frame);
    vv_io_sim_free(sim);
}

/* What the power took out of the unsynced end takes all behind it along. */
static void test_a_hole_ends_what_was_not_durable(void **state)
{
    (void)state;
    struct vv_io_sim *sim = disk(1);
    struct vv_wal *wal = opened(sim, 1);
    static struct delivered d;
    struct vv_wal_recovery r;
    vv_error err;
    uint64_t size = 0;
    for (uint64_t s = 1; s <= 6; s++) {
        assert_ok(put(wal, s, 1, &err), &err);
        if (s == 2)
            assert_ok(vv_wal_sync(wal, &err), &err);
        while (s <= 3 && vv_io_sim_damage(sim, DIR "/0000000000000001.log", size, 0) == VARVE_OK)
            size++;
    }
    vv_wal_free(wal);
    /* The first byte of the frame of 4. */
    assert_int_equal(vv_io_sim_damage(sim, DIR "/0000000000000001.log", size, 1), VARVE_OK);
    recover(sim, 1, &d, &r);
    expect_run(&d, 1, 3);
    vv_io_sim_free(sim);
}

static void expect_subset(const struct delivered *d, uint64_t last)
{
    for (size_t i = 0; i < d->count; i++)
        assert_true(d->frames[i].sequence >= 1 && d->frames[i].sequence <= last);
}

/* Each byte of three files flipped: at most one frame is missing, and that is told; each file cut
 * at every length: what is before the cut is there. */
static void test_damage_and_truncation(void **state)
{
    (void)state;
    struct vv_io_sim *sim = disk(1);
    struct vv_wal *wal = opened(sim, 1);
    static struct delivered d;
    struct vv_wal_recovery r;
    vv_error err;
    for (uint64_t s = 1; s <= 9; s++) {
        uint64_t number;
        assert_ok(put(wal, s, 1, &err), &err);
        assert_ok(vv_wal_sync(wal, &err), &err);
        if (s % 3 == 0 && s < 9)
            assert_ok(vv_wal_rotate(wal, &number, &err), &err);
    }
    vv_wal_free(wal);
    for (int file = 1; file <= 3; file++) {
        char path[64];
        (void)snprintf(path, sizeof path, DIR "/%016d.log", file);
        struct vv_io_sim *copy = vv_io_sim_copy(sim, 1);
        uint64_t size = 0;
        while (vv_io_sim_damage(copy, path, size, 0) == VARVE_OK)
            size++;
        for (uint64_t at = 0; at < size; at++) {
            assert_int_equal(vv_io_sim_damage(copy, path, at, 0x10), VARVE_OK);
            recover(copy, 1, &d, &r);
            expect_subset(&d, 9);
            assert_true(d.count >= 8);
            bool padding = at % VV_WAL_SECTOR >= 72 && at < VV_WAL_START;
            if (d.count < 9 || (at < VV_WAL_START && !padding))
                assert_true(d.damages + d.holes > 0);
            if (d.count < 9 && (file < 3 || d.frames[7].sequence == 9))
                assert_true(d.damages > 0); /* it was durable: no interrupted write */
            assert_int_equal(vv_io_sim_damage(copy, path, at, 0x10), VARVE_OK);
        }
        size_t before = SIZE_MAX;
        for (uint64_t length = size; length-- > 0;) {
            assert_int_equal(vv_io_sim_shorten(copy, path, length), VARVE_OK);
            recover(copy, 1, &d, &r);
            expect_subset(&d, 9);
            assert_true(d.count <= before && d.count >= 6);
            if (file < 3)
                assert_true(d.damages > 0);
            before = d.count;
        }
        vv_io_sim_free(copy);
    }
    vv_io_sim_free(sim);
}

static void test_strangers(void **state)
{
    (void)state;
    struct vv_io_sim *sim = disk(1);
    struct vv_wal *wal = opened(sim, 1);
    static struct delivered d;
    struct vv_wal_recovery r;
    vv_error err;
    assert_ok(put(wal, 1, 1, &err), &err);
    vv_wal_free(wal);
    const struct vv_wal_replay to = {.each = take_frame, .note = take_note, .arg = &d};
    struct vv_wal_id other = id;
    other.store_id[15] = 9;
    assert_int_equal(vv_wal_recover(vv_io_sim_io(sim), DIR, &other, 1, &to, &r, &err),
                     VARVE_CONFLICT);
    assert_non_null(strstr(err.message, "another store"));
    other = id;
    other.epoch--;
    assert_int_equal(vv_wal_recover(vv_io_sim_io(sim), DIR, &other, 1, &to, &r, &err),
                     VARVE_CONFLICT);
    assert_non_null(strstr(err.message, "older manifest"));
    const struct vv_io *io = vv_io_sim_io(sim);
    assert_int_equal(
        io->rename(io->context, DIR "/0000000000000001.log", DIR "/0000000000000005.log", NULL),
        VARVE_OK);
    recover(sim, 1, &d, &r);
    assert_int_equal(d.count, 0);
    assert_int_equal(d.damages, 1);
    assert_non_null(strstr(d.last_note, "is a copy of"));
    vv_io_sim_free(sim);
}

/* ---- syncing beside writing ---- */

struct beside {
    struct vv_wal *wal;
    atomic_bool stop;
    int failures;
};

static void sync_beside(void *arg)
{
    struct beside *b = arg;
    while (!atomic_load(&b->stop))
        b->failures += vv_wal_sync(b->wal, NULL) != VARVE_OK;
}

static void test_sync_beside(void **state)
{
    (void)state;
    for (int faulty = 0; faulty < 2; faulty++) {
        struct vv_io_sim *sim = disk(1);
        struct beside b = {.wal = opened(sim, 1)};
        static struct delivered d;
        struct vv_wal_recovery r;
        struct vv_thread thread = {0};
        vv_error err;
        if (faulty) {
            struct vv_io_fault fault = {.ops = VV_IO_OP_SYNC, .nth = 5, .native = EIO};
            vv_io_sim_fault(sim, &fault);
        }
        assert_ok(vv_thread_start(&thread, "sync", sync_beside, &b, &err), &err);
        for (uint64_t s = 1; s <= 3000; s++) {
            uint64_t number;
            assert_ok(put(b.wal, s, 1, &err), &err);
            if (s % 500 == 0)
                while (vv_wal_rotate(b.wal, &number, &err) != VARVE_OK) /* the fault may be its */
                    assert_true(faulty);
        }
        atomic_store(&b.stop, true);
        vv_thread_join(&thread);
        assert_int_equal(b.failures, 0);
        assert_ok(vv_wal_sync(b.wal, &err), &err);
        assert_int_equal(vv_wal_synced(b.wal), 3000);
        vv_io_sim_cut(sim, VV_IO_CUT_DROP);
        vv_wal_free(b.wal);
        recover(sim, 1, &d, &r);
        expect_run(&d, 1, 3000);
        assert_int_equal(d.damages + d.holes, 0);
        vv_io_sim_free(sim);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_recover),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_no_frame_from_a_value),
        cmocka_unit_test(test_a_hole_ends_what_was_not_durable),
        cmocka_unit_test(test_damage_and_truncation),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_sync_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
