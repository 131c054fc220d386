/* health.c: GET /health and /metrics: how the server is, for people's tools and for Prometheus. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "base/zone.h"
#include "collect/gate.h"
#include "collect/host.h"
#include "serve/connections.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/stream.h"
#include "serve/workers.h"
#include "varve.h"

#include "base/banned.h"

static void add_text(struct vv_json *json, const char *key, const char *text)
{
    vv_json_key(json, key);
    vv_json_text(json, text);
}

static void add_uint(struct vv_json *json, const char *key, uint64_t v)
{
    vv_json_key(json, key);
    vv_json_uint(json, v);
}

static void add_time(struct vv_json *json, const char *key, int64_t time_ms)
{
    vv_json_key(json, key);
    if (time_ms)
        vv_json_int(json, time_ms);
    else
        vv_json_null(json);
}

/* ---- health ---- */

/* "ok", or why the history does not take what comes. */
static const char *history_state(const struct varve_info *info)
{
    return info->stalled     ? "stalled"
           : info->disk_full ? "disk_full"
           : info->read_only ? "read_only"
                             : "ok";
}

/* False when samples cannot be stored. */
static bool add_history(struct vv_json *json, struct vv_history *history)
{
    varve *store = vv_history_native(history);
    struct varve_info info = {0};
    vv_error err;
    vv_status status = store ? varve_info_get(store, &info, &err) : VARVE_OK;
    const char *state = status ? "unknown" : history_state(&info);

    vv_json_object(json);
    add_text(json, "name", vv_history_name(history));
    add_text(json, "status", state);
    add_text(json, "store", store ? "native" : "sql");
    add_text(json, "layout", vv_history_layout(history) == VV_LAYOUT_TREND ? "trend" : "scada");
    vv_json_key(json, "provider");
    vv_json_int(json, vv_history_provider_id(history));
    add_uint(json, "rows", info.part_rows + info.head_rows);
    add_uint(json, "series", info.series_count);
    add_uint(json, "bytes", info.part_bytes + info.log_bytes);
    add_uint(json, "damaged", info.damaged);
    add_text(json, "trouble", status ? err.message : info.trouble);
    vv_json_end_object(json);
    return strcmp(state, "ok") == 0;
}

static void add_device(struct vv_json *json, const struct vv_device_status *device)
{
    vv_json_object(json);
    add_text(json, "connection", device->connection);
    add_text(json, "device", device->device);
    add_text(json, "driver", device->driver);
    add_text(json, "state", vv_link_state_name(device->state));
    add_uint(json, "points", device->points);
    add_uint(json, "polls", device->polls);
    add_uint(json, "failures", device->failures);
    add_uint(json, "samples", device->samples);
    add_uint(json, "lost", device->lost);
    add_uint(json, "overruns", device->overruns);
    vv_json_key(json, "poll_ms");
    vv_json_double(json, (double)device->last_poll_us / 1000);
    add_time(json, "last_good", device->last_good_ms);
    add_time(json, "last_error_time", device->last_error_ms);
    add_text(json, "last_error", device->last_error);
    vv_json_end_object(json);
}

void vv_handle_health(struct vv_request *request)
{
    const struct vv_server_options *options = &request->server->options;
    const struct vv_device_status *devices = NULL;
    size_t device_count = 0;
    struct vv_json json;
    bool good = true;

    vv_json_init(&json, vv_answer_json(request));
    vv_json_object(&json);
    vv_json_key(&json, "histories");
    vv_json_array(&json);
    for (size_t i = 0; i < vv_history_count(options->set); i++)
        good = add_history(&json, vv_history_at(options->set, i)) && good;
    vv_json_end_array(&json);

    if (options->host)
        device_count = vv_host_list(options->host, &request->arena, &devices);
    vv_json_key(&json, "connections");
    vv_json_array(&json);
    for (size_t i = 0; i < device_count; i++)
        add_device(&json, &devices[i]);
    vv_json_end_array(&json);

    add_text(&json, "status", good ? "ok" : "degraded");
    add_text(&json, "version", options->version ? options->version : "");
    add_text(&json, "node", options->node ? options->node : "");
    add_text(&json, "plant", options->plant ? options->plant : "");
    add_text(&json, "timezone", options->zone ? vv_zone_name(options->zone) : "UTC");
    vv_json_key(&json, "now");
    vv_json_int(&json, vv_now_ms());
    vv_json_key(&json, "started");
    vv_json_int(&json, request->server->started_ms);
    vv_json_end_object(&json);
    request->answer.http_status = good ? 200 : 503;
}

void vv_handle_openapi(struct vv_request *request)
{
    vv_routes_describe(vv_answer_json(request));
}

/* ---- metrics ---- */

static void head(struct vv_buf *out, const char *name, const char *type, const char *text)
{
    vv_buf_format(out, "# HELP varve_%s %s\n# TYPE varve_%s %s\n", name, text, name, type);
}

static void metric(struct vv_buf *out, const char *name, const char *type, const char *text,
                   uint64_t v)
{
    head(out, name, type, text);
    vv_buf_format(out, "varve_%s %" PRIu64 "\n", name, v);
}

/* A label's value: backslash, quote and line end are escaped. */
static void label(struct vv_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            vv_buf_char(out, '\\');
        if (*text == '\n')
            vv_buf_text(out, "\\n");
        else
            vv_buf_char(out, *text);
    }
}

