/* strata_forms.c: keys read from the columns of documented rows, and written back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "history/flags.h"
#include "history/strata_map.h"

#include "base/banned.h"

#define NAME_BYTES 48 /* of a tool or a code: 12 characters */

static int place(const struct vv_row *row, const char *column)
{
    return vv_table_column(row->table, column, strlen(column), 0);
}

static bool is_set(const struct vv_row *row, int at)
{
    return row->values[at].kind != VV_VALUE_UNSET && row->values[at].kind != VV_VALUE_NULL;
}

static const char *text_at(const struct vv_row *row, int at)
{
    return row->values[at].as.data;
}

static vv_status missing(const struct vv_row *row, int at, vv_error *err)
{
    return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "is missing");
}

static vv_status set_text(struct vv_row *row, int at, const char *text, size_t len_bytes,
                          vv_error *err)
{
    const struct vv_value v = {.kind = VV_VALUE_TEXT, .as.data = text, .len_bytes = len_bytes};

    return vv_row_set(row, at, &v, err);
}

static vv_status set_int(struct vv_row *row, int at, int64_t number, vv_error *err)
{
    const struct vv_value v = vv_value_int(number);

    return vv_row_set(row, at, &v, err);
}

/* Sets a text that can be told, or checks that it is what was given. */
static vv_status settle_text(struct vv_row *row, int at, const char *text, size_t len_bytes,
                             const char *why, vv_error *err)
{
    const struct vv_value *have = &row->values[at];

    if (!is_set(row, at))
        return set_text(row, at, text, len_bytes, err);
    if (have->len_bytes != len_bytes || memcmp(have->as.data, text, len_bytes) != 0)
        return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "\"%.60s\" is not \"%.*s\", %s",
                           text_at(row, at), (int)(len_bytes < 60 ? len_bytes : 60), text, why);
    return VARVE_OK;
}

/* A tool's or a code's name: short, and without the separator of keys. */
static vv_status check_name(const struct vv_row *row, int at, vv_error *err)
{
    const struct vv_value *name = &row->values[at];

    if (!is_set(row, at))
        return missing(row, at, err);
    if (name->len_bytes == 0)
        return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "is empty");
    if (name->len_bytes > NAME_BYTES)
        return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "is longer than 12 characters");
    for (size_t i = 0; i < name->len_bytes; i++)
        if ((unsigned char)text_at(row, at)[i] < 0x20)
            return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "has a control character");
    return VARVE_OK;
}

/* ---- ObjId, DT ---- */

static vv_status trend_read(struct vv_row *row, struct vv_zone *zone, struct vv_strata_key *key,
                            vv_error *err)
{
    int id = place(row, "ObjId"), time = place(row, "DT");

    (void)zone;
    if (!is_set(row, id))
        return missing(row, id, err);
    if (!is_set(row, time))
        return missing(row, time, err);
    if (row->values[id].as.integer <= 0)
        return vv_row_fail(row, id, VARVE_BAD_VALUE, err, "%" PRId64 " is no number of a point",
                           row->values[id].as.integer);
    key->series_len =
        (size_t)snprintf(key->series, sizeof key->series, "%" PRId64, row->values[id].as.integer);
    key->time = row->values[time].as.integer;
    key->sub = 0;
    return VARVE_OK;
}

static vv_status trend_write(const struct vv_strata_key *key, struct vv_zone *zone,
                             struct vv_row *row, vv_error *err)
{
    vv_status st = set_int(row, place(row, "ObjId"), strtoll(key->series, NULL, 10), err);

    (void)zone;
    return st == VARVE_OK ? set_int(row, place(row, "DT"), key->time, err) : st;
}

