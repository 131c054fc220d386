/* The store against the plain arrays: one run is one new store and some hundred operations, with
 * reopenings and snapshots held across them. Every tenth run is on the real disk. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "base/io_sim.h"
#include "native/store_private.h"
#include "scratch.h"
#include "workload.h"

static enum step reopen(struct workload *w)
{
    enum step step = draw_once_in(&w->draw, 4) ? STEP_DONE : workload_check(w);
    bool closed = draw_once_in(&w->draw, 2) || w->background;
    if (step == STEP_DONE && closed)
        step = workload_close(w);
    else if (step == STEP_DONE)
        workload_abandon(w); /* what was written is there: only the process went */
    if (step == STEP_DONE)
        step = workload_open(w);
    if (step == STEP_DONE)
        step = workload_learn(w);
    if (step == STEP_DONE)
        step = workload_check(w);
    if (step == STEP_DONE)
        step = workload_define(w);
    return step;
}

static void say_finding(void *arg, enum varve_finding_kind kind, const char *text)
{
    struct workload *w = arg;
    if (kind == VARVE_FINDING_DAMAGE)
        snprintf(w->why, sizeof w->why, "check: %s", text);
}

static enum step run(struct workload *w)
{
    varve_error err = {0};
    uint64_t damaged;
    uint32_t operations = 100 + draw_below(&w->draw, 500);
    enum step step = workload_open(w);
    if (step == STEP_DONE)
        step = workload_define(w);
    for (uint32_t i = 0; i < operations && step == STEP_DONE; i++) {
        if (draw_once_in(&w->draw, 60))
            step = reopen(w);
        else if (draw_once_in(&w->draw, 4))
            step = workload_ask(w);
        else
            step = workload_write(w);
        if (step != STEP_DONE)
            fprintf(stderr, "operation %u of %u\n", i, operations);
    }
    if (step == STEP_DONE)
        step = reopen(w);
    if (step == STEP_DONE)
        step = workload_close(w);
    else
        workload_abandon(w);
    if (step == STEP_DONE &&
        (vv_store_check(w->path, w->io, say_finding, w, &damaged, &err) || damaged > 0)) {
        fprintf(stderr, "check: %s\n", err.message);
        step = STEP_WRONG;
    }
    return step;
}

int main(int count, char **words)
{
    struct arguments arguments = {.runs = UINT64_MAX, .seconds = 60};
    char folder[SCRATCH_MAX] = "";
    uint64_t n = 0;
    if (!arguments_take(&arguments, count, words) || !scratch_new(folder))
        return 2;
    int64_t end = arguments_clock_s() + arguments.seconds;
    enum step step = STEP_DONE;
    for (; n < arguments.runs && arguments_clock_s() < end && step == STEP_DONE; n++) {
        uint64_t seed = arguments.seed + n;
        bool real = seed % 10 == 0;
        struct vv_io_sim *sim = vv_io_sim_new(seed);
        struct workload w;
        char path[SCRATCH_MAX + 32];
        snprintf(path, sizeof path, real ? "%s/%" PRIu64 : "db", folder, seed);
        workload_begin(&w, real ? vv_io_posix() : vv_io_sim_io(sim), path, seed);
        w.background = seed % 3 == 0;
        step = run(&w);
        if (step != STEP_DONE)
            fprintf(stderr, "--seed %" PRIu64 " --runs 1: %s\n", seed, w.why);
        workload_end(&w);
        vv_io_sim_free(sim);
    }
    scratch_free(folder);
    printf("%" PRIu64 " runs\n", n);
    return step == STEP_DONE ? 0 : 1;
}
