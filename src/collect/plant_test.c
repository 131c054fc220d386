/* Plant files against a real ledger in a directory of its own. The demonstration plant's path is
 * the program's argument. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/test.h"
#include "catalog/catalog.h"
#include "collect/test_plant.h"

static const char *demonstration;

static void assert_applied(struct bench *bench, const char *text, const char *report)
{
    assert_ok(apply(bench, text), &bench->err);
    assert_string_equal(bench->report.data ? (const char *)bench->report.data : "", report);
}

static char *dump(struct bench *bench)
{
    static const char *const tables[] = {"TB_Connections", "TB_Dim",     "TB_Strings",
                                         "vv_param_map",   "TB_Devices", "TB_Objects",
                                         "vv_point_option"};
    struct vv_buf text = {0};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        dump_table(bench, tables[i], &text);
    return (char *)vv_buf_take(&text, NULL);
}

static int64_t count(struct bench *bench, const char *table, const struct vv_filter *filters,
                     size_t filter_count)
{
    struct vv_ledger_tx *tx;
    const struct vv_query query = {
        .table = vv_catalog_find(table), .filters = filters, .filter_count = filter_count};
    int64_t n = -1;
    assert_ok(vv_ledger_begin_read(bench->ledger, &tx, &bench->err), &bench->err);
    assert_ok(vv_ledger_count(tx, &query, &n, &bench->err), &bench->err);
    vv_ledger_rollback(&tx);
    return n;
}

/* ---- a small plant, in pieces ---- */

#define CONNECTIONS                                                                                \
    "connections:\n"                                                                               \
    "  - {name: Line, driver: modbus, settings: HOST=127.0.0.1 PORT=15020}\n"
#define TYPES                                                                                      \
    "types:\n"                                                                                     \
    "  - name: Meter\n"                                                                            \
    "    type: 102\n"                                                                              \
    "    parameters:\n"                                                                            \
    "      - {index: 1, name: Power, address: \"input:0\", type: i32, unit: kW}\n"                 \
    "      - {index: 2, name: Energy, address: \"input:2\", type: f64, unit: kWh}\n"               \
    "      - {index: 3, name: Running, address: \"input:6.0\", type: bit}\n"                       \
    "      - {index: 4, name: Label, address: \"holding:0/8\", type: text}\n"
#define DEVICES                                                                                    \
    "devices:\n"                                                                                   \
    "  - {name: Main, type: Meter, connection: Line}\n"
#define HEAD CONNECTIONS TYPES DEVICES
#define POINTS                                                                                     \
    "points:\n"                                                                                    \
    "  - branch: Power/Supply\n"                                                                   \
    "    device: Main\n"                                                                           \
    "    period: 5s\n"                                                                             \
    "    points:\n"
#define POWER "      - {name: Power, parameter: Power, decimals: 3}\n"

#define ALL_NEW                                                                                    \
    "+ connection Line\n+ type Meter\n+ unit kW\n+ parameter Meter, parameter Power\n"             \
    "+ unit kWh\n+ parameter Meter, parameter Energy\n+ parameter Meter, parameter Running\n"      \
    "+ parameter Meter, parameter Label\n+ device Main\n"

/* ---- tests ---- */

