/* Threads that read while others append, delete, flush, merge and prune.
 *
 * Batch k of a writer puts row k, with all values k, into each of its two series: so what a reader
 * may see follows from any one row of it. A reader that sees k in one series of a snapshot sees
 * 1 … k in both, each whole, and never less than what was acknowledged before it began. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "base/io_sim.h"
#include "base/logger.h"
#include "base/thread.h"
#include "native/store_private.h"
#include "values.h"

#define WRITERS 2
#define READERS 3
#define BATCHES 400

struct world {
    varve *store;
    uint32_t series[WRITERS][2];
    atomic_uint acknowledged[WRITERS]; /* batches 1 … of it are */
    atomic_bool over;                  /* no more to be written */
    atomic_bool wrong;
    uint64_t seed;
};

struct worker {
    struct world *world;
    uint32_t number;
    struct vv_thread thread;
};

static void wrong(struct world *world, const char *what, uint64_t a, uint64_t b)
{
    if (!atomic_exchange(&world->wrong, true))
        fprintf(stderr, "--seed %" PRIu64 " --runs 1: %s: %" PRIu64 ", %" PRIu64 "\n", world->seed,
                what, a, b);
}

/* ---- writing ---- */

static varve_status append(struct world *world, varve_batch *batch, uint32_t writer, int64_t k,
                           varve_error *err)
{
    double number = (double)k;
    const struct varve_vector columns[] = {{VARVE_INT64, &k, NULL}, {VARVE_DOUBLE, &number, NULL}};
    varve_status status = VARVE_OK;
    for (int i = 0; i < 2 && !status; i++) {
        const struct varve_rows rows = {.series = world->series[writer][i],
                                        .count = 1,
                                        .times = &k,
                                        .columns = columns,
                                        .column_count = 2};
        status = varve_batch_add(batch, &rows, err);
    }
    return status ? status : varve_append(world->store, batch, NULL, err);
}

static void write_run(void *arg)
{
    struct worker *worker = arg;
    struct world *world = worker->world;
    varve_batch *batch = NULL;
    varve_error err = {0};
    varve_status status = varve_batch_new(world->store, &batch, &err);
    for (int64_t k = 1; k <= BATCHES && !status && !atomic_load(&world->wrong); k++) {
        status = append(world, batch, worker->number, k, &err);
        if (status == VARVE_BUSY) {
            varve_batch_reset(batch);
            status = VARVE_OK;
            k--;
        } else if (!status) {
            atomic_store(&world->acknowledged[worker->number], (unsigned)k);
        }
    }
    if (status)
        wrong(world, err.message, (uint64_t)status, 0);
    varve_batch_free(batch);
}

static void settle_run(void *arg)
{
    struct worker *worker = arg;
    struct world *world = worker->world;
    struct draw draw = {world->seed};
    varve_error err = {0};
    bool merged;
    while (!atomic_load(&world->over)) {
        varve_status status = draw_once_in(&draw, 2) ? varve_flush(world->store, &err)
                                                     : varve_merge(world->store, &merged, &err);
        if (!status && draw_once_in(&draw, 8)) /* there is nothing at these times */
            status = varve_delete(world->store, world->series[0][0], -100, -50, NULL, &err);
        if (!status && draw_once_in(&draw, 8))
            status = varve_prune(world->store, 0, (int64_t)draw_below(&draw, 900) - 1000, &err);
        if (status && status != VARVE_CANCELLED)
            wrong(world, err.message, (uint64_t)status, 0);
    }
}

/* ---- reading ---- */

/* The rows of a series must be 1 … their count. */
static uint64_t count_rows(struct world *world, varve_snapshot *snapshot, uint32_t series)
{
    const struct varve_scan_spec spec = {
        .series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX, .snapshot = snapshot};
    varve_scan *scan = NULL;
    varve_error err = {0};
    struct varve_rows rows;
    uint64_t count = 0;
    varve_status status = varve_scan_open(world->store, &spec, &scan, &err);
    while (!status && !(status = varve_scan_next(scan, &rows, &err)))
        for (uint32_t i = 0; i < rows.count; i++) {
            int64_t whole = ((const int64_t *)rows.columns[0].data)[i];
            double number = ((const double *)rows.columns[1].data)[i];
            if (rows.times[i] != (int64_t)++count || whole != (int64_t)count ||
                number != (double)count)
                wrong(world, "another row than the one that belongs", (uint64_t)rows.times[i],
                      count);
        }
    if (status != VARVE_END)
        wrong(world, err.message, (uint64_t)status, 0);
    varve_scan_close(scan);
    return count;
}

static bool keep_stats(void *arg, int64_t start, const struct varve_stats *stats)
{
    (void)start;
    *(struct varve_stats *)arg = *stats;
    return true;
}

static bool keep_partition(void *arg, const struct varve_partition *partition)
{
    *(struct varve_partition *)arg = *partition;
    return true;
}

