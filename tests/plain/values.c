#include "values.h"

#include <math.h>
#include <string.h>

uint64_t draw_bits(struct draw *draw)
{
    uint64_t z = draw->state += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

uint32_t draw_below(struct draw *draw, uint32_t limit)
{
    return limit ? (uint32_t)(draw_bits(draw) % limit) : 0;
}

bool draw_once_in(struct draw *draw, uint32_t times)
{
    return draw_below(draw, times) == 0;
}

static bool is_null(uint32_t manner, int64_t time, struct draw *draw)
{
    switch (manner % 7) {
    case 2:
        return draw_once_in(draw, 3);
    case 4:
        return ((uint64_t)time >> 12) % 3 == 0;
    case 6:
        return draw_once_in(draw, 40);
    default:
        return false;
    }
}

static int64_t integer(uint32_t manner, int64_t time, struct draw *draw)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1};
    switch (manner % 6) {
    case 0:
        return 42;
    case 1:
        return time / 1000 + draw_below(draw, 3);
    case 2:
        return (int64_t)draw_bits(draw);
    case 3:
        return (int64_t)((uint64_t)time >> 14) % 11;
    case 4:
        return extremes[draw_below(draw, 6)];
    default:
        return (int64_t)(draw_bits(draw) >> draw_below(draw, 64));
    }
}

static double number(uint32_t manner, int64_t time, struct draw *draw)
{
    static const double extremes[] = {-0.0, 0.0, 5e-324, -2.5e-310, 1e300, -1e300, 1e15, 0.1};
    double hours = (double)(time % 86400000) / 3600000;
    switch (manner % 7) {
    case 0:
        return 21.5;
    case 1:
        return floor(5000 * sin(hours) + draw_below(draw, 9)) / 100;
    case 2:
        return sin(hours) + (double)draw_below(draw, 1u << 30) / 1e12;
    case 3:
        return (double)((uint64_t)time >> 13 & 7);
    case 4:
        return draw_once_in(draw, 20) ? extremes[draw_below(draw, 8)] : 0.5;
    case 5:
        return (double)(int64_t)draw_bits(draw) / 9.3e17;
    default:
        return (double)((int64_t)draw_below(draw, 200000) - 100000) / 1000;
    }
}

static uint32_t text(uint32_t manner, struct draw *draw, char *to)
{
    static const char *const words[] = {"", "run", "stop", "fault 7", "idle", "устой"};
    uint32_t len;
    switch (manner % 3) {
    case 0:
        strncpy(to, words[draw_below(draw, 6)], 16);
        return (uint32_t)strlen(to);
    case 1:
        len = draw_once_in(draw, 200) ? draw_below(draw, VALUE_TEXT_MAX) : draw_below(draw, 20);
        break;
    default:
        len = draw_below(draw, 3);
    }
    for (uint32_t i = 0; i < len; i++)
        to[i] = (char)draw_bits(draw);
    return len;
}

/* The column that tells good rows. */
static void quality(enum varve_goodness goodness, struct draw *draw, struct value *value)
{
    static const int64_t opc[] = {0, 64, 193, 216, -1, 255};
    static const char *const flags[] = {"", "U", "E", "m", "aPb", "XV", "u"};
    bool odd = draw_once_in(draw, 12);
    value->valid = !odd || !draw_once_in(draw, 4);
    if (goodness == VARVE_GOOD_OPC) {
        value->i = odd ? opc[draw_below(draw, 6)] : 192;
    } else if (goodness == VARVE_GOOD_LEVELS) {
        value->i = odd ? (int64_t)draw_below(draw, 300) : 100 + (int64_t)draw_below(draw, 3);
    } else {
        strncpy(value->text, odd ? flags[draw_below(draw, 7)] : "", 8);
        value->len_bytes = (uint32_t)strlen(value->text);
    }
}

void value_of(const struct plain_stratum *stratum, uint32_t column, int64_t time, uint64_t seed,
              struct value *value)
{
    struct draw draw = {seed ^ (column + 1) * 0xD1B54A32D192ED03ULL};
    uint32_t manner = column * 5 + column / 5;
    value->len_bytes = 0;
    if (stratum->about.goodness != VARVE_GOOD_ALL && column == stratum->about.good_column) {
        quality(stratum->about.goodness, &draw, value);
        return;
    }
    value->valid = !is_null(manner, time, &draw);
    switch (stratum->columns[column].type) {
    case VARVE_INT64:
        value->i = integer(manner, time, &draw);
        break;
    case VARVE_DOUBLE:
        value->d = number(manner, time, &draw);
        break;
    case VARVE_BOOL:
        value->i = manner % 2 ? draw_below(&draw, 2) : (uint64_t)time >> 15 & 1;
        break;
    case VARVE_TEXT:
        value->len_bytes = text(manner, &draw, value->text);
        break;
    }
}

bool value_row_good(const struct plain_stratum *stratum, const struct plain_row *row)
{
    struct value value = {0};
    if (stratum->about.goodness == VARVE_GOOD_ALL)
        return true;
    if (stratum->about.good_column < row->columns)
        value_of(stratum, stratum->about.good_column, row->time, row->seed, &value);
    switch (stratum->about.goodness) {
    case VARVE_GOOD_OPC:
        return value.valid && (value.i & 0xC0) == 0xC0;
    case VARVE_GOOD_LEVELS:
        return value.valid && value.i >= 100 && value.i <= 199;
    default:
        for (uint32_t i = 0; value.valid && i < value.len_bytes; i++)
            if (memchr("UEPVX", value.text[i], 5))
                return false;
        return true;
    }
}