static void demonstration_plant(void **state)
{
    struct bench *bench = *state;
    bool empty;
    assert_ok(vv_plant_is_empty(bench->ledger, &empty, &bench->err), &bench->err);
    assert_true(empty);
    assert_ok(apply_path(bench, demonstration, false), &bench->err);
    assert_int_equal(bench->counts.changed, 0);
    assert_int_equal(bench->counts.removed, 0);
    assert_ok(vv_plant_is_empty(bench->ledger, &empty, &bench->err), &bench->err);
    assert_false(empty);

    const struct vv_filter points[] = {{"Type", VV_FILTER_NE, vv_value_int(0)}};
    const struct vv_filter loose[] = {{"Type", VV_FILTER_NE, vv_value_int(0)},
                                      {"DevId", VV_FILTER_EQ, vv_value_int(0)}};
    assert_int_equal(count(bench, "TB_Objects", points, 1), 85);
    assert_int_equal(count(bench, "TB_Objects", loose, 2), 0);
    assert_int_equal(count(bench, "vv_point_option", NULL, 0), 85);
    assert_int_equal(count(bench, "TB_Connections", NULL, 0), 2);
    assert_int_equal(count(bench, "TB_Devices", NULL, 0), 3);
    const struct vv_filter types[] = {{"Part", VV_FILTER_EQ, vv_value_int(2)},
                                      {"TextId", VV_FILTER_GE, vv_value_int(100)}};
    assert_int_equal(count(bench, "TB_Strings", types, 2), 3);

    char *before = dump(bench);
    assert_contains(before, "Name=Wind above 200 GWh MemInd=14");
    assert_ok(apply_path(bench, demonstration, false), &bench->err);
    assert_int_equal(bench->counts.added + bench->counts.changed + bench->counts.removed, 0);
    char *after = dump(bench);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void references(void **state)
{
    struct bench *bench = *state;
    assert_applied(bench, HEAD POINTS POWER,
                   ALL_NEW "+ branch Power\n+ branch Power/Supply\n+ point Power/Supply/Power\n");
    char *text = dump(bench);
    assert_contains(text, "TB_Strings Part=2 TextId=102 Name=Meter\n");
    assert_contains(text, "vv_param_map DevType=102 SubType=0 MemInd=2 Name=Energy "
                          "Address=input:2 DataType=f64 Scale=1 Offset=0 DimId=2 Writable=0\n");
    assert_contains(text, "TB_Devices DevId=1 DevNum=1 Type=102 SubType=0 Name=Main ConnId=1 ");
    assert_contains(text, "TB_Objects ObjId=2 Type=0 Parent=1 DevId=0 Name=Supply ");
    assert_contains(text, "TB_Objects ObjId=3 Type=1 Parent=2 DevId=1 Name=Power MemInd=1 ");
    assert_contains(text, "vv_point_option ObjId=3 HistoryId=0 Mode=change Period_s=5 Decimals=3 "
                          "Interpolation=step\n");
    free(text);
}

static void shows_exactly_the_change(void **state)
{
    struct bench *bench = *state;
    assert_ok(apply(bench, HEAD POINTS POWER), &bench->err);
    assert_applied(bench,
                   HEAD POINTS "      - {name: Power, parameter: Power, decimals: 2, unit: MW}\n",
                   "+ unit MW\n~ point Power/Supply/Power: DimId 1 -> 3, Decimals 3 -> 2\n");
    assert_int_equal(bench->counts.added, 1);
    assert_int_equal(bench->counts.changed, 1);
    assert_applied(bench,
                   "connections:\n  - {name: Line, driver: modbus, settings: HOST=10.0.0.1}\n",
                   "~ connection Line: IniStr \"HOST=127.0.0.1 PORT=15020\" -> "
                   "\"HOST=10.0.0.1\"\n");
    assert_applied(bench, TYPES CONNECTIONS,
                   "~ connection Line: IniStr \"HOST=10.0.0.1\" -> \"HOST=127.0.0.1 "
                   "PORT=15020\"\n");
    assert_applied(bench, "", "");
}

static void removes_in_order(void **state)
{
    struct bench *bench = *state;
    assert_ok(apply(bench, HEAD POINTS POWER
                    "  - branch: Power/Supply/Deep/Deeper\n    device: Main\n    points:\n"
                    "      - {name: Energy, parameter: Energy}\n"),
              &bench->err);
    assert_applied(bench, HEAD POINTS POWER,
                   "- point Power/Supply/Deep/Deeper/Energy\n- branch Power/Supply/Deep/Deeper\n"
                   "- branch Power/Supply/Deep\n");
    assert_applied(bench, "connections: []\ntypes: []\ndevices: []\npoints: []\n",
                   "- point Power/Supply/Power\n- branch Power/Supply\n- branch Power\n"
                   "- device Main\n- parameter Label of type 102\n- parameter Running of type 102\n"
                   "- parameter Energy of type 102\n- parameter Power of type 102\n- type Meter\n"
                   "- connection Line\n");
    bool empty;
    assert_ok(vv_plant_is_empty(bench->ledger, &empty, &bench->err), &bench->err);
    assert_true(empty);
    assert_int_equal(count(bench, "vv_point_option", NULL, 0), 0);
    assert_int_equal(count(bench, "vv_param_map", NULL, 0), 0);
}

static void moves_a_parameter(void **state)
{
    struct bench *bench = *state;
    assert_ok(apply(bench, HEAD POINTS POWER "      - {name: Energy, parameter: Energy}\n"),
              &bench->err);
    assert_applied(bench,
                   HEAD POINTS "      - {name: Power, parameter: Energy, decimals: 3}\n"
                               "      - {name: Energy, parameter: Power}\n",
                   "~ point Power/Supply/Power: MemInd 1 -> 2, DimId 1 -> 2, Interpolation "
                   "\"step\" -> \"linear\"\n"
                   "~ point Power/Supply/Energy: MemInd 2 -> 1, DimId 2 -> 1, Interpolation "
                   "\"linear\" -> \"step\"\n");
    assert_applied(bench, HEAD POINTS "      - {name: New, parameter: Energy}\n",
                   "- point Power/Supply/Power\n- point Power/Supply/Energy\n"
                   "+ point Power/Supply/New\n");
}

static void point_becomes_branch(void **state)
{
    struct bench *bench = *state;
    assert_ok(apply(bench, HEAD POINTS POWER), &bench->err);
    assert_applied(bench,
                   HEAD "points:\n  - branch: Power/Supply/Power\n    device: Main\n    points:\n"
                        "      - {name: Now, parameter: Power}\n",
                   "~ branch Power/Supply/Power: Type 1 -> 0, DevId 1 -> 0, MemInd 1 -> nothing, "
                   "DimId 1 -> 0\n"
                   "+ point Power/Supply/Power/Now\n");
    assert_int_equal(count(bench, "vv_point_option", NULL, 0), 1);
    assert_ok(apply(bench, HEAD POINTS POWER), &bench->err);
    assert_applied(bench, HEAD POINTS POWER, "");
}

static void device_numbers(void **state)
{
    struct bench *bench = *state;
    assert_ok(apply(bench,
                    CONNECTIONS TYPES "devices:\n"
                                      "  - {name: A, number: 7, type: Meter, connection: Line}\n"
                                      "  - {name: B, number: 8, type: Meter, connection: Line}\n"),
              &bench->err);
    assert_applied(bench,
                   CONNECTIONS TYPES "devices:\n"
                                     "  - {name: A, number: 8, type: Meter, connection: Line}\n"
                                     "  - {name: B, number: 7, type: Meter, connection: Line}\n",
                   "~ device A: DevNum 7 -> 8\n~ device B: DevNum 8 -> 7\n");
    assert_applied(bench,
                   CONNECTIONS TYPES
                   "devices:\n"
                   "  - {name: A, type: Meter, connection: Line}\n"
                   "  - {name: C, number: 7, type: Meter, connection: Line, active: no}\n",
                   "~ device A: DevNum 8 -> 1\n+ device C\n- device B\n");
}

/* One number, two subtypes: the first names it, and each has parameters of its own. */
static void subtypes(void **state)
{
    struct bench *bench = *state;
    assert_applied(bench,
                   "types:\n"
                   "  - {name: Meter, type: 102, parameters: [{index: 1, name: P, address: a, "
                   "type: u16}]}\n"
                   "  - {name: Meter II, type: 102, subtype: 1, parameters: [{index: 1, name: P, "
                   "address: b, type: u16}]}\n",
                   "+ type Meter\n+ parameter Meter, parameter P\n+ parameter Meter II, parameter "
                   "P\n");
    assert_applied(bench, "types:\n  - {name: Gauge, type: 102, subtype: 1}\n",
                   "~ type Gauge: Name \"Meter\" -> \"Gauge\"\n- parameter P of type 102\n"
                   "- parameter P of type 102\n");
}

static void nothing_after_dry_run(void **state)
{
    struct bench *bench = *state;
    assert_ok(apply(bench, HEAD POINTS POWER), &bench->err);
    char *before = dump(bench);
    write_file(bench, HEAD POINTS "      - {name: Other, parameter: Power}\n");
    assert_ok(apply_path(bench, bench->file, true), &bench->err);
    assert_string_equal((const char *)bench->report.data,
                        "- point Power/Supply/Power\n+ point Power/Supply/Other\n");
    char *after = dump(bench);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

/* Texts that are refused: by what, and in which line. */
static void refuses(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"connectins: []\n", "line 1: unknown key \"connectins\"; did you mean \"connections\"?"},
        {HEAD POINTS POWER "      - {name: X, paramter: Energy}\n",
         "line 19: unknown key \"paramter\"; did you mean \"parameter\"?"},
        {"points: 7\n", "line 1: points: a list is expected"},
        {CONNECTIONS CONNECTIONS, "line 3: "},
        {CONNECTIONS "  - {name: Line, driver: modbus}\n",
         "line 3: \"Line\" is there already, in line 2"},
        {"connections:\n  - {driver: modbus}\n", "line 2: \"name\" is missing"},
        {"connections:\n  - {name: \"\", driver: modbus}\n", "line 2: name: the text is empty"},
        {"connections:\n  - {name: A, driver: ../evil}\n", "line 2: a driver's name holds no"},
        {CONNECTIONS TYPES "devices:\n  - {name: A, type: Metre, connection: Line}\n",
         "line 12: there is no type \"Metre\" in this file; did you mean \"Meter\"?"},
        {CONNECTIONS TYPES "devices:\n  - {name: A, type: Meter, connection: Lien}\n",
         "line 12: there is no connection \"Lien\" in this file; did you mean \"Line\"?"},
        {CONNECTIONS TYPES "devices:\n  - {name: A, type: Meter, connection: Line, number: 1}\n"
                           "  - {name: B, type: Meter, connection: Line, number: 1}\n",
         "line 13: number 1 is there already, in line 12"},
        {"types:\n  - {name: A, type: 99}\n", "line 2: type: numbers below 100"},
        {"types:\n  - {name: A, type: 100}\n  - {name: B, type: 100}\n",
         "line 3: type 100, subtype 0 is there already, in line 2"},
        {"types:\n  - name: A\n    type: 100\n    parameters:\n"
         "      - {index: 1, name: P, address: a, type: u17}\n",
         "line 5: vv_param_map, row 1, column \"DataType\""},
        {"types:\n  - name: A\n    type: 100\n    parameters:\n"
         "      - {index: 1, name: P, address: a, type: u16}\n"
         "      - {index: 1, name: Q, address: a, type: u16}\n",
         "line 6: index 1 of this type is there already, in line 5"},
        {"types:\n  - name: A\n    type: 100\n    parameters:\n"
         "      - {index: 1, name: P, address: a, type: u16}\n"
         "      - {index: 2, name: P, address: a, type: u16}\n",
         "line 6: \"A, parameter P\" is there already, in line 5"},
        {HEAD POINTS POWER "      - {name: X, parameter: Enrgy}\n",
         "line 19: device \"Main\" has no parameter \"Enrgy\"; did you mean \"Energy\"?"},
        {HEAD POINTS POWER "      - {name: X, parameter: Label}\n",
         "line 19: parameter \"Label\" is a text"},
        {HEAD POINTS POWER "      - {name: X, parameter: Power}\n",
         "line 19: a point of parameter \"Power\" of device \"Main\" is there already, in line 18"},
        {HEAD POINTS POWER "      - {name: Power, parameter: Energy}\n",
         "line 19: \"Power/Supply/Power\" is there already, in line 18"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, device: Mian}\n",
         "line 19: there is no device \"Mian\" in this file; did you mean \"Main\"?"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, history: erp}\n",
         "line 19: there is no history \"erp\": varve.yaml lists them"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, mode: sometimes}\n",
         "line 19: vv_point_option, column \"Mode\""},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, decimals: 99}\n",
         "line 19: vv_point_option, column \"Decimals\": 99 is outside 0 to 15"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, period: 1ms}\n",
         "line 19: period"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, dead_band: wide}\n",
         "line 19: dead_band: \"wide\" is no width"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, dead_band: inf%}\n",
         "line 19: dead_band: \"inf%\" is no width"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, type: reel}\n", "line 19: type"},
        {HEAD POINTS POWER "      - {name: X, parameter: Energy, interpolation: cubic}\n",
         "line 19: interpolation"},
        {HEAD POINTS POWER "  - branch: Power/Supply/Power\n",
         "line 19: \"Power/Supply/Power\" is a point already, in line 18"},
        {HEAD "points:\n  - branch: A/B\n  - branch: A\n    device: Main\n    points:\n"
              "      - {name: B, parameter: Power}\n",
         "line 18: \"A/B\" is a branch already, in line 14"},
        {"points:\n  - branch: A//B\n", "line 2: branch \"A//B\": a name between the \"/\""},
        {"points:\n  - branch: A\\\n", "line 2: path \"A\\\": a backslash at its end"},
        {"points:\n  - branch: \"A\\tB\"\n", "line 2: "},
        {"points:\n  - branch: A\n    points:\n      - {name: X, parameter: P}\n",
         "line 4: \"device\" is missing, here and in the branch"},
    };
    assert_ok(apply(bench, HEAD POINTS POWER), &bench->err);
    char *before = dump(bench);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (apply(bench, cases[i].text) == VARVE_OK)
            fail_msg("accepted: %s", cases[i].text);
        assert_contains(bench->err.message, "plant.yaml line ");
        assert_contains(bench->err.message, cases[i].says);
        char *after = dump(bench);
        assert_string_equal(before, after);
        free(after);
    }
    free(before);
}

