/* copy_private.h: what the journal is told of a copy (private to copy.c and copy_journal.c). */
#ifndef VV_HISTORY_COPY_PRIVATE_H
#define VV_HISTORY_COPY_PRIVATE_H

#include "history/copy.h"

/* About `rows` rows are about to be copied to these names, one for each tag. */
vv_status vv_copy_note(struct vv_history_set *set, const struct vv_copy *copy,
                       const char *const *names, uint64_t rows, vv_error *err);
/* What was announced was not done, or not all of it. A failure is logged. */
void vv_copy_note_trouble(struct vv_history_set *set, const struct vv_copy *copy, const char *what);

#endif
