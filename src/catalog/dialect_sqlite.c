/* dialect_sqlite.c: how SQLite writes it. The declared types are the documented ones; SQLite takes
 * its affinity from them. A time is an integer of ms, which sorts and compares as it stands. */
#include <inttypes.h>

#include "base/buf.h"
#include "catalog/dialects.h"

#include "base/banned.h"

/* Text in single quotes, each quote in it doubled. */
static void quote_text(struct vv_buf *sql, const char *text)
{
    vv_buf_char(sql, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            vv_buf_char(sql, '\'');
        vv_buf_char(sql, *text);
    }
    vv_buf_char(sql, '\'');
}

static void literal(struct vv_buf *sql, const struct vv_column *column, const char *text)
{
    if (column->type == VV_COLUMN_TEXT)
        quote_text(sql, text);
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
    /* AUTOINCREMENT: an Id that once was given is not given again, so that the history of a tag
     * that was deleted never becomes another's. */
    .auto_key = "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
    .auto_key_primary = true,
    .table_end = "",
    .literal = literal,
    .parameter = parameter,
    .limit = limit,
};
