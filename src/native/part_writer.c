/* Writing a part: blocks go out as they come, the index is kept in memory until the end. */
#include "native/part.h"

#include "base/alloc.h"
#include "base/crc32c.h"
#include "native/block.h"
#include "native/part_private.h"
#include "native/rows.h"

#include "base/banned.h"

#define OUT_BYTES 1048576 /* gathered before a write */

struct column_stats {
    enum varve_type type;
    struct varve_stats whole;
    struct vv_buf blocks; /* packed, one behind the other */
};

/* The (partition, series) that blocks are being added to. */
struct entry {
    bool open;
    int64_t partition;
    uint32_t series, schema, column_count, block_count;
    uint64_t rows, end_offset; /* of its last block */
    int64_t first_time, last_time;
    struct vv_buf refs;
    struct column_stats *columns; /* VARVE_COLUMNS_MAX at most, made as needed */
    uint32_t column_room;
};

struct vv_part_writer {
    const struct vv_io *io;
    struct vv_file *file;
    char *path;
    struct vv_part_id id;
    struct vv_buf out; /* bytes that are not written yet */
    uint64_t written_bytes, rows;
    struct entry entry;
    struct vv_part_schema *schemas;
    size_t schema_count;
    struct vv_buf page;         /* entries of the page that is being filled */
    struct vv_buf places;       /* u32 offset of each of them */
    struct vv_part_page filled; /* what the directory will say of it */
    struct vv_buf pages;        /* closed pages, their checksums still open */
    struct vv_buf directory;    /* struct vv_part_page of each */
    struct vv_part_span *spans; /* one for each stratum */
    uint32_t span_count;
    struct vv_arena arena;  /* of the block that is decoded to be compared */
    int64_t last_partition; /* of the last entry */
    uint32_t last_series;
    bool last_known;
    uint32_t last_sub; /* of the last row added */
};

void vv_part_identity_put(uint8_t *to, const struct vv_part_id *id)
{
    memcpy(to, VV_PART_MAGIC, 8);
    vv_put32(to + 8, VV_PART_VERSION);
    vv_put64(to + 12, VV_PART_FEATURES);
    memcpy(to + 20, id->store_id, 16);
    vv_put64(to + 36, id->epoch);
    vv_put64(to + 44, id->number);
}

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "no memory to write a part");
}

static vv_status write_out(struct vv_part_writer *w, vv_error *err)
{
    if (!w->out.len)
        return VARVE_OK;
    vv_status status = w->io->write(w->file, w->written_bytes, w->out.data, w->out.len, err);
    if (!status) {
        w->written_bytes += w->out.len;
        vv_buf_reset(&w->out);
    }
    return status;
}

uint64_t vv_part_writer_bytes(const struct vv_part_writer *writer)
{
    return writer->written_bytes + writer->out.len;
}

vv_status vv_part_writer_new(const struct vv_io *io, const char *path, const struct vv_part_id *id,
                             struct vv_part_writer **writer, vv_error *err)
{
    struct vv_part_writer *w = vv_alloc_zero(sizeof *w);
    vv_status status = VARVE_OK;

    *writer = NULL;
    if (!w)
        return no_memory(err);
    w->io = io;
    w->id = *id;
    vv_arena_init(&w->arena, 0, NULL);
    w->path = vv_strdup(path);
    uint8_t *header = vv_buf_grow(&w->out, VV_PART_HEADER_BYTES);
    if (!w->path || !header) {
        status = no_memory(err);
        goto out;
    }
    vv_part_identity_put(header, id);
    vv_put32(header + VV_PART_IDENTITY_BYTES, vv_crc32c(0, header, VV_PART_IDENTITY_BYTES));
    status = io->open(io->context, path, VV_IO_CREATE, &w->file, err);
out:
    if (status)
        vv_part_writer_free(w);
    else
        *writer = w;
    return status;
}

