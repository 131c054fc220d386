/* plain.h: what a store should hold, as plain arrays: the model that the real one is held against.
 *
 * Every append, deletion and prune that the store acknowledged is an entry under its sequence. What
 * a series shows at some moment is worked out from all of its entries, by the definitions of
 * varve.h and nothing else. Values are not kept: they follow from (column, time, seed).
 *
 * A change is noted first (plain_note_...), and then either counts (plain_take) or does not
 * (plain_forget); between the two it is what is known of a change that was in flight when the power
 * went. Memory is malloc's, so that failing allocations of the store do not reach it; without
 * memory it aborts. Belongs to one thread.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include "varve.h"

#define PLAIN_STRATA  4
#define PLAIN_COLUMNS 380
#define PLAIN_NO_ID   UINT32_MAX

struct plain_entry {
    int64_t time;  /* of a row; first of a deletion */
    int64_t until; /* of a deletion: the end, not included */
    uint64_t seed;
    uint64_t sequence;
    uint32_t sub;
    uint32_t columns; /* of a row: how many were given */
    bool deletion;
};

struct plain_series {
    uint32_t stratum;
    uint32_t id; /* in the store, PLAIN_NO_ID when it has none */
    unsigned char key[40];
    size_t key_bytes;
    struct plain_entry *entries;
    size_t count, room;
    int64_t newest; /* where rows in order go on */
    uint64_t step;  /* about how far apart they are */
};

struct plain_stratum {
    struct varve_stratum about; /* as the store knows it by now */
    struct varve_column columns[PLAIN_COLUMNS];
    char names[PLAIN_COLUMNS][8];
    uint32_t id;
    uint32_t columns_most; /* it may be extended up to here */
    int64_t pruned;        /* rows before are hidden; INT64_MIN at first */
};

struct plain_noted {
    uint32_t series;
    struct plain_entry entry;
};

struct plain {
    struct plain_stratum strata[PLAIN_STRATA];
    uint32_t strata_count;
    struct plain_series *series;
    uint32_t series_count;
    uint64_t sequence; /* of the newest change that counts */
    struct plain_noted *noted;
    size_t noted_count, noted_room;
    bool noted_prune;
    uint32_t prune_stratum;
    int64_t prune_before;
};

/* What was there at some moment. */
struct plain_moment {
    uint64_t sequence;
    int64_t pruned[PLAIN_STRATA];
    uint32_t columns[PLAIN_STRATA];
};

/* One row as the store should show it. */
struct plain_row {
    int64_t time;
    uint32_t sub;
    uint32_t columns;
    uint64_t seed;
};

void plain_init(struct plain *plain);
void plain_deinit(struct plain *plain);
uint32_t plain_add_series(struct plain *plain, uint32_t stratum, const void *key, size_t key_bytes);

void plain_note_row(struct plain *plain, uint32_t series, int64_t time, uint32_t sub,
                    uint32_t columns, uint64_t seed);
void plain_note_deletion(struct plain *plain, uint32_t series, int64_t from, int64_t to);
void plain_note_prune(struct plain *plain, uint32_t stratum, int64_t before);
/* What was noted counts, as one change of that sequence. */
void plain_take(struct plain *plain, uint64_t sequence);
void plain_forget(struct plain *plain);
/* Changes above the sequence never were (prunes stay: they are no part of the log). */
void plain_rewind(struct plain *plain, uint64_t sequence);

struct plain_moment plain_now(const struct plain *plain);
/* The rows of a series in [from, to), each key once, in order; `*rows` is freed by the caller. */
size_t plain_settle(const struct plain *plain, uint32_t series, const struct plain_moment *moment,
                    int64_t from, int64_t to, struct plain_row **rows);

#endif
