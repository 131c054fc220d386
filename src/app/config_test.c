/* varve.yaml: every setting, what is refused and where, and the page about all of it. The page's
 * path is the program's argument. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/config.h"
#include "app/settings.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/logger.h"
#include "base/test.h"
#include "catalog/partition.h"
#include "history/history.h"

static const char *page_path;
static struct vv_config config;
static vv_error err;

static vv_status parse(const char *text)
{
    vv_config_deinit(&config);
    vv_error_clear(&err);
    return vv_config_parse(text, strlen(text), "etc/varve.yaml", &config, &err);
}

static int tear_down(void **state)
{
    (void)state;
    vv_config_deinit(&config);
    return 0;
}

static void assert_refused(const char *text, const char *says)
{
    if (parse(text) == VARVE_OK)
        fail_msg("accepted: %s", text);
    if (strncmp(err.message, "etc/varve.yaml line ", 20) != 0 || !strstr(err.message, says))
        fail_msg("\"%s\" is not in \"%s\"", says, err.message);
}

static void standard_values(void **state)
{
    (void)state;
    assert_ok(parse(""), &err);
    assert_string_equal(config.node, "varve");
    assert_string_equal(vv_config_path(&config, config.data), "etc/./data");
    assert_string_equal(config.timezone, "UTC");
    assert_string_equal(config.ledger, "sqlite:varve.db");
    assert_null(config.plant);
    assert_null(vv_config_path(&config, config.plant));
    assert_null(config.drivers_dir);
    assert_null(config.web_dir);
    assert_int_equal(config.log_level, VV_LOG_INFO);
    assert_string_equal(config.http_listen, "127.0.0.1:8080");
    assert_int_equal(config.http_connections, 2000);
    assert_int_equal(config.http_streams, 1000);
    assert_int_equal(config.http_workers, 4);
    assert_int_equal(config.http_body_bytes, 64 << 20);
    assert_int_equal(config.new_series_per_hour, 100000);
    assert_int_equal(config.billing_month_day, 1);
    assert_int_equal(config.later_count, 0);
    assert_int_equal(config.history_count, 1);
    assert_string_equal(config.histories[0].name, "main");
    assert_string_equal(config.histories[0].store, "native");
    assert_int_equal(config.histories[0].partition, VV_PARTITION_DAY);
    assert_int_equal(config.histories[0].sync, VARVE_SYNC_INTERVAL);
    assert_int_equal(config.histories[0].sync_interval_ms, 100);
    assert_int_equal(config.histories[0].flush_interval_ms, 300000);
    assert_int_equal(config.histories[0].reserve_bytes, 64 << 20);
    assert_int_equal(config.histories[0].keep_raw_ms, 0);
}

static void directory_alone(void **state)
{
    (void)state;
    vv_config_deinit(&config);
    assert_ok(vv_config_default("/var/lib/varve", &config, &err), &err);
    assert_string_equal(vv_config_path(&config, config.data), "/var/lib/varve");
    assert_int_equal(config.history_count, 1);
}

static void every_setting(void **state)
{
    (void)state;
    assert_ok(parse("node: plant-1\n"
                    "data: /var/lib/varve\n"
                    "timezone: Europe/Kyiv\n"
                    "plant: plant.yaml\n"
                    "ledger: sqlite:/srv/ledger.db\n"
                    "preprocessor: on\n"
                    "drivers_dir: d\n"
                    "web: w\n"
                    "log: warn\n"
                    "new_series_per_hour: 0\n"
                    "billing: {day_hour: 7, month_day: 31}\n"
                    "reports: {dir: r}\n"
                    "http: {listen: \"[::1]:0\", connections: 10, streams: 5, workers: 1, body: "
                    "1 KiB}\n"
                    "drivers: {zmb: iec62056, old: modbus}\n"
                    "histories:\n"
                    "  - name: main\n"
                    "    partition: halfyear\n"
                    "    sync: always\n"
                    "    sync_interval: 250ms\n"
                    "    flush_interval: 90s\n"
                    "    memory: 1GiB\n"
                    "    cache: 2MiB\n"
                    "    log_size: 1048576\n"
                    "    reserve: 65536B\n"
                    "    keep: {raw: 400d, windows: 10y}\n"
                    "    windows: [1, 10]\n"
                    "  - {name: second}\n"),
              &err);
    assert_string_equal(config.node, "plant-1");
    assert_string_equal(vv_config_path(&config, config.data), "/var/lib/varve");
    assert_string_equal(vv_config_path(&config, config.plant), "etc/plant.yaml");
    assert_string_equal(config.timezone, "Europe/Kyiv");
    assert_string_equal(config.ledger, "sqlite:/srv/ledger.db");
    assert_true(config.preprocessor);
    assert_string_equal(config.drivers_dir, "d");
    assert_string_equal(config.web_dir, "w");
    assert_string_equal(config.reports_dir, "r");
    assert_int_equal(config.log_level, VV_LOG_WARN);
    assert_int_equal(config.new_series_per_hour, 0);
    assert_int_equal(config.billing_day_hour, 7);
    assert_int_equal(config.billing_month_day, 31);
    assert_string_equal(config.http_listen, "[::1]:0");
    assert_int_equal(config.http_connections, 10);
    assert_int_equal(config.http_streams, 5);
    assert_int_equal(config.http_workers, 1);
    assert_int_equal(config.http_body_bytes, 1024);
    assert_int_equal(config.alias_count, 2);
    assert_string_equal(config.aliases[0].name, "zmb");
    assert_string_equal(config.aliases[0].driver, "iec62056");
    assert_int_equal(config.history_count, 2);
    const struct vv_config_history *main = &config.histories[0];
    assert_int_equal(main->layout, VV_LAYOUT_SCADA);
    assert_int_equal(main->partition, VV_PARTITION_HALFYEAR);
    assert_int_equal(main->sync, VARVE_SYNC_ALWAYS);
    assert_int_equal(main->sync_interval_ms, 250);
    assert_int_equal(main->flush_interval_ms, 90000);
    assert_int_equal(main->memory_bytes, 1 << 30);
    assert_int_equal(main->cache_bytes, 2 << 20);
    assert_int_equal(main->log_bytes, 1 << 20);
    assert_int_equal(main->reserve_bytes, 65536);
    assert_int_equal(main->keep_raw_ms, 400LL * 86400000);
    assert_true(main->keep_windows_ms > 3650LL * 86400000 - 1);
    assert_int_equal(main->window_count, 2);
    assert_int_equal(main->windows[1], 10);
}

/* The words of a choice stand in the order of the enum that they set. */
static void choices(void **state)
{
    static const struct {
        const char *line;
        int64_t value;
    } partitions[] = {{"none", VV_PARTITION_NONE},       {"day", VV_PARTITION_DAY},
                      {"week", VV_PARTITION_WEEK},       {"month", VV_PARTITION_MONTH},
                      {"quarter", VV_PARTITION_QUARTER}, {"halfyear", VV_PARTITION_HALFYEAR},
                      {"year", VV_PARTITION_YEAR}},
      syncs[] = {{"interval", VARVE_SYNC_INTERVAL},
                 {"always", VARVE_SYNC_ALWAYS},
                 {"never", VARVE_SYNC_NEVER}};
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++) {
        snprintf(text, sizeof text, "histories: [{name: a, partition: %s}]", partitions[i].line);
        assert_ok(parse(text), &err);
        assert_int_equal(config.histories[0].partition, partitions[i].value);
    }
    for (size_t i = 0; i < sizeof syncs / sizeof syncs[0]; i++) {
        snprintf(text, sizeof text, "histories: [{name: a, sync: %s}]", syncs[i].line);
        assert_ok(parse(text), &err);
        assert_int_equal(config.histories[0].sync, syncs[i].value);
    }
}

