/* varve.so in the stock sqlite3 program, beside a process that goes on writing: this one.
 *
 * Argument: the extension's path. Without a sqlite3 program the test is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/time.h"
#include "history/test_set.h"

#include "base/banned.h"

static const char *extension;
static char preload[300]; /* the sanitizer's library, which must be in the program first */

struct plant {
    struct test_set t;
    FILE *program; /* sqlite3's standard input */
    char output[96];
};

static struct plant plant;

static void open_plant(struct plant *p)
{
    char url[96], path[96];
    const struct vv_history_options history = {
        .name = "main", .path = path, .partition = VV_PARTITION_DAY};
    struct vv_history_set_options options = {
        .node = "plant-1", .histories = &history, .count = 1, .now_ms = test_now_ms};
    const struct vv_ledger_options ledger = {.url = url};

    *p = (struct plant){0};
    test_set_make_dir(&p->t);
    snprintf(url, sizeof url, "sqlite:%s/varve.db", p->t.dir);
    snprintf(path, sizeof path, "%s/history/main", p->t.dir);
    snprintf(p->output, sizeof p->output, "%s/output", p->t.dir);
    assert_ok(vv_ledger_open(&ledger, &p->t.ledger, &p->t.err), &p->t.err);
    options.ledger = p->t.ledger;
    assert_ok(vv_history_set_open(&options, &p->t.set, &p->t.err), &p->t.err);
}

static int set_up(void **state)
{
    open_plant(&plant);
    *state = &plant;
    return 0;
}

static int tear_down(void **state)
{
    struct plant *p = *state;

    if (p->program != NULL)
        pclose(p->program);
    test_set_remove(&p->t);
    return 0;
}

/* Starts sqlite3 on a database; its answers go to a file. */
static void start(struct plant *p, const char *database)
{
    char command[1200];

    snprintf(command, sizeof command,
             "LD_PRELOAD='%s' ASAN_OPTIONS=detect_leaks=0 sqlite3 '%s' >'%s' 2>&1", preload,
             database, p->output);
    p->program = popen(command, "w");
    assert_non_null(p->program);
    fprintf(p->program, ".load %s\n", extension);
}

/* What the program has written since it was started, after `count` lines at least. */
static const char *answer(struct plant *p, size_t count)
{
    static char text[65536];

    fflush(p->program);
    for (int i = 0; i < 3000; i++) {
        FILE *file = fopen(p->output, "r");
        size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0, lines = 0;

        if (file != NULL)
            fclose(file);
        text[len] = '\0';
        for (size_t k = 0; k < len; k++)
            lines += text[k] == '\n';
        if (lines >= count)
            return text;
        usleep(10000);
    }
    fail_msg("no answer of %zu lines; there is: %s", count, text);
    return NULL;
}

static void test_histories_beside_the_ledger(void **state)
{
    struct plant *p = *state;
    char database[96];

    test_put(&p->t, "Boiler/Pressure", TEST_NOW_MS, vv_datum_double(1.5));
    test_put(&p->t, "Boiler/On", TEST_NOW_MS, vv_datum_boolean(true));
    snprintf(database, sizeof database, "%s/varve.db", p->t.dir);
    start(p, database);
    fputs("SELECT m.Tag, h.Timestamp, h.DoubleVal, h.BoolVal FROM ScadaTagMapping m "
          "JOIN ScadaTagHistory h ON h.TagId = m.Id ORDER BY m.Tag;\n",
          p->program);
    assert_string_equal(answer(p, 2), "Boiler/On|1730764800000||1\n"
                                      "Boiler/Pressure|1730764800000|1.5|\n");
}

