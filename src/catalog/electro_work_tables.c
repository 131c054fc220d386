/* electro_work_tables.c: users, journal, reports, alarms, jobs, and the trends of the plant's
 * family. Times are whole seconds since 1970 UTC, in 64 bits: 32 would end in 2038. */
#include "catalog/tables_private.h"

#include "base/banned.h"

#define ID_MOST 268435455 /* 0x0FFFFFFF: the four bits above tell the kind of an id */
/* 0x6FFFFFFF: the kinds are 0 point, 1 device, 2 connection, 3 channel, 4 reaction, 5 report, 6
 * job. */
#define KIND_ID_MOST 1879048191

static const struct vv_choice off_on[] = {{"off", 0}, {"on", 1}, {NULL, 0}};

static const struct vv_choice categories[] = {{"structure of the database", 0},
                                              {"login, logout, change of user", 1},
                                              {"configuration", 2},
                                              {"report templates", 3},
                                              {"reports", 4},
                                              {"polling of devices", 5},
                                              {"import and export", 6},
                                              {"system", 7},
                                              {"manual data", 8},
                                              {NULL, 0}};

static const struct vv_choice priorities[] = {
    {"message", 0}, {"warning", 1}, {"error", 2}, {NULL, 0}};

static const struct vv_choice report_types[] = {
    {"branch", 0}, {"template", 1}, {"document", 2}, {NULL, 0}};

static const struct vv_choice event_types[] = {
    {"normal", 0}, {"warning", 1}, {"alarm", 2}, {"system", 3}, {NULL, 0}};

static const struct vv_choice sounds[] = {
    {"none", 0}, {"beep", 1}, {"melody 1", 2}, {"melody 2", 3}, {NULL, 0}};

static const struct vv_choice start_modes[] = {{"daily", 0},   {"weekdays", 1}, {"weekly", 2},
                                               {"monthly", 3}, {"once", 4},     {NULL, 0}};

static const struct vv_choice media[] = {{"FAX", 0},  {"PAGER", 1},   {"VOICE", 2},
                                         {"MAIL", 3}, {"NETSEND", 4}, {"SPEAK", 5},
                                         {"HTTP", 6}, {"MQTT", 7},    {NULL, 0}};

static const struct vv_column user_columns[] = {
    {"UserId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the user"},
    {"Name", VV_COLUMN_TEXT, 32, VV_GIVEN, .doc = "login name"},
    {"ShName", VV_COLUMN_TEXT, 16, .doc = "short name"},
    {"Passw", VV_COLUMN_TEXT, 128, VV_COLUMN_SECRET,
     .doc = "password hash (Argon2id), never a cipher"},
    {"Rights", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0",
     .doc = "bits: 1 configure, 2 users, 4 edit reports, 8 run reports, 16 edit data, 32 write to "
            "devices, 64 poll, 128 read, 256 SQL, 512 acknowledge, 1024 control, 2048 jobs, 4096 "
            "studies"},
    {"RightsCS", VV_COLUMN_BIGINT, 0, VV_COLUMN_SECRET, .doc = "keyed hash over UserId and Rights"},
    {"Exist", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "1", .choices = off_on,
     .doc = "0: suspended; users are never deleted"},
    {"Groups", VV_COLUMN_TEXT, 255, .doc = "numbers of the groups, with commas"},
    {"GroupsCS", VV_COLUMN_BIGINT, 0, VV_COLUMN_SECRET, .doc = "keyed hash over UserId and Groups"},
};

static const struct vv_column group_columns[] = {
    {"GroupId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the group"},
    {"Name", VV_COLUMN_TEXT, 32, VV_GIVEN, .doc = "name"},
    {"Rights", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "bits as in TB_User"},
    {"RightsCS", VV_COLUMN_BIGINT, 0, VV_COLUMN_SECRET,
     .doc = "keyed hash over GroupId and Rights"},
};

