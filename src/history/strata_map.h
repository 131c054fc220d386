/* strata_map.h: how documented rows stand in native strata (private to src/history).
 *
 * A native row has a series' key, a time and a sub; a map says which columns of the catalogue these
 * are made of, and all other columns are native columns of the same name.
 *
 * Threads: constant data; the first call expands it, once, under a lock.
 */
#ifndef VV_HISTORY_STRATA_MAP_H
#define VV_HISTORY_STRATA_MAP_H

#include "base/zone.h"
#include "catalog/partition.h"
#include "catalog/row.h"
#include "history/history.h"

/* Between the parts of a series' key that has two: the unit separator, which no name holds. */
#define VV_STRATA_SEPARATOR '\x1f'

#define VV_STRATA_KEY_BYTES 160 /* 2 × 12 characters of 4 bytes, and what stands between */
#define VV_STRATA_COMPUTED  5

/* The native key of a row. */
struct vv_strata_key {
    char series[VV_STRATA_KEY_BYTES];
    size_t series_len; /* bytes */
    int64_t time;      /* in the stratum's unit */
    uint32_t sub;
};

/* How a key stands in the columns of a row. */
struct vv_strata_form {
    /* Reads the key, sets columns that can be told from others, and checks that all agree. */
    vv_status (*read)(struct vv_row *row, struct vv_zone *zone, struct vv_strata_key *key,
                      vv_error *err);
    /* Sets the columns that are not stored. */
    vv_status (*write)(const struct vv_strata_key *key, struct vv_zone *zone, struct vv_row *row,
                       vv_error *err);
};

enum vv_strata_home {
    VV_HOME_FIRST,   /* the first native history */
    VV_HOME_POINT,   /* the point's history of layout TREND */
    VV_HOME_PROVIDER /* the history of the ProviderId in the table's name */
};

struct vv_strata_map {
    const char *table; /* in the catalogue, and, but for windows, the stratum's name */
    const struct vv_strata_form *form;
    enum varve_unit unit;
    enum vv_strata_home home;
    enum varve_goodness goodness;
    const char *good_column;                  /* null with GOOD_ALL */
    const char *computed[VV_STRATA_COMPUTED]; /* columns that are not stored; unused ones null */
    vv_status (*check)(struct vv_row *row, vv_error *err); /* beyond vv_row_check; may be null */
    bool samples;  /* its rows are samples of tags as well */
    bool by_month; /* cut by months, whatever the history's partitions are */
};

/* A map with what the catalogue says: the native columns, and where they stand in the table. */
struct vv_stratum_columns {
    const struct vv_strata_map *map;
    const struct vv_table *table;
    uint32_t count;
    struct varve_column columns[VARVE_COLUMNS_MAX];
    uint16_t places[VARVE_COLUMNS_MAX]; /* index in table->columns */
    uint32_t good_column;
};

#define VV_STRATUM_NAME_BYTES 80

/* What the stratum of pre-processed windows is called, in front of their minutes. */
#define VV_STRATA_WINDOW "ScadaTagPreProcessed."

/* A table's name, taken apart. */
struct vv_strata_name {
    const struct vv_stratum_columns *columns;
    char stratum[VV_STRATUM_NAME_BYTES]; /* its name in the native store */
    int64_t provider_id;                 /* windows; else 0 */
    struct vv_partition partition;       /* windows: rows must be in it; else size NONE */
};

/* Errors of vv_strata_table. */
vv_status vv_strata_parse(const char *table, struct vv_strata_name *name, vv_error *err);
/* Null behind the last. */
const struct vv_strata_map *vv_strata_map_at(size_t index);

/* ---- strata_keys.c ---- */

extern const struct vv_strata_form vv_form_trend;  /* ObjId, DT */
extern const struct vv_strata_form vv_form_frame;  /* tool_id; claim_time; 0 for _SS, 1 for _RE */
extern const struct vv_strata_form vv_form_event;  /* tool_id and code_name; claim_time; 2 n, and 1
                                                      more for _RE */
extern const struct vv_strata_form vv_form_window; /* TagId; Timestamp; Category */

/* The series' key of a tool, or of a tool and a code (null: none). */
void vv_strata_series_key(struct vv_strata_key *key, const char *tool, const char *code);

/* VsPrimaryKey as text, and back: false for a text that is none. `code` is null for frames. */
#define VV_PRIMARY_KEY_BYTES 200
void vv_frame_key_format(const struct vv_strata_key *key, char to[VV_PRIMARY_KEY_BYTES]);
bool vv_frame_key_parse(const char *text, size_t len_bytes, struct vv_strata_key *key);
void vv_event_key_format(const struct vv_strata_key *key, char to[VV_PRIMARY_KEY_BYTES]);
bool vv_event_key_parse(const char *text, size_t len_bytes, struct vv_strata_key *key);

/* "yyyy/MM/dd HH:mm:ss" of an instant; a null zone is UTC. */
#define VV_TIME_ORDER_BYTES 32
void vv_time_order_format(struct vv_zone *zone, int64_t time_s, char to[VV_TIME_ORDER_BYTES]);

/* Trend.Flag: its letters, and X just where there is no Val (added where it is missing). */
vv_status vv_strata_check_trend(struct vv_row *row, vv_error *err);

#endif
