#include "serve/batch.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#include "base/banned.h"

#define FIRST_CAPACITY    64
#define ARENA_BLOCK_BYTES 16384

void vv_batch_init(struct vv_batch *batch, struct vv_budget *budget)
{
    *batch = (struct vv_batch){.budget = budget};
    vv_arena_init(&batch->arena, ARENA_BLOCK_BYTES, budget);
}

static size_t bytes_of(size_t capacity)
{
    return capacity * (sizeof(struct vv_sample) + sizeof(uint32_t));
}

void vv_batch_deinit(struct vv_batch *batch)
{
    if (batch->budget)
        vv_budget_give(batch->budget, bytes_of(batch->capacity));
    vv_free(batch->samples);
    vv_free(batch->places);
    vv_free(batch->refusals);
    vv_arena_deinit(&batch->arena);
    *batch = (struct vv_batch){0};
}

static vv_status reserve(struct vv_batch *batch, size_t wanted, vv_error *err)
{
    size_t capacity = batch->capacity ? batch->capacity : FIRST_CAPACITY;

    if (wanted > VV_BATCH_SAMPLES_MAX)
        return vv_fail(err, VARVE_LIMIT, "more than %d values in one request: send several",
                       VV_BATCH_SAMPLES_MAX);
    if (wanted <= batch->capacity)
        return VARVE_OK;
    while (capacity < wanted)
        capacity *= 2;

    size_t more_bytes = bytes_of(capacity) - bytes_of(batch->capacity);
    if (batch->budget && !vv_budget_take(batch->budget, more_bytes))
        return vv_fail(err, VARVE_NO_MEMORY, "other requests use all memory for bodies: try again");

    struct vv_sample *samples = vv_realloc(batch->samples, capacity * sizeof *samples);
    if (samples)
        batch->samples = samples;
    uint32_t *places = samples ? vv_realloc(batch->places, capacity * sizeof *places) : NULL;
    if (!places) {
        if (batch->budget)
            vv_budget_give(batch->budget, more_bytes);
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the values of the request");
    }
    batch->places = places;
    batch->capacity = capacity;
    return VARVE_OK;
}

vv_status vv_batch_add(struct vv_batch *batch, uint32_t place, const struct vv_sample *samples,
                       size_t count, vv_error *err)
{
    vv_status status = reserve(batch, batch->count + count, err);

    if (status)
        return status;
    for (size_t i = 0; i < count; i++) {
        batch->samples[batch->count] = samples[i];
        batch->places[batch->count++] = place;
    }
    return VARVE_OK;
}

void vv_batch_refuse(struct vv_batch *batch, uint32_t place, vv_status status, const char *field,
                     const char *reason)
{
    batch->refused++;
    if (!batch->refusals)
        batch->refusals = vv_alloc_array(VV_BATCH_REFUSALS_MAX, sizeof *batch->refusals);
    if (!batch->refusals || batch->listed == VV_BATCH_REFUSALS_MAX)
        return;

    struct vv_refusal *refusal = &batch->refusals[batch->listed++];
    size_t len = vv_utf8_cut(reason, strlen(reason), sizeof refusal->reason - 1);
    *refusal = (struct vv_refusal){.place = place, .status = status, .field = field};
    memcpy(refusal->reason, reason, len);
}

bool vv_batch_fatal(vv_status status)
{
    return status == VARVE_NO_MEMORY || status == VARVE_LIMIT;
}
