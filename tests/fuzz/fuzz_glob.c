/* fuzz_glob.c: a pattern and a path, parted by the first line feed. A name that is escaped into a
 * path is a pattern that matches itself. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/glob.h"
#include "catalog/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *feed = size > 0 ? memchr(text, '\n', size) : NULL;
    size_t pattern_bytes = feed != NULL ? (size_t)(feed - text) : size;
    const char *path = feed != NULL ? feed + 1 : text;
    size_t path_bytes = feed != NULL ? size - pattern_bytes - 1 : 0;
    bool good = vv_glob_check(text, pattern_bytes, NULL) == VARVE_OK;
    bool match = vv_glob_match(text, pattern_bytes, path, path_bytes);
    struct vv_buf own = {0};

    if (good && match && !vv_glob_is_pattern(text, pattern_bytes) &&
        memchr(text, '\\', pattern_bytes) == NULL && memchr(path, '\\', path_bytes) == NULL &&
        (pattern_bytes != path_bytes || memcmp(text, path, path_bytes) != 0))
        abort(); /* plain text matches itself alone */
    vv_path_add(&own, path, path_bytes);
    if (own.data != NULL && !vv_glob_match((char *)own.data, own.len, (char *)own.data, own.len))
        abort();
    vv_buf_deinit(&own);
    return 0;
}
