#include "catalog/ddl.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/dialects.h"

#include "base/banned.h"

/* The databases that are known; a new one is one more row. */
static const struct vv_dialect *const dialects[] = {&vv_dialect_sqlite, &vv_dialect_postgres,
                                                    &vv_dialect_mysql, &vv_dialect_sqlserver};

const struct vv_dialect *vv_dialect_at(size_t index)
{
    return index < sizeof dialects / sizeof *dialects ? dialects[index] : NULL;
}

const struct vv_dialect *vv_dialect_find(const char *name)
{
    const struct vv_dialect *dialect;

    for (size_t i = 0; (dialect = vv_dialect_at(i)) != NULL; i++) {
        if (strcmp(dialect->name, name) == 0)
            return dialect;
    }
    return NULL;
}

void vv_sql_quote(const struct vv_dialect *dialect, struct vv_buf *sql, const char *name)
{
    vv_buf_char(sql, dialect->quote_open);
    for (; *name != '\0'; name++) {
        if (*name == dialect->quote_close)
            vv_buf_char(sql, dialect->quote_close);
        vv_buf_char(sql, *name);
    }
    vv_buf_char(sql, dialect->quote_close);
}

void vv_ddl_quote_text(struct vv_buf *sql, const char *text, char also)
{
    vv_buf_char(sql, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == also)
            vv_buf_char(sql, *text);
        vv_buf_char(sql, *text);
    }
    vv_buf_char(sql, '\'');
}

/* Adds a type, its %u replaced by the width. */
static void add_type(struct vv_buf *sql, const char *type, uint32_t width)
{
    const char *place = strstr(type, "%u");

    if (place == NULL) {
        vv_buf_text(sql, type);
        return;
    }
    vv_buf_add(sql, type, (size_t)(place - type));
    vv_buf_format(sql, "%" PRIu32 "%s", width, place + 2);
}

void vv_ddl_type(const struct vv_dialect *dialect, struct vv_buf *sql,
                 const struct vv_column *column)
{
    if (column->type != VV_COLUMN_TEXT)
        add_type(sql, dialect->types[column->type], 0);
    else if (column->width == 0)
        vv_buf_text(sql, dialect->text_unbounded);
    else if (column->flags & VV_COLUMN_FIXED)
        add_type(sql, dialect->text_fixed, column->width);
    else
        add_type(sql, dialect->types[VV_COLUMN_TEXT], column->width);
}

static void add_preset(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_column *column)
{
    if (column->preset != NULL) {
        vv_buf_text(sql, " DEFAULT ");
        dialect->literal(sql, column, column->preset);
    }
}

/* What stands behind the name of a numbered column. */
static void add_auto_key(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_column *column)
{
    const char *type = strstr(dialect->auto_key, "%s");

    if (type == NULL) {
        vv_buf_text(sql, dialect->auto_key);
        return;
    }
    vv_buf_add(sql, dialect->auto_key, (size_t)(type - dialect->auto_key));
    vv_ddl_type(dialect, sql, column);
    vv_buf_text(sql, type + 2);
}

static void add_column(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_column *column)
{
    vv_sql_quote(dialect, sql, column->name);
    vv_buf_char(sql, ' ');
    if (column->flags & VV_COLUMN_AUTO) {
        add_auto_key(dialect, sql, column);
        return;
    }
    vv_ddl_type(dialect, sql, column);
    if (column->type == VV_COLUMN_TEXT)
        vv_buf_text(sql, dialect->text_end);
    if (column->flags & VV_COLUMN_NOT_NULL)
        vv_buf_text(sql, " NOT NULL");
    add_preset(dialect, sql, column);
}

/* ("a", "b"), names up to the first null. */
static void add_names(const struct vv_dialect *dialect, struct vv_buf *sql,
                      const char *const names[VV_KEY_COLUMNS])
{
    vv_buf_char(sql, '(');
    for (int i = 0; i < VV_KEY_COLUMNS && names[i] != NULL; i++) {
        if (i > 0)
            vv_buf_text(sql, ", ");
        vv_sql_quote(dialect, sql, names[i]);
    }
    vv_buf_char(sql, ')');
}

