// line.h: the driver's line, device and plan, and what its files share. See varve_driver.h for who
// calls what from where: everything here belongs to the line's thread, apart from what `lock`
// guards.
#ifndef VV_MB_LINE_H
#define VV_MB_LINE_H

#include <modbus.h>
#include <pthread.h>

#include "plan.h"
#include "varve_driver.h"

enum {
    // A wait for a serial device cannot be ended from outside; VARVE_DRIVER_STOP_MS must hold.
    VV_MB_SERIAL_TIMEOUT_MAX = 1500
};

// A serial line, as MODBUS over Serial Line V1.02 has it.
struct vv_mb_serial {
    char *device; // "/dev/ttyUSB0"
    uint32_t baud;
    uint32_t data_bits;
    uint32_t stop_bits;
    char parity; // 'N', 'E', 'O'
};

struct varve_line {
    const struct varve_driver_host *host;
    void *ctx;
    char *name; // "host:port" or the serial device, for messages
    modbus_t *modbus;
    char *node;                  // TCP; null on a serial line
    char service[8];             // TCP
    struct vv_mb_serial *serial; // null over TCP
    uint32_t timeout_ms;
    uint32_t connect_timeout_ms;

    pthread_mutex_t lock; // guards the three below; never held over I/O
    bool stopped;         // never goes back
    int socket;           // what `stop` shuts down (a serial device takes no notice of it); -1
                          // while there is none
    int wake[2];          // a pipe that `stop` closes the writing end of, to end a wait
};

struct varve_device {
    struct varve_line *line;
    uint8_t unit;
    uint32_t retry_refused_s;
    struct vv_mb_limits limits;
};

struct varve_plan {
    struct varve_device *device;
    void *ctx;
    size_t point_count;
    struct varve_point *points;                 // copies, with copies of their addresses
    struct vv_mb_address *addresses;            // of each point; count 0 where the address is wrong
    struct varve_sample *samples;               // one for each point
    char (*texts)[VV_MB_MAX_REGISTERS * 4 + 1]; // of the text points, in order of their points
    struct vv_mb_requests requests;
};

// Settings (settings.c). Fill the struct's fields from the settings; SETTING names the wrong key.
extern const char vv_mb_line_schema[];
extern const char vv_mb_device_schema[];
extern const char *const vv_mb_line_keys[];
int vv_mb_line_configure(struct varve_line *line, const struct varve_settings *settings,
                         struct varve_driver_error *error);
int vv_mb_device_configure(struct varve_device *device, const struct varve_settings *settings,
                           struct varve_driver_error *error);

// Connecting (connect.c): a socket connected to the line's node, or -1 with `session` set (LINE or
// STOPPED). Waits for name and peer at most connect_timeout_ms, and ends at once at `stop`.
int vv_mb_connect(struct varve_line *line, int *session, struct varve_driver_error *error);

// A serial line (serial.c).
// Checks the settings against each other and takes the standard ones for those that are 0; SETTING.
int vv_mb_serial_complete(struct vv_mb_serial *serial, struct varve_driver_error *error);
void vv_mb_serial_free(struct vv_mb_serial *serial);
modbus_t *vv_mb_serial_new(const struct vv_mb_serial *serial);
// Opens the device for this process alone: its descriptor, or -1 with `error` filled (LINE).
int vv_mb_serial_connect(struct varve_line *line, struct varve_driver_error *error);
// Waits for the silence that must stand between two frames (2.5.1.1): 3.5 characters.
void vv_mb_serial_silence(const struct vv_mb_serial *serial);

// Monotonic ms.
int64_t vv_mb_clock_ms(void);
bool vv_mb_line_stopped(struct varve_line *line);
// Logs by the host; `format` as printf.
void vv_mb_log(const struct varve_line *line, enum varve_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The driver's functions, as varve_driver.h has them.
int vv_mb_point_check(const struct varve_point *point, struct varve_driver_error *error);
int vv_mb_line_new(const struct varve_driver_host *host, void *line_ctx,
                   const struct varve_settings *settings, struct varve_line **line,
                   struct varve_driver_error *error);
void vv_mb_line_free(struct varve_line *line);
int vv_mb_line_connect(struct varve_line *line, struct varve_driver_error *error);
void vv_mb_line_disconnect(struct varve_line *line);
void vv_mb_line_stop(struct varve_line *line);
int vv_mb_device_new(struct varve_line *line, const struct varve_settings *settings,
                     struct varve_device **device, struct varve_driver_error *error);
void vv_mb_device_free(struct varve_device *device);
int vv_mb_read_plan_new(struct varve_device *device, void *plan_ctx,
                        const struct varve_point *points, size_t count, struct varve_plan **plan,
                        struct varve_driver_error *error);
void vv_mb_read_plan_free(struct varve_plan *plan);
int vv_mb_poll(struct varve_plan *plan, int64_t scheduled_ms, struct varve_driver_error *error);
int vv_mb_write(struct varve_plan *plan, uint32_t point, const struct varve_value *value,
                struct varve_driver_error *error);

// What libmodbus's errno means. `device` names the device in the message. For LINE the caller
// disconnects.
int vv_mb_session(struct varve_line *line, const struct varve_device *device, int native,
                  struct varve_driver_error *error);
// Selects the device on the line and drops what is left over from earlier answers.
void vv_mb_select(const struct varve_device *device);

#endif
