/* rows.h: the rows of a file to import, whatever its layout.
 *
 *     wide    a time, and a column for each tag
 *     narrow  tag, time, value and perhaps quality in each row
 *     line    InfluxDB's line protocol (serve/line_protocol.h)
 *     jsonl   {"tag","time","value","quality","type"} in each line (serve/samples.h)
 *
 * What was not said of a file is guessed from its first 64 KiB: the layout, the separator, which
 * column holds the time.
 *
 * Threads: one thread. Ownership: a row lives until the next call; a reader borrows all that it was
 * opened with.
 */
#ifndef VV_APP_IMPORT_ROWS_H
#define VV_APP_IMPORT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/import/tags.h"
#include "base/error.h"

struct vv_import_input;
struct vv_zone;

#define VV_IMPORT_EMPTY_MAX 16

enum vv_import_layout {
    VV_IMPORT_GUESS,
    VV_IMPORT_WIDE,
    VV_IMPORT_NARROW,
    VV_IMPORT_LINE,
    VV_IMPORT_JSONL
};

/* What is known of a file's form. Zero: all of it is to be guessed. */
struct vv_import_form {
    enum vv_import_layout layout;
    char separator;          /* of CSV; 0: the one of , ; tab | that its first line has most of */
    char decimal;            /* 0: '.', and ',' too where that does not separate */
    const char *columns;     /* "time,A,B" for a file without a header; null: its first line */
    const char *time_column; /* name, number from 1, or two joined by +; null: guessed */
    const char *time_format; /* clock.h */
    struct vv_zone *zone;    /* of local times; null: UTC */
    const char *precision;   /* of line protocol: ns, us, ms, s */
    const char *empty[VV_IMPORT_EMPTY_MAX]; /* further words for no value, as "?" and "NA" */
    size_t empty_count;
};

/* One value. CSV gives its text, whose type is judged later; the others give the value. */
struct vv_import_cell {
    struct vv_import_tag *tag;
    int64_t time_ms;
    int32_t quality;
    bool typed; /* `value` and `register_type`; else `text`, null when it is the empty one */
    const char *text;
    size_t len;
    struct vv_datum value;
    enum vv_tag_type register_type;
};

struct vv_import_row {
    uint64_t line; /* on which it begins */
    struct vv_import_cell *cells;
    size_t count;
};

struct vv_import_rows;

/* "wide", "narrow", "line", "jsonl"; false for another word. */
bool vv_import_layout_parse(const char *text, enum vv_import_layout *layout);
const char *vv_import_layout_name(enum vv_import_layout layout);

/* Fills in what is 0 of layout, separator and decimal, and rewinds the input. */
vv_status vv_import_form_guess(struct vv_import_input *input, struct vv_import_form *form,
                               vv_error *err);
/* Reads the header. SYNTAX and NOT_FOUND say what it lacks. */
vv_status vv_import_rows_open(const struct vv_import_form *form, struct vv_import_input *input,
                              struct vv_import_tags *tags, struct vv_import_rows **rows,
                              vv_error *err);
void vv_import_rows_close(struct vv_import_rows *rows);
/* The next row, perhaps without values; END behind the last. A bad row (vv_import_is_bad_row) is
 * told with its line in `row` and in the message ("line 12: …"), and the next call goes on behind
 * it. Anything else ends the reading. */
vv_status vv_import_rows_next(struct vv_import_rows *rows, struct vv_import_row *row,
                              vv_error *err);
bool vv_import_is_bad_row(vv_status status);
/* The clock by which texts of DateTime tags are read. */
struct vv_import_clock *vv_import_rows_clock(struct vv_import_rows *rows);

#endif
