#include "history/edit.h"

#include <string.h>

#include "base/alloc.h"
#include "catalog/glob.h"
#include "history/edit_journal.h"
#include "history/history_private.h"
#include "sql/ledger.h"

#include "base/banned.h"

static vv_status check_edit(const struct vv_history_set *set, const struct vv_edit *edit,
                            vv_error *err)
{
    size_t len = edit->reason ? strlen(edit->reason) : 0;
    if (edit->dry_run)
        return VARVE_OK;
    if (set->read_only)
        return vv_fail(err, VARVE_READ_ONLY, "the histories are open for reading only");
    if (len == 0 || len > VV_EDIT_REASON_MAX)
        return vv_fail(err, VARVE_BAD_VALUE, "a reason of 1 to %d bytes is needed for the journal",
                       VV_EDIT_REASON_MAX);
    return VARVE_OK;
}

/* ---- tags ---- */

struct adding {
    struct vv_edit_tags *list;
    vv_status status;
    vv_error *err;
};

static bool add_tag(void *arg, const struct vv_tag *tag)
{
    struct adding *a = arg;
    for (size_t i = 0; i < a->list->count; i++)
        if (a->list->tags[i] == tag)
            return true;
    if (a->list->count == VV_EDIT_TAGS_MAX)
        a->status =
            vv_fail(a->err, VARVE_LIMIT, "more than %d tags in one deletion", VV_EDIT_TAGS_MAX);
    else
        a->list->tags[a->list->count++] = tag;
    return !a->status;
}

vv_status vv_edit_tags_add(struct vv_edit_tags *list, struct vv_history_set *set,
                           const char *history, const char *name, vv_error *err)
{
    const struct vv_tag_list spec = {.history = history, .match = name};
    struct adding adding = {.list = list, .err = err};
    const struct vv_tag *tag;
    vv_status status;
    if (vv_glob_is_pattern(name, strlen(name))) {
        status = vv_tags_list(set, &spec, add_tag, &adding, NULL, err);
    } else {
        status = vv_tag_find(set, history, name, strlen(name), &tag, err);
        if (!status)
            add_tag(&adding, tag);
    }
    return status ? status : adding.status;
}

/* ---- deleting ---- */

static bool add_count(void *arg, int64_t start_ms, const struct varve_stats *stats)
{
    (void)start_ms;
    *(uint64_t *)arg += stats->count;
    return true;
}

static vv_status count_rows(const struct vv_deletion *deletion, const struct vv_tag *tag,
                            uint64_t *rows, vv_error *err)
{
    struct vv_history *history = tag->history;
    vv_status status = VARVE_OK;
    *rows = 0;
    for (const struct vv_tag *row = tag; row && !status; row = row->older) {
        const struct vv_store_buckets whole = {.range = {row, deletion->from_ms, deletion->to_ms}};
        status = history->kind->aggregate(history->store, &whole, add_count, rows, NULL, err);
    }
    return status;
}

static vv_status check_deletion(struct vv_history_set *set, const struct vv_deletion *deletion,
                                vv_error *err)
{
    vv_status status = check_edit(set, &deletion->edit, err);
    if (!status && deletion->count > VV_EDIT_TAGS_MAX)
        status = vv_fail(err, VARVE_LIMIT, "%zu tags: at most %d in one deletion", deletion->count,
                         VV_EDIT_TAGS_MAX);
    if (!status && deletion->from_ms >= deletion->to_ms)
        status = vv_fail(err, VARVE_BAD_TIME, "the range is empty: from is not before to");
    for (size_t i = 0; i < deletion->count && !status; i++)
        if (!deletion->tags[i]->history->kind->remove)
            status = vv_fail(err, VARVE_UNSUPPORTED, "history \"%s\" cannot delete rows",
                             deletion->tags[i]->history->name);
    return status;
}

static vv_status note_deletion(struct vv_history_set *set, const struct vv_deletion *deletion,
                               const uint64_t *rows, vv_error *err)
{
    struct vv_ledger_tx *tx = NULL;
    vv_status status = vv_ledger_begin_write(set->ledger, &tx, err);
    for (size_t i = 0; i < deletion->count && !status; i++)
        if (rows[i] > 0)
            status = vv_edit_note_deletion(tx, deletion, deletion->tags[i], rows[i], err);
    if (!status)
        status = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return status;
}

