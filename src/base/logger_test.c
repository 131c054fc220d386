/* logger_test.c: lines that cannot be forged, levels, missing memory. */
#include "base/logger.h"

#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/test.h"
#include "base/thread.h"
#include "base/utf8.h"

#include "base/banned.h"

static void keep(void *arg, const char *line)
{
    vv_buf_text(arg, line);
    vv_buf_char(arg, '\n');
}

/* The line without its time. */
static const char *shown(const struct vv_buf *lines)
{
    assert_true(lines->len > 25);
    assert_int_equal(lines->data[23], 'Z');
    return (const char *)lines->data + 25;
}

static void test_lines(void **state)
{
    (void)state;
    struct vv_buf lines = {0};
    vv_log_redirect(keep, &lines);
    vv_log(VV_LOG_DEBUG, "store", "not shown");
    assert_int_equal(lines.len, 0);
    vv_log(VV_LOG_INFO, "store", "opened %d parts", 3);
    assert_string_equal(shown(&lines), "INFO  store: opened 3 parts\n");
    vv_buf_reset(&lines);
    vv_log(VV_LOG_WARN, "http", "%s", "a\nERROR b\r\x1b[2J\t\x7f \xC2\x9B \xFF \xE6\xB8\xA9");
    assert_string_equal(shown(&lines),
                        "WARN  http: a\\nERROR b\\x0D\\x1B[2J\\t\\x7F \\xC2\\x9B \\xFF "
                        "\xE6\xB8\xA9\n");
    vv_buf_reset(&lines);
    vv_error err;
    vv_fail_errno(&err, 5, "x.part");
    vv_log_error("store", &err, "flush %d", 4);
    assert_string_equal(shown(&lines),
                        "ERROR store: flush 4: x.part: Input/output error (io, 5)\n");
    vv_buf_reset(&lines);
    vv_log_set_level(VV_LOG_ERROR);
    vv_log(VV_LOG_WARN, "http", "not shown");
    assert_int_equal(lines.len, 0);
    vv_log_set_level(VV_LOG_INFO);
    vv_log_redirect(NULL, NULL);
    vv_buf_deinit(&lines);
}

static void measure(void *arg, const char *line)
{
    *(size_t *)arg = strlen(line);
}

static void test_long_text_without_memory(void **state)
{
    (void)state;
    size_t len = 0;
    vv_log_redirect(measure, &len);
    vv_alloc_fail_at(1, true);
    uint64_t before = vv_alloc_count();
    char text[20000];
    for (int c = 1; c < 256; c += 9) {
        memset(text, c, sizeof text - 1);
        text[sizeof text - 1] = '\0';
        len = 0;
        vv_log(VV_LOG_ERROR, text, "%s", text);
        assert_in_range(len, 4000, 17000);
    }
    assert_int_equal(vv_alloc_count(), before);
    vv_alloc_fail_at(0, false);
    vv_log_redirect(NULL, NULL);
}

static void count_line(void *arg, const char *line)
{
    if (strstr(line, "INFO  test: a line of a thread") != NULL) {
        atomic_fetch_add((atomic_int *)arg, 1);
    }
}

static void log_often(void *arg)
{
    (void)arg;
    for (int i = 0; i < 500; i++) {
        vv_log(VV_LOG_INFO, "test", "a line of a thread");
    }
}

static void test_threads(void **state)
{
    (void)state;
    atomic_int count = 0;
    vv_log_redirect(count_line, &count);
    struct vv_thread threads[3];
    vv_error err;
    for (int i = 0; i < 3; i++) {
        assert_ok(vv_thread_start(&threads[i], "log", log_often, NULL, &err), &err);
    }
    for (int i = 0; i < 3; i++) {
        vv_thread_join(&threads[i]);
    }
    assert_int_equal(count, 1500);
    vv_log_redirect(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_long_text_without_memory),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
