/* dialect_mysql.c: how MySQL (8.0.23 and later) and MariaDB (10.6 and later) write it. A time is a
 * DATETIME(3) in UTC. Each of the two has its own collation that compares every byte, blanks at the
 * end included; a comment that only the one or the other reads names it. */
#include <inttypes.h>

#include "base/buf.h"
#include "catalog/dialects.h"

#include "base/banned.h"

static void literal(struct vv_buf *sql, const struct vv_column *column, const char *text)
{
    if (column->type == VV_COLUMN_TEXT)
        vv_ddl_quote_text(sql, text, '\\');
    else
        vv_buf_text(sql, text);
}

static void parameter(struct vv_buf *sql, unsigned nth)
{
    (void)nth;
    vv_buf_char(sql, '?');
}

/* An offset needs a limit: the largest stands for none. */
static void limit(struct vv_buf *sql, int64_t rows, int64_t offset)
{
    if (rows >= 0)
        vv_buf_format(sql, " LIMIT %" PRId64, rows);
    else if (offset > 0)
        vv_buf_format(sql, " LIMIT %" PRIu64, UINT64_MAX);
    if (offset > 0)
        vv_buf_format(sql, " OFFSET %" PRId64, offset);
}

const struct vv_dialect vv_dialect_mysql = {
    .name = "mysql",
    .title = "MySQL and MariaDB",
    .script_begin = "SET NAMES utf8mb4;\n",
    .quote_open = '`',
    .quote_close = '`',
    .identifier_most = 64,
    .types = {[VV_COLUMN_TINY] = "TINYINT",
              [VV_COLUMN_INT] = "INT",
              [VV_COLUMN_BIGINT] = "BIGINT",
              [VV_COLUMN_DOUBLE] = "DOUBLE",
              [VV_COLUMN_BOOL] = "BOOLEAN",
              [VV_COLUMN_TEXT] = "VARCHAR(%u)",
              [VV_COLUMN_BLOB] = "LONGBLOB",
              [VV_COLUMN_TIME] = "DATETIME(3)"},
    .text_unbounded = "LONGTEXT",
    .text_fixed = "CHAR(%u)",
    .text_end = "", /* the table's */
    .auto_key = "%s NOT NULL AUTO_INCREMENT PRIMARY KEY",
    .auto_key_primary = true,
    .table_end = " ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4"
                 " /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */",
    .add_column = " ADD COLUMN ",
    .insert_nothing = " () VALUES ()",
    .index_unbounded = true,
    .index_prefix = 255, /* of 768 that would fit */
    .partial = VV_PARTIAL_GENERATED,
    .literal = literal,
    .parameter = parameter,
    .limit = limit,
};