void vv_part_writer_free(struct vv_part_writer *w)
{
    if (!w)
        return;
    if (w->file)
        w->io->close(w->file);
    for (uint32_t c = 0; c < w->entry.column_room; c++)
        vv_buf_deinit(&w->entry.columns[c].blocks);
    for (size_t s = 0; s < w->schema_count; s++)
        vv_free(w->schemas[s].types);
    vv_free(w->entry.columns);
    vv_buf_deinit(&w->entry.refs);
    vv_buf_deinit(&w->out);
    vv_buf_deinit(&w->page);
    vv_buf_deinit(&w->places);
    vv_buf_deinit(&w->pages);
    vv_buf_deinit(&w->directory);
    vv_arena_deinit(&w->arena);
    vv_free(w->schemas);
    vv_free(w->spans);
    vv_free(w->path);
    vv_free(w);
}

/* ---- the index ---- */

/* Room for the checksum, the count of entries, where each begins, and they themselves. */
static vv_status close_page(struct vv_part_writer *w, vv_error *err)
{
    uint32_t count = (uint32_t)(w->places.len / 4);

    if (!count)
        return VARVE_OK;
    uint32_t head_bytes = VV_PART_PAGE_HEAD_BYTES + 4 * count;
    w->filled.offset = w->pages.len; /* from the first page on, until it is known where that is */
    w->filled.len_bytes = (uint32_t)(head_bytes + w->page.len);
    vv_buf_put32(&w->pages, 0);
    vv_buf_put32(&w->pages, count);
    for (uint32_t e = 0; e < count; e++)
        vv_buf_put32(&w->pages, head_bytes + vv_get32(w->places.data + 4 * (size_t)e));
    vv_buf_add(&w->pages, w->page.data, w->page.len);
    vv_buf_add(&w->directory, &w->filled, sizeof w->filled);
    vv_buf_reset(&w->page);
    vv_buf_reset(&w->places);
    return w->pages.failed || w->directory.failed ? no_memory(err) : VARVE_OK;
}

/* The entry's bytes: its numbers, the lengths of what follows, block places, statistics by column.
 */
static vv_status close_entry(struct vv_part_writer *w, vv_error *err)
{
    struct entry *e = &w->entry;
    struct vv_buf body = {0}, wholes = {0};
    vv_status status = VARVE_OK;

    if (!e->open)
        return VARVE_OK;
    e->open = false;
    if (!w->page.len)
        w->filled = (struct vv_part_page){.partition = e->partition, .series = e->series};
    vv_buf_varint(&body, (uint64_t)e->partition - (uint64_t)w->filled.partition);
    vv_buf_varint(&body, e->series);
    vv_buf_varint(&body, e->schema);
    vv_buf_varint(&body, e->rows);
    vv_buf_svarint(&body, e->first_time);
    vv_buf_varint(&body, (uint64_t)e->last_time - (uint64_t)e->first_time);
    vv_buf_varint(&body, e->block_count);
    vv_buf_varint(&body, e->refs.len);
    struct vv_stats_frame frame = {e->first_time, e->last_time};
    for (uint32_t c = 0; c < e->column_count; c++) {
        size_t before = wholes.len;
        vv_stats_pack(&e->columns[c].whole, e->columns[c].type, &frame, &wholes);
        /* A single block's are the whole entry's. */
        size_t blocks = e->block_count > 1 ? e->columns[c].blocks.len : 0;
        vv_buf_varint(&body, wholes.len - before + blocks);
        if (blocks)
            vv_buf_add(&wholes, e->columns[c].blocks.data, blocks);
        vv_buf_reset(&e->columns[c].blocks);
    }
    w->last_partition = e->partition;
    w->last_series = e->series;
    vv_buf_put32(&w->places, (uint32_t)w->page.len);
    vv_buf_add(&w->page, body.data, body.len);
    vv_buf_add(&w->page, e->refs.data, e->refs.len);
    if (wholes.len)
        vv_buf_add(&w->page, wholes.data, wholes.len);
    if (w->page.failed || w->places.failed || body.failed || wholes.failed || e->refs.failed)
        status = no_memory(err);
    else if (w->page.len > UINT32_MAX / 2)
        status = vv_fail(err, VARVE_LIMIT, "%s: the index of series %u is too large", w->path,
                         e->series);
    else if (w->page.len >= VV_PART_PAGE_BYTES)
        status = close_page(w, err);
    vv_buf_reset(&e->refs);
    vv_buf_deinit(&body);
    vv_buf_deinit(&wholes);
    return status;
}

