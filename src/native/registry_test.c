#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/io_sim.h"
#include "base/test.h"
#include "base/thread.h"
#include "native/registry.h"

#include "base/banned.h"

#define PATH "registry"

static const struct varve_column two[] = {{"value", VARVE_DOUBLE}, {"quality", VARVE_INT64}};
static const struct varve_column three[] = {
    {"value", VARVE_DOUBLE}, {"quality", VARVE_INT64}, {"note", VARVE_TEXT}};

static struct varve_stratum tags(const char *name)
{
    return (struct varve_stratum){.name = name,
                                  .unit = VARVE_MILLISECONDS,
                                  .span = VARVE_SPAN_DAY,
                                  .goodness = VARVE_GOOD_OPC,
                                  .good_column = 1,
                                  .columns = two,
                                  .column_count = 2};
}

static struct vv_registry *fresh_registry(void)
{
    struct vv_registry *r;
    assert_int_equal(vv_registry_new(&r, NULL), VARVE_OK);
    return r;
}

static uint32_t define(struct vv_registry *r, const struct varve_stratum *stratum,
                       struct vv_buf *log)
{
    uint32_t id;
    bool fresh;
    vv_error err;
    vv_status status = vv_registry_stratum(r, stratum, &id, &fresh, log, &err);
    if (status != VARVE_OK)
        fail_msg("%s", err.message);
    return id;
}

static uint32_t series(struct vv_registry *r, uint32_t stratum, const char *key, struct vv_buf *log)
{
    uint32_t id;
    bool fresh;
    assert_int_equal(vv_registry_series(r, stratum, key, strlen(key), &id, &fresh, log, NULL),
                     VARVE_OK);
    return id;
}

static void test_define_and_find(void **state)
{
    (void)state;
    struct vv_registry *r = fresh_registry();
    struct vv_buf log = {0};
    struct varve_stratum stratum = tags("double");
    uint32_t id;
    bool fresh;
    assert_int_equal(vv_registry_stratum(r, &stratum, &id, &fresh, &log, NULL), VARVE_OK);
    assert_true(fresh && log.len > 0);
    size_t len = log.len;
    assert_int_equal(vv_registry_stratum(r, &stratum, &id, &fresh, &log, NULL), VARVE_OK);
    assert_true(!fresh && log.len == len);
    const struct varve_stratum *old = vv_registry_stratum_get(r, id);
    stratum.columns = three;
    stratum.column_count = 3;
    assert_int_equal(vv_registry_stratum(r, &stratum, &id, &fresh, &log, NULL), VARVE_OK);
    assert_true(fresh);
    assert_int_equal(old->column_count, 2); /* the old description stays valid */
    assert_int_equal(vv_registry_stratum_get(r, id)->column_count, 3);
    assert_string_equal(vv_registry_stratum_get(r, id)->columns[2].name, "note");
    assert_null(vv_registry_stratum_get(r, 1));

    for (int i = 0; i < 5000; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "boiler/%d", i);
        assert_int_equal(series(r, 0, key, &log), i);
    }
    assert_int_equal(series(r, 0, "boiler/17", &log), 17);
    assert_int_equal(vv_registry_find(r, 0, "boiler/4999", 11, &id, NULL), VARVE_OK);
    assert_int_equal(id, 4999);
    assert_int_equal(vv_registry_find(r, 0, "boiler/5000", 11, &id, NULL), VARVE_NOT_FOUND);
    assert_int_equal(vv_registry_find(r, 9, "boiler/1", 8, &id, NULL), VARVE_NOT_FOUND);
    uint32_t at;
    const void *key;
    size_t bytes;
    assert_true(vv_registry_series_get(r, 1024, &at, &key, &bytes));
    assert_int_equal(bytes, 11);
    assert_memory_equal(key, "boiler/1024", 11);
    assert_false(vv_registry_series_get(r, 5000, &at, &key, &bytes));
    assert_true(vv_registry_memory(r) > 5000 * 11);
    vv_buf_deinit(&log);
    vv_registry_free(r);
}

