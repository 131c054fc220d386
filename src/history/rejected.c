/* rejected.c: samples of drivers that were outside the time limits, kept for people to look at. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "history/history_private.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define TEXT_MAX 200

/* The value as vv_rejected has it; `to` holds TEXT_MAX + 1 bytes. */
static const char *value_text(const struct vv_datum *value, char *to)
{
    size_t len;

    switch (value->type) {
    case VV_TYPE_INTEGER:
    case VV_TYPE_DATETIME:
        snprintf(to, TEXT_MAX, "%" PRId64, value->as.integer);
        return to;
    case VV_TYPE_DOUBLE:
        vv_double_format(value->as.number, to);
        return to;
    case VV_TYPE_BOOLEAN:
        return value->as.boolean ? "true" : "false";
    case VV_TYPE_STRING:
        len = vv_utf8_cut(value->as.text, value->text_len, TEXT_MAX);
        memcpy(to, value->as.text, len);
        to[len] = '\0';
        return to;
    case VV_TYPE_NONE:
        break;
    }
    return NULL;
}

static vv_status insert(struct vv_ledger_tx *tx, struct vv_row *row, const struct vv_diverted *d,
                        int64_t now_ms, vv_error *err)
{
    const struct vv_sample *s = d->sample;
    const char *name = s->tag != NULL ? s->tag->name : s->name;
    size_t name_len = s->tag != NULL ? s->tag->name_len : s->name_len;
    char text[TEXT_MAX + 1];
    const char *value = value_text(&s->value, text);
    char *tag = vv_arena_text(row->arena, name, vv_utf8_cut(name, name_len, 255));
    vv_status st;

    vv_row_clear(row);
    st = vv_row_set_text(row, "Tag", tag != NULL ? tag : "", err);
    if (st == VARVE_OK)
        st = vv_row_set_int(row, "Time", s->time_ms, err);
    if (st == VARVE_OK && value != NULL)
        st = vv_row_set_text(row, "Value", value, err);
    if (st == VARVE_OK)
        st = vv_row_set_text(row, "Reason", d->reason, err);
    if (st == VARVE_OK)
        st = vv_row_set_int(row, "ReceivedAt", now_ms, err);
    return st == VARVE_OK ? vv_ledger_insert(tx, row, err) : st;
}

/* Deletes the rows whose Id is more than VV_REJECTED_MAX behind `newest`. */
static vv_status drop_oldest(struct vv_ledger_tx *tx, struct vv_row *row, int64_t newest,
                             vv_error *err)
{
    const struct vv_filter filter = {"Id", VV_FILTER_LE, vv_value_int(newest - VV_REJECTED_MAX)};
    const struct vv_query query = {.table = row->table, .filters = &filter, .filter_count = 1};
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *old;
    int64_t first = 0, count = 0;
    vv_status st = vv_ledger_select(tx, &query, &cursor, err);

    /* Ids are dense: what is over is as many rows as were added. */
    while (st == VARVE_OK && (st = vv_ledger_next(cursor, &old, err)) == VARVE_OK) {
        if (count++ == 0)
            first = vv_row_get_int(old, "Id", 0);
    }
    vv_ledger_cursor_close(cursor);
    if (st == VARVE_END)
        st = VARVE_OK;
    for (int64_t id = first; st == VARVE_OK && count > 0 && id <= newest - VV_REJECTED_MAX; id++) {
        vv_row_clear(row);
        st = vv_row_set_int(row, "Id", id, err);
        if (st == VARVE_OK)
            st = vv_ledger_delete(tx, row, err);
        if (st == VARVE_NOT_FOUND)
            st = VARVE_OK;
    }
    return st;
}

vv_status vv_rejected_write(struct vv_history_set *set, const struct vv_diverted *list,
                            size_t count, vv_error *err)
{
    struct vv_ledger_tx *tx = NULL;
    struct vv_arena arena;
    struct vv_row row;
    int64_t newest = 0;
    vv_status st;

    vv_arena_init(&arena, 0, NULL);
    st = vv_ledger_begin_write(set->ledger, &tx, err);
    if (st == VARVE_OK)
        st = vv_row_init(&row, vv_catalog_find("vv_rejected"), &arena, err);
    for (size_t i = 0; i < count && st == VARVE_OK; i++) {
        st = insert(tx, &row, &list[i], set->now_ms(), err);
        if (st == VARVE_OK)
            newest = vv_row_get_int(&row, "Id", 0);
    }
    if (st == VARVE_OK)
        st = drop_oldest(tx, &row, newest, err);
    if (st == VARVE_OK)
        st = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    vv_arena_deinit(&arena);
    return st;
}
