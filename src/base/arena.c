/* arena.c: blocks that double up to a bound, filled from the front. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

#define ALIGN_BYTES         16
#define FIRST_BLOCK_BYTES   16384
#define LARGEST_BLOCK_BYTES 1048576 /* of ordinary blocks; also the most that a reset keeps */

struct vv_arena_block {
    struct vv_arena_block *next; /* older */
    size_t capacity;             /* bytes behind this head */
    size_t used;
    size_t reserved; /* keeps the bytes behind aligned */
};

_Static_assert(sizeof(struct vv_arena_block) % ALIGN_BYTES == 0, "blocks must keep alignment");

void vv_arena_init(struct vv_arena *arena, size_t block_bytes, struct vv_budget *budget)
{
    arena->blocks = NULL;
    arena->block_bytes = block_bytes == 0 ? FIRST_BLOCK_BYTES : block_bytes;
    arena->budget = budget;
}

static void free_block(struct vv_arena *arena, struct vv_arena_block *block)
{
    if (arena->budget != NULL) {
        vv_budget_give(arena->budget, sizeof *block + block->capacity);
    }
    vv_free(block);
}

void vv_arena_deinit(struct vv_arena *arena)
{
    while (arena->blocks != NULL) {
        struct vv_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free_block(arena, block);
    }
}

void vv_arena_reset(struct vv_arena *arena)
{
    struct vv_arena_block *kept = NULL;
    while (arena->blocks != NULL) {
        struct vv_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        if (kept == NULL && block->capacity <= LARGEST_BLOCK_BYTES) {
            kept = block;
        } else {
            free_block(arena, block);
        }
    }
    if (kept != NULL) {
        kept->next = NULL;
        kept->used = 0;
        arena->blocks = kept;
    }
}

static struct vv_arena_block *new_block(struct vv_arena *arena, size_t capacity)
{
    size_t total;
    if (__builtin_add_overflow(capacity, sizeof(struct vv_arena_block), &total)) {
        return NULL;
    }
    if (arena->budget != NULL && !vv_budget_take(arena->budget, total)) {
        return NULL;
    }
    struct vv_arena_block *block = vv_alloc(total);
    if (block == NULL) {
        if (arena->budget != NULL) {
            vv_budget_give(arena->budget, total);
        }
        return NULL;
    }
    *block = (struct vv_arena_block){.capacity = capacity};
    return block;
}

static void *take(struct vv_arena_block *block, size_t size_bytes)
{
    uint8_t *at = (uint8_t *)(block + 1) + block->used;
    block->used += size_bytes;
    return at;
}

void *vv_arena_alloc(struct vv_arena *arena, size_t size_bytes)
{
    size_t size;
    if (__builtin_add_overflow(size_bytes, (size_t)ALIGN_BYTES - 1, &size)) {
        return NULL;
    }
    size &= ~(size_t)(ALIGN_BYTES - 1);
    struct vv_arena_block *top = arena->blocks;
    if (top != NULL && top->capacity - top->used >= size) {
        return take(top, size);
    }
    if (top != NULL && size > arena->block_bytes / 2) {
        /* A large piece gets a block of its own behind the top, whose rest stays in use. */
        struct vv_arena_block *own = new_block(arena, size);
        if (own == NULL) {
            return NULL;
        }
        own->next = top->next;
        top->next = own;
        return take(own, size);
    }
    struct vv_arena_block *block =
        new_block(arena, size > arena->block_bytes ? size : arena->block_bytes);
    if (block == NULL) {
        return NULL;
    }
    block->next = top;
    arena->blocks = block;
    if (arena->block_bytes <= LARGEST_BLOCK_BYTES / 2) {
        arena->block_bytes *= 2;
    }
    return take(block, size);
}

void *vv_arena_zero(struct vv_arena *arena, size_t size_bytes)
{
    void *at = vv_arena_alloc(arena, size_bytes);
    if (at != NULL) {
        memset(at, 0, size_bytes);
    }
    return at;
}

char *vv_arena_text(struct vv_arena *arena, const char *text, size_t len_bytes)
{
    char *copy = len_bytes == SIZE_MAX ? NULL : vv_arena_alloc(arena, len_bytes + 1);
    if (copy != NULL) {
        if (len_bytes > 0) {
            memcpy(copy, text, len_bytes);
        }
        copy[len_bytes] = '\0';
    }
    return copy;
}

char *vv_arena_format(struct vv_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : vv_arena_alloc(arena, (size_t)len + 1);
    if (text != NULL) {
        va_start(args, format);
        vsnprintf(text, (size_t)len + 1, format, args);
        va_end(args);
    }
    return text;
}
