#include "native/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

struct column {
    enum varve_type type;
    void *data;
    uint64_t *valid; /* kept always; shown only when `nulls` */
    bool nulls;      /* some row is null */
};

struct vv_rows {
    uint32_t series, count, capacity, column_count;
    int64_t *times;
    uint32_t *subs;
    bool any_sub; /* some sub is not 0 */
    struct column *columns;
    struct varve_vector *view;
    struct vv_arena texts;
};

static size_t width_of(enum varve_type type)
{
    return type == VARVE_BOOL ? 1 : type == VARVE_TEXT ? sizeof(struct varve_text) : 8;
}

static size_t words_of(uint32_t count)
{
    return ((size_t)count + 63) / 64;
}

vv_status vv_rows_new(const enum varve_type *types, uint32_t column_count, struct vv_rows **rows,
                      vv_error *err)
{
    struct vv_rows *made = vv_alloc_zero(sizeof *made);

    *rows = NULL;
    if (!made)
        goto no_memory;
    vv_arena_init(&made->texts, 0, NULL);
    made->column_count = column_count;
    made->columns = vv_alloc_array(column_count, sizeof *made->columns);
    made->view = vv_alloc_array(column_count, sizeof *made->view);
    if (!made->columns || !made->view)
        goto no_memory;
    for (uint32_t c = 0; c < column_count; c++)
        made->columns[c].type = types[c];
    *rows = made;
    return VARVE_OK;
no_memory:
    vv_rows_free(made);
    return vv_fail(err, VARVE_NO_MEMORY, "no memory for rows of %u columns", column_count);
}

void vv_rows_free(struct vv_rows *rows)
{
    if (!rows)
        return;
    for (uint32_t c = 0; rows->columns && c < rows->column_count; c++) {
        vv_free(rows->columns[c].data);
        vv_free(rows->columns[c].valid);
    }
    vv_arena_deinit(&rows->texts);
    vv_free(rows->columns);
    vv_free(rows->view);
    vv_free(rows->times);
    vv_free(rows->subs);
    vv_free(rows);
}

void vv_rows_reset(struct vv_rows *rows, uint32_t series)
{
    rows->series = series;
    rows->count = 0;
    rows->any_sub = false;
    for (uint32_t c = 0; c < rows->column_count; c++)
        rows->columns[c].nulls = false;
    vv_arena_reset(&rows->texts);
}

static bool grow(void **block, size_t size_bytes)
{
    void *bigger = vv_realloc(*block, size_bytes);
    if (bigger)
        *block = bigger;
    return bigger != NULL;
}

static vv_status reserve(struct vv_rows *rows, uint32_t more, vv_error *err)
{
    uint64_t want = (uint64_t)rows->count + more;

    if (want <= rows->capacity)
        return VARVE_OK;
    if (want > UINT32_MAX / 2)
        return vv_fail(err, VARVE_LIMIT, "more rows of one series than fit in memory");
    uint32_t capacity = rows->capacity ? rows->capacity : 64;
    while (capacity < want)
        capacity *= 2;
    bool grown = grow((void **)&rows->times, (size_t)capacity * sizeof *rows->times) &&
                 grow((void **)&rows->subs, (size_t)capacity * sizeof *rows->subs);
    for (uint32_t c = 0; grown && c < rows->column_count; c++) {
        struct column *column = rows->columns + c;
        grown = grow(&column->data, capacity * width_of(column->type)) &&
                grow((void **)&column->valid, words_of(capacity) * 8);
    }
    if (!grown)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for %u rows", capacity);
    rows->capacity = capacity;
    return VARVE_OK;
}

/* Sets bits `at` … of `to` from bits `begin` … `end`-1 of `from` (null: all set); returns whether
 * any was not set. */
static bool copy_bits(uint64_t *to, uint32_t at, const uint64_t *from, uint32_t begin, uint32_t end)
{
    bool nulls = false;

    while (begin < end) {
        uint32_t room = 64 - (at & 63);
        uint32_t n = end - begin < room ? end - begin : room;
        uint64_t mask = n == 64 ? ~0ULL : (1ULL << n) - 1, bits = mask;
        if (from) {
            bits = from[begin >> 6] >> (begin & 63);
            if ((begin & 63) && (begin & 63) + n > 64)
                bits |= from[(begin >> 6) + 1] << (64 - (begin & 63));
            bits &= mask;
        }
        nulls |= bits != mask;
        uint64_t *word = to + (at >> 6);
        *word = (*word & ~(mask << (at & 63))) | bits << (at & 63);
        at += n;
        begin += n;
    }
    return nulls;
}

static void clear_bits(uint64_t *to, uint32_t at, uint32_t count)
{
    static const uint64_t none[1] = {0};
    while (count) {
        uint32_t n = count < 64 ? count : 64;
        copy_bits(to, at, none, 0, n);
        at += n;
        count -= n;
    }
}

static bool copy_texts(struct vv_arena *arena, struct varve_text *texts, const uint64_t *valid,
                       uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++) {
        if (!vv_bit(valid, i)) {
            texts[i] = (struct varve_text){"", 0};
            continue;
        }
        char *copy = vv_arena_text(arena, texts[i].data ? texts[i].data : "", texts[i].len_bytes);
        if (!copy)
            return false;
        texts[i].data = copy;
    }
    return true;
}

