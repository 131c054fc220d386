/* host.c: the driver host as a whole. */
#include "collect/host.h"

#include <string.h>

#include "base/alloc.h"
#include "collect/host_private.h"

#include "base/banned.h"

#define LINES_MAX   256
#define RELOADS_MAX 5

struct vv_host {
    struct vv_host_options options;
    struct vv_drivers *drivers;
    struct vv_mutex mutex;  /* guards what follows against vv_host_list; one thread changes it */
    struct host_plan *plan; /* the newest; its idle devices are in the list */
    struct host_line **lines;
    uint32_t line_count;
};

const char *vv_link_state_name(enum vv_link_state state)
{
    static const char *const names[] = {"inactive", "connecting", "up", "trouble", "down", "fault"};

    return names[state];
}

static void stop_lines(struct host_line **lines, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (lines[i] != NULL)
            vv_host_line_ask_stop(lines[i]);
    for (uint32_t i = 0; i < count; i++)
        if (lines[i] != NULL)
            vv_host_line_join(lines[i]);
}

/* The running line that is as `plan` wants it; null when there is none. */
static struct host_line *take_same(struct vv_host *host, const struct host_line_plan *plan,
                                   struct host_line **old)
{
    for (uint32_t i = 0; i < host->line_count; i++) {
        struct host_line *line = old[i];

        if (line != NULL && strcmp(line->plan->fingerprint, plan->fingerprint) == 0) {
            old[i] = NULL;
            return line;
        }
    }
    return NULL;
}

/* Replaces the running lines by those of `plan`, which is taken over. The old ones must have ended
 * before new ones start: a device often takes one connection at a time. */
static vv_status switch_to(struct vv_host *host, struct host_plan *plan, vv_error *err)
{
    struct host_line **lines = vv_alloc_array(plan->line_count + 1u, sizeof *lines);
    struct host_line **old = vv_alloc_array(host->line_count + 1u, sizeof *old);
    struct host_plan *old_plan = host->plan;
    uint32_t old_count = host->line_count;
    vv_status st = VARVE_OK;

    if (lines == NULL || old == NULL)
        st = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for %u lines", plan->line_count);
    else if (old_count > 0)
        memcpy(old, host->lines, old_count * sizeof *old);
    for (uint32_t i = 0; i < plan->line_count && st == VARVE_OK; i++) {
        lines[i] = take_same(host, &plan->lines[i], old);
        if (lines[i] == NULL)
            st = vv_host_line_declare(host->options.set, &plan->lines[i], err);
    }
    if (st != VARVE_OK) {
        vv_free(lines);
        vv_free(old);
        return st;
    }
    vv_mutex_lock(&host->mutex);
    vv_free(host->lines);
    host->lines = lines;
    host->line_count = 0; /* the list leaves out lines that are about to change */
    host->plan = plan;
    vv_mutex_unlock(&host->mutex);
    stop_lines(old, old_count);
    for (uint32_t i = 0; i < plan->line_count && st == VARVE_OK; i++)
        if (lines[i] == NULL)
            st = vv_host_line_start(&host->options, &plan->lines[i], &lines[i], err);
    vv_mutex_lock(&host->mutex);
    host->line_count = plan->line_count;
    vv_mutex_unlock(&host->mutex);
    vv_host_plan_release(old_plan);
    vv_free(old);
    return st;
}

static vv_status load(struct vv_host *host, struct host_plan **plan, vv_error *err)
{
    uint32_t most = host->options.line_max > 0 ? host->options.line_max : LINES_MAX;
    vv_status st = vv_host_plan_load(&host->options, host->drivers, plan, err);

    if (st == VARVE_OK && (*plan)->line_count > most) {
        st = vv_fail(err, VARVE_TOO_MANY, "%u lines to devices; %u are the most",
                     (*plan)->line_count, most);
        vv_host_plan_release(*plan);
        *plan = NULL;
    }
    return st;
}

