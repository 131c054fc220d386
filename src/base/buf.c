/* buf.c: a growing string of bytes; capacity doubles. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

#include "base/banned.h"

#define SMALLEST_CAPACITY_BYTES 64

void vv_buf_deinit(struct vv_buf *buf)
{
    vv_free(buf->data);
    *buf = (struct vv_buf){0};
}

void vv_buf_reset(struct vv_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

bool vv_buf_reserve(struct vv_buf *buf, size_t more_bytes)
{
    if (buf->failed) {
        return false;
    }
    if (buf->data != NULL && more_bytes < buf->capacity - buf->len) {
        return true; /* "<" leaves the NUL its byte */
    }
    size_t need;
    if (__builtin_add_overflow(buf->len, more_bytes, &need) || need >= SIZE_MAX / 2) {
        buf->failed = true;
        return false;
    }
    need++;
    size_t capacity = buf->capacity * 2;
    if (capacity < need) {
        capacity = need < SMALLEST_CAPACITY_BYTES ? SMALLEST_CAPACITY_BYTES : need;
    }
    uint8_t *data = vv_realloc(buf->data, capacity);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    data[buf->len] = '\0';
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

uint8_t *vv_buf_grow(struct vv_buf *buf, size_t size_bytes)
{
    if (!vv_buf_reserve(buf, size_bytes)) {
        return NULL;
    }
    uint8_t *at = buf->data + buf->len;
    buf->len += size_bytes;
    buf->data[buf->len] = '\0';
    return at;
}

void vv_buf_add(struct vv_buf *buf, const void *data, size_t size_bytes)
{
    uint8_t *at = vv_buf_grow(buf, size_bytes);
    if (at != NULL && size_bytes > 0) {
        memcpy(at, data, size_bytes);
    }
}

void vv_buf_text(struct vv_buf *buf, const char *text)
{
    vv_buf_add(buf, text, strlen(text));
}

void vv_buf_char(struct vv_buf *buf, char c)
{
    uint8_t *at = vv_buf_grow(buf, 1);
    if (at != NULL) {
        *at = (uint8_t)c;
    }
}

void vv_buf_format(struct vv_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vv_buf_vformat(buf, format, args);
    va_end(args);
}

void vv_buf_vformat(struct vv_buf *buf, const char *format, va_list args)
{
    if (!vv_buf_reserve(buf, 0)) {
        return;
    }
    va_list again;
    va_copy(again, args);
    size_t room = buf->capacity - buf->len;
    int len = vsnprintf((char *)buf->data + buf->len, room, format, args);
    if (len >= 0 && (size_t)len >= room && vv_buf_reserve(buf, (size_t)len)) {
        len = vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, format, again);
    }
    va_end(again);
    if (len < 0) {
        buf->failed = true;
    }
    if (buf->failed) {
        buf->data[buf->len] = '\0'; /* not a part of what had no room */
        return;
    }
    buf->len += (size_t)len;
}

uint8_t *vv_buf_take(struct vv_buf *buf, size_t *len)
{
    if (buf->failed) {
        vv_buf_deinit(buf);
    }
    uint8_t *data = buf->data;
    if (len != NULL) {
        *len = buf->len;
    }
    *buf = (struct vv_buf){0};
    return data;
}
