/* fuzz_codec.c: an encoded column. The first byte tells the type, the next two the count of values.
 * What can be decoded can be encoded, and comes back the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "native/codec.h"
#include "native/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct varve_vector *a, const struct varve_vector *b, uint32_t i)
{
    bool known = a->data && vv_bit(a->valid, i);
    if (known != (b->data && vv_bit(b->valid, i)))
        return false;
    if (!known)
        return true;
    if (a->type == VARVE_BOOL)
        return ((const uint8_t *)a->data)[i] == ((const uint8_t *)b->data)[i];
    if (a->type != VARVE_TEXT)
        return ((const uint64_t *)a->data)[i] == ((const uint64_t *)b->data)[i];
    const struct varve_text *x = (const struct varve_text *)a->data + i;
    const struct varve_text *y = (const struct varve_text *)b->data + i;
    return x->len_bytes == y->len_bytes &&
           (!x->len_bytes || memcmp(x->data, y->data, x->len_bytes) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct varve_vector vector, again;
    struct vv_arena arena;
    struct vv_buf out = {0};

    if (size < 3)
        return 0;
    enum varve_type type = (enum varve_type)(1 + data[0] % 4);
    uint32_t count = 1 + (data[1] | (uint32_t)data[2] << 8) % 5000;
    vv_arena_init(&arena, 0, NULL);
    (void)vv_codec_name(data + 3, size - 3);
    if (vv_codec_decode(type, count, data + 3, size - 3, &arena, &vector, NULL) == VARVE_OK) {
        if (vv_codec_encode(&vector, count, &out, NULL) != VARVE_OK ||
            vv_codec_decode(type, count, out.data, out.len, &arena, &again, NULL) != VARVE_OK)
            abort();
        for (uint32_t i = 0; i < count; i++)
            if (!same(&vector, &again, i))
                abort();
    }
    vv_buf_deinit(&out);
    vv_arena_deinit(&arena);
    return 0;
}
