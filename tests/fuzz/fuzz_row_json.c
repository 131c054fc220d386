/* fuzz_row_json.c: the first byte chooses a table, the rest are rows of it. What was read, checked
 * and written reads back to the same text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/row_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static vv_status write_row(void *arg, struct vv_row *row, vv_error *err)
{
    struct vv_json json;

    if (vv_row_check(row, VV_ROW_PART, err) != VARVE_OK)
        return err->status;
    vv_json_init(&json, arg);
    vv_row_write_json(row, &json);
    return VARVE_OK;
}

static vv_status rewrite(const struct vv_table *table, const void *text, size_t len_bytes,
                         struct vv_buf *to)
{
    struct vv_arena arena;
    vv_error err;
    vv_status status;

    vv_arena_init(&arena, 0, NULL);
    status = vv_rows_read_json(table, text, len_bytes, &arena, write_row, to, &err);
    vv_arena_deinit(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct vv_table *table;
    struct vv_buf once = {0}, twice = {0};

    if (size == 0)
        return 0;
    table = vv_catalog_table(data[0] % vv_catalog_count());
    if (memchr(data, '[', size) == NULL && rewrite(table, data + 1, size - 1, &once) == VARVE_OK &&
        !once.failed) {
        if (rewrite(table, once.data, once.len, &twice) != VARVE_OK || twice.len != once.len ||
            memcmp(once.data, twice.data, once.len) != 0)
            abort();
    } else {
        (void)rewrite(table, data + 1, size - 1, &once);
    }
    vv_buf_deinit(&once);
    vv_buf_deinit(&twice);
    return 0;
}