static void environment(void **state)
{
    (void)state;
    setenv("VARVE_TEST_A", "one", 1);
    setenv("VARVE_TEST_B", "two", 1);
    assert_ok(parse("node: x-${VARVE_TEST_A}-${VARVE_TEST_B}.\n"), &err);
    assert_string_equal(config.node, "x-one-two.");
    unsetenv("VARVE_TEST_B");
    assert_refused("\nnode: ${VARVE_TEST_B}\n", "line 2: the environment has no variable "
                                                "\"VARVE_TEST_B\"");
    assert_refused("node: ${VARVE_TEST_A\n", "line 1: node: \"${\" begins");
    assert_refused("node: ${}\n", "line 1: node: \"${\" begins");
}

static void told_as_later(void **state)
{
    (void)state;
    assert_ok(parse("preprocessor: off\n"
                    "histories:\n"
                    "  - {name: main, windows: [1], keep: {raw: 400d}}\n"
                    "  - {name: meters, layout: trend, partition: month}\n"
                    "  - {name: erp, store: \"postgres:host=db dbname=erp\"}\n"),
              &err);
    assert_int_equal(config.history_count, 2);
    assert_int_equal(config.histories[1].layout, VV_LAYOUT_TREND);
    assert_int_equal(config.later_count, 4);
    assert_string_equal(config.later[0],
                        "\"preprocessor\" is checked, not acted on yet (metering)");
    assert_string_equal(config.later[1], "\"raw\" is checked, not acted on yet (retention)");
    assert_string_equal(config.later[2],
                        "\"windows\" is checked, not acted on yet (pre-processing)");
    assert_string_equal(config.later[3], "history \"erp\" is checked, not opened yet (postgres)");
}

