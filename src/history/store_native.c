/* store_native.c: histories in Varve's own column store; how rows stand in it is their layout's
 * business (native_layout.h). A series' key is a number in decimal digits.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "base/time.h"
#include "history/layout.h"
#include "history/native_layout.h"
#include "history/native_store.h"

#include "base/banned.h"

#define NO_SERIES                                                                                  \
    UINT32_MAX /* a tag without rows in a store opened for reading, or without key                 \
                */

static const struct vv_native_layout *const layouts[] = {&vv_native_scada, &vv_native_trend};

#define LAYOUTS (sizeof layouts / sizeof layouts[0])

struct vv_store {
    varve *db;
    bool read_only;
    const struct vv_native_layout *layout;
    int64_t unit_ms;
    uint32_t strata[VV_NATIVE_STRATA];
    struct vv_mutex mutex;            /* guards `writers` */
    struct vv_native_writer *writers; /* those not in use */
};

struct vv_store_cursor {
    const struct vv_store *store;
    varve_scan *scan;
    enum vv_tag_type type;
    struct varve_rows rows; /* of the scan, where they are given in slices */
    uint32_t at;            /* the next row of them */
    struct vv_native_slice *slice;
    struct varve_lost *lost; /* in ms; made when asked for */
    struct varve_lost all;   /* where there is no memory for a list */
};

int64_t vv_native_time(int64_t unit_ms, int64_t time_ms)
{
    return vv_floor_div(time_ms, unit_ms) + (time_ms % unit_ms != 0);
}

int64_t vv_native_time_ms(int64_t unit_ms, int64_t time)
{
    if (time > INT64_MAX / unit_ms)
        return INT64_MAX;
    return time < INT64_MIN / unit_ms ? INT64_MIN : time * unit_ms;
}

/* ---- open and close ---- */

enum varve_span vv_native_span(enum vv_partition_size size)
{
    static const enum varve_span spans[VV_PARTITION_SIZE_COUNT] = {
        [VV_PARTITION_NONE] = VARVE_SPAN_NONE,       [VV_PARTITION_DAY] = VARVE_SPAN_DAY,
        [VV_PARTITION_WEEK] = VARVE_SPAN_WEEK,       [VV_PARTITION_MONTH] = VARVE_SPAN_MONTH,
        [VV_PARTITION_QUARTER] = VARVE_SPAN_QUARTER, [VV_PARTITION_HALFYEAR] = VARVE_SPAN_HALFYEAR,
        [VV_PARTITION_YEAR] = VARVE_SPAN_YEAR,
    };

    return spans[size];
}

vv_status vv_native_find_stratum(varve *db, const char *name, uint32_t *id)
{
    const struct varve_stratum *stratum;

    for (*id = 0; varve_stratum_get(db, *id, &stratum, NULL) == VARVE_OK; (*id)++)
        if (strcmp(stratum->name, name) == 0)
            return VARVE_OK;
    return VARVE_NOT_FOUND;
}

/* The layout of which the store has strata; null when it has none of them. */
static const struct vv_native_layout *kept_layout(varve *db)
{
    uint32_t id;

    for (size_t i = 0; i < LAYOUTS; i++)
        if (vv_native_find_stratum(db, layouts[i]->strata[0].name, &id) == VARVE_OK)
            return layouts[i];
    return NULL;
}

static vv_status choose_layout(struct vv_store *store, const struct vv_history_options *options,
                               vv_error *err)
{
    const struct vv_native_layout *kept = kept_layout(store->db);
    enum vv_history_layout wanted = options->layout;

    if (wanted == VV_LAYOUT_KEPT)
        wanted = kept != NULL ? kept->layout : VV_LAYOUT_SCADA;
    if (kept != NULL && kept->layout != wanted)
        return vv_fail(err, VARVE_CONFLICT,
                       "history \"%s\": its layout is \"%s\" and cannot be changed to \"%s\"; "
                       "add another history",
                       options->name, vv_layout_get(kept->layout)->name,
                       vv_layout_get(wanted)->name);
    for (size_t i = 0; i < LAYOUTS; i++)
        if (layouts[i]->layout == wanted)
            store->layout = layouts[i];
    store->unit_ms = vv_layout_get(wanted)->unit_ms;
    return VARVE_OK;
}

/* The strata of the layout: found where nothing may be changed or they are taken as they are, else
 * defined. */
