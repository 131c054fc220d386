/* host_plan.c: from the ledger's rows to lines, devices and polls. */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/logger.h"
#include "collect/host_private.h"
#include "collect/host_read.h"
#include "history/points.h"

#include "base/banned.h"

#define DEFAULT_PERIOD_MS 1000

struct building {
    const struct vv_host_options *options;
    struct vv_drivers *drivers;
    struct host_plan *plan;
    struct vv_arena *arena; /* the plan's */
    struct host_rows rows;
    const struct vv_plant_point **points; /* of devices, by (device, period, MemInd) */
    size_t point_count;
};

static vv_status no_memory(vv_error *err)
{
    return vv_fail(err, VARVE_NO_MEMORY, "not enough memory for the plant's devices");
}

/* ---- points, sorted so that each poll's stand together ---- */

static int64_t period_of(const struct building *b, const struct vv_plant_point *p)
{
    if (p->period_ms > 0)
        return p->period_ms;
    return b->options->period_ms > 0 ? b->options->period_ms : DEFAULT_PERIOD_MS;
}

static bool before(const struct building *b, const struct vv_plant_point *x,
                   const struct vv_plant_point *y)
{
    if (x->device_id != y->device_id)
        return x->device_id < y->device_id;
    if (period_of(b, x) != period_of(b, y))
        return period_of(b, x) < period_of(b, y);
    return x->mem_index < y->mem_index;
}

/* Heap sort: no memory, no bad case. */
static void sift(struct building *b, size_t from, size_t end)
{
    const struct vv_plant_point **p = b->points;
    const struct vv_plant_point *x = p[from];

    for (size_t child; (child = 2 * from + 1) < end; from = child) {
        if (child + 1 < end && before(b, p[child], p[child + 1]))
            child++;
        if (!before(b, x, p[child]))
            break;
        p[from] = p[child];
    }
    p[from] = x;
}

static void sort_points(struct building *b)
{
    for (size_t i = b->point_count / 2; i > 0; i--)
        sift(b, i - 1, b->point_count);
    for (size_t end = b->point_count; end > 1; end--) {
        const struct vv_plant_point *last = b->points[end - 1];

        b->points[end - 1] = b->points[0];
        b->points[0] = last;
        sift(b, 0, end - 1);
    }
}

