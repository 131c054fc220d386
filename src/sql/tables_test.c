/* Every documented table in SQLite: each column takes its smallest, largest and longest value and
 * null, and gives back exactly that. Ledger tables by the ledger, with its checks; strata by the
 * statements of the SQL stores. */
#include <float.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "catalog/ddl.h"
#include "catalog/partition.h"
#include "catalog/tables_ddl.h"
#include "sql/ledger.h"
#include "sql/sql.h"
#include "sql/statement.h"
#include "sql/test_dir.h"

#include "base/banned.h"

enum kind {
    LEAST,
    MOST,
    NULLS,
    KINDS
};

static struct test_dir dir;
static struct vv_arena arena;
static vv_error err;
/* By the number of the table in the catalogue. */
static struct vv_row rows[128][KINDS];

static size_t table_number(const char *name)
{
    size_t t = 0;

    while (strcmp(vv_catalog_table(t)->name, name) != 0)
        t++;
    return t;
}

/* `width` characters of two to four bytes each. */
static struct vv_value long_text(uint32_t width)
{
    static const char letters[] = "\xD0\xB9\xE6\xB8\xA9\xF0\x9F\x98\x80";
    static const size_t starts[] = {0, 2, 5, 9};
    struct vv_buf text = {0};
    struct vv_value value;

    for (uint32_t i = 0; i < width; i++)
        vv_buf_add(&text, letters + starts[i % 3], starts[i % 3 + 1] - starts[i % 3]);
    vv_buf_char(&text, '\0');
    value = vv_value_text(vv_arena_text(&arena, (const char *)text.data, text.len - 1));
    vv_buf_deinit(&text);
    return value;
}

static struct vv_value text_value(const struct vv_column *column, enum kind kind)
{
    static const char *const bits[KINDS] = {"000000000000000000000000000000000000000000000000",
                                            "111111111111111111111111111111111111111111111111",
                                            "010101010101010101010101010101010101010101010101"};

    if (column->choices != NULL)
        return vv_value_text(column->choices[kind == LEAST ? 0 : 1].name);
    if (column->flags & VV_COLUMN_BITS)
        return vv_value_text(vv_arena_text(&arena, bits[kind], column->width));
    if (kind == MOST)
        return long_text(column->width > 0 ? column->width : 100000);
    return vv_value_text(kind == LEAST ? "" : "'");
}

static struct vv_value int_value(const struct vv_column *column, enum kind kind)
{
    static const struct {
        int64_t least, most;
    } ranges[VV_COLUMN_TYPE_COUNT] = {
        [VV_COLUMN_TINY] = {0, INT8_MAX},
        [VV_COLUMN_INT] = {INT32_MIN, INT32_MAX},
        [VV_COLUMN_BIGINT] = {INT64_MIN, INT64_MAX},
        [VV_COLUMN_BOOL] = {0, 1},
        [VV_COLUMN_TIME] = {VV_PARTITION_MIN_MS, VV_PARTITION_MAX_MS - 1},
    };
    int64_t least = ranges[column->type].least, most = ranges[column->type].most;

    if (column->choices != NULL)
        return vv_value_int(column->choices[kind == LEAST ? 0 : 1].value);
    if (column->least != 0 || column->most != 0) {
        least = (int64_t)column->least;
        most = (int64_t)column->most;
    }
    if (column->flags & VV_COLUMN_AUTO)
        least = 1000; /* the first are the system's own, in some tables */
    return vv_value_int(kind == MOST ? most : kind == LEAST ? least : least + 1);
}

static struct vv_value any_value(const struct vv_column *column, enum kind kind)
{
    static const double doubles[KINDS] = {-DBL_MAX, DBL_MAX, DBL_TRUE_MIN};
    static const uint8_t bytes[] = {0, 0xFF, 0x27, 0};

    if (kind == NULLS && !(column->flags & VV_COLUMN_NOT_NULL))
        return vv_value_null();
    if (column->reference == VV_REFERENCE_ZERO)
        return vv_value_int(0);
    switch (column->type) {
    case VV_COLUMN_TEXT:
        return text_value(column, kind);
    case VV_COLUMN_DOUBLE:
        return vv_value_double(doubles[kind]);
    case VV_COLUMN_BLOB:
        return vv_value_blob(bytes, kind == LEAST ? 0 : sizeof bytes);
    default:
        return int_value(column, kind);
    }
}

static void fill(size_t t, enum kind kind)
{
    const struct vv_table *table = vv_catalog_table(t);
    struct vv_row *row = &rows[t][kind];

    assert_ok(vv_row_init(row, table, &arena, &err), &err);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vv_column *column = &table->columns[i];
        struct vv_value value = any_value(column, kind);
        if (column->reference == VV_REFERENCE_KEY && table->kind == VV_TABLE_LEDGER)
            value = *vv_row_get(&rows[table_number(column->to_table)][kind], column->to_column);
        assert_ok(vv_row_set(row, (int)i, &value, &err), &err);
    }
}

static int setup(void **state)
{
    (void)state;
    vv_arena_init(&arena, 0, NULL);
    assert_true(vv_catalog_count() <= sizeof rows / sizeof *rows);
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        for (enum kind kind = 0; kind < KINDS; kind++)
            fill(t, kind);
    }
    return test_dir_make(&dir);
}

static int teardown(void **state)
{
    (void)state;
    test_dir_remove(&dir);
    vv_arena_deinit(&arena);
    return 0;
}

