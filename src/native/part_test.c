/* Parts drawn at random, written and read back on the simulated disk; faults and damage. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/io_sim.h"
#include "native/draw_test.h"
#include "native/part.h"
#include "native/stats.h"

#include "base/banned.h"

#define WIDE 370
#define PATH "parts/7.part"

static const struct vv_part_id ID = {{1, 2, 3}, 4, 7};

static struct varve_column tag_columns[] = {{"q", VARVE_INT64}, {"v", VARVE_DOUBLE}};
static struct varve_column event_columns[] = {
    {"on", VARVE_BOOL}, {"what", VARVE_TEXT}, {"n", VARVE_INT64}};
static struct varve_column wide_columns[WIDE];
static struct varve_stratum strata[] = {
    {"tags", VARVE_MILLISECONDS, VARVE_SPAN_DAY, VARVE_GOOD_OPC, 0, tag_columns, 2},
    {"events", VARVE_SECONDS, VARVE_SPAN_NONE, VARVE_GOOD_FLAGS, 1, event_columns, 3},
    {"frames", VARVE_MILLISECONDS, VARVE_SPAN_DAY, VARVE_GOOD_ALL, 0, wide_columns, WIDE},
};

static const struct varve_stratum *stratum_of(void *arg, uint32_t id)
{
    (void)arg;
    return id < 3 ? strata + id : NULL;
}

struct model_block {
    uint32_t stratum;
    int64_t partition;
    struct varve_rows rows;
};

struct model {
    struct vv_arena arena;
    struct model_block *blocks;
    uint32_t count;
    uint64_t rows;
};

static void draw_block(struct draw *d, struct model *m, uint32_t stratum, int64_t partition,
                       uint32_t series, int64_t *time, uint32_t count)
{
    const struct varve_stratum *s = strata + stratum;
    int64_t *times = draw_room(&m->arena, count * 8);
    uint32_t *subs = draw_room(&m->arena, count * 4);
    struct varve_vector *columns = draw_room(&m->arena, s->column_count * sizeof *columns);
    bool with_subs = stratum == 1;

    for (uint32_t i = 0; i < count; i++) {
        subs[i] = i && with_subs && draw_below(d, 4) == 0 ? subs[i - 1] + 1 : 0;
        *time += subs[i] ? 0 : 1000 + draw_below(d, 20);
        times[i] = *time;
    }
    for (uint32_t c = 0; c < s->column_count; c++) {
        unsigned pattern = draw_below(d, 64);
        columns[c] = draw_vector(d, &m->arena, s->columns[c].type, count,
                                 stratum == 0 && c == 0 ? 0 : pattern);
    }
    m->blocks[m->count++] = (struct model_block){
        stratum,
        partition,
        {series, count, times, with_subs ? subs : NULL, columns, s->column_count}};
    m->rows += count;
}

static void draw_model(struct draw *d, struct model *m, uint32_t partitions, uint32_t series_count,
                       uint32_t most_blocks)
{
    *m = (struct model){0};
    vv_arena_init(&m->arena, 1 << 20, NULL);
    m->blocks =
        draw_room(&m->arena, (size_t)partitions * series_count * most_blocks * sizeof *m->blocks);
    for (uint32_t p = 0; p < partitions; p++)
        for (uint32_t series = 0; series < series_count; series++) {
            if (draw_below(d, 4) == 0)
                continue;
            int64_t time = (int64_t)p * 86400000;
            uint32_t stratum = series % 17 == 16 ? 2 : series % 3 == 2;
            uint32_t blocks = 1 + draw_below(d, most_blocks);
            for (uint32_t b = 0; b < blocks; b++)
                draw_block(d, m, stratum, (int64_t)p * 86400000, series * 3, &time,
                           1 + draw_below(d, stratum == 2 ? 400 : 1024));
        }
}

static vv_status write_part(const struct vv_io *io, const struct model *m,
                            struct vv_part_summary *summary)
{
    struct vv_part_writer *writer;

    *summary = (struct vv_part_summary){0};
    vv_status status = vv_part_writer_new(io, PATH, &ID, &writer, NULL);
    if (status)
        return status;
    for (uint32_t b = 0; !status && b < m->count; b++)
        status = vv_part_writer_add(writer, strata + m->blocks[b].stratum, m->blocks[b].stratum,
                                    m->blocks[b].partition, &m->blocks[b].rows, NULL);
    if (!status)
        status = vv_part_writer_finish(writer, summary, NULL);
    vv_part_writer_free(writer);
    return status;
}

static struct vv_io_sim *new_disk(void)
{
    struct vv_io_sim *sim = vv_io_sim_new(1);
    const struct vv_io *io = vv_io_sim_io(sim);
    assert_int_equal(io->mkdir(io->context, "parts", NULL), VARVE_OK);
    return sim;
}

static void count_text(void *arg, const char *text)
{
    ++*(int *)arg;
    assert_true(strlen(text) > 10);
}

static void compare_block(struct draw *d, const struct vv_part_entry *entry,
                          const struct vv_block_ref *ref, const struct model_block *block,
                          struct vv_block_rows *rows)
{
    uint32_t wanted[3], columns = strata[block->stratum].column_count;
    struct varve_vector vectors[3];
    struct varve_rows part_of = block->rows;

    assert_int_equal(ref->rows, block->rows.count);
    assert_int_equal(vv_part_read(entry, ref, NULL, 0, rows, NULL), VARVE_OK);
    assert_int_equal(rows->rows.count, block->rows.count);
    assert_int_equal(rows->rows.series, block->rows.series);
    for (uint32_t i = 0; i < rows->rows.count; i++)
        assert_true(draw_same_rows(&block->rows, i, &rows->rows, i));
    for (uint32_t c = 0; c < 3; c++) {
        wanted[c] = draw_below(d, columns + 1);
        vectors[c] = wanted[c] < columns ? block->rows.columns[wanted[c]]
                                         : (struct varve_vector){.type = VARVE_INT64};
    }
    part_of.columns = vectors;
    part_of.column_count = 3;
    assert_int_equal(vv_part_read(entry, ref, wanted, 3, rows, NULL), VARVE_OK);
    for (uint32_t i = 0; i < rows->rows.count; i++)
        assert_true(draw_same_rows(&part_of, i, &rows->rows, i));
}

static void compare_stats(const struct vv_part_entry *entry, const struct model_block *blocks)
{
    const struct varve_stratum *s = strata + blocks->stratum;
    uint64_t good[1024 / 64 + 1];

    for (uint32_t c = 0; c<s->column_count; c += s->column_count> 3 ? 61 : 1) {
        struct vv_part_stats_cursor cursor;
        struct varve_stats whole, stats, sum = {0};
        assert_int_equal(vv_part_stats_begin(entry, c, &cursor, &whole, NULL), VARVE_OK);
        for (uint32_t b = 0; b < entry->block_count; b++) {
            const struct varve_rows *rows = &blocks[b].rows;
            struct varve_stats made = {0};
            bool some = vv_good_mask(s, rows->columns + s->good_column, rows->count, good);
            vv_stats_add(&made, rows->columns + c, rows->times, some ? good : NULL, 0, rows->count);
            assert_int_equal(vv_part_stats_next(&cursor, &stats, NULL), VARVE_OK);
            assert_true(vv_stats_equal(&stats, &made, s->columns[c].type));
            assert_int_equal(vv_part_stats(entry, b, c, &stats, NULL), VARVE_OK);
            assert_true(vv_stats_equal(&stats, &made, s->columns[c].type));
            varve_stats_merge(&sum, &made, s->columns[c].type);
        }
        assert_int_equal(vv_part_stats_next(&cursor, &stats, NULL), VARVE_END);
        assert_true(vv_stats_equal(&whole, &sum, s->columns[c].type));
    }
}

static void compare_part(struct draw *d, struct vv_part *part, const struct model *m)
{
    struct vv_block_rows rows;
    struct vv_part_entry entry;
    struct vv_block_ref *refs = vv_alloc_array(m->count + 1, sizeof *refs);
    int64_t partition = INT64_MIN;
    uint32_t series = 0, at = 0;
    vv_status status;

    vv_block_rows_init(&rows);
    while ((status = vv_part_seek(part, partition, series, &entry, NULL)) == VARVE_OK) {
        const struct model_block *first = m->blocks + at;
        assert_int_equal(entry.series, first->rows.series);
        assert_int_equal(entry.partition, first->partition);
        assert_int_equal(entry.stratum, first->stratum);
        assert_int_equal(vv_part_blocks(&entry, refs, NULL), VARVE_OK);
        for (uint32_t b = 0; b < entry.block_count; b++, at++)
            compare_block(d, &entry, refs + b, m->blocks + at, &rows);
        compare_stats(&entry, first);
        partition = entry.partition;
        series = entry.series + 1;
        vv_part_entry_release(&entry);
    }
    assert_int_equal(status, VARVE_END);
    assert_int_equal(at, m->count);
    for (int n = 0; n < 200; n++) {
        uint32_t wanted = draw_below(d, 200), b = 0;
        int64_t since = (int64_t)draw_below(d, 6) * 43200000;
        while (b < m->count &&
               (m->blocks[b].rows.series != wanted || m->blocks[b].partition < since))
            b++;
        status = vv_part_find(part, since, wanted, &entry, NULL);
        assert_int_equal(status, b < m->count ? VARVE_OK : VARVE_END);
        if (!status) {
            assert_int_equal(entry.partition, m->blocks[b].partition);
            assert_int_equal(entry.first_time, m->blocks[b].rows.times[0]);
            vv_part_entry_release(&entry);
        }
    }
    vv_block_rows_deinit(&rows);
    vv_free(refs);
}

static void test_there_and_back(void **state)
{
    struct draw d = draw_seeded();

    (void)state;
    for (int round = 0; round < 6; round++) {
        struct vv_io_sim *sim = new_disk();
        struct vv_cache *cache = vv_cache_new(round & 1 ? 1 << 26 : 4096);
        struct vv_part_summary summary;
        struct vv_part *part;
        struct model m;
        uint64_t damaged = 0, rows = 0;
        int told = 0;

        draw_model(&d, &m, 1 + draw_below(&d, 3), 1 + draw_below(&d, 60), 3);
        assert_int_equal(write_part(vv_io_sim_io(sim), &m, &summary), VARVE_OK);
        assert_int_equal(summary.rows, m.rows);
        for (uint32_t s = 0; s < summary.span_count; s++)
            for (uint32_t b = 0; b < m.count; b++)
                if (m.blocks[b].stratum == summary.spans[s].stratum) {
                    assert_in_range(m.blocks[b].rows.series, summary.spans[s].series_min,
                                    summary.spans[s].series_max);
                    assert_true(m.blocks[b].rows.times[0] >= summary.spans[s].from);
                    assert_true(m.blocks[b].rows.times[0] <= summary.spans[s].to);
                }
        assert_int_equal(vv_part_new(vv_io_sim_io(sim), cache, PATH, &ID, &part, NULL), VARVE_OK);
        compare_part(&d, part, &m);
        compare_part(&d, part, &m); /* warm */
        assert_int_equal(vv_part_check(part, stratum_of, count_text, &told, &damaged, &rows, NULL),
                         VARVE_OK);
        assert_int_equal(damaged, 0);
        assert_int_equal(rows, m.rows);
        vv_part_free(part);
        vv_part_summary_deinit(&summary);
        vv_cache_free(cache);
        vv_io_sim_free(sim);
        vv_arena_deinit(&m.arena);
    }
}