static void add_references(const struct vv_dialect *dialect, struct vv_buf *sql,
                           const struct vv_table *table)
{
    if (table->kind != VV_TABLE_LEDGER)
        return;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vv_column *column = &table->columns[i];
        if (column->reference != VV_REFERENCE_KEY)
            continue;
        vv_buf_text(sql, ",\n    FOREIGN KEY (");
        vv_sql_quote(dialect, sql, column->name);
        vv_buf_text(sql, ") REFERENCES ");
        vv_sql_quote(dialect, sql, column->to_table);
        vv_buf_text(sql, " (");
        vv_sql_quote(dialect, sql, column->to_column);
        vv_buf_char(sql, ')');
    }
}

void vv_ddl_create_table(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const char *name)
{
    vv_buf_text(sql, "CREATE TABLE ");
    vv_sql_quote(dialect, sql, name != NULL ? name : table->name);
    vv_buf_text(sql, " (");
    for (size_t i = 0; i < table->column_count; i++) {
        vv_buf_text(sql, i > 0 ? ",\n    " : "\n    ");
        add_column(dialect, sql, &table->columns[i]);
    }
    if (vv_table_auto_column(table) < 0 || !dialect->auto_key_primary) {
        vv_buf_text(sql, ",\n    PRIMARY KEY ");
        add_names(dialect, sql, table->key);
    }
    add_references(dialect, sql, table);
    vv_buf_text(sql, "\n)");
    vv_buf_text(sql, dialect->table_end);
}

void vv_ddl_index_name(struct vv_buf *sql, const struct vv_table *table, const char *name,
                       size_t index)
{
    vv_buf_text(sql, name != NULL ? name : table->name);
    for (int i = 0; i < VV_KEY_COLUMNS && table->indexes[index].columns[i] != NULL; i++)
        vv_buf_format(sql, "_%s", table->indexes[index].columns[i]);
}

static const struct vv_column *column_of(const struct vv_table *table, const char *name)
{
    int index = vv_table_column(table, name, strlen(name), 0);

    return index < 0 ? NULL : &table->columns[index];
}

static bool is_unbounded(const struct vv_table *table, const char *name)
{
    const struct vv_column *column = column_of(table, name);

    return column != NULL && column->type == VV_COLUMN_TEXT && column->width == 0;
}

bool vv_ddl_has_index(const struct vv_dialect *dialect, const struct vv_table *table, size_t index)
{
    const struct vv_index *row = &table->indexes[index];

    if (dialect->index_unbounded)
        return true;
    for (int i = 0; i < VV_KEY_COLUMNS && row->columns[i] != NULL; i++) {
        if (is_unbounded(table, row->columns[i]))
            return false;
    }
    return true;
}

/* Adds the name of the hidden column that stands for `column` in a partial index. */
static void add_hidden_name(struct vv_buf *name, const char *column)
{
    vv_buf_format(name, "%s_not_zero", column);
}

/* The columns of an index: with a prefix where only that much of a text can stand in it, and the
 * hidden column in the place of the one that it stands for. */
static void add_index_columns(const struct vv_dialect *dialect, struct vv_buf *sql,
                              const struct vv_table *table, const struct vv_index *row,
                              const char *hidden)
{
    for (int i = 0; i < VV_KEY_COLUMNS && row->columns[i] != NULL; i++) {
        const char *name = row->columns[i];
        bool stands_in = hidden != NULL && strcmp(name, row->not_zero) == 0;

        vv_buf_text(sql, i > 0 ? ", " : "(");
        vv_sql_quote(dialect, sql, stands_in ? hidden : name);
        if (dialect->index_prefix > 0 && is_unbounded(table, name))
            vv_buf_format(sql, "(%" PRIu32 ")", dialect->index_prefix);
    }
    vv_buf_char(sql, ')');
}

/* WHERE: the rows that the index is of, and, where one null stands in the way of another, those
 * without null. */
