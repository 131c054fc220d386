/* twin.c: operations on the store and in the array, and their comparison. */
#include "model/twin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native/store_private.h"

#define BATCH_ROWS 40

static char context[256];

void twin_context(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(context, sizeof context, format, args);
    va_end(args);
}

void twin_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fprintf(stderr, "%s: ", context);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    abort();
}

void twin_init(struct twin *twin, const struct vv_io *io, const char *path, uint64_t seed)
{
    memset(twin, 0, sizeof *twin);
    twin->io = io;
    twin->path = path;
    twin->random = seed * 0x9e3779b97f4a7c15 + 1;
    twin->next_write = 1;
    twin->options = (struct varve_options){
        .no_background = true, .sync = VARVE_SYNC_ALWAYS, .reserve_bytes = 1, .block_rows = 16};
    for (int s = 0; s < TWIN_SERIES; s++)
        for (int slot = 0; slot < TWIN_SLOTS; slot++)
            for (int sub = 0; sub < TWIN_SUBS; sub++)
                twin->cells[s][slot][sub].possible_count = 1;
}

uint64_t twin_draw(struct twin *twin, uint64_t bound)
{
    twin->random ^= twin->random << 13;
    twin->random ^= twin->random >> 7;
    twin->random ^= twin->random << 17;
    return twin->random % bound;
}

vv_status twin_open(struct twin *twin, vv_error *err)
{
    vv_status status = vv_store_open(twin->path, &twin->options, twin->io, &twin->store, err);
    uint32_t strata[2];
    for (int i = 0; i < 2 && !status; i++)
        status = varve_stratum_define(twin->store, twin_stratum(i), &strata[i], err);
    for (int s = 0; s < TWIN_SERIES && !status; s++) {
        char key[8] = {'k', (char)('0' + s)};
        status =
            varve_series_define(twin->store, strata[s < 3 ? 0 : 1], key, 2, &twin->ids[s], err);
    }
    if (status && twin->store) {
        vv_store_abandon(twin->store);
        twin->store = NULL;
    }
    return status;
}

/* ---- the array ---- */

static void add_possible(struct twin_cell *cell, uint32_t id)
{
    for (int i = 0; i < cell->possible_count; i++)
        if (cell->possible[i] == id)
            return;
    if (cell->possible_count == TWIN_POSSIBLE)
        twin_fail("a cell has too many possible rows: sync more often");
    cell->possible[cell->possible_count++] = id;
}

static void add_failed(struct twin_cell *cell, uint32_t id)
{
    add_possible(cell, id);
    cell->failed[cell->failed_count++ % TWIN_POSSIBLE] = id;
    if (cell->failed_count > TWIN_POSSIBLE)
        twin_fail("a cell has too many failed rows");
}

/* A write (or deletion, id 0) of a cell was answered with `status`. */
static void note_cell(struct twin *twin, int series, int slot, struct twin_cell *cell, uint32_t id,
                      vv_status status)
{
    if (slot < twin->pruned[series < 3 ? 0 : 1])
        return;
    if (status) {
        add_failed(cell, id);
        return;
    }
    cell->now = id;
    cell->failed_count = 0;
    if (twin->options.sync == VARVE_SYNC_ALWAYS)
        cell->possible_count = 0;
    add_possible(cell, id);
    if (slot < twin->maybe_pruned[series < 3 ? 0 : 1])
        add_possible(cell, 0);
}

static void each_cell(struct twin *twin,
                      void (*each)(struct twin *twin, int series, int slot, struct twin_cell *cell))
{
    for (int s = 0; s < TWIN_SERIES; s++)
        for (int slot = 0; slot < TWIN_SLOTS; slot++)
            for (int sub = 0; sub < TWIN_SUBS; sub++)
                each(twin, s, slot, &twin->cells[s][slot][sub]);
}

/* All that was answered with OK is durable. */
static void sync_cell(struct twin *twin, int series, int slot, struct twin_cell *cell)
{
    cell->possible_count = 0;
    add_possible(cell, cell->now);
    for (int i = 0; i < cell->failed_count; i++)
        add_possible(cell, cell->failed[i]);
    if (slot < twin->maybe_pruned[series < 3 ? 0 : 1])
        add_possible(cell, 0);
}

static void prune_cell(struct twin *twin, int series, int slot, struct twin_cell *cell)
{
    int which = series < 3 ? 0 : 1;
    if (slot < twin->pruned[which])
        *cell = (struct twin_cell){.possible_count = 1};
    else if (slot < twin->maybe_pruned[which])
        add_possible(cell, 0);
}

/* ---- operations ---- */

static int draw_slot(struct twin *twin, int series)
{
    int draw = (int)twin_draw(twin, 100);
    if (draw < 60)
        twin->cursor[series] = (twin->cursor[series] + 1) % TWIN_SLOTS;
    else if (draw < 90)
        return (int)twin_draw(twin, TWIN_SLOTS);
    return twin->cursor[series];
}

