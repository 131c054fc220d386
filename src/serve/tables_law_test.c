/* tables_law_test.c: of every ledger table that may be changed over HTTP: random rows that the
 * catalogue allows are created, read back by their keys, written as CSV, and read by another server
 * whose tables are then the same, byte for byte.
 *
 * Rows are drawn from the catalogue alone, so that a new table is in this test by being there.
 * Rules beyond one row (two points of one name in a branch…) may refuse a row with 409; each table
 * must get some in spite of them.
 */
#include "serve/server.h"

#include "base/json.h"
#include "catalog/catalog.h"
#include "catalog/row_json.h"
#include "serve/table_access.h"
#include "serve/test_server.h"

#include "base/banned.h"

#define TABLES      "/api/v1/tables/"
#define TABLES_MOST 64
#define ROWS        16

static struct test_server from, to;
static uint64_t state_of_draws;

/* ---- drawing ---- */

static uint64_t draw(void)
{
    uint64_t z = state_of_draws += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t n)
{
    return draw() % n;
}

static void draw_text(const struct vv_column *column, struct vv_arena *arena,
                      struct vv_value *to_set)
{
    static const char *const pieces[] = {
        "a", "Z",  "9",  " ",  "=", "+",  "-", "@", "'",        "\"",
        ",", "\r", "\n", "\t", ";", "\\", "/", "%", "\xC3\xA9", "\xE4\xB8\xAD",
        "."};
    const bool bits = column->flags & VV_COLUMN_BITS;
    const uint32_t most = column->width > 0 ? column->width : 200;
    const uint32_t count =
        column->flags & VV_COLUMN_FIXED ? most : (uint32_t)below(most < 12 ? most + 1 : 13);
    struct vv_buf text = {0};

    for (uint32_t i = 0; i < count; i++)
        vv_buf_text(&text, bits           ? (below(2) ? "1" : "0")
                           : below(3) > 0 ? "x"
                                          : pieces[below(sizeof pieces / sizeof pieces[0])]);
    *to_set =
        vv_value_text(vv_arena_text(arena, text.data ? (const char *)text.data : "", text.len));
    vv_buf_deinit(&text);
}

static struct vv_value draw_integer(const struct vv_column *column)
{
    const bool ranged = column->least != 0 || column->most != 0;
    const int64_t least = ranged ? (int64_t)column->least : 0;
    const uint64_t span = ranged ? (uint64_t)(column->most - column->least) + 1 : 100;
    int64_t v;

    do
        v = least + (int64_t)below(span);
    while (column->gap_last != 0 && (double)v >= column->gap_first &&
           (double)v <= column->gap_last);
    if (!ranged && column->type == VV_COLUMN_BIGINT && below(4) == 0)
        v = (int64_t)draw();
    if (column->type == VV_COLUMN_TIME)
        v = (int64_t)below(4102444800000) - (below(9) == 0 ? 62135596800000 : 0);
    if (column->type == VV_COLUMN_BOOL)
        v = (int64_t)below(2);
    return vv_value_int(v);
}

static struct vv_value draw_double(const struct vv_column *column)
{
    if (column->least != 0 || column->most != 0)
        return vv_value_double(column->least +
                               (column->most - column->least) * (double)below(1001) / 1000);
    return vv_value_double(((double)(int64_t)draw()) / (double)(1 + below(1000000)) *
                           (below(5) == 0 ? 1e-200 : 1));
}

static struct vv_value draw_choice(const struct vv_column *column)
{
    size_t count = 0;

    while (column->choices[count].name)
        count++;
    const struct vv_choice *choice = &column->choices[below(count)];
    return column->type == VV_COLUMN_TEXT ? vv_value_text(choice->name)
                                          : vv_value_int(choice->value);
}

/* ---- rows that are there, for references ---- */

struct there {
    const struct vv_table *table;
    struct vv_value keys[ROWS]; /* first key column */
    size_t count;
};

static struct there tables[TABLES_MOST];
static size_t table_count;

static struct there *find_there(const char *name)
{
    for (size_t i = 0; i < table_count; i++)
        if (strcmp(tables[i].table->name, name) == 0)
            return &tables[i];
    return NULL;
}