static vv_status open_strata(struct vv_store *store, const struct vv_history_options *options,
                             vv_error *err)
{
    const struct vv_native_layout *layout = store->layout;
    vv_status st = VARVE_OK;

    for (int i = 0; i < VV_NATIVE_STRATA; i++)
        store->strata[i] = NO_SERIES;
    for (int i = 0; i < VV_NATIVE_STRATA && layout->strata[i].name != NULL && st == VARVE_OK; i++) {
        const struct varve_stratum stratum = {
            .name = layout->strata[i].name,
            .unit = layout->unit,
            .span = vv_native_span(options->partition),
            .goodness = layout->goodness,
            .good_column = layout->good_column,
            .columns = layout->strata[i].columns,
            .column_count = VV_NATIVE_COLUMNS,
        };
        bool as_it_is = store->read_only || options->layout == VV_LAYOUT_KEPT;

        if (as_it_is &&
            vv_native_find_stratum(store->db, stratum.name, &store->strata[i]) == VARVE_OK)
            continue;
        store->strata[i] = NO_SERIES;
        if (!store->read_only)
            st = varve_stratum_define(store->db, &stratum, &store->strata[i], err);
    }
    return st;
}

static vv_status native_close(struct vv_store *store, vv_error *err)
{
    vv_status st = VARVE_OK;

    while (store->writers != NULL) {
        struct vv_native_writer *w = store->writers;

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
    if (st == VARVE_OK)
        st = choose_layout(s, options, err);
    if (st == VARVE_OK)
        st = open_strata(s, options, err);
    if (st != VARVE_OK) {
        native_close(s, NULL);
        return st;
    }
    *store = s;
    return VARVE_OK;
}

static enum vv_history_layout native_layout(const struct vv_store *store)
{
    return store->layout->layout;
}

static vv_status native_tag_open(struct vv_store *store, const struct vv_tag *tag, uint32_t *series,
                                 vv_error *err)
{
    int8_t number = store->layout->stratum_of[tag->type];
    int64_t id = store->layout->key(tag);
    uint32_t stratum = number >= 0 ? store->strata[number] : NO_SERIES;
    char key[24];
    int len = snprintf(key, sizeof key, "%" PRId64, id);

    *series = NO_SERIES;
    if (stratum == NO_SERIES || id == 0)
        return VARVE_OK;
    if (!store->read_only)
        return varve_series_define(store->db, stratum, key, (size_t)len, series, err);
    if (varve_series_find(store->db, stratum, key, (size_t)len, series, NULL) != VARVE_OK)
        *series = NO_SERIES;
    return VARVE_OK;
}

static varve *native_native(const struct vv_store *store)
{
    return store->db;
}

/* ---- writing ---- */

static vv_status writer_take(struct vv_store *store, struct vv_native_writer **writer,
                             vv_error *err)
{
    struct vv_native_writer *w;
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

static void writer_give(struct vv_store *store, struct vv_native_writer *w)
{
    varve_batch_reset(w->batch);
    vv_mutex_lock(&store->mutex);
    w->next = store->writers;
    store->writers = w;
    vv_mutex_unlock(&store->mutex);
}

static vv_status native_write(struct vv_store *store, const struct vv_stored *rows, size_t count,
                              uint64_t *sequence, vv_error *err)
{
    struct vv_native_writer *w;
    vv_status st = writer_take(store, &w, err);

    *sequence = 0;
    if (st != VARVE_OK)
        return st;
    for (size_t from = 0; from < count && st == VARVE_OK;) {
        size_t to = from + 1;

        while (to < count && to - from < VV_NATIVE_RUN && rows[to].tag == rows[from].tag)
            to++;
        st = store->layout->add_run(w, rows + from, to - from, err);
        from = to;
    }
    if (st == VARVE_OK)
        st = varve_append(store->db, w->batch, sequence, err);
    writer_give(store, w);
    return st;
}

/* ---- reading ---- */

static void native_cursor_close(struct vv_store_cursor *cursor)
{
    if (cursor->scan != NULL)
        varve_scan_close(cursor->scan);
    vv_free(cursor->slice);
    vv_free(cursor->lost);
    vv_free(cursor);
}

static vv_status native_cursor_open(struct vv_store *store, const struct vv_store_range *range,
                                    struct vv_store_cursor **cursor, vv_error *err)
{
    const struct varve_scan_spec spec = {
        .series = range->tag->series,
        .from = vv_native_time(store->unit_ms, range->from_ms),
        .to = vv_native_time(store->unit_ms, range->to_ms),
    };
    struct vv_store_cursor *c = vv_alloc_zero(sizeof *c);
    vv_status st = VARVE_OK;

    *cursor = NULL;
    if (c != NULL && store->layout->slice != NULL)
        c->slice = vv_alloc_zero(sizeof *c->slice);
    if (c == NULL || (store->layout->slice != NULL && c->slice == NULL)) {
        vv_free(c);
        return vv_fail(err, VARVE_NO_MEMORY, "tag \"%s\": not enough memory to read it",
                       range->tag->name);
    }
    c->store = store;
    c->type = range->tag->type;
    if (range->tag->series != NO_SERIES)
        st = varve_scan_open(store->db, &spec, &c->scan, err);
    if (st != VARVE_OK) {
        native_cursor_close(c);
        return st;
    }
    *cursor = c;
    return VARVE_OK;
}

static vv_status native_cursor_next(struct vv_store_cursor *cursor, struct varve_rows *rows,
                                    vv_error *err)
{
    uint32_t count;
    vv_status st = VARVE_OK;

    if (cursor->scan == NULL)
        return VARVE_END;
    if (cursor->slice == NULL)
        return varve_scan_next(cursor->scan, rows, err);
    while (cursor->at == cursor->rows.count) {
        cursor->rows.count = cursor->at = 0;
        st = varve_scan_next(cursor->scan, &cursor->rows, err);
        if (st != VARVE_OK) {
            cursor->rows.count = 0;
            return st;
        }
    }
    count = cursor->rows.count - cursor->at;
    if (count > VV_NATIVE_RUN)
        count = VV_NATIVE_RUN;
    cursor->store->layout->slice(cursor->slice, &cursor->rows, cursor->at, count, cursor->type,
                                 rows);
    cursor->at += count;
    return VARVE_OK;
}

static const struct varve_lost *native_cursor_lost(const struct vv_store_cursor *cursor,
                                                   size_t *count)
{
    struct vv_store_cursor *c = (struct vv_store_cursor *)cursor;
    int64_t unit_ms = cursor->store->unit_ms;
    const struct varve_lost *lost;

    *count = 0;
    if (cursor->scan == NULL)
        return NULL;
    lost = varve_scan_lost(cursor->scan, count);
    if (unit_ms == 1 || *count == 0)
        return lost;
    vv_free(c->lost);
    c->lost = vv_alloc_array(*count, sizeof *c->lost);
    if (c->lost == NULL) {
        c->all = lost[0];
        c->all.from = INT64_MIN;
        c->all.to = INT64_MAX;
        *count = 1;
        return &c->all;
    }
    for (size_t i = 0; i < *count; i++) {
        c->lost[i] = lost[i];
        c->lost[i].from = vv_native_time_ms(unit_ms, lost[i].from);
        c->lost[i].to = vv_native_time_ms(unit_ms, lost[i].to);
    }
    return c->lost;
}

static vv_status native_remove(struct vv_store *store, const struct vv_store_range *ranges,
                               size_t count, vv_error *err)
{
    struct varve_range *own = vv_alloc_array(count, sizeof *own);
    size_t n = 0;
    vv_status st;

    if (own == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to delete rows of %zu tags", count);
    for (size_t i = 0; i < count; i++)
        if (ranges[i].tag->series != NO_SERIES)
            own[n++] = (struct varve_range){ranges[i].tag->series,
                                            vv_native_time(store->unit_ms, ranges[i].from_ms),
                                            vv_native_time(store->unit_ms, ranges[i].to_ms)};
    st = varve_delete_ranges(store->db, own, n, NULL, err);
    vv_free(own);
    return st;
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
    if (store->layout->aggregate != NULL)
        return store->layout->aggregate(store->db, buckets, each, arg, lost_blocks, err);
    return varve_aggregate(store->db, &spec, each, arg, lost_blocks, err);
}

struct newest {
    const struct vv_native_layout *layout;
    const struct vv_tag *const *tags;
    size_t count;
    size_t at; /* answers come in the order of the tags: where the last one was, plus one */
    void (*each)(void *arg, const struct vv_stored *row);
    void *arg;
};

static void newest_row(void *arg, const struct varve_rows *rows)
{
    struct newest *n = arg;
    struct vv_native_slice slice;
    struct varve_rows made;
    struct vv_stored row;

    while (n->at < n->count && n->tags[n->at]->series != rows->series)
        n->at++;
    if (n->at == n->count || rows->count == 0)
        return;
    row.tag = n->tags[n->at++];
    if (n->layout->slice != NULL) {
        n->layout->slice(&slice, rows, 0, 1, row.tag->type, &made);
        rows = &made;
    }
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
    struct newest n = {
        .layout = store->layout, .tags = tags, .count = count, .each = each, .arg = arg};
    uint32_t *series = vv_alloc_array(count > 0 ? count : 1, sizeof *series);
    size_t known = 0;
    vv_status st;

    if (series == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read the newest of %zu tags",
                       count);
    for (size_t i = 0; i < count; i++)
        if (tags[i]->series != NO_SERIES)
            series[known++] = tags[i]->series;
    st = varve_newest(store->db, series, known, vv_native_time(store->unit_ms, before_ms), NULL,
                      newest_row, &n, err);
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
    .layout = native_layout,
    .tag_open = native_tag_open,
    .write = native_write,
    .remove = native_remove,
    .cursor_open = native_cursor_open,
    .cursor_next = native_cursor_next,
    .cursor_lost = native_cursor_lost,
    .cursor_close = native_cursor_close,
    .aggregate = native_aggregate,
    .newest = native_newest,
    .native = native_native,
};
