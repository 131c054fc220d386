/* The catalogue held against the documents that it comes from and the rulings on them, column by
 * column: names in their own spelling, types, widths, keys. Types are the catalogue's: the source's
 * Integer is int, but bigint where it holds seconds (32 bits end in 2038) or a keyed hash; its
 * NUMERIC and "Double precision" are double; Passw has the width of a hash. */
#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "catalog/catalog.h"

#include "base/banned.h"

#define VALUES                                                                                     \
    "IntegerVal bigint, DoubleVal double, BoolVal boolean, StringVal text, DateTimeVal datetime"
#define FRAME                                                                                      \
    "VsPrimaryKey text(60), tool_id text(12), time_order text(19), claim_time datetime, rec_time " \
    "datetime, node_id text(16), n01..n360 double, s01..s10 text(64)"
#define CYCLE                                                                                      \
    "cycle_no bigint, start_time datetime, end_time datetime, sample_count int, recipe text(64), " \
    "lot text(64), result int"
#define EVENT                                                                                      \
    "VsPrimaryKey text(60), tool_id text(12), kind int, code_name text(12), code_desc text(64), "  \
    "idxfield int, event_cate int, field_value double, field_data text(128), claim_time "          \
    "datetime, rec_time datetime, node_id text(16)"
#define TREND "ObjId int, DT bigint, Val double, Flag text(8)"

