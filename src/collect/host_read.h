/* host_read.h: connections, devices and memory maps as the ledger has them (private to the host).
 *
 * Threads: what was read is constant and lives in the caller's arena.
 */
#ifndef VV_COLLECT_HOST_READ_H
#define VV_COLLECT_HOST_READ_H

#include "base/arena.h"
#include "base/error.h"
#include "varve_driver.h"

struct vv_ledger;

struct host_connection_row {
    int64_t id;
    const char *name, *driver, *settings;
};

struct host_device_row {
    int64_t id, type, sub_type, connection_id;
    const char *name, *settings;
    bool active; /* IsActive and EnableAuto */
};

struct host_param_row {
    int64_t type, sub_type, mem_index;
    struct varve_point point;
};

/* All rows, each table in the order of its key. */
struct host_rows {
    struct host_connection_row *connections;
    size_t connection_count;
    struct host_device_row *devices;
    size_t device_count;
    struct host_param_row *params;
    size_t param_count;
};

vv_status vv_host_read(struct vv_ledger *ledger, struct vv_arena *arena, struct host_rows *rows,
                       vv_error *err);
/* Null when there is none. */
const struct host_connection_row *vv_host_connection(const struct host_rows *rows, int64_t id);
const struct host_param_row *vv_host_param(const struct host_rows *rows, int64_t type,
                                           int64_t sub_type, int64_t mem_index);

#endif
