/* rows_csv.c: the wide and the narrow layout. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/import/input.h"
#include "app/import/rows_private.h"
#include "base/alloc.h"
#include "base/csv.h"

#include "base/banned.h"

#define NOWHERE    SIZE_MAX
#define TIME_BYTES 128

struct columns {
    struct vv_csv_reader *reader;
    size_t count;
    size_t time, clock; /* the second is NOWHERE unless the time is in two columns */
    size_t tag, value, quality;
    struct vv_import_tag **tags; /* wide: of each column; null: none */
};

/* ---- the header ---- */

static void trim(struct vv_csv_cell *cell)
{
    while (cell->len > 0 && isspace((unsigned char)cell->text[0])) {
        cell->text++;
        cell->len--;
    }
    while (cell->len > 0 && isspace((unsigned char)cell->text[cell->len - 1]))
        cell->len--;
}

/* By name, or by number from 1; NOWHERE. */
static size_t column_of(const struct vv_csv_record *header, const char *text, size_t len)
{
    size_t number = 0;
    for (size_t i = 0; i < header->count; i++)
        if (header->cells[i].len == len && memcmp(header->cells[i].text, text, len) == 0)
            return i;
    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)text[i]) || number > VV_CSV_CELLS_MAX)
            return NOWHERE;
        number = number * 10 + (size_t)(text[i] - '0');
    }
    return number >= 1 && number <= header->count ? number - 1 : NOWHERE;
}

static vv_status find_said_time(struct columns *c, const struct vv_csv_record *header,
                                const char *said, vv_error *err)
{
    const char *plus = said;
    c->time = column_of(header, said, strlen(said));
    while (c->time == NOWHERE && (plus = strchr(plus, '+'))) {
        c->time = column_of(header, said, (size_t)(plus - said));
        c->clock = column_of(header, plus + 1, strlen(plus + 1));
        if (c->clock == NOWHERE)
            c->time = NOWHERE;
        plus++;
    }
    if (c->time == NOWHERE)
        return vv_fail(err, VARVE_NOT_FOUND, "line %" PRIu64 ": there is no column \"%s\"",
                       header->line, said);
    return VARVE_OK;
}

static size_t first_of(const struct vv_csv_record *header, enum vv_import_role role)
{
    for (size_t i = 0; i < header->count; i++)
        if (vv_import_role_of(header->cells[i].text, header->cells[i].len) == role)
            return i;
    return NOWHERE;
}

/* A column of that name; a date and a time of day beside each other; one of them; the first. */
static void find_time(struct columns *c, const struct vv_csv_record *header)
{
    size_t date = first_of(header, VV_ROLE_DATE), clock = first_of(header, VV_ROLE_CLOCK);
    c->time = first_of(header, VV_ROLE_TIME);
    if (c->time != NOWHERE)
        return;
    c->time = date != NOWHERE ? date : clock != NOWHERE ? clock : 0;
    if (date != NOWHERE)
        c->clock = clock;
}

static vv_status add_tags(struct vv_import_rows *rows, struct columns *c,
                          const struct vv_csv_record *header, vv_error *err)
{
    size_t found = 0;
    c->tags = vv_alloc_array(header->count, sizeof *c->tags);
    if (!c->tags)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the columns");
    for (size_t i = 0; i < header->count; i++) {
        const struct vv_csv_cell *cell = &header->cells[i];
        if (i == c->time || i == c->clock || cell->len == 0)
            continue;
        vv_status status = vv_import_tags_add(rows->tags, cell->text, cell->len, &c->tags[i], err);
        if (status) {
            vv_error_prefix(err, "line %" PRIu64 ", column %zu", header->line, i + 1);
            return status;
        }
        for (size_t other = 0; other < i; other++)
            if (c->tags[other] == c->tags[i])
                return vv_fail(err, VARVE_SYNTAX, "line %" PRIu64 ": column \"%s\" is there twice",
                               header->line, c->tags[i]->name);
        found++;
    }
    if (found == 0)
        return vv_fail(err, VARVE_SYNTAX,
                       "line %" PRIu64 ": the header names no column beside the time; is the "
                       "separator '%c'?",
                       header->line, rows->form->separator);
    return VARVE_OK;
}

static vv_status read_header(struct vv_import_rows *rows, struct columns *c,
                             const struct vv_csv_record *header, vv_error *err)
{
    vv_status status = VARVE_OK;
    c->count = header->count;
    c->clock = c->tag = c->value = c->quality = NOWHERE;
    if (rows->form->time_column)
        status = find_said_time(c, header, rows->form->time_column, err);
    else
        find_time(c, header);
    if (status || rows->form->layout == VV_IMPORT_WIDE)
        return status ? status : add_tags(rows, c, header, err);
    c->tag = first_of(header, VV_ROLE_TAG);
    c->value = first_of(header, VV_ROLE_VALUE);
    c->quality = first_of(header, VV_ROLE_QUALITY);
    if (c->tag == NOWHERE || c->value == NOWHERE || c->tag == c->time || c->value == c->time)
        return vv_fail(err, VARVE_SYNTAX,
                       "line %" PRIu64 ": the narrow layout has the columns tag, time, value and "
                       "perhaps quality",
                       header->line);
    return VARVE_OK;
}