static bool is_same(const struct vv_value *a, const struct vv_value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == VV_VALUE_NULL)
        return true;
    if (a->kind == VV_VALUE_INT)
        return a->as.integer == b->as.integer;
    if (a->kind == VV_VALUE_DOUBLE)
        return memcmp(&a->as.real, &b->as.real, sizeof a->as.real) == 0;
    return a->len_bytes == b->len_bytes &&
           (a->len_bytes == 0 || memcmp(a->as.data, b->as.data, a->len_bytes) == 0);
}

static void assert_same(const struct vv_row *row, const struct vv_row *back)
{
    for (size_t i = 0; i < row->table->column_count; i++) {
        if (!is_same(&row->values[i], &back->values[i]))
            fail_msg("%s.%s did not come back as it was", row->table->name,
                     row->table->columns[i].name);
    }
}

/* Only the key of `row`. */
static struct vv_row key_of(const struct vv_row *row)
{
    struct vv_row key;

    assert_ok(vv_row_init(&key, row->table, &arena, &err), &err);
    for (size_t i = 0; i < row->table->column_count; i++) {
        if (vv_table_is_key(row->table, (int)i))
            assert_ok(vv_row_set(&key, (int)i, &row->values[i], &err), &err);
    }
    return key;
}

static void test_ledger_tables(void **state)
{
    struct vv_ledger_options options = {.url = dir.url};
    struct vv_ledger *ledger;
    struct vv_ledger_tx *tx;

    (void)state;
    assert_ok(vv_ledger_open(&options, &ledger, &err), &err);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        assert_ok(vv_ledger_begin_write(ledger, &tx, &err), &err);
        for (size_t t = 0; t < vv_catalog_count(); t++) {
            if (vv_catalog_table(t)->kind == VV_TABLE_LEDGER)
                assert_ok(vv_ledger_insert(tx, &rows[t][kind], &err), &err);
        }
        assert_ok(vv_ledger_commit(&tx, &err), &err);
    }
    assert_ok(vv_ledger_begin_read(ledger, &tx, &err), &err);
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        for (enum kind kind = 0; kind < KINDS && vv_catalog_table(t)->kind == VV_TABLE_LEDGER;
             kind++) {
            struct vv_row back = key_of(&rows[t][kind]);
            assert_ok(vv_ledger_get(tx, &back, &err), &err);
            assert_same(&rows[t][kind], &back);
        }
    }
    vv_ledger_rollback(&tx);
    vv_ledger_close(ledger);
}

/* ---- strata ---- */

static struct vv_sql_statement *prepare(struct vv_sql *sql, struct vv_buf *text)
{
    struct vv_sql_statement *statement;

    assert_false(text->failed);
    assert_ok(vv_sql_prepare(sql, (const char *)text->data, text->len, &statement, &err), &err);
    vv_buf_deinit(text);
    return statement;
}

static vv_status insert(struct vv_sql *sql, const struct vv_row *row)
{
    int columns[512];
    struct vv_buf text = {0};
    size_t count = row->table->column_count;

    for (size_t i = 0; i < count; i++)
        columns[i] = (int)i;
    vv_statement_insert(vv_sql_dialect(sql), &text, row->table, columns, count);
    struct vv_sql_statement *statement = prepare(sql, &text);
    for (size_t i = 0; i < count; i++)
        assert_ok(vv_sql_bind(statement, (unsigned)i + 1, row->table->columns[i].type,
                              &row->values[i], &err),
                  &err);
    vv_status status = vv_sql_step(statement, &err);
    vv_sql_finalize(statement);
    return status;
}

static void assert_there(struct vv_sql *sql, const struct vv_row *row)
{
    const struct vv_table *table = row->table;
    struct vv_buf text = {0};
    struct vv_row back;

    vv_statement_get(vv_sql_dialect(sql), &text, table);
    struct vv_sql_statement *statement = prepare(sql, &text);
    for (int i = 0; i < vv_table_key_count(table); i++) {
        int column = vv_table_column(table, table->key[i], strlen(table->key[i]), 0);
        assert_ok(vv_sql_bind(statement, (unsigned)i + 1, table->columns[column].type,
                              &row->values[column], &err),
                  &err);
    }
    assert_ok(vv_sql_step(statement, &err), &err);
    assert_ok(vv_row_init(&back, table, &arena, &err), &err);
    for (unsigned i = 0; i < table->column_count; i++) {
        struct vv_value value;
        assert_ok(vv_sql_column(statement, i, &value, &err), &err);
        assert_ok(vv_row_set(&back, (int)i, &value, &err), &err);
    }
    assert_same(row, &back);
    vv_sql_finalize(statement);
}

static void test_strata(void **state)
{
    struct vv_sql_options options = {.create = true};
    struct vv_buf script = {0};
    struct vv_sql *sql;

    (void)state;
    assert_ok(vv_sql_open(dir.url, &options, &sql, &err), &err);
    vv_tables_ddl(&script, vv_sql_dialect(sql), NULL, 0);
    vv_buf_char(&script, '\0');
    assert_false(script.failed);
    assert_ok(vv_sql_exec(sql, (const char *)script.data, &err), &err);
    vv_buf_deinit(&script);
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        for (enum kind kind = 0; kind < KINDS && vv_catalog_table(t)->kind == VV_TABLE_STRATUM;
             kind++) {
            const struct vv_row *row = &rows[t][kind];
            assert_ok(vv_row_check(row, VV_ROW_WHOLE, &err), &err);
            assert_int_equal(insert(sql, row), VARVE_END);
            assert_there(sql, row);
            assert_int_equal(insert(sql, row), VARVE_EXISTS);
        }
    }
    vv_sql_close(sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ledger_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_strata, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
