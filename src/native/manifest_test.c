#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/io_sim.h"
#include "base/test.h"
#include "native/manifest_private.h"

#include "base/banned.h"

#define DIR "."

static struct vv_manifest *created(struct vv_io_sim *sim)
{
    struct vv_manifest *m;
    vv_error err;
    assert_ok(vv_manifest_create(vv_io_sim_io(sim), DIR, &m, &err), &err);
    assert_ok(vv_manifest_begin(m, &err), &err);
    return m;
}

static struct vv_manifest *loaded(struct vv_io_sim *sim)
{
    struct vv_manifest *m;
    vv_error err;
    assert_ok(vv_manifest_load(vv_io_sim_io(sim), DIR, &m, &err), &err);
    return m;
}

/* Adds part `number`, which becomes number + 1 the next, with two spans. */
static vv_status add_part(struct vv_manifest *m, uint64_t number, vv_error *err)
{
    struct vv_part_span spans[] = {{0, 0, 9, -5, 1000}, {1, 10, 19, INT64_MIN, INT64_MAX}};
    struct vv_manifest_part part = {.number = number,
                                    .epoch = 2,
                                    .level = 1,
                                    .summary = {.size_bytes = 4096,
                                                .rows = 100,
                                                .min_sequence = number * 10,
                                                .max_sequence = number * 10 + 9,
                                                .span_count = 2,
                                                .spans = spans}};
    struct vv_manifest_edit edit = {.add_parts = &part,
                                    .add_part_count = 1,
                                    .next_number = number + 1,
                                    .flushed_sequence = number * 10 + 9};
    return vv_manifest_commit(m, &edit, err);
}

static void expect_equal(const struct vv_manifest *a, const struct vv_manifest *b)
{
    struct vv_buf x = {0}, y = {0};
    vv_manifest_pack_state(vv_manifest_state_of(a), &x);
    vv_manifest_pack_state(vv_manifest_state_of(b), &y);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.data, y.data, x.len);
    vv_buf_deinit(&x);
    vv_buf_deinit(&y);
}

static void expect_on_disk(struct vv_io_sim *sim, const struct vv_manifest *m)
{
    struct vv_manifest *again = loaded(sim);
    expect_equal(again, m);
    assert_int_equal(vv_manifest_bad_copies(again), 0);
    vv_manifest_free(again);
}

static void test_every_edit(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    struct vv_manifest *m;
    vv_error err;
    assert_int_equal(vv_manifest_load(vv_io_sim_io(sim), DIR, &m, &err), VARVE_NOT_FOUND);
    m = created(sim);
    const struct vv_manifest_state *s = vv_manifest_state_of(m);
    assert_int_equal(s->epoch, 1);
    assert_int_equal(s->next_number, 1);
    for (uint64_t i = 1; i <= 5; i++)
        assert_ok(add_part(m, i, &err), &err);
    struct vv_manifest_mark marks[] = {{3, -10, 20, 51}, {4, 0, 1, 52}};
    struct vv_manifest_prune prune = {1, 777};
    struct vv_manifest_follower followers[] = {{(char *)"windows", 10}, {(char *)"spool", 20}};
    struct vv_manifest_touched touched = {9, 1, 50};
    struct vv_manifest_edit edit = {.add_marks = marks,
                                    .add_mark_count = 2,
                                    .set_prune = &prune,
                                    .set_followers = followers,
                                    .set_follower_count = 2,
                                    .add_touched = &touched,
                                    .first_log = 7,
                                    .registry_bytes = 1234};
    assert_ok(vv_manifest_commit(m, &edit, &err), &err);
    expect_on_disk(sim, m);
    uint64_t gone[] = {2, 4}, mark = 51, nine = 9;
    followers[0].position = 5; /* behind: stays where it is */
    followers[1].position = 30;
    prune.before = 888;
    edit = (struct vv_manifest_edit){.remove_parts = gone,
                                     .remove_part_count = 2,
                                     .remove_marks = &mark,
                                     .remove_mark_count = 1,
                                     .set_prune = &prune,
                                     .set_followers = followers,
                                     .set_follower_count = 2,
                                     .remove_touched = &nine,
                                     .remove_touched_count = 1};
    assert_ok(vv_manifest_commit(m, &edit, &err), &err);
    edit = (struct vv_manifest_edit){.remove_follower = "windows"};
    assert_ok(vv_manifest_commit(m, &edit, &err), &err);
    assert_int_equal(s->part_count, 3);
    assert_int_equal(s->parts[1].number, 3);
    assert_int_equal(s->parts[1].summary.spans[1].to, INT64_MAX);
    assert_int_equal(s->mark_count, 1);
    assert_int_equal(s->marks[0].series, 4);
    assert_int_equal(s->prune_count, 1);
    assert_int_equal(s->prunes[0].before, 888);
    assert_int_equal(s->follower_count, 1);
    assert_string_equal(s->followers[0].name, "spool");
    assert_int_equal(s->followers[0].position, 30);
    assert_int_equal(s->touched_count, 0);
    assert_int_equal(s->first_log, 7);
    assert_int_equal(s->registry_bytes, 1234);
    assert_int_equal(s->flushed_sequence, 59);
    vv_io_sim_cut(sim, VV_IO_CUT_DROP);
    expect_on_disk(sim, m);
    /* Removed numbers are remembered until the next opening; so is one that was only given out,
     * until its part is added. */
    assert_int_equal(s->removed_count, 2);
    gone[0] = 77;
    edit = (struct vv_manifest_edit){.remove_parts = gone, .remove_part_count = 1};
    assert_ok(vv_manifest_commit(m, &edit, &err), &err);
    assert_int_equal(s->removed_count, 3);
    assert_int_equal(s->removed[2], 77);
    expect_on_disk(sim, m);
    struct vv_manifest_part made = {.number = 77, .summary = {.max_sequence = 99}};
    edit = (struct vv_manifest_edit){.add_parts = &made, .add_part_count = 1};
    assert_ok(vv_manifest_commit(m, &edit, &err), &err);
    assert_int_equal(s->removed_count, 2);
    expect_on_disk(sim, m);
    /* What contradicts the state is refused, and changes nothing. */
    assert_int_equal(vv_manifest_commit(m, &edit, &err), VARVE_CORRUPT);
    expect_on_disk(sim, m);
    assert_ok(vv_manifest_begin(m, &err), &err);
    assert_int_equal(s->removed_count, 0);
    vv_manifest_free(m);
    vv_io_sim_free(sim);
}

