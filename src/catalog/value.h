/* value.h: one cell of a row, of whatever table.
 *
 * A value does not own its text or bytes: they live in the row's arena, in the caller, or, from a
 * cursor, until its next step. Booleans are integers 0 and 1, times integers in ms since 1970 UTC.
 *
 * Threads: plain data.
 */
#ifndef VV_CATALOG_VALUE_H
#define VV_CATALOG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum vv_value_kind {
    VV_VALUE_UNSET, /* not given: an update leaves the column alone, an insert takes its default */
    VV_VALUE_NULL,
    VV_VALUE_INT,
    VV_VALUE_DOUBLE,
    VV_VALUE_TEXT, /* UTF-8, NUL behind len_bytes, no NUL inside */
    VV_VALUE_BLOB
};

struct vv_value {
    enum vv_value_kind kind;
    union {
        int64_t integer;
        double real;
        const void *data; /* text or bytes, len_bytes long */
    } as;
    size_t len_bytes;
};

static inline struct vv_value vv_value_null(void)
{
    return (struct vv_value){.kind = VV_VALUE_NULL};
}

static inline struct vv_value vv_value_int(int64_t v)
{
    return (struct vv_value){.kind = VV_VALUE_INT, .as.integer = v};
}

static inline struct vv_value vv_value_double(double v)
{
    return (struct vv_value){.kind = VV_VALUE_DOUBLE, .as.real = v};
}

/* Borrows `text`; null gives the null value. */
static inline struct vv_value vv_value_text(const char *text)
{
    if (text == NULL)
        return vv_value_null();
    return (struct vv_value){.kind = VV_VALUE_TEXT, .as.data = text, .len_bytes = strlen(text)};
}

/* Borrows the bytes. */
static inline struct vv_value vv_value_blob(const void *data, size_t len_bytes)
{
    return (struct vv_value){.kind = VV_VALUE_BLOB, .as.data = data, .len_bytes = len_bytes};
}

/* Whether they are of one kind and equal, doubles bit by bit. */
static inline bool vv_value_same(const struct vv_value *a, const struct vv_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VV_VALUE_INT:
        return a->as.integer == b->as.integer;
    case VV_VALUE_DOUBLE:
        return memcmp(&a->as.real, &b->as.real, sizeof a->as.real) == 0;
    case VV_VALUE_TEXT:
    case VV_VALUE_BLOB:
        return a->len_bytes == b->len_bytes &&
               (a->len_bytes == 0 || memcmp(a->as.data, b->as.data, a->len_bytes) == 0);
    default:
        return true;
    }
}

#endif
