#include "app/import/table.h"

#include <inttypes.h>
#include <string.h>
#include <yajl/yajl_tree.h>

#include "app/fetch.h"
#include "app/import/input.h"
#include "app/site.h"
#include "base/csv.h"
#include "catalog/catalog.h"
#include "history/strata.h"
#include "serve/table_access.h"
#include "serve/table_change.h"

#include "base/banned.h"

/* Of a stratum's chunk: below what one of a store's batches or a request's body holds, and, since a
 * row has a place for each of its table's columns, below what a server gives a request in memory.
 */
#define CHUNK_BYTES (2u << 20)
#define CHUNK_CELLS 500000u
/* A ledger table comes in one transaction. */
#define LEDGER_BYTES_MAX (64u << 20)

/* Where rows go: one of site and fetch is open. */
struct door {
    const struct vv_import_table_options *options;
    struct vv_import_table_summary *summary;
    const struct vv_table *table;
    struct vv_site site;
    struct vv_fetch *fetch;
};

/* The text of a file from where the last chunk ended, beside the reader that finds its records. */
struct feed {
    struct vv_import_input *input;
    struct vv_buf raw;
    uint64_t base; /* offset of raw in the stream */
    struct vv_buf chunk;
    size_t header_bytes;
};

/* ---- into a directory ---- */

static vv_status store_stratum(struct door *door, const char *text, size_t len,
                               struct vv_arena *arena, vv_error *err)
{
    struct vv_table_rows rows = {.table = door->table, .arena = arena};
    struct vv_strata_batch *batch;
    uint64_t sequence;
    vv_status status = vv_strata_batch_new(door->site.set, door->options->table,
                                           door->options->history, &batch, err);
    if (status)
        return status;
    status = vv_table_rows_read_csv(&rows, text, len, err);
    for (size_t i = 0; i < rows.count && !status; i++) {
        status = vv_strata_batch_add(batch, &rows.list[i], err);
        if (status != VARVE_LIMIT)
            continue;
        status = vv_strata_batch_append(batch, &sequence, err);
        if (!status)
            status = vv_strata_batch_add(batch, &rows.list[i], err);
    }
    if (!status)
        status = vv_strata_batch_append(batch, &sequence, err);
    if (!status)
        door->summary->rows += rows.count;
    vv_strata_batch_free(batch);
    return status;
}

static vv_status store_ledger(struct door *door, const char *text, size_t len,
                              struct vv_arena *arena, vv_error *err)
{
    struct vv_table_rows rows = {.table = door->table, .arena = arena};
    struct vv_table_change change = {.origin = "varve import"};
    struct vv_table_counts counts = {0};
    const char *closed = vv_table_access(door->table).closed;
    if (closed)
        return vv_fail(err, VARVE_DENIED, "%s is not changed this way: %s", door->table->name,
                       closed);
    vv_status status = vv_table_rows_read_csv(&rows, text, len, err);
    if (!status)
        status = vv_ledger_begin_write(door->site.ledger, &change.tx, err);
    if (!status)
        status = vv_table_create(&change, &rows, true, &counts, err);
    if (!status && !door->options->dry_run)
        status = vv_ledger_commit(&change.tx, err);
    vv_ledger_rollback(&change.tx);
    if (status)
        return status;
    door->summary->rows += rows.count;
    door->summary->created += counts.created;
    door->summary->changed += counts.changed;
    return VARVE_OK;
}

/* ---- through a server ---- */

static vv_status take(void *arg, const void *data, size_t len_bytes, vv_error *err)
{
    struct vv_buf *answer = arg;
    vv_buf_add(answer, data, len_bytes);
    return answer->failed ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the answer")
                          : VARVE_OK;
}

static uint64_t number_in(yajl_val root, const char *name)
{
    const char *path[] = {name, NULL};
    yajl_val value = yajl_tree_get(root, path, yajl_t_number);
    return value && YAJL_IS_INTEGER(value) ? (uint64_t)YAJL_GET_INTEGER(value) : 0;
}

