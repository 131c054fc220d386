#include "app/site.h"

#include <string.h>

#include "base/io.h"
#include "base/zone.h"
#include "catalog/catalog.h"
#include "history/backup.h"

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

/* ---- a directory without a configuration ---- */

static bool is_configured(const struct vv_site *site)
{
    return site->config.file[0] != 0;
}

/* The next history takes its settings from the standard one, which is the first. */
static vv_status add_history(struct vv_site *site, size_t *count, const char *name, vv_error *err)
{
    struct vv_config *config = &site->config;
    if (*count == VV_CONFIG_HISTORIES_MAX)
        return vv_fail(err, VARVE_LIMIT, "more than %d histories", VV_CONFIG_HISTORIES_MAX);
    config->histories[*count] = config->histories[0];
    config->histories[*count].layout = VV_LAYOUT_KEPT;
    config->histories[*count].name = vv_arena_text(&config->arena, name, strlen(name));
    if (!config->histories[*count].name)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to list the histories");
    ++*count;
    return VARVE_OK;
}

struct listing {
    struct vv_site *site;
    size_t count;
    vv_status status;
    vv_error *err;
};

static bool list_one(void *arg, const char *name)
{
    struct listing *listing = arg;
    if (name[0] != '.')
        listing->status = add_history(listing->site, &listing->count, name, listing->err);
    return !listing->status;
}

vv_status vv_site_list(struct vv_site *site, vv_error *err)
{
    struct listing listing = {.site = site, .err = err};
    if (is_configured(site))
        return VARVE_OK;
    const char *folder = vv_arena_format(&site->config.arena, "%s/history", site->config.data);
    if (!folder)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to list the histories");
    const struct vv_io *io = vv_io_posix();
    vv_status status = io->list(io->context, folder, list_one, &listing, err);
    if (status)
        return vv_fail(err, VARVE_NOT_FOUND, "%s is no data directory: it has no folder history",
                       site->config.data);
    if (listing.count > 0)
        site->config.history_count = listing.count;
    return listing.status;
}

/* Node and histories as ScadaProviderMapping has them; the standard ones while it is empty. */
static vv_status adopt(struct vv_site *site, vv_error *err)
{
    const struct vv_query query = {.table = vv_catalog_find("ScadaProviderMapping")};
    struct vv_config *config = &site->config;
    struct vv_ledger_tx *tx = NULL;
    struct vv_ledger_cursor *cursor = NULL;
    const struct vv_row *row;
    size_t count = 0;
    vv_status status = vv_ledger_begin_read(site->ledger, &tx, err);
    if (!status)
        status = vv_ledger_select(tx, &query, &cursor, err);
    while (!status && !(status = vv_ledger_next(cursor, &row, err))) {
        const char *node = vv_row_get_text(row, "Node");
        if (count > 0 && strcmp(node, config->node) != 0)
            status = vv_fail(err, VARVE_CONFLICT,
                             "the ledger has histories of the nodes \"%.80s\" and \"%.80s\": say "
                             "which by -c varve.yaml",
                             config->node, node);
        if (!status)
            status = add_history(site, &count, vv_row_get_text(row, "Provider"), err);
        if (!status && count == 1 &&
            !(config->node = vv_arena_text(&config->arena, node, strlen(node))))
            status = vv_fail(err, VARVE_NO_MEMORY, "no memory to list the histories");
    }
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    if (count > 0)
        config->history_count = count;
    return status == VARVE_END ? VARVE_OK : status;
}

/* ---- opening and closing ---- */

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
    vv_status status = vv_zone_new(config->timezone, &site->zone, err);
    if (status)
        return status;
    struct vv_history_set_options set = {.node = config->node,
                                         .ledger = site->ledger,
                                         .histories = options,
                                         .count = config->history_count,
                                         .new_series_per_hour =
                                             (uint64_t)config->new_series_per_hour,
                                         .zone = site->zone,
                                         .read_only = read_only};
    return vv_history_set_open(&set, &site->set, err);
}

static bool no_more(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

/* What a restore has not brought back whole is no data directory. */
static vv_status check_restored(struct vv_site *site, const char *data, vv_error *err)
{
    const struct vv_io *io = vv_io_posix();
    const char *path = vv_arena_format(&site->config.arena, "%s/" VV_RESTORE_NAME, data);
    if (!path)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the site");
    if (io->list(io->context, path, no_more, NULL, NULL) != VARVE_OK)
        return VARVE_OK;
    return vv_fail(err, VARVE_CONFLICT,
                   "a restore into it was interrupted: empty it, and restore again");
}

vv_status vv_site_open(struct vv_site *site, bool read_only, bool histories, vv_error *err)
{
    const char *data = vv_config_path(&site->config, site->config.data);
    vv_status status = VARVE_OK;
    if (!data)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to open the site");
    if (!read_only)
        status = vv_io_make_dirs(vv_io_posix(), data, err);
    if (!status)
        status = check_restored(site, data, err);
    struct vv_ledger_options ledger = {.url = ledger_url(site), .read_only = read_only};
    if (!status)
        status = vv_ledger_open(&ledger, &site->ledger, err);
    if (!status && !is_configured(site))
        status = adopt(site, err);
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
    vv_zone_free(site->zone);
    vv_config_deinit(&site->config);
    *site = (struct vv_site){0};
    return status;
}
