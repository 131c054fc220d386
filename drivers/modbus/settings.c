// The driver's settings, each one row: key, limits, default and words. The schemas say the same to
// people and forms; settings_test.c holds the two together.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

const char *const vv_mb_line_keys[] = {"HOST", "PORT",   "TIMEOUT",   "CONNECT_TIMEOUT", "DEVICE",
                                       "BAUD", "PARITY", "DATA_BITS", "STOP_BITS",       NULL};

const char vv_mb_line_schema[] =
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
    "\"additionalProperties\":false,"
    "\"oneOf\":[{\"required\":[\"HOST\"]},{\"required\":[\"DEVICE\"]}],\"properties\":{"
    "\"HOST\":{\"type\":\"string\",\"title\":\"Host\","
    "\"description\":\"TCP: name or address of the device or gateway\"},"
    "\"PORT\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":65535,\"default\":502,"
    "\"title\":\"Port\",\"description\":\"TCP port\"},"
    "\"CONNECT_TIMEOUT\":{\"type\":\"integer\",\"minimum\":10,\"maximum\":60000,\"default\":3000,"
    "\"title\":\"Connect timeout\",\"description\":\"TCP: longest wait for a connection, in ms\"},"
    "\"DEVICE\":{\"type\":\"string\",\"title\":\"Serial device\","
    "\"description\":\"RTU: /dev/ttyS0, /dev/ttyUSB0, /dev/serial/by-id/…\"},"
    "\"BAUD\":{\"type\":\"integer\",\"enum\":[300,600,1200,2400,4800,9600,19200,38400,57600,115200,"
    "230400,460800,921600],\"default\":19200,\"title\":\"Baud rate\",\"description\":\"RTU\"},"
    "\"PARITY\":{\"type\":\"string\",\"enum\":[\"E\",\"O\",\"N\"],\"default\":\"E\","
    "\"title\":\"Parity\",\"description\":\"RTU: even, odd or none\"},"
    "\"DATA_BITS\":{\"type\":\"integer\",\"minimum\":7,\"maximum\":8,\"default\":8,"
    "\"title\":\"Data bits\",\"description\":\"RTU\"},"
    "\"STOP_BITS\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2,"
    "\"title\":\"Stop bits\",\"description\":\"RTU: 1 with a parity, 2 without, unless told "
    "otherwise\"},"
    "\"TIMEOUT\":{\"type\":\"integer\",\"minimum\":10,\"maximum\":60000,\"default\":1000,"
    "\"title\":\"Timeout\",\"description\":\"Longest wait for a whole answer, in ms; at most 1500 "
    "on "
    "a serial line\"}}}";

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

// The text settings, and which of the two kinds of line each setting is of.
struct line_texts {
    const char *host, *device, *parity;
    const char *tcp_only, *serial_only; // a key that was given, or null
};

static bool take_text(struct line_texts *texts, const struct varve_setting *setting)
{
    static const char *const serial[] = {"BAUD", "PARITY", "DATA_BITS", "STOP_BITS"};
    if (strcmp(setting->key, "PORT") == 0 || strcmp(setting->key, "CONNECT_TIMEOUT") == 0)
        texts->tcp_only = setting->key;
    for (size_t i = 0; i < sizeof serial / sizeof *serial; i++)
        if (strcmp(setting->key, serial[i]) == 0)
            texts->serial_only = setting->key;
    if (strcmp(setting->key, "HOST") == 0)
        texts->host = setting->value;
    else if (strcmp(setting->key, "DEVICE") == 0)
        texts->device = setting->value;
    else if (strcmp(setting->key, "PARITY") == 0)
        texts->parity = setting->value;
    else
        return false;
    return true;
}

static int check_texts(const struct line_texts *texts, struct varve_driver_error *error)
{
    const char *host = texts->host != NULL ? texts->host : "";
    const char *device = texts->device != NULL ? texts->device : "";
    if ((*host == '\0') == (*device == '\0'))
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          *host == '\0' ? "setting HOST is missing: the name or address of the "
                                          "device (or DEVICE, for a serial line)"
                                        : "HOST and DEVICE are given: a line is one of them");
    if (strlen(host) > 253)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting HOST has more than 253 characters");
    const char *other = *host != '\0' ? texts->serial_only : texts->tcp_only;
    if (other != NULL)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0, "setting %s is of %s", other,
                          *host != '\0' ? "a serial line (DEVICE), not of HOST"
                                        : "a TCP line (HOST), not of DEVICE");
    return VARVE_SESSION_GOOD;
}

