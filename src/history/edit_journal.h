/* edit_journal.h: what the journal is told of an edit (private to edit.c and edit_journal.c). */
#ifndef VV_HISTORY_EDIT_JOURNAL_H
#define VV_HISTORY_EDIT_JOURNAL_H

#include "history/edit.h"

struct vv_ledger_tx;

/* `rows` rows of the tag (not 0) are about to go. */
vv_status vv_edit_note_deletion(struct vv_ledger_tx *tx, const struct vv_deletion *deletion,
                                const struct vv_tag *tag, uint64_t rows, vv_error *err);
/* The row of that time is about to become `sample`. */
vv_status vv_edit_note_correction(struct vv_ledger_tx *tx, const struct vv_edit *edit,
                                  const struct vv_tag *tag, const struct vv_sample *sample,
                                  vv_error *err);
/* What was announced was not done, or not all of it. A failure is logged. */
void vv_edit_note_failure(struct vv_history_set *set, const struct vv_edit *edit, const char *what,
                          const vv_error *why);

#endif
