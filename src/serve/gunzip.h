/* gunzip.h: unpacking a gzip body, piece by piece, under limits.
 *
 * Threads: any; no state. */
#ifndef VV_SERVE_GUNZIP_H
#define VV_SERVE_GUNZIP_H

#include "base/buf.h"
#include "base/error.h"

struct vv_budget;

/* What comes out may be this many times what went in, once it is beyond VV_GUNZIP_FREE_BYTES. */
#define VV_GUNZIP_RATIO_MAX  200
#define VV_GUNZIP_FREE_BYTES (1024 * 1024)

/* Unpacks into `out` (empty), whose memory is taken from `budget`: the caller gives back
 * out->capacity whatever the answer. LIMIT beyond `limit_bytes` or the ratio; SYNTAX where it is no
 * gzip, is cut off, or has something behind its end; NO_MEMORY. Several members one after another
 * are one body. */
vv_status vv_gunzip(const void *data, size_t len_bytes, size_t limit_bytes,
                    struct vv_budget *budget, struct vv_buf *out, vv_error *err);

#endif
