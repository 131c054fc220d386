/* ours_work_tables.c: tables of our own around users, alarms, jobs, storage and other nodes. */
#include "catalog/tables_private.h"

#include "base/banned.h"

static const struct vv_choice day_kinds[] = {
    {"weekday", 0}, {"weekend", 1}, {"holiday", 2}, {NULL, 0}};

static const struct vv_choice message_states[] = {
    {"waiting", 0}, {"sent", 1}, {"failed", 2}, {NULL, 0}};

static const struct vv_column partition_columns[] = {
    {"ProviderId", VV_COLUMN_BIGINT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "ScadaProviderMapping", .to_column = "Id", .doc = "the history database"},
    {"TableName", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "name of the partition's table"},
    {"StartTime", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "first instant that it holds"},
    {"EndTime", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "first instant that it does not"},
    {"Rows", VV_COLUMN_BIGINT, .doc = "rows that it has"},
    {"Bytes", VV_COLUMN_BIGINT, .doc = "room that it takes"},
    {"State", VV_COLUMN_TEXT, 16, .doc = "open, closed or pruned"},
};

static const struct vv_column annotation_columns[] = {
    {"AnnId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the note"},
    {"Target", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "tag or branch that it is about"},
    {"FromTime", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "start of what it is about"},
    {"ToTime", VV_COLUMN_TIME, .doc = "end of what it is about"},
    {"Text", VV_COLUMN_TEXT, 0, VV_GIVEN, .doc = "the note"},
    {"UserId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_User",
     .to_column = "UserId", .doc = "who wrote it"},
    {"CreatedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it was written"},
    {"ChangedAt", VV_COLUMN_TIME, .doc = "when it was last changed"},
};

static const struct vv_column view_columns[] = {
    {"ViewId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the view"},
    {"Name", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "name"},
    {"Owner", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_User",
     .to_column = "UserId", .doc = "who saved it"},
    {"Shared", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "0", .doc = "whether others see it"},
    {"State", VV_COLUMN_TEXT, 0, VV_GIVEN, .doc = "the view, as JSON"},
    {"ChangedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it was last changed"},
};

static const struct vv_column session_columns[] = {
    {"SessionHash", VV_COLUMN_TEXT, 64, VV_GIVEN | VV_COLUMN_SECRET,
     .doc = "hash of the session's secret"},
    {"UserId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_User",
     .to_column = "UserId", .doc = "who logged in"},
    {"CreatedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when"},
    {"LastAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it was last used"},
    {"Origin", VV_COLUMN_TEXT, 128, .doc = "from where"},
    {"EndedAt", VV_COLUMN_TIME, .doc = "when it ended"},
};

static const struct vv_column token_columns[] = {
    {"TokenId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the token"},
    {"UserId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_User",
     .to_column = "UserId", .doc = "whose it is"},
    {"Name", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "name"},
    {"Hash", VV_COLUMN_TEXT, 64, VV_GIVEN | VV_COLUMN_SECRET, .doc = "hash of its secret"},
    {"Rights", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "bits as in TB_User"},
    {"ExpiresAt", VV_COLUMN_TIME, .doc = "when it ends"},
    {"LastAt", VV_COLUMN_TIME, .doc = "when it was last used"},
    {"RevokedAt", VV_COLUMN_TIME, .doc = "when it was revoked"},
};

