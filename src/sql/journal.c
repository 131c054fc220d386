#include "sql/journal.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/utf8.h"
#include "catalog/row.h"
#include "sql/ledger.h"

#include "base/banned.h"

#define ID_MOST  0x0FFFFFFF
#define KIND_BIT 28

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

/* The first `most` characters (0: all) of a text, each on its line. Null without memory. */
static char *clean(struct vv_arena *arena, const char *text, uint32_t most)
{
    size_t len = strlen(text), end = 0;

    for (uint32_t count = 0; end < len && (most == 0 || count < most); count++) {
        size_t step = vv_utf8_char(text + end, len - end);
        end += step > 0 ? step : 1;
    }
    char *copy = vv_arena_text(arena, text, end);
    for (size_t i = 0; copy && i < end;) {
        size_t step = vv_utf8_char(copy + i, end - i);
        if (step == 0)
            copy[i] = '?';
        else if (is_control((unsigned char)copy[i]))
            copy[i] = ' ';
        i += step > 0 ? step : 1;
    }
    return copy;
}

static vv_status set_text(struct vv_row *row, const char *column, const char *text, vv_error *err)
{
    const struct vv_table *table = row->table;
    const int index = vv_table_column(table, column, strlen(column), 0);

    if (!text)
        return VARVE_OK;
    struct vv_value value = vv_value_text(clean(row->arena, text, table->columns[index].width));
    if (value.kind == VV_VALUE_NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for an entry of the journal");
    return vv_row_lend(row, index, &value, err);
}

static vv_status fill(struct vv_row *row, const struct vv_journal_entry *entry, vv_error *err)
{
    const int64_t time_ms = entry->time_ms ? entry->time_ms : vv_now_ms();
    const struct {
        const char *column;
        int64_t value;
    } numbers[] = {{"UserId", entry->user_id},
                   {"Category", entry->category},
                   {"Tm", vv_floor_div(time_ms, VV_SECOND_MS)},
                   {"Prior", entry->priority}};
    const struct {
        const char *column, *value;
    } texts[] = {{"Event", entry->event},
                 {"Origin", entry->origin},
                 {"Before", entry->before},
                 {"After", entry->after}};
    vv_status status = VARVE_OK;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && !status; i++)
        status = vv_row_set_int(row, numbers[i].column, numbers[i].value, err);
    if (!status && entry->id > 0 && entry->id <= ID_MOST)
        status = vv_row_set_int(row, "RefId", (int64_t)entry->kind << KIND_BIT | entry->id, err);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !status; i++)
        status = set_text(row, texts[i].column, texts[i].value, err);
    return status;
}

vv_status vv_journal_write(struct vv_ledger_tx *tx, const struct vv_journal_entry *entry,
                           vv_error *err)
{
    struct vv_arena arena;
    struct vv_row row;

    vv_arena_init(&arena, 0, NULL);
    vv_status status = vv_row_init(&row, vv_catalog_find("TB_Log"), &arena, err);
    if (!status)
        status = fill(&row, entry, err);
    if (!status)
        status = vv_ledger_insert(tx, &row, err);
    vv_arena_deinit(&arena);
    if (status)
        vv_error_prefix(err, "the journal cannot be written");
    return status;
}

bool vv_journal_kind_of(const char *table, enum vv_journal_kind *kind)
{
    static const char *const tables[] = {[VV_JOURNAL_OBJECT] = "TB_Objects",
                                         [VV_JOURNAL_DEVICE] = "TB_Devices",
                                         [VV_JOURNAL_CONNECTION] = "TB_Connections",
                                         [VV_JOURNAL_MODEM] = "TB_Modems",
                                         [VV_JOURNAL_REACTION] = "TB_Reactions",
                                         [VV_JOURNAL_REPORT] = "TB_Reports",
                                         [VV_JOURNAL_JOB] = "TB_Sheduler"};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (strcmp(tables[i], table) == 0) {
            *kind = (enum vv_journal_kind)i;
            return true;
        }
    }
    return false;
}
