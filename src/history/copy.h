/* copy.h: the samples of tags over a range of time copied, into another history or to other names.
 *
 * Rows are read block by block and written in big batches, so that memory does not grow with the
 * range and live writes go on between them. Values, qualities and times stay as they are; rows
 * that the target does not take (another type; in a layout TREND what is no point) are left out,
 * counted and told. Rows that are there at the same times are replaced. Copying again is harmless.
 *
 * A tag that is new gets the type of its source; where the name had earlier types, those too, so
 * that a query of the copy gives what a query of the source gives.
 *
 * The journal (category 6, files) has one entry for the copy, made before the first row is written,
 * and a second one when it did not end well or rows were refused.
 *
 * Threads: any; reads and writes go on beside it. Rows that come while it copies may be in it or
 * not.
 */
#ifndef VV_HISTORY_COPY_H
#define VV_HISTORY_COPY_H

#include "history/edit.h"

#define VV_COPY_TAGS_MAX VV_EDIT_TAGS_MAX

/* Zero and tags, count, range, and one of into, prefix and as, make one. Borrowed for the call. */
struct vv_copy {
    const struct vv_tag *const *tags; /* each once; the earlier types of its name go with it */
    size_t count;
    int64_t from_ms, to_ms; /* from <= time < to */
    const char *into;       /* history; null: each tag's own */
    const char *prefix;     /* before every name; null: none */
    const char *as;         /* the name, of one tag; null: its own */
    uint64_t rows_max;      /* LIMIT for a range of more, before anything is done; 0: no limit */
    bool dry_run;           /* only checks and counts */
    const char *origin;     /* for the journal: address or program */
    /* How far it is, of about `all` rows; false gives up: CANCELLED. May be null. */
    bool (*watch)(void *arg, const char *tag, uint64_t done, uint64_t all);
    void *watch_arg;
    /* As in vv_write_options; may be null. */
    void (*stored)(void *arg, const struct vv_stored *rows, size_t count);
    void *stored_arg;
};

/* What became of one tag. */
struct vv_copied {
    uint64_t rows;        /* stored, or that would be */
    uint64_t refused;     /* by the target */
    uint64_t lost_blocks; /* of the source: damaged, not read */
    char reason[232];     /* of the first refusal; "" for none */
};

/* Fills `copied`, one for each tag, also after a failure on the way: what is stored stays. BAD_TIME
 * for an empty range; BAD_VALUE where a tag would become one that is copied, or two would become
 * one; BAD_NAME, NOT_FOUND for the history, LIMIT, READ_ONLY, CANCELLED; else of
 * vv_history_query_next and vv_history_write. */
vv_status vv_history_copy(struct vv_history_set *set, const struct vv_copy *copy,
                          struct vv_copied *copied, vv_error *err);

#endif
