/* json.h: writing JSON into a buffer (reading is yajl's).
 *
 * Commas and nesting are kept by the writer. Numbers: doubles in the shortest form that reads back
 * to the same bits; NaN and infinities, which JSON has not, become null. Text must be UTF-8; a bad
 * byte becomes U+FFFD. Depth is limited to 32: deeper is a fault of our own (assert).
 *
 * Threads: a writer belongs to one thread.
 */
#ifndef VV_BASE_JSON_H
#define VV_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct vv_json {
    struct vv_buf *out; /* borrowed; its `failed` tells of missing memory */
    uint32_t has_item;  /* bit by depth: a comma is due before the next item */
    int depth;
    bool after_key;
};

void vv_json_init(struct vv_json *json, struct vv_buf *out);
void vv_json_object(struct vv_json *json);
void vv_json_end_object(struct vv_json *json);
void vv_json_array(struct vv_json *json);
void vv_json_end_array(struct vv_json *json);
void vv_json_key(struct vv_json *json, const char *key);
void vv_json_null(struct vv_json *json);
void vv_json_bool(struct vv_json *json, bool v);
void vv_json_int(struct vv_json *json, int64_t v);
void vv_json_uint(struct vv_json *json, uint64_t v);
void vv_json_double(struct vv_json *json, double v);
void vv_json_text(struct vv_json *json, const char *text);
void vv_json_text_len(struct vv_json *json, const char *text, size_t len_bytes);
/* Ready JSON, taken as one value. */
void vv_json_raw(struct vv_json *json, const char *text, size_t len_bytes);

/* The shortest text that strtod reads back to the same double (one digit longer for a few powers of
 * two); "nan", "inf" or "-inf" for what is no number. At most 32 bytes with the NUL; returns its
 * length. */
size_t vv_double_format(double v, char *to);

#endif
