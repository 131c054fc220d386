// cmocka asks for these four before itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "plan.h"

static const struct vv_mb_limits usual = {.max_registers = 125, .max_bits = 2000, .gap = 8};

static void make(struct vv_mb_requests *requests, const struct vv_mb_address *addresses,
                 size_t count, const struct vv_mb_limits *limits)
{
    struct vv_mb_item *items = calloc(count, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct vv_mb_item){.point = (uint32_t)i, .address = addresses[i]};
    assert_true(vv_mb_plan_init(requests, items, count, limits));
}

static void expect(const struct vv_mb_requests *requests, size_t index, int kind, int first,
                   int count)
{
    assert_true(index < requests->count);
    assert_int_equal(kind, requests->list[index].kind);
    assert_int_equal(first, requests->list[index].first);
    assert_int_equal(count, requests->list[index].count);
}

static void test_merge_by_kind_and_gap(void **state)
{
    (void)state;
    static const struct vv_mb_address addresses[] = {
        {VV_MB_HOLDING, -1, 30, 2}, {VV_MB_HOLDING, -1, 10, 2}, {VV_MB_HOLDING, -1, 20, 1},
        {VV_MB_INPUT, -1, 12, 4},   {VV_MB_COIL, -1, 3, 1},     {VV_MB_COIL, -1, 132, 1},
        {VV_MB_COIL, -1, 262, 1},
    };
    struct vv_mb_requests requests;
    make(&requests, addresses, 7, &usual);
    assert_int_equal(5, requests.count);
    expect(&requests, 0, VV_MB_COIL, 3, 130); // 128 bits between: just within the gap
    expect(&requests, 1, VV_MB_COIL, 262, 1); // 129: beyond it
    expect(&requests, 2, VV_MB_INPUT, 12, 4);
    expect(&requests, 3, VV_MB_HOLDING, 10, 11); // 8 registers between
    expect(&requests, 4, VV_MB_HOLDING, 30, 2);  // 9
    vv_mb_plan_deinit(&requests);
}

static void test_largest_requests(void **state)
{
    (void)state;
    struct vv_mb_address addresses[2001];
    struct vv_mb_requests requests;
    for (int i = 0; i < 2001; i++)
        addresses[i] = (struct vv_mb_address){VV_MB_DISCRETE, -1, (uint16_t)i, 1};
    make(&requests, addresses, 2001, &usual);
    assert_int_equal(2, requests.count);
    expect(&requests, 0, VV_MB_DISCRETE, 0, 2000);
    expect(&requests, 1, VV_MB_DISCRETE, 2000, 1);
    vv_mb_plan_deinit(&requests);
    // A value is never cut: the 63rd pair would end at register 126.
    for (int i = 0; i < 63; i++)
        addresses[i] = (struct vv_mb_address){VV_MB_INPUT, -1, (uint16_t)(i * 2), 2};
    make(&requests, addresses, 63, &usual);
    assert_int_equal(2, requests.count);
    expect(&requests, 0, VV_MB_INPUT, 0, 124);
    expect(&requests, 1, VV_MB_INPUT, 124, 2);
    vv_mb_plan_deinit(&requests);
    // Registers at the end of the address space, and a text wider than the device's limit.
    static const struct vv_mb_limits small = {.max_registers = 4, .max_bits = 16, .gap = 0};
    static const struct vv_mb_address end[] = {{VV_MB_HOLDING, -1, 65532, 4},
                                               {VV_MB_HOLDING, -1, 65500, 20}};
    make(&requests, end, 2, &small);
    assert_int_equal(2, requests.count);
    expect(&requests, 0, VV_MB_HOLDING, 65500, 20);
    expect(&requests, 1, VV_MB_HOLDING, 65532, 4);
    vv_mb_plan_deinit(&requests);
}

static void test_split_at_the_widest_gap_then_in_the_middle(void **state)
{
    (void)state;
    static const struct vv_mb_address addresses[] = {
        {VV_MB_HOLDING, 0, 0, 1},  {VV_MB_HOLDING, 1, 0, 1},  {VV_MB_HOLDING, -1, 1, 2},
        {VV_MB_HOLDING, -1, 3, 1}, {VV_MB_HOLDING, -1, 8, 1}, {VV_MB_HOLDING, -1, 10, 1},
    };
    struct vv_mb_requests requests;
    make(&requests, addresses, 6, &usual);
    assert_int_equal(1, requests.count);
    assert_true(vv_mb_plan_split(&requests, 0));
    expect(&requests, 0, VV_MB_HOLDING, 0, 4);
    expect(&requests, 1, VV_MB_HOLDING, 8, 3);
    assert_true(vv_mb_plan_split(&requests, 0));
    expect(&requests, 0, VV_MB_HOLDING, 0, 1); // two bits of one register stay together
    assert_int_equal(2, requests.list[0].item_count);
    expect(&requests, 1, VV_MB_HOLDING, 1, 3);
    expect(&requests, 2, VV_MB_HOLDING, 8, 3);
    assert_false(vv_mb_plan_split(&requests, 0));
    assert_true(vv_mb_plan_split(&requests, 2));
    assert_true(vv_mb_plan_split(&requests, 1));
    assert_int_equal(5, requests.count);
    for (size_t i = 0; i < 5; i++)
        assert_false(vv_mb_plan_split(&requests, i));
    vv_mb_plan_deinit(&requests);
}

static void test_overlapping_values(void **state)
{
    (void)state;
    static const struct vv_mb_address addresses[] = {
        {VV_MB_INPUT, -1, 0, 8}, {VV_MB_INPUT, -1, 2, 1}, {VV_MB_INPUT, -1, 4, 8}};
    struct vv_mb_requests requests;
    make(&requests, addresses, 3, &usual);
    assert_int_equal(1, requests.count);
    expect(&requests, 0, VV_MB_INPUT, 0, 12);
    assert_true(vv_mb_plan_split(&requests, 0));
    assert_int_equal(2, requests.count);
    for (size_t i = 0; i < 2; i++) // every value lies within its request
        for (size_t k = 0; k < requests.list[i].item_count; k++) {
            const struct vv_mb_address *address =
                &requests.items[requests.list[i].item_first + k].address;
            assert_true(address->first >= requests.list[i].first);
            assert_true(address->first + address->count <=
                        requests.list[i].first + requests.list[i].count);
        }
    vv_mb_plan_deinit(&requests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge_by_kind_and_gap),
        cmocka_unit_test(test_largest_requests),
        cmocka_unit_test(test_split_at_the_widest_gap_then_in_the_middle),
        cmocka_unit_test(test_overlapping_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
