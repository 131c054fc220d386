/* second_process.c: a process that only reads, beside one that writes as fast as it can.
 *
 *     second_process [seed] [rounds]
 *
 * A child opens a store with little memory and appends, deletes, flushes and merges without end; it
 * tells through shared memory what was acknowledged. The parent opens the same directory for
 * reading, again and again, and reads all of it: nothing that was acknowledged before it opened may
 * be missing, no row may be half a batch, or deleted before; no opening and no scan may fail; every
 * tenth round varve_check must find no damage.
 *
 * Batch k of a thread writes row k into two series and into a third, of which rows are deleted from
 * the front; all values are k.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/logger.h"
#include "base/thread.h"
#include "model/twin.h"
#include "varve.h"

#define THREADS    2
#define SERIES     3 /* of a thread; rows of the last one are deleted */
#define DELETE_ALL 64

/* Shared by the two processes. */
struct told {
    atomic_uint_fast64_t acknowledged[THREADS]; /* batches 1 … of it */
    atomic_uint_fast64_t deleting[THREADS];     /* rows below may be gone, */
    atomic_uint_fast64_t deleted[THREADS];      /* rows below are gone */
    atomic_bool over;
};

static const struct varve_column columns[] = {{"value", VARVE_INT64}};
static const struct varve_stratum stratum = {.name = "counts",
                                             .unit = VARVE_SECONDS,
                                             .span = VARVE_SPAN_DAY,
                                             .columns = columns,
                                             .column_count = 1};
static char directory[64];
static struct told *told;
static pid_t parent;

/* ---- the child ---- */

struct writer {
    varve *store;
    uint32_t number;
    uint32_t series[SERIES];
    struct vv_thread thread;
};

static void must(vv_status status, const vv_error *err)
{
    if (status)
        twin_fail("%s", err->message);
}

static void append(struct writer *w, varve_batch *batch, int64_t k)
{
    vv_error err = {0};
    vv_status status;
    do {
        varve_batch_reset(batch);
        for (int i = 0; i < SERIES; i++) {
            int64_t time = k * 60;
            const struct varve_vector vector = {VARVE_INT64, &k, NULL};
            const struct varve_rows rows = {.series = w->series[i],
                                            .count = 1,
                                            .times = &time,
                                            .columns = &vector,
                                            .column_count = 1};
            must(varve_batch_add(batch, &rows, &err), &err);
        }
        status = varve_append(w->store, batch, NULL, &err);
    } while (status == VARVE_BUSY);
    must(status, &err);
}

static void write_run(void *arg)
{
    struct writer *w = arg;
    varve_batch *batch;
    vv_error err = {0};
    must(varve_batch_new(w->store, &batch, &err), &err);
    for (int64_t k = 1; !atomic_load(&told->over); k++) {
        if (getppid() != parent) /* it found something and ended */
            _exit(1);
        append(w, batch, k);
        atomic_store(&told->acknowledged[w->number], (uint64_t)k);
        if (k % DELETE_ALL == 0) {
            uint64_t before = (uint64_t)k - DELETE_ALL / 2;
            atomic_store(&told->deleting[w->number], before);
            must(varve_delete(w->store, w->series[SERIES - 1], VARVE_TIME_MIN, (int64_t)before * 60,
                              NULL, &err),
                 &err);
            atomic_store(&told->deleted[w->number], before);
        }
    }
    varve_batch_free(batch);
}

/* The store's own threads flush and merge as well. */
static void settle_run(void *arg)
{
    varve *store = arg;
    vv_error err = {0};
    bool merged;
    while (!atomic_load(&told->over)) {
        must(varve_flush(store, &err), &err);
        vv_status status = varve_merge(store, &merged, &err);
        if (status && status != VARVE_CANCELLED)
            must(status, &err);
    }
}

static void define(varve *store, struct writer *writers)
{
    vv_error err = {0};
    uint32_t id;
    must(varve_stratum_define(store, &stratum, &id, &err), &err);
    for (uint32_t t = 0; t < THREADS; t++)
        for (uint32_t i = 0; i < SERIES; i++) {
            uint32_t key = t * SERIES + i;
            must(varve_series_define(store, id, &key, sizeof key, &writers[t].series[i], &err),
                 &err);
        }
}

static void child_run(void)
{
    const struct varve_options options = {.memory_bytes = 4 << 20,
                                          .log_bytes = 1 << 20,
                                          .reserve_bytes = 1,
                                          .block_rows = 64,
                                          .sync = VARVE_SYNC_NEVER};
    struct writer writers[THREADS] = {0};
    struct vv_thread settler = {0};
    varve *store;
    vv_error err = {0};
    must(varve_open(directory, &options, &store, &err), &err);
    define(store, writers);
    for (uint32_t t = 0; t < THREADS; t++) {
        writers[t].store = store;
        writers[t].number = t;
        must(vv_thread_start(&writers[t].thread, "writer", write_run, &writers[t], &err), &err);
    }
    must(vv_thread_start(&settler, "settler", settle_run, store, &err), &err);
    for (uint32_t t = 0; t < THREADS; t++)
        vv_thread_join(&writers[t].thread);
    vv_thread_join(&settler);
    must(varve_close(store, &err), &err);
    _exit(0);
}

