/* base64.h: bytes as text (RFC 4648, section 4, with padding): how JSON carries a blob.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_BASE64_H
#define VV_CATALOG_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vv_buf;

/* Adds the text of the bytes. */
void vv_base64_encode(struct vv_buf *out, const void *data, size_t len_bytes);
/* Writes the bytes of the text to `to`, which holds len_bytes / 4 * 3. False for text that is not
 * base64: a foreign character, missing padding, bits left over. */
bool vv_base64_decode(const char *text, size_t len_bytes, uint8_t *to, size_t *to_bytes);

#endif
