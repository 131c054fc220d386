/* server_private.h: the server's parts, and who guards what.
 *
 * Threads: `options`, `pages`, `hosts` are constant while it runs; counters are atomic; the parts
 * have locks of their own. Order of locks: connections, streams, workers; never two at a time.
 */
#ifndef VV_SERVE_SERVER_PRIVATE_H
#define VV_SERVE_SERVER_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "serve/server.h"
#include "serve/tls.h"

struct MHD_Daemon;
struct vv_connections;
struct vv_pages;
struct vv_request;
struct vv_safekeeping;
struct vv_sqlpool;
struct vv_streams;
struct vv_workers;

/* What is counted, for /metrics. */
struct vv_server_counts {
    atomic_uint_fast64_t requests;
    atomic_uint_fast64_t answers[6]; /* by the first digit of the status */
    atomic_uint_fast64_t refused_busy;
    atomic_uint_fast64_t cut_off; /* long answers that ended before their end */
    atomic_uint_fast64_t body_bytes;
    atomic_uint_fast64_t slow; /* connections closed because nothing whole came */
};

struct vv_server {
    struct vv_server_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    char listen_host[128]; /* as in `listen`, without brackets and port */
    struct vv_tls tls;     /* empty over plain HTTP; libmicrohttpd keeps pointers into it */
    struct vv_budget bodies;
    struct vv_workers *workers;
    struct vv_workers *query_workers; /* for what may run long */
    struct vv_sqlpool *queries;       /* null without a ledger */
    struct vv_streams *streams;
    struct vv_connections *connections;
    struct vv_pages *pages; /* null: none */
    struct vv_safekeeping *keeping;
    struct vv_server_counts counts;
    atomic_uint flows;    /* answers in pieces that are under way */
    atomic_bool stopping; /* new requests are refused */
    atomic_bool cutting;  /* long answers are cut off */
    int64_t started_ms;

    struct vv_mutex mutex; /* guards `active` */
    struct vv_cond idle;
    size_t active; /* requests between their first line and the end of their answer */
};

#endif
