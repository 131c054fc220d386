/* fuzz_wal.c: a file of the log behind its header. The first byte tells whether checksums are put
 * right (by the lengths that stand there), so that both ways behind them are reached: frames that
 * are believed, and the search for the next good one. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/io_sim.h"
#include "native/wal_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct vv_wal_id id = {{9, 8, 7}, 3};
static const struct vv_wal_header header = {{9, 8, 7}, 3, 1, 0x5eed5eed, 0, VV_WAL_UNKNOWN};

static void mend(uint8_t *frames, size_t len_bytes)
{
    for (size_t at = 0; len_bytes - at >= VV_WAL_FRAME_HEADER;) {
        size_t left = len_bytes - at - VV_WAL_FRAME_HEADER;
        size_t len = vv_get32(frames + at + VV_WAL_AT_LEN);
        if (len > left)
            return;
        vv_put32(frames + at + VV_WAL_AT_GUARD, header.guard);
        vv_put32(frames + at + VV_WAL_AT_CRC, vv_crc32c(0, frames + at + VV_WAL_AT_LEN,
                                                        VV_WAL_FRAME_HEADER + len - VV_WAL_AT_LEN));
        at += VV_WAL_FRAME_HEADER + len;
    }
}

struct counts {
    uint64_t frames, damages;
};

static vv_status each(void *arg, uint64_t file, enum vv_wal_kind kind, uint64_t sequence,
                      const uint8_t *payload, size_t len_bytes, vv_error *err)
{
    static volatile uint8_t sum;
    struct counts *counts = arg;
    (void)err;
    counts->frames++;
    if (file != 1 || kind < VV_WAL_BATCH || kind > VV_WAL_FOLLOWER || sequence == UINT64_MAX)
        return VARVE_CORRUPT;
    for (size_t i = 0; i < len_bytes; i++)
        sum = (uint8_t)(sum + payload[i]);
    return VARVE_OK;
}

static void note(void *arg, bool damage, const char *text)
{
    struct counts *counts = arg;
    counts->damages += damage;
    if (text[0] == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_buf bytes = {0}, tail = {0};
    struct vv_file *file = NULL;
    struct vv_wal_recovery found;
    struct counts counts = {0};
    uint64_t durable_bytes;
    uint8_t *start = vv_buf_grow(&bytes, VV_WAL_START);
    vv_wal_header_pack(&header, start);
    if (size > 1)
        vv_buf_add(&bytes, data + 1, size - 1);
    if (size > 1 && data[0] % 2)
        mend(bytes.data + VV_WAL_START, size - 1);
    if (io->mkdir(io->context, "log", NULL) ||
        io->open(io->context, "log/0000000000000001.log", VV_IO_CREATE, &file, NULL) ||
        io->write(file, 0, bytes.data, bytes.len, NULL))
        abort();
    io->close(file);
    const struct vv_wal_replay to = {.each = each, .note = note, .arg = &counts};
    vv_status status = vv_wal_recover(io, "log", &id, 1, &to, &found, NULL);
    if (status == VARVE_OK && (found.frames != counts.frames || found.damaged != counts.damages ||
                               found.bytes > bytes.len))
        abort();
    if (vv_wal_tail(io, "log", 1, &durable_bytes, &tail, NULL) != VARVE_OK || tail.len > bytes.len)
        abort();
    /* What is repeated in the next file is whole frames. */
    for (size_t at = 0, frame; at < tail.len; at += frame) {
        frame = vv_wal_frame_at(tail.data + at, tail.len - at, header.guard);
        if (frame == 0)
            abort();
    }
    vv_buf_deinit(&bytes);
    vv_buf_deinit(&tail);
    vv_io_sim_free(sim);
    return 0;
}
