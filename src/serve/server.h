/* server.h: the HTTP face: routes, streams, the pages.
 *
 * One libmicrohttpd daemon on epoll, whose threads never block: a request that reads or writes the
 * store is suspended and runs on a worker; a stream (SSE) is suspended until there is something to
 * send or its heartbeat is due. Limits on connections, headers, bodies and answers' memory are
 * explicit. Routes are rows of one table (routes.c).
 *
 * Threads: start and stop from one thread; everything inside is the server's own.
 */
#ifndef VV_SERVE_SERVER_H
#define VV_SERVE_SERVER_H

#include <stdint.h>

#include "base/error.h"

struct vv_gate;
struct vv_history_set;
struct vv_host;
struct vv_ledger;
struct vv_live;
struct vv_zone;
struct vv_server;

/* All borrowed until the server is stopped. Zero numbers are the defaults named. */
struct vv_server_options {
    const char *listen;      /* "127.0.0.1:8080", "[::1]:8080"; port 0 takes any free one */
    const char *certificate; /* PEM files, both or none: HTTPS instead of HTTP */
    const char *key;
    const char *web_dir;    /* the built pages; null: /api only */
    const char *backup_dir; /* where backups may be made; null: nowhere */
    const char *node;
    const char *plant;   /* shown in the top bar */
    const char *version; /* of the program */
    struct vv_history_set *set;
    struct vv_live *live;
    struct vv_gate *gate;
    struct vv_host *host; /* may be null: no collection */
    struct vv_ledger *ledger;
    struct vv_zone *zone; /* the plant's */
    /* Told, on a worker, that tables of the plant were changed and collection is to follow; returns
     * at once. May be null. */
    void (*plant_changed)(void *arg);
    void *plant_changed_arg;
    uint32_t connections;  /* at most: 2,000 */
    uint32_t streams;      /* SSE clients at most: 1,000 */
    uint32_t workers;      /* 4 */
    uint32_t queue;        /* requests that wait for a worker before 503: 256 */
    uint64_t body_bytes;   /* of a request, unpacked: 64 MiB */
    uint64_t buffer_bytes; /* of all requests' bodies together: 256 MiB */
    uint32_t idle_s;       /* a connection without progress ends: 30 */
    uint32_t queries;      /* SQL queries at a time: 8 */
    uint32_t query_s;      /* that one of them may compute: 30 */
};

/* Binds and serves. CONFLICT when the address is in use, DENIED for an address other than loopback
 * while there are no users, BAD_VALUE for one that cannot be read; for certificate and key what
 * tls.h says. */
vv_status vv_server_start(const struct vv_server_options *options, struct vv_server **server,
                          vv_error *err);
/* The port that was bound. */
uint16_t vv_server_port(const struct vv_server *server);
/* Refuses new requests, ends streams, finishes what runs (at most 5 s) and closes. Null is allowed.
 */
void vv_server_stop(struct vv_server *server);

#endif
