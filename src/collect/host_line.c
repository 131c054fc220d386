/* host_line.c: one line's thread: connecting, polling in turn, and ending. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/logger.h"
#include "base/time.h"
#include "collect/host_private.h"

#include "base/banned.h"

/* Longest wait between two looks at the clock, which may be set meanwhile. */
#define WAIT_MAX_MS 1000
/* More missed polls than this at once are no overrun but a clock that was set. */
#define OVERRUNS_MAX 1000

/* ---- what the driver may ask of the host ---- */

static void host_log(void *line_ctx, enum varve_log_level level, const char *text)
{
    static const enum vv_log_level levels[] = {VV_LOG_ERROR, VV_LOG_WARN, VV_LOG_INFO,
                                               VV_LOG_DEBUG};
    struct host_line *line = line_ctx;
    int64_t now_ms = vv_monotonic_ms();

    if (strncmp(line->last_log, text, sizeof line->last_log - 1) == 0 &&
        now_ms < line->log_again_ms)
        return;
    snprintf(line->last_log, sizeof line->last_log, "%s", text);
    line->log_again_ms = now_ms + VV_MINUTE_MS;
    vv_log((unsigned)level < 4 ? levels[level] : VV_LOG_DEBUG, line->plan->driver->name, "%s",
           text);
}

static bool host_stopping(void *line_ctx)
{
    struct host_line *line = line_ctx;

    return atomic_load_explicit(&line->stopping, memory_order_relaxed);
}

static const struct varve_driver_host host_table = {
    .size = sizeof host_table,
    .deliver = vv_host_deliver,
    .log = host_log,
    .stopping = host_stopping,
    .now_ms = vv_now_ms,
};

/* ---- states ---- */

/* Sets a device's state; changes are logged. `message` null: nothing went wrong. */
static void set_state(struct host_device *d, enum vv_link_state state, int session,
                      const char *message)
{
    struct host_line *line = d->line;
    bool changed;

    vv_mutex_lock(&line->mutex);
    changed = d->state != state || (message != NULL && d->session != session);
    d->state = state;
    d->session = session > 0 ? session : VARVE_SESSION_GOOD;
    if (message != NULL) {
        snprintf(d->last_error, sizeof d->last_error, "%s", message);
        d->last_error_ms = vv_now_ms();
    }
    vv_mutex_unlock(&line->mutex);
    if (changed && message != NULL)
        vv_log(VV_LOG_WARN, "host", "device \"%s\": %s: %s", d->name, vv_link_state_name(state),
               message);
    else if (changed)
        vv_log(VV_LOG_INFO, "host", "device \"%s\": %s", d->name, vv_link_state_name(state));
}

static void set_all(struct host_line *line, enum vv_link_state state, int session,
                    const char *message)
{
    for (uint32_t i = 0; i < line->plan->device_count; i++)
        if (!line->plan->devices[i]->faulty)
            set_state(line->plan->devices[i], state, session, message);
}

/* A device that cannot work until its settings change: its points are bad from now on. */
static void set_fault(struct host_device *d, const char *message)
{
    d->faulty = true;
    set_state(d, VV_LINK_FAULT, VARVE_SESSION_REFUSED, message);
    for (uint32_t i = 0; i < d->poll_count; i++)
        vv_host_deliver_bad(&d->polls[i], vv_now_ms(), VARVE_QUALITY_SETTING);
}

/* ---- opening and closing ---- */

static bool open_device(struct host_line *line, struct host_device *d)
{
    const struct varve_driver *driver = line->plan->driver;
    const struct varve_settings settings = {d->settings.list, d->settings.count};
    struct varve_driver_error error = {0};

    if (driver->device_new(line->handle, &settings, &d->handle, &error) != VARVE_SESSION_GOOD) {
        set_fault(d, error.text);
        return false;
    }
    for (uint32_t i = 0; i < d->poll_count; i++) {
        struct host_poll *poll = &d->polls[i];

        if (driver->plan_new(d->handle, poll, poll->points, poll->point_count, &poll->plan,
                             &error) != VARVE_SESSION_GOOD) {
            set_fault(d, error.text);
            return false;
        }
        poll->due_ms = vv_floor_div(vv_now_ms(), poll->period_ms) * poll->period_ms;
    }
    return true;
}

/* False when there is nothing that could be polled. */
static bool open_line(struct host_line *line)
{
    const struct varve_settings settings = {line->plan->settings.list, line->plan->settings.count};
    struct varve_driver_error error = {0};
    struct varve_line *handle = NULL;
    bool any = false;

    set_all(line, VV_LINK_CONNECTING, VARVE_SESSION_GOOD, NULL);
    if (line->plan->driver->line_new(&host_table, line, &settings, &handle, &error) !=
        VARVE_SESSION_GOOD) {
        for (uint32_t i = 0; i < line->plan->device_count; i++)
            set_fault(line->plan->devices[i], error.text);
        return false;
    }
    vv_mutex_lock(&line->mutex);
    line->handle = handle;
    vv_mutex_unlock(&line->mutex);
    for (uint32_t i = 0; i < line->plan->device_count; i++)
        any = open_device(line, line->plan->devices[i]) || any;
    return any;
}

