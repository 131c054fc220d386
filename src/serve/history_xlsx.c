/* history_xlsx.c: a workbook with the columns of the CSV, by libxlsxwriter: a sheet, and further
 * ones when it is full. Times are Excel's, in the zone of the answer. The workbook is made in a
 * file of its own, and flows from there: memory does not grow with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/csv.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "history/tags.h"
#include "serve/history_private.h"

#include "base/banned.h"

#define SHEET_ROWS   LXW_ROW_MAX
#define ROWS_MAX     16000000 /* nobody opens more, and it is made before the first byte flows */
#define TEXT_BYTES   32767    /* of a cell; the limit is in characters */
#define EPOCH_DAYS   25569    /* 1970-01-01 as Excel counts days */
#define PIECE_BYTES  65536
#define COLUMN_WIDTH 24.0

struct workbook {
    char path[256];
    lxw_workbook *book; /* null: closed */
    lxw_worksheet *sheet;
    lxw_format *time_format, *head_format;
    uint32_t row;  /* of the sheet */
    uint32_t rows; /* of all sheets; beyond ROWS_MAX there will be no workbook */
    FILE *file;    /* the whole of it, on its way out */
    struct vv_buf text;
};

static vv_status no_file(struct workbook *w, vv_error *err)
{
    return vv_fail_errno(err, errno, "a workbook in %s (TMPDIR)", w->path);
}

static vv_status begin(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    const char *folder = getenv("TMPDIR");
    struct workbook *w = vv_arena_zero(answer->arena, sizeof *w);

    (void)out;
    answer->state = w;
    if (!w)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for a workbook");
    if (!folder || strlen(folder) > 200)
        folder = "/tmp";
    snprintf(w->path, sizeof w->path, "%s/varve-XXXXXX", folder);
    int fd = mkstemp(w->path);
    if (fd < 0) {
        vv_status status = no_file(w, err);
        w->path[0] = '\0';
        return status;
    }
    close(fd);
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE, .tmpdir = (char *)(uintptr_t)folder, .use_zip64 = LXW_TRUE};
    w->book = workbook_new_opt(w->path, &options);
    if (!w->book)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for a workbook");
    w->time_format = workbook_add_format(w->book);
    w->head_format = workbook_add_format(w->book);
    format_set_num_format(w->time_format, "yyyy-mm-dd hh:mm:ss.000");
    format_set_bold(w->head_format);
    return VARVE_OK;
}

/* ---- cells ---- */

/* As vv_csv_text has it: what looks like a formula gets a ' before it. */
static void write_text(struct workbook *w, uint16_t column, const char *text, size_t len,
                       lxw_format *format)
{
    vv_buf_reset(&w->text);
    if (vv_csv_looks_like_formula(text, len))
        vv_buf_char(&w->text, '\'');
    vv_buf_add(&w->text, text, vv_utf8_cut(text, len, TEXT_BYTES - 1));
    if (!w->text.failed && w->text.len > 0)
        worksheet_write_string(w->sheet, w->row, column, (const char *)w->text.data, format);
}

static void write_time(struct vv_history_answer *answer, struct workbook *w, uint16_t column,
                       int64_t time_ms)
{
    struct vv_zone *zone = answer->spec.zone;
    int64_t local_ms = time_ms + (zone ? vv_zone_offset_ms(zone, time_ms) : 0);

    worksheet_write_number(w->sheet, w->row, column,
                           (double)local_ms / (double)VV_DAY_MS + EPOCH_DAYS, w->time_format);
}

static void write_value(struct vv_history_answer *answer, struct workbook *w, uint16_t column,
                        const struct vv_datum *value)
{
    switch (value->type) {
    case VV_TYPE_INTEGER:
        worksheet_write_number(w->sheet, w->row, column, (double)value->as.integer, NULL);
        break;
    case VV_TYPE_DOUBLE:
        worksheet_write_number(w->sheet, w->row, column, value->as.number, NULL);
        break;
    case VV_TYPE_BOOLEAN:
        worksheet_write_boolean(w->sheet, w->row, column, value->as.boolean, NULL);
        break;
    case VV_TYPE_DATETIME:
        write_time(answer, w, column, value->as.integer);
        break;
    case VV_TYPE_STRING:
        write_text(w, column, value->as.text, value->text_len, NULL);
        break;
    default:
        break;
    }
}

/* ---- sheets ---- */

