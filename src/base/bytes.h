/* bytes.h: fixed-width and variable-width integers in byte strings, little-endian on every machine.
 *
 * Reading never passes `end`: a reader that would is left at `end` with `bad` set, and gives 0 from
 * then on, so that a decoder checks once. That is the only way bytes from disk or wire are read.
 *
 * Threads: a reader belongs to one thread.
 */
#ifndef VV_BASE_BYTES_H
#define VV_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct vv_buf;

static inline void vv_put16(uint8_t *to, uint16_t v)
{
    to[0] = (uint8_t)v;
    to[1] = (uint8_t)(v >> 8);
}

static inline void vv_put32(uint8_t *to, uint32_t v)
{
    vv_put16(to, (uint16_t)v);
    vv_put16(to + 2, (uint16_t)(v >> 16));
}

static inline void vv_put64(uint8_t *to, uint64_t v)
{
    vv_put32(to, (uint32_t)v);
    vv_put32(to + 4, (uint32_t)(v >> 32));
}

static inline uint16_t vv_get16(const uint8_t *from)
{
    return (uint16_t)(from[0] | from[1] << 8);
}

static inline uint32_t vv_get32(const uint8_t *from)
{
    return vv_get16(from) | (uint32_t)vv_get16(from + 2) << 16;
}

static inline uint64_t vv_get64(const uint8_t *from)
{
    return vv_get32(from) | (uint64_t)vv_get32(from + 4) << 32;
}

static inline uint64_t vv_zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}

static inline int64_t vv_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static inline uint64_t vv_double_bits(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static inline double vv_bits_double(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Longest LEB128 form of 64 bits. */
#define VV_VARINT_MAX 10

/* Writes 1 to VV_VARINT_MAX bytes (LEB128) and returns how many. */
size_t vv_varint_put(uint8_t *to, uint64_t v);

void vv_buf_put8(struct vv_buf *buf, uint8_t v);
void vv_buf_put32(struct vv_buf *buf, uint32_t v);
void vv_buf_put64(struct vv_buf *buf, uint64_t v);
void vv_buf_varint(struct vv_buf *buf, uint64_t v);
void vv_buf_svarint(struct vv_buf *buf, int64_t v); /* zigzag */

struct vv_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

static inline struct vv_reader vv_reader_of(const void *data, size_t len_bytes)
{
    return (struct vv_reader){(const uint8_t *)data, (const uint8_t *)data + len_bytes, false};
}

uint8_t vv_read8(struct vv_reader *r);
uint16_t vv_read16(struct vv_reader *r);
uint32_t vv_read32(struct vv_reader *r);
uint64_t vv_read64(struct vv_reader *r);
uint64_t vv_read_varint(struct vv_reader *r); /* bad also when longer than 64 bits */
int64_t vv_read_svarint(struct vv_reader *r);
/* `size_bytes` bytes in place; null (and bad) when there are fewer. */
const uint8_t *vv_read_bytes(struct vv_reader *r, size_t size_bytes);

#endif
