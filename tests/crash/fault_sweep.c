/* fault_sweep.c: every operation of the disk, and every allocation, fails in turn.
 *
 *     fault_sweep [seed] [rounds]
 *
 * A round is a short life of a store: opening, appends, deletions, flushes, merges. It is lived
 * again for each operation of it, which fails with EIO, ENOSPC or (allocations) no memory, once or
 * from then on; one time in three a second fault hits the opening afterwards. Whatever was answered
 * with OK must be there, both after a plain end of the process and after a cut of the power; what
 * was refused is there as a whole or not at all.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/io_sim.h"
#include "base/logger.h"
#include "model/twin.h"
#include "native/store_private.h"

/* So that every kind of operation meets parts, heads and log as they come to be. */
static const enum twin_operation script[] = {
    TWIN_APPEND, TWIN_APPEND, TWIN_FLUSH,  TWIN_APPEND, TWIN_DELETE, TWIN_FLUSH,
    TWIN_APPEND, TWIN_SYNC,   TWIN_FLUSH,  TWIN_PRUNE,  TWIN_APPEND, TWIN_FLUSH,
    TWIN_MERGE,  TWIN_APPEND, TWIN_DELETE, TWIN_APPEND, TWIN_MERGE,  TWIN_APPEND,
};
#define STEPS (sizeof script / sizeof script[0])

struct fault {
    const char *name;
    int native; /* 0: allocations */
    bool for_ever;
};

static const struct fault faults[] = {
    {"EIO once", EIO, false},       {"EIO for ever", EIO, true},
    {"ENOSPC once", ENOSPC, false}, {"ENOSPC for ever", ENOSPC, true},
    {"no memory once", 0, false},   {"no memory for ever", 0, true},
};

static struct twin twin;

static void set_fault(struct vv_io_sim *sim, const struct fault *fault, uint64_t nth)
{
    struct vv_io_fault of_disk = {.ops = VV_IO_OP_ALL,
                                  .nth = nth,
                                  .native = fault->native,
                                  .for_ever = fault->for_ever,
                                  .partial = nth & 1};
    if (fault->native)
        vv_io_sim_fault(sim, &of_disk);
    else
        vv_alloc_fail_at(nth, fault->for_ever);
}

static void clear_fault(struct vv_io_sim *sim)
{
    vv_io_sim_fault(sim, NULL);
    vv_alloc_fail_at(0, false);
}

/* The life up to the sweep's end, under a fault at its nth operation. False when it had fewer. */
static bool live(uint64_t seed, const struct fault *fault, uint64_t nth)
{
    vv_error err = {0};
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    twin_context("fault_sweep %" PRIu64 " 1: %s at operation %" PRIu64, seed, fault->name, nth);
    twin_init(&twin, vv_io_sim_io(sim), "db", seed);
    twin.options.sync = seed % 3 == 0 ? VARVE_SYNC_INTERVAL : VARVE_SYNC_ALWAYS;
    uint64_t allocations = vv_alloc_count();
    set_fault(sim, fault, nth);
    vv_status status = twin_open(&twin, &err);
    for (size_t step = 0; step < STEPS && !status; step++)
        (void)twin_do(&twin, script[step]);
    bool struck = fault->native ? vv_io_sim_struck(sim) : vv_alloc_count() - allocations >= nth;
    clear_fault(sim);
    if (!status && nth % 3 == 0)
        twin_verify(&twin); /* what failed is not seen as long as the store lives */
    if (!status)
        vv_store_abandon(twin.store);
    twin.store = NULL;
    bool power = nth % 2;
    if (power)
        vv_io_sim_cut(sim, nth % 4 == 1 ? VV_IO_CUT_DROP : VV_IO_CUT_RANDOM);
    if (nth % 3 == 1) {
        set_fault(sim, fault, 1 + twin_draw(&twin, 60));
        if (twin_open(&twin, &err) == VARVE_OK)
            vv_store_abandon(twin.store);
        twin.store = NULL;
        clear_fault(sim);
    }
    if (twin_open(&twin, &err))
        twin_fail("it does not open again: %s", err.message);
    twin_settle(&twin, !power);
    for (int step = 0; step < 5; step++)
        twin_step(&twin);
    twin_verify(&twin);
    twin_check(&twin);
    if (varve_close(twin.store, &err))
        twin_fail("close: %s", err.message);
    vv_io_sim_free(sim);
    return struck;
}

static void no_line(void *arg, const char *line)
{
    (void)arg;
    (void)line;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : 4, lives = 0;
    vv_log_redirect(no_line, NULL);
    for (uint64_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
            /* Allocations are many: each 11th, beginning elsewhere in each round. */
            uint64_t step = faults[i].native ? 1 : 11, nth = 1 + round % step;
            uint64_t before = lives;
            while (live(seed + round, &faults[i], nth)) {
                nth += step;
                lives++;
            }
            printf("seed %" PRIu64 ", %s: %" PRIu64 "\n", seed + round, faults[i].name,
                   lives - before);
        }
    }
    printf("fault_sweep: %" PRIu64 " faults, each in a life of its own, from seed %" PRIu64 "\n",
           lives, seed);
    return 0;
}
