/* normalize.h: ScadaTagMapping.NormalizedName: a tag's name in Latin letters.
 *
 * By ICU's transform `Any-Latin; Latin-ASCII; Lower` over the whole name at once (in pieces it sets
 * other blanks), blanks then becoming "_": 变量_温度 gives bian_liang_wen_du.
 *
 * A library of its own (vv_normalize), because it alone needs ICU. Threads: a normalizer belongs to
 * one thread at a time.
 */
#ifndef VV_CATALOG_NORMALIZE_H
#define VV_CATALOG_NORMALIZE_H

#include <stddef.h>

#include "base/error.h"

struct vv_buf;
struct vv_normalizer;

/* Takes some 20 ms: made once and kept. NO_MEMORY, or UNSUPPORTED when ICU's data lack the
 * transform. */
vv_status vv_normalizer_new(struct vv_normalizer **normalizer, vv_error *err);
void vv_normalizer_free(struct vv_normalizer *normalizer);
/* Adds the normalized form of `name` (valid UTF-8) to `out`. BAD_NAME for invalid UTF-8 or a name
 * above VV_NAME_MAX_BYTES. */
vv_status vv_normalize(struct vv_normalizer *normalizer, const char *name, size_t len_bytes,
                       struct vv_buf *out, vv_error *err);

#endif