static void close_line(struct host_line *line)
{
    const struct varve_driver *driver = line->plan->driver;
    struct varve_line *handle = line->handle;

    if (handle == NULL)
        return;
    driver->disconnect(handle);
    vv_mutex_lock(&line->mutex);
    line->handle = NULL;
    vv_mutex_unlock(&line->mutex);
    for (uint32_t i = 0; i < line->plan->device_count; i++) {
        struct host_device *d = line->plan->devices[i];

        for (uint32_t k = 0; k < d->poll_count; k++)
            driver->plan_free(d->polls[k].plan);
        driver->device_free(d->handle);
    }
    driver->line_free(handle);
}

/* ---- connecting ---- */

/* When to try again: after 1 s, 2 s, 4 s … 60 s (or what the options say). */
static void put_off(struct host_line *line)
{
    int64_t least = line->options->reconnect_min_ms > 0 ? line->options->reconnect_min_ms : 1000;
    int64_t most = line->options->reconnect_max_ms > 0 ? line->options->reconnect_max_ms : 60000;

    line->delay_ms = line->delay_ms == 0 ? least : line->delay_ms * 2;
    if (line->delay_ms > most)
        line->delay_ms = most;
    line->next_try_ms = vv_monotonic_ms() + line->delay_ms;
}

static void lose_line(struct host_line *line, const char *message)
{
    line->connected = false;
    line->plan->driver->disconnect(line->handle);
    set_all(line, VV_LINK_DOWN, VARVE_SESSION_LINE, message);
}

static void try_connect(struct host_line *line)
{
    struct varve_driver_error error = {0};
    int session = line->plan->driver->connect(line->handle, &error);

    if (session == VARVE_SESSION_STOPPED)
        return;
    if (session != VARVE_SESSION_GOOD) {
        set_all(line, VV_LINK_DOWN, VARVE_SESSION_LINE, error.text);
        put_off(line);
        return;
    }
    line->connected = true;
    line->delay_ms = 0;
}

/* ---- polling ---- */

/* The poll that is due first; null when every device is faulty. */
static struct host_poll *first_due(const struct host_line *line)
{
    struct host_poll *first = NULL;

    for (uint32_t i = 0; i < line->plan->device_count; i++) {
        struct host_device *d = line->plan->devices[i];

        for (uint32_t k = 0; k < d->poll_count && !d->faulty; k++)
            if (first == NULL || d->polls[k].due_ms < first->due_ms)
                first = &d->polls[k];
    }
    return first;
}

/* Moves a late poll on to the newest time that was due; those in between are left out. */
static void skip_missed(struct host_line *line, struct host_poll *poll, int64_t now_ms)
{
    int64_t missed = (now_ms - poll->due_ms) / poll->period_ms;

    if (missed <= 0)
        return;
    poll->due_ms += missed * poll->period_ms;
    if (missed > OVERRUNS_MAX || !line->connected)
        return;
    vv_mutex_lock(&line->mutex);
    poll->device->overruns += (uint64_t)missed;
    vv_mutex_unlock(&line->mutex);
}

static void count_poll(struct host_device *d, bool good, int64_t took_us)
{
    vv_mutex_lock(&d->line->mutex);
    d->polls_done++;
    d->last_poll_us = took_us;
    if (good)
        d->last_good_ms = vv_now_ms();
    else
        d->failures++;
    vv_mutex_unlock(&d->line->mutex);
}

static void do_poll(struct host_line *line, struct host_poll *poll)
{
    struct varve_driver_error error = {0};
    struct host_device *d = poll->device;
    int64_t start_us = vv_monotonic_us();
    int session;

    if (!line->connected) {
        vv_host_deliver_bad(poll, poll->due_ms, VARVE_QUALITY_NOT_CONNECTED);
        count_poll(d, false, 0);
        return;
    }
    session = line->plan->driver->poll(poll->plan, poll->due_ms, &error);
    if (session == VARVE_SESSION_STOPPED)
        return;
    count_poll(d, session == VARVE_SESSION_GOOD, vv_monotonic_us() - start_us);
    if (session == VARVE_SESSION_GOOD)
        set_state(d, VV_LINK_UP, VARVE_SESSION_GOOD, NULL);
    else if (session == VARVE_SESSION_LINE)
        lose_line(line, error.text);
    else
        set_state(d, VV_LINK_TROUBLE, session > 0 ? session : VARVE_SESSION_REFUSED, error.text);
}

/* Sleeps until the poll is due or (not connected) the next try is; a stop wakes it. */
static void wait_until(struct host_line *line, int64_t poll_in_ms)
{
    int64_t wait_ms = poll_in_ms < WAIT_MAX_MS ? poll_in_ms : WAIT_MAX_MS;

    if (!line->connected && line->next_try_ms - vv_monotonic_ms() < wait_ms)
        wait_ms = line->next_try_ms - vv_monotonic_ms();
    if (wait_ms <= 0)
        return;
    vv_mutex_lock(&line->mutex);
    if (!atomic_load(&line->stopping))
        vv_cond_wait_for(&line->cond, &line->mutex, wait_ms);
    vv_mutex_unlock(&line->mutex);
}

