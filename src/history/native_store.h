/* native_store.h: what the files of this folder that work on native stores share.
 *
 * Threads: no state of their own.
 */
#ifndef VV_HISTORY_NATIVE_STORE_H
#define VV_HISTORY_NATIVE_STORE_H

#include "catalog/partition.h"
#include "varve.h"

/* The span of a stratum in a history of that partition size. */
enum varve_span vv_native_span(enum vv_partition_size size);
/* The stratum of that name, which is not defined by asking. NOT_FOUND, without a message. */
varve_status vv_native_find_stratum(varve *db, const char *name, uint32_t *id);

#endif
