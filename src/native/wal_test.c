#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/io_sim.h"
#include "base/test.h"
#include "base/thread.h"
#include "native/wal_private.h"

#include "base/banned.h"

#define DIR         "log"
#define FRAMES_MAX  4096
#define PAYLOAD_MAX 1500

static const struct vv_wal_id id = {{1, 2, 3, 4, 5, 6, 7, 8}, 5};
static const struct vv_wal_options options = {1 << 20, 1 << 22};

/* A frame's payload tells what it is: its sequence, and which attempt to write that it was. */
struct frame {
    uint64_t sequence, attempt;
};

struct delivered {
    struct frame frames[FRAMES_MAX];
    size_t count;
    size_t damages, holes;
    char last_note[400];
};

static size_t payload_bytes(uint64_t sequence)
{
    return 16 + sequence * 37 % PAYLOAD_MAX;
}

static struct vv_io_sim *disk(uint64_t seed)
{
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    const struct vv_io *io = vv_io_sim_io(sim);
    assert_int_equal(io->mkdir(io->context, DIR, NULL), VARVE_OK);
    assert_int_equal(io->sync_dir(io->context, ".", NULL), VARVE_OK);
    return sim;
}

static vv_status put(struct vv_wal *wal, uint64_t sequence, uint64_t attempt, vv_error *err)
{
    uint8_t frame[VV_WAL_FRAME_HEADER + 16 + PAYLOAD_MAX];
    size_t len = VV_WAL_FRAME_HEADER + payload_bytes(sequence);
    memset(frame, (int)(sequence & 255), len);
    vv_put64(frame + VV_WAL_FRAME_HEADER, sequence);
    vv_put64(frame + VV_WAL_FRAME_HEADER + 8, attempt);
    vv_wal_seal(frame, len, VV_WAL_BATCH, sequence);
    /* In two pieces, as a group commit writes several batches. */
    struct vv_wal_piece pieces[] = {{frame, len}, {NULL, 0}};
    return vv_wal_write(wal, pieces, 2, sequence, err);
}

static vv_status take_frame(void *arg, uint64_t file, enum vv_wal_kind kind, uint64_t sequence,
                            const uint8_t *payload, size_t len_bytes, vv_error *err)
{
    struct delivered *d = arg;
    (void)file;
    (void)err;
    assert_int_equal(kind, VV_WAL_BATCH);
    assert_int_equal(len_bytes, payload_bytes(sequence));
    assert_int_equal(vv_get64(payload), sequence);
    for (size_t i = 16; i < len_bytes; i++)
        assert_int_equal(payload[i], sequence & 255);
    assert_true(d->count < FRAMES_MAX);
    assert_true(d->count == 0 || d->frames[d->count - 1].sequence < sequence);
    d->frames[d->count++] = (struct frame){sequence, vv_get64(payload + 8)};
    return VARVE_OK;
}

static void take_note(void *arg, bool damage, const char *text)
{
    struct delivered *d = arg;
    d->damages += damage;
    d->holes += !damage;
    (void)snprintf(d->last_note, sizeof d->last_note, "%s", text);
}

static void recover(struct vv_io_sim *sim, uint64_t first, struct delivered *d,
                    struct vv_wal_recovery *r)
{
    vv_error err;
    *d = (struct delivered){0};
    assert_ok(vv_wal_recover(vv_io_sim_io(sim), DIR, &id, first, take_frame, take_note, d, r, &err),
              &err);
    assert_int_equal(r->frames, d->count);
    assert_int_equal(r->damaged, d->damages);
}

static struct vv_wal *opened(struct vv_io_sim *sim, uint64_t number)
{
    struct vv_wal *wal;
    vv_error err;
    assert_ok(vv_wal_open(vv_io_sim_io(sim), DIR, &id, number, &options, &wal, &err), &err);
    return wal;
}

