/* model.c: random operations on a store against a plain array.
 *
 *     model [seed] [seconds]
 *
 * Runs on the disk in memory until the time is over; each round has a seed of its own, printed when
 * it fails: `model SEED 0` runs that round alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io_sim.h"
#include "base/time.h"
#include "model/twin.h"
#include "native/store_private.h"

#define STEPS 400

static struct twin twin, seen;

static void close_and_open(void)
{
    vv_error err = {0};
    if (twin_draw(&twin, 3) == 0)
        vv_store_abandon(twin.store); /* as a killed process: nothing that was answered is lost */
    else if (varve_close(twin.store, &err))
        twin_fail("close: %s", err.message);
    if (twin_open(&twin, &err))
        twin_fail("open: %s", err.message);
    twin_verify(&twin);
}

/* A snapshot shows what it showed, whatever is done meanwhile. */
static void hold_snapshot(void)
{
    vv_error err = {0};
    varve_snapshot *snapshot;
    struct varve_rows rows;
    if (varve_snapshot_open(twin.store, &snapshot, &err))
        twin_fail("snapshot: %s", err.message);
    seen = twin;
    for (int i = 0; i < 12; i++)
        twin_step(&twin);
    for (int s = 0; s < TWIN_SERIES; s++) {
        varve_scan *scan;
        uint64_t expected = 0, found = 0;
        const struct varve_scan_spec spec = {.series = twin.ids[s],
                                             .from = VARVE_TIME_MIN,
                                             .to = VARVE_TIME_MAX,
                                             .snapshot = snapshot};
        for (int slot = 0; slot < TWIN_SLOTS; slot++)
            for (int sub = 0; sub < TWIN_SUBS; sub++)
                expected += seen.cells[s][slot][sub].now;
        if (varve_scan_open(twin.store, &spec, &scan, &err))
            twin_fail("scan of a snapshot: %s", err.message);
        while (varve_scan_next(scan, &rows, &err) == VARVE_OK)
            for (uint32_t i = 0; i < rows.count; i++)
                found += twin_id_of(s, &rows, i);
        if (found != expected)
            twin_fail("series %d changed under a snapshot", s);
        varve_scan_close(scan);
    }
    varve_snapshot_close(snapshot);
}

static void round_of(uint64_t seed)
{
    vv_error err = {0};
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    twin_context("model %" PRIu64 " 0", seed);
    twin_init(&twin, vv_io_sim_io(sim), "db", seed);
    twin.options.block_rows = 16u << twin_draw(&twin, 4);
    if (twin_open(&twin, &err))
        twin_fail("open: %s", err.message);
    for (int step = 0; step < STEPS; step++) {
        if (twin_draw(&twin, 40) == 0)
            close_and_open();
        else if (twin_draw(&twin, 40) == 0)
            hold_snapshot();
        else
            twin_step(&twin);
        if (twin_draw(&twin, 8) == 0)
            twin_verify(&twin);
        if (twin_draw(&twin, 4) == 0)
            twin_verify_answers(&twin);
    }
    if (twin.failures > 0)
        twin_fail("%" PRIu64 " operations failed on a sound disk", twin.failures);
    twin_verify(&twin);
    twin_check(&twin);
    if (varve_close(twin.store, &err))
        twin_fail("close: %s", err.message);
    twin_check(&twin);
    vv_io_sim_free(sim);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    int64_t seconds = argc > 2 ? strtoll(argv[2], NULL, 10) : 50;
    int64_t end_ms = vv_monotonic_ms() + seconds * 1000;
    uint64_t rounds = 0;
    do {
        round_of(seed + rounds++);
    } while (vv_monotonic_ms() < end_ms);
    printf("model: %" PRIu64 " rounds of %d operations from seed %" PRIu64 "\n", rounds, STEPS,
           seed);
    return 0;
}
