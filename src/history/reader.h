/* reader.h: the histories of a data directory, read beside the process that writes them.
 *
 * Node and histories are those of the ledger's ScadaProviderMapping that have a folder in
 * `history/`. A native store that is opened for reading is a picture of that moment; `follow` opens
 * it anew when the writer's log or manifest has moved on. Nothing is written, and the writer is
 * neither asked nor held up.
 *
 * Opening reads the log again, up to its whole length. So that a busy plant does not make a reader
 * do nothing else, `follow` opens anew only after ten times as long as the last opening took.
 *
 * Threads: one at a time.
 */
#ifndef VV_HISTORY_READER_H
#define VV_HISTORY_READER_H

#include <stdbool.h>

#include "base/error.h"

struct vv_history_set;
struct vv_reader;

/* `ledger` is the ledger's file; null: varve.db in `dir`. NOT_FOUND when it is no data directory,
 * UNSUPPORTED when the ledger is older or newer than this program. */
vv_status vv_reader_open(const char *dir, const char *ledger, struct vv_reader **reader,
                         vv_error *err);
/* No query may be open on its set. Null is allowed. */
void vv_reader_close(struct vv_reader *reader);
/* The set as it is; borrowed until the next follow. */
struct vv_history_set *vv_reader_set(struct vv_reader *reader);
/* Opens anew what has changed, however short the last opening is ago when `now`. `*set` is the set
 * to use from here on: the one before it has been closed if it differs. On an error it stays. */
vv_status vv_reader_follow(struct vv_reader *reader, bool now, struct vv_history_set **set,
                           vv_error *err);

#endif