static void expect_run(const struct delivered *d, uint64_t from, uint64_t to)
{
    assert_int_equal(d->count, to - from + 1);
    for (size_t i = 0; i < d->count; i++)
        assert_int_equal(d->frames[i].sequence, from + i);
}

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
    vv_wal_free(wal);
    assert_int_equal(vv_io_sim_damage(sim, DIR "/0000000000000002.log", VV_WAL_START + 9, 1),
                     VARVE_OK);
    recover(sim, 2, &d, &r);
    expect_run(&d, 5, 5);
    vv_buf_deinit(&frame);
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
    struct vv_wal_id other = id;
    other.store_id[15] = 9;
    assert_int_equal(
        vv_wal_recover(vv_io_sim_io(sim), DIR, &other, 1, take_frame, take_note, &d, &r, &err),
        VARVE_CONFLICT);
    assert_non_null(strstr(err.message, "another store"));
    other = id;
    other.epoch--;
    assert_int_equal(
        vv_wal_recover(vv_io_sim_io(sim), DIR, &other, 1, take_frame, take_note, &d, &r, &err),
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

/* ---- faults ---- */

#define STEPS 24

struct history {
    struct frame written[STEPS]; /* in order: the last attempt of each sequence that succeeded */
    size_t count;
    uint64_t synced;     /* sequence up to which a sync answered OK */
    struct frame flying; /* the last failed attempt, when nothing was written after it */
};

/* Random writes, syncs and rotations; a failed write's sequence is used again. */
static void work(struct vv_wal *wal, uint64_t seed, struct history *h)
{
    for (uint64_t step = 0; step < STEPS; step++) {
        uint64_t number, draw = (seed * 31 + step * 7) % 11;
        if (draw < 7) {
            struct frame f = {h->count + 1, step};
            if (put(wal, f.sequence, f.attempt, NULL) == VARVE_OK) {
                h->written[h->count++] = f;
                h->flying = (struct frame){0};
            } else {
                h->flying = f;
            }
        } else if (draw < 10) {
            if (vv_wal_sync(wal, NULL) == VARVE_OK)
                h->synced = h->count;
        } else if (vv_wal_rotate(wal, &number, NULL) == VARVE_OK) {
            h->synced = h->count;
        }
        assert_true(vv_wal_synced(wal) >= h->synced);
    }
}

/* All that was synced is there, in its last attempt; nothing else but what was written or flying.
 */
static void judge(const struct history *h, const struct delivered *d, uint64_t seed, uint64_t nth)
{
    size_t at = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (at < d->count && d->frames[at].sequence == h->written[i].sequence &&
            d->frames[at].attempt == h->written[i].attempt)
            at++;
        else if (i < h->synced)
            fail_msg("seed %llu, fault %llu: synced sequence %zu is lost", (unsigned long long)seed,
                     (unsigned long long)nth, i + 1);
    }
    if (at < d->count && d->frames[at].sequence == h->flying.sequence &&
        d->frames[at].attempt == h->flying.attempt)
        at++;
    if (at < d->count)
        fail_msg("seed %llu, fault %llu: sequence %llu of attempt %llu was never written",
                 (unsigned long long)seed, (unsigned long long)nth,
                 (unsigned long long)d->frames[at].sequence,
                 (unsigned long long)d->frames[at].attempt);
}

