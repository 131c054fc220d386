#include "native/stats.h"

#include <math.h>

#include "native/rows.h"

#include "base/banned.h"

/* Rows that are looked at together; also how m2 is built up, so that it comes out the same when the
 * statistics of a block are made anew. */
#define STRETCH 1024
#define LANES   8

struct pair {
    double high, low;
};

/* Knuth's exact sum: high + low is a + b. */
static inline struct pair two_sum(double a, double b)
{
    double s = a + b, t = s - a;
    return (struct pair){s, (a - (s - t)) + (b - t)};
}

static inline struct pair pair_add(struct pair a, struct pair b)
{
    struct pair s = two_sum(a.high, b.high);
    if (!isfinite(s.high))
        return (struct pair){s.high, 0};
    return two_sum(s.high, s.low + a.low + b.low);
}

static bool less(union varve_number a, union varve_number b, enum varve_type type)
{
    return type == VARVE_DOUBLE ? a.d < b.d : a.i < b.i;
}

void varve_stats_merge(struct varve_stats *into, const struct varve_stats *later,
                       enum varve_type type)
{
    into->count += later->count;
    if (!later->good)
        return;
    if (!into->good) {
        uint64_t count = into->count;
        *into = *later;
        into->count = count;
        return;
    }
    uint64_t na = into->good, nb = later->good;
    into->good = na + nb;
    into->last_time = later->last_time;
    if (type == VARVE_TEXT)
        return;
    if (less(later->min, into->min, type)) {
        into->min = later->min;
        into->min_time = later->min_time;
    }
    if (less(into->max, later->max, type)) {
        into->max = later->max;
        into->max_time = later->max_time;
    }
    if (type == VARVE_BOOL) {
        into->turned_on += later->turned_on + (!into->last.i && later->first.i);
        into->turned_off += later->turned_off + (into->last.i && !later->first.i);
    }
    into->last = later->last;

    double a = (double)na, b = (double)nb;
    double apart = (later->sum / b - into->sum / a) + (later->sum_low / b - into->sum_low / a);
    into->m2 += later->m2 + apart * apart * (a * b / (a + b));
    struct pair sum = pair_add((struct pair){into->sum, into->sum_low},
                               (struct pair){later->sum, later->sum_low});
    into->sum = sum.high;
    into->sum_low = sum.low;
}

/* ---- one stretch of good values, densely ---- */

static void stretch_doubles(struct varve_stats *stats, const double *v, uint32_t n,
                            uint32_t *min_at, uint32_t *max_at)
{
    double high[LANES] = {0}, low[LANES] = {0}, least[LANES], most[LANES], m2[LANES] = {0};
    uint32_t i = 0;

    for (unsigned l = 0; l < LANES; l++)
        least[l] = most[l] = v[0];
    for (; i + LANES <= n; i += LANES)
        for (unsigned l = 0; l < LANES; l++) {
            double x = v[i + l], s = high[l] + x, t = s - high[l];
            low[l] += (high[l] - (s - t)) + (x - t);
            high[l] = s;
            least[l] = x < least[l] ? x : least[l];
            most[l] = x > most[l] ? x : most[l];
        }
    struct pair sum = {0, 0};
    for (unsigned l = 0; l < LANES; l++) {
        sum = pair_add(sum, (struct pair){high[l], low[l]});
        least[0] = least[l] < least[0] ? least[l] : least[0];
        most[0] = most[l] > most[0] ? most[l] : most[0];
    }
    for (; i < n; i++) {
        sum = pair_add(sum, (struct pair){v[i], 0});
        least[0] = v[i] < least[0] ? v[i] : least[0];
        most[0] = v[i] > most[0] ? v[i] : most[0];
    }
    double mean = sum.high / n;
    for (i = 0; i + LANES <= n; i += LANES)
        for (unsigned l = 0; l < LANES; l++)
            m2[l] += (v[i + l] - mean) * (v[i + l] - mean);
    for (; i < n; i++)
        m2[0] += (v[i] - mean) * (v[i] - mean);
    for (unsigned l = 1; l < LANES; l++)
        m2[0] += m2[l];

    while (*min_at + 1 < n && v[*min_at] != least[0])
        ++*min_at;
    while (*max_at + 1 < n && v[*max_at] != most[0])
        ++*max_at;
    stats->min.d = v[*min_at];
    stats->max.d = v[*max_at];
    stats->first.d = v[0];
    stats->last.d = v[n - 1];
    stats->sum = sum.high;
    stats->sum_low = sum.low;
    stats->m2 = m2[0];
}

