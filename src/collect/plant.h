/* plant.h: a plant file (docs/plant-file.md) into the ledger.
 *
 * Compares by name what the file describes with what the ledger holds, and makes the ledger equal
 * to it, all or nothing. Errors name the file's line.
 *
 * Threads: any; the ledger's writing transaction is held for the whole call.
 */
#ifndef VV_COLLECT_PLANT_H
#define VV_COLLECT_PLANT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct vv_ledger;

struct vv_plant_counts {
    size_t added, changed, removed;
};

/* `report` (may be null) is told of each change: '+', '~' or '-', and a line about it. With
 * `dry_run` nothing is kept. */
vv_status vv_plant_apply(struct vv_ledger *ledger, const char *path, bool dry_run,
                         void (*report)(void *arg, char sign, const char *text), void *arg,
                         struct vv_plant_counts *counts, vv_error *err);
/* Only reads the file and checks it by itself. */
vv_status vv_plant_check(const char *path, vv_error *err);
/* Whether the ledger has no connection, device or point yet. */
vv_status vv_plant_is_empty(struct vv_ledger *ledger, bool *empty, vv_error *err);

#endif
