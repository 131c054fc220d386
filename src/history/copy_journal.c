#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/logger.h"
#include "base/time.h"
#include "history/copy_private.h"
#include "history/history_private.h"
#include "sql/journal.h"
#include "sql/ledger.h"

#include "base/banned.h"

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

static void put_copy(const struct vv_copy *copy, const char *const *names, uint64_t rows,
                     struct vv_buf *out)
{
    struct vv_json json;
    vv_json_init(&json, out);
    vv_json_object(&json);
    put_time(&json, "from", copy->from_ms);
    put_time(&json, "to", copy->to_ms);
    vv_json_key(&json, "rows");
    vv_json_uint(&json, rows);
    vv_json_key(&json, "tags");
    vv_json_array(&json);
    for (size_t i = 0; i < copy->count; i++) {
        const struct vv_tag *tag = copy->tags[i];
        vv_json_object(&json);
        put_text(&json, "history", tag->history->name);
        put_text(&json, "tag", tag->name);
        put_text(&json, "into", copy->into ? copy->into : tag->history->name);
        put_text(&json, "as", names[i]);
        vv_json_end_object(&json);
    }
    vv_json_end_array(&json);
    vv_json_end_object(&json);
}

static vv_status write_entry(struct vv_history_set *set, const struct vv_journal_entry *entry,
                             vv_error *err)
{
    struct vv_ledger_tx *tx = NULL;
    vv_status status = vv_ledger_begin_write(set->ledger, &tx, err);
    if (!status)
        status = vv_journal_write(tx, entry, err);
    if (!status)
        status = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return status;
}

vv_status vv_copy_note(struct vv_history_set *set, const struct vv_copy *copy,
                       const char *const *names, uint64_t rows, vv_error *err)
{
    struct vv_buf after = {0};
    char event[200];
    if (copy->count == 1)
        snprintf(event, sizeof event, "%" PRIu64 " rows copied of %.80s", rows,
                 copy->tags[0]->name);
    else
        snprintf(event, sizeof event, "%" PRIu64 " rows copied of %zu tags", rows, copy->count);
    put_copy(copy, names, rows, &after);
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_FILES,
                                           .event = event,
                                           .origin = copy->origin,
                                           .after = (const char *)after.data};
    vv_status status = after.failed
                           ? vv_fail(err, VARVE_NO_MEMORY, "no memory for an entry of the journal")
                           : write_entry(set, &entry, err);
    vv_buf_deinit(&after);
    return status;
}

void vv_copy_note_trouble(struct vv_history_set *set, const struct vv_copy *copy, const char *what)
{
    char event[200];
    vv_error err = {0};
    snprintf(event, sizeof event, "the copy announced before: %.120s", what);
    const struct vv_journal_entry entry = {.category = VV_JOURNAL_FILES,
                                           .priority = VV_JOURNAL_WARNING,
                                           .event = event,
                                           .origin = copy->origin};
    if (write_entry(set, &entry, &err))
        vv_log_error("history", &err, "%s", event);
}
