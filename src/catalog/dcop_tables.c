/* dcop_tables.c: frames of equipment data (every parameter of a tool, once a second), cycles,
 * events, and what tells their columns apart. */
#include "catalog/tables_private.h"

#include "base/banned.h"

static const struct vv_choice results[] = {{"unknown", 0}, {"good", 1}, {"bad", 2}, {NULL, 0}};

static const struct vv_choice event_kinds[] = {
    {"job or information", 0}, {"relay", 1}, {"error", 2}, {"event", 3}, {"SPC", 6},
    {"system error", 9},       {NULL, 0}};

static const struct vv_choice event_edges[] = {{"end", 0}, {"start", 1}, {NULL, 0}};

static const struct vv_choice cycle_aggregates[] = {{"last", 0},  {"avg", 1},   {"min", 2},
                                                    {"max", 3},   {"first", 4}, {"sum", 5},
                                                    {"range", 6}, {NULL, 0}};

static const struct vv_choice cycle_rules[] = {
    {"counter", 0}, {"falling", 1}, {"event", 2}, {"step", 3}, {NULL, 0}};

#define FRAME_COLUMNS                                                                              \
    {"VsPrimaryKey", VV_COLUMN_TEXT, 60, VV_GIVEN,                                                 \
     .doc = "{tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC"},         \
        {"tool_id", VV_COLUMN_TEXT, 12, VV_GIVEN, .doc = "the tool"},                              \
        {"time_order", VV_COLUMN_TEXT, 19, .doc = "plant time as yyyy/MM/dd HH:mm:ss"},            \
        {"claim_time", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "the second that the row is of, UTC"},  \
        {"rec_time", VV_COLUMN_TIME, .doc = "when it was stored"},                                 \
        {"node_id", VV_COLUMN_TEXT, 16, .doc = "node that collected it"},                          \
        {"n%02u", VV_COLUMN_DOUBLE, .repeat_first = 1, .repeat_last = 360,                         \
         .doc = "number; dcop_conf_bt tells which"},                                               \
    {                                                                                              \
        "s%02u", VV_COLUMN_TEXT, 64, .repeat_first = 1, .repeat_last = 10,                         \
                                     .doc = "text; dcop_conf_bt tells which"                       \
    }

#define CYCLE_COLUMNS                                                                              \
    {"cycle_no", VV_COLUMN_BIGINT, .doc = "number of the cycle; advances with the counter"},       \
        {"start_time", VV_COLUMN_TIME, .doc = "start of the cycle"},                               \
        {"end_time", VV_COLUMN_TIME, .doc = "end of the cycle"},                                   \
        {"sample_count", VV_COLUMN_INT, .doc = "rows of the cycle"},                               \
        {"recipe", VV_COLUMN_TEXT, 64, .doc = "recipe that ran"},                                  \
        {"lot", VV_COLUMN_TEXT, 64, .doc = "lot"},                                                 \
    {                                                                                              \
        "result", VV_COLUMN_INT, .preset = "0", .choices = results, .doc = "how it ended"          \
    }

static const struct vv_column collect_columns[] = {FRAME_COLUMNS};

static const struct vv_column cycle_columns[] = {FRAME_COLUMNS, CYCLE_COLUMNS};

static const struct vv_column cycle_history_columns[] = {
    FRAME_COLUMNS, CYCLE_COLUMNS, {"archived_at", VV_COLUMN_TIME, .doc = "when it was moved here"}};

