/* edit.h: history changed by people: rows deleted, rows corrected; with the journal.
 *
 * Every change is told to the journal (category 8, manual input) before it is made, with what was
 * there: a journal that cannot be written stops the change, and one that fails afterwards has a
 * second entry that says so. A deletion has one entry for each tag: its range, its rows, the first
 * of them one by one. A correction has one for each row: what it was, what it is.
 *
 * Threads: any; reads and writes go on beside it. What another writes into the same rows at the
 * same moment may be counted or not.
 */
#ifndef VV_HISTORY_EDIT_H
#define VV_HISTORY_EDIT_H

#include "history/history.h"
#include "history/tags.h"

#define VV_EDIT_REASON_MAX  500    /* bytes */
#define VV_EDIT_TAGS_MAX    1000   /* of one deletion */
#define VV_EDIT_ROWS_MAX    1000   /* of one correction */
#define VV_EDIT_RANGE_MAX   100000 /* rows of a range that is corrected */
#define VV_EDIT_ROWS_LISTED 100    /* of a deletion, one by one in the journal */

/* Who changes, and why. */
struct vv_edit {
    const char *reason; /* 1 to VV_EDIT_REASON_MAX bytes */
    const char *origin; /* address or program */
    int64_t user_id;    /* 0: none */
    bool dry_run;       /* only checks and counts: no reason is needed */
};

struct vv_deletion {
    const struct vv_tag *const *tags; /* each once; the earlier types of its name go with it */
    size_t count;
    int64_t from_ms, to_ms; /* from <= time < to */
    struct vv_edit edit;
};

/* Deletes the rows of all tags in the range; `rows` (one for each tag) gets how many there were.
 * Rows that come later stay. BAD_TIME for an empty range, BAD_VALUE for a reason that is missing or
 * too long, LIMIT, READ_ONLY, UNSUPPORTED where a history's store cannot delete. */
vv_status vv_history_delete(struct vv_history_set *set, const struct vv_deletion *deletion,
                            uint64_t *rows, vv_error *err);

/* The tags of a deletion as they are found by names and patterns, each once. Zero is an empty one.
 */
struct vv_edit_tags {
    const struct vv_tag *tags[VV_EDIT_TAGS_MAX];
    size_t count;
};
/* Adds the tag of that name, or all that match where it is a pattern; `history` null: any.
 * NOT_FOUND for a name, LIMIT beyond VV_EDIT_TAGS_MAX. */
vv_status vv_edit_tags_add(struct vv_edit_tags *list, struct vv_history_set *set,
                           const char *history, const char *name, vv_error *err);

/* As vv_history_write, all or none, for tags that are there (NOT_FOUND) and all of one history;
 * the rows take the place of those of the same times. LIMIT above VV_EDIT_ROWS_MAX. */
vv_status vv_history_correct(struct vv_history_set *set, const struct vv_sample *samples,
                             size_t count, const struct vv_write_options *options,
                             const struct vv_edit *edit, struct vv_write_result *result,
                             vv_error *err);

/* One value, or one quality, or both, for all rows of a tag in a range. */
struct vv_range_correction {
    const struct vv_tag *tag;
    int64_t from_ms, to_ms; /* from <= time < to */
    const char *value;      /* as text of the tag's type; null: each row keeps its own */
    int32_t quality;        /* -1: each row keeps its own */
    struct vv_edit edit;
};
/* Corrects the rows that are there, by vv_history_correct, a thousand at a time; `*rows` gets their
 * number, also after a failure on the way. LIMIT, before anything is changed, for more than
 * VV_EDIT_RANGE_MAX; BAD_VALUE for a text that is no value of the tag's type. */
vv_status vv_history_correct_range(struct vv_history_set *set,
                                   const struct vv_range_correction *correction,
                                   const struct vv_write_options *options, uint64_t *rows,
                                   vv_error *err);

#endif
