/* vtab_window.c: the tables of pre-processed windows, ScadaTagPreProcessed_{ProviderId}_{minutes}_
 * {yyyyMM}: one source for each length of windows that a history has a stratum of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history/strata_map.h"
#include "history/vtab_private.h"

#include "base/banned.h"

static void partition_name(const struct vv_table_source *source, const struct vv_history *history,
                           const struct vv_partition *partition, char *to)
{
    const struct vv_partition_table table = {.provider_id = vv_history_provider_id(history),
                                             .window_min = source->window_min,
                                             .partition = *partition};

    vv_partition_table_format(&table, to);
}

static bool is_known(const struct vv_sqltables *tables, const char *stratum)
{
    for (size_t i = 0; i < tables->window_count; i++)
        if (strcmp(tables->windows[i].stratum, stratum) == 0)
            return true;
    return false;
}

static vv_status add(struct vv_sqltables *tables, const char *stratum, vv_error *err)
{
    struct vv_vtab_window *w = &tables->windows[tables->window_count];
    vv_status st;

    if (tables->window_count == VV_VTAB_WINDOWS || strlen(stratum) >= sizeof w->stratum)
        return VARVE_OK; /* more lengths than are shown */
    snprintf(w->stratum, sizeof w->stratum, "%s", stratum);
    w->source = (struct vv_table_source){
        .table = "ScadaTagPreProcessed",
        .strata = {w->stratum},
        .key_column = "TagId",
        .time_column = "Timestamp",
        .sub_column = "Category",
        .key_once = true,
        .key_across = true,
        .name_column = "TagName",
        .name_at = vv_source_tag_name,
        .partition_name = partition_name,
        .window_min = strtoll(stratum + strlen(VV_STRATA_WINDOW), NULL, 10),
    };
    st = vv_vtab_shape_init(&tables->shapes[tables->shape_count], &w->source, err);
    if (st == VARVE_OK) {
        tables->window_count++;
        tables->shape_count++;
    } else {
        vv_vtab_shape_deinit(&tables->shapes[tables->shape_count]);
    }
    return st;
}

vv_status vv_vtab_windows_find(struct vv_sqltables *tables, vv_error *err)
{
    vv_status st = VARVE_OK;

    for (size_t i = 0; i < vv_history_count(tables->set); i++) {
        varve *store = vv_history_native(vv_history_at(tables->set, i));
        const struct varve_stratum *stratum;

        for (uint32_t id = 0; store != NULL && st == VARVE_OK &&
                              varve_stratum_get(store, id, &stratum, NULL) == VARVE_OK;
             id++)
            if (strncmp(stratum->name, VV_STRATA_WINDOW, strlen(VV_STRATA_WINDOW)) == 0 &&
                !is_known(tables, stratum->name))
                st = add(tables, stratum->name, err);
    }
    return st;
}