static void start_sheet(struct vv_history_answer *answer, struct workbook *w)
{
    size_t columns;
    const char *const *names = vv_history_query_columns(answer->query, &columns);
    uint16_t column = 2;

    w->sheet = workbook_add_worksheet(w->book, NULL);
    w->row = 0;
    worksheet_set_column(w->sheet, 0, 0, 2 * COLUMN_WIDTH, NULL);
    worksheet_set_column(w->sheet, 1, 1, COLUMN_WIDTH, NULL);
    worksheet_freeze_panes(w->sheet, 1, 0);
    write_text(w, 0, "tag", 3, w->head_format);
    write_text(w, 1, "time", 4, w->head_format);
    for (size_t i = 0; i < columns; i++, column++)
        write_text(w, column, names[i], strlen(names[i]), w->head_format);
    if (vv_history_query_every_ms(answer->query) == 0)
        write_text(w, column, "quality", 7, w->head_format);
    w->row = 1;
}

/* With `points` some tags have samples and some have buckets: each kind has sheets of its own. */
static void begin_series(struct vv_history_answer *answer)
{
    struct workbook *w = answer->state;

    if (!w->sheet || answer->spec.mode == VV_HISTORY_POINTS)
        start_sheet(answer, w);
}

static void write_rows(struct vv_history_answer *answer, const struct vv_history_query_block *block,
                       struct vv_buf *out)
{
    struct workbook *w = answer->state;
    const struct vv_tag *tag = vv_history_query_tag(answer->query);
    bool raw = vv_history_query_every_ms(answer->query) == 0;
    size_t columns;

    (void)out; /* nothing flows before the whole is made */
    (void)vv_history_query_columns(answer->query, &columns);
    for (size_t i = 0; i < block->rows && w->rows <= ROWS_MAX; i++) {
        w->rows++;
        if (w->row == SHEET_ROWS)
            start_sheet(answer, w);
        write_text(w, 0, tag->name, tag->name_len, NULL);
        write_time(answer, w, 1, block->times_ms[i]);
        for (size_t c = 0; c < columns; c++)
            write_value(answer, w, (uint16_t)(2 + c), &block->values[i * columns + c]);
        if (raw)
            worksheet_write_number(w->sheet, w->row, (uint16_t)(2 + columns), block->quality[i],
                                   NULL);
        w->row++;
    }
}

static void series_end(struct vv_history_answer *answer, struct vv_buf *out, const vv_error *err)
{
    struct workbook *w = answer->state;
    uint64_t lost = vv_history_query_lost_blocks(answer->query);
    const struct vv_tag *tag = vv_history_query_tag(answer->query);
    char text[80];

    (void)out;
    (void)err; /* it ends the whole: there is no place for it */
    if (lost == 0)
        return;
    if (w->row == SHEET_ROWS)
        start_sheet(answer, w);
    snprintf(text, sizeof text, "# lost: %llu damaged blocks", (unsigned long long)lost);
    write_text(w, 0, tag->name, tag->name_len, NULL);
    write_text(w, 1, text, strlen(text), NULL);
    w->row++;
}

/* ---- out ---- */

static vv_status finish(struct workbook *w, vv_error *err)
{
    lxw_workbook *book = w->book;

    w->book = NULL;
    lxw_error code = workbook_close(book);
    if (code)
        return vv_fail(err, VARVE_IO, "%s: %s", w->path, lxw_strerror(code));
    w->file = fopen(w->path, "rbe");
    return w->file ? VARVE_OK : no_file(w, err);
}

static vv_status end(struct vv_history_answer *answer, struct vv_buf *out, vv_error *err)
{
    struct workbook *w = answer->state;
    vv_status status = VARVE_OK;

    if (w->rows > ROWS_MAX)
        return vv_fail(err, VARVE_LIMIT, "more than %d rows for one workbook: ask for csv",
                       ROWS_MAX);
    if (!w->file) {
        if (!w->sheet) /* no tag matched */
            workbook_add_worksheet(w->book, NULL);
        status = finish(w, err);
    }
    if (status)
        return status;
    uint8_t *to = vv_buf_grow(out, PIECE_BYTES);
    if (!to)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer");
    size_t got = fread(to, 1, PIECE_BYTES, w->file);
    out->len -= PIECE_BYTES - got;
    if (ferror(w->file))
        return no_file(w, err);
    return got < PIECE_BYTES ? VARVE_END : VARVE_OK;
}

static void close_workbook(struct vv_history_answer *answer)
{
    struct workbook *w = answer->state;

    if (!w)
        return;
    if (w->book) /* given up: what there is of it goes with its file */
        workbook_close(w->book);
    if (w->file)
        fclose(w->file);
    if (w->path[0])
        unlink(w->path);
    vv_buf_deinit(&w->text);
}

const struct vv_history_format vv_history_xlsx = {
    .name = "xlsx",
    .type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    .begin = begin,
    .series = begin_series,
    .rows = write_rows,
    .series_end = series_end,
    .end = end,
    .close = close_workbook};