/* X(name, type, expression of info, text) */
#define STORE_METRICS(X)                                                                           \
    X(store_appended_rows_total, counter, info.appended_rows, "rows appended since start")         \
    X(store_series, gauge, info.series_count, "series")                                            \
    X(store_parts, gauge, info.parts, "parts")                                                     \
    X(store_part_rows, gauge, info.part_rows, "rows in parts")                                     \
    X(store_part_bytes, gauge, info.part_bytes, "bytes of parts")                                  \
    X(store_head_rows, gauge, info.head_rows, "rows in memory")                                    \
    X(store_memory_bytes, gauge, info.memory_bytes, "memory of the head")                          \
    X(store_cache_bytes, gauge, info.cache_bytes, "memory of the block cache")                     \
    X(store_log_bytes, gauge, info.log_bytes, "bytes of the log")                                  \
    X(store_flushes_total, counter, info.flushes, "flushes since start")                           \
    X(store_merges_total, counter, info.merges, "merges since start")                              \
    X(store_logged_bytes_total, counter, info.bytes_logged, "bytes written to the log")            \
    X(store_flushed_bytes_total, counter, info.bytes_flushed, "bytes written by flushes")          \
    X(store_merged_bytes_total, counter, info.bytes_merged, "bytes written by merges")             \
    X(store_merge_backlog_bytes, gauge, info.merge_backlog_bytes, "bytes that wait to be merged")  \
    X(store_blocks_read_total, counter, info.blocks_read, "blocks decoded since start")            \
    X(store_damaged, gauge, info.damaged, "blocks and files found damaged")                        \
    X(store_unflushed_age_ms, gauge, info.oldest_unflushed_ms, "age of the oldest unflushed row")  \
    X(store_stalled, gauge, info.stalled, "1 while writes are refused for back-pressure")          \
    X(store_disk_full, gauge, info.disk_full, "1 while the disk is full")                          \
    X(store_read_only, gauge, info.read_only, "1 when nothing can be written")

static void add_stores(struct vv_buf *out, struct vv_history_set *set)
{
    const size_t count = vv_history_count(set);

#define ONE_METRIC(name, type, value, text)                                                        \
    head(out, #name, #type, text);                                                                 \
    for (size_t i = 0; i < count; i++) {                                                           \
        struct vv_history *history = vv_history_at(set, i);                                        \
        struct varve_info info = {0};                                                              \
        if (!vv_history_native(history) ||                                                         \
            varve_info_get(vv_history_native(history), &info, NULL))                               \
            continue;                                                                              \
        vv_buf_text(out, "varve_" #name "{history=\"");                                            \
        label(out, vv_history_name(history));                                                      \
        vv_buf_format(out, "\"} %" PRIu64 "\n", (uint64_t)(value));                                \
    }
    STORE_METRICS(ONE_METRIC)
#undef ONE_METRIC
}

static void add_http(struct vv_buf *out, struct vv_server *server)
{
    metric(out, "http_requests_total", "counter", "requests since start", server->counts.requests);
    head(out, "http_answers_total", "counter", "answers by class of status");
    for (int i = 2; i < 6; i++)
        vv_buf_format(out, "varve_http_answers_total{class=\"%dxx\"} %" PRIu64 "\n", i,
                      (uint64_t)server->counts.answers[i]);
    metric(out, "http_busy_total", "counter", "requests refused because all workers were busy",
           server->counts.refused_busy);
    metric(out, "http_cut_off_total", "counter", "long answers that ended before their end",
           server->counts.cut_off);
    metric(out, "http_slow_total", "counter", "connections closed for sending too slowly",
           server->counts.slow);
    metric(out, "http_body_bytes_total", "counter", "bytes of bodies received",
           server->counts.body_bytes);
    metric(out, "http_body_memory_bytes", "gauge", "memory of bodies under way",
           server->bodies.used_bytes);
    metric(out, "http_connections", "gauge", "open connections",
           vv_connections_count(server->connections));
    metric(out, "http_streams", "gauge", "open event streams", vv_streams_count(server->streams));
    metric(out, "http_waiting", "gauge", "requests that wait for a worker",
           vv_workers_waiting(server->workers));
}

void vv_handle_metrics(struct vv_request *request)
{
    struct vv_server *server = request->server;
    struct vv_buf *out = vv_answer_json(request);
    struct vv_live_info live = {0};

    request->answer.type = "text/plain; version=0.0.4; charset=utf-8";
    vv_live_info_get(server->options.live, &live);
    metric(out, "samples_stored_total", "counter", "samples stored since start",
           server->options.gate->stored);
    metric(out, "samples_rejected_total", "counter", "samples refused since start",
           server->options.gate->rejected);
    metric(out, "write_failures_total", "counter", "writes that failed since start",
           server->options.gate->failed_calls);
    metric(out, "live_tags", "gauge", "tags with a value", live.entries);
    metric(out, "live_subscribers", "gauge", "subscriptions to live values", live.subscribers);
    metric(out, "live_updates_total", "counter", "samples taken over by the live table",
           live.updates);
    metric(out, "live_coalesced_total", "counter", "changes a subscriber got only the last of",
           live.coalesced);
    add_stores(out, server->options.set);
    add_http(out, server);
}