static void refused(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"node: a\ndaat: b\n", "line 2: unknown key \"daat\"; did you mean \"data\"?"},
        {"http:\n  listne: a\n", "line 2: unknown key \"listne\"; did you mean \"listen\"?"},
        {"histories:\n  - name: a\n    partitoin: day\n",
         "line 3: unknown key \"partitoin\"; did you mean \"partition\"?"},
        {"histories:\n  - name: a\n    keep: {row: 1d}\n",
         "line 3: unknown key \"row\"; did you mean \"raw\"?"},
        {"\nnode: \"\"\n", "line 2: node: the text is empty"},
        {"\nlog: loud\n", "line 2: "},
        {"\ntimezone: Mars/Olympus\n", "line 2: timezone: "},
        {"\nledger: postgres:x\n", "line 2: ledger: \"postgres:x\" is no database"},
        {"\nledger: \"sqlite:\"\n", "line 2: ledger: "},
        {"\npreprocessor: maybe\n", "line 2: "},
        {"\nnew_series_per_hour: -1\n", "line 2: "},
        {"\nbilling: {day_hour: 24}\n", "line 2: "},
        {"\nbilling: 7\n", "line 2: "},
        {"\ndrivers: [a]\n", "line 2: drivers: a mapping"},
        {"\ndrivers: {a: ../b}\n", "line 2: a driver's name holds no \"/\""},
        {"http:\n  listen: 8080\n", "line 2: listen: \"8080\" is no address"},
        {"http:\n  listen: \"127.0.0.1:\"\n", "line 2: listen: "},
        {"http:\n  listen: \"127.0.0.1:65536\"\n", "line 2: listen: "},
        {"http:\n  listen: \"127.0.0.1:80x\"\n", "line 2: listen: "},
        {"http:\n  body: 5 apples\n", "line 2: body: \"5 apples\" is no size"},
        {"http:\n  body: 1KiB2\n", "line 2: body: \"1KiB2\" is no size"},
        {"http:\n  body: 1023\n", "line 2: body: 1023 is outside of 1024 to"},
        {"http:\n  body: 99999999999999999999\n", "line 2: body: "},
        {"http:\n  body: 9223372036854775807 GiB\n", "line 2: body: "},
        {"http:\n  body: -1 KiB\n", "line 2: body: \"-1 KiB\" is no size"},
        {"histories: 7\n", "line 1: histories: a list is expected"},
        {"histories:\n  - 7\n", "line 2: "},
        {"histories:\n  - {store: native}\n", "line 2: a history needs a \"name\""},
        {"histories:\n  - {name: a/b}\n", "line 2: name: \"a/b\""},
        {"histories:\n  - {name: ..}\n", "line 2: name: \"..\""},
        {"histories:\n  - {name: a}\n  - {name: b}\n  - {name: a}\n",
         "line 4: the history \"a\" is there already, in line 2"},
        {"histories:\n  - {name: a}\n  - {name: a, layout: trend}\n", "line 3: the history \"a\""},
        {"histories:\n  - {name: a, store: \"postgres:x\"}\n", "line 2: histories: none of them"},
        {"histories:\n  - name: a\n    store: nativ\n",
         "line 3: store: \"nativ\" is none of native"},
        {"histories:\n  - name: a\n    store: nativ\n", "did you mean \"native\"?"},
        {"histories:\n  - {name: a, store: postgres}\n", "line 2: store: "},
        {"histories:\n  - {name: a, store: \"native:x\"}\n", "line 2: store: "},
        {"histories:\n  - {name: a, windows: 1}\n", "line 2: windows: a list of whole minutes"},
        {"histories:\n  - {name: a, windows: [0]}\n", "line 2: "},
        {"histories:\n  - {name: a, sync_interval: 2h}\n", "line 2: "},
        {"histories:\n  - {name: a, sync_interval: soon}\n", "line 2: "},
        {"histories:\n  - {name: a, memory: 1KiB}\n", "line 2: memory: 1KiB is outside of"},
        {"a: [\n", "line 2: "},
        {"node: a\nnode: b\n", "line 2: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(cases[i].text, cases[i].says);
    vv_config_deinit(&config);
    assert_int_equal(vv_config_read("/nonexistent/varve.yaml", &config, &err), VARVE_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nonexistent/varve.yaml"));
}

/* A row of the table cannot set what is not its own: sections and keys are unique. */
static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < vv_setting_count; i++)
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(vv_settings[i].offset, vv_settings[k].offset);
            bool same = !strcmp(vv_settings[i].key, vv_settings[k].key) &&
                        !strcmp(vv_settings[i].section ? vv_settings[i].section : "",
                                vv_settings[k].section ? vv_settings[k].section : "");
            assert_false(same);
        }
}

/* docs/configuration.md is what `varve serve --document` prints. */
static void page(void **state)
{
    struct vv_buf made = {0}, kept = {0};
    (void)state;
    vv_settings_page(&made);
    assert_ok(vv_io_read_all(vv_io_posix(), page_path, 1 << 20, &kept, &err), &err);
    assert_false(made.failed);
    assert_string_equal((const char *)made.data, (const char *)kept.data);
    vv_buf_deinit(&made);
    vv_buf_deinit(&kept);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_values),
        cmocka_unit_test(directory_alone),
        cmocka_unit_test(every_setting),
        cmocka_unit_test(choices),
        cmocka_unit_test(environment),
        cmocka_unit_test(told_as_later),
        cmocka_unit_test(refused),
        cmocka_unit_test(table),
        cmocka_unit_test(page),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: %s configuration.md\n", argv[0]);
        return 2;
    }
    page_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
