/* twin.h: a store and the plain array that it must equal.
 *
 * A twin holds six series in two strata, each a row of cells (time slot, sub). Every write carries
 * an id of its own, from which all values of its row follow, so that a row that was read tells
 * which write it came from, and whether any value of it is wrong. Beside what a cell must show now
 * the array knows what it may show after the power went: an operation that failed may or may not
 * have happened, one that was not synced may be lost.
 *
 * Failures end the program with the seed and the place: call twin_context first.
 *
 * Threads: belongs to one thread.
 */
#ifndef TESTS_MODEL_TWIN_H
#define TESTS_MODEL_TWIN_H

#include "base/io.h"
#include "varve.h"

#define TWIN_SERIES   6 /* 0 … 2 of the narrow stratum (milliseconds), 3 … 5 of the wide one (s) */
#define TWIN_SLOTS    512
#define TWIN_SUBS     2
#define TWIN_POSSIBLE 12
#define TWIN_PLACES   65536 /* writes whose cell is remembered */

struct twin_cell {
    uint32_t now;                     /* id of the write that it shows, 0: no row */
    uint32_t possible[TWIN_POSSIBLE]; /* ids that it may show after the power went */
    uint32_t failed[TWIN_POSSIBLE]; /* of these: writes that failed behind the last that did not */
    uint8_t possible_count, failed_count;
};

struct twin {
    const struct vv_io *io;
    const char *path;
    struct varve_options options;
    uint64_t random;
    varve *store;
    uint32_t ids[TWIN_SERIES]; /* the store's ids of the series */
    uint32_t next_write;
    int cursor[TWIN_SERIES]; /* slot where rows in order go on */
    /* Slots before these are pruned, and may be: by stratum. */
    int pruned[2], maybe_pruned[2];
    struct twin_cell cells[TWIN_SERIES][TWIN_SLOTS][TWIN_SUBS];
    uint64_t operations, failures;
    uint32_t places[TWIN_PLACES]; /* of each write: its cell's number + 1 */
};

static inline uint32_t twin_cell_number(int series, int slot, int sub)
{
    return (uint32_t)((series * TWIN_SLOTS + slot) * TWIN_SUBS + sub);
}

/* What a failure prints: the program's name and how to repeat it. */
void twin_context(const char *format, ...) VARVE_PRINTF(1, 2);
void twin_fail(const char *format, ...) VARVE_PRINTF(1, 2) __attribute__((noreturn));

void twin_init(struct twin *twin, const struct vv_io *io, const char *path, uint64_t seed);
uint64_t twin_draw(struct twin *twin, uint64_t bound);

/* Opens the store and defines the strata and series. The array is left as it is. */
vv_status twin_open(struct twin *twin, vv_error *err);

/* What one operation is to be. */
enum twin_operation {
    TWIN_APPEND,
    TWIN_DELETE,
    TWIN_PRUNE,
    TWIN_FLUSH,
    TWIN_MERGE,
    TWIN_SYNC,
    TWIN_OPERATIONS
};

/* Does one, drawn by weight, on the store and in the array; what fails is counted, and noted as
 * perhaps having happened. */
void twin_step(struct twin *twin);
vv_status twin_do(struct twin *twin, enum twin_operation operation);

/* What the store shows of a series, as ids. Fails when a row has a wrong value, or stands where it
 * was never written; returns how many stretches the scan named as lost. */
size_t twin_read(struct twin *twin, int series, uint32_t (*ids)[TWIN_SUBS]);
/* Every series as the store shows it equals the array; what a failed prune would have hidden may be
 * hidden: its mark may be in the manifest, and doing it again is no harm. */
void twin_verify(struct twin *twin);
/* Aggregates of random ranges, and the newest rows, equal those of the array. */
void twin_verify_answers(struct twin *twin);
/* After the power went and the store was opened again: every cell shows something that it may show,
 * and that is what it shows from now on. With `strict`, as after a plain end of the process: what
 * was answered with OK is there although it was not synced. */
void twin_settle(struct twin *twin, bool strict);
/* vv_store_check finds no damage. */
void twin_check(struct twin *twin);

/* ---- rows.c: what follows from a write's id ---- */

#define TWIN_COLUMNS_MAX 12

struct twin_row {
    int64_t time;
    uint32_t sub;
    uint32_t id;
};

const struct varve_stratum *twin_stratum(int which);
int64_t twin_time(int series, int slot);
int twin_slot(int series, int64_t time); /* -1 for a time that no slot has */
/* Adds rows of one series to a batch. */
vv_status twin_add(varve_batch *batch, const struct twin *twin, int series,
                   const struct twin_row *rows, uint32_t count, vv_error *err);
/* The id that row `i` of scanned rows (all columns) came from; fails when a value of it is wrong.
 */
uint32_t twin_id_of(int series, const struct varve_rows *rows, uint32_t i);
/* Of the narrow stratum: its value, false when it is null; and whether the row is good. */
bool twin_value(uint32_t id, double *value);
bool twin_good(uint32_t id);

#endif
