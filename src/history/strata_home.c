#include "history/strata_home.h"

#include <inttypes.h>
#include <stdlib.h>

#include "history/points.h"

#include "base/banned.h"

static bool is_native(const struct vv_history *history)
{
    return vv_history_native(history) != NULL;
}

static bool holds_points(const struct vv_history *history)
{
    return is_native(history) && history->layout->points_only;
}

static struct vv_history *first(struct vv_history_set *set,
                                bool (*wanted)(const struct vv_history *history))
{
    for (size_t i = 0; i < set->count; i++)
        if (wanted(&set->histories[i]))
            return &set->histories[i];
    return NULL;
}

static vv_status find_fixed(struct vv_strata_home_of *home, const struct vv_strata_name *name,
                            vv_error *err)
{
    struct vv_history_set *set = home->set;

    switch (name->columns->map->home) {
    case VV_HOME_FIRST:
        home->fixed = first(set, is_native);
        if (home->fixed == NULL)
            return vv_fail(err, VARVE_NOT_FOUND, "%s: no history is native; add {name: main}",
                           name->columns->table->name);
        break;
    case VV_HOME_POINT:
        home->fixed = first(set, holds_points);
        if (home->fixed == NULL)
            return vv_fail(
                err, VARVE_NOT_FOUND,
                "%s: no history is of layout trend; add {name: meters, layout: trend} to "
                "the histories",
                name->columns->table->name);
        break;
    case VV_HOME_PROVIDER:
        for (size_t i = 0; i < set->count; i++)
            if (set->histories[i].provider_id == name->provider_id)
                home->fixed = &set->histories[i];
        if (home->fixed == NULL || !is_native(home->fixed))
            return vv_fail(err, VARVE_NOT_FOUND,
                           "%s: no native history has the ProviderId %" PRId64,
                           name->columns->table->name, name->provider_id);
        break;
    }
    return VARVE_OK;
}

/* Where each point's rows go, needed where several histories hold points. */
static vv_status load_points(struct vv_strata_home_of *home, vv_error *err)
{
    struct vv_points *points = NULL;
    const struct vv_plant_point *all;
    size_t count;
    vv_status st = vv_points_load(home->set->ledger, &points, err);

    if (st != VARVE_OK)
        return st;
    home->points = vv_map_new();
    if (home->points == NULL)
        st = VARVE_NO_MEMORY;
    all = vv_points_all(points, &count);
    for (size_t i = 0; i < count && st == VARVE_OK; i++)
        for (size_t h = 0; h < home->set->count && st == VARVE_OK; h++)
            if (home->set->histories[h].provider_id == all[i].history_id &&
                holds_points(&home->set->histories[h]))
                st = vv_map_put(home->points, &all[i].object_id, sizeof all[i].object_id, h);
    vv_points_free(points);
    if (st != VARVE_OK)
        vv_fail(err, st, "not enough memory for the plant's points");
    return st;
}

/* Trends may stand in any history that holds points; all other tables stand in one. */
static vv_status name_history(struct vv_strata_home_of *home, const struct vv_strata_name *name,
                              const char *history, vv_error *err)
{
    struct vv_history *named;
    vv_status st = vv_history_find(home->set, history, &named, err);

    if (st != VARVE_OK || named == home->fixed)
        return st;
    if (name->columns->map->home != VV_HOME_POINT || !holds_points(named))
        return vv_fail(err, VARVE_UNSUPPORTED, "%s stands in history \"%.80s\", not in \"%.80s\"",
                       name->columns->table->name, home->fixed->name, history);
    home->fixed = named;
    return VARVE_OK;
}

vv_status vv_strata_home_init(struct vv_strata_home_of *home, struct vv_history_set *set,
                              const struct vv_strata_name *name, const char *history, vv_error *err)
{
    size_t holding = 0;
    vv_status st;

    *home = (struct vv_strata_home_of){.set = set};
    st = find_fixed(home, name, err);
    if (st == VARVE_OK && history != NULL && history[0] != '\0')
        return name_history(home, name, history, err);
    if (name->columns->map->home != VV_HOME_POINT)
        return st;
    for (size_t i = 0; i < set->count; i++)
        holding += holds_points(&set->histories[i]);
    if (st == VARVE_OK && holding > 1)
        st = load_points(home, err);
    if (st != VARVE_OK)
        vv_strata_home_deinit(home);
    return st;
}

void vv_strata_home_deinit(struct vv_strata_home_of *home)
{
    vv_map_free(home->points);
    home->points = NULL;
}

struct vv_history *vv_strata_home_get(const struct vv_strata_home_of *home,
                                      const struct vv_strata_key *key)
{
    int64_t object_id;
    uint64_t number;

    if (home->points == NULL)
        return home->fixed;
    object_id = strtoll(key->series, NULL, 10);
    if (!vv_map_get(home->points, &object_id, sizeof object_id, &number))
        return home->fixed;
    return &home->set->histories[number];
}

bool vv_strata_home_shows(enum vv_strata_home home, struct vv_history_set *set,
                          const struct vv_history *history)
{
    switch (home) {
    case VV_HOME_FIRST:
        return first(set, is_native) == history;
    case VV_HOME_POINT:
        return holds_points(history);
    case VV_HOME_PROVIDER:
        break;
    }
    return is_native(history);
}
