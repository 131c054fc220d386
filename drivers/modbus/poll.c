// Reading a plan: each request's answer becomes the samples of its points, and each way to fail
// touches exactly the points that it concerns.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "value.h"

// How many requests may be cut in two in one poll: a device that refuses hundreds of points must
// not keep the line for itself. The rest is cut in the polls after.
enum {
    MAX_SPLITS = 64
};

// One poll under way.
struct reading {
    struct varve_plan *plan;
    struct varve_driver_error *error;
    int splits;
    int session;   // what ended the poll early, else GOOD
    int gravest;   // of the requests that did not end it
    size_t read;   // requests that were answered with values
    size_t failed; // others
};

int vv_mb_point_check(const struct varve_point *point, struct varve_driver_error *error)
{
    struct vv_mb_address address;
    if (point->word_order > VARVE_ORDER_DCBA)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "word order %d is not known",
                          point->word_order);
    int session = vv_mb_address_parse(point->address, point->data_type, &address, error);
    if (session != VARVE_SESSION_GOOD)
        return session;
    if (point->writable && (address.kind == VV_MB_INPUT || address.kind == VV_MB_DISCRETE))
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "address \"%.60s\": only coils and holding registers can be written",
                          point->address);
    if (!(point->scale - point->scale == 0) || !(point->offset - point->offset == 0))
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "address \"%.60s\": scale and offset must be finite", point->address);
    return VARVE_SESSION_GOOD;
}

void vv_mb_read_plan_free(struct varve_plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; plan->points != NULL && i < plan->point_count; i++)
        free((char *)(uintptr_t)plan->points[i].address);
    free(plan->points);
    free(plan->addresses);
    free(plan->samples);
    free(plan->texts);
    vv_mb_plan_deinit(&plan->requests);
    free(plan);
}

// Copies the points, checks them, and gives the good ones a place in `items`; returns how many
// they are, or SIZE_MAX without memory.
static size_t take_points(struct varve_plan *plan, const struct varve_point *points,
                          struct vv_mb_item *items)
{
    size_t good = 0;
    for (size_t i = 0; i < plan->point_count; i++) {
        struct varve_driver_error wrong = {0};
        plan->points[i] = points[i];
        plan->points[i].address = strdup(points[i].address == NULL ? "" : points[i].address);
        if (plan->points[i].address == NULL)
            return SIZE_MAX;
        if (vv_mb_point_check(&plan->points[i], &wrong) != VARVE_SESSION_GOOD) {
            vv_mb_log(plan->device->line, VARVE_LOG_ERROR, "unit %u, parameter %u: %s",
                      (unsigned)plan->device->unit, (unsigned)points[i].mem_index, wrong.text);
            continue;
        }
        (void)vv_mb_address_parse(plan->points[i].address, points[i].data_type, &plan->addresses[i],
                                  NULL);
        items[good++] = (struct vv_mb_item){.point = (uint32_t)i, .address = plan->addresses[i]};
    }
    return good;
}

int vv_mb_read_plan_new(struct varve_device *device, void *plan_ctx,
                        const struct varve_point *points, size_t count, struct varve_plan **out,
                        struct varve_driver_error *error)
{
    *out = NULL;
    if (count == 0 || count > UINT32_MAX)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "a plan needs at least one point");
    size_t texts = 0;
    for (size_t i = 0; i < count; i++)
        texts += points[i].data_type == VARVE_DATA_TEXT;
    struct varve_plan *plan = calloc(1, sizeof *plan);
    struct vv_mb_item *items = calloc(count, sizeof *items);
    if (plan == NULL || items == NULL)
        goto no_memory;
    plan->device = device;
    plan->ctx = plan_ctx;
    plan->point_count = count;
    plan->points = calloc(count, sizeof *plan->points);
    plan->addresses = calloc(count, sizeof *plan->addresses);
    plan->samples = calloc(count, sizeof *plan->samples);
    plan->texts = calloc(texts + 1, sizeof *plan->texts);
    if (plan->points == NULL || plan->addresses == NULL || plan->samples == NULL ||
        plan->texts == NULL)
        goto no_memory;
    size_t good = take_points(plan, points, items);
    if (good == SIZE_MAX)
        goto no_memory;
    bool planned = vv_mb_plan_init(&plan->requests, items, good, &device->limits);
    items = NULL;
    if (!planned)
        goto no_memory;
    vv_mb_log(device->line, VARVE_LOG_DEBUG, "unit %u: %zu points in %zu requests",
              (unsigned)device->unit, count, plan->requests.count);
    *out = plan;
    return VARVE_SESSION_GOOD;