/* Whatever can be read of a damaged part is as it was. */
static void read_damaged(struct vv_part *part, const struct model *m)
{
    struct vv_block_rows rows;
    struct vv_part_entry entry;
    struct vv_block_ref refs[16];

    vv_block_rows_init(&rows);
    for (uint32_t b = 0; b < m->count;) {
        const struct model_block *block = m->blocks + b;
        uint32_t first = b;
        while (b < m->count && m->blocks[b].rows.series == block->rows.series &&
               m->blocks[b].partition == block->partition)
            b++;
        if (vv_part_seek(part, block->partition, block->rows.series, &entry, NULL))
            continue;
        assert_int_equal(entry.block_count, b - first);
        assert_int_equal(vv_part_blocks(&entry, refs, NULL), VARVE_OK);
        for (uint32_t k = 0; k < entry.block_count; k++) {
            vv_error err = {0};
            if (vv_part_read(&entry, refs + k, NULL, 0, &rows, &err)) {
                assert_int_equal(err.status, VARVE_CORRUPT);
                continue;
            }
            for (uint32_t i = 0; i < rows.rows.count; i++)
                assert_true(draw_same_rows(&m->blocks[first + k].rows, i, &rows.rows, i));
        }
        vv_part_entry_release(&entry);
    }
    vv_block_rows_deinit(&rows);
}

