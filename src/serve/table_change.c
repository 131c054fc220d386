#include "serve/table_change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/json.h"
#include "catalog/row_json.h"
#include "history/tag_rename.h"
#include "serve/table_access.h"
#include "serve/table_key.h"
#include "sql/journal.h"
#include "sql/ledger.h"

#include "base/banned.h"

/* A value longer than this is told in the journal by its length and checksum. */
#define JOURNAL_VALUE_BYTES 4096

static vv_status no_memory(const struct vv_row *row, vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "%s: not enough memory", row->table->name);
}

/* ---- marks ---- */

/* FNV-1a, 64 bits: it has to notice a change, not to withstand somebody who makes one. */
static uint64_t hash(const struct vv_buf *text)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < text->len; i++)
        h = (h ^ text->data[i]) * 0x100000001b3u;
    return h;
}

vv_status vv_table_mark(const struct vv_row *row, char *mark, vv_error *err)
{
    struct vv_buf text = {0};
    struct vv_json json;

    vv_json_init(&json, &text);
    vv_row_write_json(row, &json);
    const bool failed = text.failed;
    if (!failed)
        snprintf(mark, VV_TABLE_MARK_BYTES, "\"%016" PRIx64 "\"", hash(&text));
    vv_buf_deinit(&text);
    return failed ? no_memory(row, err) : VARVE_OK;
}

/* "*", or any of the marks between commas. */
static bool names_mark(const char *if_match, const char *mark)
{
    return strcmp(if_match, "*") == 0 || strstr(if_match, mark) != NULL;
}

static vv_status check_mark(const struct vv_table_change *change, const struct vv_row *row,
                            vv_error *err)
{
    char mark[VV_TABLE_MARK_BYTES];

    if (!change->if_match)
        return VARVE_OK;
    vv_status status = vv_table_mark(row, mark, err);
    if (status || names_mark(change->if_match, mark))
        return status;
    return vv_fail(err, VARVE_CHANGED,
                   "%s: the row was changed since it was read; read it again and change that",
                   row->table->name);
}

/* ---- the journal ---- */

/* A long text or bytes as "5000 bytes, crc32c 1a2b3c4d". */
static bool shorten(struct vv_arena *arena, struct vv_value *value)
{
    if ((value->kind != VV_VALUE_TEXT && value->kind != VV_VALUE_BLOB) ||
        value->len_bytes <= JOURNAL_VALUE_BYTES)
        return true;
    const char *text = vv_arena_format(arena, "%zu bytes, crc32c %08" PRIx32, value->len_bytes,
                                       vv_crc32c(0, value->as.data, value->len_bytes));
    *value = vv_value_text(text);
    return text != NULL;
}

/* The row as JSON, or only what differs from `other`. Null without memory. */
static const char *describe(const struct vv_row *row, const struct vv_row *other)
{
    struct vv_row part;
    struct vv_buf text = {0};
    struct vv_json json;

    if (!row)
        return NULL;
    if (vv_row_init(&part, row->table, row->arena, NULL))
        return NULL;
    for (size_t i = 0; i < row->table->column_count; i++) {
        if (other && vv_value_same(&row->values[i], &other->values[i]))
            continue;
        part.values[i] = row->values[i];
        if (!shorten(row->arena, &part.values[i]))
            return NULL;
    }
    vv_json_init(&json, &text);
    vv_row_write_json(&part, &json);
    const char *kept =
        text.failed ? NULL : vv_arena_text(row->arena, (const char *)text.data, text.len);
    vv_buf_deinit(&text);
    return kept;
}

static int64_t id_of(const struct vv_row *row)
{
    return vv_row_get_int(row, row->table->key[0], 0);
}

/* `before` or `after` is null for a row that was not there, or is no more. */
static vv_status tell(const struct vv_table_change *change, const struct vv_row *before,
                      const struct vv_row *after, vv_error *err)
{
    const struct vv_row *row = after ? after : before;
    const char *done = !before ? "created" : !after ? "deleted" : "changed";
    const bool both = before && after;
    struct vv_buf event = {0};
    struct vv_journal_entry entry = {.category = vv_table_access(row->table).category,
                                     .origin = change->origin,
                                     .before = describe(before, both ? after : NULL),
                                     .after = describe(after, both ? before : NULL)};

    vv_buf_format(&event, "%s ", row->table->name);
    vv_table_key_write(row, &event);
    vv_buf_format(&event, " %s", done);
    if (event.failed || (before && !entry.before) || (after && !entry.after)) {
        vv_buf_deinit(&event);
        return no_memory(row, err);
    }
    entry.event = (const char *)event.data;
    if (vv_journal_kind_of(row->table->name, &entry.kind))
        entry.id = id_of(row);
    vv_status status = vv_journal_write(change->tx, &entry, err);
    vv_buf_deinit(&event);
    return status;
}

/* ---- rows ---- */

/* The row as it stands; its texts in the arena of `row`. */
static vv_status read_now(const struct vv_table_change *change, const struct vv_row *row,
                          struct vv_row *now, vv_error *err)
{
    vv_status status = vv_row_init(now, row->table, row->arena, err);

