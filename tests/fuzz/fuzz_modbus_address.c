// The Modbus driver's address texts: the first byte chooses the data type, the rest is the text.
#include <assert.h>
#include <string.h>

#include "address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256];
    if (size == 0 || size > sizeof text)
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    struct vv_mb_address address;
    struct varve_driver_error error = {0};
    int session = vv_mb_address_parse(text, (enum varve_data_type)(data[0] % 11), &address, &error);
    if (session == VARVE_SESSION_GOOD) {
        assert(address.count >= 1 && address.count <= VV_MB_MAX_REGISTERS);
        assert(address.first + address.count <= 65536);
        assert(address.bit >= -1 && address.bit <= 15);
    } else {
        assert(session == VARVE_SESSION_SETTING && error.text[0] != '\0' && address.count == 0);
    }
    return 0;
}
