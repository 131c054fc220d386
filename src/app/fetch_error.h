/* fetch_error.h: a server's refusal, told as an error of ours.
 *
 * Threads: any; no state.
 */
#ifndef VV_APP_FETCH_ERROR_H
#define VV_APP_FETCH_ERROR_H

#include "base/error.h"

/* Fills `err` from the answer's body, {"error":{"code":…,"message":…,"field":…}}; one that is not
 * of that form is told by its HTTP status. Returns the status that was filled in. */
vv_status vv_fetch_error(const char *url, int http, const char *body, vv_error *err);

#endif
