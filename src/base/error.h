/* error.h: how every function of the house says what went wrong.
 *
 * A function that can fail returns vv_status and takes a vv_error * (may be null) as its last
 * parameter. Handle it or return it, never both log and return. The list of statuses is in
 * varve_status.h.
 *
 * Threads: an error belongs to its caller.
 */
#ifndef VV_BASE_ERROR_H
#define VV_BASE_ERROR_H

#include "varve_status.h"

typedef varve_status vv_status;
typedef varve_error vv_error;

/* Writes the error (when `err` is not null) and returns `status`, so that a failing function ends
 * with `return vv_fail(err, VARVE_BAD_NAME, "tag \"%s\": ...", name);`. */
vv_status vv_fail(vv_error *err, vv_status status, const char *format, ...) VARVE_PRINTF(3, 4);

/* The same with errno (or a library's code) kept in err->native; the status follows from it:
 * ENOSPC and EDQUOT give NO_SPACE, ENOMEM NO_MEMORY, ENOENT NOT_FOUND, EEXIST EXISTS, else IO.
 * The text of errno is added at the end. */
vv_status vv_fail_errno(vv_error *err, int native, const char *format, ...) VARVE_PRINTF(3, 4);

/* Puts "what: " before the message that is there, as an error passes a place that knows more. */
void vv_error_prefix(vv_error *err, const char *format, ...) VARVE_PRINTF(2, 3);

/* Clears it to OK and an empty message. Null is allowed. */
void vv_error_clear(vv_error *err);

#endif
