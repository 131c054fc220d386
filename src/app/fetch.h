/* fetch.h: one GET of a running server, for commands with -s URL.
 *
 * By libcurl, which is optional: without it every call is UNSUPPORTED. Threads: the main thread
 * only. Blocks for at most 30 s.
 */
#ifndef VV_APP_FETCH_H
#define VV_APP_FETCH_H

#include "base/buf.h"
#include "base/error.h"

/* Longest answer that is taken. */
#define VV_FETCH_BYTES_MAX (16 << 20)

/* The body of `url`/`path` appended to `body`. BAD_VALUE when the URL is not http or https, NETWORK
 * when nobody answers there, LIMIT for a longer answer, NOT_FOUND and others by HTTP status. */
vv_status vv_fetch(const char *url, const char *path, struct vv_buf *body, vv_error *err);

#endif
