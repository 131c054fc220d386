/* bytes_test.c: what is put is read, and nothing is read past the end. */
#include "base/bytes.h"

#include "base/buf.h"
#include "base/test.h"

#include "base/banned.h"

static const uint64_t numbers[] = {
    0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0xFFFFFFFF, 1ull << 35, 1ull << 62, 1ull << 63, UINT64_MAX};

static void test_fixed_width(void **state)
{
    (void)state;
    uint8_t b[8];
    vv_put64(b, 0x0102030405060708u);
    assert_memory_equal(b, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
    assert_int_equal(vv_get16(b), 0x0708);
    assert_int_equal(vv_get32(b), 0x05060708);
    assert_true(vv_get64(b) == 0x0102030405060708u);
    vv_put16(b, 0xFFFE);
    assert_int_equal(vv_get16(b), 0xFFFE);
    assert_true(vv_bits_double(vv_double_bits(-1.25)) == -1.25);
}

static void test_round_trip_and_every_cut(void **state)
{
    (void)state;
    struct vv_buf buf = {0};
    vv_buf_put8(&buf, 200);
    vv_buf_put32(&buf, 0xDEADBEEF);
    vv_buf_put64(&buf, UINT64_MAX - 1);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        vv_buf_varint(&buf, numbers[i]);
        vv_buf_svarint(&buf, (int64_t)numbers[i]);
    }
    vv_buf_text(&buf, "end");
    for (size_t cut = 0; cut <= buf.len; cut++) {
        struct vv_reader r = vv_reader_of(buf.data, cut);
        uint8_t a = vv_read8(&r);
        uint32_t b = vv_read32(&r);
        uint64_t c = vv_read64(&r);
        bool same = a == 200 && b == 0xDEADBEEF && c == UINT64_MAX - 1;
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            same &= vv_read_varint(&r) == numbers[i];
            same &= vv_read_svarint(&r) == (int64_t)numbers[i];
        }
        const uint8_t *text = vv_read_bytes(&r, 3);
        assert_int_equal(r.bad, cut < buf.len);
        assert_ptr_equal(r.at, r.end);
        if (cut == buf.len) {
            assert_true(same);
            assert_memory_equal(text, "end", 3);
        } else {
            assert_null(text);
            assert_int_equal(vv_read16(&r), 0);
        }
    }
    vv_buf_deinit(&buf);
}

static void test_varint_beyond_64_bits(void **state)
{
    (void)state;
    struct vv_reader r = vv_reader_of("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10);
    assert_true(vv_read_varint(&r) == UINT64_MAX);
    assert_false(r.bad);
    r = vv_reader_of("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10);
    assert_true(vv_read_varint(&r) == 0);
    assert_true(r.bad);
    r = vv_reader_of("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11);
    vv_read_varint(&r);
    assert_true(r.bad);
}

static void test_zigzag(void **state)
{
    (void)state;
    assert_true(vv_zigzag(0) == 0 && vv_zigzag(-1) == 1 && vv_zigzag(1) == 2);
    assert_true(vv_unzigzag(vv_zigzag(INT64_MIN)) == INT64_MIN);
    assert_true(vv_unzigzag(vv_zigzag(INT64_MAX)) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed_width),
        cmocka_unit_test(test_round_trip_and_every_cut),
        cmocka_unit_test(test_varint_beyond_64_bits),
        cmocka_unit_test(test_zigzag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
