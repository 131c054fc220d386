#define _GNU_SOURCE /* POLLRDHUP */
#include "serve/request.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "serve/gunzip.h"
#include "serve/hosts.h"
#include "serve/pages.h"
#include "serve/params_private.h"
#include "serve/routes.h"
#include "serve/server_private.h"
#include "serve/stream.h"

#include "base/banned.h"

#define ARENA_BYTES   4096
#define FIRST_BODY    (64 * 1024)
#define JSON_TYPE     "application/json"
#define JSON_TYPE_LEN (sizeof JSON_TYPE - 1)

struct vv_request *vv_request_new(struct vv_server *server, struct MHD_Connection *connection,
                                  const char *uri)
{
    struct vv_request *request = vv_alloc_zero(sizeof *request);
    size_t len = strcspn(uri, "?");

    if (!request)
        return NULL;
    request->server = server;
    request->connection = connection;
    vv_arena_init(&request->arena, ARENA_BYTES, NULL);
    request->params.arena = &request->arena;
    request->path = vv_arena_text(&request->arena, uri, len);
    request->query = vv_arena_text(&request->arena, uri + len + (uri[len] == '?'),
                                   strlen(uri + len + (uri[len] == '?')));
    if (!request->path || !request->query) {
        vv_request_free(request);
        return NULL;
    }
    return request;
}

void vv_request_free(struct vv_request *request)
{
    if (request->stream)
        vv_stream_close(request->stream);
    vv_answer_deinit(request);
    vv_budget_give(&request->server->bodies, request->held_bytes);
    vv_buf_deinit(&request->body);
    vv_arena_deinit(&request->arena);
    vv_free(request);
}

