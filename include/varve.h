/* varve.h: Varve's column store for time-ordered rows, as a library.
 *
 * A store is one directory that one process writes. It holds strata (kinds of rows: a time unit and
 * named columns) and, in each, series (one source's run of rows). A row's key is (series, time,
 * sub); a row with the key of an earlier one replaces it whole. Rows are appended in batches: a
 * batch is atomic across its series, has one sequence number, and is seen by every read that
 * starts after varve_append returned.
 *
 *     varve *store;
 *     varve_open("./data", NULL, &store, &err);
 *     varve_stratum_define(store, &stratum, &stratum_id, &err);
 *     varve_series_define(store, stratum_id, "boiler/pressure", 15, &series, &err);
 *     varve_batch_add(batch, &rows, &err); varve_append(store, batch, &sequence, &err);
 *
 * Threads: a store may be used from any number of threads. A batch, a scan and a snapshot belong to
 * one thread at a time. Reading takes no lock that a writer holds.
 *
 * Ownership: what a function gives through a _new or _open is freed by its _free or _close. Texts
 * and vectors handed in are borrowed for the call. Every function that can fail returns a
 * varve_status and fills the varve_error when that is not null.
 *
 * Formats are described in docs/internals/format.md.
 */
#ifndef VARVE_H
#define VARVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "varve_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct varve varve;
typedef struct varve_batch varve_batch;
typedef struct varve_snapshot varve_snapshot;
typedef struct varve_scan varve_scan;

/* ---- what a store holds ---- */

enum varve_type {
    VARVE_INT64 = 1,
    VARVE_DOUBLE = 2, /* finite: a NaN or an infinity is refused, missing values are null */
    VARVE_BOOL = 3,
    VARVE_TEXT = 4 /* UTF-8 by convention; any bytes up to VARVE_TEXT_MAX are kept as they are */
};

enum varve_unit {
    VARVE_SECONDS = 1,
    VARVE_MILLISECONDS = 2,
    VARVE_MICROSECONDS = 3
};

/* How a stratum's rows are cut by time into partitions (UTC calendar, spec of the Scada tables). */
enum varve_span {
    VARVE_SPAN_NONE = 0,
    VARVE_SPAN_DAY,
    VARVE_SPAN_WEEK,
    VARVE_SPAN_MONTH,
    VARVE_SPAN_QUARTER,
    VARVE_SPAN_HALFYEAR,
    VARVE_SPAN_YEAR
};

/* Which rows count in statistics. */
enum varve_goodness {
    VARVE_GOOD_ALL = 0,    /* every value that is not null */
    VARVE_GOOD_OPC = 1,    /* integer column `good_column`: (q & 0xC0) == 0xC0 */
    VARVE_GOOD_LEVELS = 2, /* integer column: 100 … 199 */
    VARVE_GOOD_FLAGS = 3   /* text column: none of the letters U E P V X */
};

#define VARVE_NAME_MAX    255  /* bytes of a stratum's or column's name */
#define VARVE_KEY_MAX     1024 /* bytes of a series' key */
#define VARVE_COLUMNS_MAX 1024
#define VARVE_TEXT_MAX    1048576  /* bytes of one text value */
#define VARVE_BATCH_MAX   16777216 /* bytes of one batch in the log */

struct varve_column {
    const char *name;
    enum varve_type type;
};

struct varve_stratum {
    const char *name; /* unique in the store */
    enum varve_unit unit;
    enum varve_span span;
    enum varve_goodness goodness;
    uint32_t good_column; /* index; used unless goodness is GOOD_ALL */
    const struct varve_column *columns;
    uint32_t column_count; /* 1 … VARVE_COLUMNS_MAX; all columns may hold nulls */
};

struct varve_text {
    const char *data;
    uint32_t len_bytes;
};

/* A column of rows. `data` has `count` of: int64_t, double, uint8_t (0 or 1), struct varve_text.
 * `valid` is a bitmap, bit i%64 of word i/64 set where row i is not null; null when all rows have
 * a value. A vector with `data` null is null in every row. */
