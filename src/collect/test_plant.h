/* test_plant.h: a ledger in a directory of its own and plant files applied to it, for the tests of
 * this folder. Every call fails the running test when it cannot do its work.
 */
#ifndef VV_COLLECT_TEST_PLANT_H
#define VV_COLLECT_TEST_PLANT_H

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "catalog/catalog.h"
#include "collect/plant.h"
#include "sql/ledger.h"

/* ---- a ledger, a plant file, and what apply reported ---- */

struct bench {
    char dir[40], db[64], file[64];
    struct vv_ledger *ledger;
    struct vv_plant_counts counts;
    struct vv_buf report;
    vv_error err;
};

static inline int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){0};
    snprintf(bench.dir, sizeof bench.dir, "/tmp/varve-plant-XXXXXX");
    assert_non_null(mkdtemp(bench.dir));
    snprintf(bench.db, sizeof bench.db, "sqlite:%s/varve.db", bench.dir);
    snprintf(bench.file, sizeof bench.file, "%s/plant.yaml", bench.dir);
    const struct vv_ledger_options options = {.url = bench.db};
    assert_ok(vv_ledger_open(&options, &bench.ledger, &bench.err), &bench.err);
    *state = &bench;
    return 0;
}

static inline int tear_down(void **state)
{
    struct bench *bench = *state;
    char command[80];
    vv_ledger_close(bench->ledger);
    vv_buf_deinit(&bench->report);
    snprintf(command, sizeof command, "rm -rf '%s'", bench->dir);
    return system(command);
}

static inline void note(void *arg, char sign, const char *text)
{
    vv_buf_format(arg, "%c %s\n", sign, text);
}

static inline vv_status apply_path(struct bench *bench, const char *path, bool dry_run)
{
    vv_buf_reset(&bench->report);
    vv_error_clear(&bench->err);
    return vv_plant_apply(bench->ledger, path, dry_run, note, &bench->report, &bench->counts,
                          &bench->err);
}

static inline void write_file(struct bench *bench, const char *text)
{
    FILE *file = fopen(bench->file, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static inline vv_status apply(struct bench *bench, const char *text)
{
    write_file(bench, text);
    return apply_path(bench, bench->file, false);
}

/* The whole of a table as text, to compare states of the ledger. */
static inline void dump_table(struct bench *bench, const char *name, struct vv_buf *to)
{
    struct vv_ledger_tx *tx;
    struct vv_ledger_cursor *cursor;
    const struct vv_query query = {.table = vv_catalog_find(name)};
    const struct vv_row *row;
    assert_ok(vv_ledger_begin_read(bench->ledger, &tx, &bench->err), &bench->err);
    assert_ok(vv_ledger_select(tx, &query, &cursor, &bench->err), &bench->err);
    while (vv_ledger_next(cursor, &row, &bench->err) == VARVE_OK) {
        vv_buf_text(to, name);
        for (size_t c = 0; c < query.table->column_count; c++) {
            const struct vv_value *value = &row->values[c];
            if (value->kind == VV_VALUE_INT)
                vv_buf_format(to, " %s=%" PRId64, query.table->columns[c].name, value->as.integer);
            else if (value->kind == VV_VALUE_DOUBLE)
                vv_buf_format(to, " %s=%g", query.table->columns[c].name, value->as.real);
            else if (value->kind == VV_VALUE_TEXT)
                vv_buf_format(to, " %s=%s", query.table->columns[c].name,
                              (const char *)value->as.data);
        }
        vv_buf_char(to, '\n');
    }
    vv_ledger_cursor_close(cursor);
    vv_ledger_rollback(&tx);
    assert_false(to->failed);
}

static inline void assert_contains(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "");
}

#endif