no_memory:
    free(items);
    vv_mb_read_plan_free(plan);
    return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory for a plan of %zu points", count);
}

// One exchange. 0 with host-order words (bits: one word each), or libmodbus's errno.
static int exchange(const struct varve_device *device, const struct vv_mb_request *request,
                    uint16_t *words)
{
    modbus_t *modbus = device->line->modbus;
    uint8_t bits[VV_MB_MAX_BITS];
    int got = -1;
    vv_mb_select(device);
    switch ((enum vv_mb_kind)request->kind) {
    case VV_MB_COIL:
        got = modbus_read_bits(modbus, request->first, request->count, bits);
        break;
    case VV_MB_DISCRETE:
        got = modbus_read_input_bits(modbus, request->first, request->count, bits);
        break;
    case VV_MB_INPUT:
        got = modbus_read_input_registers(modbus, request->first, request->count, words);
        break;
    case VV_MB_HOLDING:
        got = modbus_read_registers(modbus, request->first, request->count, words);
        break;
    }
    if (got < 0)
        return errno == 0 ? EIO : errno;
    if (got != request->count)
        return EMBBADDATA;
    if (request->kind <= VV_MB_DISCRETE)
        for (int i = 0; i < got; i++)
            words[i] = bits[i];
    return 0;
}

// An answer that does not fit is most often the late one to an earlier question; ours comes right
// after it then. Takes it off the line, so that asking again begins clean. False: none came.
static bool swallow_answer(struct varve_line *line)
{
    uint8_t answer[MODBUS_TCP_MAX_ADU_LENGTH];
    return modbus_receive_confirmation(line->modbus, answer) > 0;
}

static void set_bad(struct reading *reading, const struct vv_mb_request *request, uint8_t quality,
                    int session)
{
    struct varve_plan *plan = reading->plan;
    for (size_t i = 0; i < request->item_count; i++) {
        uint32_t point = plan->requests.items[request->item_first + i].point;
        plan->samples[point].quality = quality;
        plan->samples[point].session = (int16_t)session;
    }
}

static void set_values(struct reading *reading, const struct vv_mb_request *request,
                       const uint16_t *words)
{
    struct varve_plan *plan = reading->plan;
    for (size_t i = 0; i < request->item_count; i++) {
        const struct vv_mb_item *item = &plan->requests.items[request->item_first + i];
        struct varve_sample *sample = &plan->samples[item->point];
        const struct varve_point *point = &plan->points[item->point];
        // The texts stand in the order of the points; sample->value remembers which is ours.
        char *text = (char *)(uintptr_t)sample->value.as.text;
        bool good = vv_mb_value_decode(point, &item->address,
                                       words + (item->address.first - request->first), text,
                                       &sample->value);
        sample->quality = good ? VARVE_QUALITY_GOOD : VARVE_QUALITY_BAD;
        sample->session = VARVE_SESSION_GOOD;
    }
}

// Whether an exception says that something in the request is illegal, rather than that the device
// cannot now: only then asking for less is of use.
static bool is_illegal(int native)
{
    return native == EMBXILADD || native == EMBXILVAL || native == EMBXSFAIL;
}

static const char *first_address(const struct reading *reading, const struct vv_mb_request *request)
{
    const struct varve_plan *plan = reading->plan;
    return plan->points[plan->requests.items[request->item_first].point].address;
}

// An exception: cuts the request (then true: ask again from the same index), or marks its points.
static bool handle_refusal(struct reading *reading, size_t index, int native)
{
    struct varve_plan *plan = reading->plan;
    struct varve_line *line = plan->device->line;
    if (is_illegal(native) && reading->splits < MAX_SPLITS &&
        vv_mb_plan_split(&plan->requests, index)) {
        reading->splits++;
        return true;
    }
    struct vv_mb_request *request = &plan->requests.list[index];
    set_bad(reading, request, VARVE_QUALITY_DEVICE, VARVE_SESSION_REFUSED);
    reading->failed++;
    if (native == EMBXILFUN || (is_illegal(native) && reading->splits < MAX_SPLITS)) {
        if (request->refused == 0)
            vv_mb_log(line, VARVE_LOG_WARNING,
                      "%s unit %u refuses %s (%zu points): %s; next try in %u s", line->name,
                      (unsigned)plan->device->unit, first_address(reading, request),
                      request->item_count, modbus_strerror(native),
                      (unsigned)plan->device->retry_refused_s);
        request->refused = native;
        request->retry_at_ms = vv_mb_clock_ms() + (int64_t)plan->device->retry_refused_s * 1000;
    }
    return false;
}

