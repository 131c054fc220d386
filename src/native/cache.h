/* cache.h: checked bytes of parts in memory, under one budget.
 *
 * What is in it passed its checksum once. Entries are pinned while in use; the others leave by the
 * clock rule when room is needed. Locks are per shard and never held over I/O: two threads may read
 * the same bytes at once, one of them wins.
 *
 * Threads: any.
 */
#ifndef VV_NATIVE_CACHE_H
#define VV_NATIVE_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct vv_cache;
struct vv_cache_entry; /* pinned */

struct vv_cache *vv_cache_new(size_t limit_bytes);
void vv_cache_free(struct vv_cache *cache);
/* Null when it is not there. */
struct vv_cache_entry *vv_cache_get(struct vv_cache *cache, uint64_t part, uint64_t offset);
/* Takes over `data` (from vv_alloc) and returns the pinned entry; when the key is there already, or
 * no room can be made, the data is still served by the entry returned. Null without memory: then
 * `data` remains the caller's. */
struct vv_cache_entry *vv_cache_put(struct vv_cache *cache, uint64_t part, uint64_t offset,
                                    uint8_t *data, size_t len_bytes);
const uint8_t *vv_cache_data(const struct vv_cache_entry *entry, size_t *len_bytes);
void vv_cache_unpin(struct vv_cache *cache, struct vv_cache_entry *entry);
/* Forgets a part that is removed. */
void vv_cache_drop(struct vv_cache *cache, uint64_t part);
size_t vv_cache_used(const struct vv_cache *cache);

#endif
