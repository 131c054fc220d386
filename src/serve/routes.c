#include "serve/routes.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const struct vv_route_param no_params[] = {{0}};

static const struct vv_route_param write_params[] = {
    {"precision", "unit of the times: ns (default), us, ms or s"},
    {"history", "the history database for tags that are new; the default one when it is missing"},
    {"partial", "1: store the good lines and list the bad ones"},
    /* What InfluxDB's own clients send along. */
    {"db", NULL},
    {"rp", NULL},
    {"u", NULL},
    {"p", NULL},
    {"org", NULL},
    {"orgID", NULL},
    {"bucket", NULL},
    {"consistency", NULL},
    {0}};

static const struct vv_route_param samples_params[] = {
    {"history", "the history database for tags that are new; the default one when it is missing"},
    {"partial", "1: store the good rows and list the bad ones"},
    {"correct", "1: the rows take the place of others, each told to the journal; up to 1,000"},
    {"reason", "with correct: why, for the journal"},
    {0}};

static const struct vv_route_param tags_params[] = {
    {"match", "pattern of names; may stand several times"},
    {"history", "only tags of this history database"},
    {"limit", "how many at most: 1 to 100,000 (default 10,000)"},
    {"after", "names behind this one: `next` of the answer before"},
    {0}};

static const struct vv_route_param history_params[] = {
    {"tag", "name or pattern; may stand several times, up to 1,000 tags in all"},
    {"from", "start, inclusive: RFC 3339, a date, now-2h, epoch (default: an hour before `to`)"},
    {"to", "end, exclusive (default: now)"},
    {"every", "length of buckets: 250ms, 60s, 15m, 1h, 1d…; range: one from `from` to `to`"},
    {"agg", "by commas (default min,max,avg): min, max, avg, first, last, count, sum, bad, range, "
            "stddev, timeavg, integral, known, counton, countoff, durationon, durationoff"},
    {"points", "about so many rows, 1 to 100,000: samples, or buckets that keep every spike"},
    {"bad", "include (default) or skip samples of bad quality"},
    {"bounds", "1: also the last sample before and the first after the range"},
    {"tz", "plant (default), UTC or a zone's name: where days begin, and times in CSV"},
    {"history", "the history database"},
    {"format", "json (default), csv, jsonl (one object a row) or xlsx (a workbook)"},
    {0}};

static const struct vv_route_param delete_params[] = {
    {"tag", "name or pattern; may stand several times, up to 1,000 tags in all"},
    {"from", "start, inclusive; needed"},
    {"to", "end, exclusive; needed"},
    {"reason", "why, for the journal; needed unless dry_run"},
    {"dry_run", "1: only count the rows"},
    {"history", "the history database"},
    {0}};

static const struct vv_route_param correct_params[] = {
    {"tag", "its name"},
    {"from", "start, inclusive; needed"},
    {"to", "end, exclusive; needed"},
    {"value", "the rows' new value; by itself each keeps its own"},
    {"quality", "the rows' new quality, 0 to 65535; by itself each keeps its own"},
    {"reason", "why, for the journal; needed unless dry_run"},
    {"dry_run", "1: only count the rows"},
    {"history", "the history database"},
    {0}};

static const struct vv_route_param copy_params[] = {
    {"tags", "names or patterns, up to 1,000 tags in all"},
    {"from", "start, inclusive; needed"},
    {"to", "end, exclusive; needed"},
    {"into", "the history database to copy into; each tag's own when it is missing"},
    {"prefix", "before the names of the copies"},
    {"as", "the name of the copy, of one tag"},
    {"history", "the history database to copy from"},
    {"dry_run", "1: only count the rows"},
    {0}};

static const struct vv_route_param backup_params[] = {
    {"directory", "the new directory, below the one that the configuration names"},
    {"copy", "1: copy also what could be linked"},
    {0}};

static const struct vv_route_param live_params[] = {
    {"match", "pattern of names; may stand several times"},
    {"history", "only tags of this history database"},
    {"limit", "how many at most: 1 to 1,000,000 (default)"},
    {0}};

static const struct vv_route_param stream_params[] = {
    {"match", "pattern of names; may stand up to 64 times"}, {0}};

static const struct vv_route_param rows_params[] = {
    {"order", "columns by commas, up to three; - before one: descending (default: the key)"},
    {"limit", "rows of a page: 1 to 100,000 (default 1,000)"},
    {"after", "rows behind this key: `next` of the answer before"},
    {"offset", "leaves out so many rows first; for pages in another order than the key's"},
    {"format", "json (default) or csv"},
    {"count", "1: also how many rows there are in all"},
    {"etags", "1: also the mark of each row, for If-Match"},
    {0}};

