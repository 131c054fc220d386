// The player's description file. The recordings it names are one fixed small table.
#include <assert.h>
#include <string.h>

#include "describe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool load(void *ctx, struct player_recording *recording, const char *path, char separator,
                 char *message, size_t message_size)
{
    static const char table[] = "a,b\n1,2\n,-3\n1e300,4.5\n";
    (void)ctx;
    (void)path;
    return player_recording_read(recording, table, sizeof table - 1, separator, message,
                                 message_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct player_site site;
    char message[256] = "";
    if (!player_site_parse(&site, (const char *)data, size, load, NULL, message, sizeof message)) {
        assert(message[0] != '\0' && site.devices == NULL);
        return 0;
    }
    // Two devices at most are played: each has half a megabyte of registers.
    for (size_t i = 0; i < site.device_count && i < 2; i++)
        assert(player_device_init(&site.devices[i]));
    if (site.device_count <= 2)
        player_site_advance(&site, 1e-3);
    player_site_deinit(&site);
    return 0;
}
