#include "native/touched.h"

#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/crc32c.h"

#include "base/banned.h"

/* magic 8 | store id 16 | number 8 | count 4 | payload length 4 | CRC-32C of all else 4 | payload:
 * for each range the series as a difference to the one before, from as a difference to the one
 * before, the length of the range */
#define MAGIC        "VVTOUCH1"
#define HEADER_BYTES 44
#define CRC_AT       40
#define FILE_MAX     (1u << 30)

static uint32_t checksum(const uint8_t *data, size_t len_bytes)
{
    uint32_t crc = vv_crc32c(0, data, CRC_AT);
    return vv_crc32c(crc, data + HEADER_BYTES, len_bytes - HEADER_BYTES);
}

vv_status vv_touched_write(const struct vv_io *io, const char *path, const struct vv_touched_id *id,
                           const struct vv_touched_range *ranges, size_t count, vv_error *err)
{
    struct vv_buf bytes = {0};
    struct vv_touched_range before = {0};
    struct vv_file *file = NULL;
    vv_buf_grow(&bytes, HEADER_BYTES);
    for (size_t i = 0; i < count; i++) {
        vv_buf_varint(&bytes, ranges[i].series - before.series);
        vv_buf_svarint(&bytes, (int64_t)((uint64_t)ranges[i].from - (uint64_t)before.from));
        vv_buf_varint(&bytes, (uint64_t)ranges[i].to - (uint64_t)ranges[i].from);
        before = ranges[i];
    }
    if (bytes.failed) {
        vv_buf_deinit(&bytes);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to write %s", path);
    }
    memcpy(bytes.data, MAGIC, 8);
    memcpy(bytes.data + 8, id->store_id, sizeof id->store_id);
    vv_put64(bytes.data + 24, id->number);
    vv_put32(bytes.data + 32, (uint32_t)count);
    vv_put32(bytes.data + 36, (uint32_t)(bytes.len - HEADER_BYTES));
    vv_put32(bytes.data + CRC_AT, checksum(bytes.data, bytes.len));
    vv_status status = io->open(io->context, path, VV_IO_CREATE, &file, err);
    if (!status)
        status = io->write(file, 0, bytes.data, bytes.len, err);
    if (!status)
        status = io->sync(file, err);
    if (file)
        io->close(file);
    vv_buf_deinit(&bytes);
    return status;
}

vv_status vv_touched_parse(const uint8_t *data, size_t len_bytes, const char *path,
                           const struct vv_touched_id *id,
                           bool (*each)(void *arg, const struct vv_touched_range *range, bool last),
                           void *arg, vv_error *err)
{
    if (len_bytes < HEADER_BYTES || memcmp(data, MAGIC, 8) != 0 ||
        vv_get32(data + 36) != len_bytes - HEADER_BYTES ||
        vv_get32(data + CRC_AT) != checksum(data, len_bytes))
        return vv_fail(err, VARVE_CORRUPT, "%s is damaged", path);
    if (memcmp(data + 8, id->store_id, sizeof id->store_id) != 0 ||
        vv_get64(data + 24) != id->number)
        return vv_fail(err, VARVE_CORRUPT, "%s belongs to another store", path);
    struct vv_reader from = vv_reader_of(data + HEADER_BYTES, len_bytes - HEADER_BYTES);
    struct vv_touched_range range = {0};
    uint32_t count = vv_get32(data + 32);
    for (uint32_t i = 0; i < count; i++) {
        range.series += (uint32_t)vv_read_varint(&from);
        range.from = (int64_t)((uint64_t)range.from + (uint64_t)vv_read_svarint(&from));
        range.to = (int64_t)((uint64_t)range.from + vv_read_varint(&from));
        if (from.bad)
            return vv_fail(err, VARVE_CORRUPT, "%s ends before its ranges do", path);
        if (!each(arg, &range, i + 1 == count))
            return VARVE_OK;
    }
    return VARVE_OK;
}

vv_status vv_touched_read(const struct vv_io *io, const char *path, const struct vv_touched_id *id,
                          bool (*each)(void *arg, const struct vv_touched_range *range, bool last),
                          void *arg, vv_error *err)
{
    struct vv_buf bytes = {0};
    vv_status status = vv_io_read_all(io, path, FILE_MAX, &bytes, err);
    if (!status)
        status = vv_touched_parse(bytes.data, bytes.len, path, id, each, arg, err);
    vv_buf_deinit(&bytes);
    return status;
}