static void add_index_where(const struct vv_dialect *dialect, struct vv_buf *sql,
                            const struct vv_table *table, const struct vv_index *row)
{
    const char *before = " WHERE ";

    if (row->not_zero != NULL) {
        vv_buf_text(sql, before);
        vv_sql_quote(dialect, sql, row->not_zero);
        vv_buf_text(sql, " <> 0");
        before = " AND ";
    }
    for (int i = 0;
         dialect->one_null && row->unique && i < VV_KEY_COLUMNS && row->columns[i] != NULL; i++) {
        if (column_of(table, row->columns[i])->flags & VV_COLUMN_NOT_NULL)
            continue;
        vv_buf_text(sql, before);
        vv_sql_quote(dialect, sql, row->columns[i]);
        vv_buf_text(sql, " IS NOT NULL");
        before = " AND ";
    }
}

/* ALTER TABLE t ADD COLUMN hidden … , ADD INDEX: one statement makes both. */
static void create_generated_index(const struct vv_dialect *dialect, struct vv_buf *sql,
                                   const struct vv_table *table, const char *name,
                                   const char *index_name, const struct vv_index *row)
{
    struct vv_buf hidden = {0};

    add_hidden_name(&hidden, row->not_zero);
    if (hidden.failed) {
        sql->failed = true;
        goto out;
    }
    vv_buf_text(sql, "ALTER TABLE ");
    vv_sql_quote(dialect, sql, name);
    vv_buf_text(sql, dialect->add_column);
    vv_sql_quote(dialect, sql, (const char *)hidden.data);
    vv_buf_char(sql, ' ');
    vv_ddl_type(dialect, sql, column_of(table, row->not_zero));
    vv_buf_text(sql, " GENERATED ALWAYS AS (NULLIF(");
    vv_sql_quote(dialect, sql, row->not_zero);
    vv_buf_text(sql, ", 0)) VIRTUAL INVISIBLE, ADD ");
    vv_buf_text(sql, row->unique ? "UNIQUE INDEX " : "INDEX ");
    vv_sql_quote(dialect, sql, index_name);
    vv_buf_char(sql, ' ');
    add_index_columns(dialect, sql, table, row, (const char *)hidden.data);
out:
    vv_buf_deinit(&hidden);
}

void vv_ddl_create_index(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const char *name, size_t index)
{
    const struct vv_index *row = &table->indexes[index];
    struct vv_buf index_name = {0};

    if (name == NULL)
        name = table->name;
    vv_ddl_index_name(&index_name, table, name, index);
    if (index_name.failed) {
        sql->failed = true;
        goto out;
    }
    if (row->not_zero != NULL && dialect->partial == VV_PARTIAL_GENERATED) {
        create_generated_index(dialect, sql, table, name, (const char *)index_name.data, row);
        goto out;
    }
    vv_buf_text(sql, row->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    vv_sql_quote(dialect, sql, (const char *)index_name.data);
    vv_buf_text(sql, " ON ");
    vv_sql_quote(dialect, sql, name);
    vv_buf_char(sql, ' ');
    add_index_columns(dialect, sql, table, row, NULL);
    add_index_where(dialect, sql, table, row);
out:
    vv_buf_deinit(&index_name);
}

void vv_ddl_add_column(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_table *table, int column)
{
    const struct vv_column *row = &table->columns[column];

    vv_buf_text(sql, "ALTER TABLE ");
    vv_sql_quote(dialect, sql, table->name);
    vv_buf_text(sql, dialect->add_column);
    vv_sql_quote(dialect, sql, row->name);
    vv_buf_char(sql, ' ');
    vv_ddl_type(dialect, sql, row);
    if (row->type == VV_COLUMN_TEXT)
        vv_buf_text(sql, dialect->text_end);
    if ((row->flags & VV_COLUMN_NOT_NULL) && row->preset != NULL)
        vv_buf_text(sql, " NOT NULL");
    add_preset(dialect, sql, row);
}

void vv_ddl_table(const struct vv_dialect *dialect, struct vv_buf *sql,
                  const struct vv_table *table, const char *name)
{
    vv_ddl_create_table(dialect, sql, table, name);
    vv_buf_text(sql, ";\n");
    for (size_t i = 0; i < VV_TABLE_INDEXES && table->indexes[i].columns[0] != NULL; i++) {
        if (!vv_ddl_has_index(dialect, table, i))
            continue;
        vv_ddl_create_index(dialect, sql, table, name, i);
        vv_buf_text(sql, ";\n");
    }
}
