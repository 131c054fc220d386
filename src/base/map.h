/* map.h: a hash table from byte strings to 64-bit values (open addressing, keys copied).
 *
 * The hash is keyed with a random number of the process, so that no input can aim at collisions.
 * Threads: any number of readers, or one writer; the owner locks.
 */
#ifndef VV_BASE_MAP_H
#define VV_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vv_map;

/* Null without memory. */
struct vv_map *vv_map_new(void);
void vv_map_free(struct vv_map *map);
/* False when the key is not there. */
bool vv_map_get(const struct vv_map *map, const void *key, size_t len_bytes, uint64_t *value);
/* Adds or replaces. NO_MEMORY leaves the map as it was. */
vv_status vv_map_put(struct vv_map *map, const void *key, size_t len_bytes, uint64_t value);
bool vv_map_remove(struct vv_map *map, const void *key, size_t len_bytes);
size_t vv_map_count(const struct vv_map *map);
/* Bytes of memory that it holds. */
size_t vv_map_bytes(const struct vv_map *map);

#endif
