/* store_native.c: histories in Varve's own column store.
 *
 * One stratum for each type of tag ("ScadaTagHistory.double"), so that no row carries the four
 * value columns that are null in it; a series' key is the tag's Id in decimal digits.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "history/store.h"

#include "base/banned.h"

/* Rows of one tag that are handed to the batch together. */
#define RUN_ROWS 1024

struct writer {
    struct writer *next;
    varve_batch *batch;
    int64_t times[RUN_ROWS];
    int64_t qualities[RUN_ROWS];
    uint64_t valid[RUN_ROWS / 64];
    union {
        int64_t integers[RUN_ROWS];
        double doubles[RUN_ROWS];
        uint8_t booleans[RUN_ROWS];
        struct varve_text texts[RUN_ROWS];
    } values;
};

#define NO_SERIES UINT32_MAX /* a tag that a store opened for reading has no rows of */

struct vv_store {
    varve *db;
    bool read_only;
    uint32_t strata[VV_TYPE_COUNT]; /* by type */
    struct vv_mutex mutex;          /* guards `writers` */
    struct writer *writers;         /* those not in use */
};

struct vv_store_cursor {
    varve_scan *scan;
};

static const struct {
    const char *stratum;
    const char *column;
    enum varve_type type;
} layout[VV_TYPE_COUNT] = {
    [VV_TYPE_INTEGER] = {"ScadaTagHistory.integer", "IntegerVal", VARVE_INT64},
    [VV_TYPE_STRING] = {"ScadaTagHistory.string", "StringVal", VARVE_TEXT},
    [VV_TYPE_DOUBLE] = {"ScadaTagHistory.double", "DoubleVal", VARVE_DOUBLE},
    [VV_TYPE_BOOLEAN] = {"ScadaTagHistory.boolean", "BoolVal", VARVE_BOOL},
    [VV_TYPE_DATETIME] = {"ScadaTagHistory.datetime", "DateTimeVal", VARVE_INT64},
};

static const enum varve_span spans[VV_PARTITION_SIZE_COUNT] = {
    [VV_PARTITION_NONE] = VARVE_SPAN_NONE,       [VV_PARTITION_DAY] = VARVE_SPAN_DAY,
    [VV_PARTITION_WEEK] = VARVE_SPAN_WEEK,       [VV_PARTITION_MONTH] = VARVE_SPAN_MONTH,
    [VV_PARTITION_QUARTER] = VARVE_SPAN_QUARTER, [VV_PARTITION_HALFYEAR] = VARVE_SPAN_HALFYEAR,
    [VV_PARTITION_YEAR] = VARVE_SPAN_YEAR,
};

/* ---- open and close ---- */

static vv_status define_strata(struct vv_store *store, const struct vv_history_options *options,
                               vv_error *err)
{
    for (int t = VV_TYPE_INTEGER; t < VV_TYPE_COUNT; t++) {
        const struct varve_column columns[] = {{"Quality", VARVE_INT64},
                                               {layout[t].column, layout[t].type}};
        const struct varve_stratum stratum = {
            .name = layout[t].stratum,
            .unit = VARVE_MILLISECONDS,
            .span = spans[options->partition],
            .goodness = VARVE_GOOD_OPC,
            .good_column = VV_STORE_QUALITY,
            .columns = columns,
            .column_count = 2,
        };
        vv_status st = varve_stratum_define(store->db, &stratum, &store->strata[t], err);

        if (st != VARVE_OK)
            return st;
    }
    return VARVE_OK;
}

/* The strata of a store that may not be changed: those that it has. */
static void find_strata(struct vv_store *store)
{
    const struct varve_stratum *stratum;

    for (int t = 0; t < VV_TYPE_COUNT; t++)
        store->strata[t] = NO_SERIES;
    for (uint32_t id = 0; varve_stratum_get(store->db, id, &stratum, NULL) == VARVE_OK; id++)
        for (int t = VV_TYPE_INTEGER; t < VV_TYPE_COUNT; t++)
            if (strcmp(stratum->name, layout[t].stratum) == 0)
                store->strata[t] = id;
}