static const struct vv_column taken_columns[] = {
    {"VsPrimaryKey", VV_COLUMN_TEXT, 60, VV_GIVEN, .doc = "key of the row that is taken up"},
    {"tool_id", VV_COLUMN_TEXT, 12, VV_GIVEN, .doc = "the tool"},
    {"task", VV_COLUMN_TEXT, 16, VV_GIVEN, .doc = "the summary or move that took it"},
    {"taken_at", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when"},
};

static const struct vv_column event_columns[] = {
    {"VsPrimaryKey", VV_COLUMN_TEXT, 60, VV_GIVEN,
     .doc = "{tool_id}_{yyyyMMddHHmmssSSS}_{code}_{n}_{SS or RE}; UTC"},
    {"tool_id", VV_COLUMN_TEXT, 12, VV_GIVEN, .doc = "the tool"},
    {"kind", VV_COLUMN_INT, 0, VV_GIVEN, .choices = event_kinds, .doc = "what it is"},
    {"code_name", VV_COLUMN_TEXT, 12, VV_GIVEN,
     .doc = "code; dcop_event_code_bt tells its meaning"},
    {"code_desc", VV_COLUMN_TEXT, 64, .doc = "description"},
    {"idxfield", VV_COLUMN_INT, .preset = "0", .doc = "number of the column concerned; 0 none"},
    {"event_cate", VV_COLUMN_INT, .choices = event_edges, .doc = "start or end"},
    {"field_value", VV_COLUMN_DOUBLE, .doc = "number that came with it"},
    {"field_data", VV_COLUMN_TEXT, 128, .doc = "text that came with it"},
    {"claim_time", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it occurred, UTC"},
    {"rec_time", VV_COLUMN_TIME, .doc = "when it was stored"},
    {"node_id", VV_COLUMN_TEXT, 16, .doc = "node that collected it"},
};

static const struct vv_column event_code_columns[] = {
    {"ws_type", VV_COLUMN_TEXT, 32, VV_GIVEN, .doc = "type of tool"},
    {"code_name", VV_COLUMN_TEXT, 12, VV_GIVEN, .doc = "the code"},
    {"kind", VV_COLUMN_INT, .choices = event_kinds, .doc = "what it is"},
    {"category", VV_COLUMN_TEXT, 32, .doc = "group of codes"},
    {"desc_en", VV_COLUMN_TEXT, 128, .doc = "description in English"},
    {"desc_de", VV_COLUMN_TEXT, 128, .doc = "description in German"},
    {"desc_ru", VV_COLUMN_TEXT, 128, .doc = "description in Russian"},
    {"desc_zh", VV_COLUMN_TEXT, 128, .doc = "description in Chinese"},
    {"severity", VV_COLUMN_INT, .least = 0, .most = 9, .preset = "0",
     .doc = "from 0, harmless, to 9"},
};

static const struct vv_column conf_columns[] = {
    {"tool_id", VV_COLUMN_TEXT, 32, VV_GIVEN, .doc = "a tool, or a type of tools"},
    {"column_name", VV_COLUMN_TEXT, 8, VV_GIVEN, .doc = "n01 to n360, s01 to s10"},
    {"valid_from", VV_COLUMN_TIME, 0, VV_GIVEN,
     .doc = "from when on the row holds; a change makes a new one"},
    {"name", VV_COLUMN_TEXT, 64, VV_GIVEN, .doc = "name of the value"},
    {"source", VV_COLUMN_TEXT, 64, .doc = "register or address"},
    {"unit", VV_COLUMN_TEXT, 16, .doc = "unit of measure"},
    {"scale", VV_COLUMN_DOUBLE, .preset = "1", .doc = "value = raw \xC2\xB7 scale + offset"},
    {"offset", VV_COLUMN_DOUBLE, .preset = "0", .doc = "see scale"},
    {"valid_min", VV_COLUMN_DOUBLE, .doc = "least valid value"},
    {"valid_max", VV_COLUMN_DOUBLE, .doc = "greatest valid value"},
    {"cycle_aggregate", VV_COLUMN_TEXT, 8, .preset = "last", .choices = cycle_aggregates,
     .doc = "what a cycle's row holds of it"},
    {"recipe", VV_COLUMN_TEXT, 64, .doc = "recipe that it applies to; null all"},
    {"active", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "1", .doc = "whether it is collected"},
};

static const struct vv_column param_tool_columns[] = {
    {"tool_id", VV_COLUMN_TEXT, 12, VV_GIVEN, .doc = "the tool"},
    {"ws_type", VV_COLUMN_TEXT, 32, .doc = "type of tool"},
    {"cate%u", VV_COLUMN_TEXT, 32, .repeat_first = 1, .repeat_last = 3, .doc = "category"},
    {"active%ua", VV_COLUMN_BOOL, .repeat_first = 1, .repeat_last = 16,
     .doc = "whether the slot is used"},
    {"value%ua", VV_COLUMN_TEXT, 64, .repeat_first = 1, .repeat_last = 16,
     .doc = "register of the slot"},
    {"value%ub", VV_COLUMN_TEXT, 8, .repeat_first = 1, .repeat_last = 16,
     .doc = "column of the slot"},
    {"value%uc", VV_COLUMN_TEXT, 64, .repeat_first = 1, .repeat_last = 16,
     .doc = "meaning of the slot: counter of the day, total, speed, on, tonnage"},
    {"rate%ua", VV_COLUMN_DOUBLE, .repeat_first = 1, .repeat_last = 16,
     .doc = "multiplier of the slot"},
    {"note1", VV_COLUMN_TEXT, 255, .doc = "remark"},
    {"rec_user", VV_COLUMN_TEXT, 32, .doc = "who changed it last"},
    {"rec_time", VV_COLUMN_TIME, .doc = "when it was changed last"},
    {"interval_ms", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "1000", .unit = "ms", .least = 1000,
     .most = 86400000, .doc = "collection interval, a multiple of 1000"},
    {"cycle_rule", VV_COLUMN_TEXT, 16, .choices = cycle_rules,
     .doc = "what ends a cycle; null none"},
    {"cycle_column", VV_COLUMN_TEXT, 8, .doc = "column that the rule looks at"},
    {"timeout_s", VV_COLUMN_INT, .unit = "s", .doc = "a cycle that lasts longer is closed"},
    {"keep_bt", VV_COLUMN_INT, .unit = "d",
     .doc = "days kept in dcop_collect_bt; 0 or null for ever"},
    {"keep_bth", VV_COLUMN_INT, .unit = "d",
     .doc = "days kept in dcop_collect_bth; 0 or null for ever"},
    {"keep_ct", VV_COLUMN_INT, .unit = "d",
     .doc = "days kept in dcop_collect_ct; 0 or null for ever"},
    {"keep_cth", VV_COLUMN_INT, .unit = "d",
     .doc = "days kept in dcop_collect_cth; 0 or null for ever"},
    {"keep_event", VV_COLUMN_INT, .unit = "d",
     .doc = "days kept in dcop_event_bt; 0 or null for ever"},
    {"keep_eventh", VV_COLUMN_INT, .unit = "d",
     .doc = "days kept in dcop_event_bth; 0 or null for ever"},
    {"conn_id", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Connections", .to_column = "ConnId", .doc = "connection to the tool"},
    {"enabled", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "1", .doc = "whether it is collected"},
};

static const struct vv_table tables[] = {
    {.name = "dcop_collect_bt",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "One row for each tool and production second.",
     VV_COLUMNS(collect_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
    {.name = "dcop_collect_bth",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "Older rows of dcop_collect_bt.",
     VV_COLUMNS(collect_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
    {.name = "dcop_collect_ct",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "One row for each production cycle.",
     VV_COLUMNS(cycle_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
    {.name = "dcop_collect_cth",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "Older rows of dcop_collect_ct.",
     VV_COLUMNS(cycle_history_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
    {.name = "dcop_collect_tt1",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_LEDGER,
     .doc = "Keys of rows taken up and not yet settled; empty when all is settled.",
     VV_COLUMNS(taken_columns),
     .key = {"VsPrimaryKey"}},
    {.name = "dcop_event_bt",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "Events of tools.",
     VV_COLUMNS(event_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
    {.name = "dcop_event_bth",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_STRATUM,
     .doc = "Older events of tools.",
     VV_COLUMNS(event_columns),
     .key = {"VsPrimaryKey"},
     .indexes = {{.columns = {"tool_id", "claim_time"}}}},
    {.name = "dcop_event_code_bt",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_LEDGER,
     .doc = "What the codes of events mean.",
     VV_COLUMNS(event_code_columns),
     .key = {"ws_type", "code_name"}},
    {.name = "dcop_conf_bt",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_LEDGER,
     .doc = "What the columns of frames mean, each from a time on.",
     VV_COLUMNS(conf_columns),
     .key = {"tool_id", "column_name", "valid_from"}},
    {.name = "dcop_param_tool_bt",
     .family = VV_FAMILY_DCOP,
     .kind = VV_TABLE_LEDGER,
     .doc = "Tools, and how they are collected.",
     VV_COLUMNS(param_tool_columns),
     .key = {"tool_id"}},
};

const struct vv_table_list vv_dcop_tables = {tables, VV_COUNT_OF(tables)};
