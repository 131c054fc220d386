/* rows.c: rows whose values all follow from the id of their write. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "model/twin.h"

#define NARROW_COLUMNS 3
#define ROWS_MAX       64
#define TEXT_BYTES     48

static const struct varve_column narrow_columns[] = {
    {"value", VARVE_DOUBLE}, {"quality", VARVE_INT64}, {"id", VARVE_INT64}};
static const struct varve_column wide_columns[] = {
    {"i0", VARVE_INT64}, {"d0", VARVE_DOUBLE}, {"b0", VARVE_BOOL}, {"t0", VARVE_TEXT},
    {"i1", VARVE_INT64}, {"d1", VARVE_DOUBLE}, {"b1", VARVE_BOOL}, {"t1", VARVE_TEXT},
    {"i2", VARVE_INT64}, {"d2", VARVE_DOUBLE}, {"b2", VARVE_BOOL}, {"id", VARVE_INT64}};

static const struct varve_stratum strata[] = {
    {"narrow", VARVE_MILLISECONDS, VARVE_SPAN_DAY, VARVE_GOOD_OPC, 1, narrow_columns,
     NARROW_COLUMNS},
    {"wide", VARVE_SECONDS, VARVE_SPAN_MONTH, VARVE_GOOD_ALL, 0, wide_columns, TWIN_COLUMNS_MAX}};

const struct varve_stratum *twin_stratum(int which)
{
    return &strata[which];
}

/* Slots lie 97 minutes apart: a month of days in the narrow stratum, two months in the wide one. */
int64_t twin_time(int series, int slot)
{
    int64_t minutes = (int64_t)slot * 97;
    return series < 3 ? 1700000000000 + minutes * 60000 : 1700000000 + minutes * 60;
}

int twin_slot(int series, int64_t time)
{
    int64_t from = twin_time(series, 0), step = twin_time(series, 1) - from;
    bool there = time >= from && (time - from) % step == 0 && (time - from) / step < TWIN_SLOTS;
    return there ? (int)((time - from) / step) : -1;
}

static uint64_t mixed(uint32_t id, uint32_t column)
{
    uint64_t x = (uint64_t)id * 0x9e3779b97f4a7c15 + (uint64_t)column * 0xbf58476d1ce4e5b9;
    return x ^ x >> 31;
}

bool twin_value(uint32_t id, double *value)
{
    *value = (double)(id % 1000) / 4.0 - 50.0;
    return id % 11 != 0;
}

bool twin_good(uint32_t id)
{
    return id % 13 != 0;
}

union cell {
    int64_t i;
    double d;
    uint8_t b;
    struct varve_text t;
};

/* The value of a column; false for null. Texts go into `text`. */
static bool cell_of(int series, uint32_t id, uint32_t column, union cell *cell, char *text)
{
    *cell = (union cell){.i = 0};
    if (series < 3) {
        if (column == 0)
            return twin_value(id, &cell->d);
        cell->i = column == 2 ? id : twin_good(id) ? 192 : 0;
        return true;
    }
    uint64_t x = mixed(id, column);
    switch (wide_columns[column].type) {
    case VARVE_INT64:
        cell->i = column == TWIN_COLUMNS_MAX - 1 ? (int64_t)id : (int64_t)x >> (x & 63);
        break;
    case VARVE_DOUBLE:
        cell->d = (double)(x & 0xffffff) / 7.0;
        break;
    case VARVE_BOOL:
        cell->b = x >> 7 & 1;
        break;
    case VARVE_TEXT:
        cell->t.len_bytes = (uint32_t)snprintf(text, TEXT_BYTES, "%.*s%u", (int)(x % 20),
                                               "twenty letters at most", id % 97);
        cell->t.data = text;
        break;
    }
    return column == TWIN_COLUMNS_MAX - 1 || x >> 13 & 7;
}

