/* utf8.c: the table of well-formed byte sequences of the Unicode standard (3.9, table 3-7). */
#include "base/utf8.h"

#include <stdint.h>

#include "base/banned.h"

static bool continues(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t vv_utf8_char(const char *text, size_t len_bytes)
{
    const uint8_t *t = (const uint8_t *)text;
    if (len_bytes == 0) {
        return 0;
    }
    if (t[0] < 0x80) {
        return 1;
    }
    if (t[0] < 0xC2 || t[0] > 0xF4) {
        return 0;
    }
    size_t size = t[0] < 0xE0 ? 2 : t[0] < 0xF0 ? 3 : 4;
    if (len_bytes < size) {
        return 0;
    }
    /* Only the second byte's range depends on the first. */
    uint8_t low = t[0] == 0xE0 ? 0xA0 : t[0] == 0xF0 ? 0x90 : 0x80;
    uint8_t high = t[0] == 0xED ? 0x9F : t[0] == 0xF4 ? 0x8F : 0xBF;
    if (t[1] < low || t[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if (!continues(t[i])) {
            return 0;
        }
    }
    return size;
}

bool vv_utf8_valid(const char *text, size_t len_bytes)
{
    for (size_t at = 0; at < len_bytes;) {
        size_t size = vv_utf8_char(text + at, len_bytes - at);
        if (size == 0) {
            return false;
        }
        at += size;
    }
    return true;
}

size_t vv_utf8_cut(const char *text, size_t len_bytes, size_t max_bytes)
{
    if (len_bytes <= max_bytes) {
        return len_bytes;
    }
    size_t cut = max_bytes;
    while (cut > 0 && max_bytes - cut < 4 && continues((uint8_t)text[cut])) {
        cut--;
    }
    /* Four continuation bytes in a row are no character: any cut is as good. */
    return continues((uint8_t)text[cut]) ? max_bytes : cut;
}
