/* tag_rename.h: points that get another path, and their tags with them.
 *
 * A tag is named by its point's path. When TB_Objects.Name or Parent of a point is changed, the
 * point's rows of ScadaTagMapping get the new name in the same transaction (in every history, and
 * those of earlier types too), and so do those of all points below a branch: their Ids stay, and
 * their history is found under the new name. Behind the commit the set's tags follow, all at once.
 *
 *     vv_tag_rename_begin(set, &rename, err)            before the writing transaction is begun
 *     vv_tag_rename_object(rename, tx, before, now, err)   for each row of TB_Objects changed
 *     vv_tag_rename_commit(rename, &tx, err)            in place of vv_ledger_commit
 *     vv_tag_rename_end(&rename)                        whatever happened
 *
 * Threads: from begin to end it belongs to one thread, and no other one registers or renames tags
 * meanwhile; samples are written and read.
 */
#ifndef VV_HISTORY_TAG_RENAME_H
#define VV_HISTORY_TAG_RENAME_H

#include "base/error.h"

struct vv_history_set;
struct vv_ledger_tx;
struct vv_row;
struct vv_tag_rename;

/* The thread must have no writing transaction: the set's lock is taken before the ledger's. */
vv_status vv_tag_rename_begin(struct vv_history_set *set, struct vv_tag_rename **rename,
                              vv_error *err);
/* A row of TB_Objects was changed in `tx` from `before` to `now`, both whole; nothing is done when
 * it kept its path. CONFLICT names both tags where a history has a tag of the new name already;
 * BAD_NAME when the new path is too long for a tag. After an error the transaction is to be rolled
 * back. */
vv_status vv_tag_rename_object(struct vv_tag_rename *rename, struct vv_ledger_tx *tx,
                               const struct vv_row *before, const struct vv_row *now,
                               vv_error *err);
/* Commits; `*tx` is null afterwards. After an error nothing was kept, nor renamed. */
vv_status vv_tag_rename_commit(struct vv_tag_rename *rename, struct vv_ledger_tx **tx,
                               vv_error *err);
/* The ledger's transaction must be over. Null is allowed. */
void vv_tag_rename_end(struct vv_tag_rename **rename);

#endif
