/* wal_test.h: frames that tell what they are, for the tests of the log. Included once by each. */
#ifndef VV_NATIVE_WAL_TEST_H
#define VV_NATIVE_WAL_TEST_H

#include <stdio.h>
#include <string.h>

#include "base/io_sim.h"
#include "base/test.h"
#include "native/wal_private.h"

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

static inline struct vv_io_sim *disk(uint64_t seed)
{
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    const struct vv_io *io = vv_io_sim_io(sim);
    assert_int_equal(io->mkdir(io->context, DIR, NULL), VARVE_OK);
    assert_int_equal(io->sync_dir(io->context, ".", NULL), VARVE_OK);
    return sim;
}

static inline vv_status put(struct vv_wal *wal, uint64_t sequence, uint64_t attempt, vv_error *err)
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

static inline void recover(struct vv_io_sim *sim, uint64_t first, struct delivered *d,
                           struct vv_wal_recovery *r)
{
    vv_error err;
    const struct vv_wal_replay to = {.each = take_frame, .note = take_note, .arg = d};
    *d = (struct delivered){0};
    assert_ok(vv_wal_recover(vv_io_sim_io(sim), DIR, &id, first, &to, r, &err), &err);
    assert_int_equal(r->frames, d->count);
    assert_int_equal(r->damaged, d->damages);
}

static inline struct vv_wal *opened(struct vv_io_sim *sim, uint64_t number)
{
    struct vv_wal *wal;
    vv_error err;
    assert_ok(vv_wal_open(vv_io_sim_io(sim), DIR, &id, number, &options, &wal, &err), &err);
    return wal;
}

static inline void expect_run(const struct delivered *d, uint64_t from, uint64_t to)
{
    assert_int_equal(d->count, to - from + 1);
    for (size_t i = 0; i < d->count; i++)
        assert_int_equal(d->frames[i].sequence, from + i);
}

#endif
