/* dialect_sqlserver.c: how SQL Server (2016 and later) writes it. A time is a DATETIME2(3) in UTC.
 * Two things it cannot do as the others: NVARCHAR counts characters beyond U+FFFF twice, and blanks
 * at the end of a text do not make it another one. Numbers given by hand to a numbered column need
 * SET IDENTITY_INSERT. */
#include <inttypes.h>

#include "base/buf.h"
#include "catalog/dialects.h"

#include "base/banned.h"

static void literal(struct vv_buf *sql, const struct vv_column *column, const char *text)
{
    if (column->type == VV_COLUMN_TEXT) {
        vv_buf_char(sql, 'N');
        vv_ddl_quote_text(sql, text, 0);
    } else {
        vv_buf_text(sql, text);
    }
}

static void parameter(struct vv_buf *sql, unsigned nth)
{
    (void)nth; /* ODBC counts them */
    vv_buf_char(sql, '?');
}

static void limit(struct vv_buf *sql, int64_t rows, int64_t offset)
{
    if (rows < 0 && offset <= 0)
        return;
    vv_buf_format(sql, " OFFSET %" PRId64 " ROWS", offset > 0 ? offset : 0);
    if (rows >= 0)
        vv_buf_format(sql, " FETCH NEXT %" PRId64 " ROWS ONLY", rows);
}

const struct vv_dialect vv_dialect_sqlserver = {
    .name = "sqlserver",
    .title = "SQL Server",
    .script_begin = "SET ANSI_NULLS ON;\nSET QUOTED_IDENTIFIER ON;\n", /* for indexes with WHERE */
    .quote_open = '[',
    .quote_close = ']',
    .identifier_most = 128,
    .types = {[VV_COLUMN_TINY] = "TINYINT",
              [VV_COLUMN_INT] = "INT",
              [VV_COLUMN_BIGINT] = "BIGINT",
              [VV_COLUMN_DOUBLE] = "FLOAT(53)",
              [VV_COLUMN_BOOL] = "BIT",
              [VV_COLUMN_TEXT] = "NVARCHAR(%u)",
              [VV_COLUMN_BLOB] = "VARBINARY(MAX)",
              [VV_COLUMN_TIME] = "DATETIME2(3)"},
    .text_unbounded = "NVARCHAR(MAX)",
    .text_fixed = "NCHAR(%u)",
    .text_end = " COLLATE Latin1_General_100_BIN2",
    .auto_key = "%s IDENTITY(1, 1) NOT NULL PRIMARY KEY",
    .auto_key_primary = true,
    .table_end = "",
    .add_column = " ADD ",
    .insert_nothing = " DEFAULT VALUES",
    .one_null = true,
    .index_unbounded = false,
    .partial = VV_PARTIAL_WHERE,
    .literal = literal,
    .parameter = parameter,
    .limit = limit,
};