static const struct vv_route_param row_delete_params[] = {
    {"parts", "1: also the rows that are only about this one: a point's options, its newest value"},
    {0}};

static const struct vv_route_param plant_params[] = {
    {"dry_run", "1: the changes are told, nothing is kept"},
    {"format", "json (default), or text: lines as `varve apply` prints them"},
    {0}};

static const struct vv_route_param create_params[] = {
    {"mode", "create (default), or upsert: a row whose key is there is changed"},
    {"dry_run", "1: everything is checked, nothing is kept"},
    {0}};

static const struct vv_route_param strata_params[] = {
    {"history", "for Trend, Trend0 and Trend2: the history database, instead of the point's own"},
    {0}};

/* X(method, path, handler, right, flags, parameters, summary) */
#define ROUTES(X)                                                                                  \
    X("GET", "/health", health, OPEN, VV_ROUTE_INLINE, no_params,                                  \
      "Whether the server is well, and what is not; 503 when it cannot store")                     \
    X("GET", "/metrics", metrics, READ, VV_ROUTE_INLINE, no_params,                                \
      "Counters and gauges in Prometheus' text form")                                              \
    X("GET", "/api/v1/openapi.json", openapi, READ, VV_ROUTE_INLINE, no_params, "This document")   \
    X("POST", "/write", write, ENTER, VV_ROUTE_CHANGES, write_params,                              \
      "Stores InfluxDB line protocol; all lines or none")                                          \
    X("POST", "/api/v2/write", write, ENTER, VV_ROUTE_CHANGES, write_params,                       \
      "The same for InfluxDB v2 clients")                                                          \
    X("POST", "/api/v1/samples", samples, ENTER, VV_ROUTE_CHANGES, samples_params,                 \
      "Stores a JSON array of samples; all rows or none")                                          \
    X("POST", "/api/v1/strata/{table}", strata, ENTER, VV_ROUTE_CHANGES, strata_params,            \
      "Stores rows of a documented stratum, of JSON or CSV; all or none")                          \
    X("GET", "/api/v1/tags", tags, READ, 0, tags_params, "Tags in order of their names")           \
    X("POST", "/api/v1/tags", tags, READ, VV_ROUTE_FORM, tags_params,                              \
      "The same with the parameters in the body")                                                  \
    X("GET", "/api/v1/history", history, READ, 0, history_params,                                  \
      "Samples or buckets of tags over a range of time")                                           \
    X("POST", "/api/v1/history", history, READ, VV_ROUTE_FORM, history_params,                     \
      "The same with the parameters in the body")                                                  \
    X("DELETE", "/api/v1/history", history_delete, ENTER, VV_ROUTE_CHANGES, delete_params,         \
      "Deletes the rows of tags in a range, and tells the journal")                                \
    X("POST", "/api/v1/history/delete", history_delete, ENTER, VV_ROUTE_CHANGES | VV_ROUTE_FORM,   \
      delete_params, "The same with the parameters in the body")                                   \
    X("POST", "/api/v1/history/correct", history_correct, ENTER, VV_ROUTE_CHANGES | VV_ROUTE_FORM, \
      correct_params, "Corrects the rows of a tag in a range, and tells the journal of each")      \
    X("POST", "/api/v1/copy", copy, ENTER, VV_ROUTE_CHANGES | VV_ROUTE_FORM | VV_ROUTE_QUERY,      \
      copy_params, "Copies the rows of tags in a range into another history, or to other names")   \
    X("POST", "/api/v1/backup", backup, CONFIGURE, VV_ROUTE_CHANGES | VV_ROUTE_FORM,               \
      backup_params, "Begins a backup; GET tells how far it is")                                   \
    X("GET", "/api/v1/backup", backup_state, CONFIGURE, 0, no_params,                              \
      "The last backup that was asked for: none, running, done, failed")                           \
    X("POST", "/api/v1/backup/cancel", backup_cancel, CONFIGURE, VV_ROUTE_CHANGES, no_params,      \
      "Gives up the backup that is running")                                                       \
    X("GET", "/api/v1/live", live, READ, 0, live_params, "The newest value of each tag")           \
    X("POST", "/api/v1/live", live, READ, VV_ROUTE_FORM, live_params,                              \
      "The same with the parameters in the body")                                                  \
    X("GET", "/api/v1/stream", stream, READ, 0, stream_params,                                     \
      "Server-Sent Events: snapshot, then change at most four times a second, beat every second")  \
    X("GET", "/api/v1/plant", plant_get, READ, 0, no_params,                                       \
      "The plant as a plant file, which changes nothing when it is applied again")                 \
    X("POST", "/api/v1/plant", plant_apply, CONFIGURE, VV_ROUTE_CHANGES, plant_params,             \
      "Makes the plant equal to a plant file; all of it or nothing")                               \
    X("POST", "/api/v1/sql", sql, SQL, VV_ROUTE_CHANGES | VV_ROUTE_QUERY, no_params,               \
      "One SQL statement that reads, its rows as JSON or CSV: "                                    \
      "{\"sql\":…,\"params\":[…],\"limit\":…,\"format\":…}")                                       \
    X("GET", "/api/v1/tables", tables, READ, 0, no_params,                                         \
      "All tables of the catalogue, with the number of rows of the ledger's")                      \
    X("GET", "/api/v1/tables/{table}/schema", table_schema, READ, 0, no_params,                    \
      "A table's columns, keys, references and choices: what forms are made from")                 \
    X("GET", "/api/v1/tables/{table}", table_rows, READ, VV_ROUTE_FILTERS, rows_params,            \
      "Rows of a ledger table; Column=value and Column.ge=value filter")                           \
    X("POST", "/api/v1/tables/{table}", table_create, READ, VV_ROUTE_CHANGES, create_params,       \
      "Creates rows, of JSON or CSV; all or none")                                                 \
    X("GET", "/api/v1/tables/{table}/{key}", table_row, READ, 0, no_params, "One row")             \
    X("PATCH", "/api/v1/tables/{table}/{key}", table_update, READ, VV_ROUTE_CHANGES, no_params,    \
      "Changes the columns that are given")                                                        \
    X("DELETE", "/api/v1/tables/{table}/{key}", table_delete, READ, VV_ROUTE_CHANGES,              \
      row_delete_params, "Deletes a row that nothing refers to")

