/* head.h: rows in memory that are not yet in a part, one generation of them.
 *
 * Rows live in chunks, chained by series and cut from shared slabs, so that memory follows rows and
 * not series or columns. A chunk holds its rows column by column. Each series has a run of rows in
 * ascending key order, and beside it a run of late rows in order of arrival; a late row is always
 * newer than the row of the same key in the ascending run.
 *
 * Each row knows its batch's sequence. A reader takes a snapshot's sequence and sees rows up to it:
 * that makes batches atomic across series without a lock. A batch that failed after its rows were
 * placed is aborted: its sequence never shows.
 *
 * Threads: one writer at a time (the leader of a group commit, or recovery); any number of readers
 * beside it, which hold a reference. A sealed head is never written again.
 */
#ifndef VV_NATIVE_HEAD_H
#define VV_NATIVE_HEAD_H

#include "base/alloc.h"
#include "base/error.h"
#include "native/partset.h"
#include "native/rowmerge.h"
#include "native/rows.h"
#include "varve.h"

struct vv_head;

/* One value of a row on its way in. */
struct vv_cell {
    bool valid;
    union {
        int64_t i; /* INT64, BOOL */
        double d;
        struct varve_text text;
    } as;
};

/* `budget` is borrowed; slabs are counted in it. Sequences of its rows are above `base_sequence`,
 * by less than 2^32. One reference, the caller's. */
vv_status vv_head_new(struct vv_budget *budget, uint64_t base_sequence, struct vv_head **head,
                      vv_error *err);
void vv_head_ref(struct vv_head *head);
void vv_head_unref(struct vv_head *head);

/* Writer: places a row. NO_MEMORY leaves the row out; abort the sequence then. */
vv_status vv_head_append(struct vv_head *head, const struct varve_stratum *stratum,
                         uint32_t stratum_id, uint32_t series, int64_t time, uint32_t sub,
                         const struct vv_cell *cells, uint32_t cell_count, uint64_t sequence,
                         vv_error *err);
/* Writer: rows of this sequence never show. Called before the sequence is published; there must be
 * room for it (vv_head_abort_room), else the head is sealed first. */
#define VV_HEAD_ABORTED_MAX 1024
void vv_head_abort(struct vv_head *head, uint64_t sequence);
bool vv_head_abort_room(const struct vv_head *head, uint32_t more);
/* Writer: no more rows; `last_sequence` bounds what it holds. */
void vv_head_seal(struct vv_head *head, uint64_t last_sequence);

/* Highest sequence it may hold: UINT64_MAX/4 until sealed. */
uint64_t vv_head_last_sequence(const struct vv_head *head);
uint64_t vv_head_base_sequence(const struct vv_head *head);
uint64_t vv_head_rows(const struct vv_head *head);
/* The partitions that it has rows in (also of a batch that was aborted); borrowed. */
struct vv_partset *vv_head_partitions(struct vv_head *head);
size_t vv_head_bytes(const struct vv_head *head);
int64_t vv_head_created_ms(const struct vv_head *head); /* monotonic */

/* The first series >= `series` that has rows; false when there is none. */
bool vv_head_next_series(const struct vv_head *head, uint32_t series, uint32_t *found,
                         uint32_t *stratum_id);
/* Greatest time below `before` among the rows up to `sequence`; false when there is none. */
bool vv_head_last_time(const struct vv_head *head, uint32_t series, uint64_t sequence,
                       int64_t before, int64_t *time);
/* Calls `each` with the time of every row of a series (both runs, in no order). */
void vv_head_each_time(const struct vv_head *head, uint32_t series,
                       void (*each)(void *arg, int64_t time), void *arg);

/* Reading one series: up to two runs for a row merge. In place, {0}, then init; deinit always. */
struct vv_head_cursor {
    struct vv_run ascending, late;
    bool has_ascending, has_late;
    struct vv_head_reader *reader; /* private */
};

/* Rows up to `sequence` with from <= time < to, and the columns asked for (null: the first
 * `column_count` of them); columns that a chunk has not are null. Rows outside the time range may
 * be delivered too. Ranks are 2·last sequence of the head, and one more for the late run. */
vv_status vv_head_cursor_init(struct vv_head_cursor *cursor, struct vv_head *head, uint32_t series,
                              uint64_t sequence, int64_t from, int64_t to,
                              const enum varve_type *types, const uint32_t *columns,
                              uint32_t column_count, vv_error *err);
void vv_head_cursor_deinit(struct vv_head_cursor *cursor);

#endif