static vv_status native_close(struct vv_store *store, vv_error *err)
{
    vv_status st = VARVE_OK;

    while (store->writers != NULL) {
        struct writer *w = store->writers;

        store->writers = w->next;
        varve_batch_free(w->batch);
        vv_free(w);
    }
    if (store->db != NULL)
        st = varve_close(store->db, err);
    vv_mutex_deinit(&store->mutex);
    vv_free(store);
    return st;
}

static vv_status native_open(const struct vv_history_options *options, struct vv_store **store,
                             vv_error *err)
{
    struct vv_store *s = vv_alloc_zero(sizeof *s);
    vv_status st;

    *store = NULL;
    if (s == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "history \"%s\": not enough memory to open it",
                       options->name);
    vv_mutex_init(&s->mutex);
    st = varve_open(options->path, &options->native, &s->db, err);
    s->read_only = options->native.read_only;
    if (st == VARVE_OK && s->read_only)
        find_strata(s);
    else if (st == VARVE_OK)
        st = define_strata(s, options, err);
    if (st != VARVE_OK) {
        native_close(s, NULL);
        return st;
    }
    *store = s;
    return VARVE_OK;
}

static vv_status native_tag_open(struct vv_store *store, int64_t tag_id, enum vv_tag_type type,
                                 uint32_t *series, vv_error *err)
{
    char key[24];
    int len = snprintf(key, sizeof key, "%" PRId64, tag_id);

    if (!store->read_only)
        return varve_series_define(store->db, store->strata[type], key, (size_t)len, series, err);
    if (store->strata[type] == NO_SERIES ||
        varve_series_find(store->db, store->strata[type], key, (size_t)len, series, NULL) !=
            VARVE_OK)
        *series = NO_SERIES;
    return VARVE_OK;
}

static varve *native_native(const struct vv_store *store)
{
    return store->db;
}

/* ---- writing ---- */

