/* ledger_derive.h: columns that the system fills by itself.
 *
 * TB_Objects.HashId is the CRC-32C of the point's path (catalog/names.h), as a signed number of 32
 * bits: the hash of a row goes on from that of the row above it. TB_Devices.DevNum is DevId where
 * none is given, as long as no other device has that number.
 *
 * ledger_rows.c calls these. Threads: as the transaction.
 */
#ifndef VV_SQL_LEDGER_DERIVE_H
#define VV_SQL_LEDGER_DERIVE_H

#include "sql/ledger_private.h"

/* Before a row is added: sets what it can in it. */
vv_status vv_derive_before(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err);
/* After it was added: what its number decides; sets that in the row, too. */
vv_status vv_derive_added(struct vv_ledger_tx *tx, struct vv_row *row, vv_error *err);
/* After it was changed: what follows for it and for the rows below it. */
vv_status vv_derive_changed(struct vv_ledger_tx *tx, const struct vv_row *row, vv_error *err);

#endif
