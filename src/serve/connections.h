/* connections.h: connections that keep something open without bringing it to an end.
 *
 * libmicrohttpd's own timeout begins anew with each byte; a client that sends one every few seconds
 * would hold its connection for ever. Here the whole of a request's headers has twice the idle
 * time, and its body the idle time and a second more for every 8 KiB that came.
 *
 * Threads: all calls from any thread.
 */
#ifndef VV_SERVE_CONNECTIONS_H
#define VV_SERVE_CONNECTIONS_H

#include <stddef.h>
#include <stdint.h>

struct vv_connection;
struct vv_connections;

/* Null without memory. */
struct vv_connections *vv_connections_new(int64_t idle_ms);
/* All of them must have been removed. Null is allowed. */
void vv_connections_free(struct vv_connections *connections);

/* Null without memory; then this connection is not watched, and null may be given below. */
struct vv_connection *vv_connections_add(struct vv_connections *connections, int fd);
/* Before the descriptor is closed. */
void vv_connections_remove(struct vv_connections *connections, struct vv_connection *connection);
/* Headers are expected; part of a body came; the request is whole. */
void vv_connection_waits(struct vv_connections *connections, struct vv_connection *connection);
void vv_connection_receives(struct vv_connections *connections, struct vv_connection *connection,
                            size_t len_bytes);
void vv_connection_answers(struct vv_connections *connections, struct vv_connection *connection);

/* Shuts down those whose time is over; returns how many. */
size_t vv_connections_sweep(struct vv_connections *connections, int64_t now_ms);
size_t vv_connections_count(struct vv_connections *connections);

#endif
