/* host_private.h: what the driver host is made of: host_plan.c (the ledger's plant as lines and
 * devices), host_line.c (a line's thread), host_deliver.c (samples to the gate), host.c (start,
 * reload, stop, list).
 *
 * A plan is built from the ledger as a whole, in one arena, and counted by the lines that run from
 * it: at a reload, lines that are as before keep their old plan. Everything in it is constant
 * but a device's state, which its line's mutex guards (that of an idle device never changes).
 */
#ifndef VV_COLLECT_HOST_PRIVATE_H
#define VV_COLLECT_HOST_PRIVATE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/thread.h"
#include "collect/drivers.h"
#include "collect/host.h"
#include "collect/settings.h"

struct host_line;
struct host_device;

/* Where the samples of one of the driver's points go. */
struct host_point {
    const char *path;
    enum vv_tag_type type;
    struct vv_history *history;
    const struct vv_tag *tag; /* set when the line starts */
};

/* Points of one device with one period: read together. */
struct host_poll {
    struct host_device *device;
    int64_t period_ms;
    struct varve_point *points; /* point_count of them, for the driver */
    struct host_point *targets; /* beside them */
    uint32_t point_count;
    struct vv_history **histories; /* those of its points, each once */
    uint32_t history_count;
    struct vv_sample *samples; /* room for point_count, for deliver */
    /* The line's thread's own: */
    struct varve_plan *plan;
    int64_t due_ms; /* wall clock, a whole multiple of the period */
};

struct host_device {
    int64_t id, connection_id;
    const char *name, *connection, *driver;
    struct vv_setting_list settings;
    struct host_poll *polls;
    uint32_t poll_count;
    uint32_t point_count;
    struct host_line *line;      /* set when its line starts */
    struct varve_device *handle; /* the line's thread's own */
    bool faulty;                 /* likewise: it cannot be worked with */

    /* Under the line's mutex. */
    enum vv_link_state state;
    int session;
    char last_error[320];
    int64_t last_error_ms, last_good_ms, last_poll_us;
    uint64_t polls_done, failures, samples, lost, overruns;
};

struct host_plan;

/* What a line is made from. */
struct host_line_plan {
    struct host_plan *plan;
    const struct varve_driver *driver;
    struct vv_setting_list settings;
    const char *settings_text; /* the same as text, without a meaning but that it can be compared */
    struct host_device **devices;
    uint32_t device_count;
    const char *fingerprint; /* equal when nothing that matters differs */
};

struct host_plan {
    struct vv_arena arena;
    atomic_uint references;
    struct host_line_plan *lines;
    uint32_t line_count;
    struct host_device **idle; /* on no line: inactive, without points, or faulty */
    uint32_t idle_count;
};

/* Reads the plant and arranges it in lines. The one reference is the caller's. */
vv_status vv_host_plan_load(const struct vv_host_options *options, struct vv_drivers *drivers,
                            struct host_plan **plan, vv_error *err);
/* Null is allowed. */
void vv_host_plan_release(struct host_plan *plan);

struct host_line {
    const struct host_line_plan *plan;
    const struct vv_host_options *options; /* the host's */
    struct vv_thread thread;
    struct vv_mutex mutex; /* guards `handle`, and the devices' states */
    struct vv_cond cond;   /* wakes the thread for its end */
    struct varve_line *handle;
    atomic_bool stopping;
    /* The thread's own: */
    bool connected;
    int64_t next_try_ms, delay_ms; /* monotonic */
    char last_log[256];            /* the same text again is left out until log_again_ms */
    int64_t log_again_ms, lost_again_ms;
};

/* Declares the tags of its points (they are registered, and the points know them). */
vv_status vv_host_line_declare(struct vv_history_set *set, const struct host_line_plan *plan,
                               vv_error *err);
/* Starts the thread of a line whose tags are declared. */
vv_status vv_host_line_start(const struct vv_host_options *options,
                             const struct host_line_plan *plan, struct host_line **line,
                             vv_error *err);
/* Asks the line to end; returns at once. */
void vv_host_line_ask_stop(struct host_line *line);
/* Waits for its end and frees it. */
void vv_host_line_join(struct host_line *line);

/* ---- host_deliver.c: called on the line's thread ---- */

/* The driver's `deliver`: plan_ctx is a host_poll. */
int vv_host_deliver(void *plan_ctx, const struct varve_batch *batch);
/* Bad quality for every point of a poll. */
void vv_host_deliver_bad(struct host_poll *poll, int64_t time_ms, uint8_t quality);

#endif
