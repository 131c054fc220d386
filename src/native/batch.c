#include "native/batch.h"

#include <math.h>

#include "base/bytes.h"
#include "native/store_private.h"
#include "native/wal.h"

#include "base/banned.h"

/* Kinds of record in a payload. */
enum {
    RECORD_ROWS = 1,
    RECORD_POSITION = 2
};
/* Bits of a rows record's flags. */
enum {
    ROWS_SUBS = 1,
    ROWS_NULLS = 2,
    ROWS_SINGLE = 4
};

vv_status varve_batch_new(varve *store, varve_batch **batch, varve_error *err)
{
    vv_error_clear(err);
    *batch = NULL;
    struct varve_batch *b = vv_alloc_zero(sizeof *b);
    if (!b)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a batch");
    b->store = store;
    varve_batch_reset(b);
    if (b->frame.failed) {
        varve_batch_free(b);
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a batch");
    }
    *batch = b;
    return VARVE_OK;
}

void varve_batch_free(varve_batch *batch)
{
    if (!batch)
        return;
    vv_buf_deinit(&batch->frame);
    vv_free(batch);
}

void varve_batch_reset(varve_batch *batch)
{
    vv_buf_reset(&batch->frame);
    vv_buf_grow(&batch->frame, VV_WAL_FRAME_HEADER);
    batch->last_time = 0;
    batch->rows = 0;
    batch->positions = 0;
}

size_t varve_batch_bytes(const varve_batch *batch)
{
    return batch->frame.len;
}

/* ---- writing ---- */

static bool cell_valid(const struct varve_vector *vector, uint32_t row)
{
    return vector->data && vv_bit(vector->valid, row);
}

static vv_status check_vectors(const struct varve_rows *rows, const struct varve_stratum *stratum,
                               bool *nulls, vv_error *err)
{
    *nulls = rows->column_count < stratum->column_count;
    if (rows->column_count > stratum->column_count)
        return vv_fail(err, VARVE_USAGE, "series %u has %u columns, not %u", rows->series,
                       stratum->column_count, rows->column_count);
    for (uint32_t c = 0; c < rows->column_count; c++) {
        const struct varve_vector *vector = &rows->columns[c];
        const struct varve_column *column = &stratum->columns[c];
        if (!vector->data || vector->valid)
            *nulls = true;
        if (!vector->data)
            continue;
        if (vector->type != column->type)
            return vv_fail(err, VARVE_BAD_TYPE, "series %u, column \"%s\": type %d instead of %d",
                           rows->series, column->name, (int)vector->type, (int)column->type);
        if (column->type == VARVE_DOUBLE) {
            const double *values = vector->data;
            for (uint32_t i = 0; i < rows->count; i++)
                if (vv_bit(vector->valid, i) && !isfinite(values[i]))
                    return vv_fail(err, VARVE_BAD_VALUE,
                                   "series %u, column \"%s\", row %u: not a finite number",
                                   rows->series, column->name, i);
        } else if (column->type == VARVE_TEXT) {
            const struct varve_text *texts = vector->data;
            for (uint32_t i = 0; i < rows->count; i++)
                if (vv_bit(vector->valid, i) && texts[i].len_bytes > VARVE_TEXT_MAX)
                    return vv_fail(err, VARVE_BAD_VALUE,
                                   "series %u, column \"%s\", row %u: text of %u bytes, at most %d "
                                   "are allowed",
                                   rows->series, column->name, i, texts[i].len_bytes,
                                   VARVE_TEXT_MAX);
        }
    }
    return VARVE_OK;
}

static void put_cell(struct vv_buf *out, const struct varve_vector *vector, uint32_t row)
{
    switch (vector->type) {
    case VARVE_INT64:
        vv_buf_svarint(out, ((const int64_t *)vector->data)[row]);
        break;
    case VARVE_DOUBLE:
        vv_buf_put64(out, vv_double_bits(((const double *)vector->data)[row]));
        break;
    case VARVE_BOOL:
        vv_buf_put8(out, ((const uint8_t *)vector->data)[row] != 0);
        break;
    case VARVE_TEXT: {
        struct varve_text text = ((const struct varve_text *)vector->data)[row];
        vv_buf_varint(out, text.len_bytes);
        vv_buf_add(out, text.data, text.len_bytes);
        break;
    }
    }
}

