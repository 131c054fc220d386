/* What every database demands of tables, computed from the catalogue, and the dialects themselves.
 * The numbers are those of the databases' own documentation: InnoDB with utf8mb4 (4 bytes for each
 * character, 65,535 bytes for a row, 3,072 for a key), PostgreSQL (1,600 columns, 2,704 bytes for
 * an index entry), SQL Server (1,024 columns, 8,060 bytes for what of a row cannot move elsewhere,
 * 900 bytes for a primary key and 1,700 for another), SQLite (2,000 columns). */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "catalog/catalog.h"
#include "catalog/ddl.h"
#include "catalog/tables_ddl.h"

#include "base/banned.h"

static const struct vv_dialect *dialect_of(const char *name)
{
    const struct vv_dialect *dialect = vv_dialect_find(name);

    assert_non_null(dialect);
    return dialect;
}

static const struct vv_column *column_of(const struct vv_table *table, const char *name)
{
    int index = vv_table_column(table, name, strlen(name), 0);

    assert_true(index >= 0);
    return &table->columns[index];
}

/* Most bytes of a value, with `char_bytes` for a character; 0 for a type without a limit. */
static unsigned value_bytes(const struct vv_column *column, unsigned char_bytes)
{
    switch (column->type) {
    case VV_COLUMN_TINY:
    case VV_COLUMN_BOOL:
        return 1;
    case VV_COLUMN_INT:
        return 4;
    case VV_COLUMN_TEXT:
        return column->width * char_bytes;
    case VV_COLUMN_BLOB:
        return 0;
    default:
        return 8;
    }
}

static unsigned key_bytes(const struct vv_table *table, const char *const names[VV_KEY_COLUMNS],
                          unsigned char_bytes, unsigned unbounded_chars)
{
    unsigned sum = 0;

    for (int i = 0; i < VV_KEY_COLUMNS && names[i] != NULL; i++) {
        const struct vv_column *column = column_of(table, names[i]);
        unsigned bytes = value_bytes(column, char_bytes);
        if (column->type == VV_COLUMN_TEXT && column->width == 0)
            bytes = unbounded_chars * char_bytes;
        if (bytes == 0)
            fail_msg("%s.%s has no limit, and stands in a key", table->name, names[i]);
        sum += bytes;
    }
    return sum;
}

static void at_most(const char *table, const char *what, unsigned is, unsigned most)
{
    if (is > most)
        fail_msg("%s: %s: %u, at most %u are possible", table, what, is, most);
}

static void test_columns(void **state)
{
    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        at_most(table->name, "columns", (unsigned)table->column_count, 1024);
        for (size_t i = 0; i < table->column_count; i++) {
            const struct vv_column *column = &table->columns[i];
            at_most(table->name, "characters of a name", (unsigned)strlen(column->name), 50);
            at_most(table->name, "characters of a text", column->width, 4000);
            /* A LONGTEXT has no default. */
            if (column->type == VV_COLUMN_TEXT && column->width == 0)
                assert_null(column->preset);
        }
    }
}

static void test_mysql_rows_and_keys(void **state)
{
    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        unsigned row = 0;
        for (size_t i = 0; i < table->column_count; i++) {
            unsigned bytes = value_bytes(&table->columns[i], 4);
            row += (bytes == 0 ? 10 : bytes) + 2 + 1; /* a pointer, the length, the null bit */
        }
        at_most(table->name, "MySQL, bytes of a row", row, 65535);
        at_most(table->name, "MySQL, bytes of the key", key_bytes(table, table->key, 4, 0), 3072);
        for (int i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++)
            at_most(
                table->name, "MySQL, bytes of an index",
                key_bytes(table, table->indexes[i].columns, 4, dialect_of("mysql")->index_prefix),
                3072);
    }
}

