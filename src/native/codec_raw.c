/* Values as they are, and the one value that all rows share.
 *
 * raw: numbers as 8 bytes each; Booleans as a bitmap; texts as their lengths (a child column of
 * integers) and their bytes behind one another. constant: an integer as a varint, a double as
 * 8 bytes, a Boolean as one, a text as length and bytes. */
#include "native/codec_private.h"

#include "base/banned.h"

#define ALL_TYPES (1u << VARVE_INT64 | 1u << VARVE_DOUBLE | 1u << VARVE_BOOL | 1u << VARVE_TEXT)

static bool encode_bools(struct vv_codec_encoder *to, uint32_t count, const uint8_t *values)
{
    size_t words = ((size_t)count + 63) / 64;
    uint64_t *bits = vv_arena_zero(&to->scratch, words * 8);

    if (!bits) {
        to->no_memory = true;
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        bits[i >> 6] |= (uint64_t)(values[i] != 0) << (i & 63);
    vv_codec_bits_encode(to->out, bits, count);
    return true;
}

static bool decode_bools(struct vv_codec_decoder *from, uint32_t count, uint8_t *values)
{
    uint64_t *bits = vv_arena_alloc(from->arena, ((size_t)count + 63) / 64 * 8);

    if (!bits) {
        from->no_memory = true;
        return false;
    }
    if (!vv_codec_bits_decode(&from->from, bits, count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        values[i] = (uint8_t)(bits[i >> 6] >> (i & 63) & 1);
    return true;
}

static bool encode_texts(struct vv_codec_encoder *to, uint32_t count,
                         const struct varve_text *texts)
{
    int64_t *lens = vv_arena_alloc(&to->scratch, (size_t)count * 8);

    if (!lens) {
        to->no_memory = true;
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        lens[i] = texts[i].len_bytes;
    if (!vv_codec_values_encode(to, VARVE_INT64, count, lens))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (texts[i].len_bytes)
            vv_buf_add(to->out, texts[i].data, texts[i].len_bytes);
    return true;
}

static bool decode_texts(struct vv_codec_decoder *from, uint32_t count, struct varve_text *texts)
{
    int64_t *lens = vv_codec_room(from, VARVE_INT64, count);

    if (!lens || !vv_codec_values_decode(from, VARVE_INT64, count, lens))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (lens[i] < 0 || lens[i] > VARVE_TEXT_MAX)
            return false;
        const uint8_t *bytes = vv_read_bytes(&from->from, (size_t)lens[i]);
        if (!bytes)
            return false;
        texts[i] = (struct varve_text){(const char *)bytes, (uint32_t)lens[i]};
    }
    return true;
}

static bool raw_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                       const void *data)
{
    if (type == VARVE_BOOL)
        return encode_bools(to, count, data);
    if (type == VARVE_TEXT)
        return encode_texts(to, count, data);
    const uint64_t *words = data;
    uint8_t *bytes = vv_buf_grow(to->out, (size_t)count * 8);
    if (!bytes)
        return false;
    for (uint32_t i = 0; i < count; i++)
        vv_put64(bytes + (size_t)i * 8, words[i]);
    return true;
}

static bool raw_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                       void *data)
{
    if (type == VARVE_BOOL)
        return decode_bools(from, count, data);
    if (type == VARVE_TEXT)
        return decode_texts(from, count, data);
    uint64_t *words = data;
    const uint8_t *bytes = vv_read_bytes(&from->from, (size_t)count * 8);
    if (!bytes)
        return false;
    for (uint32_t i = 0; i < count; i++)
        words[i] = vv_get64(bytes + (size_t)i * 8);
    return true;
}

const struct vv_codec vv_codec_raw = {
    .name = "raw",
    .types = ALL_TYPES,
    .max_depth = UINT32_MAX,
    .encode = raw_encode,
    .decode = raw_decode,
};

static bool all_equal(enum varve_type type, uint32_t count, const void *data)
{
    if (type == VARVE_TEXT) {
        const struct varve_text *texts = data;
        for (uint32_t i = 1; i < count; i++)
            if (texts[i].len_bytes != texts[0].len_bytes ||
                (texts[0].len_bytes &&
                 memcmp(texts[i].data, texts[0].data, texts[0].len_bytes) != 0))
                return false;
        return true;
    }
    size_t width = vv_codec_value_bytes(type);
    return count == 1 || memcmp(data, (const uint8_t *)data + width, (count - 1) * width) == 0;
}

static bool constant_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                            const void *data)
{
    if (!all_equal(type, count, data))
        return false;
    switch (type) {
    case VARVE_INT64:
        vv_buf_svarint(to->out, *(const int64_t *)data);
        return true;
    case VARVE_DOUBLE:
        vv_buf_put64(to->out, vv_double_bits(*(const double *)data));
        return true;
    case VARVE_BOOL:
        vv_buf_put8(to->out, *(const uint8_t *)data != 0);
        return true;
    default: {
        const struct varve_text *text = data;
        vv_buf_varint(to->out, text->len_bytes);
        if (text->len_bytes)
            vv_buf_add(to->out, text->data, text->len_bytes);
        return true;
    }
    }
}

static bool constant_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                            void *data)
{
    struct vv_reader *r = &from->from;

    switch (type) {
    case VARVE_INT64:
    case VARVE_DOUBLE: {
        uint64_t v = type == VARVE_INT64 ? (uint64_t)vv_read_svarint(r) : vv_read64(r);
        for (uint32_t i = 0; i < count; i++)
            ((uint64_t *)data)[i] = v;
        return !r->bad;
    }
    case VARVE_BOOL: {
        uint8_t v = vv_read8(r);
        memset(data, v, count);
        return !r->bad && v <= 1;
    }
    default: {
        uint64_t len = vv_read_varint(r);
        const uint8_t *bytes = len <= VARVE_TEXT_MAX ? vv_read_bytes(r, (size_t)len) : NULL;
        struct varve_text text = {(const char *)bytes, (uint32_t)len};
        for (uint32_t i = 0; bytes && i < count; i++)
            ((struct varve_text *)data)[i] = text;
        return bytes != NULL;
    }
    }
}

const struct vv_codec vv_codec_constant = {
    .name = "constant",
    .types = ALL_TYPES,
    .max_depth = UINT32_MAX,
    .encode = constant_encode,
    .decode = constant_decode,
};
