#include "catalog/base64.h"

#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void vv_base64_encode(struct vv_buf *out, const void *data, size_t len_bytes)
{
    const uint8_t *from = data;

    for (size_t i = 0; i < len_bytes; i += 3) {
        size_t left = len_bytes - i;
        uint32_t bits = (uint32_t)from[i] << 16;
        if (left > 1)
            bits |= (uint32_t)from[i + 1] << 8;
        if (left > 2)
            bits |= from[i + 2];
        vv_buf_char(out, digits[bits >> 18]);
        vv_buf_char(out, digits[bits >> 12 & 63]);
        vv_buf_char(out, left > 1 ? digits[bits >> 6 & 63] : '=');
        vv_buf_char(out, left > 2 ? digits[bits & 63] : '=');
    }
}

bool vv_base64_decode(const char *text, size_t len_bytes, uint8_t *to, size_t *to_bytes)
{
    size_t pad = 0;

    *to_bytes = 0;
    if (len_bytes % 4 != 0)
        return false;
    while (pad < 2 && pad < len_bytes && text[len_bytes - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < len_bytes; i += 4) {
        size_t ends = i + 4 == len_bytes ? pad : 0; /* padding of these four characters */
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            const char *digit =
                k < 4 - ends && text[i + k] != '\0' ? strchr(digits, text[i + k]) : NULL;
            if (digit == NULL && k < 4 - ends)
                return false;
            bits = bits << 6 | (digit != NULL ? (uint32_t)(digit - digits) : 0);
        }
        if ((ends == 1 && (bits & 0xFF) != 0) || (ends == 2 && (bits & 0xFFFF) != 0))
            return false;
        for (size_t k = 0; k < 3 - ends; k++)
            to[(*to_bytes)++] = (uint8_t)(bits >> (16 - 8 * k));
    }
    return true;
}