struct planned {
    int series, slot, sub;
    uint32_t id;
};

static vv_status do_append(struct twin *twin, vv_error *err)
{
    struct planned planned[4 * BATCH_ROWS];
    size_t count = 0;
    varve_batch *batch = NULL;
    vv_status status = varve_batch_new(twin->store, &batch, err);
    for (uint64_t part = 1 + twin_draw(twin, 4); part > 0 && !status; part--) {
        int s = (int)twin_draw(twin, TWIN_SERIES);
        struct twin_row rows[BATCH_ROWS];
        uint32_t n = 1 + (uint32_t)twin_draw(twin, twin_draw(twin, 4) ? 6 : BATCH_ROWS);
        for (uint32_t i = 0; i < n; i++) {
            struct planned *p = &planned[count++];
            *p = (struct planned){s, draw_slot(twin, s),
                                  twin_draw(twin, 8) ? 0 : (int)twin_draw(twin, TWIN_SUBS),
                                  twin->next_write++};
            if (p->id < TWIN_PLACES)
                twin->places[p->id] = 1 + twin_cell_number(s, p->slot, p->sub);
            rows[i] = (struct twin_row){twin_time(s, p->slot), (uint32_t)p->sub, p->id};
        }
        status = twin_add(batch, twin, s, rows, n, err);
        if (status)
            count -= n;
    }
    bool tried = !status;
    if (tried)
        status = varve_append(twin->store, batch, NULL, err);
    /* Of equal keys in one batch the last counts: only it can be seen, whatever happens. */
    for (size_t i = 0; i < count && tried; i++) {
        bool last = true;
        for (size_t k = i + 1; k < count && last; k++)
            last = planned[k].series != planned[i].series || planned[k].slot != planned[i].slot ||
                   planned[k].sub != planned[i].sub;
        const struct planned *p = &planned[i];
        if (last)
            note_cell(twin, p->series, p->slot, &twin->cells[p->series][p->slot][p->sub], p->id,
                      status);
    }
    varve_batch_free(batch);
    return status;
}

static vv_status do_delete(struct twin *twin, vv_error *err)
{
    int s = (int)twin_draw(twin, TWIN_SERIES), from = (int)twin_draw(twin, TWIN_SLOTS);
    int to = from + 1 + (int)twin_draw(twin, 30);
    to = to < TWIN_SLOTS ? to : TWIN_SLOTS - 1;
    if (from >= to)
        return VARVE_OK;
    vv_status status =
        varve_delete(twin->store, twin->ids[s], twin_time(s, from), twin_time(s, to), NULL, err);
    for (int slot = from; slot < to; slot++)
        for (int sub = 0; sub < TWIN_SUBS; sub++)
            note_cell(twin, s, slot, &twin->cells[s][slot][sub], 0, status);
    return status;
}

static vv_status do_prune(struct twin *twin, vv_error *err)
{
    int which = (int)twin_draw(twin, 2), before = twin->pruned[which] + (int)twin_draw(twin, 3);
    if (before > TWIN_SLOTS / 2)
        return VARVE_OK;
    uint32_t id;
    vv_status status = varve_stratum_define(twin->store, twin_stratum(which), &id, err);
    if (!status)
        status = varve_prune(twin->store, id, twin_time(which * 3, before), err);
    if (!status)
        twin->pruned[which] = before;
    if (before > twin->maybe_pruned[which])
        twin->maybe_pruned[which] = before;
    each_cell(twin, prune_cell);
    return status;
}

vv_status twin_do(struct twin *twin, enum twin_operation operation)
{
    vv_error err = {0};
    vv_status status = VARVE_OK;
    bool merged = true;
    switch (operation) {
    case TWIN_APPEND:
        status = do_append(twin, &err);
        break;
    case TWIN_DELETE:
        status = do_delete(twin, &err);
        break;
    case TWIN_PRUNE:
        status = do_prune(twin, &err);
        break;
    case TWIN_FLUSH:
        status = varve_flush(twin->store, &err);
        if (!status)
            each_cell(twin, sync_cell);
        break;
    case TWIN_MERGE:
        status = varve_merge(twin->store, &merged, &err);
        break;
    case TWIN_SYNC:
        status = varve_sync(twin->store, &err);
        if (!status)
            each_cell(twin, sync_cell);
        break;
    case TWIN_OPERATIONS:
        break;
    }
    twin->operations++;
    twin->failures += status != VARVE_OK;
    return status;
}

void twin_step(struct twin *twin)
{
    static const int weights[TWIN_OPERATIONS] = {70, 6, 2, 9, 8, 5};
    int draw = (int)twin_draw(twin, 100), operation = 0;
    while (draw >= weights[operation])
        draw -= weights[operation++];
    (void)twin_do(twin, (enum twin_operation)operation);
}