/* Every byte of a small part and a choice of those of a wide one: each change is found. */
static void damage_part(struct draw *d, struct model *m, uint64_t step)
{
    struct vv_io_sim *sim = new_disk();
    struct vv_part_summary summary;

    assert_int_equal(write_part(vv_io_sim_io(sim), m, &summary), VARVE_OK);
    for (uint64_t at = 0; at < summary.size_bytes; at += 1 + draw_bits(d) % step) {
        struct vv_cache *cache = vv_cache_new(1 << 22);
        uint8_t mask = (uint8_t)(1u << draw_below(d, 8));
        uint64_t damaged = 0, rows = 0;
        struct vv_part *part;
        int told = 0;
        assert_int_equal(vv_io_sim_damage(sim, PATH, at, mask), VARVE_OK);
        assert_int_equal(vv_part_new(vv_io_sim_io(sim), cache, PATH, &ID, &part, NULL), VARVE_OK);
        vv_status status =
            vv_part_check(part, stratum_of, count_text, &told, &damaged, &rows, NULL);
        if (damaged == 0)
            fail_msg("a change of byte %llu was not found (%d)", (unsigned long long)at, status);
        read_damaged(part, m);
        vv_part_free(part);
        vv_cache_free(cache);
        assert_int_equal(vv_io_sim_damage(sim, PATH, at, mask), VARVE_OK);
    }
    vv_part_summary_deinit(&summary);
    vv_io_sim_free(sim);
}

