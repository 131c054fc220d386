/* Trees, reserved rows and rows that are kept. */
#include <string.h>

#include "base/arena.h"
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

static struct vv_row new_row(const char *table)
{
    struct vv_row row;

    assert_int_equal(vv_row_init(&row, vv_catalog_find(table), &arena, NULL), VARVE_OK);
    return row;
}

static void set(struct vv_row *row, const char *column, int64_t v)
{
    assert_int_equal(vv_row_set_int(row, column, v, NULL), VARVE_OK);
}

static vv_status add(const char *table, const char *key, int64_t id, int64_t type, int64_t parent)
{
    struct vv_row row = new_row(table);
    char name[32];

    snprintf(name, sizeof name, "n%lld", (long long)id);
    set(&row, key, id);
    set(&row, "Type", type);
    set(&row, "Parent", parent);
    assert_int_equal(vv_row_set_text(&row, "Name", name, NULL), VARVE_OK);
    return vv_ledger_insert(tx, &row, &err);
}

static vv_status change(const char *table, const char *key, int64_t id, const char *column,
                        int64_t v)
{
    struct vv_row row = new_row(table);

    set(&row, key, id);
    set(&row, column, v);
    return vv_ledger_update(tx, &row, &err);
}

static void assert_says(const char *part)
{
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, err.message);
}

#define ADD(id, type, parent)   add("TB_Objects", "ObjId", id, type, parent)
#define CHANGE(id, column, v)   change("TB_Objects", "ObjId", id, column, v)
#define REPORT(id, type, above) add("TB_Reports", "RepId", id, type, above)

static void test_points_hang_on_branches(void **state)
{
    (void)state;
    assert_int_equal(ADD(1, 0, 0), VARVE_OK); /* several roots */
    assert_int_equal(ADD(2, 0, 0), VARVE_OK);
    assert_int_equal(ADD(3, 1, 1), VARVE_OK);
    assert_int_equal(ADD(4, 1, 0), VARVE_OK); /* a point may be a root */
    assert_int_equal(ADD(5, 1, 3), VARVE_CONFLICT);
    assert_says("TB_Objects, column \"Parent\": 3 (n3) is not a branch");
    assert_int_equal(ADD(5, 0, 3), VARVE_CONFLICT);
    assert_int_equal(CHANGE(4, "Parent", 3), VARVE_CONFLICT);
    assert_int_equal(CHANGE(4, "Parent", 2), VARVE_OK);
    assert_int_equal(CHANGE(4, "Type", 2), VARVE_OK); /* nothing hangs on it */
    assert_int_equal(CHANGE(1, "Type", 1), VARVE_CONFLICT);
    assert_says("column \"Type\": others hang on it");
    assert_int_equal(CHANGE(1, "Type", 0), VARVE_OK); /* it has it already */
    assert_int_equal(CHANGE(3, "Parent", 2), VARVE_OK);
    assert_int_equal(CHANGE(1, "Type", 1), VARVE_OK);
    assert_int_equal(CHANGE(99, "Parent", 2), VARVE_NOT_FOUND);
    assert_int_equal(CHANGE(99, "Type", 2), VARVE_NOT_FOUND);
    /* Both at once are judged as they will be. */
    struct vv_row row = new_row("TB_Objects");
    set(&row, "ObjId", 4);
    set(&row, "Type", 0);
    set(&row, "Parent", 1);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_CONFLICT);
}

static void test_reports_hang_on_branches_and_templates(void **state)
{
    (void)state;
    assert_int_equal(REPORT(1, 0, 0), VARVE_OK);
    assert_int_equal(REPORT(2, 1, 1), VARVE_OK);
    assert_int_equal(REPORT(3, 2, 2), VARVE_OK);
    assert_int_equal(REPORT(4, 2, 1), VARVE_CONFLICT);
    assert_says("1 (n1) is not a template");
    assert_int_equal(REPORT(4, 1, 2), VARVE_CONFLICT);
    assert_says("2 (n2) is not a branch");
}

