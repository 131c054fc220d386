#include "app/import/batch.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"

#include "base/banned.h"

/* A sample's place in the order in which they are stored. */
struct order {
    int64_t time_ms;
    uint32_t tag, number;
};

struct vv_import_batch {
    struct vv_arena arena; /* texts */
    size_t text_bytes;
    struct vv_sample *samples, *sorted;
    struct order *order;
    uint64_t *lines;
    size_t count;
    struct vv_import_flush *flush; /* of the call that is under way */
};

struct vv_import_batch *vv_import_batch_new(void)
{
    struct vv_import_batch *batch = vv_alloc_zero(sizeof *batch);
    if (!batch)
        return NULL;
    vv_arena_init(&batch->arena, 0, NULL);
    batch->samples = vv_alloc_array(VV_IMPORT_BATCH_SAMPLES, sizeof *batch->samples);
    batch->sorted = vv_alloc_array(VV_IMPORT_BATCH_SAMPLES, sizeof *batch->sorted);
    batch->order = vv_alloc_array(VV_IMPORT_BATCH_SAMPLES, sizeof *batch->order);
    batch->lines = vv_alloc_array(VV_IMPORT_BATCH_SAMPLES, sizeof *batch->lines);
    if (batch->samples && batch->sorted && batch->order && batch->lines)
        return batch;
    vv_import_batch_free(batch);
    return NULL;
}

void vv_import_batch_free(struct vv_import_batch *batch)
{
    if (!batch)
        return;
    vv_arena_deinit(&batch->arena);
    vv_free(batch->samples);
    vv_free(batch->sorted);
    vv_free(batch->order);
    vv_free(batch->lines);
    vv_free(batch);
}

bool vv_import_batch_fits(const struct vv_import_batch *batch, size_t count)
{
    return batch->count == 0 || (batch->count + count <= VV_IMPORT_BATCH_SAMPLES &&
                                 batch->text_bytes < VV_IMPORT_BATCH_BYTES);
}

vv_status vv_import_batch_add(struct vv_import_batch *batch, uint64_t line,
                              struct vv_import_tag *tag, const struct vv_sample *sample,
                              vv_error *err)
{
    struct vv_sample *to = &batch->samples[batch->count];
    *to = *sample;
    to->name = tag->name;
    to->name_len = tag->name_len;
    if (to->value.type == VV_TYPE_STRING) {
        to->value.as.text = vv_arena_text(&batch->arena, to->value.as.text, to->value.text_len);
        if (!to->value.as.text)
            return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the values");
        batch->text_bytes += to->value.text_len;
    }
    batch->lines[batch->count] = line;
    batch->order[batch->count] =
        (struct order){sample->time_ms, tag->number, (uint32_t)batch->count};
    batch->count++;
    return VARVE_OK;
}

static int compare(const void *left, const void *right)
{
    const struct order *a = left, *b = right;
    if (a->tag != b->tag)
        return a->tag < b->tag ? -1 : 1;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void refused(void *arg, size_t index, const char *reason)
{
    struct vv_import_batch *batch = arg;
    uint64_t line = index < batch->count ? batch->lines[batch->order[index].number] : 0;
    batch->flush->refused(batch->flush->arg, line, reason);
}

vv_status vv_import_batch_flush(struct vv_import_batch *batch, struct vv_import_sink *sink,
                                struct vv_import_flush *flush, vv_error *err)
{
    flush->stored = 0;
    if (batch->count == 0)
        return VARVE_OK;
    qsort(batch->order, batch->count, sizeof *batch->order, compare);
    for (size_t i = 0; i < batch->count; i++)
        batch->sorted[i] = batch->samples[batch->order[i].number];
    batch->flush = flush;
    vv_status status =
        sink->kind->write(sink, batch->sorted, batch->count, refused, batch, &flush->stored, err);
    batch->count = 0;
    batch->text_bytes = 0;
    vv_arena_reset(&batch->arena);
    return status;
}
