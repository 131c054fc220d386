/* config.h: varve.yaml, checked as a whole before anything starts.
 *
 * Every setting is a row of one table (settings.c), from which the reader, the checks and
 * docs/configuration.md are made. Unknown keys are errors with their own line and the nearest known
 * key. What belongs to later versions is checked and kept in `later`, so that the start can name
 * it; histories that only a later version can open are not in `histories`.
 *
 * Threads: read once, constant afterwards.
 */
#ifndef VV_APP_CONFIG_H
#define VV_APP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define VV_CONFIG_HISTORIES_MAX 64
#define VV_CONFIG_WINDOWS_MAX   16
#define VV_CONFIG_ALIASES_MAX   64
#define VV_CONFIG_LATER_MAX     64

struct vv_config_history {
    const char *name;
    const char *store;
    int64_t layout;    /* enum vv_history_layout */
    int64_t partition; /* enum vv_partition_size */
    int64_t sync;      /* enum varve_sync */
    int64_t sync_interval_ms;
    int64_t flush_interval_ms;
    int64_t memory_bytes, cache_bytes, log_bytes, reserve_bytes;
    int64_t keep_raw_ms, keep_windows_ms;   /* 0: for ever */
    int64_t windows[VV_CONFIG_WINDOWS_MAX]; /* minutes */
    size_t window_count;
};

struct vv_config_alias {
    const char *name, *driver;
};

struct vv_config {
    struct vv_arena arena; /* of all texts */
    const char *file;
    const char *dir; /* its folder: relative paths are from there */
    const char *node, *data, *timezone, *plant, *ledger, *reports_dir, *drivers_dir, *web_dir;
    const char *backup_dir; /* null: the server makes none */
    int64_t log_level;      /* enum vv_log_level */
    int64_t billing_day_hour, billing_month_day;
    bool preprocessor;
    const char *http_listen;
    const char *http_certificate, *http_key; /* null: no TLS */
    int64_t http_connections, http_streams, http_body_bytes, http_workers;
    int64_t new_series_per_hour;
    struct vv_config_alias aliases[VV_CONFIG_ALIASES_MAX];
    size_t alias_count;
    struct vv_config_history histories[VV_CONFIG_HISTORIES_MAX];
    size_t history_count;
    char later[VV_CONFIG_LATER_MAX][160]; /* what this version checks but does not act on */
    size_t later_count;
};

/* Reads and checks; the error names file, line, key and remedy. `config` is deinit'ed by the caller
 * whatever the result. */
vv_status vv_config_read(const char *path, struct vv_config *config, vv_error *err);
/* The same of a text; `path` (copied) is its name for errors and tells the folder of relative
 * paths. */
vv_status vv_config_parse(const char *text, size_t len_bytes, const char *path,
                          struct vv_config *config, vv_error *err);
/* The configuration of an embedded directory without a file: one native history `main`. */
vv_status vv_config_default(const char *data, struct vv_config *config, vv_error *err);
void vv_config_deinit(struct vv_config *config);

/* A path of the configuration as seen from the working directory, in its arena. Null for null, and
 * without memory. */
const char *vv_config_path(struct vv_config *config, const char *path);

#endif
