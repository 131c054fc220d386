/* rows.c: what layout a file has, and the reader for it. */
#include <string.h>
#include <strings.h>

#include "app/import/input.h"
#include "app/import/rows_private.h"
#include "base/alloc.h"
#include "base/csv.h"
#include "base/time.h"
#include "serve/line_protocol.h"

#include "base/banned.h"

#define SAMPLE_BYTES 65536

static const char *const layout_names[] = {"guess", "wide", "narrow", "line", "jsonl"};

bool vv_import_layout_parse(const char *text, enum vv_import_layout *layout)
{
    for (int i = VV_IMPORT_WIDE; i <= VV_IMPORT_JSONL; i++) {
        if (strcmp(text, layout_names[i]) == 0) {
            *layout = (enum vv_import_layout)i;
            return true;
        }
    }
    return false;
}

const char *vv_import_layout_name(enum vv_import_layout layout)
{
    return layout_names[layout];
}

bool vv_import_is_bad_row(vv_status status)
{
    switch (status) {
    case VARVE_SYNTAX:
    case VARVE_LIMIT:
    case VARVE_BAD_NAME:
    case VARVE_BAD_TIME:
    case VARVE_BAD_TYPE:
    case VARVE_BAD_VALUE:
        return true;
    default:
        return false;
    }
}

/* ---- columns by their names ---- */

