/* rows_text.c: line protocol and JSON lines: text in which a line is a row, read in chunks. */
#include <inttypes.h>
#include <string.h>

#include "app/import/input.h"
#include "app/import/rows_private.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "serve/batch.h"
#include "serve/line_protocol.h"
#include "serve/samples.h"

#include "base/banned.h"

#define CHUNK_BYTES 262144
#define LINE_BYTES  (4 * 1024 * 1024)

struct text {
    char *data;
    size_t capacity, begin, end;
    size_t usable; /* up to here there are whole lines */
    uint64_t line; /* that was read last */
    bool ended;
    int64_t unit_ns; /* line protocol */
    struct vv_batch batch;
    struct vv_buf json;
};

static vv_status open_text(struct vv_import_rows *rows, vv_error *err)
{
    struct text *t = vv_alloc_zero(sizeof *t);
    rows->state = t;
    if (!t)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read lines");
    vv_batch_init(&t->batch, NULL);
    return vv_line_precision(rows->form->precision, &t->unit_ns, err);
}

static void close_text(struct vv_import_rows *rows)
{
    struct text *t = rows->state;
    if (!t)
        return;
    vv_batch_deinit(&t->batch);
    vv_buf_deinit(&t->json);
    vv_free(t->data);
    vv_free(t);
}

/* More bytes behind those that are there. */
static vv_status read_more(struct vv_import_rows *rows, vv_error *err)
{
    struct text *t = rows->state;
    size_t got;
    if (t->capacity - t->end < CHUNK_BYTES) {
        size_t capacity = t->capacity ? 2 * t->capacity : 2 * CHUNK_BYTES;
        char *grown = vv_realloc(t->data, capacity);
        if (!grown)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read lines");
        t->data = grown;
        t->capacity = capacity;
    }
    vv_status status = vv_import_input_read(rows->input, t->data + t->end, CHUNK_BYTES, &got, err);
    if (status)
        return status;
    t->end += got;
    t->ended = got == 0;
    return VARVE_OK;
}

/* What is left goes to the front, and a chunk behind it: `usable` ends behind a line end, or at the
 * end of the file. */
static vv_status refill(struct vv_import_rows *rows, vv_error *err)
{
    struct text *t = rows->state;
    size_t kept = t->end - t->begin;
    if (kept > 0)
        memmove(t->data, t->data + t->begin, kept);
    t->begin = t->usable = 0;
    t->end = kept;
    while (t->usable == 0 && !t->ended) {
        vv_status status = read_more(rows, err);
        if (status)
            return status;
        for (t->usable = t->end; t->usable > 0 && t->data[t->usable - 1] != '\n'; t->usable--)
            ;
        if (t->usable == 0 && t->end > LINE_BYTES) {
            t->end = 0;
            t->line++;
            return vv_fail(err, VARVE_LIMIT, "line %" PRIu64 ": longer than %d bytes", t->line,
                           LINE_BYTES);
        }
    }
    if (t->ended)
        t->usable = t->end;
    return VARVE_OK;
}

/* ---- values ---- */

static vv_status take_samples(struct vv_import_rows *rows, const struct vv_sample *samples,
                              size_t count, struct vv_import_row *row, vv_error *err)
{
    vv_status status = vv_import_rows_reserve(rows, count, err);
    for (size_t i = 0; i < count && !status; i++) {
        struct vv_import_cell *cell = &rows->cells[i];
        *cell = (struct vv_import_cell){.time_ms = samples[i].time_ms,
                                        .quality = samples[i].quality,
                                        .typed = true,
                                        .value = samples[i].value,
                                        .register_type = samples[i].register_type};
        status =
            vv_import_tags_add(rows->tags, samples[i].name, samples[i].name_len, &cell->tag, err);
    }
    row->cells = rows->cells;
    row->count = status ? 0 : count;
    return status;
}

/* ---- line protocol ---- */

/* A text may hold line ends, so that a line that looks broken may only be cut off: it is read once
 * more with what follows it. */
static vv_status next_line(struct vv_import_rows *rows, struct vv_import_row *row, vv_error *err)
{
    struct text *t = rows->state;
    bool again = false;
    for (;;) {
        struct vv_line line;
        const char *data = t->data ? t->data : ""; /* before the first filling there is none */
        vv_arena_reset(&t->batch.arena);
        struct vv_line_parser parser = {.at = data + t->begin,
                                        .end = data + t->usable,
                                        .arena = &t->batch.arena,
                                        .unit_ns = t->unit_ns,
                                        .now_ms = vv_now_ms(),
                                        .number = (uint32_t)t->line};
        vv_status status = t->begin < t->usable ? vv_line_next(&parser, &line, err) : VARVE_END;
        bool cut = vv_import_is_bad_row(status) && !t->ended && !again;
        if (status == VARVE_END && t->ended)
            return status;
        if (status == VARVE_END && t->begin < t->usable) { /* only empty lines were left */
            t->begin = t->usable;
            t->line = parser.number;
        }
        if (status == VARVE_END || cut) {
            vv_status filled = refill(rows, err);
            row->line = t->line;
            if (filled)
                return filled;
            again = cut;
            continue;
        }
        t->begin = (size_t)(parser.at - t->data);
        t->line = parser.number;
        row->line = line.number;
        if (!status)
            status = take_samples(rows, line.samples, line.count, row, err);
        if (vv_import_is_bad_row(status))
            vv_error_prefix(err, "line %" PRIu64, row->line);
        return status;
    }
}

/* ---- JSON lines ---- */

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r", text[i]) || !text[i])
            return false;
    return true;
}

static vv_status parse_object(struct text *t, const char *text, size_t len, vv_error *err)
{
    struct vv_batch *batch = &t->batch;
    vv_arena_reset(&batch->arena);
    batch->count = batch->listed = batch->refused = 0;
    vv_buf_reset(&t->json);
    vv_buf_char(&t->json, '[');
    vv_buf_add(&t->json, text, len);
    vv_buf_char(&t->json, ']');
    if (t->json.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read lines");
    vv_status status =
        vv_samples_parse((const char *)t->json.data, t->json.len, vv_now_ms(), batch, err);
    if (!status && batch->refused > 0)
        status = vv_fail(err, batch->refusals[0].status, "%s", batch->refusals[0].reason);
    if (!status && batch->count != 1)
        status = vv_fail(err, VARVE_SYNTAX, "one object in each line is expected");
    return status;
}

static vv_status next_object(struct vv_import_rows *rows, struct vv_import_row *row, vv_error *err)
{
    struct text *t = rows->state;
    for (;;) {
        if (t->begin == t->usable) {
            vv_status status = t->ended ? VARVE_END : refill(rows, err);
            row->line = t->line;
            if (status)
                return status;
            continue;
        }
        const char *text = t->data + t->begin;
        const char *end = memchr(text, '\n', t->usable - t->begin);
        size_t len = end ? (size_t)(end - text) : t->usable - t->begin;
        t->begin += len + (end != NULL);
        row->line = ++t->line;
        if (is_blank(text, len))
            continue;
        vv_status status = parse_object(t, text, len, err);
        if (!status)
            status = take_samples(rows, t->batch.samples, t->batch.count, row, err);
        if (vv_import_is_bad_row(status))
            vv_error_prefix(err, "line %" PRIu64, row->line);
        return status;
    }
}

const struct vv_import_rows_kind vv_import_rows_line = {open_text, next_line, close_text};
const struct vv_import_rows_kind vv_import_rows_jsonl = {open_text, next_object, close_text};
