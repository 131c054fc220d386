/* registry.h: the strata and series of a store, by name and by id.
 *
 * In memory for the life of the store (they are never removed); on disk as an append-only file
 * `registry` of records under CRC-32C, of which the manifest says how much counts. What is defined
 * between two flushes is in the log (VV_WAL_STRATUM, VV_WAL_SERIES) and goes into the file with the
 * next flush.
 *
 * Threads: lookups by id take no lock and may run beside definitions; definitions and lookups by
 * name take the registry's own lock.
 */
#ifndef VV_NATIVE_REGISTRY_H
#define VV_NATIVE_REGISTRY_H

#include "base/buf.h"
#include "base/error.h"
#include "base/io.h"
#include "varve.h"

struct vv_registry;

vv_status vv_registry_new(struct vv_registry **registry, vv_error *err);
void vv_registry_free(struct vv_registry *registry);

/* Loads the first `len_bytes` of the file; CORRUPT names the record. */
vv_status vv_registry_load(struct vv_registry *registry, const struct vv_io *io, const char *path,
                           uint64_t len_bytes, vv_error *err);
/* Appends to the file all that was defined since the last load or save, at offset `*len_bytes`,
 * syncs it, and moves `*len_bytes` on. Whatever is behind the offset already is overwritten: it
 * never counted. When the manifest could not be told of the new length, call it again with the old
 * one. For one thread at a time; definitions may go on meanwhile. */
vv_status vv_registry_save(struct vv_registry *registry, const struct vv_io *io, const char *path,
                           uint64_t *len_bytes, vv_error *err);

/* Defines or finds; `*fresh` tells that it is new or was extended, and then the payload for the log
 * is appended to `payload`. The checks of varve_stratum_define are made here. */
vv_status vv_registry_stratum(struct vv_registry *registry, const struct varve_stratum *stratum,
                              uint32_t *id, bool *fresh, struct vv_buf *payload, vv_error *err);
vv_status vv_registry_series(struct vv_registry *registry, uint32_t stratum, const void *key,
                             size_t key_bytes, uint32_t *id, bool *fresh, struct vv_buf *payload,
                             vv_error *err);
/* Definitions read back from the log (one payload or several behind one another), before other
 * threads use the registry; those that are there already are passed over. Where damage took
 * definitions away, the ids before a later one stay holes: vv_registry_series_get is false and
 * vv_registry_stratum_get null for them, as for a series whose stratum's definition is lost.
 * CORRUPT when it contradicts what is there. */
vv_status vv_registry_apply(struct vv_registry *registry, bool stratum, const uint8_t *payload,
                            size_t len_bytes, vv_error *err);

vv_status vv_registry_find(struct vv_registry *registry, uint32_t stratum, const void *key,
                           size_t key_bytes, uint32_t *id, vv_error *err);
uint32_t vv_registry_series_count(const struct vv_registry *registry);
uint32_t vv_registry_stratum_count(const struct vv_registry *registry);
/* Null for an id that is not there, or a hole. Borrowed for the registry's life: an extended
 * stratum is a new description, the old one stays valid. */
const struct varve_stratum *vv_registry_stratum_get(const struct vv_registry *registry,
                                                    uint32_t id);
/* False for an id that is not there, or a hole; the out-parameters may be null. */
bool vv_registry_series_get(const struct vv_registry *registry, uint32_t id, uint32_t *stratum,
                            const void **key, size_t *key_bytes);
size_t vv_registry_memory(const struct vv_registry *registry);

#endif
