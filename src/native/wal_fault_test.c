/* Every operation of the disk under the log fails in turn, then the power does. */
#include <errno.h>

#include "base/alloc.h"
#include "native/wal_test.h"

#include "base/banned.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