static void refuses_what_is_too_long(void **state)
{
    struct bench *bench = *state;
    struct vv_buf text = {0};
    vv_buf_text(&text, "points:\n  - branch: ");
    for (int i = 0; i < 256; i++)
        vv_buf_char(&text, 'a');
    assert_int_equal(apply(bench, (const char *)text.data), VARVE_BAD_NAME);
    assert_contains(bench->err.message, "plant.yaml line 2: ");
    vv_buf_reset(&text);
    vv_buf_text(&text, "points:\n  - branch: a");
    for (int i = 0; i < 64; i++)
        vv_buf_text(&text, "/a");
    assert_int_equal(apply(bench, (const char *)text.data), VARVE_LIMIT);
    assert_contains(bench->err.message, "more than 64 levels");
    vv_buf_reset(&text);
    vv_buf_text(&text, "connections:\n  - {name: A, driver: modbus, settings: ");
    for (int i = 0; i < 129; i++)
        vv_buf_char(&text, 'a');
    vv_buf_text(&text, "}\n");
    assert_int_equal(apply(bench, (const char *)text.data), VARVE_BAD_VALUE);
    assert_contains(bench->err.message, "plant.yaml line 2: TB_Connections, row 1, column "
                                        "\"IniStr\"");
    vv_buf_deinit(&text);
}

