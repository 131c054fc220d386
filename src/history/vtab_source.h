/* vtab_source.h: how a documented table is made of native strata (private to src/history).
 *
 * A native row has its series' key, a time, a sub, and the columns of its stratum; a documented row
 * has the columns of the catalogue. A source says which is which:
 *
 *     key_column    the series' key: its digits as an integer where the column is an integer in the
 *                   catalogue, else the key itself as text
 *     time_column   the row's time, in the column's unit ("s", "ms"; ms where its type is time)
 *     sub_column    the row's sub
 *     `computed`    what `compute` makes of these
 *     all others    the native column of the same name in the stratum of the row's series; null
 *                   where that stratum has none of the name
 *
 * Rows of all native histories of the set are shown together. Another documented stratum is one
 * file with a struct vv_table_source and one line in vtab_source.c.
 *
 * Threads: sources are constant; their functions are called by the connection's thread.
 */
#ifndef VV_HISTORY_VTAB_SOURCE_H
#define VV_HISTORY_VTAB_SOURCE_H

#include <sqlite3.h>

#include "catalog/catalog.h"
#include "history/history.h"
#include "varve.h"

#define VV_SOURCE_STRATA    8 /* strata of one table at most */
#define VV_SOURCE_KEY_BYTES 160

/* One series of a table. */
struct vv_source_series {
    struct vv_history *history;
    uint32_t history_index; /* in the set */
    uint32_t series;        /* in the history's store */
    uint32_t stratum;       /* index in the source's `strata` */
    int64_t key;            /* where the key is an integer */
    const char *text;       /* where it is a text; borrowed from the store, not ended by NUL */
    uint32_t text_len;      /* bytes */
};

/* Where the row of a primary key stands. */
struct vv_source_place {
    char key[VV_SOURCE_KEY_BYTES]; /* of the series, whole */
    size_t key_len;                /* bytes */
    int64_t time;                  /* in the stratum's unit */
};

/* One row, for `compute`. */
struct vv_source_row {
    const struct vv_source_series *series;
    int64_t time; /* in the stratum's unit */
    uint32_t sub;
};

/* The name that stands for a key. */
struct vv_source_name {
    int64_t key;
    const char *name; /* borrowed for as long as the set is open */
    size_t len_bytes;
};

struct vv_table_source {
    const char *table;                    /* in the catalogue */
    const char *strata[VV_SOURCE_STRATA]; /* names, of one unit and span; unused ones null */
    const char *key_column, *time_column;
    const char *sub_column; /* may be null */
    char separator;         /* a text key ends in front of it; 0: it is the whole key */
    bool key_once;          /* no two series of one history have the same key: rows can come in
                               order of (key, time), and (key, time, sub) is unique, where one
                               history shows the table or keys differ between histories */
    bool key_across;        /* and keys differ between histories */
    bool several_at_once;   /* there may be rows of one key and time, their subs not shown */

    /* Whether the rows of a history are shown. Null: always. */
    bool (*shows)(struct vv_history_set *set, const struct vv_history *history);

    /* A hidden column with the name of an integer key; =, IN, LIKE and GLOB on it choose series.
     * Null: there is none. `name_at` gives the names by index from 0, false behind the last. */
    const char *name_column;
    bool (*name_at)(struct vv_history_set *set, uint32_t index, struct vv_source_name *name);

    /* Columns that are not in the strata, by name, null behind the last; null: there are none. The
     * function gives its result to the context (sqlite3_result_…). */
    const char *const *computed;
    void (*compute)(sqlite3_context *context, const struct vv_source_row *row,
                    const struct vv_column *column);

    /* A computed column, text, whose value tells where its row stands: = on it finds that row. The
     * function is false for a text that no row has. Null: there is none. */
    const char *whole_column;
    bool (*whole)(const char *text, size_t len_bytes, struct vv_source_place *place);

    /* Writes the name of the table that shows one partition of one history into `to`, which holds
     * VV_PARTITION_TABLE_BYTES. Null: partitions have no tables. */
    void (*partition_name)(const struct vv_table_source *source, const struct vv_history *history,
                           const struct vv_partition *partition, char *to);
    int64_t window_min; /* of a source that vtab_window.c made; else 0 */
};

/* Null behind the last. */
const struct vv_table_source *vv_table_source_at(size_t index);

extern const struct vv_table_source vv_source_scada; /* vtab_scada.c */
/* Names of tags by TagId: `name_at` of sources whose key is one. */
bool vv_source_tag_name(struct vv_history_set *set, uint32_t index, struct vv_source_name *name);
extern const struct vv_table_source vv_source_strata[]; /* vtab_strata.c; ended by no table */

#endif
