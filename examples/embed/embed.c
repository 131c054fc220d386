/* Varve's store inside a program of one's own: three readings in, statistics and rows out.
 *
 *     cc embed.c -lvarve -o embed && ./embed ./embedded-data
 */
#include <inttypes.h>
#include <stdio.h>

#include <varve.h>

static bool print_hour(void *arg, int64_t start, const struct varve_stats *stats)
{
    (void)arg;
    printf("hour from %" PRId64 " ms: %" PRIu64 " readings, %.1f to %.1f\n", start, stats->good,
           stats->min.d, stats->max.d);
    return true;
}

int main(int argc, char **argv)
{
    static const struct varve_column columns[] = {{"value", VARVE_DOUBLE}};
    static const struct varve_stratum stratum = {
        .name = "readings", .unit = VARVE_MILLISECONDS, .columns = columns, .column_count = 1};
    const int64_t times[] = {1730764800000, 1730764801000, 1730764802000};
    const double values[] = {20.5, 20.7, 20.6};
    const struct varve_vector vector = {VARVE_DOUBLE, values, NULL};
    varve *store = NULL;
    varve_batch *batch = NULL;
    varve_scan *scan = NULL;
    varve_error err;
    uint32_t stratum_id, series;
    struct varve_rows rows = {.count = 3, .times = times, .columns = &vector, .column_count = 1};

    if (varve_open(argc > 1 ? argv[1] : "embedded-data", NULL, &store, &err) ||
        varve_stratum_define(store, &stratum, &stratum_id, &err) ||
        varve_series_define(store, stratum_id, "boiler", 6, &series, &err))
        goto out;
    rows.series = series;
    if (varve_batch_new(store, &batch, &err) || varve_batch_add(batch, &rows, &err) ||
        varve_append(store, batch, NULL, &err))
        goto out;

    struct varve_aggregate_spec hours = {
        .series = series, .from = times[0], .to = times[2] + 1, .every = 3600000};
    if (varve_aggregate(store, &hours, print_hour, NULL, NULL, &err))
        goto out;
    struct varve_scan_spec all = {.series = series, .from = VARVE_TIME_MIN, .to = VARVE_TIME_MAX};
    if (varve_scan_open(store, &all, &scan, &err))
        goto out;
    while (varve_scan_next(scan, &rows, &err) == VARVE_OK)
        for (uint32_t i = 0; i < rows.count; i++)
            printf("%" PRId64 " %g\n", rows.times[i], ((const double *)rows.columns[0].data)[i]);
out:
    if (err.status != VARVE_OK && err.status != VARVE_END)
        fprintf(stderr, "%s\n", err.message);
    varve_scan_close(scan);
    varve_batch_free(batch);
    varve_close(store, NULL);
    return err.status != VARVE_OK && err.status != VARVE_END;
}
