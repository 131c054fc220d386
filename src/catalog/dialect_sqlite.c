/* dialect_sqlite.c: how SQLite writes it. The declared types are the documented ones; SQLite takes
 * its affinity from them. A time is an integer of ms, which sorts and compares as it stands. */
#include <inttypes.h>

#include "base/buf.h"
#include "catalog/dialects.h"

#include "base/banned.h"

static void literal(struct vv_buf *sql, const struct vv_column *column, const char *text)
{
    if (column->type == VV_COLUMN_TEXT)
        vv_ddl_quote_text(sql, text, 0);
    else
        vv_buf_text(sql, text);
}

static void parameter(struct vv_buf *sql, unsigned nth)
{
    vv_buf_format(sql, "?%u", nth);
}

static void limit(struct vv_buf *sql, int64_t rows, int64_t offset)
{
    if (rows >= 0 || offset > 0)
        vv_buf_format(sql, " LIMIT %" PRId64, rows >= 0 ? rows : -1);
    if (offset > 0)
        vv_buf_format(sql, " OFFSET %" PRId64, offset);
}

const struct vv_dialect vv_dialect_sqlite = {
    .name = "sqlite",
    .title = "SQLite",
    .script_begin = "",
    .quote_open = '"',
    .quote_close = '"',
    .types = {[VV_COLUMN_TINY] = "TINYINT",
              [VV_COLUMN_INT] = "INTEGER",
              [VV_COLUMN_BIGINT] = "BIGINT",
              [VV_COLUMN_DOUBLE] = "DOUBLE",
              [VV_COLUMN_BOOL] = "BOOLEAN",
              [VV_COLUMN_TEXT] = "VARCHAR(%u)",
              [VV_COLUMN_BLOB] = "BLOB",
              [VV_COLUMN_TIME] = "DATETIME"},
    .text_unbounded = "TEXT",
    .text_fixed = "CHAR(%u)",
    .text_end = "", /* BINARY, the standard one, compares bytes */
    /* AUTOINCREMENT: an Id that once was given is not given again, so that the history of a tag
     * that was deleted never becomes another's. */
    .auto_key = "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    .auto_key_primary = true,
    .table_end = "",
    .add_column = " ADD COLUMN ",
    .insert_nothing = " DEFAULT VALUES",
    .index_unbounded = true,
    .partial = VV_PARTIAL_WHERE,
    .literal = literal,
    .parameter = parameter,
    .limit = limit,
};