static const struct {
    const char *table, *key, *columns;
} sources[] = {
    {"ScadaProviderMapping", "Id", "Id bigint, Node text(255), Provider text(255)"},
    {"ScadaTagMapping", "Id",
     "Id bigint, Tag text(255), Type tinyint, ProviderId bigint, NormalizedName text"},
    {"ScadaTagHistory", "TagId, Timestamp",
     "TagId bigint, ProviderId bigint, Quality int, " VALUES ", Timestamp bigint"},
    {"ScadaTagPreProcessed", "TagId, Category, Timestamp",
     "TagId bigint, Category int, Timestamp bigint, Quality int, " VALUES
     ", CollectTimestamp bigint"},
    {"TB_Objects", "ObjId",
     "ObjId int, Type int, Parent int, DevId int, Name text(255), MemInd int, ShortName text(64), "
     "TarifId int, Period int, Calc int, CalcId int, Koeff double, DimId int, Formula text(255), "
     "Accu int, EnableReact int, Min1 double, Min2 double, Max1 double, Max2 double, ReactAlrm "
     "int, ReactWarn int, ReactNorm int, Time1 int, Time2 int, HashId int, DisableTrend int"},
    {"TB_Devices", "DevId",
     "DevId int, DevNum int, Type int, SubType int, SerialNumb text(64), Name text(128), ConnId "
     "int, ConnStr text(255), ConnId2 int, ConnStr2 text(255), IsActive int, FirstDay int, ModId "
     "int, LqLim0 int, ReactOff int, ReactOn int, EnableAuto int"},
    {"TB_Connections", "ConnId",
     "ConnId int, DLL text(32), IniStr text(128), Name text(128), ModId int"},
    {"TB_Tarif", "TarifId", "TarifId int, Name text(128), Selector text(48)"},
    {"TB_Dim", "DimId", "DimId int, Name text(32)"},
    {"TB_Modems", "ModId",
     "ModId int, Name text(128), Kind text(16), Address text(255), IniStr text(128), IsActive int"},
    {"TB_User", "UserId",
     "UserId int, Name text(32), ShName text(16), Passw text(128), Rights int, RightsCS bigint, "
     "Exist int, Groups text(255), GroupsCS bigint"},
    {"TB_Groups", "GroupId", "GroupId int, Name text(32), Rights int, RightsCS bigint"},
    {"TB_Log", "LogId",
     "LogId bigint, UserId int, Category int, Tm bigint, Event text(128), Prior int, RefId int, "
     "Origin text(128), Before text, After text, Mac text(64)"},
    {"TB_Reports", "RepId",
     "RepId int, Name text(128), FileName text(64), Type int, Parent int, Media text(16), EditCmd "
     "text(255), RunCmd text(255), TmCreate bigint, TmEdit bigint, UserId int, Source blob"},
    {"TB_Strings", "Part, TextId",
     "Part int, TextId int, Name text(128), BinData blob, Comment text(255)"},
    {"TB_Depend", "ObjId, VarNumb, DT", "ObjId int, VarNumb int, BaseId int, DT bigint"},
    {"TB_Reactions", "ReactId",
     "ReactId int, Name text(128), EvType int, TxtColor int, Acust int, RFlags int, AlrId int"},
    {"TB_Alarms", "Id",
     "Id int, AlrId int, TmFrom bigint, TmTo bigint, WeekDays text(16), PostId1 int, PostId2 int, "
     "PostId3 int"},
    {"TB_Post", "PostId",
     "PostId int, Media text(16), ModId int, WorkZone text(16), Link text(255), TryRetry int, "
     "TryAfter int"},
    {"TB_Sheduler", "DispId",
     "DispId int, ShName text(32), Name text(128), IsActive int, StartTime int, StartMode int, "
     "TryRetry int, TryAfter int, TryEvery int, StopTime int, ReactId0 int, ReactId1 int, DocInput "
     "text(255), DocOutput blob, XmlAction int, XmlOption text(255)"},
    {"Trend", "ObjId, DT", TREND},
    {"Trend0", "ObjId, DT", TREND},
    {"Trend2", "ObjId, DT", TREND},
    {"Current", "ObjId", TREND ", EvState int, ExText text(255), EvSince bigint"},
    {"dcop_collect_bt", "VsPrimaryKey", FRAME},
    {"dcop_collect_bth", "VsPrimaryKey", FRAME},
    {"dcop_collect_ct", "VsPrimaryKey", FRAME ", " CYCLE},
    {"dcop_collect_cth", "VsPrimaryKey", FRAME ", " CYCLE ", archived_at datetime"},
    {"dcop_collect_tt1", "VsPrimaryKey",
     "VsPrimaryKey text(60), tool_id text(12), task text(16), taken_at datetime"},
    {"dcop_event_bt", "VsPrimaryKey", EVENT},
    {"dcop_event_bth", "VsPrimaryKey", EVENT},
    {"dcop_event_code_bt", "ws_type, code_name",
     "ws_type text(32), code_name text(12), kind int, category text(32), desc_en text(128), "
     "desc_de text(128), desc_ru text(128), desc_zh text(128), severity int"},
    {"dcop_conf_bt", "tool_id, column_name, valid_from",
     "tool_id text(32), column_name text(8), valid_from datetime, name text(64), source text(64), "
     "unit text(16), scale double, offset double, valid_min double, valid_max double, "
     "cycle_aggregate text(8), recipe text(64), active boolean"},
    {"dcop_param_tool_bt", "tool_id",
     "tool_id text(12), ws_type text(32), cate1..cate3 text(32), active1a..active16a boolean, "
     "value1a..value16a text(64), value1b..value16b text(8), value1c..value16c text(64), "
     "rate1a..rate16a double, note1 text(255), rec_user text(32), rec_time datetime, interval_ms "
     "int, cycle_rule text(16), cycle_column text(8), timeout_s int, keep_bt int, keep_bth int, "
     "keep_ct int, keep_cth int, keep_event int, keep_eventh int, "
     "conn_id int, enabled boolean"},
    {"study", "StudyInstanceUID",
     "StudyInstanceUID text(64), PatientID text(64), StudyDescription text(64), Modality text(16), "
     "SourceAE text(16), StudyTime datetime, ReceivedAt datetime, ChangedAt datetime, Status "
     "text(24), SeriesCount int, InstanceCount int, Held boolean, Error text(255)"},
    {"series", "SeriesInstanceUID",
     "SeriesInstanceUID text(64), StudyInstanceUID text(64), SeriesNumber int, SeriesDescription "
     "text(64), Modality text(16), InstanceCount int, Bytes bigint, Status text(24), Held boolean, "
     "Error text(255)"},
    {"inference_task", "Id",
     "Id bigint, StudyInstanceUID text(64), Model text(64), Status text(16), Attempt int, "
     "Superseded boolean, QueuedAt datetime, StartedAt datetime, FinishedAt datetime, ExitCode "
     "int, ResultFile text(255), Error text(255)"},
    {"status_change", "Id",
     "Id bigint, What text(16), WhatId text(64), FromStatus text(24), ToStatus text(24), At "
     "datetime, Why text(255)"},
};