static void stretch_ints(struct varve_stats *stats, const int64_t *v, uint32_t n, uint32_t *min_at,
                         uint32_t *max_at)
{
    int64_t least = v[0], most = v[0], high = 0;
    uint64_t low = 0;

    /* Halves, so that the sum of a stretch is exact. */
    for (uint32_t i = 0; i < n; i++) {
        high += v[i] >> 32;
        low += (uint64_t)v[i] & 0xffffffffu;
        least = v[i] < least ? v[i] : least;
        most = v[i] > most ? v[i] : most;
    }
    struct pair sum = two_sum((double)high * 4294967296.0, (double)low);
    double mean = sum.high / n, m2 = 0;
    for (uint32_t i = 0; i < n; i++)
        m2 += ((double)v[i] - mean) * ((double)v[i] - mean);

    while (v[*min_at] != least)
        ++*min_at;
    while (v[*max_at] != most)
        ++*max_at;
    stats->min.i = least;
    stats->max.i = most;
    stats->first.i = v[0];
    stats->last.i = v[n - 1];
    stats->sum = sum.high;
    stats->sum_low = sum.low;
    stats->m2 = m2;
}

static void stretch_bools(struct varve_stats *stats, const uint8_t *v, uint32_t n, uint32_t *min_at,
                          uint32_t *max_at)
{
    uint32_t on = 0, turned_on = 0, turned_off = 0;

    for (uint32_t i = 0; i < n; i++)
        on += v[i];
    for (uint32_t i = 1; i < n; i++) {
        turned_on += v[i] > v[i - 1];
        turned_off += v[i] < v[i - 1];
    }
    stats->min.i = on == n;
    stats->max.i = on > 0;
    while (v[*min_at] != stats->min.i)
        ++*min_at;
    while (v[*max_at] != stats->max.i)
        ++*max_at;
    stats->first.i = v[0];
    stats->last.i = v[n - 1];
    stats->turned_on = turned_on;
    stats->turned_off = turned_off;
    stats->sum = on;
    stats->m2 = (double)on * (n - on) / n;
}

/* Which of up to 64 rows from `at` count; `at` may be any row. */
static uint64_t window(const uint64_t *bits, uint32_t at, uint32_t n)
{
    if (!bits)
        return ~0ULL;
    uint64_t low = bits[at >> 6] >> (at & 63);
    if ((at & 63) && (at & 63) + n > 64)
        low |= bits[(at >> 6) + 1] << (64 - (at & 63));
    return low;
}

/* Copies the values and row numbers of the good rows; returns how many. */
static uint32_t gather(const struct varve_vector *vector, const uint64_t *good, uint32_t begin,
                       uint32_t end, void *values, uint32_t *rows)
{
    uint32_t n = 0;

    for (uint32_t at = begin; at < end; at += 64) {
        uint32_t few = end - at < 64 ? end - at : 64;
        uint64_t mask = window(vector->valid, at, few) & window(good, at, few);
        if (few < 64)
            mask &= (1ULL << few) - 1;
        for (; mask; mask &= mask - 1) {
            uint32_t row = at + (uint32_t)__builtin_ctzll(mask);
            rows[n] = row;
            if (vector->type == VARVE_BOOL)
                ((uint8_t *)values)[n] = ((const uint8_t *)vector->data)[row];
            else if (vector->type != VARVE_TEXT)
                ((uint64_t *)values)[n] = ((const uint64_t *)vector->data)[row];
            n++;
        }
    }
    return n;
}

