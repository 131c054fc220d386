// The driver's settings, each one row: key, limits, default and words. The schemas say the same to
// people and forms; settings_test.c holds the two together.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

const char *const vv_mb_line_keys[] = {"HOST", "PORT", "TIMEOUT", "CONNECT_TIMEOUT", NULL};

const char vv_mb_line_schema[] =
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
    "\"additionalProperties\":false,\"required\":[\"HOST\"],\"properties\":{"
    "\"HOST\":{\"type\":\"string\",\"title\":\"Host\","
    "\"description\":\"Name or address of the device or gateway\"},"
    "\"PORT\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":65535,\"default\":502,"
    "\"title\":\"Port\",\"description\":\"TCP port\"},"
    "\"TIMEOUT\":{\"type\":\"integer\",\"minimum\":10,\"maximum\":60000,\"default\":1000,"
    "\"title\":\"Timeout\",\"description\":\"Longest wait for a whole answer, in ms\"},"
    "\"CONNECT_TIMEOUT\":{\"type\":\"integer\",\"minimum\":10,\"maximum\":60000,\"default\":3000,"
    "\"title\":\"Connect timeout\",\"description\":\"Longest wait for a connection, in ms\"}}}";

const char vv_mb_device_schema[] =
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
    "\"additionalProperties\":false,\"properties\":{"
    "\"UNIT\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":255,\"default\":1,"
    "\"title\":\"Unit\",\"description\":\"Unit id; some servers never answer 255\"},"
    "\"GAP\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":124,\"default\":8,"
    "\"title\":\"Gap\",\"description\":\"Unasked registers (times 16: bits) that one request may "
    "read along to merge two points\"},"
    "\"MAX_REGISTERS\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":125,\"default\":125,"
    "\"title\":\"Registers a request\",\"description\":\"Most registers in one request\"},"
    "\"MAX_BITS\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2000,\"default\":2000,"
    "\"title\":\"Bits a request\",\"description\":\"Most coils or discrete inputs in one "
    "request\"},"
    "\"RETRY_REFUSED\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":86400,\"default\":60,"
    "\"title\":\"Retry refused\",\"description\":\"After how many seconds a register that the "
    "device refused is asked for again\"}}}";

struct number_row {
    const char *key;
    uint32_t least, most;
    uint32_t *value; // holds the default
};

static int read_number(const struct varve_setting *setting, const struct number_row *row,
                       struct varve_driver_error *error)
{
    char *end = NULL;
    size_t digits = strspn(setting->value, "0123456789");
    unsigned long value = strtoul(setting->value, &end, 10);
    if (digits == 0 || digits > 9 || *end != '\0' || value < row->least || value > row->most)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting %s=%.40s: a whole number from %u to %u is wanted", row->key,
                          setting->value, (unsigned)row->least, (unsigned)row->most);
    *row->value = (uint32_t)value;
    return VARVE_SESSION_GOOD;
}

// Reads one setting by the rows. An unknown key is refused, naming all that are known.
static int read_row(const struct varve_setting *setting, const struct number_row *rows,
                    size_t row_count, const char *known, struct varve_driver_error *error)
{
    for (size_t i = 0; i < row_count; i++)
        if (strcmp(setting->key, rows[i].key) == 0)
            return read_number(setting, &rows[i], error);
    return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "setting %.40s is not known; known are %s",
                      setting->key, known);
}

int vv_mb_line_configure(struct varve_line *line, const struct varve_settings *settings,
                         struct varve_driver_error *error)
{
    uint32_t port = 502;
    const char *host = NULL;
    line->timeout_ms = 1000;
    line->connect_timeout_ms = 3000;
    const struct number_row rows[] = {
        {"PORT", 1, 65535, &port},
        {"TIMEOUT", 10, 60000, &line->timeout_ms},
        {"CONNECT_TIMEOUT", 10, 60000, &line->connect_timeout_ms},
    };
    for (size_t i = 0; i < settings->count; i++) {
        const struct varve_setting *setting = &settings->list[i];
        if (strcmp(setting->key, "HOST") == 0) {
            host = setting->value;
            continue;
        }
        int session = read_row(setting, rows, sizeof rows / sizeof *rows,
                               "HOST, PORT, TIMEOUT, CONNECT_TIMEOUT", error);
        if (session != VARVE_SESSION_GOOD)
            return session;
    }
    if (host == NULL || *host == '\0')
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting HOST is missing: the name or address of the device");
    if (strlen(host) > 253)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting HOST has more than 253 characters");
    size_t name_len = strlen(host) + sizeof ":65535";
    line->node = strdup(host);
    line->name = malloc(name_len);
    if (line->node == NULL || line->name == NULL)
        return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory");
    snprintf(line->service, sizeof line->service, "%u", (unsigned)port);
    snprintf(line->name, name_len, "%s:%u", host, (unsigned)port);
    return VARVE_SESSION_GOOD;
}

int vv_mb_device_configure(struct varve_device *device, const struct varve_settings *settings,
                           struct varve_driver_error *error)
{
    uint32_t unit = 1;
    uint32_t gap = 8;
    uint32_t max_registers = VV_MB_MAX_REGISTERS;
    uint32_t max_bits = VV_MB_MAX_BITS;
    device->retry_refused_s = 60;
    const struct number_row rows[] = {
        {"UNIT", 0, 255, &unit},
        {"GAP", 0, 124, &gap},
        {"MAX_REGISTERS", 1, VV_MB_MAX_REGISTERS, &max_registers},
        {"MAX_BITS", 1, VV_MB_MAX_BITS, &max_bits},
        {"RETRY_REFUSED", 0, 86400, &device->retry_refused_s},
    };
    for (size_t i = 0; i < settings->count; i++) {
        int session = read_row(&settings->list[i], rows, sizeof rows / sizeof *rows,
                               "UNIT, GAP, MAX_REGISTERS, MAX_BITS, RETRY_REFUSED", error);
        if (session != VARVE_SESSION_GOOD)
            return session;
    }
    device->unit = (uint8_t)unit;
    device->limits = (struct vv_mb_limits){
        .max_registers = (uint16_t)max_registers,
        .max_bits = (uint16_t)max_bits,
        .gap = (uint16_t)gap,
    };
    return VARVE_SESSION_GOOD;
}
