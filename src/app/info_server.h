/* info_server.h: what a running server says of itself, for `varve info -s`.
 *
 * Threads: the main thread only.
 */
#ifndef VV_APP_INFO_SERVER_H
#define VV_APP_INFO_SERVER_H

#include "app/command.h"

/* Asks the server's /health and prints it: json as it came, csv with a line for each history, table
 * for people. */
vv_status vv_info_server(const char *url, enum vv_output output, vv_error *err);

#endif
