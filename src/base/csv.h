/* csv.h: comma-separated text, read record by record and written cell by cell.
 *
 * Reading follows RFC 4180, and what programs make of it: lines end in LF, CR LF or CR alone;
 * another separator; a UTF-8 byte order mark is passed over; empty lines are no records. A cell is
 * quoted when a quote is its first byte; line breaks, separators and doubled quotes may stand in
 * it. A quote elsewhere is text. The text comes as a stream, in memory that one record bounds.
 *
 * Threads: a reader belongs to one thread. Ownership: cells live until the next call.
 */
#ifndef VV_BASE_CSV_H
#define VV_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define VV_CSV_RECORD_BYTES (1024 * 1024)
#define VV_CSV_CELLS_MAX    16384

/* Up to `room` bytes to `to`; *got 0 is the end. Its errors pass through. */
typedef vv_status (*vv_csv_source)(void *arg, void *to, size_t room, size_t *got, vv_error *err);

struct vv_csv_options {
    char separator;          /* 0: ','; not a quote or a line end */
    size_t record_bytes_max; /* 0: VV_CSV_RECORD_BYTES */
};

struct vv_csv_cell {
    const char *text; /* unquoted, not NUL-terminated */
    size_t len;       /* bytes */
    bool quoted;
};

struct vv_csv_record {
    const struct vv_csv_cell *cells;
    size_t count;    /* 1 or more */
    uint64_t line;   /* on which it begins, counted from 1 */
    uint64_t offset; /* of its first byte in the stream */
    uint64_t end;    /* of the byte behind it: where the next one may begin */
};

struct vv_csv_reader;

vv_status vv_csv_reader_new(const struct vv_csv_options *options, vv_csv_source source, void *arg,
                            struct vv_csv_reader **reader, vv_error *err);
void vv_csv_reader_free(struct vv_csv_reader *reader);

/* The next record; END behind the last. SYNTAX (text behind a closing quote, a quote that is never
 * closed, a NUL) and LIMIT (a record or its number of cells too large) name the line in the error
 * and in record->line; the next call goes on with the line behind the one on which the bad record
 * began. NO_MEMORY and the source's errors end the reading. */
vv_status vv_csv_next(struct vv_csv_reader *reader, struct vv_csv_record *record, vv_error *err);

/* Where the stream goes on when it is read again from `offset`, the beginning of line `line`
 * (a record's `end`): only before the first record. */
void vv_csv_resume(struct vv_csv_reader *reader, uint64_t offset, uint64_t line);
/* The line on which the next record can begin. */
uint64_t vv_csv_line(const struct vv_csv_reader *reader);

/* ---- writing: commas, and the quotes of RFC 4180 ---- */

/* One cell, quoted where it has to be. A text that a spreadsheet would take for a formula (it
 * begins with = + - @, a tab or a carriage return, or with a ' that stands before one) gets a '
 * before it; vv_csv_plain takes that away again. Numbers are written as they are, not by this. */
void vv_csv_text(struct vv_buf *out, const char *text, size_t len_bytes);
/* Whether a text gets that '. For other forms that spreadsheets open. */
bool vv_csv_looks_like_formula(const char *text, size_t len_bytes);
/* vv_csv_text of names that are followed by a NUL. */
void vv_csv_word(struct vv_buf *out, const char *text);
/* Passes over the ' of a text written by vv_csv_text; every other text stays as it is. */
void vv_csv_plain(const char **text, size_t *len_bytes);

#endif
