/* Reading one series of a head: its ascending run chunk by chunk without copying, its late run as a
 * sorted copy. */
#include <string.h>

#include "native/head_private.h"

#include "base/banned.h"

#define CHUNK_WORDS 16 /* bitmap words of the largest chunk (1,024 rows) */

struct vv_head_reader {
    struct vv_head *head;
    struct vv_head_series *series;
    const enum varve_type *types; /* copied behind the struct */
    const uint32_t *columns;      /* copied too; null: the first column_count */
    uint32_t column_count;
    uint32_t limit;
    int64_t from, to;
    struct vv_chunk *chunk; /* the next chunk of the ascending run */
    struct varve_vector *vectors;
    uint64_t *bitmaps;        /* CHUNK_WORDS for each column */
    struct vv_rows *filtered; /* rows of a chunk that holds aborted ones */
    struct vv_rows *late;
};

/* The first `count` rows of a chunk as vectors, without copying values. */
static void chunk_view(struct vv_head_reader *reader, const struct vv_chunk *chunk, uint32_t count,
                       struct varve_rows *rows)
{
    for (uint32_t i = 0; i < reader->column_count; i++) {
        struct varve_vector *vector = &reader->vectors[i];
        uint32_t c = reader->columns ? reader->columns[i] : i;
        *vector = (struct varve_vector){.type = reader->types[i]};
        if (c >= chunk->column_count)
            continue;
        const struct vv_chunk_column *column = &chunk->columns[c];
        vector->data = column->data;
        if (atomic_load_explicit(&column->null_count, memory_order_relaxed) == 0)
            continue;
        uint64_t *valid = reader->bitmaps + (size_t)i * CHUNK_WORDS;
        for (uint32_t w = 0; w * 64 < count; w++)
            valid[w] = ~atomic_load_explicit(&column->nulls[w], memory_order_relaxed);
        vector->valid = valid;
    }
    *rows = (struct varve_rows){.count = count,
                                .times = chunk->times,
                                .subs = chunk->subs,
                                .columns = reader->vectors,
                                .column_count = reader->column_count};
}

/* Adds to `to` the rows of a view that were not aborted and are inside the time range. */
static vv_status add_wanted(struct vv_head_reader *reader, const struct vv_chunk *chunk,
                            const struct varve_rows *view, struct vv_rows *to, vv_error *err)
{
    for (uint32_t begin = 0, end; begin < view->count; begin = end + 1) {
        for (end = begin; end < view->count; end++)
            if (view->times[end] < reader->from || view->times[end] >= reader->to ||
                vv_head_aborted(reader->head, chunk->sequences[end]))
                break;
        vv_status status = end > begin ? vv_rows_add(to, view, begin, end, false, err) : VARVE_OK;
        if (status)
            return status;
    }
    return VARVE_OK;
}

/* Moves to the next chunk with rows to give, from `chunk` on. */
static void ascending_settle(struct vv_head_cursor *cursor, struct vv_chunk *chunk)
{
    struct vv_head_reader *reader = cursor->reader;
    for (; chunk; chunk = atomic_load_explicit(&chunk->next, memory_order_acquire)) {
        uint32_t count = vv_chunk_visible(chunk, reader->limit);
        if (count == 0 || chunk->times[0] >= reader->to)
            break;
        if (chunk->times[count - 1] >= reader->from) {
            reader->chunk = chunk;
            cursor->ascending.next_time = chunk->times[0];
            return;
        }
    }
    reader->chunk = NULL;
    cursor->ascending.next_time = INT64_MAX;
    cursor->ascending.ended = true;
}

static vv_status ascending_load(struct vv_run *run, struct varve_rows *rows, vv_error *err)
{
    struct vv_head_cursor *cursor =
        (struct vv_head_cursor *)(void *)((char *)run - offsetof(struct vv_head_cursor, ascending));
    struct vv_head_reader *reader = cursor->reader;
    vv_status status = VARVE_OK;
    do {
        struct vv_chunk *chunk = reader->chunk;
        uint32_t count = vv_chunk_visible(chunk, reader->limit);
        chunk_view(reader, chunk, count, rows);
        if (reader->filtered) {
            vv_rows_reset(reader->filtered, 0);
            status = add_wanted(reader, chunk, rows, reader->filtered, err);
            vv_rows_view(reader->filtered, rows);
        }
        ascending_settle(cursor, atomic_load_explicit(&chunk->next, memory_order_acquire));
    } while (!status && rows->count == 0 && !run->ended);
    return status;
}

