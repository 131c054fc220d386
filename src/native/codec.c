/* The table of encodings, the choice between them, and the nulls.
 *
 * A column is a byte of flags and form; NULLS alone when no row has a value; else, when HAS_NULLS
 * is set, the bitmap of the rows that have one; then the values of all rows, encoded with the rows
 * without value filled by the value before (texts: by the empty text), which costs next to nothing
 * and lets a decoder write straight into place. */
#include "native/codec.h"

#include "native/codec_private.h"

#include "base/alloc.h"

#include "base/banned.h"

enum {
    FORM_NULLS = 0,
    FORM_VALUES = 1,
    FORM_HAS_NULLS = 2
};

/* The place in the table is the id on disk: rows are only ever added at the end. */
static const struct vv_codec *const CODECS[] = {
    &vv_codec_raw,  &vv_codec_constant,   &vv_codec_packed,
    &vv_codec_runs, &vv_codec_dictionary, &vv_codec_decimal,
};
#define CODEC_COUNT (sizeof CODECS / sizeof CODECS[0])
/* The order in which they are tried: a constant ends the trial, raw is for the rest. */
static const uint8_t TRIALS[CODEC_COUNT] = {1, 2, 5, 3, 4, 0};
#define ID_RAW      0
#define ID_CONSTANT 1

static bool type_known(enum varve_type type)
{
    return type >= VARVE_INT64 && type <= VARVE_TEXT;
}

size_t vv_codec_value_bytes(enum varve_type type)
{
    return type == VARVE_BOOL ? 1 : type == VARVE_TEXT ? sizeof(struct varve_text) : 8;
}

/* ---- values ---- */

static bool suits(const struct vv_codec *codec, enum varve_type type, uint32_t depth)
{
    return codec->types >> type & 1 && depth <= codec->max_depth;
}

static bool choose(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                   const void *data)
{
    struct vv_buf *out = to->out;
    size_t start = out->len, best = SIZE_MAX;

    for (size_t trial = 0; trial < CODEC_COUNT; trial++) {
        uint8_t id = TRIALS[trial];
        if (!suits(CODECS[id], type, to->depth))
            continue;
        /* What raw would take is known before, but for Booleans and texts. */
        if (id == ID_RAW && best <= (size_t)count * 8 && type != VARVE_BOOL && type != VARVE_TEXT)
            continue;
        size_t begin = out->len;
        vv_buf_put8(out, id);
        bool encoded = CODECS[id]->encode(to, type, count, data);
        if (to->no_memory || out->failed)
            return false;
        size_t len = out->len - begin;
        if (encoded && len < best) {
            memmove(out->data + start, out->data + begin, len);
            best = len;
        }
        out->len = start + (best == SIZE_MAX ? 0 : best);
        if (encoded && id == ID_CONSTANT)
            break;
    }
    return best != SIZE_MAX;
}

bool vv_codec_values_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                            const void *data)
{
    to->depth++;
    bool done = choose(to, type, count, data);
    to->depth--;
    return done;
}

static bool decode_values(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                          void *data)
{
    uint8_t id = vv_read8(&from->from);

    return !from->from.bad && id < CODEC_COUNT && suits(CODECS[id], type, from->depth) &&
           CODECS[id]->decode(from, type, count, data);
}

bool vv_codec_values_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                            void *data)
{
    from->depth++;
    bool done = decode_values(from, type, count, data);
    from->depth--;
    return done;
}

void *vv_codec_room(struct vv_codec_decoder *from, enum varve_type type, uint32_t count)
{
    void *room = vv_arena_alloc(from->arena, count * vv_codec_value_bytes(type));
    from->no_memory |= !room;
    return room;
}

/* ---- columns ---- */

static inline bool bit(const uint64_t *bits, uint32_t i)
{
    return bits[i >> 6] >> (i & 63) & 1;
}

static uint32_t count_valid(const struct varve_vector *vector, uint32_t count)
{
    uint32_t valid = 0;

    if (!vector->data)
        return 0;
    if (!vector->valid)
        return count;
    for (uint32_t i = 0; i < count; i++)
        valid += bit(vector->valid, i);
    return valid;
}

