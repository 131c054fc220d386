/* codec_private.h: what the encodings share with the table of codec.c.
 *
 * An encoding sees dense values (nulls are filled before, and kept as a bitmap by codec.c). It
 * appends its bytes behind an id byte that codec.c wrote, and reads back exactly these: encodings
 * nest (the lengths of runs are integers again), so none knows where the column ends.
 *
 * Values lie in memory as in struct varve_vector: int64_t, double, uint8_t, struct varve_text.
 */
#ifndef VV_NATIVE_CODEC_PRIVATE_H
#define VV_NATIVE_CODEC_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "varve.h"

/* Values that are packed together; a block is cut into these. */
#define VV_CODEC_VECTOR 1024

struct vv_codec_encoder {
    struct vv_buf *out;
    struct vv_arena scratch;
    bool no_memory;
    uint32_t depth; /* 0: the column itself */
};

struct vv_codec_decoder {
    struct vv_reader from;
    struct vv_arena *arena;
    bool no_memory;
    uint32_t depth;
};

struct vv_codec {
    const char *name;
    uint32_t types;     /* bit 1 << type */
    uint32_t max_depth; /* nested deeper than this it is not used, and not read */
    /* Appends the values; false when it does not suit them, or no memory: what was appended is
     * then taken back by the caller. count >= 1. */
    bool (*encode)(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                   const void *data);
    /* Reads `count` (>= 1) values into `data`; false on bytes that no encoder makes. */
    bool (*decode)(struct vv_codec_decoder *from, enum varve_type type, uint32_t count, void *data);
};

extern const struct vv_codec vv_codec_raw, vv_codec_constant, vv_codec_packed, vv_codec_runs,
    vv_codec_dictionary, vv_codec_decimal;

/* Bytes of one value in memory. */
size_t vv_codec_value_bytes(enum varve_type type);

/* The smallest encoding of dense values, with its id byte; false without memory. For children,
 * inside the encode of another: raises the depth. */
bool vv_codec_values_encode(struct vv_codec_encoder *to, enum varve_type type, uint32_t count,
                            const void *data);
bool vv_codec_values_decode(struct vv_codec_decoder *from, enum varve_type type, uint32_t count,
                            void *data);
/* Room for a child's values in the decoder's arena; null without memory, which is noted. */
void *vv_codec_room(struct vv_codec_decoder *from, enum varve_type type, uint32_t count);

/* A bitmap of `count` bits as plain bits or as runs, whichever is shorter. Bits behind the last are
 * zero in what is read. */
void vv_codec_bits_encode(struct vv_buf *out, const uint64_t *bits, uint32_t count);
bool vv_codec_bits_decode(struct vv_reader *from, uint64_t *bits, uint32_t count);

/* One vector of up to VV_CODEC_VECTOR integers, by line, frame of reference or deltas. */
void vv_codec_vector_encode(struct vv_buf *out, const int64_t *values, uint32_t count);
bool vv_codec_vector_decode(struct vv_reader *from, int64_t *values, uint32_t count);

#endif
