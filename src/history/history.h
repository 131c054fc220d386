/* history.h: the named history databases of a node, and the one way in which samples get there.
 *
 * A set is opened once at start. Each history database has a row in ScadaProviderMapping (node,
 * name), a registry of its tags (tags.h), and a store that keeps the rows (store.h: one table of
 * functions for each kind; `native` is Varve's own). Reading is in query.h.
 *
 *     struct vv_history_set_options options = {.node = "plant-1", .ledger = ledger, ...};
 *     vv_history_set_open(&options, &set, &err);
 *     vv_history_write(set, samples, count, &write_options, &result, &err);
 *
 * Threads: everything here may be called from any number of threads, open and close apart. A write
 * holds no lock while the store writes; once warm it allocates nothing.
 *
 * Ownership: a set keeps copies of the options' texts and borrows the ledger, which must outlive
 * it. Histories and tags are borrowed from the set and live as long as it does.
 */
#ifndef VV_HISTORY_HISTORY_H
#define VV_HISTORY_HISTORY_H

#include "base/error.h"
#include "catalog/partition.h"
#include "history/datum.h"
#include "varve.h"

struct vv_ledger;
struct vv_history_set;
struct vv_history;
struct vv_zone;

enum vv_history_layout {
    VV_LAYOUT_SCADA, /* typed value and quality, milliseconds: ScadaTagHistory */
    VV_LAYOUT_TREND, /* points of TB_Objects, number and flags, seconds: Trend */
    VV_LAYOUT_KEPT   /* the one that its store has; of a store that is new SCADA */
};

/* One history database. Zero is the default. */
struct vv_history_options {
    const char *name;  /* Provider, unique in the set; 1 … 255 bytes */
    const char *store; /* null or "native"; other kinds: "postgres:host=…" */
    const char *path;  /* native: the store's directory */
    enum vv_history_layout layout;
    enum vv_partition_size partition;
    struct varve_options native; /* sync, memory, cache, reserve… as varve.h has them */
};

struct vv_history_set_options {
    const char *node;         /* Node in ScadaProviderMapping */
    struct vv_ledger *ledger; /* borrowed */
    const struct vv_history_options *histories;
    size_t count;                 /* 1 or more; the first is the default */
    uint64_t new_series_per_hour; /* of each history; 0: no limit */
    struct vv_zone *zone;         /* the plant's, borrowed; null: UTC */
    bool read_only;               /* nothing is written, the ledger is not changed */
    int64_t (*now_ms)(void);      /* null: the wall clock (tests set their own) */
};

/* Whether this version can open it: UNSUPPORTED names what it cannot. */
vv_status vv_history_supported(const struct vv_history_options *options, vv_error *err);

/* Opens every history, registers its provider row and loads its tags. On failure nothing stays
 * open. Besides the store's errors: BAD_NAME, EXISTS for a name used twice, UNSUPPORTED,
 * NOT_FOUND for a history that read_only finds missing. */
vv_status vv_history_set_open(const struct vv_history_set_options *options,
                              struct vv_history_set **set, vv_error *err);
/* Flushes and closes the stores. No call may run or come after; queries must be closed before. The
 * first error is told; everything is closed all the same. Null is allowed. */
vv_status vv_history_set_close(struct vv_history_set *set, vv_error *err);

size_t vv_history_count(const struct vv_history_set *set);
struct vv_history *vv_history_at(struct vv_history_set *set, size_t index);
/* Null or "" is the default history. NOT_FOUND names those that there are. */
vv_status vv_history_find(struct vv_history_set *set, const char *name, struct vv_history **history,
                          vv_error *err);
const char *vv_history_name(const struct vv_history *history);
/* SCADA or TREND. */
enum vv_history_layout vv_history_layout(const struct vv_history *history);
int64_t vv_history_provider_id(const struct vv_history *history);
/* Null unless the history's store is native; borrowed (state, flush, checks). */
varve *vv_history_native(const struct vv_history *history);

/* ---- writing ---- */

enum vv_source {
    VV_SOURCE_CLIENT, /* a time outside the limits is refused */
    VV_SOURCE_DRIVER  /* it goes to vv_rejected, and the rest of the batch is stored */
};

/* Why sample number `index` of a call was not stored. */
struct vv_rejection {
    size_t index;
    vv_status status;
    char reason[232]; /* names the tag, the value or limit, and the remedy */
};

/* A sample as it was stored: tag known, value of the tag's type or null, quality settled. */
struct vv_stored {
    const struct vv_tag *tag;
    int64_t time_ms;
    int32_t quality;
    struct vv_datum value;
};

struct vv_write_options {
    const char *history; /* null: the default */
    enum vv_source source;
    bool partial;    /* store the good ones and list the bad */
    bool only_check; /* whether they would be stored: nothing is, and no tag is registered */
    /* Told what was stored, after it is acknowledged, before the call returns; may be null. */
    void (*stored)(void *arg, const struct vv_stored *rows, size_t count);
    void *stored_arg;
};

/* `list` is the caller's and may be null; `rejected` counts on beyond its `capacity`. */
struct vv_write_result {
    struct vv_rejection *list;
    size_t capacity;
    size_t listed;   /* entries of `list` that are filled */
    size_t rejected; /* samples that are bad */
    size_t diverted; /* of those: written to vv_rejected (drivers) */
    size_t stored;
    uint64_t sequence; /* of the store's batch; 0 when nothing was stored */
};

/* Stores `count` samples: all or none of them unless `partial`, across all tags. Tags that are new
 * are registered first, durably, with their declared type. An integer for a Double tag is widened;
 * any other mismatch is BAD_TYPE and names both types. NaN, infinities and null are stored as bad
 * quality without a value. Of two samples with one tag and time the later in the array wins, and
 * wins over what was stored before.
 *
 * In a history of layout TREND a tag is a point of TB_Objects, of the point's type; times are
 * floored to seconds, and a quality becomes 192, 64 or 0 by its two top bits; a bad sample has no
 * value.
 *
 * Refusals of samples (each in the result; without `partial` the first one is also the answer, its
 * message with the index): BAD_NAME (also a name that is no point, where only points are kept),
 * BAD_TYPE, BAD_VALUE, BAD_TIME (before 1970, or more than a day ahead), TOO_MANY (new series in
 * this hour, with the limit). Failures of the whole call pass through from store and ledger:
 * NO_SPACE, BUSY, READ_ONLY, NO_MEMORY, IO…: nothing was stored then, though new tags may have been
 * registered. */
vv_status vv_history_write(struct vv_history_set *set, const struct vv_sample *samples,
                           size_t count, const struct vv_write_options *options,
                           struct vv_write_result *result, vv_error *err);

#endif
