/* catalog.h: every documented table, described once, as data.
 *
 * DDL, JSON in and out, validation, the ledger's statements, the reference page docs/tables.md and
 * later the forms of the pages all come from these descriptions. A new table is one row in its
 * family's file (scada_tables.c, electro_tables.c and electro_work_tables.c, dcop_tables.c,
 * study_tables.c, ours_tables.c and ours_work_tables.c); nothing else changes.
 * docs/internals/catalog.md tells how.
 *
 * Threads: everything here is constant; the first call expands repeated columns, once, under a
 * lock. Pointers stay valid for the life of the process.
 */
#ifndef VV_CATALOG_CATALOG_H
#define VV_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised by one whenever a ledger table, column or reserved row is added; the ledger keeps what it
 * was made by. 1: the tables. 2: reserved rows (seeds.h). */
#define VV_CATALOG_VERSION 2

enum vv_column_type {
    VV_COLUMN_TINY,   /* integer, 0 to 127: fits the tiny integer of every database */
    VV_COLUMN_INT,    /* integer of 32 bits */
    VV_COLUMN_BIGINT, /* integer of 64 bits */
    VV_COLUMN_DOUBLE, /* 64-bit float; NaN and infinities are refused */
    VV_COLUMN_BOOL,
    VV_COLUMN_TEXT, /* UTF-8 */
    VV_COLUMN_BLOB,
    VV_COLUMN_TIME /* an instant in ms since 1970 UTC; a datetime where the database has one */
};
#define VV_COLUMN_TYPE_COUNT 8

enum vv_column_flag {
    VV_COLUMN_NOT_NULL = 1 << 0,
    VV_COLUMN_AUTO = 1 << 1,   /* the database numbers it; only a single-column integer key */
    VV_COLUMN_SECRET = 1 << 2, /* password hashes and the like: neither into nor out of JSON */
    VV_COLUMN_FIXED = 1 << 3,  /* text of exactly `width` characters */
    VV_COLUMN_BITS = 1 << 4    /* text of the characters 0 and 1 */
};

/* One allowed value. In a text column `name` is the value; in an integer one `value` is, and `name`
 * says what it means. A list ends with a null name. */
struct vv_choice {
    const char *name;
    int64_t value;
};

enum vv_reference_kind {
    VV_REFERENCE_NONE,
    VV_REFERENCE_KEY, /* a row must be there: a foreign key in the database, in ledger tables */
    VV_REFERENCE_ZERO /* a row, or 0 or null for none: the source's own way; the ledger checks */
};

struct vv_column {
    const char *name; /* with repeat_last > 0 in a source row: a format for one unsigned number */
    enum vv_column_type type;
    uint32_t width;                  /* text: most characters, 0 for as many as there are */
    unsigned flags;                  /* vv_column_flag */
    const char *preset;              /* default as plain text ("0", "good"); null for none */
    const char *unit;                /* "s", "ms", "%"…; null for none */
    const char *doc;                 /* one line */
    double least, most;              /* allowed range, both included; both 0 for none */
    double gap_first, gap_last;      /* refused within it, both included; both 0 for none */
    const struct vv_choice *choices; /* null for any value */
    enum vv_reference_kind reference;
    const char *to_table, *to_column;   /* of the reference */
    uint16_t repeat_first, repeat_last; /* source rows only: stands for that many columns */
};

#define VV_KEY_COLUMNS   4
#define VV_TABLE_INDEXES 4

/* Names of columns, in order; unused ones are null. */
struct vv_index {
    const char *columns[VV_KEY_COLUMNS];
    bool unique;
    const char *not_zero; /* only rows where this column is neither null nor 0; null for all rows */
};

enum vv_family {
    VV_FAMILY_SCADA,
    VV_FAMILY_ELECTRO,
    VV_FAMILY_DCOP,
    VV_FAMILY_STUDY,
    VV_FAMILY_OURS
};
#define VV_FAMILY_COUNT 5

enum vv_table_kind {
    VV_TABLE_LEDGER, /* small, related, edited: in the SQL database */
    VV_TABLE_STRATUM /* big, by time, appended: in a history store; references are not enforced */
};

struct vv_table {
    const char *name;
    enum vv_family family;
    enum vv_table_kind kind;
    const char *doc;  /* one line */
    const char *kept; /* rows are never deleted: what to do instead; null where they may be */
    const struct vv_column *columns;
    size_t column_count;
    const char *key[VV_KEY_COLUMNS];           /* primary key; unused ones null */
    struct vv_index indexes[VV_TABLE_INDEXES]; /* unused ones have a null first column */
};

/* How many tables there are, and the i-th, in the order of the documentation. */
size_t vv_catalog_count(void);
const struct vv_table *vv_catalog_table(size_t index);
/* By exact name; null when there is none. A partition's name gives the table that describes it:
 * "ScadaTagHistory_1_day_20241105" gives ScadaTagHistory. */
const struct vv_table *vv_catalog_find(const char *name);

/* The number of a column by its exact name, or -1. `hint` is where to look first: a reader of rows
 * in column order passes its last answer plus one, and each search takes one step. */
int vv_table_column(const struct vv_table *table, const char *name, size_t len_bytes, int hint);
/* How many columns the primary key has, and whether column `index` is one of them. */
int vv_table_key_count(const struct vv_table *table);
bool vv_table_is_key(const struct vv_table *table, int index);
/* The column that the database numbers, or -1. */
int vv_table_auto_column(const struct vv_table *table);

/* "scada", "electro"…; "ledger", "stratum"; "bigint", "text"…: as the documentation has them. */
const char *vv_family_name(enum vv_family family);
const char *vv_table_kind_name(enum vv_table_kind kind);
const char *vv_column_type_name(enum vv_column_type type);

#endif
