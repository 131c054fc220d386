/* logger.c: one line, one write, no allocation: it must work when memory is gone. */
#include "base/logger.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"

#include "base/banned.h"

#define TEXT_BYTES 4096 /* longer texts are cut */
#define LINE_BYTES (4 * TEXT_BYTES)

static atomic_int lowest = VV_LOG_INFO;

static pthread_mutex_t redirect_lock = PTHREAD_MUTEX_INITIALIZER; /* guards the two below */
static void (*redirect_write)(void *arg, const char *line);
static void *redirect_arg;

void vv_log_set_level(enum vv_log_level level)
{
    atomic_store_explicit(&lowest, (int)level, memory_order_relaxed);
}

void vv_log_redirect(void (*write)(void *arg, const char *line), void *arg)
{
    pthread_mutex_lock(&redirect_lock);
    redirect_write = write;
    redirect_arg = arg;
    pthread_mutex_unlock(&redirect_lock);
}

/* C0, DEL and, as two bytes of UTF-8, C1: what a terminal or a log reader could obey. */
static bool is_control(const char *at, size_t size)
{
    unsigned char first = (unsigned char)at[0];
    if (size == 1) {
        return first < 0x20 || first == 0x7F;
    }
    return size == 2 && first == 0xC2 && (unsigned char)at[1] < 0xA0;
}

/* Adds `text` at `line + len`, what could forge a line or is no UTF-8 as \n, \t or \xNN. */
static size_t add_escaped(char *line, size_t len, const char *text)
{
    size_t left = strlen(text);
    while (left > 0 && len + 16 < LINE_BYTES) {
        size_t size = vv_utf8_char(text, left);
        size_t taken = size == 0 ? 1 : size;
        if (size > 0 && !is_control(text, size)) {
            memcpy(line + len, text, size);
            len += size;
        } else if (text[0] == '\n' || text[0] == '\t') {
            line[len++] = '\\';
            line[len++] = text[0] == '\n' ? 'n' : 't';
        } else {
            for (size_t i = 0; i < taken; i++) {
                len += (size_t)snprintf(line + len, 5, "\\x%02X", (unsigned char)text[i]);
            }
        }
        text += taken;
        left -= taken;
    }
    return len;
}

static void put_line(enum vv_log_level level, const char *component, const char *text)
{
    static const char *const names[] = {"DEBUG", "INFO", "WARN", "ERROR"};
    char line[LINE_BYTES];
    char now[40];
    vv_time_format_ms(vv_now_ms(), now);
    size_t len = (size_t)snprintf(line, sizeof line, "%s %-5s ", now, names[level]);
    len = add_escaped(line, len, component);
    line[len++] = ':';
    line[len++] = ' ';
    len = add_escaped(line, len, text);
    line[len] = '\0';
    pthread_mutex_lock(&redirect_lock);
    if (redirect_write != NULL) {
        redirect_write(redirect_arg, line);
        pthread_mutex_unlock(&redirect_lock);
        return;
    }
    pthread_mutex_unlock(&redirect_lock);
    line[len++] = '\n';
    /* There is nowhere to tell of a log that cannot be written. */
    ssize_t ignored = write(STDERR_FILENO, line, len);
    (void)ignored;
}

static bool is_wanted(enum vv_log_level level)
{
    return (int)level >= atomic_load_explicit(&lowest, memory_order_relaxed);
}

void vv_log(enum vv_log_level level, const char *component, const char *format, ...)
{
    if (!is_wanted(level)) {
        return;
    }
    char text[TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put_line(level, component, text);
}

void vv_log_error(const char *component, const vv_error *err, const char *format, ...)
{
    char what[TEXT_BYTES - sizeof err->message - 64];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%s: %s (%s, %d)", what, err->message,
             varve_status_name(err->status), err->native);
    put_line(VV_LOG_ERROR, component, text);
}
