/* backup_test.c: a backup of a set that is written to, verified, restored; and what is refused. */
#include "base/io.h"
#include "history/backup.h"
#include "history/test_set.h"

#include "base/banned.h"

static struct test_set t;
static char at_paths[8][128];
static unsigned next_path;

/* "DIR/name" */
static const char *at(const char *name)
{
    char *path = at_paths[next_path++ % 8];
    snprintf(path, sizeof at_paths[0], "%s/%s", t.dir, name);
    return path;
}

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    for (int i = 0; i < 50; i++) {
        test_put(&t, i % 2 ? "Boiler/Temperature" : "Boiler/Running", TEST_NOW_MS + i * 1000,
                 i % 2 ? vv_datum_double(i) : vv_datum_boolean(i % 4 == 0));
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_set_remove(&t);
    return 0;
}

static bool copies; /* parts are copied, so that damage to the backup is none to the source */

static vv_status back_up(const char *dir, struct vv_backup_result *result)
{
    const struct vv_backup_options options = {
        .set = t.set, .ledger = t.ledger, .version = "1.2", .dir = dir, .copy = copies};
    return vv_backup_make(&options, result, &t.err);
}

static void make(const char *dir)
{
    struct vv_backup_result result;
    assert_ok(back_up(dir, &result), &t.err);
    vv_backup_result_deinit(&result);
}

static bool no_more(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return false;
}

static bool is_there(const char *path)
{
    const struct vv_io *io = vv_io_posix();
    return io->list(io->context, path, no_more, NULL, NULL) == VARVE_OK;
}

static vv_status verify(const char *dir)
{
    struct vv_backup_list list;
    vv_backup_list_init(&list);
    vv_status status = vv_backup_read(dir, &list, &t.err);
    if (!status)
        status = vv_backup_verify(dir, &list, NULL, &t.err);
    vv_backup_list_deinit(&list);
    return status;
}

static vv_status restore(const char *dir, const char *data)
{
    struct vv_backup_list list;
    vv_backup_list_init(&list);
    vv_status status = vv_backup_restore(dir, data, NULL, &list, &t.err);
    vv_backup_list_deinit(&list);
    return status;
}

/* Rows of the tag as the set in `data` has them. */
static size_t rows_in(const char *data, const char *tag)
{
    static struct test_rows rows;
    char url[160], path[160];
    struct vv_ledger *ledger;
    struct test_set other = {0};
    const struct vv_ledger_options ledger_options = {.url = url, .read_only = true};
    const struct vv_history_options history = {.name = "main", .path = path};
    struct vv_history_set_options options = {
        .node = "plant-1", .histories = &history, .count = 1, .read_only = true};
    snprintf(url, sizeof url, "sqlite:%s/varve.db", data);
    snprintf(path, sizeof path, "%s/history/main", data);
    assert_ok(vv_ledger_open(&ledger_options, &ledger, &t.err), &t.err);
    options.ledger = ledger;
    assert_ok(vv_history_set_open(&options, &other.set, &t.err), &t.err);
    const struct vv_history_query_spec spec = {
        .name = tag, .from_ms = 0, .to_ms = TEST_NOW_MS + 1000000};
    test_query(&other, &spec, &rows);
    assert_ok(vv_history_set_close(other.set, &t.err), &t.err);
    vv_ledger_close(ledger);
    return rows.count;
}

static void test_backup_and_restore(void **state)
{
    (void)state;
    struct vv_backup_result result;
    assert_ok(back_up(at("b"), &result), &t.err);
    assert_int_equal(vv_backup_history_count(&result.list), 2);
    assert_int_equal(vv_backup_history_at(&result.list, 0)->rows, 50);
    assert_string_equal(result.list.node, "plant-1");
    assert_int_equal(result.linked, 1);
    vv_backup_result_deinit(&result);
    assert_false(is_there(at("b.partial")));
    test_put(&t, "Boiler/Temperature", TEST_NOW_MS + 99000, vv_datum_double(1));
    assert_ok(verify(at("b")), &t.err);
    assert_int_equal(rows_in(at("b"), "Boiler/Temperature"), 25);
    assert_ok(restore(at("b"), at("new/data")), &t.err);
    assert_int_equal(rows_in(at("new/data"), "Boiler/Running"), 25);
    assert_false(is_there(at("new/data/.restoring")));
    assert_ok(vv_io_posix()->mkdir(NULL, at("empty"), &t.err), &t.err);
    assert_ok(restore(at("b"), at("empty")), &t.err);
    assert_int_equal(rows_in(at("empty"), "Boiler/Temperature"), 25);
}

