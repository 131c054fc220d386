/* A block is read back before it is written: what cannot be read must never take the place of what
 * could. */
#include <string.h>

#include "native/block.h"
#include "native/codec.h"
#include "native/rows.h"

#include "base/banned.h"

static bool same_texts(const struct varve_text *a, const struct varve_text *b)
{
    return a->len_bytes == b->len_bytes &&
           (!a->len_bytes || memcmp(a->data, b->data, a->len_bytes) == 0);
}

static bool same_column(const struct varve_vector *a, const struct varve_vector *b, uint32_t count)
{
    size_t width = a->type == VARVE_BOOL ? 1 : 8;

    if (a->type != VARVE_TEXT && a->data && b->data && !a->valid && !b->valid)
        return memcmp(a->data, b->data, count * width) == 0;
    for (uint32_t i = 0; i < count; i++) {
        bool here = a->data && vv_bit(a->valid, i);
        if (here != (b->data && vv_bit(b->valid, i)))
            return false;
        if (!here)
            continue;
        bool same = a->type == VARVE_TEXT
                        ? same_texts((const struct varve_text *)a->data + i,
                                     (const struct varve_text *)b->data + i)
                        : memcmp((const uint8_t *)a->data + i * width,
                                 (const uint8_t *)b->data + i * width, width) == 0;
        if (!same)
            return false;
    }
    return true;
}

static bool same_keys(const struct varve_rows *rows, const int64_t *times, const uint32_t *subs)
{
    if (memcmp(times, rows->times, rows->count * sizeof *times) != 0)
        return false;
    for (uint32_t i = 0; i < rows->count; i++)
        if ((subs ? subs[i] : 0) != (rows->subs ? rows->subs[i] : 0))
            return false;
    return true;
}

vv_status vv_block_verify(uint64_t number, uint64_t offset, const uint8_t *data, size_t len_bytes,
                          const enum varve_type *types, uint32_t column_count,
                          const struct varve_rows *rows, struct vv_arena *arena, vv_error *err)
{
    struct vv_block_head head;
    const int64_t *times;
    const uint32_t *subs;
    uint32_t c = 0;

    vv_status status = vv_block_head_check(number, offset, data, len_bytes, err);
    if (!status)
        status = vv_block_head_read(data, len_bytes, len_bytes, arena, &head, err);
    if (!status)
        status = vv_block_times(&head, data + head.chunks[0].offset, arena, &times, err);
    if (!status)
        status = vv_block_subs(&head, data + head.chunks[1].offset, arena, &subs, err);
    bool same = !status && head.rows == rows->count && head.series == rows->series &&
                same_keys(rows, times, subs);
    for (; same && c < column_count; c++) {
        struct varve_vector back, none = {.type = types[c]};
        const struct vv_block_chunk *chunk = head.chunks + 2 + c;
        status = vv_codec_decode(types[c], rows->count, data + chunk->offset, chunk->len_bytes,
                                 arena, &back, err);
        same = !status &&
               same_column(c < rows->column_count ? rows->columns + c : &none, &back, rows->count);
    }
    if (status && status != VARVE_CORRUPT)
        return status;
    if (!same)
        return vv_fail(err, VARVE_INTERNAL,
                       "a block of series %u did not read back as it was (column %d)", rows->series,
                       (int)c - 1);
    return VARVE_OK;
}