/* All rows are of the first day: once some are acknowledged there is its partition. */
static void list_once(struct world *world, uint32_t writer, bool count_rows)
{
    static const uint32_t stratum = 0;
    const struct varve_partitions_spec spec = {&stratum, 1, count_rows};
    unsigned least = atomic_load(&world->acknowledged[writer]);
    struct varve_partition day = {.from = -1};
    varve_error err = {0};
    if (varve_partitions(world->store, &spec, keep_partition, &day, &err))
        wrong(world, err.message, 0, 0);
    if (least > 0 && day.from != 0)
        wrong(world, "the partition is not there", least, (uint64_t)day.from);
    if (count_rows && day.rows < 2 * (uint64_t)least)
        wrong(world, "the partition has fewer rows than were acknowledged", day.rows, least);
}

static void read_once(struct world *world, uint32_t writer)
{
    unsigned least = atomic_load(&world->acknowledged[writer]);
    varve_snapshot *snapshot = NULL;
    varve_error err = {0};
    struct varve_stats stats = {0};
    if (varve_snapshot_open(world->store, &snapshot, &err)) {
        wrong(world, err.message, 0, 0);
        return;
    }
    uint64_t one = count_rows(world, snapshot, world->series[writer][0]);
    uint64_t other = count_rows(world, snapshot, world->series[writer][1]);
    const struct varve_aggregate_spec spec = {.series = world->series[writer][0],
                                              .from = VARVE_TIME_MIN,
                                              .to = VARVE_TIME_MAX,
                                              .snapshot = snapshot};
    if (varve_aggregate(world->store, &spec, keep_stats, &stats, NULL, &err))
        wrong(world, err.message, 0, 0);
    if (one != other)
        wrong(world, "half a batch", one, other);
    if (one < least)
        wrong(world, "less than was acknowledged", one, least);
    if (stats.count != one || stats.sum != (double)(one * (one + 1) / 2))
        wrong(world, "the aggregate tells another number of rows", stats.count, one);
    varve_snapshot_close(snapshot);
}

static void read_run(void *arg)
{
    struct worker *worker = arg;
    struct draw draw = {worker->world->seed + worker->number};
    while (!atomic_load(&worker->world->over))
        if (draw_once_in(&draw, 4))
            list_once(worker->world, draw_below(&draw, WRITERS), draw_once_in(&draw, 2));
        else
            read_once(worker->world, draw_below(&draw, WRITERS));
}

/* ---- */

static varve_status define(struct world *world, varve_error *err)
{
    static const struct varve_column columns[] = {{"whole", VARVE_INT64}, {"number", VARVE_DOUBLE}};
    static const struct varve_stratum stratum = {.name = "rows",
                                                 .unit = VARVE_SECONDS,
                                                 .span = VARVE_SPAN_DAY,
                                                 .columns = columns,
                                                 .column_count = 2};
    uint32_t id;
    varve_status status = varve_stratum_define(world->store, &stratum, &id, err);
    for (uint32_t key = 0; key < 2 * WRITERS && !status; key++)
        status = varve_series_define(world->store, id, &key, sizeof key,
                                     &world->series[key / 2][key % 2], err);
    return status;
}

static bool run(uint64_t seed)
{
    struct draw draw = {seed};
    struct world world = {.seed = seed};
    struct worker workers[WRITERS + READERS + 1] = {0};
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    varve_error err = {0};
    const struct varve_options options = {.sync = (enum varve_sync)draw_below(&draw, 3),
                                          .sync_interval_ms = 1,
                                          .memory_bytes = 1u << 20,
                                          .cache_bytes = 64u << 10,
                                          .reserve_bytes = 1,
                                          .block_rows = 16u << draw_below(&draw, 6)};
    varve_status status = vv_store_open("db", &options, vv_io_sim_io(sim), &world.store, &err);
    if (!status)
        status = define(&world, &err);
    for (uint32_t i = 0; i < WRITERS + READERS + 1 && !status; i++) {
        workers[i].world = &world;
        workers[i].number = i;
        status = vv_thread_start(&workers[i].thread, "worker",
                                 i < WRITERS             ? write_run
                                 : i < WRITERS + READERS ? read_run
                                                         : settle_run,
                                 &workers[i], &err);
    }
    for (uint32_t i = 0; i < WRITERS; i++)
        vv_thread_join(&workers[i].thread);
    atomic_store(&world.over, true);
    for (uint32_t i = WRITERS; i < WRITERS + READERS + 1; i++)
        vv_thread_join(&workers[i].thread);
    for (uint32_t i = 0; i < WRITERS && !status; i++)
        read_once(&world, i);
    if (status)
        wrong(&world, err.message, (uint64_t)status, 0);
    if (varve_close(world.store, &err))
        wrong(&world, err.message, 0, 0);
    vv_io_sim_free(sim);
    return !atomic_load(&world.wrong);
}

int main(int count, char **words)
{
    struct arguments arguments = {.runs = UINT64_MAX, .seconds = 20};
    uint64_t n = 0;
    bool good = true;
    if (!arguments_take(&arguments, count, words))
        return 2;
    int64_t end = arguments_clock_s() + arguments.seconds;
    for (; n < arguments.runs && arguments_clock_s() < end && good; n++)
        good = run(arguments.seed + n);
    printf("%" PRIu64 " runs\n", n);
    return good ? 0 : 1;
}