static vv_status schema_of(struct vv_part_writer *w, const struct varve_stratum *stratum,
                           uint32_t stratum_id, uint32_t *schema, vv_error *err)
{
    for (size_t s = w->schema_count; s-- > 0;)
        if (w->schemas[s].stratum == stratum_id &&
            w->schemas[s].column_count == stratum->column_count) {
            *schema = (uint32_t)s;
            return VARVE_OK;
        }
    struct vv_part_schema *grown =
        vv_realloc(w->schemas, (w->schema_count + 1) * sizeof *w->schemas);
    if (!grown)
        return no_memory(err);
    w->schemas = grown;
    enum varve_type *types = vv_alloc_array(stratum->column_count + 1, sizeof *types);
    if (!types)
        return no_memory(err);
    for (uint32_t c = 0; c < stratum->column_count; c++)
        types[c] = stratum->columns[c].type;
    *schema = (uint32_t)w->schema_count;
    w->schemas[w->schema_count++] =
        (struct vv_part_schema){stratum_id, stratum->column_count, types};
    return VARVE_OK;
}

static vv_status open_entry(struct vv_part_writer *w, const struct varve_stratum *stratum,
                            uint32_t stratum_id, int64_t partition, uint32_t series, vv_error *err)
{
    struct entry *e = &w->entry;
    vv_status status = schema_of(w, stratum, stratum_id, &e->schema, err);

    if (status)
        return status;
    if (stratum->column_count > e->column_room) {
        struct column_stats *grown =
            vv_realloc(e->columns, stratum->column_count * sizeof *e->columns);
        if (!grown)
            return no_memory(err);
        memset(grown + e->column_room, 0, (stratum->column_count - e->column_room) * sizeof *grown);
        e->columns = grown;
        e->column_room = stratum->column_count;
    }
    for (uint32_t c = 0; c < stratum->column_count; c++) {
        e->columns[c].type = stratum->columns[c].type;
        e->columns[c].whole = (struct varve_stats){0};
    }
    e->open = true;
    e->partition = partition;
    e->series = series;
    e->column_count = stratum->column_count;
    e->block_count = 0;
    e->rows = 0;
    e->end_offset = 0;
    w->last_known = false;
    return VARVE_OK;
}

static vv_status note_span(struct vv_part_writer *w, uint32_t stratum_id,
                           const struct varve_rows *rows, vv_error *err)
{
    int64_t from = rows->times[0], to = rows->times[rows->count - 1];

    for (uint32_t s = 0; s < w->span_count; s++) {
        struct vv_part_span *span = w->spans + s;
        if (span->stratum != stratum_id)
            continue;
        span->series_min = rows->series < span->series_min ? rows->series : span->series_min;
        span->series_max = rows->series > span->series_max ? rows->series : span->series_max;
        span->from = from < span->from ? from : span->from;
        span->to = to > span->to ? to : span->to;
        return VARVE_OK;
    }
    struct vv_part_span *grown = vv_realloc(w->spans, (w->span_count + 1) * sizeof *w->spans);
    if (!grown)
        return no_memory(err);
    w->spans = grown;
    w->spans[w->span_count++] =
        (struct vv_part_span){stratum_id, rows->series, rows->series, from, to};
    return VARVE_OK;
}

static vv_status note_stats(struct vv_part_writer *w, const struct varve_stratum *stratum,
                            const struct varve_rows *rows, vv_error *err)
{
    struct varve_vector none = {.type = VARVE_INT64};
    const struct varve_vector *quality =
        stratum->good_column < rows->column_count ? rows->columns + stratum->good_column : &none;
    struct vv_stats_frame frame = {rows->times[0], rows->times[rows->count - 1]};
    uint64_t *good = vv_arena_alloc(&w->arena, ((size_t)rows->count + 63) / 64 * 8);

    if (!good)
        return no_memory(err);
    if (!vv_good_mask(stratum, quality, rows->count, good))
        good = NULL;
    for (uint32_t c = 0; c < stratum->column_count; c++) {
        struct column_stats *column = w->entry.columns + c;
        struct varve_vector missing = {.type = column->type};
        struct varve_stats stats = {0};
        vv_stats_add(&stats, c < rows->column_count ? rows->columns + c : &missing, rows->times,
                     good, 0, rows->count);
        vv_stats_pack(&stats, column->type, &frame, &column->blocks);
        varve_stats_merge(&column->whole, &stats, column->type);
        if (column->blocks.failed)
            return no_memory(err);
    }
    return VARVE_OK;
}

