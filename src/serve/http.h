/* http.h: libmicrohttpd's callbacks: how its events become requests and answers.
 *
 * Threads: the daemon's event threads, but for vv_http_work, which runs on a worker.
 */
#ifndef VV_SERVE_HTTP_H
#define VV_SERVE_HTTP_H

#include "base/error.h"

struct vv_request;
struct vv_server;

/* Binds and starts the daemon; server->port is set. CONFLICT, BAD_VALUE, IO. */
vv_status vv_http_start(struct vv_server *server, vv_error *err);
/* Accepts no more connections; those that are open stay. */
void vv_http_quiesce(struct vv_server *server);
/* Closes every connection; none may be suspended. Nothing when it was never started. */
void vv_http_stop(struct vv_server *server);
/* Does what a request needs a worker for, and wakes its connection. */
void vv_http_work(struct vv_request *request);

#endif
