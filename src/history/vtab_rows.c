#include "history/vtab_rows.h"

#include "base/banned.h"

/* A window that held fewer rows than this makes the next one twice as long. */
#define WINDOW_ROWS 1024u

static void close_scan(struct vv_vtab_rows *rows)
{
    if (rows->scan != NULL)
        varve_scan_close(rows->scan);
    rows->scan = NULL;
    rows->chunk.count = rows->at = 0;
}

void vv_vtab_rows_close(struct vv_vtab_rows *rows)
{
    close_scan(rows);
}

static vv_status open_scan(struct vv_vtab_rows *rows, int64_t from, int64_t to, vv_error *err)
{
    static const uint32_t none = 0;
    const struct varve_scan_spec spec = {
        .series = rows->spec.series,
        .from = from,
        .to = to,
        .columns = rows->spec.column_count > 0 ? rows->spec.columns : &none,
        .column_count = rows->spec.column_count,
        .snapshot = rows->spec.moment,
    };

    close_scan(rows);
    return varve_scan_open(rows->spec.store, &spec, &rows->scan, err);
}

/* The scan's next chunk, which has a row; END. Rows that the scan had to leave out are an error:
 * an answer without them would look whole. */
static vv_status next_chunk(struct vv_vtab_rows *rows, vv_error *err)
{
    const struct varve_lost *lost;
    size_t lost_count;
    vv_status st;

    rows->at = 0;
    do {
        if (rows->spec.stop != NULL && rows->spec.stop(rows->spec.stop_arg))
            return vv_fail(err, VARVE_CANCELLED, "interrupted");
        st = varve_scan_next(rows->scan, &rows->chunk, err);
    } while (st == VARVE_OK && rows->chunk.count == 0);
    lost = varve_scan_lost(rows->scan, &lost_count);
    if (lost_count > 0 && (st == VARVE_OK || st == VARVE_END))
        st = vv_fail(err, VARVE_CORRUPT, "%s is damaged: %s", lost[0].file, lost[0].message);
    if (st != VARVE_OK)
        rows->chunk.count = 0;
    return st;
}

/* ---- downwards ---- */

struct newest {
    bool found;
    int64_t time;
};

static void take_newest(void *arg, const struct varve_rows *row)
{
    struct newest *n = arg;

    n->found = true;
    n->time = row->times[0];
}

/* Makes [window_from, before) the chunk, or the last piece of it that comes as one chunk: what is
 * before that stays for later windows. */
static vv_status load_window(struct vv_vtab_rows *rows, vv_error *err)
{
    for (;;) {
        int64_t last_from = rows->window_from;
        uint32_t chunks = 0;
        vv_status st = open_scan(rows, rows->window_from, rows->before, err);

        while (st == VARVE_OK && (st = next_chunk(rows, err)) == VARVE_OK) {
            last_from = rows->chunk.times[0];
            chunks++;
        }
        if (st != VARVE_END)
            return st;
        if (chunks == 0)
            return VARVE_END;
        if (chunks > 1) {
            rows->window_from = last_from;
            rows->window_length /= 2;
            continue;
        }
        /* The chunk went with the END behind it: once more. */
        st = open_scan(rows, rows->window_from, rows->before, err);
        return st == VARVE_OK ? next_chunk(rows, err) : st;
    }
}

/* The window before the present one. */
static vv_status earlier_window(struct vv_vtab_rows *rows, vv_error *err)
{
    struct newest newest = {0};
    int64_t from = rows->spec.from;
    vv_status st;

    close_scan(rows);
    if (rows->before <= from)
        return VARVE_END;
    st = varve_newest(rows->spec.store, &rows->spec.series, 1, rows->before, rows->spec.moment,
                      take_newest, &newest, err);
    if (st != VARVE_OK)
        return st;
    /* Without a newest row the rest is still looked through: it may be damaged. */
    rows->window_from = from;
    if (newest.found && newest.time > from &&
        (uint64_t)newest.time - (uint64_t)from > (uint64_t)rows->window_length)
        rows->window_from = newest.time - rows->window_length;
    st = load_window(rows, err);
    if (st != VARVE_OK)
        return st;
    if (rows->chunk.count < WINDOW_ROWS && rows->window_length < INT64_MAX / 4)
        rows->window_length = rows->window_length > 0 ? rows->window_length * 2 : 1;
    rows->at = rows->chunk.count - 1;
    return VARVE_OK;
}

/* ---- either way ---- */

vv_status vv_vtab_rows_open(struct vv_vtab_rows *rows, const struct vv_vtab_rows_spec *spec,
                            vv_error *err)
{
    vv_status st;

    *rows = (struct vv_vtab_rows){.spec = *spec, .before = spec->to};
    if (spec->from >= spec->to)
        return VARVE_END;
    if (spec->reverse)
        return earlier_window(rows, err);
    st = open_scan(rows, spec->from, spec->to, err);
    return st == VARVE_OK ? next_chunk(rows, err) : st;
}

vv_status vv_vtab_rows_next(struct vv_vtab_rows *rows, vv_error *err)
{
    if (!rows->spec.reverse)
        return ++rows->at < rows->chunk.count ? VARVE_OK : next_chunk(rows, err);
    if (rows->at > 0) {
        rows->at--;
        return VARVE_OK;
    }
    rows->before = rows->window_from;
    return earlier_window(rows, err);
}

/* Moves to the row with this key, in a scan that was opened at or before it. */
static vv_status find_row(struct vv_vtab_rows *rows, int64_t time, uint32_t sub, vv_error *err)
{
    vv_status st;

    while ((st = next_chunk(rows, err)) == VARVE_OK)
        for (; rows->at < rows->chunk.count; rows->at++)
            if (rows->chunk.times[rows->at] == time &&
                (rows->chunk.subs != NULL ? rows->chunk.subs[rows->at] : 0) == sub)
                return VARVE_OK;
    return st == VARVE_END ? vv_fail(err, VARVE_CORRUPT, "a row was not found again") : st;
}

vv_status vv_vtab_rows_columns(struct vv_vtab_rows *rows, const uint32_t *columns,
                               uint32_t column_count, vv_error *err)
{
    int64_t time = rows->chunk.times[rows->at];
    uint32_t sub = rows->chunk.subs != NULL ? rows->chunk.subs[rows->at] : 0;
    vv_status st;

    rows->spec.columns = columns;
    rows->spec.column_count = column_count;
    if (!rows->spec.reverse) {
        st = open_scan(rows, time, rows->spec.to, err);
        return st == VARVE_OK ? find_row(rows, time, sub, err) : st;
    }
    rows->before = time + 1; /* what is after it was given already */
    st = load_window(rows, err);
    if (st == VARVE_OK)
        rows->at = rows->chunk.count - 1;
    return st;
}
