/* fuzz_touched.c: a file of what a flush touched. Its checksum is put right first, since no
 * mutation would get past it otherwise. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "native/touched.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool count(void *arg, const struct vv_touched_range *range, bool last)
{
    (void)range;
    (void)last;
    ++*(size_t *)arg;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct vv_touched_id id = {.number = 1};
    size_t ranges = 0;
    uint8_t *copy = malloc(size + 44);
    if (!copy)
        return 0;
    memset(copy, 0, 44);
    if (size > 0)
        memcpy(copy + 44, data, size);
    memcpy(copy, "VVTOUCH1", 8);
    vv_put64(copy + 24, id.number);
    vv_put32(copy + 32, size > 0 ? data[0] : 0);
    vv_put32(copy + 36, (uint32_t)size);
    vv_put32(copy + 40, vv_crc32c(vv_crc32c(0, copy, 40), copy + 44, size));
    vv_status status = vv_touched_parse(copy, size + 44, "fuzz", &id, count, &ranges, NULL);
    if (status == VARVE_OK && ranges != vv_get32(copy + 32))
        abort(); /* it told fewer ranges than it holds */
    free(copy);
    return 0;
}
