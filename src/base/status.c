/* status.c: the questions about a status, answered from VARVE_STATUS_LIST. */
#include "varve_status.h"

#include <stddef.h>

#include "base/banned.h"

struct row {
    const char *name;
    const char *text;
    int http;
    bool retry;
};

static const struct row rows[] = {
#define VARVE_STATUS_ROW(id, number, name, http, retry, text) [number] = {name, text, http, retry},
    VARVE_STATUS_LIST(VARVE_STATUS_ROW)
#undef VARVE_STATUS_ROW
};

static const struct row unknown = {"unknown", "a status that this version does not know", 500,
                                   false};

static const struct row *find(varve_status status)
{
    size_t number = (size_t)status;
    return number < sizeof rows / sizeof rows[0] ? &rows[number] : &unknown;
}

const char *varve_status_name(varve_status status)
{
    return find(status)->name;
}

const char *varve_status_text(varve_status status)
{
    return find(status)->text;
}

int varve_status_http(varve_status status)
{
    return find(status)->http;
}

bool varve_status_retry(varve_status status)
{
    return find(status)->retry;
}
