/* safekeeping.h: the server's backups: one at a time, on a thread of its own.
 *
 * Only below the directory that the configuration names, and under one plain name: whoever may ask
 * for a backup may not choose where the server writes.
 *
 * Threads: any; start and stop of the whole from one.
 */
#ifndef VV_SERVE_SAFEKEEPING_H
#define VV_SERVE_SAFEKEEPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct vv_buf;
struct vv_server;
struct vv_safekeeping;

/* Null without memory. */
struct vv_safekeeping *vv_safekeeping_new(struct vv_server *server);
/* Gives up what runs and waits for its end. Null is allowed. */
void vv_safekeeping_free(struct vv_safekeeping *keeping);

/* Begins a backup into DIR/name. BAD_NAME, UNSUPPORTED without a configured directory, BUSY while
 * another one runs; whatever else goes wrong is told by the state. `origin` is for the journal. */
vv_status vv_safekeeping_begin(struct vv_safekeeping *keeping, const char *name, bool copy,
                               const char *origin, vv_error *err);
/* Asks what runs to give up; nothing when nothing runs. */
void vv_safekeeping_cancel(struct vv_safekeeping *keeping);
/* {"state":"none|running|done|failed",…} */
void vv_safekeeping_state(struct vv_safekeeping *keeping, struct vv_buf *out);

#endif