static const struct vv_column log_columns[] = {
    {"LogId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the entry"},
    {"UserId", VV_COLUMN_INT, .preset = "0", .doc = "user at that time; 0 for none"},
    {"Category", VV_COLUMN_INT, 0, VV_GIVEN, .choices = categories, .doc = "kind of event"},
    {"Tm", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "s", .doc = "when it happened"},
    {"Event", VV_COLUMN_TEXT, 128, .doc = "what happened"},
    {"Prior", VV_COLUMN_INT, .preset = "0", .choices = priorities, .doc = "priority"},
    {"RefId", VV_COLUMN_INT, .least = 0, .most = KIND_ID_MOST,
     .doc = "what it is about, its kind in the top 4 bits"},
    {"Origin", VV_COLUMN_TEXT, 128, .doc = "address or program that it came from"},
    {"Before", VV_COLUMN_TEXT, .doc = "the old value"},
    {"After", VV_COLUMN_TEXT, .doc = "the new value"},
    {"Mac", VV_COLUMN_TEXT, 64, .doc = "keyed hash over the entry and the one before it"},
};

static const struct vv_column report_columns[] = {
    {"RepId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the report"},
    {"Name", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "name"},
    {"FileName", VV_COLUMN_TEXT, 64, .doc = "name of its file in the reports directory"},
    {"Type", VV_COLUMN_INT, 0, VV_GIVEN, .choices = report_types, .doc = "what it is"},
    {"Parent", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reports", .to_column = "RepId",
     .doc = "branch, or the template of a document; 0 for a root"},
    {"Media", VV_COLUMN_TEXT, 16, .doc = "EXCEL, DOC, HTM or XLS"},
    {"EditCmd", VV_COLUMN_TEXT, 255, .doc = "kept, never executed"},
    {"RunCmd", VV_COLUMN_TEXT, 255, .doc = "parameters of a run"},
    {"TmCreate", VV_COLUMN_BIGINT, .unit = "s", .doc = "when it was made"},
    {"TmEdit", VV_COLUMN_BIGINT, .unit = "s", .doc = "when it was last changed"},
    {"UserId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_User",
     .to_column = "UserId", .doc = "who made it"},
    {"Source", VV_COLUMN_BLOB, .doc = "the file itself"},
};

static const struct vv_column string_columns[] = {
    {"Part", VV_COLUMN_INT, 0, VV_GIVEN,
     .doc = "1 event categories, 2 device types, 3 rights, 4 aggregate functions, 5 preprocessor "
            "functions, 6 values of Calc, 7 session errors, 8 security"},
    {"TextId", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "number within the part"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "the text"},
    {"BinData", VV_COLUMN_BLOB, .doc = "bytes that belong to it"},
    {"Comment", VV_COLUMN_TEXT, 255, .doc = "remark"},
};

static const struct vv_column depend_columns[] = {
    {"ObjId", VV_COLUMN_INT, 0, VV_GIVEN, .least = 1, .most = KIND_ID_MOST,
     .doc = "the computed point; another kind of object in the top 4 bits"},
    {"VarNumb", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "number of the argument in its formula"},
    {"BaseId", VV_COLUMN_INT, 0, VV_GIVEN, .least = 1, .most = KIND_ID_MOST,
     .doc = "the base point from then on; kind in the top 4 bits"},
    {"DT", VV_COLUMN_BIGINT, 0, VV_GIVEN, .preset = "0", .unit = "s", .doc = "from when on"},
};

static const struct vv_column reaction_columns[] = {
    {"ReactId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the reaction; 1 to 4 are the system's own"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "name"},
    {"EvType", VV_COLUMN_INT, .preset = "0", .choices = event_types, .doc = "kind of event"},
    {"TxtColor", VV_COLUMN_INT, .least = 0, .most = 16777215,
     .doc = "colour of the message, 0x00RRGGBB"},
    {"Acust", VV_COLUMN_INT, .preset = "0", .choices = sounds, .doc = "sound"},
    {"RFlags", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 15,
     .doc = "bits: 1 print, 2 journal, 4 acknowledgement needed, 8 show on screen"},
    {"AlrId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Alarms",
     .to_column = "AlrId", .doc = "who is notified; 0 for nobody"},
};

