/* backup_faults.c: every operation of the disk, and every allocation, fails during a backup; and
 * the power fails at each.
 *
 *     backup_faults [seed] [rounds]
 *
 * Whatever happens, the source holds what it held, and under the backup's name there is either
 * nothing or a store that is whole: clean, and equal to the source at the moment of the call. A
 * backup that was answered with OK is there also when the power goes right after it; one that was
 * refused on a disk that works again has left nothing behind.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/io_sim.h"
#include "base/logger.h"
#include "model/twin.h"
#include "native/store_private.h"

struct fault {
    const char *name;
    int native; /* 0: allocations */
    bool cut_power;
};

static const struct fault faults[] = {
    {"EIO", EIO, false}, {"ENOSPC", ENOSPC, false}, {"no memory", 0, false}, {"power", EIO, true}};

static struct twin twin, at_the_call;

static bool no_entry(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

static bool is_there(const char *path)
{
    return twin.io->list(twin.io->context, path, no_entry, NULL, NULL) == VARVE_OK;
}

static void set_fault(struct vv_io_sim *sim, const struct fault *fault, uint64_t nth)
{
    struct vv_io_fault of_disk = {.ops = VV_IO_OP_ALL,
                                  .nth = nth,
                                  .native = fault->native,
                                  .partial = nth & 1,
                                  .cut_power = fault->cut_power};
    if (fault->native)
        vv_io_sim_fault(sim, &of_disk);
    else
        vv_alloc_fail_at(nth, false);
}

static void verify_backup(void)
{
    vv_error err = {0};
    at_the_call.path = "b";
    at_the_call.store = NULL;
    twin_check(&at_the_call);
    if (twin_open(&at_the_call, &err))
        twin_fail("the backup does not open: %s", err.message);
    twin_verify(&at_the_call);
    twin_verify_answers(&at_the_call);
    if (varve_close(at_the_call.store, &err))
        twin_fail("close of the backup: %s", err.message);
}

static void verify_source(bool power)
{
    vv_error err = {0};
    if (!power)
        twin_verify(&twin);
    vv_store_abandon(twin.store);
    twin.store = NULL;
    if (twin_open(&twin, &err))
        twin_fail("the source does not open: %s", err.message);
    twin_settle(&twin, !power);
    twin_check(&twin);
}

/* One backup under a fault at its nth operation; false when it had fewer. */
static bool back_up(uint64_t seed, const struct fault *fault, uint64_t nth)
{
    vv_error err = {0};
    struct vv_io_sim *sim = vv_io_sim_new(seed);
    const struct varve_backup_options options = {.copy = seed % 2};
    twin_context("backup_faults %" PRIu64 " 1: %s at operation %" PRIu64, seed, fault->name, nth);
    twin_init(&twin, vv_io_sim_io(sim), "db", seed);
    twin.options.sync = (enum varve_sync)(seed % 3);
    if (twin_open(&twin, &err))
        twin_fail("open: %s", err.message);
    for (int step = 0; step < 40; step++)
        twin_step(&twin);
    if (twin.failures > 0)
        twin_fail("an operation failed on a sound disk");
    at_the_call = twin;

    uint64_t allocations = vv_alloc_count();
    set_fault(sim, fault, nth);
    vv_status status = varve_backup(twin.store, "b", &options, NULL, &err);
    bool struck = fault->native ? vv_io_sim_struck(sim) : vv_alloc_count() - allocations >= nth;
    vv_io_sim_fault(sim, NULL);
    vv_alloc_fail_at(0, false);
    bool power = fault->cut_power || nth % 5 == 0;
    if (!power && status && (is_there("b") || is_there("b.partial")))
        twin_fail("a refused backup left something: %s", err.message);
    if (power)
        vv_io_sim_cut(sim, nth % 2 ? VV_IO_CUT_DROP : VV_IO_CUT_RANDOM);
    if (!status && !is_there("b"))
        twin_fail("a backup that was answered with OK is gone");
    if (is_there("b"))
        verify_backup();
    verify_source(power);
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
    uint64_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : 3, backups = 0;
    vv_log_redirect(no_line, NULL);
    for (uint64_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
            /* Allocations are many: each 7th. */
            uint64_t step = faults[i].native ? 1 : 7, nth = 1 + round % step, before = backups;
            while (back_up(seed + round, &faults[i], nth)) {
                nth += step;
                backups++;
            }
            printf("seed %" PRIu64 ", %s: %" PRIu64 "\n", seed + round, faults[i].name,
                   backups - before);
        }
    printf("backup_faults: %" PRIu64 " backups from seed %" PRIu64 "\n", backups, seed);
    return 0;
}
