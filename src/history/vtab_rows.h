/* vtab_rows.h: the rows of one series in a time range, one after the other, either way.
 *
 * Upwards it is one scan. Downwards it goes window by window from the end: the newest row is found
 * first, so that the first row costs no more than that; the windows grow while they hold little.
 *
 * Threads: one at a time. Private to src/history.
 */
#ifndef VV_HISTORY_VTAB_ROWS_H
#define VV_HISTORY_VTAB_ROWS_H

#include "base/error.h"
#include "varve.h"

struct vv_vtab_rows_spec {
    varve *store;
    varve_snapshot *moment; /* borrowed */
    uint32_t series;
    int64_t from, to;        /* from <= time < to */
    const uint32_t *columns; /* native indexes; borrowed while it is open; may be empty */
    uint32_t column_count;
    bool reverse;
    /* Asked now and then; true: CANCELLED. May be null. */
    bool (*stop)(void *arg);
    void *stop_arg;
};

struct vv_vtab_rows {
    struct vv_vtab_rows_spec spec;
    varve_scan *scan; /* null: none is open */
    struct varve_rows chunk;
    uint32_t at;                 /* the present row, in the chunk */
    int64_t window_from, before; /* reverse: the chunk is all of [window_from, before) */
    int64_t window_length;       /* the next one's */
};

/* Moves to the first row: END when there is none. CORRUPT names a file whose rows are missing.
 * Close also after an error. */
vv_status vv_vtab_rows_open(struct vv_vtab_rows *rows, const struct vv_vtab_rows_spec *spec,
                            vv_error *err);
vv_status vv_vtab_rows_next(struct vv_vtab_rows *rows, vv_error *err);
/* The same row again, with other columns. */
vv_status vv_vtab_rows_columns(struct vv_vtab_rows *rows, const uint32_t *columns,
                               uint32_t column_count, vv_error *err);
/* Does nothing on {0}. */
void vv_vtab_rows_close(struct vv_vtab_rows *rows);

#endif