vv_status vv_rows_add(struct vv_rows *rows, const struct varve_rows *from, uint32_t begin,
                      uint32_t end, bool copy_text, vv_error *err)
{
    uint32_t n = end - begin, at = rows->count;
    vv_status status = reserve(rows, n, err);

    if (status || begin == end)
        return status;
    memcpy(rows->times + at, from->times + begin, n * sizeof *rows->times);
    if (from->subs) {
        memcpy(rows->subs + at, from->subs + begin, n * sizeof *rows->subs);
        for (uint32_t i = begin; i < end && !rows->any_sub; i++)
            rows->any_sub = from->subs[i] != 0;
    } else {
        memset(rows->subs + at, 0, n * sizeof *rows->subs);
    }
    for (uint32_t c = 0; c < rows->column_count; c++) {
        struct column *column = rows->columns + c;
        const struct varve_vector *source = c < from->column_count ? from->columns + c : NULL;
        size_t width = width_of(column->type);
        uint8_t *to = (uint8_t *)column->data + at * width;
        if (!source || !source->data) {
            memset(to, 0, n * width);
            clear_bits(column->valid, at, n);
            column->nulls = true;
            continue;
        }
        memcpy(to, (const uint8_t *)source->data + begin * width, n * width);
        column->nulls |= copy_bits(column->valid, at, source->valid, begin, end);
        if (copy_text && column->type == VARVE_TEXT &&
            !copy_texts(&rows->texts, column->data, column->valid, at, at + n))
            return vv_fail(err, VARVE_NO_MEMORY, "no memory for the texts of %u rows", n);
    }
    rows->count += n;
    return VARVE_OK;
}

uint32_t vv_rows_count(const struct vv_rows *rows)
{
    return rows->count;
}

void vv_rows_view(const struct vv_rows *rows, struct varve_rows *view)
{
    for (uint32_t c = 0; c < rows->column_count; c++) {
        const struct column *column = rows->columns + c;
        rows->view[c] =
            (struct varve_vector){column->type, column->data, column->nulls ? column->valid : NULL};
    }
    *view = (struct varve_rows){
        .series = rows->series,
        .count = rows->count,
        .times = rows->times,
        .subs = rows->any_sub ? rows->subs : NULL,
        .columns = rows->view,
        .column_count = rows->column_count,
    };
}

void vv_rows_slice(const struct varve_rows *from, uint32_t begin, uint32_t end,
                   struct varve_vector *columns, struct varve_rows *slice)
{
    for (uint32_t c = 0; c < from->column_count; c++) {
        const struct varve_vector *v = from->columns + c;
        columns[c] = *v;
        if (v->data)
            columns[c].data = (const uint8_t *)v->data + begin * width_of(v->type);
        if (v->valid)
            columns[c].valid = v->valid + begin / 64;
    }
    *slice = *from;
    slice->count = end - begin;
    slice->times = from->times + begin;
    slice->subs = from->subs ? from->subs + begin : NULL;
    slice->columns = columns;
}

/* ---- sorting ---- */

struct key {
    int64_t time;
    uint64_t rank;
    uint32_t sub, row;
};

static int compare(const void *a, const void *b)
{
    const struct key *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->sub != y->sub)
        return x->sub < y->sub ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool is_sorted(const struct vv_rows *rows)
{
    for (uint32_t i = 1; i < rows->count; i++)
        if (rows->times[i] < rows->times[i - 1] ||
            (rows->times[i] == rows->times[i - 1] && rows->subs[i] <= rows->subs[i - 1]))
            return false;
    return true;
}

/* Puts rows keys[0 … count-1].row in order, through `spare` (8 bytes a row, and the widest value).
 */
static void gather(struct vv_rows *rows, const struct key *keys, uint32_t count, uint8_t *spare)
{
    uint64_t *bits = (uint64_t *)spare;

    for (uint32_t c = 0; c < rows->column_count; c++) {
        struct column *column = rows->columns + c;
        size_t width = width_of(column->type);
        const uint8_t *data = column->data;
        for (uint32_t i = 0; i < count; i++)
            memcpy(spare + i * width, data + keys[i].row * width, width);
        memcpy(column->data, spare, count * width);
        if (!column->nulls)
            continue;
        memset(bits, 0, words_of(count) * 8);
        column->nulls = false;
        for (uint32_t i = 0; i < count; i++) {
            bool valid = vv_bit(column->valid, keys[i].row);
            bits[i >> 6] |= (uint64_t)valid << (i & 63);
            column->nulls |= !valid;
        }
        memcpy(column->valid, bits, words_of(count) * 8);
    }
    rows->any_sub = false;
    for (uint32_t i = 0; i < count; i++) {
        rows->times[i] = keys[i].time;
        rows->subs[i] = keys[i].sub;
        rows->any_sub |= keys[i].sub != 0;
    }
    rows->count = count;
}

vv_status vv_rows_sort(struct vv_rows *rows, const uint64_t *newer, vv_error *err)
{
    if (is_sorted(rows))
        return VARVE_OK;
    uint32_t n = rows->count, kept = 0;
    struct key *keys = vv_alloc_array(n, sizeof *keys);
    uint8_t *spare = vv_alloc_array(n, sizeof(struct varve_text));
    vv_status status = VARVE_OK;

    if (!keys || !spare) {
        status = vv_fail(err, VARVE_NO_MEMORY, "no memory to sort %u rows", n);
        goto out;
    }
    for (uint32_t i = 0; i < n; i++)
        keys[i] = (struct key){rows->times[i], newer ? newer[i] : 0, rows->subs[i], i};
    qsort(keys, n, sizeof *keys, compare);
    for (uint32_t i = 0; i < n; i++)
        if (i + 1 == n || keys[i].time != keys[i + 1].time || keys[i].sub != keys[i + 1].sub)
            keys[kept++] = keys[i];
    gather(rows, keys, kept, spare);
out:
    vv_free(keys);
    vv_free(spare);
    return status;
}
