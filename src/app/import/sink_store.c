#include <stdlib.h>
#include <string.h>

#include "app/import/sink.h"
#include "app/site.h"
#include "base/alloc.h"
#include "base/zone.h"
#include "history/history.h"
#include "history/tags.h"

#include "base/banned.h"

#define REFUSALS_MAX     1000 /* of one call that are told by name */
#define MERGE_ROUNDS_MAX 1000

struct store_sink {
    struct vv_import_sink base;
    struct vv_site site;
    struct vv_history *history;
    struct vv_zone *zone;
    struct vv_rejection *refusals;
    char *place;
};

static vv_status type_of(struct vv_import_sink *base, const char *name, size_t len_bytes,
                         enum vv_tag_type *type, vv_error *err)
{
    struct store_sink *sink = (struct store_sink *)base;
    const struct vv_tag *tag;
    vv_status status =
        vv_tag_find(sink->site.set, vv_history_name(sink->history), name, len_bytes, &tag, err);
    *type = status ? VV_TYPE_NONE : tag->type;
    return status == VARVE_NOT_FOUND ? VARVE_OK : status;
}

static vv_status write_samples(struct vv_import_sink *base, const struct vv_sample *samples,
                               size_t count, vv_import_refused refused, void *arg, size_t *stored,
                               vv_error *err)
{
    struct store_sink *sink = (struct store_sink *)base;
    const struct vv_write_options options = {
        .history = vv_history_name(sink->history), .source = VV_SOURCE_CLIENT, .partial = true};
    struct vv_write_result result = {.list = sink->refusals, .capacity = REFUSALS_MAX};
    vv_status status = vv_history_write(sink->site.set, samples, count, &options, &result, err);
    *stored = result.stored;
    for (size_t i = 0; i < result.listed && !status; i++) {
        /* "sample 12, tag …": its number says nothing to who has a file. */
        const char *reason = strchr(result.list[i].reason, ',');
        const char *colon = strchr(result.list[i].reason, ':');
        reason = reason && (!colon || reason < colon) ? reason + 2 : colon ? colon + 2 : "";
        refused(arg, result.list[i].index, reason);
    }
    for (size_t i = result.listed; i < result.rejected && !status; i++)
        refused(arg, count, NULL);
    return status;
}

static vv_status sync_store(struct vv_import_sink *base, vv_error *err)
{
    struct store_sink *sink = (struct store_sink *)base;
    varve *native = vv_history_native(sink->history);
    return native ? varve_sync(native, err) : VARVE_OK;
}

/* A process that lives for one file would leave a part behind, and many of them thousands. */
static vv_status settle(struct store_sink *sink, vv_error *err)
{
    varve *native = sink->history ? vv_history_native(sink->history) : NULL;
    bool merged = native != NULL;
    vv_status status = native ? varve_flush(native, err) : VARVE_OK;
    for (int round = 0; round < MERGE_ROUNDS_MAX && merged && !status; round++)
        status = varve_merge(native, &merged, err);
    return status;
}

static vv_status close_store(struct vv_import_sink *base, vv_error *err)
{
    struct store_sink *sink = (struct store_sink *)base;
    vv_error close_err;
    vv_status status = settle(sink, err);
    vv_status closed = vv_site_close(&sink->site, &close_err);
    if (closed && !status) {
        if (err)
            *err = close_err;
        status = closed;
    }
    vv_zone_free(sink->zone);
    vv_free(sink->refusals);
    free(sink->place); /* realpath's */
    vv_free(sink);
    return status;
}

static vv_status open_store(struct store_sink *sink, const struct vv_target *target,
                            const char *history, vv_error *err)
{
    struct vv_site *site = &sink->site;
    vv_status status = vv_site_configure(site, target->config, target->data, err);
    if (status)
        return status;
    /* That limit guards against strangers; a file that somebody imports is no stranger. */
    site->config.new_series_per_hour = 0;
    status = vv_site_open(site, false, true, err);
    if (!status)
        status = vv_history_find(site->set, history, &sink->history, err);
    if (!status && target->config)
        status = vv_zone_new(site->config.timezone, &sink->zone, err);
    if (status)
        return status;
    const char *data = vv_config_path(&site->config, site->config.data);
    sink->place = data ? realpath(data, NULL) : NULL;
    sink->base.directory = data ? vv_arena_format(&site->config.arena, "%s/imports", data) : NULL;
    if (!sink->place || !sink->base.directory)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to open the site");
    sink->base.place = sink->place;
    sink->base.zone = sink->zone;
    return VARVE_OK;
}

vv_status vv_import_sink_store(const struct vv_target *target, const char *history,
                               struct vv_import_sink **sink, vv_error *err)
{
    static const struct vv_import_sink_kind kind = {type_of, write_samples, sync_store,
                                                    close_store};
    *sink = NULL;
    struct store_sink *made = vv_alloc_zero(sizeof *made);
    if (!made)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory to open the site");
    made->base.kind = &kind;
    made->refusals = vv_alloc_array(REFUSALS_MAX, sizeof *made->refusals);
    vv_status status = made->refusals ? open_store(made, target, history, err)
                                      : vv_fail(err, VARVE_NO_MEMORY, "not enough memory to write");
    if (status)
        close_store(&made->base, NULL);
    else
        *sink = &made->base;
    return status;
}
