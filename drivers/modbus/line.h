// line.h: the driver's line, device and plan, and what its files share. See varve_driver.h for who
// calls what from where: everything here belongs to the line's thread, apart from what `lock`
// guards.
#ifndef VV_MB_LINE_H
#define VV_MB_LINE_H

#include <modbus.h>
#include <pthread.h>

#include "plan.h"
#include "varve_driver.h"

struct varve_line {
    const struct varve_driver_host *host;
    void *ctx;
    char *name; // "host:port", for messages
    modbus_t *modbus;
    char *node;
    char service[8];
    uint32_t timeout_ms;
    uint32_t connect_timeout_ms;

    pthread_mutex_t lock; // guards the three below; never held over I/O
    bool stopped;         // never goes back
    int socket;           // what `stop` shuts down; -1 while there is none
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
