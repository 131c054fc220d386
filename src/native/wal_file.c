/* Frames and files of the log as bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "native/wal_private.h"

#include "base/banned.h"

#define HEADER_BYTES 72 /* of it the last four are its CRC */
#define NAME_DIGITS  16

void vv_wal_header_pack(const struct vv_wal_header *header, uint8_t *to)
{
    memset(to, 0, VV_WAL_START);
    memcpy(to, VV_WAL_MAGIC, 8);
    vv_put32(to + 8, VV_WAL_VERSION);
    vv_put32(to + 12, header->guard);
    memcpy(to + 16, header->store_id, 16);
    vv_put64(to + 32, header->epoch);
    vv_put64(to + 40, header->number);
    vv_put64(to + 48, header->previous);
    vv_put64(to + 56, header->previous_bytes);
    vv_put32(to + HEADER_BYTES - 4, vv_crc32c(0, to, HEADER_BYTES - 4));
    memcpy(to + VV_WAL_SECTOR, to, VV_WAL_SECTOR);
}

static bool copy_good(const uint8_t *from, size_t len_bytes)
{
    return len_bytes >= HEADER_BYTES && memcmp(from, VV_WAL_MAGIC, 8) == 0 &&
           vv_crc32c(0, from, HEADER_BYTES - 4) == vv_get32(from + HEADER_BYTES - 4);
}

vv_status vv_wal_header_unpack(const uint8_t *from, size_t len_bytes, struct vv_wal_header *header,
                               bool *damaged_copy, vv_error *err)
{
    *header = (struct vv_wal_header){0};
    bool good[2] = {copy_good(from, len_bytes), false};
    if (len_bytes > VV_WAL_SECTOR)
        good[1] = copy_good(from + VV_WAL_SECTOR, len_bytes - VV_WAL_SECTOR);
    *damaged_copy = !good[0] || !good[1];
    if (!good[0] && !good[1])
        return vv_fail(err, VARVE_CORRUPT, "its header is damaged");
    if (!good[0])
        from += VV_WAL_SECTOR;
    if (vv_get32(from + 8) != VV_WAL_VERSION)
        return vv_fail(err, VARVE_UNSUPPORTED, "its format is %" PRIu32 ", this program knows %d",
                       vv_get32(from + 8), VV_WAL_VERSION);
    header->guard = vv_get32(from + 12);
    memcpy(header->store_id, from + 16, 16);
    header->epoch = vv_get64(from + 32);
    header->number = vv_get64(from + 40);
    header->previous = vv_get64(from + 48);
    header->previous_bytes = vv_get64(from + 56);
    return VARVE_OK;
}

char *vv_wal_path(const char *dir, uint64_t number, const char *suffix)
{
    size_t size = strlen(dir) + VV_WAL_PATH;
    char *path = vv_alloc(size);
    if (path)
        (void)snprintf(path, size, "%s/%016" PRIx64 ".log%s", dir, number, suffix);
    return path;
}

bool vv_wal_number_of(const char *name, uint64_t *number)
{
    *number = 0;
    for (int i = 0; i < NAME_DIGITS; i++) {
        char c = name[i];
        if (c >= '0' && c <= '9')
            *number = *number << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *number = *number << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    return strcmp(name + NAME_DIGITS, ".log") == 0;
}

void vv_wal_seal(uint8_t *frame, size_t frame_bytes, enum vv_wal_kind kind, uint64_t sequence)
{
    vv_put32(frame + VV_WAL_AT_GUARD, 0);
    vv_put32(frame + VV_WAL_AT_LEN, (uint32_t)(frame_bytes - VV_WAL_FRAME_HEADER));
    vv_put32(frame + VV_WAL_AT_KIND, (uint32_t)kind);
    vv_put64(frame + VV_WAL_AT_SEQUENCE, sequence);
    vv_put32(frame + VV_WAL_AT_CRC,
             vv_crc32c(0, frame + VV_WAL_AT_LEN, frame_bytes - VV_WAL_AT_LEN));
}

void vv_wal_guard(uint8_t *frames, size_t len_bytes, uint32_t guard)
{
    for (size_t at = 0; at < len_bytes;) {
        vv_put32(frames + at + VV_WAL_AT_GUARD, guard);
        at += VV_WAL_FRAME_HEADER + (size_t)vv_get32(frames + at + VV_WAL_AT_LEN);
    }
}

size_t vv_wal_frame_at(const uint8_t *at, size_t left_bytes, uint32_t guard)
{
    if (left_bytes < VV_WAL_FRAME_HEADER || vv_get32(at + VV_WAL_AT_GUARD) != guard)
        return 0;
    size_t len = vv_get32(at + VV_WAL_AT_LEN);
    if (len > left_bytes - VV_WAL_FRAME_HEADER)
        return 0;
    size_t size = VV_WAL_FRAME_HEADER + len;
    uint32_t crc = vv_crc32c(0, at + VV_WAL_AT_LEN, size - VV_WAL_AT_LEN);
    return crc == vv_get32(at + VV_WAL_AT_CRC) ? size : 0;
}

static vv_status draw_guard(uint32_t *guard, vv_error *err)
{
    do {
        if (getrandom(guard, sizeof *guard, 0) != (ssize_t)sizeof *guard)
            return vv_fail(err, VARVE_IO, "the machine gives no random number");
    } while (*guard == 0); /* a hole in a file reads as zeros */
    return VARVE_OK;
}

vv_status vv_wal_file_begin(const struct vv_io *io, const char *dir, struct vv_wal_header *header,
                            struct vv_buf *const *tail, size_t tail_count, struct vv_file **file,
                            uint64_t *len_bytes, bool *exposed, vv_error *err)
{
    uint8_t bytes[VV_WAL_START];
    char *path = vv_wal_path(dir, header->number, "");
    char *temporary = vv_wal_path(dir, header->number, ".tmp");
    bool made = false;
    *exposed = false;
    *file = NULL;
    *len_bytes = VV_WAL_START;
    vv_status status = path && temporary
                           ? draw_guard(&header->guard, err)
                           : vv_fail(err, VARVE_NO_MEMORY, "no memory for a file's name");
    if (status != VARVE_OK)
        goto out;
    vv_wal_header_pack(header, bytes);
    (void)io->unlink(io->context, temporary, NULL);
    status = io->open(io->context, temporary, VV_IO_CREATE, file, err);
    if (status != VARVE_OK)
        goto out;
    made = true;
    status = io->write(*file, 0, bytes, sizeof bytes, err);
    for (size_t i = 0; i < tail_count && status == VARVE_OK; i++) {
        if (tail[i]->len == 0)
            continue;
        vv_wal_guard(tail[i]->data, tail[i]->len, header->guard);
        status = io->write(*file, *len_bytes, tail[i]->data, tail[i]->len, err);
        *len_bytes += tail[i]->len;
    }
    if (status == VARVE_OK)
        status = io->sync(*file, err);
    if (status == VARVE_OK) {
        *exposed = true;
        status = io->rename(io->context, temporary, path, err);
    }
    if (status == VARVE_OK)
        status = io->sync_dir(io->context, dir, err);
out:
    if (status != VARVE_OK && *file) {
        io->close(*file);
        *file = NULL;
    }
    if (status != VARVE_OK && made)
        (void)io->unlink(io->context, temporary, NULL);
    if (status != VARVE_OK && *exposed)
        (void)io->unlink(io->context, path, NULL);
    vv_free(path);
    vv_free(temporary);
    return status;
}
