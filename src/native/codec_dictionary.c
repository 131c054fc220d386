/* Few distinct values: the count of them, the values in order of their first row, and a code for
 * each row, both as child columns. */
#include "native/codec_private.h"

#include "base/crc32c.h"

#include "base/banned.h"

#define ENTRIES_MAX 4096u
#define SLOTS       (ENTRIES_MAX * 2)

static bool same(enum varve_type type, const void *data, uint32_t a, uint32_t b)
{
    if (type != VARVE_TEXT)
        return ((const uint64_t *)data)[a] == ((const uint64_t *)data)[b];
    const struct varve_text *x = (const struct varve_text *)data + a;
    const struct varve_text *y = (const struct varve_text *)data + b;
    return x->len_bytes == y->len_bytes &&
           (!x->len_bytes || memcmp(x->data, y->data, x->len_bytes) == 0);
}

static uint32_t hash(enum varve_type type, const void *data, uint32_t i)
{
    if (type != VARVE_TEXT)
        return (uint32_t)((((const uint64_t *)data)[i] * 0x9E3779B97F4A7C15ULL) >> 40);
    const struct varve_text *text = (const struct varve_text *)data + i;
    return vv_crc32c(text->len_bytes, text->data, text->len_bytes);
}

/* Fills codes, and the row where each entry was met first; 0 when there are too many of them. */
static uint32_t collect(enum varve_type type, uint32_t count, const void *data, int64_t *codes,
                        uint32_t *rows, uint16_t *slots)
{
    uint32_t entries = 0;

    memset(slots, 0, SLOTS * sizeof *slots);
    for (uint32_t i = 0; i < count; i++) {
        if (i && same(type, data, i, i - 1)) {
            codes[i] = codes[i - 1];
            continue;
        }
        uint32_t slot = hash(type, data, i) % SLOTS;
        while (slots[slot] && !same(type, data, rows[slots[slot] - 1], i))
            slot = (slot + 1) % SLOTS;
        if (!slots[slot]) {
            if (entries == ENTRIES_MAX || entries > 16 + i / 2)
                return 0;
            rows[entries++] = i;
            slots[slot] = (uint16_t)entries;
        }
        codes[i] = slots[slot] - 1;
    }
    return entries;
}

static bool dictionary_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                              const void *data)
{
    size_t width = vv_codec_value_bytes(type);
    uint32_t most = count < ENTRIES_MAX ? count : ENTRIES_MAX;
    int64_t *codes = vv_arena_alloc(&to->scratch, (size_t)count * 8);
    uint32_t *rows = vv_arena_alloc(&to->scratch, most * sizeof *rows);
    uint16_t *slots = vv_arena_alloc(&to->scratch, SLOTS * sizeof *slots);

    if (!codes || !rows || !slots) {
        to->no_memory = true;
        return false;
    }
    uint32_t entries = collect(type, count, data, codes, rows, slots);
    if (!entries || entries == count)
        return false;
    uint8_t *values = vv_arena_alloc(&to->scratch, entries * width);
    if (!values) {
        to->no_memory = true;
        return false;
    }
    for (uint32_t i = 0; i < entries; i++)
        memcpy(values + i * width, (const uint8_t *)data + rows[i] * width, width);
    vv_buf_varint(to->out, entries);
    return vv_codec_values_encode(to, type, entries, values) &&
           vv_codec_values_encode(to, VARVE_INT64, count, codes);
}

static bool dictionary_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                              void *data)
{
    uint64_t entries = vv_read_varint(&from->from);

    if (from->from.bad || !entries || entries > count)
        return false;
    void *values = vv_codec_room(from, type, (uint32_t)entries);
    int64_t *codes = vv_codec_room(from, VARVE_INT64, count);
    if (!values || !codes || !vv_codec_values_decode(from, type, (uint32_t)entries, values) ||
        !vv_codec_values_decode(from, VARVE_INT64, count, codes))
        return false;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < count; i++)
        seen |= (uint64_t)codes[i] >= entries;
    if (seen)
        return false;
    if (type == VARVE_TEXT) {
        const struct varve_text *texts = values;
        for (uint32_t i = 0; i < count; i++)
            ((struct varve_text *)data)[i] = texts[codes[i]];
    } else {
        const uint64_t *words = values;
        for (uint32_t i = 0; i < count; i++)
            ((uint64_t *)data)[i] = words[codes[i]];
    }
    return true;
}

const struct vv_codec vv_codec_dictionary = {
    .name = "dictionary",
    .types = 1u << VARVE_INT64 | 1u << VARVE_DOUBLE | 1u << VARVE_TEXT,
    .max_depth = 0,
    .encode = dictionary_encode,
    .decode = dictionary_decode,
};