static void poll_in_turn(struct host_line *line)
{
    while (!atomic_load(&line->stopping)) {
        struct host_poll *poll;
        int64_t now_ms;

        if (!line->connected && vv_monotonic_ms() >= line->next_try_ms)
            try_connect(line);
        poll = first_due(line);
        now_ms = vv_now_ms();
        if (poll->due_ms > now_ms + poll->period_ms) /* the clock was set back */
            poll->due_ms = (vv_floor_div(now_ms, poll->period_ms) + 1) * poll->period_ms;
        if (poll->due_ms > now_ms) {
            wait_until(line, poll->due_ms - now_ms);
            continue;
        }
        skip_missed(line, poll, now_ms);
        do_poll(line, poll);
        poll->due_ms += poll->period_ms;
    }
}

/* A protocol where the device speaks unasked. */
static void listen(struct host_line *line)
{
    while (!atomic_load(&line->stopping)) {
        struct varve_driver_error error = {0};

        if (vv_monotonic_ms() >= line->next_try_ms)
            try_connect(line);
        if (!line->connected) {
            wait_until(line, WAIT_MAX_MS);
            continue;
        }
        set_all(line, VV_LINK_UP, VARVE_SESSION_GOOD, NULL);
        if (line->plan->driver->run(line->handle, &error) != VARVE_SESSION_STOPPED) {
            lose_line(line, error.text);
            put_off(line);
        }
    }
}

static void run(void *arg)
{
    struct host_line *line = arg;

    if (open_line(line)) {
        if (VARVE_HAS(line->plan->driver, poll))
            poll_in_turn(line);
        else
            listen(line);
    }
    close_line(line);
}

/* ---- from outside ---- */

/* Gives the points of a poll that go to `history` their tags. */
static vv_status declare_poll(struct vv_history_set *set, struct host_poll *poll,
                              const struct vv_history *history, struct vv_arena *arena,
                              vv_error *err)
{
    struct vv_tag_declaration *list = vv_arena_zero(arena, poll->point_count * sizeof *list);
    size_t n = 0;
    vv_status st;

    if (list == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the tags of \"%s\"",
                       poll->device->name);
    for (uint32_t i = 0; i < poll->point_count; i++) {
        const struct host_point *p = &poll->targets[i];

        if (p->history == history)
            list[n++] = (struct vv_tag_declaration){p->path, strlen(p->path), p->type, NULL};
    }
    st = vv_tags_declare_points(set, vv_history_name(history), list, n, err);
    n = 0;
    for (uint32_t i = 0; i < poll->point_count && st == VARVE_OK; i++)
        if (poll->targets[i].history == history)
            poll->targets[i].tag = list[n++].tag;
    return st;
}

vv_status vv_host_line_declare(struct vv_history_set *set, const struct host_line_plan *plan,
                               vv_error *err)
{
    struct vv_arena arena;
    vv_status st = VARVE_OK;

    vv_arena_init(&arena, 0, NULL);
    for (uint32_t i = 0; i < plan->device_count; i++)
        for (uint32_t k = 0; k < plan->devices[i]->poll_count; k++) {
            struct host_poll *poll = &plan->devices[i]->polls[k];

            for (uint32_t h = 0; h < poll->history_count && st == VARVE_OK; h++)
                st = declare_poll(set, poll, poll->histories[h], &arena, err);
        }
    vv_arena_deinit(&arena);
    return st;
}

vv_status vv_host_line_start(const struct vv_host_options *options,
                             const struct host_line_plan *plan, struct host_line **line,
                             vv_error *err)
{
    struct host_line *l = vv_alloc_zero(sizeof *l);
    vv_status st;

    *line = NULL;
    if (l == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for another line");
    l->plan = plan;
    l->options = options;
    vv_mutex_init(&l->mutex);
    vv_cond_init(&l->cond);
    for (uint32_t i = 0; i < plan->device_count; i++)
        plan->devices[i]->line = l;
    st = vv_thread_start(&l->thread, "line", run, l, err);
    if (st != VARVE_OK) {
        vv_mutex_deinit(&l->mutex);
        vv_cond_deinit(&l->cond);
        vv_free(l);
        return st;
    }
    atomic_fetch_add(&plan->plan->references, 1);
    *line = l;
    return VARVE_OK;
}

void vv_host_line_ask_stop(struct host_line *line)
{
    vv_mutex_lock(&line->mutex);
    atomic_store(&line->stopping, true);
    if (line->handle != NULL)
        line->plan->driver->stop(line->handle);
    vv_cond_signal(&line->cond);
    vv_mutex_unlock(&line->mutex);
}

void vv_host_line_join(struct host_line *line)
{
    vv_thread_join(&line->thread);
    vv_host_plan_release(line->plan->plan);
    vv_mutex_deinit(&line->mutex);
    vv_cond_deinit(&line->cond);
    vv_free(line);
}