struct varve_vector {
    enum varve_type type;
    const void *data;
    const uint64_t *valid;
};

/* Rows of one series, column by column. */
struct varve_rows {
    uint32_t series;
    uint32_t count;
    const int64_t *times; /* in the stratum's unit */
    const uint32_t *subs; /* null: all 0 */
    const struct varve_vector *columns;
    uint32_t column_count; /* appended: at most the stratum's, missing ones are null */
};

/* ---- opening ---- */

enum varve_sync {
    VARVE_SYNC_INTERVAL = 0, /* at most sync_interval_ms of acknowledged rows are lost by power */
    VARVE_SYNC_ALWAYS = 1,   /* nothing acknowledged is ever lost */
    VARVE_SYNC_NEVER = 2     /* the operating system decides */
};

/* Zero everywhere is the default that stands behind the field. */
struct varve_options {
    enum varve_sync sync;
    uint32_t sync_interval_ms; /* 100 */
    uint64_t memory_bytes;     /* rows that are not yet in parts: 256 MiB */
    uint64_t cache_bytes;      /* checked blocks: 64 MiB */
    uint64_t log_bytes;        /* the log's files together: 256 MiB */
    uint64_t reserve_bytes;    /* appends are refused when less is free on the disk: 64 MiB */
    uint32_t flush_interval_s; /* rows older than this go to a part: 300 */
    uint32_t block_rows;       /* rows of a full block: 1024 (16 … 65536) */
    uint32_t append_wait_ms;   /* how long an append waits for room before BUSY: 2000 */
    uint64_t series_per_hour;  /* new series in an hour before TOO_MANY: 0 is no limit */
    bool read_only;            /* writes nothing, takes no lock; beside a live process as well */
    bool no_background;        /* no threads: the caller flushes and merges (tests, short tools) */
};

/* Opens the store in directory `path`, made when it is missing (unless read_only), recovers what
 * the log holds, and starts its background threads. LOCKED names the process that has it. */
VARVE_API varve_status varve_open(const char *path, const struct varve_options *options,
                                  varve **store, varve_error *err);
/* Flushes, syncs and closes. All scans, snapshots and batches must be closed before. The error
 * tells what could not be synced; the store is closed all the same. */
VARVE_API varve_status varve_close(varve *store, varve_error *err);

/* Defines a stratum, or finds the one of that name. Columns may only be added at the end, with
 * every other property equal: CONFLICT names the difference. */
VARVE_API varve_status varve_stratum_define(varve *store, const struct varve_stratum *stratum,
                                            uint32_t *stratum_id, varve_error *err);
/* Defines the series with that key in the stratum, or finds it. Ids are dense from 0. Defined when
 * the first batch that uses it is durable. */
VARVE_API varve_status varve_series_define(varve *store, uint32_t stratum_id, const void *key,
                                           size_t key_bytes, uint32_t *series, varve_error *err);
/* Finds it without defining it: NOT_FOUND. */
VARVE_API varve_status varve_series_find(varve *store, uint32_t stratum_id, const void *key,
                                         size_t key_bytes, uint32_t *series, varve_error *err);
/* Number of series; their ids are 0 … count-1. */
VARVE_API uint32_t varve_series_count(varve *store);
/* The stratum and the key of a series; borrowed for as long as the store is open. */
VARVE_API varve_status varve_series_key(varve *store, uint32_t series, uint32_t *stratum_id,
                                        const void **key, size_t *key_bytes, varve_error *err);
/* The description of a stratum by id (ids are dense from 0); borrowed, valid until it is changed by
 * varve_stratum_define. NOT_FOUND ends an enumeration. */
VARVE_API varve_status varve_stratum_get(varve *store, uint32_t stratum_id,
                                         const struct varve_stratum **stratum, varve_error *err);

/* A partition that the store has rows of. */
struct varve_partition {
    int64_t from, to; /* from <= time < to, in the stratum's unit */
    uint64_t rows;    /* see varve_partitions_spec.count_rows */
};

