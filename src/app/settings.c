#include "app/settings.h"

#include "app/config.h"

#include "base/banned.h"

#define AT(field)         offsetof(struct vv_config, field)
#define HISTORY_AT(field) offsetof(struct vv_config_history, field)
#define MIB               1048576LL
#define DAY               86400000LL

static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const layouts[] = {"scada", "trend", NULL};
static const char *const partitions[] = {"none",    "day",      "week", "month",
                                         "quarter", "halfyear", "year", NULL};
static const char *const syncs[] = {"interval", "always", "never", NULL};

const struct vv_setting vv_settings[] = {
    {NULL, "node", VV_SETTING_TEXT, AT(node), "varve", 0, 0, NULL, NULL,
     "The name of this node, as `ScadaProviderMapping.Node`. Do not change it once data is stored: "
     "histories belong to it."},
    {NULL, "data", VV_SETTING_PATH, AT(data), "./data", 0, 0, NULL, NULL,
     "The directory of the embedded stores and the ledger; made when missing."},
    {NULL, "timezone", VV_SETTING_TEXT, AT(timezone), "UTC", 0, 0, NULL, NULL,
     "The plant's time zone, by its IANA name (`Europe/Kyiv`). Days, months and pages follow it; "
     "what is stored is UTC."},
    {NULL, "plant", VV_SETTING_PATH, AT(plant), NULL, 0, 0, NULL, NULL,
     "A plant file (docs/plant-file.md) that `serve` applies to an empty ledger; afterwards only "
     "`varve apply` does."},
    {NULL, "ledger", VV_SETTING_TEXT, AT(ledger), "sqlite:varve.db", 0, 0, NULL, NULL,
     "The database of the ledger, `sqlite:FILE`; a relative path is inside `data`. Other databases "
     "come later."},
    {NULL, "preprocessor", VV_SETTING_BOOL, AT(preprocessor), "off", 0, 0, NULL, "metering",
     "Whether drivers write `Trend0` and the preprocessor carries over to `Trend`."},
    {NULL, "drivers_dir", VV_SETTING_PATH, AT(drivers_dir), NULL, 0, 0, NULL, NULL,
     "Where the drivers' shared objects are; by itself those that were built with the program, or "
     "the installed ones."},
    {NULL, "web", VV_SETTING_PATH, AT(web_dir), NULL, 0, 0, NULL, NULL,
     "Where the built pages are; by itself `web/dist` of the source, or the installed ones."},
    {NULL, "log", VV_SETTING_CHOICE, AT(log_level), "info", 0, 0, levels, NULL,
     "What is written to standard error: lines of this level and above."},
    {NULL, "new_series_per_hour", VV_SETTING_INT, AT(new_series_per_hour), "100000", 0, 1000000000,
     NULL, NULL,
     "New tags that clients may bring in an hour, for each history; more are refused. 0: no "
     "limit."},
    {"billing", "day_hour", VV_SETTING_INT, AT(billing_day_hour), "0", 0, 23, NULL, "metering",
     "The hour at which the billing day begins (Period 6 and 7)."},
    {"billing", "month_day", VV_SETTING_INT, AT(billing_month_day), "1", 1, 31, NULL, "metering",
     "The day at which the billing month begins (Period 7)."},
    {"reports", "dir", VV_SETTING_PATH, AT(reports_dir), NULL, 0, 0, NULL, "reports",
     "Where report templates lie as files."},
    {"backup", "dir", VV_SETTING_PATH, AT(backup_dir), NULL, 0, 0, NULL, NULL,
     "Where the running server makes backups that are asked for over HTTP (docs/backup.md), each "
     "in a new directory below; without it none are made. It must be there."},
    {"http", "listen", VV_SETTING_TEXT, AT(http_listen), "127.0.0.1:8080", 0, 0, NULL, NULL,
     "Address and port of the HTTP server; port 0 takes a free one and says which. Only loopback "
     "addresses are allowed until there are users."},
    {"http", "certificate", VV_SETTING_PATH, AT(http_certificate), NULL, 0, 0, NULL, NULL,
     "PEM file of the server's certificate, its issuers' behind it. With it and `key` the server "
     "speaks HTTPS (TLS 1.2 and 1.3) and no plain HTTP. Read at start."},
    {"http", "key", VV_SETTING_PATH, AT(http_key), NULL, 0, 0, NULL, NULL,
     "PEM file of the certificate's private key; not everyone may be allowed to read it."},
    {"http", "connections", VV_SETTING_INT, AT(http_connections), "2000", 10, 100000, NULL, NULL,
     "Connections at most."},
    {"http", "streams", VV_SETTING_INT, AT(http_streams), "1000", 1, 5000, NULL, NULL,
     "Live streams (`/api/v1/stream`) at most."},
    {"http", "workers", VV_SETTING_INT, AT(http_workers), "4", 1, 64, NULL, NULL,
     "Threads that read and write the stores for requests."},
    {"http", "body", VV_SETTING_SIZE, AT(http_body_bytes), "64MiB", 1024, 1024 * MIB, NULL, NULL,
     "Bytes of a request's body at most, unpacked."},
};
const size_t vv_setting_count = sizeof vv_settings / sizeof vv_settings[0];

