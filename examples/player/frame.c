#include "frame.h"

#include <string.h>
#include <sys/socket.h>

static unsigned word_at(const uint8_t *bytes, int index)
{
    return (unsigned)(bytes[index] << 8 | bytes[index + 1]);
}

int player_frame_len(const uint8_t *data, size_t len)
{
    if (len < 6)
        return 0;
    unsigned rest = word_at(data, 4);
    if (word_at(data, 2) != 0 || rest < 2 || rest > PLAYER_FRAME - 6)
        return -1;
    return (int)rest + 6;
}

int player_frame_refuse(const uint8_t *request, uint8_t code, uint8_t *answer)
{
    memcpy(answer, request, PLAYER_HEADER + 1);
    answer[4] = 0;
    answer[5] = 3;
    answer[7] = (uint8_t)(request[7] | 0x80);
    answer[8] = code;
    return PLAYER_HEADER + 2;
}

// A request's registers, by function.
struct touch {
    uint8_t kind;
    bool write;
    unsigned first, count;
};

// What a request touches, one or two ranges. 0: none that we know (exception 1); -1: malformed (3).
static int read_touches(const uint8_t *request, int len, struct touch touches[2])
{
    const uint8_t *pdu = request + PLAYER_HEADER;
    int pdu_len = len - PLAYER_HEADER;
    if (pdu[0] == 0 || (pdu[0] > 6 && pdu[0] != 15 && pdu[0] != 16 && pdu[0] != 22 && pdu[0] != 23))
        return 0;
    if (pdu_len < 5 || (pdu[0] <= 6 && pdu_len != 5))
        return -1;
    unsigned first = word_at(pdu, 1);
    unsigned count = word_at(pdu, 3);
    switch (pdu[0]) {
    case 1:
    case 2:
        touches[0] = (struct touch){pdu[0] == 1 ? VV_MB_COIL : VV_MB_DISCRETE, false, first, count};
        return count < 1 || count > VV_MB_MAX_BITS ? -1 : 1;
    case 3:
    case 4:
        touches[0] = (struct touch){pdu[0] == 3 ? VV_MB_HOLDING : VV_MB_INPUT, false, first, count};
        return count < 1 || count > VV_MB_MAX_REGISTERS ? -1 : 1;
    case 5:
        touches[0] = (struct touch){VV_MB_COIL, true, first, 1};
        return count != 0 && count != 0xFF00 ? -1 : 1;
    case 6:
        touches[0] = (struct touch){VV_MB_HOLDING, true, first, 1};
        return 1;
    case 15:
        touches[0] = (struct touch){VV_MB_COIL, true, first, count};
        return pdu_len < 6 || count < 1 || count > 1968 || pdu[5] != (count + 7) / 8 ||
                       pdu_len != 6 + pdu[5]
                   ? -1
                   : 1;
    case 16:
        touches[0] = (struct touch){VV_MB_HOLDING, true, first, count};
        return pdu_len < 6 || count < 1 || count > VV_MB_MAX_WRITE_REGISTERS ||
                       pdu[5] != count * 2 || pdu_len != 6 + pdu[5]
                   ? -1
                   : 1;
    case 22:
        touches[0] = (struct touch){VV_MB_HOLDING, true, first, 1};
        return pdu_len != 7 ? -1 : 1;
    case 23:
        if (pdu_len < 10 || count < 1 || count > VV_MB_MAX_REGISTERS)
            return -1;
        touches[0] = (struct touch){VV_MB_HOLDING, false, first, count};
        touches[1] = (struct touch){VV_MB_HOLDING, true, word_at(pdu, 5), word_at(pdu, 7)};
        return touches[1].count < 1 || touches[1].count > 121 || pdu[9] != touches[1].count * 2 ||
                       pdu_len != 10 + pdu[9]
                   ? -1
                   : 2;
    default:
        return 0;
    }
}

bool player_frame_touches(const uint8_t *request, int len, int number)
{
    struct touch touches[2];
    int count = read_touches(request, len, touches);
    for (int i = 0; i < count; i++)
        if ((unsigned)number >= touches[i].first &&
            (unsigned)number < touches[i].first + touches[i].count)
            return true;
    return false;
}

static bool is_allowed(const struct player_device *device, const struct touch *touch)
{
    if (touch->first + touch->count > 65536)
        return false;
    const uint8_t *exists = device->exists[touch->kind] + touch->first;
    for (unsigned i = 0; i < touch->count; i++)
        if (exists[i] < (touch->write ? 2 : 1))
            return false;
    return true;
}

int player_frame_answer(modbus_t *modbus, const int pair[2], struct player_device *device,
                        const uint8_t *request, int len, uint8_t *answer)
{
    struct touch touches[2];
    if (device == NULL) // a gateway's word for a unit that is not there
        return player_frame_refuse(request, 11, answer);
    int count = read_touches(request, len, touches);
    if (count <= 0)
        return player_frame_refuse(request, count == 0 ? 1 : 3, answer);
    for (int i = 0; i < count; i++)
        if (!is_allowed(device, &touches[i]))
            return player_frame_refuse(request, 2, answer);
    modbus_set_socket(modbus, pair[0]);
    if (modbus_reply(modbus, request, len, device->image) < 0)
        return -1;
    return (int)recv(pair[1], answer, PLAYER_FRAME, MSG_DONTWAIT);
}
