/* queue.h: a bounded queue of pointers between threads.
 *
 * Full means that the producer waits or is told: nothing is dropped in silence. Threads: any
 * number on both sides.
 */
#ifndef VV_BASE_QUEUE_H
#define VV_BASE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vv_queue;

/* Null without memory. Capacity 0 is taken for 1. */
struct vv_queue *vv_queue_new(size_t capacity);
/* The items still in it are the caller's: take them first. */
void vv_queue_free(struct vv_queue *queue);
/* Waits up to `timeout_ms` (-1 for ever, 0 not at all): BUSY when it stays full, CLOSED after
 * close. */
vv_status vv_queue_put(struct vv_queue *queue, void *item, int64_t timeout_ms);
/* Waits likewise: TIMEOUT when it stays empty, CLOSED when closed and empty. */
vv_status vv_queue_take(struct vv_queue *queue, void **item, int64_t timeout_ms);
/* No more puts; takers get what is left, then CLOSED. */
void vv_queue_close(struct vv_queue *queue);
size_t vv_queue_count(struct vv_queue *queue);

#endif
