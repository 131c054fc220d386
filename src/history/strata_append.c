/* strata_append.c: documented rows into native batches. */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "history/native_store.h"
#include "history/strata.h"
#include "history/strata_home.h"
#include "history/strata_tell.h"

#include "base/banned.h"

/* One cell of the row that is being added. */
union cell {
    int64_t integer;
    double real;
    uint8_t boolean;
    struct varve_text text;
};

/* What goes to one history. */
struct target {
    struct vv_history *history;
    varve *db;
    uint32_t stratum;
    varve_batch *batch;
    char last_key[VV_STRATA_KEY_BYTES]; /* the series of the row before, */
    size_t last_len;                    /* 0: none */
    uint32_t last_series;               /* which is often that of the next one as well */
};

struct vv_strata_batch {
    struct vv_history_set *set;
    struct vv_strata_name name;
    struct vv_strata_home_of home;
    struct target *targets;
    size_t target_count;
    struct vv_strata_tell tell;
    size_t rows;
    struct varve_vector *vectors; /* one for each native column */
    union cell *cells;
};

static int64_t unit_ms(const struct vv_strata_map *map)
{
    return map->unit == VARVE_SECONDS ? VV_SECOND_MS : 1;
}

/* ---- making and ending ---- */

vv_status vv_strata_batch_new(struct vv_history_set *set, const char *table, const char *history,
                              struct vv_strata_batch **batch, vv_error *err)
{
    struct vv_strata_batch *b = vv_alloc_zero(sizeof *b);
    uint32_t count;
    vv_status st;

    *batch = NULL;
    if (b == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for rows of %.80s", table);
    b->set = set;
    st = vv_strata_parse(table, &b->name, err);
    if (st == VARVE_OK && set->read_only)
        st = vv_fail(err, VARVE_READ_ONLY, "%.80s: opened for reading only", table);
    if (st == VARVE_OK)
        st = vv_strata_home_init(&b->home, set, &b->name, history, err);
    if (st == VARVE_OK) {
        count = b->name.columns->count;
        b->vectors = vv_alloc_array(count, sizeof *b->vectors);
        b->cells = vv_alloc_array(count, sizeof *b->cells);
        b->targets = vv_alloc_array(set->count, sizeof *b->targets);
        if (b->vectors == NULL || b->cells == NULL || b->targets == NULL)
            st = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for rows of %.80s", table);
    }
    if (st != VARVE_OK) {
        vv_strata_batch_free(b);
        return st;
    }
    *batch = b;
    return VARVE_OK;
}

void vv_strata_batch_free(struct vv_strata_batch *batch)
{
    if (batch == NULL)
        return;
    for (size_t i = 0; i < batch->target_count; i++)
        varve_batch_free(batch->targets[i].batch);
    vv_strata_home_deinit(&batch->home);
    vv_strata_tell_deinit(&batch->tell);
    vv_free(batch->targets);
    vv_free(batch->vectors);
    vv_free(batch->cells);
    vv_free(batch);
}

void vv_strata_batch_tell(struct vv_strata_batch *batch,
                          void (*stored)(void *arg, const struct vv_stored *rows, size_t count),
                          void *arg)
{
    batch->tell.stored = stored;
    batch->tell.arg = arg;
}

/* ---- strata and series ---- */

/* The stratum in the history's store, defined with the span that its samples have. */
static vv_status define_stratum(const struct vv_strata_batch *b, varve *db, uint32_t *id,
                                vv_error *err)
{
    const struct vv_stratum_columns *columns = b->name.columns;
    const struct varve_stratum *samples;
    struct varve_stratum stratum = {
        .name = b->name.stratum,
        .unit = columns->map->unit,
        .goodness = columns->map->goodness,
        .good_column = columns->good_column,
        .columns = columns->columns,
        .column_count = columns->count,
    };

    if (columns->map->by_month)
        stratum.span = VARVE_SPAN_MONTH;
    else if (varve_stratum_get(db, 0, &samples, NULL) == VARVE_OK)
        stratum.span = samples->span;
    return varve_stratum_define(db, &stratum, id, err);
}

static vv_status target_of(struct vv_strata_batch *b, struct vv_history *history,
                           struct target **target, vv_error *err)
{
    struct target *t;
    vv_status st;

