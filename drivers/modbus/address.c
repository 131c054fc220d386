#include "address.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const kind_names[] = {"coil", "discrete", "input", "holding"};

const char *vv_mb_kind_name(enum vv_mb_kind kind)
{
    return kind_names[kind];
}

int vv_mb_fail(struct varve_driver_error *error, int code, int native, const char *format, ...)
{
    if (error == NULL)
        return code;
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    error->native = native;
    return code;
}

// Reads a number of at most `max` at *text and moves past it. Decimal, or hexadecimal after 0x
// where `hex` allows it. False leaves *text alone.
static bool read_number(const char **text, uint32_t max, bool hex, uint32_t *out)
{
    const char *p = *text;
    uint32_t base = 10;
    uint32_t value = 0;
    if (hex && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        base = 16;
        p += 2;
    }
    const char *digits = p;
    for (;; p++) {
        uint32_t digit;
        if (*p >= '0' && *p <= '9')
            digit = (uint32_t)(*p - '0');
        else if (base == 16 && *p >= 'a' && *p <= 'f')
            digit = (uint32_t)(*p - 'a') + 10;
        else if (base == 16 && *p >= 'A' && *p <= 'F')
            digit = (uint32_t)(*p - 'A') + 10;
        else
            break;
        value = value * base + digit;
        if (value > max)
            return false;
    }
    if (p == digits)
        return false;
    *text = p;
    *out = value;
    return true;
}

// The kind and first register, in either way of writing; moves *text past them. Null, or what is
// wrong with them.
static const char *read_first(const char **text, struct vv_mb_address *out)
{
    const char *colon = strchr(*text, ':');
    uint32_t number = 0;
    if (colon == NULL) {
        const char *p = *text;
        size_t digits = strspn(p, "0123456789");
        if (digits != 5 && digits != 6)
            return "write holding:N, input:N, coil:N or discrete:N, or five or six digits such as "
                   "40001";
        static const int8_t kinds[] = {VV_MB_COIL, VV_MB_DISCRETE, -1, VV_MB_INPUT, VV_MB_HOLDING};
        int digit = *p++ - '0';
        if (digit > 4 || kinds[digit] < 0)
            return "the first digit is 0 (coil), 1 (discrete), 3 (input) or 4 (holding)";
        if (!read_number(&p, 65536, false, &number) || number == 0)
            return "the classic numbers count from 1 to 65536 after the first digit";
        out->kind = (uint8_t)kinds[digit];
        out->first = (uint16_t)(number - 1);
        *text = p;
        return NULL;
    }
    size_t len = (size_t)(colon - *text);
    size_t kind = 0;
    while (kind < 4 &&
           !(strlen(kind_names[kind]) == len && strncasecmp(*text, kind_names[kind], len) == 0))
        kind++;
    if (kind == 4)
        return "the kinds are holding, input, coil and discrete";
    const char *p = colon + 1;
    if (!read_number(&p, 65535, true, &number))
        return "a number from 0 to 65535 stands after the colon";
    out->kind = (uint8_t)kind;
    out->first = (uint16_t)number;
    *text = p;
    return NULL;
}

static uint16_t type_registers(enum varve_data_type type)
{
    switch (type) {
    case VARVE_DATA_U32:
    case VARVE_DATA_I32:
    case VARVE_DATA_F32:
        return 2;
    case VARVE_DATA_U64:
    case VARVE_DATA_I64:
    case VARVE_DATA_F64:
        return 4;
    default:
        return 1;
    }
}

static const char *read_all(const char *text, enum varve_data_type type, struct vv_mb_address *out)
{
    const char *wrong = read_first(&text, out);
    if (wrong != NULL)
        return wrong;
    bool registers = out->kind == VV_MB_INPUT || out->kind == VV_MB_HOLDING;
    uint32_t number = 0;
    out->bit = -1;
    out->count = type_registers(type);
    if (*text == '.') {
        text++;
        if (type != VARVE_DATA_BIT || !registers)
            return "a bit number after a point belongs to data type bit in a register";
        if (!read_number(&text, 15, false, &number))
            return "the bits of a register are 0 (lowest) to 15";
        out->bit = (int8_t)number;
    } else if (*text == '/') {
        text++;
        if (type != VARVE_DATA_TEXT)
            return "a length after a slash belongs to data type text";
        if (!read_number(&text, VV_MB_MAX_REGISTERS, false, &number) || number == 0)
            return "a text takes 1 to 125 registers";
        out->count = (uint16_t)number;
    } else if (type == VARVE_DATA_TEXT) {
        return "a text needs its length in registers, as in holding:100/8";
    }
    if (*text != '\0')
        return "nothing may follow";
    if (!registers && type != VARVE_DATA_BIT)
        return "coils and discrete inputs have data type bit";
    if (registers && type == VARVE_DATA_BIT && out->bit < 0)
        return "a bit of a register needs its number, as in holding:100.5";
    if ((uint32_t)out->first + out->count > 65536)
        return "the value goes beyond register 65535";
    return NULL;
}

int vv_mb_address_parse(const char *text, enum varve_data_type data_type, struct vv_mb_address *out,
                        struct varve_driver_error *error)
{
    struct vv_mb_address address = {0};
    *out = address;
    if (text == NULL)
        text = "";
    if (data_type > VARVE_DATA_TEXT)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "data type %d is not known",
                          (int)data_type);
    const char *wrong = read_all(text, data_type, &address);
    if (wrong != NULL)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "address \"%.60s\": %s", text, wrong);
    *out = address;
    return VARVE_SESSION_GOOD;
}
