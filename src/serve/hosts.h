/* hosts.h: which names a browser may know this server by, so that a page of a foreign site cannot
 * reach it under a name of its own (DNS rebinding).
 *
 * Threads: any; no state. */
#ifndef VV_SERVE_HOSTS_H
#define VV_SERVE_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* "127.0.0.1:8080", "[::1]:0", "localhost:80" into host (without brackets) and port. BAD_VALUE. */
vv_status vv_listen_parse(const char *listen, char *host, size_t host_size, uint16_t *port,
                          vv_error *err);
/* Whether a host, without port and brackets, is this machine's own loopback. */
bool vv_host_is_loopback(const char *host);
/* Whether a Host header names loopback or the address listened on; its port does not matter. */
bool vv_host_allowed(const char *header, const char *listen_host);
/* Whether an Origin header is of the page's own server, that is, of the Host header (may be null).
 */
bool vv_origin_matches(const char *origin, const char *host_header);

#endif
