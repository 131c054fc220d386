/* powercut.c: the power fails at a random operation, again and again.
 *
 *     powercut [seed] [cuts]
 *
 * A twin works on the disk in memory; at a random operation of the disk nothing reaches it any
 * more, then what was not synced is dropped, kept by a coin for each sector and entry, or torn; the
 * store is opened again, sometimes with a second cut on the way. With sync = always everything that
 * was answered with OK is there; with interval and never what was synced is; no cell shows a row
 * that it may not show; check finds no damage. A failure prints the seed of its round:
 * `powercut SEED 1` runs that round alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io_sim.h"
#include "base/logger.h"
#include "model/twin.h"
#include "native/store_private.h"

#define CUTS_OF_ROUND 8

static struct twin twin;

static void fault_in(struct vv_io_sim *sim, uint64_t operations)
{
    const struct vv_io_fault fault = {
        .ops = VV_IO_OP_ALL, .nth = operations, .native = EIO, .cut_power = true};
    vv_io_sim_fault(sim, &fault);
}

static void cut(struct vv_io_sim *sim)
{
    static const enum vv_io_cut kinds[] = {VV_IO_CUT_DROP, VV_IO_CUT_RANDOM, VV_IO_CUT_TORN};
    vv_io_sim_fault(sim, NULL);
    vv_io_sim_cut(sim, kinds[twin_draw(&twin, 3)]);
}

/* Opens it; one time in four the power fails on the way, too. */
static void open_again(struct vv_io_sim *sim)
{
    vv_error err = {0};
    if (twin_draw(&twin, 4) == 0) {
        fault_in(sim, 1 + twin_draw(&twin, 60));
        if (twin_open(&twin, &err) == VARVE_OK) {
            vv_store_abandon(twin.store);
            twin.store = NULL;
        }
        cut(sim);
    }
    if (twin_open(&twin, &err))
        twin_fail("it does not open: %s", err.message);
}

/* Returns how often the power was cut. */
static uint64_t round_of(uint64_t seed)
{
    vv_error err = {0};
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    twin_context("powercut %" PRIu64 " 1", seed);
    twin_init(&twin, vv_io_sim_io(sim), "db", seed);
    twin.options.sync = (enum varve_sync)twin_draw(&twin, 3);
    if (twin_open(&twin, &err))
        twin_fail("open: %s", err.message);
    for (int i = 0; i < CUTS_OF_ROUND; i++) {
        for (uint64_t steps = twin_draw(&twin, 6); steps > 0; steps--)
            twin_step(&twin);
        if (twin.failures > 0)
            twin_fail("an operation failed on a sound disk");
        if (twin_draw(&twin, 4) == 0)
            twin_verify(&twin);
        fault_in(sim, 1 + twin_draw(&twin, 40));
        for (int step = 0; step < 40 && !vv_io_sim_struck(sim); step++)
            twin_step(&twin);
        vv_store_abandon(twin.store);
        twin.store = NULL;
        twin.failures = 0;
        cut(sim);
        open_again(sim);
        twin_settle(&twin, false);
        twin_check(&twin);
    }
    twin_verify_answers(&twin);
    if (varve_close(twin.store, &err))
        twin_fail("close: %s", err.message);
    vv_io_sim_free(sim);
    return CUTS_OF_ROUND;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t wanted = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000, cuts = 0, round = 0;
    vv_log_set_level(VV_LOG_ERROR);
    while (cuts < wanted)
        cuts += round_of(seed + round++);
    printf("powercut: %" PRIu64 " cuts from seed %" PRIu64 "\n", cuts, seed);
    return 0;
}
