/* Reading one block: the columns asked for, out of the cache or of the file. */
#include "native/part.h"

#include "base/alloc.h"
#include "native/block.h"
#include "native/codec.h"
#include "native/part_private.h"

#include "base/banned.h"

void vv_block_rows_init(struct vv_block_rows *block)
{
    *block = (struct vv_block_rows){0};
    vv_arena_init(&block->arena, 64 * 1024, NULL);
}

static void unpin(struct vv_block_rows *block)
{
    while (block->pinned_count)
        vv_cache_unpin(block->cache, block->pinned[--block->pinned_count]);
}

void vv_block_rows_deinit(struct vv_block_rows *block)
{
    unpin(block);
    vv_free(block->pinned);
    vv_arena_deinit(&block->arena);
    *block = (struct vv_block_rows){0};
}

/* What is being read. */
struct reading {
    const struct vv_part_entry *entry;
    const struct vv_block_ref *ref;
    struct vv_block_rows *block;
    struct vv_block_head head;
    const uint8_t *whole; /* all of the block, or null: chunks come one by one */
};

/* In the cache the head of a wide block stands under its offset, a chunk under its own, and the
 * whole of it under the offset behind its first byte, where no chunk begins. */
#define WHOLE_KEY(offset) ((offset) + 1)

static bool room_for_pin(struct vv_block_rows *block)
{
    if (block->pinned_count < block->pinned_room)
        return true;
    uint32_t room = block->pinned_room ? block->pinned_room * 2 : 8;
    struct vv_cache_entry **grown =
        vv_realloc(block->pinned, room * sizeof(struct vv_cache_entry *));
    if (!grown)
        return false;
    block->pinned = grown;
    block->pinned_room = room;
    return true;
}

/* Bytes of the file, checked by `check` when they are not in the cache; pinned until the next read
 * into the block. */
static vv_status take(struct reading *on, uint64_t key, uint64_t offset, size_t len_bytes,
                      vv_status (*check)(struct reading *on, uint64_t offset, const uint8_t *data,
                                         size_t len_bytes, vv_error *err),
                      const uint8_t **data, vv_error *err)
{
    const struct vv_part *part = on->entry->part;
    struct vv_block_rows *block = on->block;
    uint8_t *fetched = NULL;

    if (!room_for_pin(block))
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to read a block");
    struct vv_cache_entry *entry = vv_cache_get(part->cache, part->id.number, key);
    if (!entry) {
        vv_status status = vv_part_fetch(part, offset, len_bytes, &fetched, err);
        if (!status)
            status = check(on, offset, fetched, len_bytes, err);
        if (!status) {
            entry = vv_cache_put(part->cache, part->id.number, key, fetched, len_bytes);
            if (!entry)
                status = vv_fail(err, VARVE_NO_MEMORY, "no memory to read a block");
        }
        if (status) {
            vv_free(fetched);
            return status;
        }
    }
    block->pinned[block->pinned_count++] = entry;
    size_t cached_bytes;
    *data = vv_cache_data(entry, &cached_bytes);
    if (cached_bytes != len_bytes)
        return vv_fail(err, VARVE_CORRUPT, "two lengths for the bytes at %llu",
                       (unsigned long long)offset);
    return VARVE_OK;
}

static vv_status check_head(struct reading *on, uint64_t offset, const uint8_t *data,
                            size_t len_bytes, vv_error *err)
{
    return vv_block_head_check(on->entry->part->id.number, offset, data, len_bytes, err);
}

static vv_status check_chunk_bytes(struct reading *on, uint32_t k, const uint8_t *data,
                                   vv_error *err)
{
    const struct vv_block_chunk *chunk = on->head.chunks + k;

    if (vv_part_crc(on->entry->part->id.number, on->ref->offset + k, data, chunk->len_bytes) !=
        chunk->crc)
        return vv_fail(err, VARVE_CORRUPT, "block: the checksum of chunk %u is wrong", k);
    return VARVE_OK;
}

static vv_status check_chunk(struct reading *on, uint64_t offset, const uint8_t *data,
                             size_t len_bytes, vv_error *err)
{
    uint32_t k = 0;

    (void)len_bytes;
    while (on->head.chunks[k].offset + on->ref->offset != offset || !on->head.chunks[k].len_bytes)
        k++;
    return check_chunk_bytes(on, k, data, err);
}

static vv_status check_whole(struct reading *on, uint64_t offset, const uint8_t *data,
                             size_t len_bytes, vv_error *err)
{
    vv_status status = VARVE_OK;

    (void)offset;
    (void)len_bytes;
    for (uint32_t k = 0; !status && k < on->head.column_count + 2; k++)
        status = check_chunk_bytes(on, k, data + on->head.chunks[k].offset, err);
    return status;
}

