/* block.h: the bytes of one block of a part.
 *
 * A narrow block (up to VV_BLOCK_NARROW bytes) is read as a whole and has one checksum. A wide one
 * has a head with a checksum of its own, and one for each column's chunk, so that columns are read
 * one by one. Checksums begin with the part's number and the place in its file: bytes that were
 * written elsewhere do not pass. Chunk 0 are the times, 1 the subs (empty: all 0), 2 … the columns.
 *
 * Threads: pure functions.
 */
#ifndef VV_NATIVE_BLOCK_H
#define VV_NATIVE_BLOCK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "varve.h"

#define VV_BLOCK_NARROW   65536u
#define VV_BLOCK_ROWS_MAX 65536u

struct vv_block_chunk {
    uint32_t offset, len_bytes; /* in the block */
    uint32_t crc;               /* wide blocks only */
};

struct vv_block_head {
    bool wide;
    uint32_t stratum, series, rows, column_count;
    uint32_t head_bytes;
    const struct vv_block_chunk *chunks; /* column_count + 2 of them */
};

/* The checksum of bytes at `offset` of part `number`. */
uint32_t vv_part_crc(uint64_t number, uint64_t offset, const void *data, size_t len_bytes);

/* Bytes that hold the head of any block of so many columns. */
size_t vv_block_head_bytes_max(uint32_t column_count);

/* Appends a block that will stand at `offset` of part `number`. Columns that `rows` lacks are null;
 * `types` are all `column_count` of them. */
vv_status vv_block_encode(uint64_t number, uint64_t offset, uint32_t stratum,
                          const enum varve_type *types, uint32_t column_count,
                          const struct varve_rows *rows, struct vv_buf *out, vv_error *err);
/* Reads an encoded block back and compares it with its rows; INTERNAL when they differ. */
vv_status vv_block_verify(uint64_t number, uint64_t offset, const uint8_t *data, size_t len_bytes,
                          const enum varve_type *types, uint32_t column_count,
                          const struct varve_rows *rows, struct vv_arena *arena, vv_error *err);
/* Checks the checksum in a block's first bytes: of its head, or of all of a narrow one. */
vv_status vv_block_head_check(uint64_t number, uint64_t offset, const uint8_t *data,
                              size_t len_bytes, vv_error *err);
/* Reads a head out of the block's first bytes; of a narrow block all of them. The chunk table is
 * made in `arena`. `block_bytes` is the whole block's length. */
vv_status vv_block_head_read(const uint8_t *data, size_t len_bytes, size_t block_bytes,
                             struct vv_arena *arena, struct vv_block_head *head, vv_error *err);
/* Decodes times and subs out of their chunks. `*subs` is null when all are 0. */
vv_status vv_block_times(const struct vv_block_head *head, const uint8_t *chunk,
                         struct vv_arena *arena, const int64_t **times, vv_error *err);
vv_status vv_block_subs(const struct vv_block_head *head, const uint8_t *chunk,
                        struct vv_arena *arena, const uint32_t **subs, vv_error *err);

#endif