static void put_row(varve_batch *batch, const struct varve_rows *rows, uint32_t columns,
                    uint32_t flags, uint32_t row)
{
    struct vv_buf *out = &batch->frame;
    vv_buf_svarint(out, (int64_t)((uint64_t)rows->times[row] - (uint64_t)batch->last_time));
    batch->last_time = rows->times[row];
    if (flags & ROWS_SUBS)
        vv_buf_varint(out, rows->subs[row]);
    if (flags & ROWS_NULLS) {
        uint8_t *bitmap = vv_buf_grow(out, (columns + 7) / 8);
        if (!bitmap)
            return;
        memset(bitmap, 0, (columns + 7) / 8);
        for (uint32_t c = 0; c < rows->column_count; c++)
            if (cell_valid(&rows->columns[c], row))
                bitmap[c / 8] |= (uint8_t)(1u << (c % 8));
    }
    for (uint32_t c = 0; c < rows->column_count; c++)
        if (cell_valid(&rows->columns[c], row))
            put_cell(out, &rows->columns[c], row);
}

vv_status varve_batch_add(varve_batch *batch, const struct varve_rows *rows, varve_error *err)
{
    vv_error_clear(err);
    const struct varve_stratum *stratum;
    uint32_t stratum_id;
    bool nulls;
    if (rows->count == 0)
        return VARVE_OK;
    vv_status status = vv_store_stratum_of(batch->store, rows->series, &stratum_id, &stratum, err);
    if (!status)
        status = check_vectors(rows, stratum, &nulls, err);
    if (status)
        return status;

    size_t begin = batch->frame.len;
    int64_t begin_time = batch->last_time;
    uint32_t flags = (rows->subs ? ROWS_SUBS : 0u) | (nulls ? ROWS_NULLS : 0u) |
                     (rows->count == 1 ? ROWS_SINGLE : 0u);
    vv_buf_put8(&batch->frame, RECORD_ROWS);
    vv_buf_varint(&batch->frame, rows->series);
    vv_buf_put8(&batch->frame, (uint8_t)flags);
    vv_buf_varint(&batch->frame, stratum->column_count);
    if (!(flags & ROWS_SINGLE))
        vv_buf_varint(&batch->frame, rows->count);
    for (uint32_t i = 0; i < rows->count && batch->frame.len <= VARVE_BATCH_MAX; i++)
        put_row(batch, rows, stratum->column_count, flags, i);

    if (batch->frame.failed)
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory for a batch of %zu bytes", begin);
    else if (batch->frame.len > VARVE_BATCH_MAX)
        status = vv_fail(err, VARVE_LIMIT, "a batch holds at most %d bytes: append it in pieces",
                         VARVE_BATCH_MAX);
    if (status) {
        batch->frame.len = begin;
        batch->frame.failed = false;
        batch->last_time = begin_time;
        return status;
    }
    batch->rows += rows->count;
    return VARVE_OK;
}

vv_status varve_batch_position(varve_batch *batch, const char *follower, uint64_t sequence,
                               varve_error *err)
{
    vv_error_clear(err);
    size_t len = strlen(follower);
    size_t begin = batch->frame.len;
    if (len == 0 || len > VARVE_NAME_MAX)
        return vv_fail(err, VARVE_BAD_NAME, "a follower's name has 1 to %d bytes", VARVE_NAME_MAX);
    vv_buf_put8(&batch->frame, RECORD_POSITION);
    vv_buf_varint(&batch->frame, len);
    vv_buf_add(&batch->frame, follower, len);
    vv_buf_varint(&batch->frame, sequence);
    if (batch->frame.failed) {
        batch->frame.len = begin;
        batch->frame.failed = false;
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a batch");
    }
    batch->positions++;
    return VARVE_OK;
}

/* ---- reading back ---- */

