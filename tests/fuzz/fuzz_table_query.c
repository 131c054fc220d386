/* fuzz_table_query.c: the first byte chooses a ledger table; a line with the key of a path, then
 * the query string of a list. A key that was read is written to a text that reads back to the same
 * text; what was read of a query names columns that there are, and no secret one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "serve/table_key.h"
#include "serve/table_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_key(const struct vv_table *table, struct vv_arena *arena, const char *text,
                    size_t len_bytes)
{
    struct vv_row row, again;
    struct vv_buf once = {0}, twice = {0};
    vv_error err;

    if (vv_row_init(&row, table, arena, &err) || vv_row_init(&again, table, arena, &err))
        return;
    if (!vv_table_key_read(&row, text, len_bytes, &err)) {
        vv_table_key_write(&row, &once);
        if (vv_table_key_read(&again, once.data ? (const char *)once.data : "", once.len, &err))
            abort();
        vv_table_key_write(&again, &twice);
        if (once.len != twice.len || (once.len > 0 && memcmp(once.data, twice.data, once.len)))
            abort();
    }
    vv_buf_deinit(&once);
    vv_buf_deinit(&twice);
}

static void look(const struct vv_table *table, const char *column)
{
    const int index = vv_table_column(table, column, strlen(column), 0);

    if (index < 0 || (table->columns[index].flags & VV_COLUMN_SECRET))
        abort();
}

static void try_query(const struct vv_table *table, struct vv_arena *arena, const char *text,
                      size_t len_bytes)
{
    struct vv_params params = {.arena = arena};
    struct vv_table_query query;
    vv_error err;

    if (vv_params_add_query(&params, text, len_bytes, &err) ||
        vv_table_query_read(table, &params, 1730764800000, &query, &err))
        return;
    for (size_t i = 0; i < query.query.filter_count; i++)
        look(table, query.filters[i].column);
    for (int i = 0; i < VV_QUERY_ORDERS && query.query.order[i].column; i++)
        look(table, query.query.order[i].column);
    if (query.query.limit < 1 || query.query.limit > VV_TABLE_ROWS_MAX)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_arena arena;

    if (size == 0)
        return 0;
    const struct vv_table *table = vv_catalog_table(data[0] % vv_catalog_count());
    const char *text = (const char *)data + 1;
    const char *line = memchr(text, '\n', size - 1);
    const size_t key_len = line ? (size_t)(line - text) : size - 1;
    vv_arena_init(&arena, 0, NULL);
    try_key(table, &arena, text, key_len);
    if (line)
        try_query(table, &arena, line + 1, size - 2 - key_len);
    vv_arena_deinit(&arena);
    return 0;
}
