/* Integers as a prediction and bit-packed residuals, vector by vector.
 *
 * A vector begins with a byte mode·65 + width, then the mode's parameters, then the residuals:
 *   frame      base                    v[i] = base + r[i]
 *   line       base, slope             v[i] = base + (slope·i >> 16) + r[i]
 *   deltas     first, least delta      v[i] = v[i-1] + least + r[i], r[0] = 0
 * All arithmetic is modulo 2^64, so that any integers come back. A full vector's residuals lie in
 * 16 lanes (value i in lane i % 16), each lane a string of bits in 64-bit words, the words of the
 * lanes side by side: one shift serves 16 neighbours, which compilers turn into vector code for
 * every processor. A shorter vector's are one string of bits, lowest first. */
#include "native/codec_private.h"

#include "base/banned.h"

enum mode {
    MODE_FRAME,
    MODE_LINE,
    MODE_DELTAS,
    MODE_COUNT
};

#define LANES      16
#define LANE_ROWS  (VV_CODEC_VECTOR / LANES)
#define SLOPE_BITS 16
#define LINE_END   64 /* values at either end that tell a line's slope */

static unsigned width_of(uint64_t v)
{
    return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

static inline uint64_t mask_of(unsigned width)
{
    return width == 64 ? ~0ULL : (1ULL << width) - 1;
}

static void words_to_bytes(uint8_t *to, const uint64_t *words, size_t count)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(to, words, count * 8);
#else
    for (size_t i = 0; i < count; i++)
        vv_put64(to + i * 8, words[i]);
#endif
}

static void bytes_to_words(uint64_t *words, const uint8_t *from, size_t count)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(words, from, count * 8);
#else
    for (size_t i = 0; i < count; i++)
        words[i] = vv_get64(from + i * 8);
#endif
}

/* ---- full vectors: lanes ---- */

static void lanes_pack(uint8_t *to, const uint64_t *values, unsigned width)
{
    uint64_t words[VV_CODEC_VECTOR + LANES];

    memset(words, 0, sizeof words[0] * LANES * (width + 1));
    for (unsigned row = 0; row < LANE_ROWS; row++) {
        unsigned bit = row * width, shift = bit & 63;
        uint64_t *word = words + (bit >> 6) * LANES;
        const uint64_t *in = values + row * LANES;
        for (unsigned lane = 0; lane < LANES; lane++)
            word[lane] |= in[lane] << shift;
        if (shift + width > 64)
            for (unsigned lane = 0; lane < LANES; lane++)
                word[LANES + lane] |= in[lane] >> (64 - shift);
    }
    words_to_bytes(to, words, (size_t)width * LANES);
}

static void lanes_unpack(uint64_t *restrict values, const uint8_t *from, unsigned width)
{
    uint64_t words[VV_CODEC_VECTOR];
    uint64_t mask = mask_of(width);

    bytes_to_words(words, from, (size_t)width * LANES);
    for (unsigned row = 0; row < LANE_ROWS; row++) {
        unsigned bit = row * width, shift = bit & 63;
        const uint64_t *word = words + (bit >> 6) * LANES;
        uint64_t *out = values + row * LANES;
        if (shift + width <= 64) {
            for (unsigned lane = 0; lane < LANES; lane++)
                out[lane] = word[lane] >> shift & mask;
        } else {
            for (unsigned lane = 0; lane < LANES; lane++)
                out[lane] = (word[lane] >> shift | word[LANES + lane] << (64 - shift)) & mask;
        }
    }
}

/* ---- shorter ones: a string of bits ---- */

static size_t string_bytes(uint32_t count, unsigned width)
{
    return ((size_t)count * width + 7) / 8;
}

