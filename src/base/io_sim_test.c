/* io_sim_test.c: the crash model, case by case and at random. */
#include "base/io_sim.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/test.h"

#include "base/banned.h"

static vv_error err;

static struct vv_file *make(const struct vv_io *io, const char *path)
{
    struct vv_file *file;
    assert_ok(io->open(io->context, path, VV_IO_CREATE, &file, &err), &err);
    return file;
}

static void put(const struct vv_io *io, struct vv_file *file, uint64_t offset, const char *text)
{
    assert_ok(io->write(file, offset, text, strlen(text), &err), &err);
}

static bool there(const struct vv_io *io, const char *path)
{
    struct vv_file *file;
    vv_status status = io->open(io->context, path, VV_IO_READ, &file, &err);
    assert_true(status == VARVE_OK || status == VARVE_NOT_FOUND);
    io->close(file);
    return status == VARVE_OK;
}

/* The content, in memory of its own that the next call changes. */
static const char *content(const struct vv_io *io, const char *path)
{
    static struct vv_buf buf;
    vv_buf_reset(&buf);
    assert_ok(vv_io_read_all(io, path, SIZE_MAX / 4, &buf, &err), &err);
    static char copy[4096];
    assert_true(buf.len < sizeof copy);
    memcpy(copy, buf.data, buf.len + 1);
    vv_buf_deinit(&buf);
    return copy;
}

static void test_acts_like_files(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    void *c = io->context;
    assert_int_equal(io->open(c, "a", VV_IO_READ, &(struct vv_file *){0}, &err), VARVE_NOT_FOUND);
    struct vv_file *file = make(io, "a"), *second;
    assert_int_equal(io->open(c, "./a", VV_IO_CREATE, &second, &err), VARVE_EXISTS);
    put(io, file, 3, "xyz");
    char data[10];
    size_t got;
    assert_ok(io->read(file, 1, data, sizeof data, &got, &err), &err);
    assert_int_equal(got, 5);
    assert_memory_equal(data, "\0\0xyz", 5);
    assert_ok(io->truncate(file, 4, &err), &err);
    uint64_t size;
    assert_ok(io->size_of(file, &size, &err), &err);
    assert_int_equal(size, 4);
    assert_ok(io->read(file, 9, data, sizeof data, &got, &err), &err);
    assert_int_equal(got, 0);
    assert_ok(io->open(c, "/a", VV_IO_READ, &second, &err), &err);
    assert_int_equal(io->write(second, 0, "x", 1, &err), VARVE_IO);
    assert_int_equal(err.native, EBADF);
    io->close(second);
    assert_ok(io->unlink(c, "a", &err), &err);
    put(io, file, 0, "still"); /* open, without a name */
    io->close(file);
    assert_int_equal(io->unlink(c, "a", &err), VARVE_NOT_FOUND);
    assert_ok(vv_io_make_dirs(io, "d/e/f", &err), &err);
    assert_int_equal(io->mkdir(c, "d/e", &err), VARVE_EXISTS);
    assert_int_equal(io->mkdir(c, "no/e", &err), VARVE_NOT_FOUND);
    assert_int_equal(io->open(c, "d", VV_IO_READ, &file, &err), VARVE_IO);
    assert_int_equal(io->unlink(c, "d", &err), VARVE_IO);
    assert_int_equal(io->open(c, "d/../x", VV_IO_CREATE, &file, &err), VARVE_IO);
    assert_int_equal(io->rename(c, "d", "d/e/g", &err), VARVE_IO);
    assert_ok(vv_io_replace(io, "d/e", "d/e/m", "one", 3, &err), &err);
    assert_ok(vv_io_replace(io, "d/e", "d/e/m", "two", 3, &err), &err);
    assert_ok(io->rename(c, "d/e/m", "d/n", &err), &err);
    assert_string_equal(content(io, "d/n"), "two");
    assert_int_equal(io->open(c, "d/n/x", VV_IO_READ, &file, &err), VARVE_IO);
    assert_int_equal(err.native, ENOTDIR);
    assert_ok(io->rename(c, "d/n", "d/n", &err), &err);
    assert_int_equal(io->rename(c, "d/q", "d/n", &err), VARVE_NOT_FOUND);
    vv_io_sim_free(sim);
}

