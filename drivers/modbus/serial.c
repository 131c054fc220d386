// Serial lines: Modbus RTU.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "line.h"

// What libmodbus sets; it takes any other rate for 9600 without a word.
static const uint32_t rates[] = {300,   600,   1200,   2400,   4800,   9600,  19200,
                                 38400, 57600, 115200, 230400, 460800, 921600};

int vv_mb_serial_complete(struct vv_mb_serial *serial, struct varve_driver_error *error)
{
    size_t i = 0;
    while (i < sizeof rates / sizeof *rates && rates[i] != serial->baud)
        i++;
    if (i == sizeof rates / sizeof *rates)
        return vv_mb_fail(error, VARVE_SESSION_SETTING, 0,
                          "setting BAUD=%u is no rate of a serial line; 9600 and 19200 are usual",
                          (unsigned)serial->baud);
    // A character has eleven bits: without a parity a second stop bit takes its place (2.5.1).
    if (serial->stop_bits == 0)
        serial->stop_bits = serial->parity == 'N' ? 2 : 1;
    return VARVE_SESSION_GOOD;
}

void vv_mb_serial_free(struct vv_mb_serial *serial)
{
    if (serial == NULL)
        return;
    free(serial->device);
    free(serial);
}

modbus_t *vv_mb_serial_new(const struct vv_mb_serial *serial)
{
    return modbus_new_rtu(serial->device, (int)serial->baud, serial->parity, (int)serial->data_bits,
                          (int)serial->stop_bits);
}

int vv_mb_serial_connect(struct varve_line *line, struct varve_driver_error *error)
{
    // libmodbus wants a unit before it opens the device; each request sets its own.
    modbus_set_slave(line->modbus, 1);
    if (modbus_connect(line->modbus) != 0) {
        int native = errno;
        const char *what = native == ENOTTY ? "it is no serial device" : modbus_strerror(native);
        vv_mb_fail(error, VARVE_SESSION_LINE, native, "%s: cannot be opened: %s",
                   line->serial->device, what);
        return -1;
    }
    int fd = modbus_get_socket(line->modbus);
    // Two programs on one line would read each other's answers.
    if (ioctl(fd, TIOCEXCL) != 0)
        vv_mb_log(line, VARVE_LOG_WARNING, "%s: other programs can open it, too: %s",
                  line->serial->device, strerror(errno));
    return fd;
}

void vv_mb_serial_silence(const struct vv_mb_serial *serial)
{
    // From 19,200 baud on the standard fixes it at 1.75 ms.
    int64_t character_ns = 11000000000 / (int64_t)serial->baud;
    int64_t silence_ns = serial->baud > 19200 ? 1750000 : character_ns * 7 / 2;
    struct timespec wait = {.tv_sec = silence_ns / 1000000000, .tv_nsec = silence_ns % 1000000000};
    while (nanosleep(&wait, &wait) != 0 && errno == EINTR) {
    }
}
