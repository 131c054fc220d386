/* store.h: what a kind of history store has to be able to do (private to src/history).
 *
 * A history database keeps its rows in one store. Each kind is one file and one row of vv_stores
 * (history.c): the functions below over an opaque store. Tags are known and checked, values have
 * their tag's type: a store only keeps rows and gives them back.
 *
 * Threads: all functions from any thread, open and close apart; a cursor belongs to one thread.
 */
#ifndef VV_HISTORY_STORE_H
#define VV_HISTORY_STORE_H

#include "history/history.h"
#include "history/tags.h"
#include "varve.h"

struct vv_store;        /* the store's own */
struct vv_store_cursor; /* likewise */

/* Column numbers in the rows that a cursor gives. */
#define VV_STORE_QUALITY 0 /* VARVE_INT64 */
#define VV_STORE_VALUE   1 /* by the tag's type; DateTime is VARVE_INT64 */

struct vv_store_range {
    const struct vv_tag *tag;
    int64_t from_ms, to_ms; /* from <= time < to */
};

/* Buckets: as varve_aggregate_spec has them. */
struct vv_store_buckets {
    struct vv_store_range range;
    int64_t every_ms, origin_ms; /* every 0: one bucket, unless `bounds` */
    const int64_t *bounds;
    size_t bound_count;
};

struct vv_store_kind {
    const char *scheme; /* what stands before the ":" in the configuration */

    vv_status (*open)(const struct vv_history_options *options, struct vv_store **store,
                      vv_error *err);
    vv_status (*close)(struct vv_store *store, vv_error *err);
    /* The one that it was opened with; for VV_LAYOUT_KEPT the one that it has. */
    enum vv_history_layout (*layout)(const struct vv_store *store);
    /* Makes room for a tag (new, or from an earlier run) and numbers it: vv_tag.series. */
    vv_status (*tag_open)(struct vv_store *store, const struct vv_tag *tag, uint32_t *series,
                          vv_error *err);
    /* All rows or none; later ones of equal (tag, time) win. */
    vv_status (*write)(struct vv_store *store, const struct vv_stored *rows, size_t count,
                       uint64_t *sequence, vv_error *err);

    /* The rows of all ranges that are there now are gone; null: the store cannot do it. */
    vv_status (*remove)(struct vv_store *store, const struct vv_store_range *ranges, size_t count,
                        vv_error *err);

    /* Rows in order of time, each time once: END behind the last. Valid until the next call. */
    vv_status (*cursor_open)(struct vv_store *store, const struct vv_store_range *range,
                             struct vv_store_cursor **cursor, vv_error *err);
    vv_status (*cursor_next)(struct vv_store_cursor *cursor, struct varve_rows *rows,
                             vv_error *err);
    const struct varve_lost *(*cursor_lost)(const struct vv_store_cursor *cursor, size_t *count);
    void (*cursor_close)(struct vv_store_cursor *cursor);

    vv_status (*aggregate)(struct vv_store *store, const struct vv_store_buckets *buckets,
                           bool (*each)(void *arg, int64_t start_ms,
                                        const struct varve_stats *stats),
                           void *arg, size_t *lost_blocks, vv_error *err);
    /* The newest row before `before_ms` of each tag that has one, in the order given. */
    vv_status (*newest)(struct vv_store *store, const struct vv_tag *const *tags, size_t count,
                        int64_t before_ms, void (*each)(void *arg, const struct vv_stored *row),
                        void *arg, vv_error *err);
    /* The varve store itself, where it is one; may be null. */
    varve *(*native)(const struct vv_store *store);
};

extern const struct vv_store_kind vv_store_native;

/* Row `index` of a cursor's rows as quality and value. Texts are borrowed from the rows. */
int32_t vv_store_row_quality(const struct varve_rows *rows, uint32_t index);
struct vv_datum vv_store_row_value(const struct varve_rows *rows, uint32_t index,
                                   enum vv_tag_type type);

#endif
