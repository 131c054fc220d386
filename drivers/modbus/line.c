#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void vv_mb_log(const struct varve_line *line, enum varve_log_level level, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    line->host->log(line->ctx, level, text);
}

bool vv_mb_line_stopped(struct varve_line *line)
{
    pthread_mutex_lock(&line->lock);
    bool stopped = line->stopped;
    pthread_mutex_unlock(&line->lock);
    return stopped;
}

int vv_mb_line_new(const struct varve_driver_host *host, void *line_ctx,
                   const struct varve_settings *settings, struct varve_line **out,
                   struct varve_driver_error *error)
{
    *out = NULL;
    struct varve_line *line = calloc(1, sizeof *line);
    if (line == NULL)
        return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory");
    line->host = host;
    line->ctx = line_ctx;
    line->socket = -1;
    line->wake[0] = line->wake[1] = -1;
    pthread_mutex_init(&line->lock, NULL);
    int session = vv_mb_line_configure(line, settings, error);
    if (session != VARVE_SESSION_GOOD)
        goto out;
    if (pipe(line->wake) != 0) {
        session = vv_mb_fail(error, VARVE_SESSION_MEMORY, errno, "no file descriptor left");
        goto out;
    }
    fcntl(line->wake[0], F_SETFD, FD_CLOEXEC);
    fcntl(line->wake[1], F_SETFD, FD_CLOEXEC);
    line->modbus = line->serial != NULL ? vv_mb_serial_new(line->serial)
                                        : modbus_new_tcp_pi(line->node, line->service);
    if (line->modbus == NULL) {
        session = vv_mb_fail(error, VARVE_SESSION_MEMORY, errno, "no memory");
        goto out;
    }
    modbus_set_response_timeout(line->modbus, line->timeout_ms / 1000,
                                line->timeout_ms % 1000 * 1000);
    // 0: the response timeout is for the whole answer, so that a device that sends a byte now and
    // then cannot hold the line.
    modbus_set_byte_timeout(line->modbus, 0, 0);
    *out = line;
    line = NULL;
out:
    vv_mb_line_free(line);
    return session;
}

void vv_mb_line_free(struct varve_line *line)
{
    if (line == NULL)
        return;
    if (line->modbus != NULL) {
        vv_mb_line_disconnect(line);
        modbus_free(line->modbus);
    }
    for (int i = 0; i < 2; i++)
        if (line->wake[i] >= 0)
            close(line->wake[i]);
    pthread_mutex_destroy(&line->lock);
    vv_mb_serial_free(line->serial);
    free(line->node);
    free(line->name);
    free(line);
}

int vv_mb_line_connect(struct varve_line *line, struct varve_driver_error *error)
{
    vv_mb_line_disconnect(line);
    if (vv_mb_line_stopped(line))
        return VARVE_SESSION_STOPPED;
    int session = VARVE_SESSION_LINE;
    int fd = line->serial != NULL ? vv_mb_serial_connect(line, error)
                                  : vv_mb_connect(line, &session, error);
    if (fd < 0)
        return session;
    pthread_mutex_lock(&line->lock);
    bool stopped = line->stopped;
    if (!stopped)
        line->socket = fd;
    pthread_mutex_unlock(&line->lock);
    modbus_set_socket(line->modbus, fd);
    if (!stopped)
        return VARVE_SESSION_GOOD;
    modbus_close(line->modbus);
    return VARVE_SESSION_STOPPED;
}

void vv_mb_line_disconnect(struct varve_line *line)
{
    pthread_mutex_lock(&line->lock);
    bool open = line->socket >= 0;
    line->socket = -1; // from here on `stop` cannot reach a number that may mean another file
    pthread_mutex_unlock(&line->lock);
    if (open)
        modbus_close(line->modbus);
}

void vv_mb_line_stop(struct varve_line *line)
{
    pthread_mutex_lock(&line->lock);
    if (!line->stopped) {
        line->stopped = true;
        if (line->socket >= 0)
            shutdown(line->socket, SHUT_RDWR); // wakes libmodbus from its select
        close(line->wake[1]);                  // wakes whoever waits for a connection
        line->wake[1] = -1;
    }
    pthread_mutex_unlock(&line->lock);
}

int vv_mb_device_new(struct varve_line *line, const struct varve_settings *settings,
                     struct varve_device **out, struct varve_driver_error *error)
{
    *out = NULL;
    struct varve_device *device = calloc(1, sizeof *device);
    if (device == NULL)
        return vv_mb_fail(error, VARVE_SESSION_MEMORY, 0, "no memory");
    device->line = line;
    int session = vv_mb_device_configure(device, settings, error);
    if (session == VARVE_SESSION_GOOD)
        *out = device;
    else
        free(device);
    return session;
}

void vv_mb_device_free(struct varve_device *device)
{
    free(device);
}

void vv_mb_select(const struct varve_device *device)
{
    if (device->line->serial != NULL)
        vv_mb_serial_silence(device->line->serial);
    modbus_set_slave(device->line->modbus, device->unit);
    modbus_flush(device->line->modbus);
}

int vv_mb_session(struct varve_line *line, const struct varve_device *device, int native,
                  struct varve_driver_error *error)
{
    if (vv_mb_line_stopped(line))
        return VARVE_SESSION_STOPPED;
    const char *what = modbus_strerror(native);
    int session;
    switch (native) {
    case ETIMEDOUT:
        what = "no answer in time";
        session = VARVE_SESSION_SILENCE;
        break;
    case EMBXGPATH: // a gateway's word for a device that does not answer
    case EMBXGTAR:
        session = VARVE_SESSION_SILENCE;
        break;
    case EMBBADCRC:
        session = VARVE_SESSION_CHECKSUM;
        break;
    case EMBBADSLAVE:
        session = VARVE_SESSION_WRONG_DEVICE;
        break;
    case EMBBADDATA:
    case EMBBADEXC:
    case EMBMDATA:
        session = VARVE_SESSION_BAD_REPLY;
        break;
    default:
        session = native > MODBUS_ENOBASE && native < EMBBADCRC ? VARVE_SESSION_REFUSED
                                                                : VARVE_SESSION_LINE;
        break;
    }
    return vv_mb_fail(error, session, native, "%s unit %u: %s", line->name, (unsigned)device->unit,
                      what);
}
