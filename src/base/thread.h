/* thread.h: threads, locks and conditions with the errors checked once, here.
 *
 * A lock that cannot be made or taken is a fault of our own or of the machine: these calls abort
 * with a message instead of returning an error that nobody could act on.
 */
#ifndef VV_BASE_THREAD_H
#define VV_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct vv_mutex {
    pthread_mutex_t os;
};

struct vv_cond {
    pthread_cond_t os; /* on the monotonic clock */
};

struct vv_thread {
    pthread_t os;
    bool started;
};

void vv_mutex_init(struct vv_mutex *mutex);
void vv_mutex_deinit(struct vv_mutex *mutex);
void vv_mutex_lock(struct vv_mutex *mutex);
void vv_mutex_unlock(struct vv_mutex *mutex);

void vv_cond_init(struct vv_cond *cond);
void vv_cond_deinit(struct vv_cond *cond);
void vv_cond_wait(struct vv_cond *cond, struct vv_mutex *mutex);
/* False when `timeout_ms` passed without a signal. Wakes for no reason at times, as all do. */
bool vv_cond_wait_for(struct vv_cond *cond, struct vv_mutex *mutex, int64_t timeout_ms);
void vv_cond_signal(struct vv_cond *cond);
void vv_cond_broadcast(struct vv_cond *cond);

/* Starts `run(arg)`; all signals are blocked in it. `name` (up to 15 bytes) shows in debuggers. */
vv_status vv_thread_start(struct vv_thread *thread, const char *name, void (*run)(void *arg),
                          void *arg, vv_error *err);
/* Waits for its end. Does nothing for a thread that was never started ({0}). */
void vv_thread_join(struct vv_thread *thread);

#endif
