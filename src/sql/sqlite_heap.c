#include "sql/sqlite_heap.h"

#include <stddef.h>

#include <sqlite3.h>

#include "base/banned.h"

static sqlite3_mem_methods original;
static _Thread_local struct vv_sqlite_heap *current;

static bool has_room(int64_t more_bytes)
{
    struct vv_sqlite_heap *heap = current;

    if (!heap || heap->limit_bytes == 0 || heap->used_bytes + more_bytes <= heap->limit_bytes)
        return true;
    heap->refused = true;
    return false;
}

static void count(int64_t more_bytes)
{
    if (current)
        current->used_bytes += more_bytes;
}

static void *counted_alloc(int size_bytes)
{
    if (!has_room(size_bytes))
        return NULL;
    void *block = original.xMalloc(size_bytes);
    if (block)
        count(original.xSize(block));
    return block;
}

static void counted_free(void *block)
{
    count(-(int64_t)original.xSize(block));
    original.xFree(block);
}

static void *counted_resize(void *block, int size_bytes)
{
    int64_t before = original.xSize(block);

    if (size_bytes > before && !has_room(size_bytes - before))
        return NULL;
    void *resized = original.xRealloc(block, size_bytes);
    if (resized)
        count(original.xSize(resized) - before);
    return resized;
}

__attribute__((constructor)) static void install(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &original) != SQLITE_OK)
        return;
    sqlite3_mem_methods counted = original;
    counted.xMalloc = counted_alloc;
    counted.xFree = counted_free;
    counted.xRealloc = counted_resize;
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
}

struct vv_sqlite_heap *vv_sqlite_heap_enter(struct vv_sqlite_heap *heap)
{
    struct vv_sqlite_heap *before = current;

    current = heap;
    return before;
}