static void count_answer(struct door *door, const char *answer)
{
    yajl_val root = yajl_tree_parse(answer, NULL, 0);
    struct vv_import_table_summary *s = door->summary;
    s->created += number_in(root, "created");
    s->changed += number_in(root, "changed");
    s->rows += number_in(root, "stored") + number_in(root, "created") + number_in(root, "changed") +
               number_in(root, "same");
    yajl_tree_free(root);
}

static vv_status send(struct door *door, const char *text, size_t len, vv_error *err)
{
    const struct vv_fetch_body body = {.content_type = "text/csv", .data = text, .len_bytes = len};
    const struct vv_import_table_options *options = door->options;
    struct vv_buf path = {0}, answer = {0};
    vv_buf_format(&path, "/api/v1/%s/%s", door->summary->ledger ? "tables" : "strata",
                  door->options->table);
    if (door->summary->ledger)
        vv_fetch_query(&path, "mode", "upsert");
    vv_fetch_query(&path, "dry_run", options->dry_run ? "1" : NULL);
    vv_fetch_query(&path, "history", options->history);
    vv_status status = path.failed ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory to send rows")
                                   : vv_fetch_post(door->fetch, (const char *)path.data, &body,
                                                   take, &answer, err);
    if (!status)
        count_answer(door, answer.data ? (const char *)answer.data : "");
    vv_buf_deinit(&path);
    vv_buf_deinit(&answer);
    return status;
}

static vv_status store(struct door *door, const char *text, size_t len, vv_error *err)
{
    struct vv_arena arena;
    if (door->fetch)
        return send(door, text, len, err);
    vv_arena_init(&arena, 0, NULL);
    vv_status status = door->summary->ledger ? store_ledger(door, text, len, &arena, err)
                                             : store_stratum(door, text, len, &arena, err);
    vv_arena_deinit(&arena);
    return status;
}

/* ---- a file ---- */

static vv_status read_raw(void *arg, void *to, size_t room, size_t *got, vv_error *err)
{
    struct feed *feed = arg;
    vv_status status = vv_import_input_read(feed->input, to, room, got, err);
    if (status)
        return status;
    vv_buf_add(&feed->raw, to, *got);
    return feed->raw.failed ? vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read rows")
                            : VARVE_OK;
}

