/* electro_tables.c: the plant (points, devices, connections) and its metering. Times are whole
 * seconds since 1970 UTC. The spelling of names is the source's own. */
#include "catalog/tables_private.h"

#include "base/banned.h"

#define ID_MOST 268435455 /* 0x0FFFFFFF: the four bits above tell the kind of an id */

static const struct vv_choice object_types[] = {{"branch of the tree", 0}, {"real quantity", 1},
                                                {"logical quantity", 2},   {"real control", 3},
                                                {"logical control", 4},    {NULL, 0}};

static const struct vv_choice calc_kinds[] = {
    {"physical", 0}, {"preprocessor function", 1}, {"aggregation", 2}, {"grouping", 3},
    {"selector", 4}, {"manual input", 5},          {NULL, 0}};

static const struct vv_choice accu_kinds[] = {
    {"over the period", 0}, {"at the period's start", 1}, {"at the period's end", 2}, {NULL, 0}};

static const struct vv_choice off_on[] = {{"off", 0}, {"on", 1}, {NULL, 0}};

static const struct vv_column object_columns[] = {
    {"ObjId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the point or branch"},
    {"Type", VV_COLUMN_INT, 0, VV_GIVEN, .choices = object_types, .doc = "what it is"},
    {"Parent", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Objects", .to_column = "ObjId",
     .doc = "branch that it hangs on; 0 for a root"},
    {"DevId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Devices", .to_column = "DevId",
     .doc = "device that measures it; 0 for branches and computed points"},
    {"Name", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "name, unique among its brothers"},
    {"MemInd", VV_COLUMN_INT, .doc = "number in the device's memory map (vv_param_map)"},
    {"ShortName", VV_COLUMN_TEXT, 64, .doc = "short name"},
    {"TarifId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Tarif", .to_column = "TarifId",
     .doc = "tariff whose half-hours count; 0 for none"},
    {"Period", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 2147483647, .gap_first = 8,
     .gap_last = 9,
     .doc = "0 aperiodic, 1 day, 2 month, 3 quarter, 4 year, 5 week, 6 billing day, 7 billing "
            "month, above 9 seconds"},
    {"Calc", VV_COLUMN_INT, .preset = "0", .choices = calc_kinds,
     .doc = "where its values come "
            "from"},
    {"CalcId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Objects", .to_column = "ObjId", .doc = "base point of an aggregation"},
    {"Koeff", VV_COLUMN_DOUBLE, .doc = "factor of computed points; null is 1"},
    {"DimId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Dim",
     .to_column = "DimId", .doc = "unit of measure"},
    {"Formula", VV_COLUMN_TEXT, 255, .doc = "formula of a computed point"},
    {"Accu", VV_COLUMN_INT, .preset = "0", .choices = accu_kinds, .doc = "kind of accumulation"},
    {"EnableReact", VV_COLUMN_INT, .preset = "0",
     .doc = "not 0: the newest value is held against the limits"},
    {"Min1", VV_COLUMN_DOUBLE, .doc = "normal from here"},
    {"Min2", VV_COLUMN_DOUBLE, .doc = "warning from here to Min1, alarm below"},
    {"Max1", VV_COLUMN_DOUBLE, .doc = "normal to here"},
    {"Max2", VV_COLUMN_DOUBLE, .doc = "warning from Max1 to here, alarm above"},
    {"ReactAlrm", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on entry to alarm"},
    {"ReactWarn", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on entry to warning"},
    {"ReactNorm", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on entry to normal"},
    {"Time1", VV_COLUMN_INT, .unit = "d", .least = 0, .most = 2147483647,
     .doc = "days kept in Trend; 0 or null for ever"},
    {"Time2", VV_COLUMN_INT, .unit = "d", .least = 0, .most = 2147483647,
     .doc = "days kept in Trend2; 0 or null for ever"},
    {"HashId", VV_COLUMN_INT, .doc = "CRC-32C of the path, made by the system"},
    {"DisableTrend", VV_COLUMN_INT, .preset = "0",
     .doc = "not 0: kept out of Trend and Trend2, but not out of Current"},
};

static const struct vv_column device_columns[] = {
    {"DevId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the device"},
    {"DevNum", VV_COLUMN_INT,
     .doc = "a second number, unique; DevId unless given, where that is free"},
    {"Type", VV_COLUMN_INT, .preset = "0", .doc = "class of device (TB_Strings part 2); 0 unknown"},
    {"SubType", VV_COLUMN_INT, .preset = "0", .doc = "kind within the class; 0 unknown"},
    {"SerialNumb", VV_COLUMN_TEXT, 64, .doc = "serial number"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "name"},
    {"ConnId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Connections", .to_column = "ConnId", .doc = "line to it"},
    {"ConnStr", VV_COLUMN_TEXT, 255,
     .doc = "driver settings, KEY=value KEY=value; win over "
            "IniStr"},
    {"ConnId2", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Connections", .to_column = "ConnId",
     .doc = "spare line, tried when the first fails"},
    {"ConnStr2", VV_COLUMN_TEXT, 255, .doc = "driver settings on the spare line"},
    {"IsActive", VV_COLUMN_INT, .preset = "1", .choices = off_on, .doc = "0 stops polling"},
    {"FirstDay", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 31,
     .doc = "day on which its months begin; 0 for calendar months"},
    {"ModId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Modems",
     .to_column = "ModId", .doc = "channel; overrides its connection's"},
    {"LqLim0", VV_COLUMN_INT, .unit = "%", .least = 0, .most = 100,
     .doc = "least share of good sessions"},
    {"ReactOff", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on its loss"},
    {"ReactOn", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on its return"},
    {"EnableAuto", VV_COLUMN_INT, .preset = "1", .choices = off_on, .doc = "scheduled polling"},
};

static const struct vv_column connection_columns[] = {
    {"ConnId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the connection"},
    {"DLL", VV_COLUMN_TEXT, 32, .doc = "name of the driver"},
    {"IniStr", VV_COLUMN_TEXT, 128, .doc = "driver settings, KEY=value KEY=value"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "name"},
    {"ModId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Modems",
     .to_column = "ModId", .doc = "channel"},
};

static const struct vv_column dim_columns[] = {
    {"DimId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the unit"},
    {"Name", VV_COLUMN_TEXT, 32, VV_GIVEN,
     .doc = "unit of measure: kWh, Hz, \xC2\xB0"
            "C"},
};

static const struct vv_choice modem_kinds[] = {{"tcp", 0}, {"serial", 1}, {"modem", 2}, {NULL, 0}};

static const struct vv_column modem_columns[] = {
    {"ModId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the channel"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "name"},
    {"Kind", VV_COLUMN_TEXT, 16, VV_GIVEN, .preset = "tcp", .choices = modem_kinds,
     .doc = "what it is"},
    {"Address", VV_COLUMN_TEXT, 255, .doc = "host and port, device file or telephone number"},
    {"IniStr", VV_COLUMN_TEXT, 128, .doc = "settings, KEY=value KEY=value"},
    {"IsActive", VV_COLUMN_INT, .preset = "1", .choices = off_on, .doc = "0 keeps it unused"},
};

static const struct vv_column tarif_columns[] = {
    {"TarifId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the tariff"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "name"},
    {"Selector", VV_COLUMN_TEXT, 48, VV_GIVEN | VV_COLUMN_FIXED | VV_COLUMN_BITS,
     .doc = "the half-hours of a day that count, a 0 or 1 for each"},
};

static const struct vv_table tables[] = {
    {.name = "TB_Objects",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "The tree of points: branches, measured, computed, entered and controlled quantities.",
     VV_COLUMNS(object_columns),
     .key = {"ObjId"},
     .indexes = {{{"Parent", "Name"}, .unique = true},
                 {{"DevId", "MemInd"}, .unique = true, .not_zero = "DevId"},
                 {.columns = {"CalcId"}}}},
    {.name = "TB_Devices",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Devices, and how they are reached.",
     VV_COLUMNS(device_columns),
     .key = {"DevId"},
     .indexes = {{{"DevNum"}, .unique = true}, {.columns = {"ConnId"}}}},
    {.name = "TB_Connections",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Connections: a driver and its settings.",
     VV_COLUMNS(connection_columns),
     .key = {"ConnId"}},
    {.name = "TB_Dim",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Units of measure.",
     VV_COLUMNS(dim_columns),
     .key = {"DimId"},
     .indexes = {{{"Name"}, .unique = true}}},
    {.name = "TB_Modems",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Channels that connections use.",
     VV_COLUMNS(modem_columns),
     .key = {"ModId"}},
    {.name = "TB_Tarif",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Tariffs.",
     VV_COLUMNS(tarif_columns),
     .key = {"TarifId"}},
};

const struct vv_table_list vv_electro_tables = {tables, VV_COUNT_OF(tables)};
