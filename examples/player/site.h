// site.h: what the player plays: recordings, and devices whose registers are made from them.
//
// One thread. A site is made by player_site_parse (describe.h) and owns all that is below it.
#ifndef PLAYER_SITE_H
#define PLAYER_SITE_H

#include <modbus.h>

#include "address.h"
#include "recording.h"

enum player_source {
    PLAYER_COLUMN,   // the cell itself
    PLAYER_ABOVE,    // a bit: cell > limit
    PLAYER_BELOW,    // a bit: cell < limit
    PLAYER_COUNT,    // how many times such a bit has become true
    PLAYER_TOTAL,    // the sum of cell * period / per over the rows played
    PLAYER_CONSTANT, // always `limit`, until a client writes
    PLAYER_TEXT,
};

// One line of a device: a value and where it stands.
struct player_value {
    struct varve_point point; // type, order, scale, offset, writable; address owned
    struct vv_mb_address address;
    enum player_source source;
    enum player_source condition; // PLAYER_ABOVE or PLAYER_BELOW, for PLAYER_COUNT
    size_t recording;             // index in the site
    int column;
    double limit;
    double per_s;
    double sum;  // PLAYER_COUNT and PLAYER_TOTAL, since the start
    bool was_on; // PLAYER_COUNT
    char *text;  // PLAYER_TEXT
};

enum player_fault {
    PLAYER_HEALTHY,
    PLAYER_STALL,  // takes requests, never answers
    PLAYER_DROP,   // closes the connection at each request
    PLAYER_CUT,    // half an answer, then closes the connection
    PLAYER_REFUSE, // answers exception `fault_code`
    PLAYER_SLOW,   // answers after `fault_delay_ms`
};

struct player_device {
    char name[32];
    uint16_t port; // as described; 0: the system chooses
    uint8_t unit;
    bool holes_are_zero; // registers that no line names read as 0, else exception 2
    struct player_value *values;
    size_t value_count;
    modbus_mapping_t *image;
    uint8_t *exists[4]; // by kind and register: 0 no, 1 readable, 2 also writable
    enum player_fault fault;
    uint8_t fault_code;
    uint32_t fault_delay_ms;
    int fault_register; // PLAYER_REFUSE: only requests that touch it; -1: all
    uint64_t requests;
};

struct player_site {
    struct player_recording *recordings;
    size_t recording_count;
    struct player_device *devices;
    size_t device_count;
    double speed; // multiplies every recording's
};

void player_site_deinit(struct player_site *site);

// Allocates the device's registers and writes what does not change. False: no memory.
bool player_device_init(struct player_device *device);

// Brings all registers to where the recordings are `seconds` after the start. Time never goes back.
void player_site_advance(struct player_site *site, double seconds);

// The device of that name, or null.
struct player_device *player_site_device(struct player_site *site, const char *name);

#endif