static void test_postgres_keys(void **state)
{
    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        at_most(table->name, "PostgreSQL, bytes of the key", key_bytes(table, table->key, 4, 0),
                2704 - 64);
        for (int i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
            /* Of text of any length names in Latin letters stand in an index: 255 syllables. */
            at_most(table->name, "PostgreSQL, bytes of an index",
                    key_bytes(table, table->indexes[i].columns, 4, 255 * 7 / 4), 2704 - 64);
        }
    }
}

/* A text that does not fit moves out of the row and leaves 24 bytes in it; numbers cannot. */
static void test_sqlserver_rows_and_keys(void **state)
{
    const struct vv_dialect *dialect = dialect_of("sqlserver");

    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        unsigned row = 16 + ((unsigned)table->column_count + 7) / 8;
        for (size_t i = 0; i < table->column_count; i++) {
            const struct vv_column *column = &table->columns[i];
            unsigned bytes = value_bytes(column, 2);
            bool moves = (column->type == VV_COLUMN_TEXT && !(column->flags & VV_COLUMN_FIXED)) ||
                         column->type == VV_COLUMN_BLOB;
            row += moves ? 24 + 2 : bytes;
        }
        at_most(table->name, "SQL Server, bytes of a row", row, 8060);
        at_most(table->name, "SQL Server, bytes of the key", key_bytes(table, table->key, 2, 0),
                900);
        for (size_t i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
            if (vv_ddl_has_index(dialect, table, i))
                at_most(table->name, "SQL Server, bytes of an index",
                        key_bytes(table, table->indexes[i].columns, 2, 0), 1700);
            else
                assert_false(table->indexes[i].unique);
        }
    }
}

/* Each name between quotes, index names included, and of a table with the longest partition. */
static void test_identifiers(void **state)
{
    const char *const longest = "ScadaTagHistory_9223372036854775807_halfyear_20242";

    (void)state;
    for (size_t d = 0; vv_dialect_at(d) != NULL; d++) {
        const struct vv_dialect *dialect = vv_dialect_at(d);
        size_t most = dialect->identifier_most > 0 ? dialect->identifier_most : 128;
        struct vv_buf text = {0};

        for (size_t t = 0; t < vv_catalog_count(); t++)
            vv_ddl_table(dialect, &text, vv_catalog_table(t), NULL);
        vv_ddl_table(dialect, &text, vv_catalog_find(longest), longest);
        assert_false(text.failed);
        const char *at = (const char *)text.data;
        while ((at = strchr(at, dialect->quote_open)) != NULL) {
            const char *end = strchr(at + 1, dialect->quote_close);
            assert_non_null(end);
            if ((size_t)(end - at - 1) > most)
                fail_msg("%s: %.*s is too long", dialect->name, (int)(end - at + 1), at);
            at = end + 1;
        }
        vv_buf_deinit(&text);
    }
}

/* ---- SQL Server cannot run here: its script must have no word but these ---- */

static bool is_known_word(const char *word, size_t len)
{
    static const char *const words[] = {"SET",
                                        "ANSI_NULLS",
                                        "QUOTED_IDENTIFIER",
                                        "ON",
                                        "CREATE",
                                        "TABLE",
                                        "UNIQUE",
                                        "INDEX",
                                        "WHERE",
                                        "AND",
                                        "IS",
                                        "NOT",
                                        "NULL",
                                        "PRIMARY",
                                        "KEY",
                                        "FOREIGN",
                                        "DEFAULT",
                                        "REFERENCES",
                                        "IDENTITY",
                                        "COLLATE",
                                        "TINYINT",
                                        "INT",
                                        "BIGINT",
                                        "FLOAT",
                                        "BIT",
                                        "NVARCHAR",
                                        "NCHAR",
                                        "VARBINARY",
                                        "MAX",
                                        "DATETIME2",
                                        "Latin1_General_100_BIN2"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == len && strncmp(words[i], word, len) == 0)
            return true;
    }
    return false;
}

