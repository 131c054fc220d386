/* sql_server.h: `varve sql -s URL`: the statement goes to a running server, whose rows are printed
 * as they come.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_SQL_SERVER_H
#define VV_APP_SQL_SERVER_H

#include "app/sql_print.h"

/* `limit` 0: as many rows as a server gives. The server's errors, those of fetch.h, SYNTAX for an
 * answer that is not a query's. */
vv_status vv_sql_server(const char *url, const char *text, size_t len_bytes, int64_t limit,
                        struct vv_sql_print *print, vv_error *err);

#endif
