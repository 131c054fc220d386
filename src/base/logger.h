/* logger.h: what the program tells its operator.
 *
 * One line an event on standard error: time, level, component, text; control characters are
 * escaped, so that no input can forge a line. Threads: any; a line is written with one call.
 */
#ifndef VV_BASE_LOGGER_H
#define VV_BASE_LOGGER_H

#include "base/error.h"

enum vv_log_level {
    VV_LOG_DEBUG,
    VV_LOG_INFO,
    VV_LOG_WARN,
    VV_LOG_ERROR
};

/* Lines below the level are left out. Default INFO. */
void vv_log_set_level(enum vv_log_level level);
/* `component` is a short word: "store", "http", "modbus". */
void vv_log(enum vv_log_level level, const char *component, const char *format, ...)
    VARVE_PRINTF(3, 4);
/* "text: message (status, native)". */
void vv_log_error(const char *component, const vv_error *err, const char *format, ...)
    VARVE_PRINTF(3, 4);
/* Sends the lines, without line end, to `write` instead of standard error (tests); null puts it
 * back. `write` must not log. */
void vv_log_redirect(void (*write)(void *arg, const char *line), void *arg);

#endif