static const struct vv_column alarm_columns[] = {
    {"Id", VV_COLUMN_INT, 0, VV_NUMBERED, .doc = "number of the row"},
    {"AlrId", VV_COLUMN_INT, 0, VV_GIVEN,
     .doc = "group that TB_Reactions names; several rows may have it"},
    {"TmFrom", VV_COLUMN_BIGINT, .unit = "s", .doc = "active from here"},
    {"TmTo", VV_COLUMN_BIGINT, .unit = "s", .doc = "active until before here"},
    {"WeekDays", VV_COLUMN_TEXT, 16, VV_COLUMN_BITS, .doc = "a 0 or 1 for each day from Sunday"},
    {"PostId1", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Post",
     .to_column = "PostId", .doc = "tried first"},
    {"PostId2", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Post",
     .to_column = "PostId", .doc = "tried second"},
    {"PostId3", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Post",
     .to_column = "PostId", .doc = "tried third"},
};

static const struct vv_column post_columns[] = {
    {"PostId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the way to notify"},
    {"Media", VV_COLUMN_TEXT, 16, VV_GIVEN, .choices = media, .doc = "how"},
    {"ModId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Modems",
     .to_column = "ModId", .doc = "channel"},
    {"WorkZone", VV_COLUMN_TEXT, 16, .doc = "hours in which it works, 07:00-22:00"},
    {"Link", VV_COLUMN_TEXT, 255, .doc = "number, address or voice"},
    {"TryRetry", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 2147483647,
     .doc = "how often it is tried again"},
    {"TryAfter", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 2147483647, .unit = "min",
     .doc = "how long between tries"},
};

