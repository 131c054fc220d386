/* workers.h: the threads on which requests may wait for the store.
 *
 * New requests are bounded: when the queue is full they are refused. What an answer under way still
 * has to make is always taken, since there is at most one such piece for each connection.
 *
 * Threads: vv_workers_add from any; start and stop from one.
 */
#ifndef VV_SERVE_WORKERS_H
#define VV_SERVE_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct vv_request;
struct vv_workers;

struct vv_workers_options {
    size_t threads;
    size_t queue; /* new requests that wait at most */
    int nice;     /* above 0: the threads stand back behind all others (setpriority) */
    /* Called on one of the threads for each request added; owns it from then on. */
    void (*run)(struct vv_request *request);
};

vv_status vv_workers_start(const struct vv_workers_options *options, struct vv_workers **workers,
                           vv_error *err);
/* Does what is in the queue and ends the threads; from then on nothing is taken. Null is allowed.
 */
void vv_workers_stop(struct vv_workers *workers);
/* After stop, when nobody can add any more. Null is allowed. */
void vv_workers_free(struct vv_workers *workers);
/* False when the queue is full (only if `is_new`) or the workers have been stopped. */
bool vv_workers_add(struct vv_workers *workers, struct vv_request *request, bool is_new);
/* Requests that wait. */
size_t vv_workers_waiting(struct vv_workers *workers);

#endif
