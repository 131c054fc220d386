/* query_raw.c: the rows of a tag, its earlier types merged in by time. */
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/query_private.h"

#include "base/banned.h"

/* ---- cursors ---- */

/* Keeps what a cursor could not read. Without memory the count alone is kept. */
static void keep_lost(struct vv_history_query *q, const struct vv_store_cursor *cursor)
{
    size_t count;
    const struct varve_lost *lost = q->kind->cursor_lost(cursor, &count);

    q->lost_blocks += count;
    if (count > 0 && q->lost == NULL)
        q->lost = vv_alloc_array(VV_QUERY_LOST_MAX, sizeof *q->lost);
    for (size_t i = 0; i < count && q->lost != NULL && q->lost_count < VV_QUERY_LOST_MAX; i++) {
        struct vv_history_query_lost *l = &q->lost[q->lost_count];

        l->file = vv_arena_text(&q->lost_texts, lost[i].file, strlen(lost[i].file));
        l->message = vv_arena_text(&q->lost_texts, lost[i].message, strlen(lost[i].message));
        l->from_ms = lost[i].from;
        l->to_ms = lost[i].to;
        if (l->file != NULL && l->message != NULL)
            q->lost_count++;
    }
}

static void release(struct vv_history_query *q, struct query_source *s)
{
    if (s->cursor == NULL)
        return;
    keep_lost(q, s->cursor);
    q->kind->cursor_close(s->cursor);
    s->cursor = NULL;
    s->rows.count = s->at = 0;
}

void vv_query_raw_release(struct vv_history_query *q)
{
    for (size_t i = 0; i < q->source_count; i++)
        release(q, &q->sources[i]);
}

/* Brings the source's next chunk, from q->next_ms on when it has no cursor. */
static vv_status refill(struct vv_history_query *q, struct query_source *s, vv_error *err)
{
    const struct vv_store_range range = {s->tag, q->next_ms, q->to_ms};
    vv_status st = VARVE_OK;

    if (s->cursor == NULL)
        st = q->kind->cursor_open(q->store, &range, &s->cursor, err);
    do {
        if (st == VARVE_OK)
            st = q->kind->cursor_next(s->cursor, &s->rows, err);
    } while (st == VARVE_OK && s->rows.count == 0);
    s->at = 0;
    if (st == VARVE_OK)
        return VARVE_OK;
    s->rows.count = 0;
    if (st != VARVE_END)
        return st;
    s->end = true;
    release(q, s);
    return VARVE_OK;
}

/* ---- rows ---- */

static void add_row(struct vv_history_query *q, struct vv_history_query_block *block,
                    int64_t time_ms, int32_t quality, struct vv_datum value)
{
    q->times_ms[block->rows] = time_ms;
    q->quality[block->rows] = quality;
    q->values[block->rows] = value;
    block->rows++;
}

static bool wanted(const struct vv_history_query *q, int32_t quality)
{
    return !q->skip_bad || vv_quality_good(quality);
}

/* The source with the earliest next row, of equal ones the newest; null when all have ended or, in
 * *due, one of them needs a chunk. */
static struct query_source *earliest(struct vv_history_query *q, struct query_source **due)
{
    struct query_source *best = NULL;

    *due = NULL;
    for (size_t i = 0; i < q->source_count; i++) {
        struct query_source *s = &q->sources[i];

        if (s->end)
            continue;
        if (s->at == s->rows.count) {
            *due = s;
            return NULL;
        }
        if (best == NULL || s->rows.times[s->at] < best->rows.times[best->at])
            best = s;
    }
    return best;
}

/* Rows of the range into the block, until it is full, a chunk is due (its texts are borrowed: the
 * block must be given out first), or the end. */
static vv_status fill(struct vv_history_query *q, struct vv_history_query_block *block,
                      vv_error *err)
{
    while (block->rows < VV_HISTORY_QUERY_ROWS) {
        struct query_source *due, *s = earliest(q, &due);
        int64_t time_ms;
        int32_t quality;

        if (due != NULL) {
            vv_status st;

            if (block->rows > 0)
                return VARVE_OK;
            st = refill(q, due, err);
            if (st != VARVE_OK)
                return st;
            continue;
        }
        if (s == NULL) {
            q->stage = q->bounds ? QUERY_AFTER : QUERY_DONE;
            return VARVE_OK;
        }
        time_ms = s->rows.times[s->at];
        quality = vv_store_row_quality(&s->rows, s->at);
        if (time_ms >= q->next_ms && wanted(q, quality))
            add_row(q, block, time_ms, quality, vv_store_row_value(&s->rows, s->at, s->tag->type));
        s->at++;
        if (time_ms >= q->next_ms)
            q->next_ms = time_ms + 1;
    }
    return VARVE_OK;
}

/* ---- the values beside the range ---- */

static bool copy_row(struct vv_history_query *q, const struct vv_stored *from, struct vv_stored *to)
{
    *to = *from;
    if (from->value.type != VV_TYPE_STRING)
        return true;
    to->value.as.text = vv_arena_text(&q->texts, from->value.as.text, from->value.text_len);
    return to->value.as.text != NULL;
}

/* The first (or last) wanted row of a tag in [from, to). */
static vv_status find_row(struct vv_history_query *q, const struct vv_store_range *range, bool last,
                          struct vv_stored *row, vv_error *err)
{
    struct vv_store_cursor *cursor;
    struct varve_rows rows;
    bool found = false;
    vv_status st = q->kind->cursor_open(q->store, range, &cursor, err);

