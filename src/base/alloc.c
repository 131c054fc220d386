/* alloc.c: the one place that asks the C library for memory. */
#define VV_BASE_ALLOC_IMPLEMENTATION
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static atomic_uint_fast64_t made;    /* allocations since the start */
static atomic_uint_fast64_t fail_at; /* the value of `made` that fails; 0 none */
static atomic_bool fail_for_ever;

/* Counts one allocation; true when the test wants it to fail. */
static bool must_fail(void)
{
    uint64_t number = atomic_fetch_add_explicit(&made, 1, memory_order_relaxed) + 1;
    uint64_t at = atomic_load_explicit(&fail_at, memory_order_relaxed);
    if (at == 0) {
        return false;
    }
    return number == at ||
           (number > at && atomic_load_explicit(&fail_for_ever, memory_order_relaxed));
}

void *vv_alloc(size_t size_bytes)
{
    return must_fail() ? NULL : malloc(size_bytes > 0 ? size_bytes : 1);
}

void *vv_alloc_zero(size_t size_bytes)
{
    return must_fail() ? NULL : calloc(1, size_bytes > 0 ? size_bytes : 1);
}

void *vv_alloc_array(size_t count, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, size_bytes, &total)) {
        return NULL;
    }
    return vv_alloc_zero(total);
}

void *vv_realloc(void *block, size_t size_bytes)
{
    return must_fail() ? NULL : realloc(block, size_bytes > 0 ? size_bytes : 1);
}

void vv_free(void *block)
{
    free(block);
}

void *vv_alloc_aligned(size_t align_bytes, size_t size_bytes)
{
    if (align_bytes < sizeof(void *)) {
        align_bytes = sizeof(void *);
    }
    size_t whole; /* aligned_alloc wants a multiple */
    if (__builtin_add_overflow(size_bytes, align_bytes - 1, &whole)) {
        return NULL;
    }
    whole &= ~(align_bytes - 1);
    return must_fail() ? NULL : aligned_alloc(align_bytes, whole > 0 ? whole : align_bytes);
}

char *vv_strdup(const char *text)
{
    return vv_strndup(text, strlen(text));
}

char *vv_strndup(const char *text, size_t len_bytes)
{
    size_t len = strnlen(text, len_bytes);
    char *copy = vv_alloc(len + 1);
    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

bool vv_budget_take(struct vv_budget *budget, size_t size_bytes)
{
    if (budget->limit_bytes == 0) {
        vv_budget_force(budget, size_bytes);
        return true;
    }
    size_t used = atomic_load_explicit(&budget->used_bytes, memory_order_relaxed);
    do {
        if (used > budget->limit_bytes || size_bytes > budget->limit_bytes - used) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(&budget->used_bytes, &used, used + size_bytes,
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

void vv_budget_force(struct vv_budget *budget, size_t size_bytes)
{
    atomic_fetch_add_explicit(&budget->used_bytes, size_bytes, memory_order_relaxed);
}

void vv_budget_give(struct vv_budget *budget, size_t size_bytes)
{
    atomic_fetch_sub_explicit(&budget->used_bytes, size_bytes, memory_order_relaxed);
}

void vv_alloc_fail_at(uint64_t nth, bool for_ever)
{
    uint64_t at = nth == 0 ? 0 : atomic_load_explicit(&made, memory_order_relaxed) + nth;
    atomic_store_explicit(&fail_for_ever, for_ever, memory_order_relaxed);
    atomic_store_explicit(&fail_at, at, memory_order_relaxed);
}

uint64_t vv_alloc_count(void)
{
    return atomic_load_explicit(&made, memory_order_relaxed);
}