static void string_pack(uint8_t *to, const uint64_t *values, uint32_t count, unsigned width)
{
    uint64_t pending = 0;
    unsigned bits = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t v = values[i];
        unsigned left = width;
        while (left) {
            unsigned take = 8 - bits < left ? 8 - bits : left;
            pending |= (v & mask_of(take)) << bits;
            bits += take;
            left -= take;
            v >>= take;
            if (bits == 8) {
                *to++ = (uint8_t)pending;
                pending = 0;
                bits = 0;
            }
        }
    }
    if (bits)
        *to = (uint8_t)pending;
}

static void string_unpack(uint64_t *values, const uint8_t *from, uint32_t count, unsigned width)
{
    size_t len_bytes = string_bytes(count, width);

    for (uint32_t i = 0; i < count; i++) {
        size_t bit = (size_t)i * width, at = bit >> 3;
        unsigned shift = (unsigned)(bit & 7);
        uint64_t v = 0;
        if (at + 9 <= len_bytes) {
            v = vv_get64(from + at) >> shift;
            if (shift + width > 64)
                v |= (uint64_t)from[at + 8] << (64 - shift);
        } else {
            for (unsigned k = 0; at + k < len_bytes && k * 8 < shift + width; k++)
                v |= k * 8 >= shift ? (uint64_t)from[at + k] << (k * 8 - shift)
                                    : (uint64_t)from[at + k] >> shift;
        }
        values[i] = v & mask_of(width);
    }
}

/* ---- one vector ---- */

struct plan {
    enum mode mode;
    unsigned width;
    uint64_t base;  /* of frame and line; of deltas: the first value */
    uint64_t slope; /* of deltas: the least delta */
};