const char *vv_request_header(const struct vv_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *vv_request_origin(struct vv_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *from = info ? info->client_addr : NULL;
    const socklen_t len = from && from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                              : sizeof(struct sockaddr_in);
    char host[64];

    if (!from || getnameinfo(from, len, host, sizeof host, NULL, 0, NI_NUMERICHOST))
        return "HTTP";
    return vv_arena_format(&request->arena, "HTTP %s", host);
}

bool vv_request_is_left(const struct vv_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd socket = {.fd = info ? info->connect_fd : -1, .events = POLLRDHUP};

    return poll(&socket, 1, 0) > 0 && (socket.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* ---- headers ---- */

static enum MHD_Result count_length(void *arg, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    int *count = arg;

    (void)kind;
    (void)value;
    *count += name && strcasecmp(name, "Content-Length") == 0;
    return MHD_YES;
}

/* Two lengths, or one beside chunks: a proxy may have understood where the body ends in another
 * way. */
static vv_status check_framing(struct vv_request *request, vv_error *err)
{
    int lengths = 0;

    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, count_length, &lengths);
    lengths += vv_request_header(request, "Transfer-Encoding") != NULL;
    return lengths <= 1 ? VARVE_OK
                        : vv_fail(err, VARVE_SYNTAX, "the length of the body is said twice");
}

/* The answer is there when they are too long. */
static bool check_header_size(struct vv_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    vv_error err;

    if (!info || info->header_size <= VV_REQUEST_HEADER_BYTES)
        return true;
    vv_fail(&err, VARVE_LIMIT, "address and headers are beyond the limit of %u bytes",
            VV_REQUEST_HEADER_BYTES);
    vv_answer_error(request, &err, NULL, 0);
    request->answer.http_status = 431;
    return false;
}

static vv_status check_headers(struct vv_request *request, vv_error *err)
{
    const char *host = vv_request_header(request, "Host");
    const char *origin = vv_request_header(request, "Origin");
    const char *encoding = vv_request_header(request, "Content-Encoding");
    const char *length = vv_request_header(request, "Content-Length");
    const uint64_t limit = request->server->options.body_bytes;

    if (atomic_load(&request->server->stopping))
        return vv_fail(err, VARVE_CLOSED, "the server is stopping");
    vv_status status = check_framing(request, err);
    if (status)
        return status;
    if (host && !vv_host_allowed(host, request->server->listen_host))
        return vv_fail(err, VARVE_DENIED, "the Host header \"%.60s\" is not this server's", host);
    if (request->route && (request->route->flags & VV_ROUTE_CHANGES) && origin &&
        !vv_origin_matches(origin, host))
        return vv_fail(err, VARVE_DENIED, "a page of %.60s may not change anything here", origin);
    if (encoding && strcasecmp(encoding, "gzip") != 0 && strcasecmp(encoding, "identity") != 0)
        return vv_fail(err, VARVE_UNSUPPORTED, "Content-Encoding is gzip or identity, not %.40s",
                       encoding);
    request->gzip = encoding && strcasecmp(encoding, "gzip") == 0;
    if (length && strtoull(length, NULL, 10) > limit)
        return vv_fail(err, VARVE_LIMIT, "a body of %.20s bytes is beyond the limit of %llu",
                       length, (unsigned long long)limit);
    return VARVE_OK;
}

static void answer_options(struct vv_request *request, const char *allow)
{
    request->answer.http_status = 204;
    request->answer.allow = allow;
}

static vv_status find_route(struct vv_request *request, const char *method, const char *raw_path,
                            vv_error *err)
{
    const char *lookup = strcmp(method, "HEAD") == 0 ? "GET" : method;
    const char *allow = request->match.allow;

    request->head = lookup != method;
    vv_route_find(lookup, raw_path, &request->match);
    request->route = request->match.route;
    if (request->route)
        return VARVE_OK;
    if (!allow[0]) {
        request->page = vv_pages_find(request->server->pages, request->path);
        if (!request->page)
            return vv_fail(err, VARVE_NOT_FOUND, "there is nothing at %.200s", request->path);
        allow = "GET, HEAD, OPTIONS";
        if (strcmp(lookup, "GET") == 0)
            return VARVE_OK;
        request->page = NULL;
    }
    if (strcmp(method, "OPTIONS") == 0) {
        answer_options(request, allow);
        return VARVE_OK;
    }
    vv_fail(err, VARVE_USAGE, "%s takes %s, not %.20s", request->path, allow, method);
    vv_answer_error(request, err, NULL, 0);
    request->answer.http_status = 405;
    request->answer.allow = allow;
    return VARVE_OK;
}

void vv_request_begin(struct vv_request *request, const char *method)
{
    const char *raw_path = request->path;
    vv_error err;
    vv_status status =
        vv_path_unescape(&request->arena, raw_path, strlen(raw_path), &request->path, &err);

    request->stage = VV_REQUEST_BODY;
    if (!check_header_size(request))
        return;
    if (!status)
        status = find_route(request, method, raw_path, &err);
    if (!status && (request->answer.http_status < 400))
        status = check_headers(request, &err);
    if (status)
        vv_answer_error(request, &err, NULL, 0);
}

/* ---- the body ---- */

/* Room for `more` bytes, taken from the budget before it is allocated. */
static vv_status make_room(struct vv_request *request, size_t more, vv_error *err)
{
    struct vv_budget *budget = &request->server->bodies;
    size_t need = request->body.len + more + 1;
    size_t want = request->held_bytes ? request->held_bytes : FIRST_BODY;

    while (want < need)
        want *= 2;
    if (want == request->held_bytes)
        return VARVE_OK;
    if (!vv_budget_take(budget, want - request->held_bytes))
        return vv_fail(err, VARVE_NO_MEMORY, "other requests use all memory for bodies: try again");
    request->held_bytes = want;
    if (!vv_buf_reserve(&request->body, want - request->body.len - 1))
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the body");
    return VARVE_OK;
}

bool vv_request_take(struct vv_request *request, const char *data, size_t len_bytes)
{
    const uint64_t limit = request->server->options.body_bytes;
    vv_status status = VARVE_OK;
    vv_error err;

    atomic_fetch_add(&request->server->counts.body_bytes, len_bytes);
    if (request->answer.http_status) {
        /* Refused: what still comes is thrown away, so that the client gets to read why. */
        request->thrown_bytes += len_bytes;
        return request->thrown_bytes <= limit + VV_REQUEST_DISCARD_MAX;
    }
    if (!request->route)
        return true;
    if (request->body.len + len_bytes > limit)
        status = vv_fail(&err, VARVE_LIMIT, "the body is beyond the limit of %llu bytes",
                         (unsigned long long)limit);
    if (!status)
        status = make_room(request, len_bytes, &err);
    if (!status)
        vv_buf_add(&request->body, data, len_bytes);
    if (status)
        vv_answer_error(request, &err, NULL, 0);
    return true;
}

vv_status vv_request_unpack(struct vv_request *request, vv_error *err)
{
    struct vv_buf plain = {0};
    struct vv_budget *budget = &request->server->bodies;

    if (!request->gzip)
        return VARVE_OK;
    request->gzip = false;
    vv_status status = vv_gunzip(request->body.data, request->body.len,
                                 request->server->options.body_bytes, budget, &plain, err);
    vv_budget_give(budget, request->held_bytes);
    vv_buf_deinit(&request->body);
    request->body = plain;
    request->held_bytes = plain.capacity;
    return status;
}

/* ---- running ---- */

static vv_status read_params(struct vv_request *request, vv_error *err)
{
    const char *type = vv_request_header(request, "Content-Type");
    struct vv_params *params = &request->params;
    vv_status status = vv_params_add_query(params, request->query, strlen(request->query), err);

    if (!status && (request->route->flags & VV_ROUTE_FORM)) {
        status = vv_request_unpack(request, err);
        const char *body = request->body.len > 0 ? (const char *)request->body.data : "";
        bool json = type && strncasecmp(type, JSON_TYPE, JSON_TYPE_LEN) == 0;
        if (!status && request->body.len > 0)
            status = json ? vv_params_add_json(params, body, request->body.len, err)
                          : vv_params_add_query(params, body, request->body.len, err);
    }
    for (size_t i = 0; !status && i < params->count; i++)
        if (!(request->route->flags & VV_ROUTE_FILTERS) &&
            !vv_route_takes(request->route, params->list[i].name))
            return vv_fail(err, VARVE_BAD_VALUE, "%s takes no parameter \"%.60s\"",
                           request->route->path, params->list[i].name);
    return status;
}

void vv_request_run(struct vv_request *request)
{
    vv_error err;
    vv_status status = read_params(request, &err);

    if (status)
        vv_answer_error(request, &err, NULL, 0);
    else
        request->route->handler(request);
}
