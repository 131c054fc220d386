#include "value.h"

#include <math.h>
#include <string.h>

static uint16_t swap_bytes(uint16_t word)
{
    return (uint16_t)(word << 8 | word >> 8);
}

static bool is_scaled(const struct varve_point *point)
{
    return (point->scale != 0 && point->scale != 1) || point->offset != 0;
}

static double scale_of(const struct varve_point *point)
{
    return point->scale == 0 ? 1 : point->scale;
}

// `count` registers as one number, the first register of the usual order highest.
static uint64_t join(const uint16_t *registers, uint16_t count, uint8_t order)
{
    bool words_turned = order == VARVE_ORDER_CDAB || order == VARVE_ORDER_DCBA;
    bool bytes_turned = order == VARVE_ORDER_BADC || order == VARVE_ORDER_DCBA;
    uint64_t raw = 0;
    for (uint16_t i = 0; i < count; i++) {
        uint16_t word = registers[words_turned ? count - 1 - i : i];
        raw = raw << 16 | (bytes_turned ? swap_bytes(word) : word);
    }
    return raw;
}

static void split(uint64_t raw, uint16_t count, uint8_t order, uint16_t *registers)
{
    bool words_turned = order == VARVE_ORDER_CDAB || order == VARVE_ORDER_DCBA;
    bool bytes_turned = order == VARVE_ORDER_BADC || order == VARVE_ORDER_DCBA;
    for (uint16_t i = 0; i < count; i++) {
        uint16_t word = (uint16_t)(raw >> (16 * (count - 1 - i)));
        registers[words_turned ? count - 1 - i : i] = bytes_turned ? swap_bytes(word) : word;
    }
}

// Length of the UTF-8 character at `bytes`, 0 when it is none (overlong forms, surrogates and
// what is above U+10FFFF included).
static size_t utf8_len(const uint8_t *bytes, size_t left)
{
    if (bytes[0] < 0x80)
        return 1;
    size_t len = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4 || left < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    if ((bytes[0] == 0xE0 && bytes[1] < 0xA0) || (bytes[0] == 0xED && bytes[1] > 0x9F) ||
        (bytes[0] == 0xF0 && bytes[1] < 0x90) || (bytes[0] == 0xF4 && bytes[1] > 0x8F))
        return 0;
    return len;
}

static uint32_t decode_text(const uint16_t *registers, uint16_t count, bool bytes_turned, char *out)
{
    uint8_t bytes[VV_MB_MAX_REGISTERS * 2];
    size_t len = 0;
    for (uint16_t i = 0; i < count; i++) {
        uint16_t word = bytes_turned ? swap_bytes(registers[i]) : registers[i];
        bytes[len++] = (uint8_t)(word >> 8);
        bytes[len++] = (uint8_t)word;
    }
    len = strnlen((const char *)bytes, len);
    while (len > 0 && bytes[len - 1] <= ' ')
        len--;
    bool utf8 = true;
    for (size_t i = 0, step; utf8 && i < len; i += step) {
        step = utf8_len(bytes + i, len - i);
        utf8 = step != 0;
    }
    uint32_t written = 0;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] < 0x20 || bytes[i] == 0x7F) {
            out[written++] = ' ';
        } else if (bytes[i] < 0x80 || utf8) {
            out[written++] = (char)bytes[i];
        } else {
            out[written++] = (char)(0xC0 | bytes[i] >> 6);
            out[written++] = (char)(0x80 | (bytes[i] & 0x3F));
        }
    }
    out[written] = '\0';
    return written;
}

static bool decode_double(const struct varve_point *point, double raw, struct varve_value *out)
{
    double number = is_scaled(point) ? raw * scale_of(point) + point->offset : raw;
    if (!isfinite(number))
        return false;
    out->kind = VARVE_VALUE_DOUBLE;
    out->as.number = number;
    return true;
}

static bool decode_signed(const struct varve_point *point, int64_t raw, struct varve_value *out)
{
    if (is_scaled(point))
        return decode_double(point, (double)raw, out);
    out->kind = VARVE_VALUE_INTEGER;
    out->as.integer = raw;
    return true;
}

bool vv_mb_value_decode(const struct varve_point *point, const struct vv_mb_address *address,
                        const uint16_t *registers, char *text, struct varve_value *out)
{
    *out = (struct varve_value){0};
    uint64_t raw = 0;
    if (point->data_type != VARVE_DATA_TEXT)
        raw = join(registers, address->count, point->word_order);
    switch ((enum varve_data_type)point->data_type) {
    case VARVE_DATA_BIT:
        out->kind = VARVE_VALUE_BOOL;
        out->as.boolean = address->bit < 0 ? raw != 0 : (raw >> address->bit & 1) != 0;
        return true;
    case VARVE_DATA_U16:
    case VARVE_DATA_U32:
        return decode_signed(point, (int64_t)raw, out);
    case VARVE_DATA_I16:
        return decode_signed(point, (int16_t)raw, out);
    case VARVE_DATA_I32:
        return decode_signed(point, (int32_t)raw, out);
    case VARVE_DATA_I64:
        return decode_signed(point, (int64_t)raw, out);
    case VARVE_DATA_U64:
        if (is_scaled(point))
            return decode_double(point, (double)raw, out);
        out->kind = VARVE_VALUE_UNSIGNED;
        out->as.unsigned_integer = raw;
        return true;
    case VARVE_DATA_F32: {
        uint32_t bits = (uint32_t)raw;
        float number;
        memcpy(&number, &bits, sizeof number);
        return decode_double(point, (double)number, out);
    }
    case VARVE_DATA_F64: {
        double number;
        memcpy(&number, &raw, sizeof number);
        return decode_double(point, number, out);
    }
    case VARVE_DATA_TEXT: {
        bool bytes_turned =
            point->word_order == VARVE_ORDER_BADC || point->word_order == VARVE_ORDER_DCBA;
        out->text_len = decode_text(registers, address->count, bytes_turned, text);
        out->kind = VARVE_VALUE_TEXT;
        out->as.text = text;
        return true;
    }
    }
    return false;
}