static void test_damage(void **state)
{
    struct draw d = draw_seeded();
    struct model m;
    int64_t time = 0;

    (void)state;
    vv_arena_init(&m.arena, 0, NULL);
    m.blocks = draw_room(&m.arena, 4 * sizeof *m.blocks);
    m.count = 0;
    m.rows = 0;
    draw_block(&d, &m, 0, 0, 3, &time, 70);
    draw_block(&d, &m, 0, 0, 3, &time, 40);
    draw_block(&d, &m, 1, 0, 8, &time, 60);
    damage_part(&d, &m, 1);
    m.count = 0;
    draw_block(&d, &m, 2, 0, 9, &time, 300);
    damage_part(&d, &m, 3000);
    vv_arena_deinit(&m.arena);
}

static void test_faults(void **state)
{
    struct draw d = draw_seeded();
    struct model m;

    (void)state;
    draw_model(&d, &m, 1, 20, 2);
    for (uint64_t nth = 1;; nth++) {
        struct vv_io_sim *sim = new_disk();
        struct vv_part_summary summary;
        vv_io_sim_fault(sim,
                        &(struct vv_io_fault){.ops = VV_IO_OP_OPEN | VV_IO_OP_WRITE | VV_IO_OP_SYNC,
                                              .nth = nth,
                                              .native = ENOSPC,
                                              .partial = true});
        vv_status status = write_part(vv_io_sim_io(sim), &m, &summary);
        bool struck = vv_io_sim_struck(sim);
        assert_int_equal(status, struck ? VARVE_NO_SPACE : VARVE_OK);
        vv_part_summary_deinit(&summary);
        if (!struck) {
            vv_io_sim_free(sim);
            break;
        }
        vv_io_sim_free(sim);
    }
    struct vv_io_sim *sim = new_disk();
    struct vv_part_summary summary;
    assert_int_equal(write_part(vv_io_sim_io(sim), &m, &summary), VARVE_OK);
    for (uint64_t nth = 1; nth < 12; nth++) {
        struct vv_cache *cache = vv_cache_new(1 << 22);
        struct vv_part *part;
        uint64_t damaged = 0, rows = 0;
        int told = 0;
        assert_int_equal(vv_part_new(vv_io_sim_io(sim), cache, PATH, &ID, &part, NULL), VARVE_OK);
        vv_io_sim_fault(sim, &(struct vv_io_fault){
                                 .ops = VV_IO_OP_OPEN | VV_IO_OP_READ, .nth = nth, .native = EIO});
        assert_int_equal(vv_part_check(part, stratum_of, count_text, &told, &damaged, &rows, NULL),
                         VARVE_IO);
        vv_io_sim_fault(sim, NULL);
        rows = 0;
        assert_int_equal(vv_part_check(part, stratum_of, count_text, &told, &damaged, &rows, NULL),
                         VARVE_OK);
        assert_int_equal(damaged, 0);
        assert_int_equal(rows, m.rows);
        vv_part_free(part);
        vv_cache_free(cache);
    }
    vv_part_summary_deinit(&summary);
    vv_io_sim_free(sim);
    vv_arena_deinit(&m.arena);
}