static void refuse(struct vv_registry *r, const struct varve_stratum *stratum, vv_status expected,
                   const char *words)
{
    struct vv_buf log = {0};
    uint32_t id;
    bool fresh;
    vv_error err;
    assert_int_equal(vv_registry_stratum(r, stratum, &id, &fresh, &log, &err), expected);
    if (!strstr(err.message, words))
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
    assert_true(log.len == 0 && !fresh);
    vv_buf_deinit(&log);
}

static void test_refusals(void **state)
{
    (void)state;
    struct vv_registry *r = fresh_registry();
    struct vv_buf log = {0};
    struct varve_stratum s = tags("");
    refuse(r, &s, VARVE_BAD_NAME, "without a name");
    s.name = "a\tb";
    refuse(r, &s, VARVE_BAD_NAME, "control character");
    char longest[VARVE_NAME_MAX + 2];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    s.name = longest;
    refuse(r, &s, VARVE_BAD_NAME, "longer than 255");
    s = tags("a");
    s.unit = (enum varve_unit)9;
    refuse(r, &s, VARVE_BAD_VALUE, "time unit 9");
    s = tags("a");
    s.good_column = 2;
    refuse(r, &s, VARVE_BAD_VALUE, "good rows");
    s.good_column = 0;
    refuse(r, &s, VARVE_BAD_TYPE, "\"value\"");
    s = tags("a");
    s.column_count = 0;
    refuse(r, &s, VARVE_LIMIT, "0 columns");
    struct varve_column twice[] = {{"value", VARVE_DOUBLE}, {"value", VARVE_INT64}};
    s = tags("a");
    s.columns = twice;
    refuse(r, &s, VARVE_BAD_NAME, "two columns");

    s = tags("a");
    define(r, &s, &log);
    s.unit = VARVE_SECONDS;
    refuse(r, &s, VARVE_CONFLICT, "another time unit");
    s = tags("a");
    struct varve_column renamed[] = {{"value", VARVE_DOUBLE}, {"flags", VARVE_INT64}};
    s.columns = renamed;
    refuse(r, &s, VARVE_CONFLICT, "\"flags\"");
    s = tags("a");
    s.column_count = 1;
    s.goodness = VARVE_GOOD_ALL;
    refuse(r, &s, VARVE_CONFLICT, "goodness rule");

    uint32_t id;
    bool fresh;
    char key[VARVE_KEY_MAX + 1] = {0};
    assert_int_equal(vv_registry_series(r, 0, key, 0, &id, &fresh, &log, NULL), VARVE_BAD_NAME);
    assert_int_equal(vv_registry_series(r, 0, key, sizeof key, &id, &fresh, &log, NULL),
                     VARVE_BAD_NAME);
    assert_int_equal(vv_registry_series(r, 1, "k", 1, &id, &fresh, &log, NULL), VARVE_NOT_FOUND);
    vv_buf_deinit(&log);
    vv_registry_free(r);
}

