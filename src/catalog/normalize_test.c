#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "catalog/names.h"
#include "catalog/normalize.h"

#include "base/banned.h"

static void check(struct vv_normalizer *n, const char *name, const char *expected)
{
    struct vv_buf out = {0};

    assert_int_equal(vv_normalize(n, name, strlen(name), &out, NULL), VARVE_OK);
    assert_string_equal((char *)out.data, expected);
    vv_buf_deinit(&out);
}

static void test_names(void **state)
{
    struct vv_normalizer *n;

    (void)state;
    assert_int_equal(vv_normalizer_new(&n, NULL), VARVE_OK);
    check(n, "变量_温度", "bian_liang_wen_du");
    check(n, "Boiler 1/Steam", "boiler_1/steam");
    check(n, "Прием Л-352", "priem_l-352");
    check(n, "Überdruck", "uberdruck");
    vv_normalizer_free(n);
}

static void test_refused_and_long(void **state)
{
    struct vv_normalizer *n;
    struct vv_buf out = {0};
    char name[VV_NAME_MAX_BYTES + 1];

    (void)state;
    assert_int_equal(vv_normalizer_new(&n, NULL), VARVE_OK);
    assert_int_equal(vv_normalize(n, "\xFF", 1, &out, NULL), VARVE_BAD_NAME);
    memset(name, 'a', sizeof name);
    assert_int_equal(vv_normalize(n, name, sizeof name, &out, NULL), VARVE_BAD_NAME);
    /* The longest name of characters that grow: 255 of "zhuang". */
    for (int i = 0; i < VV_NAME_MAX; i++)
        memcpy(name + (size_t)i * 3, "装", 3);
    assert_int_equal(vv_normalize(n, name, VV_NAME_MAX * 3, &out, NULL), VARVE_OK);
    assert_int_equal(out.len, VV_NAME_MAX * 7 - 1);
    vv_buf_deinit(&out);
    vv_normalizer_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused_and_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