static void test_no_memory(void **state)
{
    struct draw d = draw_seeded();
    struct model m;

    (void)state;
    draw_model(&d, &m, 1, 4, 2);
    for (uint64_t nth = 1;; nth++) {
        struct vv_io_sim *sim = new_disk();
        struct vv_part_summary summary;
        vv_alloc_fail_at(nth, false);
        vv_status status = write_part(vv_io_sim_io(sim), &m, &summary);
        vv_alloc_fail_at(0, false);
        vv_part_summary_deinit(&summary);
        vv_io_sim_free(sim);
        if (!status)
            break;
        assert_int_equal(status, VARVE_NO_MEMORY);
    }
    vv_arena_deinit(&m.arena);
}

static void test_refusals(void **state)
{
    struct vv_io_sim *sim = new_disk();
    const struct vv_io *io = vv_io_sim_io(sim);
    struct vv_cache *cache = vv_cache_new(1 << 20);
    struct draw d = draw_seeded();
    struct vv_part_writer *writer;
    struct vv_part_summary summary;
    struct vv_part_entry entry;
    struct vv_part *part;
    struct model m;
    vv_error err;

    (void)state;
    draw_model(&d, &m, 1, 4, 1);
    assert_int_equal(vv_part_writer_new(io, PATH, &ID, &writer, NULL), VARVE_OK);
    struct model_block *b = m.blocks;
    assert_int_equal(
        vv_part_writer_add(writer, strata + b->stratum, b->stratum, b->partition, &b->rows, NULL),
        VARVE_OK);
    assert_int_equal(
        vv_part_writer_add(writer, strata + b->stratum, b->stratum, b->partition, &b->rows, NULL),
        VARVE_INTERNAL); /* the same keys again */
    assert_int_equal(vv_part_writer_finish(writer, &summary, NULL), VARVE_OK);
    vv_part_writer_free(writer);
    vv_part_summary_deinit(&summary);

    struct vv_part_id other = ID;
    other.epoch++;
    assert_int_equal(vv_part_new(io, cache, PATH, &other, &part, NULL), VARVE_OK);
    assert_int_equal(vv_part_seek(part, 0, 0, &entry, &err), VARVE_CORRUPT);
    assert_non_null(strstr(err.message, "epoch"));
    vv_part_free(part);
    other = ID;
    other.store_id[0] ^= 1;
    assert_int_equal(vv_part_new(io, cache, PATH, &other, &part, NULL), VARVE_OK);
    assert_int_equal(vv_part_seek(part, 0, 0, &entry, &err), VARVE_CORRUPT);
    assert_non_null(strstr(err.message, "another store"));
    vv_part_free(part);
    vv_cache_free(cache);
    vv_io_sim_free(sim);
    vv_arena_deinit(&m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_faults),         cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_refusals),
    };
    for (uint32_t c = 0; c < WIDE; c++)
        wide_columns[c] = (struct varve_column){"n", c % 37 == 36   ? VARVE_TEXT
                                                     : c % 11 == 10 ? VARVE_INT64
                                                                    : VARVE_DOUBLE};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