static void test_log_payloads(void **state)
{
    (void)state;
    struct vv_registry *a = fresh_registry(), *b = fresh_registry();
    struct vv_buf strata = {0}, keys = {0}, none = {0};
    struct varve_stratum s = tags("a");
    define(a, &s, &strata);
    s.columns = three;
    s.column_count = 3;
    define(a, &s, &strata); /* the same buffer holds both: they are applied in order */
    size_t at[4];
    for (int i = 0; i < 4; i++) {
        at[i] = keys.len;
        series(a, 0, (const char *[]){"k0", "k1", "k2", "k3"}[i], &keys);
    }
    assert_int_equal(vv_registry_apply(b, true, strata.data, strata.len, NULL), VARVE_OK);
    assert_int_equal(vv_registry_apply(b, true, strata.data, strata.len, NULL), VARVE_OK);
    assert_int_equal(vv_registry_stratum_get(b, 0)->column_count, 3);
    /* k1 and k2 are lost: the ids stay, as holes, and can be filled later. */
    assert_int_equal(vv_registry_apply(b, false, keys.data, at[1], NULL), VARVE_OK);
    assert_int_equal(vv_registry_apply(b, false, keys.data + at[3], keys.len - at[3], NULL),
                     VARVE_OK);
    assert_int_equal(vv_registry_series_count(b), 4);
    assert_false(vv_registry_series_get(b, 1, NULL, NULL, NULL));
    assert_true(vv_registry_series_get(b, 3, NULL, NULL, NULL));
    assert_int_equal(series(b, 0, "new", &none), 4);
    assert_int_equal(vv_registry_apply(b, false, keys.data, keys.len, NULL), VARVE_OK);
    assert_true(vv_registry_series_get(b, 1, NULL, NULL, NULL));
    /* Another meaning of an id is a contradiction; bytes cut anywhere are CORRUPT, never a fault.
     */
    struct vv_registry *c = fresh_registry();
    struct vv_buf other = {0};
    s = tags("a");
    define(c, &s, &other);
    series(c, 0, "other", &other);
    assert_int_equal(vv_registry_apply(c, false, keys.data, at[1], NULL), VARVE_CORRUPT);
    for (size_t cut = 1; cut < strata.len; cut++) {
        struct vv_registry *d = fresh_registry();
        vv_status status = vv_registry_apply(d, true, strata.data, cut, NULL);
        assert_true(status == VARVE_CORRUPT || vv_registry_stratum_get(d, 0)->column_count == 2);
        vv_registry_free(d);
    }
    vv_buf_deinit(&other);
    vv_buf_deinit(&strata);
    vv_buf_deinit(&keys);
    vv_buf_deinit(&none);
    vv_registry_free(a);
    vv_registry_free(b);
    vv_registry_free(c);
}

static void expect_same(struct vv_registry *r, struct vv_io_sim *sim, uint64_t len)
{
    struct vv_registry *again = fresh_registry();
    vv_error err;
    if (vv_registry_load(again, vv_io_sim_io(sim), PATH, len, &err) != VARVE_OK)
        fail_msg("%s", err.message);
    assert_int_equal(vv_registry_series_count(again), vv_registry_series_count(r));
    for (uint32_t i = 0; i < vv_registry_stratum_count(r); i++)
        assert_int_equal(vv_registry_stratum_get(again, i)->column_count,
                         vv_registry_stratum_get(r, i)->column_count);
    for (uint32_t i = 0; i < vv_registry_series_count(r); i++) {
        const void *key, *other;
        size_t bytes, other_bytes;
        assert_true(vv_registry_series_get(r, i, NULL, &key, &bytes));
        assert_true(vv_registry_series_get(again, i, NULL, &other, &other_bytes));
        assert_int_equal(bytes, other_bytes);
        assert_memory_equal(key, other, bytes);
    }
    vv_registry_free(again);
}

static void test_file(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_registry *r = fresh_registry();
    struct vv_buf log = {0};
    uint64_t len = 0;
    assert_int_equal(vv_registry_save(r, io, PATH, &len, NULL), VARVE_OK);
    assert_int_equal(len, 0);
    struct varve_stratum s = tags("a");
    define(r, &s, &log);
    for (int i = 0; i < 7000; i++) {
        char key[40];
        (void)snprintf(key, sizeof key, "a key that fills the record/%d", i);
        series(r, 0, key, &log);
    }
    assert_int_equal(vv_registry_save(r, io, PATH, &len, NULL), VARVE_OK);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP); /* its entry and its bytes are durable */
    expect_same(r, sim, len);
    s.columns = three;
    s.column_count = 3;
    define(r, &s, &log);
    series(r, 0, "one more", &log);
    uint64_t committed = len;
    assert_int_equal(vv_registry_save(r, io, PATH, &len, NULL), VARVE_OK);
    assert_true(len > committed);
    /* The manifest did not take it: what the last save wrote is written again. */
    series(r, 0, "and another", &log);
    len = committed;
    assert_int_equal(vv_registry_save(r, io, PATH, &len, NULL), VARVE_OK);
    expect_same(r, sim, len);
    uint64_t strange = len - 1;
    assert_int_equal(vv_registry_save(r, io, PATH, &strange, NULL), VARVE_INTERNAL);
    assert_int_equal(vv_registry_save(r, io, PATH, &len, NULL), VARVE_OK);
    vv_buf_deinit(&log);
    vv_registry_free(r);
    vv_io_sim_free(sim);
}

