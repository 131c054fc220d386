/* draw_test.h: vectors and rows drawn at random for the property tests of this folder.
 *
 * All from one seed (VV_SEED in the environment, else a fixed one), which a failing test prints.
 */
#ifndef VV_NATIVE_DRAW_TEST_H
#define VV_NATIVE_DRAW_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "native/rows.h"
#include "varve.h"

struct draw {
    uint64_t state;
};

static inline uint64_t draw_bits(struct draw *d)
{
    uint64_t z = d->state += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

static inline uint32_t draw_below(struct draw *d, uint32_t limit)
{
    return (uint32_t)(draw_bits(d) % limit);
}

static inline struct draw draw_seeded(void)
{
    const char *text = getenv("VV_SEED");
    struct draw d = {text ? strtoull(text, NULL, 0) : 20241105};
    printf("VV_SEED=%llu\n", (unsigned long long)d.state);
    return d;
}

static inline void *draw_room(struct vv_arena *arena, size_t size_bytes)
{
    void *room = vv_arena_zero(arena, size_bytes + 1);
    if (!room)
        abort();
    return room;
}

static inline int64_t draw_integer(struct draw *d, unsigned pattern, int64_t before, uint32_t i)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1};
    switch (pattern % 8) {
    case 0:
        return 192;
    case 1:
        return 1730764800000 + 1000 * (int64_t)i + draw_below(d, 20);
    case 2:
        return (int64_t)draw_bits(d);
    case 3:
        return before + (draw_below(d, 100) ? 0 : (int64_t)draw_below(d, 9));
    case 4:
        return extremes[draw_below(d, 6)];
    case 5:
        return (int64_t)draw_below(d, 5) * 1000000007;
    case 6:
        return (int64_t)((uint64_t)before - 3 + draw_below(d, 5));
    default:
        return (int64_t)(draw_bits(d) >> draw_below(d, 64));
    }
}

static inline double draw_double(struct draw *d, unsigned pattern, double before)
{
    static const double extremes[] = {-0.0, 0.0, 5e-324, -2.5e-310, 1e308, -1e308, 1e15, 0.1};
    static const double units[] = {1, 10, 100, 1000};
    double unit = units[pattern / 8 % 4];
    switch (pattern % 8) {
    case 0:
        return 21.5;
    case 1:
        return (double)((int64_t)(before * unit + (before < 0 ? -0.5 : 0.5)) +
                        (int64_t)draw_below(d, 41) - 20) /
               unit;
    case 2: {
        double v = vv_bits_double(draw_bits(d));
        return v - v == 0 ? v : 1.0;
    }
    case 3:
        return draw_below(d, 60) ? before : (double)draw_below(d, 10000) / 100;
    case 4:
        return extremes[draw_below(d, 8)];
    case 5:
        return (double)draw_below(d, 4) * 0.30000000000000004;
    case 6:
        return draw_below(d, 50) ? (double)draw_below(d, 100000) / 1000 : -0.0;
    default:
        return (double)(int64_t)draw_bits(d) / 9.3e17;
    }
}

static inline struct varve_text draw_text(struct draw *d, struct vv_arena *arena, unsigned pattern)
{
    static const char *const words[] = {"", "run", "stop", "fault 7", "idle", "\0\1x"};
    uint32_t len;
    if (pattern % 4 == 0)
        return (struct varve_text){words[1], 3};
    if (pattern % 4 == 1) {
        uint32_t w = draw_below(d, 6);
        return (struct varve_text){words[w], w == 5 ? 3 : (uint32_t)strlen(words[w])};
    }
    len = pattern % 4 == 2 ? draw_below(d, 20) : draw_below(d, 3);
    char *text = draw_room(arena, len);
    for (uint32_t i = 0; i < len; i++)
        text[i] = (char)draw_bits(d);
    return (struct varve_text){text, len};
}

/* `pattern` chooses what the values and the nulls look like. */
static inline struct varve_vector draw_vector(struct draw *d, struct vv_arena *arena,
                                              enum varve_type type, uint32_t count,
                                              unsigned pattern)
{
    struct varve_vector v = {.type = type};
    unsigned nulls = draw_below(d, 4);
    uint64_t *valid = draw_room(arena, (count + 63) / 64 * 8);
    int64_t *ints = draw_room(arena, count * sizeof(struct varve_text));

    for (uint32_t i = 0; i < count; i++) {
        if (type == VARVE_INT64)
            ints[i] = draw_integer(d, pattern, i ? ints[i - 1] : 0, i);
        else if (type == VARVE_DOUBLE)
            ((double *)ints)[i] = draw_double(d, pattern, i ? ((double *)ints)[i - 1] : 50);
        else if (type == VARVE_BOOL)
            ((uint8_t *)ints)[i] = (uint8_t)(pattern % 2 ? draw_below(d, 2) : i / 100 % 2);
        else
            ((struct varve_text *)ints)[i] = draw_text(d, arena, pattern);
        bool null = nulls == 1 ? !draw_below(d, 3) : nulls == 2 ? i / 50 % 2 : nulls == 3;
        valid[i / 64] |= (uint64_t)!null << i % 64;
    }
    if (nulls == 3 && draw_below(d, 2))
        return v;
    v.data = ints;
    v.valid = nulls ? valid : NULL;
    return v;
}

static inline bool draw_same(const struct varve_vector *a, uint32_t i, const struct varve_vector *b,
                             uint32_t j)
{
    bool known = a->data && vv_bit(a->valid, i);
    if (known != (b->data && vv_bit(b->valid, j)))
        return false;
    if (!known)
        return true;
    if (a->type == VARVE_BOOL)
        return ((const uint8_t *)a->data)[i] == ((const uint8_t *)b->data)[j];
    if (a->type != VARVE_TEXT)
        return ((const uint64_t *)a->data)[i] == ((const uint64_t *)b->data)[j];
    const struct varve_text *x = (const struct varve_text *)a->data + i;
    const struct varve_text *y = (const struct varve_text *)b->data + j;
    return x->len_bytes == y->len_bytes &&
           (!x->len_bytes || !memcmp(x->data, y->data, x->len_bytes));
}

/* The same rows, whatever stands where there is null. */
static inline bool draw_same_rows(const struct varve_rows *a, uint32_t i,
                                  const struct varve_rows *b, uint32_t j)
{
    if (a->times[i] != b->times[j] || (a->subs ? a->subs[i] : 0) != (b->subs ? b->subs[j] : 0))
        return false;
    for (uint32_t c = 0; c < a->column_count; c++)
        if (!draw_same(a->columns + c, i, b->columns + c, j))
            return false;
    return true;
}

#endif