static void test_links(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(3);
    const struct vv_io *io = vv_io_sim_io(sim);
    void *c = io->context;
    struct vv_file *file = make(io, "a");
    put(io, file, 0, "data");
    assert_ok(io->sync(file, &err), &err);
    io->close(file);
    assert_ok(io->mkdir(c, "d", &err), &err);
    assert_ok(io->sync_dir(c, "/", &err), &err);
    assert_int_equal(io->link(c, "no", "d/a", &err), VARVE_NOT_FOUND);
    assert_int_equal(io->link(c, "a", "no/a", &err), VARVE_NOT_FOUND);
    assert_ok(io->link(c, "a", "d/a", &err), &err);
    assert_int_equal(io->link(c, "a", "d/a", &err), VARVE_EXISTS);
    assert_int_equal(io->rmdir(c, "d", &err), VARVE_IO);
    assert_int_equal(err.native, ENOTEMPTY);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP); /* the name was not synced */
    assert_string_equal(content(io, "a"), "data");
    assert_ok(io->link(c, "a", "d/a", &err), &err);
    assert_ok(io->sync_dir(c, "d", &err), &err);
    assert_ok(io->unlink(c, "a", &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_KEEP);
    assert_string_equal(content(io, "d/a"), "data");
    assert_ok(io->unlink(c, "d/a", &err), &err);
    assert_ok(io->rmdir(c, "d", &err), &err);
    assert_int_equal(io->rmdir(c, "d", &err), VARVE_NOT_FOUND);
    assert_ok(vv_io_make_dirs(io, "x/y", &err), &err);
    io->close(make(io, "x/y/z"));
    assert_ok(vv_io_remove_tree(io, "x", &err), &err);
    assert_int_equal(io->rmdir(c, "x", &err), VARVE_NOT_FOUND);
    io->close(make(io, "b"));
    assert_ok(io->mkdir(c, "e", &err), &err);
    vv_io_sim_fault(sim, &(struct vv_io_fault){.ops = VV_IO_OP_LINK, .nth = 1, .native = EXDEV});
    assert_int_equal(io->link(c, "b", "e/b", &err), VARVE_UNSUPPORTED);
    vv_io_sim_free(sim);
}

static bool add_name(void *arg, const char *name)
{
    vv_buf_text(arg, name);
    return ((struct vv_buf *)arg)->len < 2;
}

static void add_file(void *arg, const char *path, uint64_t size)
{
    vv_buf_format(arg, "%s:%d ", path, (int)size);
}

static void test_lists(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_buf names = {0};
    assert_ok(vv_io_make_dirs(io, "d/e", &err), &err);
    assert_ok(vv_io_replace(io, "d", "d/x", "12345", 5, &err), &err);
    assert_ok(io->list(io->context, "d", add_name, &names, &err), &err);
    assert_int_equal(names.len, 2); /* e and x in any order */
    vv_buf_reset(&names);
    vv_io_sim_each(sim, add_file, &names);
    assert_string_equal((char *)names.data, "d/x:5 ");
    assert_int_equal(io->list(io->context, "q", add_name, &names, &err), VARVE_NOT_FOUND);
    vv_buf_deinit(&names);
    vv_io_sim_free(sim);
}

static void test_data_is_kept_by_sync_only(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_file *file = make(io, "a");
    put(io, file, 0, "one");
    assert_ok(io->sync(file, &err), &err);
    assert_ok(io->sync_dir(io->context, ".", &err), &err);
    put(io, file, 3, "two");
    vv_io_sim_cut(sim, VV_IO_CUT_KEEP);
    assert_string_equal(content(io, "a"), "onetwo");
    vv_io_sim_cut(sim, VV_IO_CUT_DROP); /* the kill did not sync it either */
    assert_string_equal(content(io, "a"), "one");
    size_t got;
    char byte;
    assert_int_equal(io->read(file, 0, &byte, 1, &got, &err), VARVE_IO);
    assert_int_equal(io->write(file, 0, "x", 1, &err), VARVE_IO);
    assert_int_equal(io->sync(file, &err), VARVE_IO);
    io->close(file);
    vv_io_sim_free(sim);
}

