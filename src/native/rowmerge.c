/* The merge keeps, for each run, the rows that it loaded and a place in them. The run that stands
 * lowest gives all its rows up to the next lowest key of the others in one piece. */
#include "native/rowmerge.h"

#include "base/alloc.h"
#include "native/rows.h"

#include "base/banned.h"

/* Pieces of at least this many rows go out without a copy when nothing waits before them. */
#define PASS_ROWS 256

struct span {
    int64_t from, to;
};

struct input {
    struct vv_run *run;
    struct varve_rows rows;
    uint32_t at; /* the next row; rows.count: none loaded */
    bool ended;
    struct span *gone; /* what marks take of it: ascending, apart from one another */
    size_t gone_count;
};

struct vv_rowmerge {
    enum varve_type *types;
    uint32_t column_count;
    struct input *inputs;
    size_t input_count;
    int64_t from, to;
    struct vv_rows *out;
    struct varve_vector *columns; /* of a piece that goes out without a copy */
};

struct key {
    int64_t time;
    uint32_t sub;
};

static inline bool before(struct key a, struct key b)
{
    return a.time < b.time || (a.time == b.time && a.sub < b.sub);
}

static inline struct key key_at(const struct varve_rows *rows, uint32_t i)
{
    return (struct key){rows->times[i], rows->subs ? rows->subs[i] : 0};
}