static vv_status writer_take(struct vv_store *store, struct writer **writer, vv_error *err)
{
    struct writer *w;
    vv_status st;

    vv_mutex_lock(&store->mutex);
    w = store->writers;
    if (w != NULL)
        store->writers = w->next;
    vv_mutex_unlock(&store->mutex);
    *writer = w;
    if (w != NULL)
        return VARVE_OK;
    w = vv_alloc_zero(sizeof *w);
    if (w == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for another writer");
    st = varve_batch_new(store->db, &w->batch, err);
    if (st != VARVE_OK) {
        vv_free(w);
        return st;
    }
    *writer = w;
    return VARVE_OK;
}

static void writer_give(struct vv_store *store, struct writer *w)
{
    varve_batch_reset(w->batch);
    vv_mutex_lock(&store->mutex);
    w->next = store->writers;
    store->writers = w;
    vv_mutex_unlock(&store->mutex);
}

static void put_value(struct writer *w, size_t at, const struct vv_datum *value)
{
    switch (value->type) {
    case VV_TYPE_INTEGER:
    case VV_TYPE_DATETIME:
        w->values.integers[at] = value->as.integer;
        break;
    case VV_TYPE_DOUBLE:
        w->values.doubles[at] = value->as.number;
        break;
    case VV_TYPE_BOOLEAN:
        w->values.booleans[at] = value->as.boolean;
        break;
    case VV_TYPE_STRING:
        w->values.texts[at] = (struct varve_text){value->as.text, value->text_len};
        break;
    case VV_TYPE_NONE:
        break;
    }
}

/* A null still has a place in the vector, which must hold something that can be read. */
static void put_null(struct writer *w, size_t at, enum vv_tag_type type)
{
    static const struct vv_datum zeros[VV_TYPE_COUNT] = {
        [VV_TYPE_INTEGER] = {VV_TYPE_INTEGER, 0, {0}},
        [VV_TYPE_STRING] = {VV_TYPE_STRING, 0, {.text = ""}},
        [VV_TYPE_DOUBLE] = {VV_TYPE_DOUBLE, 0, {0}},
        [VV_TYPE_BOOLEAN] = {VV_TYPE_BOOLEAN, 0, {0}},
        [VV_TYPE_DATETIME] = {VV_TYPE_DATETIME, 0, {0}},
    };

    put_value(w, at, &zeros[type]);
}

/* Adds the run of `count` rows (1 … RUN_ROWS) of one tag to the batch. */
static vv_status add_run(struct writer *w, const struct vv_stored *rows, size_t count,
                         vv_error *err)
{
    enum vv_tag_type type = rows[0].tag->type;
    bool has_null = false;
    struct varve_vector columns[2] = {
        {VARVE_INT64, w->qualities, NULL},
        {layout[type].type, &w->values, NULL},
    };
    const struct varve_rows run = {
        .series = rows[0].tag->series,
        .count = (uint32_t)count,
        .times = w->times,
        .columns = columns,
        .column_count = 2,
    };

    memset(w->valid, 0, (count + 63) / 64 * sizeof w->valid[0]);
    for (size_t i = 0; i < count; i++) {
        w->times[i] = rows[i].time_ms;
        w->qualities[i] = rows[i].quality;
        if (rows[i].value.type == VV_TYPE_NONE) {
            has_null = true;
            put_null(w, i, type);
        } else {
            w->valid[i / 64] |= 1ULL << i % 64;
            put_value(w, i, &rows[i].value);
        }
    }
    if (has_null)
        columns[VV_STORE_VALUE].valid = w->valid;
    return varve_batch_add(w->batch, &run, err);
}

static vv_status native_write(struct vv_store *store, const struct vv_stored *rows, size_t count,
                              uint64_t *sequence, vv_error *err)
{
    struct writer *w;
    vv_status st = writer_take(store, &w, err);

    *sequence = 0;
    if (st != VARVE_OK)
        return st;
    for (size_t from = 0; from < count && st == VARVE_OK;) {
        size_t to = from + 1;

        while (to < count && to - from < RUN_ROWS && rows[to].tag == rows[from].tag)
            to++;
        st = add_run(w, rows + from, to - from, err);
        from = to;
    }
    if (st == VARVE_OK)
        st = varve_append(store->db, w->batch, sequence, err);
    writer_give(store, w);
    return st;
}

/* ---- reading ---- */

static vv_status native_cursor_open(struct vv_store *store, const struct vv_store_range *range,
                                    struct vv_store_cursor **cursor, vv_error *err)
{
    const struct varve_scan_spec spec = {
        .series = range->tag->series, .from = range->from_ms, .to = range->to_ms};
    struct vv_store_cursor *c = vv_alloc_zero(sizeof *c);
    vv_status st;

    *cursor = NULL;
    if (c == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory to read it",
                       range->tag->name);
    st = range->tag->series != NO_SERIES ? varve_scan_open(store->db, &spec, &c->scan, err)
                                         : VARVE_OK;
    if (st != VARVE_OK) {
        vv_free(c);
        return st;
    }
    *cursor = c;
    return VARVE_OK;
}

static vv_status native_cursor_next(struct vv_store_cursor *cursor, struct varve_rows *rows,
                                    vv_error *err)
{
    return cursor->scan != NULL ? varve_scan_next(cursor->scan, rows, err) : VARVE_END;
}

static const struct varve_lost *native_cursor_lost(const struct vv_store_cursor *cursor,
                                                   size_t *count)
{
    *count = 0;
    return cursor->scan != NULL ? varve_scan_lost(cursor->scan, count) : NULL;
}

static void native_cursor_close(struct vv_store_cursor *cursor)
{
    if (cursor->scan != NULL)
        varve_scan_close(cursor->scan);
    vv_free(cursor);
}

static vv_status native_aggregate(struct vv_store *store, const struct vv_store_buckets *buckets,
                                  bool (*each)(void *arg, int64_t start_ms,
                                               const struct varve_stats *stats),
                                  void *arg, size_t *lost_blocks, vv_error *err)
{
    const struct varve_aggregate_spec spec = {
        .series = buckets->range.tag->series,
        .column = VV_STORE_VALUE,
        .from = buckets->range.from_ms,
        .to = buckets->range.to_ms,
        .every = buckets->every_ms,
        .origin = buckets->origin_ms,
        .bounds = buckets->bounds,
        .bound_count = buckets->bound_count,
    };

    if (spec.series == NO_SERIES)
        return VARVE_OK;
    return varve_aggregate(store->db, &spec, each, arg, lost_blocks, err);
}

struct newest {
    const struct vv_tag *const *tags;
    size_t count;
    size_t at; /* answers come in the order of the tags: where the last one was, plus one */
    void (*each)(void *arg, const struct vv_stored *row);
    void *arg;
};

static void newest_row(void *arg, const struct varve_rows *rows)
{
    struct newest *n = arg;
    struct vv_stored row;

    while (n->at < n->count && n->tags[n->at]->series != rows->series)
        n->at++;
    if (n->at == n->count || rows->count == 0)
        return;
    row.tag = n->tags[n->at++];
    row.time_ms = rows->times[0];
    row.quality = vv_store_row_quality(rows, 0);
    row.value = vv_store_row_value(rows, 0, row.tag->type);
    n->each(n->arg, &row);
}

static vv_status native_newest(struct vv_store *store, const struct vv_tag *const *tags,
                               size_t count, int64_t before_ms,
                               void (*each)(void *arg, const struct vv_stored *row), void *arg,
                               vv_error *err)
{
    struct newest n = {.tags = tags, .count = count, .each = each, .arg = arg};
    uint32_t *series = vv_alloc_array(count > 0 ? count : 1, sizeof *series);
    size_t known = 0;
    vv_status st;

    if (series == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read the newest of %zu tags",
                       count);
    for (size_t i = 0; i < count; i++)
        if (tags[i]->series != NO_SERIES)
            series[known++] = tags[i]->series;
    st = varve_newest(store->db, series, known, before_ms, NULL, newest_row, &n, err);
    vv_free(series);
    return st;
}

static bool is_valid(const struct varve_vector *column, uint32_t index)
{
    if (column->data == NULL)
        return false;
    return column->valid == NULL || (column->valid[index / 64] >> index % 64 & 1) != 0;
}

int32_t vv_store_row_quality(const struct varve_rows *rows, uint32_t index)
{
    const struct varve_vector *column = &rows->columns[VV_STORE_QUALITY];

    return is_valid(column, index) ? (int32_t)((const int64_t *)column->data)[index]
                                   : VV_QUALITY_BAD;
}

struct vv_datum vv_store_row_value(const struct varve_rows *rows, uint32_t index,
                                   enum vv_tag_type type)
{
    const struct varve_vector *column = &rows->columns[VV_STORE_VALUE];

    if (!is_valid(column, index))
        return vv_datum_null();
    switch (type) {
    case VV_TYPE_INTEGER:
        return vv_datum_integer(((const int64_t *)column->data)[index]);
    case VV_TYPE_DATETIME:
        return vv_datum_datetime(((const int64_t *)column->data)[index]);
    case VV_TYPE_DOUBLE:
        return vv_datum_double(((const double *)column->data)[index]);
    case VV_TYPE_BOOLEAN:
        return vv_datum_boolean(((const uint8_t *)column->data)[index] != 0);
    case VV_TYPE_STRING: {
        const struct varve_text *text = &((const struct varve_text *)column->data)[index];

        return vv_datum_string(text->data, text->len_bytes);
    }
    case VV_TYPE_NONE:
        break;
    }
    return vv_datum_null();
}

const struct vv_store_kind vv_store_native = {
    .scheme = "native",
    .open = native_open,
    .close = native_close,
    .tag_open = native_tag_open,
    .write = native_write,
    .cursor_open = native_cursor_open,
    .cursor_next = native_cursor_next,
    .cursor_lost = native_cursor_lost,
    .cursor_close = native_cursor_close,
    .aggregate = native_aggregate,
    .newest = native_newest,
    .native = native_native,
};