static void count_files(void *arg, const char *path, uint64_t size)
{
    (void)path;
    (void)size;
    ++*(int *)arg;
}

static void test_growth(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    struct vv_manifest *m = created(sim);
    vv_error err;
    for (uint64_t i = 1; i < 2000; i++) {
        assert_ok(add_part(m, i, &err), &err);
        if (i > 10) {
            uint64_t gone = i - 10;
            struct vv_manifest_edit edit = {.remove_parts = &gone, .remove_part_count = 1};
            assert_ok(vv_manifest_commit(m, &edit, &err), &err);
        }
    }
    int files = 0;
    vv_io_sim_each(sim, count_files, &files);
    assert_int_equal(files, 1);
    expect_on_disk(sim, m);
    vv_manifest_free(m);
    vv_io_sim_free(sim);
}

static char only_path[128];
static uint64_t only_size;

static void note_file(void *arg, const char *path, uint64_t size)
{
    (void)arg;
    const char *slash = strrchr(path, '/');
    (void)snprintf(only_path, sizeof only_path, "%s", slash ? slash + 1 : path);
    only_size = size;
}

/* One damaged byte, anywhere, costs nothing; the file cut anywhere gives an earlier state of it. */
static void test_damage(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    struct vv_manifest *m = created(sim), *again;
    vv_error err;
    for (uint64_t i = 1; i <= 3; i++)
        assert_ok(add_part(m, i, &err), &err);
    vv_io_sim_each(sim, note_file, NULL);
    for (uint64_t at = 0; at < only_size; at++) {
        assert_int_equal(vv_io_sim_damage(sim, only_path, at, (uint8_t)(1 << (at % 8))), VARVE_OK);
        again = loaded(sim);
        expect_equal(again, m);
        assert_int_equal(vv_manifest_bad_copies(again), 1);
        vv_manifest_free(again);
        assert_int_equal(vv_io_sim_damage(sim, only_path, at, (uint8_t)(1 << (at % 8))), VARVE_OK);
    }
    size_t fewest = 99;
    for (uint64_t size = only_size; size-- > 0;) {
        assert_int_equal(vv_io_sim_shorten(sim, only_path, size), VARVE_OK);
        vv_status status = vv_manifest_load(vv_io_sim_io(sim), DIR, &again, &err);
        if (status == VARVE_OK) {
            fewest = vv_manifest_state_of(again)->part_count;
            vv_manifest_free(again);
            continue;
        }
        assert_int_equal(status, VARVE_CORRUPT);
        assert_non_null(strstr(err.message, only_path));
    }
    assert_int_equal(fewest, 0);
    vv_manifest_free(m);
    vv_io_sim_free(sim);
}