static bool sweep_one(struct vv_io_fault fault, enum vv_io_cut cut, uint64_t seed)
{
    static struct delivered d;
    struct vv_wal_recovery r;
    struct vv_io_sim *sim = disk(seed + fault.nth);
    struct history h = {.count = 0};
    struct vv_wal *wal = opened(sim, 1);
    vv_error err;
    vv_io_sim_fault(sim, &fault);
    work(wal, seed, &h);
    bool struck = vv_io_sim_struck(sim);
    vv_io_sim_fault(sim, NULL);
    vv_io_sim_cut(sim, cut);
    vv_wal_free(wal);
    recover(sim, 1, &d, &r);
    judge(&h, &d, seed, fault.nth);
    if (d.damages > 0)
        fail_msg("seed %llu, fault %llu: %s", (unsigned long long)seed,
                 (unsigned long long)fault.nth, d.last_note);
    /* It opens again, goes on, and tells the same twice. */
    wal = opened(sim, r.last_file + 1);
    assert_ok(put(wal, r.last_sequence + 1, 1, &err), &err);
    assert_ok(vv_wal_sync(wal, &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    vv_wal_free(wal);
    size_t before = d.count;
    recover(sim, 1, &d, &r);
    if (d.count != before + 1)
        fail_msg("seed %llu, fault %llu, cut %d: %zu frames, then %zu", (unsigned long long)seed,
                 (unsigned long long)fault.nth, (int)cut, before, d.count);
    vv_io_sim_free(sim);
    return struck;
}

static void test_faults(void **state)
{
    (void)state;
    static const enum vv_io_cut cuts[] = {VV_IO_CUT_DROP, VV_IO_CUT_RANDOM, VV_IO_CUT_TORN,
                                          VV_IO_CUT_KEEP};
    static const int natives[] = {EIO, ENOSPC};
    for (uint64_t seed = 0; seed < 20; seed++) {
        for (int c = 0; c < 4; c++) {
            for (int n = 0; n < 5; n++) {
                struct vv_io_fault fault = {.ops = VV_IO_OP_ALL,
                                            .nth = 1,
                                            .native = n < 4 ? natives[n & 1] : EIO,
                                            .for_ever = n & 2,
                                            .partial = seed & 1,
                                            .cut_power = n == 4};
                while (sweep_one(fault, cuts[c], seed * 1000))
                    fault.nth++;
            }
        }
    }
}

/* A full disk is no death: the log goes on when there is room again. */
static void test_full_disk(void **state)
{
    (void)state;
    for (uint64_t room = 3000; room < 16000; room += 250) {
        struct vv_io_sim *sim = disk(1);
        struct vv_wal *wal = opened(sim, 1);
        static struct delivered d;
        struct vv_wal_recovery r;
        vv_error err;
        vv_io_sim_capacity(sim, room);
        uint64_t s = 0;
        for (int i = 0; i < 40; i++) {
            vv_status status = put(wal, s + 1, (uint64_t)i, &err);
            s += status == VARVE_OK;
            assert_true(status == VARVE_OK || status == VARVE_NO_SPACE);
            if (i % 5 == 4) {
                status = vv_wal_sync(wal, &err);
                assert_true(status == VARVE_OK || status == VARVE_NO_SPACE);
            }
        }
        vv_io_sim_capacity(sim, 0);
        assert_ok(put(wal, ++s, 99, &err), &err);
        assert_ok(vv_wal_sync(wal, &err), &err);
        vv_io_sim_cut(sim, VV_IO_CUT_DROP);
        vv_wal_free(wal);
        recover(sim, 1, &d, &r);
        expect_run(&d, 1, s);
        assert_int_equal(d.frames[s - 1].attempt, 99);
        vv_io_sim_free(sim);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth < 60; nth++) {
        struct vv_io_sim *sim = disk(1);
        struct vv_wal *wal = opened(sim, 1);
        static struct delivered d;
        struct vv_wal_recovery r;
        struct history h = {.count = 0};
        vv_error err;
        vv_alloc_fail_at(nth, nth & 1);
        work(wal, nth, &h);
        vv_alloc_fail_at(0, false);
        assert_ok(put(wal, h.count + 1, 99, &err), &err);
        assert_ok(vv_wal_sync(wal, &err), &err);
        vv_io_sim_cut(sim, VV_IO_CUT_DROP);
        vv_wal_free(wal);
        recover(sim, 1, &d, &r);
        expect_run(&d, 1, h.count + 1);
        vv_io_sim_free(sim);
    }
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
        cmocka_unit_test(test_damage_and_truncation),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_sync_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
