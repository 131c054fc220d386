/* thread.c: POSIX threads, their failures ended in one place. */
#define _GNU_SOURCE /* pthread_setname_np */
#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"

#include "base/banned.h"

#define NAME_BYTES     16                    /* Linux's limit, NUL included */
#define LONGEST_WAIT_S (100LL * 365 * 86400) /* keeps the deadline inside time_t */

static void must(int native, const char *what)
{
    if (native != 0) {
        fprintf(stderr, "varve: %s: error %d: this cannot happen unless memory is damaged\n", what,
                native);
        abort();
    }
}

void vv_mutex_init(struct vv_mutex *mutex)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr), "pthread_mutexattr_init");
    /* Locking twice or unlocking another's lock ends with a message, not with a silent hang. */
    must(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK), "pthread_mutexattr_settype");
    must(pthread_mutex_init(&mutex->os, &attr), "pthread_mutex_init");
    must(pthread_mutexattr_destroy(&attr), "pthread_mutexattr_destroy");
}

void vv_mutex_deinit(struct vv_mutex *mutex)
{
    must(pthread_mutex_destroy(&mutex->os), "pthread_mutex_destroy");
}

void vv_mutex_lock(struct vv_mutex *mutex)
{
    must(pthread_mutex_lock(&mutex->os), "pthread_mutex_lock");
}

void vv_mutex_unlock(struct vv_mutex *mutex)
{
    must(pthread_mutex_unlock(&mutex->os), "pthread_mutex_unlock");
}

void vv_cond_init(struct vv_cond *cond)
{
    pthread_condattr_t attr;
    must(pthread_condattr_init(&attr), "pthread_condattr_init");
    must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), "pthread_condattr_setclock");
    must(pthread_cond_init(&cond->os, &attr), "pthread_cond_init");
    must(pthread_condattr_destroy(&attr), "pthread_condattr_destroy");
}

void vv_cond_deinit(struct vv_cond *cond)
{
    must(pthread_cond_destroy(&cond->os), "pthread_cond_destroy");
}

void vv_cond_wait(struct vv_cond *cond, struct vv_mutex *mutex)
{
    must(pthread_cond_wait(&cond->os, &mutex->os), "pthread_cond_wait");
}

bool vv_cond_wait_for(struct vv_cond *cond, struct vv_mutex *mutex, int64_t timeout_ms)
{
    if (timeout_ms < 0) {
        timeout_ms = 0;
    }
    if (timeout_ms > LONGEST_WAIT_S * 1000) {
        timeout_ms = LONGEST_WAIT_S * 1000;
    }
    struct timespec until;
    must(clock_gettime(CLOCK_MONOTONIC, &until) == 0 ? 0 : errno, "clock_gettime");
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    int native = pthread_cond_timedwait(&cond->os, &mutex->os, &until);
    if (native == ETIMEDOUT) {
        return false;
    }
    must(native, "pthread_cond_timedwait");
    return true;
}

void vv_cond_signal(struct vv_cond *cond)
{
    must(pthread_cond_signal(&cond->os), "pthread_cond_signal");
}

void vv_cond_broadcast(struct vv_cond *cond)
{
    must(pthread_cond_broadcast(&cond->os), "pthread_cond_broadcast");
}

/* What the new thread needs; its own to free. */
struct start {
    void (*run)(void *arg);
    void *arg;
    char name[NAME_BYTES];
};

static void *enter(void *context)
{
    struct start start = *(struct start *)context;
    vv_free(context);
    /* A name that the kernel refuses costs a debugger's comfort and nothing else. */
    (void)pthread_setname_np(pthread_self(), start.name);
    start.run(start.arg);
    return NULL;
}

vv_status vv_thread_start(struct vv_thread *thread, const char *name, void (*run)(void *arg),
                          void *arg, vv_error *err)
{
    thread->started = false;
    struct start *start = vv_alloc_zero(sizeof *start);
    if (start == NULL) {
        return vv_fail(err, VARVE_NO_MEMORY, "thread \"%s\": no memory to start it", name);
    }
    start->run = run;
    start->arg = arg;
    snprintf(start->name, sizeof start->name, "%s", name);
    /* Signals are for the main thread: a new one inherits the mask of its maker. */
    sigset_t all, before;
    sigfillset(&all);
    must(pthread_sigmask(SIG_SETMASK, &all, &before), "pthread_sigmask");
    int native = pthread_create(&thread->os, NULL, enter, start);
    must(pthread_sigmask(SIG_SETMASK, &before, NULL), "pthread_sigmask");
    if (native != 0) {
        vv_free(start);
        return vv_fail_errno(err, native, "thread \"%s\"", name);
    }
    thread->started = true;
    return VARVE_OK;
}

void vv_thread_join(struct vv_thread *thread)
{
    if (thread->started) {
        must(pthread_join(thread->os, NULL), "pthread_join");
        thread->started = false;
    }
}