static vv_status late_load(struct vv_run *run, struct varve_rows *rows, vv_error *err)
{
    (void)err;
    struct vv_head_cursor *cursor =
        (struct vv_head_cursor *)(void *)((char *)run - offsetof(struct vv_head_cursor, late));
    vv_rows_view(cursor->reader->late, rows);
    run->ended = true;
    run->next_time = INT64_MAX;
    return VARVE_OK;
}

static vv_status late_gather(struct vv_head_cursor *cursor, vv_error *err)
{
    struct vv_head_reader *reader = cursor->reader;
    struct vv_chunk *chunk =
        atomic_load_explicit(&reader->series->late.first, memory_order_acquire);
    for (; chunk; chunk = atomic_load_explicit(&chunk->next, memory_order_acquire)) {
        struct varve_rows view;
        chunk_view(reader, chunk, vv_chunk_visible(chunk, reader->limit), &view);
        vv_status status = add_wanted(reader, chunk, &view, reader->late, err);
        if (status)
            return status;
    }
    vv_status status = vv_rows_sort(reader->late, NULL, err);
    if (status || vv_rows_count(reader->late) == 0)
        return status;
    struct varve_rows rows;
    vv_rows_view(reader->late, &rows);
    cursor->has_late = true;
    cursor->late.next_time = rows.times[0];
    return VARVE_OK;
}

vv_status vv_head_cursor_init(struct vv_head_cursor *cursor, struct vv_head *head, uint32_t series,
                              uint64_t sequence, int64_t from, int64_t to,
                              const enum varve_type *types, const uint32_t *columns,
                              uint32_t column_count, vv_error *err)
{
    *cursor = (struct vv_head_cursor){0};
    struct vv_head_series *entry = vv_head_series_at(head, series);
    uint32_t limit;
    if (!entry || !vv_head_limit(head, sequence, &limit))
        return VARVE_OK;

    struct vv_head_reader *reader =
        vv_alloc_zero(sizeof *reader + column_count * (sizeof *reader->vectors + sizeof *types +
                                                       sizeof *columns + CHUNK_WORDS * 8));
    if (!reader)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to read series %u", series);
    cursor->reader = reader;
    reader->vectors = (struct varve_vector *)(void *)(reader + 1);
    reader->bitmaps = (uint64_t *)(void *)(reader->vectors + column_count);
    enum varve_type *own_types =
        (enum varve_type *)(void *)(reader->bitmaps + (size_t)column_count * CHUNK_WORDS);
    uint32_t *own_columns = (uint32_t *)(void *)(own_types + column_count);
    if (column_count > 0)
        memcpy(own_types, types, column_count * sizeof *types);
    if (columns && column_count > 0)
        memcpy(own_columns, columns, column_count * sizeof *columns);
    vv_head_ref(head);
    reader->head = head;
    reader->series = entry;
    reader->types = own_types;
    reader->columns = columns ? own_columns : NULL;
    reader->column_count = column_count;
    reader->limit = limit;
    reader->from = from;
    reader->to = to;

    uint64_t rank = 2 * vv_head_last_sequence(head);
    cursor->ascending = (struct vv_run){.rank = rank, .load = ascending_load};
    cursor->late = (struct vv_run){.rank = rank + 1, .load = late_load};
    vv_status status = VARVE_OK;
    if (vv_head_any_aborted(head))
        status = vv_rows_new(own_types, column_count, &reader->filtered, err);
    if (!status && atomic_load_explicit(&entry->late.first, memory_order_acquire)) {
        status = vv_rows_new(own_types, column_count, &reader->late, err);
        if (!status)
            status = late_gather(cursor, err);
    }
    if (!status) {
        ascending_settle(cursor,
                         atomic_load_explicit(&entry->ascending.first, memory_order_acquire));
        cursor->has_ascending = !cursor->ascending.ended;
    } else {
        vv_head_cursor_deinit(cursor);
    }
    return status;
}

void vv_head_cursor_deinit(struct vv_head_cursor *cursor)
{
    struct vv_head_reader *reader = cursor->reader;
    if (reader) {
        vv_rows_free(reader->filtered);
        vv_rows_free(reader->late);
        vv_head_unref(reader->head);
        vv_free(reader);
    }
    *cursor = (struct vv_head_cursor){0};
}
