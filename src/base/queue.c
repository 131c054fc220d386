/* queue.c: a ring under one lock with two conditions. */
#include "base/queue.h"

#include <stdbool.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "base/time.h"

#include "base/banned.h"

struct vv_queue {
    struct vv_mutex lock; /* guards all below */
    struct vv_cond not_full;
    struct vv_cond not_empty;
    size_t capacity;
    size_t first; /* index of the oldest item */
    size_t count;
    bool closed;
    void *items[];
};

struct vv_queue *vv_queue_new(size_t capacity)
{
    size_t size;
    if (capacity == 0) {
        capacity = 1;
    }
    if (__builtin_mul_overflow(capacity, sizeof(void *), &size) ||
        __builtin_add_overflow(size, sizeof(struct vv_queue), &size)) {
        return NULL;
    }
    struct vv_queue *queue = vv_alloc_zero(size);
    if (queue == NULL) {
        return NULL;
    }
    queue->capacity = capacity;
    vv_mutex_init(&queue->lock);
    vv_cond_init(&queue->not_full);
    vv_cond_init(&queue->not_empty);
    return queue;
}

void vv_queue_free(struct vv_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    vv_cond_deinit(&queue->not_empty);
    vv_cond_deinit(&queue->not_full);
    vv_mutex_deinit(&queue->lock);
    vv_free(queue);
}

/* Waits for a signal until `deadline_ms` of the monotonic clock (-1: for ever); false once it has
 * passed. */
static bool wait_until(struct vv_cond *cond, struct vv_mutex *lock, int64_t deadline_ms)
{
    if (deadline_ms < 0) {
        vv_cond_wait(cond, lock);
        return true;
    }
    int64_t left_ms = deadline_ms - vv_monotonic_ms();
    if (left_ms <= 0) {
        return false;
    }
    vv_cond_wait_for(cond, lock, left_ms);
    return true;
}

static int64_t deadline_of(int64_t timeout_ms)
{
    int64_t deadline_ms;
    if (timeout_ms < 0 || __builtin_add_overflow(vv_monotonic_ms(), timeout_ms, &deadline_ms)) {
        return -1;
    }
    return deadline_ms;
}

vv_status vv_queue_put(struct vv_queue *queue, void *item, int64_t timeout_ms)
{
    vv_status status = VARVE_OK;
    int64_t deadline_ms = timeout_ms == 0 ? 0 : deadline_of(timeout_ms);
    vv_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == queue->capacity) {
        if (timeout_ms == 0 || !wait_until(&queue->not_full, &queue->lock, deadline_ms)) {
            status = VARVE_BUSY;
            goto out;
        }
    }
    if (queue->closed) {
        status = VARVE_CLOSED;
        goto out;
    }
    queue->items[(queue->first + queue->count) % queue->capacity] = item;
    queue->count++;
    vv_cond_signal(&queue->not_empty);
out:
    vv_mutex_unlock(&queue->lock);
    return status;
}

vv_status vv_queue_take(struct vv_queue *queue, void **item, int64_t timeout_ms)
{
    vv_status status = VARVE_OK;
    *item = NULL;
    int64_t deadline_ms = timeout_ms == 0 ? 0 : deadline_of(timeout_ms);
    vv_mutex_lock(&queue->lock);
    while (queue->count == 0) {
        if (queue->closed) {
            status = VARVE_CLOSED;
            goto out;
        }
        if (timeout_ms == 0 || !wait_until(&queue->not_empty, &queue->lock, deadline_ms)) {
            status = VARVE_TIMEOUT;
            goto out;
        }
    }
    *item = queue->items[queue->first];
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    vv_cond_signal(&queue->not_full);
out:
    vv_mutex_unlock(&queue->lock);
    return status;
}

void vv_queue_close(struct vv_queue *queue)
{
    vv_mutex_lock(&queue->lock);
    queue->closed = true;
    vv_cond_broadcast(&queue->not_full);
    vv_cond_broadcast(&queue->not_empty);
    vv_mutex_unlock(&queue->lock);
}

size_t vv_queue_count(struct vv_queue *queue)
{
    vv_mutex_lock(&queue->lock);
    size_t count = queue->count;
    vv_mutex_unlock(&queue->lock);
    return count;
}
