/* A bitmap: form 0 is its bits, lowest first; form 1 the value of the first bit and the lengths of
 * the runs, the last one left out because it ends with the bitmap. */
#include "native/codec_private.h"

#include "base/banned.h"

enum {
    BITS_PLAIN = 0,
    BITS_RUNS = 1
};

static inline unsigned bit_at(const uint64_t *bits, uint32_t i)
{
    return (unsigned)(bits[i >> 6] >> (i & 63) & 1);
}

/* The first index from `at` whose bit is not `value`, or `count`. */
static uint32_t run_end(const uint64_t *bits, uint32_t at, uint32_t count, unsigned value)
{
    uint64_t flip = value ? ~0ULL : 0;
    while (at < count) {
        uint64_t rest = (bits[at >> 6] ^ flip) >> (at & 63);
        if (rest) {
            uint32_t end = at + (uint32_t)__builtin_ctzll(rest);
            return end < count ? end : count;
        }
        at = (at | 63) + 1;
    }
    return count;
}

void vv_codec_bits_encode(struct vv_buf *out, const uint64_t *bits, uint32_t count)
{
    size_t start = out->len, plain_bytes = (count + 7) / 8;
    unsigned value = count ? bit_at(bits, 0) : 0;

    vv_buf_put8(out, BITS_RUNS);
    vv_buf_put8(out, (uint8_t)value);
    for (uint32_t at = 0; at < count && out->len - start <= plain_bytes; value ^= 1) {
        uint32_t end = run_end(bits, at, count, value);
        vv_buf_varint(out, end < count ? end - at : 0);
        at = end;
    }
    if (out->failed || out->len - start <= plain_bytes)
        return;
    out->len = start;
    vv_buf_put8(out, BITS_PLAIN);
    for (size_t i = 0; i < plain_bytes; i++)
        vv_buf_put8(out, (uint8_t)(bits[i >> 3] >> (i & 7) * 8));
}

static void set_run(uint64_t *bits, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at < end;) {
        uint32_t word_end = (at | 63) + 1, stop = word_end < end ? word_end : end;
        uint64_t mask = stop - at == 64 ? ~0ULL : (1ULL << (stop - at)) - 1;
        bits[at >> 6] |= mask << (at & 63);
        at = stop;
    }
}

bool vv_codec_bits_decode(struct vv_reader *from, uint64_t *bits, uint32_t count)
{
    size_t words = (count + 63) / 64, plain_bytes = (count + 7) / 8;
    uint8_t form = vv_read8(from);

    memset(bits, 0, words * 8);
    if (form == BITS_PLAIN) {
        const uint8_t *bytes = vv_read_bytes(from, plain_bytes);
        if (!bytes)
            return false;
        for (size_t i = 0; i < plain_bytes; i++)
            bits[i >> 3] |= (uint64_t)bytes[i] << (i & 7) * 8;
        if (count & 63)
            bits[words - 1] &= (1ULL << (count & 63)) - 1;
        return true;
    }
    if (form != BITS_RUNS)
        return false;
    unsigned value = vv_read8(from);
    if (value > 1)
        return false;
    for (uint32_t at = 0; at < count; value ^= 1) {
        uint64_t len = vv_read_varint(from);
        if (from->bad || len > count - at)
            return false;
        uint32_t end = len ? at + (uint32_t)len : count;
        if (value)
            set_run(bits, at, end);
        at = end;
    }
    return !from->bad;
}
