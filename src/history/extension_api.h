/* extension_api.h: put before every file of the loadable extension by the build, so that all calls
 * of SQLite go through the table that the loading program hands over. A second SQLite in its
 * process would take its file locks away.
 *
 * Threads: the table is constant once sqlite3_varve_init has set it.
 */
#ifndef VV_HISTORY_EXTENSION_API_H
#define VV_HISTORY_EXTENSION_API_H

#include <sqlite3ext.h>

extern const sqlite3_api_routines *sqlite3_api;

#endif
