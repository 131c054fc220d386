/* seeds.h: rows that are the system's own: reserved reactions and the dictionaries.
 *
 * The ledger makes those that are missing when it is opened, and puts back the columns of them that
 * are fixed; it refuses to delete them or to change what is fixed. Texts are in the language of
 * their source, the description of the metering tables.
 *
 * Threads: everything here is constant.
 */
#ifndef VV_CATALOG_SEEDS_H
#define VV_CATALOG_SEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "catalog/value.h"

struct vv_row;

/* A cell: a text, or, where `text` is null, a number. */
struct vv_seed_cell {
    const char *column; /* null ends the list */
    const char *text;
    int64_t number;
};

#define VV_SEED_CELLS 6

struct vv_seed {
    const char *table;
    struct vv_seed_cell cells[VV_SEED_CELLS]; /* those of the key among them */
    const char *const *fixed; /* columns that nobody may change, ended by null; null for none */
};

size_t vv_seed_count(void);
const struct vv_seed *vv_seed_at(size_t index);
/* The seed with the row's key; null when the row is not one, or its key is not set. */
const struct vv_seed *vv_seed_find(const struct vv_row *row);
/* The cell of a column that is fixed; null when the column may be changed. */
const struct vv_seed_cell *vv_seed_fixed(const struct vv_seed *seed, const char *column);
/* Borrowed from the catalogue. */
struct vv_value vv_seed_value(const struct vv_seed_cell *cell);

#endif