    if (status)
        return status;
    now->number = row->number;
    for (size_t i = 0; i < row->table->column_count; i++)
        if (vv_table_is_key(row->table, (int)i))
            now->values[i] = row->values[i];
    return vv_ledger_get(change->tx, now, err);
}

static bool has_key(const struct vv_row *row)
{
    for (int i = 0; i < vv_table_key_count(row->table); i++)
        if (vv_row_is_null(row, row->table->key[i]))
            return false;
    return true;
}

static vv_status create(const struct vv_table_change *change, struct vv_row *row, vv_error *err)
{
    struct vv_row now;
    vv_status status = vv_ledger_insert(change->tx, row, err);

    if (!status)
        status = read_now(change, row, &now, err);
    return status ? status : tell(change, NULL, &now, err);
}

static vv_status change_row(const struct vv_table_change *change, const struct vv_row *row,
                            const struct vv_row *before, struct vv_row *now, bool *changed,
                            vv_error *err)
{
    vv_status status = vv_ledger_update(change->tx, row, err);

    if (!status)
        status = read_now(change, row, now, err);
    *changed = false;
    for (size_t i = 0; !status && i < row->table->column_count; i++)
        *changed |= !vv_value_same(&before->values[i], &now->values[i]);
    if (!status && *changed && change->rename)
        status = vv_tag_rename_object(change->rename, change->tx, before, now, err);
    return status || !*changed ? status : tell(change, before, now, err);
}

static vv_status put(const struct vv_table_change *change, struct vv_row *row, bool upsert,
                     struct vv_table_counts *counts, vv_error *err)
{
    struct vv_row before, now;
    bool changed;
    vv_status status =
        upsert && has_key(row) ? read_now(change, row, &before, err) : VARVE_NOT_FOUND;

    if (status == VARVE_NOT_FOUND) {
        counts->created++;
        return create(change, row, err);
    }
    if (!status)
        status = change_row(change, row, &before, &now, &changed, err);
    if (!status)
        ++*(changed ? &counts->changed : &counts->same);
    return status;
}

vv_status vv_table_create(const struct vv_table_change *change, struct vv_table_rows *rows,
                          bool upsert, struct vv_table_counts *counts, vv_error *err)
{
    struct vv_row *ordered;
    vv_status status = vv_table_rows_order(rows, &ordered, err);

    *counts = (struct vv_table_counts){0};
    for (size_t i = 0; i < rows->count && !status; i++) {
        status = put(change, &ordered[i], upsert, counts, err);
        counts->bad_row = status ? ordered[i].number : 0;
    }
    return status;
}

vv_status vv_table_update(const struct vv_table_change *change, const struct vv_row *row,
                          struct vv_row *now, vv_error *err)
{
    struct vv_row before;
    bool changed;
    vv_status status = read_now(change, row, &before, err);

    if (!status)
        status = check_mark(change, &before, err);
    return status ? status : change_row(change, row, &before, now, &changed, err);
}

/* The column that is the whole key of `table` and refers to a row of `to`: its rows are parts of
 * those, one each (a point's options, its newest value). Null for other tables. */
static const struct vv_column *part_key(const struct vv_table *table, const struct vv_table *to)
{
    if (table->kind != VV_TABLE_LEDGER || vv_table_key_count(table) != 1)
        return NULL;
    const int key = vv_table_column(table, table->key[0], strlen(table->key[0]), 0);
    const struct vv_column *column = &table->columns[key];
    const bool part = column->reference == VV_REFERENCE_KEY &&
                      strcmp(column->to_table, to->name) == 0 &&
                      strcmp(column->to_column, to->key[0]) == 0;
    return part ? column : NULL;
}

static vv_status delete_parts(const struct vv_table_change *change, const struct vv_row *row,
                              vv_error *err)
{
    vv_status status = VARVE_OK;

    for (size_t i = 0; i < vv_catalog_count() && !status; i++) {
        const struct vv_table *table = vv_catalog_table(i);
        const struct vv_column *key = part_key(table, row->table);
        struct vv_row part, before;
        if (!key)
            continue;
        status = vv_row_init(&part, table, row->arena, err);
        if (!status)
            status = vv_row_lend(&part, (int)(key - table->columns),
                                 vv_row_get(row, row->table->key[0]), err);
        if (!status)
            status = read_now(change, &part, &before, err);
        if (!status)
            status = vv_ledger_delete(change->tx, &part, err);
        if (!status)
            status = tell(change, &before, NULL, err);
        if (status == VARVE_NOT_FOUND)
            status = VARVE_OK;
    }
    return status;
}

vv_status vv_table_delete(const struct vv_table_change *change, const struct vv_row *row,
                          vv_error *err)
{
    struct vv_row before;
    vv_status status = read_now(change, row, &before, err);

    if (!status)
        status = check_mark(change, &before, err);
    if (!status && change->parts)
        status = delete_parts(change, row, err);
    if (!status)
        status = vv_ledger_delete(change->tx, row, err);
    return status ? status : tell(change, &before, NULL, err);
}