static int encode_text(const struct varve_point *point, uint16_t count,
                       const struct varve_value *value, uint16_t *registers,
                       struct varve_driver_error *error)
{
    if (value->kind != VARVE_VALUE_TEXT)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "a text is wanted for %s",
                          point->address);
    if (value->text_len > (uint32_t)count * 2)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "the text has %u bytes, %s holds %u",
                          (unsigned)value->text_len, point->address, count * 2U);
    bool bytes_turned =
        point->word_order == VARVE_ORDER_BADC || point->word_order == VARVE_ORDER_DCBA;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i * 2;
        uint8_t high = at < value->text_len ? (uint8_t)value->as.text[at] : 0;
        uint8_t low = at + 1 < value->text_len ? (uint8_t)value->as.text[at + 1] : 0;
        uint16_t word = (uint16_t)(high << 8 | low);
        registers[i] = bytes_turned ? swap_bytes(word) : word;
    }
    return VARVE_SESSION_GOOD;
}

static bool value_number(const struct varve_value *value, double *out)
{
    switch ((enum varve_value_kind)value->kind) {
    case VARVE_VALUE_BOOL:
        *out = value->as.boolean;
        return true;
    case VARVE_VALUE_INTEGER:
        *out = (double)value->as.integer;
        return true;
    case VARVE_VALUE_UNSIGNED:
        *out = (double)value->as.unsigned_integer;
        return true;
    case VARVE_VALUE_DOUBLE:
        *out = value->as.number;
        return isfinite(*out);
    default:
        return false;
    }
}

// Whole numbers that need no scaling go over exactly: a double would lose the lowest bits of 64.
static bool encode_exact(const struct varve_point *point, const struct varve_value *value,
                         uint64_t *raw)
{
    if (is_scaled(point))
        return false;
    bool wide_signed = point->data_type == VARVE_DATA_I64;
    bool wide_unsigned = point->data_type == VARVE_DATA_U64;
    if (value->kind == VARVE_VALUE_INTEGER &&
        (wide_signed || (wide_unsigned && value->as.integer >= 0))) {
        *raw = (uint64_t)value->as.integer;
        return true;
    }
    if (value->kind == VARVE_VALUE_UNSIGNED &&
        (wide_unsigned || (wide_signed && value->as.unsigned_integer <= INT64_MAX))) {
        *raw = value->as.unsigned_integer;
        return true;
    }
    return false;
}

int vv_mb_value_encode(const struct varve_point *point, const struct vv_mb_address *address,
                       const struct varve_value *value, uint16_t *registers,
                       struct varve_driver_error *error)
{
    // Least and first too great value of each integer type, as doubles that are exact.
    static const struct {
        double least, beyond;
    } ranges[] = {
        [VARVE_DATA_BIT] = {0, 2},
        [VARVE_DATA_U16] = {0, 65536.0},
        [VARVE_DATA_I16] = {-32768.0, 32768.0},
        [VARVE_DATA_U32] = {0, 4294967296.0},
        [VARVE_DATA_I32] = {-2147483648.0, 2147483648.0},
        [VARVE_DATA_U64] = {0, 18446744073709551616.0},
        [VARVE_DATA_I64] = {-9223372036854775808.0, 9223372036854775808.0},
    };
    if (point->data_type == VARVE_DATA_TEXT)
        return encode_text(point, address->count, value, registers, error);
    uint64_t raw = 0;
    double number = 0;
    if (!encode_exact(point, value, &raw)) {
        if (!value_number(value, &number))
            return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "a number is wanted for %s",
                              point->address);
        if (is_scaled(point) && point->data_type != VARVE_DATA_BIT)
            number = (number - point->offset) / scale_of(point);
        if (point->data_type == VARVE_DATA_F32) {
            float narrow = (float)number;
            uint32_t bits;
            if (!isfinite(narrow))
                return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "%g does not fit %s as f32",
                                  number, point->address);
            memcpy(&bits, &narrow, sizeof bits);
            raw = bits;
        } else if (point->data_type == VARVE_DATA_F64) {
            memcpy(&raw, &number, sizeof raw);
        } else {
            number = nearbyint(number);
            if (!(number >= ranges[point->data_type].least &&
                  number < ranges[point->data_type].beyond))
                return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                                  "%.17g does not fit %s (raw value from %.0f to below %.0f)",
                                  number, point->address, ranges[point->data_type].least,
                                  ranges[point->data_type].beyond);
            raw = number < 0 ? (uint64_t)(int64_t)number : (uint64_t)number;
        }
    }
    split(raw, address->count, point->word_order, registers);
    return VARVE_SESSION_GOOD;
}
