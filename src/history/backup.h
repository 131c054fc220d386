/* backup.h: a whole data directory put in safety, and brought back.
 *
 * A backup is itself a data directory, history/NAME and varve.db, with a list of its files beside
 * them (backup_list.h); every reading command works on it. Histories are taken first, one after
 * the other, each at a moment of its own (varve_backup); the ledger last, so that every tag that a
 * history has rows of is in it. Parts are linked where that is possible.
 *
 * Whole or not there: it comes to be under DIR.partial, and is read back (checksums, every block,
 * the ledger's pages) before it gets its name. A restore is verified the same way before it starts
 * and once it is done.
 *
 * Threads: any; collection, appends, merges and changes of the ledger go on beside a backup. One
 * call at a time for one directory.
 */
#ifndef VV_HISTORY_BACKUP_H
#define VV_HISTORY_BACKUP_H

#include "history/backup_list.h"
#include "history/history.h"

struct vv_ledger;

#define VV_BACKUP_LEDGER_NAME "varve.db"
/* In a data directory: a restore is under way, or was interrupted. */
#define VV_RESTORE_NAME ".restoring"

struct vv_backup_progress {
    const char *step;           /* "history main", "ledger", "checksums", "check" */
    uint64_t bytes, bytes_done; /* of the step; 0 where they are not known */
};

/* Told of what is done, in the caller's thread; false gives up: CANCELLED. Null: nobody. */
struct vv_backup_watcher {
    bool (*progress)(void *arg, const struct vv_backup_progress *progress);
    void *arg;
};

struct vv_backup_options {
    struct vv_history_set *set;
    struct vv_ledger *ledger;
    const char *version; /* of the program */
    const char *dir;     /* is made; what it is in must be there */
    bool copy;           /* see varve_backup_options */
    struct vv_backup_watcher watcher;
};

/* What was made. Deinit by vv_backup_result_deinit, also after an error. */
struct vv_backup_result {
    struct vv_backup_list list;
    uint64_t linked, copied; /* files of the histories */
};

/* EXISTS, CONFLICT for the rest of an interrupted one, NO_SPACE, CANCELLED, READ_ONLY for a set
 * opened for reading, UNSUPPORTED for a ledger in another database; CORRUPT when the source is
 * damaged: such a backup is not kept. */
vv_status vv_backup_make(const struct vv_backup_options *options, struct vv_backup_result *result,
                         vv_error *err);
void vv_backup_result_deinit(struct vv_backup_result *result);

/* The list of the backup in `dir`, into an initialised one. NOT_FOUND when there is no backup. */
vv_status vv_backup_read(const char *dir, struct vv_backup_list *list, vv_error *err);
/* Reads every byte: each file of the list against its length and checksum, every block of each
 * native history, the ledger. CORRUPT names the first that is not what it was. */
vv_status vv_backup_verify(const char *dir, struct vv_backup_list *list,
                           const struct vv_backup_watcher *watcher, vv_error *err);

/* Verifies the backup, copies it into the data directory `data`, which must be missing or empty,
 * verifies the copy and makes it count. After an error the directory is as it was. */
vv_status vv_backup_restore(const char *dir, const char *data,
                            const struct vv_backup_watcher *watcher, struct vv_backup_list *list,
                            vv_error *err);

#endif
