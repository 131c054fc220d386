/* request.h: one HTTP request from its first byte to its answer.
 *
 * Threads: at any time a request belongs to one thread: the event thread of its connection, or,
 * while the connection is suspended, a worker (workers.h) or the ticker (stream.h).
 */
#ifndef VV_SERVE_REQUEST_H
#define VV_SERVE_REQUEST_H

#include "base/arena.h"
#include "serve/answer.h"
#include "serve/params.h"
#include "serve/routes.h"

/* Of a body that is refused already so much is read and thrown away, and beyond that the limit of
 * bodies, so that the client gets to read why; one that says it is larger is answered at once. */
#define VV_REQUEST_DISCARD_MAX (1024u * 1024u)

/* Of the request line and the headers together. Twice of it is read, so that most of what is too
 * long is refused in our own words and not in libmicrohttpd's. */
#define VV_REQUEST_HEADER_BYTES (32u * 1024u)

struct MHD_Connection;
struct vv_server;
struct vv_site_file;
struct vv_stream;

enum vv_request_stage {
    VV_REQUEST_NEW,   /* the headers are there */
    VV_REQUEST_BODY,  /* the body comes */
    VV_REQUEST_READY, /* the answer is there */
    VV_REQUEST_OVER,  /* its connection is done with it: a worker frees it */
};

struct vv_request {
    struct vv_request *next; /* in the workers' queue */
    struct vv_server *server;
    struct MHD_Connection *connection;
    enum vv_request_stage stage;
    const char *path;  /* without query, unescaped */
    const char *query; /* as it came */
    bool head;         /* HEAD: answered as GET, without the body */
    struct vv_arena arena;
    struct vv_params params;
    struct vv_route_match match;
    const struct vv_route *route;    /* null: a page, or refused */
    const struct vv_site_file *page; /* null: none */
    struct vv_stream *stream;        /* SSE; null: none */
    struct vv_buf body;              /* as it came; after vv_request_unpack without gzip */
    size_t held_bytes;               /* of the server's budget for bodies */
    uint64_t thrown_bytes;           /* of a body that is not wanted */
    bool gzip;
    struct vv_answer answer;
};

/* For a request with this URI; null without memory. */
struct vv_request *vv_request_new(struct vv_server *server, struct MHD_Connection *connection,
                                  const char *uri);
void vv_request_free(struct vv_request *request);

/* Looks at method and headers and finds the route. What is refused has its answer then. */
void vv_request_begin(struct vv_request *request, const char *method);
/* Takes a piece of the body. False: the connection is to be closed. */
bool vv_request_take(struct vv_request *request, const char *data, size_t len_bytes);
/* Parses the parameters, of the query and, where the route says so, of the body, and runs the
 * route's handler; afterwards there is an answer. */
void vv_request_run(struct vv_request *request);
/* Unpacks a gzip body in place. LIMIT, SYNTAX, NO_MEMORY. */
vv_status vv_request_unpack(struct vv_request *request, vv_error *err);

/* "HTTP 127.0.0.1": where it comes from, for the journal. In the request's arena; null without
 * memory. */
const char *vv_request_origin(struct vv_request *request);
/* Whether the client has closed its side: nobody reads the answer. Looks at the socket, and does
 * not block; for a worker that is at something long. */
bool vv_request_is_left(const struct vv_request *request);

/* One of the request's headers; null when it has none. */
const char *vv_request_header(const struct vv_request *request, const char *name);

#endif