static void test_entries_are_kept_by_sync_dir_only(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_file *file = make(io, "a");
    put(io, file, 0, "one");
    assert_ok(io->sync(file, &err), &err); /* the file's sync is not its entry's */
    io->close(file);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_false(there(io, "a"));

    assert_ok(vv_io_replace(io, ".", "a", "one", 3, &err), &err);
    assert_ok(io->rename(io->context, "a", "b", &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_true(there(io, "a") && !there(io, "b"));

    assert_ok(io->unlink(io->context, "a", &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_string_equal(content(io, "a"), "one"); /* back again */

    assert_ok(io->mkdir(io->context, "d", &err), &err);
    assert_ok(vv_io_replace(io, "d", "d/x", "one", 3, &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_int_equal(io->sync_dir(io->context, "d", &err), VARVE_NOT_FOUND);

    /* Between two directories: the old name goes with its directory's sync, the new with its own.
     */
    assert_ok(vv_io_make_dirs(io, "d", &err), &err);
    assert_ok(io->rename(io->context, "a", "d/a", &err), &err);
    assert_ok(io->sync_dir(io->context, "d", &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_true(there(io, "a") && there(io, "d/a"));
    vv_io_sim_free(sim);
}

/* What a cut can leave of three unsynced things is seen in every combination. */
static void test_random_cuts_reach_all_combinations(void **state)
{
    (void)state;
    bool seen[2][2][2] = {{{false}}};
    bool lost_data_under_new_name = false;
    for (uint64_t seed = 0; seed < 400; seed++) {
        struct vv_io_sim *sim = vv_io_sim_new(seed);
        const struct vv_io *io = vv_io_sim_io(sim);
        assert_ok(vv_io_replace(io, ".", "old", "old", 3, &err), &err);
        struct vv_file *file = make(io, "x");
        io->close(file);
        assert_ok(io->mkdir(io->context, "d", &err), &err);
        file = make(io, "t");
        put(io, file, 0, "new");
        io->close(file);
        assert_ok(io->rename(io->context, "t", "old", &err), &err);
        vv_io_sim_cut(sim, VV_IO_CUT_RANDOM);
        bool dir = io->sync_dir(io->context, "d", NULL) == VARVE_OK;
        const char *text = content(io, "old");
        bool renamed = strcmp(text, "old") != 0;
        lost_data_under_new_name |= renamed && strcmp(text, "new") != 0;
        seen[there(io, "x")][dir][renamed] = true;
        vv_io_sim_free(sim);
    }
    for (int i = 0; i < 8; i++) {
        assert_true(seen[i >> 2][i >> 1 & 1][i & 1]);
    }
    assert_true(lost_data_under_new_name);
}

/* After each cut a synced range holds what was synced or what was written over it since, sector by
 * sector, and both do occur; nothing else appears in it. */
static void test_random_sectors(void **state)
{
    (void)state;
    enum {
        SECTORS = 6,
        LEN = SECTORS * 512
    };
    bool mixed = false, short_file = false, unwritten = false;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct vv_io_sim *sim = vv_io_sim_new(seed);
        const struct vv_io *io = vv_io_sim_io(sim);
        struct vv_file *file = make(io, "f");
        char data[2 * LEN];
        memset(data, 'a', LEN);
        assert_ok(io->write(file, 0, data, LEN, &err), &err);
        assert_ok(io->sync(file, &err), &err);
        assert_ok(io->sync_dir(io->context, "", &err), &err);
        memset(data, 'b', LEN);
        assert_ok(io->write(file, 0, data, LEN, &err), &err);
        memset(data, 'c', LEN);
        assert_ok(io->write(file, LEN, data, LEN, &err), &err);
        vv_io_sim_cut(sim, VV_IO_CUT_RANDOM);
        io->close(file);
        size_t got;
        assert_ok(io->open(io->context, "f", VV_IO_READ, &file, &err), &err);
        assert_ok(io->read(file, 0, data, sizeof data, &got, &err), &err);
        io->close(file);
        assert_true(got == LEN || got == 2 * LEN);
        short_file |= got == LEN;
        for (size_t s = 0; s < got / 512; s++) {
            char first = data[s * 512];
            bool same = true;
            for (size_t i = 1; i < 512; i++) {
                same &= data[s * 512 + i] == first;
            }
            if (s < SECTORS) {
                assert_true(same && (first == 'a' || first == 'b'));
                mixed |= first != data[0];
            } else {
                unwritten |= !same || first == 0;
            }
        }
        vv_io_sim_free(sim);
    }
    assert_true(mixed && short_file && unwritten);
}

/* Appends of 100 bytes, cut in the middle: whole ones, then a part of one, then nothing. */
static void test_torn_is_a_prefix(void **state)
{
    (void)state;
    bool torn = false;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct vv_io_sim *sim = vv_io_sim_new(seed);
        const struct vv_io *io = vv_io_sim_io(sim);
        struct vv_file *file = make(io, "f");
        assert_ok(io->sync_dir(io->context, ".", &err), &err);
        char piece[101] = {0};
        for (uint64_t i = 0; i < 20; i++) {
            memset(piece, (int)('a' + i), 100);
            put(io, file, i * 100, piece);
            if (i == 4) {
                assert_ok(io->sync(file, &err), &err);
            }
        }
        vv_io_sim_cut(sim, VV_IO_CUT_TORN);
        io->close(file);
        const char *text = content(io, "f");
        size_t len = strlen(text);
        assert_in_range(len, 500, 2000);
        torn |= len % 100 != 0;
        for (size_t i = 0; i < len; i++) {
            assert_int_equal(text[i], 'a' + i / 100);
        }
        vv_io_sim_free(sim);
    }
    assert_true(torn);
}

static void test_failed_sync_loses(void **state)
{
    (void)state;
    bool lost = false, kept = false;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct vv_io_sim *sim = vv_io_sim_new(seed);
        const struct vv_io *io = vv_io_sim_io(sim);
        struct vv_file *file = make(io, "f");
        assert_ok(io->sync_dir(io->context, ".", &err), &err);
        put(io, file, 0, "data");
        vv_io_sim_fault(sim, &(struct vv_io_fault){.ops = VV_IO_OP_SYNC, .nth = 1});
        assert_int_equal(io->sync(file, &err), VARVE_IO);
        assert_int_equal(err.native, EIO);
        assert_true(vv_io_sim_struck(sim));
        assert_ok(io->sync(file, &err), &err); /* says good, as Linux does */
        assert_string_equal(content(io, "f"), "data");
        vv_io_sim_cut(sim, VV_IO_CUT_DROP);
        io->close(file);
        bool good = strcmp(content(io, "f"), "data") == 0;
        lost |= !good;
        kept |= good;
        vv_io_sim_free(sim);
    }
    assert_true(lost && kept);
}

static void test_faults(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(9);
    const struct vv_io *io = vv_io_sim_io(sim);
    void *c = io->context;
    struct vv_file *file = make(io, "f");
    vv_io_sim_fault(sim, &(struct vv_io_fault){
                             .ops = VV_IO_OP_WRITE, .nth = 2, .native = ENOSPC, .partial = true});
    put(io, file, 0, "one");
    assert_int_equal(io->write(file, 3, "0123456789", 10, &err), VARVE_NO_SPACE);
    assert_true(strlen(content(io, "f")) < 13);
    put(io, file, 3, "two");
    assert_int_equal(vv_io_sim_count(sim), 3);
    vv_io_sim_fault(sim, &(struct vv_io_fault){.ops = VV_IO_OP_ALL, .nth = 1, .for_ever = true});
    assert_false(vv_io_sim_struck(sim));
    struct vv_file *other;
    struct vv_io_space space;
    uint64_t size;
    size_t got;
    pid_t holder;
    assert_int_equal(io->open(c, "f", VV_IO_READ, &other, &err), VARVE_IO);
    assert_int_equal(io->read(file, 0, &got, 1, &got, &err), VARVE_IO);
    assert_int_equal(io->size_of(file, &size, &err), VARVE_IO);
    assert_int_equal(io->truncate(file, 0, &err), VARVE_IO);
    assert_int_equal(io->rename(c, "f", "g", &err), VARVE_IO);
    assert_int_equal(io->unlink(c, "f", &err), VARVE_IO);
    assert_int_equal(io->mkdir(c, "d", &err), VARVE_IO);
    assert_int_equal(io->sync_dir(c, ".", &err), VARVE_IO);
    assert_int_equal(io->list(c, ".", add_name, NULL, &err), VARVE_IO);
    assert_int_equal(io->space(c, ".", &space, &err), VARVE_IO);
    assert_int_equal(io->lock(c, "l", &other, &holder, &err), VARVE_IO);
    assert_int_equal(io->link(c, "f", "g", &err), VARVE_IO);
    assert_int_equal(io->rmdir(c, "d", &err), VARVE_IO);
    vv_io_sim_fault(sim, NULL);
    assert_memory_equal(content(io, "f"), "onetwo", 6);
    assert_true(vv_io_sim_count(sim) > 0);
    io->close(file);
    vv_io_sim_free(sim);
}

static void test_power_goes_at_an_operation(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(9);
    const struct vv_io *io = vv_io_sim_io(sim);
    assert_ok(vv_io_replace(io, ".", "f", "one", 3, &err), &err);
    vv_io_sim_fault(sim, &(struct vv_io_fault){.ops = VV_IO_OP_ALL, .nth = 3, .cut_power = true});
    assert_int_equal(vv_io_replace(io, ".", "f", "two", 3, &err), VARVE_IO); /* at the sync */
    assert_true(vv_io_sim_struck(sim));
    /* Off is off: not even a part of a later write comes through. */
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    struct vv_file *file = make(io, "g");
    vv_io_sim_fault(sim, &(struct vv_io_fault){
                             .ops = VV_IO_OP_SIZE, .nth = 1, .partial = true, .cut_power = true});
    uint64_t size;
    assert_int_equal(io->size_of(file, &size, &err), VARVE_IO);
    assert_int_equal(io->write(file, 0, "0123456789", 10, &err), VARVE_IO);
    vv_io_sim_cut(sim, VV_IO_CUT_KEEP);
    assert_string_equal(content(io, "g"), "");
    io->close(file);
    vv_io_sim_fault(sim, &(struct vv_io_fault){.ops = VV_IO_OP_ALL, .nth = 3, .cut_power = true});
    assert_int_equal(vv_io_replace(io, ".", "f", "two", 3, &err), VARVE_IO);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_true(vv_io_sim_struck(sim));
    assert_string_equal(content(io, "f"), "one");
    assert_false(there(io, "f.tmp"));
    vv_io_sim_free(sim);
}

/* The promise of vv_io_replace, with the power cut at each of its operations and each kind of cut:
 * the old content or the new, never anything else; and the new once it has returned OK. */
static void test_replace_is_atomic(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        for (uint64_t nth = 1; nth < 12; nth++) {
            for (int cut = VV_IO_CUT_DROP; cut <= VV_IO_CUT_KEEP; cut++) {
                struct vv_io_sim *sim = vv_io_sim_new(seed);
                const struct vv_io *io = vv_io_sim_io(sim);
                assert_ok(vv_io_replace(io, "", "f", "one", 3, &err), &err);
                vv_io_sim_fault(
                    sim, &(struct vv_io_fault){
                             .ops = VV_IO_OP_ALL, .nth = nth, .partial = true, .cut_power = true});
                vv_status status = vv_io_replace(io, "", "f", "second", 6, &err);
                vv_io_sim_cut(sim, (enum vv_io_cut)cut);
                const char *text = content(io, "f");
                bool is_new = strcmp(text, "second") == 0;
                assert_true(is_new || (status != VARVE_OK && strcmp(text, "one") == 0));
                assert_ok(vv_io_replace(io, "", "f", "third", 5, &err), &err);
                vv_io_sim_free(sim);
            }
        }
    }
}

static void test_full_disk(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(9);
    const struct vv_io *io = vv_io_sim_io(sim);
    vv_io_sim_capacity(sim, 10);
    struct vv_file *file = make(io, "f"), *other = make(io, "g");
    put(io, other, 0, "1234");
    assert_int_equal(io->write(file, 0, "12345678", 8, &err), VARVE_NO_SPACE);
    assert_string_equal(content(io, "f"), "123456");
    put(io, file, 0, "654321"); /* over what is there */
    struct vv_io_space space;
    assert_ok(io->space(io->context, "/", &space, &err), &err);
    assert_true(space.free_bytes == 0 && space.total_bytes == 10);
    assert_ok(io->unlink(io->context, "g", &err), &err);
    assert_int_equal(io->write(file, 6, "7", 1, &err), VARVE_NO_SPACE); /* still open */
    io->close(other);
    put(io, file, 6, "7");
    io->close(file);
    vv_io_sim_free(sim);
}

static void test_damage_shorten_copy(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(9);
    const struct vv_io *io = vv_io_sim_io(sim);
    assert_ok(vv_io_make_dirs(io, "d", &err), &err);
    assert_ok(vv_io_replace(io, "d", "d/f", "abcdef", 6, &err), &err);
    assert_int_equal(vv_io_sim_damage(sim, "d/f", 1, 1), VARVE_OK);
    assert_int_equal(vv_io_sim_damage(sim, "d/f", 6, 1), VARVE_LIMIT);
    assert_int_equal(vv_io_sim_damage(sim, "d", 0, 1), VARVE_NOT_FOUND);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_string_equal(content(io, "d/f"), "accdef");
    assert_int_equal(vv_io_sim_shorten(sim, "d/f", 7), VARVE_LIMIT);
    assert_int_equal(vv_io_sim_shorten(sim, "d/x", 0), VARVE_NOT_FOUND);
    assert_int_equal(vv_io_sim_shorten(sim, "d/f", 3), VARVE_OK);
    struct vv_file *file = make(io, "new");
    put(io, file, 0, "unsynced");
    struct vv_io_sim *copy = vv_io_sim_copy(sim, 4);
    vv_io_sim_cut(copy, VV_IO_CUT_DROP);
    assert_string_equal(content(vv_io_sim_io(copy), "new"), "unsynced");
    assert_string_equal(content(vv_io_sim_io(copy), "d/f"), "acc");
    vv_io_sim_free(copy);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    assert_string_equal(content(io, "d/f"), "acc");
    assert_false(there(io, "new"));
    io->close(file);
    vv_io_sim_free(sim);
}

static void test_lock(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(9);
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_file *file, *second;
    pid_t holder;
    assert_ok(io->lock(io->context, "l", &file, &holder, &err), &err);
    assert_int_equal(io->lock(io->context, "l", &second, &holder, &err), VARVE_LOCKED);
    assert_true(holder > 0);
    io->close(file);
    assert_ok(io->lock(io->context, "l", &file, &holder, &err), &err);
    vv_io_sim_cut(sim, VV_IO_CUT_KEEP);
    assert_ok(io->lock(io->context, "l", &second, &holder, &err), &err);
    io->close(file); /* a dead one gives up nothing of another's */
    assert_int_equal(io->lock(io->context, "l", &file, &holder, &err), VARVE_LOCKED);
    io->close(second);
    vv_io_sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_acts_like_files),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_data_is_kept_by_sync_only),
        cmocka_unit_test(test_entries_are_kept_by_sync_dir_only),
        cmocka_unit_test(test_random_cuts_reach_all_combinations),
        cmocka_unit_test(test_random_sectors),
        cmocka_unit_test(test_torn_is_a_prefix),
        cmocka_unit_test(test_failed_sync_loses),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_power_goes_at_an_operation),
        cmocka_unit_test(test_replace_is_atomic),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_damage_shorten_copy),
        cmocka_unit_test(test_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