vv_status vv_host_start(const struct vv_host_options *options, struct vv_host **host, vv_error *err)
{
    struct vv_host *h = vv_alloc_zero(sizeof *h);
    struct host_plan *plan = NULL;
    vv_status st = VARVE_OK;

    *host = NULL;
    if (h == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the driver host");
    h->options = *options;
    h->options.aliases = NULL; /* copied into the list of drivers */
    h->options.alias_count = 0;
    h->options.driver_dir = NULL;
    vv_mutex_init(&h->mutex);
    h->drivers = vv_drivers_new(options->driver_dir, options->aliases, options->alias_count);
    if (h->drivers == NULL)
        st = vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the driver host");
    if (st == VARVE_OK)
        st = load(h, &plan, err);
    if (st == VARVE_OK)
        st = switch_to(h, plan, err);
    if (st != VARVE_OK) {
        if (plan != h->plan)
            vv_host_plan_release(plan);
        vv_host_stop(h);
        return st;
    }
    *host = h;
    return VARVE_OK;
}

static vv_status reload(struct vv_host *host, vv_error *err)
{
    struct host_plan *plan = NULL;
    vv_status st = load(host, &plan, err);

    if (st == VARVE_OK)
        st = switch_to(host, plan, err);
    if (plan != host->plan)
        vv_host_plan_release(plan);
    return st;
}

vv_status vv_host_reload(struct vv_host *host, vv_error *err)
{
    vv_status st = VARVE_CHANGED;

    /* Points may be renamed while the plant is being read. */
    for (int i = 0; i < RELOADS_MAX && st == VARVE_CHANGED; i++)
        st = reload(host, err);
    return st;
}

void vv_host_stop(struct vv_host *host)
{
    if (host == NULL)
        return;
    stop_lines(host->lines, host->line_count);
    vv_free(host->lines);
    vv_host_plan_release(host->plan);
    vv_drivers_free(host->drivers);
    vv_mutex_deinit(&host->mutex);
    vv_free(host);
}

/* ---- the list ---- */

static const char *copy(struct vv_arena *arena, const char *text)
{
    return vv_arena_text(arena, text, strlen(text));
}

/* The state of one device; its line's mutex is held, where it has one. */
static bool describe(const struct host_device *d, struct vv_arena *arena,
                     struct vv_device_status *to)
{
    *to = (struct vv_device_status){
        .connection_id = d->connection_id,
        .device_id = d->id,
        .connection = copy(arena, d->connection),
        .device = copy(arena, d->name),
        .driver = copy(arena, d->driver),
        .state = d->state,
        .session = d->session,
        .last_error = copy(arena, d->last_error),
        .last_error_ms = d->last_error_ms,
        .last_good_ms = d->last_good_ms,
        .last_poll_us = d->last_poll_us,
        .polls = d->polls_done,
        .failures = d->failures,
        .samples = d->samples,
        .lost = d->lost,
        .overruns = d->overruns,
        .points = d->point_count,
    };
    return to->connection != NULL && to->device != NULL && to->driver != NULL &&
           to->last_error != NULL;
}

/* Puts the last entry into its place by id. */
static void settle(struct vv_device_status *list, size_t count)
{
    struct vv_device_status last = list[count - 1];
    size_t at = count - 1;

    for (; at > 0 && list[at - 1].device_id > last.device_id; at--)
        list[at] = list[at - 1];
    list[at] = last;
}

static size_t collect(struct vv_host *host, struct vv_arena *arena, struct vv_device_status *list)
{
    size_t n = 0;

    for (uint32_t i = 0; i < host->plan->idle_count; i++) {
        if (!describe(host->plan->idle[i], arena, &list[n]))
            return 0;
        settle(list, ++n);
    }
    for (uint32_t i = 0; i < host->line_count; i++) {
        struct host_line *line = host->lines[i];
        bool good = true;

        if (line == NULL)
            continue;
        vv_mutex_lock(&line->mutex);
        for (uint32_t k = 0; k < line->plan->device_count && good; k++) {
            good = describe(line->plan->devices[k], arena, &list[n]);
            if (good)
                settle(list, ++n);
        }
        vv_mutex_unlock(&line->mutex);
        if (!good)
            return 0;
    }
    return n;
}

size_t vv_host_list(struct vv_host *host, struct vv_arena *arena,
                    const struct vv_device_status **list)
{
    struct vv_device_status *all;
    size_t most, n = 0;

    vv_mutex_lock(&host->mutex);
    most = host->plan->idle_count;
    for (uint32_t i = 0; i < host->line_count; i++)
        most += host->lines[i] != NULL ? host->lines[i]->plan->device_count : 0;
    all = vv_arena_alloc(arena, (most + 1) * sizeof *all);
    if (all != NULL)
        n = collect(host, arena, all);
    vv_mutex_unlock(&host->mutex);
    *list = all;
    return n;
}