const struct vv_setting vv_history_settings[] = {
    {NULL, "name", VV_SETTING_TEXT, HISTORY_AT(name), NULL, 0, 0, NULL, NULL,
     "The history database's name, required and unique; it names a folder of `data`. The first one "
     "that this version can open is the default."},
    {NULL, "store", VV_SETTING_TEXT, HISTORY_AT(store), "native", 0, 0, NULL, NULL,
     "`native`, Varve's own column store. `sqlite:`, `postgres:`, `mysql:` and `sqlserver:` are "
     "checked; histories in them are not opened yet."},
    {NULL, "layout", VV_SETTING_CHOICE, HISTORY_AT(layout), "scada", 0, 0, layouts, NULL,
     "`scada`: typed value and quality, milliseconds, for any tag (`ScadaTagHistory`). `trend`: a "
     "number and flag letters, seconds, for points of the plant only (`Trend`). It cannot be "
     "changed later."},
    {NULL, "partition", VV_SETTING_CHOICE, HISTORY_AT(partition), "day", 0, 0, partitions, NULL,
     "How its rows are cut by time (UTC): names of its tables, and what retention removes whole."},
    {NULL, "sync", VV_SETTING_CHOICE, HISTORY_AT(sync), "interval", 0, 0, syncs, NULL,
     "When acknowledged rows are safe from a power cut: `always` at once, `interval` after "
     "`sync_interval`, `never` when the operating system pleases. A killed process loses nothing "
     "in any of them."},
    {NULL, "sync_interval", VV_SETTING_DURATION, HISTORY_AT(sync_interval_ms), "100ms", 1, 60000,
     NULL, NULL, "With `sync: interval`: the most that a power cut may take."},
    {NULL, "flush_interval", VV_SETTING_DURATION, HISTORY_AT(flush_interval_ms), "5m", 1000, DAY,
     NULL, NULL, "Rows older than this go from memory and log to a part."},
    {NULL, "memory", VV_SETTING_SIZE, HISTORY_AT(memory_bytes), "256MiB", MIB, 1048576 * MIB, NULL,
     NULL, "Rows in memory that are not yet in parts, at most."},
    {NULL, "cache", VV_SETTING_SIZE, HISTORY_AT(cache_bytes), "64MiB", MIB, 1048576 * MIB, NULL,
     NULL, "Checked blocks of parts kept for reading, at most."},
    {NULL, "log_size", VV_SETTING_SIZE, HISTORY_AT(log_bytes), "256MiB", MIB, 65536 * MIB, NULL,
     NULL, "The write-ahead log's files together, at most."},
    {NULL, "reserve", VV_SETTING_SIZE, HISTORY_AT(reserve_bytes), "64MiB", 65536, 1048576 * MIB,
     NULL, NULL,
     "Writing is refused (507) while less than this is free on the disk; reading goes on, and "
     "writing too once there is room."},
    {"keep", "raw", VV_SETTING_DURATION, HISTORY_AT(keep_raw_ms), NULL, DAY, 36500 * DAY, NULL,
     "retention", "How long samples are kept; by itself for ever."},
    {"keep", "windows", VV_SETTING_DURATION, HISTORY_AT(keep_windows_ms), NULL, DAY, 36500 * DAY,
     NULL, "pre-processing", "How long pre-processed windows are kept; by itself for ever."},
};
const size_t vv_history_setting_count = sizeof vv_history_settings / sizeof vv_history_settings[0];