/* "--columns time,A,B" instead of a first line. */
static vv_status split_columns(struct vv_import_rows *rows, struct columns *c, vv_error *err)
{
    struct vv_csv_cell cells[1024];
    struct vv_csv_record header = {.cells = cells, .line = 0};
    const char *at = rows->form->columns;
    while (at) {
        const char *comma = strchr(at, ',');
        if (header.count == sizeof cells / sizeof cells[0])
            return vv_fail(err, VARVE_LIMIT, "--columns: more than %zu names", header.count);
        struct vv_csv_cell *cell = &cells[header.count++];
        *cell = (struct vv_csv_cell){at, comma ? (size_t)(comma - at) : strlen(at), false};
        trim(cell);
        at = comma ? comma + 1 : NULL;
    }
    return read_header(rows, c, &header, err);
}

static bool is_separator_line(const struct vv_csv_record *record)
{
    return record->count <= 2 && record->cells[0].len >= 4 && record->cells[0].len <= 5 &&
           strncasecmp(record->cells[0].text, "sep=", 4) == 0;
}

static vv_status read_columns(struct vv_import_rows *rows, struct columns *c, vv_error *err)
{
    struct vv_csv_record record;
    vv_status status = vv_csv_next(c->reader, &record, err);
    if (!status && is_separator_line(&record))
        status = vv_csv_next(c->reader, &record, err);
    if (status == VARVE_END)
        return vv_fail(err, VARVE_SYNTAX, "the file is empty");
    if (status)
        return status;
    struct vv_csv_cell *cells = vv_alloc_array(record.count, sizeof *cells);
    if (!cells)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the columns");
    for (size_t i = 0; i < record.count; i++) {
        cells[i] = record.cells[i];
        trim(&cells[i]);
        vv_csv_plain(&cells[i].text, &cells[i].len);
    }
    record.cells = cells;
    status = read_header(rows, c, &record, err);
    vv_free(cells);
    return status;
}

static vv_status open_csv(struct vv_import_rows *rows, vv_error *err)
{
    const struct vv_csv_options options = {.separator = rows->form->separator};
    struct columns *c = vv_alloc_zero(sizeof *c);
    rows->state = c;
    if (!c)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read rows");
    vv_status status =
        vv_csv_reader_new(&options, vv_import_input_read, rows->input, &c->reader, err);
    if (status)
        return status;
    return rows->form->columns ? split_columns(rows, c, err) : read_columns(rows, c, err);
}

static void close_csv(struct vv_import_rows *rows)
{
    struct columns *c = rows->state;
    if (!c)
        return;
    vv_csv_reader_free(c->reader);
    vv_free(c->tags);
    vv_free(c);
}

/* ---- rows ---- */

/* The text of the time, of two columns with a blank between; null when it is too long. */
static const char *time_text(const struct columns *c, const struct vv_csv_record *record, char *own,
                             size_t *len)
{
    const struct vv_csv_cell *first = &record->cells[c->time];
    *len = first->len;
    if (c->clock == NOWHERE)
        return first->text;
    const struct vv_csv_cell *second = &record->cells[c->clock];
    if (first->len + second->len + 1 > TIME_BYTES)
        return NULL;
    memcpy(own, first->text, first->len);
    own[first->len] = ' ';
    memcpy(own + first->len + 1, second->text, second->len);
    *len = first->len + 1 + second->len;
    return own;
}

static vv_status read_time(struct vv_import_rows *rows, const struct vv_csv_record *record,
                           int64_t previous_ms, int64_t *time_ms, vv_error *err)
{
    struct columns *c = rows->state;
    char own[TIME_BYTES];
    size_t len, needed = c->clock != NOWHERE && c->clock > c->time ? c->clock : c->time;
    if (record->count <= needed)
        return vv_fail(err, VARVE_SYNTAX, "%zu cells are too few: the time is missing",
                       record->count);
    const char *text = time_text(c, record, own, &len);
    if (!text)
        return vv_fail(err, VARVE_SYNTAX, "the time is too long");
    return vv_import_clock_parse(&rows->clock, text, len, previous_ms, time_ms, err);
}

static bool is_empty(const struct vv_import_form *form, struct vv_csv_cell cell)
{
    trim(&cell);
    if (cell.len == 0)
        return true;
    for (size_t i = 0; i < form->empty_count; i++)
        if (strlen(form->empty[i]) == cell.len && memcmp(form->empty[i], cell.text, cell.len) == 0)
            return true;
    return false;
}

static vv_status check_width(const struct columns *c, const struct vv_csv_record *record,
                             vv_error *err)
{
    for (size_t i = c->count; i < record->count; i++)
        if (record->cells[i].len > 0)
            return vv_fail(err, VARVE_SYNTAX, "%zu cells, but the header has %zu columns",
                           record->count, c->count);
    return VARVE_OK;
}

