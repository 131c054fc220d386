/* native_layout.h: how one layout stands in a native store (private to store_native.c and the
 * layouts' files, native_scada.c and native_trend.c).
 *
 * A layout is its strata as data, the key of a tag's series, and how samples become rows. Where the
 * store's rows are not those of a history (other unit, flags for qualities), it also says how they
 * are read.
 *
 * Threads: constant data; a writer and a slice belong to one thread.
 */
#ifndef VV_HISTORY_NATIVE_LAYOUT_H
#define VV_HISTORY_NATIVE_LAYOUT_H

#include "history/store.h"

/* Rows of one tag that are handed to the batch together, and rows of a slice. */
#define VV_NATIVE_RUN 1024

#define VV_NATIVE_STRATA  5
#define VV_NATIVE_COLUMNS 2

struct vv_native_writer {
    struct vv_native_writer *next;
    varve_batch *batch;
    int64_t times[VV_NATIVE_RUN];
    int64_t qualities[VV_NATIVE_RUN];
    struct varve_text flags[VV_NATIVE_RUN];
    uint64_t valid[VV_NATIVE_RUN / 64];
    union {
        int64_t integers[VV_NATIVE_RUN];
        double doubles[VV_NATIVE_RUN];
        uint8_t booleans[VV_NATIVE_RUN];
        struct varve_text texts[VV_NATIVE_RUN];
    } values;
};

/* Rows of a history made from rows of the store. */
struct vv_native_slice {
    int64_t times[VV_NATIVE_RUN];
    int64_t qualities[VV_NATIVE_RUN];
    uint8_t booleans[VV_NATIVE_RUN];
    struct varve_vector columns[VV_NATIVE_COLUMNS];
};

struct vv_native_layout {
    enum vv_history_layout layout;
    enum varve_unit unit;
    enum varve_goodness goodness;
    uint32_t good_column;
    struct {
        const char *name;
        struct varve_column columns[VV_NATIVE_COLUMNS];
    } strata[VV_NATIVE_STRATA];       /* unused ones have no name */
    int8_t stratum_of[VV_TYPE_COUNT]; /* of a tag; -1: the layout has no tags of that type */

    /* The number whose decimal digits are the key of the tag's series; 0: it has none. */
    int64_t (*key)(const struct vv_tag *tag);
    /* Adds `count` rows (1 … VV_NATIVE_RUN) of one tag to the writer's batch. */
    vv_status (*add_run)(struct vv_native_writer *w, const struct vv_stored *rows, size_t count,
                         vv_error *err);

    /* Null where the store's rows are the history's: */

    /* Rows [from, from + count) of `rows`, at most VV_NATIVE_RUN and `from` a multiple of it, as
     * rows of a history; `rows` must outlive what is made of them. */
    void (*slice)(struct vv_native_slice *slice, const struct varve_rows *rows, uint32_t from,
                  uint32_t count, enum vv_tag_type type, struct varve_rows *made);
    vv_status (*aggregate)(varve *db, const struct vv_store_buckets *buckets,
                           bool (*each)(void *arg, int64_t start_ms,
                                        const struct varve_stats *stats),
                           void *arg, size_t *lost_blocks, vv_error *err);
};

extern const struct vv_native_layout vv_native_scada;
extern const struct vv_native_layout vv_native_trend;

/* The store's time at or behind an instant, and the instant of a store's time. */
int64_t vv_native_time(int64_t unit_ms, int64_t time_ms);
int64_t vv_native_time_ms(int64_t unit_ms, int64_t time);

#endif
