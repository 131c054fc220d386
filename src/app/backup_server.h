/* backup_server.h: a backup made by a running server, for `varve backup NAME -s URL`.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_BACKUP_SERVER_H
#define VV_APP_BACKUP_SERVER_H

#include <stdbool.h>

#include "base/error.h"

/* Asks for a backup under that name, below the directory that the server's configuration names;
 * shows how far it is until it is over, and prints what was made. A signal has the server give it
 * up: CANCELLED. */
vv_status vv_backup_server(const char *url, const char *name, bool copy, vv_error *err);

#endif
