/* rows.h: rows of the plain arrays as the vectors that a batch takes.
 *
 * Threads: no state; what is made belongs to the caller.
 */
#ifndef MODEL_ROWS_H
#define MODEL_ROWS_H

#include "plain.h"
#include "values.h"

struct made_rows {
    struct varve_rows rows;
    int64_t *times;
    uint32_t *subs;
    struct varve_vector *columns;
    void **memory; /* all of it, for made_rows_free */
    size_t memory_count;
};

/* Vectors for `count` rows of a stratum, the first `columns` columns. `subs` are left out when all
 * are 0 and bitmaps when nothing is null, at times. */
void made_rows_new(struct made_rows *made, const struct plain_stratum *stratum, uint32_t series_id,
                   const struct plain_row *rows, uint32_t count, uint32_t columns);
void made_rows_free(struct made_rows *made);

#endif
