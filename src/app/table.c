#include "app/table.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/csv.h"
#include "base/utf8.h"

#include "base/banned.h"

/* So many rows are gathered before the first is printed. */
#define GATHERED_ROWS 200
#define COLUMNS_MAX   256
#define WIDTH_MAX     60

struct row {
    struct row *next;
    size_t count;
    struct vv_csv_cell cells[];
};

struct table {
    FILE *out;
    struct vv_arena arena; /* of the gathered rows */
    struct row *first, **last;
    size_t gathered;
    bool printing;
    size_t widths[COLUMNS_MAX];
    bool texts[COLUMNS_MAX]; /* aligned to the left */
};

static size_t characters(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t at = 0; at < len; count++) {
        size_t bytes = vv_utf8_char(text + at, len - at);
        at += bytes ? bytes : 1;
    }
    return count;
}

static bool is_number(const struct vv_csv_cell *cell)
{
    for (size_t i = 0; i < cell->len; i++)
        if (!cell->text[i] || !strchr("+-.0123456789eE", cell->text[i]))
            return false;
    return true;
}

static void print_cell(const struct table *t, const struct vv_csv_cell *cell, size_t column,
                       bool last)
{
    size_t width = characters(cell->text, cell->len);
    int blanks = width < t->widths[column] ? (int)(t->widths[column] - width) : 0;
    if (!t->texts[column])
        fprintf(t->out, "%*s", blanks, "");
    for (size_t i = 0; i < cell->len; i++) {
        unsigned char c = (unsigned char)cell->text[i];
        fputc(c < 0x20 || c == 0x7F ? ' ' : c, t->out);
    }
    if (!last)
        fprintf(t->out, "%*s", t->texts[column] ? blanks + 2 : 2, "");
}

static void print_row(const struct table *t, const struct vv_csv_cell *cells, size_t count)
{
    for (size_t i = 0; i < count && i < COLUMNS_MAX; i++)
        print_cell(t, &cells[i], i, i + 1 == count);
    fputc('\n', t->out);
}

static void print_gathered(struct table *t)
{
    for (const struct row *row = t->first; row; row = row->next)
        print_row(t, row->cells, row->count);
    t->printing = true;
    vv_arena_reset(&t->arena);
}

static void measure(struct table *t, const struct row *row, bool header)
{
    for (size_t i = 0; i < row->count && i < COLUMNS_MAX; i++) {
        size_t width = characters(row->cells[i].text, row->cells[i].len);
        if (width > WIDTH_MAX)
            width = WIDTH_MAX;
        if (width > t->widths[i])
            t->widths[i] = width;
        t->texts[i] |= !header && !is_number(&row->cells[i]);
    }
}

static vv_status gather(struct table *t, const struct vv_csv_record *record, vv_error *err)
{
    struct row *row = vv_arena_alloc(&t->arena, sizeof *row + record->count * sizeof *row->cells);
    if (!row)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the table");
    *row = (struct row){.count = record->count};
    for (size_t i = 0; i < record->count; i++) {
        const struct vv_csv_cell *from = &record->cells[i];
        row->cells[i] = (struct vv_csv_cell){
            .text = vv_arena_text(&t->arena, from->text, from->len), .len = from->len};
        if (!row->cells[i].text)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the table");
    }
    measure(t, row, t->gathered == 0);
    *t->last = row;
    t->last = &row->next;
    if (++t->gathered == GATHERED_ROWS)
        print_gathered(t);
    return VARVE_OK;
}

static vv_status read_file(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    *got = fread(to, 1, room, arg);
    return ferror((FILE *)arg) ? vv_fail(err, VARVE_IO, "the answer cannot be read back")
                               : VARVE_OK;
}

vv_status vv_table_print(FILE *csv, FILE *out, vv_error *err)
{
    struct vv_csv_reader *reader;
    struct vv_csv_record record;
    struct table *t = vv_alloc_zero(sizeof *t);
    if (!t)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the table");
    t->out = out;
    t->last = &t->first;
    vv_arena_init(&t->arena, 0, NULL);
    vv_status status = vv_csv_reader_new(NULL, read_file, csv, &reader, err);
    while (!status && !(status = vv_csv_next(reader, &record, err))) {
        if (t->printing)
            print_row(t, record.cells, record.count);
        else
            status = gather(t, &record, err);
    }
    if (!t->printing)
        print_gathered(t);
    vv_csv_reader_free(reader);
    vv_arena_deinit(&t->arena);
    vv_free(t);
    return status == VARVE_END ? VARVE_OK : status;
}
