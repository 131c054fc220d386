/* crc32c_test.c: known answers, the twin, and pieces against the whole. */
#include "base/crc32c.h"

#include <string.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

typedef uint32_t checksum(uint32_t crc, const void *data, size_t len_bytes);

/* RFC 3720, B.4, and the check value of the usual catalogues. */
static void check_known(checksum *crc)
{
    uint8_t data[48];
    assert_int_equal(crc(0, "123456789", 9), 0xE3069283);
    assert_int_equal(crc(0, NULL, 0), 0);
    memset(data, 0, 32);
    assert_int_equal(crc(0, data, 32), 0x8A9136AA);
    memset(data, 0xFF, 32);
    assert_int_equal(crc(0, data, 32), 0x62A8AB43);
    for (int i = 0; i < 32; i++) {
        data[i] = (uint8_t)i;
    }
    assert_int_equal(crc(0, data, 32), 0x46DD794E);
    for (int i = 0; i < 32; i++) {
        data[i] = (uint8_t)(31 - i);
    }
    assert_int_equal(crc(0, data, 32), 0x113FDB5C);
    static const uint8_t read_command[48] = {
        0x01, 0xC0, 0, 0, 0, 0, 0,    0, 0,    0, 0, 0,    0, 0, 0, 0,
        0x14, 0,    0, 0, 0, 0, 0x04, 0, 0,    0, 0, 0x14, 0, 0, 0, 0x18,
        0x28, 0,    0, 0, 0, 0, 0,    0, 0x02, 0, 0, 0,    0, 0, 0, 0};
    assert_int_equal(crc(0, read_command, 48), 0xD9963A56);
}

static void test_known(void **state)
{
    (void)state;
    check_known(vv_crc32c);
    check_known(vv_crc32c_portable);
}

static void test_twins_agree(void **state)
{
    (void)state;
    enum {
        LARGEST = 40000
    };
    uint8_t *data = vv_alloc(LARGEST + 8);
    uint64_t seed = 1;
    for (size_t i = 0; i < LARGEST + 8; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        data[i] = (uint8_t)(seed >> 56);
    }
    for (size_t len = 0; len < LARGEST; len += len < 1700 ? 1 : 611) {
        const uint8_t *at = data + len % 8;
        uint32_t whole = vv_crc32c_portable(0, at, len);
        assert_int_equal(vv_crc32c(0, at, len), whole);
        size_t half = len / 3;
        assert_int_equal(vv_crc32c(vv_crc32c(0, at, half), at + half, len - half), whole);
    }
    vv_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_twins_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
