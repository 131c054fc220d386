/* safekeeping_test.c: deletions, corrections and backups asked of a running server. */
#include "serve/server.h"

#include "history/backup.h"
#include "serve/test_server.h"

#include "base/banned.h"

#define RANGE "&from=2024-11-05&to=2024-11-06"

static struct test_server t;
static char backups[64];

static int start(void **state)
{
    (void)state;
    snprintf(backups, sizeof backups, "/tmp/varve-backups-XXXXXX");
    if (!mkdtemp(backups))
        return -1;
    test_server_start(&t, (struct vv_server_options){.backup_dir = backups});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_server_stop(&t);
    nftw(backups, test_set_unlink, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

static void expect(const char *method, const char *target, const char *body, int status,
                   const char *part)
{
    struct test_answer answer;
    test_expect(&t, method, target, body, status, &answer);
    if (!strstr(test_body(&answer), part))
        fail_msg("%s %s: \"%s\" has no \"%s\"", method, target, test_body(&answer), part);
    test_answer_deinit(&answer);
}

static void put_rows(void)
{
    char body[4096];
    size_t len = 0;
    for (int i = 0; i < 60; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "pump,n=%d value=%d.5 %d\n", i % 2,
                                i, 1730764800 + i);
    expect("POST", "/write?precision=s", body, 204, "");
}

static void test_deleting(void **state)
{
    (void)state;
    put_rows();
    expect("POST", "/api/v1/history/delete", "tag=pump/*&from=2024-11-05&to=1730764810&dry_run=1",
           200, "\"rows\":10,\"dry_run\":true}");
    expect("DELETE", "/api/v1/history?tag=pump/1&reason=x" RANGE, NULL, 200,
           "{\"deleted\":[{\"tag\":\"pump/1\",\"rows\":30}],\"rows\":30,\"dry_run\":false}");
    expect("GET", "/api/v1/history?tag=pump/1" RANGE, NULL, 200, "\"rows\":[]");
    expect("GET", "/api/v1/live?match=pump/*", NULL, 200, "pump/0");
    expect("DELETE", "/api/v1/history?tag=pump/0" RANGE, NULL, 400, "reason");
    expect("DELETE", "/api/v1/history?reason=x" RANGE, NULL, 400, "tag is missing");
    expect("DELETE", "/api/v1/history?tag=pump/0&reason=x&from=2024-11-05", NULL, 400, "both");
    expect("DELETE", "/api/v1/history?tag=none&reason=x" RANGE, NULL, 404, "none");
    expect("GET", "/api/v1/tables/TB_Log?Category=8", NULL, 200, "30 rows deleted of pump/1");
}

static void test_correcting(void **state)
{
    (void)state;
    put_rows();
    expect("POST", "/api/v1/history/correct?tag=pump/0&quality=64&reason=x" RANGE, "", 200,
           "{\"tag\":\"pump/0\",\"rows\":30,\"dry_run\":false}");
    expect("GET", "/api/v1/history?tag=pump/0&bad=skip" RANGE, NULL, 200, "\"rows\":[]");
    expect("POST", "/api/v1/history/correct?tag=pump/0&reason=x" RANGE, "", 400, "value");
    expect("POST", "/api/v1/history/correct?tag=pump/0&value=x&reason=x" RANGE, "", 400, "Double");
    expect("POST", "/api/v1/samples?correct=1&reason=gauge",
           "[{\"tag\":\"pump/0\",\"time\":1730764800000,\"value\":9}]", 204, "");
    expect("GET", "/api/v1/history?tag=pump/0&bad=skip" RANGE, NULL, 200,
           "\"rows\":[[1730764800000,9,192]]");
    expect("POST", "/api/v1/samples?correct=1",
           "[{\"tag\":\"pump/0\",\"time\":1730764800000,\"value\":9}]", 400, "reason");
    expect("POST", "/api/v1/samples?correct=1&reason=x",
           "[{\"tag\":\"new\",\"time\":1730764800000,\"value\":9}]", 404, "new");
    expect("POST", "/api/v1/samples?correct=1&reason=x",
           "[{\"tag\":\"pump/0\",\"time\":1730764800000,\"value\":\"t\"}]", 400, "\"row\":1");
    expect("POST", "/api/v1/samples?correct=1&partial=1&reason=x",
           "[{\"tag\":\"pump/0\",\"time\":1730764800000,\"value\":1}]", 400, "partial");
}

static void test_copying(void **state)
{
    (void)state;
    put_rows();
    expect("POST", "/api/v1/copy", "tags=pump/*&prefix=Trial/&dry_run=1" RANGE, 200,
           "\"rows\":60,\"refused\":0,\"dry_run\":true}");
    expect("POST", "/api/v1/copy", "tags=pump/*&prefix=Trial/" RANGE, 200,
           "{\"copied\":[{\"tag\":\"pump/0\",\"rows\":30,\"refused\":0},"
           "{\"tag\":\"pump/1\",\"rows\":30,\"refused\":0}],\"rows\":60,");
    expect("GET", "/api/v1/history?tag=Trial/pump/1&to=1730764802000&from=2024-11-05", NULL, 200,
           "\"rows\":[[1730764801000,1.5,192]]");
    expect("GET", "/api/v1/live?match=Trial/pump/1", NULL, 200, "59.5");
    expect("GET", "/api/v1/tables/TB_Log?Category=6", NULL, 200, "60 rows copied of 2 tags");
    expect("POST", "/api/v1/copy", "tags=pump/0" RANGE, 400, "itself");
    expect("POST", "/api/v1/copy", "tags=pump/0&into=none" RANGE, 404, "none");
    expect("POST", "/api/v1/copy", "as=x" RANGE, 400, "tags is missing");
    expect("POST", "/api/v1/copy", "tags=pump/0&as=x&from=2024-11-05", 400, "both needed");
}

/* Asks until it is no longer running. */
static void wait_for(const char *state)
{
    int64_t end_ms = vv_monotonic_ms() + TEST_WAIT_MS;
    struct test_answer answer;
    for (;;) {
        test_expect(&t, "GET", "/api/v1/backup", NULL, 200, &answer);
        if (!strstr(test_body(&answer), "\"state\":\"running\""))
            break;
        if (vv_monotonic_ms() > end_ms)
            fail_msg("it does not end: %s", test_body(&answer));
        test_answer_deinit(&answer);
        poll(NULL, 0, 5);
    }
    if (!strstr(test_body(&answer), state))
        fail_msg("\"%s\" has no \"%s\"", test_body(&answer), state);
    test_answer_deinit(&answer);
}

static void test_backups(void **state)
{
    (void)state;
    struct vv_backup_list list;
    char path[128];
    vv_error err = {0};
    put_rows();
    expect("GET", "/api/v1/backup", NULL, 200, "{\"state\":\"none\"}");
    expect("POST", "/api/v1/backup", "directory=night", 202, "\"directory\":\"night\"");
    wait_for("\"state\":\"done\"");
    snprintf(path, sizeof path, "%s/night", backups);
    vv_backup_list_init(&list);
    assert_ok(vv_backup_read(path, &list, &err), &err);
    assert_ok(vv_backup_verify(path, &list, NULL, &err), &err);
    assert_int_equal(vv_backup_history_at(&list, 0)->rows, 60);
    vv_backup_list_deinit(&list);
    expect("POST", "/api/v1/backup", "directory=night", 202, "night");
    wait_for("\"state\":\"failed\"");
    static const char *const bad[] = {"../x", "a/b", ".hidden", "", "x.partial", "/tmp/x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char body[64];
        snprintf(body, sizeof body, "directory=%s", bad[i]);
        expect("POST", "/api/v1/backup", body, 400, "bad_name");
    }
    expect("POST", "/api/v1/backup", "", 400, "directory is missing");
    expect("POST", "/api/v1/backup/cancel", "", 202, "failed");
    expect("GET", "/api/v1/tables/TB_Log?Category=6", NULL, 200, "backup into night");
}

static void test_no_directory_no_backup(void **state)
{
    (void)state;
    test_server_stop(&t);
    test_server_start(&t, (struct vv_server_options){0});
    expect("POST", "/api/v1/backup", "directory=night", 501, "backup.dir");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_deleting, start, stop),
        cmocka_unit_test_setup_teardown(test_correcting, start, stop),
        cmocka_unit_test_setup_teardown(test_copying, start, stop),
        cmocka_unit_test_setup_teardown(test_backups, start, stop),
        cmocka_unit_test_setup_teardown(test_no_directory_no_backup, start, stop),
    };
    return cmocka_run_group_tests_name("serve safekeeping", tests, NULL, NULL);
}
