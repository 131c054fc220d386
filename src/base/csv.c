#include "base/csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

#define READ_BYTES 65536

enum place {
    AT_START, /* of a cell */
    IN_PLAIN, /* inside a cell without quotes */
    IN_QUOTES,
    BEHIND_QUOTE, /* which closed the cell, or is the first of a doubled one */
    IN_RUBBISH    /* text behind a closing quote */
};

struct vv_csv_reader {
    vv_csv_source source;
    void *arg;
    char separator;
    size_t record_bytes_max;

    char *data;
    size_t capacity;
    size_t begin, end; /* what is not yet told, in data */
    uint64_t offset;   /* of data[begin] in the stream */
    uint64_t line;     /* of data[begin] */
    bool ended;        /* the source has no more */
    bool begun;        /* a byte order mark is no longer possible */

    struct vv_csv_cell *cells;
    size_t cells_capacity;
};

/* A record that was found: its text without the line end, and what follows. */
struct extent {
    size_t text_bytes, whole_bytes;
    uint32_t lines;
};

vv_status vv_csv_reader_new(const struct vv_csv_options *options, vv_csv_source source, void *arg,
                            struct vv_csv_reader **reader, vv_error *err)
{
    const struct vv_csv_options standard = {0};
    if (!options)
        options = &standard;
    *reader = NULL;
    if (options->separator && strchr("\"\r\n", options->separator))
        return vv_fail(err, VARVE_BAD_VALUE, "a quote or a line end cannot be the separator");
    struct vv_csv_reader *made = vv_alloc_zero(sizeof *made);
    if (!made)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read CSV");
    made->source = source;
    made->arg = arg;
    made->separator = options->separator ? options->separator : ',';
    made->record_bytes_max =
        options->record_bytes_max ? options->record_bytes_max : VV_CSV_RECORD_BYTES;
    made->line = 1;
    *reader = made;
    return VARVE_OK;
}

void vv_csv_reader_free(struct vv_csv_reader *reader)
{
    if (!reader)
        return;
    vv_free(reader->data);
    vv_free(reader->cells);
    vv_free(reader);
}

void vv_csv_resume(struct vv_csv_reader *reader, uint64_t offset, uint64_t line)
{
    reader->offset = offset;
    reader->line = line;
    reader->begun = offset > 0;
}

uint64_t vv_csv_line(const struct vv_csv_reader *reader)
{
    return reader->line;
}

/* ---- the bytes ---- */

/* More bytes behind those that are there; `ended` when the source has none. */
static vv_status fill(struct vv_csv_reader *r, vv_error *err)
{
    size_t kept = r->end - r->begin, got = 0;
    if (r->begin > 0) {
        memmove(r->data, r->data + r->begin, kept);
        r->begin = 0;
        r->end = kept;
    }
    if (r->capacity - kept < READ_BYTES) {
        size_t capacity = kept < READ_BYTES ? 2 * READ_BYTES : 2 * kept + READ_BYTES;
        char *grown = vv_realloc(r->data, capacity);
        if (!grown)
            return vv_fail(err, VARVE_NO_MEMORY, "line %" PRIu64 ": not enough memory", r->line);
        r->data = grown;
        r->capacity = capacity;
    }
    vv_status status = r->source(r->arg, r->data + r->end, READ_BYTES, &got, err);
    if (status)
        return status;
    r->end += got;
    r->ended = got == 0;
    return VARVE_OK;
}

static void advance(struct vv_csv_reader *r, size_t bytes, uint32_t lines)
{
    r->begin += bytes;
    r->offset += bytes;
    r->line += lines;
}

static vv_status skip_mark(struct vv_csv_reader *r, vv_error *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    while (!r->begun && r->end - r->begin < 3 && !r->ended) {
        vv_status status = fill(r, err);
        if (status)
            return status;
    }
    if (!r->begun && r->end - r->begin >= 3 && memcmp(r->data + r->begin, mark, 3) == 0)
        advance(r, 3, 0);
    r->begun = true;
    return VARVE_OK;
}

/* ---- where a record ends ---- */

