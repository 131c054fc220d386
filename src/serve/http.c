#include "serve/http.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/logger.h"
#include "serve/connections.h"
#include "serve/hosts.h"
#include "serve/pages.h"
#include "serve/request.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/stream.h"
#include "serve/workers.h"

#include "base/banned.h"

#define EVENT_THREADS 2
#define READ_BYTES    (16u * 1024u)
#define SEND_BYTES    (32u * 1024u)
/* Of an answer that its client does not take, so much is made and held by the system (which doubles
 * it): left alone it takes megabytes for each connection. */
#define SOCKET_BYTES (256 * 1024)
#define POLICY                                                                                     \
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; "                           \
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/* ---- answers ---- */

static struct vv_workers *workers_of(const struct vv_request *request)
{
    return request->route->flags & VV_ROUTE_QUERY ? request->server->query_workers
                                                  : request->server->workers;
}

static ssize_t read_flow(void *arg, uint64_t at, char *to, size_t max_bytes)
{
    struct vv_request *request = arg;
    struct vv_answer *answer = &request->answer;
    size_t left = answer->body.len - answer->sent;

    (void)at;
    if (left > 0) {
        size_t len = left < max_bytes ? left : max_bytes;
        memcpy(to, answer->body.data + answer->sent, len);
        answer->sent += len;
        return (ssize_t)len;
    }
    if (answer->flow_ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (answer->flow_failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    MHD_suspend_connection(request->connection);
    if (!vv_workers_add(workers_of(request), request, false)) {
        answer->flow_failed = true;
        MHD_resume_connection(request->connection);
    }
    return 0;
}

static ssize_t read_stream(void *arg, uint64_t at, char *to, size_t max_bytes)
{
    struct vv_request *request = arg;
    ssize_t len = vv_stream_read(request->stream, to, max_bytes);

    (void)at;
    return len < 0 ? (ssize_t)MHD_CONTENT_READER_END_OF_STREAM : len;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static void add_safety(struct MHD_Response *response)
{
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Content-Security-Policy", POLICY);
    add_header(response, "X-Frame-Options", "DENY");
    add_header(response, "Referrer-Policy", "same-origin");
    add_header(response, "Cross-Origin-Resource-Policy", "same-origin");
}

static struct MHD_Response *page_response(const struct vv_request *request, int *http_status)
{
    const struct vv_site_file *page = request->page;
    const char *known = vv_request_header(request, "If-None-Match");
    const char *accepts = vv_request_header(request, "Accept-Encoding");
    bool same = known && strstr(known, page->etag);
    bool packed = page->gzip.len > 0 && accepts && strstr(accepts, "gzip");
    const struct vv_buf *body = packed ? &page->gzip : &page->plain;

    *http_status = same ? 304 : 200;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(same ? 0 : body->len, body->data, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return NULL;
    if (packed && !same)
        add_header(response, "Content-Encoding", "gzip");
    add_header(response, "Vary", "Accept-Encoding");
    add_header(response, "Content-Type", page->type);
    add_header(response, "ETag", page->etag);
    add_header(response, "Cache-Control",
               page->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    return response;
}

static struct MHD_Response *answer_response(struct vv_request *request)
{
    struct vv_answer *answer = &request->answer;
    struct MHD_Response *response;
    char seconds[16];

    if (request->stream && answer->http_status == 200)
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SEND_BYTES, read_stream,
                                                     request, NULL);
    else if (answer->flow && !answer->flow_ended)
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SEND_BYTES, read_flow,
                                                     request, NULL);
    else
        response = MHD_create_response_from_buffer(answer->body.len, answer->body.data,
                                                   MHD_RESPMEM_PERSISTENT);
    if (!response)
        return NULL;
    if (answer->type)
        add_header(response, "Content-Type", answer->type);
    if (answer->allow)
        add_header(response, "Allow", answer->allow);
    if (answer->etag)
        add_header(response, "ETag", answer->etag);
    if (answer->location)
        add_header(response, "Location", answer->location);
    if (answer->retry_after_s > 0) {
        snprintf(seconds, sizeof seconds, "%d", answer->retry_after_s);
        add_header(response, "Retry-After", seconds);
    }
    add_header(response, "Cache-Control", "no-store");
    return response;
}

static enum MHD_Result send_answer(struct vv_request *request)
{
    int http_status = request->answer.http_status;
    struct MHD_Response *response = !http_status && request->page
                                        ? page_response(request, &http_status)
                                        : answer_response(request);

    if (!response)
        return MHD_NO;
    add_safety(response);
    atomic_fetch_add(&request->server->counts.answers[http_status / 100 % 6], 1);
    enum MHD_Result queued =
        MHD_queue_response(request->connection, (unsigned)http_status, response);
    MHD_destroy_response(response);
    return queued;
}

/* ---- requests ---- */

static struct vv_connection *watched(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void free_request(struct vv_request *request)
{
    struct vv_server *server = request->server;

    vv_request_free(request);
    vv_mutex_lock(&server->mutex);
    if (--server->active == 0)
        vv_cond_broadcast(&server->idle);
    vv_mutex_unlock(&server->mutex);
}

void vv_http_work(struct vv_request *request)
{
    vv_error err;

    if (request->stage == VV_REQUEST_OVER) {
        free_request(request);
        return;
    }
    if (request->answer.http_status) {
        (void)vv_answer_flow_fill(request, &err);
    } else {
        vv_request_run(request);
        /* Until the first piece is made an answer in pieces can still become an error. */
        if (request->answer.flow && vv_answer_flow_fill(request, &err)) {
            vv_answer_deinit(request);
            vv_answer_error(request, &err, NULL, 0);
        }
        if (request->answer.body.failed)
            request->answer.http_status = 0;
    }
    MHD_resume_connection(request->connection);
}

/* The request is whole: answered here, or on a worker while the connection sleeps. */
static enum MHD_Result handle(struct vv_request *request)
{
    struct vv_server *server = request->server;
    vv_error err;

    request->stage = VV_REQUEST_READY;
    vv_connection_answers(server->connections, watched(request->connection));
    if (request->answer.http_status || request->page)
        return send_answer(request);
    if (request->route->flags & VV_ROUTE_INLINE) {
        vv_request_run(request);
        return send_answer(request);
    }
    MHD_suspend_connection(request->connection);
    if (!vv_workers_add(workers_of(request), request, true)) {
        atomic_fetch_add(&server->counts.refused_busy, 1);
        vv_fail(&err, VARVE_BUSY, "too many requests are waiting already: try again");
        vv_answer_error(request, &err, NULL, 0);
        MHD_resume_connection(request->connection);
    }
    return MHD_YES;
}

/* A refusal that does not wait for a body nobody wants to read. */
static bool refuse_now(const struct vv_request *request)
{
    const char *length = vv_request_header(request, "Content-Length");
    const char *expect = vv_request_header(request, "Expect");

    return request->answer.http_status >= 400 &&
           (expect || (length && strtoull(length, NULL, 10) > VV_REQUEST_DISCARD_MAX));
}

static enum MHD_Result on_access(void *arg, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *data_len, void **context)
{
    struct vv_request *request = *context;

    (void)arg;
    (void)url;
    (void)version;
    if (!request)
        return MHD_NO;
    if (request->stage == VV_REQUEST_NEW) {
        vv_request_begin(request, method);
        return refuse_now(request) ? send_answer(request) : MHD_YES;
    }
    if (*data_len > 0) {
        vv_connection_receives(request->server->connections, watched(connection), *data_len);
        bool goes_on = vv_request_take(request, data, *data_len);
        *data_len = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    if (request->stage == VV_REQUEST_BODY)
        return handle(request);
    /* Without memory for an answer there is none: the connection is closed. */
    return request->answer.http_status ? send_answer(request) : MHD_NO;
}

static void *on_uri(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct vv_server *server = arg;
    struct vv_request *request = vv_request_new(server, connection, uri);

    if (!request)
        return NULL;
    atomic_fetch_add(&server->counts.requests, 1);
    vv_mutex_lock(&server->mutex);
    server->active++;
    vv_mutex_unlock(&server->mutex);
    return request;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct vv_server *server = arg;
    struct vv_request *request = *context;

    (void)code;
    if (!request)
        return;
    *context = NULL;
    vv_connection_waits(server->connections, watched(connection));
    /* A query may hold millions of rows sorted: giving them back would hold up every connection of
     * this thread. */
    request->stage = VV_REQUEST_OVER;
    if (!request->answer.flow || !vv_workers_add(server->workers, request, false))
        free_request(request);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct vv_server *server = arg;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        vv_connections_remove(server->connections, *socket_context);
        *socket_context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info) {
        const int bytes = SOCKET_BYTES;
        (void)setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        *socket_context = vv_connections_add(server->connections, info->connect_fd);
    }
}

static void on_log(void *arg, const char *format, va_list args)
{
    char line[300];

    (void)arg;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    vv_log(VV_LOG_DEBUG, "http", "%s", line);
}

/* ---- the daemon ---- */

static vv_status bind_socket(struct vv_server *server, int *fd, vv_error *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found;
    char port[8];
    int one = 1;

    snprintf(port, sizeof port, "%u", server->port);
    int code = getaddrinfo(server->listen_host, port, &hints, &found);
    if (code)
        return vv_fail(err, VARVE_BAD_VALUE, "http.listen \"%s\": %s", server->options.listen,
                       gai_strerror(code));
    *fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd >= 0)
        (void)setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (*fd < 0 || bind(*fd, found->ai_addr, found->ai_addrlen) || listen(*fd, SOMAXCONN)) {
        int native = errno;
        freeaddrinfo(found);
        if (*fd >= 0)
            close(*fd);
        if (native == EADDRINUSE)
            return vv_fail(err, VARVE_CONFLICT,
                           "%s is in use by another program: set http.listen to another port",
                           server->options.listen);
        return vv_fail_errno(err, native, "cannot listen on %s", server->options.listen);
    }
    freeaddrinfo(found);

    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    if (getsockname(*fd, (struct sockaddr *)&bound, &len) == 0 &&
        getnameinfo((struct sockaddr *)&bound, len, NULL, 0, port, sizeof port, NI_NUMERICSERV) ==
            0)
        server->port = (uint16_t)strtoul(port, NULL, 10);
    return VARVE_OK;
}

vv_status vv_http_start(struct vv_server *server, vv_error *err)
{
    const struct vv_server_options *options = &server->options;
    bool encrypted = server->tls.key.len > 0;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->tls.certificate.data},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->tls.key.data},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)VV_TLS_PRIORITIES},
        {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    int fd;
    vv_status status = bind_socket(server, &fd, err);

    if (status)
        return status;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG |
            (encrypted ? MHD_USE_TLS : 0u),
        0, NULL, NULL, on_access, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)EVENT_THREADS,
        MHD_OPTION_CONNECTION_LIMIT, options->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        options->connections - options->connections / 4, MHD_OPTION_CONNECTION_TIMEOUT,
        options->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(2 * VV_REQUEST_HEADER_BYTES),
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)READ_BYTES, MHD_OPTION_URI_LOG_CALLBACK,
        on_uri, server, MHD_OPTION_ARRAY, encrypted ? tls : none, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
    if (!server->daemon) {
        close(fd);
        if (encrypted)
            return vv_fail(err, VARVE_BAD_VALUE,
                           "the HTTPS server does not start on %s: the certificate %s and the key "
                           "%s do not belong together, or TLS cannot use them",
                           options->listen, options->certificate, options->key);
        return vv_fail(err, VARVE_IO, "the HTTP server does not start on %s", options->listen);
    }
    return VARVE_OK;
}

void vv_http_quiesce(struct vv_server *server)
{
    MHD_socket fd = MHD_quiesce_daemon(server->daemon);

    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

void vv_http_stop(struct vv_server *server)
{
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}
