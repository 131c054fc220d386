#include "serve/workers.h"

#include <sys/resource.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "serve/request.h"

#include "base/banned.h"

struct vv_workers {
    struct vv_workers_options options;
    struct vv_thread *threads;

    struct vv_mutex mutex; /* guards what follows */
    struct vv_cond wake;
    struct vv_request *first, *last;
    size_t waiting;
    bool stopped;
};

static struct vv_request *take(struct vv_workers *workers)
{
    vv_mutex_lock(&workers->mutex);
    while (!workers->first && !workers->stopped)
        vv_cond_wait(&workers->wake, &workers->mutex);
    struct vv_request *request = workers->first;
    if (request) {
        workers->first = request->next;
        workers->waiting--;
        request->next = NULL;
    }
    vv_mutex_unlock(&workers->mutex);
    return request;
}

static void work(void *arg)
{
    struct vv_workers *workers = arg;

    /* Of a thread, on Linux; where it is refused the thread is like the others. */
    if (workers->options.nice > 0)
        (void)setpriority(PRIO_PROCESS, 0, workers->options.nice);
    for (struct vv_request *request; (request = take(workers));)
        workers->options.run(request);
}

vv_status vv_workers_start(const struct vv_workers_options *options, struct vv_workers **workers,
                           vv_error *err)
{
    struct vv_workers *w = vv_alloc_zero(sizeof *w);
    vv_status status = VARVE_OK;

    *workers = NULL;
    if (w)
        w->threads = vv_alloc_array(options->threads, sizeof *w->threads);
    if (!w || !w->threads) {
        vv_free(w);
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the HTTP workers");
    }
    w->options = *options;
    vv_mutex_init(&w->mutex);
    vv_cond_init(&w->wake);
    for (size_t i = 0; i < options->threads && !status; i++)
        status = vv_thread_start(&w->threads[i], "http-worker", work, w, err);
    if (status) {
        vv_workers_stop(w);
        vv_workers_free(w);
        return status;
    }
    *workers = w;
    return VARVE_OK;
}

void vv_workers_stop(struct vv_workers *workers)
{
    if (!workers)
        return;
    vv_mutex_lock(&workers->mutex);
    workers->stopped = true;
    vv_cond_broadcast(&workers->wake);
    vv_mutex_unlock(&workers->mutex);
    for (size_t i = 0; i < workers->options.threads; i++)
        vv_thread_join(&workers->threads[i]);
}

void vv_workers_free(struct vv_workers *workers)
{
    if (!workers)
        return;
    vv_cond_deinit(&workers->wake);
    vv_mutex_deinit(&workers->mutex);
    vv_free(workers->threads);
    vv_free(workers);
}

bool vv_workers_add(struct vv_workers *workers, struct vv_request *request, bool is_new)
{
    vv_mutex_lock(&workers->mutex);
    bool taken = !workers->stopped && (!is_new || workers->waiting < workers->options.queue);
    if (taken) {
        request->next = NULL;
        if (workers->first)
            workers->last->next = request;
        else
            workers->first = request;
        workers->last = request;
        workers->waiting++;
        vv_cond_signal(&workers->wake);
    }
    vv_mutex_unlock(&workers->mutex);
    return taken;
}

size_t vv_workers_waiting(struct vv_workers *workers)
{
    vv_mutex_lock(&workers->mutex);
    size_t waiting = workers->waiting;
    vv_mutex_unlock(&workers->mutex);
    return waiting;
}
