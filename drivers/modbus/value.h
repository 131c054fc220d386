// value.h: between registers and values. Pure functions, any thread.
#ifndef VV_MB_VALUE_H
#define VV_MB_VALUE_H

#include <stdint.h>

#include "address.h"
#include "varve_driver.h"

enum {
    VV_MB_TEXT_BYTES = VV_MB_MAX_REGISTERS * 2 * 2 + 1
}; // each byte may become two of UTF-8

// Turns `registers` (host byte order, as many as `address.count`) into a value of `point`, scaled.
// Text goes into `text` (VV_MB_TEXT_BYTES, used for data type text alone; else null), up to the
// first zero byte, without blanks and control characters at the end; bytes that are not UTF-8 are
// read as Latin-1, control characters become blanks. A float that is no finite number, before or
// after scaling: false, and kind NONE. A bit's raw value is taken from `registers[0]`.
bool vv_mb_value_decode(const struct varve_point *point, const struct vv_mb_address *address,
                        const uint16_t *registers, char *text, struct varve_value *out);

// The other way: raw = (value - offset) / scale, rounded to the nearest for integers. `registers`
// has room for `address.count`. SETTING when the value does not fit the type, saying so.
int vv_mb_value_encode(const struct varve_point *point, const struct vv_mb_address *address,
                       const struct varve_value *value, uint16_t *registers,
                       struct varve_driver_error *error);

#endif
