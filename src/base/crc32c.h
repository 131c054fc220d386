/* crc32c.h: the checksum of everything that Varve stores (Castagnoli polynomial, RFC 3720 B.4).
 *
 * Uses the processor's instruction where there is one (found once, at first use), else a table of
 * eight. Threads: any.
 */
#ifndef VV_BASE_CRC32C_H
#define VV_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of `data`; goes on from `crc`, which is 0 for the first piece. */
uint32_t vv_crc32c(uint32_t crc, const void *data, size_t len_bytes);
/* The portable twin, for tests and machines without the instruction. */
uint32_t vv_crc32c_portable(uint32_t crc, const void *data, size_t len_bytes);

#endif