static void test_it_follows_the_writer(void **state)
{
    struct plant *p = *state;
    char database[96];

    test_put(&p->t, "a", TEST_NOW_MS, vv_datum_integer(1));
    snprintf(database, sizeof database, "%s/varve.db", p->t.dir);
    start(p, database);
    fputs("SELECT count(*) FROM ScadaTagHistory_1_day_20241105;\n", p->program);
    assert_string_equal(answer(p, 1), "1\n");
    /* Another row, another tag, a partition of its own: after a flush too. */
    test_put(&p->t, "a", TEST_NOW_MS + 1, vv_datum_integer(2));
    assert_ok(varve_flush(vv_history_native(vv_history_at(p->t.set, 0)), &p->t.err), &p->t.err);
    test_put(&p->t, "b", TEST_NOW_MS - VV_DAY_MS, vv_datum_integer(3));
    fputs("SELECT varve_refresh();\n"
          "SELECT TagName, count(*), sum(IntegerVal) FROM ScadaTagHistory GROUP BY TagName;\n"
          "SELECT TagName FROM ScadaTagHistory_1_day_20241104;\n",
          p->program);
    assert_string_equal(answer(p, 5), "1\n1\na|2|3\nb|1|3\nb\n");
}

/* Flushes and merges of the writer change every file under the reader. */
static void test_beside_flushes_and_merges(void **state)
{
    static struct vv_sample samples[500];
    struct plant *p = *state;
    varve *store = vv_history_native(vv_history_at(p->t.set, 0));
    char database[96], expected[40];
    size_t lines = 0;

    snprintf(database, sizeof database, "%s/varve.db", p->t.dir);
    test_put(&p->t, "a", TEST_NOW_MS - VV_DAY_MS, vv_datum_double(0));
    start(p, database);
    for (int round = 1; round <= 24; round++) {
        bool merged = round % 6 == 0;
        const char *text;

        for (int i = 0; i < 500; i++)
            samples[i] = test_sample("a", TEST_NOW_MS - VV_DAY_MS + round * 500000 + i * 1000,
                                     vv_datum_double(i));
        assert_ok(test_write(&p->t, samples, 500), &p->t.err);
        if (round % 3 != 2)
            assert_ok(varve_flush(store, &p->t.err), &p->t.err);
        while (merged)
            assert_ok(varve_merge(store, &merged, &p->t.err), &p->t.err);
        fputs("SELECT varve_refresh();\n"
              "SELECT count(*), max(Timestamp) FROM ScadaTagHistory WHERE TagName = 'a';\n",
              p->program);
        lines += 2;
        text = answer(p, lines);
        snprintf(expected, sizeof expected, "\n%d|%lld\n", round * 500 + 1,
                 (long long)samples[499].time_ms);
        if (strcmp(text + strlen(text) - strlen(expected), expected) != 0)
            fail_msg("round %d, not %s but %s", round, expected, text);
    }
}

static void test_any_database(void **state)
{
    struct plant *p = *state;

    test_put(&p->t, "a", TEST_NOW_MS, vv_datum_string("x", 1));
    start(p, ":memory:");
    fprintf(p->program,
            "SELECT varve_refresh();\n"
            "SELECT varve_open('%s/nowhere');\n"
            "SELECT varve_open('%s');\n"
            "SELECT StringVal FROM ScadaTagHistory;\n"
            "SELECT varve_open('%s');\n"
            "DELETE FROM ScadaTagHistory;\n"
            "SELECT 'end';\n",
            p->t.dir, p->t.dir, p->t.dir);
    assert_non_null(strstr(answer(p, 6), "nothing is open"));
    assert_non_null(strstr(answer(p, 6), "nowhere/varve.db"));
    assert_non_null(strstr(answer(p, 6), "\n1\nx\n"));
    assert_non_null(strstr(answer(p, 6), "open already"));
    assert_non_null(strstr(answer(p, 6), "may not be modified"));
}

/* The sanitizer's library that this program has, if it has one. */
static void find_preload(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[600];

    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        const char *path = strchr(line, '/');

        if (path != NULL &&
            (strstr(path, "/libasan") != NULL || strstr(path, "/libtsan") != NULL)) {
            snprintf(preload, sizeof preload, "%.*s", (int)strcspn(path, "\n"), path);
            break;
        }
    }
    if (maps != NULL)
        fclose(maps);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_histories_beside_the_ledger, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_it_follows_the_writer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_beside_flushes_and_merges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_database, set_up, tear_down),
    };

    if (argc < 2 || system("command -v sqlite3 >/dev/null") != 0) {
        fprintf(stderr, "skipped: no extension, or no sqlite3 program\n");
        return 77;
    }
    extension = argv[1];
    find_preload();
    return cmocka_run_group_tests_name("history extension", tests, NULL, NULL);
}
