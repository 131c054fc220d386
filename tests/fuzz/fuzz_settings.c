/* fuzz_settings.c: a driver's settings text. What is read is sorted by key, and merging it with
 * itself gives it again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "collect/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vv_setting_list list, merged;
    struct vv_arena arena;
    vv_error err;
    const char *text;

    vv_arena_init(&arena, 0, NULL);
    text = vv_arena_text(&arena, (const char *)data, size);
    if (text != NULL && vv_settings_parse(text, &arena, &list, &err) == VARVE_OK) {
        for (size_t i = 1; i < list.count; i++)
            if (strcmp(list.list[i - 1].key, list.list[i].key) >= 0)
                abort();
        if (vv_settings_merge(&list, &list, &arena, &merged, &err) != VARVE_OK ||
            merged.count != list.count)
            abort();
    }
    vv_arena_deinit(&arena);
    return 0;
}
