/* drivers.h: driver files, found by name in one directory and loaded once.
 *
 * TB_Connections.DLL names a driver: `modbus`, or as older systems write it, `ZMB.DLL`. Its file is
 * NAME.so, NAME in lower case without `.dll`; an alias may stand in between. A driver is never
 * unloaded (varve_driver.h says why).
 *
 * Threads: a list belongs to one thread at a time; descriptors are constant and may be used by any.
 */
#ifndef VV_COLLECT_DRIVERS_H
#define VV_COLLECT_DRIVERS_H

#include "base/error.h"
#include "collect/host.h"
#include "varve_driver.h"

struct vv_drivers;

/* `dir` and the aliases are copied. Null without memory. */
struct vv_drivers *vv_drivers_new(const char *dir, const struct vv_driver_alias *aliases,
                                  size_t count);
void vv_drivers_free(struct vv_drivers *drivers);

/* BAD_NAME for a name that cannot be one; NOT_FOUND when there is no such file; UNSUPPORTED for
 * one that is no driver or of another interface. */
vv_status vv_drivers_get(struct vv_drivers *drivers, const char *name,
                         const struct varve_driver **driver, vv_error *err);

#endif
