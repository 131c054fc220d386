/* arena.h: memory of one request, query or poll, freed as a whole.
 *
 * Threads: an arena belongs to one thread at a time. What it gave lives until reset or deinit.
 */
#ifndef VV_BASE_ARENA_H
#define VV_BASE_ARENA_H

#include <stddef.h>

struct vv_budget;
struct vv_arena_block;

struct vv_arena {
    struct vv_arena_block *blocks; /* newest first */
    size_t block_bytes;            /* size of the next ordinary block */
    struct vv_budget *budget;      /* borrowed, may be null */
};

/* `block_bytes` 0 takes 16 KiB. */
void vv_arena_init(struct vv_arena *arena, size_t block_bytes, struct vv_budget *budget);
void vv_arena_deinit(struct vv_arena *arena);
/* Frees all but one block, which is used again. */
void vv_arena_reset(struct vv_arena *arena);

/* 16-byte aligned; null when there is no memory or no budget. */
void *vv_arena_alloc(struct vv_arena *arena, size_t size_bytes);
void *vv_arena_zero(struct vv_arena *arena, size_t size_bytes);
/* A copy of `len_bytes` bytes with a NUL behind it. */
char *vv_arena_text(struct vv_arena *arena, const char *text, size_t len_bytes);
char *vv_arena_format(struct vv_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