static vv_status read_head(struct reading *on, vv_error *err)
{
    const struct vv_block_ref *ref = on->ref;
    size_t len_bytes = ref->len_bytes;
    const uint8_t *data;

    if (len_bytes > VV_BLOCK_NARROW) {
        size_t most = vv_block_head_bytes_max(on->entry->column_count);
        len_bytes = len_bytes < most ? len_bytes : most;
    }
    vv_status status = take(on, ref->offset, ref->offset, len_bytes, check_head, &data, err);
    if (!status)
        status =
            vv_block_head_read(data, len_bytes, ref->len_bytes, &on->block->arena, &on->head, err);
    if (status)
        return status;
    if (on->head.wide != (ref->len_bytes > VV_BLOCK_NARROW) ||
        on->head.series != on->entry->series || on->head.rows != ref->rows ||
        on->head.column_count != on->entry->column_count)
        return vv_fail(err, VARVE_CORRUPT, "block: not what the index says");
    if (!on->head.wide)
        on->whole = data;
    return VARVE_OK;
}

/* Of a wide block most of which is wanted, all is read at once. */
static vv_status read_whole(struct reading *on, const uint32_t *columns, uint32_t count,
                            vv_error *err)
{
    uint64_t wanted = 0;

    if (on->whole)
        return VARVE_OK;
    for (uint32_t c = 0; c < count; c++) {
        uint32_t column = columns ? columns[c] : c;
        if (column < on->head.column_count)
            wanted += on->head.chunks[2 + column].len_bytes;
    }
    if (wanted < on->ref->len_bytes / 2)
        return VARVE_OK;
    return take(on, WHOLE_KEY(on->ref->offset), on->ref->offset, on->ref->len_bytes, check_whole,
                &on->whole, err);
}

static vv_status read_chunk(struct reading *on, uint32_t k, const uint8_t **data, vv_error *err)
{
    const struct vv_block_chunk *chunk = on->head.chunks + k;
    static const uint8_t nothing;

    *data = on->whole ? on->whole + chunk->offset : &nothing;
    if (on->whole || !chunk->len_bytes)
        return VARVE_OK;
    uint64_t offset = on->ref->offset + chunk->offset;
    return take(on, offset, offset, chunk->len_bytes, check_chunk, data, err);
}

static vv_status read_columns(struct reading *on, const uint32_t *columns, uint32_t count,
                              bool *texts, vv_error *err)
{
    struct vv_arena *arena = &on->block->arena;
    struct varve_vector *vectors = vv_arena_zero(arena, (count + 1) * sizeof *vectors);
    vv_status status = VARVE_OK;

    if (!vectors)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to read a block");
    for (uint32_t c = 0; !status && c < count; c++) {
        uint32_t column = columns ? columns[c] : c;
        const uint8_t *data;
        vectors[c].type = VARVE_INT64;
        if (column >= on->head.column_count)
            continue;
        enum varve_type type = on->entry->schema->types[column];
        *texts |= type == VARVE_TEXT;
        status = read_chunk(on, column + 2, &data, err);
        if (!status)
            status =
                vv_codec_decode(type, on->head.rows, data, on->head.chunks[column + 2].len_bytes,
                                arena, vectors + c, err);
    }
    on->block->rows.columns = vectors;
    on->block->rows.column_count = count;
    return status;
}

static vv_status read_block(struct reading *on, const uint32_t *columns, uint32_t count,
                            vv_error *err)
{
    struct vv_block_rows *block = on->block;
    const uint8_t *data;
    bool texts = false;

    vv_status status = read_head(on, err);
    if (!status)
        status = read_whole(on, columns, count, err);
    if (!status)
        status = read_chunk(on, 0, &data, err);
    if (!status)
        status = vv_block_times(&on->head, data, &block->arena, &block->rows.times, err);
    if (!status && (block->rows.times[0] != on->ref->first_time ||
                    block->rows.times[on->head.rows - 1] != on->ref->last_time))
        status = vv_fail(err, VARVE_CORRUPT, "block: times other than the index says");
    if (!status)
        status = read_chunk(on, 1, &data, err);
    if (!status)
        status = vv_block_subs(&on->head, data, &block->arena, &block->rows.subs, err);
    if (!status)
        status = read_columns(on, columns, count, &texts, err);
    if (!status) {
        block->rows.series = on->entry->series;
        block->rows.count = on->head.rows;
    }
    if (status || !texts)
        unpin(block);
    return status;
}

vv_status vv_part_read(const struct vv_part_entry *entry, const struct vv_block_ref *ref,
                       const uint32_t *columns, uint32_t count, struct vv_block_rows *block,
                       vv_error *err)
{
    struct reading on = {.entry = entry, .ref = ref, .block = block};

    unpin(block);
    vv_arena_reset(&block->arena);
    block->cache = entry->part->cache;
    block->rows = (struct varve_rows){0};
    vv_status status = read_block(&on, columns, columns ? count : entry->column_count, err);
    if (status) {
        block->rows = (struct varve_rows){0};
        vv_error_prefix(err, "%s: series %u, times %lld to %lld, at byte %llu", entry->part->path,
                        entry->series, (long long)ref->first_time, (long long)ref->last_time,
                        (unsigned long long)ref->offset);
    }
    return status;
}
