/* Columns that the system fills: the hash of a path, the second number of a device. */
#include <string.h>

#include "base/arena.h"
#include "base/crc32c.h"
#include "base/test.h"
#include "sql/ledger.h"
#include "sql/test_dir.h"

#include "base/banned.h"

static struct test_dir dir;
static struct vv_ledger *ledger;
static struct vv_ledger_tx *tx;
static struct vv_arena arena;
static vv_error err;

static int setup(void **state)
{
    struct vv_ledger_options options = {.url = dir.url};

    (void)state;
    vv_arena_init(&arena, 0, NULL);
    if (test_dir_make(&dir) != 0 || vv_ledger_open(&options, &ledger, NULL) != VARVE_OK)
        return -1;
    return vv_ledger_begin_write(ledger, &tx, NULL) == VARVE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    vv_ledger_rollback(&tx);
    vv_ledger_close(ledger);
    vv_arena_deinit(&arena);
    test_dir_remove(&dir);
    return 0;
}

static struct vv_row row_of(const char *table, const char *key, int64_t id)
{
    struct vv_row row;

    assert_ok(vv_row_init(&row, vv_catalog_find(table), &arena, &err), &err);
    if (id != 0)
        assert_ok(vv_row_set_int(&row, key, id, &err), &err);
    return row;
}

static void add(int64_t id, int64_t type, int64_t parent, const char *name)
{
    struct vv_row row = row_of("TB_Objects", "ObjId", id);

    assert_ok(vv_row_set_int(&row, "Type", type, &err), &err);
    assert_ok(vv_row_set_int(&row, "Parent", parent, &err), &err);
    assert_ok(vv_row_set_text(&row, "Name", name, &err), &err);
    assert_ok(vv_ledger_insert(tx, &row, &err), &err);
}

static void assert_path(int64_t id, const char *path)
{
    struct vv_row row = row_of("TB_Objects", "ObjId", id);

    assert_ok(vv_ledger_get(tx, &row, &err), &err);
    assert_false(vv_row_is_null(&row, "HashId"));
    assert_int_equal(vv_row_get_int(&row, "HashId", 0), (int32_t)vv_crc32c(0, path, strlen(path)));
}

static void test_hash_of_the_path(void **state)
{
    struct vv_row row;

    (void)state;
    add(1, 0, 0, "Boiler 1");
    add(2, 0, 1, "Steam/water");
    add(3, 1, 2, "Pressure");
    add(4, 1, 2, "Пар [bar]");
    add(5, 0, 0, "Boiler 2");
    assert_path(1, "Boiler 1");
    assert_path(2, "Boiler 1/Steam\\/water");
    assert_path(3, "Boiler 1/Steam\\/water/Pressure");
    assert_path(4, "Boiler 1/Steam\\/water/Пар \\[bar]");

    row = row_of("TB_Objects", "ObjId", 1); /* what is below follows */
    assert_ok(vv_row_set_text(&row, "Name", "Kessel", &err), &err);
    assert_ok(vv_ledger_update(tx, &row, &err), &err);
    assert_path(1, "Kessel");
    assert_path(3, "Kessel/Steam\\/water/Pressure");
    assert_path(5, "Boiler 2");

    row = row_of("TB_Objects", "ObjId", 2);
    assert_ok(vv_row_set_int(&row, "Parent", 5, &err), &err);
    assert_ok(vv_ledger_update(tx, &row, &err), &err);
    assert_path(4, "Boiler 2/Steam\\/water/Пар \\[bar]");

    row = row_of("TB_Objects", "ObjId", 3); /* nobody else makes it */
    assert_ok(vv_row_set_int(&row, "HashId", 12345, &err), &err);
    assert_ok(vv_ledger_update(tx, &row, &err), &err);
    assert_path(3, "Boiler 2/Steam\\/water/Pressure");
}

/* Far more rows than the first room for those that wait. */
static void test_many_below(void **state)
{
    struct vv_row row;
    char name[32];

    (void)state;
    add(1, 0, 0, "a");
    for (int64_t id = 2; id < 400; id++) {
        snprintf(name, sizeof name, "n%lld", (long long)id);
        add(id, id % 10 == 0 ? 0 : 1, id > 10 ? id / 10 * 10 - (id % 10 == 0 ? 10 : 0) : 1, name);
    }
    row = row_of("TB_Objects", "ObjId", 1);
    assert_ok(vv_row_set_text(&row, "Name", "b", &err), &err);
    assert_ok(vv_ledger_update(tx, &row, &err), &err);
    assert_path(9, "b/n9");
    assert_path(35, "b/n10/n20/n30/n35");
}

static int64_t add_device(int64_t number, int64_t *id)
{
    struct vv_row row = row_of("TB_Devices", "DevId", 0), back;

    if (number != 0)
        assert_ok(vv_row_set_int(&row, "DevNum", number, &err), &err);
    assert_ok(vv_ledger_insert(tx, &row, &err), &err);
    *id = vv_row_get_int(&row, "DevId", 0);
    back = row_of("TB_Devices", "DevId", *id);
    assert_ok(vv_ledger_get(tx, &back, &err), &err);
    assert_int_equal(vv_row_get_int(&back, "DevNum", -1), vv_row_get_int(&row, "DevNum", -1));
    return vv_row_get_int(&back, "DevNum", -1);
}

static void test_numbers_of_devices(void **state)
{
    int64_t id;

    (void)state;
    assert_int_equal(add_device(0, &id), 1);
    assert_int_equal(id, 1);
    assert_int_equal(add_device(3, &id), 3);
    assert_int_equal(id, 2);
    assert_int_equal(add_device(0, &id), -1); /* 3 is taken: it has none */
    assert_int_equal(id, 3);
    assert_int_equal(add_device(0, &id), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hash_of_the_path, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_below, setup, teardown),
        cmocka_unit_test_setup_teardown(test_numbers_of_devices, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
