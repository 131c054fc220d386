/* tls.h: the certificate and the key that the server shows to clients over TLS.
 *
 * Both are PEM files. TLS itself is libmicrohttpd's (GnuTLS): versions 1.2 and 1.3.
 *
 * Threads: any; no state.
 */
#ifndef VV_SERVE_TLS_H
#define VV_SERVE_TLS_H

#include "base/buf.h"
#include "base/error.h"

struct vv_tls {
    struct vv_buf certificate; /* NUL-terminated PEM: the server's own first, then its issuers' */
    struct vv_buf key;         /* NUL-terminated PEM */
};

/* Versions and ciphers, as GnuTLS writes them. */
#define VV_TLS_PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* Reads both files. BAD_VALUE when only one is named, or when it is no PEM of its kind; DENIED for
 * a key that everyone may read. Deinit also after an error. */
vv_status vv_tls_load(const char *certificate_path, const char *key_path, struct vv_tls *tls,
                      vv_error *err);
/* Wipes the key. */
void vv_tls_deinit(struct vv_tls *tls);

#endif