static int take_host(struct varve_line *line, const char *host, uint32_t port,
                     struct varve_driver_error *error)
{
    size_t name_len = strlen(host) + sizeof ":65535";
    line->node = strdup(host);
    line->name = malloc(name_len);
    if (line->node == NULL || line->name == NULL)
        return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory");
    snprintf(line->service, sizeof line->service, "%u", (unsigned)port);
    snprintf(line->name, name_len, "%s:%u", host, (unsigned)port);
    return VARVE_SESSION_GOOD;
}

static int take_device(struct varve_line *line, const struct line_texts *texts,
                       const struct vv_mb_serial *serial, struct varve_driver_error *error)
{
    line->serial = malloc(sizeof *line->serial);
    if (line->serial == NULL)
        return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory");
    *line->serial = *serial;
    line->serial->device = strdup(texts->device);
    line->name = strdup(texts->device);
    if (line->serial->device == NULL || line->name == NULL)
        return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory");
    if (texts->parity != NULL && (strlen(texts->parity) != 1 || !strchr("NEO", *texts->parity)))
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting PARITY=%.40s: E (even), O (odd) or N (none) is wanted",
                          texts->parity);
    line->serial->parity = texts->parity != NULL ? *texts->parity : 'E';
    if (line->timeout_ms > VV_MB_SERIAL_TIMEOUT_MAX)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting TIMEOUT=%u: at most %d on a serial line",
                          (unsigned)line->timeout_ms, VV_MB_SERIAL_TIMEOUT_MAX);
    return vv_mb_serial_complete(line->serial, error);
}

int vv_mb_line_configure(struct varve_line *line, const struct varve_settings *settings,
                         struct varve_driver_error *error)
{
    uint32_t port = 502;
    struct line_texts texts = {0};
    struct vv_mb_serial serial = {.baud = 19200, .data_bits = 8};
    line->timeout_ms = 1000;
    line->connect_timeout_ms = 3000;
    const struct number_row rows[] = {
        {"PORT", 1, 65535, &port},
        {"TIMEOUT", 10, 60000, &line->timeout_ms},
        {"CONNECT_TIMEOUT", 10, 60000, &line->connect_timeout_ms},
        {"BAUD", 300, 921600, &serial.baud},
        {"DATA_BITS", 7, 8, &serial.data_bits},
        {"STOP_BITS", 1, 2, &serial.stop_bits},
    };
    for (size_t i = 0; i < settings->count; i++) {
        const struct varve_setting *setting = &settings->list[i];
        if (take_text(&texts, setting))
            continue;
        int session =
            read_row(setting, rows, sizeof rows / sizeof *rows,
                     "HOST, PORT, TIMEOUT, CONNECT_TIMEOUT, DEVICE, BAUD, PARITY, DATA_BITS, "
                     "STOP_BITS",
                     error);
        if (session != VARVE_SESSION_GOOD)
            return session;
    }
    int session = check_texts(&texts, error);
    if (session != VARVE_SESSION_GOOD)
        return session;
    return texts.device != NULL && *texts.device != '\0' ? take_device(line, &texts, &serial, error)
                                                         : take_host(line, texts.host, port, error);
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
    if (device->line->serial != NULL && (unit < 1 || unit > 247))
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting UNIT=%u: on a serial line 1 to 247 (0 is a broadcast, which "
                          "nobody answers)",
                          (unsigned)unit);
    device->unit = (uint8_t)unit;
    device->limits = (struct vv_mb_limits){
        .max_registers = (uint16_t)max_registers,
        .max_bits = (uint16_t)max_bits,
        .gap = (uint16_t)gap,
    };
    return VARVE_SESSION_GOOD;
}
