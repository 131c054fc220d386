/* part.h: an immutable file of rows, ordered by (partition, series, time, sub).
 *
 * header | blocks | index pages | directory | trailer. A block holds up to 65,536 rows of one
 * series in one partition, each column encoded alone with a checksum of its own, so that a reader
 * fetches and decodes only the columns asked for. Index pages hold, for each (partition, series),
 * its blocks' places, row counts, time ranges and statistics by column, and the whole entry's
 * summary; the directory finds the page of a key. Everything carries CRC-32C. Layout:
 * docs/internals/format.md.
 *
 * Threads: a writer belongs to one thread; a part may be read by any number of threads at once.
 */
#ifndef VV_NATIVE_PART_H
#define VV_NATIVE_PART_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/io.h"
#include "native/cache.h"
#include "varve.h"

/* What the header holds, and the reader is told to expect. */
struct vv_part_id {
    uint8_t store_id[16];
    uint64_t epoch;  /* of the store when the part was written */
    uint64_t number; /* also its file's name: parts/%016llx.part */
};

/* What the manifest keeps of a part, so that it need not be opened to be passed over. */
struct vv_part_span {
    uint32_t stratum;
    uint32_t series_min, series_max;
    int64_t from, to; /* first and last time, both inclusive, in the stratum's unit */
};

struct vv_part_summary {
    uint64_t size_bytes, rows;
    uint64_t min_sequence, max_sequence; /* set by the caller of the writer */
    uint32_t span_count;
    struct vv_part_span *spans; /* owned (vv_free) */
};
void vv_part_summary_deinit(struct vv_part_summary *summary);

/* ---- writing ---- */

struct vv_part_writer;

/* Makes the file (it must not exist). */
vv_status vv_part_writer_new(const struct vv_io *io, const char *path, const struct vv_part_id *id,
                             struct vv_part_writer **writer, vv_error *err);
/* Adds a block: rows of one series inside one partition, sorted, keys unique, all columns of the
 * schema. Blocks come in order of (partition, series, time). `schema_version` is the number of
 * columns the stratum had. The block is decoded again and compared before it is written. */
vv_status vv_part_writer_add(struct vv_part_writer *writer, const struct varve_stratum *stratum,
                             uint32_t stratum_id, int64_t partition, const struct varve_rows *rows,
                             vv_error *err);
/* Bytes written so far. */
uint64_t vv_part_writer_bytes(const struct vv_part_writer *writer);
/* Writes index and trailer and syncs the file (the directory is the caller's to sync). */
vv_status vv_part_writer_finish(struct vv_part_writer *writer, struct vv_part_summary *summary,
                                vv_error *err);
/* Closes; a writer that was not finished leaves a file without a trailer for the caller to remove.
 */
void vv_part_writer_free(struct vv_part_writer *writer);

/* ---- reading ---- */

struct vv_part;
struct vv_part_schema;

/* Opens its file and no more, so that it can be read also when a live process has removed it. */
vv_status vv_part_hold(struct vv_part *part, vv_error *err);
/* Only notes the path: the file is opened, and header, trailer and directory are checked, at the
 * first use. */
vv_status vv_part_new(const struct vv_io *io, struct vv_cache *cache, const char *path,
                      const struct vv_part_id *id, struct vv_part **part, vv_error *err);
void vv_part_free(struct vv_part *part);

struct vv_block_ref {
    uint64_t offset;
    uint32_t len_bytes;
    uint32_t rows;
    int64_t first_time, last_time;
};

/* One (partition, series) of the part, pinned in the cache until vv_part_entry_release. */
struct vv_part_entry {
    int64_t partition;
    uint32_t series;
    uint32_t stratum;
    uint32_t column_count; /* of the schema it was written with */
    uint32_t block_count;
    uint64_t rows;
    int64_t first_time, last_time;
    const struct vv_part *part;
    struct vv_cache_entry *page;         /* private, as is all that follows */
    const struct vv_part_schema *schema; /* of the part */
    const uint8_t *bytes;                /* in the page, behind the numbers above */
    size_t len_bytes, refs_bytes;
};