enum vv_import_role vv_import_role_of(const char *name, size_t len_bytes)
{
    static const struct {
        const char *name;
        enum vv_import_role role;
    } rows[] = {
        {"time", VV_ROLE_CLOCK},      {"zeit", VV_ROLE_CLOCK},       {"uhrzeit", VV_ROLE_CLOCK},
        {"timestamp", VV_ROLE_TIME},  {"datetime", VV_ROLE_TIME},    {"date_time", VV_ROLE_TIME},
        {"date time", VV_ROLE_TIME},  {"date/time", VV_ROLE_TIME},   {"ts", VV_ROLE_TIME},
        {"utc", VV_ROLE_TIME},        {"zeitstempel", VV_ROLE_TIME}, {"zeitpunkt", VV_ROLE_TIME},
        {"date", VV_ROLE_DATE},       {"datum", VV_ROLE_DATE},       {"day", VV_ROLE_DATE},
        {"tag", VV_ROLE_TAG},         {"tagname", VV_ROLE_TAG},      {"tag name", VV_ROLE_TAG},
        {"name", VV_ROLE_TAG},        {"point", VV_ROLE_TAG},        {"series", VV_ROLE_TAG},
        {"value", VV_ROLE_VALUE},     {"wert", VV_ROLE_VALUE},       {"val", VV_ROLE_VALUE},
        {"quality", VV_ROLE_QUALITY}, {"q", VV_ROLE_QUALITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strlen(rows[i].name) == len_bytes && strncasecmp(rows[i].name, name, len_bytes) == 0)
            return rows[i].role;
    return VV_ROLE_OTHER;
}

/* ---- guessing ---- */

struct sample {
    char text[SAMPLE_BYTES];
    size_t len, given;
    bool whole; /* all of the file */
};

static vv_status take_sample(struct vv_import_input *input, struct sample *sample, vv_error *err)
{
    size_t got = 1;
    vv_status status = VARVE_OK;
    while (!status && got > 0 && sample->len < SAMPLE_BYTES) {
        status = vv_import_input_read(input, sample->text + sample->len, SAMPLE_BYTES - sample->len,
                                      &got, err);
        sample->len += status ? 0 : got;
    }
    sample->whole = got == 0;
    return status ? status : vv_import_input_rewind(input, err);
}

static size_t first_line(const struct sample *sample, size_t from)
{
    size_t at = from;
    while (at < sample->len && sample->text[at] != '\n' && sample->text[at] != '\r')
        at++;
    return at - from;
}

static char guess_separator(const char *line, size_t len)
{
    static const char candidates[] = ",;\t|";
    size_t counts[4] = {0}, best = 0;
    bool quoted = false;
    if (len == 5 && strncasecmp(line, "sep=", 4) == 0) /* what Excel writes and reads */
        return line[4];
    for (size_t i = 0; i < len; i++) {
        const char *found = line[i] ? strchr(candidates, line[i]) : NULL;
        quoted ^= line[i] == '"';
        if (found && !quoted)
            counts[found - candidates]++;
    }
    for (size_t i = 1; i < 4; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}

/* Its first line, which may be several where a text goes over them. */
static bool is_line_protocol(const char *text, size_t len)
{
    struct vv_arena arena;
    struct vv_line found;
    vv_arena_init(&arena, 0, NULL);
    struct vv_line_parser parser = {.at = text, .end = text + len, .arena = &arena, .unit_ns = 1};
    bool good = vv_line_next(&parser, &found, NULL) == VARVE_OK;
    vv_arena_deinit(&arena);
    return good;
}

static vv_status give_sample(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    struct sample *sample = arg;
    (void)err;
    *got = sample->len - sample->given < room ? sample->len - sample->given : room;
    memcpy(to, sample->text + sample->given, *got);
    sample->given += *got;
    return VARVE_OK;
}

/* A header with a tag and a value is that of the narrow layout. */
static enum vv_import_layout guess_csv(struct sample *sample, char separator)
{
    const struct vv_csv_options options = {.separator = separator};
    enum vv_import_layout layout = VV_IMPORT_WIDE;
    struct vv_csv_reader *reader;
    struct vv_csv_record record;
    bool tag = false, value = false;
    if (vv_csv_reader_new(&options, give_sample, sample, &reader, NULL))
        return layout;
    if (vv_csv_next(reader, &record, NULL) == VARVE_OK) {
        for (size_t i = 0; i < record.count; i++) {
            enum vv_import_role role = vv_import_role_of(record.cells[i].text, record.cells[i].len);
            tag |= role == VV_ROLE_TAG;
            value |= role == VV_ROLE_VALUE;
        }
        if (tag && value)
            layout = VV_IMPORT_NARROW;
    }
    vv_csv_reader_free(reader);
    return layout;
}

static void guess(struct sample *sample, struct vv_import_form *form)
{
    size_t at = 0;
    if (sample->len >= 3 && memcmp(sample->text, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    while (at < sample->len && strchr(" \t\r\n", sample->text[at]) && sample->text[at])
        at++;
    const char *line = sample->text + at;
    size_t len = first_line(sample, at);
    bool csv = form->columns || form->separator || form->time_column;
    if (!form->layout && !csv && len > 0 && line[0] == '{')
        form->layout = VV_IMPORT_JSONL;
    if (!form->layout && !csv && is_line_protocol(line, sample->len - at))
        form->layout = VV_IMPORT_LINE;
    if (!form->separator)
        form->separator = guess_separator(line, len);
    if (!form->layout && form->columns) {
        memcpy(sample->text, form->columns,
               sample->len = strlen(form->columns) < SAMPLE_BYTES ? strlen(form->columns) : 0);
        form->layout = guess_csv(sample, ',');
    } else if (!form->layout) {
        form->layout = guess_csv(sample, form->separator);
    }
    if (!form->decimal && form->separator == ',')
        form->decimal = '.';
}

vv_status vv_import_form_guess(struct vv_import_input *input, struct vv_import_form *form,
                               vv_error *err)
{
    struct sample *sample = vv_alloc_zero(sizeof *sample);
    if (!sample)
        return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory to read it",
                       vv_import_input_name(input));
    vv_status status = take_sample(input, sample, err);
    if (!status)
        guess(sample, form);
    vv_free(sample);
    return status;
}

/* ---- readers ---- */

vv_status vv_import_rows_reserve(struct vv_import_rows *rows, size_t count, vv_error *err)
{
    size_t capacity = rows->capacity ? rows->capacity : 64;
    if (count <= rows->capacity)
        return VARVE_OK;
    while (capacity < count)
        capacity *= 2;
    struct vv_import_cell *grown = vv_realloc(rows->cells, capacity * sizeof *grown);
    if (!grown)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the values of a row");
    rows->cells = grown;
    rows->capacity = capacity;
    return VARVE_OK;
}

vv_status vv_import_rows_open(const struct vv_import_form *form, struct vv_import_input *input,
                              struct vv_import_tags *tags, struct vv_import_rows **rows,
                              vv_error *err)
{
    *rows = NULL;
    struct vv_import_rows *made = vv_alloc_zero(sizeof *made);
    if (!made)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read rows");
    made->kind = form->layout == VV_IMPORT_LINE    ? &vv_import_rows_line
                 : form->layout == VV_IMPORT_JSONL ? &vv_import_rows_jsonl
                                                   : &vv_import_rows_csv;
    made->form = form;
    made->input = input;
    made->tags = tags;
    vv_import_tags_begin(tags);
    vv_status status = vv_import_clock_init(&made->clock, form->time_format, form->zone, err);
    if (!status)
        status = made->kind->open(made, err);
    if (status) {
        vv_import_rows_close(made);
        vv_error_prefix(err, "%s", vv_import_input_name(input));
    } else {
        *rows = made;
    }
    return status;
}

void vv_import_rows_close(struct vv_import_rows *rows)
{
    if (!rows)
        return;
    rows->kind->close(rows);
    vv_free(rows->cells);
    vv_free(rows);
}

vv_status vv_import_rows_next(struct vv_import_rows *rows, struct vv_import_row *row, vv_error *err)
{
    *row = (struct vv_import_row){0};
    return rows->kind->next(rows, row, err);
}

struct vv_import_clock *vv_import_rows_clock(struct vv_import_rows *rows)
{
    return &rows->clock;
}
