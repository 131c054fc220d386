#include "site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

enum {
    KIND_REGISTERS = 65536
};

void player_site_deinit(struct player_site *site)
{
    for (size_t i = 0; i < site->recording_count; i++)
        player_recording_deinit(&site->recordings[i]);
    for (size_t i = 0; i < site->device_count; i++) {
        struct player_device *device = &site->devices[i];
        for (size_t k = 0; k < device->value_count; k++) {
            free((char *)(uintptr_t)device->values[k].point.address);
            free(device->values[k].text);
        }
        free(device->values);
        if (device->image != NULL)
            modbus_mapping_free(device->image);
        for (int kind = 0; kind < 4; kind++)
            free(device->exists[kind]);
    }
    free(site->recordings);
    free(site->devices);
    *site = (struct player_site){0};
}

struct player_device *player_site_device(struct player_site *site, const char *name)
{
    for (size_t i = 0; i < site->device_count; i++)
        if (strcmp(site->devices[i].name, name) == 0)
            return &site->devices[i];
    return NULL;
}

// Puts a value's registers where they belong.
static void store(struct player_device *device, const struct player_value *value,
                  const uint16_t *registers)
{
    const struct vv_mb_address *address = &value->address;
    switch ((enum vv_mb_kind)address->kind) {
    case VV_MB_COIL:
        device->image->tab_bits[address->first] = registers[0] != 0;
        return;
    case VV_MB_DISCRETE:
        device->image->tab_input_bits[address->first] = registers[0] != 0;
        return;
    case VV_MB_INPUT:
    case VV_MB_HOLDING:
        break;
    }
    uint16_t *image = address->kind == VV_MB_INPUT ? device->image->tab_input_registers
                                                   : device->image->tab_registers;
    image += address->first;
    if (address->bit >= 0) {
        uint16_t mask = (uint16_t)(1U << address->bit);
        *image = (uint16_t)(registers[0] != 0 ? *image | mask : *image & ~mask);
    } else {
        memcpy(image, registers, address->count * sizeof *registers);
    }
}

// Unsigned counters roll over at the end of their type, as meters do.
static double roll_over(const struct player_value *value, double number)
{
    double scale = value->point.scale == 0 ? 1 : value->point.scale;
    switch ((enum varve_data_type)value->point.data_type) {
    case VARVE_DATA_U16:
        return fmod(number, 65536.0 * scale);
    case VARVE_DATA_U32:
        return fmod(number, 4294967296.0 * scale);
    default:
        return number;
    }
}

// Writes `number`; one that does not fit leaves the registers as they were. NaN: floats become NaN,
// all others stay.
static void put(struct player_device *device, const struct player_value *value, double number)
{
    uint16_t registers[VV_MB_MAX_REGISTERS] = {0};
    struct varve_point point = value->point;
    struct varve_value wire = {.kind = VARVE_VALUE_DOUBLE, .as.number = number};
    if (isnan(number)) {
        point.scale = point.offset = 0;
        wire.kind = VARVE_VALUE_UNSIGNED;
        if (point.data_type == VARVE_DATA_F32) {
            point.data_type = VARVE_DATA_U32;
            wire.as.unsigned_integer = 0x7FC00000;
        } else if (point.data_type == VARVE_DATA_F64) {
            point.data_type = VARVE_DATA_U64;
            wire.as.unsigned_integer = 0x7FF8000000000000;
        } else {
            return;
        }
    }
    if (vv_mb_value_encode(&point, &value->address, &wire, registers, NULL) == VARVE_SESSION_GOOD)
        store(device, value, registers);
}

bool player_device_init(struct player_device *device)
{
    device->fault_register = -1;
    device->image =
        modbus_mapping_new(KIND_REGISTERS, KIND_REGISTERS, KIND_REGISTERS, KIND_REGISTERS);
    if (device->image == NULL)
        return false;
    for (int kind = 0; kind < 4; kind++) {
        device->exists[kind] = calloc(KIND_REGISTERS, 1);
        if (device->exists[kind] == NULL)
            return false;
        if (device->holes_are_zero)
            memset(device->exists[kind], 1, KIND_REGISTERS);
    }
    for (size_t i = 0; i < device->value_count; i++) {
        const struct player_value *value = &device->values[i];
        uint8_t *exists = device->exists[value->address.kind] + value->address.first;
        for (int k = 0; k < value->address.count; k++)
            if (exists[k] < 1 + value->point.writable)
                exists[k] = (uint8_t)(1 + value->point.writable);
        if (value->source == PLAYER_CONSTANT) {
            put(device, value, value->limit);
        } else if (value->source == PLAYER_TEXT) {
            uint16_t registers[VV_MB_MAX_REGISTERS];
            struct varve_value text = {.kind = VARVE_VALUE_TEXT,
                                       .as.text = value->text,
                                       .text_len = (uint32_t)strlen(value->text)};
            if (vv_mb_value_encode(&value->point, &value->address, &text, registers, NULL) == 0)
                store(device, value, registers);
        }
    }
    return true;
}

static bool is_on(enum player_source condition, double cell, double limit)
{
    return condition == PLAYER_ABOVE ? cell > limit : cell < limit;
}

// Takes the rows [from; to[ into a counter, and then its value from the newest row.
static void play(const struct player_site *site, struct player_device *device,
                 struct player_value *value, uint64_t from, uint64_t to)
{
    const struct player_recording *recording = &site->recordings[value->recording];
    double cell = player_recording_cell(recording, value->column, to);
    switch (value->source) {
    case PLAYER_COLUMN:
        put(device, value, cell);
        break;
    case PLAYER_ABOVE:
    case PLAYER_BELOW:
        if (!isnan(cell))
            put(device, value, is_on(value->source, cell, value->limit));
        break;
    case PLAYER_COUNT:
        for (uint64_t step = from; step < to; step++) {
            cell = player_recording_cell(recording, value->column, step + 1);
            bool on = isnan(cell) ? value->was_on : is_on(value->condition, cell, value->limit);
            value->sum += on && !value->was_on;
            value->was_on = on;
        }
        put(device, value, roll_over(value, value->sum));
        break;
    case PLAYER_TOTAL:
        for (uint64_t step = from; step < to; step++) {
            cell = player_recording_cell(recording, value->column, step);
            if (!isnan(cell))
                value->sum += cell * recording->period_s / value->per_s;
        }
        put(device, value, roll_over(value, value->sum));
        break;
    case PLAYER_CONSTANT:
    case PLAYER_TEXT:
        break;
    }
}

void player_site_advance(struct player_site *site, double seconds)
{
    for (size_t i = 0; i < site->recording_count; i++) {
        struct player_recording *recording = &site->recordings[i];
        uint64_t to = player_recording_step_at(recording, seconds * site->speed);
        bool first = recording->step == 0; // the very first row is written, too
        if (to <= recording->step && !first)
            continue;
        for (size_t d = 0; d < site->device_count; d++)
            for (size_t v = 0; v < site->devices[d].value_count; v++) {
                struct player_value *value = &site->devices[d].values[v];
                if (value->source < PLAYER_CONSTANT && value->recording == i)
                    play(site, &site->devices[d], value, recording->step, to);
            }
        recording->step = to;
    }
}
