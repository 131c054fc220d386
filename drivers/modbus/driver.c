// The one symbol that the host looks for.
#include "line.h"

__attribute__((visibility("default"))) const struct varve_driver varve_driver = {
    .size = sizeof(struct varve_driver),
    .interface = VARVE_DRIVER_INTERFACE,
    .name = "modbus",
    .version = "1.1",
    .title = "Modbus TCP and RTU",
    .line_schema = vv_mb_line_schema,
    .device_schema = vv_mb_device_schema,
    .line_keys = vv_mb_line_keys,
    .point_check = vv_mb_point_check,
    .line_new = vv_mb_line_new,
    .line_free = vv_mb_line_free,
    .device_new = vv_mb_device_new,
    .device_free = vv_mb_device_free,
    .plan_new = vv_mb_read_plan_new,
    .plan_free = vv_mb_read_plan_free,
    .connect = vv_mb_line_connect,
    .disconnect = vv_mb_line_disconnect,
    .poll = vv_mb_poll,
    .stop = vv_mb_line_stop,
    .write = vv_mb_write,
};
