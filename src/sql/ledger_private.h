/* ledger_private.h: what the files of the ledger share. */
#ifndef VV_SQL_LEDGER_PRIVATE_H
#define VV_SQL_LEDGER_PRIVATE_H

#include "base/thread.h"
#include "sql/connection.h"
#include "sql/ledger.h"

struct vv_ledger {
    char *url;
    bool read_only;
    int64_t version;
    struct vv_mutex write_lock;   /* held from the begin of a writing transaction to its end, and
                                     by checkpoints; guards `writer` */
    struct vv_connection *writer; /* null when read_only */
    struct vv_mutex idle_lock;    /* guards `idle` and idle_count */
    struct vv_connection *idle;   /* reading connections that are not in use */
    int idle_count;
};

struct vv_ledger_tx {
    struct vv_ledger *ledger;
    struct vv_connection *connection; /* the writer, or a reading one of its own */
    bool write;
    bool broken; /* the database may have given the transaction up: it can only be rolled back */
};

/* Brings the writer's database up to the catalogue, and sets ledger->version. */
vv_status vv_ledger_migrate(struct vv_ledger *ledger, vv_error *err);
/* The version that the database has; 0 when it was never migrated. */
vv_status vv_ledger_read_version(struct vv_ledger_tx *tx, int64_t *version, vv_error *err);

/* Makes the reserved rows (catalog/seeds.h) that are missing, and puts fixed columns of the others
 * right; `*changes` counts them. */
vv_status vv_ledger_reserve(struct vv_ledger_tx *tx, int64_t *changes, vv_error *err);

/* Fills the columns that the system makes (ledger_derive.h) in the rows of an older ledger. */
vv_status vv_ledger_derive_all(struct vv_ledger_tx *tx, vv_error *err);

/* An error of a statement: whatever is not about its own values ends the transaction. */
vv_status vv_ledger_note(struct vv_ledger_tx *tx, vv_status status);

#endif
