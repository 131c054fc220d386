/* Statistics as bytes: good count first (as what it lacks to the count), then two bytes of flags
 * that tell what follows; times as differences to the stretch's first and last, doubles as decimals
 * where that is shorter. A column whose good values are all equal, as qualities are, takes a few
 * bytes. */
#include "native/stats.h"

#include "base/buf.h"

#include "base/banned.h"

enum {
    FLAG_FLAT = 1 << 0,       /* min = max = first = last, at first_time, m2 = 0 */
    FLAG_ENDS = 1 << 1,       /* first_time and last_time are the stretch's own */
    FLAG_SUM_LOW = 1 << 2,    /* sum_low is not 0 */
    FLAG_M2 = 1 << 3,         /* m2 is not 0 */
    FLAG_INTEGER_SUM = 1 << 4 /* the sum is an integer below 2^53 */
};

#define RAW_DOUBLE 15

static const double POWERS[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
#define POWER_COUNT (sizeof POWERS / sizeof POWERS[0])

/* Digits and exponent behind one another in a varint, or RAW_DOUBLE and the bits. */
static void pack_double(struct vv_buf *out, double v)
{
    for (unsigned k = 0; k < POWER_COUNT; k++) {
        double scaled = v * POWERS[k];
        if (!(scaled < 1e12 && scaled > -1e12))
            break;
        int64_t digits = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        if (vv_double_bits((double)digits / POWERS[k]) == vv_double_bits(v)) {
            vv_buf_varint(out, vv_zigzag(digits) << 4 | k);
            return;
        }
    }
    vv_buf_varint(out, RAW_DOUBLE);
    vv_buf_put64(out, vv_double_bits(v));
}

static double unpack_double(struct vv_reader *from)
{
    uint64_t head = vv_read_varint(from);
    unsigned k = head & 15;

    if (k == RAW_DOUBLE)
        return vv_bits_double(vv_read64(from));
    if (k >= POWER_COUNT) {
        from->bad = true;
        return 0;
    }
    return (double)vv_unzigzag(head >> 4) / POWERS[k];
}

static void pack_number(struct vv_buf *out, union varve_number n, enum varve_type type)
{
    if (type == VARVE_DOUBLE)
        pack_double(out, n.d);
    else
        vv_buf_svarint(out, n.i);
}

static union varve_number unpack_number(struct vv_reader *from, enum varve_type type)
{
    union varve_number n;

    if (type == VARVE_DOUBLE)
        n.d = unpack_double(from);
    else
        n.i = vv_read_svarint(from);
    return n;
}

static void pack_time(struct vv_buf *out, int64_t time, int64_t base)
{
    vv_buf_varint(out, (uint64_t)time - (uint64_t)base);
}

static int64_t unpack_time(struct vv_reader *from, int64_t base)
{
    return (int64_t)((uint64_t)base + vv_read_varint(from));
}

static unsigned flags_of(const struct varve_stats *s, enum varve_type type,
                         const struct vv_stats_frame *frame)
{
    unsigned flags = 0;

    if (s->first_time == frame->first_time && s->last_time == frame->last_time)
        flags |= FLAG_ENDS;
    if (type == VARVE_TEXT)
        return flags;
    if (s->min.i == s->max.i && s->min.i == s->first.i && s->min.i == s->last.i &&
        s->min_time == s->first_time && s->max_time == s->first_time && s->turned_on == 0 &&
        s->turned_off == 0)
        flags |= FLAG_FLAT;
    if (vv_double_bits(s->sum_low) != 0)
        flags |= FLAG_SUM_LOW;
    if (vv_double_bits(s->m2) != 0)
        flags |= FLAG_M2;
    if (s->sum < 9e15 && s->sum > -9e15 &&
        vv_double_bits((double)(int64_t)s->sum) == vv_double_bits(s->sum))
        flags |= FLAG_INTEGER_SUM;
    return flags;
}

void vv_stats_pack(const struct varve_stats *s, enum varve_type type,
                   const struct vv_stats_frame *frame, struct vv_buf *out)
{
    vv_buf_varint(out, s->count - s->good);
    vv_buf_varint(out, s->good);
    if (!s->good)
        return;
    unsigned flags = flags_of(s, type, frame);
    vv_buf_put8(out, (uint8_t)flags);
    if (!(flags & FLAG_ENDS)) {
        pack_time(out, s->first_time, frame->first_time);
        pack_time(out, s->last_time, s->first_time);
    }
    if (type == VARVE_TEXT)
        return;
    pack_number(out, s->min, type);
    if (!(flags & FLAG_FLAT)) {
        pack_number(out, s->max, type);
        pack_number(out, s->first, type);
        pack_number(out, s->last, type);
        pack_time(out, s->min_time, s->first_time);
        pack_time(out, s->max_time, s->first_time);
        if (type == VARVE_BOOL) {
            vv_buf_varint(out, s->turned_on);
            vv_buf_varint(out, s->turned_off);
        }
    }
    if (flags & FLAG_INTEGER_SUM)
        vv_buf_svarint(out, (int64_t)s->sum);
    else
        vv_buf_put64(out, vv_double_bits(s->sum));
    if (flags & FLAG_SUM_LOW)
        vv_buf_put64(out, vv_double_bits(s->sum_low));
    if (flags & FLAG_M2)
        vv_buf_put64(out, vv_double_bits(s->m2));
}

vv_status vv_stats_unpack(struct vv_reader *from, enum varve_type type,
                          const struct vv_stats_frame *frame, struct varve_stats *s)
{
    *s = (struct varve_stats){0};
    s->count = vv_read_varint(from);
    s->good = vv_read_varint(from);
    s->count += s->good;
    if (!s->good)
        return from->bad ? VARVE_CORRUPT : VARVE_OK;
    unsigned flags = vv_read8(from);
    s->first_time = frame->first_time;
    s->last_time = frame->last_time;
    if (!(flags & FLAG_ENDS)) {
        s->first_time = unpack_time(from, frame->first_time);
        s->last_time = unpack_time(from, s->first_time);
    }
    if (type == VARVE_TEXT)
        return from->bad ? VARVE_CORRUPT : VARVE_OK;
    s->min = s->max = s->first = s->last = unpack_number(from, type);
    s->min_time = s->max_time = s->first_time;
    if (!(flags & FLAG_FLAT)) {
        s->max = unpack_number(from, type);
        s->first = unpack_number(from, type);
        s->last = unpack_number(from, type);
        s->min_time = unpack_time(from, s->first_time);
        s->max_time = unpack_time(from, s->first_time);
        if (type == VARVE_BOOL) {
            s->turned_on = vv_read_varint(from);
            s->turned_off = vv_read_varint(from);
        }
    }
    if (flags & FLAG_INTEGER_SUM)
        s->sum = (double)vv_read_svarint(from);
    else
        s->sum = vv_bits_double(vv_read64(from));
    if (flags & FLAG_SUM_LOW)
        s->sum_low = vv_bits_double(vv_read64(from));
    if (flags & FLAG_M2)
        s->m2 = vv_bits_double(vv_read64(from));
    return from->bad ? VARVE_CORRUPT : VARVE_OK;
}