    for (size_t i = 0; i < b->target_count; i++)
        if (b->targets[i].history == history) {
            *target = &b->targets[i];
            return VARVE_OK;
        }
    t = *target = &b->targets[b->target_count];
    *t = (struct target){.history = history, .db = vv_history_native(history)};
    st = define_stratum(b, t->db, &t->stratum, err);
    if (st == VARVE_OK)
        st = varve_batch_new(t->db, &t->batch, err);
    if (st == VARVE_OK)
        b->target_count++;
    return st;
}

static vv_status series_of(struct target *t, const struct vv_strata_key *key, uint32_t *series,
                           vv_error *err)
{
    vv_status st;

    if (t->last_len == key->series_len && memcmp(t->last_key, key->series, t->last_len) == 0) {
        *series = t->last_series;
        return VARVE_OK;
    }
    st = varve_series_find(t->db, t->stratum, key->series, key->series_len, series, NULL);
    if (st == VARVE_NOT_FOUND) {
        if (!vv_series_admit(t->history))
            return vv_fail(err, VARVE_TOO_MANY,
                           "more than %" PRIu64
                           " new series in this hour (limits.new_series_per_hour)",
                           t->history->set->new_series_per_hour);
        st = varve_series_define(t->db, t->stratum, key->series, key->series_len, series, err);
    }
    if (st != VARVE_OK)
        return st;
    memcpy(t->last_key, key->series, key->series_len);
    t->last_len = key->series_len;
    t->last_series = *series;
    return VARVE_OK;
}

/* ---- rows ---- */

static void set_cell(struct varve_vector *vector, union cell *cell, enum varve_type type,
                     const struct vv_value *value)
{
    *vector = (struct varve_vector){.type = type};
    if (value->kind == VV_VALUE_UNSET || value->kind == VV_VALUE_NULL)
        return;
    vector->data = cell;
    switch (type) {
    case VARVE_INT64:
        cell->integer = value->as.integer;
        break;
    case VARVE_DOUBLE:
        cell->real = value->as.real;
        break;
    case VARVE_BOOL:
        cell->boolean = value->as.integer != 0;
        break;
    case VARVE_TEXT:
        cell->text = (struct varve_text){value->as.data, (uint32_t)value->len_bytes};
        break;
    }
}

static int time_column(const struct vv_row *row)
{
    static const char *const names[] = {"claim_time", "DT", "Timestamp"};
    int at = -1;

    for (size_t i = 0; i < sizeof names / sizeof names[0] && at < 0; i++)
        at = vv_table_column(row->table, names[i], strlen(names[i]), 0);
    return at;
}

/* Within the times that a sample may have, and, in a table of one month, within that. */
static vv_status check_time(const struct vv_strata_batch *b, const struct vv_row *row,
                            const struct vv_strata_key *key, vv_error *err)
{
    int64_t unit = unit_ms(b->name.columns->map), time_ms;

    if (key->time < 0)
        return vv_row_fail(row, time_column(row), VARVE_BAD_TIME, err, "a time before 1970");
    if (key->time > (b->set->now_ms() + VV_DAY_MS) / unit)
        return vv_row_fail(row, time_column(row), VARVE_BAD_TIME, err,
                           "a time more than a day ahead");
    time_ms = key->time * unit;
    if (b->name.partition.size != VV_PARTITION_NONE &&
        (time_ms < b->name.partition.start_ms || time_ms >= b->name.partition.end_ms))
        return vv_row_fail(row, time_column(row), VARVE_BAD_TIME, err,
                           "%" PRId64 " is outside the table's month, %" PRIu32, time_ms,
                           b->name.partition.date_key);
    return VARVE_OK;
}

static vv_status check_row(const struct vv_strata_batch *b, struct vv_row *row,
                           struct vv_strata_key *key, vv_error *err)
{
    const struct vv_strata_map *map = b->name.columns->map;
    vv_status st;

    if (row->table != b->name.columns->table)
        return vv_fail(err, VARVE_USAGE, "a row of %s for %s", row->table->name,
                       b->name.columns->table->name);
    st = map->form->read(row, b->set->zone, key, err);
    if (st == VARVE_OK)
        st = check_time(b, row, key, err);
    if (st == VARVE_OK && map->check != NULL)
        st = map->check(row, err);
    if (st == VARVE_OK)
        st = vv_row_fill_presets(row, err);
    return st == VARVE_OK ? vv_row_check(row, VV_ROW_WHOLE, err) : st;
}

vv_status vv_strata_batch_add(struct vv_strata_batch *batch, struct vv_row *row, vv_error *err)
{
    const struct vv_stratum_columns *columns = batch->name.columns;
    struct vv_strata_key key;
    struct target *target;
    struct varve_rows rows = {.count = 1,
                              .times = &key.time,
                              .subs = &key.sub,
                              .columns = batch->vectors,
                              .column_count = columns->count};
    vv_status st = check_row(batch, row, &key, err);

    if (st != VARVE_OK)
        return st;
    for (uint32_t c = 0; c < columns->count; c++)
        set_cell(&batch->vectors[c], &batch->cells[c], columns->columns[c].type,
                 &row->values[columns->places[c]]);
    st = target_of(batch, vv_strata_home_get(&batch->home, &key), &target, err);
    if (st == VARVE_OK)
        st = series_of(target, &key, &rows.series, err);
    if (st == VARVE_OK)
        st = varve_batch_add(target->batch, &rows, err);
    if (st == VARVE_OK && columns->map->samples)
        st = vv_strata_tell_note(&batch->tell, batch->set, row, err);
    if (st == VARVE_OK)
        batch->rows++;
    else if (row->number > 0)
        vv_error_prefix(err, "%s, row %" PRId64, columns->table->name, row->number);
    else
        vv_error_prefix(err, "%s", columns->table->name);
    return st;
}

size_t vv_strata_batch_rows(const struct vv_strata_batch *batch)
{
    return batch->rows;
}

size_t vv_strata_batch_bytes(const struct vv_strata_batch *batch)
{
    size_t most = 0;

    for (size_t i = 0; i < batch->target_count; i++)
        if (varve_batch_bytes(batch->targets[i].batch) > most)
            most = varve_batch_bytes(batch->targets[i].batch);
    return most;
}

vv_status vv_strata_batch_append(struct vv_strata_batch *batch, uint64_t *sequence, vv_error *err)
{
    vv_status st = VARVE_OK;

    *sequence = 0;
    for (size_t i = 0; i < batch->target_count && st == VARVE_OK; i++)
        st = varve_append(batch->targets[i].db, batch->targets[i].batch, sequence, err);
    if (st != VARVE_OK)
        return st;
    batch->rows = 0;
    vv_strata_tell_all(&batch->tell);
    return VARVE_OK;
}
