#include <errno.h>

#include "line.h"
#include "value.h"

// One bit of a register is set by function 22, which the device carries out in one step; reading,
// changing and writing back would undo what the device itself changed meanwhile.
static int write_bit(modbus_t *modbus, const struct vv_mb_address *address, bool bytes_turned,
                     bool on)
{
    int bit = bytes_turned ? address->bit ^ 8 : address->bit;
    uint16_t mask = (uint16_t)(1U << bit);
    return modbus_mask_write_register(modbus, address->first, (uint16_t)~mask, on ? mask : 0);
}

int vv_mb_write(struct varve_plan *plan, uint32_t index, const struct varve_value *value,
                struct varve_driver_error *error)
{
    const struct varve_device *device = plan->device;
    struct varve_line *line = device->line;
    uint16_t registers[VV_MB_MAX_REGISTERS];
    if (vv_mb_line_stopped(line))
        return VARVE_SESSION_STOPPED;
    if (index >= plan->point_count || plan->addresses[index].count == 0)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "point %u has no address",
                          (unsigned)index);
    const struct varve_point *point = &plan->points[index];
    const struct vv_mb_address *address = &plan->addresses[index];
    if (!point->writable)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "%s is not writable", point->address);
    if (address->count > VV_MB_MAX_WRITE_REGISTERS)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "%s: Modbus writes at most %d registers at once", point->address,
                          VV_MB_MAX_WRITE_REGISTERS);
    int session = vv_mb_value_encode(point, address, value, registers, error);
    if (session != VARVE_SESSION_GOOD)
        return session;
    if (line->socket < 0)
        return vv_mb_fail(error, VARVE_SESSION_LINE, ENOTCONN, "%s: not connected", line->name);
    vv_mb_select(device);
    int done;
    bool bytes_turned =
        point->word_order == VARVE_ORDER_BADC || point->word_order == VARVE_ORDER_DCBA;
    if (address->kind == VV_MB_COIL)
        done = modbus_write_bit(line->modbus, address->first, registers[0] != 0);
    else if (address->bit >= 0)
        done = write_bit(line->modbus, address, bytes_turned, registers[0] != 0);
    else if (address->count == 1)
        done = modbus_write_register(line->modbus, address->first, registers[0]);
    else
        done = modbus_write_registers(line->modbus, address->first, address->count, registers);
    if (done >= 0)
        return VARVE_SESSION_GOOD;
    session = vv_mb_session(line, device, errno, error);
    if (session == VARVE_SESSION_LINE)
        vv_mb_line_disconnect(line);
    return session;
}