/* 100 devices of 100 points each: seconds, not minutes, and so for the removal of all of them. */
static void ten_thousand_points(void **state)
{
    struct bench *bench = *state;
    struct vv_buf text = {0};
    struct timespec start, end;
    vv_buf_text(&text, CONNECTIONS "types:\n  - name: Big\n    type: 200\n    parameters:\n");
    for (int i = 1; i <= 100; i++)
        vv_buf_format(&text, "    - {index: %d, name: P%d, address: \"input:%d\", type: u16}\n", i,
                      i, i);
    vv_buf_text(&text, "devices:\n");
    for (int i = 0; i < 100; i++)
        vv_buf_format(&text, "  - {name: D%d, type: Big, connection: Line}\n", i);
    vv_buf_text(&text, "points:\n");
    for (int i = 0; i < 100; i++) {
        vv_buf_format(&text, "  - branch: Hall/Row %d\n    device: D%d\n    points:\n", i, i);
        for (int k = 1; k <= 100; k++)
            vv_buf_format(&text, "    - {name: N%d, parameter: P%d}\n", k, k);
    }
    assert_false(text.failed);
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_ok(apply(bench, (const char *)text.data), &bench->err);
    assert_int_equal(bench->counts.added, 1 + 1 + 100 + 100 + 101 + 10000);
    assert_ok(apply_path(bench, bench->file, false), &bench->err);
    assert_int_equal(bench->counts.added + bench->counts.changed + bench->counts.removed, 0);
    assert_ok(apply(bench, "points: []\ndevices: []\n"), &bench->err);
    assert_int_equal(bench->counts.removed, 100 + 101 + 10000);
    clock_gettime(CLOCK_MONOTONIC, &end);
    print_message("10,000 points added, compared, removed: %.1f s\n",
                  (double)(end.tv_sec - start.tv_sec) +
                      1e-9 * (double)(end.tv_nsec - start.tv_nsec));
    assert_true(end.tv_sec - start.tv_sec < 60);
    vv_buf_deinit(&text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(demonstration_plant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(references, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shows_exactly_the_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(removes_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(moves_a_parameter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(point_becomes_branch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(device_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(subtypes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_after_dry_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_too_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ten_thousand_points, set_up, tear_down),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: %s PLANT.yaml\n", argv[0]);
        return 2;
    }
    demonstration = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
