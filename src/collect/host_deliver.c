/* host_deliver.c: a driver's samples to the gate. */
#include <string.h>

#include "base/logger.h"
#include "base/time.h"
#include "collect/host_private.h"

#include "base/banned.h"

/* A driver's value as one of the tag's type: a bit may be a number and a number a switch, since the
 * type of a point is declared in the plant and not in the device. */
static struct vv_datum convert(const struct varve_value *v, enum vv_tag_type type)
{
    double number;

    switch (v->kind) {
    case VARVE_VALUE_BOOL:
        number = v->as.boolean ? 1 : 0;
        break;
    case VARVE_VALUE_INTEGER:
        number = (double)v->as.integer;
        break;
    case VARVE_VALUE_UNSIGNED:
        number = (double)v->as.unsigned_integer;
        break;
    case VARVE_VALUE_DOUBLE:
        number = v->as.number;
        break;
    case VARVE_VALUE_TEXT:
        return type == VV_TYPE_STRING ? vv_datum_string(v->as.text, v->text_len) : vv_datum_null();
    default:
        return vv_datum_null();
    }
    if (type == VV_TYPE_BOOLEAN)
        return vv_datum_boolean(number != 0);
    return type == VV_TYPE_DOUBLE ? vv_datum_double(number) : vv_datum_null();
}

static void count(struct host_device *device, size_t stored, size_t lost)
{
    vv_mutex_lock(&device->line->mutex);
    device->samples += stored;
    device->lost += lost;
    vv_mutex_unlock(&device->line->mutex);
}

/* Hands poll->samples[0 … n), all of one history, to the gate. */
static bool give(struct host_poll *poll, const struct vv_history *history, size_t n)
{
    const struct vv_write_options options = {.history = vv_history_name(history),
                                             .source = VV_SOURCE_DRIVER};
    struct vv_rejection why;
    struct vv_write_result result = {.list = &why, .capacity = 1};
    struct host_line *line = poll->device->line;
    vv_error err;

    if (n == 0)
        return true;
    if (vv_gate_write(line->options->gate, poll->samples, n, &options, &result, &err) != VARVE_OK) {
        count(poll->device, 0, n);
        if (vv_monotonic_ms() >= line->lost_again_ms)
            vv_log_error("host", &err, "device \"%s\": %zu samples were not stored",
                         poll->device->name, n);
        line->lost_again_ms = vv_monotonic_ms() + VV_MINUTE_MS;
        return false;
    }
    count(poll->device, result.stored, result.rejected - result.diverted);
    return true;
}

int vv_host_deliver(void *plan_ctx, const struct varve_batch *batch)
{
    struct host_poll *poll = plan_ctx;
    bool taken = true;

    for (uint32_t h = 0; h < poll->history_count; h++) {
        size_t n = 0;

        for (size_t i = 0; i < batch->count; i++) {
            const struct varve_sample *s =
                (const void *)((const char *)batch->samples + i * batch->sample_size);
            const struct host_point *to;

            if (s->point >= poll->point_count ||
                poll->targets[s->point].history != poll->histories[h])
                continue;
            to = &poll->targets[s->point];
            if (n == poll->point_count) {
                taken = give(poll, poll->histories[h], n) && taken;
                n = 0;
            }
            poll->samples[n++] = (struct vv_sample){
                .tag = to->tag,
                .time_ms = s->time_ms,
                .quality = s->quality,
                .value = convert(&s->value, to->type),
            };
        }
        taken = give(poll, poll->histories[h], n) && taken;
    }
    return taken ? 0 : 1;
}

void vv_host_deliver_bad(struct host_poll *poll, int64_t time_ms, uint8_t quality)
{
    for (uint32_t h = 0; h < poll->history_count; h++) {
        size_t n = 0;

        for (uint32_t i = 0; i < poll->point_count; i++)
            if (poll->targets[i].history == poll->histories[h])
                poll->samples[n++] = (struct vv_sample){
                    .tag = poll->targets[i].tag, .time_ms = time_ms, .quality = quality};
        give(poll, poll->histories[h], n);
    }
}
