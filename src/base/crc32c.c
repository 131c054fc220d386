/* crc32c.c: CRC-32C by table, by SSE 4.2 and by ARMv8's CRC instruction.
 *
 * The instruction gives 8 bytes a cycle but answers after three, so that one stream uses a third of
 * it. Long data is cut into three streams, whose checksums are joined at the end: going over n zero
 * bytes is a linear map of the 32 bits, kept as four tables of 256 for the two lengths in use.
 */
#include "base/crc32c.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_INSTRUCTION 1
#define TARGET           __attribute__((target("sse4.2")))
#define STEP8(crc, v)    _mm_crc32_u8((uint32_t)(crc), v)
#define STEP64(crc, v)   _mm_crc32_u64(crc, v)
#elif defined(__aarch64__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#include <sys/auxv.h>
#define HAVE_INSTRUCTION 1
#if defined(__clang__)
#define TARGET         __attribute__((target("crc")))
#define STEP8(crc, v)  __builtin_arm_crc32cb((uint32_t)(crc), v)
#define STEP64(crc, v) __builtin_arm_crc32cd((uint32_t)(crc), v)
#else
#define TARGET         __attribute__((target("+crc")))
#define STEP8(crc, v)  __builtin_aarch64_crc32cb((uint32_t)(crc), v)
#define STEP64(crc, v) __builtin_aarch64_crc32cx((uint32_t)(crc), v)
#endif
#define HWCAP_CRC32_BIT (1UL << 7) /* HWCAP_CRC32 of the kernel's asm/hwcap.h */
#else
#define HAVE_INSTRUCTION 0
#endif

#include "base/banned.h"

#define POLYNOMIAL 0x82F63B78u /* Castagnoli, bits reversed */

static uint32_t slices[8][256]; /* slices[k][b]: byte b followed by k zero bytes */
static pthread_once_t slices_once = PTHREAD_ONCE_INIT;

static void make_slices(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (POLYNOMIAL & (0u - (crc & 1)));
        }
        slices[0][b] = crc;
    }
    for (int k = 1; k < 8; k++) {
        for (uint32_t b = 0; b < 256; b++) {
            uint32_t before = slices[k - 1][b];
            slices[k][b] = (before >> 8) ^ slices[0][before & 0xFF];
        }
    }
}

uint32_t vv_crc32c_portable(uint32_t crc, const void *data, size_t len_bytes)
{
    pthread_once(&slices_once, make_slices);
    const uint8_t *at = data;
    crc = ~crc;
    for (; len_bytes >= 8; len_bytes -= 8, at += 8) {
        uint32_t low = vv_get32(at) ^ crc;
        crc = slices[7][low & 0xFF] ^ slices[6][(low >> 8) & 0xFF] ^ slices[5][(low >> 16) & 0xFF] ^
              slices[4][low >> 24] ^ slices[3][at[4]] ^ slices[2][at[5]] ^ slices[1][at[6]] ^
              slices[0][at[7]];
    }
    for (; len_bytes > 0; len_bytes--, at++) {
        crc = (crc >> 8) ^ slices[0][(crc ^ *at) & 0xFF];
    }
    return ~crc;
}

#if HAVE_INSTRUCTION

#define LONG_BYTES  4096 /* of one of the three streams */
#define SHORT_BYTES 256

static uint32_t over_long[4][256]; /* over LONG_BYTES zero bytes, by byte of the checksum */
static uint32_t over_short[4][256];

/* The map of `len_bytes` zero bytes, from its images of the 32 single bits. */
static void make_over(uint32_t over[4][256], size_t len_bytes)
{
    for (int byte = 0; byte < 4; byte++) {
        over[byte][0] = 0;
        for (int bit = 0; bit < 8; bit++) {
            uint32_t crc = 1u << (8 * byte + bit);
            for (size_t i = 0; i < len_bytes; i++) {
                crc = (crc >> 8) ^ slices[0][crc & 0xFF];
            }
            over[byte][1u << bit] = crc;
        }
        for (uint32_t v = 1; v < 256; v++) {
            over[byte][v] = over[byte][v & (v - 1)] ^ over[byte][v & (0u - v)];
        }
    }
}

static inline uint32_t pass(uint32_t over[4][256], uint32_t crc)
{
    return over[0][crc & 0xFF] ^ over[1][(crc >> 8) & 0xFF] ^ over[2][(crc >> 16) & 0xFF] ^
           over[3][crc >> 24];
}

/* One round over three streams of `stream_bytes` (a multiple of 8) that follow each other. */
TARGET static inline uint32_t three_streams(uint32_t crc, const uint8_t *at, size_t stream_bytes,
                                            uint32_t over[4][256])
{
    uint64_t a = crc, b = 0, c = 0;
    for (size_t i = 0; i < stream_bytes; i += 8) {
        a = STEP64(a, vv_get64(at + i));
        b = STEP64(b, vv_get64(at + stream_bytes + i));
        c = STEP64(c, vv_get64(at + 2 * stream_bytes + i));
    }
    uint32_t joined = pass(over, (uint32_t)a) ^ (uint32_t)b;
    return pass(over, joined) ^ (uint32_t)c;
}

TARGET static uint32_t by_instruction(uint32_t start, const void *data, size_t len_bytes)
{
    const uint8_t *at = data;
    uint32_t crc = ~start;
    for (; len_bytes >= 3 * LONG_BYTES; len_bytes -= 3 * LONG_BYTES, at += 3 * LONG_BYTES) {
        crc = three_streams(crc, at, LONG_BYTES, over_long);
    }
    for (; len_bytes >= 3 * SHORT_BYTES; len_bytes -= 3 * SHORT_BYTES, at += 3 * SHORT_BYTES) {
        crc = three_streams(crc, at, SHORT_BYTES, over_short);
    }
    uint64_t wide = crc;
    for (; len_bytes >= 8; len_bytes -= 8, at += 8) {
        wide = STEP64(wide, vv_get64(at));
    }
    crc = (uint32_t)wide;
    for (; len_bytes > 0; len_bytes--, at++) {
        crc = STEP8(crc, *at);
    }
    return ~crc;
}

static bool machine_has_instruction(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2") != 0;
#else
    return (getauxval(AT_HWCAP) & HWCAP_CRC32_BIT) != 0;
#endif
}

typedef uint32_t checksum(uint32_t crc, const void *data, size_t len_bytes);

static checksum *_Atomic chosen;
static pthread_once_t chosen_once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    pthread_once(&slices_once, make_slices);
    make_over(over_long, LONG_BYTES);
    make_over(over_short, SHORT_BYTES);
    atomic_store_explicit(&chosen, machine_has_instruction() ? by_instruction : vv_crc32c_portable,
                          memory_order_release);
}

uint32_t vv_crc32c(uint32_t crc, const void *data, size_t len_bytes)
{
    checksum *run = atomic_load_explicit(&chosen, memory_order_acquire);
    if (run == NULL) {
        pthread_once(&chosen_once, choose);
        run = atomic_load_explicit(&chosen, memory_order_acquire);
    }
    return run(crc, data, len_bytes);
}

#else

uint32_t vv_crc32c(uint32_t crc, const void *data, size_t len_bytes)
{
    return vv_crc32c_portable(crc, data, len_bytes);
}

#endif
