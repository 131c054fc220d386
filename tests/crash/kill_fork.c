/* kill_fork.c: a real process with a real directory is killed while it writes.
 *
 *     kill_fork [seed] [kills]
 *
 * A child opens the store, with options drawn anew, and appends from two threads while flushes and
 * merges run; each batch that was answered with OK it tells the parent through a pipe. At a random
 * moment it is killed with SIGKILL. Then every batch that was told is there as a whole, of the
 * others at most the one that each thread had in flight, and check finds no damage.
 *
 * Batch k of a thread writes row k of its series, writes row k/2 anew, and adds FILLER rows to
 * another series; all values are k. So what must be there follows from the number of batches.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/logger.h"
#include "base/thread.h"
#include "base/time.h"
#include "model/twin.h"

#define THREADS            2
#define FILLER             20
#define KILLS_OF_DIRECTORY 20
#define CHILD_GAVE_UP      7

struct told {
    uint32_t thread;
    uint64_t batch;
};

static const struct varve_column columns[] = {{"value", VARVE_INT64}};
static const struct varve_stratum stratum = {.name = "counts",
                                             .unit = VARVE_SECONDS,
                                             .span = VARVE_SPAN_DAY,
                                             .columns = columns,
                                             .column_count = 1};

static uint64_t random_state;
static char directory[64];

static uint64_t draw(uint64_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % bound;
}

/* Series 2t and 2t+1 belong to thread t. */
static vv_status open_store(const struct varve_options *options, varve **store, uint32_t *series,
                            vv_error *err)
{
    uint32_t id;
    vv_status status = varve_open(directory, options, store, err);
    if (!status)
        status = varve_stratum_define(*store, &stratum, &id, err);
    for (uint32_t i = 0; i < 2 * THREADS && !status; i++)
        status = varve_series_define(*store, id, &i, sizeof i, &series[i], err);
    return status;
}

/* ---- the child ---- */

struct appender {
    varve *store;
    const uint32_t *series;
    uint32_t thread;
    uint64_t next;
    int pipe;
};

static vv_status add_rows(varve_batch *batch, uint32_t series, const int64_t *times, uint32_t count,
                          int64_t value, vv_error *err)
{
    int64_t values[FILLER];
    for (uint32_t i = 0; i < count; i++)
        values[i] = value;
    const struct varve_vector vector = {VARVE_INT64, values, NULL};
    const struct varve_rows rows = {
        .series = series, .count = count, .times = times, .columns = &vector, .column_count = 1};
    return varve_batch_add(batch, &rows, err);
}

static void append_for_ever(void *arg)
{
    struct appender *a = arg;
    vv_error err = {0};
    varve_batch *batch;
    vv_status status = varve_batch_new(a->store, &batch, &err);
    for (uint64_t k = a->next; !status; k++) {
        const int64_t two[] = {(int64_t)k, (int64_t)(k / 2)};
        int64_t filler[FILLER];
        for (int i = 0; i < FILLER; i++)
            filler[i] = (int64_t)k * FILLER + i;
        const uint32_t *series = a->series + 2 * a->thread;
        status = add_rows(batch, series[0], two, 2, (int64_t)k, &err);
        if (!status)
            status = add_rows(batch, series[1], filler, FILLER, (int64_t)k, &err);
        if (!status)
            status = varve_append(a->store, batch, NULL, &err);
        const struct told told = {a->thread, k};
        if (!status && write(a->pipe, &told, sizeof told) != sizeof told)
            _exit(0); /* the parent is gone */
    }
    (void)fprintf(stderr, "append: %s\n", err.message);
    _exit(CHILD_GAVE_UP);
}

static void child(const uint64_t *batches, int pipe)
{
    static const uint32_t block_rows[] = {16, 64, 1024};
    const struct varve_options options = {
        .sync = (enum varve_sync)draw(3),
        .sync_interval_ms = 1 + (uint32_t)draw(20),
        .memory_bytes = (uint64_t)1 << (19 + draw(4)),
        .log_bytes = (uint64_t)1 << (18 + draw(5)),
        .block_rows = block_rows[draw(3)],
        .reserve_bytes = 1,
        .append_wait_ms = 60000,
        .flush_interval_s = 1,
    };
    varve *store;
    uint32_t series[2 * THREADS];
    struct appender appenders[THREADS];
    struct vv_thread threads[THREADS] = {0};
    vv_error err = {0};
    if (open_store(&options, &store, series, &err)) {
        (void)fprintf(stderr, "open: %s\n", err.message);
        _exit(CHILD_GAVE_UP);
    }
    for (uint32_t t = 0; t < THREADS; t++) {
        appenders[t] = (struct appender){store, series, t, batches[t] + 1, pipe};
        if (vv_thread_start(&threads[t], "append", append_for_ever, &appenders[t], &err))
            _exit(CHILD_GAVE_UP);
    }
    for (;;)
        (void)pause();
}

/* ---- the parent ---- */

/* Reads what the child tells until `end_ms`, or (negative) until the pipe is closed. */
static void listen_until(int pipe, int64_t end_ms, uint64_t *batches)
{
    for (;;) {
        int64_t left = end_ms < 0 ? 10000 : end_ms - vv_monotonic_ms();
        struct pollfd p = {.fd = pipe, .events = POLLIN};
        if (left <= 0)
            return;
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        struct told told[256];
        ssize_t got = read(pipe, told, sizeof told);
        if (got <= 0)
            return;
        for (size_t i = 0; i < (size_t)got / sizeof *told; i++)
            batches[told[i].thread] = told[i].batch;
    }
}

