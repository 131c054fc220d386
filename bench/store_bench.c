/* First figures of the store: appends for a minute with log, flushes and merges, then size and the
 * plain queries. Prints one line a figure. docs/internals/performance.md keeps what was measured.
 *
 *     store_bench [seconds of appending] [directory]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <varve.h>

#include "workload.h"

#define TAGS  2000u
#define START 1730764800

static const struct varve_column columns[] = {{"quality", VARVE_INT64}, {"value", VARVE_DOUBLE}};
static const struct varve_column bool_columns[] = {{"quality", VARVE_INT64}, {"value", VARVE_BOOL}};
static const struct varve_column int_columns[] = {{"quality", VARVE_INT64}, {"value", VARVE_INT64}};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(varve_status status, const varve_error *err)
{
    if (status == VARVE_OK)
        return;
    fprintf(stderr, "store_bench: %s\n", err->message);
    exit(1);
}

static uint32_t define_series(varve *store, const struct workload *w, uint32_t *series)
{
    static const char *const names[] = {"double", "integer", "boolean"};
    const struct varve_column *const sets[] = {columns, int_columns, bool_columns};
    uint32_t strata[3];
    varve_error err;
    for (int i = 0; i < 3; i++) {
        const struct varve_stratum stratum = {.name = names[i],
                                              .unit = VARVE_MILLISECONDS,
                                              .span = VARVE_SPAN_DAY,
                                              .goodness = VARVE_GOOD_OPC,
                                              .columns = sets[i],
                                              .column_count = 2};
        check(varve_stratum_define(store, &stratum, &strata[i], &err), &err);
    }
    for (uint32_t i = 0; i < TAGS; i++) {
        uint32_t stratum = w->tags[i].kind == WORKLOAD_COUNTER ? strata[1]
                           : w->tags[i].kind == WORKLOAD_BOOL  ? strata[2]
                                                               : strata[0];
        check(varve_series_define(store, stratum, &i, sizeof i, &series[i], &err), &err);
    }
    return TAGS;
}

/* One second of all tags as one batch. */
static void append_second(varve *store, varve_batch *batch, struct workload *w,
                          const uint32_t *series, int64_t second)
{
    varve_error err;
    for (uint32_t i = 0; i < TAGS; i++) {
        int64_t time_ms, quality;
        double value;
        workload_next(w, i, second, &time_ms, &value, &quality);
        int64_t integer = (int64_t)value;
        uint8_t flag = value != 0;
        struct varve_vector vectors[2] = {{VARVE_INT64, &quality, NULL},
                                          {VARVE_DOUBLE, &value, NULL}};
        if (w->tags[i].kind == WORKLOAD_COUNTER)
            vectors[1] = (struct varve_vector){VARVE_INT64, &integer, NULL};
        else if (w->tags[i].kind == WORKLOAD_BOOL)
            vectors[1] = (struct varve_vector){VARVE_BOOL, &flag, NULL};
        const struct varve_rows rows = {.series = series[i],
                                        .count = 1,
                                        .times = &time_ms,
                                        .columns = vectors,
                                        .column_count = 2};
        check(varve_batch_add(batch, &rows, &err), &err);
    }
    check(varve_append(store, batch, NULL, &err), &err);
}

static bool count_bucket(void *arg, int64_t start, const struct varve_stats *stats)
{
    (void)start;
    *(uint64_t *)arg += stats->count;
    return true;
}

static void count_row(void *arg, const struct varve_rows *row)
{
    *(uint64_t *)arg += row->count;
}

static double best_of(int runs, varve *store, const uint32_t *series, int64_t end,
                      void (*query)(varve *store, const uint32_t *series, int64_t end))
{
    double best = 1e9;
    for (int i = 0; i < runs; i++) {
        double begin = now_s();
        query(store, series, end);
        double took = now_s() - begin;
        best = took < best ? took : best;
    }
    return best * 1e3;
}

static void query_hour_raw(varve *store, const uint32_t *series, int64_t end)
{
    varve_scan *scan;
    varve_error err;
    struct varve_rows rows;
    const struct varve_scan_spec spec = {.series = series[0], .from = end - 3600000, .to = end};
    check(varve_scan_open(store, &spec, &scan, &err), &err);
    while (varve_scan_next(scan, &rows, &err) == VARVE_OK)
        ;
    varve_scan_close(scan);
}

