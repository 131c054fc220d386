/* strata_map.c: the table of the documented strata. A stratum more is a row here, and, where its
 * key has a form of its own, two functions in strata_forms.c. */
#include "history/strata_map.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "history/strata.h"

#include "base/banned.h"

#define TREND(name, are_samples)                                                                   \
    {                                                                                              \
        .table = (name), .form = &vv_form_trend, .unit = VARVE_SECONDS, .home = VV_HOME_POINT,     \
        .goodness = VARVE_GOOD_FLAGS, .good_column = "Flag", .computed = {"ObjId", "DT"},          \
        .check = vv_strata_check_trend, .samples = (are_samples)                                   \
    }
#define FRAMES(name)                                                                               \
    {                                                                                              \
        .table = (name), .form = &vv_form_frame, .unit = VARVE_SECONDS, .home = VV_HOME_FIRST,     \
        .computed = {                                                                              \
            "VsPrimaryKey",                                                                        \
            "tool_id",                                                                             \
            "time_order",                                                                          \
            "claim_time"                                                                           \
        }                                                                                          \
    }
#define EVENTS(name)                                                                               \
    {                                                                                              \
        .table = (name), .form = &vv_form_event, .unit = VARVE_MILLISECONDS,                       \
        .home = VV_HOME_FIRST, .computed = {                                                       \
            "VsPrimaryKey",                                                                        \
            "tool_id",                                                                             \
            "code_name",                                                                           \
            "claim_time"                                                                           \
        }                                                                                          \
    }

static const struct vv_strata_map maps[] = {
    TREND("Trend", true),
    TREND("Trend0", false),
    TREND("Trend2", false),
    FRAMES("dcop_collect_bt"),
    FRAMES("dcop_collect_bth"),
    FRAMES("dcop_collect_ct"),
    FRAMES("dcop_collect_cth"),
    EVENTS("dcop_event_bt"),
    EVENTS("dcop_event_bth"),
    {.table = "ScadaTagPreProcessed",
     .form = &vv_form_window,
     .unit = VARVE_MILLISECONDS,
     .home = VV_HOME_PROVIDER,
     .goodness = VARVE_GOOD_OPC,
     .good_column = "Quality",
     .computed = {"TagId", "Category", "Timestamp"},
     .by_month = true},
};

#define MAPS (sizeof maps / sizeof maps[0])

static struct vv_stratum_columns expanded[MAPS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static enum varve_type native_type(enum vv_column_type type)
{
    switch (type) {
    case VV_COLUMN_DOUBLE:
        return VARVE_DOUBLE;
    case VV_COLUMN_BOOL:
        return VARVE_BOOL;
    case VV_COLUMN_TEXT:
    case VV_COLUMN_BLOB:
        return VARVE_TEXT;
    default:
        return VARVE_INT64;
    }
}

static bool is_computed(const struct vv_strata_map *map, const char *column)
{
    for (size_t i = 0; i < VV_STRATA_COMPUTED && map->computed[i] != NULL; i++)
        if (strcmp(map->computed[i], column) == 0)
            return true;
    return false;
}

static void expand(void)
{
    for (size_t m = 0; m < MAPS; m++) {
        struct vv_stratum_columns *to = &expanded[m];

        to->map = &maps[m];
        to->table = vv_catalog_find(maps[m].table);
        for (size_t c = 0; c < to->table->column_count; c++) {
            const struct vv_column *column = &to->table->columns[c];

            if (is_computed(&maps[m], column->name))
                continue;
            if (maps[m].good_column != NULL && strcmp(maps[m].good_column, column->name) == 0)
                to->good_column = to->count;
            to->places[to->count] = (uint16_t)c;
            to->columns[to->count++] =
                (struct varve_column){column->name, native_type(column->type)};
        }
    }
}

const struct vv_strata_map *vv_strata_map_at(size_t index)
{
    return index < MAPS ? &maps[index] : NULL;
}

static const struct vv_stratum_columns *find(const char *table)
{
    pthread_once(&once, expand);
    for (size_t i = 0; i < MAPS; i++)
        if (strcmp(maps[i].table, table) == 0)
            return &expanded[i];
    return NULL;
}

/* "ScadaTagPreProcessed_1_10_202411": a stratum for each length of windows. */
static vv_status parse_window(const char *table, struct vv_strata_name *name, vv_error *err)
{
    struct vv_partition_table parsed;

    if (!vv_partition_table_parse(table, &parsed))
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "\"%.80s\" stands for a table of each month: write to "
                       "ScadaTagPreProcessed_{ProviderId}_{window minutes}_{yyyyMM}",
                       table);
    name->provider_id = parsed.provider_id;
    name->partition = parsed.partition;
    snprintf(name->stratum, sizeof name->stratum, VV_STRATA_WINDOW "%" PRId64, parsed.window_min);
    return VARVE_OK;
}

static vv_status unknown(const char *table, vv_error *err)
{
    const struct vv_table *described = vv_catalog_find(table);
    char known[300] = "";
    size_t len = 0;

    if (described != NULL && described->kind == VV_TABLE_LEDGER)
        return vv_fail(err, VARVE_UNSUPPORTED, "\"%.80s\" is a table of the ledger, no stratum",
                       table);
    if (described != NULL)
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "\"%.80s\" holds the samples of tags: write them as samples", table);
    for (size_t i = 0; i < MAPS; i++)
        len += (size_t)snprintf(known + len, sizeof known - len, "%s%s", i > 0 ? ", " : "",
                                maps[i].table);
    return vv_fail(err, VARVE_NOT_FOUND, "there is no stratum \"%.80s\"; there are: %s", table,
                   known);
}

vv_status vv_strata_parse(const char *table, struct vv_strata_name *name, vv_error *err)
{
    const struct vv_table *described = vv_catalog_find(table);
    vv_status st = VARVE_OK;

    *name = (struct vv_strata_name){.columns = find(described != NULL ? described->name : table)};
    if (name->columns == NULL)
        return unknown(table, err);
    if (name->columns->map->home == VV_HOME_PROVIDER)
        st = parse_window(table, name, err);
    else
        snprintf(name->stratum, sizeof name->stratum, "%s", table);
    return st;
}

vv_status vv_strata_table(const char *name, const struct vv_table **table, vv_error *err)
{
    struct vv_strata_name parsed;
    vv_status st = vv_strata_parse(name, &parsed, err);

    *table = st == VARVE_OK ? parsed.columns->table : NULL;
    return st;
}