static void get_cell(struct vv_reader *from, enum varve_type type, struct vv_cell *cell)
{
    cell->valid = true;
    switch (type) {
    case VARVE_INT64:
        cell->as.i = vv_read_svarint(from);
        break;
    case VARVE_DOUBLE:
        cell->as.d = vv_bits_double(vv_read64(from));
        break;
    case VARVE_BOOL:
        cell->as.i = vv_read8(from) != 0;
        break;
    case VARVE_TEXT: {
        uint64_t len = vv_read_varint(from);
        if (len > VARVE_TEXT_MAX)
            from->bad = true;
        const uint8_t *data = vv_read_bytes(from, len > VARVE_TEXT_MAX ? 0 : len);
        cell->as.text = (struct varve_text){(const char *)data, (uint32_t)len};
        break;
    }
    }
}

static vv_status apply_rows(struct vv_reader *from, const struct vv_registry *registry,
                            struct vv_head *head, uint64_t sequence, int64_t *time, uint64_t *rows,
                            vv_error *err)
{
    uint64_t series = vv_read_varint(from);
    uint32_t flags = vv_read8(from);
    uint64_t columns = vv_read_varint(from);
    uint64_t count = flags & ROWS_SINGLE ? 1 : vv_read_varint(from);
    uint32_t stratum_id;
    const struct varve_stratum *stratum = NULL;
    if (!from->bad && series <= UINT32_MAX &&
        vv_registry_series_get(registry, (uint32_t)series, &stratum_id, NULL, NULL))
        stratum = vv_registry_stratum_get(registry, stratum_id);
    if (!stratum || columns > stratum->column_count)
        return vv_fail(err, VARVE_CORRUPT, "batch %llu names series %llu, which is not defined so",
                       (unsigned long long)sequence, (unsigned long long)series);

    struct vv_cell cells[VARVE_COLUMNS_MAX];
    for (uint64_t i = 0; i < count && !from->bad; i++) {
        *time = (int64_t)((uint64_t)*time + (uint64_t)vv_read_svarint(from));
        uint64_t sub = flags & ROWS_SUBS ? vv_read_varint(from) : 0;
        const uint8_t *bitmap = NULL;
        if (flags & ROWS_NULLS)
            bitmap = vv_read_bytes(from, (columns + 7) / 8);
        for (uint32_t c = 0; c < columns && !from->bad; c++) {
            if (bitmap && !(bitmap[c / 8] >> (c % 8) & 1))
                cells[c].valid = false;
            else
                get_cell(from, stratum->columns[c].type, &cells[c]);
        }
        if (from->bad || sub > UINT32_MAX)
            break;
        vv_status status = VARVE_OK;
        if (head)
            status = vv_head_append(head, stratum, stratum_id, (uint32_t)series, *time,
                                    (uint32_t)sub, cells, (uint32_t)columns, sequence, err);
        if (status)
            return status;
        ++*rows;
    }
    return VARVE_OK;
}

vv_status vv_batch_apply(const uint8_t *payload, size_t len_bytes,
                         const struct vv_registry *registry, struct vv_head *head,
                         uint64_t sequence,
                         void (*position)(void *arg, const char *name, size_t name_bytes,
                                          uint64_t sequence),
                         void *arg, uint64_t *rows, vv_error *err)
{
    struct vv_reader from = vv_reader_of(payload, len_bytes);
    int64_t time = 0;
    while (from.at < from.end && !from.bad) {
        uint8_t kind = vv_read8(&from);
        if (kind == RECORD_ROWS) {
            vv_status status = apply_rows(&from, registry, head, sequence, &time, rows, err);
            if (status)
                return status;
        } else if (kind == RECORD_POSITION) {
            uint64_t len = vv_read_varint(&from);
            const uint8_t *name = vv_read_bytes(&from, len <= VARVE_NAME_MAX ? len : SIZE_MAX);
            uint64_t reached = vv_read_varint(&from);
            if (!from.bad && position)
                position(arg, (const char *)name, len, reached);
        } else {
            from.bad = true;
        }
    }
    if (from.bad)
        return vv_fail(err, VARVE_CORRUPT, "batch %llu: its %zu bytes do not make a batch",
                       (unsigned long long)sequence, len_bytes);
    return VARVE_OK;
}