static struct vv_value draw_reference(const struct vv_column *column)
{
    const struct there *there = find_there(column->to_table);

    if (there && there->count > 0 && (column->reference == VV_REFERENCE_KEY || below(2) > 0))
        return there->keys[below(there->count)];
    return vv_value_int(0);
}

static void draw_value(struct vv_row *row, size_t index)
{
    const struct vv_column *column = &row->table->columns[index];
    struct vv_value value = vv_value_null();
    uint8_t bytes[40];

    if ((column->flags & VV_COLUMN_AUTO) || (column->preset && below(4) == 0))
        return;
    if (!(column->flags & VV_COLUMN_NOT_NULL) && below(4) == 0)
        value = vv_value_null();
    else if (column->reference != VV_REFERENCE_NONE)
        value = draw_reference(column);
    else if (column->choices)
        value = draw_choice(column);
    else if (column->type == VV_COLUMN_TEXT)
        draw_text(column, row->arena, &value);
    else if (column->type == VV_COLUMN_DOUBLE)
        value = draw_double(column);
    else if (column->type == VV_COLUMN_BLOB) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)draw();
        value = vv_value_blob(bytes, below(sizeof bytes + 1));
    } else
        value = draw_integer(column);
    assert_int_equal(vv_row_set(row, (int)index, &value, NULL), VARVE_OK);
}

/* ---- one table ---- */

static vv_status take_row(void *arg, struct vv_row *row, vv_error *err)
{
    struct vv_row *mine = arg;

    (void)err;
    memcpy(mine->values, row->values, row->table->column_count * sizeof *row->values);
    return VARVE_OK;
}

/* The key of an answer's only row: what stands in "keys":["…"]. */
static void key_of(const struct test_answer *answer, char *key, size_t size)
{
    const char *at = strstr(test_body(answer), "\"keys\":[\"");
    assert_non_null(at);
    at += strlen("\"keys\":[\"");
    const size_t len = strcspn(at, "\"");
    assert_true(len < size);
    memcpy(key, at, len);
    key[len] = '\0';
}

/* What the ledger makes itself: a device's second number where there is none, the hash of a path.
 */
static bool is_filled_in(const struct vv_row *row, size_t index)
{
    const char *name = row->table->columns[index].name;

    return strcmp(name, "HashId") == 0 ||
           (strcmp(name, "DevNum") == 0 && row->values[index].kind == VV_VALUE_NULL);
}

/* The row of that key is what was created, in every column that was given. */
static void check_row(const struct vv_row *row, const char *key, struct there *there)
{
    struct test_answer answer;
    struct vv_row back;
    struct vv_buf target = {0};
    vv_error err;

    vv_buf_format(&target, TABLES "%s/%s", row->table->name, key);
    test_expect(&from, "GET", (const char *)target.data, NULL, 200, &answer);
    assert_int_equal(vv_row_init(&back, row->table, row->arena, NULL), VARVE_OK);
    assert_int_equal(vv_rows_read_json(row->table, test_body(&answer), answer.body.len, row->arena,
                                       take_row, &back, &err),
                     VARVE_OK);
    for (size_t i = 0; i < row->table->column_count; i++)
        if (row->values[i].kind != VV_VALUE_UNSET && !is_filled_in(row, i) &&
            !vv_value_same(&row->values[i], &back.values[i]))
            fail_msg("%s.%s: %s", row->table->name, row->table->columns[i].name,
                     test_body(&answer));
    there->keys[there->count++] = *vv_row_get(&back, row->table->key[0]);
    test_answer_deinit(&answer);
    vv_buf_deinit(&target);
}

