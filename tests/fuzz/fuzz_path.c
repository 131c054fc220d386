/* fuzz_path.c: a path taken apart and put together again is the same path, elements and all. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Joins the elements of `path` into `to`; false when it is no path. */
static bool rejoin(const char *path, size_t len_bytes, struct vv_buf *to)
{
    struct vv_buf name = {0};
    size_t at = 0;
    vv_status status;

    while ((status = vv_path_next(path, len_bytes, &at, &name, NULL)) == VARVE_OK) {
        if (at > len_bytes + 1)
            abort();
        vv_path_add(to, name.data != NULL ? (char *)name.data : "", name.len);
    }
    vv_buf_deinit(&name);
    return status == VARVE_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_buf once = {0}, twice = {0};

    (void)vv_tag_name_check((const char *)data, size, NULL);
    if (rejoin((const char *)data, size, &once) && once.len > 0) {
        if (!rejoin((char *)once.data, once.len, &twice) || twice.len != once.len ||
            memcmp(once.data, twice.data, once.len) != 0)
            abort();
    }
    vv_buf_deinit(&once);
    vv_buf_deinit(&twice);
    return 0;
}