vv_status twin_add(varve_batch *batch, const struct twin *twin, int series,
                   const struct twin_row *rows, uint32_t count, vv_error *err)
{
    static union cell cells[TWIN_COLUMNS_MAX][ROWS_MAX];
    static int64_t integers[TWIN_COLUMNS_MAX][ROWS_MAX];
    static double doubles[TWIN_COLUMNS_MAX][ROWS_MAX];
    static uint8_t booleans[TWIN_COLUMNS_MAX][ROWS_MAX];
    static struct varve_text texts[TWIN_COLUMNS_MAX][ROWS_MAX];
    static char bytes[TWIN_COLUMNS_MAX][ROWS_MAX][TEXT_BYTES];
    const struct varve_stratum *stratum = twin_stratum(series < 3 ? 0 : 1);
    struct varve_vector vectors[TWIN_COLUMNS_MAX];
    uint64_t valid[TWIN_COLUMNS_MAX][1] = {0};
    int64_t times[ROWS_MAX];
    uint32_t subs[ROWS_MAX];
    for (uint32_t c = 0; c < stratum->column_count; c++) {
        for (uint32_t i = 0; i < count; i++) {
            if (cell_of(series, rows[i].id, c, &cells[c][i], bytes[c][i]))
                valid[c][0] |= (uint64_t)1 << i;
            integers[c][i] = cells[c][i].i;
            doubles[c][i] = cells[c][i].d;
            booleans[c][i] = cells[c][i].b;
            texts[c][i] = cells[c][i].t;
        }
        enum varve_type type = stratum->columns[c].type;
        const void *data = type == VARVE_INT64    ? (const void *)integers[c]
                           : type == VARVE_DOUBLE ? (const void *)doubles[c]
                           : type == VARVE_BOOL   ? (const void *)booleans[c]
                                                  : (const void *)texts[c];
        vectors[c] = (struct varve_vector){type, data, valid[c]};
    }
    for (uint32_t i = 0; i < count; i++) {
        times[i] = rows[i].time;
        subs[i] = rows[i].sub;
    }
    const struct varve_rows added = {.series = twin->ids[series],
                                     .count = count,
                                     .times = times,
                                     .subs = subs,
                                     .columns = vectors,
                                     .column_count = stratum->column_count};
    return varve_batch_add(batch, &added, err);
}

static bool vector_valid(const struct varve_vector *v, uint32_t i)
{
    return v->data && (!v->valid || (v->valid[i >> 6] >> (i & 63) & 1));
}

static bool cell_equal(const struct varve_vector *v, uint32_t i, const union cell *cell)
{
    switch (v->type) {
    case VARVE_INT64:
        return ((const int64_t *)v->data)[i] == cell->i;
    case VARVE_DOUBLE:
        return vv_double_bits(((const double *)v->data)[i]) == vv_double_bits(cell->d);
    case VARVE_BOOL:
        return ((const uint8_t *)v->data)[i] == cell->b;
    case VARVE_TEXT:
        break;
    }
    const struct varve_text *text = &((const struct varve_text *)v->data)[i];
    return text->len_bytes == cell->t.len_bytes &&
           memcmp(text->data, cell->t.data, text->len_bytes) == 0;
}

uint32_t twin_id_of(int series, const struct varve_rows *rows, uint32_t i)
{
    const struct varve_vector *last = &rows->columns[rows->column_count - 1];
    if (!vector_valid(last, i))
        twin_fail("series %d, time %lld: a row without its id", series, (long long)rows->times[i]);
    uint32_t id = (uint32_t)((const int64_t *)last->data)[i];
    for (uint32_t c = 0; c < rows->column_count; c++) {
        char text[TEXT_BYTES];
        union cell cell;
        bool there = cell_of(series, id, c, &cell, text);
        if (there != vector_valid(&rows->columns[c], i) ||
            (there && !cell_equal(&rows->columns[c], i, &cell)))
            twin_fail("series %d, time %lld, column %u: a wrong value in the row of write %u",
                      series, (long long)rows->times[i], c, id);
    }
    return id;
}