static vv_status next_wide(struct vv_import_rows *rows, const struct vv_csv_record *record,
                           struct vv_import_row *row, vv_error *err)
{
    struct columns *c = rows->state;
    struct vv_import_tag *first = NULL;
    int64_t time_ms;
    for (size_t i = 0; i < c->count && !first; i++)
        first = c->tags[i];
    vv_status status = check_width(c, record, err);
    if (!status)
        status = read_time(rows, record, first->previous_ms, &time_ms, err);
    if (!status)
        status = vv_import_rows_reserve(rows, c->count, err);
    if (status)
        return status;
    first->previous_ms = time_ms;
    for (size_t i = 0; i < record->count && i < c->count; i++) {
        const struct vv_csv_cell *cell = &record->cells[i];
        if (!c->tags[i] || is_empty(rows->form, *cell))
            continue;
        rows->cells[row->count++] = (struct vv_import_cell){.tag = c->tags[i],
                                                            .time_ms = time_ms,
                                                            .quality = VV_QUALITY_GOOD,
                                                            .text = cell->text,
                                                            .len = cell->len};
    }
    return VARVE_OK;
}

static vv_status read_quality(struct vv_csv_cell cell, int32_t *quality, vv_error *err)
{
    static const struct {
        const char *word;
        int32_t quality;
    } words[] = {
        {"good", VV_QUALITY_GOOD}, {"uncertain", VV_QUALITY_UNCERTAIN}, {"bad", VV_QUALITY_BAD}};
    char text[16] = "";
    char *end;
    trim(&cell);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == cell.len &&
            strncasecmp(words[i].word, cell.text, cell.len) == 0) {
            *quality = words[i].quality;
            return VARVE_OK;
        }
    }
    memcpy(text, cell.text, cell.len < sizeof text ? cell.len : sizeof text - 1);
    long number = strtol(text, &end, 10);
    if (cell.len >= sizeof text || *end != '\0' || end == text || number < 0 ||
        number > VV_QUALITY_MAX)
        return vv_fail(err, VARVE_BAD_VALUE,
                       "quality \"%s\" is neither 0 to %d nor good, uncertain "
                       "or bad",
                       text, VV_QUALITY_MAX);
    *quality = (int32_t)number;
    return VARVE_OK;
}

static vv_status next_narrow(struct vv_import_rows *rows, const struct vv_csv_record *record,
                             struct vv_import_row *row, vv_error *err)
{
    struct columns *c = rows->state;
    bool has_quality =
        c->quality < record->count && !is_empty(rows->form, record->cells[c->quality]);
    int32_t quality = VV_QUALITY_GOOD;
    struct vv_import_tag *tag;
    int64_t time_ms;
    if (record->count <= c->tag || record->count <= c->value)
        return vv_fail(err, VARVE_SYNTAX, "%zu cells are too few", record->count);
    struct vv_csv_cell name = record->cells[c->tag];
    const struct vv_csv_cell *cell = &record->cells[c->value];
    trim(&name);
    vv_csv_plain(&name.text, &name.len);
    vv_status status = check_width(c, record, err);
    if (!status)
        status = vv_import_tags_add(rows->tags, name.text, name.len, &tag, err);
    if (!status)
        status = read_time(rows, record, tag->previous_ms, &time_ms, err);
    if (!status && has_quality)
        status = read_quality(record->cells[c->quality], &quality, err);
    if (!status)
        status = vv_import_rows_reserve(rows, 1, err);
    if (status)
        return status;
    tag->previous_ms = time_ms;
    bool empty = is_empty(rows->form, *cell);
    if (empty && !has_quality)
        return VARVE_OK;
    rows->cells[row->count++] = (struct vv_import_cell){.tag = tag,
                                                        .time_ms = time_ms,
                                                        .quality = quality,
                                                        .text = empty ? NULL : cell->text,
                                                        .len = empty ? 0 : cell->len};
    return VARVE_OK;
}

/* What our own export says of damage. */
static bool is_remark(const struct vv_csv_record *record)
{
    return record->cells[0].len >= 6 && memcmp(record->cells[0].text, "# lost", 6) == 0;
}

static vv_status next_csv(struct vv_import_rows *rows, struct vv_import_row *row, vv_error *err)
{
    struct columns *c = rows->state;
    struct vv_csv_record record;
    vv_status status;
    do {
        status = vv_csv_next(c->reader, &record, err);
        row->line = record.line;
        if (status) /* says the line itself */
            return status;
    } while (is_remark(&record));
    status = c->tags ? next_wide(rows, &record, row, err) : next_narrow(rows, &record, row, err);
    if (vv_import_is_bad_row(status))
        vv_error_prefix(err, "line %" PRIu64, record.line);
    row->cells = rows->cells;
    return status;
}

const struct vv_import_rows_kind vv_import_rows_csv = {open_csv, next_csv, close_csv};
