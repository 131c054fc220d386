// address.h: where in a Modbus device a value stands, from its text in the memory map.
//
// Pure functions, any thread. Used by the driver and by the player in examples/.
//
//   holding:100      register 100 as it goes over the wire (the first one is 0); also 0x64
//   input:100        coil:100        discrete:100
//   holding:100.5    bit 5 of register 100 (0 is the lowest)
//   holding:100/8    text of 8 registers, 16 bytes
//   40101  400101    the classic numbers: 0xxxx coil, 1xxxx discrete, 3xxxx input, 4xxxx holding,
//                    five or six digits, counted from 1, so that 40101 is holding:100
#ifndef VV_MB_ADDRESS_H
#define VV_MB_ADDRESS_H

#include <stdint.h>

#include "varve_driver.h"

enum vv_mb_kind {
    VV_MB_COIL = 0,
    VV_MB_DISCRETE = 1,
    VV_MB_INPUT = 2,
    VV_MB_HOLDING = 3,
};

enum {
    VV_MB_MAX_REGISTERS = 125,      // in one read (Modbus Application Protocol V1.1b3, 6.3)
    VV_MB_MAX_BITS = 2000,          // in one read (6.1)
    VV_MB_MAX_WRITE_REGISTERS = 123 // in one write (6.12)
};

struct vv_mb_address {
    uint8_t kind;   // enum vv_mb_kind
    int8_t bit;     // bit of a register, or -1
    uint16_t first; // as it goes over the wire
    uint16_t count; // registers (or bits) that the value takes, 1 or more
};

// Reads `text` for a value of `data_type`. 0, or VARVE_SESSION_SETTING with a message that quotes
// the text and says what would be right; `out` is cleared then. `error` may be null.
int vv_mb_address_parse(const char *text, enum varve_data_type data_type, struct vv_mb_address *out,
                        struct varve_driver_error *error);

// "holding", "input", "coil", "discrete".
const char *vv_mb_kind_name(enum vv_mb_kind kind);

// Fills `error` (which may be null) and returns `code`.
int vv_mb_fail(struct varve_driver_error *error, int code, int native, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
