/* vtab_private.h: the tables behind vtab.h, shared by the files vtab*.c.
 *
 * vtab.c           attaching, the list of tables, partitions that come and go
 * vtab_shape.c     what a source's table looks like: columns, roles, units
 * vtab_plan.c      what SQLite asks for and what a scan can do of it (xBestIndex), as a text that
 *                  xFilter reads back
 * vtab_window.c    a table for each length of pre-processed windows
 * vtab_series.c    the series that a plan's constraints leave
 * vtab_table.c     the module: cursors over series and their rows
 * vtab_rows.c      the rows of one series (vtab_rows.h)
 * vtab_tables.c    varve_tables
 * vtab_agg.c       varve_agg
 *
 * Threads: the connection's.
 */
#ifndef VV_HISTORY_VTAB_PRIVATE_H
#define VV_HISTORY_VTAB_PRIVATE_H

#include <sqlite3.h>

#include "base/map.h"
#include "history/vtab.h"
#include "history/vtab_source.h"

/* ---- vtab_shape.c ---- */

enum vv_vtab_role {
    VV_ROLE_NATIVE, /* by name, or null */
    VV_ROLE_KEY,
    VV_ROLE_TIME,
    VV_ROLE_SUB,
    VV_ROLE_COMPUTED,
    VV_ROLE_WHOLE, /* computed, and tells where the row stands */
    VV_ROLE_NAME   /* the hidden column, behind the catalogue's */
};

struct vv_vtab_shape {
    const struct vv_table_source *source;
    const struct vv_table *table;
    enum vv_vtab_role *roles; /* one for each column, the hidden one included; owned */
    int column_count;
    bool text_key;
    enum varve_unit unit; /* of the time column: seconds or milliseconds */
    char *declaration;    /* for sqlite3_declare_vtab; owned */
};

vv_status vv_vtab_shape_init(struct vv_vtab_shape *shape, const struct vv_table_source *source,
                             vv_error *err);
void vv_vtab_shape_deinit(struct vv_vtab_shape *shape);

/* A time of a stratum in the unit of the shape, rounded down. */
int64_t vv_vtab_time_out(enum varve_unit from, enum varve_unit to, int64_t time);

/* Integers from `low` to `high`, both inclusive; none when low > high. */
struct vv_vtab_range {
    int64_t low, high;
};
/* The stratum's times whose shown values are in `range`. */
struct vv_vtab_range vv_vtab_time_in(enum varve_unit stratum, enum varve_unit shown,
                                     const struct vv_vtab_range *range);

/* ---- vtab_plan.c ---- */

/* idxStr holds two letters for each argument of xFilter, then ';' and the used columns in
 * hexadecimal: what the argument is compared with, and how. */
#define VV_PLAN_KEY   'k'
#define VV_PLAN_TIME  't'
#define VV_PLAN_NAME  'n'
#define VV_PLAN_WHOLE 'w'
#define VV_PLAN_EQ    '='
#define VV_PLAN_IN    'i' /* all values of an IN at once */
#define VV_PLAN_LT    '<'
#define VV_PLAN_LE    '{'
#define VV_PLAN_GT    '>'
#define VV_PLAN_GE    '}'
#define VV_PLAN_LIKE  '%'
#define VV_PLAN_GLOB  '*'
/* idxNum */
#define VV_PLAN_ORDERED 1 /* by key, then by time and sub */
#define VV_PLAN_REVERSE 2 /* the other way round; of one key only */

/* What is known of a table's size. */
struct vv_vtab_size {
    double rows, series;
    bool key_once; /* of all histories that show it */
};

/* xBestIndex. */
int vv_vtab_plan(const struct vv_vtab_shape *shape, const struct vv_vtab_size *size,
                 sqlite3_index_info *info);
/* Narrows `range` to what `VV_PLAN_EQ` … `VV_PLAN_GE` with the value leave of it, as SQLite
 * compares an integer column with any value. */
void vv_vtab_range_narrow(struct vv_vtab_range *range, char op, sqlite3_value *value);

/* ---- vtab_series.c ---- */

/* The arguments of xFilter, understood. */
struct vv_vtab_filter {
    struct vv_vtab_range keys;      /* of an integer key */
    struct vv_vtab_range times;     /* as they are shown */
    sqlite3_value *key_in, *key_is; /* a list; a text key. Null: not asked for */
    sqlite3_value *name_in, *name_is, *name_like, *name_glob;
    const struct vv_source_place *place; /* the one row's; null: not asked for */
    bool nothing;                        /* no row can answer */
    uint64_t used;                       /* colUsed */
};

/* The series of the table that the filter leaves, in order of their keys; owned (vv_free). */
struct vv_sqltable;
vv_status vv_vtab_series_list(const struct vv_sqltable *table, const struct vv_vtab_filter *filter,
                              struct vv_source_series **list, size_t *count, vv_error *err);

