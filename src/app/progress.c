#include "app/progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"

#include "base/banned.h"

#define TERMINAL_EVERY_MS 250
#define LINES_EVERY_MS    10000
/* Before a rate is worth telling. */
#define RATE_AFTER_MS 1000
#define TEXT_BYTES    16

static volatile sig_atomic_t stopped;

static void on_signal(int which)
{
    stopped = 1;
    signal(which, SIG_DFL);
}

void vv_progress_begin(struct vv_progress *progress, const char *name)
{
    *progress = (struct vv_progress){.name = name, .on_terminal = isatty(STDERR_FILENO) == 1};
    progress->step_ms = vv_monotonic_ms();
    progress->next_ms = progress->on_terminal ? 0 : progress->step_ms + LINES_EVERY_MS;
    stopped = 0;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
}

bool vv_progress_stopped(void)
{
    return stopped != 0;
}

void vv_progress_bytes(uint64_t bytes, char *to)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1024;
        unit++;
    }
    snprintf(to, TEXT_BYTES, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static void amount(uint64_t count, enum vv_progress_unit unit, char *to)
{
    if (unit == VV_PROGRESS_BYTES)
        vv_progress_bytes(count, to);
    else
        snprintf(to, TEXT_BYTES, "%" PRIu64, count % UINT64_C(1000000000000000));
}

/* ", 12.0 MiB/s, 1:20 left" */
static void rate_text(const struct vv_progress *progress, int64_t now_ms, uint64_t done,
                      uint64_t all, enum vv_progress_unit unit, char *to, size_t size)
{
    int64_t spent_ms = now_ms - progress->step_ms;
    char rate[TEXT_BYTES];
    to[0] = 0;
    if (spent_ms < RATE_AFTER_MS || done == 0)
        return;
    double by_second = (double)done * 1000 / (double)spent_ms;
    amount((uint64_t)by_second, unit, rate);
    int len = snprintf(to, size, ", %s%s", rate, unit == VV_PROGRESS_BYTES ? "/s" : " rows/s");
    if (all > done && by_second >= 1) {
        long left_s = (long)((double)(all - done) / by_second) + 1;
        snprintf(to + len, size - (size_t)len, ", %ld:%02ld left", left_s / 60, left_s % 60);
    }
}

void vv_progress_show(struct vv_progress *progress, const char *step, uint64_t done, uint64_t all,
                      enum vv_progress_unit unit)
{
    int64_t now_ms = vv_monotonic_ms();
    char have[TEXT_BYTES], whole[TEXT_BYTES + 8] = "", rate[64];
    if (strncmp(step, progress->step, sizeof progress->step - 1) != 0) {
        snprintf(progress->step, sizeof progress->step, "%s", step);
        progress->step_ms = now_ms;
    }
    if (now_ms < progress->next_ms)
        return;
    progress->next_ms = now_ms + (progress->on_terminal ? TERMINAL_EVERY_MS : LINES_EVERY_MS);
    amount(done, unit, have);
    if (all > 0) {
        char text[TEXT_BYTES];
        amount(all, unit, text);
        snprintf(whole, sizeof whole, " of %s", text);
    }
    rate_text(progress, now_ms, done, all, unit, rate, sizeof rate);
    fprintf(stderr, "%s%s: %s", progress->on_terminal ? "\r\033[K" : "", progress->name, step);
    if (done > 0 || all > 0)
        fprintf(stderr, ": %s%s%s%s", have, whole, unit == VV_PROGRESS_ROWS ? " rows" : "", rate);
    fputs(progress->on_terminal ? "" : "\n", stderr);
    fflush(stderr);
    progress->shown = progress->on_terminal;
}

void vv_progress_end(struct vv_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}