/* Whatever the list names, one changed byte of it is found, and nothing is restored. */
static void test_every_damage_is_found(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    struct vv_backup_list list;
    copies = true;
    make(at("b"));
    vv_backup_list_init(&list);
    assert_ok(vv_backup_read(at("b"), &list, &t.err), &t.err);
    assert_true(vv_backup_file_count(&list) >= 5);
    for (size_t i = 0; i < vv_backup_file_count(&list); i++) {
        const struct vv_backup_file *about = vv_backup_file_at(&list, i);
        char path[300];
        struct vv_file *file;
        uint8_t byte;
        size_t got;
        uint64_t offset = about->bytes / 2;
        snprintf(path, sizeof path, "%s/%s", at("b"), about->path);
        assert_ok(io->open(NULL, path, VV_IO_WRITE, &file, &t.err), &t.err);
        assert_ok(io->read(file, offset, &byte, 1, &got, &t.err), &t.err);
        byte ^= 4;
        assert_ok(io->write(file, offset, &byte, 1, &t.err), &t.err);
        assert_int_equal(verify(at("b")), VARVE_CORRUPT);
        assert_non_null(strstr(t.err.message, about->path));
        assert_int_equal(restore(at("b"), at("d")), VARVE_CORRUPT);
        assert_false(is_there(at("d")));
        byte ^= 4;
        assert_ok(io->write(file, offset, &byte, 1, &t.err), &t.err);
        assert_ok(io->truncate(file, about->bytes - 1, &t.err), &t.err);
        assert_int_equal(verify(at("b")), VARVE_CORRUPT);
        io->close(file);
        assert_ok(io->unlink(NULL, path, &t.err), &t.err);
        assert_int_equal(verify(at("b")), VARVE_CORRUPT);
        vv_io_remove_tree(io, at("b"), NULL);
        make(at("b"));
    }
    vv_backup_list_deinit(&list);
    copies = false;
}

static bool stop(void *arg, const struct vv_backup_progress *progress)
{
    return strncmp(progress->step, arg, strlen(arg)) != 0;
}

static void test_refusals(void **state)
{
    (void)state;
    static char steps[][16] = {"history", "ledger", "checksums", "check"};
    const struct vv_io *io = vv_io_posix();
    struct vv_backup_result result;
    make(at("b"));
    assert_int_equal(back_up(at("b"), &result), VARVE_EXISTS);
    vv_backup_result_deinit(&result);
    assert_ok(io->mkdir(NULL, at("c.partial"), &t.err), &t.err);
    assert_int_equal(back_up(at("c"), &result), VARVE_CONFLICT);
    vv_backup_result_deinit(&result);
    assert_true(is_there(at("c.partial")));
    assert_int_equal(back_up(at("no/such"), &result), VARVE_NOT_FOUND);
    vv_backup_result_deinit(&result);
    for (size_t i = 0; i < 4; i++) {
        const struct vv_backup_options options = {.set = t.set,
                                                  .ledger = t.ledger,
                                                  .version = "1",
                                                  .dir = at("e"),
                                                  .watcher = {stop, steps[i]}};
        assert_int_equal(vv_backup_make(&options, &result, &t.err), VARVE_CANCELLED);
        vv_backup_result_deinit(&result);
        assert_false(is_there(at("e")) || is_there(at("e.partial")));
    }
    assert_int_equal(restore(at("main"), at("f")), VARVE_NOT_FOUND);
    assert_int_equal(restore(at("b"), at("main")), VARVE_EXISTS);
    assert_ok(vv_io_make_dirs(io, at("g/.restoring"), &t.err), &t.err);
    assert_int_equal(restore(at("b"), at("g")), VARVE_EXISTS);
    assert_non_null(strstr(t.err.message, "interrupted"));
}

/* ---- the list ---- */

static vv_status parse(const char *text)
{
    struct vv_backup_list list;
    vv_backup_list_init(&list);
    vv_status status = vv_backup_list_parse(&list, text, strlen(text), &t.err);
    vv_backup_list_deinit(&list);
    return status;
}

#define HEAD "{\"format\":1,\"version\":\"v\",\"node\":\"n\",\"time\":\"2024-11-05T00:00:00Z\","

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        vv_status status;
    } cases[] = {
        {HEAD "\"histories\":[],\"folders\":[],\"files\":[]}", VARVE_OK},
        {HEAD "\"histories\":[],\"folders\":[]}", VARVE_SYNTAX},
        {HEAD "\"histories\":[{\"name\":\"a/b\",\"store\":\"native\"}]}", VARVE_BAD_NAME},
        {HEAD "\"histories\":[{\"name\":\"a\"}]}", VARVE_SYNTAX},
        {HEAD "\"folders\":[\"a//b\"]}", VARVE_BAD_NAME},
        {HEAD "\"folders\":[\"/a\"]}", VARVE_BAD_NAME},
        {HEAD "\"folders\":[\"a/../../b\"]}", VARVE_BAD_NAME},
        {HEAD "\"folders\":[1]}", VARVE_SYNTAX},
        {HEAD "\"files\":[{\"path\":\"a\",\"bytes\":-1}]}", VARVE_SYNTAX},
        {HEAD "\"files\":[{\"path\":\"a\",\"bytes\":99999999999999999999}]}", VARVE_SYNTAX},
        {HEAD "\"files\":[{\"path\":\"a\",\"crc32c\":\"0x12\"}]}", VARVE_SYNTAX},
        {HEAD "\"more\":1}", VARVE_SYNTAX},
        {"{\"format\":1,\"format\":1}", VARVE_SYNTAX},
        {"{\"format\":2}", VARVE_UNSUPPORTED},
        {"{\"format\":\"1\"}", VARVE_SYNTAX},
        {"[]", VARVE_SYNTAX},
        {"", VARVE_SYNTAX},
        {"{", VARVE_SYNTAX},
        {"true", VARVE_SYNTAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (parse(cases[i].text) != cases[i].status)
            fail_msg("%s: %s", cases[i].text, t.err.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_backup_and_restore, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_damage_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests_name("history backup", tests, NULL, NULL);
}
