/* backup_private.h: what making, verifying and restoring share. */
#ifndef VV_HISTORY_BACKUP_PRIVATE_H
#define VV_HISTORY_BACKUP_PRIVATE_H

#include "base/io.h"
#include "history/backup.h"

vv_status vv_backup_cancelled(vv_error *err);
/* The length of a file; CONFLICT for a directory. */
vv_status vv_backup_file_size(const struct vv_io *io, const char *path, uint64_t *bytes,
                              vv_error *err);
/* Reads every file of the list in `dir`: notes its checksum (`note`), or compares length and
 * checksum with those noted: CORRUPT. */
vv_status vv_backup_checksums(const char *dir, struct vv_backup_list *list, bool note,
                              const struct vv_backup_watcher *watcher, vv_error *err);
/* Every block of the native histories in the data directory `dir`, and its ledger. CORRUPT names
 * the first damage. */
vv_status vv_backup_check(const char *dir, const struct vv_backup_list *list,
                          const struct vv_backup_watcher *watcher, vv_error *err);

#endif