/* Bytes of the line end at data[at]: 2, 1, or 0 where a CR is the last byte so far. */
static size_t line_end_bytes(const struct vv_csv_reader *r, size_t at)
{
    if (r->data[at] == '\n')
        return 1;
    if (at + 1 < r->end)
        return r->data[at + 1] == '\n' ? 2 : 1;
    return r->ended ? 1 : 0;
}

static enum place next_place(enum place place, char c, char separator)
{
    if (place == IN_QUOTES)
        return c == '"' ? BEHIND_QUOTE : IN_QUOTES;
    if (c == separator)
        return AT_START;
    if (c == '"' && place != IN_PLAIN)
        return IN_QUOTES;
    return place == BEHIND_QUOTE ? IN_RUBBISH : IN_PLAIN;
}

static vv_status refuse(const struct vv_csv_reader *r, size_t at, char c, size_t cells,
                        vv_error *err)
{
    if (at >= r->record_bytes_max)
        return vv_fail(err, VARVE_LIMIT,
                       "line %" PRIu64 ": a record of more than %zu bytes; is a quote missing?",
                       r->line, r->record_bytes_max);
    if (cells > VV_CSV_CELLS_MAX)
        return vv_fail(err, VARVE_LIMIT, "line %" PRIu64 ": more than %d cells", r->line,
                       VV_CSV_CELLS_MAX);
    if (c == '\0')
        return vv_fail(err, VARVE_SYNTAX, "line %" PRIu64 ": a NUL byte: this is no text", r->line);
    return vv_fail(err, VARVE_SYNTAX,
                   "line %" PRIu64 ": cell %zu has text behind its closing quote", r->line, cells);
}

/* The first record of what is not yet told; END when nothing is left. All that can be wrong with a
 * record is seen here, while its bytes are still as they came. */
static vv_status find(struct vv_csv_reader *r, struct extent *extent, vv_error *err)
{
    enum place place = AT_START;
    uint32_t lines = 0;
    size_t cells = 1;
    size_t at = 0; /* from begin, which fill() moves */

    for (;;) {
        for (; r->begin + at < r->end; at++) {
            char c = r->data[r->begin + at];
            if (c == '\n' || c == '\r') {
                size_t bytes = line_end_bytes(r, r->begin + at);
                if (bytes == 0)
                    break;
                lines++;
                if (place != IN_QUOTES) {
                    *extent = (struct extent){at, at + bytes, lines};
                    return VARVE_OK;
                }
                at += bytes - 1;
            } else {
                place = next_place(place, c, r->separator);
                cells += place == AT_START;
            }
            if (place == IN_RUBBISH || c == '\0' || cells > VV_CSV_CELLS_MAX ||
                at >= r->record_bytes_max)
                return refuse(r, at, c, cells, err);
        }
        if (r->ended)
            break;
        vv_status status = fill(r, err);
        if (status)
            return status;
    }
    *extent = (struct extent){at, at, lines};
    if (place == IN_QUOTES)
        return vv_fail(err, VARVE_SYNTAX, "line %" PRIu64 ": a quote is opened and never closed",
                       r->line);
    return at == 0 ? VARVE_END : VARVE_OK;
}

/* Behind the first line end of what is not yet told, however far it is. */
static vv_status skip_line(struct vv_csv_reader *r, vv_error *err)
{
    for (;;) {
        for (size_t at = r->begin; at < r->end; at++) {
            char c = r->data[at];
            size_t bytes = c == '\n' || c == '\r' ? line_end_bytes(r, at) : 0;
            if (bytes > 0) {
                advance(r, at - r->begin + bytes, 1);
                return VARVE_OK;
            }
        }
        /* A CR at the very end stays, until it is known whether an LF follows. */
        size_t kept = r->end > r->begin && r->data[r->end - 1] == '\r' && !r->ended;
        advance(r, r->end - r->begin - kept, 0);
        if (r->ended)
            return VARVE_OK;
        vv_status status = fill(r, err);
        if (status)
            return status;
    }
}

/* ---- cells ---- */

static bool grow_cells(struct vv_csv_reader *r)
{
    size_t capacity = r->cells_capacity ? 2 * r->cells_capacity : 64;
    struct vv_csv_cell *grown = vv_realloc(r->cells, capacity * sizeof *grown);
    if (!grown)
        return false;
    r->cells = grown;
    r->cells_capacity = capacity;
    return true;
}

