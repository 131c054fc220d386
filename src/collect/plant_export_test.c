/* The ledger's plant as a plant file, and what applying one leaves in the journal. The
 * demonstration plant's path is the program's argument. */
#include "catalog/row_text.h"
#include "collect/test_plant.h"

static const char *demonstration;

static void export_plant(struct bench *bench, struct vv_buf *out)
{
    vv_buf_reset(out);
    assert_ok(vv_plant_export(bench->ledger, out, &bench->err), &bench->err);
}

static vv_status apply_buf(struct bench *bench, const struct vv_buf *text)
{
    const struct vv_plant_text file = {(const char *)text->data, text->len, "exported", "test"};
    vv_buf_reset(&bench->report);
    return vv_plant_apply_text(bench->ledger, &file, false, note, &bench->report, &bench->counts,
                               &bench->err);
}

/* Applied to its own ledger it changes nothing; a new ledger that it makes exports the same. */
static void check_round_trip(struct bench *bench)
{
    struct vv_buf first = {0}, second = {0};
    struct vv_ledger *own = bench->ledger;
    char db[80];
    export_plant(bench, &first);
    assert_ok(apply_buf(bench, &first), &bench->err);
    assert_string_equal(bench->report.data ? (const char *)bench->report.data : "", "");
    snprintf(db, sizeof db, "sqlite:%s/other.db", bench->dir);
    const struct vv_ledger_options options = {.url = db};
    assert_ok(vv_ledger_open(&options, &bench->ledger, &bench->err), &bench->err);
    assert_ok(apply_buf(bench, &first), &bench->err);
    export_plant(bench, &second);
    assert_string_equal((const char *)second.data, (const char *)first.data);
    vv_ledger_close(bench->ledger);
    bench->ledger = own;
    vv_buf_deinit(&first);
    vv_buf_deinit(&second);
}

static void exports_the_demonstration_plant(void **state)
{
    struct bench *bench = *state;
    struct vv_buf text = {0};
    assert_ok(apply_path(bench, demonstration, false), &bench->err);
    export_plant(bench, &text);
    assert_null(strstr((const char *)text.data, "# Not in this file"));
    vv_buf_deinit(&text);
    check_round_trip(bench);
}

/* Every key of the file, and texts that YAML would take for something else. */
static void exports_every_key(void **state)
{
    static const char file[] =
        "connections:\n"
        "  - {name: \"yes\", driver: modbus, settings: \"A='x # y' B=1\"}\n"
        "  - {name: \"-: {\\\"\\\\\", driver: \"1\"}\n"
        "types:\n"
        "  - name: \"102\"\n    type: 102\n    parameters:\n"
        "      - {index: 1, name: \" a\\tb\\u2028\", address: \"input:0\", type: f32, order: CDAB, "
        "scale: -1.5e-07, offset: 3, unit: \"%\", writable: yes, comment: \"null\"}\n"
        "      - {index: 2, name: bit, address: \"coil:0\", type: bit}\n"
        "  - name: second\n    type: 102\n    subtype: 7\n    parameters:\n"
        "      - {index: 1, name: x, address: \"input:0\", type: u16}\n"
        "  - {name: empty, type: 103}\n"
        "devices:\n"
        "  - {name: \"Gerät 1\", number: 17, type: \"102\", connection: \"yes\", settings: U=1, "
        "spare_connection: \"-: {\\\"\\\\\", spare_settings: U=2, serial: \"007\", active: no, "
        "first_day: 3}\n"
        "  - {name: b, type: second, connection: \"yes\"}\n"
        "points:\n"
        "  - branch: \"A \\\\/ b/c\"\n    device: \"Gerät 1\"\n    period: 15m\n    points:\n"
        "      - {name: \"p: 1\", short: \"~\", parameter: \" a\\tb\\u2028\", type: real control, "
        "unit: bar, period: 250ms, mode: periodic, dead_band: 0.5%, timeout: 90s, validity: 2h, "
        "decimals: 0, interpolation: step}\n"
        "      - {name: q, parameter: bit}\n"
        "  - branch: \"A \\\\/ b\"\n    points:\n"
        "      - {name: r, device: b, parameter: x, dead_band: 1e-05, interpolation: linear}\n"
        "  - {branch: Empty/Deep}\n";
    struct bench *bench = *state;
    assert_ok(apply(bench, file), &bench->err);
    check_round_trip(bench);
    /* Of a number's second subtype nothing but its number is kept. */
    struct vv_buf text = {0};
    export_plant(bench, &text);
    assert_contains((const char *)text.data, "name: \"102 (subtype 7)\"");
    assert_contains((const char *)text.data, "period: 15m");
    assert_contains((const char *)text.data, "dead_band: 0.5%");
    assert_contains((const char *)text.data, "- branch: Empty/Deep\n");
    vv_buf_deinit(&text);
}

