#include "serve/server.h"

#include "base/logger.h"
#include "base/time.h"
#include "history/sqlquery.h"
#include "serve/connections.h"
#include "serve/hosts.h"
#include "serve/http.h"
#include "serve/pages.h"
#include "serve/safekeeping.h"
#include "serve/server_private.h"
#include "serve/stream.h"
#include "serve/workers.h"

#include "base/banned.h"

#define STOP_MS 5000

/* Queries run on so many threads, behind all others, and so many more may wait. */
#define QUERY_THREADS      2
#define QUERY_QUEUE        16
#define QUERY_NICE         10
#define QUERY_MEMORY_BYTES (128LL * 1024 * 1024)
#define QUERY_LIFE_MS      (10 * VV_MINUTE_MS)

static void set_default(uint32_t *option, uint32_t value)
{
    if (*option == 0)
        *option = value;
}

static vv_status configure(struct vv_server *server, vv_error *err)
{
    struct vv_server_options *options = &server->options;

    set_default(&options->connections, 2000);
    set_default(&options->streams, 1000);
    set_default(&options->workers, 4);
    set_default(&options->queue, 256);
    set_default(&options->idle_s, 30);
    set_default(&options->queries, 8);
    set_default(&options->query_s, 30);
    if (options->body_bytes == 0)
        options->body_bytes = 64ull << 20;
    if (options->buffer_bytes == 0)
        options->buffer_bytes = 256ull << 20;
    server->bodies.limit_bytes = options->buffer_bytes;
    vv_status status = vv_listen_parse(options->listen, server->listen_host,
                                       sizeof server->listen_host, &server->port, err);
    if (!status && !vv_host_is_loopback(server->listen_host))
        return vv_fail(err, VARVE_DENIED,
                       "http.listen %s is not a loopback address: without users only 127.0.0.1, "
                       "[::1] and localhost are served",
                       options->listen);
    if (!status && (options->certificate || options->key))
        status = vv_tls_load(options->certificate, options->key, &server->tls, err);
    return status;
}

static void free_server(struct vv_server *server)
{
    vv_http_stop(server);
    vv_safekeeping_free(server->keeping);
    vv_workers_free(server->workers);
    vv_workers_free(server->query_workers);
    vv_sqlpool_free(server->queries);
    vv_streams_stop(server->streams);
    vv_pages_free(server->pages);
    vv_connections_free(server->connections);
    vv_tls_deinit(&server->tls);
    vv_cond_deinit(&server->idle);
    vv_mutex_deinit(&server->mutex);
    vv_free(server);
}

static vv_status start_workers(struct vv_server *server, vv_error *err)
{
    const struct vv_server_options *options = &server->options;
    const struct vv_workers_options workers = {
        .threads = options->workers, .queue = options->queue, .run = vv_http_work};
    const struct vv_workers_options queries = {
        .threads = QUERY_THREADS, .queue = QUERY_QUEUE, .nice = QUERY_NICE, .run = vv_http_work};
    vv_status status = vv_workers_start(&workers, &server->workers, err);

    return status ? status : vv_workers_start(&queries, &server->query_workers, err);
}

static vv_status start_queries(struct vv_server *server, vv_error *err)
{
    const struct vv_server_options *options = &server->options;
    const struct vv_sqlpool_options pool = {.ledger = options->ledger,
                                            .set = options->set,
                                            .open_max = options->queries,
                                            .memory_bytes = QUERY_MEMORY_BYTES,
                                            .work_ms = (int64_t)options->query_s * VV_SECOND_MS,
                                            .life_ms = QUERY_LIFE_MS};

    return options->ledger ? vv_sqlpool_new(&pool, &server->queries, err) : VARVE_OK;
}

static void stop_workers(struct vv_server *server)
{
    vv_workers_stop(server->workers);
    vv_workers_stop(server->query_workers);
}

vv_status vv_server_start(const struct vv_server_options *options, struct vv_server **server,
                          vv_error *err)
{
    struct vv_server *s = vv_alloc_zero(sizeof *s);
    vv_error pages_err;

    *server = NULL;
    if (!s)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the HTTP server");
    s->options = *options;
    s->started_ms = vv_now_ms();
    vv_mutex_init(&s->mutex);
    vv_cond_init(&s->idle);

    vv_status status = configure(s, err);
    if (!status && options->web_dir && vv_pages_load(options->web_dir, &s->pages, &pages_err))
        vv_log_error("http", &pages_err, "only the API is served");
    if (!status) {
        s->connections = vv_connections_new((int64_t)s->options.idle_s * VV_SECOND_MS);
        s->keeping = vv_safekeeping_new(s);
        if (!s->connections || !s->keeping)
            status = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the HTTP server");
    }
    if (!status)
        status = vv_streams_start(s, &s->streams, err);
    if (!status)
        status = start_queries(s, err);
    if (!status)
        status = start_workers(s, err);
    if (!status)
        status = vv_http_start(s, err);
    if (status) {
        stop_workers(s);
        free_server(s);
        return status;
    }
    *server = s;
    return VARVE_OK;
}

uint16_t vv_server_port(const struct vv_server *server)
{
    return server->port;
}

/* Waits until no request is under way, but not for ever. */
static void wait_idle(struct vv_server *server)
{
    int64_t end_ms = vv_monotonic_ms() + STOP_MS;

    vv_mutex_lock(&server->mutex);
    for (int64_t left_ms = STOP_MS; server->active > 0 && left_ms > 0;
         left_ms = end_ms - vv_monotonic_ms())
        (void)vv_cond_wait_for(&server->idle, &server->mutex, left_ms);
    if (server->active > 0)
        vv_log(VV_LOG_WARN, "http", "%zu requests are cut off", server->active);
    vv_mutex_unlock(&server->mutex);
}

void vv_server_stop(struct vv_server *server)
{
    if (!server)
        return;
    atomic_store(&server->stopping, true);
    vv_http_quiesce(server);
    vv_streams_end(server->streams);
    wait_idle(server);
    atomic_store(&server->cutting, true);
    /* libmicrohttpd aborts over a suspended connection. Workers that have ended leave none behind
     * and take none any more; streams end as they are read. */
    stop_workers(server);
    free_server(server);
}
