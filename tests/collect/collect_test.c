/* collect_test.c: the driver host with the real Modbus driver against the player's devices, from a
 * plant file to the live table and the history.
 *
 * VARVE_PLAYER is the player, VARVE_DRIVERS the directory of modbus.so.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/time.h"
#include "collect/host.h"
#include "collect/plant.h"
#include "history/test_set.h"
#include "varve_driver.h"

#define WAIT_MS 15000

static struct test_set t;
static struct vv_live *live;
static struct vv_gate gate;
static struct vv_host *host;
static struct vv_arena arena;

/* ---- the player ---- */

static struct {
    pid_t pid;
    FILE *commands, *answers;
    int port_a, port_b; /* two units on a, one on b */
} player;

static const char description[] = "device first port=1 unit=1\n"
                                  "  holding:0  u16 constant 7\n"
                                  "  input:0    f32 constant 2.5\n"
                                  "  discrete:0 bit constant 1\n"
                                  "device second port=1 unit=2\n"
                                  "  holding:0  u16 constant 9\n"
                                  "  holding:1  u16 constant 10\n"
                                  "device third port=2 unit=1\n"
                                  "  holding:0  i16 constant -3\n";

static const char plant[] =
    "connections:\n"
    "  - {name: A, driver: modbus, settings: HOST=127.0.0.1 PORT=%d TIMEOUT=300}\n"
    "  - {name: B, driver: modbus, settings: HOST=127.0.0.1 PORT=%d TIMEOUT=300}\n"
    "  - {name: C, driver: nodriver}\n"
    "types:\n"
    "  - name: T\n"
    "    type: 100\n"
    "    parameters:\n"
    "      - {index: 1, name: h0, address: \"holding:0\", type: i16}\n"
    "      - {index: 2, name: h1, address: \"holding:1\", type: u16}\n"
    "      - {index: 3, name: f, address: \"input:0\", type: f32, unit: bar}\n"
    "      - {index: 4, name: b, address: \"discrete:0\", type: bit}\n"
    "devices:\n"
    "  - {name: first, type: T, connection: A, settings: UNIT=1}\n"
    "  - {name: second, type: T, connection: A, settings: UNIT=2 GAP=0}\n"
    "  - {name: third, type: T, connection: B}\n"
    "  - {name: fourth, type: T, connection: C}\n"
    "  - {name: fifth, type: T, connection: B, settings: UNIT=9, active: no}\n"
    "points:\n"
    "  - branch: P\n"
    "    period: 0.1s\n"
    "    points:\n"
    "      - {name: h, device: first, parameter: h0}\n"
    "      - {name: f, device: first, parameter: f, decimals: 1}\n"
    "      - {name: b, device: first, parameter: b}\n"
    "      - {name: s0, device: second, parameter: h0}\n"
    "      - {name: s1, device: second, parameter: h1}\n"
    "      - {name: third, device: third, parameter: h0, period: %s}\n"
    "      - {name: fourth, device: fourth, parameter: h0}\n"
    "      - {name: fifth, device: fifth, parameter: h0}\n";