static void damage_bytes(struct vv_io_sim *sim, const char *path, uint64_t from, uint64_t to)
{
    for (uint64_t at = from; at < to; at++)
        assert_int_equal(vv_io_sim_damage(sim, path, at, 0x5a), VARVE_OK);
}

/* Both copies of an edit, others behind it: never passed over. */
static void test_lost_edit(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    struct vv_manifest *m = created(sim), *again;
    vv_error err;
    vv_io_sim_each(sim, note_file, NULL);
    uint64_t begin = only_size;
    assert_ok(add_part(m, 1, &err), &err);
    vv_io_sim_each(sim, note_file, NULL);
    uint64_t end = only_size;
    assert_ok(add_part(m, 2, &err), &err);
    damage_bytes(sim, only_path, begin, end);
    assert_int_equal(vv_manifest_load(vv_io_sim_io(sim), DIR, &again, &err), VARVE_CORRUPT);
    assert_non_null(strstr(err.message, "edit 1 is damaged"));
    vv_manifest_free(m);
    vv_io_sim_free(sim);
}

/* Two files, as after a power cut between rename and removal: the older one is believed only when
 * nothing can have been added to the newer. */
static void test_two_files(void **state)
{
    (void)state;
    for (int added = 0; added < 2; added++) {
        struct vv_io_sim *sim = vv_io_sim_new(1);
        struct vv_manifest *m = created(sim), *again;
        vv_error err;
        assert_ok(add_part(m, 1, &err), &err);
        vv_manifest_free(m);
        m = loaded(sim);
        struct vv_io_fault keep = {
            .ops = VV_IO_OP_UNLINK, .nth = 1, .for_ever = true, .native = EIO};
        vv_io_sim_fault(sim, &keep);
        assert_ok(vv_manifest_begin(m, &err), &err);
        struct vv_buf payload = {0};
        vv_manifest_pack_state(vv_manifest_state_of(m), &payload);
        uint64_t begin = 2 * VV_MANIFEST_HEADER;
        uint64_t end = begin + 2 * (VV_MANIFEST_RECORD + payload.len);
        vv_buf_deinit(&payload);
        if (added)
            assert_ok(add_part(m, 2, &err), &err);
        vv_io_sim_fault(sim, NULL);
        expect_on_disk(sim, m);
        char newest[] = "MANIFEST-0000000000000003";
        damage_bytes(sim, newest, begin, end);
        vv_status status = vv_manifest_load(vv_io_sim_io(sim), DIR, &again, &err);
        if (added) {
            assert_int_equal(status, VARVE_CORRUPT);
            assert_non_null(strstr(err.message, newest));
        } else {
            assert_ok(status, &err);
            expect_equal(again, m);
            vv_manifest_free(again);
        }
        vv_manifest_free(m);
        vv_io_sim_free(sim);
    }
}

static void test_refuses_the_unknown(void **state)
{
    (void)state;
    struct vv_io_sim *sim = vv_io_sim_new(1);
    struct vv_manifest *m = created(sim);
    struct vv_manifest_parsed parsed;
    struct vv_manifest_state future = *vv_manifest_state_of(m);
    struct vv_manifest_header header = {.epoch = future.epoch, .number = 1};
    struct vv_buf payload = {0}, bytes = {0};
    vv_error err;
    future.features = 4;
    memcpy(header.store_id, future.store_id, sizeof header.store_id);
    vv_manifest_header_pack(&header, &bytes);
    vv_manifest_pack_state(&future, &payload);
    vv_manifest_record(&header, 0, &payload, &bytes);
    assert_int_equal(vv_manifest_parse(bytes.data, bytes.len, &parsed, &err), VARVE_UNSUPPORTED);
    assert_non_null(strstr(err.message, "features 0x4"));
    vv_buf_reset(&payload);
    vv_buf_reset(&bytes);
    vv_manifest_header_pack(&header, &bytes);
    vv_manifest_pack_state(vv_manifest_state_of(m), &payload);
    vv_buf_put8(&payload, 99);
    vv_buf_put8(&payload, 0);
    vv_manifest_record(&header, 0, &payload, &bytes);
    assert_int_equal(vv_manifest_parse(bytes.data, bytes.len, &parsed, &err), VARVE_UNSUPPORTED);
    assert_non_null(strstr(err.message, "kind 99"));
    vv_buf_deinit(&payload);
    vv_buf_deinit(&bytes);
    vv_manifest_free(m);
    vv_io_sim_free(sim);
}