struct varve_partitions_spec {
    const uint32_t *strata; /* those whose partitions are asked for together; of one unit and span,
                               else BAD_VALUE */
    size_t stratum_count;
    bool count_rows; /* fills `rows` with the rows that are stored, repeated keys and deleted rows
                        included, by reading the index of every file; else 0 */
};

/* Calls each(arg, partition) in order of time for every partition that holds rows of any of the
 * strata, in files or in memory; `each` returns false to stop. Pruned ones are left out; one whose
 * rows are all deleted is there until a merge has carried that out, and one that a damaged file
 * may hold is there too. The first call reads index pages of files that hold several partitions:
 * what it found is kept. */
VARVE_API varve_status varve_partitions(varve *store, const struct varve_partitions_spec *spec,
                                        bool (*each)(void *arg,
                                                     const struct varve_partition *partition),
                                        void *arg, varve_error *err);
/* A number that differs from an earlier one when varve_partitions may answer otherwise. Cheap. */
VARVE_API uint64_t varve_partitions_version(varve *store);

/* ---- writing ---- */

VARVE_API varve_status varve_batch_new(varve *store, varve_batch **batch, varve_error *err);
VARVE_API void varve_batch_free(varve_batch *batch);
VARVE_API void varve_batch_reset(varve_batch *batch);
/* Adds rows (copied). Their order is free; within one batch the later of equal keys wins. Refuses a
 * row as a whole: BAD_VALUE for NaN, infinity or too long a text, BAD_TYPE for another type. */
VARVE_API varve_status varve_batch_add(varve_batch *batch, const struct varve_rows *rows,
                                       varve_error *err);
/* A follower's new position, durable together with the batch's rows. */
VARVE_API varve_status varve_batch_position(varve_batch *batch, const char *follower,
                                            uint64_t sequence, varve_error *err);
VARVE_API size_t varve_batch_bytes(const varve_batch *batch);
/* Writes the batch to the log and makes it visible: all of it or nothing. Blocks while the store
 * has no room, at most append_wait_ms, then BUSY. NO_SPACE on a full disk, READ_ONLY after the
 * log could not be made durable. On OK the batch is empty again. */
VARVE_API varve_status varve_append(varve *store, varve_batch *batch, uint64_t *sequence,
                                    varve_error *err);
/* Deletes the rows of a series with from <= time < to that were appended before this call. */
VARVE_API varve_status varve_delete(varve *store, uint32_t series, int64_t from, int64_t to,
                                    uint64_t *sequence, varve_error *err);
struct varve_range {
    uint32_t series;
    int64_t from, to; /* from <= time < to */
};
/* The same of many series at once, which costs one flush instead of one for each. All of them or
 * none, unless the power goes meanwhile. */
VARVE_API varve_status varve_delete_ranges(varve *store, const struct varve_range *ranges,
                                           size_t count, uint64_t *sequence, varve_error *err);
/* Hides every row of a stratum before `before` at once, and removes whole files as they empty. */
VARVE_API varve_status varve_prune(varve *store, uint32_t stratum_id, int64_t before,
                                   varve_error *err);
/* Everything appended so far to the disk, whatever the sync mode. */
VARVE_API varve_status varve_sync(varve *store, varve_error *err);
/* Rows in memory to a part; returns when it is durable. */
VARVE_API varve_status varve_flush(varve *store, varve_error *err);
/* One round of merging by the store's own rule; `*merged` tells whether there was anything to do.
 */
VARVE_API varve_status varve_merge(varve *store, bool *merged, varve_error *err);

/* ---- reading: ranges are half-open, from <= time < to ---- */

#define VARVE_TIME_MIN INT64_MIN
#define VARVE_TIME_MAX INT64_MAX

/* A moment of the store, for several reads that must agree. Holds memory and files: close it soon.
 */
VARVE_API varve_status varve_snapshot_open(varve *store, varve_snapshot **snapshot,
                                           varve_error *err);
VARVE_API void varve_snapshot_close(varve_snapshot *snapshot);
/* The sequence up to which batches are seen. */
VARVE_API uint64_t varve_snapshot_sequence(const varve_snapshot *snapshot);

