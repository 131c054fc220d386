/* study_tables.c: inspection studies (DICOM, DICONDE). The states are spelled as in the source. */
#include "catalog/tables_private.h"

#include "base/banned.h"

static const struct vv_choice study_states[] = {{"new", 0},
                                                {"transferring", 1},
                                                {"transfer_complete", 2},
                                                {"converting", 3},
                                                {"conversion_complete", 4},
                                                {"inference_ready", 5},
                                                {"inference_queued", 6},
                                                {"inference_running", 7},
                                                {"inference_failed", 8},
                                                {"inference_complete", 9},
                                                {"results_sent", 10},
                                                {NULL, 0}};

static const struct vv_choice series_states[] = {
    {"new", 0},        {"transferring", 1},        {"transfer_complete", 2},
    {"converting", 3}, {"conversion_complete", 4}, {NULL, 0}};

static const struct vv_choice task_states[] = {{"queued", 0},   {"running", 1}, {"failed", 2},
                                               {"complete", 3}, {"sent", 4},    {NULL, 0}};

static const struct vv_column study_columns[] = {
    {"StudyInstanceUID", VV_COLUMN_TEXT, 64, VV_GIVEN, .doc = "the study"},
    {"PatientID", VV_COLUMN_TEXT, 64, .doc = "number of the part or patient"},
    {"StudyDescription", VV_COLUMN_TEXT, 64, .doc = "description"},
    {"Modality", VV_COLUMN_TEXT, 16, .doc = "kind of images"},
    {"SourceAE", VV_COLUMN_TEXT, 16, .doc = "title of the sender"},
    {"StudyTime", VV_COLUMN_TIME, .doc = "when it was taken"},
    {"ReceivedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when its first image came"},
    {"ChangedAt", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when its state last changed"},
    {"Status", VV_COLUMN_TEXT, 24, VV_GIVEN, .preset = "new", .choices = study_states,
     .doc = "state"},
    {"SeriesCount", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "series that it has"},
    {"InstanceCount", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "images that it has"},
    {"Held", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "0", .doc = "waits for a person"},
    {"Error", VV_COLUMN_TEXT, 255, .doc = "why it is held"},
};

static const struct vv_column series_columns[] = {
    {"SeriesInstanceUID", VV_COLUMN_TEXT, 64, VV_GIVEN, .doc = "the series"},
    {"StudyInstanceUID", VV_COLUMN_TEXT, 64, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "study", .to_column = "StudyInstanceUID", .doc = "its study"},
    {"SeriesNumber", VV_COLUMN_INT, .doc = "number in the study"},
    {"SeriesDescription", VV_COLUMN_TEXT, 64, .doc = "description"},
    {"Modality", VV_COLUMN_TEXT, 16, .doc = "kind of images"},
    {"InstanceCount", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "images that it has"},
    {"Bytes", VV_COLUMN_BIGINT, 0, VV_GIVEN, .preset = "0", .doc = "size of its files"},
    {"Status", VV_COLUMN_TEXT, 24, VV_GIVEN, .preset = "new", .choices = series_states,
     .doc = "state"},
    {"Held", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "0", .doc = "waits for a person"},
    {"Error", VV_COLUMN_TEXT, 255, .doc = "why it is held"},
};

static const struct vv_column task_columns[] = {
    {"Id", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the task"},
    {"StudyInstanceUID", VV_COLUMN_TEXT, 64, VV_GIVEN, .reference = VV_REFERENCE_KEY,
     .to_table = "study", .to_column = "StudyInstanceUID", .doc = "its study"},
    {"Model", VV_COLUMN_TEXT, 64, VV_GIVEN, .doc = "model that is asked"},
    {"Status", VV_COLUMN_TEXT, 16, VV_GIVEN, .preset = "queued", .choices = task_states,
     .doc = "state"},
    {"Attempt", VV_COLUMN_INT, 0, VV_GIVEN, .preset = "0", .doc = "how often it was started"},
    {"Superseded", VV_COLUMN_BOOL, 0, VV_GIVEN, .preset = "0", .doc = "new images came since"},
    {"QueuedAt", VV_COLUMN_TIME, .doc = "when it was queued"},
    {"StartedAt", VV_COLUMN_TIME, .doc = "when it last started"},
    {"FinishedAt", VV_COLUMN_TIME, .doc = "when it last ended"},
    {"ExitCode", VV_COLUMN_INT, .doc = "exit code of the program"},
    {"ResultFile", VV_COLUMN_TEXT, 255, .doc = "file of its result"},
    {"Error", VV_COLUMN_TEXT, 255, .doc = "why it failed"},
};

static const struct vv_column change_columns[] = {
    {"Id", VV_COLUMN_BIGINT, 0, VV_NUMBERED, .doc = "number of the change"},
    {"What", VV_COLUMN_TEXT, 16, VV_GIVEN, .doc = "study, series or inference_task"},
    {"WhatId", VV_COLUMN_TEXT, 64, VV_GIVEN, .doc = "which one"},
    {"FromStatus", VV_COLUMN_TEXT, 24, .doc = "state before"},
    {"ToStatus", VV_COLUMN_TEXT, 24, VV_GIVEN, .doc = "state after"},
    {"At", VV_COLUMN_TIME, 0, VV_GIVEN, .doc = "when"},
    {"Why", VV_COLUMN_TEXT, 255, .doc = "what made it change"},
};

static const struct vv_table tables[] = {
    {.name = "study",
     .family = VV_FAMILY_STUDY,
     .kind = VV_TABLE_LEDGER,
     .doc = "Studies.",
     VV_COLUMNS(study_columns),
     .key = {"StudyInstanceUID"},
     .indexes = {{.columns = {"Status"}}}},
    {.name = "series",
     .family = VV_FAMILY_STUDY,
     .kind = VV_TABLE_LEDGER,
     .doc = "Series of studies.",
     VV_COLUMNS(series_columns),
     .key = {"SeriesInstanceUID"},
     .indexes = {{.columns = {"StudyInstanceUID"}}}},
    {.name = "inference_task",
     .family = VV_FAMILY_STUDY,
     .kind = VV_TABLE_LEDGER,
     .doc = "What was asked of models.",
     VV_COLUMNS(task_columns),
     .key = {"Id"},
     .indexes = {{.columns = {"StudyInstanceUID"}}, {.columns = {"Status"}}}},
    {.name = "status_change",
     .family = VV_FAMILY_STUDY,
     .kind = VV_TABLE_LEDGER,
     .doc = "Every change of a state.",
     VV_COLUMNS(change_columns),
     .key = {"Id"},
     .indexes = {{.columns = {"What", "WhatId"}}}},
};

const struct vv_table_list vv_study_tables = {tables, VV_COUNT_OF(tables)};
