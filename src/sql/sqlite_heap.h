/* sqlite_heap.h: a limit on the memory of one SQLite connection.
 *
 * SQLite's own limits hold for the whole process: under them a user's statement that wants
 * everything would take the memory of the ledger's writer. Here SQLite's allocator is told, thread
 * by thread, on whose account it works:
 *
 *     outer = vv_sqlite_heap_enter(&connection_heap);
 *     sqlite3_step(...);
 *     vv_sqlite_heap_enter(outer);
 *
 * Beyond the limit SQLite finds no memory and the call ends with SQLITE_NOMEM; all others go on.
 *
 * The allocator is put under SQLite when a program is loaded that has this file, because SQLite
 * takes one only before it is used. Where something else was faster, there are no limits.
 *
 * Threads: any; a heap is used by one thread at a time.
 */
#ifndef VV_SQL_SQLITE_HEAP_H
#define VV_SQL_SQLITE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/* Init by {.limit_bytes = …}. */
struct vv_sqlite_heap {
    int64_t limit_bytes; /* 0: none */
    int64_t used_bytes;  /* taken and not given back */
    bool refused;        /* an allocation was beyond the limit; the caller clears it */
};

/* What this thread's calls of SQLite allocate and free counts on `heap` (null: on nothing) until
 * the next call. Returns the one before. */
struct vv_sqlite_heap *vv_sqlite_heap_enter(struct vv_sqlite_heap *heap);

#endif
