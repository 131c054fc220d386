#include "history/edit_journal.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/logger.h"
#include "base/time.h"
#include "history/history_private.h"
#include "sql/journal.h"
#include "sql/ledger.h"

#include "base/banned.h"

/* A text may be long: no more rows are listed once the list has this length. */
#define LISTED_BYTES 65536

static void put_text(struct vv_json *json, const char *key, const char *text)
{
    vv_json_key(json, key);
    vv_json_text(json, text);
}

static void put_time(struct vv_json *json, const char *key, int64_t time_ms)
{
    char text[40];
    vv_time_format_ms(time_ms, text);
    put_text(json, key, text);
}

/* {"value":1.5,"quality":192} with further members before it. */
static void put_state(struct vv_json *json, const struct vv_datum *value, int32_t quality)
{
    vv_json_key(json, "value");
    vv_datum_json(json, value);
    vv_json_key(json, "quality");
    vv_json_int(json, quality);
}

static vv_status write_entry(struct vv_ledger_tx *tx, const struct vv_edit *edit,
                             const struct vv_tag *tag, const char *event,
                             const struct vv_buf *before, const struct vv_buf *after, vv_error *err)
{
    struct vv_tag_meta meta;
    vv_tag_meta_get(tag->history->set, tag, &meta);
    const struct vv_journal_entry entry = {
        .category = VV_JOURNAL_MANUAL,
        .event = event,
        .kind = VV_JOURNAL_OBJECT,
        .id = tag->object_id != 0 ? tag->object_id : meta.object_id,
        .origin = edit->origin,
        .before = before->len > 0 ? (const char *)before->data : NULL,
        .after = (const char *)after->data,
        .user_id = edit->user_id};
    if (before->failed || after->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for an entry of the journal");
    return vv_journal_write(tx, &entry, err);
}

/* ---- deletions ---- */

static vv_status list_rows(struct vv_json *json, const struct vv_store_range *range, vv_error *err)
{
    struct vv_history *history = range->tag->history;
    struct vv_store_cursor *cursor;
    struct varve_rows rows;
    size_t listed = 0;
    vv_status status = history->kind->cursor_open(history->store, range, &cursor, err);
    if (status)
        return status;
    while (listed < VV_EDIT_ROWS_LISTED && json->out->len < LISTED_BYTES &&
           !(status = history->kind->cursor_next(cursor, &rows, err)))
        for (uint32_t i = 0;
             i < rows.count && listed < VV_EDIT_ROWS_LISTED && json->out->len < LISTED_BYTES;
             i++, listed++) {
            struct vv_datum value = vv_store_row_value(&rows, i, range->tag->type);
            vv_json_array(json);
            vv_json_int(json, rows.times[i]);
            vv_datum_json(json, &value);
            vv_json_int(json, vv_store_row_quality(&rows, i));
            vv_json_end_array(json);
        }
    history->kind->cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_edit_note_deletion(struct vv_ledger_tx *tx, const struct vv_deletion *deletion,
                                const struct vv_tag *tag, uint64_t rows, vv_error *err)
{
    struct vv_buf before = {0}, after = {0};
    struct vv_json json;
    char event[128];
    vv_status status = VARVE_OK;
    snprintf(event, sizeof event, "%" PRIu64 " rows deleted of %.90s", rows, tag->name);
    vv_json_init(&json, &before);
    vv_json_object(&json);
    put_text(&json, "tag", tag->name);
    put_text(&json, "history", tag->history->name);
    put_time(&json, "from", deletion->from_ms);
    put_time(&json, "to", deletion->to_ms);
    vv_json_key(&json, "rows");
    vv_json_uint(&json, rows);
    vv_json_key(&json, "first");
    vv_json_array(&json);
    for (const struct vv_tag *row = tag; row && !status; row = row->older) {
        const struct vv_store_range range = {row, deletion->from_ms, deletion->to_ms};
        status = list_rows(&json, &range, err);
    }
    vv_json_end_array(&json);
    vv_json_end_object(&json);
    vv_json_init(&json, &after);
    vv_json_object(&json);
    put_text(&json, "reason", deletion->edit.reason);
    vv_json_end_object(&json);
    if (!status)
        status = write_entry(tx, &deletion->edit, tag, event, &before, &after, err);
    vv_buf_deinit(&before);
    vv_buf_deinit(&after);
    return status;
}

/* ---- corrections ---- */

/* The row that is there, as JSON; nothing when there is none. */
static vv_status put_present(struct vv_buf *before, const struct vv_store_range *range,
                             vv_error *err)
{
    struct vv_history *history = range->tag->history;
    struct vv_store_cursor *cursor;
    struct varve_rows rows;
    struct vv_json json;
    vv_status status = history->kind->cursor_open(history->store, range, &cursor, err);
    if (status)
        return status;
    status = history->kind->cursor_next(cursor, &rows, err);
    if (!status && rows.count > 0) {
        struct vv_datum value = vv_store_row_value(&rows, 0, range->tag->type);
        vv_json_init(&json, before);
        vv_json_object(&json);
        put_state(&json, &value, vv_store_row_quality(&rows, 0));
        vv_json_end_object(&json);
    }
    history->kind->cursor_close(cursor);
    return status == VARVE_END ? VARVE_OK : status;
}

vv_status vv_edit_note_correction(struct vv_ledger_tx *tx, const struct vv_edit *edit,
                                  const struct vv_tag *tag, const struct vv_sample *sample,
                                  vv_error *err)
{
    struct vv_buf before = {0}, after = {0};
    struct vv_json json;
    char event[200], time[40];
    int64_t unit_ms = tag->history->layout->unit_ms;
    int64_t time_ms = vv_floor_div(sample->time_ms, unit_ms) * unit_ms;
    const struct vv_store_range range = {tag, time_ms, time_ms + unit_ms};
    vv_time_format_ms(time_ms, time);
    snprintf(event, sizeof event, "corrected at %s: %.90s", time, tag->name);
    vv_status status = put_present(&before, &range, err);
    vv_json_init(&json, &after);
    vv_json_object(&json);
    put_text(&json, "tag", tag->name);
    put_text(&json, "history", tag->history->name);
    put_time(&json, "time", time_ms);
    put_state(&json, &sample->value, sample->quality);
    put_text(&json, "reason", edit->reason);
    vv_json_end_object(&json);
    if (!status)
        status = write_entry(tx, edit, tag, event, &before, &after, err);
    vv_buf_deinit(&before);
    vv_buf_deinit(&after);
    return status;
}

void vv_edit_note_failure(struct vv_history_set *set, const struct vv_edit *edit, const char *what,
                          const vv_error *why)
{
    struct vv_ledger_tx *tx = NULL;
    char event[200];
    vv_error err = {0};
    snprintf(event, sizeof event, "the %s announced before failed: %.90s", what, why->message);
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_MANUAL,
                                           .priority = VV_JOURNAL_ERROR,
                                           .event = event,
                                           .origin = edit->origin,
                                           .user_id = edit->user_id};
    vv_status status = vv_ledger_begin_write(set->ledger, &tx, &err);
    if (!status)
        status = vv_journal_write(tx, &entry, &err);
    if (!status)
        status = vv_ledger_commit(&tx, &err);
    vv_ledger_rollback(&tx);
    if (status)
        vv_log_error("history", &err, "%s", event);
}
