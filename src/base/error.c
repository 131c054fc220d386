/* error.c: filling in an error. The text is built aside, because an argument may be the old one. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define MESSAGE_BYTES sizeof(((vv_error *)0)->message)

/* Copies as much as has room, whole characters only. */
static void set_message(vv_error *err, const char *text)
{
    size_t len = strlen(text);
    size_t cut = vv_utf8_cut(text, len, MESSAGE_BYTES - 1);
    memcpy(err->message, text, cut);
    err->message[cut] = '\0';
}

vv_status vv_fail(vv_error *err, vv_status status, const char *format, ...)
{
    if (err == NULL) {
        return status;
    }
    char text[MESSAGE_BYTES + 4];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err->status = status;
    err->native = 0;
    set_message(err, text);
    return status;
}

static vv_status status_of_errno(int native)
{
    switch (native) {
    case ENOSPC:
    case EDQUOT:
        return VARVE_NO_SPACE;
    case ENOMEM:
        return VARVE_NO_MEMORY;
    case ENOENT:
        return VARVE_NOT_FOUND;
    case EEXIST:
        return VARVE_EXISTS;
    default:
        return VARVE_IO;
    }
}

vv_status vv_fail_errno(vv_error *err, int native, const char *format, ...)
{
    vv_status status = status_of_errno(native);
    if (err == NULL) {
        return status;
    }
    char reason[96];
    if (strerror_r(native, reason, sizeof reason) != 0) {
        snprintf(reason, sizeof reason, "error %d", native);
    }
    char text[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* The reason matters more than the end of a long path. */
    size_t room = MESSAGE_BYTES - 1 - 2 - strlen(reason);
    text[vv_utf8_cut(text, strlen(text), room)] = '\0';
    char whole[MESSAGE_BYTES + sizeof reason + 2];
    snprintf(whole, sizeof whole, "%s: %s", text, reason);
    err->status = status;
    err->native = native;
    set_message(err, whole);
    return status;
}

void vv_error_prefix(vv_error *err, const char *format, ...)
{
    if (err == NULL) {
        return;
    }
    char what[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    what[vv_utf8_cut(what, strlen(what), sizeof what - 5)] = '\0'; /* it may end inside one */
    char whole[2 * MESSAGE_BYTES + 2];
    snprintf(whole, sizeof whole, "%s: %s", what, err->message);
    set_message(err, whole);
}

void vv_error_clear(vv_error *err)
{
    if (err != NULL) {
        err->status = VARVE_OK;
        err->native = 0;
        err->message[0] = '\0';
    }
}
