/* strata_scan.c: native rows of one series as documented rows. */
#include <string.h>

#include "base/alloc.h"
#include "history/native_layout.h"
#include "history/native_store.h"
#include "history/strata.h"
#include "history/strata_home.h"

#include "base/banned.h"

struct vv_strata_scan {
    struct vv_history_set *set;
    struct vv_strata_name name;
    struct vv_strata_key key;
    varve_scan *scan; /* null: there is no such series */
    uint32_t column_count;
    struct varve_rows rows;
    uint32_t at;
    struct vv_arena arena; /* of the row's computed texts */
    struct vv_row row;
};

/* Finds the series; a scan without one stays without. */
static vv_status open_series(struct vv_strata_scan *s, const struct vv_strata_scan_spec *spec,
                             vv_error *err)
{
    struct vv_strata_home_of home;
    struct varve_scan_spec native = {0};
    const struct varve_stratum *stratum;
    int64_t unit_ms = s->name.columns->map->unit == VARVE_SECONDS ? 1000 : 1;
    uint32_t id;
    varve *db;
    vv_status st = vv_strata_home_init(&home, s->set, &s->name, spec->history, err);

    if (st != VARVE_OK)
        return st;
    db = vv_history_native(vv_strata_home_get(&home, &s->key));
    vv_strata_home_deinit(&home);
    if (vv_native_find_stratum(db, s->name.stratum, &id) != VARVE_OK ||
        varve_series_find(db, id, s->key.series, s->key.series_len, &native.series, NULL) !=
            VARVE_OK)
        return VARVE_OK;
    native.from = vv_native_time(unit_ms, spec->from_ms);
    native.to = vv_native_time(unit_ms, spec->to_ms);
    st = varve_stratum_get(db, id, &stratum, err);
    if (st == VARVE_OK)
        s->column_count = stratum->column_count;
    return st == VARVE_OK ? varve_scan_open(db, &native, &s->scan, err) : st;
}

vv_status vv_strata_scan_open(struct vv_history_set *set, const struct vv_strata_scan_spec *spec,
                              struct vv_strata_scan **scan, vv_error *err)
{
    struct vv_strata_scan *s = vv_alloc_zero(sizeof *s);
    vv_status st;

    *scan = NULL;
    if (s == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read %.80s", spec->table);
    s->set = set;
    vv_arena_init(&s->arena, 0, NULL);
    vv_strata_series_key(&s->key, spec->key, spec->code);
    st = vv_strata_parse(spec->table, &s->name, err);
    if (st == VARVE_OK)
        st = open_series(s, spec, err);
    if (st != VARVE_OK) {
        vv_strata_scan_close(s);
        return st;
    }
    *scan = s;
    return VARVE_OK;
}

static vv_status lost_of(const struct vv_strata_scan *s, vv_error *err)
{
    size_t count;
    const struct varve_lost *lost = varve_scan_lost(s->scan, &count);

    if (count == 0)
        return VARVE_END;
    return vv_fail(err, VARVE_CORRUPT, "%s: rows are missing: %s: %s", s->name.columns->table->name,
                   lost[0].file, lost[0].message);
}

static struct vv_value value_at(const struct varve_vector *vector, uint32_t at)
{
    struct vv_value v = vv_value_null();

    if (vector->data == NULL ||
        (vector->valid != NULL && (vector->valid[at / 64] >> at % 64 & 1) == 0))
        return v;
    switch (vector->type) {
    case VARVE_INT64:
        return vv_value_int(((const int64_t *)vector->data)[at]);
    case VARVE_DOUBLE:
        return vv_value_double(((const double *)vector->data)[at]);
    case VARVE_BOOL:
        return vv_value_int(((const uint8_t *)vector->data)[at]);
    case VARVE_TEXT: {
        const struct varve_text *text = &((const struct varve_text *)vector->data)[at];

        v.kind = VV_VALUE_TEXT;
        v.as.data = text->data;
        v.len_bytes = text->len_bytes;
        break;
    }
    }
    return v;
}

/* Native row `at` into the row. Texts are copied, so that each has its NUL. */
static vv_status make_row(struct vv_strata_scan *s, uint32_t at, vv_error *err)
{
    const struct vv_stratum_columns *columns = s->name.columns;
    vv_status st;

    vv_arena_reset(&s->arena);
    st = vv_row_init(&s->row, columns->table, &s->arena, err);
    s->key.time = s->rows.times[at];
    s->key.sub = s->rows.subs != NULL ? s->rows.subs[at] : 0;
    for (uint32_t c = 0; c < columns->count && st == VARVE_OK; c++) {
        int place = columns->places[c];
        struct vv_value v =
            c < s->column_count ? value_at(&s->rows.columns[c], at) : vv_value_null();

        if (v.kind == VV_VALUE_TEXT && columns->table->columns[place].type == VV_COLUMN_BLOB)
            v.kind = VV_VALUE_BLOB;
        st = vv_row_set(&s->row, place, &v, err);
    }
    return st == VARVE_OK ? columns->map->form->write(&s->key, s->set->zone, &s->row, err) : st;
}

vv_status vv_strata_scan_next(struct vv_strata_scan *scan, const struct vv_row **row, vv_error *err)
{
    vv_status st;

    *row = NULL;
    if (scan->scan == NULL)
        return VARVE_END;
    while (scan->at == scan->rows.count) {
        scan->at = scan->rows.count = 0;
        st = varve_scan_next(scan->scan, &scan->rows, err);
        if (st != VARVE_OK) {
            scan->rows.count = 0;
            return st == VARVE_END ? lost_of(scan, err) : st;
        }
    }
    st = make_row(scan, scan->at++, err);
    if (st == VARVE_OK)
        *row = &scan->row;
    return st;
}

void vv_strata_scan_close(struct vv_strata_scan *scan)
{
    if (scan == NULL)
        return;
    if (scan->scan != NULL)
        varve_scan_close(scan->scan);
    vv_arena_deinit(&scan->arena);
    vv_free(scan);
}
