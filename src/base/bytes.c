/* bytes.c: the parts of bytes.h that are too large to stand in a header. */
#include "base/bytes.h"

#include "base/buf.h"

#include "base/banned.h"

size_t vv_varint_put(uint8_t *to, uint64_t v)
{
    size_t n = 0;
    while (v >= 0x80) {
        to[n++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    to[n++] = (uint8_t)v;
    return n;
}

void vv_buf_put8(struct vv_buf *buf, uint8_t v)
{
    vv_buf_add(buf, &v, 1);
}

void vv_buf_put32(struct vv_buf *buf, uint32_t v)
{
    uint8_t *to = vv_buf_grow(buf, 4);
    if (to != NULL) {
        vv_put32(to, v);
    }
}

void vv_buf_put64(struct vv_buf *buf, uint64_t v)
{
    uint8_t *to = vv_buf_grow(buf, 8);
    if (to != NULL) {
        vv_put64(to, v);
    }
}

void vv_buf_varint(struct vv_buf *buf, uint64_t v)
{
    uint8_t bytes[VV_VARINT_MAX];
    vv_buf_add(buf, bytes, vv_varint_put(bytes, v));
}

void vv_buf_svarint(struct vv_buf *buf, int64_t v)
{
    vv_buf_varint(buf, vv_zigzag(v));
}

const uint8_t *vv_read_bytes(struct vv_reader *r, size_t size_bytes)
{
    if (r->bad || size_bytes > (size_t)(r->end - r->at)) {
        r->bad = true;
        r->at = r->end;
        return NULL;
    }
    const uint8_t *at = r->at;
    r->at += size_bytes;
    return at;
}

uint8_t vv_read8(struct vv_reader *r)
{
    const uint8_t *at = vv_read_bytes(r, 1);
    return at == NULL ? 0 : *at;
}

uint16_t vv_read16(struct vv_reader *r)
{
    const uint8_t *at = vv_read_bytes(r, 2);
    return at == NULL ? 0 : vv_get16(at);
}

uint32_t vv_read32(struct vv_reader *r)
{
    const uint8_t *at = vv_read_bytes(r, 4);
    return at == NULL ? 0 : vv_get32(at);
}

uint64_t vv_read64(struct vv_reader *r)
{
    const uint8_t *at = vv_read_bytes(r, 8);
    return at == NULL ? 0 : vv_get64(at);
}

uint64_t vv_read_varint(struct vv_reader *r)
{
    uint64_t v = 0;
    const uint8_t *at = r->at;
    for (unsigned shift = 0; at < r->end && shift < 70; shift += 7) {
        uint8_t byte = *at++;
        if (shift == 63 && byte > 1) {
            break; /* more than 64 bits */
        }
        v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            r->at = at;
            return v;
        }
    }
    r->bad = true;
    r->at = r->end;
    return 0;
}

int64_t vv_read_svarint(struct vv_reader *r)
{
    return vv_unzigzag(vv_read_varint(r));
}