/* ---- the parent ---- */

/* The rows that a scan gives are `first` … without a hole; returns the last. */
static uint64_t read_series(varve *store, uint32_t series, uint64_t *first)
{
    const struct varve_scan_spec spec = {
        .series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    struct varve_rows rows;
    varve_scan *scan;
    vv_error err = {0};
    uint64_t last = 0;
    size_t lost;
    vv_status status;
    *first = 0;
    must(varve_scan_open(store, &spec, &scan, &err), &err);
    while (!(status = varve_scan_next(scan, &rows, &err)))
        for (uint32_t i = 0; i < rows.count; i++) {
            uint64_t k = (uint64_t)((const int64_t *)rows.columns[0].data)[i];
            if (rows.times[i] != (int64_t)k * 60 || (last > 0 && k != last + 1))
                twin_fail("series %" PRIu32 ": row %" PRIu64 " behind row %" PRIu64, series, k,
                          last);
            *first = last == 0 ? k : *first;
            last = k;
        }
    if (status != VARVE_END)
        twin_fail("series %" PRIu32 ": %s", series, err.message);
    if (varve_scan_lost(scan, &lost), lost > 0)
        twin_fail("series %" PRIu32 ": %zu stretches are lost", series, lost);
    varve_scan_close(scan);
    return last;
}

static void read_thread(varve *store, uint32_t t, uint64_t least, uint64_t gone)
{
    uint64_t first[SERIES], last[SERIES];
    vv_error err = {0};
    for (uint32_t i = 0; i < SERIES; i++) {
        uint32_t key = t * SERIES + i, series;
        if (varve_series_find(store, 0, &key, sizeof key, &series, &err)) {
            if (least > 0)
                twin_fail("series %" PRIu32 " is not there", key);
            return;
        }
        last[i] = read_series(store, series, &first[i]);
        if (last[i] < least)
            twin_fail("thread %" PRIu32 ": %" PRIu64 " rows, %" PRIu64 " were acknowledged", t,
                      last[i], least);
        if (last[i] != last[0])
            twin_fail("thread %" PRIu32 ": half a batch", t);
    }
    uint64_t may_be_gone = atomic_load(&told->deleting[t]);
    if (last[0] > 0 && (first[0] != 1 || first[1] != 1))
        twin_fail("thread %" PRIu32 ": it begins with row %" PRIu64, t, first[0]);
    if (first[SERIES - 1] > 0 && first[SERIES - 1] < gone)
        twin_fail("row %" PRIu64 " is there, %" PRIu64 " were deleted", first[SERIES - 1], gone);
    if (first[SERIES - 1] > may_be_gone && first[SERIES - 1] > 1)
        twin_fail("row %" PRIu64 " is the first, none from %" PRIu64 " on was deleted",
                  first[SERIES - 1], may_be_gone);
}

static void report(void *arg, enum varve_finding_kind kind, const char *text)
{
    (void)arg;
    if (kind == VARVE_FINDING_DAMAGE)
        twin_fail("check: %s", text);
}

static void round_of(uint64_t number)
{
    const struct varve_options options = {.read_only = true};
    uint64_t least[THREADS], gone[THREADS], damaged;
    varve *store;
    vv_error err = {0};
    for (uint32_t t = 0; t < THREADS; t++) {
        least[t] = atomic_load(&told->acknowledged[t]);
        gone[t] = atomic_load(&told->deleted[t]);
    }
    vv_status status = varve_open(directory, &options, &store, &err);
    if (status)
        twin_fail("it does not open: %s", err.message);
    for (uint32_t t = 0; t < THREADS; t++)
        read_thread(store, t, least[t], gone[t]);
    must(varve_close(store, &err), &err);
    if (number % 10 == 0)
        must(varve_check(directory, report, NULL, &damaged, &err), &err);
}

static void wait_for_rows(pid_t child)
{
    while (atomic_load(&told->acknowledged[0]) < 1000) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child)
            twin_fail("the writer ended");
    }
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : 50, rows = 0;
    vv_error err = {0};
    int status;
    vv_log_set_level(VV_LOG_ERROR);
    twin_context("second_process %" PRIu64 " %" PRIu64, seed, rounds);
    snprintf(directory, sizeof directory, "/tmp/varve-second-XXXXXX");
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED || !mkdtemp(directory))
        twin_fail("no memory or no directory");
    parent = getpid();
    pid_t child = fork();
    if (child == 0)
        child_run();
    wait_for_rows(child);
    for (uint64_t i = 0; i < rounds; i++)
        round_of(i);
    atomic_store(&told->over, true);
    if (waitpid(child, &status, 0) != child || status != 0)
        twin_fail("the writer ended with %d", status);
    for (uint32_t t = 0; t < THREADS; t++)
        rows += atomic_load(&told->acknowledged[t]) * SERIES;
    round_of(0);
    must(vv_io_remove_tree(vv_io_posix(), directory, &err), &err);
    printf("second_process: %" PRIu64 " rounds beside %" PRIu64 " rows\n", rounds, rows);
    return 0;
}