static const struct vv_column alarm_columns[] = {
    {"AlarmId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the alarm"},
    {"ObjId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Objects",
     .to_column = "ObjId", .doc = "the point"},
    {"ReactId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "TB_Reactions", .to_column = "ReactId", .doc = "the reaction"},
    {"Level", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "level that was entered"},
    {"RaisedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when"},
    {"ReturnedAt", VV_COLUMN_TIME, .doc = "when it was over"},
    {"AckAt", VV_COLUMN_TIME, .doc = "when it was acknowledged"},
    {"AckUser", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_User",
     .to_column = "UserId", .doc = "by whom"},
    {"AckText", VV_COLUMN_TEXT, 255, .doc = "what was said to it"},
    {"ShelvedUntil", VV_COLUMN_TIME, .doc = "silent until then"},
};

static const struct vv_column outbox_columns[] = {
    {"MsgId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the message"},
    {"PostId", VV_COLUMN_INT, .preset = "0", .reference = VV_REFERENCE_ZERO, .to_table = "TB_Post",
     .to_column = "PostId", .doc = "way that it goes"},
    {"AlarmId", VV_COLUMN_BIGINT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "vv_alarm", .to_column = "AlarmId", .doc = "alarm that it is about"},
    {"Text", VV_COLUMN_TEXT, 0, VV_GIVEN, .doc = "the message"},
    {"State", VV_COLUMN_TEXT, 16, VV_GIVEN, .preset = "waiting", .choices = message_states,
     .doc = "how far it is"},
    {"Tries", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "how often it was tried"},
    {"NextAt", VV_COLUMN_TIME, .doc = "when it is tried again"},
    {"SentAt", VV_COLUMN_TIME, .doc = "when it was sent"},
    {"Error", VV_COLUMN_TEXT, 255, .doc = "why it failed"},
};

static const struct vv_column job_run_columns[] = {
    {"RunId", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the run"},
    {"DispId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Sheduler",
     .to_column = "DispId", .doc = "the job"},
    {"StartedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when it started"},
    {"EndedAt", VV_COLUMN_TIME, .doc = "when it ended"},
    {"Result", VV_COLUMN_INT, .doc = "exit code; null while it runs"},
    {"Output", VV_COLUMN_TEXT, .doc = "what it said"},
};

static const struct vv_column day_type_columns[] = {
    {"CalendarId", VV_COLUMN_INT, 0, VV_GIVEN, .doc = "the calendar"},
    {"Date", VV_COLUMN_TEXT, 10, VV_GIVEN, .doc = "local date, yyyy-MM-dd"},
    {"Kind", VV_COLUMN_TEXT, 16, VV_GIVEN, .choices = day_kinds, .doc = "what kind of day it is"},
};

static const struct vv_column tarif_day_columns[] = {
    {"TarifId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Tarif",
     .to_column = "TarifId", .doc = "the tariff"},
    {"Kind", VV_COLUMN_TEXT, 16, VV_GIVEN, .choices = day_kinds, .doc = "kind of day"},
    {"Selector", VV_COLUMN_TEXT, 48, VV_GIVEN | VV_COLUMN_FIXED | VV_COLUMN_BITS,
     .doc = "the half-hours that count, a 0 or 1 for each"},
};

static const struct vv_column gap_columns[] = {
    {"ObjId", VV_COLUMN_INT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY, .to_table = "TB_Objects",
     .to_column = "ObjId", .doc = "the point"},
    {"FromDT", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "s", .doc = "first second without a value"},
    {"ToDT", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "s", .doc = "first second with one again"},
    {"Reason", VV_COLUMN_TEXT, 255, .doc = "why"},
    {"SettledAt", VV_COLUMN_TIME, .doc = "when it was filled"},
};

static const struct vv_column spool_columns[] = {
    {"Destination", VV_COLUMN_TEXT, 128, VV_GIVEN, .doc = "where it is sent"},
    {"Segment", VV_COLUMN_BIGINT, 0, VV_GIVEN, .doc = "number of the segment"},
    {"Frames", VV_COLUMN_BIGINT, 0, VV_GIVEN, .preset = "0", .doc = "frames in it"},
    {"Bytes", VV_COLUMN_BIGINT, 0, VV_GIVEN, .preset = "0", .doc = "size of its file"},
    {"OldestTime", VV_COLUMN_TIME, .doc = "oldest sample in it"},
    {"State", VV_COLUMN_TEXT, 16, VV_GIVEN, .doc = "open, sealed or delivered"},
};

static const struct vv_column node_columns[] = {
    {"Node", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "name of the node"},
    {"TokenId", VV_COLUMN_BIGINT, .preset = "0", .reference = VV_REFERENCE_ZERO,
     .to_table = "vv_token", .to_column = "TokenId", .doc = "token that it uses"},
    {"LastAt", VV_COLUMN_TIME, .doc = "when it was last heard of"},
    {"Lag_s", VV_COLUMN_DOUBLE, .unit = "s", .doc = "how far it is behind"},
    {"Version", VV_COLUMN_TEXT, 32, .doc = "version of its program"},
};

static const struct vv_table tables[] = {
    {.name = "vv_partition",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Partitions that there are.",
     VV_COLUMNS(partition_columns),
     .key = {"ProviderId", "TableName"}},
    {.name = "vv_annotation",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Notes on points and times.",
     VV_COLUMNS(annotation_columns),
     .key = {"AnnId"},
     .indexes = {{.columns = {"Target", "FromTime"}}}},
    {.name = "vv_view",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Saved views.",
     VV_COLUMNS(view_columns),
     .key = {"ViewId"}},
    {.name = "vv_session",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Logins.",
     VV_COLUMNS(session_columns),
     .key = {"SessionHash"},
     .indexes = {{.columns = {"UserId"}}}},
    {.name = "vv_token",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Tokens of programs.",
     VV_COLUMNS(token_columns),
     .key = {"TokenId"},
     .indexes = {{.columns = {"UserId"}}}},
    {.name = "vv_alarm",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "State of each alarm.",
     VV_COLUMNS(alarm_columns),
     .key = {"AlarmId"},
     .indexes = {{.columns = {"ObjId"}}}},
    {.name = "vv_outbox",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Messages to send.",
     VV_COLUMNS(outbox_columns),
     .key = {"MsgId"},
     .indexes = {{.columns = {"State", "NextAt"}}}},
    {.name = "vv_job_run",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Runs of jobs.",
     VV_COLUMNS(job_run_columns),
     .key = {"RunId"},
     .indexes = {{.columns = {"DispId"}}}},
    {.name = "vv_day_type",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Kinds of days.",
     VV_COLUMNS(day_type_columns),
     .key = {"CalendarId", "Date"}},
    {.name = "vv_tarif_day",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Half-hours of a tariff by kind of day.",
     VV_COLUMNS(tarif_day_columns),
     .key = {"TarifId", "Kind"}},
    {.name = "vv_gap",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Spans without values.",
     VV_COLUMNS(gap_columns),
     .key = {"ObjId", "FromDT"}},
    {.name = "vv_spool",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Segments that wait for their destination.",
     VV_COLUMNS(spool_columns),
     .key = {"Destination", "Segment"}},
    {.name = "vv_node",
     .family = VV_FAMILY_OURS,
     .kind = VV_TABLE_LEDGER,
     .doc = "Other nodes.",
     VV_COLUMNS(node_columns),
     .key = {"Node"}},
};

const struct vv_table_list vv_ours_work_tables = {tables, VV_COUNT_OF(tables)};