/* The first row from `at` on whose key is not before `key`: doubling steps, then halving. */
static uint32_t seek(const struct varve_rows *rows, uint32_t at, struct key key)
{
    uint32_t step = 1, low = at, high;

    while (low + step < rows->count && before(key_at(rows, low + step - 1), key)) {
        low += step;
        step *= 2;
    }
    high = low + step < rows->count ? low + step : rows->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (before(key_at(rows, middle), key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- marks ---- */

static void add_span(struct input *input, struct span span)
{
    size_t at = input->gone_count++;

    while (at && input->gone[at - 1].from > span.from) {
        input->gone[at] = input->gone[at - 1];
        at--;
    }
    input->gone[at] = span;
}

static bool take_marks(struct input *input, const struct vv_mark *marks, size_t mark_count)
{
    size_t kept = 0;

    input->gone = vv_alloc_array(mark_count + 1, sizeof *input->gone);
    if (!input->gone)
        return false;
    for (size_t m = 0; m < mark_count; m++)
        if (marks[m].rank > input->run->rank && marks[m].from < marks[m].to)
            add_span(input, (struct span){marks[m].from, marks[m].to});
    for (size_t s = 0; s < input->gone_count; s++) {
        struct span *last = input->gone + kept - 1;
        if (kept && input->gone[s].from <= last->to)
            last->to = input->gone[s].to > last->to ? input->gone[s].to : last->to;
        else
            input->gone[kept++] = input->gone[s];
    }
    input->gone_count = kept;
    return true;
}

/* The first span that ends behind `time`, or null. */
static const struct span *span_after(const struct input *input, int64_t time)
{
    size_t low = 0, high = input->gone_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (input->gone[middle].to <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low < input->gone_count ? input->gone + low : NULL;
}

/* Moves to the first row that counts. */
static void settle(const struct vv_rowmerge *merge, struct input *input)
{
    struct varve_rows *rows = &input->rows;

    if (input->at < rows->count && rows->times[input->at] < merge->from)
        input->at = seek(rows, input->at, (struct key){merge->from, 0});
    while (input->at < rows->count) {
        const struct span *span = span_after(input, rows->times[input->at]);
        if (!span || rows->times[input->at] < span->from)
            return;
        input->at = seek(rows, input->at, (struct key){span->to, 0});
    }
}

/* ---- the merge ---- */

vv_status vv_rowmerge_new(const enum varve_type *types, uint32_t column_count, struct vv_run **runs,
                          size_t run_count, const struct vv_mark *marks, size_t mark_count,
                          int64_t from, int64_t to, struct vv_rowmerge **merge, vv_error *err)
{
    struct vv_rowmerge *made = vv_alloc_zero(sizeof *made);

    *merge = NULL;
    if (!made)
        goto no_memory;
    made->column_count = column_count;
    made->from = from;
    made->to = to;
    made->types = vv_alloc_array(column_count + 1, sizeof *made->types);
    made->columns = vv_alloc_array(column_count + 1, sizeof *made->columns);
    made->inputs = vv_alloc_array(run_count + 1, sizeof *made->inputs);
    if (!made->types || !made->columns || !made->inputs)
        goto no_memory;
    for (uint32_t c = 0; c < column_count; c++)
        made->types[c] = types[c];
    for (; made->input_count < run_count; made->input_count++) {
        struct input *input = made->inputs + made->input_count;
        *input = (struct input){.run = runs[made->input_count]};
        input->ended = input->run->ended;
        if (!take_marks(input, marks, mark_count))
            goto no_memory;
    }
    if (vv_rows_new(types, column_count, &made->out, NULL))
        goto no_memory;
    *merge = made;
    return VARVE_OK;
no_memory:
    vv_rowmerge_free(made);
    return vv_fail(err, VARVE_NO_MEMORY, "no memory to merge %zu runs", run_count);
}

void vv_rowmerge_free(struct vv_rowmerge *merge)
{
    if (!merge)
        return;
    for (size_t i = 0; i < merge->input_count; i++)
        vv_free(merge->inputs[i].gone);
    vv_rows_free(merge->out);
    vv_free(merge->inputs);
    vv_free(merge->columns);
    vv_free(merge->types);
    vv_free(merge);
}

static vv_status load(const struct vv_rowmerge *merge, struct input *input, vv_error *err)
{
    input->rows.count = input->at = 0;
    if (input->run->ended) {
        input->ended = true;
        return VARVE_OK;
    }
    vv_status status = input->run->load(input->run, &input->rows, err);
    if (status)
        input->rows.count = 0;
    else
        settle(merge, input);
    return status;
}

/* Whether the input may still give rows; its key then, `*loaded` false for one that is only known
 * not to begin earlier. */
static bool key_of(const struct vv_rowmerge *merge, const struct input *input, struct key *key,
                   bool *loaded)
{
    if (input->ended)
        return false;
    *loaded = input->at < input->rows.count;
    *key = *loaded ? key_at(&input->rows, input->at) : (struct key){input->run->next_time, 0};
    if (!*loaded && input->run->ended)
        return false;
    return key->time < merge->to;
}

/* The lowest input, loaded, with the lowest key of the others; null when there is none. */
static vv_status lowest(struct vv_rowmerge *merge, struct input **found, struct key *limit,
                        vv_error *err)
{
    for (;;) {
        struct input *best = NULL;
        struct key least = {0};
        bool best_loaded = false, limited = false;

        *limit = (struct key){merge->to, 0};
        for (size_t i = 0; i < merge->input_count; i++) {
            struct input *input = merge->inputs + i;
            struct key key;
            bool loaded;
            if (!key_of(merge, input, &key, &loaded))
                continue;
            /* Of equal keys one that is not loaded comes first, then the higher rank. */
            bool lower = !best || before(key, least);
            if (!lower && !before(least, key))
                lower = best_loaded && (!loaded || input->run->rank > best->run->rank);
            struct key other = lower ? least : key;
            if (best && (!limited || before(other, *limit))) {
                *limit = other;
                limited = true;
            }
            if (lower) {
                best = input;
                least = key;
                best_loaded = loaded;
            }
        }
        *found = best;
        if (!best || best_loaded)
            return VARVE_OK;
        vv_status status = load(merge, best, err);
        if (status)
            return status;
    }
}

/* How far the input's rows may be taken in one piece: up to `limit`, and up to what is gone. */
static uint32_t piece_end(const struct input *input, struct key limit)
{
    const struct varve_rows *rows = &input->rows;
    struct key first = key_at(rows, input->at);
    uint32_t end = input->at + 1;

    if (before(first, limit))
        end = before(key_at(rows, rows->count - 1), limit) ? rows->count
                                                           : seek(rows, input->at, limit);
    const struct span *span = span_after(input, first.time);
    if (span && span->from <= rows->times[end - 1])
        end = seek(rows, input->at, (struct key){span->from, 0});
    return end;
}

static void advance(const struct vv_rowmerge *merge, struct input *input, uint32_t to)
{
    input->at = to;
    settle(merge, input);
}

/* The row at hand was given: the others' rows of the same key are older. */
static void skip_key(struct vv_rowmerge *merge, const struct input *given, struct key key)
{
    for (size_t i = 0; i < merge->input_count; i++) {
        struct input *input = merge->inputs + i;
        if (input == given || input->ended || input->at >= input->rows.count)
            continue;
        struct key here = key_at(&input->rows, input->at);
        if (here.time == key.time && here.sub == key.sub)
            advance(merge, input, input->at + 1);
    }
}

static void pass(struct vv_rowmerge *merge, const struct input *input, uint32_t end,
                 struct varve_rows *rows)
{
    uint32_t columns = input->rows.column_count;
    struct varve_rows from = input->rows;

    from.column_count = columns < merge->column_count ? columns : merge->column_count;
    vv_rows_slice(&from, input->at, end, merge->columns, rows);
    for (uint32_t c = 0; c < merge->column_count; c++)
        if (c >= from.column_count || !merge->columns[c].data)
            merge->columns[c] = (struct varve_vector){.type = merge->types[c]};
    rows->column_count = merge->column_count;
}

vv_status vv_rowmerge_next(struct vv_rowmerge *merge, uint32_t max_rows, struct varve_rows *rows,
                           vv_error *err)
{
    vv_rows_reset(merge->out, 0);
    while (vv_rows_count(merge->out) < max_rows) {
        struct input *input;
        struct key limit;
        uint32_t room = max_rows - vv_rows_count(merge->out);
        vv_status status = lowest(merge, &input, &limit, err);
        if (status)
            return status;
        if (!input)
            break;
        struct key first = key_at(&input->rows, input->at);
        uint32_t end = piece_end(input, limit);
        bool passable = input->at % 64 == 0 && end - input->at >= PASS_ROWS;
        if (passable && vv_rows_count(merge->out))
            break;
        if (end - input->at > room)
            end = input->at + room;
        if (passable && end - input->at >= 64) {
            pass(merge, input, end, rows);
            advance(merge, input, end);
            return VARVE_OK;
        }
        if (!vv_rows_count(merge->out))
            vv_rows_reset(merge->out, input->rows.series);
        status = vv_rows_add(merge->out, &input->rows, input->at, end, true, err);
        if (status)
            return status;
        if (!before(first, limit))
            skip_key(merge, input, first);
        advance(merge, input, end);
    }
    if (!vv_rows_count(merge->out))
        return VARVE_END;
    vv_rows_view(merge->out, rows);
    return VARVE_OK;
}
