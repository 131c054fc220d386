/* fuzz_manifest.c: the records of a manifest behind its header, checksums put right by the lengths
 * that stand there (when the first byte is odd), or (when it is even) the items of one record. What
 * is understood is written again as a snapshot, which must give the same state. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "native/manifest_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void mend(uint8_t *records, size_t len_bytes, uint32_t seed)
{
    for (size_t at = 0; len_bytes - at >= VV_MANIFEST_RECORD;) {
        size_t len = vv_get32(records + at + 4);
        if (len > len_bytes - at - VV_MANIFEST_RECORD)
            return;
        vv_put32(records + at, vv_crc32c(seed, records + at + 4, VV_MANIFEST_RECORD - 4 + len));
        at += VV_MANIFEST_RECORD + len;
    }
}

static void expect_same(const struct vv_manifest_state *state)
{
    struct vv_manifest_state again = {0};
    struct vv_buf once = {0}, twice = {0};
    vv_manifest_pack_state(state, &once);
    if (vv_manifest_apply(&again, once.data, once.len, NULL) != VARVE_OK)
        abort();
    vv_manifest_pack_state(&again, &twice);
    if (once.len != twice.len || memcmp(once.data, twice.data, once.len) != 0)
        abort();
    vv_manifest_state_deinit(&again);
    vv_buf_deinit(&once);
    vv_buf_deinit(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    if (data[0] % 2 == 0) {
        struct vv_manifest_state state = {0};
        if (vv_manifest_apply(&state, data + 1, size - 1, NULL) == VARVE_OK &&
            vv_manifest_state_check(&state, NULL) == VARVE_OK)
            expect_same(&state);
        vv_manifest_state_deinit(&state);
        return 0;
    }
    struct vv_manifest_header header = {.number = 1};
    struct vv_manifest_parsed parsed;
    struct vv_buf bytes = {0};
    vv_manifest_header_pack(&header, &bytes);
    size_t start = bytes.len;
    vv_buf_add(&bytes, data + 1, size - 1);
    mend(bytes.data + start, size - 1, header.seed);
    if (vv_manifest_parse(bytes.data, bytes.len, &parsed, NULL) == VARVE_OK) {
        if (parsed.end_bytes + parsed.torn_bytes != bytes.len || parsed.ordinal == 0)
            abort();
        expect_same(&parsed.state);
        vv_manifest_state_deinit(&parsed.state);
    }
    vv_buf_deinit(&bytes);
    return 0;
}
