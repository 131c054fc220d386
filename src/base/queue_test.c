/* queue_test.c: order, limits, closing, and many threads on both sides. */
#include "base/queue.h"

#include "base/alloc.h"
#include "base/test.h"
#include "base/thread.h"
#include "base/time.h"

#include "base/banned.h"

static void test_order_and_limits(void **state)
{
    (void)state;
    int items[5];
    void *got;
    struct vv_queue *queue = vv_queue_new(3);
    assert_int_equal(vv_queue_take(queue, &got, 0), VARVE_TIMEOUT);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 3; i++) {
            assert_int_equal(vv_queue_put(queue, &items[i], 0), VARVE_OK);
        }
        assert_int_equal(vv_queue_put(queue, &items[3], 0), VARVE_BUSY);
        assert_int_equal(vv_queue_count(queue), 3);
        for (int i = 0; i < 2 + (round == 3); i++) {
            assert_int_equal(vv_queue_take(queue, &got, -1), VARVE_OK);
            assert_ptr_equal(got, &items[i]);
        }
        if (round < 3) {
            assert_int_equal(vv_queue_take(queue, &got, 5), VARVE_OK);
        }
    }
    vv_queue_free(queue);
    vv_queue_free(NULL);
    assert_null(vv_queue_new(SIZE_MAX));
    vv_alloc_fail_at(1, false);
    assert_null(vv_queue_new(3));
}

static void test_waits_as_long_as_told(void **state)
{
    (void)state;
    void *got;
    struct vv_queue *queue = vv_queue_new(1);
    int64_t start_ms = vv_monotonic_ms();
    assert_int_equal(vv_queue_take(queue, &got, 30), VARVE_TIMEOUT);
    assert_int_equal(vv_queue_put(queue, queue, 30), VARVE_OK);
    assert_int_equal(vv_queue_put(queue, queue, 30), VARVE_BUSY);
    assert_in_range(vv_monotonic_ms() - start_ms, 59, 20000);
    assert_int_equal(vv_queue_take(queue, &got, INT64_MAX), VARVE_OK);
    vv_queue_free(queue);
}

static void test_close(void **state)
{
    (void)state;
    void *got;
    struct vv_queue *queue = vv_queue_new(2);
    vv_queue_put(queue, queue, 0);
    vv_queue_close(queue);
    assert_int_equal(vv_queue_put(queue, queue, -1), VARVE_CLOSED);
    assert_int_equal(vv_queue_take(queue, &got, -1), VARVE_OK);
    assert_int_equal(vv_queue_take(queue, &got, -1), VARVE_CLOSED);
    assert_null(got);
    vv_queue_free(queue);
}

enum {
    WORKERS = 4,
    ITEMS = 3000
};

struct flow {
    struct vv_queue *queue;
    uintptr_t sums[WORKERS];
    size_t counts[WORKERS];
    struct vv_thread producers[WORKERS], consumers[WORKERS];
};

struct worker {
    struct flow *flow;
    int number;
    vv_status last;
};

static void produce(void *arg)
{
    struct worker *w = arg;
    for (uintptr_t i = 1; i <= ITEMS; i++) {
        vv_status status = vv_queue_put(w->flow->queue, (void *)i, i % 2 ? -1 : 60000);
        if (status != VARVE_OK) {
            w->last = status;
            return;
        }
    }
}

static void consume(void *arg)
{
    struct worker *w = arg;
    void *got;
    while ((w->last = vv_queue_take(w->flow->queue, &got, -1)) == VARVE_OK) {
        w->flow->sums[w->number] += (uintptr_t)got;
        w->flow->counts[w->number]++;
    }
}

static void test_many_threads(void **state)
{
    (void)state;
    struct flow flow = {.queue = vv_queue_new(7)};
    struct worker makers[WORKERS], takers[WORKERS];
    vv_error err;
    for (int i = 0; i < WORKERS; i++) {
        makers[i] = takers[i] = (struct worker){&flow, i, VARVE_OK};
        assert_ok(vv_thread_start(&flow.producers[i], "producer", produce, &makers[i], &err), &err);
        assert_ok(vv_thread_start(&flow.consumers[i], "consumer", consume, &takers[i], &err), &err);
    }
    uintptr_t sum = 0;
    size_t count = 0;
    for (int i = 0; i < WORKERS; i++) {
        vv_thread_join(&flow.producers[i]);
        assert_int_equal(makers[i].last, VARVE_OK);
    }
    vv_queue_close(flow.queue);
    for (int i = 0; i < WORKERS; i++) {
        vv_thread_join(&flow.consumers[i]);
        assert_int_equal(takers[i].last, VARVE_CLOSED);
        sum += flow.sums[i];
        count += flow.counts[i];
    }
    assert_int_equal(count, WORKERS * ITEMS);
    assert_int_equal(sum, (uintptr_t)WORKERS * ITEMS * (ITEMS + 1) / 2);
    vv_queue_free(flow.queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_limits),
        cmocka_unit_test(test_waits_as_long_as_told),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