#define CHECK_RIGHT(method, path, handler, right, flags, params, summary)                          \
    _Static_assert(VV_RIGHT_##right != 0, "a route needs a right");
ROUTES(CHECK_RIGHT)

static const struct vv_route routes[] = {
#define ROW(method, path, name, right, flags, params, summary)                                     \
    {method, path, vv_handle_##name, VV_RIGHT_##right, flags, params, summary},
    ROUTES(ROW)
#undef ROW
};

#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

const struct vv_route *vv_route_at(unsigned index)
{
    return index < ROUTE_COUNT ? &routes[index] : NULL;
}

/* Whether the path is one of the pattern's; its pieces behind {…} in `match`. */
static bool fits(const char *pattern, const char *path, struct vv_route_match *match)
{
    size_t count = 0;

    memset(match->pieces, 0, sizeof match->pieces);
    while (*pattern) {
        if (*pattern == '{') {
            const size_t len = strcspn(path, "/");
            match->pieces[count++] = (struct vv_route_piece){path, len};
            path += len;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

/* "GET, HEAD, POST, OPTIONS": what the rows with that path have. */
static void list_methods(const char *path, char *to, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (strcmp(routes[i].path, path) != 0)
            continue;
        const bool get = strcmp(routes[i].method, "GET") == 0;
        len += (size_t)snprintf(to + len, size - len, "%s, ", get ? "GET, HEAD" : routes[i].method);
    }
    snprintf(to + len, size - len, "OPTIONS");
}

void vv_route_find(const char *method, const char *path, struct vv_route_match *match)
{
    size_t first = 0;

    *match = (struct vv_route_match){0};
    while (first < ROUTE_COUNT && !fits(routes[first].path, path, match))
        first++;
    if (first == ROUTE_COUNT) {
        memset(match->pieces, 0, sizeof match->pieces);
        return;
    }
    list_methods(routes[first].path, match->allow, sizeof match->allow);
    for (size_t i = first; i < ROUTE_COUNT && !match->route; i++)
        if (strcmp(routes[i].path, routes[first].path) == 0 &&
            strcmp(routes[i].method, method) == 0)
            match->route = &routes[i];
}

bool vv_route_takes(const struct vv_route *route, const char *name)
{
    for (const struct vv_route_param *param = route->params; param->name; param++)
        if (strcmp(param->name, name) == 0)
            return true;
    return false;
}

const char *vv_right_name(uint32_t right)
{
    static const struct {
        uint32_t right;
        const char *name;
    } names[] = {
        {VV_RIGHT_CONFIGURE, "configure"}, {VV_RIGHT_USERS, "users"}, {VV_RIGHT_REPORTS, "reports"},
        {VV_RIGHT_ENTER, "enter"},         {VV_RIGHT_READ, "read"},   {VV_RIGHT_JOBS, "jobs"},
        {VV_RIGHT_STUDIES, "studies"},     {VV_RIGHT_SQL, "sql"},     {VV_RIGHT_OPEN, "open"}};
    size_t i = 0;

    while (names[i].right != right)
        i++;
    return names[i].name;
}
