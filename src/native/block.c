#include "native/block.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "native/codec.h"

#include "base/banned.h"

enum {
    KIND_NARROW = 'B',
    KIND_WIDE = 'W'
};

#define NARROW_PREFIX 5 /* kind, checksum */
#define WIDE_PREFIX   9 /* kind, checksum, length of the head */

uint32_t vv_part_crc(uint64_t number, uint64_t offset, const void *data, size_t len_bytes)
{
    uint8_t place[16];

    vv_put64(place, number);
    vv_put64(place + 8, offset);
    return vv_crc32c(vv_crc32c(0, place, sizeof place), data, len_bytes);
}

size_t vv_block_head_bytes_max(uint32_t column_count)
{
    return WIDE_PREFIX + 4 * 5 + ((size_t)column_count + 2) * (5 + 4);
}

/* ---- encoding ---- */

static vv_status encode_subs(const struct varve_rows *rows, struct vv_buf *out, vv_error *err)
{
    uint32_t any = 0;

    for (uint32_t i = 0; rows->subs && i < rows->count; i++)
        any |= rows->subs[i];
    if (!any)
        return VARVE_OK;
    struct vv_arena arena;
    vv_arena_init(&arena, (size_t)rows->count * 8, NULL);
    int64_t *wide = vv_arena_alloc(&arena, (size_t)rows->count * 8);
    vv_status status = wide ? VARVE_OK : vv_fail(err, VARVE_NO_MEMORY, "no memory for subs");
    if (wide) {
        for (uint32_t i = 0; i < rows->count; i++)
            wide[i] = rows->subs[i];
        struct varve_vector vector = {VARVE_INT64, wide, NULL};
        status = vv_codec_encode(&vector, rows->count, out, err);
    }
    vv_arena_deinit(&arena);
    return status;
}

static vv_status encode_chunk(const struct varve_rows *rows, const enum varve_type *types,
                              uint32_t chunk, struct vv_buf *out, vv_error *err)
{
    if (chunk == 0) {
        struct varve_vector times = {VARVE_INT64, rows->times, NULL};
        return vv_codec_encode(&times, rows->count, out, err);
    }
    if (chunk == 1)
        return encode_subs(rows, out, err);
    uint32_t c = chunk - 2;
    struct varve_vector vector = {.type = types[c]};
    if (c < rows->column_count)
        vector = rows->columns[c];
    if (vector.type != types[c])
        return vv_fail(err, VARVE_BAD_TYPE, "column %u has type %d, not %d", c, (int)vector.type,
                       (int)types[c]);
    return vv_codec_encode(&vector, rows->count, out, err);
}

static void put_numbers(struct vv_buf *out, uint32_t stratum, uint32_t column_count,
                        const struct varve_rows *rows)
{
    vv_buf_varint(out, stratum);
    vv_buf_varint(out, rows->series);
    vv_buf_varint(out, rows->count);
    vv_buf_varint(out, column_count);
}