vv_status vv_strata_check_trend(struct vv_row *row, vv_error *err)
{
    int val = place(row, "Val"), flag = place(row, "Flag");
    const char *letters = is_set(row, flag) ? text_at(row, flag) : "";
    size_t len = is_set(row, flag) ? row->values[flag].len_bytes : 0;
    char with_x[16];

    if (!vv_flag_valid(letters, len))
        return vv_row_fail(row, flag, VARVE_BAD_VALUE, err, "\"%.20s\" has other letters than %s",
                           letters, VV_FLAG_LETTERS);
    if (vv_flag_quality(letters, len) == 0) {
        if (is_set(row, val))
            return vv_row_fail(row, val, VARVE_BAD_VALUE, err, "a value, and flag X says none");
        return VARVE_OK;
    }
    if (is_set(row, val))
        return VARVE_OK;
    if (len >= 8)
        return vv_row_fail(row, flag, VARVE_BAD_VALUE, err, "no value, and no room for X");
    snprintf(with_x, sizeof with_x, "%.*sX", (int)len, letters);
    return set_text(row, flag, with_x, len + 1, err);
}

/* ---- tool_id, claim_time, VsPrimaryKey ---- */

/* Frames and events differ in the unit of the time and in the code. */
struct primary {
    int64_t unit_ms;
    bool code;
    bool (*parse)(const char *text, size_t len_bytes, struct vv_strata_key *key);
    void (*format)(const struct vv_strata_key *key, char to[VV_PRIMARY_KEY_BYTES]);
};

static const struct primary frames = {VV_SECOND_MS, false, vv_frame_key_parse, vv_frame_key_format};
static const struct primary events = {1, true, vv_event_key_parse, vv_event_key_format};

/* The tool's and the code's name out of a series' key. */
static vv_status settle_names(const struct primary *p, const struct vv_strata_key *key,
                              struct vv_row *row, const char *why, vv_error *err)
{
    const char *split = memchr(key->series, VV_STRATA_SEPARATOR, key->series_len);
    size_t tool_len = split != NULL ? (size_t)(split - key->series) : key->series_len;
    vv_status st = settle_text(row, place(row, "tool_id"), key->series, tool_len, why, err);

    if (st == VARVE_OK && p->code && split != NULL)
        st = settle_text(row, place(row, "code_name"), split + 1, key->series_len - tool_len - 1,
                         why, err);
    return st;
}

static vv_status settle_time(const struct primary *p, const struct vv_strata_key *key,
                             struct vv_row *row, const char *why, vv_error *err)
{
    int at = place(row, "claim_time");
    int64_t time_ms = key->time * p->unit_ms;
    char have[40], want[40];

    if (is_set(row, at) && vv_floor_div(row->values[at].as.integer, p->unit_ms) != key->time) {
        vv_time_format_ms(row->values[at].as.integer, have);
        vv_time_format_ms(time_ms, want);
        return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "%s is not %s, %s", have, want, why);
    }
    return set_int(row, at, time_ms, err);
}

/* The key from tool, code and time, of a live row (and an event's number 0). */
static vv_status key_of_columns(const struct primary *p, struct vv_row *row,
                                struct vv_strata_key *key, vv_error *err)
{
    int tool = place(row, "tool_id"), time = place(row, "claim_time");
    int code = p->code ? place(row, "code_name") : -1;
    char text[VV_PRIMARY_KEY_BYTES];
    vv_status st = check_name(row, tool, err);

    if (st == VARVE_OK && p->code)
        st = check_name(row, code, err);
    if (st == VARVE_OK && !is_set(row, time))
        st = missing(row, time, err);
    if (st != VARVE_OK)
        return st;
    vv_strata_series_key(key, text_at(row, tool), p->code ? text_at(row, code) : NULL);
    key->time = vv_floor_div(row->values[time].as.integer, p->unit_ms);
    key->sub = 0;
    p->format(key, text);
    return set_text(row, place(row, "VsPrimaryKey"), text, strlen(text), err);
}

static vv_status primary_read(const struct primary *p, struct vv_row *row,
                              struct vv_strata_key *key, vv_error *err)
{
    static const char why[] = "as VsPrimaryKey says";
    int primary = place(row, "VsPrimaryKey");
    vv_status st;