/* The first entry at or after (partition, series), or END. Walk the whole part by asking for
 * (partition, series + 1) of the last one. */
vv_status vv_part_seek(struct vv_part *part, int64_t partition, uint32_t series,
                       struct vv_part_entry *entry, vv_error *err);
/* The next entry of `series` whose partition is >= `partition`, skipping the other series; END. */
vv_status vv_part_find(struct vv_part *part, int64_t partition, uint32_t series,
                       struct vv_part_entry *entry, vv_error *err);
void vv_part_entry_release(struct vv_part_entry *entry);
/* Calls each(arg, partition) for every partition that has an entry, in order; it returns
 * the partition that follows that one in time. Where the pages
 * of the index begin tells most of it: only pages with a gap before the next one are read. */
vv_status vv_part_each_partition(struct vv_part *part,
                                 int64_t (*each)(void *arg, int64_t partition), void *arg,
                                 vv_error *err);
/* Copies of the entry's block places, into `refs` (block_count of them). */
vv_status vv_part_blocks(const struct vv_part_entry *entry, struct vv_block_ref *refs,
                         vv_error *err);
/* Statistics of one block, or (VV_PART_WHOLE) of all of the entry. A column that the entry's schema
 * had not yet gives statistics with count rows and nothing good. */
#define VV_PART_WHOLE UINT32_MAX
vv_status vv_part_stats(const struct vv_part_entry *entry, uint32_t block, uint32_t column,
                        struct varve_stats *stats, vv_error *err);

/* The statistics of one column block by block, in one pass. The entry must stay pinned. */
struct vv_part_stats_cursor {
    struct vv_block_ref ref; /* of the block last delivered */
    /* private: */
    const struct vv_part_entry *entry;
    struct vv_reader refs, stats;
    struct varve_stats whole;
    enum varve_type type;
    uint32_t left;
    bool missing; /* the entry's schema has no such column */
};
/* Gives the whole entry's at once. */
vv_status vv_part_stats_begin(const struct vv_part_entry *entry, uint32_t column,
                              struct vv_part_stats_cursor *cursor, struct varve_stats *whole,
                              vv_error *err);
/* Those of the next block; END after the last. */
vv_status vv_part_stats_next(struct vv_part_stats_cursor *cursor, struct varve_stats *stats,
                             vv_error *err);

/* A decoded block: vectors in the order of the columns asked for. */
struct vv_block_rows {
    struct varve_rows rows;
    struct vv_arena arena;          /* of the vectors; reset by the next read */
    struct vv_cache_entry **pinned; /* private: the bytes that texts point into */
    uint32_t pinned_count, pinned_room;
    struct vv_cache *cache; /* private */
};
void vv_block_rows_init(struct vv_block_rows *block);
void vv_block_rows_deinit(struct vv_block_rows *block);
/* Reads and decodes times, subs and the named columns (indexes; null: all that the entry's schema
 * has, then `count` is ignored). A column that the block has not is null in all rows. CORRUPT names
 * file, series and time range in the message. */
vv_status vv_part_read(const struct vv_part_entry *entry, const struct vv_block_ref *ref,
                       const uint32_t *columns, uint32_t count, struct vv_block_rows *block,
                       vv_error *err);

/* Reads every byte and checks checksums, order, ranges and statistics; `report` is told of each
 * damage with its text. */
vv_status vv_part_check(struct vv_part *part,
                        const struct varve_stratum *(*stratum_of)(void *arg, uint32_t id),
                        void (*report)(void *arg, const char *text), void *arg, uint64_t *damaged,
                        uint64_t *rows, vv_error *err);
const char *vv_part_path(const struct vv_part *part);
uint64_t vv_part_number(const struct vv_part *part);

#endif
