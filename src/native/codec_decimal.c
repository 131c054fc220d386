/* Doubles that were decimals: the integer digits·10^-k, vector by vector.
 *
 * A vector begins with k, or with NOT_DECIMAL and the values as they are. Then the count of
 * exceptions, the digits as one vector of integers, and for each exception its index and its bits.
 * The value is digits / 10^k: with 10^k and the digits exact the division gives the double nearest
 * to the decimal, which is what reading its text gave. Written only where that reads back to the
 * same bits; an exception's digits repeat those before it. */
#include "native/codec_private.h"

#include "base/banned.h"

#define NOT_DECIMAL 255
#define K_MAX       15
#define SAMPLES     32

/* Adding and taking away 1.5·2^52 rounds to an integer, which is then in the low bits. */
#define MAGIC      6755399441055744.0
#define DIGITS_MAX 1125899906842624.0 /* 2^50: well inside of what MAGIC can hold */

static const double POWERS[K_MAX + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

static inline int64_t digits_of(double v, double power)
{
    return (int64_t)(vv_double_bits(v * power + MAGIC) - vv_double_bits(MAGIC));
}

static inline double value_of(int64_t digits, double power)
{
    return (vv_bits_double((uint64_t)digits + vv_double_bits(MAGIC)) - MAGIC) / power;
}

static inline bool fits(double v, double power)
{
    double scaled = v * power;
    return scaled < DIGITS_MAX && scaled > -DIGITS_MAX &&
           vv_double_bits(value_of(digits_of(v, power), power)) == vv_double_bits(v);
}

/* The least k that most of a sample needs, or NOT_DECIMAL. */
static unsigned k_of(const double *values, uint32_t count)
{
    uint32_t step = count > SAMPLES ? count / SAMPLES : 1, seen = 0, missed = 0;
    unsigned k = 0;

    for (uint32_t i = 0; i < count; i += step, seen++) {
        unsigned need = k;
        while (need <= K_MAX && !fits(values[i], POWERS[need]))
            need++;
        if (need <= K_MAX)
            k = need;
        else
            missed++;
    }
    return missed * 4 > seen ? NOT_DECIMAL : k;
}

static void raw_vector(struct vv_buf *out, const double *values, uint32_t count)
{
    vv_buf_put8(out, NOT_DECIMAL);
    uint8_t *bytes = vv_buf_grow(out, (size_t)count * 8);
    for (uint32_t i = 0; bytes && i < count; i++)
        vv_put64(bytes + (size_t)i * 8, vv_double_bits(values[i]));
}

/* False when the vector is not worth it. */
static bool vector_encode(struct vv_buf *out, const double *values, uint32_t count)
{
    int64_t digits[VV_CODEC_VECTOR];
    uint16_t exceptions[VV_CODEC_VECTOR];
    uint32_t exception_count = 0;
    unsigned k = k_of(values, count);

    if (k == NOT_DECIMAL)
        return false;
    double power = POWERS[k];
    for (uint32_t i = 0; i < count; i++)
        if (fits(values[i], power))
            digits[i] = digits_of(values[i], power);
        else
            exceptions[exception_count++] = (uint16_t)i;
    if (exception_count > count / 4)
        return false;
    for (uint32_t e = 0; e < exception_count; e++)
        digits[exceptions[e]] = exceptions[e] ? digits[exceptions[e] - 1] : 0;

    vv_buf_put8(out, (uint8_t)k);
    vv_buf_varint(out, exception_count);
    vv_codec_vector_encode(out, digits, count);
    for (uint32_t e = 0; e < exception_count; e++) {
        vv_buf_varint(out, exceptions[e]);
        vv_buf_put64(out, vv_double_bits(values[exceptions[e]]));
    }
    return true;
}

static bool vector_decode(struct vv_reader *from, double *values, uint32_t count)
{
    int64_t digits[VV_CODEC_VECTOR];
    unsigned k = vv_read8(from);

    if (k == NOT_DECIMAL) {
        const uint8_t *bytes = vv_read_bytes(from, (size_t)count * 8);
        for (uint32_t i = 0; bytes && i < count; i++)
            values[i] = vv_bits_double(vv_get64(bytes + (size_t)i * 8));
        return bytes != NULL;
    }
    uint64_t exception_count = vv_read_varint(from);
    if (k > K_MAX || exception_count > count || !vv_codec_vector_decode(from, digits, count))
        return false;
    double power = POWERS[k];
    for (uint32_t i = 0; i < count; i++)
        values[i] = value_of(digits[i], power);
    for (uint64_t e = 0; e < exception_count; e++) {
        uint64_t i = vv_read_varint(from), bits = vv_read64(from);
        if (from->bad || i >= count)
            return false;
        values[i] = vv_bits_double(bits);
    }
    return !from->bad;
}

static bool decimal_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                           const void *data)
{
    const double *values = data;
    bool worth = false;

    (void)type;
    for (uint32_t at = 0; at < count; at += VV_CODEC_VECTOR) {
        uint32_t n = count - at < VV_CODEC_VECTOR ? count - at : VV_CODEC_VECTOR;
        if (vector_encode(to->out, values + at, n))
            worth = true;
        else
            raw_vector(to->out, values + at, n);
    }
    return worth;
}

static bool decimal_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                           void *data)
{
    double *values = data;

    (void)type;
    for (uint32_t at = 0; at < count; at += VV_CODEC_VECTOR) {
        uint32_t n = count - at < VV_CODEC_VECTOR ? count - at : VV_CODEC_VECTOR;
        if (!vector_decode(&from->from, values + at, n))
            return false;
    }
    return true;
}

const struct vv_codec vv_codec_decimal = {
    .name = "decimal",
    .types = 1u << VARVE_DOUBLE,
    .max_depth = UINT32_MAX,
    .encode = decimal_encode,
    .decode = decimal_decode,
};
