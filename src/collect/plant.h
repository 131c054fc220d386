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

struct vv_buf;
struct vv_ledger;

struct vv_plant_counts {
    size_t added, changed, removed;
};

/* `report` (may be null) is told of each change: '+', '~' or '-', and a line about it. With
 * `dry_run` nothing is kept; else what was done stands in the journal. */
vv_status vv_plant_apply(struct vv_ledger *ledger, const char *path, bool dry_run,
                         void (*report)(void *arg, char sign, const char *text), void *arg,
                         struct vv_plant_counts *counts, vv_error *err);

/* A plant file that came as text. */
struct vv_plant_text {
    const char *text;
    size_t len_bytes;
    const char *name;   /* for errors */
    const char *origin; /* for the journal: where it came from */
};
/* The same of it. */
vv_status vv_plant_apply_text(struct vv_ledger *ledger, const struct vv_plant_text *text,
                              bool dry_run, void (*report)(void *arg, char sign, const char *text),
                              void *arg, struct vv_plant_counts *counts, vv_error *err);
/* The ledger's plant as a plant file, which changes nothing when it is applied to it again. What a
 * plant file cannot hold (points that are not read from a device, devices of the dictionary's own
 * types…) is named in comments at its beginning. CONFLICT where two things of one kind have the
 * same name. */
vv_status vv_plant_export(struct vv_ledger *ledger, struct vv_buf *out, vv_error *err);
/* Only reads the file and checks it by itself. */
vv_status vv_plant_check(const char *path, vv_error *err);
/* Whether the ledger has no connection, device or point yet. */
vv_status vv_plant_is_empty(struct vv_ledger *ledger, bool *empty, vv_error *err);

#endif