/* The number of batches of a thread that its filler rows show; each is there as a whole. */
static uint64_t count_batches(varve *store, uint32_t series)
{
    varve_scan *scan;
    struct varve_rows rows;
    vv_error err = {0};
    int64_t expected = FILLER;
    const struct varve_scan_spec spec = {
        .series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    if (varve_scan_open(store, &spec, &scan, &err))
        twin_fail("scan: %s", err.message);
    vv_status status;
    while (!(status = varve_scan_next(scan, &rows, &err))) {
        for (uint32_t i = 0; i < rows.count; i++, expected++) {
            int64_t value = ((const int64_t *)rows.columns[0].data)[i];
            if (rows.times[i] != expected || value != expected / FILLER)
                twin_fail("filler row %lld of value %lld instead of %lld", (long long)rows.times[i],
                          (long long)value, (long long)expected);
        }
    }
    if (status != VARVE_END || expected % FILLER != 0)
        twin_fail("the filler ends at row %lld: %s", (long long)expected, err.message);
    varve_scan_close(scan);
    return (uint64_t)expected / FILLER - 1;
}

/* Row j holds the newest of batches j, 2j and 2j+1 that there is. */
static void verify_rows(varve *store, uint32_t series, uint64_t batches)
{
    varve_scan *scan;
    struct varve_rows rows;
    vv_error err = {0};
    uint64_t j = 0;
    const struct varve_scan_spec spec = {
        .series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    if (varve_scan_open(store, &spec, &scan, &err))
        twin_fail("scan: %s", err.message);
    while (varve_scan_next(scan, &rows, &err) == VARVE_OK) {
        for (uint32_t i = 0; i < rows.count; i++, j++) {
            uint64_t value = (uint64_t)((const int64_t *)rows.columns[0].data)[i];
            uint64_t newest = 2 * j + 1 <= batches ? 2 * j + 1 : 2 * j <= batches ? 2 * j : j;
            if (rows.times[i] != (int64_t)j || value != newest)
                twin_fail("row %lld holds %" PRIu64 " instead of %" PRIu64 " in row %" PRIu64,
                          (long long)rows.times[i], value, newest, j);
        }
    }
    if (batches > 0 && j != batches + 1)
        twin_fail("%" PRIu64 " rows of %" PRIu64, j, batches + 1);
    varve_scan_close(scan);
}

static void take_finding(void *arg, enum varve_finding_kind kind, const char *text)
{
    (void)arg;
    if (kind == VARVE_FINDING_DAMAGE)
        twin_fail("check: %s", text);
}

static void verify(uint64_t *batches)
{
    const struct varve_options options = {.no_background = true, .reserve_bytes = 1};
    uint32_t series[2 * THREADS];
    uint64_t damaged;
    varve *store;
    vv_error err = {0};
    if (varve_check(directory, take_finding, NULL, &damaged, &err) && err.status != VARVE_NOT_FOUND)
        twin_fail("check: %s", err.message);
    if (open_store(&options, &store, series, &err))
        twin_fail("it does not open: %s", err.message);
    for (uint32_t t = 0; t < THREADS; t++) {
        uint64_t found = count_batches(store, series[2 * t + 1]);
        if (found < batches[t] || found > batches[t] + 1)
            twin_fail("%" PRIu64 " batches of thread %" PRIu32 " are there, %" PRIu64
                      " were acknowledged",
                      found, t, batches[t]);
        verify_rows(store, series[2 * t], found);
        batches[t] = found;
    }
    if (varve_close(store, &err))
        twin_fail("close: %s", err.message);
    if (varve_check(directory, take_finding, NULL, &damaged, &err))
        twin_fail("check: %s", err.message);
}

static void kill_once(uint64_t *batches)
{
    int ends[2], how;
    if (pipe(ends) != 0)
        twin_fail("no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        child(batches, ends[1]);
    }
    (void)close(ends[1]);
    if (pid < 0)
        twin_fail("no process");
    listen_until(ends[0], vv_monotonic_ms() + (int64_t)draw(120), batches);
    (void)kill(pid, SIGKILL);
    listen_until(ends[0], -1, batches);
    (void)close(ends[0]);
    if (waitpid(pid, &how, 0) != pid || !WIFSIGNALED(how) || WTERMSIG(how) != SIGKILL)
        twin_fail("the child ended by itself (status %d)", how);
}

static void remove_directory(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        (void)execlp("rm", "rm", "-rf", directory, (char *)NULL);
        _exit(1);
    }
    (void)waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t kills = argc > 2 ? strtoull(argv[2], NULL, 10) : 100;
    uint64_t batches[THREADS] = {0}, all = 0;
    random_state = seed * 0x9e3779b97f4a7c15 + 1;
    vv_log_set_level(VV_LOG_ERROR);
    for (uint64_t i = 0; i < kills; i++) {
        if (i % KILLS_OF_DIRECTORY == 0) {
            if (i > 0)
                remove_directory();
            const char *tmp = getenv("TMPDIR");
            (void)snprintf(directory, sizeof directory, "%s/varve-kill-XXXXXX", tmp ? tmp : "/tmp");
            if (!mkdtemp(directory))
                twin_fail("no directory for the store");
            memset(batches, 0, sizeof batches);
        }
        twin_context("kill_fork %" PRIu64 ": kill %" PRIu64 ", %s", seed, i + 1, directory);
        uint64_t before = batches[0] + batches[1];
        kill_once(batches);
        verify(batches);
        all += batches[0] + batches[1] - before;
    }
    remove_directory();
    printf("kill_fork: %" PRIu64 " kills, %" PRIu64 " batches acknowledged and there\n", kills,
           all);
    return 0;
}
