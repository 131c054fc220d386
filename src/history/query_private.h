/* query_private.h: the query behind query.h: query.c (opening, choosing), query_raw.c (rows),
 * query_buckets.c (aggregates from the store's statistics) and query_hold.c (aggregates that go by
 * time, from rows). A query belongs to one thread at a time. */
#ifndef VV_HISTORY_QUERY_PRIVATE_H
#define VV_HISTORY_QUERY_PRIVATE_H

#include "base/arena.h"
#include "history/history_private.h"
#include "history/query.h"
#include "history/store.h"

#define VV_QUERY_SOURCES_MAX 16 /* types that a tag's name has had */
#define VV_QUERY_LOST_MAX    1000

/* What one row of ScadaTagMapping gave over one bucket. */
struct query_bucket {
    int64_t start_ms;
    uint64_t rows, good;
    double sum, m2;                        /* m2: of squared deviations from the mean */
    struct vv_datum min, max, first, last; /* of a String null: fetched by the times */
    int64_t first_ms, last_ms;
    int64_t known_ms, on_ms; /* a good value held; and it was not zero */
    double integral;         /* value × ms */
    uint64_t turned_on, turned_off;
};

/* What holds while rows are gone through. */
struct query_hold {
    struct vv_history_query *rows; /* every sample of the range; null: no function holds */
    struct vv_history_query_block block;
    size_t at;       /* its next row */
    bool end;        /* there are no more rows */
    int64_t hold_ms; /* how long a value holds; INT64_MAX: until the next */
    int64_t now_ms;  /* nothing is known beyond, but where rows are */
    bool known;      /* the last sample was good: `value` since since_ms */
    double value;
    int64_t since_ms;
    bool compared, on; /* there has been a good sample; it was not zero */
};

/* One of the tag rows that are joined, the newest first. */
struct query_source {
    const struct vv_tag *tag;
    struct vv_store_cursor *cursor; /* raw: null before the first row and after a pause */
    struct varve_rows rows;         /* raw: the chunk that is being given out */
    uint32_t at;                    /* its next row; rows.count: a new chunk is due */
    bool end;
    struct query_bucket *buckets; /* VV_HISTORY_QUERY_ROWS of them */
    size_t bucket_count, bucket_at;
    bool cut; /* there are more behind these */
};

/* Where raw rows have come to. */
enum query_stage {
    QUERY_BEFORE, /* the value before the range is due */
    QUERY_RANGE,
    QUERY_AFTER, /* the value after it is due */
    QUERY_DONE
};

struct vv_history_query {
    struct vv_history_set *set;
    const struct vv_tag *tag;
    const struct vv_store_kind *kind;
    struct vv_store *store;
    struct vv_zone *zone;
    int64_t from_ms, to_ms;
    int64_t next_ms; /* what is before was given */
    bool skip_bad, bounds;
    enum query_stage stage;

    int64_t every_ms, origin_ms; /* 0: raw rows */
    int64_t zone_days;           /* buckets of so many local days; 0: of every_ms */
    int64_t *day_bounds;         /* zone_days: room for VV_HISTORY_QUERY_ROWS + 1 */
    unsigned functions;
    const char *columns[VV_AGG_FUNCTIONS];
    size_t column_count;
    struct query_hold hold;

    struct query_source sources[VV_QUERY_SOURCES_MAX];
    size_t source_count;

    int64_t times_ms[VV_HISTORY_QUERY_ROWS];
    int32_t quality[VV_HISTORY_QUERY_ROWS];
    struct vv_datum *values; /* VV_HISTORY_QUERY_ROWS × column_count */
    struct vv_arena texts;   /* of the present block, where they are not the store's */

    struct vv_history_query_lost *lost;
    size_t lost_count;
    uint64_t lost_blocks;
    struct vv_arena lost_texts;
};

/* The next block of rows; END. */
vv_status vv_query_raw_next(struct vv_history_query *q, struct vv_history_query_block *block,
                            vv_error *err);
/* Gives back the cursors; what they told of lost ranges is kept. */
void vv_query_raw_release(struct vv_history_query *q);

/* The next block of buckets; END. */
vv_status vv_query_buckets_next(struct vv_history_query *q, struct vv_history_query_block *block,
                                vv_error *err);
/* Rows of all sources in the range, and the time of the first and last good one (first > last when
 * there is none). */
vv_status vv_query_extent(struct vv_history_query *q, uint64_t *rows, int64_t *first_ms,
                          int64_t *last_ms, vv_error *err);

/* Where the bucket that holds a time begins, and where one that begins at start_ms ends. */
int64_t vv_query_bucket_start(struct vv_history_query *q, int64_t time_ms);
int64_t vv_query_bucket_end(struct vv_history_query *q, int64_t start_ms);
/* Adds what another stretch of the same bucket gave; stretches of one source come in order. */
void vv_query_bucket_merge(struct query_bucket *into, const struct query_bucket *more);
/* Writes the bucket's row behind those of the block. */
vv_status vv_query_bucket_give(struct vv_history_query *q, struct vv_history_query_block *block,
                               struct query_bucket *bucket, vv_error *err);
/* Numbers order across types; NAN for a text or null. */
double vv_query_number(const struct vv_datum *value);

/* Makes ready for functions that hold: opens the rows, finds what is carried in. */
vv_status vv_query_hold_open(struct vv_history_query *q, vv_error *err);
/* The next block of buckets that have rows or over which a value held; END. */
vv_status vv_query_hold_next(struct vv_history_query *q, struct vv_history_query_block *block,
                             vv_error *err);

/* The newest row before q->from_ms over all sources, of any age; with `good` only the newest good
 * one within the day before. Texts in q->texts. NOT_FOUND. */
vv_status vv_query_row_before(struct vv_history_query *q, bool good, struct vv_stored *row,
                              vv_error *err);
/* The one row of `tag` at `time_ms`; its text in q->texts. NOT_FOUND. */
vv_status vv_query_row_at(struct vv_history_query *q, const struct vv_tag *tag, int64_t time_ms,
                          struct vv_stored *row, vv_error *err);

#endif
