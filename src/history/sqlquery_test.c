/* sqlquery_test.c: what the SQL of users gets, and what it does not. */
#include "history/sqlquery.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/time.h"
#include "history/test_set.h"
#include "sql/sql.h"

#include "base/banned.h"

#define MIB (1024 * 1024)

static struct test_set t;
static struct vv_sqlpool *pool;

static void make_pool(int64_t memory_bytes, int64_t work_ms, int64_t life_ms)
{
    const struct vv_sqlpool_options options = {.ledger = t.ledger,
                                               .set = t.set,
                                               .open_max = 3,
                                               .memory_bytes = memory_bytes,
                                               .work_ms = work_ms,
                                               .life_ms = life_ms};

    assert_ok(vv_sqlpool_new(&options, &pool, &t.err), &t.err);
}

/* In the place of the one that `setup` made, whose queries may work longer than any here does. */
static void limit_pool(int64_t memory_bytes, int64_t work_ms, int64_t life_ms)
{
    vv_sqlpool_free(pool);
    make_pool(memory_bytes, work_ms, life_ms);
}

static int setup(void **state)
{
    (void)state;
    test_set_make(&t);
    test_put(&t, "a", TEST_NOW_MS, vv_datum_double(1));
    test_put(&t, "b", TEST_NOW_MS, vv_datum_double(2));
    make_pool(32 * MIB, 60000, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    vv_sqlpool_free(pool);
    test_set_remove(&t);
    return 0;
}

/* Runs to the end; the values of all rows, parted by blanks and |. */
static vv_status run_spec(const struct vv_sqlquery_spec *spec, struct vv_buf *out)
{
    struct vv_sqlquery *query;
    const struct vv_value *row;
    vv_status status = vv_sqlquery_open(pool, spec, &query, &t.err);

    vv_buf_reset(out);
    vv_buf_text(out, "");
    while (!status && !(status = vv_sqlquery_next(query, &row, &t.err))) {
        for (size_t i = 0; i < vv_sqlquery_columns(query); i++) {
            vv_buf_text(out, i ? " " : out->len ? "|" : "");
            if (row[i].kind == VV_VALUE_INT)
                vv_buf_format(out, "%lld", (long long)row[i].as.integer);
            else if (row[i].kind == VV_VALUE_DOUBLE)
                vv_buf_format(out, "%g", row[i].as.real);
            else if (row[i].kind == VV_VALUE_NULL)
                vv_buf_text(out, "null");
            else
                vv_buf_add(out, row[i].as.data, row[i].len_bytes);
        }
    }
    vv_sqlquery_close(query);
    return status;
}

static vv_status run(const char *text, struct vv_buf *out)
{
    const struct vv_sqlquery_spec spec = {.text = text, .len_bytes = strlen(text)};

    return run_spec(&spec, out);
}

static void gives(const char *text, const char *rows)
{
    struct vv_buf out = {0};

    if (run(text, &out) != VARVE_END)
        fail_msg("%s: %s", text, t.err.message);
    if (strcmp((const char *)out.data, rows) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", text, (const char *)out.data, rows);
    vv_buf_deinit(&out);
}

static void refused(const char *text, vv_status status, const char *part)
{
    struct vv_buf out = {0};
    vv_status got = run(text, &out);

    if (got != status || !strstr(t.err.message, part))
        fail_msg("%s: %s: %s", text, varve_status_name(got), t.err.message);
    vv_buf_deinit(&out);
}

/* ---- what there is ---- */

static void rows_and_columns(void **state)
{
    static const char text[] = "SELECT Id, Tag, Id * 0.5 AS half, NULL AS n, count(*) AS c"
                               " FROM ScadaTagMapping GROUP BY Id ORDER BY Id";
    const struct vv_sqlquery_spec spec = {.text = text, .len_bytes = strlen(text)};
    static const char *const names[] = {"Id", "Tag", "half", "n", "c"};
    static const char *const types[] = {"integer", "text", "double", "any", "integer"};
    struct vv_sqlquery *query;
    const struct vv_value *row;

    (void)state;
    assert_ok(vv_sqlquery_open(pool, &spec, &query, &t.err), &t.err);
    assert_int_equal(vv_sqlquery_columns(query), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(vv_sqlquery_name(query, i), names[i]);
        assert_string_equal(vv_sqlquery_type(query, i), types[i]);
    }
    assert_ok(vv_sqlquery_next(query, &row, &t.err), &t.err);
    assert_int_equal(row[0].as.integer, 1);
    assert_ok(vv_sqlquery_next(query, &row, &t.err), &t.err);
    assert_int_equal(row[0].as.integer, 2);
    assert_string_equal(row[1].as.data, "b");
    assert_int_equal(vv_sqlquery_next(query, &row, &t.err), VARVE_END);
    assert_int_equal(vv_sqlquery_next(query, &row, &t.err), VARVE_END);
    assert_false(vv_sqlquery_has_more(query));
    vv_sqlquery_close(query);
    gives("SELECT Tag FROM ScadaTagMapping WHERE Id > 7", "");
}

static void statements(void **state)
{
    (void)state;
    gives("WITH x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 5) SELECT sum(n) FROM x",
          "15");
    gives("WITH x AS (SELECT Id FROM ScadaTagMapping) SELECT count(*) FROM x", "2");
    gives("SELECT 1; -- no more\n /* than /* this */ ; ", "1");
    gives("SELECT value FROM json_each('[1,2]')", "1|2");
    gives("SELECT count(*) > 5 FROM pragma_table_info('TB_User')", "1");
    gives("PRAGMA foreign_key_list(TB_Dim)", "");
    gives("SELECT count(*) > 10 FROM sqlite_schema WHERE type = 'table'", "1");
    gives("VALUES (1, 'a'), (2, 'b')", "1 a|2 b");
    gives("SELECT strftime('%Y', 1730764800, 'unixepoch'), round(sqrt(2), 2), iif(1, 2, 3),"
          " row_number() OVER (), json_extract('{\"a\":7}', '$.a'), '{\"a\":8}' ->> 'a'",
          "2024 1.41 2 1 7 8");
}

static void parameters(void **state)
{
    const struct vv_value values[] = {vv_value_int(2), vv_value_text("x"), vv_value_double(1.5),
                                      vv_value_null()};
    struct vv_sqlquery_spec spec = {.text = "SELECT Tag, ?2, ?3, ?4 FROM ScadaTagMapping"
                                            " WHERE Id = ?1",
                                    .parameters = values,
                                    .parameter_count = 4};
    struct vv_buf out = {0};

    (void)state;
    spec.len_bytes = strlen(spec.text);
    assert_int_equal(run_spec(&spec, &out), VARVE_END);
    assert_string_equal(out.data, "b x 1.5 null");
    spec.parameter_count = 3;
    assert_int_equal(run_spec(&spec, &out), VARVE_BAD_VALUE);
    assert_non_null(strstr(t.err.message, "4 parameters, given are 3"));
    vv_buf_deinit(&out);
}

static void a_limit_of_rows(void **state)
{
    static const char text[] = "SELECT Id FROM ScadaTagMapping ORDER BY Id";
    struct vv_sqlquery_spec spec = {.text = text, .len_bytes = strlen(text)};
    struct vv_sqlquery *query;
    const struct vv_value *row;

    (void)state;
    for (spec.rows_max = 1; spec.rows_max <= 3; spec.rows_max++) {
        int64_t rows = 0;
        vv_status status;

        assert_ok(vv_sqlquery_open(pool, &spec, &query, &t.err), &t.err);
        while (!(status = vv_sqlquery_next(query, &row, &t.err)))
            rows++;
        assert_int_equal(status, VARVE_END);
        assert_int_equal(rows, spec.rows_max < 2 ? spec.rows_max : 2);
        assert_int_equal(vv_sqlquery_has_more(query), spec.rows_max == 1);
        vv_sqlquery_close(query);
    }
}

/* ---- what is refused ---- */

static void nothing_but_reading(void **state)
{
    static const char *const statements[][2] = {
        {"INSERT INTO TB_Dim VALUES (1, 'x')", "INSERT INTO TB_Dim"},
        {"UPDATE ScadaTagMapping SET Tag = 'x'", "UPDATE ScadaTagMapping"},
        {"DELETE FROM ScadaTagMapping", "DELETE FROM ScadaTagMapping"},
        {"REPLACE INTO TB_Dim VALUES (1, 'x')", "INSERT INTO TB_Dim"},
        {"WITH x AS (SELECT 1) INSERT INTO TB_Dim SELECT 1, 'x' FROM x", "INSERT INTO TB_Dim"},
        {"CREATE TABLE x (a)", "a change of the schema"},
        {"CREATE TEMP TABLE x (a)", ""},
        {"CREATE TEMP VIEW x AS SELECT 1", ""},
        {"CREATE TABLE x (a UNIQUE)", "a change of the schema"},
        {"CREATE INDEX i ON TB_Dim (DimId)", "a change of the schema"},
        {"CREATE VIRTUAL TABLE x USING fts5(a)", ""},
        {"CREATE TRIGGER x AFTER INSERT ON TB_Dim BEGIN SELECT 1; END", ""},
        {"DROP TABLE TB_Dim", ""},
        {"ALTER TABLE TB_Dim ADD COLUMN x", ""},
        {"ATTACH '/tmp/x.db' AS x", "ATTACH"},
        {"ATTACH ':memory:' AS x", "ATTACH"},
        {"DETACH main", "DETACH"},
        {"VACUUM", ""},
        {"VACUUM INTO '/tmp/varve-vacuum.db'", ""},
        {"REINDEX", "REINDEX"},
        {"ANALYZE", "ANALYZE"},
        {"BEGIN", "a transaction"},
        {"SAVEPOINT x", "a transaction"},
        {"PRAGMA writable_schema = ON", "PRAGMA writable_schema"},
        {"PRAGMA journal_mode = DELETE", "PRAGMA journal_mode"},
        {"PRAGMA query_only = OFF", "PRAGMA query_only"},
        {"PRAGMA temp_store_directory = '/tmp'", "PRAGMA temp_store_directory"},
        {"PRAGMA database_list", "PRAGMA database_list"},
        {"PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint"},
        {"SELECT file FROM pragma_database_list", "the table pragma_database_list"},
        {"SELECT count(*) FROM pragma_database_list", "PRAGMA database_list"},
        {"SELECT load_extension('/tmp/x.so')", "the function load_extension"},
        {"SELECT fts3_tokenizer('simple')", "the function fts3_tokenizer"},
        {"SELECT sqlite_compileoption_get(1)", "the function sqlite_compileoption_get"},
        {"SELECT name FROM sqlite_temp_master", "the table sqlite_temp_master"},
        {"EXPLAIN DELETE FROM TB_Dim", "DELETE FROM TB_Dim"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        refused(statements[i][0], VARVE_DENIED, statements[i][1]);
        refused(statements[i][0], VARVE_DENIED, "queries only read");
    }
    assert_int_equal(access("/tmp/varve-vacuum.db", F_OK), -1);
    gives("SELECT count(*) FROM ScadaTagMapping", "2");
}

static void what_is_not_there(void **state)
{
    (void)state;
    refused("INSERT INTO sqlite_schema VALUES (1, 2, 3, 4, 5)", VARVE_SYNTAX,
            "may not be modified");
    refused("CREATE INDEX sqlite_autoindex_x ON TB_Dim (DimId)", VARVE_SYNTAX, "reserved");
    refused("UPDATE sqlite_schema SET sql = ''", VARVE_SYNTAX, "may not be modified");
    refused("SELECT readfile('/etc/passwd')", VARVE_SYNTAX, "no such function: readfile");
    refused("SELECT writefile('/tmp/x', 'x')", VARVE_SYNTAX, "no such function: writefile");
    refused("SELECT * FROM dbstat", VARVE_SYNTAX, "no such table: dbstat");
    refused("SELECT count(*) FROM dbstat", VARVE_SYNTAX, "no such table: dbstat");
    refused("SELECT * FROM zipfile('/tmp/x.zip')", VARVE_SYNTAX, "no such table: zipfile");
    refused("SELECT * FROM sqlite_stmt", VARVE_SYNTAX, "no such table: sqlite_stmt");
    refused("SELECT * FROM fts5vocab", VARVE_SYNTAX, "no such table");
    refused("SELECT Tag FROM ScadaTagMapping WHERE Tag = \"a\"", VARVE_SYNTAX, "no such column: a");
}

static void wrong_text(void **state)
{
    (void)state;
    refused("", VARVE_SYNTAX, "there is no statement");
    refused(" ; -- nothing", VARVE_SYNTAX, "there is no statement");
    refused("SELECT 1; SELECT 2", VARVE_SYNTAX, "\"SELECT 2\" is behind the first");
    refused("SELECT 1; /*/ */ x", VARVE_SYNTAX, "\"x\" is behind the first");
    refused("SELECT Tag FORM ScadaTagMapping x", VARVE_SYNTAX, "syntax error (line 1, column 17)");
    refused("SELECT\n '\xC3\xA9', Nix\nFROM ScadaTagMapping", VARVE_SYNTAX,
            "no such column: Nix (line 2, column 7)");
    refused("SELECT abs(-9223372036854775807 - 1)", VARVE_BAD_VALUE, "integer overflow");
    const struct vv_sqlquery_spec nul = {.text = "SELECT 1\0 x", .len_bytes = 11};
    struct vv_buf out = {0};
    assert_int_equal(run_spec(&nul, &out), VARVE_SYNTAX);
    vv_buf_deinit(&out);
}

/* ---- secrets ---- */

static void put_user(void)
{
    struct vv_ledger_tx *tx;

    assert_ok(vv_ledger_begin_write(t.ledger, &tx, &t.err), &t.err);
    assert_ok(vv_sql_exec(vv_ledger_tx_sql(tx),
                          "INSERT INTO TB_User (UserId, Name, Passw, Rights, RightsCS)"
                          " VALUES (1, 'root', 'hash', 128, 77)",
                          &t.err),
              &t.err);
    assert_ok(vv_ledger_commit(&tx, &t.err), &t.err);
}

static void secrets_are_null(void **state)
{
    (void)state;
    put_user();
    gives("SELECT UserId, Name, Passw, RightsCS FROM TB_User", "1 root null null");
    gives("SELECT count(*) FROM TB_User WHERE Passw = 'hash'", "0");
    gives("SELECT count(*) FROM TB_User WHERE Passw >= ''", "0");
    gives("SELECT length(Passw), max(u.Passw), quote(\"Passw\") FROM TB_User u", "null null NULL");
    gives("SELECT p FROM (SELECT passw AS p FROM TB_User)", "null");
    gives("WITH x AS (SELECT * FROM TB_User) SELECT Passw FROM x", "null");
    gives("SELECT a.Name FROM TB_User a JOIN TB_User b ON a.Passw = b.Passw", "");
    refused("SELECT count(*) FROM tb_user JOIN (SELECT 'hash' AS Passw) uSing (Passw)",
            VARVE_DENIED, "join it by ON");
    refused("SELECT count(*) FROM [TB_User] NATURAL JOIN (SELECT 'hash' AS Passw)", VARVE_DENIED,
            "join it by ON");
    gives("SELECT count(*) FROM ScadaTagMapping JOIN (SELECT 1 AS Id) USING (Id)", "1");
}

/* ---- what would not end, or be too much ---- */

static const char endless[] =
    "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x";

static void endless_ones_are_stopped(void **state)
{
    int64_t begun_ms = vv_monotonic_ms();

    (void)state;
    limit_pool(32 * MIB, 250, 0);
    refused(endless, VARVE_TIMEOUT, "longer than 0.25 s");
    refused("SELECT count(*) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c,"
            " sqlite_schema d, sqlite_schema e, sqlite_schema f, sqlite_schema g, sqlite_schema h",
            VARVE_TIMEOUT, "longer than 0.25 s");
    assert_in_range(vv_monotonic_ms() - begun_ms, 500, 30000);
}

/* Functions are one step: each of these took minutes by SQLite's own. */
static void no_step_takes_long(void **state)
{
    static const char *const statements[] = {
        "SELECT instr(a, substr(a, 1, 500000) || 'b') FROM (SELECT hex(zeroblob(500000))"
        " AS a)",
        "SELECT length(replace(a, substr(a, 1, 500000) || 'b', 'x')) FROM"
        " (SELECT hex(zeroblob(500000)) AS a)",
        "SELECT length(rtrim(hex(zeroblob(500000)), 'xyz0'))",
        "SELECT hex(zeroblob(500000)) LIKE '%' || hex(zeroblob(50)) || 'b%'"};

    (void)state;
    limit_pool(32 * MIB, 250, 0);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        struct vv_buf out = {0};
        int64_t begun_ms = vv_monotonic_ms();

        (void)run(statements[i], &out);
        assert_in_range(vv_monotonic_ms() - begun_ms, 0, 8000);
        vv_buf_deinit(&out);
    }
}

static void functions_in_place(void **state)
{
    (void)state;
    gives("SELECT instr('abcabc', 'ca'), instr('\xC3\xA9z', 'z'), instr('abc', 'x'),"
          " instr(x'0102', x'02'), instr('abc', ''), instr(NULL, 'x'), instr(12345, 34)",
          "3 2 0 2 1 null 3");
    gives("SELECT replace('aXbX', 'X', 'yy'), replace('abc', '', 'x'), replace('aa', 'a', ''),"
          " replace(NULL, 'a', 'b'), replace(1231, 1, 'x')",
          "ayybyy abc  null x23x");
    gives("SELECT trim('xxaxx', 'x'), ltrim('xya', 'xy'), rtrim('a\xC3\xA9\xC3\xA9', '\xC3\xA9'),"
          " trim('  b '), trim('aaa', 'a'), trim('abc', '')",
          "a a a b  abc");
    gives(
        "SELECT printf('%05.2f|%-4d|%4s|%c|%x|%,d|%%|%Q', 2.5, 7, 'ab', '\xC3\xA9z', 255, 1234567,"
        " 'o''x'), printf('%d %s'), printf(NULL), printf('')",
        "02.50|7   |  ab|\xC3\xA9|ff|1,234,567|%|'o''x' 0  null ");
    refused("SELECT trim('x', hex(randomblob(10)) || 'ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ"
            "!?#$%&()*+,-./:;<=>@[]^_')",
            VARVE_BAD_VALUE, "64 different");
}

static void too_much_is_refused(void **state)
{
    struct vv_buf deep = {0};

    (void)state;
    refused("SELECT zeroblob(1000000000)", VARVE_LIMIT, "too");
    refused("SELECT replace(printf('%1000s', ''), ' ', hex(zeroblob(5000)))", VARVE_LIMIT, "too");
    refused("SELECT format('%s%s', hex(zeroblob(4000000)), hex(zeroblob(4000000)))", VARVE_LIMIT,
            "");
    refused("SELECT printf('%.*c', 1000000000, 'x')", VARVE_BAD_VALUE, "widths up to 1000");
    refused("SELECT printf('%.2000000000c', 'x')", VARVE_BAD_VALUE, "widths up to 1000");
    refused("WITH RECURSIVE x(n, s) AS (SELECT 1, 'x' UNION ALL SELECT n + 1, s || s FROM x)"
            " SELECT max(n) FROM x",
            VARVE_LIMIT, "too");
    refused("WITH RECURSIVE x(n) AS (SELECT randomblob(1000000) UNION ALL SELECT"
            " randomblob(1000000) FROM x LIMIT 100) SELECT n FROM x ORDER BY n",
            VARVE_LIMIT, "more than 32 MiB");
    vv_buf_text(&deep, "SELECT 1");
    for (int i = 0; i < 1000; i++)
        vv_buf_text(&deep, " + 1");
    refused((const char *)deep.data, VARVE_SYNTAX, "too large");
    vv_buf_reset(&deep);
    vv_buf_text(&deep, "SELECT ");
    for (int i = 0; i < 20000; i++)
        vv_buf_char(&deep, '(');
    refused((const char *)deep.data, VARVE_SYNTAX, "stack overflow");
    vv_buf_reset(&deep);
    for (int i = 0; i < 300; i++)
        vv_buf_text(&deep, i ? " UNION ALL SELECT 1" : "SELECT 1");
    refused((const char *)deep.data, VARVE_SYNTAX, "too many terms");
    vv_buf_reset(&deep);
    vv_buf_text(&deep, "SELECT '");
    for (int i = 0; i < 30000; i++)
        vv_buf_text(&deep, "0123456789");
    vv_buf_text(&deep, "'");
    refused((const char *)deep.data, VARVE_LIMIT, "too");
    /* Each name stands for the two before it: the text is short, what it means is not. */
    vv_buf_reset(&deep);
    vv_buf_text(&deep, "WITH x0 AS (SELECT 1)");
    for (int i = 1; i < 40; i++)
        vv_buf_format(&deep, ", x%d AS (SELECT * FROM (SELECT 1 FROM x%d a, x%d b) LIMIT 1)", i,
                      i - 1, i - 1);
    vv_buf_text(&deep, " SELECT count(*) FROM x39");
    struct vv_buf out = {0};
    int64_t begun_ms = vv_monotonic_ms();
    (void)run((const char *)deep.data, &out);
    assert_in_range(vv_monotonic_ms() - begun_ms, 0, 10000);
    vv_buf_deinit(&out);
    vv_buf_deinit(&deep);
    gives("SELECT 1", "1");
}

/* The ledger's writer goes on while a query has no memory left. */
static void memory_is_counted_for_each(void **state)
{
    static const char text[] = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x"
                               " LIMIT 100000) SELECT n FROM x ORDER BY -n";
    const struct vv_sqlquery_spec spec = {.text = text, .len_bytes = strlen(text)};
    struct vv_sqlquery *query;

    (void)state;
    assert_ok(vv_sqlquery_open(pool, &spec, &query, &t.err), &t.err);
    refused("SELECT group_concat(hex(zeroblob(3000000))) FROM ScadaTagMapping a,"
            " ScadaTagMapping b, ScadaTagMapping c",
            VARVE_LIMIT, "");
    test_put(&t, "c", TEST_NOW_MS, vv_datum_double(3));
    vv_sqlquery_close(query);
    gives("SELECT count(*) FROM ScadaTagMapping", "3");
}

static bool is_set(void *arg)
{
    return atomic_load((atomic_bool *)arg);
}

static void *set_it(void *arg)
{
    atomic_store((atomic_bool *)arg, true);
    return NULL;
}

static void another_thread_stops_it(void **state)
{
    atomic_bool stop = false;
    const struct vv_sqlquery_spec spec = {
        .text = endless, .len_bytes = strlen(endless), .stop = is_set, .stop_arg = &stop};
    struct vv_sqlquery *query;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, set_it, &stop), 0);
    assert_int_equal(vv_sqlquery_open(pool, &spec, &query, &t.err), VARVE_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void reading_slowly_is_no_work(void **state)
{
    static const char text[] = "SELECT Id FROM ScadaTagMapping";
    const struct vv_sqlquery_spec spec = {.text = text, .len_bytes = strlen(text)};
    struct vv_sqlquery *query;
    const struct vv_value *row;

    (void)state;
    limit_pool(0, 400, 1500);
    assert_ok(vv_sqlquery_open(pool, &spec, &query, &t.err), &t.err);
    assert_ok(vv_sqlquery_next(query, &row, &t.err), &t.err);
    vv_sqlquery_pause(query);
    for (int64_t begun_ms = vv_monotonic_ms(); vv_monotonic_ms() - begun_ms < 500;) {
    }
    assert_ok(vv_sqlquery_next(query, &row, &t.err), &t.err);
    vv_sqlquery_pause(query);
    for (int64_t begun_ms = vv_monotonic_ms(); vv_monotonic_ms() - begun_ms < 1600;) {
    }
    assert_int_equal(vv_sqlquery_next(query, &row, &t.err), VARVE_TIMEOUT);
    assert_non_null(strstr(t.err.message, "not read to its end"));
    vv_sqlquery_close(query);
}

static void so_many_at_a_time(void **state)
{
    const struct vv_sqlquery_spec spec = {.text = "SELECT 1", .len_bytes = 8};
    struct vv_sqlquery *queries[3], *more;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_ok(vv_sqlquery_open(pool, &spec, &queries[i], &t.err), &t.err);
    assert_int_equal(vv_sqlquery_open(pool, &spec, &more, &t.err), VARVE_TOO_MANY);
    assert_null(more);
    for (int i = 0; i < 3; i++)
        vv_sqlquery_close(queries[i]);
    gives("SELECT 1", "1");
}

static void strata_and_ledger_together(void **state)
{
    (void)state;
    gives("SELECT TagId, DoubleVal FROM ScadaTagHistory ORDER BY TagId", "1 1|2 2");
    gives("SELECT m.Tag, h.DoubleVal FROM ScadaTagHistory h JOIN ScadaTagMapping m"
          " ON m.Id = h.TagId WHERE m.Tag = 'b'",
          "b 2");
    gives("SELECT count(*) FROM ScadaTagHistory_1_day_20241105", "2");
    test_put(&t, "a", TEST_NOW_MS - VV_DAY_MS, vv_datum_double(0));
    gives("SELECT count(*) FROM ScadaTagHistory_1_day_20241104", "1");
    refused("DELETE FROM ScadaTagHistory", VARVE_SYNTAX, "may not be modified");
    limit_pool(32 * MIB, 250, 0);
    refused("SELECT count(*) FROM ScadaTagHistory a, ScadaTagHistory b, ScadaTagHistory c,"
            " sqlite_schema d, sqlite_schema e, sqlite_schema f, sqlite_schema g, sqlite_schema h",
            VARVE_TIMEOUT, "longer than");
}

/* Tables that were made while the connection waited. */
static void what_came_later_is_seen(void **state)
{
    (void)state;
    gives("SELECT count(*) FROM ScadaTagMapping", "2");
    test_put(&t, "later", TEST_NOW_MS, vv_datum_double(1));
    gives("SELECT count(*) FROM ScadaTagMapping", "3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_and_columns),
        TEST(statements),
        TEST(parameters),
        TEST(a_limit_of_rows),
        TEST(nothing_but_reading),
        TEST(what_is_not_there),
        TEST(wrong_text),
        TEST(secrets_are_null),
        TEST(endless_ones_are_stopped),
        TEST(no_step_takes_long),
        TEST(functions_in_place),
        TEST(too_much_is_refused),
        TEST(memory_is_counted_for_each),
        TEST(another_thread_stops_it),
        TEST(reading_slowly_is_no_work),
        TEST(so_many_at_a_time),
        TEST(strata_and_ledger_together),
        TEST(what_came_later_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
