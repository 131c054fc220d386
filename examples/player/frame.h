// frame.h: one Modbus TCP request and its answer, apart from the network. libmodbus makes the
// answers; what it would not check, or answers only after a rest, is refused here first.
#ifndef PLAYER_FRAME_H
#define PLAYER_FRAME_H

#include "site.h"

enum {
    PLAYER_HEADER = 7, // MBAP header with the unit id
    PLAYER_FRAME = 260 // the largest request or answer
};

// How long the request that `data` begins with is: 0 when its header is not complete, -1 when it
// is no Modbus TCP.
int player_frame_len(const uint8_t *data, size_t len);

// Whether a request of `len` bytes touches register `number` of any kind.
bool player_frame_touches(const uint8_t *request, int len, int number);

// Answers a whole request into `answer` (PLAYER_FRAME bytes); its length, or -1. `pair` is a
// connected pair of sockets that libmodbus writes the answer through. `device` null: no such unit.
int player_frame_answer(modbus_t *modbus, const int pair[2], struct player_device *device,
                        const uint8_t *request, int len, uint8_t *answer);
// The same with exception `code`, whatever the request.
int player_frame_refuse(const uint8_t *request, uint8_t code, uint8_t *answer);

#endif