// Reads request number `index`; true when the same index is to be read again, cut smaller.
static bool read_request(struct reading *reading, size_t index)
{
    struct varve_plan *plan = reading->plan;
    struct varve_device *device = plan->device;
    struct vv_mb_request *request = &plan->requests.list[index];
    uint16_t words[VV_MB_MAX_BITS];
    if (request->refused != 0 && vv_mb_clock_ms() < request->retry_at_ms) {
        set_bad(reading, request, VARVE_QUALITY_DEVICE, VARVE_SESSION_REFUSED);
        reading->gravest = vv_mb_session(device->line, device, request->refused, reading->error);
        reading->failed++;
        return false;
    }
    int native = exchange(device, request, words);
    if (native == EMBBADDATA && swallow_answer(device->line))
        native = exchange(device, request, words);
    if (native == 0) {
        set_values(reading, request, words);
        request->silent = false;
        request->refused = 0;
        reading->read++;
        return false;
    }
    int session = vv_mb_session(device->line, device, native, reading->error);
    switch (session) {
    case VARVE_SESSION_REFUSED:
        if (handle_refusal(reading, index, native))
            return true;
        request->silent = false;
        reading->gravest = session;
        return false;
    case VARVE_SESSION_SILENCE:
        // The next poll begins with the others, in case the device passes over this one alone.
        request->silent = true;
        reading->session = session;
        return false;
    case VARVE_SESSION_LINE:
    case VARVE_SESSION_STOPPED:
        reading->session = session;
        return false;
    default:
        set_bad(reading, request, VARVE_QUALITY_COMM, session);
        reading->gravest = session;
        reading->failed++;
        return false;
    }
}

// Every sample begins as what it is when its request is never reached.
static void reset_samples(struct varve_plan *plan, int64_t scheduled_ms)
{
    size_t text = 0;
    for (size_t i = 0; i < plan->point_count; i++) {
        bool good = plan->addresses[i].count != 0;
        plan->samples[i] = (struct varve_sample){
            .point = (uint32_t)i,
            .quality = good ? VARVE_QUALITY_COMM : VARVE_QUALITY_SETTING,
            .session = good ? VARVE_SESSION_SILENCE : VARVE_SESSION_SETTING,
            .time_ms = scheduled_ms,
        };
        if (plan->points[i].data_type == VARVE_DATA_TEXT)
            plan->samples[i].value.as.text = plan->texts[text++];
    }
}

// The points that were not reached get the reason why the poll ended.
static void mark_rest(struct varve_plan *plan, int session)
{
    bool line = session == VARVE_SESSION_LINE;
    for (size_t i = 0; i < plan->point_count; i++) {
        struct varve_sample *sample = &plan->samples[i];
        if (line && sample->session == VARVE_SESSION_SILENCE) {
            sample->session = VARVE_SESSION_LINE;
            sample->quality = VARVE_QUALITY_NOT_CONNECTED;
        }
        if (sample->quality != VARVE_QUALITY_GOOD)
            sample->value = (struct varve_value){0};
    }
}

int vv_mb_poll(struct varve_plan *plan, int64_t scheduled_ms, struct varve_driver_error *error)
{
    struct varve_line *line = plan->device->line;
    struct reading reading = {.plan = plan, .error = error};
    if (vv_mb_line_stopped(line))
        return VARVE_SESSION_STOPPED;
    reset_samples(plan, scheduled_ms);
    if (line->socket < 0) // written by this thread alone
        reading.session =
            vv_mb_fail(error, VARVE_SESSION_LINE, ENOTCONN, "%s: not connected", line->name);
    for (int pass = 0; pass < 2 && reading.session == VARVE_SESSION_GOOD; pass++) {
        size_t index = 0;
        while (index < plan->requests.count && reading.session == VARVE_SESSION_GOOD) {
            bool turn = plan->requests.list[index].silent == (pass == 1);
            if (!turn || !read_request(&reading, index))
                index++;
        }
    }
    if (reading.session == VARVE_SESSION_LINE)
        vv_mb_line_disconnect(line);
    if (reading.session == VARVE_SESSION_STOPPED)
        return VARVE_SESSION_STOPPED;
    mark_rest(plan, reading.session);
    struct varve_batch batch = {
        .size = sizeof batch,
        .sample_size = sizeof *plan->samples,
        .samples = plan->samples,
        .count = plan->point_count,
    };
    line->host->deliver(plan->ctx, &batch);
    if (reading.session != VARVE_SESSION_GOOD)
        return reading.session;
    return reading.read == 0 && reading.failed > 0 ? reading.gravest : VARVE_SESSION_GOOD;
}
