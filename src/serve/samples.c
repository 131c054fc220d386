#include "serve/samples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/time.h"

#include "base/banned.h"

#define NUMBER_BYTES 400

enum field {
    FIELD_TAG,
    FIELD_TIME,
    FIELD_VALUE,
    FIELD_QUALITY,
    FIELD_TYPE,
    FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {"tag", "time", "value", "quality", "type"};

enum kind {
    KIND_MISSING,
    KIND_NULL,
    KIND_BOOLEAN,
    KIND_INTEGER,
    KIND_DOUBLE,
    KIND_TEXT
};

/* What stands behind one key of a row. */
struct item {
    enum kind kind;
    bool boolean;
    int64_t integer;
    double number;
    const char *text;
    size_t len;
};

struct reading {
    struct vv_batch *batch;
    int64_t now_ms;
    int depth; /* 1 in the array, 2 in a row */
    uint32_t row;
    bool row_bad; /* and refused already */
    enum field field;
    struct item items[FIELD_COUNT];
    vv_status status; /* fatal: the parser was told to stop */
    vv_error err;
};

/* ---- one row ---- */

static void refuse(struct reading *r, vv_status status, int field, const char *reason)
{
    if (!r->row_bad)
        vv_batch_refuse(r->batch, r->row, status, field >= 0 ? field_names[field] : NULL, reason);
    r->row_bad = true;
}

/* A time of `time`, or of a DateTime value. */
static bool time_of(struct reading *r, enum field field, int64_t *time_ms)
{
    const struct item *item = &r->items[field];
    vv_error err;
    int64_t time_ns;

    if (item->kind == KIND_INTEGER) {
        *time_ms = item->integer;
        return true;
    }
    if (item->kind != KIND_TEXT) {
        refuse(r, VARVE_BAD_TIME, (int)field, "a time is epoch milliseconds or RFC 3339 in quotes");
        return false;
    }
    vv_status status = vv_time_parse_ns(item->text, item->len, true, &time_ns, &err);
    if (status)
        refuse(r, status, (int)field, err.message);
    else
        *time_ms = vv_floor_div(time_ns, 1000000);
    return !status;
}

/* The value as it stands there, without a type said. */
static struct vv_datum plain_value(const struct item *item)
{
    switch (item->kind) {
    case KIND_BOOLEAN:
        return vv_datum_boolean(item->boolean);
    case KIND_INTEGER:
        return vv_datum_integer(item->integer);
    case KIND_DOUBLE:
        return vv_datum_double(item->number);
    case KIND_TEXT:
        return vv_datum_string(item->text, item->len);
    default:
        return vv_datum_null();
    }
}

static void set_value(struct reading *r, struct vv_sample *sample)
{
    const struct item *item = &r->items[FIELD_VALUE];
    const enum vv_tag_type type = sample->register_type;

    sample->value = plain_value(item);
    if (item->kind == KIND_MISSING) {
        refuse(r, VARVE_BAD_VALUE, FIELD_VALUE, "the value is missing; null is a bad value");
    } else if (item->kind == KIND_NULL) {
        return;
    } else if (type == VV_TYPE_NONE) {
        if (item->kind == KIND_INTEGER)
            sample->register_type = VV_TYPE_DOUBLE;
    } else if (type == VV_TYPE_DATETIME) {
        int64_t time_ms = 0;

        if (time_of(r, FIELD_VALUE, &time_ms))
            sample->value = vv_datum_datetime(time_ms);
    } else if (type == VV_TYPE_DOUBLE && item->kind == KIND_INTEGER) {
        sample->value = vv_datum_double((double)item->integer);
    } else if (sample->value.type != type) {
        vv_error err;

        vv_fail(&err, VARVE_BAD_TYPE, "\"type\" says %s, the value is %s", vv_type_name(type),
                vv_type_name(sample->value.type));
        refuse(r, VARVE_BAD_TYPE, FIELD_VALUE, err.message);
    }
}

static void set_quality(struct reading *r, struct vv_sample *sample)
{
    const struct item *item = &r->items[FIELD_QUALITY];

    sample->quality = r->items[FIELD_VALUE].kind == KIND_NULL ? VV_QUALITY_BAD : VV_QUALITY_GOOD;
    if (item->kind == KIND_INTEGER && item->integer >= 0 && item->integer <= VV_QUALITY_MAX)
        sample->quality = (int32_t)item->integer;
    else if (item->kind != KIND_MISSING)
        refuse(r, VARVE_BAD_VALUE, FIELD_QUALITY, "a quality is a whole number from 0 to 65535");
}

static void set_type(struct reading *r, struct vv_sample *sample)
{
    const struct item *item = &r->items[FIELD_TYPE];

    if (item->kind == KIND_TEXT)
        sample->register_type = vv_type_of_name(item->text, item->len);
    if (item->kind != KIND_MISSING && sample->register_type == VV_TYPE_NONE)
        refuse(r, VARVE_BAD_VALUE, FIELD_TYPE,
               "a type is integer, double, boolean, string or datetime");
}

/* Puts the row that has ended into the batch; 0 stops the parser. */
static int end_row(struct reading *r)
{
    struct vv_sample sample = {.time_ms = r->now_ms};
    const struct item *tag = &r->items[FIELD_TAG];

    if (tag->kind != KIND_TEXT)
        refuse(r, VARVE_BAD_NAME, FIELD_TAG, "\"tag\" is missing or not a text");
    sample.name = tag->text;
    sample.name_len = tag->len;
    set_type(r, &sample);
    if (!r->row_bad)
        set_value(r, &sample);
    set_quality(r, &sample);
    if (r->items[FIELD_TIME].kind != KIND_MISSING)
        time_of(r, FIELD_TIME, &sample.time_ms);
    if (!r->row_bad)
        r->status = vv_batch_add(r->batch, r->row, &sample, 1, &r->err);
    return r->status == VARVE_OK;
}

/* ---- what yajl tells ---- */

static int fail(struct reading *r, const char *message)
{
    r->status = r->row > 0 ? vv_fail(&r->err, VARVE_SYNTAX, "row %u: %s", r->row, message)
                           : vv_fail(&r->err, VARVE_SYNTAX, "%s", message);
    return 0;
}

static int take(struct reading *r, struct item item)
{
    if (r->depth != 2)
        return fail(r,
                    "the body is an array of objects: [{\"tag\":…, \"time\":…, \"value\":…}, …]");
    if (r->field < FIELD_COUNT)
        r->items[r->field] = item;
    return 1;
}

static int on_null(void *arg)
{
    return take(arg, (struct item){.kind = KIND_NULL});
}

static int on_boolean(void *arg, int boolean)
{
    return take(arg, (struct item){.kind = KIND_BOOLEAN, .boolean = boolean != 0});
}

static int on_number(void *arg, const char *number, size_t len)
{
    struct reading *r = arg;
    struct item item = {.kind = KIND_INTEGER};
    char text[NUMBER_BYTES];

    if (len >= sizeof text)
        return fail(r, "a number is too long");
    memcpy(text, number, len);
    text[len] = '\0';
    if (!strpbrk(text, ".eE")) {
        errno = 0;
        item.integer = strtoll(text, NULL, 10);
        if (errno == 0)
            return take(r, item);
    }
    item.kind = KIND_DOUBLE;
    item.number = strtod(text, NULL);
    if (isinf(item.number)) {
        refuse(r, VARVE_BAD_VALUE, r->field < FIELD_COUNT ? (int)r->field : -1,
               "the number is beyond a double");
        item.kind = KIND_NULL;
    }
    return take(r, item);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    struct reading *r = arg;
    const char *copy = vv_arena_text(&r->batch->arena, (const char *)text, len);

    if (!copy) {
        r->status = vv_fail(&r->err, VARVE_NO_MEMORY, "row %u: not enough memory", r->row);
        return 0;
    }
    return take(r, (struct item){.kind = KIND_TEXT, .text = copy, .len = len});
}

static int on_start_map(void *arg)
{
    struct reading *r = arg;

    if (r->depth != 1)
        return fail(r, "an object stands where a single value is wanted");
    r->depth = 2;
    r->row++;
    r->row_bad = false;
    memset(r->items, 0, sizeof r->items);
    return 1;
}

static int on_map_key(void *arg, const unsigned char *key, size_t len)
{
    struct reading *r = arg;
    vv_error err;

    for (r->field = 0; r->field < FIELD_COUNT; r->field++)
        if (strlen(field_names[r->field]) == len && memcmp(field_names[r->field], key, len) == 0)
            break;
    if (r->field == FIELD_COUNT) {
        vv_fail(&err, VARVE_BAD_VALUE,
                "\"%.*s\" is unknown; there are tag, time, value, quality, type",
                len < 60 ? (int)len : 60, (const char *)key);
        refuse(r, VARVE_BAD_VALUE, -1, err.message);
    } else if (r->items[r->field].kind != KIND_MISSING) {
        refuse(r, VARVE_BAD_VALUE, (int)r->field, "it stands twice");
    }
    return 1;
}

static int on_end_map(void *arg)
{
    struct reading *r = arg;

    r->depth = 1;
    return end_row(r);
}

static int on_start_array(void *arg)
{
    struct reading *r = arg;

    if (r->depth != 0)
        return fail(r, "an array stands where a single value is wanted");
    r->depth = 1;
    return 1;
}

static int on_end_array(void *arg)
{
    struct reading *r = arg;

    r->depth = 0;
    return 1;
}

/* yajl's own words, on one line. */
static vv_status tell_syntax(yajl_handle yajl, const char *json, size_t len, vv_error *err)
{
    unsigned char *text = yajl_get_error(yajl, 0, (const unsigned char *)json, len);
    size_t said = text ? strcspn((const char *)text, "\n") : 0;
    vv_status status = vv_fail(err, VARVE_SYNTAX, "%.*s (byte %zu)", said < 200 ? (int)said : 200,
                               text ? (const char *)text : "", yajl_get_bytes_consumed(yajl));

    yajl_free_error(yajl, text);
    return status;
}

vv_status vv_samples_parse(const char *json, size_t len_bytes, int64_t now_ms,
                           struct vv_batch *batch, vv_error *err)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_boolean,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_start_map,
                                             .yajl_map_key = on_map_key,
                                             .yajl_end_map = on_end_map,
                                             .yajl_start_array = on_start_array,
                                             .yajl_end_array = on_end_array};
    struct reading r = {.batch = batch, .now_ms = now_ms, .field = FIELD_COUNT};
    yajl_handle yajl = yajl_alloc(&callbacks, NULL, &r);
    if (!yajl)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to read JSON");

    yajl_status parsed = yajl_parse(yajl, (const unsigned char *)json, len_bytes);
    if (parsed == yajl_status_ok)
        parsed = yajl_complete_parse(yajl);

    vv_status status = r.status;
    if (status) {
        if (err)
            *err = r.err;
    } else if (parsed != yajl_status_ok) {
        status = tell_syntax(yajl, json, len_bytes, err);
        if (r.row > 0)
            vv_error_prefix(err, "row %u", r.row);
    }
    yajl_free(yajl);
    return status;
}
