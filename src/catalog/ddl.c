#include "catalog/ddl.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/dialects.h"

#include "base/banned.h"

/* The databases that are known; a new one is one more row. */
static const struct vv_dialect *const dialects[] = {&vv_dialect_sqlite};

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

static void add_column(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_column *column)
{
    vv_sql_quote(dialect, sql, column->name);
    vv_buf_char(sql, ' ');
    if (column->flags & VV_COLUMN_AUTO) {
        vv_buf_text(sql, dialect->auto_key);
        return;
    }
    vv_ddl_type(dialect, sql, column);
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

void vv_ddl_create_index(const struct vv_dialect *dialect, struct vv_buf *sql,
                         const struct vv_table *table, const char *name, size_t index)
{
    const struct vv_index *row = &table->indexes[index];
    struct vv_buf index_name = {0};

    vv_ddl_index_name(&index_name, table, name, index);
    if (index_name.failed) {
        sql->failed = true;
        goto out;
    }
    vv_buf_text(sql, row->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    vv_sql_quote(dialect, sql, (const char *)index_name.data);
    vv_buf_text(sql, " ON ");
    vv_sql_quote(dialect, sql, name != NULL ? name : table->name);
    vv_buf_char(sql, ' ');
    add_names(dialect, sql, row->columns);
    if (row->not_zero != NULL) {
        vv_buf_text(sql, " WHERE ");
        vv_sql_quote(dialect, sql, row->not_zero);
        vv_buf_text(sql, " <> 0");
    }
out:
    vv_buf_deinit(&index_name);
}

void vv_ddl_add_column(const struct vv_dialect *dialect, struct vv_buf *sql,
                       const struct vv_table *table, int column)
{
    const struct vv_column *row = &table->columns[column];

    vv_buf_text(sql, "ALTER TABLE ");
    vv_sql_quote(dialect, sql, table->name);
    vv_buf_text(sql, " ADD COLUMN ");
    vv_sql_quote(dialect, sql, row->name);
    vv_buf_char(sql, ' ');
    vv_ddl_type(dialect, sql, row);
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
        vv_ddl_create_index(dialect, sql, table, name, i);
        vv_buf_text(sql, ";\n");
    }
}
