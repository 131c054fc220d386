/* samples.h: the body of POST /api/v1/samples into a batch.
 *
 *     [{"tag":"A/b", "time":1730764800000, "value":1.5, "quality":192, "type":"integer"}, …]
 *
 * `time` is epoch milliseconds or RFC 3339 (a bare date or time is UTC), now when it is missing;
 * `value` is a number, true, false, a text or null; `quality` is 192 when it is missing, 0 with a
 * null. A number without `type` registers a new tag as Double and fits an Integer tag where it is
 * whole. `type` is integer, double, boolean, string or datetime (value as for `time`).
 *
 * Threads: any; no state. Ownership: texts are copied into the batch.
 */
#ifndef VV_SERVE_SAMPLES_H
#define VV_SERVE_SAMPLES_H

#include "base/error.h"
#include "serve/batch.h"

/* Rows are counted from 1. A row that cannot be understood is refused in the batch, with its field,
 * and the reading goes on; the answer tells what is wrong with the whole: SYNTAX where it is not
 * JSON or not an array of objects, LIMIT, NO_MEMORY. */
vv_status vv_samples_parse(const char *json, size_t len_bytes, int64_t now_ms,
                           struct vv_batch *batch, vv_error *err);

#endif
