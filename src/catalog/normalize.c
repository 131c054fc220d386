#include "catalog/normalize.h"

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "catalog/names.h"

#include "base/banned.h"

/* The longest names of Latin letters that one character becomes are some ten letters. */
#define UNITS_MOST (VV_NAME_MAX_BYTES * 12)

struct vv_normalizer {
    UTransliterator *transform;
    UChar units[UNITS_MOST];
    char utf8[UNITS_MOST * 3];
};

vv_status vv_normalizer_new(struct vv_normalizer **normalizer, vv_error *err)
{
    static const UChar rules[] = u"Any-Latin; Latin-ASCII; Lower";
    struct vv_normalizer *n = vv_alloc_zero(sizeof *n);
    UErrorCode code = U_ZERO_ERROR;

    *normalizer = NULL;
    if (n == NULL)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory to normalize names");
    n->transform = utrans_openU(rules, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code)) {
        vv_free(n);
        if (err != NULL)
            err->native = (int)code;
        return vv_fail(err, VARVE_UNSUPPORTED,
                       "ICU has no transform Any-Latin; Latin-ASCII; Lower: %s", u_errorName(code));
    }
    *normalizer = n;
    return VARVE_OK;
}

void vv_normalizer_free(struct vv_normalizer *normalizer)
{
    if (normalizer == NULL)
        return;
    utrans_close(normalizer->transform);
    vv_free(normalizer);
}

vv_status vv_normalize(struct vv_normalizer *normalizer, const char *name, size_t len_bytes,
                       struct vv_buf *out, vv_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t units, utf8_bytes, limit;

    if (len_bytes > VV_NAME_MAX_BYTES || !vv_utf8_valid(name, len_bytes))
        return vv_fail(err, VARVE_BAD_NAME,
                       "a name of %zu bytes is too long or not valid UTF-8: no normalized form",
                       len_bytes);
    u_strFromUTF8(normalizer->units, UNITS_MOST, &units, name, (int32_t)len_bytes, &code);
    limit = units;
    utrans_transUChars(normalizer->transform, normalizer->units, &units, UNITS_MOST, 0, &limit,
                       &code);
    u_strToUTF8(normalizer->utf8, sizeof normalizer->utf8, &utf8_bytes, normalizer->units, units,
                &code);
    if (U_FAILURE(code)) {
        if (err != NULL)
            err->native = (int)code;
        return vv_fail(err, VARVE_BAD_NAME, "name \"%.*s\": no normalized form: %s",
                       (int)vv_utf8_cut(name, len_bytes, 60), name, u_errorName(code));
    }
    for (int32_t i = 0; i < utf8_bytes; i++)
        vv_buf_char(out, normalizer->utf8[i] == ' ' ? '_' : normalizer->utf8[i]);
    if (out->failed)
        return vv_fail(err, VARVE_NO_MEMORY, "no memory for a normalized name");
    return VARVE_OK;
}
