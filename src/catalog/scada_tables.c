/* scada_tables.c: tag history. Times are UTC; see docs/tables.md for the page made from this. */
#include "catalog/tables_private.h"

#include "base/banned.h"

static const struct vv_choice value_types[] = {{"Integer", 1}, {"String", 2},   {"Double", 3},
                                               {"Boolean", 4}, {"DateTime", 5}, {NULL, 0}};

static const struct vv_choice categories[] = {{"Min", 1},
                                              {"Max", 2},
                                              {"Avg", 3},
                                              {"Last", 4},
                                              {"First", 5},
                                              {"Count", 7},
                                              {"CountOn and CountOff", 11},
                                              {"DurationOn and DurationOff", 12},
                                              {"Time-weighted average", 13},
                                              {NULL, 0}};

static const struct vv_column provider_columns[] = {
    {"Id", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the history database"},
    {"Node", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "node that the data come from"},
    {"Provider", VV_COLUMN_TEXT, 255, VV_GIVEN,
     .doc = "name of the history database, or of an alarm history database"},
};

static const struct vv_column tag_columns[] = {
    {"Id", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the tag and its type"},
    {"Tag", VV_COLUMN_TEXT, 255, VV_GIVEN, .doc = "name of the tag"},
    {"Type", VV_COLUMN_TINY, 0, VV_GIVEN, .choices = value_types, .doc = "type of its values"},
    {"ProviderId", VV_COLUMN_BIGINT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "ScadaProviderMapping", .to_column = "Id", .doc = "its history database"},
    {"NormalizedName", VV_COLUMN_TEXT, 0,
     .doc = "the name in Latin letters, for searching; not unique"},
};

#define VALUE_COLUMNS                                                                              \
    {"IntegerVal", VV_COLUMN_BIGINT, .doc = "value of an Integer tag"},                            \
        {"DoubleVal", VV_COLUMN_DOUBLE, .doc = "value of a Double tag"},                           \
        {"BoolVal", VV_COLUMN_BOOL, .doc = "value of a Boolean tag"},                              \
        {"StringVal", VV_COLUMN_TEXT, .doc = "value of a String tag"},                             \
    {                                                                                              \
        "DateTimeVal", VV_COLUMN_TIME, .doc = "value of a DateTime tag"                            \
    }

static const struct vv_column history_columns[] = {
    {"TagId", VV_COLUMN_BIGINT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "ScadaTagMapping", .to_column = "Id", .doc = "the tag"},
    {"ProviderId", VV_COLUMN_BIGINT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "ScadaProviderMapping", .to_column = "Id", .doc = "its history database"},
    {"Quality", VV_COLUMN_INT, 0, VV_GIVEN,
     .doc = "OPC quality: its two top bits 0xC0 good, 0x40 uncertain, else bad; or levels 100 to "
            "499"},
    VALUE_COLUMNS,
    {"Timestamp", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "ms",
     .doc = "time of the sample since 1970 UTC"},
};

static const struct vv_column preprocessed_columns[] = {
    {"TagId", VV_COLUMN_BIGINT, 0, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "ScadaTagMapping", .to_column = "Id", .doc = "the tag"},
    {"Category", VV_COLUMN_INT, 0, VV_GIVEN, .choices = categories,
     .doc = "what was computed over the window"},
    {"Timestamp", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "ms",
     .doc = "start of the window since 1970 UTC"},
    {"Quality", VV_COLUMN_INT, 0, VV_GIVEN,
     .doc = "192 all samples good, 64 some not, 0 none; or levels 192, 200, 300"},
    VALUE_COLUMNS,
    {"CollectTimestamp", VV_COLUMN_BIGINT, 0, VV_GIVEN, .unit = "ms",
     .doc = "time of the sample that gave the value; else equal to Timestamp"},
};

static const struct vv_table tables[] = {
    {.name = "ScadaProviderMapping",
     .family = VV_FAMILY_SCADA,
     .kind = VV_TABLE_LEDGER,
     .doc = "One row for each pair of node and history database.",
     VV_COLUMNS(provider_columns),
     .key = {"Id"},
     .indexes = {{{"Node", "Provider"}, .unique = true}}},
    {.name = "ScadaTagMapping",
     .family = VV_FAMILY_SCADA,
     .kind = VV_TABLE_LEDGER,
     .doc = "One row for each tag and type of its values; the Id names its history.",
     VV_COLUMNS(tag_columns),
     .key = {"Id"},
     .indexes = {{{"ProviderId", "Tag", "Type"}, .unique = true}, {.columns = {"NormalizedName"}}}},
    {.name = "ScadaTagHistory",
     .family = VV_FAMILY_SCADA,
     .kind = VV_TABLE_STRATUM,
     .doc = "Samples as they came; also ScadaTagHistory_{ProviderId}_{size}_{DateKey}, one "
            "table for each partition.",
     VV_COLUMNS(history_columns),
     .key = {"TagId", "Timestamp"}},
    {.name = "ScadaTagPreProcessed",
     .family = VV_FAMILY_SCADA,
     .kind = VV_TABLE_STRATUM,
     .doc = "Aggregates over windows; stands for "
            "ScadaTagPreProcessed_{ProviderId}_{window minutes}_{yyyyMM}.",
     VV_COLUMNS(preprocessed_columns),
     .key = {"TagId", "Category", "Timestamp"}},
};

const struct vv_table_list vv_scada_tables = {tables, VV_COUNT_OF(tables)};