struct varve_scan_spec {
    uint32_t series;
    int64_t from, to;
    const uint32_t *columns; /* indexes; null: all of them */
    uint32_t column_count;
    varve_snapshot *snapshot; /* borrowed until the scan is closed; null: its own */
};

/* Rows that a scan could not give because their bytes are damaged. */
struct varve_lost {
    const char *file; /* name inside the store's directory */
    uint32_t series;
    int64_t from, to; /* the first and last time that may be missing, both inclusive */
    char message[160];
};

VARVE_API varve_status varve_scan_open(varve *store, const struct varve_scan_spec *spec,
                                       varve_scan **scan, varve_error *err);
/* The next rows in order of (time, sub), each key once; vectors in the order of spec.columns,
 * valid until the next call. END when there are no more. Damaged blocks are left out and told by
 * varve_scan_lost. */
VARVE_API varve_status varve_scan_next(varve_scan *scan, struct varve_rows *rows, varve_error *err);
VARVE_API const struct varve_lost *varve_scan_lost(const varve_scan *scan, size_t *count);
VARVE_API void varve_scan_close(varve_scan *scan);

/* The newest row with time < `before` of each of `count` series, all columns; each(arg, rows) is
 * called with one row for every series that has one, in the order given. */
VARVE_API varve_status varve_newest(varve *store, const uint32_t *series, size_t count,
                                    int64_t before, varve_snapshot *snapshot,
                                    void (*each)(void *arg, const struct varve_rows *row),
                                    void *arg, varve_error *err);

/* A number of the column's own type: `i` for INT64 and BOOL (0, 1), `d` for DOUBLE. */
union varve_number {
    int64_t i;
    double d;
};

/* Statistics over the rows of one bucket. min … m2 are over good rows with a value, and only
 * meaningful when good > 0; min, max, sum, mean and m2 not for TEXT. On a tie the earliest time. */
struct varve_stats {
    uint64_t count; /* rows */
    uint64_t good;  /* good rows whose value is not null */
    union varve_number min, max, first, last;
    int64_t min_time, max_time, first_time, last_time;
    double sum, sum_low; /* double-double: the sum is sum + sum_low */
    double m2;           /* sum of squared deviations from the mean */
    uint64_t turned_on;  /* BOOL: false→true between consecutive good values of this bucket */
    uint64_t turned_off; /* BOOL: true→false */
};

struct varve_aggregate_spec {
    uint32_t series;
    uint32_t column;
    int64_t from, to;
    int64_t every;  /* bucket length from `origin`; 0: one bucket, or `bounds` */
    int64_t origin; /* a bucket starts here (any time) */
    const int64_t
        *bounds; /* instead of every: bound_count ascending times cut bound_count-1 buckets */
    size_t bound_count;
    varve_snapshot *snapshot; /* borrowed; null: its own */
};

/* Statistics by bucket, in order of time; buckets without rows are left out. The first and last
 * bucket hold only rows inside [from, to). `each` returns false to stop. Rows in damaged blocks are
 * missing; `*lost` (may be null) counts those blocks. */
VARVE_API varve_status varve_aggregate(varve *store, const struct varve_aggregate_spec *spec,
                                       bool (*each)(void *arg, int64_t start,
                                                    const struct varve_stats *stats),
                                       void *arg, size_t *lost, varve_error *err);

/* Adds the statistics of a later stretch of the same column to `into`. */
VARVE_API void varve_stats_merge(struct varve_stats *into, const struct varve_stats *later,
                                 enum varve_type type);

/* ---- followers: stages that work on what was appended, after it is in parts ---- */

struct varve_touched {
    uint32_t series;
    int64_t from, to;  /* first and last time touched, both inclusive */
    uint64_t sequence; /* commit this position after handling this and all before it */
};

/* Registers a follower (idempotent); from then on what is flushed is recorded until it moved on. */
VARVE_API varve_status varve_follower_register(varve *store, const char *name, uint64_t *position,
                                               varve_error *err);
VARVE_API varve_status varve_follower_remove(varve *store, const char *name, varve_error *err);
/* What was touched after `position`, oldest first, coalesced by series; `each` returns false to
 * stop. A range may be told twice; doing it twice must give the same. */