    if (st != VARVE_OK)
        return st;
    while ((!found || last) && (st = q->kind->cursor_next(cursor, &rows, err)) == VARVE_OK) {
        for (uint32_t i = 0; i < rows.count; i++) {
            uint32_t at = last ? rows.count - 1 - i : i;
            int32_t quality = vv_store_row_quality(&rows, at);
            const struct vv_stored here = {range->tag, rows.times[at], quality,
                                           vv_store_row_value(&rows, at, range->tag->type)};

            if (!wanted(q, quality))
                continue;
            if (!copy_row(q, &here, row))
                st = vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory for a text",
                             q->tag->name);
            found = true;
            break;
        }
        if (st != VARVE_OK)
            break;
    }
    keep_lost(q, cursor);
    q->kind->cursor_close(cursor);
    if (st != VARVE_OK && st != VARVE_END)
        return st;
    return found ? VARVE_OK : VARVE_NOT_FOUND;
}

vv_status vv_query_row_at(struct vv_history_query *q, const struct vv_tag *tag, int64_t time_ms,
                          struct vv_stored *row, vv_error *err)
{
    const struct vv_store_range range = {tag, time_ms, time_ms + 1};

    return find_row(q, &range, false, row, err);
}

struct newest {
    struct vv_history_query *query;
    struct vv_stored row;
    bool found, failed;
};

static void take_newest(void *arg, const struct vv_stored *row)
{
    struct newest *n = arg;

    n->found = true;
    n->failed = !copy_row(n->query, row, &n->row);
}

vv_status vv_query_row_before(struct vv_history_query *q, bool good, struct vv_stored *row,
                              vv_error *err)
{
    bool found = false;

    for (size_t i = 0; i < q->source_count; i++) {
        const struct vv_tag *tag = q->sources[i].tag;
        const struct vv_store_range day = {tag, q->from_ms - VV_DAY_MS, q->from_ms};
        struct newest n = {.query = q};
        vv_status st = q->kind->newest(q->store, &tag, 1, q->from_ms, take_newest, &n, err);

        if (st == VARVE_OK && n.failed)
            st = vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory for a text",
                         q->tag->name);
        if (st != VARVE_OK)
            return st;
        if (n.found && good && !vv_quality_good(n.row.quality)) {
            st = find_row(q, &day, true, &n.row, err);
            if (st != VARVE_OK && st != VARVE_NOT_FOUND)
                return st;
            n.found = st == VARVE_OK;
        }
        if (n.found && (!found || n.row.time_ms > row->time_ms))
            *row = n.row;
        found |= n.found;
    }
    return found ? VARVE_OK : VARVE_NOT_FOUND;
}

/* The last row within a day before the range. Usually the newest before it; only when that one is
 * not wanted is the day read. */
static vv_status last_before(struct vv_history_query *q, const struct vv_tag *tag,
                             struct vv_stored *row, vv_error *err)
{
    const struct vv_store_range day = {tag, q->from_ms - VV_DAY_MS, q->from_ms};
    struct newest n = {.query = q};
    vv_status st = q->kind->newest(q->store, &tag, 1, q->from_ms, take_newest, &n, err);

    if (st != VARVE_OK)
        return st;
    if (n.failed)
        return vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory for a text",
                       q->tag->name);
    if (!n.found || n.row.time_ms < day.from_ms)
        return VARVE_NOT_FOUND;
    if (!wanted(q, n.row.quality))
        return find_row(q, &day, true, row, err);
    *row = n.row;
    return VARVE_OK;
}

/* Adds the row before (or after) the range, of all sources the nearest. */
static vv_status add_bound(struct vv_history_query *q, struct vv_history_query_block *block,
                           bool after, vv_error *err)
{
    struct vv_stored best = {0};

    for (size_t i = 0; i < q->source_count; i++) {
        const struct vv_tag *tag = q->sources[i].tag;
        const struct vv_store_range day = {tag, q->to_ms, q->to_ms + VV_DAY_MS};
        struct vv_stored row;
        vv_status st = after ? find_row(q, &day, false, &row, err) : last_before(q, tag, &row, err);

        if (st == VARVE_NOT_FOUND)
            continue;
        if (st != VARVE_OK)
            return st;
        if (best.tag == NULL || (after ? row.time_ms < best.time_ms : row.time_ms > best.time_ms))
            best = row;
    }
    if (best.tag != NULL)
        add_row(q, block, best.time_ms, best.quality, best.value);
    return VARVE_OK;
}

vv_status vv_query_raw_next(struct vv_history_query *q, struct vv_history_query_block *block,
                            vv_error *err)
{
    vv_status st = VARVE_OK;

    if (q->stage == QUERY_BEFORE) {
        st = add_bound(q, block, false, err);
        q->stage = QUERY_RANGE;
    }
    if (st == VARVE_OK && block->rows == 0 && q->stage == QUERY_RANGE)
        st = fill(q, block, err);
    if (st == VARVE_OK && block->rows == 0 && q->stage == QUERY_AFTER) {
        st = add_bound(q, block, true, err);
        q->stage = QUERY_DONE;
    }
    if (st != VARVE_OK)
        return st;
    return block->rows > 0 ? VARVE_OK : VARVE_END;
}