/* The values with the gaps filled. */
static void *fill(struct vv_arena *arena, const struct varve_vector *vector, uint32_t count)
{
    size_t width = vv_codec_value_bytes(vector->type);
    uint8_t *filled = vv_arena_zero(arena, count * width);
    const uint8_t *last = NULL;

    if (!filled)
        return NULL;
    for (uint32_t i = 0; i < count && !last; i++)
        if (bit(vector->valid, i))
            last = (const uint8_t *)vector->data + i * width;
    for (uint32_t i = 0; i < count; i++) {
        if (bit(vector->valid, i))
            last = (const uint8_t *)vector->data + i * width;
        else if (vector->type == VARVE_TEXT)
            continue;
        memcpy(filled + i * width, last, width);
    }
    return filled;
}

vv_status vv_codec_encode(const struct varve_vector *vector, uint32_t count, struct vv_buf *out,
                          vv_error *err)
{
    struct vv_codec_encoder to = {.out = out};
    uint32_t valid = count_valid(vector, count);
    const void *data = vector->data;
    bool done = true;

    if (!type_known(vector->type))
        return vv_fail(err, VARVE_BAD_TYPE, "column type %d is not known", (int)vector->type);
    vv_arena_init(&to.scratch, 64 * 1024, NULL);
    if (!valid) {
        vv_buf_put8(out, FORM_NULLS);
    } else if (valid == count) {
        vv_buf_put8(out, FORM_VALUES);
        done = choose(&to, vector->type, count, data);
    } else {
        vv_buf_put8(out, FORM_VALUES | FORM_HAS_NULLS);
        vv_codec_bits_encode(out, vector->valid, count);
        data = fill(&to.scratch, vector, count);
        done = data && choose(&to, vector->type, count, data);
    }
    vv_arena_deinit(&to.scratch);
    if (!done || out->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to encode %u values", count);
    return VARVE_OK;
}

vv_status vv_codec_decode(enum varve_type type, uint32_t count, const uint8_t *data,
                          size_t len_bytes, struct vv_arena *arena, struct varve_vector *vector,
                          vv_error *err)
{
    struct vv_codec_decoder from = {.from = vv_reader_of(data, len_bytes), .arena = arena};
    uint64_t *valid = NULL;

    *vector = (struct varve_vector){.type = type};
    if (!type_known(type))
        return vv_fail(err, VARVE_BAD_TYPE, "column type %d is not known", (int)type);
    uint8_t form = vv_read8(&from.from);
    if (form == FORM_NULLS && !from.from.bad && from.from.at == from.from.end)
        return VARVE_OK;
    if (!(form & FORM_VALUES) || form > (FORM_VALUES | FORM_HAS_NULLS) || !count)
        goto corrupt;
    if (form & FORM_HAS_NULLS) {
        valid = vv_arena_alloc(arena, ((size_t)count + 63) / 64 * 8);
        if (!valid)
            goto no_memory;
        if (!vv_codec_bits_decode(&from.from, valid, count))
            goto corrupt;
    }
    void *values = vv_codec_room(&from, type, count);
    if (!values)
        goto no_memory;
    if (!decode_values(&from, type, count, values) || from.from.at != from.from.end) {
        if (from.no_memory)
            goto no_memory;
        goto corrupt;
    }
    vector->data = values;
    vector->valid = valid;
    return VARVE_OK;
corrupt:
    return vv_fail(err, VARVE_CORRUPT, "an encoded column of %u values is damaged", count);
no_memory:
    return vv_fail(err, VARVE_NO_MEMORY, "no memory to decode %u values", count);
}

const char *vv_codec_name(const uint8_t *data, size_t len_bytes)
{
    struct vv_reader r = vv_reader_of(data, len_bytes);
    uint8_t form = vv_read8(&r);

    if (r.bad || form == FORM_NULLS)
        return "nulls";
    if (form != FORM_VALUES)
        return "nullable";
    uint8_t id = vv_read8(&r);
    return r.bad || id >= CODEC_COUNT ? "unknown" : CODECS[id]->name;
}
