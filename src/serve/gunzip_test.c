#include "serve/gunzip.h"

#include <string.h>

#include <zlib.h>

#include "base/alloc.h"
#include "base/test.h"

#include "base/banned.h"

#define LIMIT_BYTES (8u << 20)

/* Adds `text` as one gzip member. */
static void pack(struct vv_buf *to, const void *text, size_t len_bytes)
{
    z_stream z = {0};

    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t bound = deflateBound(&z, len_bytes);
    assert_true(vv_buf_reserve(to, bound));
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)len_bytes;
    z.next_out = to->data + to->len;
    z.avail_out = (uInt)bound;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    to->len += z.total_out;
    deflateEnd(&z);
}

static vv_status unpack(const struct vv_buf *packed, size_t budget_bytes, struct vv_buf *out,
                        vv_error *err)
{
    struct vv_budget budget = {.limit_bytes = budget_bytes};
    vv_status status = vv_gunzip(packed->data, packed->len, LIMIT_BYTES, &budget, out, err);

    assert_int_equal(budget.used_bytes, out->capacity);
    return status;
}

static void comes_back(void **state)
{
    struct vv_buf packed = {0}, out = {0}, text = {0};
    vv_error err = {0};

    (void)state;
    for (unsigned i = 0; text.len < 3000000; i++)
        vv_buf_format(&text, "boiler,site=%u temperature=%u.5 %u\n", i % 7, i * 7919 % 1000, i);
    pack(&packed, text.data, text.len);
    assert_ok(unpack(&packed, 0, &out, &err), &err);
    assert_int_equal(out.len, text.len);
    assert_memory_equal(out.data, text.data, text.len);
    vv_buf_deinit(&out);

    /* A second member behind the first. */
    pack(&packed, "end", 3);
    assert_ok(unpack(&packed, 0, &out, &err), &err);
    assert_int_equal(out.len, text.len + 3);
    vv_buf_deinit(&out);
    vv_buf_deinit(&packed);
    vv_buf_deinit(&text);
}

static void bombs(void **state)
{
    struct vv_buf packed = {0}, out = {0}, zeros = {0};
    vv_error err = {0};

    (void)state;
    assert_non_null(vv_buf_grow(&zeros, LIMIT_BYTES - 1));
    memset(zeros.data, '0', zeros.len);
    pack(&packed, zeros.data, zeros.len);
    assert_int_equal(unpack(&packed, 0, &out, &err), VARVE_LIMIT);
    assert_non_null(strstr(err.message, "200 times"));
    assert_true(out.capacity < 4u << 20);
    vv_buf_deinit(&out);
    vv_buf_deinit(&packed);
    vv_buf_deinit(&zeros);
}

static void limits(void **state)
{
    struct vv_buf packed = {0}, out = {0}, noise = {0};
    uint32_t x = 1;
    vv_error err = {0};

    (void)state;
    while (noise.len < LIMIT_BYTES + 1000) {
        x = x * 1664525 + 1013904223;
        vv_buf_add(&noise, &x, 4);
    }
    pack(&packed, noise.data, noise.len);
    assert_int_equal(unpack(&packed, 0, &out, &err), VARVE_LIMIT);
    assert_non_null(strstr(err.message, "8388608"));
    vv_buf_deinit(&out);
    assert_int_equal(unpack(&packed, 1u << 20, &out, &err), VARVE_NO_MEMORY);
    vv_buf_deinit(&out);
    vv_buf_deinit(&packed);
    vv_buf_deinit(&noise);
}

static void no_gzip(void **state)
{
    struct vv_buf packed = {0}, out = {0};
    vv_error err = {0};

    (void)state;
    vv_buf_text(&packed, "not packed at all");
    assert_int_equal(unpack(&packed, 0, &out, &err), VARVE_SYNTAX);
    vv_buf_deinit(&out);
    vv_buf_reset(&packed);
    assert_int_equal(unpack(&packed, 0, &out, &err), VARVE_SYNTAX);
    vv_buf_deinit(&out);
    pack(&packed, "some text", 9);
    size_t whole = packed.len;
    for (packed.len = 1; packed.len < whole; packed.len++) {
        assert_int_equal(unpack(&packed, 0, &out, &err), VARVE_SYNTAX);
        vv_buf_deinit(&out);
    }
    vv_buf_char(&packed, 'x');
    assert_int_equal(unpack(&packed, 0, &out, &err), VARVE_SYNTAX);
    vv_buf_deinit(&out);
    vv_buf_deinit(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(bombs),
        cmocka_unit_test(limits),
        cmocka_unit_test(no_gzip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