/* The quoted cell whose opening quote is at `at`, its text moved together in place; where it ends.
 */
static char *take_quoted(char *at, char *end, struct vv_csv_cell *cell)
{
    char *to = ++at;
    *cell = (struct vv_csv_cell){.text = to, .quoted = true};
    for (;;) {
        char *quote = memchr(at, '"', (size_t)(end - at)); /* find() saw that there is one */
        size_t len = (size_t)(quote - at);
        if (to != at)
            memmove(to, at, len);
        to += len;
        at = quote + 1;
        if (at == end || *at != '"')
            break;
        *to++ = *at++;
    }
    cell->len = (size_t)(to - cell->text);
    return at;
}

static char *take_plain(char *at, char *end, char separator, struct vv_csv_cell *cell)
{
    char *stop = memchr(at, separator, (size_t)(end - at));
    if (!stop)
        stop = end;
    *cell = (struct vv_csv_cell){.text = at, .len = (size_t)(stop - at)};
    return stop;
}

static vv_status split(struct vv_csv_reader *r, size_t len_bytes, size_t *count, vv_error *err)
{
    char *at = r->data + r->begin, *end = at + len_bytes;
    for (*count = 0;; at++) {
        if (*count == r->cells_capacity && !grow_cells(r))
            return vv_fail(err, VARVE_NO_MEMORY, "line %" PRIu64 ": not enough memory", r->line);
        struct vv_csv_cell *cell = &r->cells[(*count)++];
        at = at < end && *at == '"' ? take_quoted(at, end, cell)
                                    : take_plain(at, end, r->separator, cell);
        if (at == end)
            return VARVE_OK;
    }
}

static vv_status next(struct vv_csv_reader *r, struct vv_csv_record *record, vv_error *err)
{
    struct extent extent;
    vv_status status;
    while (!(status = find(r, &extent, err)) && extent.text_bytes == 0)
        advance(r, extent.whole_bytes, extent.lines);
    record->line = r->line;
    record->offset = record->end = r->offset;
    if (!status)
        status = split(r, extent.text_bytes, &record->count, err);
    if (status)
        return status;
    record->cells = r->cells;
    advance(r, extent.whole_bytes, extent.lines);
    record->end = r->offset;
    return VARVE_OK;
}

vv_status vv_csv_next(struct vv_csv_reader *reader, struct vv_csv_record *record, vv_error *err)
{
    vv_error own;
    if (!err)
        err = &own;
    *record = (struct vv_csv_record){0};
    vv_status status = skip_mark(reader, err);
    if (!status)
        status = next(reader, record, err);
    if (status == VARVE_SYNTAX || status == VARVE_LIMIT) {
        vv_error skip_err;
        if (skip_line(reader, &skip_err)) {
            *err = skip_err;
            return err->status;
        }
        record->count = 0;
        record->end = reader->offset;
    }
    return status;
}

/* ---- writing ---- */

bool vv_csv_looks_like_formula(const char *text, size_t len_bytes)
{
    size_t at = 0;
    while (at < len_bytes && text[at] == '\'')
        at++;
    return at < len_bytes && text[at] != '\0' && strchr("=+-@\t\r", text[at]);
}

void vv_csv_text(struct vv_buf *out, const char *text, size_t len_bytes)
{
    bool quoted = false;
    for (size_t i = 0; i < len_bytes && !quoted; i++)
        quoted = text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r';
    if (quoted)
        vv_buf_char(out, '"');
    if (vv_csv_looks_like_formula(text, len_bytes))
        vv_buf_char(out, '\'');
    for (size_t i = 0; i < len_bytes; i++) {
        if (text[i] == '"')
            vv_buf_char(out, '"');
        vv_buf_char(out, text[i]);
    }
    if (quoted)
        vv_buf_char(out, '"');
}

void vv_csv_word(struct vv_buf *out, const char *text)
{
    vv_csv_text(out, text, strlen(text));
}

void vv_csv_plain(const char **text, size_t *len_bytes)
{
    if (*len_bytes > 0 && (*text)[0] == '\'' && vv_csv_looks_like_formula(*text, *len_bytes)) {
        ++*text;
        --*len_bytes;
    }
}
