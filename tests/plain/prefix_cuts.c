/* The power is cut at a random operation of the disk; what is left must be a prefix of the changes
 * by sequence, each of them whole, and no shorter than what the store had said to be durable.
 *
 * A change that was in flight may be there or not. One time in four the power goes a second time
 * while the store recovers. Then the store goes on, and the next cut comes. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "base/io_sim.h"
#include "base/logger.h"
#include "native/store_private.h"
#include "workload.h"

#define CUTS_OF_RUN 6

static void cut_at(struct vv_io_sim *sim, uint64_t operation)
{
    const struct vv_io_fault fault = {
        .ops = VV_IO_OP_ALL, .nth = operation, .native = EIO, .cut_power = true};
    vv_io_sim_fault(sim, &fault);
}

static void cut(struct workload *w, struct vv_io_sim *sim)
{
    workload_abandon(w);
    vv_io_sim_fault(sim, NULL);
    vv_io_sim_cut(sim, (enum vv_io_cut)draw_below(&w->draw, 3));
}

static enum step say(struct workload *w, const char *what, uint64_t a, uint64_t b)
{
    snprintf(w->why, sizeof w->why, "%.400s: %" PRIu64 ", %" PRIu64, what, a, b);
    return STEP_WRONG;
}

static enum step learn_and_check(struct workload *w)
{
    enum step step = workload_learn(w);
    return step == STEP_DONE ? workload_check(w) : step;
}

static void keep_damage(void *arg, enum varve_finding_kind kind, const char *text)
{
    struct workload *w = arg;
    if (kind == VARVE_FINDING_DAMAGE)
        snprintf(w->why, sizeof w->why, "check: %s", text);
}

/* Whether the prune that was in flight happened: it may hide nothing yet, but late rows. */
static bool pruned(const struct workload *w)
{
    const struct vv_store_lists *lists = &w->store->lists;
    for (size_t i = 0; i < lists->prune_count; i++)
        if (lists->prunes[i].stratum == w->plain.strata[w->plain.prune_stratum].id &&
            lists->prunes[i].before >= w->plain.prune_before)
            return true;
    return false;
}

/* The store is open again: it holds the changes up to some sequence, and perhaps the last. */
static enum step compare_prefix(struct workload *w)
{
    struct varve_info info;
    varve_error err = {0};
    uint64_t damaged = 0;
    if (varve_info_get(w->store, &info, &err))
        return say(w, err.message, 0, 0);
    if (info.sequence < w->synced)
        return say(w, "less is there than was durable", info.sequence, w->synced);
    plain_rewind(&w->plain, info.sequence);
    if (w->plain.noted_prune && pruned(w))
        plain_take(&w->plain, 0);
    bool in_flight = w->plain.noted_count > 0;
    enum step step = learn_and_check(w);
    if (step == STEP_WRONG && in_flight) {
        plain_take(&w->plain, info.sequence);
        step = learn_and_check(w);
    }
    plain_forget(&w->plain);
    if (step != STEP_DONE)
        return step;
    if (vv_store_check(w->path, w->io, keep_damage, w, &damaged, &err))
        return say(w, err.message, 1, 0);
    return damaged == 0 ? STEP_DONE : STEP_WRONG;
}

static enum step open_again(struct workload *w, struct vv_io_sim *sim)
{
    if (draw_once_in(&w->draw, 4)) {
        cut_at(sim, 1 + draw_below(&w->draw, 60));
        workload_open(w);
        cut(w, sim);
    }
    if (workload_open(w) != STEP_DONE)
        return STEP_WRONG;
    return compare_prefix(w);
}

static enum step run(struct workload *w, struct vv_io_sim *sim, uint64_t *cuts)
{
    enum step step = workload_open(w);
    if (step == STEP_DONE)
        step = workload_define(w);
    for (int i = 0; i < CUTS_OF_RUN && step == STEP_DONE; i++) {
        for (uint32_t steps = draw_below(&w->draw, 10); steps > 0 && step == STEP_DONE; steps--)
            step = workload_write(w);
        if (step != STEP_DONE)
            return STEP_WRONG; /* the disk was sound */
        cut_at(sim, 1 + draw_below(&w->draw, 50));
        for (int n = 0; n < 40 && step == STEP_DONE && !vv_io_sim_struck(sim); n++)
            step = workload_write(w);
        if (step == STEP_WRONG)
            return step;
        cut(w, sim);
        ++*cuts;
        step = open_again(w, sim);
        if (step == STEP_DONE)
            step = workload_define(w);
    }
    if (step == STEP_DONE)
        step = workload_close(w);
    return step;
}

static void no_line(void *arg, const char *line)
{
    (void)arg;
    (void)line;
}

int main(int count, char **words)
{
    struct arguments arguments = {.runs = UINT64_MAX, .seconds = 60};
    uint64_t n = 0, cuts = 0;
    if (!arguments_take(&arguments, count, words))
        return 2;
    vv_log_redirect(no_line, NULL);
    int64_t end = arguments_clock_s() + arguments.seconds;
    enum step step = STEP_DONE;
    for (; n < arguments.runs && arguments_clock_s() < end && step == STEP_DONE; n++) {
        uint64_t seed = arguments.seed + n;
        struct vv_io_sim *sim = vv_io_sim_new(seed);
        struct workload w;
        workload_begin(&w, vv_io_sim_io(sim), "db", seed);
        w.small = true;
        step = run(&w, sim, &cuts);
        if (step != STEP_DONE)
            fprintf(stderr, "--seed %" PRIu64 " --runs 1: %s\n", seed, w.why);
        workload_abandon(&w);
        workload_end(&w);
        vv_io_sim_free(sim);
    }
    printf("%" PRIu64 " runs, %" PRIu64 " cuts\n", n, cuts);
    return step == STEP_DONE ? 0 : 1;
}