/* ---- blocks ---- */

/* What stands from `begin` on in the bytes to write reads back as the rows. */
static vv_status verify(struct vv_part_writer *w, size_t begin, uint64_t offset,
                        const struct vv_part_schema *schema, const struct varve_rows *rows,
                        vv_error *err)
{
    vv_status status =
        vv_block_verify(w->id.number, offset, w->out.data + begin, w->out.len - begin,
                        schema->types, schema->column_count, rows, &w->arena, err);
    if (status)
        vv_error_prefix(err, "%s", w->path);
    return status;
}

/* Ascending keys inside the block and behind the entry's last row. */
static bool in_order(const struct vv_part_writer *w, const struct varve_rows *rows)
{
    const struct entry *e = &w->entry;
    uint32_t first_sub = rows->subs ? rows->subs[0] : 0;

    if (w->last_known && (rows->times[0] < e->last_time ||
                          (rows->times[0] == e->last_time && first_sub <= w->last_sub)))
        return false;
    for (uint32_t i = 1; i < rows->count; i++)
        if (rows->times[i] < rows->times[i - 1] ||
            (rows->times[i] == rows->times[i - 1] &&
             (!rows->subs || rows->subs[i] <= rows->subs[i - 1])))
            return false;
    return true;
}

static vv_status begin_block(struct vv_part_writer *w, const struct varve_stratum *stratum,
                             uint32_t stratum_id, int64_t partition, const struct varve_rows *rows,
                             vv_error *err)
{
    struct entry *e = &w->entry;
    vv_status status = VARVE_OK;
    bool same = e->open && e->partition == partition && e->series == rows->series;

    if (e->open && !same &&
        (partition < e->partition || (partition == e->partition && rows->series < e->series)))
        return vv_fail(err, VARVE_INTERNAL, "%s: series %u comes behind series %u", w->path,
                       rows->series, e->series);
    if (e->open && (!same || e->column_count != stratum->column_count)) {
        if (same)
            return vv_fail(err, VARVE_INTERNAL, "%s: series %u in two schemas", w->path,
                           rows->series);
        status = close_entry(w, err);
    }
    if (!status && !e->open)
        status = open_entry(w, stratum, stratum_id, partition, rows->series, err);
    if (!status && !in_order(w, rows))
        status = vv_fail(err, VARVE_INTERNAL, "%s: rows of series %u are not in order", w->path,
                         rows->series);
    return status;
}

vv_status vv_part_writer_add(struct vv_part_writer *w, const struct varve_stratum *stratum,
                             uint32_t stratum_id, int64_t partition, const struct varve_rows *rows,
                             vv_error *err)
{
    struct entry *e = &w->entry;

    if (!rows->count || rows->count > VV_BLOCK_ROWS_MAX)
        return vv_fail(err, VARVE_USAGE, "a block of %u rows", rows->count);
    vv_status status = begin_block(w, stratum, stratum_id, partition, rows, err);
    if (status)
        return status;
    const struct vv_part_schema *schema = w->schemas + e->schema;
    uint64_t offset = vv_part_writer_bytes(w);
    size_t before = w->out.len;
    vv_arena_reset(&w->arena);
    status = vv_block_encode(w->id.number, offset, stratum_id, schema->types, schema->column_count,
                             rows, &w->out, err);
    if (!status)
        status = verify(w, before, offset, schema, rows, err);
    if (!status)
        status = note_stats(w, stratum, rows, err);
    if (!status)
        status = note_span(w, stratum_id, rows, err);
    if (status)
        return status;

    int64_t first = rows->times[0], last = rows->times[rows->count - 1];
    if (!e->block_count)
        e->first_time = e->last_time = first;
    vv_buf_varint(&e->refs, offset - e->end_offset);
    vv_buf_varint(&e->refs, w->out.len - before);
    vv_buf_varint(&e->refs, rows->count);
    vv_buf_varint(&e->refs, (uint64_t)first - (uint64_t)e->last_time);
    vv_buf_varint(&e->refs, (uint64_t)last - (uint64_t)first);
    e->block_count++;
    e->rows += rows->count;
    e->end_offset = offset + (w->out.len - before);
    e->last_time = last;
    w->rows += rows->count;
    w->last_known = true;
    w->last_sub = rows->subs ? rows->subs[rows->count - 1] : 0;
    if (e->refs.failed)
        return no_memory(err);
    return w->out.len >= OUT_BYTES ? write_out(w, err) : VARVE_OK;
}

