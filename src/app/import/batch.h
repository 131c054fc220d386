/* batch.h: samples gathered until there are enough of them to be stored, in order of tag and time.
 *
 * Threads: one thread. Ownership: texts are copied; tags are borrowed.
 */
#ifndef VV_APP_IMPORT_BATCH_H
#define VV_APP_IMPORT_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "app/import/sink.h"
#include "app/import/tags.h"

#define VV_IMPORT_BATCH_SAMPLES 20000
#define VV_IMPORT_BATCH_BYTES   (4 * 1024 * 1024) /* of texts */

struct vv_import_batch;

/* What was stored, and (refused) the lines of what was not; `reason` null: only counted. */
struct vv_import_flush {
    void (*refused)(void *arg, uint64_t line, const char *reason);
    void *arg;
    size_t stored; /* out */
};

/* Null without memory. */
struct vv_import_batch *vv_import_batch_new(void);
void vv_import_batch_free(struct vv_import_batch *batch);
/* Where there is room. The sample's name is taken from the tag, its text is copied. NO_MEMORY. */
vv_status vv_import_batch_add(struct vv_import_batch *batch, uint64_t line,
                              struct vv_import_tag *tag, const struct vv_sample *sample,
                              vv_error *err);
/* Whether `count` more samples find room; rows are never parted. */
bool vv_import_batch_fits(const struct vv_import_batch *batch, size_t count);
/* Writes all of it, and empties it. */
vv_status vv_import_batch_flush(struct vv_import_batch *batch, struct vv_import_sink *sink,
                                struct vv_import_flush *flush, vv_error *err);

#endif
