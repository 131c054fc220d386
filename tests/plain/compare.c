#include "compare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool differ(struct compare *compare, const char *format, ...) VARVE_PRINTF(2, 3);

static bool differ(struct compare *compare, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(compare->why, sizeof compare->why, format, args);
    va_end(args);
    return false;
}

static const struct plain_stratum *stratum_of(const struct compare *compare, uint32_t series)
{
    return &compare->plain->strata[compare->plain->series[series].stratum];
}

/* ---- rows ---- */

static bool bit(const uint64_t *bits, uint32_t i)
{
    return !bits || (bits[i / 64] >> i % 64 & 1);
}

static bool same_value(const struct value *value, const struct varve_vector *vector, uint32_t i)
{
    bool valid = vector->data && bit(vector->valid, i);
    if (valid != value->valid || !valid)
        return valid == value->valid;
    switch (vector->type) {
    case VARVE_INT64:
        return ((const int64_t *)vector->data)[i] == value->i;
    case VARVE_DOUBLE:
        return memcmp((const double *)vector->data + i, &value->d, sizeof value->d) == 0;
    case VARVE_BOOL:
        return ((const uint8_t *)vector->data)[i] == value->i;
    default: {
        const struct varve_text *text = (const struct varve_text *)vector->data + i;
        return text->len_bytes == value->len_bytes &&
               (text->len_bytes == 0 || !memcmp(text->data, value->text, text->len_bytes));
    }
    }
}

static bool same_row(struct compare *compare, uint32_t series, const struct plain_row *row,
                     const struct varve_rows *rows, uint32_t i, const uint32_t *columns)
{
    const struct plain_stratum *stratum = stratum_of(compare, series);
    uint32_t sub = rows->subs ? rows->subs[i] : 0;
    struct value value;
    if (rows->times[i] != row->time || sub != row->sub)
        return differ(compare, "series %u: row (%" PRId64 ", %u) where (%" PRId64 ", %u) belongs",
                      series, rows->times[i], sub, row->time, row->sub);
    for (uint32_t c = 0; c < rows->column_count; c++) {
        uint32_t column = columns ? columns[c] : c;
        value.valid = false;
        if (column < row->columns)
            value_of(stratum, column, row->time, row->seed, &value);
        if (rows->columns[c].type != stratum->columns[column].type)
            return differ(compare, "series %u, column %u: type %d", series, column,
                          (int)rows->columns[c].type);
        if (!same_value(&value, &rows->columns[c], i))
            return differ(compare, "series %u, row (%" PRId64 ", %u): another value in column %u",
                          series, row->time, row->sub, column);
    }
    return true;
}

bool compare_scan(struct compare *compare, uint32_t series, int64_t from, int64_t to,
                  const uint32_t *columns, uint32_t column_count)
{
    struct plain_row *expected = NULL;
    size_t count = plain_settle(compare->plain, series, &compare->moment, from, to, &expected);
    size_t at = 0, lost = 0;
    varve_scan *scan = NULL;
    varve_error err = {0};
    struct varve_rows rows;
    bool same = true;
    const struct varve_scan_spec spec = {.series = compare->plain->series[series].id,
                                         .from = from,
                                         .to = to,
                                         .columns = columns,
                                         .column_count = column_count,
                                         .snapshot = compare->snapshot};
    if (spec.series == PLAIN_NO_ID) {
        free(expected);
        return count == 0 || differ(compare, "series %u with %zu rows is unknown", series, count);
    }
    varve_status status = varve_scan_open(compare->store, &spec, &scan, &err);
    while (!status && same && !(status = varve_scan_next(scan, &rows, &err)))
        for (uint32_t i = 0; i < rows.count && same; i++, at++)
            same = at < count
                       ? same_row(compare, series, &expected[at], &rows, i, columns)
                       : differ(compare, "series %u: row (%" PRId64 ", %u) that does not belong",
                                series, rows.times[i], rows.subs ? rows.subs[i] : 0);
    if (same && status != VARVE_END)
        same = differ(compare, "series %u: scan: %s", series, err.message);
    if (same && at < count)
        same = differ(compare, "series %u: %zu rows of %zu; missing is (%" PRId64 ", %u)", series,
                      at, count, expected[at].time, expected[at].sub);
    if (scan)
        varve_scan_lost(scan, &lost);
    if (same && lost > 0)
        same = differ(compare, "series %u: rows are said to be lost", series);
    varve_scan_close(scan);
    free(expected);
    return same;
}

/* ---- newest ---- */

struct newest {
    struct compare *compare;
    uint32_t *series; /* those asked for */
    uint32_t count, at;
    int64_t before;
    bool same;
};

/* The last row of a series; false when there is none. */
static bool last_row(struct newest *newest, uint32_t series, struct plain_row *row)
{
    struct plain_row *rows;
    size_t count = plain_settle(newest->compare->plain, series, &newest->compare->moment, INT64_MIN,
                                newest->before, &rows);
    if (count > 0)
        *row = rows[count - 1];
    free(rows);
    return count > 0;
}

static void newest_each(void *arg, const struct varve_rows *rows)
{
    struct newest *newest = arg;
    struct plain_row row;
    while (newest->at < newest->count && !last_row(newest, newest->series[newest->at], &row))
        newest->at++;
    if (!newest->same)
        return;
    if (newest->at == newest->count || rows->count != 1)
        newest->same = differ(newest->compare, "newest: a row too many");
    else
        newest->same = same_row(newest->compare, newest->series[newest->at], &row, rows, 0, NULL);
    newest->at++;
}

bool compare_newest(struct compare *compare, int64_t before)
{
    const struct plain *plain = compare->plain;
    struct newest newest = {.compare = compare, .before = before, .same = true};
    varve_error err = {0};
    struct plain_row row;
    uint32_t *ids = malloc((plain->series_count + 1) * sizeof *ids);
    newest.series = malloc((plain->series_count + 1) * sizeof *newest.series);
    if (!ids || !newest.series)
        abort();
    for (uint32_t s = 0; s < plain->series_count; s++) {
        if (plain->series[s].id == PLAIN_NO_ID)
            continue;
        ids[newest.count] = plain->series[s].id;
        newest.series[newest.count++] = s;
    }
    varve_status status = varve_newest(compare->store, ids, newest.count, before, compare->snapshot,
                                       newest_each, &newest, &err);
    if (status)
        newest.same = differ(compare, "newest: %s", err.message);
    while (newest.same && newest.at < newest.count)
        if (last_row(&newest, newest.series[newest.at++], &row))
            newest.same = differ(compare, "newest: no row for series %u, (%" PRId64 ", %u) belongs",
                                 newest.series[newest.at - 1], row.time, row.sub);
    free(ids);
    free(newest.series);
    return newest.same;
}

bool compare_all(struct compare *compare)
{
    for (uint32_t s = 0; s < compare->plain->series_count; s++)
        if (!compare_scan(compare, s, INT64_MIN, INT64_MAX, NULL, 0))
            return false;
    return true;
}
