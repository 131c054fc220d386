#include "serve/table_access.h"

#include <string.h>

#include "serve/routes.h"

#include "base/banned.h"

#define SYSTEM "Varve itself keeps it"
#define USERS  "users, sessions and tokens are the administrator's: by command, not by table"
#define TAGS   "tags are registered by what is written to them, and by the points of the plant"

static const struct {
    const char *name;
    struct vv_table_access access;
} exceptions[] = {
#define READ      .read = VV_RIGHT_READ
#define CONFIGURE READ, .change = VV_RIGHT_CONFIGURE
    /* what is collected */
    {"TB_Objects", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    {"TB_Devices", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    {"TB_Connections", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    {"TB_Modems", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    {"TB_Dim", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    {"vv_param_map", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    {"vv_point_option", {CONFIGURE, .plant = true, .category = VV_JOURNAL_CONFIGURATION}},
    /* other people's work */
    {"TB_Reports", {READ, .change = VV_RIGHT_REPORTS, .category = VV_JOURNAL_TEMPLATES}},
    {"TB_Sheduler", {READ, .change = VV_RIGHT_JOBS, .category = VV_JOURNAL_CONFIGURATION}},
    {"study", {READ, .change = VV_RIGHT_STUDIES, .category = VV_JOURNAL_CONFIGURATION}},
    {"series", {READ, .change = VV_RIGHT_STUDIES, .category = VV_JOURNAL_CONFIGURATION}},
    {"inference_task", {READ, .change = VV_RIGHT_STUDIES, .category = VV_JOURNAL_CONFIGURATION}},
    {"vv_annotation", {READ, .change = VV_RIGHT_ENTER, .category = VV_JOURNAL_MANUAL}},
    {"vv_view", {READ, .change = VV_RIGHT_READ, .category = VV_JOURNAL_CONFIGURATION}},
    /* secrets */
    {"TB_User", {.read = VV_RIGHT_USERS, .closed = USERS}},
    {"TB_Groups", {.read = VV_RIGHT_USERS, .closed = USERS}},
    {"vv_session", {.read = VV_RIGHT_USERS, .closed = USERS}},
    {"vv_token", {.read = VV_RIGHT_USERS, .closed = USERS}},
    /* what the program writes */
    {"TB_Log", {READ, .closed = "the journal is never changed"}},
    {"ScadaProviderMapping", {READ, .closed = "history databases are those of the configuration"}},
    {"ScadaTagMapping", {READ, .closed = TAGS}},
    {"Current", {READ, .closed = SYSTEM}},
    {"status_change", {READ, .closed = SYSTEM}},
    {"vv_alarm", {READ, .closed = SYSTEM}},
    {"vv_follower", {READ, .closed = SYSTEM}},
    {"vv_gap", {READ, .closed = SYSTEM}},
    {"vv_job_run", {READ, .closed = SYSTEM}},
    {"vv_node", {READ, .closed = SYSTEM}},
    {"vv_outbox", {READ, .closed = SYSTEM}},
    {"vv_partition", {READ, .closed = SYSTEM}},
    {"vv_rejected", {READ, .closed = SYSTEM}},
    {"vv_schema", {READ, .closed = SYSTEM}},
    {"vv_spool", {READ, .closed = SYSTEM}},
};

#define EXCEPTION_COUNT (sizeof exceptions / sizeof exceptions[0])

struct vv_table_access vv_table_access(const struct vv_table *table)
{
    for (size_t i = 0; i < EXCEPTION_COUNT; i++)
        if (strcmp(exceptions[i].name, table->name) == 0)
            return exceptions[i].access;
    return (struct vv_table_access){CONFIGURE, .category = VV_JOURNAL_CONFIGURATION};
}

const char *vv_table_access_name(unsigned index)
{
    return index < EXCEPTION_COUNT ? exceptions[index].name : NULL;
}