/* The first character behind a name, a text, a comment, a word or a sign; fails on another. */
static const char *skip_token(const char *at)
{
    size_t word = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789");

    if (strncmp(at, "--", 2) == 0)
        return at + strcspn(at, "\n");
    if (*at == '[')
        return strchr(at, ']') + 1;
    if (strncmp(at, "N'", 2) == 0)
        return strchr(at + 2, '\'') + 1;
    if (word > 0 && !isdigit((unsigned char)*at) && !is_known_word(at, word))
        fail_msg("%.*s is no word of SQL Server that is used here", (int)word, at);
    if (word > 0)
        return at + word;
    if (strchr("(),;<> \n", *at) == NULL)
        fail_msg("'%c' has no place here: %.40s", *at, at);
    return at + 1;
}

static void test_sqlserver_words(void **state)
{
    struct vv_buf text = {0};
    int depth = 0;

    (void)state;
    vv_tables_ddl(&text, dialect_of("sqlserver"), NULL, 0);
    assert_false(text.failed);
    for (const char *at = (const char *)text.data; *at != '\0'; at = skip_token(at)) {
        depth += (*at == '(') - (*at == ')');
        assert_true(depth >= 0);
        if (*at == ';')
            assert_int_equal(depth, 0);
    }
    assert_int_equal(depth, 0);
    vv_buf_deinit(&text);
}

/* A database creates the tables in this order, so none may refer to a later one. */
static void test_order(void **state)
{
    (void)state;
    for (size_t t = 0; t < vv_catalog_count(); t++) {
        const struct vv_table *table = vv_catalog_table(t);
        for (size_t i = 0; i < table->column_count && table->kind == VV_TABLE_LEDGER; i++) {
            const struct vv_column *column = &table->columns[i];
            size_t to = 0;
            if (column->reference != VV_REFERENCE_KEY)
                continue;
            while (strcmp(vv_catalog_table(to)->name, column->to_table) != 0)
                to++;
            if (to > t)
                fail_msg("%s.%s refers to %s, which comes later", table->name, column->name,
                         column->to_table);
        }
    }
}

/* ---- statements ---- */

static void test_parameters_and_limits(void **state)
{
    static const struct {
        const char *name, *parameters, *ten, *ten_from_five, *from_five;
    } expected[] = {
        {"sqlite", "?1 ?2", " LIMIT 10", " LIMIT 10 OFFSET 5", " LIMIT -1 OFFSET 5"},
        {"postgres", "$1 $2", " LIMIT 10", " LIMIT 10 OFFSET 5", " OFFSET 5"},
        {"mysql", "? ?", " LIMIT 10", " LIMIT 10 OFFSET 5", " LIMIT 18446744073709551615 OFFSET 5"},
        {"sqlserver", "? ?", " OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY",
         " OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY", " OFFSET 5 ROWS"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct vv_dialect *dialect = dialect_of(expected[i].name);
        const struct {
            int64_t limit, offset;
            const char *text;
        } limits[] = {{10, 0, expected[i].ten},
                      {10, 5, expected[i].ten_from_five},
                      {-1, 5, expected[i].from_five},
                      {-1, 0, ""}};
        struct vv_buf text = {0};

        dialect->parameter(&text, 1);
        vv_buf_char(&text, ' ');
        dialect->parameter(&text, 2);
        assert_string_equal((const char *)text.data, expected[i].parameters);
        for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
            vv_buf_reset(&text);
            vv_buf_text(&text, "");
            dialect->limit(&text, limits[k].limit, limits[k].offset);
            assert_string_equal(text.len > 0 ? (const char *)text.data : "", limits[k].text);
        }
        vv_buf_deinit(&text);
    }
    assert_null(vv_dialect_find("oracle"));
}

