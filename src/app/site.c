#include "app/site.h"

#include <string.h>

#include "base/io.h"

#include "base/banned.h"

vv_status vv_site_configure(struct vv_site *site, const char *config_path, const char *data,
                            vv_error *err)
{
    *site = (struct vv_site){0};
    return config_path ? vv_config_read(config_path, &site->config, err)
                       : vv_config_default(data, &site->config, err);
}

const char *vv_site_history_path(struct vv_site *site, const struct vv_config_history *history)
{
    return vv_arena_format(&site->config.arena, "%s/history/%s",
                           vv_config_path(&site->config, site->config.data), history->name);
}

/* A relative path of a SQLite ledger is inside the data directory. */
static const char *ledger_url(struct vv_site *site)
{
    static const char scheme[] = "sqlite:";
    const char *url = site->config.ledger;
    size_t len = sizeof scheme - 1;
    if (strncmp(url, scheme, len) != 0 || url[len] == '/')
        return url;
    return vv_arena_format(&site->config.arena, "sqlite:%s/%s",
                           vv_config_path(&site->config, site->config.data), url + len);
}

static vv_status open_histories(struct vv_site *site, bool read_only, vv_error *err)
{
    struct vv_config *config = &site->config;
    struct vv_history_options options[VV_CONFIG_HISTORIES_MAX];
    for (size_t i = 0; i < config->history_count; i++) {
        const struct vv_config_history *from = &config->histories[i];
        options[i] = (struct vv_history_options){
            .name = from->name,
            .store = from->store,
            .path = vv_site_history_path(site, from),
            .layout = (enum vv_history_layout)from->layout,
            .partition = (enum vv_partition_size)from->partition,
            .native = {.sync = (enum varve_sync)from->sync,
                       .sync_interval_ms = (uint32_t)from->sync_interval_ms,
                       .memory_bytes = (uint64_t)from->memory_bytes,
                       .cache_bytes = (uint64_t)from->cache_bytes,
                       .log_bytes = (uint64_t)from->log_bytes,
                       .reserve_bytes = (uint64_t)from->reserve_bytes,
                       .flush_interval_s = (uint32_t)(from->flush_interval_ms / 1000),
                       .read_only = read_only},
        };
        if (!options[i].path)
            return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the histories");
    }
    struct vv_history_set_options set = {.node = config->node,
                                         .ledger = site->ledger,
                                         .histories = options,
                                         .count = config->history_count,
                                         .new_series_per_hour =
                                             (uint64_t)config->new_series_per_hour,
                                         .read_only = read_only};
    return vv_history_set_open(&set, &site->set, err);
}

vv_status vv_site_open(struct vv_site *site, bool read_only, bool histories, vv_error *err)
{
    const char *data = vv_config_path(&site->config, site->config.data);
    vv_status status = VARVE_OK;
    if (!data)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the site");
    if (!read_only)
        status = vv_io_make_dirs(vv_io_posix(), data, err);
    struct vv_ledger_options ledger = {.url = ledger_url(site), .read_only = read_only};
    if (!status)
        status = vv_ledger_open(&ledger, &site->ledger, err);
    if (!status && histories)
        status = open_histories(site, read_only, err);
    if (status)
        vv_error_prefix(err, "%s", data);
    return status;
}

vv_status vv_site_close(struct vv_site *site, vv_error *err)
{
    vv_status status = vv_history_set_close(site->set, err);
    vv_ledger_close(site->ledger);
    vv_config_deinit(&site->config);
    *site = (struct vv_site){0};
    return status;
}
