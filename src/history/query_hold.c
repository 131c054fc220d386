/* query_hold.c: aggregates that go by time: a good value holds until the next sample.
 *
 * The rows of the range come from a query of their own, block by block; between two of them the
 * bucket that is open gets what held, and buckets without a row are given out as long as a value
 * holds. Times before q->next_ms are accounted for.
 */
#include <math.h>

#include "base/time.h"
#include "history/query_private.h"

#include "base/banned.h"

#define HELD_PERIODS 3 /* for which a periodic point's value holds where no validity is said */

/* ---- opening ---- */

static int64_t hold_of(struct vv_history_query *q)
{
    struct vv_tag_meta meta;

    vv_tag_meta_get(q->set, q->tag, &meta);
    if (meta.validity_ms > 0)
        return meta.validity_ms;
    return meta.period_ms > 0 ? HELD_PERIODS * meta.period_ms : INT64_MAX;
}

/* The sample before the range goes on into it; on and off are compared with the last good one. */
static vv_status carry_in(struct vv_history_query *q, vv_error *err)
{
    struct query_hold *h = &q->hold;
    struct vv_stored row;
    vv_status st = vv_query_row_before(q, false, &row, err);

    if (st == VARVE_OK && vv_quality_good(row.quality) && row.value.type != VV_TYPE_NONE) {
        h->known = true;
        h->value = vv_query_number(&row.value);
        h->since_ms = row.time_ms;
    } else if (st == VARVE_OK) {
        st = vv_query_row_before(q, true, &row, err);
    }
    if (st == VARVE_OK) {
        h->compared = true;
        h->on = vv_query_number(&row.value) != 0;
    }
    return st == VARVE_NOT_FOUND ? VARVE_OK : st;
}

vv_status vv_query_hold_open(struct vv_history_query *q, vv_error *err)
{
    const struct vv_history_query_spec rows = {
        .tag = q->tag, .from_ms = q->from_ms, .to_ms = q->to_ms, .mode = VV_HISTORY_RAW};

    q->hold.hold_ms = hold_of(q);
    q->hold.now_ms = q->set->now_ms();
    vv_status st = vv_history_query_open(q->set, &rows, &q->hold.rows, err);
    return st == VARVE_OK ? carry_in(q, err) : st;
}

/* ---- going through ---- */

/* Whether there is another row; its time in *time_ms. */
static vv_status peek(struct query_hold *h, int64_t *time_ms, vv_error *err)
{
    vv_status st = VARVE_OK;

    if (!h->end && h->at == h->block.rows) {
        h->at = 0;
        st = vv_history_query_next(h->rows, &h->block, err);
        h->end = st != VARVE_OK;
    }
    if (st != VARVE_OK && st != VARVE_END)
        return st;
    if (h->end)
        return VARVE_END;
    *time_ms = h->block.times_ms[h->at];
    return VARVE_OK;
}

/* Until when the present value holds, if no row comes. */
static int64_t held_until(const struct query_hold *h)
{
    if (!h->known)
        return INT64_MIN;
    if (h->hold_ms == INT64_MAX || h->since_ms > INT64_MAX - h->hold_ms)
        return INT64_MAX;
    return h->since_ms + h->hold_ms;
}

/* Accounts for [q->next_ms, to_ms), over which no row is. */
static void account(struct vv_history_query *q, struct query_bucket *b, int64_t to_ms)
{
    const struct query_hold *h = &q->hold;
    int64_t end_ms = held_until(h);

    if (end_ms > to_ms)
        end_ms = to_ms;
    if (h->end && end_ms > h->now_ms)
        end_ms = h->now_ms;
    if (end_ms > q->next_ms) {
        int64_t held_ms = end_ms - q->next_ms;

        b->known_ms += held_ms;
        b->integral += h->value * (double)held_ms;
        if (h->value != 0)
            b->on_ms += held_ms;
    }
    q->next_ms = to_ms;
}

static void take_row(struct query_hold *h, struct query_bucket *b)
{
    const struct vv_datum *value = &h->block.values[h->at];
    const double number = vv_query_number(value);
    struct query_bucket one = {.rows = 1};

    h->known = vv_quality_good(h->block.quality[h->at]) && value->type != VV_TYPE_NONE;
    if (h->known) {
        one.good = 1;
        one.sum = number;
        one.min = one.max = one.first = one.last = *value;
        one.first_ms = one.last_ms = h->block.times_ms[h->at];
        b->turned_on += h->compared && !h->on && number != 0;
        b->turned_off += h->compared && h->on && number == 0;
        h->compared = true;
        h->on = number != 0;
        h->value = number;
        h->since_ms = one.first_ms;
    }
    vv_query_bucket_merge(b, &one);
    h->at++;
}

/* Fills the bucket that begins at b->start_ms. */
static vv_status fill_bucket(struct vv_history_query *q, struct query_bucket *b, vv_error *err)
{
    int64_t end_ms = vv_query_bucket_end(q, b->start_ms), time_ms;
    vv_status st;

    if (end_ms > q->to_ms)
        end_ms = q->to_ms;
    while ((st = peek(&q->hold, &time_ms, err)) == VARVE_OK && time_ms < end_ms) {
        account(q, b, time_ms);
        take_row(&q->hold, b);
    }
    if (st != VARVE_OK && st != VARVE_END)
        return st;
    account(q, b, end_ms);
    return VARVE_OK;
}

vv_status vv_query_hold_next(struct vv_history_query *q, struct vv_history_query_block *block,
                             vv_error *err)
{
    struct query_hold *h = &q->hold;

    while (block->rows < VV_HISTORY_QUERY_ROWS && q->next_ms < q->to_ms) {
        int64_t time_ms;
        vv_status st = peek(h, &time_ms, err);

        if (st != VARVE_OK && st != VARVE_END)
            return st;
        if (held_until(h) <= q->next_ms || (h->end && h->now_ms <= q->next_ms)) {
            if (h->end)
                break;
            q->next_ms = time_ms;
        }
        struct query_bucket b = {.start_ms = vv_query_bucket_start(q, q->next_ms)};
        st = fill_bucket(q, &b, err);
        if (st == VARVE_OK && !(q->skip_bad && b.good == 0 && b.known_ms == 0))
            st = vv_query_bucket_give(q, block, &b, err);
        if (st != VARVE_OK)
            return st;
    }
    return block->rows > 0 ? VARVE_OK : VARVE_END;
}
