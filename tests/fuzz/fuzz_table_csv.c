/* fuzz_table_csv.c: the first byte chooses a table, the rest is CSV with rows of it. What was read
 * and written reads back to the same text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "serve/table_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether all rows are ones that the table may have; they are written to `to`. */
static bool rewrite(const struct vv_table *table, const void *text, size_t len_bytes,
                    struct vv_buf *to)
{
    struct vv_arena arena;
    struct vv_table_rows rows = {.table = table, .arena = &arena};
    vv_error err;

    vv_arena_init(&arena, 0, NULL);
    bool good = !vv_table_rows_read_csv(&rows, text, len_bytes, &err);
    vv_table_csv_names(table, to);
    for (size_t i = 0; good && i < rows.count; i++) {
        good = !vv_row_check(&rows.list[i], VV_ROW_WHOLE, &err);
        vv_table_csv_row(&rows.list[i], to);
    }
    vv_arena_deinit(&arena);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_buf once = {0}, twice = {0};

    if (size == 0)
        return 0;
    const struct vv_table *table = vv_catalog_table(data[0] % vv_catalog_count());
    if (rewrite(table, data + 1, size - 1, &once) && !once.failed) {
        if (!rewrite(table, once.data, once.len, &twice) || twice.len != once.len ||
            memcmp(once.data, twice.data, once.len) != 0)
            abort();
    }
    vv_buf_deinit(&once);
    vv_buf_deinit(&twice);
    return 0;
}
