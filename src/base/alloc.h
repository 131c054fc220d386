/* alloc.h: the memory of long-lived things.
 *
 * Every allocation goes through here, so that it can be counted against a budget and so that a
 * test can make the Nth one fail. malloc and its family are banned elsewhere (banned.h).
 *
 * Threads: all functions may be called from any thread. A budget may be shared by threads.
 */
#ifndef VV_BASE_ALLOC_H
#define VV_BASE_ALLOC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An upper bound for a group of allocations. Zero `limit_bytes` is no bound. Init by {0} and
 * setting the limit. */
struct vv_budget {
    size_t limit_bytes;
    atomic_size_t used_bytes;
};

/* Null when there is no memory (or the test asked for that). Size 0 is allowed and gives a pointer
 * that can be freed. */
void *vv_alloc(size_t size_bytes);
void *vv_alloc_zero(size_t size_bytes);
/* `count * size_bytes`, zeroed; null on overflow too. */
void *vv_alloc_array(size_t count, size_t size_bytes);
/* As realloc: on failure the old block stays. */
void *vv_realloc(void *block, size_t size_bytes);
void vv_free(void *block);
/* Memory at a multiple of `align_bytes` (a power of two); freed by vv_free. */
void *vv_alloc_aligned(size_t align_bytes, size_t size_bytes);
/* Copies of text; null when there is no memory. */
char *vv_strdup(const char *text);
char *vv_strndup(const char *text, size_t len_bytes);

/* Takes `size_bytes` from the budget; false when that would pass its limit (nothing is taken). */
bool vv_budget_take(struct vv_budget *budget, size_t size_bytes);
/* Takes them even above the limit, where refusing would do more harm (recovery). */
void vv_budget_force(struct vv_budget *budget, size_t size_bytes);
void vv_budget_give(struct vv_budget *budget, size_t size_bytes);

/* Tests only: makes the `nth` allocation from now on (counted from 1, by this process) fail, and,
 * with `for_ever`, all after it too; 0 turns it off. vv_alloc_count tells how many there were. */
void vv_alloc_fail_at(uint64_t nth, bool for_ever);
uint64_t vv_alloc_count(void);

#endif
