/* native_scada.c: typed values with a quality, in milliseconds.
 *
 * One stratum for each type of tag ("ScadaTagHistory.double"), so that no row carries the four
 * value columns that are null in it; a series' key is the tag's Id.
 */
#include <string.h>

#include "history/native_layout.h"

#include "base/banned.h"

#define STRATUM(type, column, kind)                                                                \
    {                                                                                              \
        "ScadaTagHistory." type,                                                                   \
        {                                                                                          \
            {"Quality", VARVE_INT64},                                                              \
            {                                                                                      \
                column, kind                                                                       \
            }                                                                                      \
        }                                                                                          \
    }

static void put_value(struct vv_native_writer *w, size_t at, const struct vv_datum *value)
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
static void put_null(struct vv_native_writer *w, size_t at, enum vv_tag_type type)
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

static int64_t key(const struct vv_tag *tag)
{
    return tag->id;
}

static vv_status add_run(struct vv_native_writer *w, const struct vv_stored *rows, size_t count,
                         vv_error *err)
{
    static const enum varve_type types[VV_TYPE_COUNT] = {[VV_TYPE_INTEGER] = VARVE_INT64,
                                                         [VV_TYPE_STRING] = VARVE_TEXT,
                                                         [VV_TYPE_DOUBLE] = VARVE_DOUBLE,
                                                         [VV_TYPE_BOOLEAN] = VARVE_BOOL,
                                                         [VV_TYPE_DATETIME] = VARVE_INT64};
    enum vv_tag_type type = rows[0].tag->type;
    bool has_null = false;
    struct varve_vector columns[2] = {
        {VARVE_INT64, w->qualities, NULL},
        {types[type], &w->values, NULL},
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

const struct vv_native_layout vv_native_scada = {
    .layout = VV_LAYOUT_SCADA,
    .unit = VARVE_MILLISECONDS,
    .goodness = VARVE_GOOD_OPC,
    .good_column = VV_STORE_QUALITY,
    .strata = {STRATUM("integer", "IntegerVal", VARVE_INT64),
               STRATUM("string", "StringVal", VARVE_TEXT),
               STRATUM("double", "DoubleVal", VARVE_DOUBLE),
               STRATUM("boolean", "BoolVal", VARVE_BOOL),
               STRATUM("datetime", "DateTimeVal", VARVE_INT64)},
    .stratum_of = {[VV_TYPE_NONE] = -1,
                   [VV_TYPE_INTEGER] = 0,
                   [VV_TYPE_STRING] = 1,
                   [VV_TYPE_DOUBLE] = 2,
                   [VV_TYPE_BOOLEAN] = 3,
                   [VV_TYPE_DATETIME] = 4},
    .key = key,
    .add_run = add_run,
};
