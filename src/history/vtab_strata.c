/* vtab_strata.c: the documented strata that are no tag history, as SQL tables: trends, frames,
 * cycles, events. Their keys are those of strata_map.h. */
#include <string.h>

#include "history/history_private.h"
#include "history/strata_home.h"
#include "history/strata_map.h"
#include "history/vtab_source.h"

#include "base/banned.h"

/* ---- what a row's key says ---- */

/* The native key of a row, whole. */
static bool key_of(const struct vv_source_row *row, struct vv_strata_key *key)
{
    const void *text;
    uint32_t stratum;

    if (varve_series_key(vv_history_native(row->series->history), row->series->series, &stratum,
                         &text, &key->series_len, NULL) != VARVE_OK ||
        key->series_len >= sizeof key->series)
        return false;
    memcpy(key->series, text, key->series_len);
    key->series[key->series_len] = '\0';
    key->time = row->time;
    key->sub = row->sub;
    return true;
}

static void give_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void compute_frame(sqlite3_context *context, const struct vv_source_row *row,
                          const struct vv_column *column)
{
    struct vv_strata_key key;
    char text[VV_PRIMARY_KEY_BYTES];

    if (strcmp(column->name, "time_order") == 0) {
        vv_time_order_format(row->series->history->set->zone, row->time, text);
        give_text(context, text);
    } else if (key_of(row, &key)) {
        vv_frame_key_format(&key, text);
        give_text(context, text);
    }
}

static void compute_event(sqlite3_context *context, const struct vv_source_row *row,
                          const struct vv_column *column)
{
    struct vv_strata_key key;
    char text[VV_PRIMARY_KEY_BYTES];

    if (!key_of(row, &key))
        return;
    if (strcmp(column->name, "code_name") == 0) {
        const char *code = memchr(key.series, VV_STRATA_SEPARATOR, key.series_len);

        give_text(context, code != NULL ? code + 1 : "");
    } else {
        vv_event_key_format(&key, text);
        give_text(context, text);
    }
}

static void to_place(const struct vv_strata_key *key, struct vv_source_place *place)
{
    memcpy(place->key, key->series, key->series_len);
    place->key_len = key->series_len;
    place->time = key->time;
}

static bool find_frame(const char *text, size_t len_bytes, struct vv_source_place *place)
{
    struct vv_strata_key key;

    if (!vv_frame_key_parse(text, len_bytes, &key))
        return false;
    to_place(&key, place);
    return true;
}

static bool find_event(const char *text, size_t len_bytes, struct vv_source_place *place)
{
    struct vv_strata_key key;

    if (!vv_event_key_parse(text, len_bytes, &key))
        return false;
    to_place(&key, place);
    return true;
}

/* ---- where rows stand ---- */

static bool shows_first(struct vv_history_set *set, const struct vv_history *history)
{
    return vv_strata_home_shows(VV_HOME_FIRST, set, history);
}

static bool shows_points(struct vv_history_set *set, const struct vv_history *history)
{
    return vv_strata_home_shows(VV_HOME_POINT, set, history);
}

/* Paths of points, by the numbers of tags: a tag that is no point stands under 0, which no point
 * has. */
static bool name_at(struct vv_history_set *set, uint32_t index, struct vv_source_name *name)
{
    const struct vv_tag *tag = vv_tag_at(set, index);

    if (tag == NULL)
        return false;
    *name = (struct vv_source_name){tag->object_id, tag->name, tag->name_len};
    return true;
}

/* ---- the tables ---- */

static const char *const frame_columns[] = {"VsPrimaryKey", "time_order", NULL};
static const char *const event_columns[] = {"VsPrimaryKey", "code_name", NULL};

#define TREND(name)                                                                                \
    {                                                                                              \
        .table = (name), .strata = {(name)}, .key_column = "ObjId", .time_column = "DT",           \
        .key_once = true, .shows = shows_points, .name_column = "TagName", .name_at = name_at      \
    }
#define FRAMES(name)                                                                               \
    {                                                                                              \
        .table = (name), .strata = {(name)}, .key_column = "tool_id", .time_column = "claim_time", \
        .key_once = true, .several_at_once = true, .shows = shows_first,                           \
        .computed = frame_columns, .compute = compute_frame, .whole_column = "VsPrimaryKey",       \
        .whole = find_frame                                                                        \
    }
#define EVENTS(name)                                                                               \
    {                                                                                              \
        .table = (name), .strata = {(name)}, .key_column = "tool_id", .time_column = "claim_time", \
        .separator = VV_STRATA_SEPARATOR, .several_at_once = true, .shows = shows_first,           \
        .computed = event_columns, .compute = compute_event, .whole_column = "VsPrimaryKey",       \
        .whole = find_event                                                                        \
    }

const struct vv_table_source vv_source_strata[] = {
    TREND("Trend"),
    TREND("Trend0"),
    TREND("Trend2"),
    FRAMES("dcop_collect_bt"),
    FRAMES("dcop_collect_bth"),
    FRAMES("dcop_collect_ct"),
    FRAMES("dcop_collect_cth"),
    EVENTS("dcop_event_bt"),
    EVENTS("dcop_event_bth"),
    {.table = NULL},
};
