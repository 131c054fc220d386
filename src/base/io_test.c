/* io_test.c: the machine's own files. */
#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/test.h"

#include "base/banned.h"

static char root[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/varve-io-XXXXXX");
    return mkdtemp(root) == NULL ? -1 : 0;
}

static bool remove_entry(void *arg, const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", (const char *)arg, name);
    if (unlink(path) != 0 && rmdir(path) != 0) {
        vv_io_posix()->list(NULL, path, remove_entry, path, NULL);
        rmdir(path);
    }
    return true;
}

static int tear_down(void **state)
{
    (void)state;
    vv_io_posix()->list(NULL, root, remove_entry, root, NULL);
    return rmdir(root);
}

static const char *at(const char *name)
{
    static char paths[4][200];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static void test_file(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file;
    vv_error err;
    assert_int_equal(io->open(NULL, at("a"), VV_IO_READ, &file, &err), VARVE_NOT_FOUND);
    assert_null(file);
    assert_int_equal(io->open(NULL, at("a"), VV_IO_WRITE, &file, &err), VARVE_NOT_FOUND);
    assert_ok(io->open(NULL, at("a"), VV_IO_CREATE, &file, &err), &err);
    assert_ok(io->write(file, 0, "hello", 5, &err), &err);
    assert_ok(io->write(file, 10, "x", 1, &err), &err);
    assert_ok(io->sync(file, &err), &err);
    uint64_t size;
    assert_ok(io->size_of(file, &size, &err), &err);
    assert_int_equal(size, 11);
    char data[20];
    size_t got;
    assert_ok(io->read(file, 3, data, sizeof data, &got, &err), &err);
    assert_int_equal(got, 8);
    assert_memory_equal(data, "lo\0\0\0\0\0x", 8);
    assert_ok(io->read(file, 100, data, sizeof data, &got, &err), &err);
    assert_int_equal(got, 0);
    assert_ok(io->truncate(file, 2, &err), &err);
    assert_ok(io->size_of(file, &size, &err), &err);
    assert_int_equal(size, 2);
    assert_int_equal(io->read(file, UINT64_MAX, data, 1, &got, &err), VARVE_IO);
    assert_int_equal(io->write(file, UINT64_MAX - 1, data, 1, &err), VARVE_IO);
    assert_int_equal(io->truncate(file, UINT64_MAX, &err), VARVE_IO);
    io->close(file);
    io->close(NULL);
    assert_int_equal(io->open(NULL, at("a"), VV_IO_CREATE, &file, &err), VARVE_EXISTS);
    assert_ok(io->open(NULL, at("a"), VV_IO_READ, &file, &err), &err);
    assert_int_equal(io->write(file, 0, "x", 1, &err), VARVE_IO);
    assert_int_equal(err.native, EBADF);
    io->close(file);
}

static bool count_name(void *arg, const char *name)
{
    int *count = arg;
    assert_true(strcmp(name, "b") == 0 || strcmp(name, "d") == 0);
    return ++*count < 100;
}

static bool stop_at_once(void *arg, const char *name)
{
    (void)name;
    ++*(int *)arg;
    return false;
}

static void test_names(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file;
    vv_error err;
    assert_ok(io->open(NULL, at("a"), VV_IO_CREATE, &file, &err), &err);
    io->close(file);
    assert_ok(io->mkdir(NULL, at("d"), &err), &err);
    assert_int_equal(io->mkdir(NULL, at("d"), &err), VARVE_EXISTS);
    assert_ok(io->rename(NULL, at("a"), at("b"), &err), &err);
    assert_int_equal(io->rename(NULL, at("a"), at("b"), &err), VARVE_NOT_FOUND);
    assert_ok(io->sync_dir(NULL, root, &err), &err);
    assert_int_equal(io->sync_dir(NULL, at("no"), &err), VARVE_NOT_FOUND);
    int count = 0;
    assert_ok(io->list(NULL, root, count_name, &count, &err), &err);
    assert_int_equal(count, 2);
    count = 0;
    assert_ok(io->list(NULL, root, stop_at_once, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_int_equal(io->list(NULL, at("no"), count_name, &count, &err), VARVE_NOT_FOUND);
    assert_ok(io->unlink(NULL, at("b"), &err), &err);
    assert_int_equal(io->unlink(NULL, at("b"), &err), VARVE_NOT_FOUND);
    struct vv_io_space space;
    assert_ok(io->space(NULL, root, &space, &err), &err);
    assert_true(space.total_bytes > 0 && space.free_bytes <= space.total_bytes);
    assert_int_equal(io->space(NULL, at("no"), &space, &err), VARVE_NOT_FOUND);
}

static bool two_pieces(void *arg, size_t piece_bytes)
{
    (void)piece_bytes;
    return ++*(int *)arg < 2;
}

static void test_links_and_copies(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    size_t len = 3 << 20;
    char *data = vv_alloc(len);
    vv_error err;
    memset(data, 'v', len);
    assert_ok(vv_io_replace(io, root, at("a"), data, len, &err), &err);
    vv_free(data);
    assert_ok(io->link(NULL, at("a"), at("b"), &err), &err);
    assert_int_equal(io->link(NULL, at("a"), at("b"), &err), VARVE_EXISTS);
    assert_int_equal(io->link(NULL, at("no"), at("c"), &err), VARVE_NOT_FOUND);
    struct stat here, there;
    assert_true(stat(root, &here) == 0 && stat("/dev", &there) == 0);
    if (here.st_dev != there.st_dev)
        assert_int_equal(io->link(NULL, at("a"), "/dev/varve-link", &err), VARVE_UNSUPPORTED);
    assert_ok(io->unlink(NULL, at("a"), &err), &err);
    assert_ok(vv_io_copy(io, at("b"), at("c"), len - 7, NULL, NULL, &err), &err);
    struct vv_buf copy = {0};
    assert_ok(vv_io_read_all(io, at("c"), len, &copy, &err), &err);
    assert_int_equal(copy.len, len - 7);
    assert_true(copy.data[0] == 'v' && copy.data[len - 8] == 'v');
    vv_buf_deinit(&copy);
    assert_int_equal(vv_io_copy(io, at("b"), at("c"), len, NULL, NULL, &err), VARVE_EXISTS);
    assert_int_equal(vv_io_copy(io, at("b"), at("d"), len + 1, NULL, NULL, &err), VARVE_CORRUPT);
    int pieces = 0;
    assert_int_equal(vv_io_copy(io, at("b"), at("d"), len, two_pieces, &pieces, &err),
                     VARVE_CANCELLED);
    assert_int_equal(io->unlink(NULL, at("d"), &err), VARVE_NOT_FOUND);
    assert_ok(io->mkdir(NULL, at("e"), &err), &err);
    assert_ok(io->rmdir(NULL, at("e"), &err), &err);
    assert_int_equal(io->rmdir(NULL, at("e"), &err), VARVE_NOT_FOUND);
    assert_ok(vv_io_make_dirs(io, at("e/f/g"), &err), &err);
    assert_ok(vv_io_replace(io, at("e/f"), at("e/f/h"), "x", 1, &err), &err);
    assert_ok(symlink(at("b"), at("e/s")) ? VARVE_IO : VARVE_OK, &err);
    assert_ok(vv_io_sync_parent(io, at("e"), &err), &err);
    assert_ok(vv_io_remove_tree(io, at("e"), &err), &err);
    assert_int_equal(vv_io_remove_tree(io, at("e"), &err), VARVE_NOT_FOUND);
    assert_ok(vv_io_remove_tree(io, at("b"), &err), &err); /* what the symbolic link led to */
}

static void test_full_device(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file;
    vv_error err;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    assert_ok(io->open(NULL, "/dev/full", VV_IO_WRITE, &file, &err), &err);
    assert_int_equal(io->write(file, 0, "x", 1, &err), VARVE_NO_SPACE);
    assert_int_equal(err.native, ENOSPC);
    assert_int_equal(io->sync(file, &err), VARVE_IO); /* a device has nothing to sync */
    io->close(file);
}

static void test_lock(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    struct vv_file *file, *second;
    pid_t holder;
    vv_error err;
    assert_ok(io->lock(NULL, at("lock"), &file, &holder, &err), &err);
    assert_int_equal(holder, 0);
    assert_int_equal(io->lock(NULL, at("lock"), &second, &holder, &err), VARVE_LOCKED);
    assert_int_equal(holder, getpid());
    assert_null(second);
    io->close(file);

    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        vv_status status = io->lock(NULL, at("lock"), &file, &holder, NULL);
        if (write(ready[1], &status, sizeof status) < 0) {
            _exit(1);
        }
        pause();
    }
    vv_status status;
    assert_int_equal(read(ready[0], &status, sizeof status), sizeof status);
    assert_int_equal(status, VARVE_OK);
    assert_int_equal(io->lock(NULL, at("lock"), &file, &holder, &err), VARVE_LOCKED);
    assert_int_equal(holder, child);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ready[0]);
    close(ready[1]);
    /* The dead one's pid is still in the file, and is no lock. */
    assert_ok(io->lock(NULL, at("lock"), &file, &holder, &err), &err);
    io->close(file);
    assert_int_equal(io->lock(NULL, at("no/lock"), &file, &holder, &err), VARVE_NOT_FOUND);
}

static void test_whole_files(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    struct vv_buf buf = {0};
    vv_error err;
    assert_ok(vv_io_make_dirs(io, at("x/y//z/"), &err), &err);
    assert_ok(vv_io_make_dirs(io, at("x/y//z/"), &err), &err);
    assert_ok(vv_io_replace(io, at("x/y/z"), at("x/y/z/f"), "one", 3, &err), &err);
    struct vv_file *stale;
    assert_ok(io->open(NULL, at("x/y/z/f.tmp"), VV_IO_CREATE, &stale, &err), &err);
    io->close(stale);
    assert_ok(vv_io_replace(io, at("x/y/z"), at("x/y/z/f"), "second", 6, &err), &err);
    vv_buf_text(&buf, ">");
    assert_ok(vv_io_read_all(io, at("x/y/z/f"), 6, &buf, &err), &err);
    assert_string_equal((char *)buf.data, ">second");
    assert_int_equal(vv_io_read_all(io, at("x/y/z/f"), 5, &buf, &err), VARVE_LIMIT);
    assert_string_equal((char *)buf.data, ">second");
    assert_int_equal(vv_io_read_all(io, at("x/y/z"), 5000, &buf, &err), VARVE_IO);
    assert_int_equal(vv_io_read_all(io, at("nothing"), 5, &buf, &err), VARVE_NOT_FOUND);
    assert_ok(vv_io_read_all(io, "/proc/self/status", 1 << 20, &buf, &err), &err); /* size 0 */
    assert_true(buf.len > 100);
    assert_int_equal(vv_io_read_all(io, "/dev/zero", 200000, &buf, &err), VARVE_LIMIT);
    vv_buf_deinit(&buf);
    uint8_t *large = vv_alloc_zero(300000);
    large[299999] = 7;
    assert_ok(vv_io_replace(io, root, at("large"), large, 300000, &err), &err);
    assert_ok(vv_io_read_all(io, at("large"), 300000, &buf, &err), &err);
    assert_int_equal(buf.len, 300000);
    assert_memory_equal(buf.data, large, 300000);
    vv_free(large);
    vv_buf_deinit(&buf);
    assert_int_equal(vv_io_make_dirs(io, at("large/x"), &err), VARVE_IO); /* a file in the way */
}

static void test_no_memory(void **state)
{
    (void)state;
    const struct vv_io *io = vv_io_posix();
    for (uint64_t nth = 1;; nth++) {
        struct vv_buf buf = {0};
        struct vv_file *file = NULL;
        pid_t holder;
        vv_error err;
        vv_alloc_fail_at(nth, false);
        vv_status status = vv_io_make_dirs(io, at("m/n"), &err);
        if (status == VARVE_OK) {
            status = vv_io_replace(io, at("m"), at("m/f"), "one", 3, &err);
        }
        if (status == VARVE_OK) {
            status = vv_io_read_all(io, at("m/f"), 100, &buf, &err);
        }
        if (status == VARVE_OK) {
            status = io->lock(NULL, at("m/lock"), &file, &holder, &err);
        }
        vv_alloc_fail_at(0, false);
        io->close(file);
        vv_buf_deinit(&buf);
        if (status == VARVE_OK) {
            assert_true(nth > 4);
            break;
        }
        assert_int_equal(status, VARVE_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links_and_copies, set_up, tear_down),
        cmocka_unit_test(test_full_device),
        cmocka_unit_test_setup_teardown(test_lock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_whole_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