vv_status vv_block_encode(uint64_t number, uint64_t offset, uint32_t stratum,
                          const enum varve_type *types, uint32_t column_count,
                          const struct varve_rows *rows, struct vv_buf *out, vv_error *err)
{
    struct vv_buf chunks = {0}, head = {0};
    uint32_t chunk_count = column_count + 2;
    uint32_t lens[VARVE_COLUMNS_MAX + 2];
    vv_status status = VARVE_OK;

    for (uint32_t k = 0; k < chunk_count; k++) {
        size_t before = chunks.len;
        status = encode_chunk(rows, types, k, &chunks, err);
        if (status)
            goto out;
        if (chunks.len - before > UINT32_MAX / 2 || chunks.len > UINT32_MAX / 2) {
            status = vv_fail(err, VARVE_LIMIT, "a block of %u rows is too large", rows->count);
            goto out;
        }
        lens[k] = (uint32_t)(chunks.len - before);
    }
    put_numbers(&head, stratum, column_count, rows);
    for (uint32_t k = 0; k < chunk_count; k++)
        vv_buf_varint(&head, lens[k]);
    size_t begin = out->len;
    if (NARROW_PREFIX + head.len + chunks.len <= VV_BLOCK_NARROW) {
        vv_buf_put8(out, KIND_NARROW);
        vv_buf_put32(out, 0);
        vv_buf_add(out, head.data, head.len);
        vv_buf_add(out, chunks.data, chunks.len);
        if (!out->failed)
            vv_put32(out->data + begin + 1,
                     vv_part_crc(number, offset, out->data + begin + NARROW_PREFIX,
                                 out->len - begin - NARROW_PREFIX));
    } else {
        vv_buf_reset(&head);
        put_numbers(&head, stratum, column_count, rows);
        size_t at = 0;
        for (uint32_t k = 0; k < chunk_count && !head.failed && !chunks.failed; k++) {
            vv_buf_varint(&head, lens[k]);
            vv_buf_put32(&head, vv_part_crc(number, offset + k, chunks.data + at, lens[k]));
            at += lens[k];
        }
        vv_buf_put8(out, KIND_WIDE);
        vv_buf_put32(out, 0);
        vv_buf_put32(out, (uint32_t)(WIDE_PREFIX + head.len));
        vv_buf_add(out, head.data, head.len);
        if (!out->failed)
            vv_put32(out->data + begin + 1,
                     vv_part_crc(number, offset, out->data + begin + 5, 4 + head.len));
        vv_buf_add(out, chunks.data, chunks.len);
    }
    if (out->failed || head.failed || chunks.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a block of %u rows", rows->count);
out:
    vv_buf_deinit(&chunks);
    vv_buf_deinit(&head);
    return status;
}

/* ---- reading ---- */

static vv_status damaged(vv_error *err, const char *what)
{
    return vv_fail(err, VARVE_CORRUPT, "block: %s", what);
}

/* Moves behind what stands before a head's numbers; false when this is no head. */
static bool enter(struct vv_reader *r, bool *wide, uint32_t *crc)
{
    const uint8_t *begin = r->at;
    uint8_t kind = vv_read8(r);

    *crc = vv_read32(r);
    *wide = kind == KIND_WIDE;
    if (*wide) {
        uint32_t head_bytes = vv_read32(r);
        if (r->bad || head_bytes < WIDE_PREFIX || head_bytes > (size_t)(r->end - begin))
            return false;
        r->end = begin + head_bytes;
    }
    return !r->bad && (*wide || kind == KIND_NARROW);
}

vv_status vv_block_head_check(uint64_t number, uint64_t offset, const uint8_t *data,
                              size_t len_bytes, vv_error *err)
{
    struct vv_reader r = vv_reader_of(data, len_bytes);
    uint32_t crc;
    bool wide;

    if (!enter(&r, &wide, &crc))
        return damaged(err, "this is no block");
    if (vv_part_crc(number, offset, data + 5, (size_t)(r.end - data) - 5) != crc)
        return damaged(err, "the checksum is wrong");
    return VARVE_OK;
}

vv_status vv_block_head_read(const uint8_t *data, size_t len_bytes, size_t block_bytes,
                             struct vv_arena *arena, struct vv_block_head *head, vv_error *err)
{
    struct vv_reader r = vv_reader_of(data, len_bytes);
    uint32_t crc;

    *head = (struct vv_block_head){0};
    if (!enter(&r, &head->wide, &crc) || (!head->wide && len_bytes != block_bytes))
        return damaged(err, "this is no block");
    uint64_t stratum = vv_read_varint(&r), series = vv_read_varint(&r);
    uint64_t rows = vv_read_varint(&r), column_count = vv_read_varint(&r);
    if (r.bad || stratum > UINT32_MAX || series > UINT32_MAX || !rows || rows > VV_BLOCK_ROWS_MAX ||
        column_count > VARVE_COLUMNS_MAX)
        return damaged(err, "the head's numbers make no sense");
    head->stratum = (uint32_t)stratum;
    head->series = (uint32_t)series;
    head->rows = (uint32_t)rows;
    head->column_count = (uint32_t)column_count;

    struct vv_block_chunk *chunks = vv_arena_alloc(arena, (column_count + 2) * sizeof *chunks);
    if (!chunks)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for the head of a block");
    uint64_t total = 0;
    for (uint32_t k = 0; k < column_count + 2; k++) {
        uint64_t len = vv_read_varint(&r);
        if (len > block_bytes)
            return damaged(err, "a column is longer than the block");
        chunks[k] = (struct vv_block_chunk){(uint32_t)total, (uint32_t)len, 0};
        if (head->wide)
            chunks[k].crc = vv_read32(&r);
        total += len;
    }
    head->head_bytes = (uint32_t)(r.at - data);
    if (r.bad || (head->wide && r.at != r.end) || head->head_bytes + total != block_bytes)
        return damaged(err, "the columns do not fill the block");
    for (uint32_t k = 0; k < column_count + 2; k++)
        chunks[k].offset += head->head_bytes;
    head->chunks = chunks;
    return VARVE_OK;
}

vv_status vv_block_times(const struct vv_block_head *head, const uint8_t *chunk,
                         struct vv_arena *arena, const int64_t **times, vv_error *err)
{
    struct varve_vector vector;
    vv_status status = vv_codec_decode(VARVE_INT64, head->rows, chunk, head->chunks[0].len_bytes,
                                       arena, &vector, err);

    if (!status && (!vector.data || vector.valid))
        status = damaged(err, "a row without time");
    *times = vector.data;
    return status;
}

vv_status vv_block_subs(const struct vv_block_head *head, const uint8_t *chunk,
                        struct vv_arena *arena, const uint32_t **subs, vv_error *err)
{
    struct varve_vector vector;

    *subs = NULL;
    if (!head->chunks[1].len_bytes)
        return VARVE_OK;
    vv_status status = vv_codec_decode(VARVE_INT64, head->rows, chunk, head->chunks[1].len_bytes,
                                       arena, &vector, err);
    if (status)
        return status;
    uint32_t *narrow = vv_arena_alloc(arena, head->rows * sizeof *narrow);
    if (!narrow)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for subs");
    if (!vector.data || vector.valid)
        return damaged(err, "a row without sub");
    const int64_t *wide = vector.data;
    int64_t bad = 0;
    for (uint32_t i = 0; i < head->rows; i++) {
        bad |= wide[i] >> 32;
        narrow[i] = (uint32_t)wide[i];
    }
    *subs = narrow;
    return bad ? damaged(err, "a sub that is too large") : VARVE_OK;
}