/* ---- the end ---- */

static void put_directory(struct vv_part_writer *w, uint64_t pages_offset)
{
    struct vv_part_page page;
    size_t page_count = w->directory.len / sizeof page;

    vv_buf_varint(&w->out, w->schema_count);
    for (size_t s = 0; s < w->schema_count; s++) {
        vv_buf_varint(&w->out, w->schemas[s].stratum);
        vv_buf_varint(&w->out, w->schemas[s].column_count);
        for (uint32_t c = 0; c < w->schemas[s].column_count; c++)
            vv_buf_put8(&w->out, (uint8_t)w->schemas[s].types[c]);
    }
    vv_buf_varint(&w->out, page_count);
    for (size_t p = 0; p < page_count; p++) {
        memcpy(&page, w->directory.data + p * sizeof page, sizeof page);
        vv_buf_put64(&w->out, (uint64_t)page.partition);
        vv_buf_put32(&w->out, page.series);
        vv_buf_put32(&w->out, page.len_bytes);
        vv_buf_put64(&w->out, page.offset + pages_offset);
    }
    vv_buf_put64(&w->out, (uint64_t)w->last_partition);
    vv_buf_put32(&w->out, w->last_series);
}

static void put_index(struct vv_part_writer *w)
{
    struct vv_part_page page;
    uint64_t pages_offset = vv_part_writer_bytes(w);

    for (size_t p = 0; p < w->directory.len / sizeof page; p++) {
        memcpy(&page, w->directory.data + p * sizeof page, sizeof page);
        uint8_t *at = w->pages.data + page.offset;
        vv_put32(at,
                 vv_part_crc(w->id.number, pages_offset + page.offset, at + 4, page.len_bytes - 4));
    }
    if (w->pages.len)
        vv_buf_add(&w->out, w->pages.data, w->pages.len);

    uint64_t directory_offset = vv_part_writer_bytes(w);
    size_t before = w->out.len;
    put_directory(w, pages_offset);
    uint32_t directory_bytes = (uint32_t)(w->out.len - before);
    uint8_t *trailer = vv_buf_grow(&w->out, VV_PART_TRAILER_BYTES);
    if (!trailer)
        return;
    uint32_t crc =
        vv_part_crc(w->id.number, directory_offset, w->out.data + before, directory_bytes);
    vv_part_identity_put(trailer, &w->id);
    uint8_t *to = trailer + VV_PART_IDENTITY_BYTES;
    vv_put64(to, directory_offset);
    vv_put32(to + 8, directory_bytes);
    vv_put32(to + 12, crc);
    vv_put64(to + 16, w->rows);
    vv_put64(to + 24, vv_part_writer_bytes(w));
    vv_put32(trailer + VV_PART_TRAILER_BYTES - 4, vv_crc32c(0, trailer, VV_PART_TRAILER_BYTES - 4));
}

vv_status vv_part_writer_finish(struct vv_part_writer *w, struct vv_part_summary *summary,
                                vv_error *err)
{
    vv_status status = close_entry(w, err);

    *summary = (struct vv_part_summary){0};
    if (!status)
        status = close_page(w, err);
    if (!status)
        status = write_out(w, err);
    if (status)
        return status;
    put_index(w);
    if (w->out.failed)
        return no_memory(err);
    status = write_out(w, err);
    if (!status)
        status = w->io->sync(w->file, err);
    if (status)
        return status;
    summary->size_bytes = w->written_bytes;
    summary->rows = w->rows;
    summary->spans = w->spans;
    summary->span_count = w->span_count;
    w->spans = NULL;
    w->span_count = 0;
    return VARVE_OK;
}