/* The tags of one history that have rows, with the earlier types of their names. */
static vv_status remove_of(struct vv_history *history, const struct vv_deletion *deletion,
                           const uint64_t *rows, vv_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < deletion->count; i++)
        if (rows[i] > 0 && deletion->tags[i]->history == history)
            for (const struct vv_tag *row = deletion->tags[i]; row; row = row->older)
                count++;
    if (count == 0)
        return VARVE_OK;
    struct vv_store_range *ranges = vv_alloc_array(count, sizeof *ranges);
    if (!ranges)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to delete rows of %zu tags", count);
    size_t n = 0;
    for (size_t i = 0; i < deletion->count; i++)
        if (rows[i] > 0 && deletion->tags[i]->history == history)
            for (const struct vv_tag *row = deletion->tags[i]; row; row = row->older)
                ranges[n++] = (struct vv_store_range){row, deletion->from_ms, deletion->to_ms};
    vv_status status = history->kind->remove(history->store, ranges, n, err);
    vv_free(ranges);
    return status;
}

vv_status vv_history_delete(struct vv_history_set *set, const struct vv_deletion *deletion,
                            uint64_t *rows, vv_error *err)
{
    vv_error own;
    if (!err)
        err = &own;
    vv_status status = check_deletion(set, deletion, err);
    for (size_t i = 0; i < deletion->count && !status; i++)
        status = count_rows(deletion, deletion->tags[i], &rows[i], err);
    if (status || deletion->edit.dry_run)
        return status;
    status = note_deletion(set, deletion, rows, err);
    if (status)
        return status;
    for (size_t i = 0; i < set->count && !status; i++)
        status = remove_of(&set->histories[i], deletion, rows, err);
    if (status)
        vv_edit_note_failure(set, &deletion->edit, "deletion", err);
    return status;
}

/* ---- correcting ---- */

/* The samples with their tags, which are all of one history. */
static vv_status find_tags(struct vv_history_set *set, const struct vv_sample *samples,
                           size_t count, const char *history, struct vv_sample *found,
                           vv_error *err)
{
    vv_status status = VARVE_OK;
    for (size_t i = 0; i < count && !status; i++) {
        found[i] = samples[i];
        if (!found[i].tag)
            status =
                vv_tag_find(set, history, samples[i].name, samples[i].name_len, &found[i].tag, err);
    }
    return status;
}

static vv_status note_corrections(struct vv_history_set *set, const struct vv_sample *samples,
                                  size_t count, const struct vv_edit *edit, vv_error *err)
{
    struct vv_ledger_tx *tx = NULL;
    vv_status status = vv_ledger_begin_write(set->ledger, &tx, err);
    for (size_t i = 0; i < count && !status; i++)
        status = vv_edit_note_correction(tx, edit, samples[i].tag, &samples[i], err);
    if (!status)
        status = vv_ledger_commit(&tx, err);
    vv_ledger_rollback(&tx);
    return status;
}

vv_status vv_history_correct(struct vv_history_set *set, const struct vv_sample *samples,
                             size_t count, const struct vv_write_options *options,
                             const struct vv_edit *edit, struct vv_write_result *result,
                             vv_error *err)
{
    struct vv_write_options through = *options;
    vv_error own;
    if (!err)
        err = &own;
    result->listed = result->rejected = result->diverted = result->stored = 0;
    result->sequence = 0;
    vv_status status = check_edit(set, edit, err);
    if (!status && count > VV_EDIT_ROWS_MAX)
        status = vv_fail(err, VARVE_LIMIT, "%zu rows: at most %d in one correction", count,
                         VV_EDIT_ROWS_MAX);
    if (status || count == 0)
        return status;
    struct vv_sample *found = vv_alloc_array(count, sizeof *found);
    if (!found)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to correct %zu rows", count);
    status = find_tags(set, samples, count, options->history, found, err);
    if (!status) {
        through.history = found[0].tag->history->name;
        through.source = VV_SOURCE_CLIENT;
        through.partial = false;
        through.only_check = true;
        status = vv_history_write(set, found, count, &through, result, err);
    }
    if (!status && !edit->dry_run)
        status = note_corrections(set, found, count, edit, err);
    if (!status && !edit->dry_run) {
        through.only_check = false;
        status = vv_history_write(set, found, count, &through, result, err);
        if (status)
            vv_edit_note_failure(set, edit, "correction", err);
    }
    vv_free(found);
    return status;
}
