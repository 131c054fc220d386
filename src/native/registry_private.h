/* registry_private.h: what registry.c (definitions and lookups) and registry_file.c (their bytes in
 * the log and in the file) share. Nobody else includes it. */
#ifndef VV_NATIVE_REGISTRY_PRIVATE_H
#define VV_NATIVE_REGISTRY_PRIVATE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/map.h"
#include "base/thread.h"
#include "native/registry.h"

/* Segment k of the series holds FIRST << k of them, so that a segment never moves once readers see
 * it and 23 of them hold every id. */
#define VV_REGISTRY_FIRST    1024u
#define VV_REGISTRY_SEGMENTS 23
#define VV_REGISTRY_STRATA   4096
/* Definitions of so many ids may be missing in front of one that was saved from a damaged log. */
#define VV_REGISTRY_GAP_MAX (1u << 20)

/* A series; `key` null: a hole, whose definition was lost with damaged bytes of the log. */
struct vv_registry_series {
    const uint8_t *key;
    uint32_t key_bytes;
    uint32_t stratum;
};

/* How much of the registry is in the file's first `bytes`. */
struct vv_registry_saved {
    uint64_t bytes;
    uint32_t series;                      /* ids below this */
    uint32_t columns[VV_REGISTRY_STRATA]; /* of each stratum; 0: not there */
};

struct vv_registry {
    struct vv_mutex lock; /* guards everything but what is atomic */
    struct vv_arena arena;
    size_t arena_bytes;
    struct vv_map *strata_by_name;
    struct vv_map *series_by_key; /* the stratum's id in four bytes, then the key */
    struct vv_buf scratch;        /* a key of series_by_key; a record */
    _Atomic(struct varve_stratum *) strata[VV_REGISTRY_STRATA];
    atomic_uint stratum_count;
    _Atomic(struct vv_registry_series *) segments[VV_REGISTRY_SEGMENTS];
    atomic_uint series_count;
    struct vv_registry_saved saved;  /* what the file knows */
    struct vv_registry_saved before; /* and knew before the last save */
    struct vv_registry_saved saving; /* and will know after the one under way */
};

/* The lock is held by the caller of all of these. */
struct vv_registry_series *vv_registry_slot(const struct vv_registry *registry, uint32_t id);
vv_status vv_registry_add_stratum(struct vv_registry *registry, const struct varve_stratum *stratum,
                                  uint32_t id, vv_error *err);
vv_status vv_registry_add_series(struct vv_registry *registry, uint32_t id, uint32_t stratum,
                                 const void *key, size_t key_bytes, vv_error *err);
vv_status vv_registry_check_stratum(const struct varve_stratum *stratum, vv_error *err);
vv_status vv_registry_check_extends(const struct varve_stratum *old,
                                    const struct varve_stratum *stratum, vv_error *err);

void vv_registry_pack_stratum(const struct varve_stratum *stratum, uint32_t id, struct vv_buf *out);
void vv_registry_pack_series(const struct vv_registry_series *series, uint32_t id,
                             struct vv_buf *out);

#endif