static void test_literals_and_names(void **state)
{
    static const struct vv_column text_column = {.name = "t", .type = VV_COLUMN_TEXT, .width = 9};
    static const struct vv_column bool_column = {.name = "b", .type = VV_COLUMN_BOOL};
    static const struct {
        const char *name, *text, *truth, *quoted;
    } expected[] = {
        {"sqlite", "'it''s \\'", "1", "\"a\"\"`]\""},
        {"postgres", "'it''s \\'", "TRUE", "\"a\"\"`]\""},
        {"mysql", "'it''s \\\\'", "1", "`a\"``]`"},
        {"sqlserver", "N'it''s \\'", "1", "[a\"`]]]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct vv_dialect *dialect = dialect_of(expected[i].name);
        struct vv_buf text = {0};

        dialect->literal(&text, &text_column, "it's \\");
        assert_string_equal((const char *)text.data, expected[i].text);
        vv_buf_reset(&text);
        dialect->literal(&text, &bool_column, "1");
        assert_string_equal((const char *)text.data, expected[i].truth);
        vv_buf_reset(&text);
        vv_sql_quote(dialect, &text, "a\"`]");
        assert_string_equal((const char *)text.data, expected[i].quoted);
        vv_buf_deinit(&text);
    }
}

/* The rows that an index is of, in each database's own way. */
static void test_partial_indexes(void **state)
{
    static const struct {
        const char *name, *points, *numbers;
    } expected[] = {
        {"sqlite",
         "CREATE UNIQUE INDEX \"TB_Objects_DevId_MemInd\" ON \"TB_Objects\" (\"DevId\", "
         "\"MemInd\") WHERE \"DevId\" <> 0",
         "CREATE UNIQUE INDEX \"TB_Devices_DevNum\" ON \"TB_Devices\" (\"DevNum\")"},
        {"mysql",
         "ALTER TABLE `TB_Objects` ADD COLUMN `DevId_not_zero` INT GENERATED ALWAYS AS "
         "(NULLIF(`DevId`, 0)) VIRTUAL INVISIBLE, ADD UNIQUE INDEX `TB_Objects_DevId_MemInd` "
         "(`DevId_not_zero`, `MemInd`)",
         "CREATE UNIQUE INDEX `TB_Devices_DevNum` ON `TB_Devices` (`DevNum`)"},
        {"sqlserver",
         "CREATE UNIQUE INDEX [TB_Objects_DevId_MemInd] ON [TB_Objects] ([DevId], [MemInd]) WHERE "
         "[DevId] <> 0 AND [DevId] IS NOT NULL AND [MemInd] IS NOT NULL",
         "CREATE UNIQUE INDEX [TB_Devices_DevNum] ON [TB_Devices] ([DevNum]) WHERE [DevNum] IS "
         "NOT NULL"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct vv_dialect *dialect = dialect_of(expected[i].name);
        struct vv_buf text = {0};

        vv_ddl_create_index(dialect, &text, vv_catalog_find("TB_Objects"), NULL, 1);
        assert_string_equal((const char *)text.data, expected[i].points);
        vv_buf_reset(&text);
        vv_ddl_create_index(dialect, &text, vv_catalog_find("TB_Devices"), NULL, 0);
        assert_string_equal((const char *)text.data, expected[i].numbers);
        vv_buf_deinit(&text);
    }
}

static void test_named_tables(void **state)
{
    const char *const names[] = {"ScadaTagHistory_1_day_20241105", "ScadaProviderMapping",
                                 "ScadaTagHistory_1_day_20241105"};
    struct vv_buf text = {0};
    const char *first, *second;

    (void)state;
    vv_tables_ddl(&text, dialect_of("postgres"), names, 3);
    first = strstr((const char *)text.data, "CREATE TABLE \"ScadaProviderMapping\"");
    second = strstr((const char *)text.data, "CREATE TABLE \"ScadaTagHistory_1_day_20241105\"");
    assert_true(first != NULL && second > first);
    assert_null(strstr(second + 1, "CREATE TABLE"));
    vv_buf_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_mysql_rows_and_keys),
        cmocka_unit_test(test_postgres_keys),
        cmocka_unit_test(test_sqlserver_rows_and_keys),
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_sqlserver_words),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_parameters_and_limits),
        cmocka_unit_test(test_literals_and_names),
        cmocka_unit_test(test_partial_indexes),
        cmocka_unit_test(test_named_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