static void stretch_add(struct varve_stats *stats, const struct varve_vector *vector,
                        const int64_t *times, const uint64_t *good, uint32_t begin, uint32_t end)
{
    struct varve_stats one = {.count = end - begin};
    uint64_t values[STRETCH];
    uint32_t rows[STRETCH], n = end - begin, min_at = 0, max_at = 0;
    size_t width = vector->type == VARVE_BOOL ? 1 : 8;
    const void *dense = NULL;
    bool whole = !vector->valid && !good;

    if (vector->data && whole && vector->type != VARVE_TEXT)
        dense = (const uint8_t *)vector->data + begin * width;
    else if (vector->data && !whole) {
        n = gather(vector, good, begin, end, values, rows);
        dense = values;
    }
    one.good = vector->data ? n : 0;
    if (one.good) {
        if (vector->type == VARVE_DOUBLE)
            stretch_doubles(&one, dense, n, &min_at, &max_at);
        else if (vector->type == VARVE_INT64)
            stretch_ints(&one, dense, n, &min_at, &max_at);
        else if (vector->type == VARVE_BOOL)
            stretch_bools(&one, dense, n, &min_at, &max_at);
        one.min_time = times[whole ? begin + min_at : rows[min_at]];
        one.max_time = times[whole ? begin + max_at : rows[max_at]];
        one.first_time = times[whole ? begin : rows[0]];
        one.last_time = times[whole ? end - 1 : rows[n - 1]];
    }
    varve_stats_merge(stats, &one, vector->type);
}

void vv_stats_add(struct varve_stats *stats, const struct varve_vector *vector,
                  const int64_t *times, const uint64_t *good, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at < end; at += STRETCH)
        stretch_add(stats, vector, times, good, at, end - at < STRETCH ? end : at + STRETCH);
}

bool vv_stats_equal(const struct varve_stats *a, const struct varve_stats *b, enum varve_type type)
{
    if (a->count != b->count || a->good != b->good)
        return false;
    if (!a->good)
        return true;
    if (a->first_time != b->first_time || a->last_time != b->last_time)
        return false;
    if (type == VARVE_TEXT)
        return true;
    return a->min.i == b->min.i && a->max.i == b->max.i && a->first.i == b->first.i &&
           a->last.i == b->last.i && a->min_time == b->min_time && a->max_time == b->max_time &&
           vv_double_bits(a->sum) == vv_double_bits(b->sum) &&
           vv_double_bits(a->sum_low) == vv_double_bits(b->sum_low) &&
           vv_double_bits(a->m2) == vv_double_bits(b->m2) && a->turned_on == b->turned_on &&
           a->turned_off == b->turned_off;
}

/* ---- which rows are good ---- */

static bool integer_good(enum varve_goodness rule, int64_t q)
{
    return rule == VARVE_GOOD_OPC ? (q & 0xC0) == 0xC0 : q >= 100 && q <= 199;
}

static bool flags_good(const struct varve_text *flags)
{
    for (uint32_t i = 0; i < flags->len_bytes; i++)
        if (memchr("UEPVX", flags->data[i], 5))
            return false;
    return true;
}

bool vv_good_mask(const struct varve_stratum *stratum, const struct varve_vector *quality,
                  uint32_t count, uint64_t *good)
{
    bool bad = false;

    if (stratum->goodness == VARVE_GOOD_ALL)
        return false;
    memset(good, 0, ((size_t)count + 63) / 64 * 8);
    for (uint32_t i = 0; i < count; i++) {
        bool here;
        bool known = quality->data && vv_bit(quality->valid, i);
        if (stratum->goodness == VARVE_GOOD_FLAGS)
            here = !known || flags_good((const struct varve_text *)quality->data + i);
        else
            here = known && integer_good(stratum->goodness, ((const int64_t *)quality->data)[i]);
        good[i >> 6] |= (uint64_t)here << (i & 63);
        bad |= !here;
    }
    return bad;
}
