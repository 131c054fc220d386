/* values.h: values as a plant would give them, each following from (column, time, seed) alone.
 *
 * A column keeps to one manner (constant, decimals in a walk, noise, counters, extremes, …), so
 * that blocks of it meet every encoding. Threads: no state.
 */
#ifndef VALUES_H
#define VALUES_H

#include "plain.h"

struct draw {
    uint64_t state;
};
uint64_t draw_bits(struct draw *draw);
/* 0 … limit-1; 0 for a limit of 0. */
uint32_t draw_below(struct draw *draw, uint32_t limit);
/* True once in `times`. */
bool draw_once_in(struct draw *draw, uint32_t times);

#define VALUE_TEXT_MAX 4096

struct value {
    bool valid;
    int64_t i; /* INT64, BOOL */
    double d;
    uint32_t len_bytes;
    char text[VALUE_TEXT_MAX];
};

/* The value of a row in a column. */
void value_of(const struct plain_stratum *stratum, uint32_t column, int64_t time, uint64_t seed,
              struct value *value);
/* Whether a row counts in statistics. */
bool value_row_good(const struct plain_stratum *stratum, const struct plain_row *row);

#endif