static const struct vv_column sheduler_columns[] = {
    {"DispId", VV_COLUMN_INT, 0, VV_NUMBERED, .least = 1, .most = ID_MOST,
     .doc = "number of the job"},
    {"ShName", VV_COLUMN_TEXT, 32, .doc = "short name"},
    {"Name", VV_COLUMN_TEXT, 128, .doc = "name"},
    {"IsActive", VV_COLUMN_INT, .preset = "1", .choices = off_on, .doc = "whether it runs"},
    {"StartTime", VV_COLUMN_INT, .unit = "s", .least = 0, .most = 86399,
     .doc = "time of the local day"},
    {"StartMode", VV_COLUMN_INT, .preset = "0", .choices = start_modes, .doc = "on which days"},
    {"TryRetry", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 2147483647,
     .doc = "how often a failed run is tried again"},
    {"TryAfter", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 2147483647, .unit = "min",
     .doc = "how long between tries"},
    {"TryEvery", VV_COLUMN_INT, .preset = "0", .least = 0, .most = 2147483647, .unit = "min",
     .doc = "repeated so often until StopTime"},
    {"StopTime", VV_COLUMN_INT, .unit = "s", .least = 0, .most = 86400,
     .doc = "time of the local day of the last run"},
    {"ReactId0", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on failure"},
    {"ReactId1", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "reaction on success"},
    {"DocInput", VV_COLUMN_TEXT, 255, .doc = "electroxml document, or its file"},
    {"DocOutput", VV_COLUMN_BLOB, .doc = "its result"},
    {"XmlAction", VV_COLUMN_INT,
     .doc = "what it does: 1 poll, 2 recalculate, 3 report, 4 export, 5 set IsActive, 6 import, 7 "
            "prune, 8 backup, 9 command, 10 test a device"},
    {"XmlOption", VV_COLUMN_TEXT, 255, .doc = "settings, KEY=value KEY=value"},
};

static const struct vv_column trend_columns[] = {
    {"ObjId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Objects",
     .to_column = "ObjId", .doc = "the point"},
    {"DT", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "s", .doc = "time since 1970 UTC"},
    {"Val", VV_COLUMN_DOUBLE, .doc = "the value; null with flag X"},
    {"Flag", VV_COLUMN_TEXT, 8,
     .doc = "letters: E estimated, M manual, B from the backup, P partial, V failed validation, S "
            "substituted, R replaced or rolled over, U uncertain, X no value; empty is measured "
            "and valid"},
};

static const struct vv_column current_columns[] = {
    {"ObjId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Objects",
     .to_column = "ObjId", .doc = "the point"},
    {"DT", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "s", .doc = "time since 1970 UTC"},
    {"Val", VV_COLUMN_DOUBLE, .doc = "the value; null with flag X"},
    {"Flag", VV_COLUMN_TEXT, 8,
     .doc = "letters: E estimated, M manual, B from the backup, P partial, V failed validation, S "
            "substituted, R replaced or rolled over, U uncertain, X no value; empty is measured "
            "and valid"},
    {"EvState", VV_COLUMN_INT, .preset = "0", .doc = "16 times level plus sublevel"},
    {"ExText", VV_COLUMN_TEXT, 255, .doc = "text of the state"},
    {"EvSince", VV_COLUMN_BIGINT, .unit = "s", .doc = "since when the state holds"},
};

static const struct vv_table tables[] = {
    {.name = "TB_User",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Users; they are never deleted.",
     .kept = "set Exist to 0",
     VV_COLUMNS(user_columns),
     .key = {"UserId"},
     .indexes = {{{"Name"}, .unique = true}}},
    {.name = "TB_Groups",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Groups of users.",
     VV_COLUMNS(group_columns),
     .key = {"GroupId"},
     .indexes = {{{"Name"}, .unique = true}}},
    {.name = "TB_Log",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "The journal.",
     VV_COLUMNS(log_columns),
     .key = {"LogId"},
     .indexes = {{.columns = {"Tm"}}}},
    {.name = "TB_Reports",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Report templates and documents.",
     VV_COLUMNS(report_columns),
     .key = {"RepId"},
     .indexes = {{.columns = {"Parent"}}}},
    {.name = "TB_Strings",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Dictionaries of the system.",
     VV_COLUMNS(string_columns),
     .key = {"Part", "TextId"}},
    {.name = "TB_Depend",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Arguments of computed points, each from a time on.",
     VV_COLUMNS(depend_columns),
     .key = {"ObjId", "VarNumb", "DT"},
     .indexes = {{.columns = {"BaseId"}}}},
    {.name = "TB_Reactions",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "What happens on an event.",
     VV_COLUMNS(reaction_columns),
     .key = {"ReactId"}},
    {.name = "TB_Alarms",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Who is notified, and when.",
     VV_COLUMNS(alarm_columns),
     .key = {"Id"},
     .indexes = {{.columns = {"AlrId"}}}},
    {.name = "TB_Post",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Ways to notify.",
     VV_COLUMNS(post_columns),
     .key = {"PostId"}},
    {.name = "TB_Sheduler",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "Jobs by the clock.",
     VV_COLUMNS(sheduler_columns),
     .key = {"DispId"}},
    {.name = "Trend",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_STRATUM,
     .doc = "History of points.",
     VV_COLUMNS(trend_columns),
     .key = {"ObjId", "DT"}},
    {.name = "Trend0",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_STRATUM,
     .doc = "What came in and is not yet processed.",
     VV_COLUMNS(trend_columns),
     .key = {"ObjId", "DT"}},
    {.name = "Trend2",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_STRATUM,
     .doc = "History of the second level.",
     VV_COLUMNS(trend_columns),
     .key = {"ObjId", "DT"}},
    {.name = "Current",
     .family = VV_FAMILY_ELECTRO,
     .kind = VV_TABLE_LEDGER,
     .doc = "The newest value and the state of each point.",
     VV_COLUMNS(current_columns),
     .key = {"ObjId"}},
};

const struct vv_table_list vv_electro_work_tables = {tables, VV_COUNT_OF(tables)};