    if (!is_set(row, primary)) {
        st = key_of_columns(p, row, key, err);
    } else if (!p->parse(text_at(row, primary), row->values[primary].len_bytes, key)) {
        return vv_row_fail(row, primary, VARVE_BAD_VALUE, err, "\"%.80s\" is not of the form %s",
                           text_at(row, primary),
                           p->code ? "{tool_id}_{yyyyMMddHHmmssSSS}_{code}_{n}_{SS or RE}"
                                   : "{tool_id}_{yyyyMMddHHmmss}_{SS or RE}");
    } else {
        st = settle_names(p, key, row, why, err);
        if (st == VARVE_OK)
            st = check_name(row, place(row, "tool_id"), err);
        if (st == VARVE_OK && p->code)
            st = check_name(row, place(row, "code_name"), err);
    }
    return st == VARVE_OK ? settle_time(p, key, row, why, err) : st;
}

static vv_status primary_write(const struct primary *p, const struct vv_strata_key *key,
                               struct vv_row *row, vv_error *err)
{
    char text[VV_PRIMARY_KEY_BYTES];
    vv_status st;

    p->format(key, text);
    st = set_text(row, place(row, "VsPrimaryKey"), text, strlen(text), err);
    if (st == VARVE_OK)
        st = settle_names(p, key, row, "", err);
    if (st == VARVE_OK)
        st = settle_time(p, key, row, "", err);
    return st;
}

static vv_status settle_time_order(struct vv_zone *zone, const struct vv_strata_key *key,
                                   struct vv_row *row, vv_error *err)
{
    char text[VV_TIME_ORDER_BYTES];

    vv_time_order_format(zone, key->time, text);
    return settle_text(row, place(row, "time_order"), text, strlen(text),
                       "the time in the plant's zone", err);
}

static vv_status frame_read(struct vv_row *row, struct vv_zone *zone, struct vv_strata_key *key,
                            vv_error *err)
{
    vv_status st = primary_read(&frames, row, key, err);

    return st == VARVE_OK ? settle_time_order(zone, key, row, err) : st;
}

static vv_status frame_write(const struct vv_strata_key *key, struct vv_zone *zone,
                             struct vv_row *row, vv_error *err)
{
    vv_status st = primary_write(&frames, key, row, err);

    return st == VARVE_OK ? settle_time_order(zone, key, row, err) : st;
}

static vv_status event_read(struct vv_row *row, struct vv_zone *zone, struct vv_strata_key *key,
                            vv_error *err)
{
    (void)zone;
    return primary_read(&events, row, key, err);
}

static vv_status event_write(const struct vv_strata_key *key, struct vv_zone *zone,
                             struct vv_row *row, vv_error *err)
{
    (void)zone;
    return primary_write(&events, key, row, err);
}

/* ---- TagId, Category, Timestamp ---- */

static vv_status window_read(struct vv_row *row, struct vv_zone *zone, struct vv_strata_key *key,
                             vv_error *err)
{
    static const char *const columns[] = {"TagId", "Category", "Timestamp"};
    int64_t numbers[3];

    (void)zone;
    for (int i = 0; i < 3; i++) {
        int at = place(row, columns[i]);

        if (!is_set(row, at))
            return missing(row, at, err);
        numbers[i] = row->values[at].as.integer;
        if (numbers[i] < 0 || (i == 1 && numbers[i] > UINT32_MAX))
            return vv_row_fail(row, at, VARVE_BAD_VALUE, err, "%" PRId64 " is out of its range",
                               numbers[i]);
    }
    key->series_len = (size_t)snprintf(key->series, sizeof key->series, "%" PRId64, numbers[0]);
    key->sub = (uint32_t)numbers[1];
    key->time = numbers[2];
    return VARVE_OK;
}

static vv_status window_write(const struct vv_strata_key *key, struct vv_zone *zone,
                              struct vv_row *row, vv_error *err)
{
    vv_status st = set_int(row, place(row, "TagId"), strtoll(key->series, NULL, 10), err);

    (void)zone;
    if (st == VARVE_OK)
        st = set_int(row, place(row, "Category"), key->sub, err);
    return st == VARVE_OK ? set_int(row, place(row, "Timestamp"), key->time, err) : st;
}

const struct vv_strata_form vv_form_trend = {trend_read, trend_write};
const struct vv_strata_form vv_form_frame = {frame_read, frame_write};
const struct vv_strata_form vv_form_event = {event_read, event_write};
const struct vv_strata_form vv_form_window = {window_read, window_write};
