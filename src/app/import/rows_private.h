/* rows_private.h: a reader of rows and its two kinds: rows_csv.c, rows_text.c. */
#ifndef VV_APP_IMPORT_ROWS_PRIVATE_H
#define VV_APP_IMPORT_ROWS_PRIVATE_H

#include "app/import/rows.h"

struct vv_import_rows_kind {
    vv_status (*open)(struct vv_import_rows *rows, vv_error *err);
    vv_status (*next)(struct vv_import_rows *rows, struct vv_import_row *row, vv_error *err);
    void (*close)(struct vv_import_rows *rows); /* also after a failed open */
};

struct vv_import_rows {
    const struct vv_import_rows_kind *kind;
    const struct vv_import_form *form;
    struct vv_import_input *input;
    struct vv_import_tags *tags;
    struct vv_import_clock clock;
    struct vv_import_cell *cells;
    size_t capacity;
    void *state; /* the kind's own */
};

extern const struct vv_import_rows_kind vv_import_rows_csv;
extern const struct vv_import_rows_kind vv_import_rows_line;
extern const struct vv_import_rows_kind vv_import_rows_jsonl;

/* Room for `count` cells; NO_MEMORY. */
vv_status vv_import_rows_reserve(struct vv_import_rows *rows, size_t count, vv_error *err);

/* What a column of a CSV file is for, by the name in its header. */
enum vv_import_role {
    VV_ROLE_OTHER,
    VV_ROLE_TIME,  /* "time", "timestamp"…; or the time of day where a date stands beside it */
    VV_ROLE_CLOCK, /* "time" and its like alone: what may be the time of day */
    VV_ROLE_DATE,
    VV_ROLE_TAG,
    VV_ROLE_VALUE,
    VV_ROLE_QUALITY
};
enum vv_import_role vv_import_role_of(const char *name, size_t len_bytes);

#endif