static void write_file(const char *name, const char *text, char *path, size_t size)
{
    FILE *file;

    snprintf(path, size, "%s/%s", t.dir, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void start_player(void)
{
    const char *program = getenv("VARVE_PLAYER");
    int in[2], out[2];
    char path[128], line[128];

    assert_non_null(program);
    write_file("devices.player", description, path, sizeof path);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    player.pid = fork();
    assert_true(player.pid >= 0);
    if (player.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execl(program, program, "--any-port", "--control", path, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    player.commands = fdopen(in[1], "w");
    player.answers = fdopen(out[0], "r");
    while (fgets(line, sizeof line, player.answers) != NULL && strcmp(line, "ready\n") != 0) {
        sscanf(line, "device first port %d", &player.port_a);
        sscanf(line, "device third port %d", &player.port_b);
    }
    assert_true(player.port_a > 0 && player.port_b > 0);
}

static void tell_player(const char *command)
{
    char line[128];

    fprintf(player.commands, "%s\n", command);
    fflush(player.commands);
    assert_non_null(fgets(line, sizeof line, player.answers));
    assert_string_equal(line, "ok\n");
}

static void stop_player(void)
{
    kill(player.pid, SIGTERM);
    waitpid(player.pid, NULL, 0);
    fclose(player.commands);
    fclose(player.answers);
}

/* ---- the host ---- */

static void apply_plant(const char *period)
{
    char text[sizeof plant + 64], path[128];
    struct vv_plant_counts counts;

    snprintf(text, sizeof text, plant, player.port_a, player.port_b, period);
    write_file("plant.yaml", text, path, sizeof path);
    assert_ok(vv_plant_apply(t.ledger, path, false, NULL, NULL, &counts, &t.err), &t.err);
}

static int setup(void **state)
{
    struct vv_host_options options = {
        .driver_dir = getenv("VARVE_DRIVERS"), .reconnect_min_ms = 50, .reconnect_max_ms = 400};

    (void)state;
    t = (struct test_set){.real_clock = true};
    test_set_make_dir(&t);
    test_set_open(&t);
    vv_arena_init(&arena, 0, NULL);
    start_player();
    apply_plant("0.1s");
    assert_ok(vv_live_new(t.set, &live, &t.err), &t.err);
    gate = (struct vv_gate){.set = t.set, .live = live};
    options.ledger = t.ledger;
    options.set = t.set;
    options.gate = &gate;
    assert_non_null(options.driver_dir);
    assert_ok(vv_host_start(&options, &host, &t.err), &t.err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_host_stop(host);
    host = NULL;
    stop_player();
    vv_live_free(live);
    vv_arena_deinit(&arena);
    test_set_remove(&t);
    return 0;
}

static bool entry_of(const char *name, struct vv_live_entry *e)
{
    const struct vv_tag *tag;

    vv_arena_reset(&arena);
    return vv_tag_find(t.set, NULL, name, strlen(name), &tag, &t.err) == VARVE_OK &&
           vv_live_get(live, tag, &arena, e);
}

/* Waits for an entry of that quality that is newer than `after_ms`. */
static struct vv_live_entry wait_quality(const char *name, int32_t quality, int64_t after_ms)
{
    int64_t end_ms = vv_monotonic_ms() + WAIT_MS;
    struct vv_live_entry e = {.quality = -1};

    while (vv_monotonic_ms() < end_ms) {
        if (entry_of(name, &e) && e.quality == quality && e.time_ms > after_ms)
            return e;
        usleep(5000);
    }
    fail_msg("%s: quality %d, not %d", name, e.quality, quality);
    return e;
}

static struct vv_device_status status_of(const char *device)
{
    const struct vv_device_status *list;
    size_t count = vv_host_list(host, &arena, &list);

    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list[i].device_id, (int64_t)i + 1);
        if (strcmp(list[i].device, device) == 0)
            return list[i];
    }
    fail_msg("device %s is not in the list", device);
    return list[0];
}

static struct vv_device_status wait_state(const char *device, enum vv_link_state state)
{
    int64_t end_ms = vv_monotonic_ms() + WAIT_MS;
    struct vv_device_status s;

    do {
        s = status_of(device);
        if (s.state == state)
            return s;
        usleep(5000);
    } while (vv_monotonic_ms() < end_ms);
    fail_msg("device %s: %s (%s), not %s", device, vv_link_state_name(s.state), s.last_error,
             vv_link_state_name(state));
    return s;
}

/* ---- tests ---- */

static void test_values(void **state)
{
    struct vv_tag_meta meta;
    struct vv_live_entry e;

    (void)state;
    e = wait_quality("P/h", VV_QUALITY_GOOD, 0);
    assert_int_equal(e.value.type, VV_TYPE_DOUBLE);
    assert_true(e.value.as.number == 7);
    assert_int_equal(e.time_ms % 100, 0);
    e = wait_quality("P/f", VV_QUALITY_GOOD, 0);
    assert_true(e.value.as.number == 2.5);
    vv_tag_meta_get(t.set, e.tag, &meta);
    assert_string_equal(meta.unit, "bar");
    assert_int_equal(meta.decimals, 1);
    assert_int_equal(meta.period_ms, 100);
    e = wait_quality("P/b", VV_QUALITY_GOOD, 0);
    assert_int_equal(e.value.type, VV_TYPE_BOOLEAN);
    assert_true(e.value.as.boolean);
    assert_true(wait_quality("P/s1", VV_QUALITY_GOOD, 0).value.as.number == 10);
    assert_true(wait_quality("P/third", VV_QUALITY_GOOD, 0).value.as.number == -3);
    assert_int_equal(wait_state("first", VV_LINK_UP).points, 3);
    assert_int_equal(status_of("fourth").state, VV_LINK_FAULT);
    assert_int_equal(status_of("fourth").session, VARVE_SESSION_NO_DRIVER);
    assert_non_null(strstr(status_of("fourth").last_error, "nodriver"));
    assert_int_equal(status_of("fifth").state, VV_LINK_INACTIVE);
    assert_false(entry_of("P/fifth", &e));
}

/* Every due time is in the history, on the beat and not later and later. */
static void test_no_drift(void **state)
{
    static struct test_rows rows;
    struct vv_live_entry e = wait_quality("P/h", VV_QUALITY_GOOD, 0);
    struct vv_history_query_spec spec = {.name = "P/h", .from_ms = e.time_ms};
    uint64_t overruns;

    (void)state;
    e = wait_quality("P/h", VV_QUALITY_GOOD, e.time_ms + 2000);
    spec.to_ms = e.time_ms + 1;
    overruns = status_of("first").overruns;
    test_query(&t, &spec, &rows);
    assert_true(rows.count + overruns >= (size_t)((e.time_ms - spec.from_ms) / 100 + 1));
    for (size_t i = 0; i < rows.count; i++)
        assert_int_equal(rows.times_ms[i] % 100, 0);
}

/* A silent device: bad quality for its points, and nobody else's line waits for it. */
static void test_silence(void **state)
{
    struct vv_device_status before;
    struct vv_live_entry e;

    (void)state;
    wait_quality("P/third", VV_QUALITY_GOOD, 0);
    wait_quality("P/h", VV_QUALITY_GOOD, 0);
    tell_player("stall third");
    e = wait_quality("P/third", VARVE_QUALITY_COMM, 0);
    assert_int_equal(e.value.type, VV_TYPE_NONE);
    assert_int_equal(wait_state("third", VV_LINK_TROUBLE).session, VARVE_SESSION_SILENCE);
    before = status_of("first");
    wait_quality("P/h", VV_QUALITY_GOOD, e.time_ms + 1500);
    assert_int_equal(status_of("first").failures, before.failures);
    assert_true(status_of("first").polls >= before.polls + 10);
    tell_player("heal third");
    wait_quality("P/third", VV_QUALITY_GOOD, e.time_ms);
    wait_state("third", VV_LINK_UP);
}

/* A refused register: exactly its point is bad. */
static void test_refused(void **state)
{
    struct vv_live_entry e;

    (void)state;
    wait_quality("P/s1", VV_QUALITY_GOOD, 0);
    tell_player("refuse second 2 1");
    e = wait_quality("P/s1", VARVE_QUALITY_DEVICE, 0);
    wait_quality("P/s0", VV_QUALITY_GOOD, e.time_ms + 300);
    assert_true(entry_of("P/s1", &e));
    assert_int_equal(e.quality, VARVE_QUALITY_DEVICE);
}

static void test_lost_line(void **state)
{
    struct vv_live_entry e;

    (void)state;
    wait_quality("P/third", VV_QUALITY_GOOD, 0);
    tell_player("drop third");
    e = wait_quality("P/third", VARVE_QUALITY_NOT_CONNECTED, 0);
    assert_true(status_of("third").failures > 0);
    assert_true(status_of("third").last_error[0] != '\0');
    tell_player("heal third");
    wait_quality("P/third", VV_QUALITY_GOOD, e.time_ms);
    wait_state("third", VV_LINK_UP);
}

static void test_stop_in_time(void **state)
{
    int64_t start_ms;

    (void)state;
    wait_quality("P/h", VV_QUALITY_GOOD, 0);
    tell_player("stall all");
    wait_quality("P/h", VARVE_QUALITY_COMM, 0);
    start_ms = vv_monotonic_ms();
    vv_host_stop(host);
    host = NULL;
    assert_true(vv_monotonic_ms() - start_ms < 2500);
}

/* Only the line that changed starts anew: the others' counts go on. */
static void test_reload(void **state)
{
    struct vv_device_status first, third;
    struct vv_live_entry e;

    (void)state;
    wait_quality("P/third", VV_QUALITY_GOOD, 0);
    e = wait_quality("P/h", VV_QUALITY_GOOD, 0);
    wait_quality("P/h", VV_QUALITY_GOOD, e.time_ms + 1000);
    apply_plant("0.5s");
    first = status_of("first");
    third = status_of("third");
    assert_true(third.polls > 3);
    assert_ok(vv_host_reload(host, &t.err), &t.err);
    assert_true(status_of("first").polls >= first.polls);
    assert_true(status_of("third").polls < third.polls);
    e = wait_quality("P/third", VV_QUALITY_GOOD, vv_now_ms());
    assert_int_equal(e.time_ms % 500, 0);
    wait_quality("P/h", VV_QUALITY_GOOD, e.time_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_drift, setup, teardown),
        cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stop_in_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reload, setup, teardown),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