static void test_reserved_reactions(void **state)
{
    struct vv_row row = new_row("TB_Reactions");
    struct vv_row own = new_row("TB_Reactions");

    (void)state;
    set(&row, "ReactId", 2);
    assert_int_equal(vv_ledger_delete(tx, &row, &err), VARVE_CONFLICT);
    assert_says("TB_Reactions, column \"ReactId\": 2 is the system's own");
    assert_int_equal(change("TB_Reactions", "ReactId", 2, "EvType", 2), VARVE_CONFLICT);
    assert_says("column \"EvType\": this row is the system's own: it stays 1");
    assert_int_equal(change("TB_Reactions", "ReactId", 2, "EvType", 1), VARVE_OK);
    assert_int_equal(change("TB_Reactions", "ReactId", 2, "RFlags", 3), VARVE_OK);
    assert_int_equal(change("TB_Reactions", "ReactId", 2, "Acust", 3), VARVE_OK);
    assert_int_equal(change("TB_Reactions", "ReactId", 2, "TxtColor", 0xFF0000), VARVE_OK);
    assert_int_equal(vv_row_set_text(&row, "Name", "Mine", NULL), VARVE_OK);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_CONFLICT);
    assert_says("it stays \"Станд. Предупреждение\"");
    assert_int_equal(vv_ledger_upsert(tx, &row, &err), VARVE_CONFLICT);
    assert_int_equal(vv_row_set_null(&row, "Name", NULL), VARVE_OK);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_CONFLICT);
    /* The next one is free. */
    assert_int_equal(vv_row_set_text(&own, "Name", "Mine", NULL), VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &own, &err), VARVE_OK);
    assert_int_equal(vv_row_get_int(&own, "ReactId", 0), 5);
    assert_int_equal(vv_ledger_delete(tx, &own, &err), VARVE_OK);
}

static void test_dictionaries(void **state)
{
    struct vv_row row = new_row("TB_Strings");

    (void)state;
    set(&row, "Part", 2);
    set(&row, "TextId", 6);
    assert_int_equal(vv_ledger_delete(tx, &row, &err), VARVE_CONFLICT);
    assert_says("6 is the system's own");
    assert_int_equal(vv_row_set_text(&row, "Name", "Simulator", NULL), VARVE_OK);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_OK);
    set(&row, "TextId", 100);
    assert_int_equal(vv_ledger_insert(tx, &row, &err), VARVE_OK);
    assert_int_equal(vv_ledger_delete(tx, &row, &err), VARVE_OK);
}

static void test_users_are_kept(void **state)
{
    struct vv_row row = new_row("TB_User");

    (void)state;
    assert_int_equal(vv_row_set_text(&row, "Name", "operator", NULL), VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &row, &err), VARVE_OK);
    assert_int_equal(vv_ledger_delete(tx, &row, &err), VARVE_CONFLICT);
    assert_says("rows of TB_User are never deleted: set Exist to 0");
    set(&row, "Exist", 0);
    assert_int_equal(vv_ledger_update(tx, &row, &err), VARVE_OK);
}

static void test_what_a_column_refuses(void **state)
{
    struct vv_row tarif = new_row("TB_Tarif");
    struct vv_row depend = new_row("TB_Depend");

    (void)state;
    assert_int_equal(ADD(1, 1, 0), VARVE_OK);
    assert_int_equal(CHANGE(1, "Period", 7), VARVE_OK);
    assert_int_equal(CHANGE(1, "Period", 8), VARVE_BAD_VALUE);
    assert_says("column \"Period\": 8 has no meaning");
    assert_int_equal(CHANGE(1, "Period", 9), VARVE_BAD_VALUE);
    assert_int_equal(CHANGE(1, "Period", 10), VARVE_OK);
    assert_int_equal(CHANGE(1, "Period", -1), VARVE_BAD_VALUE);
    assert_int_equal(vv_row_set_text(&tarif, "Selector",
                                     "00111100000000000000000000000000000000000000000", NULL),
                     VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &tarif, &err), VARVE_BAD_VALUE);
    assert_says("exactly 48");
    assert_int_equal(vv_row_set_text(&tarif, "Selector",
                                     "001111000000000000000000000000000000000000000002", NULL),
                     VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &tarif, &err), VARVE_BAD_VALUE);
    assert_says("only 0 and 1");
    assert_int_equal(vv_row_set_text(&tarif, "Selector",
                                     "001111000000000000000000000000000000000000000000", NULL),
                     VARVE_OK);
    assert_int_equal(vv_ledger_insert(tx, &tarif, &err), VARVE_OK);
    /* Ids of seven kinds. */
    set(&depend, "ObjId", 1);
    set(&depend, "VarNumb", 1);
    set(&depend, "BaseId", 0x70000001);
    assert_int_equal(vv_ledger_insert(tx, &depend, &err), VARVE_BAD_VALUE);
    set(&depend, "BaseId", 0x60000001);
    assert_int_equal(vv_ledger_insert(tx, &depend, &err), VARVE_OK);
    assert_int_equal(change("TB_Reactions", "ReactId", 1, "AlrId", 7), VARVE_CONFLICT);
    assert_says("TB_Alarms has no row with AlrId 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_points_hang_on_branches, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reports_hang_on_branches_and_templates, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_reserved_reactions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dictionaries, setup, teardown),
        cmocka_unit_test_setup_teardown(test_users_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_column_refuses, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
