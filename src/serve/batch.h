/* batch.h: the samples of one request, where each stood in it, and those that cannot be stored.
 *
 * Threads: a batch belongs to one thread at a time. Ownership: texts of samples live in the batch's
 * arena; all its memory counts against the budget.
 */
#ifndef VV_SERVE_BATCH_H
#define VV_SERVE_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "history/datum.h"

struct vv_budget;

#define VV_BATCH_SAMPLES_MAX  1000000
#define VV_BATCH_REFUSALS_MAX 100 /* that are listed; the others are counted */

struct vv_refusal {
    uint32_t place; /* line or row of the request */
    vv_status status;
    const char *field; /* static; null: none in particular */
    char reason[232];
};

struct vv_batch {
    struct vv_arena arena;
    struct vv_budget *budget;
    struct vv_sample *samples;
    uint32_t *places; /* of each sample */
    size_t count, capacity;
    struct vv_refusal *refusals; /* room for VV_BATCH_REFUSALS_MAX */
    size_t listed, refused;
};

/* `budget` is borrowed and may be null. */
void vv_batch_init(struct vv_batch *batch, struct vv_budget *budget);
void vv_batch_deinit(struct vv_batch *batch);
/* Copies the samples (not their texts). LIMIT beyond VV_BATCH_SAMPLES_MAX; NO_MEMORY. */
vv_status vv_batch_add(struct vv_batch *batch, uint32_t place, const struct vv_sample *samples,
                       size_t count, vv_error *err);
/* Notes that what stands at `place` cannot be stored; `field` may be null. */
void vv_batch_refuse(struct vv_batch *batch, uint32_t place, vv_status status, const char *field,
                     const char *reason);
/* What a failing parser returned is about the whole request, not about one line or row of it. */
bool vv_batch_fatal(vv_status status);

#endif
