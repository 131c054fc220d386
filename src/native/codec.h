/* codec.h: one column of a block as bytes, by the encoding that a trial shows to be the smallest.
 *
 * Lossless to the bit. An encoded column names its encoding in its first byte; adding an encoding
 * is one new file and one row in the table of codec.c. Nulls are kept apart from values: a column
 * of no nulls, or of nulls only, costs no bitmap.
 *
 * Encodings: raw; constant; packed (integers and times: a line a + b·i plus bit-packed residuals,
 * or frame of reference, or deltas, whichever needs fewest bits); run length; dictionary (texts,
 * and numbers of few distinct values). Layouts: docs/internals/format.md.
 *
 * Decoding trusts nothing: any bytes give values or CORRUPT, never a fault, and never more memory
 * than `count` values need.
 *
 * Threads: pure functions.
 */
#ifndef VV_NATIVE_CODEC_H
#define VV_NATIVE_CODEC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "varve.h"

/* Appends the encoding of `count` values to `out`. Times and subs are INT64 vectors too. */
vv_status vv_codec_encode(const struct varve_vector *vector, uint32_t count, struct vv_buf *out,
                          vv_error *err);
/* Decodes exactly `count` values of `type`. Memory comes from `arena`; text points into `data`,
 * which must outlive the vector, or into the arena. */
vv_status vv_codec_decode(enum varve_type type, uint32_t count, const uint8_t *data,
                          size_t len_bytes, struct vv_arena *arena, struct varve_vector *vector,
                          vv_error *err);
/* Name of the encoding in the first byte, for `varve info` and tests. */
const char *vv_codec_name(const uint8_t *data, size_t len_bytes);

#endif