static void insert(struct bench *bench, const char *table, const char *const *columns,
                   const char *const *values)
{
    struct vv_ledger_tx *tx;
    struct vv_arena arena;
    struct vv_row row;
    vv_arena_init(&arena, 0, NULL);
    assert_ok(vv_ledger_begin_write(bench->ledger, &tx, &bench->err), &bench->err);
    assert_ok(vv_row_init(&row, vv_catalog_find(table), &arena, &bench->err), &bench->err);
    for (size_t i = 0; columns[i]; i++) {
        int column = vv_table_column(row.table, columns[i], strlen(columns[i]), 0);
        assert_ok(vv_row_set_from_text(&row, column, values[i], strlen(values[i]), &bench->err),
                  &bench->err);
    }
    assert_ok(vv_ledger_insert(tx, &row, &bench->err), &bench->err);
    assert_ok(vv_ledger_commit(&tx, &bench->err), &bench->err);
    vv_arena_deinit(&arena);
}

/* What a file cannot hold is named in it, and two of one name are refused. */
static void export_names_what_it_leaves_out(void **state)
{
    struct bench *bench = *state;
    struct vv_buf text = {0};
    insert(bench, "TB_Objects", (const char *[]){"Type", "Name", "Calc", NULL},
           (const char *[]){"1", "sum\n", "3", NULL});
    insert(bench, "TB_Devices", (const char *[]){"Name", NULL}, (const char *[]){"lonely", NULL});
    insert(bench, "TB_Connections", (const char *[]){"DLL", NULL}, (const char *[]){"x", NULL});
    export_plant(bench, &text);
    assert_contains((const char *)text.data,
                    "# Not in this file, and removed when it is applied:\n"
                    "#   connection 1 \"\": it has no name\n"
                    "#   device 1 lonely: it has no connection with a name\n"
                    "#   point 1 \"sum\\u000A\": it is not read from a device\n");
    insert(bench, "TB_Connections", (const char *[]){"DLL", "Name", NULL},
           (const char *[]){"x", "n", NULL});
    insert(bench, "TB_Connections", (const char *[]){"DLL", "Name", NULL},
           (const char *[]){"x", "n", NULL});
    vv_buf_reset(&text);
    assert_int_equal(vv_plant_export(bench->ledger, &text, &bench->err), VARVE_CONFLICT);
    assert_contains(bench->err.message, "two connections are named \"n\"");
    vv_buf_deinit(&text);
}

/* What was done stands in the journal, once, and nothing where nothing was done. */
static void journal_tells_of_it(void **state)
{
    struct bench *bench = *state;
    struct vv_buf log = {0};
    assert_ok(apply(bench, "connections:\n  - {name: a, driver: x}\n"), &bench->err);
    assert_ok(apply(bench, "connections:\n  - {name: a, driver: x}\n"), &bench->err);
    dump_table(bench, "TB_Log", &log);
    const char *first = strstr((const char *)log.data, "plant file applied: 1 added, 0 changed, 0 "
                                                       "removed");
    assert_non_null(first);
    assert_null(strstr(first + 1, "plant file applied"));
    assert_contains((const char *)log.data, "[\"+ connection a\"]");
    vv_buf_deinit(&log);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(exports_the_demonstration_plant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(exports_every_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(export_names_what_it_leaves_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(journal_tells_of_it, set_up, tear_down),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: %s PLANT.yaml\n", argv[0]);
        return 2;
    }
    demonstration = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