static void plan_frame(struct plan *plan, const int64_t *values, uint32_t count)
{
    int64_t low = values[0], high = values[0];
    for (uint32_t i = 0; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    *plan = (struct plan){MODE_FRAME, width_of((uint64_t)high - (uint64_t)low), (uint64_t)low, 0};
}

/* The slope between the means of both ends, so that the jitter of single values does not tilt it.
 */
static uint64_t slope_of(const int64_t *values, uint32_t count)
{
    uint32_t end = count < 4 * LINE_END ? 1 : LINE_END;
    uint64_t first = 0, last = 0, origin = (uint64_t)values[0];

    for (uint32_t i = 0; i < end; i++) {
        first += (uint64_t)values[i] - origin;
        last += (uint64_t)values[count - end + i] - origin;
    }
    int64_t rise = (int64_t)(last - first);
    return rise < 0 ? 0 : (uint64_t)rise * ((1u << SLOPE_BITS) / end) / (count - end);
}

static void plan_line(struct plan *plan, const int64_t *values, uint32_t count)
{
    uint64_t rise = (uint64_t)values[count - 1] - (uint64_t)values[0];
    uint64_t first = (uint64_t)values[0];
    int64_t low = 0, high = 0;

    if (count < 2 || values[count - 1] < values[0] || rise >> (63 - SLOPE_BITS - 8))
        return;
    uint64_t slope = slope_of(values, count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t off = (int64_t)((uint64_t)values[i] - first - (slope * i >> SLOPE_BITS));
        low = off < low ? off : low;
        high = off > high ? off : high;
    }
    unsigned width = width_of((uint64_t)high - (uint64_t)low);
    if (width < plan->width)
        *plan = (struct plan){MODE_LINE, width, first + (uint64_t)low, slope};
}

static void plan_deltas(struct plan *plan, const int64_t *values, uint32_t count)
{
    if (count < 2)
        return;
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (uint32_t i = 1; i < count; i++) {
        int64_t delta = (int64_t)((uint64_t)values[i] - (uint64_t)values[i - 1]);
        low = delta < low ? delta : low;
        high = delta > high ? delta : high;
    }
    unsigned width = width_of((uint64_t)high - (uint64_t)low);
    if (width < plan->width)
        *plan = (struct plan){MODE_DELTAS, width, (uint64_t)values[0], (uint64_t)low};
}

static void residuals_of(const struct plan *plan, const int64_t *values, uint32_t count,
                         uint64_t *residuals)
{
    switch (plan->mode) {
    case MODE_FRAME:
        for (uint32_t i = 0; i < count; i++)
            residuals[i] = (uint64_t)values[i] - plan->base;
        break;
    case MODE_LINE:
        for (uint32_t i = 0; i < count; i++)
            residuals[i] = (uint64_t)values[i] - plan->base - (plan->slope * i >> SLOPE_BITS);
        break;
    default:
        residuals[0] = 0;
        for (uint32_t i = 1; i < count; i++)
            residuals[i] = (uint64_t)values[i] - (uint64_t)values[i - 1] - plan->slope;
    }
}

void vv_codec_vector_encode(struct vv_buf *out, const int64_t *values, uint32_t count)
{
    uint64_t residuals[VV_CODEC_VECTOR];
    struct plan plan;

    plan_frame(&plan, values, count);
    plan_line(&plan, values, count);
    plan_deltas(&plan, values, count);
    residuals_of(&plan, values, count, residuals);

    vv_buf_put8(out, (uint8_t)((unsigned)plan.mode * 65 + plan.width));
    vv_buf_svarint(out, (int64_t)plan.base);
    if (plan.mode == MODE_LINE)
        vv_buf_varint(out, plan.slope);
    else if (plan.mode == MODE_DELTAS)
        vv_buf_svarint(out, (int64_t)plan.slope);
    if (!plan.width)
        return;
    uint8_t *to = vv_buf_grow(out, string_bytes(count, plan.width));
    if (!to)
        return;
    if (count == VV_CODEC_VECTOR)
        lanes_pack(to, residuals, plan.width);
    else
        string_pack(to, residuals, count, plan.width);
}

bool vv_codec_vector_decode(struct vv_reader *from, int64_t *values, uint32_t count)
{
    uint64_t *v = (uint64_t *)values; /* signed and unsigned twins may alias */
    unsigned head = vv_read8(from), mode = head / 65, width = head % 65;
    uint64_t base = (uint64_t)vv_read_svarint(from), slope = 0;

    if (mode == MODE_LINE)
        slope = vv_read_varint(from);
    else if (mode == MODE_DELTAS)
        slope = (uint64_t)vv_read_svarint(from);
    const uint8_t *bytes = vv_read_bytes(from, string_bytes(count, width));
    if (from->bad || mode >= MODE_COUNT)
        return false;
    if (!width)
        memset(v, 0, (size_t)count * 8);
    else if (count == VV_CODEC_VECTOR)
        lanes_unpack(v, bytes, width);
    else
        string_unpack(v, bytes, count, width);

    switch (mode) {
    case MODE_FRAME:
        for (uint32_t i = 0; i < count; i++)
            v[i] += base;
        break;
    case MODE_LINE:
        for (uint32_t i = 0; i < count; i++)
            v[i] += base + (slope * i >> SLOPE_BITS);
        break;
    default:
        v[0] = base;
        for (uint32_t i = 1; i < count; i++)
            v[i] += v[i - 1] + slope;
    }
    return true;
}

/* ---- the encoding ---- */

static bool packed_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                          const void *data)
{
    const int64_t *values = data;

    (void)type;
    for (uint32_t at = 0; at < count; at += VV_CODEC_VECTOR) {
        uint32_t n = count - at < VV_CODEC_VECTOR ? count - at : VV_CODEC_VECTOR;
        vv_codec_vector_encode(to->out, values + at, n);
    }
    return true;
}

static bool packed_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                          void *data)
{
    int64_t *values = data;

    (void)type;
    for (uint32_t at = 0; at < count; at += VV_CODEC_VECTOR) {
        uint32_t n = count - at < VV_CODEC_VECTOR ? count - at : VV_CODEC_VECTOR;
        if (!vv_codec_vector_decode(&from->from, values + at, n))
            return false;
    }
    return true;
}

const struct vv_codec vv_codec_packed = {
    .name = "packed",
    .types = 1u << VARVE_INT64,
    .max_depth = UINT32_MAX,
    .encode = packed_encode,
    .decode = packed_decode,
};