/* The type of a column as the lists above have it. */
static void add_type(struct vv_buf *text, const struct vv_column *column)
{
    vv_buf_text(text, vv_column_type_name(column->type));
    if (column->type == VV_COLUMN_TEXT && column->width > 0)
        vv_buf_format(text, "(%u)", (unsigned)column->width);
}

static bool same_type(const struct vv_column *a, const struct vv_column *b)
{
    return a->type == b->type && a->width == b->width;
}

/* How many columns `item` ("n01..n360 double" or "Name text(255)") stands for from `index` on: up
 * to the one that it ends with, all of one type. 0 when the columns are others. */
static size_t match(const struct vv_table *table, size_t index, const char *item, size_t len)
{
    const char *space = memchr(item, ' ', len);
    const char *dots = strstr(item, "..");
    const char *last = dots != NULL && dots < space ? dots + 2 : item;
    size_t last_len = (size_t)(space - last);

    for (size_t i = index; i < table->column_count; i++) {
        const struct vv_column *column = &table->columns[i];
        if (!same_type(column, &table->columns[index]))
            return 0;
        if (strlen(column->name) == last_len && strncmp(column->name, last, last_len) == 0)
            return i - index + 1;
        if (last == item)
            return 0;
    }
    return 0;
}

static void check_table(const struct vv_table *table, const char *columns)
{
    size_t index = 0;

    for (const char *item = columns; *item != '\0';) {
        size_t len = strcspn(item, ",");
        struct vv_buf type = {0};
        size_t count;

        if (index >= table->column_count)
            fail_msg("%s lacks %.*s", table->name, (int)len, item);
        count = match(table, index, item, len);
        if (count == 0)
            fail_msg("%s: %.*s, and not %s", table->name, (int)len, item,
                     table->columns[index].name);
        add_type(&type, &table->columns[index]);
        const char *space = memchr(item, ' ', len);
        if (type.len != (size_t)(item + len - space - 1) ||
            memcmp(type.data, space + 1, type.len) != 0)
            fail_msg("%s: %.*s, and not %.*s", table->name, (int)len, item, (int)type.len,
                     (const char *)type.data);
        vv_buf_deinit(&type);
        index += count;
        item += len + strspn(item + len, ", ");
    }
    if (index < table->column_count)
        fail_msg("%s.%s is in no source", table->name, table->columns[index].name);
}

static void test_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const struct vv_table *table = vv_catalog_find(sources[i].table);
        if (table == NULL)
            fail_msg("there is no %s", sources[i].table);
        else
            check_table(table, sources[i].columns);
    }
}

static void test_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const struct vv_table *table = vv_catalog_find(sources[i].table);
        struct vv_buf key = {0};
        for (int k = 0; k < vv_table_key_count(table); k++)
            vv_buf_format(&key, "%s%s", k > 0 ? ", " : "", table->key[k]);
        assert_string_equal((const char *)key.data, sources[i].key);
        vv_buf_deinit(&key);
    }
}

static bool is_source(const char *name)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (strcmp(sources[i].table, name) == 0)
            return true;
    }
    return false;
}

/* Every other table is one of ours, and says so. */
static void test_families(void **state)
{
    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        bool ours = strncmp(table->name, "vv_", 3) == 0;
        assert_int_equal(table->family == VV_FAMILY_OURS, ours);
        if (!ours && !is_source(table->name))
            fail_msg("%s is in no source", table->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