/* Names by key, as the hidden column shows them. */
struct vv_vtab_names {
    struct vv_source_name *names; /* by key; owned */
    size_t count, room;
    uint32_t renamed; /* vv_tags_renamed when they were read */
};
/* Brings the list up to what the source has now. */
vv_status vv_vtab_names_refresh(struct vv_vtab_names *names, const struct vv_table_source *source,
                                struct vv_history_set *set, vv_error *err);
/* Null when the key has none. */
const struct vv_source_name *vv_vtab_names_find(const struct vv_vtab_names *names, int64_t key);

/* ---- vtab_window.c ---- */

/* Lengths of windows that one set can show. */
#define VV_VTAB_WINDOWS 32

struct vv_vtab_window {
    struct vv_table_source source;
    char stratum[64];
};
/* Adds a shape for each length of pre-processed windows that a history has and that has none. */
struct vv_sqltables;
vv_status vv_vtab_windows_find(struct vv_sqltables *tables, vv_error *err);

/* ---- vtab.c ---- */

/* One registered table: the client data of its module. */
struct vv_sqltable {
    struct vv_sqltables *tables;
    const struct vv_vtab_shape *shape;
    struct vv_vtab_names *names; /* the shape's */
    int64_t provider_id;         /* of the history that a partition is of; 0: all of the set */
    int64_t from, to;            /* of a partition, in the stratum's unit; else all times */
    uint64_t seen;               /* the round of refreshing that met it last */
    size_t place;                /* in the list of tables */
    char name[VV_PARTITION_TABLE_BYTES];
};

#define VV_VTAB_HISTORIES 64 /* of a set, at most */

/* For the planner, as of the last refresh. */
struct vv_vtab_totals {
    uint64_t rows;
    uint64_t partitions; /* 1 or more */
};

struct vv_sqltables {
    sqlite3 *db;
    struct vv_history_set *set;
    size_t refs; /* one for each module, and one while attaching */
    struct vv_vtab_shape *shapes;
    struct vv_vtab_names *names; /* one for each shape */
    size_t shape_count;
    struct vv_vtab_window windows[VV_VTAB_WINDOWS]; /* of the last shapes */
    size_t window_count;
    struct vv_sqltable **list; /* null where one has gone */
    size_t count, room;
    struct vv_map *by_name; /* name → place in the list */
    uint64_t version;       /* of the partitions, when they were last listed */
    uint64_t round;         /* of refreshing */
    bool unswept;           /* tables that are no more may still be there */
    struct vv_vtab_totals totals[VV_VTAB_HISTORIES];
    bool (*stop)(void *arg);
    void *stop_arg;
    vv_status (*follow)(void *arg, bool now, struct vv_history_set **set, vv_error *err);
    void (*follow_end)(void *arg);
    void *follow_arg;

    /* The moment that the statements now running see: one for each history, opened when the first
     * cursor reads from it, closed with the last cursor. */
    varve_snapshot *moments[VV_VTAB_HISTORIES]; /* null: not read from yet */
    size_t open_cursors;
};

/* Whether a table shows a history. */
bool vv_sqltable_shows(const struct vv_sqltable *table, const struct vv_history *history);

/* The moment of a history; borrowed until the last cursor is closed. */
vv_status vv_sqltables_moment(struct vv_sqltables *tables, uint32_t history_index,
                              varve_snapshot **moment, vv_error *err);
/* The first one brings the tables up to now. */
vv_status vv_sqltables_cursor_opened(struct vv_sqltables *tables, vv_error *err);
void vv_sqltables_cursor_closed(struct vv_sqltables *tables);
/* The stratum of that name in a history's store, or UINT32_MAX. */
uint32_t vv_vtab_stratum(varve *store, const char *name, const struct varve_stratum **stratum);
/* The ids of the source's strata that a store has, into `ids` (VV_SOURCE_STRATA); how many. */
size_t vv_vtab_strata(varve *store, const struct vv_table_source *source, uint32_t *ids,
                      const struct varve_stratum **stratum);
/* The partition that begins at `from` in the stratum's unit; false when it has no name: of strata
 * without partitions, before year 1, after year 9999. */
bool vv_vtab_partition_of(const struct varve_stratum *stratum, int64_t from,
                          struct vv_partition *partition);

/* ---- vtab_table.c ---- */

extern const sqlite3_module vv_vtab_module; /* its data: struct vv_sqltable */

/* Gives SQLite an error's text for a table, and the code that fits. */
int vv_vtab_fail(sqlite3_vtab *vtab, const vv_error *err);

/* ---- vtab_tables.c, vtab_agg.c ---- */

extern const sqlite3_module vv_vtab_tables_module, vv_vtab_agg_module; /* struct vv_sqltables */

#endif
