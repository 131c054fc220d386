/* ours_tables.c: tables of our own, for what the sources need and do not describe. */
#include "catalog/tables_private.h"

#include "base/banned.h"

static const struct vv_choice data_types[] = {{"bit", 0}, {"u16", 1},  {"i16", 2}, {"u32", 3},
                                              {"i32", 4}, {"u64", 5},  {"i64", 6}, {"f32", 7},
                                              {"f64", 8}, {"text", 9}, {NULL, 0}};

static const struct vv_choice modes[] = {{"change", 0}, {"periodic", 1}, {"raw", 2}, {NULL, 0}};

static const struct vv_choice dead_band_kinds[] = {{"absolute", 0}, {"percent", 1}, {NULL, 0}};

static const struct vv_column param_columns[] = {
    {"DevType", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "TB_Devices.Type"},
    {"SubType", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "TB_Devices.SubType"},
    {"MemInd", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "number of the parameter in the map"},
    {"Name", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "name of the parameter"},
    {"Address", VV_COLUMN_TEXT, 64, VV_GIVEN, .doc = "address as the driver writes it"},
    {"DataType", VV_COLUMN_TEXT, 8, VV_GIVEN, .choices = data_types,
     .doc = "how it is stored "
            "in the device"},
    {"WordOrder", VV_COLUMN_TEXT, 8,
     .doc = "order of bytes over registers: ABCD, CDAB, BADC, "
            "DCBA; null is the device's own"},
    {"Scale", VV_COLUMN_DOUBLE, .preset = "1", .doc = "value = raw \xC2\xB7 Scale + Offset"},
    {"Offset", VV_COLUMN_DOUBLE, .preset = "0", .doc = "see Scale"},
    {"DimId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Dim",
     .to_column = "DimId", .doc = "unit of measure"},
    {"Writable", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "0", .doc = "whether it may be written"},
    {"Comment", VV_COLUMN_TEXT, 255, .doc = "remark"},
};

static const struct vv_column point_option_columns[] = {
    {"ObjId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Objects",
     .to_column = "ObjId", .doc = "the point, or a branch for all below it"},
    {"HistoryId", VV_COLUMN_BIGINT, .reference = VV_REFERENCE_ZERO,
     .to_table = "ScadaProviderMapping", .to_column = "Id",
     .doc = "history database; 0 or null inherits the branch's"},
    {"Mode", VV_COLUMN_TEXT, 16, VV_GIVEN, .preset = "change", .choices = modes,
     .doc = "when a value is recorded"},
    {"Period_s", VV_COLUMN_DOUBLE, .unit = "s", .doc = "recording interval in mode periodic"},
    {"DeadBand", VV_COLUMN_DOUBLE, .doc = "least change that is recorded"},
    {"DeadBandKind", VV_COLUMN_TEXT, 16, .choices = dead_band_kinds,
     .doc = "unit of DeadBand: the value's own, or percent of the range Min2 to Max2"},
    {"Deviation", VV_COLUMN_DOUBLE, .doc = "greatest error of slope compression; 0 or null none"},
    {"Timeout_s", VV_COLUMN_DOUBLE, .unit = "s",
     .doc = "stores the last value again after so long; 0 or null never"},
    {"Validity_s", VV_COLUMN_DOUBLE, .unit = "s", .doc = "how long a value holds"},
    {"Decimals", VV_COLUMN_INT, .least = 0, .most = 15, .doc = "digits shown behind the point"},
    {"Interpolation", VV_COLUMN_TEXT, 16, .doc = "how lines are drawn: step, linear"},
};

static const struct vv_column follower_columns[] = {
    {"Name", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "name of the follower"},
    {"Sequence", VV_COLUMN_BIGINT, 0, VV_GIVEN, .doc = "everything up to here is done"},
    {"UpdatedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it last moved on"},
};

static const struct vv_column rejected_columns[] = {
    {"Id", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number, in the order of arrival"},
    {"Tag", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "name of the tag"},
    {"Time", VV_COLUMN_BIGINT, .unit = "ms", .doc = "the sample's own time since 1970 UTC"},
    {"Value", VV_COLUMN_TEXT, 255, .doc = "the value as text"},
    {"Reason", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "why it was refused"},
    {"ReceivedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it came"},
};

static const struct vv_column schema_columns[] = {
    {"Version", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "version of the catalogue"},
    {"AppliedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when the database was brought up to it"},
    {"Changes", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "tables, columns and indexes that were made"},
};

static const struct vv_table tables[] = {
    {.name = "vv_param_map",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Memory maps: the parameters that a type of device has.",
     VV_COLUMNS(param_columns),
     .key = {"DevType", "SubType", "MemInd"}},
    {.name = "vv_follower",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "How far each follower of the history has come.",
     VV_COLUMNS(follower_columns),
     .key = {"Name"}},
    {.name = "vv_point_option",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "How a point is recorded.",
     VV_COLUMNS(point_option_columns),
     .key = {"ObjId"}},
    {.name = "vv_rejected",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Samples that were refused for their time; the oldest go first.",
     VV_COLUMNS(rejected_columns),
     .key = {"Id"}},
    {.name = "vv_schema",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Versions of the catalogue that the ledger has been brought up to.",
     VV_COLUMNS(schema_columns),
     .key = {"Version"}},
};

const struct vv_table_list vv_ours_tables = {tables, VV_COUNT_OF(tables)};