static void fill(struct there *there, struct vv_arena *arena)
{
    char target[128], key[1024];

    snprintf(target, sizeof target, TABLES "%s", there->table->name);
    for (int tries = 0; there->count < ROWS && tries < 20 * ROWS; tries++) {
        struct test_answer answer;
        struct vv_buf body = {0};
        struct vv_json json;
        struct vv_row row;
        assert_int_equal(vv_row_init(&row, there->table, arena, NULL), VARVE_OK);
        for (size_t i = 0; i < there->table->column_count; i++)
            draw_value(&row, i);
        vv_json_init(&json, &body);
        vv_row_write_json(&row, &json);
        test_request(&from, "POST", target, NULL, body.data, body.len, &answer);
        if (answer.status == 201) {
            key_of(&answer, key, sizeof key);
            check_row(&row, key, there);
        } else if (answer.status != 409) {
            fail_msg("%s: %s: %s", target, (const char *)body.data, test_body(&answer));
        }
        test_answer_deinit(&answer);
        vv_buf_deinit(&body);
    }
    if (there->count < 3)
        fail_msg("%s: %zu rows", there->table->name, there->count);
}

/* ---- all of them ---- */

/* Whether all that the table refers to is in the list already, or is never in it. */
static bool is_next(const struct vv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vv_column *column = &table->columns[i];
        if (column->reference == VV_REFERENCE_NONE || strcmp(column->to_table, table->name) == 0)
            continue;
        const struct vv_table *other = vv_catalog_find(column->to_table);
        if (!vv_table_access(other).closed && !find_there(other->name))
            return false;
    }
    return true;
}

/* Tables that may be changed, each behind those that it refers to. */
static void list_tables(void)
{
    table_count = 0;
    for (size_t before = SIZE_MAX; before != table_count;) {
        before = table_count;
        for (size_t i = 0; i < vv_catalog_count(); i++) {
            const struct vv_table *table = vv_catalog_table(i);
            if (table->kind != VV_TABLE_LEDGER || vv_table_access(table).closed ||
                find_there(table->name) || !is_next(table))
                continue;
            assert_true(table_count < TABLES_MOST);
            tables[table_count++] = (struct there){.table = table};
        }
    }
}

/* Branches change places, so that the order of keys is no longer that of the tree. */
static void move_branches(void)
{
    const struct there *objects = find_there("TB_Objects");

    for (int i = 0; i < 20; i++) {
        struct test_answer answer;
        char target[80], body[80];
        snprintf(target, sizeof target, TABLES "TB_Objects/%lld",
                 (long long)objects->keys[below(objects->count)].as.integer);
        snprintf(body, sizeof body, "{\"Parent\":%lld}",
                 (long long)objects->keys[below(objects->count)].as.integer);
        test_request(&from, "PATCH", target, NULL, body, strlen(body), &answer);
        assert_true(answer.status == 200 || answer.status == 409);
        test_answer_deinit(&answer);
    }
}

static void check_copy(const struct vv_table *table)
{
    struct test_answer out, in, again;
    char target[128], get[160];

    snprintf(target, sizeof target, TABLES "%s?mode=upsert", table->name);
    snprintf(get, sizeof get, TABLES "%s?format=csv&limit=100000", table->name);
    test_expect(&from, "GET", get, NULL, 200, &out);
    test_request(&to, "POST", target, "Content-Type: text/csv\r\n", out.body.data, out.body.len,
                 &in);
    if (in.status != 200)
        fail_msg("%s: %s\n%s", target, test_body(&in), test_body(&out));
    test_expect(&to, "GET", get, NULL, 200, &again);
    assert_string_equal(test_body(&again), test_body(&out));
    test_answer_deinit(&out);
    test_answer_deinit(&in);
    test_answer_deinit(&again);
}

static void rows_come_back(void **state)
{
    struct vv_arena arena;
    const struct vv_server_options options = {.body_bytes = 8 << 20, .buffer_bytes = 64 << 20};

    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        vv_arena_init(&arena, 0, NULL);
        state_of_draws = seed;
        print_message("seed %d\n", (int)seed);
        test_server_start(&from, options);
        test_server_start(&to, options);
        list_tables();
        assert_true(table_count >= 20);
        for (size_t i = 0; i < table_count; i++)
            fill(&tables[i], &arena);
        move_branches();
        for (size_t i = 0; i < table_count; i++)
            check_copy(tables[i].table);
        test_server_stop(&to);
        test_server_stop(&from);
        vv_arena_deinit(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_come_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
