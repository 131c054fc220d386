#include "plain.h"

#include <stdlib.h>
#include <string.h>

static void *grown(void *items, size_t count, size_t *room, size_t item_bytes)
{
    if (count < *room)
        return items;
    *room = *room ? *room * 2 : 64;
    items = realloc(items, *room * item_bytes);
    if (!items)
        abort();
    return items;
}

void plain_init(struct plain *plain)
{
    *plain = (struct plain){0};
    for (uint32_t s = 0; s < PLAIN_STRATA; s++)
        plain->strata[s].pruned = INT64_MIN;
}

void plain_deinit(struct plain *plain)
{
    for (uint32_t s = 0; s < plain->series_count; s++)
        free(plain->series[s].entries);
    free(plain->series);
    free(plain->noted);
}

uint32_t plain_add_series(struct plain *plain, uint32_t stratum, const void *key, size_t key_bytes)
{
    struct plain_series *series =
        realloc(plain->series, (plain->series_count + 1) * sizeof *plain->series);
    if (!series)
        abort();
    plain->series = series;
    series += plain->series_count;
    *series = (struct plain_series){.stratum = stratum, .id = PLAIN_NO_ID, .key_bytes = key_bytes};
    memcpy(series->key, key, key_bytes);
    return plain->series_count++;
}

/* ---- changes ---- */

static struct plain_entry *note(struct plain *plain, uint32_t series)
{
    plain->noted =
        grown(plain->noted, plain->noted_count, &plain->noted_room, sizeof *plain->noted);
    struct plain_noted *noted = &plain->noted[plain->noted_count++];
    *noted = (struct plain_noted){.series = series};
    return &noted->entry;
}

void plain_note_row(struct plain *plain, uint32_t series, int64_t time, uint32_t sub,
                    uint32_t columns, uint64_t seed)
{
    *note(plain, series) =
        (struct plain_entry){.time = time, .sub = sub, .columns = columns, .seed = seed};
}

void plain_note_deletion(struct plain *plain, uint32_t series, int64_t from, int64_t to)
{
    *note(plain, series) = (struct plain_entry){.time = from, .until = to, .deletion = true};
}

void plain_note_prune(struct plain *plain, uint32_t stratum, int64_t before)
{
    plain->noted_prune = true;
    plain->prune_stratum = stratum;
    plain->prune_before = before;
}

void plain_take(struct plain *plain, uint64_t sequence)
{
    for (size_t i = 0; i < plain->noted_count; i++) {
        struct plain_series *series = &plain->series[plain->noted[i].series];
        series->entries =
            grown(series->entries, series->count, &series->room, sizeof *series->entries);
        series->entries[series->count] = plain->noted[i].entry;
        series->entries[series->count++].sequence = sequence;
    }
    if (plain->noted_count > 0)
        plain->sequence = sequence;
    if (plain->noted_prune && plain->strata[plain->prune_stratum].pruned < plain->prune_before)
        plain->strata[plain->prune_stratum].pruned = plain->prune_before;
    plain_forget(plain);
}

void plain_forget(struct plain *plain)
{
    plain->noted_count = 0;
    plain->noted_prune = false;
}

void plain_rewind(struct plain *plain, uint64_t sequence)
{
    for (uint32_t s = 0; s < plain->series_count; s++) {
        struct plain_series *series = &plain->series[s];
        while (series->count > 0 && series->entries[series->count - 1].sequence > sequence)
            series->count--;
    }
    if (plain->sequence > sequence)
        plain->sequence = sequence;
}

/* ---- what shows ---- */

struct plain_moment plain_now(const struct plain *plain)
{
    struct plain_moment moment = {.sequence = plain->sequence};
    for (uint32_t s = 0; s < PLAIN_STRATA; s++) {
        moment.pruned[s] = plain->strata[s].pruned;
        moment.columns[s] = plain->strata[s].about.column_count;
    }
    return moment;
}

/* By key, and the later of equal keys behind. */
static int by_key(const void *a, const void *b)
{
    const struct plain_entry *const *x = a, *const *y = b;
    if ((*x)->time != (*y)->time)
        return (*x)->time < (*y)->time ? -1 : 1;
    if ((*x)->sub != (*y)->sub)
        return (*x)->sub < (*y)->sub ? -1 : 1;
    return *x < *y ? -1 : *x > *y; /* entries stand in order of their arrival */
}

/* Deletions that come behind the row take it. */
static bool deleted(const struct plain_entry *const *deletions, size_t count,
                    const struct plain_entry *row)
{
    for (size_t i = 0; i < count; i++)
        if (deletions[i] > row && deletions[i]->time <= row->time &&
            row->time < deletions[i]->until)
            return true;
    return false;
}

size_t plain_settle(const struct plain *plain, uint32_t index, const struct plain_moment *moment,
                    int64_t from, int64_t to, struct plain_row **rows)
{
    const struct plain_series *series = &plain->series[index];
    const struct plain_entry **order = malloc((series->count + 1) * sizeof *order);
    const struct plain_entry **deletions = malloc((series->count + 1) * sizeof *order);
    *rows = malloc((series->count + 1) * sizeof **rows);
    if (!order || !deletions || !*rows)
        abort();
    size_t found = 0, deletion_count = 0, count = 0;
    if (from < moment->pruned[series->stratum])
        from = moment->pruned[series->stratum];
    for (size_t i = 0; i < series->count; i++) {
        const struct plain_entry *e = &series->entries[i];
        if (e->sequence > moment->sequence)
            break;
        if (e->deletion)
            deletions[deletion_count++] = e;
        else if (e->time >= from && e->time < to)
            order[found++] = e;
    }
    qsort(order, found, sizeof *order, by_key);
    for (size_t i = 0; i < found; i++) {
        const struct plain_entry *e = order[i];
        bool replaced =
            i + 1 < found && order[i + 1]->time == e->time && order[i + 1]->sub == e->sub;
        /* A row that was replaced does not come back when its replacement is deleted: a deletion
         * behind that one is behind this one too. */
        if (!replaced && !deleted(deletions, deletion_count, e))
            (*rows)[count++] = (struct plain_row){e->time, e->sub, e->columns, e->seed};
    }
    free(order);
    free(deletions);
    return count;
}
