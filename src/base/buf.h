/* buf.h: bytes that grow, for building text and records.
 *
 * A failed allocation is remembered in `failed` and later additions do nothing, so that a writer
 * checks once, at the end. Always NUL-terminated behind `len` when `data` is not null.
 *
 * Threads: a buffer belongs to one thread at a time.
 */
#ifndef VV_BASE_BUF_H
#define VV_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vv_buf {
    uint8_t *data;
    size_t len;      /* bytes in use */
    size_t capacity; /* bytes allocated */
    bool failed;     /* an addition found no memory: the content is not to be used */
};

/* {0} is an empty buffer; there is no init. */
void vv_buf_deinit(struct vv_buf *buf);
/* Empty again; memory is kept and `failed` cleared. */
void vv_buf_reset(struct vv_buf *buf);
/* Room for `more_bytes` beyond len; false (and failed) without memory. */
bool vv_buf_reserve(struct vv_buf *buf, size_t more_bytes);
/* Adds `size_bytes` uninitialised bytes and returns where they start; null without memory. */
uint8_t *vv_buf_grow(struct vv_buf *buf, size_t size_bytes);
void vv_buf_add(struct vv_buf *buf, const void *data, size_t size_bytes);
void vv_buf_text(struct vv_buf *buf, const char *text);
void vv_buf_char(struct vv_buf *buf, char c);
void vv_buf_format(struct vv_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void vv_buf_vformat(struct vv_buf *buf, const char *format, va_list args);
/* The memory itself, now the caller's (vv_free); null when an addition failed or there never was
 * one. The buffer is empty afterwards. `len` may be null. */
uint8_t *vv_buf_take(struct vv_buf *buf, size_t *len);

#endif