static void query_minutes(varve *store, const uint32_t *series, int64_t end)
{
    uint64_t rows = 0;
    varve_error err;
    const struct varve_aggregate_spec spec = {
        .series = series[0], .column = 1, .from = 0, .to = end, .every = 60000};
    check(varve_aggregate(store, &spec, count_bucket, &rows, NULL, &err), &err);
}

static void query_hours_of_all(varve *store, const uint32_t *series, int64_t end)
{
    uint64_t rows = 0;
    varve_error err;
    for (uint32_t i = 0; i < TAGS; i++) {
        const struct varve_aggregate_spec spec = {
            .series = series[i], .column = 1, .from = 0, .to = end, .every = 3600000};
        check(varve_aggregate(store, &spec, count_bucket, &rows, NULL, &err), &err);
    }
}

static void query_newest_of_all(varve *store, const uint32_t *series, int64_t end)
{
    (void)end;
    uint64_t rows = 0;
    varve_error err;
    check(varve_newest(store, series, TAGS, VARVE_TIME_MAX, NULL, count_row, &rows, &err), &err);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 60;
    const char *directory = argc > 2 ? argv[2] : "store_bench.data";
    static struct workload_tag tags[TAGS];
    static uint32_t series[TAGS];
    struct workload w;
    varve *store;
    varve_batch *batch;
    varve_error err;
    struct varve_info info;
    workload_init(&w, tags, TAGS, 1);
    check(varve_open(directory, NULL, &store, &err), &err);
    define_series(store, &w, series);
    check(varve_batch_new(store, &batch, &err), &err);

    double generated = now_s();
    for (int64_t i = 0; i < 200; i++)
        for (uint32_t t = 0; t < TAGS; t++) {
            int64_t time_ms, quality;
            double value;
            workload_next(&w, t, START - 200 + i, &time_ms, &value, &quality);
        }
    double generator_ns = (now_s() - generated) / (200.0 * TAGS) * 1e9;

    int64_t second = START;
    double begin = now_s();
    while (now_s() - begin < seconds)
        append_second(store, batch, &w, series, second++);
    double took = now_s() - begin;
    double samples = (double)(second - START) * TAGS;
    printf("appended            %.1f M samples in %.1f s\n", samples / 1e6, took);
    printf("append rate         %.2f M samples/s (of %.0f ns a sample the generator takes %.0f)\n",
           samples / took / 1e6, took / samples * 1e9, generator_ns);
    check(varve_info_get(store, &info, &err), &err);
    printf("log                 %.2f bytes a sample\n", (double)info.bytes_logged / samples);

    begin = now_s();
    check(varve_flush(store, &err), &err);
    bool merged = true;
    while (merged)
        check(varve_merge(store, &merged, &err), &err);
    printf("settled after       %.1f s\n", now_s() - begin);
    check(varve_info_get(store, &info, &err), &err);
    printf("stored              %.3f bytes a sample in %" PRIu64 " parts, %" PRIu64
           " flushes, %" PRIu64 " merges\n",
           (double)info.part_bytes / (double)info.part_rows, info.parts, info.flushes, info.merges);
    printf("write amplification %.2f (flushed and merged bytes by stored)\n",
           (double)(info.bytes_flushed + info.bytes_merged) / (double)info.part_bytes);

    int64_t end = second * 1000;
    printf("one tag, an hour    %.3f ms\n", best_of(20, store, series, end, query_hour_raw));
    printf("one tag by minute   %.3f ms over all time\n",
           best_of(20, store, series, end, query_minutes));
    printf("all tags by hour    %.1f ms\n", best_of(5, store, series, end, query_hours_of_all));
    printf("newest of all tags  %.2f ms\n", best_of(10, store, series, end, query_newest_of_all));
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory         %.0f MiB\n", (double)usage.ru_maxrss / 1024);
    varve_batch_free(batch);
    check(varve_close(store, &err), &err);
    return 0;
}