static void test_damage(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_registry *r = fresh_registry();
    struct vv_buf log = {0};
    uint64_t len = 0;
    struct varve_stratum s = tags("a");
    define(r, &s, &log);
    series(r, 0, "k0", &log);
    series(r, 0, "k1", &log);
    assert_int_equal(vv_registry_save(r, io, PATH, &len, NULL), VARVE_OK);
    for (uint64_t at = 0; at < len; at++) {
        assert_int_equal(vv_io_sim_damage(sim, PATH, at, 0x40), VARVE_OK);
        struct vv_registry *again = fresh_registry();
        vv_error err;
        assert_int_equal(vv_registry_load(again, io, PATH, len, &err), VARVE_CORRUPT);
        assert_non_null(strstr(err.message, PATH));
        vv_registry_free(again);
        assert_int_equal(vv_io_sim_damage(sim, PATH, at, 0x40), VARVE_OK);
    }
    expect_same(r, sim, len);
    for (uint64_t size = len; size-- > 0;) {
        assert_int_equal(vv_io_sim_shorten(sim, PATH, size), VARVE_OK);
        struct vv_registry *again = fresh_registry();
        assert_int_equal(vv_registry_load(again, io, PATH, len, NULL), VARVE_CORRUPT);
        vv_registry_free(again);
    }
    vv_buf_deinit(&log);
    vv_registry_free(r);
    vv_io_sim_free(sim);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct varve_stratum s = tags("a");
    for (uint64_t nth = 1;; nth++) {
        struct vv_registry *r = NULL;
        struct vv_buf log = {0};
        uint32_t id;
        bool fresh, struck = true;
        vv_alloc_fail_at(nth, false);
        vv_status status = vv_registry_new(&r, NULL);
        if (status == VARVE_OK)
            status = vv_registry_stratum(r, &s, &id, &fresh, &log, NULL);
        if (status == VARVE_OK)
            status = vv_registry_series(r, 0, "key", 3, &id, &fresh, &log, NULL);
        struck = status != VARVE_OK;
        vv_alloc_fail_at(0, false);
        if (struck)
            assert_int_equal(status, VARVE_NO_MEMORY);
        if (r && !log.failed) { /* whatever failed can be done again */
            struct vv_buf second = {0};
            assert_int_equal(define(r, &s, &second), 0);
            assert_int_equal(series(r, 0, "key", &second), 0);
            vv_buf_deinit(&second);
        }
        vv_buf_deinit(&log);
        vv_registry_free(r);
        if (!struck)
            break;
    }
}

/* Readers by id beside a definer: every id below the count is whole. */
struct beside {
    struct vv_registry *registry;
    bool good;
};

static void read_beside(void *arg)
{
    struct beside *b = arg;
    b->good = true;
    for (uint32_t count = 0; count < 20000;) {
        count = vv_registry_series_count(b->registry);
        for (uint32_t i = count > 50 ? count - 50 : 0; i < count; i++) {
            const void *key;
            size_t bytes;
            char expected[16];
            if (!vv_registry_series_get(b->registry, i, NULL, &key, &bytes) ||
                snprintf(expected, sizeof expected, "%u", i) != (int)bytes ||
                memcmp(expected, key, bytes) != 0)
                b->good = false;
        }
    }
}

static void test_readers_beside(void **state)
{
    (void)state;
    struct beside b = {fresh_registry(), false};
    struct vv_buf log = {0};
    struct varve_stratum s = tags("a");
    define(b.registry, &s, &log);
    struct vv_thread thread = {0};
    assert_int_equal(vv_thread_start(&thread, "reader", read_beside, &b, NULL), VARVE_OK);
    for (int i = 0; i < 20000; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "%d", i);
        vv_buf_reset(&log);
        series(b.registry, 0, key, &log);
    }
    vv_thread_join(&thread);
    assert_true(b.good);
    vv_buf_deinit(&log);
    vv_registry_free(b.registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_define_and_find), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_log_payloads),    cmocka_unit_test(test_file),
        cmocka_unit_test(test_damage),          cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_readers_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