static vv_status take_points(struct building *b, const struct vv_points *points, vv_error *err)
{
    size_t count;
    const struct vv_plant_point *all = vv_points_all(points, &count);

    b->points = vv_arena_alloc(b->arena, (count + 1) * sizeof *b->points);
    if (b->points == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        if (all[i].device_id != 0)
            b->points[b->point_count++] = &all[i];
    sort_points(b);
    return VARVE_OK;
}

/* The first of a device's points. */
static size_t first_point(const struct building *b, int64_t device_id)
{
    size_t low = 0, high = b->point_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (b->points[mid]->device_id < device_id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* ---- polls of a device ---- */

/* The history that a point names; the default one when it is not configured any more. */
static struct vv_history *history_of(const struct building *b, const struct vv_plant_point *p)
{
    struct vv_history_set *set = b->options->set;

    for (size_t i = 0; p->history_id != 0 && i < vv_history_count(set); i++)
        if (vv_history_provider_id(vv_history_at(set, i)) == p->history_id)
            return vv_history_at(set, i);
    if (p->history_id != 0)
        vv_log(VV_LOG_WARN, "host",
               "point \"%s\": its history (Id %" PRId64 ") is not configured; the first one is "
               "used",
               p->path, p->history_id);
    return vv_history_at(set, 0);
}

static void add_history(struct host_poll *poll, struct vv_history *history)
{
    for (uint32_t i = 0; i < poll->history_count; i++)
        if (poll->histories[i] == history)
            return;
    poll->histories[poll->history_count++] = history;
}

/* The poll of points[from … to), those without a parameter in the map left out and named. */
static vv_status make_poll(struct building *b, const struct host_device_row *row,
                           struct host_device *device, size_t from, size_t to, vv_error *err)
{
    struct host_poll *poll = &device->polls[device->poll_count];
    size_t most = to - from;

    *poll = (struct host_poll){
        .device = device,
        .period_ms = period_of(b, b->points[from]),
        .points = vv_arena_zero(b->arena, most * sizeof *poll->points),
        .targets = vv_arena_zero(b->arena, most * sizeof *poll->targets),
        .samples = vv_arena_zero(b->arena, most * sizeof *poll->samples),
        .histories =
            vv_arena_zero(b->arena, vv_history_count(b->options->set) * sizeof *poll->histories),
    };
    if (poll->points == NULL || poll->targets == NULL || poll->samples == NULL ||
        poll->histories == NULL)
        return no_memory(err);
    for (size_t i = from; i < to; i++) {
        const struct vv_plant_point *p = b->points[i];
        const struct host_param_row *param =
            vv_host_param(&b->rows, row->type, row->sub_type, p->mem_index);
        struct host_point *target = &poll->targets[poll->point_count];

        if (param == NULL) {
            vv_log(VV_LOG_WARN, "host",
                   "point \"%s\": parameter %" PRId64 " is not in the map of device \"%s\"",
                   p->path, p->mem_index, row->name);
            continue;
        }
        poll->points[poll->point_count] = param->point;
        target->path = vv_arena_text(b->arena, p->path, strlen(p->path));
        target->type = p->type;
        target->history = history_of(b, p);
        if (target->path == NULL)
            return no_memory(err);
        add_history(poll, target->history);
        poll->point_count++;
    }
    if (poll->point_count > 0)
        device->poll_count++;
    device->point_count += poll->point_count;
    return VARVE_OK;
}

static vv_status make_polls(struct building *b, const struct host_device_row *row,
                            struct host_device *device, vv_error *err)
{
    size_t first = first_point(b, row->id), end = first, periods = 0;
    vv_status st = VARVE_OK;

    for (; end < b->point_count && b->points[end]->device_id == row->id; end++)
        if (end == first || period_of(b, b->points[end]) != period_of(b, b->points[end - 1]))
            periods++;
    device->polls = vv_arena_zero(b->arena, (periods + 1) * sizeof *device->polls);
    if (device->polls == NULL)
        return no_memory(err);
    for (size_t from = first; from < end && st == VARVE_OK;) {
        size_t to = from + 1;

        while (to < end && period_of(b, b->points[to]) == period_of(b, b->points[from]))
            to++;
        st = make_poll(b, row, device, from, to, err);
        from = to;
    }
    return st;
}

/* ---- devices on lines ---- */

static const char *settings_text(struct building *b, const struct varve_driver *driver,
                                 const struct vv_setting_list *settings)
{
    struct vv_buf text = {0};
    const char *kept = NULL;

    vv_buf_text(&text, driver->name);
    for (size_t i = 0; i < settings->count; i++)
        vv_buf_format(&text, "\n%s=%s", settings->list[i].key, settings->list[i].value);
    if (!text.failed)
        kept = vv_arena_text(b->arena, (const char *)text.data, text.len);
    vv_buf_deinit(&text);
    return kept;
}

/* Puts a device on the line with its settings, a new one if need be. */
static vv_status put_on_line(struct building *b, struct host_device *device,
                             const struct varve_driver *driver,
                             const struct vv_setting_list *settings, vv_error *err)
{
    struct host_plan *plan = b->plan;
    const char *text = settings_text(b, driver, settings);
    struct host_line_plan *line = NULL;

    if (text == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < plan->line_count && line == NULL; i++)
        if (strcmp(plan->lines[i].settings_text, text) == 0)
            line = &plan->lines[i];
    if (line == NULL) {
        line = &plan->lines[plan->line_count];
        *line = (struct host_line_plan){
            .plan = plan,
            .driver = driver,
            .settings = *settings,
            .settings_text = text,
            .devices = vv_arena_zero(b->arena, b->rows.device_count * sizeof *line->devices),
        };
        if (line->devices == NULL)
            return no_memory(err);
        plan->line_count++;
    }
    line->devices[line->device_count++] = device;
    return VARVE_OK;
}

static void put_idle(struct building *b, struct host_device *device, enum vv_link_state state,
                     int session, const char *message)
{
    device->state = state;
    device->session = session;
    if (message != NULL) {
        size_t len = strlen(message);

        len = len < sizeof device->last_error - 1 ? len : sizeof device->last_error - 1;
        memcpy(device->last_error, message, len);
    }
    b->plan->idle[b->plan->idle_count++] = device;
}

static vv_status arrange_device(struct building *b, const struct host_device_row *row,
                                vv_error *err)
{
    const struct host_connection_row *c = vv_host_connection(&b->rows, row->connection_id);
    struct vv_setting_list ini, conn, all, line = {0};
    struct host_device *device = vv_arena_zero(b->arena, sizeof *device);
    const struct varve_driver *driver;
    vv_error why;
    vv_status st;

    if (device == NULL)
        return no_memory(err);
    device->id = row->id;
    device->connection_id = row->connection_id;
    device->name = row->name;
    device->connection = c != NULL ? c->name : "";
    device->driver = c != NULL ? c->driver : "";
    st = make_polls(b, row, device, err);
    if (st != VARVE_OK)
        return st;
    if (!row->active || device->poll_count == 0) {
        put_idle(b, device, VV_LINK_INACTIVE, VARVE_SESSION_GOOD, NULL);
        return VARVE_OK;
    }
    if (c == NULL) {
        put_idle(b, device, VV_LINK_FAULT, VARVE_SESSION_NO_DRIVER, "it has no connection");
        return VARVE_OK;
    }
    st = vv_drivers_get(b->drivers, c->driver, &driver, &why);
    if (st != VARVE_OK) {
        put_idle(b, device, VV_LINK_FAULT, VARVE_SESSION_NO_DRIVER, why.message);
        return VARVE_OK;
    }
    st = vv_settings_parse(c->settings, b->arena, &ini, &why);
    if (st == VARVE_OK)
        st = vv_settings_parse(row->settings, b->arena, &conn, &why);
    if (st == VARVE_OK)
        st = vv_settings_merge(&ini, &conn, b->arena, &all, &why);
    if (st == VARVE_OK)
        st = vv_settings_split(&all, driver->line_keys, b->arena, &line, &device->settings, &why);
    if (st != VARVE_OK) {
        put_idle(b, device, VV_LINK_FAULT, VARVE_SESSION_LINE, why.message);
        return VARVE_OK;
    }
    return put_on_line(b, device, driver, &line, err);
}

/* ---- what makes two lines the same ---- */

static void describe_poll(struct vv_buf *text, const struct host_poll *poll)
{
    vv_buf_format(text, "\npoll %" PRId64, poll->period_ms);
    for (uint32_t i = 0; i < poll->point_count; i++) {
        const struct varve_point *p = &poll->points[i];
        const struct host_point *t = &poll->targets[i];

        vv_buf_format(text, "\n%u %u %u %d %s %a %a %s %d %s", p->mem_index, p->data_type,
                      p->word_order, p->writable, p->address, p->scale, p->offset, t->path,
                      (int)t->type, vv_history_name(t->history));
    }
}

static vv_status make_fingerprint(struct building *b, struct host_line_plan *line, vv_error *err)
{
    struct vv_buf text = {0};

    vv_buf_text(&text, line->settings_text);
    for (uint32_t i = 0; i < line->device_count; i++) {
        const struct host_device *d = line->devices[i];

        vv_buf_format(&text, "\ndevice %" PRId64 " %" PRId64 " %s\n%s", d->id, d->connection_id,
                      d->name, d->connection);
        for (size_t k = 0; k < d->settings.count; k++)
            vv_buf_format(&text, "\n%s=%s", d->settings.list[k].key, d->settings.list[k].value);
        for (uint32_t k = 0; k < d->poll_count; k++)
            describe_poll(&text, &d->polls[k]);
    }
    if (!text.failed)
        line->fingerprint = vv_arena_text(b->arena, (const char *)text.data, text.len);
    vv_buf_deinit(&text);
    return line->fingerprint != NULL ? VARVE_OK : no_memory(err);
}

/* ---- the whole ---- */

static vv_status arrange(struct building *b, vv_error *err)
{
    vv_status st = VARVE_OK;

    b->plan->lines = vv_arena_zero(b->arena, (b->rows.device_count + 1) * sizeof *b->plan->lines);
    b->plan->idle = vv_arena_zero(b->arena, (b->rows.device_count + 1) * sizeof *b->plan->idle);
    if (b->plan->lines == NULL || b->plan->idle == NULL)
        return no_memory(err);
    for (size_t i = 0; i < b->rows.device_count && st == VARVE_OK; i++)
        st = arrange_device(b, &b->rows.devices[i], err);
    for (uint32_t i = 0; i < b->plan->line_count && st == VARVE_OK; i++)
        st = make_fingerprint(b, &b->plan->lines[i], err);
    return st;
}

vv_status vv_host_plan_load(const struct vv_host_options *options, struct vv_drivers *drivers,
                            struct host_plan **plan, vv_error *err)
{
    struct building b = {.options = options, .drivers = drivers};
    struct vv_points *points = NULL;
    vv_status st;

    *plan = NULL;
    b.plan = vv_alloc_zero(sizeof *b.plan);
    if (b.plan == NULL)
        return no_memory(err);
    vv_arena_init(&b.plan->arena, 0, NULL);
    atomic_init(&b.plan->references, 1);
    b.arena = &b.plan->arena;
    st = vv_points_load(options->ledger, &points, err);
    if (st == VARVE_OK)
        st = vv_host_read(options->ledger, b.arena, &b.rows, err);
    if (st == VARVE_OK)
        st = take_points(&b, points, err);
    if (st == VARVE_OK)
        st = arrange(&b, err);
    if (st == VARVE_OK)
        st = vv_tags_describe(options->set, points, err);
    vv_points_free(points);
    if (st != VARVE_OK) {
        vv_host_plan_release(b.plan);
        return st;
    }
    *plan = b.plan;
    return VARVE_OK;
}

void vv_host_plan_release(struct host_plan *plan)
{
    if (plan == NULL || atomic_fetch_sub(&plan->references, 1) != 1)
        return;
    vv_arena_deinit(&plan->arena);
    vv_free(plan);
}
