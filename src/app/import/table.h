/* table.h: CSV into a documented table by its own column names (`varve import --table`).
 *
 * A ledger table's rows are created, or changed where their keys are there, all in one transaction
 * and with entries in the journal. A stratum's rows (docs/strata.md) are stored a chunk at a time,
 * each whole or not at all: any number of them, and after an error those of earlier chunks stand,
 * which a second try replaces. Into a directory, or through a server.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_IMPORT_TABLE_H
#define VV_APP_IMPORT_TABLE_H

#include <stdbool.h>

#include "app/import/report.h"
#include "app/target.h"

struct vv_import_table_options {
    const char *table;
    const char *history; /* of a stratum; null: where its rows go by themselves */
    char *const *files;
    size_t file_count;
    bool dry_run; /* a ledger table only: everything but the commit */
};

struct vv_import_table_summary {
    uint64_t rows; /* stored: created, changed or the same */
    uint64_t created, changed;
    bool ledger;
};

/* BAD_NAME or NOT_FOUND for the table, and whatever reading and storing give; a bad row is named by
 * file and line. */
vv_status vv_import_table(const struct vv_import_table_options *options,
                          const struct vv_target *target, struct vv_import_report *report,
                          struct vv_import_table_summary *summary, vv_error *err);

#endif
