/* dcop_tables.c: frames of equipment data: every parameter of a tool, once a second. */
#include "catalog/tables_private.h"

#include "base/banned.h"

static const struct vv_column collect_columns[] = {
    {"VsPrimaryKey", VV_COLUMN_TEXT, 60, VV_GIVEN,
     .doc = "{tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC"},
    {"tool_id", VV_COLUMN_TEXT, 12, VV_GIVEN, .doc = "the tool"},
    {"time_order", VV_COLUMN_TEXT, 19, .doc = "plant time as yyyy/MM/dd HH:mm:ss"},
    {"claim_time", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "the second that the row is of, UTC"},
    {"rec_time", VV_COLUMN_TIME, .doc = "when it was stored"},
    {"node_id", VV_COLUMN_TEXT, 16, .doc = "node that collected it"},
    {"n%02u", VV_COLUMN_DOUBLE, .repeat_first = 1, .repeat_last = 360,
     .doc = "number; dcop_conf_bt tells which"},
    {"s%02u", VV_COLUMN_TEXT, 64, .repeat_first = 1, .repeat_last = 10,
     .doc = "text; dcop_conf_bt tells which"},
};

static const struct vv_table tables[] = {
    {.name = "dcop_collect_bt",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "One row for each tool and production second.",
     VV_COLUMNS(collect_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
};

const struct vv_table_list vv_dcop_tables = {tables, VV_COUNT_OF(tables)};
