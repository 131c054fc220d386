/* workload.h: random operations on a store, each noted in the plain arrays as well.
 *
 * Everything is drawn from one seed: the strata, the options of each opening, the operations. An
 * operation that the store refuses with an error that only means "not now" (BUSY) is as if it had
 * not been asked for; any other error is handed to the caller, with the change still noted in the
 * plain arrays: whether it counts is for the caller to find out.
 *
 * Threads: a workload belongs to one; the store's own threads may run.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include "base/io.h"
#include "compare.h"
#include "plain.h"
#include "values.h"

#define HELD_MAX 3

struct held {
    varve_snapshot *snapshot;
    struct plain_moment moment;
};

struct workload {
    const struct vv_io *io;
    char path[200];
    struct draw draw;
    struct plain plain;
    varve *store;
    varve_batch *batch;
    struct held held[HELD_MAX];
    struct varve_options options;
    int only_sync;   /* the sync mode of each opening; negative: drawn */
    bool background; /* the store's threads may be on */
    bool small;      /* batches of a few rows, no wide ones: for thousands of short runs */
    uint64_t synced; /* up to here the store has said that all is durable */
    char why[500];
};

enum step {
    STEP_DONE,
    STEP_FAILED, /* the store gave an error: `why`; the change is still noted */
    STEP_WRONG   /* the store and the plain arrays differ: `why` */
};

/* Draws strata and series. io and path are borrowed. */
void workload_begin(struct workload *w, const struct vv_io *io, const char *path, uint64_t seed);
void workload_end(struct workload *w);

/* Opens the store with drawn options. Nothing is defined in it. */
enum step workload_open(struct workload *w);
/* Closes held snapshots, batch and store. */
enum step workload_close(struct workload *w);
/* Gives the store up as a kill would. */
void workload_abandon(struct workload *w);
/* After opening: learns the ids of series and the columns of strata. WRONG when rows that count
 * are of series or columns that the store does not know. */
enum step workload_learn(struct workload *w);
/* Defines all strata, as wide as they have been, and the series that rows were written to. */
enum step workload_define(struct workload *w);

/* One operation that changes something: append, delete, prune, flush, merge, sync, a new column. */
enum step workload_write(struct workload *w);
/* One question, or a snapshot taken, asked, given back. */
enum step workload_ask(struct workload *w);
/* Every row, newest rows, and some aggregates of every series. */
enum step workload_check(struct workload *w);

#endif
