/* strata.h: rows of the documented strata that are no tag history, by the names of the catalogue.
 *
 * Trend, Trend0, Trend2, the frames and cycles (dcop_collect_…), the events (dcop_event_…) and the
 * pre-processed windows (ScadaTagPreProcessed_{ProviderId}_{minutes}_{yyyyMM}) stand in native
 * stores, each in a stratum of its own name. A row is that of the catalogue; which of its columns
 * make the key and which are computed from it is in strata_map.c.
 *
 *     vv_strata_batch_new(set, "dcop_collect_bt", NULL, &batch, &err);
 *     vv_strata_batch_add(batch, &row, &err);                  any number of times
 *     vv_strata_batch_append(batch, &sequence, &err);          all of them or none
 *     vv_strata_batch_free(batch);
 *
 * Where rows go unless a history is named: Trend, Trend0 and Trend2 to the history of the point, if
 * its layout is TREND, else to the first history of that layout; windows to the history of their
 * ProviderId; all others to the first native history.
 *
 * Threads: a batch or a scan belongs to one thread at a time, any number of them run side by side.
 */
#ifndef VV_HISTORY_STRATA_H
#define VV_HISTORY_STRATA_H

#include "base/error.h"
#include "catalog/row.h"
#include "history/history.h"

struct vv_strata_batch;
struct vv_strata_scan;

/* The description of a stratum by its documented name; vv_row_init of its rows wants it. NOT_FOUND
 * names those that there are; UNSUPPORTED for tag history, whose rows are samples (history.h), and
 * for a name that stands for many tables. */
vv_status vv_strata_table(const char *name, const struct vv_table **table, vv_error *err);

/* `history` is null or "" for where the table's rows go by themselves. NOT_FOUND also when there is
 * no history that can hold the table; READ_ONLY. */
vv_status vv_strata_batch_new(struct vv_history_set *set, const char *table, const char *history,
                              struct vv_strata_batch **batch, vv_error *err);
/* Null is allowed. */
void vv_strata_batch_free(struct vv_strata_batch *batch);

/* Whom to tell what became of rows of Trend: samples of their points' tags, after they are
 * acknowledged, before vv_strata_batch_append returns (the live table). Rows of points that have no
 * tag yet, and of other tables, are told nobody. */
void vv_strata_batch_tell(struct vv_strata_batch *batch,
                          void (*stored)(void *arg, const struct vv_stored *rows, size_t count),
                          void *arg);
/* Adds a row (copied). Key columns that can be told from others may be unset, and are set in the
 * row: VsPrimaryKey, or tool_id, claim_time and code_name from it; unset columns with a default get
 * it. Times are floored to the table's unit. The errors name table, row (row->number) and column:
 * BAD_VALUE, BAD_TYPE, BAD_NAME, BAD_TIME (before 1970 or more than a day ahead); TOO_MANY for a
 * new series beyond new_series_per_hour; LIMIT when the batch is full (VARVE_BATCH_MAX bytes): what
 * is in it stays, and may be appended. */
vv_status vv_strata_batch_add(struct vv_strata_batch *batch, struct vv_row *row, vv_error *err);
/* Rows in it, and the bytes that they take of VARVE_BATCH_MAX. */
size_t vv_strata_batch_rows(const struct vv_strata_batch *batch);
size_t vv_strata_batch_bytes(const struct vv_strata_batch *batch);
/* Stores all rows or none, in one atomic step for each history that they go to (one, except for
 * Trend rows of points of several). A row with the key of an earlier one replaces it. The batch is
 * empty again. Errors as varve_append. */
vv_status vv_strata_batch_append(struct vv_strata_batch *batch, uint64_t *sequence, vv_error *err);

struct vv_strata_scan_spec {
    const char *table;
    const char *history;    /* null: where the table's rows go by themselves */
    const char *key;        /* tool_id, or ObjId or TagId in digits */
    const char *code;       /* events: code_name; else null */
    int64_t from_ms, to_ms; /* from <= time < to */
};

/* Opens a scan over one series; one that is not there has no rows. The set must outlive it. */
vv_status vv_strata_scan_open(struct vv_history_set *set, const struct vv_strata_scan_spec *spec,
                              struct vv_strata_scan **scan, vv_error *err);
/* The next row in order of time, with all columns set; END. The row belongs to the scan and lives
 * until the next call. CORRUPT where rows are damaged: at the end, so that all others are given. */
vv_status vv_strata_scan_next(struct vv_strata_scan *scan, const struct vv_row **row,
                              vv_error *err);
/* Null is allowed. */
void vv_strata_scan_close(struct vv_strata_scan *scan);

#endif