VARVE_API varve_status varve_follower_touched(varve *store, uint64_t position,
                                              bool (*each)(void *arg,
                                                           const struct varve_touched *touched),
                                              void *arg, varve_error *err);

/* ---- state ---- */

struct varve_info {
    uint64_t sequence; /* of the newest visible batch */
    uint64_t series_count;
    uint64_t parts;
    uint64_t part_bytes, part_rows;
    uint64_t head_rows;    /* rows in memory */
    uint64_t memory_bytes; /* used of options.memory_bytes */
    uint64_t cache_bytes;
    uint64_t log_bytes;
    uint64_t flushes, merges;
    uint64_t bytes_logged, bytes_flushed, bytes_merged; /* since it was opened */
    uint64_t merge_backlog_bytes;
    uint64_t appended_rows;       /* since it was opened */
    uint64_t blocks_read;         /* blocks decoded since it was opened */
    uint64_t damaged;             /* blocks and files found damaged since it was opened */
    uint64_t oldest_unflushed_ms; /* age */
    bool read_only, disk_full, stalled;
    char trouble[200]; /* the last background failure, empty when it is over */
};

VARVE_API varve_status varve_info_get(varve *store, struct varve_info *info, varve_error *err);

/* ---- backup ---- */

struct varve_backup_progress {
    uint64_t files, files_done; /* parts, and the few files beside them */
    uint64_t bytes, bytes_done; /* of these files */
};

/* Zero is the default. */
struct varve_backup_options {
    bool
        copy; /* files are copied also where they could be linked: another disk's worth of safety */
    /* Told after every file and every few MiB of a copy, in the caller's thread; returns false to
     * give up: CANCELLED. May be null. */
    bool (*progress)(void *arg, const struct varve_backup_progress *progress);
    void *arg;
};

struct varve_backup_result {
    uint64_t sequence; /* rows of every batch up to here are in it, and of none behind */
    uint64_t parts, rows, bytes;
    uint64_t linked, copied; /* files */
};

/* A store in the new directory `dir` that holds the rows of every batch that was acknowledged
 * before the call. Flushes; from then on appends, flushes and merges go on beside it. Parts never
 * change, so they are linked, and cost no room until the store itself merges them away; where that
 * cannot be (another file system) they are copied: NO_SPACE when the disk would have less than
 * reserve_bytes left. The directory comes to be under the name `dir`.partial and is renamed when
 * it is whole and durable. After an error nothing is left of it; after the end of the process
 * `dir`.partial may be there, and is to be removed. EXISTS, CONFLICT (the rest of another one),
 * READ_ONLY for a store that was opened for reading. `options` and `result` may be null. */
VARVE_API varve_status varve_backup(varve *store, const char *dir,
                                    const struct varve_backup_options *options,
                                    struct varve_backup_result *result, varve_error *err);

enum varve_finding_kind {
    VARVE_FINDING_NOTE,  /* explained and harmless: a torn end of the log after a kill */
    VARVE_FINDING_DAMAGE /* rows are missing or may be */
};

/* Reads every byte of a store that nobody writes, or that a live process writes, and checks it:
 * checksums, order, statistics against rows, manifest against files. `report` is called for each
 * finding. OK whatever is found; `*damaged` counts the DAMAGE findings. */
VARVE_API varve_status varve_check(const char *path,
                                   void (*report)(void *arg, enum varve_finding_kind kind,
                                                  const char *text),
                                   void *arg, uint64_t *damaged, varve_error *err);

/* How a check is watched: both may be null. */
struct varve_watch {
    void (*report)(void *arg, enum varve_finding_kind kind, const char *text);
    /* After each part, in bytes of parts; returns false to give up: CANCELLED. */
    bool (*progress)(void *arg, uint64_t bytes_done, uint64_t bytes);
    void *arg;
};
/* varve_check that tells how far it is. */
VARVE_API varve_status varve_check_watched(const char *path, const struct varve_watch *watch,
                                           uint64_t *damaged, varve_error *err);

#ifdef __cplusplus
}
#endif
#endif
