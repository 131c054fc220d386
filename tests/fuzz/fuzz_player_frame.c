// What a client sends to the player: Modbus TCP requests, one after the other.
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "describe.h"
#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool load(void *ctx, struct player_recording *recording, const char *path, char separator,
                 char *message, size_t message_size)
{
    (void)ctx;
    (void)recording;
    (void)path;
    (void)separator;
    (void)message;
    (void)message_size;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char description[] =
        "device d port=1\nholding:0/100 text \"x\" write\n"
        "holding:65535 u16 constant 1 write\ncoil:65535 bit constant 1 "
        "write\ninput:5 u16 constant 2\ndiscrete:0 bit constant 1\n";
    static struct player_site site;
    static modbus_t *modbus;
    static int pair[2];
    char message[64];
    if (modbus == NULL) {
        modbus = modbus_new_tcp("127.0.0.1", 0);
        if (modbus == NULL || socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0 ||
            !player_site_parse(&site, description, sizeof description - 1, load, NULL, message,
                               sizeof message) ||
            !player_device_init(&site.devices[0]))
            abort();
    }
    for (;;) {
        int len = player_frame_len(data, size);
        if (len <= 0 || (size_t)len > size)
            return 0;
        uint8_t request[PLAYER_FRAME] = {0};
        uint8_t answer[PLAYER_FRAME];
        memcpy(request, data, (size_t)len);
        int answer_len = player_frame_answer(modbus, pair, &site.devices[0], request, len, answer);
        assert(answer_len >= PLAYER_HEADER + 2 && answer_len <= PLAYER_FRAME);
        assert(memcmp(answer, request, 2) == 0);
        data += len;
        size -= (size_t)len;
    }
}
