/* query.h: the history of one tag, as rows or as buckets, block by block.
 *
 * A query is pulled: vv_history_query_next fills a block of at most VV_HISTORY_QUERY_ROWS rows
 * until END, in memory that does not grow with the range. The earlier types of a tag's name are
 * joined in.
 *
 * Functions that hold (VV_AGG_HOLD) go by time and not by samples: a good value holds until the
 * next sample, at most as long as the point's validity says, else for three of its periods, else
 * without end, but never beyond now; a sample that is not good ends it. What held at `from` is
 * carried in.
 *
 * Threads: a query belongs to one thread at a time; any number of them run side by side. A reader
 * that has to wait (a slow socket) calls vv_history_query_pause, which gives back what the query
 * holds of the store; the next call goes on where it was.
 */
#ifndef VV_HISTORY_QUERY_H
#define VV_HISTORY_QUERY_H

#include "base/error.h"
#include "history/history.h"
#include "history/tags.h"

struct vv_zone;
struct vv_history_query;

#define VV_HISTORY_QUERY_ROWS 1024

enum vv_history_query_mode {
    VV_HISTORY_RAW,   /* every sample */
    VV_HISTORY_EVERY, /* buckets of every_ms with the functions asked for */
    VV_HISTORY_WHOLE, /* the same with one bucket: the whole range, from `from` to `to` */
    VV_HISTORY_POINTS /* about `points` rows: RAW when there are at most twice as many samples, else
                         buckets of a round length with the functions of VV_AGG_ENVELOPE */
};

/* Functions over the good samples of a bucket, bit by bit; their order here is that of columns. */
enum vv_aggregate {
    VV_AGG_MIN = 1 << 0,
    VV_AGG_MAX = 1 << 1,
    VV_AGG_AVG = 1 << 2,
    VV_AGG_FIRST = 1 << 3,
    VV_AGG_LAST = 1 << 4,
    VV_AGG_COUNT = 1 << 5, /* good samples */
    VV_AGG_SUM = 1 << 6,
    VV_AGG_BAD = 1 << 7,          /* samples that are not good */
    VV_AGG_RANGE = 1 << 8,        /* max less min */
    VV_AGG_STDDEV = 1 << 9,       /* of a sample (n - 1); null of fewer than two */
    VV_AGG_TIMEAVG = 1 << 10,     /* average weighted by time */
    VV_AGG_INTEGRAL = 1 << 11,    /* value × seconds */
    VV_AGG_KNOWN = 1 << 12,       /* seconds over which a good value held */
    VV_AGG_COUNTON = 1 << 13,     /* Boolean: from off to on, against the last good one before */
    VV_AGG_COUNTOFF = 1 << 14,    /* Boolean: from on to off */
    VV_AGG_DURATIONON = 1 << 15,  /* Boolean: seconds on */
    VV_AGG_DURATIONOFF = 1 << 16, /* Boolean: seconds off */
};
#define VV_AGG_FUNCTIONS 17
#define VV_AGG_ENVELOPE                                                                            \
    (VV_AGG_MIN | VV_AGG_MAX | VV_AGG_AVG | VV_AGG_FIRST | VV_AGG_LAST | VV_AGG_COUNT | VV_AGG_BAD)

#define VV_AGG_STATES (VV_AGG_COUNTON | VV_AGG_COUNTOFF | VV_AGG_DURATIONON | VV_AGG_DURATIONOFF)
#define VV_AGG_HOLD   (VV_AGG_STATES | VV_AGG_TIMEAVG | VV_AGG_INTEGRAL | VV_AGG_KNOWN)

/* The word of the function 1 << bit, bit below VV_AGG_FUNCTIONS. */
const char *vv_aggregate_name(unsigned bit);
/* The functions that tags of a type have, as bits. */
unsigned vv_aggregate_of_type(enum vv_tag_type type);
/* "avg,min,max" into bits. SYNTAX names the unknown word and those that there are. */
vv_status vv_aggregate_parse(const char *text, unsigned *functions, vv_error *err);

struct vv_history_query_spec {
    const struct vv_tag *tag; /* null: `name` */
    const char *name;         /* NUL-terminated */
    const char *history;      /* null: any; with `name` only */
    int64_t from_ms, to_ms;   /* from <= time < to */
    enum vv_history_query_mode mode;
    int64_t every_ms;     /* EVERY: 1 or more; buckets start at whole multiples since 1970 UTC */
    unsigned functions;   /* EVERY, WHOLE: 1 or more bits */
    uint32_t points;      /* POINTS: 1 … 100,000 */
    bool skip_bad;        /* raw: only good rows; buckets: those without a good sample left out */
    bool bounds;          /* raw rows: also the last one within a day before `from`, and the first
                             within a day after `to` */
    struct vv_zone *zone; /* borrowed until close: buckets of whole days start at its midnights (and
                             shorter ones at whole multiples since the local midnight of `from`);
                             null: UTC */
};

/* Rows of an answer. `values` holds rows × columns, row by row; texts live until the next call. */
struct vv_history_query_block {
    size_t rows;
    const int64_t *times_ms; /* of the sample, or the start of the bucket */
    const int32_t *quality;  /* raw; of a bucket: 192, 64 when some samples were not good, 0 none */
    const struct vv_datum *values;
};

/* A range that could not be read because its bytes are damaged. */
struct vv_history_query_lost {
    const char *file;
    int64_t from_ms, to_ms; /* both inclusive */
    const char *message;
};

/* NOT_FOUND for an unknown tag; BAD_TIME when from > to; BAD_TYPE for a function that the tag's
 * type does not have; BAD_VALUE for a parameter outside its limits. The set must outlive the query.
 */
vv_status vv_history_query_open(struct vv_history_set *set,
                                const struct vv_history_query_spec *spec,
                                struct vv_history_query **query, vv_error *err);
/* The next rows in order of time, at least one; END behind the last. */
vv_status vv_history_query_next(struct vv_history_query *query,
                                struct vv_history_query_block *block, vv_error *err);
void vv_history_query_pause(struct vv_history_query *query);
/* Null is allowed. */
void vv_history_query_close(struct vv_history_query *query);

const struct vv_tag *vv_history_query_tag(const struct vv_history_query *query);
/* Names of the value columns: "value", or those of the functions. Borrowed. */
const char *const *vv_history_query_columns(const struct vv_history_query *query, size_t *count);
/* The length of the buckets in ms; 0: raw rows. */
int64_t vv_history_query_every_ms(const struct vv_history_query *query);
/* Where the answer comes from: "raw". */
const char *vv_history_query_source(const struct vv_history_query *query);
/* What is missing so far: ranges (raw; at most 1,000 are listed) and the number of damaged blocks
 * (both kinds). Complete after END; borrowed until the next call. */
const struct vv_history_query_lost *vv_history_query_lost(const struct vv_history_query *query,
                                                          size_t *count);
uint64_t vv_history_query_lost_blocks(const struct vv_history_query *query);

/* Calls each(arg, row) with the newest stored row of every tag that has one (of a name with several
 * types: of the present one). Texts are borrowed for the call. */
vv_status vv_history_newest(struct vv_history_set *set,
                            void (*each)(void *arg, const struct vv_stored *row), void *arg,
                            vv_error *err);
/* The same of these tags. */
vv_status vv_history_newest_of(struct vv_history_set *set, const struct vv_tag *const *tags,
                               size_t count, void (*each)(void *arg, const struct vv_stored *row),
                               void *arg, vv_error *err);

#endif