/* The header and all up to `end` is a chunk; what follows stays. */
static vv_status flush(struct door *door, struct feed *feed, uint64_t end, uint64_t first_line,
                       vv_error *err)
{
    size_t bytes = (size_t)(end - feed->base);
    feed->chunk.len = feed->header_bytes;
    vv_buf_add(&feed->chunk, feed->raw.data, bytes);
    if (feed->chunk.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read rows");
    vv_status status = store(door, (const char *)feed->chunk.data, feed->chunk.len, err);
    if (status && door->summary->rows > 0)
        vv_error_prefix(err, "the rows from line %" PRIu64 " on (those before are stored)",
                        first_line);
    memmove(feed->raw.data, feed->raw.data + bytes, feed->raw.len - bytes);
    feed->raw.len -= bytes;
    feed->base = end;
    return status;
}

static vv_status read_header(struct feed *feed, struct vv_csv_reader *reader, vv_error *err)
{
    struct vv_csv_record record;
    vv_status status = vv_csv_next(reader, &record, err);
    if (status == VARVE_END)
        return vv_fail(err, VARVE_SYNTAX, "the file is empty: its first line names the columns");
    if (status)
        return status;
    feed->header_bytes = (size_t)record.end;
    vv_buf_add(&feed->chunk, feed->raw.data, feed->header_bytes);
    memmove(feed->raw.data, feed->raw.data + feed->header_bytes,
            feed->raw.len - feed->header_bytes);
    feed->raw.len -= feed->header_bytes;
    feed->base = record.end;
    return VARVE_OK;
}

static vv_status read_records(struct door *door, struct feed *feed, struct vv_csv_reader *reader,
                              struct vv_import_report *report, vv_error *err)
{
    struct vv_csv_record record;
    uint64_t rows = 0, first_line = 0, chunk_rows = 0;
    vv_status status = read_header(feed, reader, err);
    while (!status && !(status = vv_csv_next(reader, &record, err))) {
        if (first_line == 0)
            first_line = record.line;
        if (++rows % 256 == 0)
            vv_import_report_progress(report, rows, vv_import_input_taken(feed->input),
                                      vv_import_input_size(feed->input));
        size_t bytes = (size_t)(record.end - feed->base);
        if (door->summary->ledger && bytes > LEDGER_BYTES_MAX)
            return vv_fail(err, VARVE_LIMIT, "line %" PRIu64 ": more than %u MiB for one table",
                           record.line, LEDGER_BYTES_MAX >> 20);
        chunk_rows++;
        if (door->summary->ledger ||
            (bytes < CHUNK_BYTES && chunk_rows * door->table->column_count < CHUNK_CELLS))
            continue;
        status = flush(door, feed, record.end, first_line, err);
        first_line = chunk_rows = 0;
    }
    if (status == VARVE_END)
        status =
            first_line ? flush(door, feed, feed->base + feed->raw.len, first_line, err) : VARVE_OK;
    return status;
}

static vv_status read_file(struct door *door, const char *path, struct vv_import_report *report,
                           vv_error *err)
{
    struct feed feed = {0};
    struct vv_csv_reader *reader = NULL;
    vv_status status = vv_import_input_open(path, &feed.input, err);
    if (status)
        return status;
    vv_import_input_stream(feed.input);
    vv_import_report_phase(report, "importing", 0);
    status = vv_csv_reader_new(NULL, read_raw, &feed, &reader, err);
    if (!status)
        status = read_records(door, &feed, reader, report, err);
    if (status)
        vv_error_prefix(err, "%s", vv_import_input_name(feed.input));
    vv_csv_reader_free(reader);
    vv_import_input_close(feed.input);
    vv_buf_deinit(&feed.raw);
    vv_buf_deinit(&feed.chunk);
    return status;
}

/* ---- */

/* Which kind of table it is; tag history is not told by rows, but by samples. */
static vv_status find_table(struct door *door, vv_error *err)
{
    const struct vv_table *table = vv_catalog_find(door->options->table);
    door->summary->ledger = table && table->kind == VV_TABLE_LEDGER;
    if (door->summary->ledger) {
        door->table = table;
        return VARVE_OK;
    }
    vv_status status = vv_strata_table(door->options->table, &door->table, err);
    if (status == VARVE_NOT_FOUND)
        return vv_fail(err, status, "there is no table \"%s\"; varve tables lists them",
                       door->options->table);
    return status;
}

static vv_status open_door(struct door *door, const struct vv_target *target, vv_error *err)
{
    if (target->server)
        return vv_fetch_new(target->server, &door->fetch, err);
    vv_status status = vv_site_configure(&door->site, target->config, target->data, err);
    if (status)
        return status;
    door->site.config.new_series_per_hour = 0; /* as for samples: whoever imports is no stranger */
    return vv_site_open(&door->site, false, true, err);
}

vv_status vv_import_table(const struct vv_import_table_options *options,
                          const struct vv_target *target, struct vv_import_report *report,
                          struct vv_import_table_summary *summary, vv_error *err)
{
    struct door door = {.options = options, .summary = summary};
    *summary = (struct vv_import_table_summary){0};
    vv_status status = find_table(&door, err);
    if (!status && options->dry_run && !summary->ledger)
        return vv_fail(err, VARVE_USAGE, "--dry-run is for ledger tables; %s is a stratum",
                       options->table);
    if (!status)
        status = open_door(&door, target, err);
    for (size_t i = 0; i < options->file_count && !status; i++)
        status = read_file(&door, options->files[i], report, err);
    vv_import_report_end(report);
    vv_fetch_free(door.fetch);
    vv_error close_err;
    if (vv_site_close(&door.site, &close_err) && !status) {
        *err = close_err;
        status = err->status;
    }
    return status;
}
