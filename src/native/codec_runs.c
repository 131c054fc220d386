/* Numbers that stay for a while: the count of runs, their lengths, their values, the latter two as
 * child columns. Doubles are told apart by their bits. */
#include "native/codec_private.h"

#include "base/banned.h"

static bool runs_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                        const void *data)
{
    const uint64_t *words = data;
    uint32_t runs = 1;

    for (uint32_t i = 1; i < count; i++)
        runs += words[i] != words[i - 1];
    if (runs > count / 2)
        return false;
    int64_t *lens = vv_arena_alloc(&to->scratch, (size_t)runs * 8);
    uint64_t *values = vv_arena_alloc(&to->scratch, (size_t)runs * 8);
    if (!lens || !values) {
        to->no_memory = true;
        return false;
    }
    uint32_t run = 0, begin = 0;
    for (uint32_t i = 1; i <= count; i++)
        if (i == count || words[i] != words[i - 1]) {
            lens[run] = i - begin;
            values[run++] = words[begin];
            begin = i;
        }
    vv_buf_varint(to->out, runs);
    return vv_codec_values_encode(to, VARVE_INT64, runs, lens) &&
           vv_codec_values_encode(to, type, runs, values);
}

static bool runs_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                        void *data)
{
    uint64_t runs = vv_read_varint(&from->from), *words = data;

    if (from->from.bad || !runs || runs > count)
        return false;
    int64_t *lens = vv_codec_room(from, VARVE_INT64, (uint32_t)runs);
    uint64_t *values = vv_codec_room(from, type, (uint32_t)runs);
    if (!lens || !values || !vv_codec_values_decode(from, VARVE_INT64, (uint32_t)runs, lens) ||
        !vv_codec_values_decode(from, type, (uint32_t)runs, values))
        return false;
    uint32_t at = 0;
    for (uint32_t run = 0; run < (uint32_t)runs; run++) {
        if (lens[run] < 1 || lens[run] > (int64_t)(count - at))
            return false;
        uint32_t end = at + (uint32_t)lens[run];
        for (uint64_t value = values[run]; at < end; at++)
            words[at] = value;
    }
    return at == count;
}

const struct vv_codec vv_codec_runs = {
    .name = "runs",
    .types = 1u << VARVE_INT64 | 1u << VARVE_DOUBLE,
    .max_depth = 1, /* the codes of a dictionary */
    .encode = runs_encode,
    .decode = runs_decode,
};
