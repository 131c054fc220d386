/* fuzz_strata_key.c: a VsPrimaryKey that is taken for one is written again as it was. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "history/strata_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct vv_strata_key key;
    char again[VV_PRIMARY_KEY_BYTES];
    /* Texts of rows have no NUL, and the separator is refused in names. */
    bool plain =
        memchr(data, '\0', size) == NULL && memchr(data, VV_STRATA_SEPARATOR, size) == NULL;

    if (vv_frame_key_parse(text, size, &key) && plain) {
        vv_frame_key_format(&key, again);
        if (strlen(again) != size || memcmp(again, text, size) != 0)
            abort();
    }
    if (vv_event_key_parse(text, size, &key) && plain) {
        vv_event_key_format(&key, again);
        if (strlen(again) != size || memcmp(again, text, size) != 0)
            abort();
    }
    return 0;
}
