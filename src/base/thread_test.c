/* thread_test.c: start, signals, waiting, missing memory. */
#include "base/thread.h"

#include <signal.h>

#include "base/alloc.h"
#include "base/test.h"
#include "base/time.h"

#include "base/banned.h"

struct shared {
    struct vv_mutex lock;
    struct vv_cond changed;
    int count;
    bool signals_blocked;
};

static void count_up(void *arg)
{
    struct shared *s = arg;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    for (int i = 0; i < 1000; i++) {
        vv_mutex_lock(&s->lock);
        s->count++;
        s->signals_blocked = sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGINT) == 1;
        vv_cond_signal(&s->changed);
        vv_mutex_unlock(&s->lock);
    }
}

static void test_threads_share(void **state)
{
    (void)state;
    struct shared s = {0};
    vv_mutex_init(&s.lock);
    vv_cond_init(&s.changed);
    struct vv_thread threads[4];
    vv_error err;
    for (int i = 0; i < 4; i++) {
        assert_ok(vv_thread_start(&threads[i], "a name that is too long", count_up, &s, &err),
                  &err);
    }
    vv_mutex_lock(&s.lock);
    while (s.count < 4000) {
        assert_true(vv_cond_wait_for(&s.changed, &s.lock, 60000));
    }
    assert_true(s.signals_blocked);
    vv_mutex_unlock(&s.lock);
    for (int i = 0; i < 4; i++) {
        vv_thread_join(&threads[i]);
        assert_false(threads[i].started);
        vv_thread_join(&threads[i]);
    }
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGTERM), 0);
    vv_cond_deinit(&s.changed);
    vv_mutex_deinit(&s.lock);
}

static void test_wait_ends(void **state)
{
    (void)state;
    struct shared s = {0};
    vv_mutex_init(&s.lock);
    vv_cond_init(&s.changed);
    vv_mutex_lock(&s.lock);
    int64_t start_ms = vv_monotonic_ms();
    while (vv_cond_wait_for(&s.changed, &s.lock, 25)) {
    }
    assert_in_range(vv_monotonic_ms() - start_ms, 24, 20000);
    while (vv_cond_wait_for(&s.changed, &s.lock, -5)) {
    }
    vv_mutex_unlock(&s.lock);
    vv_cond_deinit(&s.changed);
    vv_mutex_deinit(&s.lock);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct vv_thread thread;
    vv_error err;
    vv_alloc_fail_at(1, false);
    assert_int_equal(vv_thread_start(&thread, "x", count_up, NULL, &err), VARVE_NO_MEMORY);
    assert_false(thread.started);
    vv_thread_join(&thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_share),
        cmocka_unit_test(test_wait_ends),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
