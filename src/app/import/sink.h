/* sink.h: where imported samples go: the histories of a directory, or a running server.
 *
 * Threads: one thread.
 */
#ifndef VV_APP_IMPORT_SINK_H
#define VV_APP_IMPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "app/target.h"
#include "base/error.h"
#include "history/datum.h"

/* Told of sample number `index` of a call, which was not stored; the reason names its tag. */
typedef void (*vv_import_refused)(void *arg, size_t index, const char *reason);

struct vv_import_sink;

struct vv_import_sink_kind {
    /* The type of a tag that is there; NONE when there is no such tag. */
    vv_status (*type_of)(struct vv_import_sink *sink, const char *name, size_t len_bytes,
                         enum vv_tag_type *type, vv_error *err);
    /* Stores the good ones. */
    vv_status (*write)(struct vv_import_sink *sink, const struct vv_sample *samples, size_t count,
                       vv_import_refused refused, void *arg, size_t *stored, vv_error *err);
    /* What was written so far is durable (as far as the sink can say). */
    vv_status (*sync)(struct vv_import_sink *sink, vv_error *err);
    /* The first error of finishing is told; closed all the same. */
    vv_status (*close)(struct vv_import_sink *sink, vv_error *err);
};

struct vv_import_sink {
    const struct vv_import_sink_kind *kind;
    const char *place;     /* URL or directory, as an absolute path: for the position's record */
    const char *directory; /* where positions are kept */
    struct vv_zone *zone;  /* of the configuration; null: none said */
};

/* The directory, made when missing, is opened for writing: LOCKED while a server runs on it.
 * `history` null is the default one. */
vv_status vv_import_sink_store(const struct vv_target *target, const char *history,
                               struct vv_import_sink **sink, vv_error *err);
vv_status vv_import_sink_server(const char *url, const char *history, struct vv_import_sink **sink,
                                vv_error *err);

#endif
