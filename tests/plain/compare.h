/* compare.h: what a store answers against what the plain arrays say.
 *
 * Each function tells whether they agree; where they do not, `why` says what was found first. Rows
 * are compared to the bit; count, good, min, max, first, last, times and turns of statistics
 * exactly, sums to 2^-50 of the sum of magnitudes. Nothing is changed.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "plain.h"
#include "values.h"

struct compare {
    const struct plain *plain;
    varve *store;
    varve_snapshot *snapshot; /* null: the newest state */
    struct plain_moment moment;
    char why[400];
};

/* A scan of some columns (null: all) of a series. */
bool compare_scan(struct compare *compare, uint32_t series, int64_t from, int64_t to,
                  const uint32_t *columns, uint32_t column_count);
/* An aggregate; `spec` without series, snapshot. */
bool compare_aggregate(struct compare *compare, uint32_t series,
                       const struct varve_aggregate_spec *spec);
/* The newest rows of all series. */
bool compare_newest(struct compare *compare, int64_t before);
/* Every row of every series. */
bool compare_all(struct compare *compare);
/* An aggregate whose range, column and buckets are drawn. */
bool compare_drawn_aggregate(struct compare *compare, struct draw *draw, uint32_t series);

#endif