/* Every operation of open, commits and close fails or loses power in turn: the state on the disk is
 * that of the last commit that succeeded, or of the one that was under way. */
static void sweep(const struct vv_io_fault *fault, enum vv_io_cut cut, uint64_t seed)
{
    for (uint64_t nth = 1;; nth++) {
        struct vv_io_sim *sim = vv_io_sim_new(seed + nth);
        struct vv_manifest *m = created(sim), *again;
        vv_error err;
        uint64_t good = 0, tried = 0;
        assert_ok(add_part(m, ++good, &err), &err);
        tried = good;
        struct vv_io_fault now = *fault;
        now.nth = nth;
        vv_io_sim_fault(sim, &now);
        for (int i = 0; i < 4; i++) {
            /* A failed commit is tried again with the same part, as the store does. */
            tried = good + 1;
            if (add_part(m, tried, &err) == VARVE_OK)
                good = tried;
            assert_int_equal(vv_manifest_state_of(m)->part_count, good);
        }
        vv_manifest_free(m);
        if (vv_manifest_load(vv_io_sim_io(sim), DIR, &m, &err) == VARVE_OK) {
            (void)vv_manifest_begin(m, &err);
            vv_manifest_free(m);
        }
        bool struck = vv_io_sim_struck(sim);
        vv_io_sim_fault(sim, NULL);
        vv_io_sim_cut(sim, cut);
        again = loaded(sim);
        uint64_t parts = vv_manifest_state_of(again)->part_count;
        if (parts != good && parts != tried)
            fail_msg("seed %llu: %llu parts, %llu committed, %llu tried",
                     (unsigned long long)(seed + nth), (unsigned long long)parts,
                     (unsigned long long)good, (unsigned long long)tried);
        assert_ok(vv_manifest_begin(again, &err), &err);
        assert_ok(add_part(again, 50, &err), &err);
        expect_on_disk(sim, again);
        vv_manifest_free(again);
        vv_io_sim_free(sim);
        if (!struck)
            break;
    }
}

static void test_faults(void **state)
{
    (void)state;
    static const enum vv_io_cut cuts[] = {VV_IO_CUT_DROP, VV_IO_CUT_RANDOM, VV_IO_CUT_TORN,
                                          VV_IO_CUT_KEEP};
    static const int natives[] = {EIO, ENOSPC};
    for (uint64_t seed = 0; seed < 8; seed++) {
        for (int c = 0; c < 4; c++) {
            for (int n = 0; n < 4; n++) {
                struct vv_io_fault fault = {.ops = VV_IO_OP_ALL,
                                            .native = natives[n & 1],
                                            .for_ever = n & 2,
                                            .partial = seed & 1};
                sweep(&fault, cuts[c], seed * 1000);
            }
            struct vv_io_fault power = {.ops = VV_IO_OP_ALL, .native = EIO, .cut_power = true};
            sweep(&power, cuts[c], seed * 1000);
        }
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        struct vv_io_sim *sim = vv_io_sim_new(1);
        struct vv_manifest *m = created(sim), *again = NULL;
        vv_error err;
        assert_ok(add_part(m, 1, &err), &err);
        vv_alloc_fail_at(nth, false);
        vv_status status = add_part(m, 2, &err);
        vv_status loading = vv_manifest_load(vv_io_sim_io(sim), DIR, &again, &err);
        vv_alloc_fail_at(0, false);
        assert_true(status == VARVE_OK || status == VARVE_NO_MEMORY);
        assert_true(loading == VARVE_OK || loading == VARVE_NO_MEMORY);
        if (status != VARVE_OK)
            assert_ok(add_part(m, 2, &err), &err);
        expect_on_disk(sim, m);
        vv_manifest_free(again);
        vv_manifest_free(m);
        vv_io_sim_free(sim);
        if (status == VARVE_OK && loading == VARVE_OK)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_edit), cmocka_unit_test(test_growth),
        cmocka_unit_test(test_damage),     cmocka_unit_test(test_lost_edit),
        cmocka_unit_test(test_two_files),  cmocka_unit_test(test_refuses_the_unknown),
        cmocka_unit_test(test_faults),     cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
